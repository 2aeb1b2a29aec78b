"""What every adapter does: reads the first file named on the command line to warm up, then each on the clock; writes the
tables that the tool gives, as rows of texts, with seconds and the most memory, to standard output."""

import json
import resource
import sys
import time
from collections.abc import Callable

Tables = list[list[list[str]]]


def run(read: Callable[[str], Tables]) -> None:
    told = {}
    for number, path in enumerate(sys.argv[1:]):
        try:
            if number == 0:
                read(path)
            start = time.perf_counter()
            tables = read(path)
            told[path] = {"tables": tables, "seconds": time.perf_counter() - start}
        except Exception as error:
            told[path] = {"error": f"{type(error).__name__}: {error}"[:200]}
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"files": told, "megabytes": most}, sys.stdout, ensure_ascii=False)


def of_markdown(text: str) -> Tables:
    """The pipe tables of a Markdown text."""
    tables: Tables = []
    inside = False
    for line in text.splitlines():
        line = line.strip()
        if not (line.startswith("|") and line.endswith("|")):
            inside = False
            continue
        cells = [cell.strip() for cell in line[1:-1].split("|")]
        if all(set(cell) <= {"-", ":", " "} and cell for cell in cells):
            continue
        if not inside:
            tables.append([])
            inside = True
        tables[-1].append(cells)
    return tables
