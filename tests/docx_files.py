"""Real DOCX files for the tests: python-docx makes the package, the body is written as the XML that Word writes."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable

import docx
from docx.oxml import parse_xml

from ingest.readers import word
from schemas.document import Document, Paragraph, Source, Table
from schemas.finding import Finding
from schemas.office import Settings

NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "v": "urn:schemas-microsoft-com:vml",
    "x": "urn:example:unknown",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
NUMBERING, STYLES, MAIN = "word/numbering.xml", "word/styles.xml", "word/document.xml"
RELATIONSHIPS, CONTENT_TYPES = "word/_rels/document.xml.rels", "[Content_Types].xml"


def element(xml: str) -> object:
    """An element with every prefix declared."""
    return parse_xml(re.sub(r"^<([\w:]+)", rf"<\1 {_DECLARED}", xml.strip(), count=1))


def make(
    body: str, *, numbering: str = "", styles: str = "", edit: Callable[[dict[str, bytes]], None] | None = None
) -> bytes:
    """A DOCX with this body; `styles` and `numbering` are added to python-docx's own, `edit` changes the parts."""
    document = docx.Document()
    if numbering:
        root = document.part.numbering_part.element
        for child in list(root):
            root.remove(child)
        root.extend(list(element(f"<w:numbering>{numbering}</w:numbering>")))
    if styles:
        document.styles.element.extend(list(element(f"<w:styles>{styles}</w:styles>")))
    for block in list(element(f"<w:body>{body}</w:body>")):
        document.element.body.insert_element_before(block, "w:sectPr")
    saved = io.BytesIO()
    document.save(saved)
    return repacked(saved.getvalue(), edit) if edit else saved.getvalue()


def repacked(data: bytes, edit: Callable[[dict[str, bytes]], None]) -> bytes:
    """The package with its parts changed by `edit` (part name → bytes)."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    edit(parts)
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return changed.getvalue()


def read(data: bytes, **settings: int) -> Document:
    """The document as the reader leaves it."""
    return word.read(data, Source("0" * 64, "bao-cao.docx", "docx", len(data)), Settings(**settings))


def document(body: str, **parts: str) -> Document:
    """The document of a body, read."""
    return read(make(body, **parts))


def paragraphs(body: str, **parts: str) -> list[Paragraph]:
    return list(document(body, **parts).paragraphs())


def texts(body: str, **parts: str) -> list[str]:
    """The texts of its paragraphs."""
    return [paragraph.text for paragraph in paragraphs(body, **parts)]


def text(runs: str) -> str:
    """The text of one paragraph of these runs."""
    (only,) = texts(f"<w:p>{runs}</w:p>")
    return only


def the_table(body: str, **parts: str) -> Table:
    """The only table of a body."""
    (table,) = document(body, **parts).tables()
    return table


def shown(table: Table) -> list[list[str | None]]:
    """The table as a person sees it: a merged cell in each square it covers, None where a row is short."""
    return [[None if cell is None else cell.shown for cell in row] for row in table.grid()]


def found(document: Document, code: str) -> list[Finding]:
    """The findings of one code."""
    return [finding for finding in document.findings if finding.code == code]


def p(text: str = "", props: str = "", run: str = "") -> str:
    """A paragraph with one run."""
    inner = f'<w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""
    return f"<w:p><w:pPr>{props}</w:pPr>{inner}</w:p>"


def r(text: str, run: str = "") -> str:
    """A run."""
    return f'<w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def tc(content: str = "", props: str = "", width: int = 1000) -> str:
    """A cell; a content that is not XML is its text."""
    inner = content if content.startswith("<") else p(content)
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{props}</w:tcPr>{inner}</w:tc>'


def span(columns: int) -> str:
    """The property of a cell that covers several columns."""
    return f'<w:gridSpan w:val="{columns}"/>'


def control(content: str, props: str = "") -> str:
    """A content control around anything."""
    return f"<w:sdt><w:sdtPr>{props}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def tr(*cells: str, props: str = "") -> str:
    """A row of cells; one that is not a w:tc (or a wrapper of one) is the text of a cell."""
    return f"<w:tr><w:trPr>{props}</w:trPr>{''.join(c if c.startswith('<') else tc(c) for c in cells)}</w:tr>"


BORDERS = '<w:tblBorders><w:top w:val="single"/><w:insideV w:val="single"/></w:tblBorders>'


def tbl(*rows: str, widths: Iterable[int] | None = None, props: str = BORDERS) -> str:
    """A table with lines; `widths` is its grid, as wide columns as the first row has cells where none is given."""
    if widths is None:
        widths = [1000] * rows[0].count("<w:tc>")
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr>{props}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def lvl(ilvl: int, text: str, fmt: str = "decimal", start: int | None = 1, more: str = "", run: str = "") -> str:
    """A level of a list."""
    begin = "" if start is None else f'<w:start w:val="{start}"/>'
    return (
        f'<w:lvl w:ilvl="{ilvl}">{begin}<w:numFmt w:val="{fmt}"/>{more}<w:lvlText w:val="{text}"/>'
        f"<w:rPr>{run}</w:rPr></w:lvl>"
    )


def abstract(number: int, *levels: str, kind: str = "multilevel", more: str = "") -> str:
    """An abstract list."""
    inner = f'<w:multiLevelType w:val="{kind}"/>{more}{"".join(levels)}'
    return f'<w:abstractNum w:abstractNumId="{number}">{inner}</w:abstractNum>'


def num(number: int, abstract_number: int, overrides: str = "") -> str:
    """A list that paragraphs can use."""
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{abstract_number}"/>{overrides}</w:num>'


def start_at(ilvl: int, value: int) -> str:
    """A start of its own for one level of a list."""
    return f'<w:lvlOverride w:ilvl="{ilvl}"><w:startOverride w:val="{value}"/></w:lvlOverride>'


def num_pr(number: int, ilvl: int | None = 0) -> str:
    """The list properties of a paragraph."""
    level = "" if ilvl is None else f'<w:ilvl w:val="{ilvl}"/>'
    return f'<w:numPr>{level}<w:numId w:val="{number}"/></w:numPr>'
