"""What a person decides about a report: append-only, every step can be taken back."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

Action = Literal["accept", "return", "withdraw", "assign", "correct", "undo"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `unit_id` is for assign; appendix, indicator, column_key and value or text are for correct;
    `undoes` is the id of the decision that an undo takes back (None: the last one in force)."""

    action: Action
    submission_id: str
    decided_by: str
    decided_at: datetime
    reason: str | None = None
    unit_id: str | None = None
    appendix: int | None = None
    indicator: str | None = None
    column_key: str | None = None
    value: float | None = None
    text: str | None = None
    undoes: str | None = None

    @property
    def decision_id(self) -> str:
        """A hash of all of it: the same decision written twice is one."""
        return hashlib.sha256(json.dumps(asdict(self), default=str).encode()).hexdigest()[:12]
