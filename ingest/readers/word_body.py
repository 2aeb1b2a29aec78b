"""The flow of the document: paragraphs, tables and text boxes in reading order, as drafts.

container → blocks → (paragraph → label and text | table → cells → blocks …)
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby

from ingest.readers import word_symbols
from ingest.readers.numbering import Numbering
from ingest.readers.word_drafts import Draft, DraftCell, DraftParagraph, DraftTable, Note
from ingest.readers.word_names import (
    ALTERNATE,
    DEL,
    MOVE_FROM,
    PPR,
    RPR,
    SDT,
    SDT_CONTENT,
    SDT_PR,
    TBL,
    TC_PR,
    VAL,
    WRAPPERS,
    Element,
    P,
    is_on,
    props_of,
    w,
)
from ingest.readers.word_styles import Look, ParagraphStyle, Styles, outline_level
from ingest.readers.word_tables import read_table
from ingest.readers.word_text import (
    SOFT_HYPHEN,
    Content,
    InlineReader,
    Span,
    chosen,
    raised,
    shown_text,
    shows_placeholder,
)

Decode = Callable[[str, str | None, list[Note]], str]
"""Turns text in a font into Unicode and notes what it did."""

MAX_NESTING = 20
"""Tables and text boxes inside each other: nobody can print more than a few."""
_STYLE, _NUM_PR, _JC, _OUTLINE, _SECTION = w("pStyle"), w("numPr"), w("jc"), w("outlineLvl"), w("sectPr")
_RARE = frozenset([_NUM_PR, _OUTLINE, _SECTION])
_VANISH, _GONE = w("vanish"), frozenset([DEL, MOVE_FROM])
_FOREIGN = {w("altChunk"): "altChunk", w("subDoc"): "subDoc"}
_GALLERY = f"{SDT_PR}/{w('docPartObj')}/{w('docPartGallery')}"
_CONTENTS_GALLERY = "Table of Contents"


@dataclass(slots=True)
class _Props:
    """A paragraph's own properties, its style's where it states none."""

    style: ParagraphStyle
    num_pr: Element | None = None
    centered: bool = False
    level: int | None = None
    ends_section: bool = False
    mark_is_gone: bool = False


@dataclass(slots=True)
class _Story:
    """One flow of blocks. `carried` is the text of paragraphs whose end mark is deleted, waiting for the next one."""

    depth: int
    in_box: bool
    items: list[Draft] = field(default_factory=list)
    carried: Content | None = None
    carried_props: _Props | None = None


class BodyReader:
    """Reads a document's flow once, from beginning to end; list counters and open fields run along."""

    def __init__(self, styles: Styles, numbering: Numbering, decode: Decode) -> None:
        self._styles, self._numbering, self._decode = styles, numbering, decode
        self._inline = InlineReader(styles)
        self._plain: dict[tuple[str | None, str | None], _Props] = {}
        self.comments = 0
        self.notes: list[Note] = []

    def read(self, container: Element) -> list[Draft]:
        """The drafts of a container's blocks, in reading order."""
        return self._story(container, depth=0, in_box=False, is_placeholder=False)

    def _story(self, container: Element, depth: int, in_box: bool, is_placeholder: bool) -> list[Draft]:
        if depth > MAX_NESTING:
            self.notes.append(Note("TRUNCATED_STRUCTURE", f"lồng quá {MAX_NESTING} lớp: {shown_text(container)}"))
            return []
        story = _Story(depth, in_box)
        self._blocks(container, story, is_placeholder, is_contents=False)
        self._flush(story)
        return story.items

    def _blocks(self, container: Element, story: _Story, is_placeholder: bool, is_contents: bool) -> None:
        for child in container[:]:
            tag = child.tag
            if tag == P:
                self._paragraph(child, story, is_placeholder, is_contents)
            elif tag == TBL:
                self._flush(story)
                self._table(child, story)
            elif tag == TC_PR:
                continue
            elif tag == SDT:
                content = child.find(SDT_CONTENT)
                if content is not None:
                    hides = is_placeholder or shows_placeholder(child)
                    self._blocks(content, story, hides, is_contents or _is_contents(child))
            elif tag in WRAPPERS:
                self._blocks(child, story, is_placeholder, is_contents)
            elif tag == ALTERNATE:
                self._blocks(chosen(child), story, is_placeholder, is_contents)
            elif tag in _FOREIGN:
                self.notes.append(Note("TRUNCATED_STRUCTURE", _FOREIGN[tag]))

    def _paragraph(self, element: Element, story: _Story, is_placeholder: bool, is_contents: bool) -> None:
        own = props_of(element, PPR)
        props = self._props(own)
        content = story.carried or Content()
        story.carried = None
        self._inline.read(element, props.style, content, is_placeholder)
        if props.mark_is_gone:
            story.carried, story.carried_props = content, props
        else:
            self._finish(content, props, story, is_contents)

    def _flush(self, story: _Story) -> None:
        """A deleted end mark with no paragraph after it: its text stands alone; without text nothing is left."""
        content, props = story.carried, story.carried_props
        story.carried = None
        if content is not None and props is not None:
            if any(text.strip() for text, _ in content.spans) or content.boxes:
                self._finish(content, props, story)
            else:
                self.notes += _left_out(content)

    def _finish(self, content: Content, props: _Props, story: _Story, is_contents: bool = False) -> None:
        is_listed = props.num_pr is not None or props.style.num_id is not None
        draft = DraftParagraph(
            label=self._label(content, props, story) if is_listed else "",
            centered=props.centered,
            level=props.level,
            contents_entry=is_contents or props.style.contents_entry,
            has_picture=content.has_picture,
            notes=_left_out(content) if content.left_out else [],
        )
        if content.spans:
            self._take_text(draft, content.spans, content.has_soft_hyphen)
        self.comments += content.comments
        story.items.append(draft)
        for box in content.boxes:
            story.items += self._story(box, story.depth + 1, in_box=True, is_placeholder=False)

    def _label(self, content: Content, props: _Props, story: _Story) -> str:
        # The empty paragraph that only ends a section carries the properties of its list but prints no number.
        if props.ends_section and not content.spans:
            return ""
        return self._numbering.label(props.num_pr, props.style, story.in_box)

    def _take_text(self, draft: DraftParagraph, spans: list[Span], has_soft_hyphen: bool = False) -> None:
        if len(spans) == 1:  # nearly every cell: the general way below costs three times as much
            text, look = spans[0]
            draft.text = self._decoded(text, look.font, has_soft_hyphen, draft.notes)
        else:
            draft.text, look = self._text(spans, has_soft_hyphen, draft.notes), _common(spans)
        if not draft.text.isspace():
            draft.bold, draft.italic = look.bold, look.italic
        if look.struck:
            struck = "".join(text for text, look in spans if look.struck).strip()
            draft.notes += [Note("STRUCK_TEXT", struck)] if struck else []

    def _text(self, spans: list[Span], has_soft_hyphen: bool, notes: list[Note]) -> str:
        """The visible text, runs of one font decoded together, because one run may be a single letter."""
        parts: list[str] = []
        for font, group in groupby(spans, key=_font):
            text = parts[-1] if parts else ""
            before = len(text)
            for piece, look in group:
                text += raised(piece, text) if look.superscript else piece
            parts.append(self._decoded(text[before:], font, has_soft_hyphen, notes))
        return "".join(parts)

    def _decoded(self, text: str, font: str | None, has_soft_hyphen: bool, notes: list[Note]) -> str:
        if font is not None and word_symbols.is_symbol_font(font):
            return word_symbols.shown(text, font)
        decoded = self._decode(text, font, notes)
        # In TCVN3 the soft hyphen is the letter ư; everywhere else Word prints nothing for it inside a line.
        return decoded.replace(SOFT_HYPHEN, "") if has_soft_hyphen else decoded

    def _props(self, ppr: Element | None) -> _Props:
        name, jc, mark, rest = None, None, None, {}
        for child in () if ppr is None else ppr[:]:
            tag = child.tag
            if tag == _JC:
                jc = child.get(VAL)
            elif tag == _STYLE:
                name = child.get(VAL)
            elif tag == RPR:
                mark = child
            elif tag in _RARE:
                rest[tag] = child
        mark_is_gone = mark is not None and _is_gone(mark)
        if rest or mark_is_gone:
            return self._make_props(name, jc, mark_is_gone, rest)
        found = self._plain.get((name, jc))
        if found is None:
            found = self._plain[name, jc] = self._make_props(name, jc, False, rest)
        return found

    def _make_props(self, name: str | None, jc: str | None, mark_is_gone: bool, rest: dict[str, Element]) -> _Props:
        style = self._styles.paragraph(name)
        outline = rest.get(_OUTLINE)
        return _Props(
            style,
            rest.get(_NUM_PR),
            (jc or style.jc) == "center",
            style.level if outline is None else outline_level(outline),
            _SECTION in rest,
            mark_is_gone,
        )

    def _table(self, element: Element, story: _Story) -> None:
        def read_cell(cell: Element, is_placeholder: bool, draft: DraftCell) -> None:
            plain = None if is_placeholder or story.depth >= MAX_NESTING else self._plain_cell(cell)
            if plain is not None:
                draft.paragraphs.append(plain)
                draft.settle()
                return
            for item in self._story(cell, story.depth + 1, story.in_box, is_placeholder):
                if isinstance(item, DraftTable):
                    draft.tables.append(item)
                else:
                    draft.paragraphs.append(item)
            draft.settle()

        table = read_table(element, read_cell)
        if table.rows:
            story.items.append(table)
        else:
            self.notes += table.notes

    def _plain_cell(self, cell: Element) -> DraftParagraph | None:
        """The paragraph of a cell that holds one line of text, or none, in one run and no list; None for any other cell.

        Nine cells in ten are such. `_story` reads the same from them, at nearly twice the cost.
        """
        parts = cell[:]
        if len(parts) != 2 or parts[0].tag != TC_PR or parts[1].tag != P:
            return None
        own, runs = None, parts[1][:]
        if runs and runs[0].tag == PPR:
            own = runs.pop(0)
        props = self._props(own)
        if len(runs) > 1 or props.mark_is_gone or props.num_pr is not None or props.style.num_id is not None:
            return None
        draft = DraftParagraph(centered=props.centered, level=props.level, contents_entry=props.style.contents_entry)
        if runs:
            span = self._inline.only_text(runs[0], props.style)
            if span is None:
                return None
            if span[0]:
                self._take_text(draft, [span])
        return draft


def _is_gone(mark: Element) -> bool:
    """Whether a paragraph's end mark is deleted, moved away or hidden: the next paragraph then runs on in its line."""
    hidden = None
    for prop in mark:
        if prop.tag in _GONE:
            return True
        if prop.tag == _VANISH and hidden is None:
            hidden = prop
    return hidden is not None and is_on(hidden)


def _is_contents(control: Element) -> bool:
    gallery = control.find(_GALLERY)
    return gallery is not None and gallery.get(VAL) == _CONTENTS_GALLERY


def _left_out(content: Content) -> list[Note]:
    """What the paragraph does not show, one note a reason: a deleted sentence comes in many runs."""
    texts: dict[str, str] = {}
    for note in content.left_out:
        texts[note.code] = texts.get(note.code, "") + note.found
    return [Note(code, text.strip()) for code, text in texts.items() if text.strip()]


def _common(spans: list[Span]) -> Look:
    """Bold and italic where every visible span is, struck where any is."""
    looks = {look for text, look in spans if not text.isspace()}
    return Look(
        bold=all(look.bold for look in looks),
        italic=all(look.italic for look in looks),
        struck=any(look.struck for look in looks),
    )


def _font(span: Span) -> str | None:
    return span[1].font
