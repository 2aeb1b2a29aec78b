"""What a careful reader of the printed file would write for a cell, and what he would ask about.

`Want.asking` says how far a question is right: 'never' (the cell is plain: a flag is a needless question), 'may' (a
careful clerk could ask, or could read it as given), 'must' (it cannot be read for sure: anything but a flag is wrong).
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

Asking = Literal["never", "may", "must"]
Key = tuple[int, str, str]
"""(appendix, indicator, column_key): the contract's place of a cell within one report."""


@dataclass(frozen=True, slots=True)
class Want:
    """The truth of one cell. `statuses` are the right answers without a question; empty where one must be asked."""

    statuses: frozenset[str]
    raw: str = ""
    """The cell as shown, composed, white space folded."""
    value: float | None = None
    text: str | None = None
    asking: Asking = "never"
    kept_aside: bool = False
    """The row's or column's name is gone: leaving the cell 'absent' is right too where a flagged further cell keeps it."""

    def asked(self, asking: Asking) -> "Want":
        """The same cell where a question is at least as right as before."""
        order = ("never", "may", "must")
        stronger = max(self.asking, asking, key=order.index)
        return replace(self, asking=stronger, statuses=frozenset() if stronger == "must" else self.statuses)

    def unnamed(self) -> "Want":
        """The same cell where its row or column has lost its name; an empty one may then count as absent."""
        statuses = self.statuses if self.raw.strip() else self.statuses | {"absent"}
        return replace(self.asked("may"), statuses=statuses, kept_aside=True)


def number(raw: str, value: float, asking: Asking = "never") -> Want:
    """A number, value as the contract counts it (95 for '95%', 1 for 'Có')."""
    return Want(frozenset({"ok"}), raw, value, None, asking)


def words(raw: str, text: str | None = None, asking: Asking = "never") -> Want:
    """Words where words are expected; `text` is what is stored, the raw words where nothing else is said."""
    return Want(frozenset({"ok"}), raw, None, raw if text is None else text, asking)


def status(name: str, raw: str = "", asking: Asking = "never") -> Want:
    """'blank', 'none', 'not_applicable' or 'absent'."""
    return Want(frozenset({name}), raw, asking=asking)


def ask(raw: str) -> Want:
    """A cell that must be asked about."""
    return Want(frozenset(), raw, asking="must")


BLANK = status("blank")
ABSENT = status("absent")


@dataclass(frozen=True, slots=True)
class Further:
    """A printed cell that the form has no place for: its row or its column is the commune's own."""

    appendix: int
    label: str
    raw: str
    value: float | None
    spare: bool = False
    """Printed but of no use (the second of two years, an old copy): it may be kept or left, but counts for nothing."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A printed heading of the outline: its typed number, its title and the first line below it ('' none)."""

    number: str
    title: str
    first_line: str


@dataclass(slots=True)
class Truth:
    """Everything known of one generated report."""

    file_name: str
    unit_code: str | None
    """None where nothing in the file says who sent it: naming anyone is a guess."""
    unit_may_be_asked: bool
    document_number: str | None
    document_date: date | None
    cells: dict[Key, Want]
    further: list[Further]
    headings: dict[str, Heading]
    """Path of the outline → the heading as printed."""
    disorders: list[tuple[str, int]] = field(default_factory=list)
    producer: str = "word"
