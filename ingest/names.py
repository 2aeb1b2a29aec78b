"""Names of administrative units as people write them: after 'xã', 'thị trấn', 'TT', in a file name, without marks.

A name counts when it is written out, or when it is one letter off and every other name is clearly farther: communes of
a district often differ by one letter (Sơn Hà, Sơn Hàm), so a near miss alone says nothing.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ingest.text import bare, compared, compose, edits, key
from schemas.units import Unit

_WORD = re.compile(r"[^\W\d_]+|\d+")
_COPY = re.compile(r"\s*(?:\(\d+\)|- ?copy|- ?sao chép|_copy)(?=\s|$|\.|_)", re.IGNORECASE)
_ONLY_Y = re.compile(r"(?<=^[hklmstv])[yỳýỷỹỵ]$")
_Y_AS_I = dict(zip("yỳýỷỹỵ", "iìíỉĩị", strict=True))
_ROMANS = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}
_TYPES = {"xa": "xã", "phuong": "phường", "thi tran": "thị trấn", "tt": "thị trấn"}
_TYPE_STARTS = {marker.split()[0] for marker in _TYPES}
_NOT_NAMES = {"hoi", "doi", "vien", "uy"}
"""What follows 'xã' without being a name: xã hội, xã đội, xã viên, xã ủy."""
_NOT_COMMUNES = {"thi", "tac"}
"""What stands before another 'xã': thị xã, hợp tác xã."""
_OFFICE = "uy ban nhan dan"
_AFFIXES = r"(?:bao\s?cao|bc|ubnd|xa|thitran|tt|phuong|cchc|tongket|phuluc|pl|huyen|\d)*"
"""What people glue to a commune's name in a file name."""
_LINE_ENDS = {"cong", "doc", "so", "ngay", "bao", "ke", "to"}
"""Where the right-hand column or the next phrase begins in a line of capitals."""
SLIP, FUZZY_LETTERS, FUZZY_GAP, MARK_GAP, NEAR = 1.5, 8, 2, 1, 2
"""A slip of a letter and a mark counts in names so long, with so many letters to the next name (one for a slip of a mark
alone); names within two letters may have been meant."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: as typed, as comparison key, without marks."""

    typed: str
    key: str
    bare: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A unit's name in a text. `unit` is None where the name is none of the expected ones; `near` are the ids of the
    expected units that it may be a slip of; `after_office` says that 'UBND' stands right before."""

    written: str
    unit: Unit | None
    near: frozenset[str] = frozenset()
    known: bool = True
    after_office: bool = False


class UnitNames:
    """The units of an office by the ways their names are written; expected are those valid on `day`."""

    def __init__(self, units: Iterable[Unit], day: date) -> None:
        self._expected: dict[str, list[Unit]] = defaultdict(list)
        self._others: dict[str, list[Unit]] = defaultdict(list)
        for unit in units:
            table = self._expected if unit.is_valid(day) else self._others
            for written in _squashed_forms(unit.short_name):
                table[written].append(unit)
        self._by_name: dict[str, list[Unit]] = {unit.short_name: [] for units in self._others.values() for unit in units}
        for unit in {unit for units in self._expected.values() for unit in units}:
            self._by_name.setdefault(unit.short_name, []).append(unit)
        self._units = {unit.unit_id: unit for units in self._expected.values() for unit in units}
        self._longest = max(map(len, [*self._expected, *self._others]), default=0)

    def given(self, name: str) -> Unit | None:
        """The one expected unit with this code, id or name (type and marks may lack); None where not exactly one."""
        wanted = name.strip()
        by_code = [unit for unit in self._units.values() if wanted in (unit.code, unit.unit_id)]
        if by_code:
            return by_code[0] if len(by_code) == 1 else None
        words = _words(wanted)
        start, kind = _marker(words, 0) if words else (0, "")
        for begin, wanted_type in ((start, kind), (0, "")):
            units = self._expected.get("".join(word.bare for word in words[begin:]), [])
            units = _told_apart(units, words[begin:], wanted_type)
            if len(units) == 1 and _is_spelled(units[0], words[begin:]):
                return units[0]
        return None

    def after_type(self, text: str) -> Iterator[Mention]:
        """Names that follow 'xã', 'phường', 'thị trấn' or 'TT' in a text of one line."""
        words = _words(text)
        at = 0
        while at < len(words):
            start, kind = _marker(words, at)
            if start == at or start >= len(words):
                at += 1
                continue
            before = " ".join(word.bare for word in words[max(0, at - 4) : at])
            mention = self._named(words, start, kind, before.endswith(_OFFICE))
            if mention:
                yield mention
            at = start

    def at_end(self, text: str) -> Mention | None:
        """An expected unit's name as the last words of a text: 'An Hòa Thịnh' of 'An Hòa Thịnh, ngày …'."""
        words = _words(text)
        for begin in range(max(0, len(words) - 6), len(words)):
            units, end = self._longest_name(self._expected, words, begin, "")
            if end == len(words) and len(units) == 1 and _is_spelled(units[0], words[begin:]):
                return Mention(_written(words[begin:]), units[0])
        return None

    def in_file_name(self, name: str) -> Iterator[Mention]:
        """Expected units named in a file or folder name: 'SonKim1_BC.docx', 'BC xa Son Tay (1).docx'."""
        stem = _COPY.sub(" ", re.sub(r"\.[A-Za-z]{2,4}$", "", compose(name)))
        words = [_word(part) for chunk in _WORD.findall(stem) for part in _unglued(chunk, self._find_glued)]
        at = 0
        while at < len(words):
            units, end = self._longest_name(self._expected, words, at, "")
            others, other_end = self._longest_name(self._others, words, at, "")
            if len(units) == 1 and end >= other_end and _is_spelled(units[0], words[at:end]):
                yield Mention(_written(words[at:end]), units[0])
            elif others and at > 0 and _marker(words, at - 1)[0] == at:
                yield Mention(_written(words[at:other_end]), None)
            at = max(at + 1, end if units else at)

    def _find_glued(self, word: str) -> str | None:
        """The expected name that stands in a word of small letters together with the usual additions."""
        names = sorted((name for name in self._expected if name in word), key=len, reverse=True)
        return next((name for name in names if re.fullmatch(_AFFIXES + re.escape(name) + _AFFIXES, word)), None)

    def _named(self, words: list[Word], start: int, kind: str, after_office: bool) -> Mention | None:
        units, end = self._longest_name(self._expected, words, start, kind)
        others, other_end = self._longest_name(self._others, words, start, kind)
        if units and end >= other_end:
            if not _is_spelled(units[0], words[start:end]):
                return self._slip(words[start:end], after_office)
            near = frozenset(unit.unit_id for unit in units)
            unit = units[0] if len(units) == 1 else None
            return Mention(_written(words[start:end]), unit, near, after_office=after_office)
        if others:
            return Mention(_written(words[start:other_end]), None, after_office=after_office)
        name = _unknown_name(words, start)
        return self._slip(name, after_office) if name else None

    def _longest_name(
        self, table: dict[str, list[Unit]], words: list[Word], start: int, kind: str
    ) -> tuple[list[Unit], int]:
        """The units whose name the words from `start` spell, the longest name first, and where it ends."""
        squashed, best, best_end = "", [], start
        for end in range(start, len(words)):
            squashed += words[end].bare
            if len(squashed) > self._longest:
                break
            is_other_number = words[end].bare in _ROMANS and words[end + 1 : end + 2] and words[end + 1].typed.isdigit()
            if squashed in table and not is_other_number:
                best, best_end = _told_apart(table[squashed], words[start : end + 1], kind), end + 1
        return best, best_end

    def _slip(self, name: list[Word], after_office: bool) -> Mention:
        """A name that is none: a slip of the one expected name near it, where all other names are clearly farther."""
        readings = []
        for length in range(1, len(name) + 1):
            typed = _written(name[:length])
            distances = sorted((edits(typed, known), known) for known in self._by_name)
            readings.append((distances[0][0] if distances else 0.0, -length, distances))
        ranked = min(readings)[2]
        near = [unit.unit_id for distance, known in ranked if distance <= NEAR for unit in self._by_name[known]]
        units = self._by_name[ranked[0][1]] if ranked else []
        unit = units[0] if len(units) == 1 and _is_alone(ranked) else None
        return Mention(_written(name), unit, frozenset(near), known=False, after_office=after_office)


def _is_alone(ranked: list[tuple[float, str]]) -> bool:
    """Whether the nearest name is the only one meant: a wrong mark away, or one letter of a name long enough, while the
    next name is clearly farther."""
    nearest, letters = ranked[0][0], len(compared(ranked[0][1]).bare)
    gap = ranked[1][0] - nearest if len(ranked) > 1 else FUZZY_GAP
    return (nearest < 1 and gap >= MARK_GAP) or (nearest <= SLIP and gap >= FUZZY_GAP and letters >= FUZZY_LETTERS)


def _is_spelled(unit: Unit, words: list[Word]) -> bool:
    """Whether the words are the unit's name mark for mark, or typed without marks altogether."""
    typed = "".join(word.key for word in words)
    is_plain = all(word.key == word.bare for word in words)
    return is_plain or typed == "".join(word.key for word in _words(unit.short_name)) or words[-1].bare in _ROMANS


@lru_cache(maxsize=16384)
def _word(typed: str) -> Word:
    # Mỹ and Mĩ, Lý and Lí are one syllable
    spelled, unmarked = (_ONLY_Y.sub(lambda y: _Y_AS_I[y[0]], text) for text in (key(typed), bare(typed)))
    return Word(typed, spelled, unmarked)


def _words(text: str) -> list[Word]:
    return [_word(typed) for typed in _WORD.findall(compose(text))]


def _written(words: list[Word]) -> str:
    return " ".join(word.typed for word in words)


def _squashed_forms(name: str) -> set[str]:
    """The name without marks and blanks; a final digit also as the Roman numeral people type for it."""
    words = [word.bare for word in _words(name)]
    forms = {"".join(words)}
    forms |= {"".join([*words[:-1], roman]) for roman, digit in _ROMANS.items() if words and words[-1] == digit}
    return forms


def _unglued(chunk: str, find_glued: Callable[[str], str | None]) -> list[str]:
    """The words of 'SonKim' or 'bcsontay': split where a capital begins, or around the name found in it."""
    starts = [
        at
        for at in range(1, len(chunk))
        if chunk[at].isupper() and (chunk[at - 1].islower() or chunk[at + 1 : at + 2].islower())
    ]
    if not starts and (name := find_glued(bare(chunk))):
        return [name]
    return [chunk[begin:end] for begin, end in zip([0, *starts], [*starts, len(chunk)], strict=True)]


def _marker(words: list[Word], at: int) -> tuple[int, str]:
    """Where the name begins if a unit's type stands at `at`, and the type; (at, '') where none does."""
    if words[at].bare not in _TYPE_STARTS or (at > 0 and words[at - 1].bare in _NOT_COMMUNES):
        return at, ""
    for marker, kind in _TYPES.items():
        end = at + len(marker.split())
        typed = words[at:end]
        if " ".join(word.bare for word in typed) != marker:
            continue
        has_marks = any(word.key != word.bare for word in typed)
        is_name_next = end < len(words) and words[end].bare not in _NOT_NAMES
        if is_name_next and (not has_marks or " ".join(word.key for word in typed) == kind):
            return end, kind
    return at, ""


def _told_apart(units: list[Unit], words: list[Word], kind: str) -> list[Unit]:
    """Of units that differ only in type or marks, those that the words and the type say."""
    by_type = [unit for unit in units if unit.type == kind] or units
    typed = "".join(word.key for word in words)
    return [unit for unit in by_type if "".join(word.key for word in _words(unit.short_name)) == typed] or by_type


def _unknown_name(words: list[Word], start: int) -> list[Word]:
    """The capitalised words from `start` on, at most four: a name that no list has."""
    name: list[Word] = []
    for word in words[start : start + 4]:
        if not (word.typed[0].isupper() or (name and word.typed.isdigit())) or word.bare in _LINE_ENDS:
            break
        name.append(word)
    return name
