"""The status as a workbook: one sheet to print with communes against parts and appendices, one tidy sheet to filter."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from reports.office_text import moment
from reports.status import LEGEND, Item, Status, Unit, headings
from reports.xlsx_book import DOUBTFUL, EMPTY, Book

MISSING = "#F8D7DA"
_WIDTHS = {"Đơn vị": 21, "Tình trạng": 12.5, "Ngày nhận": 10.5, "Hạn nộp": 8.5, "Lần gửi": 5}
_DETAIL = ("Đơn vị", "Loại", "Số", "Tên", "Tình trạng", "Đã điền", "Ô nghi ngờ", "Mâu thuẫn", "Mã báo cáo")
_WORDS = {"found": "có", "empty": "trống", "absent": "thiếu", "not_submitted": "chưa gửi"}


def write_workbook(statuses: Sequence[Status], path: Path, made_at: datetime) -> None:
    """The workbook for one form and period or for several, two sheets each."""
    with Book(path, "Tình hình gửi báo cáo", statuses[0].office if statuses else "", made_at) as book:
        for number, status in enumerate(statuses, 1):
            suffix = f" {number}" if len(statuses) > 1 else ""
            _matrix(book, status, f"Tình hình{suffix}", made_at)
            _detail(book, status, f"Chi tiết{suffix}")


def _matrix(book: Book, status: Status, name: str, made_at: datetime) -> None:
    sheet = book.sheet(name, f"{status.office} – lập lúc {moment(made_at)}")
    labels = headings(status)
    book.text(sheet, 0, 0, status.office, book.look(font_size=11))
    book.text(sheet, 1, 0, "TÌNH HÌNH GỬI BÁO CÁO", book.look(bold=True, font_size=15))
    book.text(sheet, 2, 0, f"{status.form_name} (kỳ {status.period})", book.look(italic=True))
    top = 4
    wrapped = book.look(text_wrap=True, valign="top")
    for row, sentence in enumerate(status.summary, top):
        sheet.merge_range(row, 0, row, len(labels) - 1, "", wrapped)
        book.text(sheet, row, 0, sentence, wrapped)
        sheet.set_row(row, 15.5 * (1 + len(sentence) // 150))
    head = top + len(status.summary) + 1
    book.head(sheet, head, labels)
    sheet.set_row(head, 32)
    for row, unit in enumerate(status.units, head + 1):
        sheet.set_row(row, 18)
        _unit(book, sheet, row, unit)
    last = head + len(status.units)
    book.text(sheet, last + 2, 0, LEGEND, book.look(italic=True))
    for col, label in enumerate(labels):
        sheet.set_column(col, col, _WIDTHS.get(label, 7.5))
    sheet.freeze_panes(head + 1, 1)
    sheet.print_area(0, 0, last + 2, len(labels) - 1)


def _unit(book: Book, sheet: Any, row: int, unit: Unit) -> None:
    plain: dict[str, Any] = {"border": 1} | ({} if unit.is_received else {"bg_color": EMPTY})
    middle = plain | {"align": "center"}
    book.text(sheet, row, 0, unit.name, book.look(**plain, bold=unit.is_received))
    book.text(sheet, row, 1, unit.state, book.look(**plain))
    book.value(sheet, row, 2, unit.received_at.date() if unit.received_at else None, **middle)
    book.text(sheet, row, 3, unit.timely, book.look(**middle | ({"bg_color": MISSING} if unit.on_time is False else {})))
    book.value(sheet, row, 4, unit.version, **middle)
    for col, item in enumerate(unit.items, 5):
        _item(book, sheet, row, col, item, middle)
    after = 5 + len(unit.items)
    book.value(sheet, row, after, unit.share, **middle | {"num_format": _share_format(unit.share)})
    for col, value in enumerate((unit.doubtful, unit.contradictory), after + 1):
        book.value(sheet, row, col, value, **middle | ({"bg_color": DOUBTFUL} if value else {}))


def _item(book: Book, sheet: Any, row: int, col: int, item: Item, look: dict[str, Any]) -> None:
    """A real percentage where there is one, its marks shown by the number format."""
    if item.status in ("empty", "absent"):
        look = look | {"bg_color": MISSING}
    elif item.marks:
        look = look | {"bg_color": DOUBTFUL}
    if item.status == "found" and item.share is not None:
        book.value(sheet, row, col, item.share, **look | {"num_format": _share_format(item.share, item.marks)})
    else:
        book.text(sheet, row, col, item.shown, book.look(**look))


def _share_format(share: float | None, marks: str = "") -> str:
    """Whole per cent, but nothing that is not all shows as 100%."""
    digits = "0.0%" if share is not None and 0.995 <= share < 1 else "0%"
    return f'{digits}" {marks}"' if marks else digits


def _detail(book: Book, status: Status, name: str) -> None:
    sheet = book.sheet(name, status.office)
    book.head(sheet, 0, _DETAIL)
    row = 0
    for unit in status.units:
        for item in unit.items:
            row += 1
            kind = "Phần" if item.kind == "part" else "Phụ lục"
            share = item.share if unit.is_received else None
            counts = (item.doubtful, item.contradictory) if unit.is_received else (None, None)
            number = int(item.number) if item.number.isdigit() else item.number
            values = (unit.name, kind, number, item.title, _WORDS[item.status], share, *counts, unit.submission_id)
            for col, value in enumerate(values):
                look = {"num_format": _share_format(share)} if col == 5 else {"shrink": True} if col == 3 else {}
                book.value(sheet, row, col, value, border=1, **look)
    sheet.autofilter(0, 0, row, len(_DETAIL) - 1)
    sheet.freeze_panes(1, 1)
    for col, width in enumerate((22, 9, 6, 80, 12, 9, 10, 10, 15)):
        sheet.set_column(col, col, width)
    sheet.set_row(0, 20)
