"""Rows ↔ indicators: the rows of a table aligned to the form as one ordered sequence, a child under its parent.

The alignment is the best of all (dynamic programming over rows × last matched indicator). Each match carries the margin
to the best alignment that does without it, so 'a close runner-up' is said of the whole table and not of one row.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz.distance import Indel, Levenshtein

from ingest.syllables import without_marks
from ingest.text import compared, core, key, similarity, similarity_matrix, spelled
from schemas.form import Indicator
from schemas.office import Settings

_NEVER = float("-inf")
# Costs in units of a perfect match (1.0). Skipping must be cheap, since communes drop and add rows, yet dearer than
# nothing, so that of two equal alignments the tighter wins.
_SKIP_ROW = -0.05
_SKIP_INDICATOR = -0.02
_UNDER_PARENT = 0.15
_UNDER_OTHER_PARENT = -0.3
# A word of two letters can mean something ('nữ', 'ko'); of a slipped one more stays alike ('xây dụng', 'xây dựng').
# The beginning of a name names the row where it is long enough to be nobody else's (the margin sees to that).
_CUT_LETTERS, _CUT_SHARE, _CUT_WORTH = 12, 0.4, 0.9
_WORD = 2
# The openings of a count ('Tổng số', 'Số lượng') are said for one another; words that only say where and when a report
# speaks of anyway change no name. All without marks.
_COUNTING = frozenset(without_marks("tổng số lượng các").split())
_PLACING_MARKED = frozenset(
    "trong kỳ báo cáo của ủy ban nhân dân xã phường thị trấn tại ở trên địa bàn phương đơn vị hằng hàng năm số liệu tổng"
    " hợp".split()
)
_PLACING = frozenset(map(without_marks, _PLACING_MARKED))
_IDLE = frozenset("neu co dvt tinh".split())
_UNPLACED_WORTH = 0.97
_LEAST_NAME = 8
_WHOLE_NAME = 0.95
_SLIP = 0.6


@dataclass(frozen=True, slots=True)
class RowMatch:
    """What one row was matched to: an indicator's index, or None for a row that the form lacks."""

    index: int | None
    score: float = 0.0
    margin: float = 0.0
    """What the best alignment gains over the best one that decides otherwise for this row, in units of 20 letters."""
    doubt: str | None = None
    """'ROW_UNSURE', or 'ROW_TWICE' for a second row of an indicator that has one."""


Matrix = list[list[float]]


def align(labels: Sequence[str], indicators: Sequence[Indicator], free: Set[int], settings: Settings) -> list[RowMatch]:
    """A match for each row name, in row order. Only indicators in `free` can be had; a row for another one is a second."""
    scores = _scores(labels, indicators)
    first = _first_of_each(labels, indicators)
    usable = [_usable(labels[i], scores[i], free, indicators, settings) for i in sorted(first)]
    best = dict(zip(sorted(first), _ordered(usable, indicators, settings), strict=True))
    matches = [_judge(labels[i], scores[i], *best.get(i, (None, 0.0)), indicators, settings) for i in range(len(labels))]
    matches = _place_moved(labels, matches, scores, free, indicators, settings)
    return _under_parents(labels, matches, indicators)


def _usable(
    label: str, scores: list[float], free: Set[int], indicators: Sequence[Indicator], settings: Settings
) -> list[float]:
    """A row's scores for the alignment. A name that can mean one indicator only is for that one or for none."""
    best = max(range(len(scores)), key=lambda j: scores[j], default=0)
    decisive = bool(scores) and _decides(label, scores, best, indicators, settings)
    return [s if j in free and (not decisive or j == best) else 0.0 for j, s in enumerate(scores)]


def _decides(label: str, scores: list[float], index: int, indicators: Sequence[Indicator], settings: Settings) -> bool:
    """Does the name alone, without its neighbours, say which indicator this is?"""
    return _lone_margin(scores, index, indicators) >= settings.row_margin and _names(
        label, scores[index], indicators[index], settings
    )


def _first_of_each(labels: Sequence[str], indicators: Sequence[Indicator]) -> set[int]:
    """Rows that take part in the alignment: of several rows of one name only the first, where the form has it once."""
    in_form = Counter(compared(indicator.label).bare for indicator in indicators)
    seen: Counter[str] = Counter()
    first: set[int] = set()
    for i, label in enumerate(labels):
        name = compared(label).bare
        seen[name] += 1
        if seen[name] == 1 or in_form[name] != 1:
            first.add(i)
    return first


def _scores(labels: Sequence[str], indicators: Sequence[Indicator]) -> Matrix:
    """Likeness of each row's name to each indicator, by the best of the indicator's wordings. A name that is one
    indicator's to the letter, and no other's, needs no comparing."""
    wordings = [(word, j) for j, row in enumerate(indicators) for word in (row.label, *row.synonyms)]
    owners: dict[str, set[int]] = {}
    for word, j in wordings:
        owners.setdefault(compared(word).key, set()).add(j)
    known = [owners.get(compared(label).key, set()) for label in labels]
    open_rows = [i for i, own in enumerate(known) if len(own) != 1]
    alike = dict(zip(open_rows, similarity_matrix([labels[i] for i in open_rows], [w for w, _ in wordings]), strict=True))
    scores = [[float(j in own) for j in range(len(indicators))] for own in known]
    for i, row in alike.items():
        for score, (_, j) in zip(row, wordings, strict=True):
            scores[i][j] = max(scores[i][j], score)
        if max(scores[i], default=1.0) < _WHOLE_NAME:
            scores[i] = [max(s, _in_part(labels[i], row)) for s, row in zip(scores[i], indicators, strict=True)]
    return scores


def _in_part(label: str, indicator: Indicator) -> float:
    """Likeness of names of which one says less: cut short, or with words of place and time at the end ('của UBND xã')."""
    said, meant = _unplaced(label), _unplaced(indicator.label)
    alike = similarity(said, meant) if min(len(said), len(meant)) >= _LEAST_NAME else 0.0
    return max(_UNPLACED_WORTH * alike, _cut_short(label, indicator))


@lru_cache(maxsize=4096)
def _unplaced(label: str) -> str:
    """The name without the opening of a count and without words of place and time at its end."""
    words = key(core(label)).split()
    while words and without_marks(words[-1]) in _PLACING:
        words.pop()
    while words and without_marks(words[0]) in _COUNTING:
        words.pop(0)
    return " ".join(words)


def _cut_short(label: str, indicator: Indicator) -> float:
    """Likeness of a name to the beginning of a longer one; a little less than a whole name, 0 where too little is left."""
    said, meant = compared(label).bare, compared(indicator.label).bare
    if len(said) < max(_CUT_LETTERS, len(meant) * _CUT_SHARE) or len(said) >= len(meant):
        return 0.0
    return _CUT_WORTH * float(Levenshtein.normalized_similarity(said, meant[: len(said)]))


def likeness(label: str, indicator: Indicator) -> float:
    """How like a row's name is to an indicator's, 0–1; 0 for a row without a name."""
    if not label:
        return 0.0
    return max(similarity(label, word) for word in (indicator.label, *indicator.synonyms))


def _ordered(scores: Matrix, indicators: Sequence[Indicator], settings: Settings) -> list[tuple[int | None, float]]:
    """For each row: the indicator that the best ordered alignment gives it (None: no one), and the margin to the best
    alignment that decides otherwise for this row."""
    n, m = len(scores), len(indicators)
    weights = [_weight(indicator) for indicator in indicators]
    floor = settings.row_floor
    gain = [[(s - floor) * w if s >= floor else _NEVER for s, w in zip(row, weights, strict=True)] for row in scores]
    step = _steps(indicators)
    ahead, enter = _forward(gain, step, n, m)
    behind = _backward(gain, step, n, m)
    result: list[tuple[int | None, float]] = []
    for i in range(n):
        options = [(enter[i][j] + behind[i + 1][j + 1], j) for j in range(m) if enter[i][j] > _NEVER]
        skipped = max(ahead[i][k] + _SKIP_ROW + behind[i + 1][k] for k in range(m + 1))
        ranked: list[tuple[float, int | None]] = sorted([*options, (skipped, None)], key=lambda option: -option[0])
        second = ranked[1][0] if len(ranked) > 1 else _NEVER
        result.append((ranked[0][1], ranked[0][0] - second))
    return result


def _weight(indicator: Indicator) -> float:
    """How much a name says: longer names say more, so that a margin of 0.1 means two letters whatever the length."""
    return max(1.0, len(compared(indicator.label).key) / 20)


def _steps(indicators: Sequence[Indicator]) -> Matrix:
    """step[k][j]: cost of matching indicator j when the last matched was k − 1 (k = 0: none yet)."""
    m = len(indicators)
    steps = [[_NEVER] * m for _ in range(m + 1)]
    for k in range(m + 1):
        for j in range(k, m):
            steps[k][j] = _SKIP_INDICATOR * (j - k) + _kinship(indicators, k - 1, j)
    return steps


def _kinship(indicators: Sequence[Indicator], last: int, j: int) -> float:
    """A child stands under its parent: below the parent itself or below one of its other children."""
    parent = indicators[j].parent
    if parent is None:
        return 0.0
    if last < 0:
        return _UNDER_OTHER_PARENT
    return _UNDER_PARENT if parent in (indicators[last].code, indicators[last].parent) else _UNDER_OTHER_PARENT


def _forward(gain: Matrix, step: Matrix, n: int, m: int) -> tuple[Matrix, Matrix]:
    """ahead[i][k]: best total of the first i rows with k − 1 the last matched; enter[i][j]: with row i matched to j."""
    ahead = [[0.0, *[_NEVER] * m]]
    enter: Matrix = []
    for i in range(n):
        entered = [_NEVER] * m
        for j in range(m):
            if gain[i][j] > _NEVER:
                entered[j] = gain[i][j] + max(ahead[i][k] + step[k][j] for k in range(j + 1))
        enter.append(entered)
        stay = [total + _SKIP_ROW for total in ahead[i]]
        ahead.append([stay[0], *(max(stay[j + 1], entered[j]) for j in range(m))])
    return ahead, enter


def _backward(gain: Matrix, step: Matrix, n: int, m: int) -> Matrix:
    """behind[i][k]: best total of rows i … when k − 1 is the last matched."""
    behind: Matrix = [[] for _ in range(n + 1)]
    behind[n] = [_SKIP_INDICATOR * (m - k) for k in range(m + 1)]
    for i in range(n - 1, -1, -1):
        usable = [j for j in range(m) if gain[i][j] > _NEVER]
        behind[i] = [
            max([_SKIP_ROW + behind[i + 1][k]] + [step[k][j] + gain[i][j] + behind[i + 1][j + 1] for j in usable if j >= k])
            for k in range(m + 1)
        ]
    return behind


def _judge(
    label: str,
    scores: list[float],
    index: int | None,
    margin: float,
    indicators: Sequence[Indicator],
    settings: Settings,
) -> RowMatch:
    if index is None:
        return RowMatch(None)
    # A name that is nearer to this indicator than to any other needs no neighbours to vouch for it.
    margin = max(margin, _lone_margin(scores, index, indicators))
    sure = margin >= settings.row_margin and _names(label, scores[index], indicators[index], settings)
    return RowMatch(index, scores[index], margin, None if sure else "ROW_UNSURE")


def _lone_margin(scores: list[float], index: int, indicators: Sequence[Indicator]) -> float:
    """How much nearer a name is to this indicator than to the next, in units of 20 letters."""
    others = (score for j, score in enumerate(scores) if j != index)
    return (scores[index] - max(others, default=0.0)) * _weight(indicators[index])


def _names(label: str, score: float, indicator: Indicator, settings: Settings) -> bool:
    """Is the row's name this indicator's, typing slips allowed, other words not?"""
    if score < settings.row_accept:
        return False
    if ("%" in label) != ("%" in indicator.label) and indicator.kind != "percent":
        return False
    return score >= 0.995 or any(
        not changed_words(label, word, indicator) for word in (indicator.label, *indicator.synonyms)
    )


def changed_words(label: str, name: str, indicator: Indicator) -> bool:
    """Has `label` a word that `name` has not ('chưa' for 'đã'), rather than a slip of the keyboard? Words left out do not
    count, nor a remark in brackets that says when, where or in what measure."""
    if not _changed(label, name):
        return False
    return not _is_idle_remark(label, name, indicator) or _changed(core(label), core(name))


def _is_idle_remark(label: str, name: str, indicator: Indicator) -> bool:
    """Do the brackets of a row's name add nothing to the form's name?"""
    remarks = set(key(" ".join(_BRACKETS.findall(label))).split()) - set(key(name).split())
    measures = set(key(" ".join((indicator.measure or "", *indicator.measure_synonyms))).split())
    return set(map(without_marks, remarks - measures)) <= _PLACING | _IDLE


_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)")


def _changed(label: str, name: str) -> bool:
    # A mistyped abbreviation ('PAN' for 'PAKN') is a slip only as typed, a written-out one only when all are.
    return all(_differ(spell(label), spell(name), compared(label).is_plain) for spell in (key, spelled))


def _differ(label: str, name: str, is_plain: bool) -> bool:
    said, meant = (label, without_marks(name)) if is_plain else (label, name)
    return any(_is_another_word(here, there, is_plain) for here, there in _differences(said.split(), meant.split()))


def _differences(said: list[str], meant: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """The stretches in which two lists of words differ."""
    here: list[str] = []
    there: list[str] = []
    for step in Levenshtein.opcodes(said, meant):
        if step.tag == "equal":
            yield here, there
            here, there = [], []
        else:
            here += said[step.src_start : step.src_end]
            there += meant[step.dest_start : step.dest_end]
    yield here, there


def _is_another_word(here: list[str], there: list[str], is_plain: bool) -> bool:
    """Do the words `here` say something else than the form's `there`? Compared without blanks, which get lost and added."""
    if [word for word in here if word.isdigit()] != [word for word in there if word.isdigit()]:
        return True
    if not here or set(map(without_marks, (*here, *there))) <= _COUNTING:
        return False
    if not there and set(here) <= (_PLACING if is_plain else _PLACING_MARKED):
        return False
    said, meant = "".join(here), "".join(there)
    if sorted(without_marks(said)) == sorted(without_marks(meant)):
        return False  # letters that changed places
    return max(len(said), len(meant)) >= _WORD and Indel.normalized_similarity(said, meant) < _SLIP


def _place_moved(
    labels: Sequence[str],
    matches: list[RowMatch],
    scores: Matrix,
    free: Set[int],
    indicators: Sequence[Indicator],
    settings: Settings,
) -> list[RowMatch]:
    """Rows that the ordered alignment had to leave out: moved elsewhere (their indicator is free, their name alone is
    enough), or a second row for an indicator that has one."""
    taken = set(range(len(indicators))) - free | {match.index for match in matches if match.index is not None}
    for i, match in enumerate(matches):
        if match.index is None and labels[i] and indicators:
            moved = matches[i] = _moved(labels[i], scores[i], taken, indicators, settings)
            taken |= {moved.index} if moved.index is not None else set()
    return matches


def _moved(
    label: str, scores: list[float], taken: Set[int], indicators: Sequence[Indicator], settings: Settings
) -> RowMatch:
    ranked = sorted(range(len(scores)), key=lambda j: -scores[j])
    best = next((j for j in ranked if j not in taken and scores[j] == scores[ranked[0]]), ranked[0])
    score = scores[best]
    if score < settings.row_floor:
        return RowMatch(None)
    named = _names(label, score, indicators[best], settings)
    if best in taken:
        return RowMatch(best, score, doubt="ROW_TWICE") if named else RowMatch(None)
    margin = _lone_margin(scores, best, indicators)
    sure = named and margin >= settings.row_margin
    return RowMatch(best, score, margin, None if sure else "ROW_UNSURE")


def _under_parents(labels: Sequence[str], matches: list[RowMatch], indicators: Sequence[Indicator]) -> list[RowMatch]:
    """Rows whose name stands under several parents, settled by the row they stand under in the report: the nearest above
    with another name. Where that row is not sure or no parent of the name, the match is not sure either."""
    by_name: dict[str, list[int]] = {}
    for j, indicator in enumerate(indicators):
        by_name.setdefault(compared(indicator.label).bare, []).append(j)
    shared = {j for group in by_name.values() if len(group) > 1 for j in group}
    taken: set[int] = set()
    branch: str | None = None
    for i, match in enumerate(matches):
        if match.index is None or match.index not in shared:
            if labels[i]:
                branch = _branch(match, indicators)
            continue
        group = by_name[compared(indicators[match.index].label).bare]
        own = next((j for j in group if indicators[j].parent == branch and branch is not None and j not in taken), None)
        if own is None:
            matches[i] = replace(match, doubt=match.doubt or "ROW_UNSURE")
        else:
            sure = _is_same_name(labels[i], indicators[own])
            matches[i] = replace(match, index=own, doubt=None if sure else match.doubt)
            taken.add(own)
    return _without_double(matches)


def _branch(match: RowMatch, indicators: Sequence[Indicator]) -> str | None:
    """Code of the row under which the next children stand, None where the row is no sure one of the form."""
    if match.index is None or match.doubt:
        return None
    return indicators[match.index].parent or indicators[match.index].code


def _is_same_name(label: str, indicator: Indicator) -> bool:
    return compared(label).bare == compared(indicator.label).bare


def _without_double(matches: list[RowMatch]) -> list[RowMatch]:
    """An indicator claimed by two rows goes to the surer one, the first of equals; the other is its second row."""
    holders: dict[int, int] = {}
    for i in sorted(range(len(matches)), key=lambda i: (matches[i].doubt is not None, i)):
        index = matches[i].index
        if index is None or matches[i].doubt == "ROW_TWICE":
            continue
        if holders.setdefault(index, i) != i:
            matches[i] = replace(matches[i], doubt="ROW_TWICE")
    return matches


def runs_on(above: str, below: str, indicators: Sequence[Indicator]) -> bool:
    """Is `below` the rest of the name that `above` begins? Only where together they are a name of the form, to the
    letter, and apart they are not."""
    if not above or not below:
        return False
    together = compared(f"{above} {below}").bare
    return any(
        compared(indicator.label).bare == together
        and max(likeness(above, indicator), likeness(below, indicator)) < _WHOLE_NAME
        for indicator in indicators
    )
