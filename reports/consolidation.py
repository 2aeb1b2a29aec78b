"""From the communes' reports to one: the district's workbook, Word draft or page, made from the views alone."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from duckdb import DuckDBPyConnection

from ingest.text import bare
from reports.commune_docx import write_commune_docx
from reports.consolidation_docx import write_docx
from reports.consolidation_html import write_html
from reports.consolidation_xlsx import write_xlsx
from reports.district import District, Options, coverage, read_district
from reports.output import check_writable
from reports.submission import Row
from reports.units_on import by_units_on
from schemas.errors import UsageFault

__all__ = ["Options", "consolidate"]

WRITERS = {".xlsx": write_xlsx, ".docx": write_docx, ".html": write_html}


def consolidate(
    connection: DuckDBPyConnection,
    path: Path,
    options: Options | None = None,
    *,
    unit: str | None = None,
    units_on: date | None = None,
    made_at: datetime | None = None,
) -> list[str]:
    """Write the consolidated figures to a .xlsx, .docx or .html file; returns what they rest on, in sentences.

    With `unit` (a commune's name or code; .docx only) its report alone is set again in the official layout instead,
    nothing added up. `units_on`: by the units of another day than the office's.

    Raises UsageFault for another kind of file, a file that cannot be written, no report that counts,
    a commune that has none; nothing is written then.
    """
    made_at = made_at or datetime.now()
    if path.suffix.lower() not in WRITERS or (unit is not None and path.suffix.lower() != ".docx"):
        kinds = ".docx" if unit is not None else ", ".join(WRITERS)
        raise UsageFault("OUTPUT_FORMAT", f"Không ghi được tệp «{path.name}».", f"Đặt đuôi tệp: {kinds}")
    check_writable(path)
    with by_units_on(connection, units_on):
        district = read_district(connection, options or Options(), made_at)
    if unit is not None:
        sender = _sender(district, unit)
        write_commune_docx(connection, sender["submission_id"], path, made_at)
        return [f"Báo cáo của {sender['unit_name']}, chép lại theo thể thức; ô nghi ngờ mang dấu (?)."]
    WRITERS[path.suffix.lower()](district, path)
    return list(coverage(district))


def _sender(district: District, unit: str) -> Row:
    """The commune that has this code or name, with or without its type and diacritics."""
    named = [sender for sender in district.senders if unit in (sender["unit_id"], sender["unit_code"])]
    named = named or [sender for sender in district.senders if bare(unit) in _names(sender)]
    if len(named) != 1:
        raise UsageFault("UNIT_UNKNOWN", f"Không có đúng một đơn vị «{unit}» trong kỳ này.", "Xem: tonghop units")
    if named[0]["submission_id"] is None:
        raise UsageFault("NOTHING_TO_CONSOLIDATE", f"{named[0]['unit_name']} chưa có báo cáo.", "Xem: tonghop status")
    return named[0]


def _names(sender: Row) -> Iterable[str]:
    name = bare(sender["unit_name"])
    yield name
    for kind in ("xa ", "phuong ", "thi tran ", "dac khu "):
        if name.startswith(kind):
            yield name.removeprefix(kind)
