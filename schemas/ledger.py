"""What the archive writes down: a file's arrival, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as it came in: all that reading it again needs besides its bytes."""

    sha256: str
    bytes: int
    file_name: str
    """As its sender named it."""
    folder: str
    """The name of the folder it lay in: one sign of who sent it."""
    received_at: datetime
    by: Literal["ingest", "watch"]
    unit: str | None = None
    """The unit that a clerk named for it."""
    form: str | None = None
    """The form that a clerk named for it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. `unchanged`: its bytes were there already. `reread`: a rebuild gave another content."""

    outcome: Literal["loaded", "unchanged", "refused", "reread"]
    arrival: Arrival
    path: str | None = None
    """Where the original stands, from the archive's folder, with '/'; None: it stayed where it came from."""
    content: str | None = None
    """Fingerprint of what the warehouse holds of a loaded file."""
    reason: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What the warehouse holds, as far as the archive can check it."""

    files: dict[str, str]
    """SHA-256 of every loaded file → fingerprint of its content."""
    decisions: tuple[str, ...]
    """Ids of the decisions, in the order in which they were made."""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Something that archive, ledger, journal and warehouse do not agree on, as a Vietnamese sentence. `code` is stable."""

    code: Literal["LOST_FILE", "LOST_DECISION", "CHANGED_CONTENT", "UNKNOWN_FILE", "UNKNOWN_DECISION", "LOST_ORIGINAL"]
    message: str

    @property
    def is_healed_by_rebuild(self) -> bool:
        """Archive and journal have all that the warehouse lacks."""
        return self.code in ("LOST_FILE", "LOST_DECISION", "CHANGED_CONTENT")
