"""What is typed into data cells: number styles, marks for nothing, words where a number belongs.

Each entry draws the text and its truth together. 'Must be asked' follows the contract: an English thousands comma, a
decimal or a fraction in a count, another measure than the form's, words in a number cell.
"""

from collections.abc import Callable, Iterator
from random import Random

from bench.accuracy.disorders.registry import on_report, some
from bench.accuracy.model import Cell, Column, Report, Row
from bench.accuracy.truth import Want, ask, number, status, words

Draw = Callable[[Random, Row], Want]
NUMBERS = ("count", "percent")
HITS = (2, 6, 15)
OTHER_MEASURES = ("triệu đồng", "km", "hộ", "ha", "trường", "xe máy")


def cells_of(report: Report, *kinds: str) -> list[tuple[Row, Column, Cell]]:
    """Filled cells whose row is of one of the kinds and that are still plain."""
    return [
        (row, column, cell)
        for table in report.tables
        for row, column, cell in table.filled()
        if row.kind in kinds and cell.want.asking == "never"
    ]


def _retype(report: Report, rng: Random, strength: int, kinds: tuple[str, ...], draw: Draw) -> None:
    for row, _, cell in some(rng, cells_of(report, *kinds), strength, HITS):
        cell.put(draw(rng, row))


def _thousands(rng: Random) -> int:
    return rng.choice((rng.randrange(1000, 9999), rng.randrange(10000, 99999), rng.randrange(100000, 2500000)))


@on_report("thousands_dot", "cells", "1.245; 12.500; 1.245.300 trong ô đếm")
def thousands_dot(report: Report, rng: Random, strength: int) -> None:
    """The law's thousands dot."""

    def draw(rng: Random, row: Row) -> Want:
        value = _thousands(rng)
        return number(f"{value:,}".replace(",", "."), value)

    _retype(report, rng, strength, ("count",), draw)


@on_report("thousands_space", "cells", "«1 500» (dấu cách thường, cách cứng, cách hẹp)")
def thousands_space(report: Report, rng: Random, strength: int) -> None:
    """A space, a no-break space or a narrow one between thousands."""

    def draw(rng: Random, row: Row) -> Want:
        value = _thousands(rng)
        return number(f"{value:,}".replace(",", rng.choice((" ", "\u00a0", "\u202f"))), value)

    _retype(report, rng, strength, ("count",), draw)


@on_report("thousands_comma", "cells", "«1,500» trong ô đếm", undecidable="«1,500» là 1500 hay 1,5: phải hỏi")
def thousands_comma(report: Report, rng: Random, strength: int) -> None:
    """A spreadsheet set to English."""
    _retype(report, rng, strength, ("count",), lambda rng, row: ask(f"{rng.randrange(1, 60)},{rng.randrange(1000):03}"))


@on_report("decimals_in_count", "cells", "«12,5», «3.5» trong ô đếm", undecidable="số lẻ ở nơi chỉ có số nguyên: phải hỏi")
def decimals_in_count(report: Report, rng: Random, strength: int) -> None:
    """Half a document."""
    _retype(
        report,
        rng,
        strength,
        ("count",),
        lambda rng, row: ask(f"{rng.randrange(1, 90)}{rng.choice(',.')}{rng.randrange(1, 10)}"),
    )


@on_report("leading_zero", "cells", "«07», «05»")
def leading_zero(report: Report, rng: Random, strength: int) -> None:
    """The office's habit for numbers below ten."""

    def draw(rng: Random, row: Row) -> Want:
        value = rng.randrange(1, 10)
        return number(f"0{value}", value)

    _retype(report, rng, strength, ("count",), draw)


@on_report("with_measure", "cells", "«15 lớp»: đúng đơn vị tính của mẫu")
def with_measure(report: Report, rng: Random, strength: int) -> None:
    """The form's own measure behind the number."""
    hits = [hit for hit in cells_of(report, "count") if hit[0].measure and "," not in hit[0].measure]
    for row, _, cell in some(rng, hits, strength, HITS):
        value = rng.randrange(1, 240)
        cell.put(number(f"{value} {row.measure}", value))


@on_report(
    "other_measure",
    "cells",
    "«15 xe máy»: đơn vị tính khác mẫu",
    held_out=True,
    undecidable="đơn vị tính khác mẫu: phải hỏi",
)
def other_measure(report: Report, rng: Random, strength: int) -> None:
    """A number of something else."""
    _retype(
        report, rng, strength, ("count",), lambda rng, row: ask(f"{rng.randrange(2, 300)} {rng.choice(OTHER_MEASURES)}")
    )


@on_report("ratio_in_count", "cells", "«41/41» trong ô đếm", undecidable="tỷ số ở nơi chỉ có một số: phải hỏi")
def ratio_in_count(report: Report, rng: Random, strength: int) -> None:
    """So many of so many."""

    def draw(rng: Random, row: Row) -> Want:
        whole = rng.randrange(10, 160)
        return ask(f"{rng.randrange(5, whole + 1)}/{whole}")

    _retype(report, rng, strength, ("count",), draw)


@on_report("dashes", "cells", "«-», «–», «—»: không có")
def dashes(report: Report, rng: Random, strength: int) -> None:
    """Nothing, as a dash of any length."""
    _retype(
        report, rng, strength, (*NUMBERS, "yes_no", "text", "choice"), lambda rng, row: status("none", rng.choice("-–—"))
    )


@on_report("none_words", "cells", "«Không có»")
def none_words(report: Report, rng: Random, strength: int) -> None:
    """Nothing, in words."""
    _retype(
        report,
        rng,
        strength,
        (*NUMBERS, "text"),
        lambda rng, row: status("none", rng.choice(("Không có", "không có", "KHÔNG CÓ", "Không có."))),
    )


@on_report("crosses", "cells", "«x», «/»: không áp dụng")
def crosses(report: Report, rng: Random, strength: int) -> None:
    """The row does not apply. Not in yes/no rows, where an x may be a tick."""
    _retype(report, rng, strength, (*NUMBERS, "text"), lambda rng, row: status("not_applicable", rng.choice("xX/")))


@on_report(
    "other_nothing",
    "cells",
    "«Chưa có», «Không», «0 có», «……»",
    held_out=True,
    undecidable="không có, bằng 0 hay chưa điền: hỏi hay đọc là «không có» đều được",
)
def other_nothing(report: Report, rng: Random, strength: int) -> None:
    """Nothing or nearly nothing: 'none' and a question are both right, a number is not."""

    def draw(rng: Random, row: Row) -> Want:
        raw = rng.choice(("Chưa có", "Không", "Không phát sinh", "--", "…", "....."))
        statuses = {"none"} if raw[0].isalpha() or raw == "--" else {"none", "blank"}
        return Want(frozenset(statuses), raw, asking="may")

    _retype(report, rng, strength, NUMBERS, draw)


@on_report("only_spaces", "cells", "ô chỉ có dấu cách, cách cứng, xuống dòng", held_out=True)
def only_spaces(report: Report, rng: Random, strength: int) -> None:
    """Looks empty, is empty."""
    for _, _, cell in some(rng, cells_of(report, *NUMBERS, "yes_no", "choice"), strength, HITS):
        cell.put(status("blank"))
        cell.raw = rng.choice((" ", "\u00a0", "  ", "\n", "\u200b"))


@on_report(
    "words_in_count", "cells", "chữ trong ô số: «Có», «Nhiều», «Đang tổng hợp»", undecidable="không phải số: phải hỏi"
)
def words_in_count(report: Report, rng: Random, strength: int) -> None:
    """Words where a number belongs."""
    answers = ("Có", "Nhiều", "Hài lòng", "Đang tổng hợp", "Chưa thực hiện", "Đạt", "Theo kế hoạch huyện")
    _retype(report, rng, strength, NUMBERS, lambda rng, row: ask(rng.choice(answers)))


@on_report(
    "not_one_number",
    "cells",
    "«khoảng 20», «15-20», «12; 14», «5 + 3», «-4», «l5», «2O»",
    held_out=True,
    undecidable="không phải một số rõ ràng: phải hỏi",
)
def not_one_number(report: Report, rng: Random, strength: int) -> None:
    """Ranges, sums, guesses, letters among the digits."""

    def draw(rng: Random, row: Row) -> Want:
        a, b = sorted(rng.sample(range(11, 99), 2))
        return ask(
            rng.choice(
                (
                    f"khoảng {a}",
                    f"trên {a}",
                    f"{a}-{b}",
                    f"{a}; {b}",
                    f"{a} + {b}",
                    f"-{a}",
                    f"l{a}",
                    f"{a}O",
                    f"{a} (trong đó {a // 2} mới)",
                    f"{a} và {b}",
                    f"{a}/{b}/2020",
                    f"{a}?",
                )
            )
        )

    _retype(report, rng, strength, ("count",), draw)


@on_report(
    "numbers_with_signs",
    "cells",
    "«15.», «15*», «15 (1)»",
    held_out=True,
    undecidable="dấu thừa sau số: hỏi hay đọc là số đều được",
)
def numbers_with_signs(report: Report, rng: Random, strength: int) -> None:
    """A sign too many: reading the number and asking are both right."""

    def draw(rng: Random, row: Row) -> Want:
        value = rng.randrange(2, 90)
        return number(f"{value}{rng.choice(('.', ',', '*', ';'))}", value, "may")

    _retype(report, rng, strength, ("count",), draw)


@on_report("percent_styles", "cells", "«98,8%», «98.5 %», «98,50%», «100 %»")
def percent_styles(report: Report, rng: Random, strength: int) -> None:
    """Percentages in every plain style."""

    def draw(rng: Random, row: Row) -> Want:
        tenths = rng.randrange(300, 1000)
        sign = rng.choice(("", "%", " %", "\u00a0%"))
        raws = {
            f"{tenths / 10:.1f}".replace(".", ","): tenths / 10,
            f"{tenths / 10:.1f}": tenths / 10,
            f"{tenths / 10:.2f}".replace(".", ","): tenths / 10,
            f"{tenths // 10}": tenths // 10,
            "100": 100,
        }
        raw = rng.choice(list(raws))
        return number(raw + sign, raws[raw])

    _retype(report, rng, strength, ("percent",), draw)


@on_report(
    "percent_odd",
    "cells",
    "«trên 80%», «80-85%», «98.125%», «45/50»",
    held_out=True,
    undecidable="không phải một tỷ lệ rõ ràng: phải hỏi",
)
def percent_odd(report: Report, rng: Random, strength: int) -> None:
    """Bounds, ranges, fractions; a dot before three digits, which the law reads as thousands."""

    def draw(rng: Random, row: Row) -> Want:
        a = rng.randrange(40, 90)
        return ask(rng.choice((f"trên {a}%", f">{a}%", f"{a}-{a + 5}%", f"{a}.125%", f"{a}/{a + 7}", f"{a}% - {a + 9}%")))

    _retype(report, rng, strength, ("percent",), draw)


@on_report("yes_no_words", "cells", "«Có», «có», «CÓ», «Không», 1, 0")
def yes_no_words(report: Report, rng: Random, strength: int) -> None:
    """Yes and no in every plain style."""
    answers = {"Có": 1, "có": 1, "CÓ": 1, "1": 1, "01": 1, "Không": 0, "không": 0, "0": 0}

    def draw(rng: Random, row: Row) -> Want:
        raw = rng.choice(list(answers))
        return number(raw, answers[raw])

    _retype(report, rng, strength, ("yes_no",), draw)


@on_report(
    "yes_no_odd",
    "cells",
    "«2», «100%», «Đang xây dựng» trong ô Có/Không",
    held_out=True,
    undecidable="không phải Có hay Không: phải hỏi",
)
def yes_no_odd(report: Report, rng: Random, strength: int) -> None:
    """Neither yes nor no."""
    answers = ("2", "12", "100%", "Đang xây dựng", "Sẽ thực hiện", "Một phần", "Có/Không")
    _retype(report, rng, strength, ("yes_no",), lambda rng, row: ask(rng.choice(answers)))


@on_report("choice_words", "cells", "«ĐẠT», «chưa đạt», «Không đạt.»")
def choice_words(report: Report, rng: Random, strength: int) -> None:
    """The verdict's own words in other dress."""

    def draw(rng: Random, row: Row) -> Want:
        word = rng.choice(("Đạt", "Chưa đạt", "Không đạt"))
        return words(rng.choice((word, word.upper(), word.lower(), word + ".", word.replace(" ", "\u00a0"))), word)

    _retype(report, rng, strength, ("choice",), draw)


@on_report(
    "choice_odd",
    "cells",
    "«Cơ bản đạt», «Đạt 85%», «Tốt», «Đạt/Không đạt»",
    held_out=True,
    undecidable="không phải từ nào của mẫu: phải hỏi",
)
def choice_odd(report: Report, rng: Random, strength: int) -> None:
    """A verdict in words of the commune's own, or the question left standing."""
    answers = ("Cơ bản đạt", "Đạt 85%", "Tốt", "Đạt/Không đạt", "Đạt một phần", "Đ", "Gần đạt")
    _retype(report, rng, strength, ("choice",), lambda rng, row: ask(rng.choice(answers)))


@on_report("long_texts", "cells", "câu dài, số và ngày trong ô chữ")
def long_texts(report: Report, rng: Random, strength: int) -> None:
    """Free text stays what it is, numbers in it too."""
    answers = (
        "Có 2 hình thức: loa và tờ rơi",
        "Hội thi năm 2018; họp thôn",
        "Đạt 85%",
        "Từ 01/3/2019",
        "Tốt, khá",
        "Thực hiện theo Quyết định 15/QĐ-UBND",
        "12 chuyên mục",
    )
    _retype(report, rng, strength, ("text",), lambda rng, row: words(rng.choice(answers)))


@on_report(
    "values_in_headings",
    "cells",
    "số ghi ở dòng tiêu đề nhóm",
    held_out=True,
    undecidable="dòng nhóm không có số theo mẫu: phải hỏi",
)
def values_in_headings(report: Report, rng: Random, strength: int) -> None:
    """A number in a row that expects none."""
    for cell in some(rng, list(_heading_cells(report)), strength, (1, 3, 8)):
        cell.put(ask(str(rng.randrange(1, 300))))


def _heading_cells(report: Report) -> Iterator[Cell]:
    return (cell for table in report.tables for row in table.rows if row.kind == "heading" for cell in row.cells.values())
