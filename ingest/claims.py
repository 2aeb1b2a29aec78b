"""Sentences → claims: the figures that the text states, by the patterns of the form's data.

A sentence becomes a line of plain words in which figures and years are marks ('tu #0 nguoi xuong con #1 nguoi giam #2'),
and the patterns are compiled to expressions over such lines. Whoever says more than a pattern understands is not quoted:
a claim that is missed costs nothing, a wrong one costs the commune's trust.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.text import bare, shown, strip_number
from ingest.values import read_value
from schemas.form import Form, Indicator
from schemas.record import Bound, Claim, SectionText
from schemas.rule import ClaimPattern, Piece, pieces

QUOTED = 300
"""Characters of a sentence that are quoted."""
GAP = 6
"""Words that '...' may stand for: enough for the particles between a verb and its object, too few for another clause."""
YEARS = range(1990, 2050)

_SENTENCE_END = re.compile(r"(?<=[.!?…;])\s+(?=\S)|(?<=[^\W\d_A-ZĐ])\.(?=[^\W\d_a-zđ])")
_TOKEN = re.compile(
    r"(?P<document>\d+(?:/\d{4})?[/-][A-ZĐ][\w/-]*)"  # 48/QĐ-UBND, 34/2019/NĐ-CP, 92-KL/TU
    r"|(?P<date>\d{1,2}[/.-]\d{1,2}[/.-](?P<date_year>(?:19|20)\d{2})(?!\d)|\d{1,2}/(?P<month_year>(?:19|20)\d{2})(?!\d))"
    r"|(?P<day>(?<=ngày )\d{1,2}[/-]\d{1,2}(?![\d/-]))"
    r"|(?P<number>(?<![\w.,])(?:\d{1,3}(?:[. ]\d{3})+|\d+)(?:[.,]\d+)?(?![\w.,]*\d))"
    r"|(?P<other>\w*\d[\w.,]*)"
    r"|(?P<mark>[%/])"
    r"|(?P<words>[^\d%/]+?(?=\w*\d|[%/]|$))",
    re.IGNORECASE,
)
_COUNT = Indicator(code="n", label="", kind="count")
_PERCENT = Indicator(code="n", label="", kind="percent")
_AT_LEAST = ("tren", "hon", "it nhat", "toi thieu")
_ABOUT = ("gan", "khoang", "xap xi", "uoc", "uoc dat", "duoi", "toi da", "khong qua")
_BEFORE_YEAR = frozenset({"nam", "doan", "den", "tu"})
_NONE = "(?P<none>(?:khong|chua) (?:co |nhan duoc |phat sinh )?)"

_TIME = re.compile(
    r"(?<!\S)(?:"
    r"(?P<plan>phan dau|du kien|muc tieu|dinh huong|ke hoach den nam|giai doan toi)"
    r"|(?P<each>hang nam|hang thang|moi nam|moi thang|binh quan)"
    r"|(?P<since>(?:ke )?tu (?:dau )?(?:nam )?@(?P<since_from>\d+) (?:den|toi) (?:nay|hien nay|thoi diem))"
    r"|(?P<years>(?:giai doan|tu|trong)? ?(?:nam )?@(?P<first>\d+) (?:den )?(?:het )?(?:nam )?@(?P<last>\d+))"
    r"|(?P<decade>(?:trong|qua|sau) #(?P<length>\d+) nam)"
    r"|(?P<part_year>(?:quy \S+|\S+ thang|thang \S+) (?:dau |cuoi )?(?:nam )?@\d+|thang ~\d+)"
    r"|(?P<until>den (?:het |cuoi |ngay )*(?:nam )?[@~](?P<until_year>\d+))"
    r"|(?P<year>nam @(?P<one>\d+))"
    r"|(?P<now>hien (?:nay|co|tai)|den nay|toi nay|den thoi diem)"
    r")(?!\S)"
)


@dataclass(frozen=True, slots=True)
class _Number:
    value: float
    raw: str
    start: int
    """Where it begins in the sentence."""
    bound: Bound


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence prepared for patterns: words without diacritics, '#k' the k-th number, '@y' a year, '~y' a date, '?' what
    is no figure, marks; each followed by a blank."""

    sentence: str
    text: str
    numbers: tuple[_Number, ...]


@dataclass(frozen=True, slots=True)
class _Period:
    year_from: int | None = None
    year_to: int | None = None
    is_now: bool = False


def find_claims(sections: Iterable[SectionText], form: Form) -> tuple[Claim, ...]:
    """The figures that the text under the headings states, in reading order; a figure is claimed once, by the first
    pattern of the form that fits."""
    found: list[Claim] = []
    for section in sections:
        sentences = list(_sentences(section.body))
        patterns = [pattern for pattern in form.claims if _may_stand(pattern, section.section)] if sentences else []
        for sentence in sentences:
            own = list(_claims(_line(sentence), patterns, section, form))
            found += [claim for claim in own if not _is_one_of_several(claim, own)]
    return tuple(replace(claim, ordinal=n) for n, claim in enumerate(found, 1))


def _is_one_of_several(claim: Claim, others: Iterable[Claim]) -> bool:
    """'2 chữ ký số cho tổ chức và 3 chữ ký số cho cá nhân': which is the figure, or their sum, nobody can tell."""
    when = (claim.pattern, claim.year_from, claim.year_to)
    return claim.indicator is not None and any(
        other.value != claim.value and (other.pattern, other.year_from, other.year_to) == when for other in others
    )


def _may_stand(pattern: ClaimPattern, path: str | None) -> bool:
    return not pattern.sections or any(f"{path}/".startswith(f"{above}/") for above in pattern.sections)


def _sentences(body: str) -> Iterator[str]:
    for paragraph in body.split("\n"):
        for sentence in _SENTENCE_END.split(strip_number(paragraph)[1]):
            if any(map(str.isdigit, sentence)) or "không" in sentence.lower() or "chưa" in sentence.lower():
                yield shown(sentence)


# -- a sentence as a line ----------------------------------------------------------------------------------------------


def _line(sentence: str) -> _Line:
    items: list[str] = []
    numbers: list[_Number] = []
    for match in _TOKEN.finditer(sentence):
        kind, text = match.lastgroup, match[0]
        if match["date"]:
            items.append(f"~{match['date_year'] or match['month_year']}")
        elif kind == "words":
            items += bare(text).split()
        elif kind == "mark":
            items.append(text)
        elif kind == "number" and _is_year(text, items):
            items.append(f"@{text}")
        elif kind == "number" and _is_level(text, items):
            items.append(text)
        elif kind == "number" and (number := _number(match, sentence, items)):
            items.append(f"#{len(numbers)}")
            numbers.append(number)
        else:
            items.append("?")
    return _Line(sentence, "".join(f"{item} " for item in items), tuple(numbers))


def _is_year(text: str, items: Sequence[str]) -> bool:
    """2019 in 'năm 2019', 'giai đoạn 2011 - 2020', 'đến 2020'; not in '2019 hồ sơ'."""
    if not (len(text) == 4 and text.isdigit() and int(text) in YEARS and items):
        return False
    return items[-1] in _BEFORE_YEAR or items[-1].startswith("@")


def _is_level(text: str, items: Sequence[str]) -> bool:
    """3 and 4 in 'mức độ 3, 4' and 'mức độ 3 và 4': names, not figures."""
    before = items[:-1] if items[-1:] in (["va"], ["den"]) else items
    return len(text) == 1 and (before[-2:] == ["muc", "do"] or bool(before and before[-1].isdigit()))


def _number(match: re.Match[str], sentence: str, items: list[str]) -> _Number | None:
    """The number as the law reads it, None where it could be read otherwise; words that bound it leave the line."""
    rest = sentence[match.end() :].lstrip()
    reading = read_value(match[0], _PERCENT if rest.startswith("%") else _COUNT)
    if reading.status != "ok" or reading.value is None:
        return None
    bound: Bound = "exact"
    for words, kind in ((_AT_LEAST, "at_least"), (_ABOUT, "about")):
        for word in words:
            parts = word.split()
            if items[-len(parts) :] == parts:
                del items[-len(parts) :]
                bound = "at_least" if kind == "at_least" else "about"
    return _Number(reading.value, match[0], match.start(), bound)


# -- patterns ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _expression(pattern: str) -> re.Pattern[str]:
    """A claim pattern as an expression over lines."""
    parts = list(pieces(pattern))
    out: list[str] = []
    at = 0
    while at < len(parts):
        end = at
        while end < len(parts) and parts[end].kind == "word":
            end += 1
        if end > at:
            out.append(f"{bare(' '.join(piece.value for piece in parts[at:end]))} ")
        else:
            out.append(_piece(parts[at], parts[at + 1 : at + 2] == [Piece("mark", "%")]))
            end = at + 1
        at = end
    return re.compile(r"(?<!\S)" + "".join(out))


def _piece(piece: Piece, is_percentage: bool) -> str:
    if piece.kind == "gap":
        return f"(?:[^#@~%/?\\s]+ ){{0,{GAP}}}?"
    if piece.kind == "slot":
        # a share of something is no count of it
        return _NONE if piece.value == "none" else rf"#(?P<{piece.value}>\d+) " + ("" if is_percentage else "(?!% )")
    return {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|", "%": "% ", "/": "/ "}[piece.value]


def _claims(line: _Line, patterns: Sequence[ClaimPattern], section: SectionText, form: Form) -> Iterator[Claim]:
    taken: set[int] = set()
    for pattern in patterns:
        if any(f" {bare(words)} " in f" {line.text}" for words in pattern.unless):
            continue
        for expression in map(_expression, pattern.patterns):
            for match in expression.finditer(line.text):
                period = _period(line, match, form)
                if not taken & (own := _slots(match)) and period is not None and _is_whole(line, match):
                    yield _claim(line, match, pattern, section, period)
                    taken |= own


def _slots(match: re.Match[str]) -> set[int]:
    """Numbers of the line that the match uses; the place of the words where it says that there is nothing."""
    groups = match.groupdict()
    used = {int(at) for name, at in groups.items() if name != "none" and at is not None}
    return used or {-1 - match.start()}


def _is_whole(line: _Line, match: re.Match[str]) -> bool:
    """'38 cán bộ, công chức (100%)' says how many there are, '20 cán bộ, công chức (52%)' does not."""
    groups = match.groupdict()
    if groups.get("percent") is None or groups.get("part") is not None:
        return True
    return line.numbers[int(groups["percent"])].value == 100


def _claim(line: _Line, match: re.Match[str], pattern: ClaimPattern, section: SectionText, period: _Period) -> Claim:
    groups = match.groupdict()
    found = {name: line.numbers[int(at)] for name, at in groups.items() if name != "none" and at is not None}
    main, part = found.get("n"), found.get("part")
    raw = f"{part.raw}/{main.raw}" if part and main else main.raw if main else "không có"
    return Claim(
        ordinal=0,
        pattern=pattern.id,
        appendix=pattern.indicator.appendix if pattern.indicator else None,
        indicator=pattern.indicator.indicator if pattern.indicator else None,
        section=section.section,
        value=main.value if main else 0.0,
        **{name: found[name].value if name in found else None for name in ("part", "percent", "before", "change")},
        bound=main.bound if main else "exact",
        year_from=period.year_from,
        year_to=period.year_to,
        is_now=period.is_now,
        raw=raw,
        sentence=_quoted(line.sentence, main.start if main else 0),
        place=section.place,
    )


def _quoted(sentence: str, at: int) -> str:
    """The sentence, or QUOTED characters of it around `at`, cut at words."""
    if len(sentence) <= QUOTED:
        return sentence
    start = max(0, min(at - QUOTED // 2, len(sentence) - QUOTED))
    cut = sentence[start : start + QUOTED]
    cut = cut if start == 0 else "…" + cut.split(" ", 1)[1]
    return cut if start + QUOTED >= len(sentence) else cut.rsplit(" ", 1)[0] + "…"


# -- when --------------------------------------------------------------------------------------------------------------


def _period(line: _Line, match: re.Match[str], form: Form) -> _Period | None:
    """When the claimed figure held, by the time nearest before it, else the first after it; None for plans, averages and
    parts of a year, which no column holds."""
    times = list(_TIME.finditer(line.text))
    if any(time["plan"] and time.start() < match.end() for time in times):
        return None
    figure = match.start("n") if match.groupdict().get("n") else match.end()
    before = [time for time in times if time.start() < figure]
    time = before[-1] if before else times[0] if times else None
    if time is None:
        return _Period()
    if time["each"] or time["part_year"]:
        return None
    if time["since"]:
        return _Period(int(time["since_from"]))
    if time["years"]:
        return _Period(int(time["first"]), int(time["last"]))
    if time["decade"]:
        return _Period(form.period_end.year + 1 - int(line.numbers[int(time["length"])].value))
    if time["until"]:
        return _Period(is_now=True) if int(time["until_year"]) >= form.period_end.year else None
    return _Period(int(time["one"]), int(time["one"])) if time["year"] else _Period(is_now=True)
