"""Reads a Word file (.docx, .docm, Strict OOXML) into a Document.

bytes → package → styles, lists → drafts in reading order → cut tables joined → places given → Document
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from ingest.legacy_fonts import decode_run
from ingest.readers import word_layout
from ingest.readers.numbering import Numbering, decode_label
from ingest.readers.word_body import BodyReader
from ingest.readers.word_drafts import Draft, DraftCell, DraftParagraph, DraftTable, Note
from ingest.readers.word_names import BODY, Element
from ingest.readers.word_package import Package, Relationship, UnreadablePartError
from ingest.readers.word_styles import Styles
from schemas.document import Cell, Document, Paragraph, Source, Table
from schemas.finding import Finding
from schemas.office import Settings
from schemas.place import Place

_VIETNAMESE = "àáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ"
_UNICODE_ONLY = re.compile("[ăđĩũơưĂĐĨŨƠƯẠ-ỹ\u0300-\u0323]")
_UNICODE = re.compile(f"[\0-\x7f\xa0{_VIETNAMESE}ăđĩũơưĂĐĨŨƠƯẠ-ỹ\u0300-\u0323\u2000-\u203f]*")
"""Text that spells Vietnamese with nothing but the letters of Unicode; legacy text has ß, µ or ® for letters."""
_SAMPLE = 120
"""Characters of a text that a finding quotes: enough to find it again in the file."""
# What cannot be read stands by itself; what is left out by rule is said once a file, with the first example.
_ONCE_A_FILE = frozenset(["DELETED_TEXT", "LEGACY_FONT"])
_DOUBTS = ("CELL_NESTED", "HIDDEN_TEXT", "STRUCK_TEXT", "LEGACY_FONT_UNSURE", "TRUNCATED_STRUCTURE")


def read(data: bytes, source: Source, settings: Settings) -> Document:
    """The document in these bytes, in reading order, with the reader's own findings.

    Raises Refused: NOT_DOCX, DAMAGED, ENCRYPTED, TOO_DEEP, XML_ENTITIES, or what `zip_safety` finds.
    """
    package = Package(data, settings)
    name, root = package.main_part()
    relationships = package.relationships(name)
    findings = _missing_parts(package, relationships)

    def part(kind: str, parse: Callable[[str], Element]) -> Element | None:
        return _part(package, relationships, kind, parse, findings)

    styles = Styles(part("styles", package.styles), with_tables=lambda: part("styles", package.all_styles))
    numbers = Numbering(part("numbering", package.xml), styles, _decoded_label)
    reader = BodyReader(styles, numbers, _decoded)
    drafts = word_layout.joined(reader.read(root.find(BODY)), styles)
    printer = _Printer(styles)
    blocks = tuple(printer.blocks(drafts))
    printer.said.extend((note, Place()) for note in reader.notes)
    if reader.comments:
        findings.append(Finding("COMMENT_LEFT", found=str(reader.comments)))
    return Document(source, blocks, (*findings, *_findings(printer.said)))


def _part(
    package: Package,
    relationships: list[Relationship],
    kind: str,
    parse: Callable[[str], Element],
    findings: list[Finding],
) -> Element | None:
    """The root of a related part; None, with a finding where it is there and broken."""
    for related in relationships:
        if related.kind == kind and not related.external and package.has(related.target):
            try:
                return parse(related.target)
            except UnreadablePartError as broken:
                findings.append(Finding("TRUNCATED_STRUCTURE", found=f"{related.target}: {broken}"))
    return None


def _missing_parts(package: Package, relationships: list[Relationship]) -> list[Finding]:
    """What the document points to and the package lacks. Links of the text to the web are no parts."""
    missing = [
        related.target or related.kind
        for related in relationships
        if related.kind != "hyperlink" and (related.external or not package.has(related.target))
    ]
    return [Finding("MISSING_PART", found=target[:_SAMPLE]) for target in dict.fromkeys(missing)]


def _decoded(text: str, font: str | None, notes: list[Note]) -> str:
    if not _may_be_legacy(font) and (text.isascii() or (_UNICODE.fullmatch(text) and _UNICODE_ONLY.search(text))):
        return text
    decoded = decode_run(text, font or None)
    if not decoded.sure:
        notes.append(Note("LEGACY_FONT_UNSURE", decoded.text))
    if decoded.encoding:
        notes.append(Note("LEGACY_FONT", decoded.text, decoded.encoding))
    return decoded.text


@cache
def _may_be_legacy(font: str | None) -> bool:
    # Plain letters too are other letters in a legacy font of capitals (.VnTimeH).
    return font is not None and font.lower().startswith((".vn", "vni"))


def _decoded_label(text: str, font: str | None) -> str:
    return decode_label(text, font, lambda text, font: _decoded(text, font, []))


@dataclass(slots=True)
class _Printer:
    """Gives every draft its place and keeps what there is to say about each."""

    styles: Styles
    said: list[tuple[Note, Place]] = field(default_factory=list)
    block: int = 0
    table: int = 0

    def blocks(self, drafts: list[Draft]) -> Iterator[Paragraph | Table]:
        """Paragraphs and tables in reading order; paragraphs that print nothing are left out."""
        for draft in drafts:
            if isinstance(draft, DraftTable):
                yield from self._table(draft, is_nested=False)
            elif draft.text.strip() or draft.label or draft.notes:
                yield from self._paragraph(draft, Place(block=self.block + 1), in_layout=draft.contents_entry)

    def _paragraph(self, draft: DraftParagraph, place: Place, in_layout: bool) -> Iterator[Paragraph]:
        if draft.notes:
            self.said += [(note, place) for note in draft.notes]
        if not (draft.text.strip() or draft.label):
            return
        self.block += 1
        yield Paragraph(draft.text, place, draft.label, draft.bold, draft.italic, draft.centered, draft.level, in_layout)

    def _table(self, draft: DraftTable, is_nested: bool) -> Iterator[Paragraph | Table]:
        self.block += 1
        self.table += 1
        place = Place(block=self.block, table=self.table)
        layout = word_layout.is_layout(draft, self.styles)
        self.said += [(note, place) for note in draft.notes]
        if len(draft.part_rows) > 1:
            self.said.append((Note("TABLE_JOINED", str(len(draft.part_rows))), place))
        yield Table(
            place,
            draft.rows,
            draft.cols,
            tuple(self._cell(cell, place, layout) for cell in draft.cells),
            layout,
            is_nested,
            draft.header_rows,
            tuple(draft.part_rows),
        )
        if layout:
            yield from self._placed_text(draft, place)
        for nested in draft.nested():
            yield from self._table(nested, is_nested=True)

    def _cell(self, draft: DraftCell, table: Place, in_layout: bool) -> Cell:
        place = Place(table.block, None, table.table, draft.row, draft.col)
        notes = draft.notes if in_layout else draft.all_notes()
        if draft.tables and not in_layout:
            notes = [*notes, Note("CELL_NESTED", draft.text or "bảng")]
        if notes:
            self.said += [(note, place) for note in notes]
        return Cell(
            draft.text,
            place,
            draft.row,
            draft.col,
            draft.row_span,
            draft.col_span,
            draft.label,
            draft.bold,
            doubt=_doubt(notes) if notes else "",
        )

    def _placed_text(self, draft: DraftTable, table: Place) -> Iterator[Paragraph]:
        for cell in draft.cells:
            for paragraph in cell.paragraphs:
                place = Place(block=self.block + 1, table=table.table, row=cell.row, col=cell.col)
                yield from self._paragraph(paragraph, place, in_layout=True)


def _doubt(notes: list[Note]) -> str:
    codes = {note.code for note in notes}
    return next((code for code in _DOUBTS if code in codes), "")


def _findings(said: list[tuple[Note, Place]]) -> list[Finding]:
    findings = [
        Finding(note.code, place, found=_sample(note.found), expected=note.expected or None)
        for note, place in said
        if note.code not in _ONCE_A_FILE
    ]
    together: dict[tuple[str, str], list[tuple[Note, Place]]] = {}
    for note, place in said:
        if note.code in _ONCE_A_FILE:
            together.setdefault((note.code, note.expected), []).append((note, place))
    for (code, expected), places in together.items():
        note, place = places[0]
        more = f" (và {len(places) - 1} chỗ khác)" if len(places) > 1 else ""
        findings.append(Finding(code, place, found=_sample(note.found) + more, expected=expected or None))
    return findings


def _sample(text: str) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= _SAMPLE else folded[: _SAMPLE - 1] + "…"
