"""What becomes of a file that somebody hands in."""

import json
from dataclasses import dataclass
from typing import Literal


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
