"""pdfplumber: the tables of every page, by their lines."""

import pdfplumber
from _common import run


def read(path):
    with pdfplumber.open(path) as pdf:
        return [[[cell or "" for cell in row] for row in table] for page in pdf.pages for table in page.extract_tables()]


run(read)
