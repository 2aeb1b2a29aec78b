"""img2table: the tables of every page, with the text of the PDF itself."""

from _common import run
from img2table.document import PDF


def read(path):
    pages = PDF(path).extract_tables(ocr=None)
    return [
        [[cell.value or "" for cell in row] for row in table.content.values()]
        for found in pages.values()
        for table in found
    ]


run(read)
