"""How a file gets into archive, warehouse and ledger, exactly once; how the warehouse is made again from the archive.

The steps do not know each other. They are joined here in the one order that loses nothing:

    copy, fsync, verify → read the copy → load, commit, checkpoint → place the original, its report → ledger → the
    source may go

Each step can be done again without harm, so that a program killed anywhere is finished by the next one: a copy on its
way carries a slip, and whether it was loaded stands in the warehouse.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from duckdb import DuckDBPyConnection

from ingest.archive import Archive, Staged, archive_faults, backup, folder_of, reconcile, restore
from ingest.durable import move, write_whole
from ingest.stores import store_at
from ingest.warehouse import Loaded, Warehouse
from ingest.watch import Claim, Claiming, Verdict
from schemas.decision import Decision
from schemas.errors import Refused, TonghopError, UsageFault, WarehouseFault
from schemas.ledger import Arrival, Discrepancy, Entry
from schemas.office import Office
from schemas.record import Extraction

BUSY = frozenset({"WAREHOUSE_BUSY", "ARCHIVE_BUSY"})
OURS = frozenset({"NOT_FOUND", "NOT_A_FILE", "NO_ACCESS", "READ_FAILED"})
"""Refusals of a file that lies in our own archive: the machine, not the file."""
LIMITS = frozenset({"TOO_SLOW", "TOO_MUCH_MEMORY", "CRASHED"})
"""Refusals that a busy machine can cause; believed of a file that is tried again and again."""
REPORT = ".html"
_BETWEEN_TRIES = 0.1
_LEAST_SECONDS = 1.0

Render = Callable[[DuckDBPyConnection, str], str]
"""The extraction report of a submission as a page."""
Answer = Extraction | TonghopError
Read = Callable[[Iterable[Staged]], Iterator[tuple[Staged, Answer]]]
"""Reads staged files, taken up one by one as there is room, in child processes; answers come as they are done."""


class Intake:
    """Archive and warehouse, open together: whatever comes in passes here."""

    def __init__(self, archive: Archive, warehouse: Warehouse, render: Render | None = None) -> None:
        self.archive = archive
        self.warehouse = warehouse
        self._render = render

    def stage(
        self,
        path: Path,
        by: Literal["ingest", "watch"],
        *,
        name: str = "",
        folder: str = "",
        unit: str | None = None,
        form: str | None = None,
    ) -> Staged:
        """Copies a file into the archive; what the ledger knows of the same bytes goes before what is said now, so that
        a file that the warehouse lost comes back as it was. Raises OSError (the source), WarehouseFault (the archive)."""
        name = os.fsencode(name or path.name).decode("utf-8", "replace")
        folder = os.fsencode(folder or path.absolute().parent.name).decode("utf-8", "replace")
        staged = self.archive.stage(path, Arrival("", 0, name, folder, datetime.now(UTC), by, unit, form))
        before = self.archive.loaded.get(staged.arrival.sha256)
        if before is None or self.warehouse.known(staged.arrival.sha256) == "loaded":
            return staged
        return Staged(staged.path, replace(before.arrival, by=by))

    def is_loaded(self, sha256: str) -> bool:
        """Whether these bytes are in the warehouse and their original in the archive."""
        return sha256 in self.archive.loaded and self.warehouse.known(sha256) == "loaded"

    def settle(self, staged: Staged, extraction: Extraction) -> Loaded:
        """Loads what was read of a copy, files the original, writes the ledger. Raises WarehouseFault; then nothing is
        lost, and it can be done again."""
        loaded = self.warehouse.load(extraction, staged.arrival.received_at)
        self.conclude(staged)
        return loaded

    def conclude(self, staged: Staged) -> None:
        """All that follows the commit, for a copy whose content is in the warehouse."""
        sha256 = staged.arrival.sha256
        kept = self.warehouse.kept(sha256)
        if kept is None or sha256 in self.archive.loaded:
            self._repeat(staged)
            return
        path = self.archive.place(staged, kept.period, kept.unit_name)
        if path is None:
            self.archive.drop(staged)
            return
        if self._render is not None:
            with archive_faults(self.archive.folder):
                page = self._render(self.warehouse.connection, kept.submission_id)
                write_whole(path.with_name(path.name + REPORT), page.encode("utf-8", "replace"))
        arrival = replace(staged.arrival, received_at=kept.received_at)
        content = self.warehouse.fingerprint(sha256)
        self.archive.note(Entry("loaded", arrival, self.archive.path_in(path), content), staged)

    def _repeat(self, staged: Staged) -> None:
        """Bytes that are in the ledger: only that they came again is noted, where the source will go."""
        if not self.archive.is_intact(self.archive.loaded[staged.arrival.sha256]):
            self.archive.mend(staged)
        if staged.arrival.by == "watch":
            self.archive.note(Entry("unchanged", staged.arrival), staged)
        else:
            self.archive.drop(staged)

    def refuse(self, staged: Staged, reason: Refused) -> None:
        """Notes that a file was not taken in and why; one from a watch folder is kept among those not taken in."""
        arrival = staged.arrival
        self.warehouse.refuse(
            arrival.sha256, arrival.file_name, arrival.bytes, reason.code, arrival.received_at, reason.detail or None
        )
        self._conclude_refusal(staged, reason)

    def _conclude_refusal(self, staged: Staged, reason: Refused) -> None:
        last = self.archive.last(staged.arrival.sha256)
        if staged.arrival.by == "ingest" and last and (last.outcome, last.reason) == ("refused", reason.code):
            self.archive.drop(staged)
            return
        path = self.archive.reject(staged, reason) if staged.arrival.by == "watch" else None
        where = self.archive.path_in(path) if path else None
        entry = Entry("refused", staged.arrival, where, reason=reason.code, detail=reason.detail or None)
        self.archive.note(entry, staged)

    def finish(self) -> None:
        """Finishes what a killed program left: copies whose content is loaded, a decision that is only in the journal.

        Other copies go: their sources still lie where they came from.
        """
        for staged in self.archive.unfinished():
            arrival, last = staged.arrival, self.archive.last(staged.arrival.sha256)
            noted = self.warehouse.noted(arrival.sha256, arrival.received_at)
            if noted is None or (last and last.arrival.received_at == arrival.received_at):
                self.archive.drop(staged)
            elif noted[0] == "loaded":
                self.conclude(staged)
            else:
                self._conclude_refusal(staged, Refused(str(noted[1]), noted[2] or ""))
        self._finish_decision()

    def _finish_decision(self) -> None:
        """Only the last one can have been interrupted: each is preceded by this."""
        *before, last = [None, *self.archive.decisions]
        if last is None or self.warehouse.has_decision(last.decision_id):
            return
        if before[-1] is None or self.warehouse.has_decision(before[-1].decision_id):
            with suppress(UsageFault):  # of a report that the warehouse lost: reconciling says so
                self.warehouse.decide(last)

    def discrepancies(self, *, thorough: bool = False) -> list[Discrepancy]:
        """Where archive and warehouse do not agree. Raises WarehouseFault where the warehouse is damaged."""
        found = reconcile(self.archive, self.warehouse.stored(), thorough=thorough)
        if not self.warehouse.is_shared:
            return found
        return [one for one in found if not one.code.startswith("UNKNOWN")]  # of other offices, in their archives


@contextmanager
def open_intake(
    db: Path, office: Office, render: Render | None = None, *, patience: float | None = None
) -> Iterator[Intake]:
    """Archive and warehouse for writing, with what a killed program left finished. Every decision goes through the
    journal. Waits `patience` seconds (None: as the office says) for another program that writes. Raises WarehouseFault.
    """
    end = time.monotonic() + (office.settings.busy_seconds if patience is None else patience)
    while True:
        with ExitStack() as opened:
            try:
                archive, warehouse = _open_both(db, office, opened)
            except WarehouseFault as fault:
                if fault.code not in BUSY or time.monotonic() > end:
                    raise
            else:
                intake = Intake(archive, warehouse, render)
                intake.finish()
                yield intake
                return
        time.sleep(_BETWEEN_TRIES)


def _open_both(db: Path, office: Office, opened: ExitStack) -> tuple[Archive, Warehouse]:
    """The archive first: whoever holds its lock may also replace or copy the warehouse's file."""
    if not db.parent.is_dir():
        Warehouse.open(db, office)  # says so
    archive = opened.enter_context(Archive.open(folder_of(db)))
    return archive, opened.enter_context(Warehouse.open(db, office, archive.record))


Told = Callable[[Verdict, Answer | None, Warehouse], None]
"""Called with each file that a watcher took in, or not; the answer is None where its bytes were there already."""


class WatchedIntake:
    """Takes claimed files in: what the watcher calls at every look. Archive and warehouse are open only while there is
    something to do, and `watch_batch_seconds` at most, so that other commands get their turn; `rest` is called when
    there is nothing to do."""

    def __init__(
        self,
        db: Path,
        office: Office,
        read: Read,
        render: Render,
        told: Told,
        warn: Callable[[str], None],
        rest: Callable[[], None] = lambda: None,
    ) -> None:
        self._db, self._office, self._settings = db, office, office.settings
        self._read, self._render, self._told, self._warn, self._rest = read, render, told, warn, rest
        self._is_checked = False
        self._is_behind = False
        self._snapshot_seconds = 0.0

    def __call__(self, ready: Sequence[Path], claim: Claiming) -> Iterator[Verdict]:
        """Claims and takes in as many as there is time for, then renews the readers' snapshot.

        Raises WarehouseFault for a cause of ours; at the start also where the warehouse lacks what the archive has.
        """
        if self._is_checked and not self._is_behind and not ready:
            self._rest()
            return
        with open_intake(self._db, self._office, self._render, patience=0) as intake:
            if not self._is_checked:
                self._check(intake)
            try:
                yield from self._take(intake, ready, claim)
            finally:
                # A fault of the warehouse would only be met again.
                if self._is_behind and not isinstance(sys.exception(), WarehouseFault):
                    self._publish(intake.warehouse)

    def _publish(self, warehouse: Warehouse) -> None:
        start = time.monotonic()
        warehouse.snapshot()
        self._snapshot_seconds = time.monotonic() - start
        self._is_behind = False

    def _check(self, intake: Intake) -> None:
        found = intake.discrepancies()
        lost = [one.message for one in found if one.is_healed_by_rebuild]
        if lost:
            raise WarehouseFault("WAREHOUSE_INCOMPLETE", said_of_lost(lost), REBUILD)
        for one in found:
            self._warn(one.message)
        self._is_behind = not intake.warehouse.is_published()
        self._is_checked = True

    def _take(self, intake: Intake, ready: Sequence[Path], claim: Claiming) -> Iterator[Verdict]:
        # What readers see gets older while their next snapshot is made, too.
        end = time.monotonic() + max(_LEAST_SECONDS, self._settings.watch_batch_seconds - self._snapshot_seconds)
        claims: dict[Path, Claim] = {}
        done: list[Verdict] = []

        def to_read() -> Iterator[Staged]:
            for path in ready:
                if time.monotonic() > end:
                    return
                claimed = claim(path)
                staged = claimed and self._stage(intake, claimed, done)
                if claimed and staged:
                    claims[staged.path] = claimed
                    yield staged

        for staged, answer in self._read(to_read()):
            verdict = self._settle(intake, claims[staged.path], staged, answer)
            self._told(verdict, answer, intake.warehouse)
            yield verdict
        for verdict in done:
            self._told(verdict, None, intake.warehouse)
            yield verdict

    def _stage(self, intake: Intake, claim: Claim, done: list[Verdict]) -> Staged | None:
        """A copy to read; None where there is no need to, or no way: `done` gets the verdict."""
        try:
            staged = intake.stage(claim.path, "watch", name=claim.name, folder=claim.folder)
        except OSError as error:
            done.append(Verdict(claim, "waiting", f"chưa đọc được tệp: {os.strerror(error.errno or 0)}"))
            return None
        if intake.is_loaded(staged.arrival.sha256):
            intake.conclude(staged)
            done.append(Verdict(claim, "unchanged"))
            return None
        return staged

    def _settle(self, intake: Intake, claim: Claim, staged: Staged, answer: Answer) -> Verdict:
        if not isinstance(answer, TonghopError):
            self._is_behind = True
            return Verdict(claim, intake.settle(staged, answer).outcome)
        why = self._excuse(answer, claim)
        if why is None and isinstance(answer, Refused):
            self._is_behind = True
            intake.refuse(staged, answer)
            return Verdict(claim, "refused", answer.message)
        intake.archive.drop(staged)
        return Verdict(claim, "waiting", why or answer.message)

    def _excuse(self, error: TonghopError, claim: Claim) -> str | None:
        """Why the file is not to blame, None where it is."""
        if not isinstance(error, Refused) or error.code in OURS:
            return error.message
        if error.code in LIMITS and claim.tries + 1 < self._settings.watch_tries:
            return f"{error.message} Sẽ thử lại."
        free = min(shutil.disk_usage(folder).free for folder in (self._db.parent, Path(tempfile.gettempdir())))
        return "Máy sắp hết chỗ trên đĩa." if free < self._settings.watch_free_mb << 20 else None


REBUILD = "Làm lại kho dữ liệu từ kho gốc: tonghop rebuild"
_SHOWN = 3


def said_of_lost(messages: Sequence[str]) -> str:
    """The first few of many discrepancies as one sentence."""
    more = f" … và {len(messages) - _SHOWN} điều khác." if len(messages) > _SHOWN else ""
    return f"Kho dữ liệu không khớp kho gốc ({len(messages)}): " + " ".join(messages[:_SHOWN]) + more


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: how many files and decisions stand in the new warehouse, what could not be brought back, and
    where the old one is kept."""

    files: int
    decisions: int
    problems: list[str]
    old: Path | None


def rebuild(
    db: Path,
    office: Office,
    read: Read,
    progress: Callable[[int, int], None] = lambda done, of: None,
    *,
    force: bool = False,
) -> Rebuilt:
    """Makes the warehouse again from originals, ledger and journal, in the order in which all of it happened, beside the
    old one; then puts it in its place and keeps the old one under another name.

    Raises WarehouseFault, also where the old one has what the archive lacks, unless `force`.
    """
    if store_at(db).is_shared:
        raise UsageFault(
            "REBUILD_SHARED",
            f"Kho {db} là kho chung của nhiều nơi, không làm lại từ kho gốc của một nơi được.",
            f"Lấy lại từ bản sao lưu của kho chung, rồi đưa lại các bản gốc: tonghop ingest {folder_of(db)}",
        )
    _finish_old(db, office, force)
    fresh = db.with_name(f"{db.name}.dang-lam-lai")
    with Archive.open(folder_of(db)) as archive:
        for left in (fresh, _wal(fresh)):
            left.unlink(missing_ok=True)
        with Warehouse.open(fresh, office) as warehouse:
            problems = list(_replay(archive, warehouse, read, progress))
            stored = warehouse.stored()
        with archive_faults(db.parent):
            old = set_aside(db)
            move(fresh, db)
        for sha256, entry in archive.loaded.items():
            if stored.files.get(sha256) not in (None, entry.content):
                archive.note(Entry("reread", entry.arrival, content=stored.files[sha256]))
    return Rebuilt(len(stored.files), len(stored.decisions), problems, old)


def _finish_old(db: Path, office: Office, force: bool) -> None:
    """What a killed program left is finished while the old warehouse still knows of it. Raises WarehouseFault where it
    is in use, is not ours to replace, or has what the archive lacks."""
    if not db.exists():
        return
    try:
        with open_intake(db, office) as intake:
            unknown = [one.message for one in intake.discrepancies() if one.code.startswith("UNKNOWN")]
    except WarehouseFault as fault:
        if fault.code not in ("WAREHOUSE_DAMAGED", "WAREHOUSE_UNWRITABLE"):
            raise
        return
    if unknown and not force:
        advice = "Đưa lại các tệp ấy vào (tonghop ingest) rồi làm lại; hoặc tonghop rebuild --force, kho cũ vẫn được giữ."
        raise WarehouseFault("REBUILD_WOULD_LOSE", said_of_lost(unknown), advice)


def _replay(
    archive: Archive, warehouse: Warehouse, read: Read, progress: Callable[[int, int], None]
) -> Iterator[str]:
    """Does all that the ledger and the journal say once more; yields what could not be done."""
    answers = _Answers(archive, read)
    done: set[str] = set()
    for event in archive.history:
        if isinstance(event, Decision):
            try:
                warehouse.decide(event)
            except UsageFault as fault:
                yield f"Quyết định {event.action} {event.submission_id}: {fault.message}"
        elif event.outcome == "refused":
            it = event.arrival
            warehouse.refuse(it.sha256, it.file_name, it.bytes, str(event.reason), it.received_at, event.detail)
        elif event.outcome == "loaded" and event.arrival.sha256 not in done:
            done.add(event.arrival.sha256)
            answer = answers.of(event)
            if isinstance(answer, TonghopError):
                yield f"Tệp {event.arrival.file_name}: {answer.message}"
            else:
                warehouse.load(answer, event.arrival.received_at)
            progress(len(done), len(archive.loaded))


class _Answers:
    """What reading gives, asked for in the ledger's order, in whatever order it is done."""

    def __init__(self, archive: Archive, read: Read) -> None:
        self._known: dict[str, Answer] = {}
        self._coming = read(self._to_read(archive))

    def _to_read(self, archive: Archive) -> Iterator[Staged]:
        for entry in archive.loaded.values():
            path = archive.original(entry)
            if path is None or not archive.is_intact(entry):
                message = f"Bản gốc bị mất hoặc bị sửa: {entry.path}."
                self._known[entry.arrival.sha256] = TonghopError("LOST_ORIGINAL", message)
            else:
                yield Staged(path, entry.arrival)

    def of(self, entry: Entry) -> Answer:
        while entry.arrival.sha256 not in self._known:
            staged, answer = next(self._coming)
            self._known[staged.arrival.sha256] = answer
        return self._known.pop(entry.arrival.sha256)


def back_up(db: Path, office: Office, office_files: Sequence[Path], target: Path) -> int:
    """Writes warehouse, archive and the office's files to one file; how many files that is. Raises WarehouseFault,
    UsageFault."""
    with open_intake(db, office) as intake:
        intake.warehouse.close()  # its file is then all there, and the archive's lock keeps others away
        return backup(db, intake.archive.folder, office_files, target)


def bring_back(db: Path, source: Path) -> list[Path]:
    """Puts a backup in the place of warehouse and archive, and returns under which names the old ones are kept. Raises
    UsageFault where it is no good, WarehouseFault where another program is writing; nothing is changed then."""
    folder = folder_of(db)
    if folder.exists():
        with Archive.open(folder):
            pass
    return restore(source, db, folder, set_aside)


def set_aside(path: Path) -> Path | None:
    """Gives a warehouse (its .wal too) or an archive another name and returns that, None where there is none."""
    if not path.exists():
        return None
    old = path.with_name(f"{path.name}.cu-{datetime.now():%Y%m%dT%H%M%S%f}")
    if _wal(path).exists():
        move(_wal(path), _wal(old))
    move(path, old)
    return old


def _wal(db: Path) -> Path:
    return db.with_name(f"{db.name}.wal")
