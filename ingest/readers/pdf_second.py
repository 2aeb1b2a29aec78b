"""The second opinion on a PDF: pdfminer (pdfplumber's parser) counts the pages, and reads again those in doubt.

It is slow and it is another program: what it sees is only compared, never taken over. A difference goes to a person.
"""

import logging
import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import islice

from pdfminer.high_level import extract_text
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.psexceptions import PSException

from ingest.readers.page import Page
from schemas.finding import Finding
from schemas.office import Settings
from schemas.place import Place

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)

_FAILURES = (
    PSException, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError, EOFError,
    NotImplementedError, RecursionError, struct.error, zlib.error,
)  # fmt: skip
"""What pdfminer raises on damaged files: much of it is Python's own errors from deep inside."""


def count_pages(data: bytes, limit: int) -> int | None:
    """How many pages pdfminer sees, up to one past the limit; None where it fails."""
    try:
        document = PDFDocument(PDFParser(BytesIO(data)))
        return sum(1 for _ in islice(PDFPage.create_pages(document), limit + 1))
    except _FAILURES:
        return None


def differences(data: bytes, pages: Sequence[Page], settings: Settings) -> Iterator[Finding]:
    """Pages in doubt on which pdfminer sees letters that PDFium does not: more than slips of encoding would explain."""
    doubtful = [page for page in pages if page.doubtful and page.kind == "text"]
    for page in doubtful[: settings.pdf_second_pages]:
        ours = _letters("".join([*(word.text for word in page.words), *page.hidden, *page.struck]))
        theirs = _letters(_text(data, page.number))
        missed = sum((theirs - ours).values())
        if missed > max(settings.pdf_few_characters, 0.05 * sum(ours.values())):
            yield Finding(
                "PDF_DISAGREES",
                Place(page=page.number),
                found=f"trang {page.number}: {sum(ours.values())} chữ",
                expected=f"{sum(theirs.values())} chữ",
            )


def _letters(text: str) -> Counter[str]:
    return Counter(char for char in text if char.isalnum())


def _text(data: bytes, number: int) -> str:
    """The text of one page as pdfminer reads it; '' where it fails."""
    try:
        return extract_text(BytesIO(data), page_numbers=[number - 1])
    except _FAILURES:
        return ""
