"""Many files: read in child processes or on a cluster, taken in one by one, and what became of each.

Nothing here knows how a file is read: the function that does is handed in.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from schemas.errors import Refused, TonghopError, UsageFault
from schemas.result import Result

if TYPE_CHECKING:
    from ingest.archive import Staged
    from ingest.intake import Answer, Intake
    from ingest.runner import Outcome
    from ingest.warehouse import Warehouse
    from ingest.watch import Verdict
    from schemas.office import Office
    from schemas.record import Extraction

SNAPSHOT_EVERY = 10.0
"""Seconds: how old what SQL readers see may get during a long run …"""
SNAPSHOT_SHARE = 0.1
"""… where snapshots then take no more than this share of the run: those of a very large warehouse take long."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read, with what the clerk said of it. Pickled to a child process, so the office goes by its path; to
    another machine, which has no such path, it goes itself.

    `name` and `folder` are what the file and its folder were called where it came from, None: what they are called now.
    """

    path: Path
    office: Path | Office
    unit: str | None = None
    form: str | None = None
    name: str | None = None
    folder: str | None = None


Extract = Callable[[Job], "Extraction"]
"""All that one file gives; raises Refused."""


@lru_cache(maxsize=4)
def office_at(path: Path) -> Office:
    from schemas.office import read_office

    return read_office(path)


def office_of(job: Job) -> Office:
    return office_at(job.office) if isinstance(job.office, Path) else job.office


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
    extract: Extract,
    files: Sequence[Path],
    intake: Intake,
    office: Path,
    *,
    jobs: int,
    unit: str | None,
    form: str | None,
    cluster: str | None = None,
) -> Iterator[Result]:
    """Read and load files, a result each as it is done. Bytes that are loaded already are not read again.

    Files are read by `jobs` child processes, or on the Dask cluster whose scheduler's address is `cluster`.
    """
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
            named = office_at(office) if cluster else office
            job = _job(staged, named) if staged else Job(path, named, unit, form)
            came_from[job.path] = (path, staged)
            yield job

    next_snapshot = time.monotonic() + SNAPSHOT_EVERY
    for outcome in _outcomes(extract, to_read(), office_at(office), jobs, cluster):
        yield _take_in(*came_from.pop(outcome.argument.path), outcome, intake)
        if (start := time.monotonic()) > next_snapshot:
            intake.warehouse.snapshot()
            end = time.monotonic()
            next_snapshot = end + max(SNAPSHOT_EVERY, (end - start) / SNAPSHOT_SHARE)


def _outcomes(
    extract: Extract, to_read: Iterable[Job], office: Office, jobs: int, cluster: str | None
) -> Iterator[Outcome[Job, Extraction]]:
    if cluster is None:
        from ingest.runner import run_many

        return run_many(extract, to_read, office.settings, jobs)
    from ingest.dask_reading import run_on_cluster

    return run_on_cluster(cluster, extract, to_read, office.settings)


def _stage(path: Path, intake: Intake, unit: str | None, form: str | None) -> Staged | None:
    """A copy in the archive; None for what is no file or cannot be read: the reader says why."""
    try:
        return intake.stage(path, "ingest", unit=unit, form=form) if path.is_file() else None
    except (OSError, ValueError):
        return None


def _job(staged: Staged, office: Path | Office) -> Job:
    arrival = staged.arrival
    return Job(staged.path, office, arrival.unit, arrival.form, arrival.file_name, arrival.folder)


class Reading:
    """Reads copies in the archive, in child processes that stay warm until there is nothing more to do."""

    def __init__(self, extract: Extract, office: Path, jobs: int, log_beside: Path) -> None:
        from ingest.runner import Runner

        self._office, self._log_beside = office, log_beside
        self._runner = Runner(extract, office_at(office).settings, jobs)

    def __call__(self, staged: Iterable[Staged]) -> Iterator[tuple[Staged, Answer]]:
        """The copies with what they gave, as they are done."""
        copies: dict[Path, Staged] = {}

        def to_read() -> Iterator[Job]:
            for copy in staged:
                copies[copy.path] = copy
                yield _job(copy, self._office)

        for outcome in self._runner.run_many(to_read()):
            if outcome.details:
                keep_details(self._log_beside, outcome.details)
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

    kept = warehouse.kept(digest)
    if kept is None:
        raise TonghopError("FAULT", f"Tệp {path.name} có trong kho gốc mà không có trong kho dữ liệu.")
    if unit is not None:
        assign(warehouse, office_at(office), short_id(digest), unit, by=user(), reason="--unit")
        kept = warehouse.kept(digest) or kept
    standing = warehouse.standing(kept.submission_id)
    return Result(
        path.name,
        "assigned" if unit is not None else "unchanged",
        kept.submission_id,
        unit=kept.unit_name,
        form=office_at(office).form.code,
        period=kept.period,
        version=standing.version,
        status=standing.status,
    )


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
        advice = f"{advice} Chi tiết: {keep_details(warehouse.path, outcome.details)}"
    return Result(
        file=path.name,
        outcome="failed" if error.exit_code == 70 else "refused",
        reason=error.code,
        message=error.message,
        advice=advice,
        exit_code=error.exit_code,
        seconds=round(outcome.seconds, 3),
    )


def watched(verdict: Verdict, answer: Answer | None, warehouse: Warehouse) -> Result:
    name = verdict.claim.name
    if isinstance(answer, TonghopError):
        outcome: Literal["waiting", "refused"] = "waiting" if verdict.outcome == "waiting" else "refused"
        why = verdict.why or answer.message
        return Result(name, outcome, reason=answer.code, message=why, advice=answer.advice, exit_code=answer.exit_code)
    if answer is None or verdict.outcome not in ("loaded", "unchanged"):
        return Result(name, verdict.outcome, message=verdict.why or None)
    return _taken(name, answer, verdict.outcome, warehouse)


def keep_details(warehouse: Path, details: str) -> Path:
    """Append a traceback to the log beside the warehouse and say where that is."""
    log = warehouse.with_name(f"{warehouse.name}.loi.log")
    with log.open("a", encoding="utf-8") as stream:
        stream.write(f"{datetime.now(UTC).isoformat()}\n{details}\n")
    return log


def assign(warehouse: Warehouse, office: Office, identity: str, unit: str, *, by: str, reason: str | None) -> str:
    """A person says whose report it is: a unit expected in the period or by the office's date, or any by code@date.
    Returns the unit's name."""
    from ingest.names import UnitNames
    from schemas.decision import Decision

    days = (office.form.period_end, office.units_on or office.form.period_end)
    by_id = (known for known in office.units if known.unit_id == unit.strip())
    found = next(by_id, None) or next(filter(None, (UnitNames(office.units, day).given(unit) for day in days)), None)
    if found is None:
        raise UsageFault("UNIT_UNKNOWN", f"Không có đúng một đơn vị «{unit}» trong kỳ này.", "Xem: tonghop units")
    warehouse.decide(Decision("assign", identity, by, datetime.now(UTC), reason, unit_id=found.unit_id))
    return found.name


def user() -> str:
    return os.environ.get("USER") or os.environ.get("USERNAME") or "không rõ"
