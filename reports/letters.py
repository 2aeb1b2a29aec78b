"""Letters to the communes in the official layout: to each what it has to complete or correct, with place, what was read and
what is expected; a reminder to each that sent nothing; all of them in one ZIP."""

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from docx.document import Document
from duckdb import DuckDBPyConnection

from reports import official_docx as paper
from reports.corrections import Correction, corrections
from reports.district import read_form
from reports.docx_tables import Box, table
from reports.letterhead import Named, dated, named
from reports.office_text import day
from reports.output import beside, check_writable, make_folder
from reports.submission import Row, advised, rows
from schemas.form import Form
from schemas.sql.reading import ascii_name

ZIP = "thu-gui-cac-don-vi.zip"
_SENDERS = """SELECT c.*, s.document_number, s.document_date FROM completeness AS c
LEFT JOIN submissions AS s ON s.submission_id = c.submission_id
JOIN store.expected_sender AS u ON u.form = c.form AND u.period = c.period AND u.unit_id = c.unit_id
WHERE c.form = ? AND c.period = ? ORDER BY c.unit_code, c.unit_id"""
_PERHAPS_SENT = """SELECT unit_id FROM submissions WHERE is_current AND version IS NULL AND unit_id IS NOT NULL
UNION SELECT e.unit_id FROM evidence AS e JOIN submissions AS s ON s.submission_id = e.submission_id
WHERE s.is_current AND s.version IS NULL AND e.unit_id IS NOT NULL"""
_FINDINGS = "SELECT * FROM findings WHERE is_current AND severity <> 'info' ORDER BY finding_id"
_WIDTHS = (11.0, 64.0, 38.0, 52.0)


@dataclass(frozen=True, slots=True)
class Letters:
    """What was written. `waiting`: communes that get no reminder because a report that is not settled may be theirs."""

    corrections: tuple[Path, ...]
    reminders: tuple[Path, ...]
    archive: Path | None
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Writer:
    """What all letters share: who writes, about which report, until when."""

    office: Named
    form: Form
    due_date: date | None
    until: date | None
    made_at: datetime


def write_letters(
    connection: DuckDBPyConnection, folder: Path, *, until: date | None = None, made_at: datetime | None = None
) -> Letters:
    """Write the letters and the ZIP into `folder` (made if need be). `until` is the day by which an answer is wanted;
    without it the letters leave a blank. Raises UsageFault where a file cannot be written; none is written then."""
    (office,) = rows(connection, "SELECT * FROM office")
    form = read_form(connection, office["form"])
    writer = _Writer(named(office["name"]), form, office["due_date"], until, made_at or datetime.now())
    senders = rows(connection, _SENDERS, [form.code, form.period])
    perhaps = {row["unit_id"] for row in rows(connection, _PERHAPS_SENT)}
    findings: defaultdict[str, list[Row]] = defaultdict(list)
    for finding in map(advised, rows(connection, _FINDINGS)):
        findings[finding["submission_id"]].append(finding)
    silent = [sender for sender in senders if not sender["received"]]
    back = {
        _file_name(n, sender, "bo-sung"): letter
        for n, sender in enumerate(senders, 1)
        if sender["received"] and (letter := _correction_letter(writer, sender, findings[sender["submission_id"]]))
    }
    reminders = {
        _file_name(n, sender, "nhac-gui"): _reminder(writer, sender)
        for n, sender in enumerate(senders, 1)
        if sender in silent and sender["unit_id"] not in perhaps
    }
    archive = _write_all(folder, back | reminders, writer.made_at)
    return Letters(
        corrections=tuple(folder / name for name in back),
        reminders=tuple(folder / name for name in reminders),
        archive=archive,
        waiting=tuple(sender["unit_name"] for sender in silent if sender["unit_id"] in perhaps),
    )


def _file_name(number: int, sender: Row, purpose: str) -> str:
    return f"{number:02d}_{ascii_name(sender['unit_name'])}_{purpose}.docx"


def _write_all(folder: Path, letters: dict[str, Document], made_at: datetime) -> Path | None:
    """Everything is made and found writable before the first file is written."""
    made = {name: _bytes(document) for name, document in letters.items()}
    if not made:
        return None
    make_folder(folder)
    for name in (*made, ZIP):
        check_writable(folder / name)
    for name, data in made.items():
        with beside(folder / name) as fresh:
            fresh.write_bytes(data)
    with beside(folder / ZIP) as fresh, zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in made.items():
            archive.writestr(zipfile.ZipInfo(name, made_at.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)
    return folder / ZIP


def _bytes(document: Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


# -- the letters -------------------------------------------------------------------------------------------------------


def _correction_letter(writer: _Writer, sender: Row, findings: Sequence[Row]) -> Document | None:
    wanted = corrections(findings, writer.form)
    if not wanted:
        return None
    commune = named(sender["unit_name"])
    document = _begin(writer, commune, "bổ sung, chỉnh sửa báo cáo")
    paper.paragraph(
        document,
        f"{writer.office.full} đã nhận {_their_report(sender, commune)} theo mẫu «{writer.form.name}». "
        f"Qua kiểm tra, còn {len(wanted)} nội dung cần bổ sung, chỉnh sửa như sau:",
    )
    head = [Box("STT"), Box("Vị trí, vấn đề"), Box("Đơn vị đã ghi"), Box("Theo mẫu; đề nghị")]
    table(document, _WIDTHS, [head], _table(wanted))
    paper.paragraph(
        document,
        f"Đề nghị {commune.full} bổ sung, chỉnh sửa các nội dung trên và gửi lại báo cáo hoàn chỉnh (bản Word) về "
        f"{writer.office.full} {_by(writer.until)} để kịp tổng hợp./.",
        before=8,
    )
    return _end(document, writer, commune)


def _reminder(writer: _Writer, sender: Row) -> Document:
    commune = named(sender["unit_name"])
    document = _begin(writer, commune, "gửi báo cáo")
    due = f" (hạn gửi: ngày {day(writer.due_date)})" if writer.due_date else ""
    paper.paragraph(
        document,
        f"Đến ngày {day(writer.made_at)}, {writer.office.full} chưa nhận được báo cáo theo mẫu «{writer.form.name}» của "
        f"{commune.full}{due}.",
    )
    numbers = [appendix.number for appendix in writer.form.appendices]
    paper.paragraph(
        document,
        f"Đề nghị {commune.full} khẩn trương hoàn thành và gửi báo cáo (bản Word, đủ phần lời và các Phụ lục "
        f"{paper.roman(min(numbers))} – {paper.roman(max(numbers))}) về {writer.office.full} {_by(writer.until)}. "
        "Trường hợp đã gửi, đề nghị cho biết ngày gửi, địa chỉ nhận và gửi lại./.",
    )
    return _end(document, writer, commune)


def _begin(writer: _Writer, commune: Named, about: str) -> Document:
    office = writer.office
    document = paper.new_document(f"V/v {about} – {commune.short}", office.short, writer.made_at)
    place = dated(office.place, None, writer.made_at.year)
    letterhead = "\n".join(filter(None, office.letterhead))
    paper.letterhead(document, "", letterhead, "Số:        /UBND-NV", f"V/v {about} {writer.form.name}", place)
    paper.paragraph(document, f"Kính gửi: {commune.full}", align="center", before=18, after=12, indent=False)
    return document


def _end(document: Document, writer: _Writer, commune: Named) -> Document:
    paper.signature(document, ["Như trên;", "Lưu: VT."], writer.office.signer)
    return document


def _their_report(submission: Row, commune: Named) -> str:
    number, signed = submission["document_number"], submission["document_date"]
    named_by = f"Báo cáo số {number}" if number else "báo cáo"
    when = f" ngày {day(signed)}" if signed else f" (nhận ngày {day(submission['received_at'])})"
    return f"{named_by}{when} của {commune.full}"


def _by(until: date | None) -> str:
    return f"trước ngày {day(until)}" if until else "trước ngày … tháng … năm …"


def _table(wanted: Iterable[Correction]) -> Iterable[Sequence[Box]]:
    for n, item in enumerate(wanted, 1):
        request = "\n".join(filter(None, [item.expected, item.request]))
        yield [Box(str(n), "center"), Box(item.problem, title=item.place), Box(item.found), Box(request)]
