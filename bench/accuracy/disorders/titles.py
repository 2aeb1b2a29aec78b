"""The lines above an appendix: how it is numbered, named and placed."""

from collections.abc import Callable
from random import Random

from bench.accuracy.disorders.registry import on_report, share
from bench.accuracy.model import Report, Table

ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
AREAS = {
    1: "Công tác chỉ đạo, điều hành CCHC",
    2: "Công tác xây dựng và tổ chức thực hiện VBQPPL",
    3: "Cải cách TTHC",
    4: "Cải cách tổ chức bộ máy hành chính",
    5: "Nâng cao chất lượng đội ngũ CBCCVC",
    6: "Tài chính công",
    7: "Hiện đại hóa nền hành chính",
    8: "Mức độ hoàn thành các mục tiêu cải cách hành chính",
}


@on_report("title_roman", "titles", "«PHỤ LỤC III»", slot="title")
def title_roman(report: Report, rng: Random, strength: int) -> None:
    """As Nghị định 30/2020 wants it."""
    _number(report, rng, strength, lambda n: f"{rng.choice(('PHỤ LỤC', 'Phụ lục'))} {ROMAN[n]}")


@on_report("title_so", "titles", "«Phụ lục số 01», «PHỤ LỤC SỐ 3»", slot="title")
def title_so(report: Report, rng: Random, strength: int) -> None:
    """With the word 'số'."""
    _number(
        report,
        rng,
        strength,
        lambda n: f"{rng.choice(('Phụ lục số', 'PHỤ LỤC SỐ', 'Phụ lục:'))} {rng.choice(('', '0'))}{n}",
    )


@on_report("title_short", "titles", "«PL1», «PL.02», «PL-3»", held_out=True, slot="title")
def title_short(report: Report, rng: Random, strength: int) -> None:
    """Abbreviated."""
    _number(report, rng, strength, lambda n: rng.choice((f"PL{n}", f"PL.{n:02}", f"PL-{n}", f"PL {n:02}", f"(PL {n})")))


@on_report("title_bieu", "titles", "«Biểu số 3», «BIỂU 03», «Mẫu số 3»", slot="title")
def title_bieu(report: Report, rng: Random, strength: int) -> None:
    """Called a sheet or a form."""
    _number(
        report,
        rng,
        strength,
        lambda n: rng.choice((f"Biểu số {n}", f"BIỂU {n:02}", f"Biểu mẫu {n}", f"Mẫu số {n:02}", f"Bảng {n}")),
    )


@on_report("title_none", "titles", "không ghi số phụ lục; không ghi gì", slot="title")
def title_none(report: Report, rng: Random, strength: int) -> None:
    """No number; no note; at strength 3 nothing at all, save where the rows alone cannot tell which table it is."""
    for table in share(rng, report.tables, strength):
        table.number_line = ""
        if strength > 1:
            table.note = ""
        if strength == 3 and sum(row.code is not None for row in table.rows) > 2:
            table.title = ""


@on_report("title_shifted", "titles", "số phụ lục đánh lại từ 1, lệch với mẫu", held_out=True, slot="title")
def title_shifted(report: Report, rng: Random, strength: int) -> None:
    """Numbered as they come: after a missing one all the numbers are wrong; the titles are right."""
    if strength > 1 and len(report.tables) > 4:
        del report.tables[rng.randrange(1, 4)]
    for at, table in enumerate(report.tables, start=1 if strength < 3 else 2):
        table.number_line = f"Phụ lục {at}"


def _number(report: Report, rng: Random, strength: int, draw: Callable[[int], str]) -> None:
    for table in share(rng, report.tables, strength):
        table.number_line = draw(table.appendix)


@on_report("title_in_table", "titles", "tên phụ lục nằm trong hàng đầu của bảng", slot="title place")
def title_in_table(report: Report, rng: Random, strength: int) -> None:
    """A merged first row holds the title."""
    for table in share(rng, report.tables, strength):
        table.title_place = "in_table"


@on_report("title_in_box", "titles", "tên phụ lục trong hộp văn bản", held_out=True, slot="title place")
def title_in_box(report: Report, rng: Random, strength: int) -> None:
    """A text box holds the title."""
    for table in share(rng, report.tables, strength):
        table.title_place = "text_box"


@on_report("title_one_line", "titles", "số và tên trên một dòng «Phụ lục 1: Thống kê …»")
def title_one_line(report: Report, rng: Random, strength: int) -> None:
    """Number and name in one paragraph."""
    for table in share(rng, report.tables, strength):
        if table.number_line and table.title:
            table.number_line, table.title = f"{table.number_line}{rng.choice((': ', '. ', ' - ', ' '))}{table.title}", ""


@on_report("title_words", "titles", "tên phụ lục viết cách khác")
def title_words(report: Report, rng: Random, strength: int) -> None:
    """The areas under their other names, capitals, no 'Thống kê'."""
    for table in share(rng, report.tables, strength):
        if table.title:
            table.title = rng.choice(
                (
                    table.title.upper(),
                    table.title.replace("Thống kê các chỉ tiêu tại lĩnh vực", "Biểu tổng hợp"),
                    AREAS.get(table.appendix, table.title),
                    f"Số liệu {AREAS.get(table.appendix, table.title)}",
                )
            )


@on_report("lines_between", "titles", "dòng «Đơn vị tính», ghi chú giữa tên và bảng", held_out=True)
def lines_between(report: Report, rng: Random, strength: int) -> None:
    """Lines of another kind between title and table, one of them naming another appendix."""
    for table in share(rng, report.tables, strength):
        table.above = rng.sample(_between(table), min(strength, 3))


def _between(table: Table) -> list[str]:
    other = table.appendix % 8 + 1
    return [
        "Đơn vị tính: theo từng chỉ tiêu",
        f"(Xem thêm Phụ lục {other})",
        "Số liệu tính đến ngày 31/3/2020",
        "Người lập biểu: công chức Văn phòng - thống kê",
    ]
