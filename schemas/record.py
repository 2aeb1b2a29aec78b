"""What comes out of one file: validated records, findings, and the whole extraction."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.document import Source
from schemas.finding import Finding
from schemas.form import Kind
from schemas.place import Place

CellStatus = Literal["ok", "blank", "none", "not_applicable", "absent", "flagged", "corrected"]
SectionStatus = Literal["matched", "missing", "empty", "extra"]
AppendixStatus = Literal["found", "absent", "empty"]


class Observation(BaseModel):
    """One (appendix, indicator, column) of one report: what stands there, or that nothing does.

    `value` and `text` exist only where the cell may be counted (status ok or corrected); `value_read` and `text_read`
    keep what was read, however doubtful. `raw` is the cell as shown, white space folded; None where there is no cell.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    appendix: int
    indicator: str
    ordinal: int
    parent: str | None
    label: str
    kind: Kind
    measure: str | None
    source_stt: str | None
    source_label: str | None
    match_score: float | None = Field(ge=0, le=1)
    column_key: str
    source_column: str | None
    column_start: date | None
    column_end: date | None
    is_part_period: bool
    year: int | None
    raw: str | None
    value: float | None
    text: str | None
    value_read: float | None
    text_read: str | None
    status: CellStatus
    confidence: float = Field(ge=0, le=1)
    place: Place

    @model_validator(mode="after")
    def _counted_only_when_sure(self) -> "Observation":
        countable = self.status in ("ok", "corrected")
        if not countable and (self.value is not None or self.text is not None):
            raise ValueError(f"status {self.status} không được mang giá trị")
        if countable and self.value is None and self.text is None:
            raise ValueError(f"status {self.status} phải có giá trị")
        return self


@dataclass(frozen=True, slots=True)
class AppendixFound:
    """Whether an appendix of the form stands in the report, and where."""

    appendix: int
    status: AppendixStatus
    confirmed: bool
    cells_expected: int
    cells_filled: int
    cells_flagged: int
    score: float | None
    title: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class SectionText:
    """A section of the outline as the report has it. `section` is the form's path, None for an extra heading."""

    ordinal: int
    section: str | None
    title: str
    source_number: str | None
    source_heading: str | None
    match_score: float | None
    status: SectionStatus
    body: str
    place: Place


Bound = Literal["exact", "at_least", "about"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure that a sentence of the text states ('toàn xã có 38 cán bộ, công chức').

    `pattern` is the id of the form's pattern that found it; appendix and indicator are None where the figure belongs to
    none. `value` is what is claimed; `part` a part of it ('41/45'), `percent` the share that the sentence gives,
    `before` what it was and `change` by how much it changed. The period is a year (both years equal), years, the time up
    to now (`year_to` None) or just now (`is_now`, no years); all None and False where the sentence does not say.
    """

    ordinal: int
    pattern: str
    appendix: int | None
    indicator: str | None
    section: str | None
    value: float
    part: float | None
    percent: float | None
    before: float | None
    change: float | None
    bound: Bound
    year_from: int | None
    year_to: int | None
    is_now: bool
    raw: str
    """The figure as written ('41/41', 'không có')."""
    sentence: str
    """The sentence as written, of a very long one what stands around the figure."""
    place: Place


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sign of who sent the report: where it was seen ('letterhead', 'place' before the date, 'text', 'closing',
    'signature', 'file_name', 'folder', 'given')."""

    source: str
    found: str
    unit_id: str | None
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent the report and under which number and date; `unit_id` is None where that is not sure."""

    unit_id: str | None
    document_number: str | None = None
    document_date: date | None = None
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one file gave. `cells_printed` counts the non-empty data cells of its appendices, `cells_used` those that
    stand in an observation."""

    source: Source
    form: str
    period: str
    period_start: date
    period_end: date
    sender: Sender
    appendices: tuple[AppendixFound, ...]
    observations: tuple[Observation, ...]
    sections: tuple[SectionText, ...]
    findings: tuple[Finding, ...]
    cells_printed: int
    cells_used: int
    needs_review: bool = field(default=False)
    """The sender, form or period is not sure: nothing of it is counted until a person settles it."""
    claims: tuple[Claim, ...] = ()
