"""Styles: what a paragraph or a run looks like once style chain, document defaults and toggles are settled."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ingest.readers.word_names import PPR, RPR, VAL, Element, is_on, w, whole

_STYLE, _STYLE_ID, _TYPE, _DEFAULT = w("style"), w("styleId"), w("type"), w("default")
_NAME, _BASED_ON, _JC, _OUTLINE = w("name"), w("basedOn"), w("jc"), w("outlineLvl")
_NUM_PR, _NUM_ID, _ILVL = w("numPr"), w("numId"), w("ilvl")
_FONTS, _RUN_STYLE, _VERT_ALIGN = w("rFonts"), w("rStyle"), w("vertAlign")
_BOLD, _ITALIC, _VANISH, _STRIKE, _DOUBLE_STRIKE = w("b"), w("i"), w("vanish"), w("strike"), w("dstrike")
_TOGGLES = {_BOLD: "bold", _ITALIC: "italic", _VANISH: "hidden", _STRIKE: "struck", _DOUBLE_STRIKE: "struck"}
_READ = _TOGGLES | {_FONTS: "font", _RUN_STYLE: "style", _VERT_ALIGN: "raised"}
# Letters of the upper half of a code page, where legacy fonts keep Vietnamese, are drawn with hAnsi; the rest follows.
_FONT_NAMES = (
    (w("hAnsi"), w("hAnsiTheme")),
    (w("ascii"), w("asciiTheme")),
    (w("cs"), w("cstheme")),
)
TABLE_BORDERS, CELL_BORDERS = w("tblBorders"), w("tcBorders")
_NO_BORDER = frozenset(["nil", "none", None])
_DEEPEST_CHAIN = 32


class Look(NamedTuple):
    """How a run looks: what matters for reading it."""

    font: str | None = None
    bold: bool = False
    italic: bool = False
    hidden: bool = False
    struck: bool = False
    superscript: bool = False


@dataclass(frozen=True, slots=True)
class RunProps:
    """Run properties as far as they are stated somewhere; None where nothing is said."""

    font: str | None = None
    bold: bool | None = None
    italic: bool | None = None
    hidden: bool | None = None
    struck: bool | None = None

    def over(self, base: "RunProps") -> "RunProps":
        """These, and where they are silent those of `base`."""
        return RunProps(
            font=base.font if self.font is None else self.font,
            bold=base.bold if self.bold is None else self.bold,
            italic=base.italic if self.italic is None else self.italic,
            hidden=base.hidden if self.hidden is None else self.hidden,
            struck=base.struck if self.struck is None else self.struck,
        )


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """A paragraph style with its chain resolved. `num_id` and `ilvl` are its list, `chain` its ids from near to far."""

    chain: tuple[str, ...] = ()
    run: RunProps = field(default_factory=RunProps)
    look: Look = field(default_factory=Look)
    jc: str | None = None
    level: int | None = None
    num_id: str | None = None
    ilvl: int | None = None
    contents_entry: bool = False


class Styles:
    """The styles part, read on demand: a report uses a handful of the hundreds of styles in its template.

    `root` may leave the table styles out; `with_tables` then gives the part with them, where any is asked for.
    """

    def __init__(self, root: Element | None = None, with_tables: Callable[[], Element | None] | None = None) -> None:
        self._with_tables = None if root is None else with_tables
        self._elements: dict[str, Element] = {}
        self._defaults: dict[str, str] = {}
        self._paragraph: dict[str | None, ParagraphStyle] = {}
        self._run: dict[str, RunProps] = {}
        self._bordered: dict[str | None, bool] = {}
        self._looks: dict[tuple[object, ...], Look] = {}
        self._default_run, self._default_jc = RunProps(), None
        if root is not None:
            self._index(root)

    def paragraph(self, style_id: str | None) -> ParagraphStyle:
        """The paragraph style of this id; the default one for None or an id that is not there."""
        found = self._paragraph.get(style_id)
        if found is None:
            found = self._paragraph[style_id] = self._resolve_paragraph(style_id)
        return found

    def look(self, style: ParagraphStyle, rpr: Element) -> Look:
        """How a run with these direct properties looks inside a paragraph of that style.

        Toggle properties of paragraph and character style cancel each other; what the document's defaults switch on
        stays on; what the run itself says wins (ISO/IEC 29500-1, 17.7.3).
        """
        direct: dict[str, bool] = {}
        font, character, superscript = None, None, False
        for prop in rpr[:]:
            name = _READ.get(prop.tag)
            if name is None:
                continue
            if name == "font":
                font = _font(prop)
            elif name == "style":
                character = self._character(prop.get(VAL))
            elif name == "raised":
                superscript = prop.get(VAL) == "superscript"
            else:
                direct[name] = is_on(prop) or direct.get(name, False)
        base = style.look if character is None else self._combined(style.run, character)
        if font is None and not direct and not superscript:
            return base
        stated = (base, font, superscript, *direct.items())
        found = self._looks.get(stated)
        if found is None:
            look = base if font is None else base._replace(font=font)
            found = self._looks[stated] = Look(**(look._asdict() | direct | {"superscript": superscript}))
        return found

    def has_borders(self, style_id: str | None) -> bool:
        """Whether the table style (the default one for None), or what it is based on, draws any border."""
        found = self._bordered.get(style_id)
        if found is None:
            self._take_tables()
            chain = self._chain(style_id or self._defaults.get("table"))
            found = self._bordered[style_id] = any(
                draws(borders) for element in chain for borders in element.iter(TABLE_BORDERS, CELL_BORDERS)
            )
        return found

    def numbering_of(self, style_id: str) -> str | None:
        """The list (numId) that a numbering style stands for."""
        element = self._elements.get(style_id)
        number = None if element is None else element.find(f"{PPR}/{_NUM_PR}/{_NUM_ID}")
        return None if number is None else number.get(VAL)

    def _take_tables(self) -> None:
        whole = None if self._with_tables is None else self._with_tables()
        self._with_tables = None
        if whole is not None:
            self._index(whole)

    def _index(self, root: Element) -> None:
        for element in root.iterchildren(_STYLE):
            style_id = element.get(_STYLE_ID)
            if style_id is None:
                continue
            self._elements[style_id] = element
            if element.get(_DEFAULT) in ("1", "true", "on"):
                self._defaults[element.get(_TYPE, "paragraph")] = style_id
        defaults = root.find(w("docDefaults"))
        if defaults is None:
            return
        run = defaults.find(f"{w('rPrDefault')}/{RPR}")
        jc = defaults.find(f"{w('pPrDefault')}/{PPR}/{_JC}")
        self._default_run = RunProps() if run is None else _run_props(run)
        self._default_jc = None if jc is None else jc.get(VAL)

    def _chain(self, style_id: str | None) -> list[Element]:
        chain: list[Element] = []
        while style_id in self._elements and len(chain) < _DEEPEST_CHAIN:
            element = self._elements[style_id]
            chain.append(element)
            based_on = element.find(_BASED_ON)
            style_id = None if based_on is None else based_on.get(VAL)
        return chain

    def _resolve_paragraph(self, style_id: str | None) -> ParagraphStyle:
        if style_id not in self._elements:
            style_id = self._defaults.get("paragraph")
        chain = self._chain(style_id)
        style, run = ParagraphStyle(), RunProps()
        for element in reversed(chain):
            run = _own_run(element).over(run)
            style = _with_paragraph_props(style, element)
        names = [_style_name(element) for element in chain]
        return replace(
            style,
            chain=tuple(element.get(_STYLE_ID) for element in chain),
            run=run,
            look=self._combined(run, RunProps()),
            jc=style.jc or self._default_jc,
            level=style.level or next(filter(None, map(_heading_level, names)), None),
            contents_entry=any(name.startswith("toc ") for name in names[:1]),
        )

    def _character(self, style_id: str | None) -> RunProps | None:
        if style_id not in self._elements or style_id is None:
            return None
        found = self._run.get(style_id)
        if found is None:
            found = RunProps()
            for element in reversed(self._chain(style_id)):
                found = _own_run(element).over(found)
            self._run[style_id] = found
        return found

    def _combined(self, paragraph: RunProps, character: RunProps) -> Look:
        default = self._default_run
        return Look(
            font=next((font for font in (character.font, paragraph.font, default.font) if font is not None), None),
            bold=_toggled(default.bold, paragraph.bold, character.bold),
            italic=_toggled(default.italic, paragraph.italic, character.italic),
            hidden=_toggled(default.hidden, paragraph.hidden, character.hidden),
            struck=_toggled(default.struck, paragraph.struck, character.struck),
        )


def draws(borders: Element) -> bool:
    """Whether any of the border lines stated in a w:tblBorders or w:tcBorders is a visible one."""
    return any(line.get(VAL) not in _NO_BORDER for line in borders)


def font_of(rpr: Element | None) -> str | None:
    """The font that run properties state; '' where they leave it to the theme, None where they are silent."""
    fonts = None if rpr is None else rpr.find(_FONTS)
    return None if fonts is None else _font(fonts)


def _toggled(default: bool | None, paragraph: bool | None, character: bool | None) -> bool:
    return bool(default) or bool(paragraph) != bool(character)


def _font(fonts: Element) -> str | None:
    for name, theme in _FONT_NAMES:
        if fonts.get(theme) is not None:
            return ""
        if fonts.get(name):
            return str(fonts.get(name))
    return None


def _own_run(style: Element) -> RunProps:
    rpr = style.find(RPR)
    return RunProps() if rpr is None else _run_props(rpr)


def _run_props(rpr: Element) -> RunProps:
    stated: dict[str, bool] = {}
    for prop in rpr:
        name = _TOGGLES.get(prop.tag)
        if name:
            stated[name] = is_on(prop) or stated.get(name, False)
    return RunProps(font=font_of(rpr), **stated)


def _with_paragraph_props(style: ParagraphStyle, element: Element) -> ParagraphStyle:
    ppr = element.find(PPR)
    if ppr is None:
        return style
    jc, outline = ppr.find(_JC), ppr.find(_OUTLINE)
    number, ilvl = ppr.find(f"{_NUM_PR}/{_NUM_ID}"), ppr.find(f"{_NUM_PR}/{_ILVL}")
    return replace(
        style,
        jc=style.jc if jc is None else jc.get(VAL),
        level=style.level if outline is None else outline_level(outline),
        num_id=style.num_id if number is None else number.get(VAL),
        ilvl=style.ilvl if ilvl is None else whole(ilvl.get(VAL)),
    )


def outline_level(outline: Element) -> int | None:
    """Outline level from 1; None for body text (stored as 9)."""
    level = whole(outline.get(VAL), 9)
    return level + 1 if 0 <= level < 9 else None


def _style_name(style: Element) -> str:
    name = style.find(_NAME)
    return "" if name is None else str(name.get(VAL, "")).strip().lower()


def _heading_level(name: str) -> int | None:
    word, _, number = name.partition(" ")
    return int(number) if word == "heading" and number in tuple("123456789") else None
