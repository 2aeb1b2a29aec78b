"""The archive: every original as it came, the ledger of what became of it, the journal of what people decided.

It stands beside the warehouse and is worth more than it: the warehouse can always be made again from the archive.

    tonghop.duckdb.kho-goc/
        so-nhan.jsonl        the ledger, one line an arrival
        quyet-dinh.jsonl     the journal
        da-nhan/<period>/<commune>/<file>        loaded, with its extraction report beside it
        khong-nhan/<file> and <file>.ly-do.txt   not taken in, and why
        dang-nhan/<…>/       on the way: the copy, and its slip (phieu.json); empty between two files

A file is copied here, and the copy verified, before it is read; what is read is the copy. Nothing is ever overwritten.
One process at a time writes (a lock, as for the warehouse).
"""

import errno
import hashlib
import json
import os
import secrets
import shutil
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.archive.names import SLIP, safe_name, visible
from ingest.durable import DamagedLinesError, FileLock, Lines, Row, move, sync_folder, write_whole
from schemas.decision import Decision
from schemas.errors import Refused, WarehouseFault
from schemas.ledger import Arrival, Entry

LOADED, REFUSED, ON_THE_WAY = "da-nhan", "khong-nhan", "dang-nhan"
LEDGER, JOURNAL = "so-nhan.jsonl", "quyet-dinh.jsonl"
REASON = ".ly-do.txt"
UNKNOWN_UNIT = "chưa rõ đơn vị"
_LOCK = "khoa"
_PIECE = 1 << 20
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Staged:
    """A verified copy on its way: read it from `path`."""

    path: Path
    arrival: Arrival


def folder_of(warehouse: Path) -> Path:
    """Where the archive of the warehouse in the file `warehouse` stands."""
    return warehouse.with_name(warehouse.name + ".kho-goc")


def digest_of(path: Path) -> str:
    """SHA-256 of a file in hex digits. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class Archive:
    """An archive open for writing. Use `Archive.open` as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ledger = Lines(folder / LEDGER)
        self._journal = Lines(folder / JOURNAL)
        self._history: list[Entry] = []
        self._decisions: list[tuple[int, Decision]] = []
        self._loaded: dict[str, Entry] = {}

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator["Archive"]:
        """The archive in `folder`, made where there is none. Raises WarehouseFault: busy, damaged, cannot be written."""
        lock = FileLock(folder / _LOCK)
        with archive_faults(folder):
            folder.mkdir(exist_ok=True)
            if not lock.take():
                raise _fault("ARCHIVE_BUSY", f"Kho gốc {folder} đang được chương trình khác ghi.", _WAIT)
        try:
            yield read_archive(folder)
        finally:
            lock.release()

    # -- what is there

    @property
    def history(self) -> list[Entry | Decision]:
        """Arrivals and decisions in the order in which they happened, whatever the clock said."""
        events: list[Entry | Decision] = []
        decisions = deque(self._decisions)
        for number, entry in enumerate(self._history):
            while decisions and decisions[0][0] <= number:
                events.append(decisions.popleft()[1])
            events.append(entry)
        return events + [decision for _, decision in decisions]

    @property
    def decisions(self) -> list[Decision]:
        """What people decided, in order."""
        return [decision for _, decision in self._decisions]

    @property
    def loaded(self) -> dict[str, Entry]:
        """SHA-256 → the ledger's line of every file that was loaded, with its latest fingerprint, in order of arrival."""
        return self._loaded

    @property
    def counts(self) -> Counter[str]:
        """How many lines of the ledger have each outcome."""
        return Counter(entry.outcome for entry in self._history)

    def last(self, sha256: str) -> Entry | None:
        """The last that the ledger says of these bytes."""
        return next((entry for entry in reversed(self._history) if entry.arrival.sha256 == sha256), None)

    def original(self, entry: Entry) -> Path | None:
        """The original of a ledger's line, None where it stayed where it came from."""
        return self.folder.joinpath(*entry.path.split("/")) if entry.path else None

    def is_intact(self, entry: Entry) -> bool:
        """Whether the original stands where the ledger says, byte for byte."""
        path = self.original(entry)
        with suppress(OSError):
            return path is not None and digest_of(path) == entry.arrival.sha256
        return False

    # -- coming in

    def stage(self, source: Path, arrival: Arrival) -> Staged:
        """Copies a file in and verifies the copy; the arrival's hash and size are those of the copy.

        Raises OSError where the source cannot be read, WarehouseFault where the archive cannot be written.
        """
        with source.open("rb") as stream, archive_faults(self.folder):
            place = self.folder / ON_THE_WAY / secrets.token_hex(8)
            place.mkdir(parents=True)
            try:
                return self._copy(stream, place, arrival)
            except BaseException:
                shutil.rmtree(place, ignore_errors=True)
                raise

    def _copy(self, stream: Any, place: Path, arrival: Arrival) -> Staged:
        path = place / safe_name(arrival.file_name)
        sha256, size = hashlib.sha256(), 0
        with path.open("xb") as copy:
            while piece := _read(stream):
                copy.write(piece)
                sha256.update(piece)
                size += len(piece)
            copy.flush()
            os.fsync(copy.fileno())
        if digest_of(path) != sha256.hexdigest():
            raise OSError(errno.EIO, "bản chép khác bản gốc")
        arrival = replace(arrival, sha256=sha256.hexdigest(), bytes=size)
        write_whole(place / SLIP, json.dumps(_arrival_row(arrival), ensure_ascii=False).encode("utf-8", "replace"))
        sync_folder(place.parent)
        return Staged(path, arrival)

    def unfinished(self) -> list[Staged]:
        """What a crash left on the way, the oldest arrival first; copies without a slip were not finished and go."""
        left: list[Staged] = []
        with archive_faults(self.folder):
            for place in (self.folder / ON_THE_WAY).glob("*/"):
                try:
                    arrival = _arrival(json.loads((place / SLIP).read_bytes()))
                except (FileNotFoundError, ValueError, KeyError):
                    shutil.rmtree(place)
                else:
                    left.append(Staged(place / safe_name(arrival.file_name), arrival))
        return sorted(left, key=lambda staged: staged.arrival.received_at)

    def drop(self, staged: Staged) -> None:
        """Removes a copy that is not needed: its source is still where it was."""
        with archive_faults(self.folder):
            shutil.rmtree(staged.path.parent)

    def place(self, staged: Staged, period: str, unit: str | None) -> Path | None:
        """Moves a copy to its place among the loaded files and returns the place; None where the copy is gone.

        A crash between this and the ledger's line leaves the slip, so that `unfinished` still knows of it.
        """
        with archive_faults(self.folder):
            return self._put(staged, self.folder / LOADED / safe_name(period) / safe_name(unit or UNKNOWN_UNIT))

    def reject(self, staged: Staged, reason: Refused) -> Path | None:
        """Moves a copy among the files not taken in, the reason beside it, as `place` does."""
        with archive_faults(self.folder):
            path = self._put(staged, self.folder / REFUSED)
            if path is not None:
                write_whole(path.with_name(path.name + REASON), _reason(staged.arrival, reason))
            return path

    def _put(self, staged: Staged, folder: Path) -> Path | None:
        make_folder(folder)
        name, sha256 = safe_name(staged.arrival.file_name), staged.arrival.sha256
        named = Path(name)
        for path in (folder / name, folder / f"{named.stem}.{sha256[:_SHORT]}{named.suffix}"):
            if path.exists():
                if digest_of(path) == sha256:
                    return path  # it came before, or a crash came after the move
            elif staged.path.exists():
                move(staged.path, path)
                return path
        return None

    def mend(self, staged: Staged) -> None:
        """Puts a copy where the ledger says that its original stands; what stands there in its stead is kept beside."""
        path = self.original(self._loaded[staged.arrival.sha256])
        with archive_faults(self.folder):
            if path is not None:
                make_folder(path.parent)
                if path.exists():
                    move(path, path.with_name(f"{path.name}.hong-{secrets.token_hex(4)}"))
                move(staged.path, path)

    def note(self, entry: Entry, staged: Staged | None = None) -> None:
        """Writes a line of the ledger, durable when this returns; the copy on the way is then done with."""
        with archive_faults(self.folder):
            row = _arrival_row(entry.arrival) | {
                name: getattr(entry, name) for name in ("outcome", "path", "content", "reason", "detail")
            }
            self._ledger.append({name: value for name, value in row.items() if value is not None})
            self._remember(entry)
            if staged is not None:
                shutil.rmtree(staged.path.parent, ignore_errors=True)

    def record(self, decision: Decision) -> None:
        """Writes a person's decision into the journal, durable when this returns; one that stands there is left.

        To be called before the decision is written to the warehouse, once it is known to fit.
        """
        if decision in self.decisions:
            return
        with archive_faults(self.folder):
            after = len(self._history)
            row = {**asdict(decision), "decided_at": decision.decided_at.isoformat(), "after": after}
            self._journal.append({name: value for name, value in row.items() if value is not None})
            self._decisions.append((after, decision))

    def path_in(self, path: Path) -> str:
        """A place in the archive as the ledger writes it."""
        return path.relative_to(self.folder).as_posix()

    # -- opening

    def load_lines(self) -> None:
        """Reads ledger and journal. Raises WarehouseFault where a line is not what was written."""
        with archive_faults(self.folder):
            for row in self._ledger.read():
                self._remember(_entry(row))
            for row in self._journal.read():
                after = int(row.pop("after"))
                decision = Decision(**{**row, "decided_at": datetime.fromisoformat(row["decided_at"])})
                self._decisions.append((after, decision))

    def _remember(self, entry: Entry) -> None:
        self._history.append(entry)
        sha256 = entry.arrival.sha256
        if entry.outcome == "loaded":
            self._loaded.setdefault(sha256, entry)
        elif entry.outcome == "reread" and sha256 in self._loaded:
            self._loaded[sha256] = replace(self._loaded[sha256], content=entry.content)


def read_archive(folder: Path) -> Archive:
    """The archive in `folder` for looking only: no lock is taken. Raises WarehouseFault where it is damaged."""
    archive = Archive(folder)
    archive.load_lines()
    return archive


def _reason(arrival: Arrival, reason: Refused) -> bytes:
    lines = (
        f"Tệp: {visible(arrival.file_name)}",
        f"Lý do: {visible(reason.message)} [{reason.code}]",
        f"Cần làm: {visible(reason.advice)}",
        f"Nhận lúc: {arrival.received_at.astimezone():%H:%M:%S %d/%m/%Y}",
    )
    # Notepad on older Windows needs the mark and the line ends.
    return "\r\n".join((*lines, "")).encode("utf-8-sig", "replace")


def make_folder(folder: Path) -> None:
    """Makes a folder and those above it, durably."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


_WAIT = "Chờ chương trình kia xong rồi chạy lại."


@contextmanager
def archive_faults(folder: Path) -> Iterator[None]:
    """What hinders writing the archive is a fault of this machine, never of the file."""
    try:
        yield
    except _SourceError as error:
        raise error.error from None
    except DamagedLinesError as error:
        raise _fault(
            "ARCHIVE_DAMAGED",
            f"Dòng {error.number} của {error.path} không phải dòng đã ghi (bị sửa, mất hoặc đĩa hỏng).",
            "Lấy lại tệp này từ bản sao lưu (tonghop restore); đừng sửa bằng tay.",
        ) from error
    except OSError as error:
        said = os.strerror(error.errno) if error.errno else str(error)
        raise _fault(
            "ARCHIVE_UNWRITABLE", f"Không ghi được kho gốc {folder}: {said}.", "Kiểm tra ổ đĩa còn chỗ và quyền ghi."
        ) from error


class _SourceError(Exception):
    """The source, not the archive, failed during the copy."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error)
        self.error = error


def _read(stream: Any) -> bytes:
    try:
        piece: bytes = stream.read(_PIECE)
        return piece
    except OSError as error:
        raise _SourceError(error) from error


def _fault(code: str, message: str, advice: str) -> WarehouseFault:
    return WarehouseFault(code, message, advice)


def _arrival_row(arrival: Arrival) -> Row:
    return {**asdict(arrival), "received_at": arrival.received_at.isoformat()}


def _arrival(row: Row) -> Arrival:
    told: dict[str, Any] = {name: row.get(name) for name in Arrival.__slots__}
    return Arrival(**told | {"received_at": datetime.fromisoformat(row["received_at"])})


def _entry(row: Row) -> Entry:
    return Entry(row["outcome"], _arrival(row), *(row.get(name) for name in ("path", "content", "reason", "detail")))
