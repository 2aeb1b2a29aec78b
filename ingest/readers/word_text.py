"""The text of one paragraph as Word shows it: runs, fields, symbols, insertions; what is not shown is set aside.

Nothing is dropped in silence: deleted and hidden text, unreadable fields and struck-out text are kept in the `Content`,
so that a finding can say so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from ingest.readers import word_symbols
from ingest.readers.word_drafts import Note
from ingest.readers.word_names import (
    ALTERNATE,
    CHOICE,
    DEL,
    DEL_TEXT,
    FALLBACK,
    MOVE_FROM,
    PPR,
    RPR,
    SDT,
    SDT_CONTENT,
    SDT_PR,
    TXBX_CONTENT,
    VAL,
    WRAPPERS,
    Element,
    R,
    T,
    W,
    is_on,
    m,
    w,
    whole,
)
from ingest.readers.word_styles import Look, ParagraphStyle, Styles

_BREAKS = {w("br"): "\n", w("cr"): "\n", w("tab"): "\t", w("ptab"): "\t", w("noBreakHyphen"): "-"}
_SOFT_HYPHEN, _SYMBOL, _FIELD, _INSTRUCTION = w("softHyphen"), w("sym"), w("fldChar"), w("instrText")
_PICTURES = frozenset([w("drawing"), w("pict"), w("object")])
_COMMENT, _RUBY, _RUBY_BASE = w("commentReference"), w("ruby"), w("rubyBase")
_PLACEHOLDER = w("showingPlcHdr")
_DELETED = frozenset([DEL, MOVE_FROM])
_MATHS = frozenset([m("oMath"), m("oMathPara")])
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_inherited_space = etree.XPath("string(ancestor-or-self::*[@xml:space][1]/@xml:space)")
_next_field = etree.XPath("following::w:fldChar[1]", namespaces={"w": W})
# Fields that Word draws from their code alone: without a stored result there is nothing to read.
_DRAWN_FIELDS = frozenset(["EQ", "SYMBOL", "AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "LISTNUM"])
_UNDERSTOOD = "http://schemas.microsoft.com/office/"
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SOFT_HYPHEN = "\u00ad"
Span = tuple[str, Look]


@dataclass(slots=True)
class Content:
    """What stands in one paragraph as shown: visible `spans`, anchored text `boxes`, and what was left out and why."""

    spans: list[Span] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    left_out: list[Note] = field(default_factory=list)
    comments: int = 0
    has_picture: bool = False
    has_soft_hyphen: bool = False


@dataclass(slots=True)
class _Field:
    """A complex field that is open: its code is gathered until its result begins."""

    in_code: bool = True
    code: str = ""


class InlineReader:
    """Reads the paragraphs of a document one after another; fields may stay open from one to the next."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._style = ParagraphStyle()
        self._content = Content()
        self._fields: list[_Field] = []
        self._codes = 0
        self._begun = self._began_in_code = False
        self._placeholders = 0
        self._ignore_fields = False

    def read(self, paragraph: Element, style: ParagraphStyle, content: Content, is_placeholder: bool = False) -> None:
        """Add to `content` what the paragraph shows; nothing but the structure where it is a control's placeholder."""
        self._style, self._content, self._placeholders = style, content, int(is_placeholder)
        shown_before, self._begun, self._began_in_code = len(content.spans), False, self._codes > 0
        self._walk(paragraph)
        if self._codes and self._begun and not _closes(paragraph):
            # A field that never ends would swallow the rest of the report: its text is shown instead.
            del content.spans[shown_before:]
            self._leave_out("TRUNCATED_STRUCTURE", self._fields[-1].code.strip() or "fldChar")
            self._fields, self._codes, self._ignore_fields = [], 0, True
            self._walk(paragraph)
            self._ignore_fields = False

    def only_text(self, run: Element, style: ParagraphStyle) -> Span | None:
        """The text and look of a run that holds one visible text, or none; None for any other run."""
        if run.tag != R or self._codes:
            return None
        text, props = "", None
        for child in run[:]:
            tag = child.tag
            if tag == RPR:
                props = child
            elif tag == T and not text:
                text = text_of(child)
            else:
                return None
        look = self._styles.look(style, props) if text and props is not None else style.look
        return None if look.hidden else (text, look)

    def _walk(self, node: Element) -> None:
        for child in node[:]:
            tag = child.tag
            if tag == R:
                self._run(child)
            elif tag == PPR:
                continue
            elif tag in WRAPPERS:
                self._walk(child)
            elif tag == SDT:
                self._control(child)
            elif tag in _DELETED:
                self._leave_out("DELETED_TEXT", shown_text(child))
            elif tag == ALTERNATE:
                self._walk(chosen(child))
            elif tag in _MATHS:
                self._add(math_text(child), self._style.look)

    def _control(self, control: Element) -> None:
        content = control.find(SDT_CONTENT)
        if content is None:
            return
        hides = shows_placeholder(control)
        self._placeholders += hides
        self._walk(content)
        self._placeholders -= hides

    def _run(self, run: Element) -> None:
        look, props = self._style.look, None
        for child in run[:]:
            tag = child.tag
            if tag == RPR:
                props = child
                continue
            if props is not None:  # only now: the runs of empty cells have properties and nothing else
                look, props = self._styles.look(self._style, props), None
            if tag == T:
                self._add(text_of(child), look)
            else:
                self._other(child, tag, look)

    def _other(self, element: Element, tag: str, look: Look) -> None:
        if tag in _BREAKS:
            self._add(_BREAKS[tag], look)
        elif tag == _FIELD:
            self._field(element, look)
        elif tag == _INSTRUCTION:
            if self._fields:
                self._fields[-1].code += element.text or ""
        elif tag == _SYMBOL:
            self._symbol(element, look)
        elif tag == _SOFT_HYPHEN:
            self._content.has_soft_hyphen = True
            self._add(SOFT_HYPHEN, look)
        elif tag in _PICTURES:
            self._picture(element, look)
        elif tag == ALTERNATE:
            for child in chosen(element):
                self._other(child, child.tag, look)
        elif tag == T:
            self._add(text_of(element), look)
        elif tag == _COMMENT:
            self._content.comments += 1
        elif tag == _RUBY:
            for base in element.iterchildren(_RUBY_BASE):
                self._walk(base)
        elif tag == DEL_TEXT:
            self._leave_out("DELETED_TEXT", element.text or "")

    def _add(self, text: str, look: Look) -> None:
        if not text or self._placeholders:
            return
        if self._codes:
            # Other fields stand inside a code and are rightly unseen; whole paragraphs hardly ever do.
            if self._began_in_code:
                self._leave_out("HIDDEN_TEXT", text)
            return
        if look.hidden:
            self._leave_out("HIDDEN_TEXT", text)
        else:
            self._content.spans.append((text, look))

    def _leave_out(self, code: str, text: str) -> None:
        self._content.left_out.append(Note(code, text))

    def _symbol(self, element: Element, look: Look) -> None:
        font = element.get(w("font")) or look.font or ""
        try:
            code = int(element.get(w("char"), ""), 16)
        except ValueError:
            return
        if code <= 0xFFFF:
            in_symbol_font = word_symbols.is_symbol_font(font)
            self._add(word_symbols.symbol(code, font), look._replace(font=None if in_symbol_font else font))

    def _picture(self, element: Element, look: Look) -> None:
        if self._codes or self._placeholders:
            return
        boxes = list(_boxes(element))
        if look.hidden:
            for box in boxes:
                self._leave_out("HIDDEN_TEXT", shown_text(box))
            return
        self._content.has_picture = True
        self._content.boxes.extend(boxes)

    def _field(self, char: Element, look: Look) -> None:
        kind = char.get(w("fldCharType"))
        if self._ignore_fields:
            return
        if kind == "begin":
            self._add(_form_field(char), look)
            self._fields.append(_Field())
            self._codes += 1
            self._begun = True
        elif not self._fields:
            return
        elif kind == "separate" and self._fields[-1].in_code:
            self._fields[-1].in_code = False
            self._codes -= 1
        elif kind == "end":
            self._end_field(self._fields.pop())

    def _end_field(self, ended: _Field) -> None:
        if not ended.in_code:
            return
        self._codes -= 1
        name = ended.code.split(maxsplit=1)[:1]
        if name and name[0].upper() in _DRAWN_FIELDS and not self._codes and not self._placeholders:
            self._leave_out("TRUNCATED_STRUCTURE", ended.code.strip())


def text_of(element: Element) -> str:
    """The text of a w:t: blanks at its ends count only where the file says so, line ends inside it are blanks."""
    text: str = element.text or ""
    if not text:
        return ""
    if (
        (text[0] in " \t\n\r" or text[-1] in " \t\n\r")
        and element.get(_SPACE) != "preserve"
        and _inherited_space(element) != "preserve"
    ):
        text = text.strip(" \t\n\r")
    return text.replace("\n", " ") if "\n" in text else text


def shown_text(element: Element) -> str:
    """All text inside an element that is left out, for the finding that says so."""
    return "".join(element.itertext(T, DEL_TEXT, with_tail=False))


def shows_placeholder(control: Element) -> bool:
    """Whether a content control shows its prompt ('Nhập số liệu …') because nobody has filled it in."""
    mark = control.find(f"{SDT_PR}/{_PLACEHOLDER}")
    return mark is not None and is_on(mark)


def chosen(alternate: Element) -> Element:
    """The one branch of an mc:AlternateContent that is read; an empty element where it has none."""
    for choice in alternate.iterchildren(CHOICE):
        requires = choice.get("Requires", "").split()
        if all((choice.nsmap.get(prefix) or "").startswith(_UNDERSTOOD) for prefix in requires):
            return choice
    fallback = alternate.find(FALLBACK)
    return etree.Element("none") if fallback is None else fallback


def _boxes(element: Element) -> Iterator[Element]:
    """The text boxes drawn in an element, each once; a box inside a box is left to that box."""
    for child in element:
        if child.tag == TXBX_CONTENT:
            yield child
        elif child.tag == ALTERNATE:
            yield from _boxes(chosen(child))
        else:
            yield from _boxes(child)


def _closes(paragraph: Element) -> bool:
    following = _next_field(paragraph)
    return bool(following) and following[0].get(w("fldCharType")) in ("separate", "end")


def _form_field(char: Element) -> str:
    """What a form field draws by itself: a box, ticked or not, or the chosen entry of a list."""
    data = char.find(w("ffData"))
    if data is None:
        return ""
    box, choices = data.find(w("checkBox")), data.find(w("ddList"))
    if box is not None:
        mark = box.find(w("checked"))
        if mark is None:
            mark = box.find(w("default"))
        return "☑" if mark is not None and is_on(mark) else "☐"
    if choices is None:
        return ""
    entries = [entry.get(VAL, "") for entry in choices.iterchildren(w("listEntry"))]
    picked = choices.find(w("result"))
    if picked is None:
        picked = choices.find(w("default"))
    index = 0 if picked is None else whole(picked.get(VAL))
    return entries[index] if 0 <= index < len(entries) else ""


_FRACTION, _POWER, _BRACKETS, _MATH_TEXT = m("f"), m("sSup"), m("d"), m("t")


def math_text(element: Element) -> str:
    """A formula on one line: 41 over 41 is '41/41', never '4141'."""
    tag = element.tag
    if tag in (_MATH_TEXT, T):
        return element.text or ""
    if tag in _DELETED:
        return ""
    parts = [math_text(child) for child in element]
    if tag == _FRACTION:
        return "/".join(part for part in parts if part)
    if tag == _POWER:
        return "^".join(part for part in parts if part)
    text = "".join(parts)
    return f"({text})" if tag == _BRACKETS else text


def raised(text: str, before: str) -> str:
    """Raised digits right after a digit stay raised: a note's mark typed by hand must not lengthen a number."""
    return text.translate(_SUPERSCRIPTS) if before[-1:].isdigit() else text
