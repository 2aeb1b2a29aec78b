"""What lies in the watch folder, and which of it may be taken in.

A file that stood still over two looks and is whole is claimed by renaming it into a hidden folder of the inbox; from
then on a new file of its name is another file. It is removed only once it is safe elsewhere.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from ingest.durable import is_being_written, move_if_free
from schemas.errors import UsageFault
from schemas.junk import is_junk, is_tried
from schemas.office import Settings

_OURS = ".tonghop-"
CLAIMS = f"{_OURS}dang-nhan"
_LONGEST_WAIT = 3600.0

Standing = tuple[int, int, int]
"""Size, time of change in nanoseconds, number of the file: a file stands still while these do."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that is being taken in: where it stands now, what it and its folder were called, how it looked when it was
    claimed, and how often it was tried in vain."""

    path: Path
    name: str
    folder: str
    standing: Standing
    tries: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that is not taken in yet."""

    file: str
    why: str
    since: str
    standing: Standing


@dataclass(slots=True)
class _Candidate:
    standing: Standing
    since: datetime
    still_from: float
    looks: int = 1
    is_whole: bool = False
    tries: int = 0
    not_before: float = 0.0
    why: str = "đang chờ chép xong"


@dataclass(frozen=True, slots=True)
class Look:
    """What lies in the inbox. `settling`: how many files may be ready after one more look."""

    ready: list[Path]
    waiting: list[Waiting]
    junk: int
    ignored: list[str]
    settling: int


class Inbox:
    """The folder as it was seen so far. `is_whole` says whether a file's structure reaches its end."""

    def __init__(self, folder: Path, settings: Settings, is_whole: Callable[[Path], bool]) -> None:
        self.folder = folder
        self._settings = settings
        self._is_whole = is_whole
        self._seen: dict[Path, _Candidate] = {}

    def remember(self, waiting: Sequence[Waiting]) -> None:
        """What waited when an earlier run ended: it does not have to prove anew how long it stood still."""
        now, clock = datetime.now(UTC), time.monotonic()
        for old in waiting:
            since = datetime.fromisoformat(old.since)
            age = max(0.0, (now - since).total_seconds())  # the clock may have been set back
            self._seen[self.folder / old.file] = _Candidate(old.standing, since, clock - age)

    def look(self) -> Look:
        """Looks once. Raises OSError where the folder is gone or cannot be read."""
        clock = time.monotonic()
        seen: dict[Path, _Candidate] = {}
        junk, ignored = 0, []
        for entry in self._entries():
            path = Path(entry.path)
            if is_junk(entry.name) or not entry.is_file(follow_symlinks=False):
                junk += 1
            elif not is_tried(entry.name):
                ignored.append(self._shown(path))
            else:
                with suppress(FileNotFoundError):  # gone since
                    seen[path] = self._again(path, stand(path), clock)
        self._seen = seen
        ready = [path for path, candidate in seen.items() if self._is_ready(path, candidate, clock)]
        taken = set(ready)
        return Look(
            ready=sorted(ready, key=lambda path: (seen[path].standing[1], path)),
            waiting=[self._waiting(path, candidate) for path, candidate in seen.items() if path not in taken],
            junk=junk,
            ignored=ignored,
            settling=sum(candidate.looks < 2 for candidate in seen.values()),
        )

    def _entries(self) -> Iterator[os.DirEntry[str]]:
        """All that is no folder, in the inbox and the folders in it. Links to folders are not followed."""
        folders = [self.folder]
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(folder) as entries:
                    found = sorted(entries, key=lambda entry: entry.name)
            except OSError:
                if folder == self.folder:
                    raise
                continue
            for entry in found:
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith(".") or entry.path == str(self.folder / CLAIMS):
                        folders.append(Path(entry.path))
                elif not entry.name.startswith(_OURS):
                    yield entry

    def _again(self, path: Path, standing: Standing, clock: float) -> _Candidate:
        candidate = self._seen.get(path)
        if candidate is None or candidate.standing != standing:
            return _Candidate(standing, datetime.now(UTC), clock)
        candidate.looks += 1
        return candidate

    def _is_ready(self, path: Path, candidate: _Candidate, clock: float) -> bool:
        if candidate.looks < 2 or clock < candidate.not_before:
            return False
        if is_being_written(path):
            candidate.why = "đang được ghi"
            return False
        candidate.is_whole = candidate.is_whole or self._is_whole(path)
        if candidate.is_whole or clock - candidate.still_from > self._settings.watch_doubt_seconds:
            return True
        candidate.why = "chưa trọn vẹn: có thể đang chép dở"
        return False

    def _waiting(self, path: Path, candidate: _Candidate) -> Waiting:
        return Waiting(self._shown(path), candidate.why, candidate.since.isoformat(timespec="seconds"), candidate.standing)

    def _shown(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def claim(self, path: Path) -> Claim | None:
        """Takes a ready file out of everybody's way; None where it went, changed, or somebody has it open.

        Raises OSError where the folder cannot be written.
        """
        if self.folder / CLAIMS not in path.parents:
            moved = self._put_away(path)
            if moved is None:
                return None
            path = moved
        try:
            now = stand(path)
        except FileNotFoundError:
            return None
        if now != self._seen[path].standing:  # its writer goes on: it waits where it is now
            self._seen[path] = _Candidate(now, datetime.now(UTC), time.monotonic())
            return None
        folders = (self.folder.absolute().name, *self._came_from(path).parts[:-1])
        return Claim(path, path.name, folders[-1], now, self._seen[path].tries)

    def _put_away(self, path: Path) -> Path | None:
        target = self.folder / CLAIMS / token_hex(8) / path.relative_to(self.folder)
        target.parent.mkdir(parents=True)
        try:
            os.rename(path, target)
        except (FileNotFoundError, PermissionError) as error:
            _remove_empty(target.parent, self.folder / CLAIMS)
            if isinstance(error, PermissionError):  # on Windows, as long as a program has it open
                self._wait(self._seen[path], self._settings.watch_poll_seconds, "đang được mở ở chương trình khác")
            return None
        self._seen[target] = self._seen.pop(path)
        return target

    def _came_from(self, claimed: Path) -> Path:
        """Where in the inbox a claimed file lay."""
        return Path(*claimed.relative_to(self.folder / CLAIMS).parts[1:])

    def put_back(self, claim: Claim) -> None:
        """Shows a file that has to wait to people again, where it lay; not where another file of its name came there."""
        target = self.folder / self._came_from(claim.path)
        if target.parent.is_dir() and move_if_free(claim.path, target):
            self._seen[target] = self._seen.pop(claim.path)
            _remove_empty(claim.path.parent, self.folder / CLAIMS)

    def release(self, claim: Claim) -> bool:
        """Removes a file that is safe elsewhere; one that was written to meanwhile stays and is taken in anew."""
        try:
            if stand(claim.path) != claim.standing or is_being_written(claim.path):
                return False
            claim.path.unlink()
        except FileNotFoundError:
            return True
        self._seen.pop(claim.path, None)
        _remove_empty(claim.path.parent, self.folder / CLAIMS)
        return True

    def postpone(self, claim: Claim, why: str) -> None:
        """Lets a file wait, longer each time."""
        candidate = self._seen[claim.path]
        self._wait(candidate, self._settings.watch_retry_seconds * 2**candidate.tries, why)
        candidate.tries += 1

    def _wait(self, candidate: _Candidate, seconds: float, why: str) -> None:
        candidate.not_before = time.monotonic() + min(seconds, _LONGEST_WAIT)
        candidate.why = why


def stand(path: Path) -> Standing:
    """Size, time and number of a file, links not followed. Raises OSError."""
    found = os.lstat(path)
    return found.st_size, found.st_mtime_ns, found.st_ino


def _remove_empty(folder: Path, top: Path) -> None:
    """Removes `folder` and what is empty above it, `top` included."""
    with suppress(OSError):
        while folder != top.parent:
            folder.rmdir()
            folder = folder.parent


def check_apart(inbox: Path, warehouse: Path, archive: Path) -> None:
    """Raises UsageFault where the inbox is no folder, or inbox, warehouse and archive lie in each other."""
    if not inbox.is_dir():
        raise UsageFault("INBOX_MISSING", f"Không có thư mục {inbox}.", "Tạo thư mục, hoặc nối ổ mạng rồi chạy lại.")
    pairs = ((warehouse, inbox), (archive, inbox), (inbox, archive))
    for inner, outer in pairs:
        if _lies_in(inner, outer):
            raise UsageFault(
                "FOLDERS_OVERLAP",
                f"{inner} nằm trong {outer}.",
                "Thư mục nhận tệp, kho dữ liệu và kho gốc phải tách rời nhau: chọn thư mục khác hoặc sửa --db.",
            )


def _lies_in(inner: Path, outer: Path) -> bool:
    """Told by the system, not by names: links, capitals and other spellings of a path are seen through."""
    inner = inner.resolve()
    for place in (inner, *inner.parents):
        with suppress(OSError):
            if place.samefile(outer):
                return True
    return inner.is_relative_to(outer.resolve())
