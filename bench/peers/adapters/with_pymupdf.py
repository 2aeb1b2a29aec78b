"""PyMuPDF: the tables of every page."""

import pymupdf
from _common import run


def read(path):
    with pymupdf.open(path) as pdf:
        return [
            [[cell or "" for cell in row] for row in table.extract()] for page in pdf for table in page.find_tables().tables
        ]


run(read)
