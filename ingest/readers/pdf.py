"""Reads a PDF: words and ruling lines, by PDFium from pages of text and by OCR from scanned ones, become paragraphs and
tables."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.readers.flow import Block, TextBlock, blocks
from ingest.readers.lines import Decoding, Line
from ingest.readers.page import Page
from ingest.readers.paragraphs import TextLine, text_of
from ingest.readers.pdf_file import PdfFile, open_pdf
from ingest.readers.pdf_pages import read_page
from ingest.readers.pdf_second import differences
from ingest.readers.table_parts import Part, PartCell
from ingest.readers.unruled import described
from schemas.document import Cell, Document, Paragraph, Source, Table
from schemas.errors import Refused
from schemas.finding import Finding
from schemas.office import Settings
from schemas.place import Box, Place

if TYPE_CHECKING:
    from ingest.readers.scan import ScanReader


def read(data: bytes, source: Source, settings: Settings) -> Document:
    """The document in a PDF's bytes; `source` comes back with its number of pages, and as 'scan' where OCR read some.

    Raises Refused: ENCRYPTED, NO_PAGES, DAMAGED, TRUNCATED, TOO_LARGE, TOO_MANY_PAGES, TOO_SLOW, NO_CONTENT, SCAN (only
    pictures without text); MissingTool where a page needs OCR and this machine has none.
    """
    with open_pdf(data, settings) as pdf:
        count = len(pdf.document)
        pages, scanned = _read_pages(pdf, settings)
        disagreements = list(differences(data, pages, settings))
        findings = [*pdf.findings(), *_page_findings(pages), *disagreements]
    readable = [page for page in pages if page.kind == "text"]
    if not any(page.words for page in readable):
        raise _nothing_read(pages, disagreements)
    found = blocks(readable)
    document = tuple(_nouns(found, settings.scan_accept))
    findings += _table_findings(found, document)
    findings += _decoding_findings(found)
    return Document(replace(source, pages=count, format="scan" if scanned else source.format), document, tuple(findings))


def _read_pages(pdf: PdfFile, settings: Settings) -> tuple[list[Page], bool]:
    """All pages, those that are pictures read by OCR where it finds text in them, and whether there are such."""
    pages: list[Page] = []
    reader: ScanReader | None = None
    for number, page in pdf.pages():
        pages.append(read_page(page, number, settings))
        if pages[-1].kind != "text":
            reader = reader or _scan_reader(settings)
            reader.add(page, number)
    scans = reader.pages() if reader else {}
    return [scans.get(page.number, page) for page in pages], bool(scans)


def _scan_reader(settings: Settings) -> "ScanReader":
    from ingest.readers.scan import ScanReader  # numpy and Pillow are heavy, and most files need neither

    return ScanReader(settings)


def _nothing_read(pages: Sequence[Page], disagreements: Sequence[Finding]) -> Refused:
    """Why a PDF without text is refused: it is pictures, only another engine sees its text, or it is empty."""
    if any(page.kind != "text" for page in pages):
        return Refused("SCAN")
    if disagreements:
        return Refused("DAMAGED", "hai cách đọc PDF cho kết quả khác nhau")
    return Refused("NO_CONTENT")


def _nouns(found: Sequence[Block], accept: float) -> Iterator[Paragraph | Table]:
    tables = 0
    for number, block in enumerate(found, start=1):
        if isinstance(block, TextBlock):
            yield _paragraph(block.lines, number)
        else:
            tables += 1
            yield _table(block, number, tables, accept)


def _paragraph(lines: Sequence[TextLine], number: int) -> Paragraph:
    own = [line.line for line in lines]
    return Paragraph(
        text_of(lines), Place(block=number, page=lines[0].page, box=_hull(own)),
        bold=all(line.bold for line in own), italic=all(line.italic for line in own),
        centered=all(line.centered for line in lines), in_layout=lines[0].in_layout,
    )  # fmt: skip


def _hull(lines: Sequence[Line]) -> Box:
    boxes = [line.box for line in lines]
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def _table(part: Part, number: int, table: int, accept: float) -> Table:
    return Table(
        Place(block=number, page=part.page, table=table, box=part.box), part.rows, len(part.xs) - 1,
        tuple(_cell(cell, number, table, accept) for cell in part.cells), is_nested=part.nested,
        header_rows=part.header_rows, part_rows=tuple(row + 1 for row in part.first_rows),
    )  # fmt: skip


def _cell(cell: PartCell, number: int, table: int, accept: float) -> Cell:
    row, col = cell.row + 1, cell.col + 1
    confidence = min((line.confidence for line in cell.lines), default=1.0)
    undecided = any(not decoding.sure for line in cell.lines for decoding in line.decodings)
    own = "LEGACY_FONT_UNSURE" if undecided else "" if confidence >= accept else "VALUE_LOW_CONFIDENCE"
    return Cell(
        cell.text, Place(number, cell.page, table, row, col, cell.box), row, col, cell.row_span, cell.col_span,
        bold=bool(cell.lines) and all(line.bold for line in cell.lines), confidence=confidence,
        doubt=cell.doubt or own,
    )  # fmt: skip


def _page_findings(pages: Iterable[Page]) -> Iterator[Finding]:
    for page in pages:
        place = Place(page=page.number)
        for text in page.hidden if page.kind == "text" else ():
            yield Finding("HIDDEN_TEXT", place, found=text[:80])
        for text in page.struck if page.kind == "text" else ():
            yield Finding("DELETED_TEXT", place, found=text[:80])
        if page.kind != "text":
            yield Finding("PAGE_NOT_READ", place, found=str(page.number))


def _table_findings(found: Sequence[Block], document: Sequence[Paragraph | Table]) -> Iterator[Finding]:
    for part, table in zip(found, document, strict=True):
        if isinstance(part, Part) and isinstance(table, Table):
            if len(part.first_rows) > 1:
                yield Finding("TABLE_JOINED", table.place, found=str(len(part.first_rows)))
            if not part.ruled:
                yield Finding("TABLE_NOT_RULED", table.place, found=described(part)[:80])
            for cell in table.cells:
                # Of a cell that OCR is unsure of, the step that knows whether it holds a value will speak.
                if cell.doubt and cell.doubt != "VALUE_LOW_CONFIDENCE":
                    yield Finding(cell.doubt, cell.place, found=cell.text[:80])


def _decoding_findings(found: Sequence[Block]) -> Iterator[Finding]:
    """One finding for each encoding and certainty on each page, with the first text decoded so."""
    said: set[tuple[int, str, bool]] = set()
    for page, decoding in _decodings(found):
        key = (page, decoding.encoding, decoding.sure)
        if key not in said:
            said.add(key)
            code = "LEGACY_FONT" if decoding.sure else "LEGACY_FONT_UNSURE"
            yield Finding(code, Place(page=page), found=decoding.text[:80], expected=decoding.encoding or None)


def _decodings(found: Sequence[Block]) -> Iterator[tuple[int, Decoding]]:
    for block in found:
        if isinstance(block, TextBlock):
            yield from ((line.page, decoding) for line in block.lines for decoding in line.line.decodings)
        else:
            for cell in block.cells:
                # What is not sure is said of each cell by itself.
                told = (decoding for line in cell.lines for decoding in line.decodings if decoding.sure)
                yield from ((cell.page, decoding) for decoding in told)
