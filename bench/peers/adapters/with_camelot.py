"""camelot: the tables of every page, by their lines."""

import camelot
from _common import run

run(lambda path: [table.data for table in camelot.read_pdf(path, pages="all", flavor="lattice")])
