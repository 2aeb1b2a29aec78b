"""Which lines may be which headings of the standard outline, and the one ordered choice that fits best as a whole."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from ingest.headings import Line, Part, Span, agreement, numbers_of, spans_at
from ingest.text import compared, similarity
from schemas.form import Form, Section
from schemas.office import Settings

NUMBER_GAIN = {"same": 0.15, "near": 0.04, "none": 0.0, "other": -0.06}
"""What a printed number adds to the likeness of the texts. A contrary number costs little: lists restart wrongly."""
STYLE_GAIN, PLAIN_GAIN, BULLET_GAIN, RUN_IN_GAIN = 0.03, -0.05, -0.2, -0.04
WHOLE_GAIN = 0.02
"""For each further line: a title whose beginning is a known short form goes on, where the lines below fit as well."""
PART_SCORE = 0.85
"""'Phần thứ hai' without any title names its part by itself."""
BEGINS_SCORE, BEGINS_LETTERS = 0.8, 12
"""A numbered heading that goes on after the standard words, or stops before their end, if so many letters are there."""
STRONG = 0.9
"""Likeness from which a heading is the standard one wherever it stands."""


class Fit(NamedTuple):
    """A span as a heading of the outline: `score` is the likeness of texts, `gain` what it adds to an alignment."""

    span: Span
    section: int
    score: float
    gain: float
    same_number: bool
    margin: float = 1.0
    in_order: bool = True


@dataclass(frozen=True, slots=True)
class _Standard:
    """The form's headings as matching needs them: which sections share a title, and which a printed number names."""

    sections: tuple[Section, ...]
    by_title: dict[str, list[int]]
    bare_titles: dict[str, str]
    by_key: dict[str, list[str]]
    by_number: dict[tuple[Part, ...], list[int]]
    by_beginning: dict[str, list[tuple[str, int]]]
    """The first BEGINS_LETTERS letters of a title's key → the whole key and its section."""
    longest: int


@lru_cache(maxsize=4)
def _standard(sections: tuple[Section, ...]) -> _Standard:
    by_title: dict[str, list[int]] = defaultdict(list)
    by_number: dict[tuple[Part, ...], list[int]] = defaultdict(list)
    for index, section in enumerate(sections):
        for title in dict.fromkeys((section.title, *section.synonyms)):
            by_title[title].append(index)
        for number in numbers_of(section.path):
            by_number[number].append(index)
    by_key: dict[str, list[str]] = defaultdict(list)
    by_beginning: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for title, indexes in by_title.items():
        key = compared(title).key
        by_key[key].append(title)
        if len(key) >= BEGINS_LETTERS:
            by_beginning[key[:BEGINS_LETTERS]] += [(key, index) for index in indexes]
    bare_titles = {title: compared(title).bare for title in by_title}
    return _Standard(sections, by_title, bare_titles, by_key, by_number, by_beginning, max(map(len, by_title)))


def find_fits(lines: list[Line], form: Form, settings: Settings) -> list[Fit]:
    """Every (span, section) that may be a match, best title of the section taken."""
    standard = _standard(form.outline)
    return [
        fit
        for first, line in enumerate(lines)
        for span in spans_at(lines, first, standard.longest)
        for fit in _gainful(span, standard, settings, styled=line.bold or line.level is not None)
    ]


def _scores(span: Span, standard: _Standard, least: float) -> dict[int, float]:
    """Section → likeness, for the sections whose title the span resembles by `least` or more."""
    scores: dict[int, float] = {}
    prepared = compared(span.title)
    near: Iterable[str] = standard.by_key.get(prepared.key, ())
    if not near:
        found = process.extract(
            prepared.core_bare, standard.bare_titles, scorer=Levenshtein.normalized_similarity, processor=None,
            score_cutoff=least, limit=None,
        )  # fmt: skip
        near = [title for _, _, title in found]
    for title in near:
        score = similarity(span.title, title)
        for index in standard.by_title[title]:
            scores[index] = max(score, scores.get(index, 0.0))
    for index, score in _by_number(span, prepared.key, standard):
        scores[index] = max(score, scores.get(index, 0.0))
    return scores


def _by_number(span: Span, title_key: str, standard: _Standard) -> Iterator[tuple[int, float]]:
    """What the number says beyond the likeness of the whole texts."""
    numbered = standard.by_number.get(span.number, [])
    if not title_key:
        if numbered and span.number[0][0] == "p":
            yield from ((index, PART_SCORE) for index in numbered)
    elif numbered and not span.run_in:
        for key, index in standard.by_beginning.get(title_key[:BEGINS_LETTERS], ()):
            if index in numbered and (title_key.startswith(key) or key.startswith(title_key)):
                yield index, BEGINS_SCORE


def _gainful(span: Span, standard: _Standard, settings: Settings, styled: bool) -> Iterator[Fit]:
    most = STYLE_GAIN if styled else 0.0 if span.number else PLAIN_GAIN
    least = settings.section_accept - most - (NUMBER_GAIN["same"] if span.number else 0.0)
    for index, score in _scores(span, standard, least).items():
        number = agreement(span.number, standard.sections[index])
        if span.run_in and not _may_run_in(span, number, score):
            continue
        gain = score + NUMBER_GAIN[number] - settings.section_accept
        gain += STYLE_GAIN if styled else PLAIN_GAIN if number == "none" else 0.0
        gain += RUN_IN_GAIN * span.run_in + BULLET_GAIN * span.is_bullet
        gain += WHOLE_GAIN * (span.last - span.first)
        # the earlier of two equal headings is the section, the later one its repetition
        gain -= span.first * 1e-6
        if gain > 0:
            yield Fit(span, index, score, gain, number == "same")


def _may_run_in(span: Span, number: str, score: float) -> bool:
    """A sentence begins like many things: only a numbered beginning, or a long exact one before a colon, is one."""
    if number in ("same", "near"):
        return score >= (0.8 if number == "same" else STRONG)
    return number == "none" and score >= 0.95 and len(span.title) >= 15 and span.heading.endswith(":")


# -- the alignment -----------------------------------------------------------------------------------------------------


def align(fits: list[Fit], sections: int, lines: int) -> list[Fit]:
    """The ordered choice of fits with the greatest sum of gains, each with its margin to the best other reading."""
    used = sorted({at for fit in fits for at in (fit.span.first, fit.span.last + 1)} | {0, lines})
    at = {line: index for index, line in enumerate(used)}
    ahead = _best_sums(fits, sections, at, forward=True)
    behind = _best_sums(fits, sections, at, forward=False)

    def whole(fit: Fit) -> float:
        return ahead[fit.section][at[fit.span.first]] + fit.gain + behind[fit.section + 1][at[fit.span.last + 1]]

    best = ahead[sections][-1]
    chosen = _chosen(fits, sections, at, ahead)
    on_line: dict[int, list[Fit]] = defaultdict(list)
    for fit in fits:
        for line in range(fit.span.first, fit.span.last + 1):
            on_line[line].append(fit)

    def runner_up(fit: Fit) -> float:
        rivals = (other for line in range(fit.span.first, fit.span.last + 1) for other in on_line[line])
        return max((whole(rival) for rival in rivals if rival.section != fit.section), default=best - 1.0)

    return [fit._replace(margin=best - runner_up(fit)) for fit in chosen]


def _best_sums(fits: list[Fit], sections: int, at: dict[int, int], forward: bool) -> list[list[float]]:
    """Greatest sum of gains over sections < i and lines before position p (forward), or from both on (backward)."""
    by_section: dict[int, list[Fit]] = defaultdict(list)
    for fit in fits:
        by_section[fit.section].append(fit)
    last = len(at) - 1
    sums = [[0.0] * len(at)]
    for section in range(sections) if forward else reversed(range(sections)):
        before, row = sums[-1], sums[-1].copy()
        for fit in by_section[section]:
            start, end = at[fit.span.first], at[fit.span.last + 1]
            if not forward:  # the same, read from the end of the report
                start, end = last - end, last - start
            total = before[start] + fit.gain
            # sums never fall from left to right: this one holds up to where a greater one is reached
            until = bisect_left(row, total, end)
            row[end:until] = [total] * (until - end)
        sums.append(row)
    return sums if forward else [row[::-1] for row in reversed(sums)]


def _chosen(fits: list[Fit], sections: int, at: dict[int, int], ahead: list[list[float]]) -> list[Fit]:
    by_section: dict[int, list[Fit]] = defaultdict(list)
    for fit in fits:
        by_section[fit.section].append(fit)
    chosen: list[Fit] = []
    position = len(at) - 1
    for section in range(sections - 1, -1, -1):
        if ahead[section + 1][position] == ahead[section][position]:
            continue
        for fit in by_section[section]:
            end = at[fit.span.last + 1]
            total = ahead[section][at[fit.span.first]] + fit.gain
            if end <= position and total == ahead[section + 1][position]:
                chosen.append(fit)
                position = at[fit.span.first]
                break
    return chosen[::-1]


def overlap(one: Span, other: Span) -> bool:
    return one.first <= other.last and other.first <= one.last
