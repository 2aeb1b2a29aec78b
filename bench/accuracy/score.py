"""The contract's definition of silently wrong, and of everything else that can become of a cell.

- right: a status and value that a careful reader would write.
- asked rightly / asked needlessly: `flagged`, where a careful clerk would (or could) ask, or would not.
- silently wrong: ok, blank, none, not_applicable or absent where a careful reader would write something else; a printed
  cell used twice; a value that is printed nowhere; every cell of a report put down to the wrong commune, form or period.
- lost: no observation at all (the file was refused, or the row is missing from the answer).
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any, Literal

from bench.accuracy.answer import Answer
from bench.accuracy.letters import folded
from bench.accuracy.truth import Further, Heading, Key, Truth, Want

Verdict = Literal["right", "asked_rightly", "asked_needlessly", "silently_wrong", "lost"]
VERDICTS: tuple[Verdict, ...] = ("right", "asked_rightly", "asked_needlessly", "silently_wrong", "lost")
SURE = ("ok", "blank", "none", "not_applicable", "corrected")
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\ufeff\u00ad"), "")


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell that is not right: where, what was expected, what was said."""

    verdict: Verdict
    file_name: str
    appendix: int
    indicator: str
    column_key: str
    want: Want | None
    got: dict[str, Any] | None
    why: str = ""


@dataclass(slots=True)
class Score:
    """One report's tally. `points` are (match_score, confidence, reading was right) of plain filled cells."""

    cells: Counter[Verdict] = field(default_factory=Counter)
    filled: Counter[Verdict] = field(default_factory=Counter)
    further: Counter[Verdict] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    points: list[tuple[float, float, bool]] = field(default_factory=list)
    raw_wrong: int = 0
    unsaid: int = 0
    """Of the commune's own cells that are lost: those that no finding speaks of."""
    headings: Counter[str] = field(default_factory=Counter)
    sender: str = "right"
    number_right: bool = True
    date_right: bool = True

    def add(self, fault: Fault, filled: bool, further: bool = False) -> None:
        """Counts one verdict and keeps it where it is not right."""
        (self.further if further else self.cells)[fault.verdict] += 1
        if filled and not further:
            self.filled[fault.verdict] += 1
        if fault.verdict != "right":
            self.faults.append(fault)

    @property
    def silently_wrong(self) -> int:
        """Over the form's cells and the commune's own."""
        return self.cells["silently_wrong"] + self.further["silently_wrong"]


def score(truth: Truth, answer: Answer, form: str, period: str) -> Score:
    """Compares one answer with the truth."""
    out = Score()
    out.sender = _sender(truth, answer)
    displaced = answer.taken and (out.sender == "wrong" or (answer.form, answer.period) != (form, period))
    observed = _by_key(answer)
    aside = _kept_aside(truth, answer)
    for key, want in truth.cells.items():
        got = observed.get(key, [])
        _cell(out, truth, key, want, got, aside, displaced)
    _used_twice(out, truth, answer)
    _further(out, truth, answer)
    _headings(out, truth, answer)
    out.number_right = answer.document_number == truth.document_number
    out.date_right = answer.document_date == truth.document_date
    return out


def verdict(want: Want, got: dict[str, Any] | None) -> Verdict:
    """What became of one cell, looking at nothing but itself."""
    if got is None:
        return "lost"
    if got["status"] == "flagged":
        return "asked_needlessly" if want.asking == "never" else "asked_rightly"
    if got["status"] in want.statuses and (got["status"] != "ok" or _same(want, got)):
        return "right"
    return "silently_wrong"


def plain(text: str | None) -> str:
    """A text without what cannot be seen."""
    return folded((text or "").translate(INVISIBLE))


def _same(want: Want, got: dict[str, Any]) -> bool:
    if want.value is not None:
        return got["value"] is not None and abs(got["value"] - want.value) < 1e-9
    return got["value"] is None and plain(got["text"]) == plain(want.text)


def _by_key(answer: Answer) -> dict[Key, list[dict[str, Any]]]:
    out: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    for row in answer.observations:
        out[row["appendix"], row["indicator"], row["column_key"]].append(row)
    return out


def _kept_aside(truth: Truth, answer: Answer) -> set[tuple[int, str]]:
    """(appendix, raw) of flagged cells outside the form's keys."""
    return {
        (row["appendix"], plain(row["raw"]))
        for row in answer.observations
        if row["status"] == "flagged" and (row["appendix"], row["indicator"], row["column_key"]) not in truth.cells
    }


def _cell(
    out: Score, truth: Truth, key: Key, want: Want, got: list[dict[str, Any]], aside: set[tuple[int, str]], displaced: bool
) -> None:
    first = got[0] if got else None
    said = verdict(want, first)
    why = ""
    if said == "silently_wrong" and want.kept_aside and first is not None and first["status"] == "absent":
        said = "asked_rightly" if (key[0], plain(want.raw)) in aside else said
    if displaced and first is not None:
        said, why = "silently_wrong", "cả báo cáo bị ghi cho đơn vị, mẫu hoặc kỳ khác"
    filled = bool(plain(want.raw))
    out.add(Fault(said, truth.file_name, *key, want, first, why), filled)
    for other in got[1:]:
        out.add(Fault("silently_wrong", truth.file_name, *key, want, other, "một ô ghi hai lần"), filled)
    if first is not None and filled and want.statuses:
        out.raw_wrong += plain(first["raw"]) != plain(want.raw)
    if first is not None and want.statuses == {"ok"} and want.asking == "never":
        out.points.append((first["match_score"] or 0.0, first["confidence"], _read_right(want, first)))


def _read_right(want: Want, got: dict[str, Any]) -> bool:
    return _same(want, {"value": got["value_read"], "text": got["text_read"]})


def _used_twice(out: Score, truth: Truth, answer: Answer) -> None:
    """Two sure observations from one printed, non-empty cell: the second is silently wrong."""
    seen: set[tuple[int, int, int]] = set()
    for row in answer.observations:
        place = (row["table_no"], row["row_no"], row["col_no"])
        if None in place or row["status"] not in SURE or not plain(row["raw"]):
            continue
        if place in seen:
            key = (row["appendix"], row["indicator"], row["column_key"])
            out.add(Fault("silently_wrong", truth.file_name, *key, truth.cells.get(key), row, "một ô dùng hai lần"), True)
        seen.add(place)


def _further(out: Score, truth: Truth, answer: Answer) -> None:
    """The commune's own cells: kept with what they say, or lost; and whatever is said that is printed nowhere."""
    waiting: dict[tuple[int, str], list[Further]] = defaultdict(list)
    for own in sorted([*truth.further, *_may_stand_aside(truth, answer)], key=lambda own: own.spare):
        waiting[own.appendix, plain(own.raw)].append(own)
    for row in answer.observations:
        key = (row["appendix"], row["indicator"], row["column_key"])
        raw = plain(row["raw"])
        if key in truth.cells or not raw:
            continue
        same = waiting[row["appendix"], raw]
        found = same.pop(0) if same else None
        if found is None or not found.spare:
            said = _own_verdict(found, row)
            out.add(
                Fault(said, truth.file_name, *key, None, row, "" if found else "không có trong tệp"), True, further=True
            )
    for left in waiting.values():
        for own in left:
            if not own.spare:
                out.add(
                    Fault("lost", truth.file_name, own.appendix, own.label, "", None, None, own.raw), True, further=True
                )
                out.unsaid += not _is_said(own, answer)


def _is_said(own: Further, answer: Answer) -> bool:
    """A finding says that this cell, or a whole table, was not used."""
    return any(
        row["code"] == "TABLE_UNUSED" or (row["code"] == "CELL_UNUSED" and plain(own.raw) in plain(row["found"]))
        for row in answer.findings
    )


def _may_stand_aside(truth: Truth, answer: Answer) -> list[Further]:
    """Printed cells that a further cell may hold: those of rows and columns without a name, and those that their own key
    does not hold (what became of the key has been counted already)."""
    observed = _by_key(answer)

    def is_elsewhere(key: Key, raw: str) -> bool:
        return bool(raw) and all(plain(row["raw"]) != raw for row in observed.get(key, []))

    return [
        Further(key[0], "", want.raw, want.value, spare=True)
        for key, want in truth.cells.items()
        if want.kept_aside or is_elsewhere(key, plain(want.raw))
    ]


def _own_verdict(own: Further | None, got: dict[str, Any]) -> Verdict:
    if got["status"] == "flagged":
        return "asked_rightly" if own is not None else "asked_needlessly"
    if own is None:
        return "silently_wrong"
    unequal = own.value is not None and got["value"] is not None and abs(own.value - got["value"]) > 1e-9
    return "silently_wrong" if unequal else "right"


def _sender(truth: Truth, answer: Answer) -> str:
    """'right', 'unknown' (said so) or 'wrong' (someone else, or someone where nothing tells)."""
    if answer.unit_code is None:
        return "right" if truth.unit_code is None or truth.unit_may_be_asked else "unknown"
    return "right" if answer.unit_code == truth.unit_code else "wrong"


def _headings(out: Score, truth: Truth, answer: Answer) -> None:
    found = {row["section"]: row for row in answer.sections if row["status"] in ("matched", "empty") and row["section"]}
    for path, row in found.items():
        heading = truth.headings.get(path)
        right = heading is not None and _is_heading(heading, row)
        out.headings["right" if right else "invented"] += 1
        if heading is not None and not right:
            out.headings["missed"] += 1
    out.headings["missed"] += sum(path not in found for path in truth.headings)


def _is_heading(heading: Heading, row: dict[str, Any]) -> bool:
    """Its words stand in the matched heading, the first line below it in the section's text, and the numbers agree."""
    source, wanted = _letters(row["source_heading"]), _letters(heading.title)
    named = wanted[:60] in source or (len(source) > 0.5 * len(wanted) and source in wanted)
    numbers = [re.findall(r"\d+", number) for number in (heading.number, row["source_number"] or "")]
    numbered = [] in numbers or numbers[0] == numbers[1]
    return named and numbered and _letters(heading.first_line)[:40] in source + _letters(row["body"])


def _letters(text: str | None) -> str:
    return "".join(c for c in plain(text).casefold() if c.isalnum())
