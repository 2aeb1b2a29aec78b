"""The figures of the made-up communes: one table that agrees with itself, scaled for each commune.

Sums stay sums and parts stay below their wholes, so that a commune contradicts itself only where its sample means to.
"""

from bench.accuracy.model import Cell, Hand
from bench.accuracy.truth import BLANK, Want, number, status, words
from bench.accuracy.values import type_count

YEARS = ("2015", "2016", "2017", "2018", "2019", "2020")
FIGURES: dict[int, dict[str, str]] = {
    1: {
        "1": "12|14|15|17|18|5",
        "2": "2|2|3|3|3|1",
        "3": "8|9|10|12|12|3",
        "3.1": "0|0|1|0|1|0",
        "3.2": "4|6|6|8|8|2",
        "3.3": "2|2|2|3|3|1",
        "3.4": "0|1|1|1|1|1",
        "3.5": "Họp thôn|Họp thôn|Hội thi|Loa truyền thanh|Hội thi, họp thôn|Loa truyền thanh",
        "4": "1|1|1|1|2|1",
        "5": "1|1|1|1|1|1",
        "6": "0|1|1|1|1|0",
        "6.1": "-|5|6|8|8|-",
        "6.2": "-|100|120|150|160|-",
        "6.3": "-|Khá|Khá|Tốt|Tốt|-",
    },
    2: {
        "1": "",
        "1.1": "",
        "2": "1|2|1|2|3|0",
        "3": "1|2|1|2|3|0",
        "4": "6|7|5|8|9|2",
        "5": "0|0|0|0|0|0",
        "6": "0|0|0|0|0|0",
        "7": "0|0|1|0|0|0",
    },
    3: {
        "1": "118|121|125|132|138|138",
        "1.1": "0|0|0|0|0|0",
        "2": "3|4|6|8|10|2",
        "3": "90|110|125|132|138|138",
        "4": "",
        "4.1": "110|115|125|132|138|138",
        "4.2": "12|14|16|18|20|20",
        "4.3": "6|8|8|10|12|12",
        "5": "",
        "5.1": "96,5|97|98|98,8|99|99,2",
        "6": "3|4|2|5|4|1",
        "6.1": "3|4|2|5|4|1",
        "6.2": "3|4|2|5|4|1",
        "6.3": "2|4|2|5|4|1",
    },
    5: {
        "1": "23|23|23|22|22|22",
        "1.1": "23|23|23|22|22|22",
        "1.2": "22|23|23|22|21|21",
        "2": "4|4|4|3|3|3",
        "2.1": "4|4|4|3|3|3",
        "2.2": "4|4|3|3|3|3",
        "3": "1|2|1|1|1|0",
        "4": "0|0|0|0|0|0",
        "5": "0|0|1|1|0|0",
        "6": "18|20|21|22|22|5",
        "7": "3|3|4|3|3|1",
        "8": "4|5|5|6|6|1",
    },
    6: {"1": "Giao khoán chi|Giao khoán chi|Giao khoán chi|Giao khoán chi|Giao khoán chi|Giao khoán chi"},
    7: {
        "1": "60|70|85|95|100|100",
        "2": "1|1|1|1|1|1",
        "3": "310|540|820|1245|1690|430",
        "4": "60|80|190|310|405|96",
        "5": "2|2|2|4|4|5",
        "6": "80|90|95|100|100|100",
        "7": "50|75|100|100|100|100",
        "8": "0|1|1|1|1|1",
        "9": "Đang xây dựng|Đã có|Đã có|Đã có|Nâng cấp giao diện|Đã có",
        "10": "8|12|15|24|33|33",
        "11": "5|8|12|18|25|27,5",
        "12": "0|1|1|1|1|1",
        "13": "20|40|65|90|97|98",
        "14": "0|0|1|1|1|1",
    },
    8: {
        **dict.fromkeys(("1", "2", "3", "5", "6", "7", "9", "15", "16"), "Đạt"),
        **dict.fromkeys(("4", "8", "10", "11", "12", "13", "14"), "Chưa đạt"),
    },
}
OWN_ROWS: dict[int, dict[str, str]] = {
    2: {"Nghị quyết của HĐND xã": "4|5|3|5|6|1", "Quyết định của UBND xã": "2|2|2|3|3|1"},
    4: {
        "Tổng số thôn, tổ dân phố": "14|14|14|12|12|9",
        "Số thôn đã sáp nhập": "0|0|0|4|0|6",
        "Số người hoạt động không chuyên trách ở xã": "19|19|18|16|14|12",
        "Số lần sửa quy chế làm việc": "1|1|1|1|1|1",
    },
    6: {
        "Tổng thu ngân sách xã (triệu đồng)": "4250|4820|5135|5660|6204|1518",
        "Số lần công khai dự toán, quyết toán": "4|4|4|4|4|1",
    },
}
"""Rows that the form lacks or leaves to the commune: kinds of documents in appendix 2, all of appendices 4 and 6."""


def cells(figures: str, kind: str, factor: float, hand: Hand, count: int = len(YEARS)) -> list[Cell]:
    """`count` cells of one row, each typed as this office types it, with what a careful reader makes of it."""
    wants = [typed(text, kind, factor, hand) for text in figures.split("|")] if figures else [BLANK] * count
    return [Cell(want.raw, want) for want in wants]


def typed(text: str, kind: str, factor: float, hand: Hand) -> Want:
    """One figure of the table above as an office of another size types it."""
    if text == "-":
        return status("none", "-")
    if kind == "count":
        value = round(int(text) * factor)
        return number(type_count(value, hand.thousands), value)
    if kind == "percent":
        return number(text + hand.percent, float(text.replace(",", ".")))
    if kind == "yes_no":
        return number(hand.yes if text == "1" else hand.no, int(text))
    return words(text)
