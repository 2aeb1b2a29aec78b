"""What the product said about one file, as read through SQL: plain rows, nothing of the product's own code."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

Rows = list[dict[str, Any]]


@dataclass(slots=True)
class Answer:
    """One file's outcome. `observations`, `sections` and `findings` are rows of the contract's views."""

    file_name: str
    outcome: str | None
    reason: str | None
    submission_id: str | None = None
    unit_code: str | None = None
    form: str | None = None
    period: str | None = None
    status: str | None = None
    document_number: str | None = None
    document_date: date | None = None
    cells_printed: int | None = None
    cells_used: int | None = None
    observations: Rows = field(default_factory=list)
    sections: Rows = field(default_factory=list)
    findings: Rows = field(default_factory=list)

    @property
    def taken(self) -> bool:
        """Whether it was taken in as a report at all."""
        return bool(self.observations)
