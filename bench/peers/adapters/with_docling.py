"""docling: a Word file's tables as its own grid. Its reader of Word files is used by itself: the converter around it would
import models for PDF pages, which no Word file needs."""

from pathlib import Path

from _common import run
from docling.backend.msword_backend import MsWordDocumentBackend
from docling.datamodel.base_models import InputFormat
from docling.datamodel.document import InputDocument


def read(path):
    opened = InputDocument(path_or_stream=Path(path), format=InputFormat.DOCX, backend=MsWordDocumentBackend)
    return [[[cell.text for cell in row] for row in table.data.grid] for table in opened._backend.convert().tables]


run(read)
