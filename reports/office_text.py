"""Numbers, dates and places as a Vietnamese office writes them (Nghị định 30/2020/NĐ-CP, Phụ lục I)."""

from datetime import date, datetime

_CALLS_ON_SENDER = ("Đề nghị đơn vị", "Hỏi lại đơn vị")


def number(value: float) -> str:
    """1500 → '1.500', 12.5 → '12,5'; at most six decimals."""
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def day(value: date) -> str:
    """'05/6/2020': a zero before days under 10 and before months 1 and 2 only."""
    month = f"{value.month:02d}" if value.month < 3 else str(value.month)
    return f"{value.day:02d}/{month}/{value.year}"


def moment(value: datetime) -> str:
    """'08:05 ngày 05/6/2020'."""
    return f"{value:%H:%M} ngày {day(value)}"


def size(count: int) -> str:
    """Bytes as '812 byte', '45 KB' or '1,2 MB'."""
    if count < 1000:
        return f"{count} byte"
    if count < 1_000_000:
        return f"{round(count / 1000)} KB"
    return f"{number(round(count / 1_000_000, 1))} MB"


def place(page: int | None, table: int | None, row: int | None, col: int | None) -> str:
    """'trang 2, bảng 3, dòng 7, cột 4': what is known of it; '' where nothing is."""
    named = (("trang", page), ("bảng", table), ("dòng", row), ("cột", col))
    return ", ".join(f"{name} {value}" for name, value in named if value is not None)


def excerpt(text: str, length: int) -> str:
    """The beginning of `text` on one line, cut at a word, '…' where something was left out."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0] + "…"


def calls_on_sender(advice: str) -> bool:
    """Is it the sender who has to do something, by the wording of the catalogue's advice? Else it is the office."""
    return advice.startswith(_CALLS_ON_SENDER)
