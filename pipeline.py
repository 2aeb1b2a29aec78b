"""The sentence, and the command line: how a file becomes records, and how people ask for it.

`extract_file` reads one file in named steps and writes nothing; the commands hand its result to the warehouse and tell
people what happened. Heavy libraries are imported where they are used: children that only read, and --version, need few.
"""

from __future__ import annotations

import re
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from ingest.many import Job, Reading, assign, collect, ingest_files, keep_details, office_at, office_of, watched
from reports.terminal import inert, print_results, progress, warn, watched_line
from schemas.errors import Refused, TonghopError, UsageFault
from schemas.result import Result

if TYPE_CHECKING:
    import typer
    from duckdb import DuckDBPyConnection

    from ingest.intake import Answer
    from ingest.warehouse import Warehouse
    from ingest.watch import Verdict
    from reports.query import View
    from schemas.document import Document
    from schemas.office import Office
    from schemas.record import Extraction


# -- one file ----------------------------------------------------------------------------------------------------------


def extract_file(job: Job) -> Extraction:
    """All that one file gives, nothing written. Raises Refused with the true reason where it is no such report."""
    from ingest.readers import read

    document = read(job.path, office_of(job).settings)
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

    office = office_of(job)
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


def store(text: str) -> Path:
    """What `--db` says: a file, or `ducklake:…`, for which stands the local file that names the shared store."""
    if not str(text).startswith("ducklake:"):
        return Path(text)
    from ingest.stores import named_store

    return named_store(text)


def _snapshot(db: Path, office: Path | None) -> DuckDBPyConnection:
    """The newest snapshot, which must be of the office where one is named."""
    from ingest.warehouse import open_snapshot

    return open_snapshot(db, office_at(office) if office else None)


def ingest_command(
    paths: Annotated[list[Path], typer.Argument(help="Tệp hoặc thư mục báo cáo.")],
    unit: Annotated[str | None, typer.Option(help="Đơn vị gửi, nếu tệp không nói rõ.")] = None,
    form: Annotated[str | None, typer.Option(help="Mã mẫu báo cáo.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Số tệp đọc cùng lúc.")] = 1,
    dask: Annotated[str | None, typer.Option(help="Đọc trên cụm Dask: tcp://máy:cổng hoặc tls://máy:cổng.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Mỗi tệp một dòng JSON.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Mã thoát 1 khi có việc cần người xem.")] = False,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Đọc báo cáo và đưa vào kho."""
    from ingest.intake import open_intake

    if dask is not None:
        from ingest.dask_reading import is_exposed

        if is_exposed(dask):
            warn(f"Cẩn thận: cổng {dask} không mã hóa, ai nối được cũng chạy được lệnh trên máy đọc. Nên dùng tls://.")
    office_path = find_office(office, db, paths)
    files, ignored = collect(paths)
    results: list[Result] = []
    with open_intake(db, office_at(office_path)) as intake:
        try:
            with progress(len(files), quiet=as_json) as advance:
                for result in ingest_files(
                    extract_file, files, intake, office_path, jobs=jobs, unit=unit, form=form, cluster=dask
                ):
                    results.append(result)
                    advance(result)
                    if as_json:
                        print(result.as_json(), flush=True)
        finally:
            intake.warehouse.snapshot()
    if not as_json:
        print_results(results, ignored, db)
    _exit(results, strict=strict)


def assign_command(
    submission: Annotated[str, typer.Argument(help="Mã báo cáo (submission_id).")],
    unit: Annotated[str, typer.Argument(help="Tên hoặc mã đơn vị.")],
    by: Annotated[str, typer.Option("--by", help="Người quyết định.")],
    reason: Annotated[str | None, typer.Option(help="Lý do.")] = None,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Ghi báo cáo là của đơn vị nào."""
    from ingest.intake import open_intake

    settled = office_at(find_office(office, db, []))
    with open_intake(db, settled) as intake:
        warehouse = intake.warehouse
        name = assign(warehouse, settled, warehouse.resolve(submission), unit, by=_signed(by), reason=reason)
        warehouse.snapshot()
    typer.echo(f"Đã ghi báo cáo {submission} là của {name}.", err=True)


def accept_command(
    submissions: Annotated[list[str], typer.Argument(help="Mã báo cáo; được ghi nhiều mã.")],
    by: Annotated[str, typer.Option("--by", help="Người quyết định.")],
    reason: Annotated[str | None, typer.Option(help="Lý do.")] = None,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Chấp nhận báo cáo (còn ô nghi ngờ thì vẫn được, có nói rõ)."""
    _decide("accept", submissions, by, reason, db, office)


def return_command(
    submissions: Annotated[list[str], typer.Argument(help="Mã báo cáo; được ghi nhiều mã.")],
    by: Annotated[str, typer.Option("--by", help="Người quyết định.")],
    reason: Annotated[str | None, typer.Option(help="Lý do trả lại (phải ghi).")] = None,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Trả lại báo cáo để đơn vị làm lại; không tính vào tổng nữa."""
    _decide("return", submissions, by, _reasoned(reason, "trả lại"), db, office)


def withdraw_command(
    submissions: Annotated[list[str], typer.Argument(help="Mã báo cáo; được ghi nhiều mã.")],
    by: Annotated[str, typer.Option("--by", help="Người quyết định.")],
    reason: Annotated[str | None, typer.Option(help="Lý do.")] = None,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Rút một bản báo cáo (gửi nhầm, gửi trùng); bản trước của đơn vị được dùng lại."""
    _decide("withdraw", submissions, by, reason, db, office)


def undo_command(
    submission: Annotated[str, typer.Argument(help="Mã báo cáo.")],
    by: Annotated[str, typer.Option("--by", help="Người quyết định.")],
    reason: Annotated[str | None, typer.Option(help="Lý do.")] = None,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Hủy quyết định sau cùng còn hiệu lực về một báo cáo."""
    _decide("undo", [submission], by, reason, db, office)


def correct_command(
    submission: Annotated[str, typer.Argument(help="Mã báo cáo.")],
    by: Annotated[str, typer.Option("--by", help="Người quyết định.")],
    appendix: Annotated[int, typer.Option(help="Số của phụ lục.")],
    indicator: Annotated[str, typer.Option(help="Mã chỉ tiêu, ví dụ 1.2.")],
    column: Annotated[str, typer.Option(help="Cột: năm, hoặc result (kết quả).")],
    value: Annotated[str | None, typer.Option(help="Số đúng, ghi như trong văn bản: 1.500; 12,5; 95%.")] = None,
    text: Annotated[str | None, typer.Option(help="Chữ đúng: Có, Đạt, 41/41 …")] = None,
    reason: Annotated[str | None, typer.Option(help="Lý do sửa (phải ghi).")] = None,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Sửa một ô cho đúng; nguyên văn của báo cáo vẫn được giữ."""
    from ingest.intake import open_intake
    from reports.decisions import cell_name, decided, read_correction
    from schemas.decision import Decision

    typed = [said for said in (value, text) if said is not None and said.strip()]
    if len(typed) != 1:
        raise UsageFault("VALUE_MISSING", "Phải ghi nội dung đúng của ô, một lần.", "Ghi --value SỐ hoặc --text CHỮ.")
    reason = _reasoned(reason, "sửa")
    with open_intake(db, office_at(find_office(office, db, []))) as intake:
        warehouse = intake.warehouse
        identity = _standing_in(warehouse, warehouse.resolve(submission))
        right = read_correction(warehouse.connection, identity, appendix, indicator, column, typed[0])
        decision = Decision("correct", identity, _signed(by), datetime.now(UTC), reason, appendix=appendix, **asdict(right))
        warehouse.decide(decision)
        warehouse.snapshot()
        typer.echo(inert(cell_name(warehouse.connection, identity, appendix, right)))
        for line in decided(warehouse.connection, identity):
            typer.echo(inert(line))


def _decide(
    action: Literal["accept", "return", "withdraw", "undo"],
    submissions: Sequence[str],
    by: str,
    reason: str | None,
    db: Path,
    office: Path | None,
) -> None:
    """One decision about each report, all of them known before the first is made; then what is now true."""
    from ingest.intake import open_intake
    from reports.decisions import decided, undone
    from schemas.decision import Decision

    with open_intake(db, office_at(find_office(office, db, []))) as intake:
        warehouse = intake.warehouse
        identities = list(dict.fromkeys(warehouse.resolve(submission) for submission in submissions))
        made = [Decision(action, identity, _signed(by), datetime.now(UTC), reason) for identity in identities]
        for decision in made:
            warehouse.check(decision)
        done = [warehouse.decide(decision) for decision in made]
        warehouse.snapshot()
        for decision in done:
            if decision.undoes is not None:
                typer.echo(inert(undone(warehouse.connection, decision.undoes)))
            for line in decided(warehouse.connection, _standing_in(warehouse, decision.submission_id)):
                typer.echo(inert(line))


def _standing_in(warehouse: Warehouse, identity: str) -> str:
    """The report that a file's id stands for: its own, or the one that the file is a part or a second copy of."""
    return warehouse.submission_of(identity) or identity


def _signed(by: str) -> str:
    """Who decides. Raises UsageFault where it is nobody."""
    if not by.strip():
        raise UsageFault("BY_MISSING", "Phải ghi người quyết định.", 'Ghi --by "Họ tên".')
    return by.strip()


def _reasoned(reason: str | None, what: str) -> str:
    """The reason, which the commune will ask for. Raises UsageFault where there is none."""
    if not (reason or "").strip():
        raise UsageFault("REASON_MISSING", f"Phải ghi lý do {what}.", 'Thêm --reason "…": đơn vị sẽ hỏi vì sao.')
    return str(reason)


def sql_command(
    query: Annotated[str | None, typer.Argument(help="Một câu SELECT.")] = None,
    format: Annotated[Literal["table", "csv", "json"], typer.Option("--format", help="Dạng in ra.")] = "table",
    output: Annotated[Path | None, typer.Option("-o", help="Ghi ra .csv, .json, .xlsx hoặc .parquet.")] = None,
    list_views: Annotated[bool, typer.Option("--list", help="Các bảng, các cột và ý nghĩa.")] = False,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Hỏi kho bằng SQL, chỉ đọc."""
    from reports import query as queries

    if query is None and not list_views:
        raise UsageFault("SQL_MISSING", "Chưa có câu SQL.", 'Ví dụ: tonghop sql "SELECT * FROM submissions"')
    with _snapshot(db, office) as connection:
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
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Viết cho mỗi báo cáo một trang: ai gửi, đọc được gì, phải xem lại gì."""
    from reports.extraction import write_reports

    with _snapshot(db, office) as connection:
        for path in write_reports(connection, submissions or [], output):
            typer.echo(path)


def status_command(
    output: Annotated[Path | None, typer.Option("-o", help="Ghi ra .xlsx hoặc .html.")] = None,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Đơn vị nào đã gửi, đầy đủ đến đâu, còn phải hỏi lại gì."""
    from reports.status import save_status, status_lines

    with _snapshot(db, office) as connection:
        if output is None:
            for line in status_lines(connection):
                typer.echo(line)
        else:
            save_status(connection, output, datetime.now())
            typer.echo(f"Đã ghi {output}", err=True)


def publish_command(
    folder: Annotated[Path, typer.Argument(help="Thư mục dùng chung.")],
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Chép số liệu ra thư mục dùng chung: một bản ghi ngày giờ, chỉ để đọc, dạng DuckDB và Parquet."""
    from reports.publish import publish

    kept = office_at(find_office(office, db, [])).settings.publish_kept
    with _snapshot(db, office) as connection:
        typer.echo(publish(connection, folder, datetime.now(), kept))


def consolidate_command(
    output: Annotated[Path, typer.Option("-o", help="Ghi ra .xlsx, .docx hoặc .html.")],
    include_flagged: Annotated[
        bool, typer.Option("--include-flagged", help="Tính cả ô còn nghi ngờ, theo giá trị đọc được.")
    ] = False,
    accepted_only: Annotated[bool, typer.Option("--accepted-only", help="Chỉ tính báo cáo đã được chấp nhận.")] = False,
    unit: Annotated[str | None, typer.Option(help="Chỉ chép lại báo cáo của một đơn vị (.docx).")] = None,
    units_on: Annotated[
        datetime | None, typer.Option("--units-on", formats=["%d/%m/%Y", "%Y-%m-%d"], help="Theo đơn vị của ngày này.")
    ] = None,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Tổng hợp báo cáo của các đơn vị: bảng Excel, dự thảo Word hoặc trang HTML."""
    from reports.consolidation import Options, consolidate

    options, on = Options(include_flagged, accepted_only), units_on.date() if units_on else None
    with _snapshot(db, office) as connection:
        for line in consolidate(connection, output, options, unit=unit, units_on=on):
            typer.echo(line, err=True)
    typer.echo(output)


def letters_command(
    output: Annotated[Path, typer.Option("-o", help="Thư mục ghi các thư.")],
    until: Annotated[
        datetime | None, typer.Option(formats=["%d/%m/%Y", "%Y-%m-%d"], help="Ngày phải gửi lại, ghi trong thư.")
    ] = None,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Viết thư cho từng đơn vị: phải bổ sung, chỉnh sửa gì; nhắc đơn vị chưa gửi."""
    from reports.letters import write_letters

    with _snapshot(db, office) as connection:
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
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Tìm trong các mục và các dòng của mọi báo cáo."""
    from reports.search import print_hits, search

    with _snapshot(db, office) as connection:
        print_hits(search(connection, " ".join(words)), sys.stdout)


def units_command(
    action: Annotated[Literal["list", "import"], typer.Argument(help="list hoặc import.")] = "list",
    file: Annotated[Path | None, typer.Argument(help="Danh sách của cơ quan thống kê, hoặc bảng chuyển đổi (CSV).")] = None,
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%d/%m/%Y", "%Y-%m-%d"], help="Ngày cần xem, hoặc có hiệu lực.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Mọi đơn vị từ trước đến nay, kèm đơn vị kế tiếp.")] = False,
    within: Annotated[list[str] | None, typer.Option("--in", help="Mã huyện hoặc tỉnh cần lấy (import).")] = None,
    into: Annotated[
        list[str] | None, typer.Option("--into", help="MÃ_CŨ=MÃ_MỚI: đơn vị cũ nhập vào đâu, khi danh sách không nói.")
    ] = None,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
) -> None:
    """Các đơn vị phải gửi báo cáo trong kỳ; nhập danh sách đơn vị đã công bố."""
    from schemas.units import valid_on

    office_path = find_office(office, db, [])
    day = on.date() if on else None
    if action == "import":
        _import_units(office_path, db, file, day, within or [], into or [])
        return
    settled = office_at(office_path)
    units = settled.units if every else valid_on(settled.units, day or settled.units_on or settled.form.period_end)
    names = {unit.unit_id: unit.name for unit in settled.units}
    for unit in units:
        since, until = f"{unit.valid_from:%d/%m/%Y}", f"{unit.valid_to:%d/%m/%Y}" if unit.valid_to else "nay"
        later = "; ".join(f"{names[successor]} ({successor})" for successor in unit.successors)
        dated = f"  {since} – {until}" + (f"  → {later}" if later else "") if every else ""
        typer.echo(f"{unit.code}  {unit.name}{dated}")


def _import_units(
    office_path: Path, db: Path, file: Path | None, day: date | None, within: Sequence[str], into: Sequence[str]
) -> None:
    from ingest.unit_lists import import_units, is_own_list
    from schemas.office import bundled_office, units_path
    from schemas.units import read_units, write_units

    if file is None:
        raise UsageFault("UNITS_FILE", "Chưa ghi tệp danh sách.", "Ví dụ: tonghop units import danh-sach.csv --on 1/7/2025")
    if office_path == bundled_office():
        advice = f"Chép thư mục {office_path.parent} ra cạnh kho rồi sửa, hoặc chỉ tệp bằng --office."
        raise UsageFault("OFFICE_BUNDLED", "Cơ quan đi kèm chương trình không sửa được.", advice)
    if wrong := [pair for pair in into if not re.fullmatch(r"\d{5}=\d{5}", pair)]:
        raise UsageFault("UNITS_FILE", f"--into {wrong[0]} không đúng dạng.", "Ghi MÃ_CŨ=MÃ_MỚI, ví dụ 18193=18178.")
    target = units_path(office_path)
    known = read_units(target) if target.is_file() and not is_own_list(file) else ()
    imported = import_units(file, known, day, within, dict(pair.split("=") for pair in into))
    write_units(target, imported.units)
    for note in imported.notes:
        typer.echo(inert(note))
    typer.echo(f"Đã ghi {target}: {len(imported.units)} đơn vị từ trước đến nay.", err=True)
    if db.exists():
        _renew_office(office_path, db)


def _renew_office(office_path: Path, db: Path) -> None:
    """The warehouse takes over what changed in the office's files, and readers see it."""
    from ingest.intake import open_intake

    office_at.cache_clear()
    with open_intake(db, office_at(office_path)) as intake:
        intake.warehouse.snapshot()


def forms_command(
    action: Annotated[
        Literal["list", "show", "check", "template"], typer.Argument(help="list, show, check hoặc template.")
    ] = "list",
    form: Annotated[str | None, typer.Argument(help="Mã mẫu (show, template) hoặc thư mục của mẫu (check).")] = None,
    output: Annotated[Path | None, typer.Option("-o", help="Tệp .docx của mẫu trống (template).")] = None,
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Các mẫu báo cáo mà chương trình biết; mẫu trống để gửi các đơn vị."""
    from schemas.form import bundled_forms, load_form, read_form

    if action == "template":
        _write_template(office_at(find_office(office, db, [])), form, output)
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
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
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
    settled = office_at(office_path)
    results: list[Result] = []

    def told(verdict: Verdict, answer: Answer | None, warehouse: Warehouse) -> None:
        result = watched(verdict, answer, warehouse)
        results[:] = [*results, result] if once else []
        print(result.as_json() if as_json else watched_line(result), flush=True)

    reading = Reading(extract_file, office_path, jobs, db)
    take_in = WatchedIntake(db, settled, reading, render_html, told, warn, reading.rest)
    status = Status(status_path(folder_of(db), inbox), inbox)
    try:
        with _stop_signal() as stop:
            Watcher(Inbox(inbox, settled.settings, is_whole), settled.settings, take_in, status, warn).run(stop, once=once)
    finally:
        reading.rest()
    for waiting in status.waiting:
        warn(f"Còn chờ: {waiting.file}: {waiting.why}")
    _exit(results, strict=False)


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
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Làm lại kho dữ liệu từ bản gốc, sổ nhận và sổ quyết định; kho cũ được giữ bên cạnh."""
    from ingest.archive import folder_of
    from ingest.intake import open_intake, rebuild

    if not folder_of(db).is_dir():
        raise UsageFault("ARCHIVE_MISSING", f"Không có kho gốc {folder_of(db)}.", "Sửa --db, hoặc: tonghop restore TỆP")
    office_path = find_office(office, db, [])
    reading = Reading(extract_file, office_path, jobs, db)
    try:
        done = rebuild(db, office_at(office_path), reading, force=force)
    finally:
        reading.rest()
    with open_intake(db, office_at(office_path)) as intake:
        intake.warehouse.snapshot()
    typer.echo(f"Đã làm lại kho {db}: {done.files} tệp, {done.decisions} quyết định.", err=True)
    if done.old:
        typer.echo(f"Kho cũ: {done.old}", err=True)
    for problem in done.problems:
        warn(problem)
    raise typer.Exit(3 if done.problems else 0)


def backup_command(
    target: Annotated[Path, typer.Argument(help="Tệp sao lưu (.zip), nên ở ổ đĩa khác.")],
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Sao lưu kho dữ liệu, kho gốc và tệp của cơ quan vào một tệp."""
    from ingest.intake import back_up
    from ingest.stores import store_at
    from schemas.office import bundled_office

    office_path = find_office(office, db, [])
    own = [] if office_path == bundled_office() else [office_path, *office_path.parent.glob("units.csv")]
    count = back_up(db, office_at(office_path), own, target)
    typer.echo(f"Đã sao lưu {count} tệp vào {target}.", err=True)
    if store_at(db).is_shared:
        warn("Trong đó có kho gốc của máy này, không có kho chung: sao lưu danh mục (pg_dump) rồi đến thư mục dữ liệu.")


def restore_command(
    source: Annotated[Path, typer.Argument(help="Tệp sao lưu.")],
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Lấy lại kho dữ liệu và kho gốc từ tệp sao lưu; những gì đang có được giữ bên cạnh."""
    from ingest.intake import bring_back, open_intake

    kept = bring_back(db, source)
    with open_intake(db, office_at(find_office(office, db, []))) as intake:
        intake.warehouse.snapshot()
    typer.echo(f"Đã lấy lại kho {db} từ {source}.", err=True)
    for path in kept:
        typer.echo(f"Bản đang có trước đó: {path}", err=True)


def upkeep_command(
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Bảo dưỡng kho chung mỗi đêm (--db ducklake:…); các máy khác vẫn làm việc được."""
    from ingest.warehouse import Warehouse

    with Warehouse.open(db, office_at(find_office(office, db, []))) as warehouse:
        warehouse.upkeep(warn)


def doctor_command(
    db: Annotated[Path, typer.Option("--db", envvar="TONGHOP_DB", help="Kho dữ liệu.", parser=store)] = DEFAULT_DB,
    office: Annotated[Path | None, typer.Option("--office", help="Tệp office.toml của cơ quan.")] = None,
) -> None:
    """Máy này có gì, thiếu gì; kho dữ liệu, kho gốc và thư mục theo dõi có ổn không."""
    from ingest.doctor import checks

    marks = {"good": "✓", "missing": "–", "bad": "✗"}
    found = list(checks(db, office_at(find_office(office, db, []))))
    for check in found:
        typer.echo(f"{marks[check.state]} {check.name}: {inert(check.found)}")
        if check.advice:
            typer.echo(f"    → {check.advice}")
    raise typer.Exit(5 if any(check.state == "bad" for check in found) else 0)


_COMMANDS: dict[str, Callable[..., None]] = {
    "ingest": ingest_command,
    "watch": watch_command,
    "rebuild": rebuild_command,
    "backup": backup_command,
    "restore": restore_command,
    "upkeep": upkeep_command,
    "doctor": doctor_command,
    "report": report_command,
    "status": status_command,
    "consolidate": consolidate_command,
    "letters": letters_command,
    "publish": publish_command,
    "search": search_command,
    "assign": assign_command,
    "accept": accept_command,
    "return": return_command,
    "correct": correct_command,
    "withdraw": withdraw_command,
    "undo": undo_command,
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
        print(f"{inert(error.message)}\n→ {inert(error.advice)}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("Đã dừng; những tệp đã xong vẫn còn nguyên, chạy lại lệnh để làm tiếp.", file=sys.stderr)
        sys.exit(130)
    except Exception:
        details = keep_details(Path("tonghop"), traceback.format_exc())
        print(f"Lỗi của chương trình. Chi tiết: {details}\n→ Gửi tệp này cho người phụ trách.", file=sys.stderr)
        sys.exit(70)


if __name__ == "__main__":
    main()
