"""Who has sent what: communes against the report, its parts and its appendices, for a terminal, a workbook, a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from duckdb import DuckDBPyConnection
from jinja2 import Environment, PackageLoader, StrictUndefined

from reports.inert import visible
from reports.office_text import day, moment
from reports.output import beside
from reports.submission import Row, rows
from schemas.errors import UsageFault

LEGEND = "? có ô nghi ngờ · ! có mâu thuẫn · phần trăm: mục hoặc ô của mẫu đã điền"
SUFFIXES = (".xlsx", ".html")
STATES = {
    "received": "đã nhận", "needs_review": "cần xác nhận", "accepted": "đã chấp nhận", "returned": "đã trả lại",
    "rejected": "đã loại", "withdrawn": "đã rút", "not_submitted": "chưa gửi",
}  # fmt: skip
_UNITS = "SELECT * FROM completeness WHERE form = ? AND period = ? ORDER BY unit_code, unit_id"
_ITEMS = "SELECT * FROM completeness_parts WHERE form = ? AND period = ? ORDER BY unit_id, ordinal"
_UNSETTLED = """SELECT submission_id, file_name, unit_name, received_at FROM submissions
WHERE form = ? AND period = ? AND version IS NULL AND is_current ORDER BY received_at, submission_id"""
_DOUBLED = """SELECT unit_name, counts_for_name FROM answers WHERE relation = 'doubled' AND form = ? AND period = ?
ORDER BY unit_name"""
_PERIODS = """SELECT c.form, c.period, f.name, o.name AS office, o.due_date
FROM (SELECT form, period FROM store.sender GROUP BY form, period) AS c
JOIN forms AS f ON f.form = c.form LEFT JOIN office AS o ON o.form = c.form ORDER BY c.form, c.period"""


@dataclass(frozen=True, slots=True)
class Item:
    """A part of the outline or an appendix, of one commune. `share` is filled 0–1, None where the form knows no rows."""

    kind: str
    number: str
    title: str
    status: str
    share: float | None
    doubtful: int
    contradictory: int

    @property
    def short(self) -> str:
        """'Phần 1' or 'PL 1'."""
        return f"{'Phần' if self.kind == 'part' else 'PL'} {self.number}"

    @property
    def marks(self) -> str:
        """'?' for doubtful cells, '!' for contradictions."""
        return "?" * (self.doubtful > 0) + "!" * (self.contradictory > 0)

    @property
    def shown(self) -> str:
        """'85% ?!', 'có', 'trống', 'thiếu'; '' where nothing was sent."""
        words = {"empty": "trống", "absent": "thiếu", "not_submitted": ""}
        filled = "có" if self.share is None else percent(self.share)
        return f"{words.get(self.status, filled)} {self.marks}".strip()


@dataclass(frozen=True, slots=True)
class Unit:
    """One commune. `on_time` is None where no due date is known, or nothing was sent."""

    name: str
    status: str
    received_at: datetime | None
    on_time: bool | None
    version: int | None
    share: float | None
    doubtful: int | None
    contradictory: int | None
    submission_id: str | None
    items: tuple[Item, ...]

    @property
    def is_received(self) -> bool:
        """Has it sent a report that is surely its own?"""
        return self.submission_id is not None

    @property
    def state(self) -> str:
        """The state in Vietnamese."""
        return STATES[self.status]

    @property
    def timely(self) -> str:
        """'đúng hạn', 'muộn', 'không rõ'; '' where nothing was sent."""
        if not self.is_received:
            return ""
        return {True: "đúng hạn", False: "muộn", None: "không rõ"}[self.on_time]


@dataclass(frozen=True, slots=True)
class Status:
    """All communes of one form and period, in the order of their codes. `unsettled`: current reports of nobody knows
    whom (rows of view submissions). `doubled`: predecessors' reports that are not added (rows of view answers)."""

    office: str
    form: str
    form_name: str
    period: str
    due_date: date | None
    units: tuple[Unit, ...]
    unsettled: tuple[Row, ...]
    doubled: tuple[Row, ...]

    @property
    def received(self) -> list[Unit]:
        """The communes that have sent one."""
        return [unit for unit in self.units if unit.is_received]

    @property
    def silent(self) -> list[Unit]:
        """The communes that have sent nothing."""
        return [unit for unit in self.units if not unit.is_received]

    @property
    def items(self) -> tuple[Item, ...]:
        """The parts and appendices of the form."""
        return self.units[0].items if self.units else ()

    @property
    def summary(self) -> tuple[str, ...]:
        """What the office has to know, one short sentence a line."""
        return tuple(_summary(self))


def read_status(connection: DuckDBPyConnection) -> list[Status]:
    """The status of each form and period that reports are expected or held of, from the public views."""
    return [_read(connection, period) for period in rows(connection, _PERIODS)]


def status_lines(connection: DuckDBPyConnection) -> list[str]:
    """The status as lines of plain text for a terminal."""
    lines: list[str] = []
    for status in read_status(connection):
        lines += [f"{visible(status.office)} – {visible(status.form_name)} (kỳ {status.period})", ""]
        lines += [*_aligned(_table(status)), ""]
        lines += [LEGEND, "", *status.summary, ""]
    return lines[:-1]


def save_status(connection: DuckDBPyConnection, path: Path, made_at: datetime) -> None:
    """Write the status to an .xlsx or .html file, beside first, then renamed.

    Raises UsageFault where the ending is another or the file cannot be written.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UsageFault("OUTPUT_FORMAT", f"Không ghi được tệp «{path.name}».", f"Đặt đuôi tệp: {', '.join(SUFFIXES)}")
    statuses = read_status(connection)
    with beside(path) as fresh:
        if path.suffix.lower() == ".html":
            fresh.write_text(_html(statuses, made_at), encoding="utf-8")
        else:
            from reports.status_xlsx import write_workbook

            write_workbook(statuses, fresh, made_at)


def percent(share: float) -> str:
    """0.526 → '53%'; all but a little is never 100%, a little never 0%."""
    whole = round(share * 100)
    if 0 < share < 1:
        whole = min(max(whole, 1), 99)
    return f"{whole}%"


def headings(status: Status) -> list[str]:
    """The column headings of the table."""
    fixed = ["Đơn vị", "Tình trạng", "Ngày nhận", "Hạn nộp", "Lần gửi"]
    return [*fixed, *(item.short for item in status.items), "Đã điền", "Nghi ngờ", "Mâu thuẫn"]


def _read(connection: DuckDBPyConnection, period: Row) -> Status:
    key = [period["form"], period["period"]]
    items: dict[str, list[Item]] = {}
    for row in rows(connection, _ITEMS, key):
        items.setdefault(row["unit_id"], []).append(
            Item(
                kind=row["kind"],
                number=row["item"],
                title=row["title"],
                status=row["status"],
                share=row["share_filled"],
                doubtful=row["doubtful"] or 0,
                contradictory=row["contradictory"] or 0,
            )
        )
    units = tuple(
        Unit(
            name=row["unit_name"],
            items=tuple(items.get(row["unit_id"], ())),
            share=row["share_filled"],
            **{name: row[name] for name in ("status", "received_at", "on_time", "version", "doubtful", "contradictory")},
            submission_id=row["submission_id"],
        )
        for row in rows(connection, _UNITS, key)
    )
    return Status(
        office=period["office"] or "",
        form=period["form"],
        form_name=period["name"],
        period=period["period"],
        due_date=period["due_date"],
        units=units,
        unsettled=tuple(rows(connection, _UNSETTLED, key)),
        doubled=tuple(rows(connection, _DOUBLED, key)),
    )


def _summary(status: Status) -> Iterator[str]:
    received, silent = status.received, status.silent
    yield f"Đã gửi: {len(received)}/{len(status.units)} đơn vị" + _timeliness(status, received)
    if silent:
        yield f"Chưa gửi ({len(silent)}): {', '.join(unit.name for unit in silent)}."
    if asked := [f"{unit.name} ({unit.contradictory})" for unit in received if unit.contradictory]:
        yield f"Có mâu thuẫn cần hỏi lại: {', '.join(asked)}."
    if doubtful := [f"{unit.name} ({unit.doubtful} ô)" for unit in received if unit.doubtful]:
        yield f"Có ô nghi ngờ cần xem: {', '.join(doubtful)}."
    for report in status.doubled:
        yield f"Không cộng báo cáo của {report['unit_name']}: {report['counts_for_name']} đã báo cáo cho cùng các năm."
    for report in status.unsettled:
        yield f"Chưa biết chắc của đơn vị nào: {visible(report['file_name'])} (mã {report['submission_id']})."


def _timeliness(status: Status, received: Sequence[Unit]) -> str:
    if status.due_date is None:
        return "; chưa đặt hạn nộp nên không rõ đúng hạn hay muộn."
    late = [unit.name for unit in received if unit.on_time is False]
    by = f"; hạn nộp {day(status.due_date)}"
    return f"{by}, muộn {len(late)}: {', '.join(late)}." if late else f"{by}, không đơn vị nào muộn."


def _table(status: Status) -> list[list[str]]:
    return [[*headings(status), "Mã báo cáo"], *(_line(unit) for unit in status.units)]


def _line(unit: Unit) -> list[str]:
    return [
        unit.name,
        unit.state,
        day(unit.received_at) if unit.received_at else "",
        unit.timely,
        _number(unit.version),
        *(item.shown for item in unit.items),
        "" if unit.share is None else percent(unit.share),
        _number(unit.doubtful),
        _number(unit.contradictory),
        unit.submission_id or "",
    ]


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _aligned(table: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns side by side, figures to the right, a line under the headings."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for number, line in enumerate(table):
        cells = [
            cell.ljust(width) if col < 4 else cell.rjust(width)
            for col, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
        if number == 0:
            yield "  ".join("─" * width for width in widths)


def _html(statuses: Sequence[Status], made_at: datetime) -> str:
    return _environment().get_template("status.html").render(statuses=statuses, made_at=made_at, legend=LEGEND)


@cache
def _environment() -> Environment:
    """Autoescape is on: names of files never become markup."""
    environment = Environment(
        loader=PackageLoader("reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"day": day, "moment": moment, "percent": percent}
    return environment
