"""tabula-py: the tables of every page, by their lines (needs Java)."""

import tabula
from _common import run


def read(path):
    frames = tabula.read_pdf(path, pages="all", lattice=True, pandas_options={"header": None, "dtype": str})
    return [[[str(cell) if cell == cell else "" for cell in row] for row in frame.values.tolist()] for frame in frames]


run(read)
