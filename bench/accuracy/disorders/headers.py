"""Header rows of the tables: levels, wordings, repetitions, other first columns."""

from random import Random

from bench.accuracy.disorders.columns import yearly
from bench.accuracy.disorders.registry import on_report, share
from bench.accuracy.model import Column, Report, Table

GROUPS = ("Năm", "Kết quả qua các năm", "Số liệu từng năm", "Kết quả thực hiện", "Các năm")
PART_YEARS = (
    "Năm 2020 (đến 31/3)",
    "3 tháng đầu năm 2020",
    "Quý I/2020",
    "Quý I năm 2020",
    "Đến 31/3/2020",
    "Năm 2020\n(3 tháng)",
    "Năm 2020 (tính đến hết tháng 3)",
    "Tính đến 31/3/2020",
    "2020 (đến tháng 3)",
)
LABEL_HEADERS = ("Nội dung", "Chỉ tiêu", "Tên chỉ tiêu", "Nội dung chỉ tiêu", "Chỉ tiêu/nhiệm vụ", "Chỉ tiêu thống kê")
STT_HEADERS = ("TT", "Số TT", "Stt", "S\nTT", "SỐ TT", "Thứ tự")


@on_report("two_levels", "headers", "đầu bảng hai tầng, ô trộn", slot="levels")
def two_levels(report: Report, rng: Random, strength: int) -> None:
    """A group header over the years; STT and label merged downwards, or not (strength 3)."""
    for table in share(rng, yearly(report), strength):
        table.levels = 2
        table.group_header = rng.choice(GROUPS)
        table.merge_sides = strength < 3 or rng.random() < 0.5
        if table.group_header == "Năm":
            _only_years(table)


@on_report("three_levels", "headers", "đầu bảng ba tầng", held_out=True, slot="levels")
def three_levels(report: Report, rng: Random, strength: int) -> None:
    """Two group headers over the years."""
    for table in share(rng, yearly(report), strength):
        table.levels = 3
        table.group_header = rng.choice(GROUPS[1:])
        table.merge_sides = rng.random() < 0.7


@on_report("years_alone", "headers", "đầu cột chỉ ghi «2015»", slot="year words")
def years_alone(report: Report, rng: Random, strength: int) -> None:
    """'2015' for 'Năm 2015'."""
    for table in share(rng, yearly(report), strength):
        _only_years(table)


def _only_years(table: Table) -> None:
    for column in table.form_columns():
        if column.year is not None:
            column.header = column.header.replace("Năm ", "") if column.key == "2020" else str(column.year)


@on_report(
    "year_wording", "headers", "«N. 2016», «NĂM 2016», «Số liệu 2016», «Kết quả năm 2016»", held_out=True, slot="year words"
)
def year_wording(report: Report, rng: Random, strength: int) -> None:
    """The same years in other words."""
    for table in share(rng, yearly(report), strength):
        words = rng.choice(("N. {}", "NĂM {}", "Số liệu {}", "Kết quả năm {}", "năm{}", "Thực hiện {}", "Năm\n{}"))
        for column in table.form_columns():
            if column.year is not None and column.key != "2020":
                column.header = words.format(column.year)


@on_report("part_year_wording", "headers", "cột 2020 ghi «Quý I/2020», «3 tháng đầu năm 2020» …", slot="part year")
def part_year_wording(report: Report, rng: Random, strength: int) -> None:
    """The column of three months in other words."""
    for table in share(rng, yearly(report), strength):
        for column in table.form_columns():
            if column.key == "2020":
                column.header = rng.choice(PART_YEARS)


@on_report("part_year_dropped", "headers", "cột 2020 không ghi «đến 31/3»", slot="part year")
def part_year_dropped(report: Report, rng: Random, strength: int) -> None:
    """'Năm 2020', nothing more: the form says which part of it."""
    for table in share(rng, yearly(report), strength):
        for column in table.form_columns():
            if column.key == "2020":
                column.header = "Năm 2020"


@on_report(
    "part_year_other",
    "headers",
    "cột 2020 ghi «6 tháng đầu năm 2020»",
    held_out=True,
    slot="part year",
    undecidable="kỳ khác với mẫu: hỏi hay đọc là cột 2020 đều được",
)
def part_year_other(report: Report, rng: Random, strength: int) -> None:
    """Another part of the year than the form's."""
    for table in share(rng, yearly(report), strength):
        for column in table.form_columns():
            if column.key == "2020":
                column.header = rng.choice(("6 tháng đầu năm 2020", "Năm 2020 (Tính đến 30/6)", "9 tháng năm 2020"))
                for row in table.rows:
                    cell = row.cells.get(column.ident)
                    if cell is not None:
                        cell.want = cell.want.asked("may")


@on_report(
    "year_mistyped",
    "headers",
    "năm gõ nhầm «Năm 2106», «Năm 20l6»",
    held_out=True,
    undecidable="năm không có thật: đọc theo vị trí, hỏi, hoặc giữ ở cột thêm kèm câu hỏi đều được",
)
def year_mistyped(report: Report, rng: Random, strength: int) -> None:
    """A year that does not exist: its place says which, but not for sure."""
    for table in share(rng, yearly(report), strength):
        column = rng.choice([c for c in table.form_columns() if c.year is not None and c.key != "2020"])
        digits = str(column.year)
        column.header = "Năm " + rng.choice(
            (digits[0] + digits[2] + digits[1] + digits[3], digits.replace("1", "l"), digits + "0")
        )
        for row in table.rows:
            cell = row.cells.get(column.ident)
            if cell is not None:
                cell.want = cell.want.unnamed()


@on_report("label_header", "headers", "cột chỉ tiêu ghi «Nội dung» …; STT ghi «TT»")
def label_header(report: Report, rng: Random, strength: int) -> None:
    """Other names for the first two columns."""
    for table in share(rng, report.tables, strength):
        for column in table.columns:
            if column.role == "label":
                column.header = rng.choice(LABEL_HEADERS)
            elif column.role == "stt":
                column.header = rng.choice(STT_HEADERS)


@on_report("header_case", "headers", "đầu bảng viết HOA, có dấu hai chấm, không dấu", held_out=True)
def header_case(report: Report, rng: Random, strength: int) -> None:
    """Capitals and stray signs in the header."""
    for table in share(rng, report.tables, strength):
        for column in table.columns:
            column.header = rng.choice(
                (column.header.upper(), column.header + ":", f" {column.header} ", column.header.lower())
            )


@on_report("column_numbers", "headers", "hàng (1) (2) (3) … dưới đầu bảng")
def column_numbers(report: Report, rng: Random, strength: int) -> None:
    """The numbers of the columns stand in a row of their own: they are no data."""
    for table in share(rng, report.tables, strength):
        table.column_numbers = True


@on_report("header_repeated", "headers", "đầu bảng lặp lại giữa bảng")
def header_repeated(report: Report, rng: Random, strength: int) -> None:
    """Typed again where the next page began."""
    for table in share(rng, [t for t in report.tables if len(t.rows) > 4], strength):
        table.repeat_header_at = sorted(rng.sample(range(2, len(table.rows)), 1 + (strength == 3)))


@on_report("header_marked", "headers", "hàng đầu bảng đánh dấu lặp qua trang")
def header_marked(report: Report, rng: Random, strength: int) -> None:
    """Word's own repeated header."""
    for table in share(rng, report.tables, strength):
        table.marked_header = True


@on_report("no_stt", "headers", "không có cột STT", slot="stt")
def no_stt(report: Report, rng: Random, strength: int) -> None:
    """The column of numbers was left out; from strength 2 the number stands before the label."""
    for table in share(rng, report.tables, strength):
        table.columns = [column for column in table.columns if column.role != "stt"]
        if strength >= 2:
            for row in table.rows:
                row.label = f"{row.stt}. {row.label}" if row.stt[:1].isdigit() else f"{row.stt} {row.label}".strip()


@on_report("empty_column", "headers", "cột trống thừa không tên", held_out=True)
def empty_column(report: Report, rng: Random, strength: int) -> None:
    """A column without header or content, between others or at the end."""
    for table in share(rng, report.tables, strength):
        at = rng.randrange(2, len(table.columns) + 1)
        table.columns.insert(at, Column("empty", "extra", "", width=300))
