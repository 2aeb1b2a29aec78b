"""The tidy sheets: every figure with its seven counts, every cell with the place it was read from, the communes' own rows,
and what is to be settled. One thing a row, ready for filters."""

from collections.abc import Iterable, Sequence
from typing import Any

from reports.consolidation_layout import AGGREGATES, COUNTS, Sheet, cell_shown
from reports.consolidation_xlsx_plan import CELLS, FIGURES, FINDINGS, FURTHER, UNIT_SUMS
from reports.district import District
from reports.submission import Row
from reports.xlsx_book import Book

CELL_STATUSES = {
    "ok": "đọc rõ", "blank": "để trống", "none": "ghi không có", "not_applicable": "không áp dụng",
    "absent": "không có ô này", "flagged": "nghi ngờ", "corrected": "người sửa",
}  # fmt: skip
KINDS = {
    "count": "số đếm", "percent": "tỷ lệ %", "yes_no": "Có/Không", "ratio": "a/b", "choice": "chọn từ", "text": "chữ",
    "heading": "tiêu đề nhóm",
}  # fmt: skip
SEVERITIES = {"error": "phải xử lý", "warning": "nên xem", "info": "để biết"}


def write_figures(book: Book, footer: str, district: District) -> tuple[str, str]:
    """Every figure of store.figure; returns the sheet's name and what it is."""
    form = district.form
    columns = {(a.number, c.key): c.label for a in form.appendices for c in form.columns_of(a)}
    head = (
        "Phụ lục", "Mã", "Chỉ tiêu", "Cột", "Cách tổng hợp", "Lựa chọn", "Giá trị", "Ghi bằng chữ", "Dựa trên", "Phải có",
        *(word.capitalize() for word in COUNTS.values()), "Ô nghi ngờ đã tính", "Báo cáo đã chấp nhận",
    )  # fmt: skip
    body = (
        (
            row["appendix"], row["indicator"], row["label"], columns[row["appendix"], row["column_key"]],
            AGGREGATES[row["aggregate"]], row["category"], row["value"], row["text"], row["rests_on"], row["expected"],
            *(row[name] for name in COUNTS), row["doubtful"], row["accepted"],
        )
        for row in district.figures
    )  # fmt: skip
    widths = (8, 7, 46, 22, 20, 11, 11, 34, 9, 9, *[11] * 9)
    _write(book, footer, FIGURES, head, widths, body)
    return FIGURES, "Mỗi dòng một số liệu tổng hợp, dựa trên bao nhiêu đơn vị, vì sao đơn vị khác không có"


def write_unit_sums(book: Book, footer: str, district: District) -> tuple[str, str]:
    """The sums unit by unit, those of predecessors in their successor's column."""
    form = district.form
    columns = {(a.number, c.key): (n, c.label) for a in form.appendices for n, c in enumerate(form.columns_of(a))}
    values: dict[tuple[int, int, int, str, str, str], dict[str, float | None]] = {}
    for row in district.sums:
        n, column = columns[row["appendix"], row["column_key"]]
        line = (row["appendix"], row["ordinal"], n, row["indicator"], row["label"], column)
        values.setdefault(line, {})[row["unit_id"]] = row["value"]
    names = [f"{u['unit_name']} ({u['reports']} báo cáo{', chưa đủ' if u['missing'] else ''})" for u in district.lines]
    head = ("Phụ lục", "Mã", "Chỉ tiêu", "Cột", *names, "Cộng")
    ids = [unit["line_id"] for unit in district.lines]
    body = []
    for (appendix, _, _, code, label, column), by_unit in sorted(values.items()):
        own = [by_unit.get(unit_id) for unit_id in ids]
        known = [value for value in own if value is not None]
        body.append((appendix, code, label, column, *own, sum(known) if known else None))
    widths = (8, 7, 46, 18, *[12] * len(ids), 12)
    _write(book, footer, UNIT_SUMS, head, widths, body, printed=len(head))
    return UNIT_SUMS, "Số cộng được, theo từng đơn vị sau sáp nhập: báo cáo của đơn vị cũ cộng vào đơn vị kế tiếp"


def write_cells(book: Book, footer: str, district: District) -> tuple[str, str]:
    """Every cell of the counted reports and where it was read."""
    form = district.form
    columns = {(a.number, c.key): c.label for a in form.appendices for c in form.columns_of(a)}
    head = (
        "Đơn vị", "Mã đơn vị", "Phụ lục", "Mã", "Chỉ tiêu", "Loại", "Đơn vị tính", "Cột", "Năm", "Một phần năm",
        "Giá trị", "Chữ", "Nguyên văn trong báo cáo", "Trạng thái", "Được tính", "Tệp", "Trang", "Bảng", "Dòng", "Cột số",
        "Mã báo cáo",
    )  # fmt: skip
    body = (_cell(cell, columns, district) for cell in district.cells)
    widths = (20, 9, 8, 7, 40, 10, 12, 22, 7, 9, 11, 20, 24, 14, 9, 30, 7, 7, 7, 7, 14)
    _write(book, footer, CELLS, head, widths, body)
    return CELLS, "Mỗi dòng một ô trong báo cáo của đơn vị: ghi gì, hiểu thế nào, đọc ở tệp, trang, bảng, dòng, cột nào"


def _cell(cell: Row, columns: dict[tuple[int, str], str], district: District) -> tuple[object, ...]:
    with_doubtful = district.options.include_flagged and cell["status"] == "flagged"
    value, text = (cell["value_read"], cell["text_read"]) if with_doubtful else (cell["value"], cell["text"])
    is_counted = cell["status"] in ("ok", "corrected") or (with_doubtful and (value is not None or text is not None))
    return (
        cell["unit_name"], cell["unit_code"], cell["appendix"], cell["indicator"], cell["label"] or cell["source_label"],
        KINDS[cell["kind"]], cell["measure"],
        columns.get((cell["appendix"], cell["column_key"]), cell["source_column"] or "(cột không tên)"), cell["year"],
        cell["is_part_period"], value, text, cell["raw"], CELL_STATUSES[cell["status"]], is_counted, cell["file_name"],
        cell["page"], cell["table_no"], cell["row_no"], cell["col_no"], cell["submission_id"],
    )  # fmt: skip


def write_further(book: Book, footer: str, plan: Iterable[Sheet]) -> tuple[str, str]:
    """Rows and columns that the form lacks, one commune's row a line."""
    sheets = list(plan)
    labels = list(
        dict.fromkeys(
            [column.label for sheet in sheets for column in sheet.columns if sheet.further]
            + [name for sheet in sheets for row in sheet.further for name in row.cells]
        )
    )
    body = [
        (sheet.appendix.number, row.label, row.unit_name, *(_shown(row.cells.get(label)) for label in labels))
        for sheet in sheets
        for row in sheet.further
    ]
    _write(book, footer, FURTHER, ("Phụ lục", "Dòng đơn vị ghi", "Đơn vị", *labels), (8, 50, 20, *[12] * len(labels)), body)
    return FURTHER, "Dòng và cột đơn vị ghi thêm ngoài mẫu: giữ lại, không cộng vào chỉ tiêu nào"


def _shown(cell: Row | None) -> object:
    if cell is None:
        return None
    is_number = cell["status"] in ("ok", "corrected") and cell["value"] is not None and cell["kind"] == "count"
    return cell["value"] if is_number else cell_shown(cell)


def write_findings(book: Book, footer: str, district: District) -> tuple[str, str]:
    """Errors and warnings about current reports."""
    form = district.form
    columns = {(a.number, c.key): c.label for a in form.appendices for c in form.columns_of(a)}
    head = (
        "Đơn vị", "Mức", "Nội dung", "Cách xử lý", "Phụ lục", "Mã", "Cột", "Mục", "Đọc được", "Theo mẫu", "Trang", "Bảng",
        "Dòng", "Cột số", "Loại", "Tệp", "Mã báo cáo",
    )  # fmt: skip
    body = (
        (
            row["unit_name"] or "(chưa rõ đơn vị)", SEVERITIES[row["severity"]], row["message"], row["advice"],
            row["appendix"], row["indicator"], columns.get((row["appendix"], row["column_key"]), row["column_key"]),
            row["section"], row["found"], row["expected"], row["page"], row["table_no"], row["row_no"], row["col_no"],
            row["code"], row["file_name"], row["submission_id"],
        )
        for row in district.findings
    )  # fmt: skip
    widths = (20, 11, 60, 46, 8, 7, 18, 13, 24, 24, 7, 7, 7, 7, 20, 30, 14)
    _write(book, footer, FINDINGS, head, widths, body, printed=10)
    return FINDINGS, "Chỗ thiếu, nghi ngờ, mâu thuẫn trong từng báo cáo và cách xử lý"


def _write(
    book: Book,
    footer: str,
    name: str,
    head: Sequence[str],
    widths: Sequence[float],
    body: Iterable[Sequence[object]],
    printed: int = 0,
) -> None:
    """A sheet with one thing a row. Where it is for reading on paper too, the first `printed` columns are printed, their
    long texts on several lines."""
    page: Any = book.sheet(name, footer)
    book.head(page, 0, head)
    page.set_row(0, 48)
    for col, width in enumerate(widths):
        page.set_column(col, col, width)
    last = 0
    wrapped = {"text_wrap": True, "valign": "top"} if printed else {}
    for last, values in enumerate(body, 1):
        for col, value in enumerate(values):
            book.value(page, last, col, value, border=1, **wrapped)
        if printed:
            lines = (-(-len(str(value or "")) // widths[col]) for col, value in enumerate(values[:printed]))
            page.set_row(last, 15.5 * max(1, *lines))
    if printed:
        page.print_area(0, 0, max(last, 1), printed - 1)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(last, 1), len(head) - 1)
