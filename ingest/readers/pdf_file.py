"""Opens a PDF and says what is wrong with it; the page counts of two engines must agree."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.readers.page import Page
from schemas.errors import Refused
from schemas.finding import Finding
from schemas.office import Settings


@dataclass(frozen=True, slots=True)
class PdfFile:
    """An open PDF: PDFium's document, and how many pages pdfminer counts in it (None where it cannot)."""

    document: Any
    data: bytes
    second_count: int | None

    def pages(self) -> Iterator[tuple[int, Any]]:
        """Number (from 1) and PDFium page of each page, closed when the next is asked for."""
        for number in range(1, len(self.document) + 1):
            try:
                page = self.document[number - 1]
            except pypdfium2.PdfiumError:
                raise Refused("DAMAGED", f"trang {number} không mở được") from None
            try:
                yield number, page
            finally:
                page.close()

    def findings(self, pages: Sequence[Page]) -> Iterator[Finding]:
        """What the two engines see differently, and a file that ends too early."""
        if b"%%EOF" not in self.data[-2048:]:
            yield Finding("TRUNCATED_STRUCTURE", found="không có dấu kết thúc tệp PDF (%%EOF)")
        if self.second_count != len(pages):
            other = "không đếm được" if self.second_count is None else f"{self.second_count} trang"
            yield Finding("PDF_DISAGREES", found=f"{len(pages)} trang", expected=other)


@contextmanager
def open_pdf(data: bytes, settings: Settings) -> Iterator[PdfFile]:
    """The PDF in these bytes. Raises Refused: ENCRYPTED, NO_PAGES, DAMAGED, TOO_MANY_PAGES."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _refusal(error.err_code) from None
    try:
        if len(document) > settings.max_pages:
            raise Refused("TOO_MANY_PAGES", f"{len(document)} trang, giới hạn {settings.max_pages}")
        yield PdfFile(document, data, _second_count(data, settings.max_pages))
    finally:
        document.close()


def _refusal(code: int | None) -> Refused:
    """What PDFium's error means: without an error it has opened a document that holds no page."""
    if code == pdfium.FPDF_ERR_PASSWORD:
        return Refused("ENCRYPTED")
    if code == pdfium.FPDF_ERR_SECURITY:
        return Refused("ENCRYPTED", "kiểu mã hóa không đọc được")
    return Refused("NO_PAGES" if code == pdfium.FPDF_ERR_SUCCESS else "DAMAGED")


def _second_count(data: bytes, limit: int) -> int | None:
    """How many pages pdfminer sees, up to one past the limit; None where it fails, as it may on any damaged file."""
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser
    from pdfminer.psexceptions import PSException

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        document = PDFDocument(PDFParser(BytesIO(data)))
        return sum(1 for _ in islice(PDFPage.create_pages(document), limit + 1))
    except (PDFException, PSException, ValueError, TypeError, KeyError, AttributeError, RecursionError, AssertionError):
        return None
