"""Milliseconds a report, step by step, beside the floor of the same run: `python -m bench.speed [REPORT.docx …]`.

The floor is what no reader can do without: unzip the file and parse document.xml with lxml. All steps run warm, in one
process, in turns, so that a busy machine slows them alike; the medians and their ratio to the floor are printed.
"""

import io
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from ingest.readers import read
from ingest.warehouse import Warehouse
from pipeline import Job, extract, extract_file
from schemas.office import bundled_office, read_office

ROUNDS = 15
SAMPLES = Path(__file__).parent.parent / "samples"
Step = Callable[[], object]


def floor(path: Path) -> object:
    """Unzip and parse, nothing else."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as package:
        return etree.fromstring(package.read("word/document.xml"))


def measure(path: Path, office_path: Path) -> dict[str, float]:
    """Median milliseconds of each step on one report."""
    office = read_office(office_path)
    job = Job(path, office_path)
    document = read(path, office.settings)
    steps: dict[str, Step] = {
        "floor": lambda: floor(path),
        "read": lambda: read(path, office.settings),
        "match": lambda: extract(document, job),
    }
    times: dict[str, list[float]] = {name: [] for name in (*steps, "load")}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS + 1):
            for name, step in steps.items():
                times[name].append(_milliseconds(step))
            with Warehouse.open(Path(folder, f"{number}.duckdb"), office) as warehouse:
                extraction = extract_file(job)
                times["load"].append(_milliseconds(lambda w=warehouse, e=extraction: w.load(e, datetime.now(UTC))))
    return {name: statistics.median(values[1:]) for name, values in times.items()}


def _milliseconds(step: Step) -> float:
    start = time.perf_counter()
    step()
    return (time.perf_counter() - start) * 1000


def lines(name: str, medians: dict[str, float]) -> Iterator[str]:
    """The report's row of the table, and the ratio that the project watches."""
    ratio = (medians["read"] + medians["match"]) / medians["floor"]
    figures = "  ".join(f"{step} {value:6.1f} ms" for step, value in medians.items())
    yield f"{name}: {figures}  read+match {ratio:.1f} × floor"


def main() -> None:
    """Measure the reports named on the command line, or the first of the samples."""
    paths = [Path(argument) for argument in sys.argv[1:]] or sorted(SAMPLES.glob("*.docx"))[:1]
    for path in paths:
        near = path.parent / "office.toml"
        for line in lines(path.name, measure(path, near if near.is_file() else bundled_office())):
            print(line)


if __name__ == "__main__":
    main()
