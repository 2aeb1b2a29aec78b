"""python-docx as most scripts use it: every table, every row, the text of every cell."""

from _common import run
from docx import Document

run(lambda path: [[[cell.text for cell in row.cells] for row in table.rows] for table in Document(path).tables])
