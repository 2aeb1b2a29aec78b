"""Automatic list numbers, as Word prints them: definitions from the numbering part, counters that run with the text.

Counters belong to the abstract list: every `w:num` of it continues the same count, unless it states a start of its own
(startOverride), which holds from the first paragraph that uses that level of it. (ISO/IEC 29500-1, 17.9.)
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ingest.readers import word_symbols
from ingest.readers.word_names import ALTERNATE, CHOICE, RPR, VAL, Element, is_on, w, whole
from ingest.readers.word_styles import ParagraphStyle, Styles, font_of

LEVELS = 9
NO_LIST = "0"
"""The numId by which a paragraph leaves the list of its style."""
_ABSTRACT, _ABSTRACT_ID, _NUM, _NUM_ID = w("abstractNum"), w("abstractNumId"), w("num"), w("numId")
_LEVEL, _ILVL, _OVERRIDE, _START_OVERRIDE = w("lvl"), w("ilvl"), w("lvlOverride"), w("startOverride")
_STYLE_LINK, _PARAGRAPH_STYLE, _MULTI_LEVEL = w("numStyleLink"), w("pStyle"), w("multiLevelType")
_START, _FORMAT, _CUSTOM, _TEXT = w("start"), w("numFmt"), w("format"), w("lvlText")
_RESTART, _LEGAL = w("lvlRestart"), w("isLgl")
_PLACEHOLDER = re.compile(r"%([1-9])")
_LARGEST_ROMAN, _LARGEST_LETTERED = 3999, 780  # letters: 30 times the alphabet, as far as Word goes
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_VIETNAMESE_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_CHICAGO = "*†‡§"
_KEPT_IN_LEGAL = frozenset(["bullet", "none", "decimalZero"])


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list. `restart` is the level (from 1) whose use starts it again; None: any higher one, 0: none."""

    start: int = 0
    number_format: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False
    style: str | None = None


@dataclass(slots=True)
class _Counters:
    """What an abstract list has counted so far; None where a level is to start again."""

    counts: list[int | None] = field(default_factory=lambda: [None] * LEVELS)
    begun: set[tuple[str, int]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Instance:
    """A list as paragraphs refer to it: an abstract list with this instance's own levels and starts."""

    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int]
    single: bool


class Numbering:
    """The lists of one document. `label` must be asked once a paragraph, in reading order."""

    def __init__(self, root: Element | None, styles: Styles, decode: Callable[[str, str | None], str]) -> None:
        self._styles, self._decode = styles, decode
        self._abstracts = {} if root is None else {e.get(_ABSTRACT_ID): e for e in root.iterchildren(_ABSTRACT)}
        self._nums = {} if root is None else {e.get(_NUM_ID): e for e in root.iterchildren(_NUM)}
        self._instances: dict[str, _Instance | None] = {}
        self._counters: dict[tuple[str, bool], _Counters] = {}

    def label(self, num_pr: Element | None, style: ParagraphStyle, in_box: bool = False) -> str:
        """The number of the next paragraph with these direct list properties (None: none) and style; '' if it has none.

        The counters move on by this call. Text boxes are a story of their own, with their own counts.
        """
        number, ilvl = _direct(num_pr)
        num_id = number or style.num_id
        instance = self._instance(num_id) if num_id and num_id != NO_LIST else None
        if num_id is None or instance is None:
            return ""
        if ilvl is None:
            ilvl = 0 if number else _level_of_style(instance, style)
        if instance.single:
            ilvl = 0
        if ilvl not in instance.levels:
            return ""
        counters = self._counters.setdefault((instance.abstract, in_box), _Counters())
        _count(counters, num_id, instance, ilvl)
        return _printed(instance, counters.counts, ilvl)

    def _instance(self, num_id: str) -> _Instance | None:
        if num_id not in self._instances:
            num = self._nums.get(num_id)
            self._instances[num_id] = None if num is None else self._read_instance(num)
        return self._instances[num_id]

    def _read_instance(self, num: Element) -> _Instance | None:
        reference = num.find(_ABSTRACT_ID)
        abstract = None if reference is None else self._followed(reference.get(VAL))
        if abstract is None:
            return None
        levels = {level.get(_ILVL): level for level in self._abstracts[abstract].iterchildren(_LEVEL)}
        starts: dict[int, int] = {}
        for override in num.iterchildren(_OVERRIDE):
            own, start = override.find(_LEVEL), override.find(_START_OVERRIDE)
            if own is not None:
                levels[override.get(_ILVL)] = own
            if start is not None:
                starts[whole(override.get(_ILVL))] = whole(start.get(VAL))
        read = {whole(ilvl, LEVELS): self._read_level(element) for ilvl, element in levels.items()}
        within = {ilvl: level for ilvl, level in read.items() if 0 <= ilvl < LEVELS}
        single = _value(self._abstracts[abstract], _MULTI_LEVEL) == "singleLevel"
        return _Instance(abstract, within, starts, single)

    def _followed(self, abstract: str) -> str | None:
        """The abstract list that holds the levels: one may only name a numbering style, whose list another one is."""
        seen: set[str] = set()
        while abstract in self._abstracts and abstract not in seen:
            seen.add(abstract)
            link = self._abstracts[abstract].find(_STYLE_LINK)
            if link is None:
                return abstract
            num = self._nums.get(self._styles.numbering_of(link.get(VAL, "")) or "")
            reference = None if num is None else num.find(_ABSTRACT_ID)
            if reference is None:
                return abstract
            abstract = reference.get(VAL)
        return None

    def _read_level(self, element: Element) -> Level:
        restart, style, legal = element.find(_RESTART), element.find(_PARAGRAPH_STYLE), element.find(_LEGAL)
        number_format = _number_format(element)
        text = element.find(_TEXT)
        font = font_of(element.find(RPR))
        return Level(
            start=whole(_value(element, _START)),
            number_format=number_format,
            text=self._decode("" if text is None else text.get(VAL, ""), font),
            restart=None if restart is None else whole(restart.get(VAL)),
            legal=legal is not None and is_on(legal),
            style=None if style is None else style.get(VAL),
        )


def _count(counters: _Counters, num_id: str, instance: _Instance, ilvl: int) -> None:
    counts = counters.counts
    for higher in range(ilvl):
        # A level that was passed over counts as used: after "1.1" without a "1" before it comes "2".
        if counts[higher] is None and higher in instance.levels:
            counts[higher] = instance.levels[higher].start
    begins = ilvl in instance.starts and (num_id, ilvl) not in counters.begun
    counters.begun.add((num_id, ilvl))
    current = counts[ilvl]
    counts[ilvl] = _start(instance, ilvl) if begins or current is None else current + 1
    for deeper in range(ilvl + 1, LEVELS):
        if _restarts(instance.levels.get(deeper), ilvl):
            counts[deeper] = None


def _direct(num_pr: Element | None) -> tuple[str | None, int | None]:
    if num_pr is None:
        return None, None
    number, ilvl = None, None
    for prop in num_pr:
        if prop.tag == _NUM_ID and number is None:
            number = prop.get(VAL)
        elif prop.tag == _ILVL and ilvl is None:
            ilvl = whole(prop.get(VAL))
    return number, ilvl


def _level_of_style(instance: _Instance, style: ParagraphStyle) -> int:
    """The level that says it belongs to the style or one it is based on; else the level the style names."""
    by_style = {level.style: ilvl for ilvl, level in instance.levels.items() if level.style}
    return next((by_style[name] for name in style.chain if name in by_style), style.ilvl or 0)


def _value(element: Element, tag: str) -> str | None:
    found = element.find(tag)
    return None if found is None else found.get(VAL)


def _number_format(level: Element) -> str:
    """The format's name; for a custom one its pattern ('001, 002, 003, ...'), which newer Word hides in a choice."""
    found = level.find(f"{ALTERNATE}/{CHOICE}/{_FORMAT}")
    if found is None:
        found = level.find(_FORMAT)
    if found is None:
        return "decimal"
    return str(found.get(_CUSTOM) or "decimal") if found.get(VAL) == "custom" else str(found.get(VAL))


def _start(instance: _Instance, ilvl: int) -> int:
    return instance.starts.get(ilvl, instance.levels[ilvl].start)


def _restarts(level: Level | None, used: int) -> bool:
    return level is None or level.restart is None or used < level.restart


def _printed(instance: _Instance, counts: list[int | None], ilvl: int) -> str:
    level = instance.levels[ilvl]

    def number(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        shown, count = instance.levels.get(at), counts[at]
        if shown is None or count is None:
            return ""
        return _legal(count, shown.number_format) if level.legal else format_number(count, shown.number_format)

    if level.number_format == "bullet":
        return level.text.strip()
    return _PLACEHOLDER.sub(number, level.text).strip()


def _legal(value: int, number_format: str) -> str:
    return format_number(value, number_format if number_format in _KEPT_IN_LEGAL else "decimal")


def format_number(value: int, number_format: str) -> str:
    """A number in one of Word's formats (ST_NumberFormat); decimal digits for the formats no office here uses."""
    if number_format[:1] == "0":
        return str(value).zfill(len(number_format.partition(",")[0].strip()))
    write = _FORMATS.get(number_format)
    return write(value) if write else str(value)


def _letters(value: int) -> str:
    # After z Word doubles the letter (aa, bb), unlike a spreadsheet's columns.
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1) if 0 < value <= _LARGEST_LETTERED else str(value)


def _roman(value: int) -> str:
    if not 0 < value <= _LARGEST_ROMAN:
        return str(value)
    written = ""
    for worth, letters in _ROMAN:
        times, value = divmod(value, worth)
        written += letters * times
    return written


def _ordinal(value: int) -> str:
    if value % 100 in (11, 12, 13):
        return f"{value}th"
    return f"{value}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th') }"


def _vietnamese(value: int) -> str:
    """Up to 99 in words; digits beyond, where offices number no list in words."""
    if not 0 <= value < 100:
        return str(value)
    tens, units = divmod(value, 10)
    if tens == 0:
        return _VIETNAMESE_DIGITS[units]
    head = "mười" if tens == 1 else f"{_VIETNAMESE_DIGITS[tens]} mươi"
    tail = {0: "", 1: "một" if tens == 1 else "mốt", 5: "lăm"}.get(units, _VIETNAMESE_DIGITS[units])
    return f"{head} {tail}".strip()


def _chicago(value: int) -> str:
    return _CHICAGO[(value - 1) % 4] * ((value - 1) // 4 + 1) if 0 < value <= _LARGEST_LETTERED else str(value)


def _circled(value: int) -> str:
    return chr(0x2460 + value - 1) if 1 <= value <= 20 else str(value)


_FORMATS: dict[str, Callable[[int], str]] = {
    "bullet": lambda value: "",
    "none": lambda value: "",
    "decimalZero": lambda value: f"{value:02d}",
    "lowerLetter": _letters,
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
    "ordinal": _ordinal,
    "hex": lambda value: f"{value:X}",
    "chicago": _chicago,
    "numberInDash": lambda value: f"- {value} -",
    "decimalEnclosedParen": lambda value: f"({value})",
    "decimalEnclosedFullstop": lambda value: f"{value}.",
    "decimalEnclosedCircle": _circled,
    "vietnameseCounting": _vietnamese,
}


def decode_label(text: str, font: str | None, decode: Callable[[str, str | None], str]) -> str:
    """A level's text as Unicode: symbol fonts draw the bullet, a legacy font may hold the words around the number."""
    if not word_symbols.is_symbol_font(font) and not any("\uf000" <= char <= "\uf0ff" for char in text):
        return decode(text, font)
    # A private-use bullet whose font is not named is Symbol's round one or a square of Wingdings: a dot for both.
    drawn = word_symbols.shown(text, font if font and word_symbols.is_symbol_font(font) else "Symbol")
    return "".join("•" if "\uf000" <= char <= "\uf0ff" else char for char in drawn)
