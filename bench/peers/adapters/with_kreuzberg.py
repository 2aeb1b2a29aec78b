"""kreuzberg: the tables that it finds in a file."""

from _common import of_markdown, run
from kreuzberg import extract_file_sync


def read(path):
    found = extract_file_sync(path)
    tables = [table.cells for table in found.tables]
    return tables or of_markdown(found.content)


run(read)
