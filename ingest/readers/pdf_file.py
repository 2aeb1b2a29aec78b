"""Opens a PDF and says what is wrong with it; the page counts of two engines must agree."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.readers.pdf_second import count_pages
from schemas.errors import Refused
from schemas.finding import Finding
from schemas.office import Settings
from schemas.place import Place


@dataclass(slots=True)
class PdfFile:
    """An open PDF: PDFium's document, and how many pages pdfminer counts in it (None where it cannot)."""

    document: Any
    data: bytes
    second_count: int | None
    unread: list[int] = field(default_factory=list)

    def pages(self) -> Iterator[tuple[int, Any]]:
        """Number (from 1) and PDFium page of each page, closed when the next is asked for; those that fail are noted."""
        for number in range(1, len(self.document) + 1):
            try:
                page = self.document[number - 1]
            except pypdfium2.PdfiumError:
                self.unread.append(number)
                continue
            try:
                yield number, page
            finally:
                page.close()
        if len(self.unread) == len(self.document):
            raise Refused("DAMAGED", "không trang nào mở được")

    def findings(self) -> Iterator[Finding]:
        """What PDFium cannot open, what the two engines see differently, and a file that ends too early."""
        for number in self.unread:
            yield Finding("PAGE_NOT_READ", Place(page=number), found=str(number))
        if not _ends(self.data):
            yield Finding("TRUNCATED_STRUCTURE", found="không có dấu kết thúc tệp PDF (%%EOF)")
        if self.second_count != len(self.document):
            other = "không đếm được" if self.second_count is None else f"{self.second_count} trang"
            yield Finding("PDF_DISAGREES", found=f"{len(self.document)} trang", expected=other)


@contextmanager
def open_pdf(data: bytes, settings: Settings) -> Iterator[PdfFile]:
    """The PDF in these bytes. Raises Refused: ENCRYPTED, NO_PAGES, TRUNCATED, DAMAGED, TOO_MANY_PAGES."""
    handle = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not handle:
        raise _refusal(pdfium.FPDF_GetLastError(), data)
    document = pypdfium2.PdfDocument(handle)
    try:
        count = len(document)
        if count < 1:
            raise Refused("NO_PAGES")
        if count > settings.max_pages:
            raise Refused("TOO_MANY_PAGES", f"{count} trang, giới hạn {settings.max_pages}")
        yield PdfFile(document, data, count_pages(data, settings.max_pages))
    finally:
        document.close()


def _refusal(code: int, data: bytes) -> Refused:
    if code == pdfium.FPDF_ERR_PASSWORD:
        return Refused("ENCRYPTED")
    if code == pdfium.FPDF_ERR_SECURITY:
        return Refused("ENCRYPTED", "kiểu mã hóa không đọc được")
    return Refused("DAMAGED" if _ends(data) else "TRUNCATED")


def _ends(data: bytes) -> bool:
    """Whether the file has its last line; mail programs and scanners add a little after it."""
    return b"%%EOF" in data[-2048:]
