"""Real PDF files for the tests: drawn by reportlab, stroke by stroke, or printed by LibreOffice from DOCX."""

import hashlib
import io
import subprocess
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ingest.readers import pdf
from ingest.readers.legacy_doc import find_soffice
from schemas.document import Document, Paragraph, Source, Table
from schemas.office import Settings

SERIF, BOLD, SANS = "serif", "serif-bold", "sans"
_FAMILIES = {SERIF: "DejaVu Serif Condensed", BOLD: "DejaVu Serif Condensed:bold", SANS: "DejaVu Sans"}
Draw = Callable[[Canvas], None]


def _register() -> None:
    for name, family in _FAMILIES.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            found = subprocess.run(["fc-match", "-f", "%{file}", family], capture_output=True, text=True, check=True)
            pdfmetrics.registerFont(TTFont(name, found.stdout))


def drawn(*pages: Draw, size: tuple[float, float] = A4, rotation: int = 0, encrypt: object = None) -> bytes:
    """A PDF of these pages, each drawn on a canvas whose origin is the lower left corner."""
    _register()
    saved = io.BytesIO()
    canvas = Canvas(saved, pagesize=size, encrypt=encrypt, pageCompression=0)
    for page in pages:
        canvas.setPageRotation(rotation)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return saved.getvalue()


def put(canvas: Canvas, x: float, y: float, text: str, font: str = SERIF, size: float = 12) -> None:
    """A text with its baseline `y` points above the lower edge; '\\n' starts a line below."""
    canvas.setFont(font, size)
    for number, line in enumerate(text.split("\n")):
        canvas.drawString(x, y - number * 1.2 * size, line)


def fill(canvas: Canvas, xs: Sequence[float], ys: Sequence[float], rows: Sequence[Sequence[str]], size: float = 9) -> None:
    """Texts into the squares between column edges `xs` and row edges `ys` (downwards); '' leaves one empty."""
    for top, row in zip(ys, rows, strict=False):
        for x, text in zip(xs, row, strict=False):
            if text:
                put(canvas, x + 4, top - 1.2 * size, text, size=size)


def rule(canvas: Canvas, xs: Sequence[float], ys: Sequence[float]) -> None:
    """The lines of a full grid."""
    for y in ys:
        canvas.line(xs[0], y, xs[-1], y)
    for x in xs:
        canvas.line(x, ys[0], x, ys[-1])


def boxes(canvas: Canvas, xs: Sequence[float], ys: Sequence[float]) -> None:
    """The same grid, a rectangle for each square."""
    for left, right in pairwise(xs):
        for top, bottom in pairwise(ys):
            canvas.rect(left, bottom, right - left, top - bottom)


def printed(folder: Path, **documents: "object") -> dict[str, bytes]:
    """The PDFs that LibreOffice prints of python-docx documents, all in one call."""
    for name, document in documents.items():
        document.save(str(folder / f"{name}.docx"))  # type: ignore[attr-defined]
    command = [find_soffice() or "soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    command += ["--convert-to", "pdf", "--outdir", str(folder), *(str(folder / f"{name}.docx") for name in documents)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return {name: (folder / f"{name}.pdf").read_bytes() for name in documents}


def read(data: bytes, settings: Settings | None = None) -> Document:
    """What the PDF reader makes of these bytes."""
    return pdf.read(data, Source(hashlib.sha256(data).hexdigest(), "bc.pdf", "pdf", len(data)), settings or Settings())


def only_table(document: Document) -> Table:
    """The one table of a document."""
    [table] = document.tables()
    return table


def rows(table: Table) -> list[list[str]]:
    """The texts of a table by row, white space folded, a merged cell once."""
    return [[" ".join(cell.text.split()) for cell in table.cells if cell.row == row] for row in range(1, table.rows + 1)]


def texts(document: Document) -> list[str]:
    """The paragraphs' texts."""
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def codes(document: Document) -> list[str]:
    """The findings' codes."""
    return [finding.code for finding in document.findings]
