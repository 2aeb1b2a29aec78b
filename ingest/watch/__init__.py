"""The watch folder: looks every few seconds, hands whole files on, removes them once they are safe elsewhere.

Events are not used: they get lost, and on network shares there are none. Whatever hinders us (a locked warehouse, a
full disk, a folder that went away) is said in the status, and tried again at the next look; no file is blamed for it.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ingest.watch.inbox import Claim, Inbox, Look, check_apart
from ingest.watch.lock import WatchLock
from ingest.watch.status import Status, read_statuses, status_path
from schemas.errors import TonghopError, UsageFault, WarehouseFault
from schemas.office import Settings

__all__ = [
    "Claim", "Claiming", "Inbox", "Status", "TakeIn", "Verdict", "Watcher", "check_apart", "read_statuses", "status_path",
]  # fmt: skip

# Faults of the warehouse that waiting heals; the others need a person, and are raised when they are met at the start.
_INBOX = "INBOX_UNUSABLE"
_PASSING = frozenset({"WAREHOUSE_BUSY", "WAREHOUSE_UNWRITABLE", "ARCHIVE_BUSY", "ARCHIVE_UNWRITABLE", _INBOX})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a claim: safe in the archive, or `waiting` for a cause of ours or of this machine."""

    claim: Claim
    outcome: Literal["loaded", "unchanged", "refused", "waiting"]
    why: str = ""


Claiming = Callable[[Path], Claim | None]
TakeIn = Callable[[Sequence[Path], Claiming], Iterator[Verdict]]
"""Claims ready files, takes them in and says of each, once that is durable, what became of it. It may stop before the
last one, to give readers and other commands their turn. Called at every look, with nothing ready too. Raises
WarehouseFault or OSError for a cause of ours."""


class Watcher:
    """Watches one inbox. `tell` is called with each sentence that the person at the terminal should see."""

    def __init__(
        self, inbox: Inbox, settings: Settings, take_in: TakeIn, status: Status, tell: Callable[[str], None]
    ) -> None:
        self._inbox, self._settings, self._take_in, self._status = inbox, settings, take_in, status
        self._tell = tell
        self._lock = WatchLock(inbox.folder, settings)
        self._hindrance: str | None = None
        self._has_begun = False

    def run(self, stop: threading.Event, *, once: bool = False) -> None:
        """Watches until `stop` is set; with `once`, until all that is ready by the second look is taken in.

        Raises WarehouseFault where another watcher holds the folder or the warehouse needs a person; with `once`,
        WarehouseFault or UsageFault for whatever hinders us.
        """
        self._inbox.remember(self._status.waiting_before())
        try:
            self._loop(stop, once)
        finally:
            self._lock.release()
            self._status.ended()

    def _loop(self, stop: threading.Event, once: bool) -> None:
        has_rested = False
        while not stop.is_set():
            look = self._try_round(stop, once)
            if look is not None and look.ready:
                continue
            if once and (has_rested or look is None or not look.settling):
                return
            has_rested = True
            stop.wait(self._settings.watch_poll_seconds)

    def _try_round(self, stop: threading.Event, once: bool) -> Look | None:
        """One look, and what it gave taken in; None where something of ours stands in the way."""
        try:
            look = self._round(stop)
        except (WarehouseFault, OSError) as error:
            named = _named(error, self._inbox.folder)
            self._hindered(named)
            if once or not (self._has_begun or named.code in _PASSING):
                raise named from error
            return None
        self._has_begun = True
        self._hindrance = None
        return look

    def _round(self, stop: threading.Event) -> Look:
        self._lock.hold()
        look = self._inbox.look()
        self._status.looked(look)
        claims: dict[Path, Claim] = {}

        def claim(path: Path) -> Claim | None:
            claimed = self._inbox.claim(path)
            if claimed is not None:
                claims[claimed.path] = claimed
            return claimed

        try:
            for verdict in self._take_in(look.ready, claim):
                self._judged(verdict)
                if verdict.outcome != "waiting":
                    del claims[verdict.claim.path]
                if stop.is_set():
                    break
        finally:
            for left in claims.values():
                self._inbox.put_back(left)
        return look

    def _judged(self, verdict: Verdict) -> None:
        if verdict.outcome == "waiting":
            self._inbox.postpone(verdict.claim, verdict.why)
        else:
            self._inbox.release(verdict.claim)
            self._status.took(verdict.outcome)

    def _hindered(self, error: TonghopError) -> None:
        if error.message != self._hindrance:
            self._hindrance = error.message
            self._tell(f"{error.message} → {error.advice}")
        self._status.hindered(error.message)


def _named(error: WarehouseFault | OSError, inbox: Path) -> TonghopError:
    if isinstance(error, WarehouseFault):
        return error
    said = os.strerror(error.errno) if error.errno else str(error)
    return UsageFault(_INBOX, f"Không đọc hoặc ghi được thư mục {inbox}: {said}.", "Kiểm tra thư mục, ổ mạng và quyền ghi.")
