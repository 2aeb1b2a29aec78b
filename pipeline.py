"""The sentence, and the command line: how a file becomes records, and how people ask for it.

`extract_file` reads one file in named steps and writes nothing; the commands hand its result to the warehouse and tell
people what happened. Heavy libraries are imported where they are used: children that only read, and --version, need few.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from schemas.errors import Refused, TonghopError, UsageFault

if TYPE_CHECKING:
    import typer

    from ingest.archive import Staged
    from ingest.intake import Answer, Intake
    from ingest.runner import Outcome
    from ingest.warehouse import Warehouse
    from ingest.watch import Verdict
    from reports.query import View
    from schemas.document import Document
    from schemas.office import Office
    from schemas.record import Extraction

SNAPSHOT_EVERY = 10.0
"""Seconds: how old what SQL readers see may get during a long run."""


# -- one file ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read, with what the clerk said of it. Pickled to a child process, so the office goes by its path.

    `name` and `folder` are what the file and its folder were called where it came from, None: what they are called now.
    """

    path: Path
    office: Path
    unit: str | None = None
    form: str | None = None
    name: str | None = None
    folder: str | None = None


@lru_cache(maxsize=4)
def _office(path: Path) -> Office:
    from schemas.office import read_office

    return read_office(path)


def extract_file(job: Job) -> Extraction:
    """All that one file gives, nothing written. Raises Refused with the true reason where it is no such report."""
    from ingest.readers import read

    document = read(job.path, _office(job.office).settings)
    if job.name is not None:
        document = replace(document, source=replace(document.source, file_name=job.name))
    return extract(document, job)


def extract(document: Document, job: Job) -> Extraction:
    """The steps after reading: form → sender → appendices → outline → one Extraction."""
    from ingest.appendices import read_appendices
    from ingest.claims import find_claims
    from ingest.identify import find_form
    from ingest.outline import match_outline
    from ingest.sender import find_sender
    from schemas.record import Extraction

    office = _office(job.office)
    identity = find_form(document, [office.form], job.form)
    if identity.form is None:
        raise Refused(identity.refusal or "NOT_A_REPORT", identity.detail)
    form = identity.form
    sender, sender_findings = find_sender(
        document, office, job.name or job.path.name, job.folder or job.path.parent.name, job.unit
    )
    appendices = read_appendices(document, form, office.settings)
    sections, section_findings = match_outline(document, form, office.settings)
    told = {(finding.code, finding.place) for finding in appendices.findings}
    # What the reader doubts in a cell is said once, with the cell's place in the form.
    read = [finding for finding in document.findings if (finding.code, finding.place) not in told]
    findings = (*read, *identity.findings, *sender_findings, *appendices.findings, *section_findings)
    return Extraction(
        source=document.source,
        form=form.code,
        period=form.period,
        period_start=form.period_start,
        period_end=form.period_end,
        sender=sender,
        appendices=appendices.found,
        observations=appendices.observations,
        sections=sections,
        claims=find_claims(sections, form),
        findings=findings,
        cells_printed=appendices.cells_printed,
        cells_used=appendices.cells_used,
        needs_review=sender.unit_id is None or any(finding.code in _UNSETTLED for finding in findings),
    )


_UNSETTLED = frozenset({"FORM_UNSURE", "PERIOD_UNSURE", "SENDER_UNKNOWN", "SENDER_DISAGREES", "SENDER_NOT_EXPECTED"})


# -- many files --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file, for people and for programs."""

    file: str
    outcome: Literal["loaded", "unchanged", "assigned", "refused", "failed", "waiting"]
    submission_id: str | None = None
    unit: str | None = None
    form: str | None = None
    period: str | None = None
    version: int | None = None
    status: str | None = None
    cells_read: int = 0
    cells_flagged: int = 0
    findings: dict[str, int] | None = None
    reason: str | None = None
    message: str | None = None
    advice: str | None = None
    exit_code: int = 0
    seconds: float = 0.0

    @property
    def needs_person(self) -> bool:
        """Is there anything that a person must look at?"""
        doubtful = self.status == "needs_review" or self.cells_flagged > 0
        return doubtful or any((self.findings or {}).get(severity) for severity in ("error", "warning"))

    def as_json(self) -> str:
        """One JSON object on one line."""
        row = {name: getattr(self, name) for name in self.__slots__ if name != "exit_code"}
        return json.dumps(row, ensure_ascii=False)


def collect(paths: Sequence[Path]) -> tuple[list[Path], int]:
    """The files to read, in a stable order, and how many others lie in the folders and are ignored."""
    from schemas.junk import is_tried

    found: list[Path] = []
    ignored = 0
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        for folder, folders, names in os.walk(path):
            # Neither what is archived, nor what a watcher is taking in.
            folders[:] = sorted(name for name in folders if ".kho-goc" not in name and not name.startswith(".tonghop-"))
            for name in sorted(names):
                found += [Path(folder, name)] if is_tried(name) else []
                ignored += not is_tried(name)
    return list(dict.fromkeys(found)), ignored


def ingest_files(
    files: Sequence[Path], intake: Intake, office: Path, *, jobs: int, unit: str | None, form: str | None
) -> Iterator[Result]:
    """Read and load files, a result each as it is done. Bytes that are loaded already are not read again."""
    from ingest.runner import run_many

    fresh: list[Path] = []
    for path in files:
        digest = _digest(path)
        if digest and intake.is_loaded(digest):
            yield _again(path, digest, intake.warehouse, office, unit)
        else:
            fresh.append(path)
    came_from: dict[Path, tuple[Path, Staged | None]] = {}

    def to_read() -> Iterator[Job]:
        for path in fresh:
            staged = _stage(path, intake, unit, form)
            job = _job(staged, office) if staged else Job(path, office, unit, form)
            came_from[job.path] = (path, staged)
            yield job

    last_snapshot = time.monotonic()
    for outcome in run_many(extract_file, to_read(), _office(office).settings, jobs):
        yield _take_in(*came_from[outcome.argument.path], outcome, intake)
        if time.monotonic() - last_snapshot > SNAPSHOT_EVERY:
            intake.warehouse.snapshot()
            last_snapshot = time.monotonic()


def _stage(path: Path, intake: Intake, unit: str | None, form: str | None) -> Staged | None:
    """A copy in the archive; None for what is no file or cannot be read: the reader says why."""
    try:
        return intake.stage(path, "ingest", unit=unit, form=form) if path.is_file() else None
    except (OSError, ValueError):
        return None


def _job(staged: Staged, office: Path) -> Job:
    arrival = staged.arrival
    return Job(staged.path, office, arrival.unit, arrival.form, arrival.file_name, arrival.folder)


class Reading:
    """Reads copies in the archive, in child processes that stay warm until there is nothing more to do."""

    def __init__(self, office: Path, jobs: int, log_beside: Path) -> None:
        from ingest.runner import Runner

        self._office, self._log_beside = office, log_beside
        self._runner = Runner(extract_file, _office(office).settings, jobs)

    def __call__(self, staged: Iterable[Staged]) -> Iterator[tuple[Staged, Answer]]:
        """The copies with what they gave, as they are done."""
        copies: dict[Path, Staged] = {}

        def to_read() -> Iterator[Job]:
            for copy in staged:
                copies[copy.path] = copy
                yield _job(copy, self._office)

        for outcome in self._runner.run_many(to_read()):
            if outcome.details:
                _keep_details(self._log_beside, outcome.details)
            answer = outcome.result or outcome.error or TonghopError("FAULT", "Không có kết quả.")
            yield copies.pop(outcome.argument.path), answer

    def rest(self) -> None:
        """Ends the child processes; the next file starts one again."""
        self._runner.end()


def _digest(path: Path) -> str | None:
    """SHA-256 of a regular file, None where it cannot be had (the reader says why)."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def _again(path: Path, digest: str, warehouse: Warehouse, office: Path, unit: str | None) -> Result:
    """A file whose bytes are loaded: nothing changes, unless the clerk now says whose it is."""
    from schemas.sql.rows import short_id

    identity = short_id(digest)
    if unit is None:
        return Result(path.name, "unchanged", identity)
    _assign(warehouse, _office(office), identity, unit, by=_user(), reason="--unit")
    return Result(path.name, "assigned", identity, unit=unit)


def _take_in(path: Path, staged: Staged | None, outcome: Outcome[Job, Extraction], intake: Intake) -> Result:
    """Load what was read, or note why it was not."""
    if outcome.error is not None or outcome.result is None or staged is None:
        error = outcome.error or Refused("READ_FAILED")
        if staged is not None and isinstance(error, Refused):
            intake.refuse(staged, error)
        elif staged is not None:
            intake.archive.drop(staged)
        return _not_taken(path, error, outcome, intake.warehouse)
    loaded = intake.settle(staged, outcome.result)
    return _taken(path.name, outcome.result, loaded.outcome, intake.warehouse, outcome.seconds)


def _taken(
    name: str,
    extraction: Extraction,
    outcome: Literal["loaded", "unchanged"],
    warehouse: Warehouse,
    seconds: float = 0.0,
) -> Result:
    """What a clerk wants to know of a file that is in the warehouse."""
    kept = warehouse.kept(extraction.source.sha256)
    if kept is None:
        raise TonghopError("FAULT", f"Tệp {name} vừa đưa vào mà không có trong kho.")
    standing = warehouse.standing(kept.submission_id)
    counts = dict.fromkeys(("error", "warning", "info"), 0)
    for finding in extraction.findings:
        counts[finding.kind.severity] += 1
    return Result(
        file=name,
        outcome=outcome,
        submission_id=kept.submission_id,
        unit=kept.unit_name,
        form=extraction.form,
        period=extraction.period,
        version=standing.version,
        status=standing.status,
        cells_read=sum(o.status == "ok" for o in extraction.observations),
        cells_flagged=sum(o.status == "flagged" for o in extraction.observations),
        findings=counts,
        seconds=round(seconds, 3),
    )


def _not_taken(path: Path, error: TonghopError, outcome: Outcome[Job, Extraction], warehouse: Warehouse) -> Result:
    advice = error.advice
    if outcome.details:
        advice = f"{advice} Chi tiết: {_keep_details(warehouse.path, outcome.details)}"
    return Result(
        file=path.name,
        outcome="failed" if error.exit_code == 70 else "refused",
        reason=error.code,
        message=error.message,
        advice=advice,
        exit_code=error.exit_code,
        seconds=round(outcome.seconds, 3),
    )


def _keep_details(warehouse: Path, details: str) -> Path:
    """Append a traceback to the log beside the warehouse and say where that is."""
    log = warehouse.with_name(f"{warehouse.name}.loi.log")
    with log.open("a", encoding="utf-8") as stream:
        stream.write(f"{datetime.now(UTC).isoformat()}\n{details}\n")
    return log


def _assign(warehouse: Warehouse, office: Office, identity: str, unit: str, *, by: str, reason: str | None) -> str:
    """A person says whose report it is. Returns the unit's name."""
    from ingest.names import UnitNames
    from schemas.decision import Decision

    found = UnitNames(office.units, office.form.period_end).given(unit)
    if found is None:
        raise UsageFault("UNIT_UNKNOWN", f"Không có đúng một đơn vị «{unit}» trong kỳ này.", "Xem: tonghop units")
    warehouse.decide(Decision("assign", identity, by, datetime.now(UTC), reason, unit_id=found.unit_id))
    return found.name


def _user() -> str:
    return os.environ.get("USER") or os.environ.get("USERNAME") or "không rõ"


# -- the command line --------------------------------------------------------------------------------------------------


def command_line() -> typer.Typer:
    """All commands. typer reads the annotations below by name, so it is made known to this module here."""
    global typer
    import typer

    app = typer.Typer(
        help="Đọc báo cáo cải cách hành chính của các xã, kiểm tra, tổng hợp và tra cứu bằng SQL.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for name, command in _COMMANDS.items():
        app.command(name)(command)
    return app


DEFAULT_DB = Path("tonghop.duckdb")


def ingest_command(
    paths: Annotated[list[Path], typer.Argument(help="Tệp hoặc thư mục báo cáo.")],
    unit: Annotated[str | None, typer.Option(help="Đơn vị gửi, nếu tệp không nói rõ.")] = None,
    form: Annotated[str | None, typer.Option(help="Mã mẫu báo cáo.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Số tệp đọc cùng lúc.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Mỗi tệp một dòng JSON.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Mã thoát 1 khi có việc cần người xem.")] = False,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.")] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Đọc báo cáo và đưa vào kho."""
    from ingest.intake import open_intake

    office_path = find_office(office, db, paths)
    files, ignored = collect(paths)
    results: list[Result] = []
    with open_intake(db, _office(office_path)) as intake:
        try:
            with _progress(len(files), quiet=as_json) as advance:
                for result in ingest_files(files, intake, office_path, jobs=jobs, unit=unit, form=form):
                    results.append(result)
                    advance(result)
                    if as_json:
                        print(result.as_json(), flush=True)
        finally:
            intake.warehouse.snapshot()
    if not as_json:
        _print_results(results, ignored, db)
    _exit(results, strict=strict)


def assign_command(
    submission: Annotated[str, typer.Argument(help="Mã báo cáo (submission_id).")],
    unit: Annotated[str, typer.Argument(help="Tên hoặc mã đơn vị.")],
    by: Annotated[str, typer.Option("--by", help="Người quyết định.")],
    reason: Annotated[str | None, typer.Option(help="Lý do.")] = None,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.")] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Ghi báo cáo là của đơn vị nào."""
    from ingest.intake import open_intake

    settled = _office(find_office(office, db, []))
    with open_intake(db, settled) as intake:
        warehouse = intake.warehouse
        name = _assign(warehouse, settled, warehouse.resolve(submission), unit, by=by, reason=reason)
        warehouse.snapshot()
    typer.echo(f"Đã ghi báo cáo {submission} là của {name}.", err=True)


def sql_command(
    query: Annotated[str | None, typer.Argument(help="Một câu SELECT.")] = None,
    format: Annotated[Literal["table", "csv", "json"], typer.Option("--format", help="Dạng in ra.")] = "table",
    output: Annotated[Path | None, typer.Option("-o", help="Ghi ra .csv, .json, .xlsx hoặc .parquet.")] = None,
    list_views: Annotated[bool, typer.Option("--list", help="Các bảng, các cột và ý nghĩa.")] = False,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.")] = DEFAULT_DB,
) -> None:
    """Hỏi kho bằng SQL, chỉ đọc."""
    from ingest.warehouse import open_snapshot
    from reports import query as queries

    if query is None and not list_views:
        raise UsageFault("SQL_MISSING", "Chưa có câu SQL.", 'Ví dụ: tonghop sql "SELECT * FROM submissions"')
    with open_snapshot(db) as connection:
        if list_views:
            _print_views(queries.list_views(connection))
        elif output is not None:
            queries.save(connection, query or "", output)
            typer.echo(f"Đã ghi {output}", err=True)
        else:
            queries.run(connection, query or "", sys.stdout, format)


def _print_views(views: Iterable[View]) -> None:
    for view in views:
        typer.echo(f"{view.name}: {view.about}")
        for column in view.columns:
            typer.echo(f"    {column.name} ({column.type.lower()}): {column.about}")


def report_command(
    submissions: Annotated[list[str] | None, typer.Argument(help="Mã báo cáo; không ghi thì lấy tất cả.")] = None,
    output: Annotated[Path, typer.Option("-o", help="Thư mục ghi các trang.")] = Path("bao-cao-doc"),
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.")] = DEFAULT_DB,
) -> None:
    """Viết cho mỗi báo cáo một trang: ai gửi, đọc được gì, phải xem lại gì."""
    from ingest.warehouse import open_snapshot
    from reports.extraction import write_reports

    with open_snapshot(db) as connection:
        for path in write_reports(connection, submissions or [], output):
            typer.echo(path)


def status_command(
    output: Annotated[Path | None, typer.Option("-o", help="Ghi ra .xlsx hoặc .html.")] = None,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.")] = DEFAULT_DB,
) -> None:
    """Đơn vị nào đã gửi, đầy đủ đến đâu, còn phải hỏi lại gì."""
    from ingest.warehouse import open_snapshot
    from reports.status import save_status, status_lines

    with open_snapshot(db) as connection:
        if output is None:
            for line in status_lines(connection):
                typer.echo(line)
        else:
            save_status(connection, output, datetime.now())
            typer.echo(f"Đã ghi {output}", err=True)


def consolidate_command(
    output: Annotated[Path, typer.Option("-o", help="Ghi ra .xlsx, .docx hoặc .html.")],
    include_flagged: Annotated[
        bool, typer.Option("--include-flagged", help="Tính cả ô còn nghi ngờ, theo giá trị đọc được.")
    ] = False,
    accepted_only: Annotated[bool, typer.Option("--accepted-only", help="Chỉ tính báo cáo đã được chấp nhận.")] = False,
    unit: Annotated[str | None, typer.Option(help="Chỉ chép lại báo cáo của một đơn vị (.docx).")] = None,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.")] = DEFAULT_DB,
) -> None:
    """Tổng hợp báo cáo của các đơn vị: bảng Excel, dự thảo Word hoặc trang HTML."""
    from ingest.warehouse import open_snapshot
    from reports.consolidation import Options, consolidate

    with open_snapshot(db) as connection:
        for line in consolidate(connection, output, Options(include_flagged, accepted_only), unit=unit):
            typer.echo(line, err=True)
    typer.echo(output)


def letters_command(
    output: Annotated[Path, typer.Option("-o", help="Thư mục ghi các thư.")],
    until: Annotated[
        datetime | None, typer.Option(formats=["%d/%m/%Y", "%Y-%m-%d"], help="Ngày phải gửi lại, ghi trong thư.")
    ] = None,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.")] = DEFAULT_DB,
) -> None:
    """Viết thư cho từng đơn vị: phải bổ sung, chỉnh sửa gì; nhắc đơn vị chưa gửi."""
    from ingest.warehouse import open_snapshot
    from reports.letters import write_letters

    with open_snapshot(db) as connection:
        letters = write_letters(connection, output, until=until.date() if until else None)
    for path in (*letters.corrections, *letters.reminders):
        typer.echo(path)
    if letters.archive is None:
        typer.echo("Không đơn vị nào cần bổ sung hay nhắc gửi.", err=True)
    else:
        counts = f"{len(letters.corrections)} thư đề nghị bổ sung, {len(letters.reminders)} thư nhắc gửi"
        typer.echo(f"{counts}; tất cả trong {letters.archive}", err=True)
    if letters.waiting:
        names = ", ".join(letters.waiting)
        typer.echo(f"Chưa nhắc {names}: có báo cáo chưa rõ đơn vị có thể là của họ; xem trước (tonghop assign).", err=True)


def search_command(
    words: Annotated[list[str], typer.Argument(help="Từ cần tìm, có dấu hoặc không dấu.")],
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.")] = DEFAULT_DB,
) -> None:
    """Tìm trong các mục và các dòng của mọi báo cáo."""
    from ingest.warehouse import open_snapshot
    from reports.search import print_hits, search

    with open_snapshot(db) as connection:
        print_hits(search(connection, " ".join(words)), sys.stdout)


def units_command(
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.")] = DEFAULT_DB,
) -> None:
    """Các đơn vị phải gửi báo cáo trong kỳ."""
    from schemas.units import valid_on

    settled = _office(find_office(office, db, []))
    for unit in valid_on(settled.units, settled.form.period_end):
        typer.echo(f"{unit.code}  {unit.name}")


def forms_command(
    action: Annotated[
        Literal["list", "show", "check", "template"], typer.Argument(help="list, show, check hoặc template.")
    ] = "list",
    form: Annotated[str | None, typer.Argument(help="Mã mẫu (show, template) hoặc thư mục của mẫu (check).")] = None,
    output: Annotated[Path | None, typer.Option("-o", help="Tệp .docx của mẫu trống (template).")] = None,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.")] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Các mẫu báo cáo mà chương trình biết; mẫu trống để gửi các đơn vị."""
    from schemas.form import bundled_forms, load_form, read_form

    if action == "template":
        _write_template(_office(find_office(office, db, [])), form, output)
        return
    if action == "check" and form is not None:
        checked = read_form(Path(form))
        typer.echo(f"Mẫu {checked.code} đúng: {len(checked.outline)} mục, {len(checked.appendices)} phụ lục.")
        return
    folders = sorted(path.parent for path in bundled_forms().glob("*/form.toml"))
    for known in [load_form(form)] if form is not None else map(read_form, folders):
        typer.echo(f"{known.code}  {known.name}  (kỳ {known.period})")
        for appendix in known.appendices if action == "show" else ():
            note = "" if appendix.confirmed else "  (chỉ biết tên)"
            typer.echo(f"  Phụ lục {appendix.number}: {appendix.title}: {len(appendix.indicators)} chỉ tiêu{note}")


def _write_template(office: Office, form: str | None, output: Path | None) -> None:
    from reports.form_template import write_template
    from schemas.form import load_form

    known = office.form if form in (None, office.form.code) else load_form(form or "")
    path = output or Path(f"{known.code}.docx")
    write_template(known, path, office=office.name, due_date=office.due_date)
    typer.echo(path)


def watch_command(
    inbox: Annotated[Path, typer.Argument(help="Thư mục nhận tệp.")],
    once: Annotated[bool, typer.Option("--once", help="Làm hết những tệp đang có rồi thôi (cho bộ hẹn giờ).")] = False,
    jobs: Annotated[int, typer.Option(min=1, help="Số tệp đọc cùng lúc.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Mỗi tệp một dòng JSON.")] = False,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.")] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Theo dõi một thư mục: tệp nào trọn vẹn thì đưa vào kho, bản gốc cất vào kho gốc."""
    from ingest.archive import folder_of
    from ingest.intake import WatchedIntake
    from ingest.readers.whole import is_whole
    from ingest.watch import Inbox, Status, Watcher, check_apart, status_path
    from reports.extraction import render_html

    check_apart(inbox, db, folder_of(db))
    office_path = find_office(office, db, [inbox])
    settled = _office(office_path)
    results: list[Result] = []

    def told(verdict: Verdict, answer: Answer | None, warehouse: Warehouse) -> None:
        result = _watched(verdict, answer, warehouse)
        results[:] = [*results, result] if once else []
        print(result.as_json() if as_json else _watched_line(result), flush=True)

    reading = Reading(office_path, jobs, db)
    take_in = WatchedIntake(db, settled, reading, render_html, told, _warn, reading.rest)
    status = Status(status_path(folder_of(db), inbox), inbox)
    try:
        with _stop_signal() as stop:
            Watcher(Inbox(inbox, settled.settings, is_whole), settled.settings, take_in, status, _warn).run(stop, once=once)
    finally:
        reading.rest()
    for waiting in status.waiting:
        _warn(f"Còn chờ: {waiting.file}: {waiting.why}")
    _exit(results, strict=False)


def _watched(verdict: Verdict, answer: Answer | None, warehouse: Warehouse) -> Result:
    name = verdict.claim.name
    if isinstance(answer, TonghopError):
        outcome: Literal["waiting", "refused"] = "waiting" if verdict.outcome == "waiting" else "refused"
        why = verdict.why or answer.message
        return Result(name, outcome, reason=answer.code, message=why, advice=answer.advice, exit_code=answer.exit_code)
    if answer is None or verdict.outcome not in ("loaded", "unchanged"):
        return Result(name, verdict.outcome, message=verdict.why or None)
    return _taken(name, answer, verdict.outcome, warehouse)


def _watched_line(result: Result) -> str:
    what = {"loaded": "đã nhận", "unchanged": "đã có, không đổi", "refused": "không nhận", "waiting": "còn chờ"}
    parts = (result.file, result.unit, what[result.outcome], result.submission_id, result.message)
    return _inert(f"{datetime.now():%H:%M:%S}  " + "  ".join(part for part in parts if part))


def _warn(text: str) -> None:
    print(_inert(text), file=sys.stderr, flush=True)


@contextmanager
def _stop_signal() -> Iterator[threading.Event]:
    """Set when a service manager asks the program to end: the file in hand is finished first."""
    stop = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        yield stop
    finally:
        signal.signal(signal.SIGTERM, before)


def rebuild_command(
    jobs: Annotated[int, typer.Option(min=1, help="Số tệp đọc cùng lúc.")] = 1,
    force: Annotated[bool, typer.Option("--force", help="Làm lại dù kho cũ có điều mà kho gốc không có.")] = False,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.")] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Làm lại kho dữ liệu từ bản gốc, sổ nhận và sổ quyết định; kho cũ được giữ bên cạnh."""
    from ingest.archive import folder_of
    from ingest.intake import open_intake, rebuild

    if not folder_of(db).is_dir():
        raise UsageFault("ARCHIVE_MISSING", f"Không có kho gốc {folder_of(db)}.", "Sửa --db, hoặc: tonghop restore TỆP")
    office_path = find_office(office, db, [])
    reading = Reading(office_path, jobs, db)
    try:
        done = rebuild(db, _office(office_path), reading, force=force)
    finally:
        reading.rest()
    with open_intake(db, _office(office_path)) as intake:
        intake.warehouse.snapshot()
    typer.echo(f"Đã làm lại kho {db}: {done.files} tệp, {done.decisions} quyết định.", err=True)
    if done.old:
        typer.echo(f"Kho cũ: {done.old}", err=True)
    for problem in done.problems:
        _warn(problem)
    raise typer.Exit(3 if done.problems else 0)


def backup_command(
    target: Annotated[Path, typer.Argument(help="Tệp sao lưu (.zip), nên ở ổ đĩa khác.")],
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.")] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Sao lưu kho dữ liệu, kho gốc và tệp của cơ quan vào một tệp."""
    from ingest.intake import back_up
    from schemas.office import bundled_office

    office_path = find_office(office, db, [])
    own = [] if office_path == bundled_office() else [office_path, *office_path.parent.glob("units.csv")]
    count = back_up(db, _office(office_path), own, target)
    typer.echo(f"Đã sao lưu {count} tệp vào {target}.", err=True)


def restore_command(
    source: Annotated[Path, typer.Argument(help="Tệp sao lưu.")],
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.")] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Lấy lại kho dữ liệu và kho gốc từ tệp sao lưu; những gì đang có được giữ bên cạnh."""
    from ingest.intake import bring_back, open_intake

    kept = bring_back(db, source)
    with open_intake(db, _office(find_office(office, db, []))) as intake:
        intake.warehouse.snapshot()
    typer.echo(f"Đã lấy lại kho {db} từ {source}.", err=True)
    for path in kept:
        typer.echo(f"Bản đang có trước đó: {path}", err=True)


def doctor_command(
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.")] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Máy này có gì, thiếu gì; kho dữ liệu, kho gốc và thư mục theo dõi có ổn không."""
    from ingest.doctor import checks

    marks = {"good": "✓", "missing": "–", "bad": "✗"}
    found = list(checks(db, _office(find_office(office, db, []))))
    for check in found:
        typer.echo(f"{marks[check.state]} {check.name}: {_inert(check.found)}")
        if check.advice:
            typer.echo(f"    → {check.advice}")
    raise typer.Exit(5 if any(check.state == "bad" for check in found) else 0)


_COMMANDS = {
    "ingest": ingest_command,
    "watch": watch_command,
    "rebuild": rebuild_command,
    "backup": backup_command,
    "restore": restore_command,
    "doctor": doctor_command,
    "report": report_command,
    "status": status_command,
    "consolidate": consolidate_command,
    "letters": letters_command,
    "search": search_command,
    "assign": assign_command,
    "sql": sql_command,
    "units": units_command,
    "forms": forms_command,
}


def find_office(given: Path | None, db: Path, paths: Iterable[Path]) -> Path:
    """The office's file: the one given, else beside the warehouse, else in a folder given, else the bundled one."""
    from schemas.office import bundled_office

    if given is not None:
        return given
    near = [db.absolute().parent, *(path if path.is_dir() else path.parent for path in paths)]
    return next((folder / "office.toml" for folder in near if (folder / "office.toml").is_file()), bundled_office())


@contextmanager
def _progress(total: int, *, quiet: bool) -> Iterator[Any]:
    """A function to call with each result; shows a bar on a terminal, nothing elsewhere."""
    if quiet or total < 2 or not sys.stderr.isatty():
        yield lambda result: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Đang đọc", total=total)
        yield lambda result: bar.update(task, advance=1, description=result.file[:40])


def _print_results(results: Sequence[Result], ignored: int, db: Path) -> None:
    """The short table that a clerk reads, then what was not taken in and why."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 140, highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Tệp", "Đơn vị", "Kết quả", "Mã"):
        table.add_column(heading, overflow="fold")
    for heading in ("Ô đọc được", "Ô nghi ngờ", "Cảnh báo"):
        table.add_column(heading, justify="right")
    for result in results:
        if result.exit_code == 0:
            table.add_row(*map(escape, _table_row(result)))
    if table.row_count:
        console.print(table)
    for result in results:
        if result.exit_code:
            console.print(
                f"[bold]Không nhận[/bold] {escape(_inert(result.file))}: {escape(_inert(result.message or ''))}"
            )
            console.print(f"  → {escape(_inert(result.advice or ''))}")
    console.print(_closing_line(results, ignored, db))


def _table_row(result: Result) -> tuple[str, ...]:
    counts = result.findings or {}
    warnings = str(counts.get("error", 0) + counts.get("warning", 0)) if result.findings else ""
    return (
        _inert(result.file),
        result.unit or "chưa rõ đơn vị" if result.outcome == "loaded" else result.unit or "",
        _OUTCOMES.get(result.status or "", "") if result.outcome == "loaded" else _OUTCOMES[result.outcome],
        result.submission_id or "",
        str(result.cells_read) if result.findings else "",
        str(result.cells_flagged) if result.findings else "",
        warnings,
    )


_OUTCOMES = {
    "unchanged": "đã có, không đổi",
    "assigned": "đã ghi đơn vị",
    "received": "đã nhận",
    "needs_review": "cần người xem",
}


def _closing_line(results: Sequence[Result], ignored: int, db: Path) -> str:
    done = sum(result.exit_code == 0 for result in results)
    parts = [f"{done}/{len(results)} tệp đã vào kho {db}"]
    if ignored:
        parts.append(f"{ignored} tệp khác bỏ qua")
    return ", ".join(parts) + "."


def _inert(text: str) -> str:
    """Text from outside without control characters: it must not steer the terminal."""
    return "".join(char if char.isprintable() else "�" for char in text)


def _exit(results: Sequence[Result], *, strict: bool) -> None:
    code = max((result.exit_code for result in results), default=0)
    if code == 0 and strict and any(result.needs_person for result in results):
        code = 1
    raise typer.Exit(code)


def main() -> None:
    """The program: every error of the tree becomes one line, what to do next, and its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if sys.argv[1:] == ["--version"]:
        from importlib.metadata import version

        print(f"tonghop {version('tonghop')}")
        return
    try:
        command_line()()
    except TonghopError as error:
        print(f"{_inert(error.message)}\n→ {_inert(error.advice)}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("Đã dừng; những tệp đã xong vẫn còn nguyên, chạy lại lệnh để làm tiếp.", file=sys.stderr)
        sys.exit(130)
    except Exception:
        details = _keep_details(Path("tonghop"), traceback.format_exc())
        print(f"Lỗi của chương trình. Chi tiết: {details}\n→ Gửi tệp này cho người phụ trách.", file=sys.stderr)
        sys.exit(70)


if __name__ == "__main__":
    main()
