"""What a form lets the office check, as data: rules over the figures, and patterns by which sentences state figures.

`forms/<code>/rules.toml` holds the rules, `claims.toml` the patterns. A rule only speaks: it never changes a cell and
never rejects a report. Python and SQL know kinds of rules; which indicators they are about stands in the files.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from string import Formatter
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

RuleKind = Literal[
    "equal", "at_most", "parts", "nothing_without", "goal", "range", "jump", "part_year", "outlier", "word", "unanswered",
    "claim_cell", "claim_change", "claim_share", "claims_differ",
]  # fmt: skip
NEEDS: dict[str, frozenset[str]] = {
    "equal": frozenset({"left", "right"}),
    "at_most": frozenset({"left", "right"}),
    "parts": frozenset({"left", "right"}),
    "nothing_without": frozenset({"left", "right"}),
    "goal": frozenset({"left", "right", "word", "threshold"}),
    "range": frozenset({"cells", "low", "high"}),
    "jump": frozenset({"cells", "threshold", "floor", "least"}),
    "part_year": frozenset({"least"}),
    "outlier": frozenset({"cells", "threshold", "floor", "least"}),
    "word": frozenset({"word"}),
    "unanswered": frozenset({"cells"}),
    "claim_cell": frozenset(),
    "claim_change": frozenset(),
    "claim_share": frozenset(),
    "claims_differ": frozenset(),
}
"""Kind → the keys it needs beside id, severity, text and advice; `blank` and `tolerance` may stand with any."""
SLOTS = frozenset({"cells", "label", "sentence", "found", "expected"})
"""What a rule's text may name in braces."""
CLAIM_SLOTS = frozenset({"n", "none", "part", "percent", "before", "change"})
_REFERENCE = re.compile(r"(\d+)/([^@\s]+)(?:@(\S+))?")
_PIECE = re.compile(r"\{(\w+)\}|(\.\.\.)|([\[\]()|%/])|([^\s{}\[\]()|%/.]+)|(\S)")


class Reference(NamedTuple):
    """An indicator of an appendix; `column` where only one column is meant. Written '5/1.2' or '7/1@2020'."""

    appendix: int
    indicator: str
    column: str | None = None

    def __str__(self) -> str:
        return f"{self.appendix}/{self.indicator}" + (f"@{self.column}" if self.column else "")


def _reference(value: object) -> object:
    if isinstance(value, str):
        match = _REFERENCE.fullmatch(value)
        if match is None:
            raise ValueError(f"«{value}» phải có dạng PHỤ LỤC/CHỈ TIÊU hoặc PHỤ LỤC/CHỈ TIÊU@CỘT")
        return Reference(int(match[1]), match[2], match[3])
    return value


Ref = Annotated[Reference, BeforeValidator(_reference), PlainSerializer(str)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Data):
    """One rule. `left` and `right` are sums of indicators, compared column by column.

    `blank` says what an empty cell means in them: 'skip' – nothing is known, the rule is silent; 'zero' – nought, as
    long as one cell of the side is filled. `text` is a Vietnamese sentence that may name the SLOTS in braces, `advice`
    what the sender is asked for.
    """

    id: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    kind: RuleKind
    severity: Literal["error", "warning", "info"] = "warning"
    text: str
    advice: str
    left: tuple[Ref, ...] = ()
    right: tuple[Ref, ...] = ()
    blank: Literal["skip", "zero"] = "skip"
    tolerance: float = Field(default=0, ge=0)
    cells: str | None = None
    """The kind of the cells that the rule looks at ('count', 'percent', 'choice')."""
    word: str | None = None
    """The word of a choice column that the rule is about."""
    low: float | None = None
    high: float | None = None
    threshold: float | None = None
    """Of 'goal': what the right side must reach; else how many robust standard deviations are too many."""
    floor: float | None = None
    """The least spread that is believed: of logarithms for counts, of points for percentages."""
    least: int | None = None
    """How many other values there must be; of 'part_year' the least figure that is worth a question."""

    @model_validator(mode="after")
    def _check(self) -> "Rule":
        given = {name for name in ("left", "right", "cells", "word", "low", "high", "threshold", "floor", "least")
                 if getattr(self, name) not in (None, ())}  # fmt: skip
        if missing := NEEDS[self.kind] - given:
            raise ValueError(f"quy tắc {self.id}: loại {self.kind} phải có {', '.join(sorted(missing))}")
        if surplus := given - NEEDS[self.kind]:
            raise ValueError(f"quy tắc {self.id}: loại {self.kind} không dùng {', '.join(sorted(surplus))}")
        if unknown := {name for _, name, _, _ in Formatter().parse(self.text) if name is not None} - SLOTS:
            raise ValueError(f"quy tắc {self.id}: text không có chỗ {{{'}, {'.join(sorted(unknown))}}}")
        if len({ref.column is None for ref in self.left + self.right}) > 1:
            raise ValueError(f"quy tắc {self.id}: hoặc mọi chỉ tiêu đều ghi cột, hoặc không chỉ tiêu nào")
        return self


class ClaimPattern(_Data):
    """How sentences state one indicator's figure (`indicator` None: a figure of no appendix, only checked in itself).

    A pattern is words with slots: {n} the figure, {part} a part of it ('{part}/{n}'), {percent}, {before} and {change}
    ('từ {before} còn {n}, giảm {change}'), {none} for 'không có'. {n} with {percent} and no {part} is claimed at 100% only.
    '...' is up to six words, [x] may be missing, (x|y) is either. Words are compared without diacritics, abbreviations
    written out.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    indicator: Ref | None = None
    sections: tuple[str, ...] = ()
    """Paths of the outline that it may stand under; () for anywhere."""
    patterns: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    """Words that make the sentence speak of something else."""

    @model_validator(mode="after")
    def _check(self) -> "ClaimPattern":
        for pattern in self.patterns:
            named = [piece.value for piece in pieces(pattern) if piece.kind == "slot"]
            slots = set(named)
            if len(slots) < len(named):
                raise ValueError(f"{self.id}: mẫu câu «{pattern}» có một chỗ ghi hai lần")
            if unknown := slots - CLAIM_SLOTS:
                raise ValueError(f"{self.id}: mẫu câu «{pattern}» có chỗ lạ {{{'}, {'.join(sorted(unknown))}}}")
            if not slots & {"n", "none"}:
                raise ValueError(f"{self.id}: mẫu câu «{pattern}» phải có {{n}} hoặc {{none}}")
            if not _is_balanced(pattern):
                raise ValueError(f"{self.id}: mẫu câu «{pattern}» mở mà không đóng ngoặc")
        return self


class Piece(NamedTuple):
    """A piece of a pattern: a 'slot', a 'gap', a 'mark' (one of []()|%/) or a 'word'."""

    kind: Literal["slot", "gap", "mark", "word"]
    value: str


def pieces(pattern: str) -> Iterator[Piece]:
    """The pieces of a claim pattern, in order. Raises ValueError at a character that means nothing there."""
    for slot, gap, mark, word, other in _PIECE.findall(pattern):
        if other:
            raise ValueError(f"mẫu câu «{pattern}» có ký tự lạ «{other}»")
        kind: Literal["slot", "gap", "mark", "word"] = "slot" if slot else "gap" if gap else "mark" if mark else "word"
        yield Piece(kind, slot or gap or mark or word)


def _is_balanced(pattern: str) -> bool:
    opened: list[str] = []
    for piece in pieces(pattern):
        if piece.kind != "mark" or piece.value in "|%/":
            continue
        if piece.value in "[(":
            opened.append(piece.value)
        elif not opened or opened.pop() + piece.value not in ("[]", "()"):
            return False
    return not opened


def wrong_references(
    rules: Sequence[Rule],
    claims: Sequence[ClaimPattern],
    kinds: Mapping[tuple[int, str], str],
    columns: Mapping[int, Iterable[str]],
    words: Iterable[str],
    sections: Iterable[str],
) -> Iterator[tuple[str, str]]:
    """(key, reason) for whatever rules and claims name that the form has not.

    `kinds`: kind of each (appendix, indicator); `columns`: column keys of each appendix; `words`: all words of choices;
    `sections`: all paths of the outline.
    """
    seen: set[str] = set()
    for name in (*(rule.id for rule in rules), *(claim.id for claim in claims)):
        if name in seen:
            yield name, "mã có hai lần"
        seen.add(name)
    for rule in rules:
        for key in ("left", "right"):
            for ref in getattr(rule, key):
                yield from _wrong(f"rule {rule.id}, {key}", ref, kinds, columns)
        if rule.word is not None and rule.word not in set(words):
            yield f"rule {rule.id}, word", f"không cột nào có lựa chọn «{rule.word}»"
    for claim in claims:
        if claim.indicator is not None:
            yield from _wrong(f"claim {claim.id}, indicator", claim.indicator, kinds, columns)
        for path in set(claim.sections) - set(sections):
            yield f"claim {claim.id}, sections", f"đề cương không có mục {path}"


def _wrong(
    key: str, ref: Reference, kinds: Mapping[tuple[int, str], Any], columns: Mapping[int, Iterable[str]]
) -> Iterator[tuple[str, str]]:
    if (ref.appendix, ref.indicator) not in kinds:
        yield key, f"mẫu không có chỉ tiêu {ref.indicator} ở phụ lục {ref.appendix}"
    elif kinds[ref.appendix, ref.indicator] == "heading":
        yield key, f"chỉ tiêu {ref.indicator} của phụ lục {ref.appendix} là tiêu đề nhóm, không có số liệu"
    elif ref.column is not None and ref.column not in columns[ref.appendix]:
        yield key, f"phụ lục {ref.appendix} không có cột {ref.column}"
