"""Adds the scores up: by group, by disorder, by family; headings, senders, calibration."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.accuracy.batch import Result
from bench.accuracy.score import VERDICTS, Fault, Verdict
from bench.accuracy.statistics import f1, upper_bound

EDGES = (0.0, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0)
"""Bins of the calibration curve; the last one is exactly 1."""


@dataclass(slots=True)
class Tally:
    """What became of the cells, headings and senders of some reports."""

    reports: int = 0
    refused: int = 0
    reports_wrong: int = 0
    """Reports with at least one silently wrong cell."""
    cells: Counter[Verdict] = field(default_factory=Counter)
    filled: Counter[Verdict] = field(default_factory=Counter)
    further: Counter[Verdict] = field(default_factory=Counter)
    headings: Counter[str] = field(default_factory=Counter)
    sender: Counter[str] = field(default_factory=Counter)
    numbers: int = 0
    dates: int = 0
    raw_wrong: int = 0
    unsaid: int = 0

    def add(self, result: Result) -> None:
        """Counts one report in."""
        score = result.score
        self.reports += 1
        self.refused += result.refused is not None
        self.reports_wrong += score.silently_wrong > 0
        self.cells += score.cells
        self.filled += score.filled
        self.further += score.further
        self.headings += score.headings
        self.sender[score.sender] += 1
        self.numbers += score.number_right
        self.dates += score.date_right
        self.raw_wrong += score.raw_wrong
        self.unsaid += score.unsaid

    @property
    def total(self) -> int:
        """The form's cells, printed or not."""
        return sum(self.cells.values())

    @property
    def wrong(self) -> int:
        """Silently wrong, the commune's own cells included."""
        return self.cells["silently_wrong"] + self.further["silently_wrong"]

    @property
    def bound(self) -> float:
        """95% bound of the silently wrong share, cells taken as independent."""
        return upper_bound(self.wrong, self.total + sum(self.further.values()))

    def share(self, verdict: Verdict) -> float:
        """Of all the form's cells."""
        return self.cells[verdict] / self.total if self.total else 0.0

    def heading_scores(self) -> tuple[float, float, float]:
        """Precision, recall, F1."""
        return f1(self.headings["right"], self.headings["invented"], self.headings["missed"])


def tally(results: Iterable[Result]) -> Tally:
    """All of them together."""
    out = Tally()
    for result in results:
        out.add(result)
    return out


def by_group(results: list[Result]) -> dict[str, Tally]:
    """Group of the plan → tally, in the order of the plan."""
    out: dict[str, Tally] = {}
    for result in results:
        out.setdefault(result.spec.group, Tally()).add(result)
    return out


def by_disorder(results: list[Result], alone: bool) -> dict[str, Tally]:
    """Disorder → tally of the reports it was applied to, alone or in mixtures."""
    out: dict[str, Tally] = {}
    for result in results:
        if (result.spec.group == "alone") == alone:
            for name, _ in result.disorders:
                out.setdefault(name, Tally()).add(result)
    return out


def by_strength(results: list[Result]) -> dict[tuple[str, int], Tally]:
    """(disorder, strength) → tally of the reports that have it alone."""
    out: dict[tuple[str, int], Tally] = {}
    for result in results:
        if result.spec.group == "alone":
            out.setdefault(result.disorders[0], Tally()).add(result)
    return out


def faults(results: list[Result], *verdicts: Verdict) -> list[tuple[Result, Fault]]:
    """The cells with one of these verdicts, and whose they are."""
    wanted = verdicts or VERDICTS[1:]
    return [(result, fault) for result in results for fault in result.score.faults if fault.verdict in wanted]


def curve(results: list[Result], which: int) -> list[tuple[float, float, int, int]]:
    """(from, to, cells, wrongly read) per bin of the match score (which=0) or the confidence (which=1)."""
    bins = [[0, 0] for _ in EDGES]
    for result in results:
        for point in result.score.points:
            at = max(i for i, edge in enumerate(EDGES) if float(point[which]) >= edge)
            bins[at][0] += 1
            bins[at][1] += not point[2]
    ends = (*EDGES[1:], 1.0)
    return [(start, end, *counts) for start, end, counts in zip(EDGES, ends, bins, strict=True)]  # type: ignore[misc]
