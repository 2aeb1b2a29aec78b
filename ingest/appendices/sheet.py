"""One appendix as it stands in a report: the lines of all its tables, each placed on an indicator or kept as further."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest.appendices.columns import Columns
from ingest.appendices.lines import Line
from ingest.appendices.rows import RowMatch, align, likeness
from ingest.text import shown
from schemas.finding import Finding
from schemas.form import Appendix, Column, Indicator
from schemas.office import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A line with its match, and the table it comes from (its columns, and whether it surely is this appendix)."""

    line: Line
    match: RowMatch
    columns: Columns
    table_sure: bool


@dataclass
class Sheet:
    """All lines of one appendix. Indicators are named by their index in the form."""

    appendix: Appendix
    columns: tuple[Column, ...]
    settings: Settings
    elsewhere: Sequence[str] = ()
    """Names of rows in tables that were taken for no appendix."""
    placed: list[Placed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.column_keys: set[str] = set()
        self.mains: dict[int, Placed] = {}
        self.further: list[Placed] = []

    def add(self, lines: Sequence[Line], columns: Columns, *, sure: bool) -> None:
        """Place the lines of one more table. Indicators that earlier tables have are not placed again."""
        own = {use.key for use in columns.uses if use.column is not None}
        beside = bool(self.column_keys) and not own & self.column_keys
        taken = set() if beside else set(self.mains)
        free = set(range(len(self.appendix.indicators))) - taken
        names = [line.name for line in lines]
        matches = align(names, self.appendix.indicators, free, self.settings)
        if taken and sum(match.doubt == "ROW_TWICE" for match in matches) > len(lines) / 2:
            matches = self._as_copy(names, taken)
        for line, match in zip(lines, matches, strict=True):
            self._place(Placed(line, match, columns, sure))
        self.column_keys |= own

    def _as_copy(self, names: Sequence[str], taken: set[int]) -> list[RowMatch]:
        """The rows of an appendix pasted twice, placed on their own: names that stand in it several times must meet the
        right one to be compared with it."""
        everything = set(range(len(self.appendix.indicators)))
        matches = align(names, self.appendix.indicators, everything, self.settings)
        return [replace(match, doubt="ROW_TWICE") if match.index in taken else match for match in matches]

    def _place(self, placed: Placed) -> None:
        """One more line; the other half of one that is there (the years went into two tables) is joined to it."""
        index = placed.match.index
        if index is None or placed.match.doubt == "ROW_TWICE":
            self.further.append(placed)
        elif index in self.mains:
            first = self.mains[index]
            placed, half = _beside(first, placed), self.placed.index(first)
            self.placed[half] = self.mains[index] = placed
            return
        else:
            self.mains[index] = placed
        self.placed.append(placed)

    def doubt_of(self, index: int) -> str | None:
        """Why an indicator's cells cannot be counted: its line's doubt, or that some line may yet be the missing one."""
        placed = self.mains.get(index)
        if placed is None:
            return self._doubt_of_absence(index)
        if not placed.table_sure:
            return "APPENDIX_UNSURE"
        if self._is_beside_nameless(placed):
            return "ROW_UNSURE"
        if placed.line.may_be_shifted:
            return "ROW_SHIFTED"
        return placed.match.doubt or ("ROW_TWICE" if self._contradicted(index, placed) else None)

    def doubt_of_further(self, placed: Placed) -> str | None:
        """Why a further line's cells cannot be counted."""
        if not placed.table_sure:
            return "APPENDIX_UNSURE"
        if placed.match.doubt == "ROW_TWICE":
            return "ROW_TWICE"
        if not placed.line.name:
            return "ROW_UNNAMED"
        missing = (at for at in enumerate(self.appendix.indicators) if at[0] not in self.mains)
        return "ROW_UNSURE" if any(self._may_be(placed, row, index) for index, row in missing) else None

    def doubt_of_missing_columns(self, placed: Placed | None) -> str | None:
        """A column is surely absent only where every column of the table is known."""
        return "COLUMN_UNSURE" if placed is not None and not placed.columns.sure else None

    def open_parent(self, placed: Placed) -> Indicator | None:
        """The open row that a further line stands under: the last placed line above it, where the form leaves it open."""
        for above in reversed(self.placed[: self.placed.index(placed)]):
            if above.match.index is not None and above.match.doubt != "ROW_TWICE":
                row = self.appendix.indicators[above.match.index]
                return row if row.open_rows else None
        return None

    def _doubt_of_absence(self, index: int) -> str | None:
        if any(not placed.table_sure for placed in self.placed):
            return "APPENDIX_UNSURE"
        row = self.appendix.indicators[index]
        for placed in self.mains.values():
            if placed.match.doubt and likeness(placed.line.name, row) >= self.settings.row_floor:
                return "ROW_UNSURE"
        for placed in self.further:
            if not (placed.line.filled or placed.line.name):
                continue
            if placed.match.doubt == "ROW_TWICE":
                # A name copied from the row above where the missing row should stand, or cut short like its own.
                if self._stands_between(placed, index) or likeness(placed.line.name, row) >= self.settings.row_possible:
                    return "ROW_TWICE"
                continue
            if self._may_be(placed, row, index):
                return "ROW_UNSURE" if placed.line.name else "ROW_UNNAMED"
        if any(likeness(name, row) >= self.settings.row_possible for name in self.elsewhere):
            return "ROW_UNSURE"
        return None

    def _may_be(self, placed: Placed, row: Indicator, index: int) -> bool:
        """May a further line be a missing indicator: by a name that is near, or by standing just where it is missing?"""
        if self.open_parent(placed) is not None and placed.line.name:
            return likeness(placed.line.name, row) >= self.settings.row_floor
        return likeness(placed.line.name, row) >= self.settings.row_possible or self._stands_between(placed, index)

    def _stands_between(self, placed: Placed, index: int) -> bool:
        """Does a line stand where the missing indicator would, between its neighbours?"""
        place = self.placed.index(placed)
        above = [p.match.index for p in self.placed[:place] if self.mains.get(_index(p)) is p]
        below = [p.match.index for p in self.placed[place:] if self.mains.get(_index(p)) is p]
        return (not above or (above[-1] or 0) < index) and (not below or index < (below[0] or 0))

    def _is_beside_nameless(self, placed: Placed) -> bool:
        """A line right above or below a nameless filled one that has nothing where that has something: the values may be
        its own, a row too low, or the rest of its own."""
        at, own = self.placed.index(placed), _said(placed).keys()
        beside = (*self.placed[max(0, at - 1) : at], *self.placed[at + 1 : at + 2])
        return any(near.line.filled and not near.line.name and not own & _said(near).keys() for near in beside)

    def _contradicted(self, index: int, placed: Placed) -> bool:
        """Is there a second line for this indicator that says something else?"""
        own = _said(placed)
        return any(
            other.match.doubt == "ROW_TWICE" and other.match.index == index and other.line.filled and _said(other) != own
            for other in self.further
        )

    def findings(self) -> Iterator[Finding]:
        """What is to be said of rows: missing, further, unsure, twice, nameless."""
        number = self.appendix.number
        for index, row in enumerate(self.appendix.indicators):
            if index not in self.mains:
                yield Finding("ROW_MISSING", appendix=number, indicator=row.code, expected=row.label)
        for placed in self.placed:
            code = self._code(placed)
            if code:
                meant = self.appendix.indicators[placed.match.index] if placed.match.index is not None else None
                found = placed.line.label or ", ".join(text for text, _ in _said(placed).values() if text)
                known = {"indicator": meant.code, "expected": meant.label} if meant else {}
                yield Finding(code, placed.line.place, number, found=found, **known)

    def _code(self, placed: Placed) -> str | None:
        if placed.match.doubt:
            return placed.match.doubt
        if placed.line.may_be_shifted:
            return "ROW_SHIFTED"
        if placed.match.index is not None or not (placed.line.name or placed.line.filled):
            return None
        if not placed.line.name:
            return "ROW_UNNAMED"
        if self.open_parent(placed) is not None or not self.appendix.confirmed:
            return None
        return "ROW_EXTRA"


def _beside(first: Placed, second: Placed) -> Placed:
    """Two lines of one indicator from two tables with different columns, as one."""
    line = replace(first.line, slots=first.line.slots + second.line.slots)
    match = first.match if first.match.doubt else second.match
    columns = Columns(first.columns.uses + second.columns.uses, (), ())
    return Placed(line, match, columns, first.table_sure and second.table_sure)


def _index(placed: Placed) -> int:
    return -1 if placed.match.index is None else placed.match.index


def _said(placed: Placed) -> dict[str, tuple[str, bool]]:
    """Column key → what is printed there, and whether for other squares too, for the filled cells."""
    return {s.use.key: (shown(s.cell.shown), s.shared) for s in placed.line.slots if s.cell is not None and s.filled}
