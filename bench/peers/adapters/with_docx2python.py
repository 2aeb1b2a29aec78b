"""docx2python: the body's tables as nested lists; paragraphs between tables come as tables of one cell."""

from _common import run
from docx2python import docx2python


def read(path):
    with docx2python(path) as content:
        return [
            [["\n".join(cell) for cell in row] for row in table]
            for table in content.body
            if any(len(row) > 1 for row in table)
        ]


run(read)
