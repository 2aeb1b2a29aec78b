"""Milliseconds a report, step by step, beside the floor of the same run: `python -m bench.speed [REPORT.docx …]`.

The floor is what no reader can do without: unzip the file and parse document.xml with lxml. All runs warm, in one
process, in turns, each step right after a floor of its own; both are CPU time of this process, and the median of their
ratios counts, so that a busy machine disturbs them little and alike. Loading waits for the disk: it goes by the clock,
commit and checkpoint included.
"""

import hashlib
import io
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from ingest.appendices import read_appendices
from ingest.claims import find_claims
from ingest.identify import find_form
from ingest.outline import match_outline
from ingest.readers import read
from ingest.sender import find_sender
from ingest.warehouse import Warehouse
from pipeline import Job, extract, extract_file
from schemas.office import Office, bundled_office, read_office

ROUNDS = 15
MOST_FLOORS, MOST_LOAD = 15, 60
"""What reading and matching together may take, in floors, and loading, in milliseconds."""
SAMPLES = Path(__file__).parent.parent / "samples" / "huyen-vi-du"
Step = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Taken:
    """What one step takes: CPU milliseconds, and how many floors those are."""

    milliseconds: float
    floors: float


@dataclass(frozen=True, slots=True)
class Speed:
    """The medians of one report; `first` are the floors of its very first reading and matching, `load` and `load_cpu`
    milliseconds by the clock and of this process."""

    floor: float
    steps: dict[str, Taken]
    first: float
    load: float
    load_cpu: float


def floor(path: Path) -> object:
    """Unzip and parse, nothing else."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as package:
        return etree.fromstring(package.read("word/document.xml"))


def measure(path: Path, office_path: Path) -> Speed:
    """The speed of every step on one report that the process has not seen before, after other reports it has."""
    for other in sorted(SAMPLES.glob("*.docx")):
        if other.name != path.name:
            extract_file(Job(other, SAMPLES / "office.toml"))
    job, office = Job(path, office_path), read_office(office_path)
    first = _cpu(lambda: extract_file(job))
    steps = _steps(job, office)
    taken: dict[str, list[Taken]] = {name: [] for name in steps}
    for _ in range(ROUNDS):
        for name, step in steps.items():
            taken[name].append(_after_floor(step, path))
    lowest = statistics.median(one.milliseconds / one.floors for values in taken.values() for one in values)
    medians = {name: _median(values) for name, values in taken.items()}
    return Speed(lowest, medians, first / lowest, *_load(job, office))


def _steps(job: Job, office: Office) -> dict[str, Step]:
    document = read(job.path, office.settings)
    form, settings = office.form, office.settings
    sections, _ = match_outline(document, form, settings)
    return {
        "đọc": lambda: read(job.path, settings),
        "khớp": lambda: extract(document, job),
        "· mẫu nào": lambda: find_form(document, [form]),
        "· ai gửi": lambda: find_sender(document, office, job.path.name, job.path.parent.name),
        "· phụ lục": lambda: read_appendices(document, form, settings),
        "· đề mục": lambda: match_outline(document, form, settings),
        "· số trong lời văn": lambda: find_claims(sections, form),
    }


def _after_floor(step: Step, path: Path) -> Taken:
    floor(path)  # not counted: what the step before left cold would make the floor look high
    lowest = _cpu(lambda: floor(path))
    own = _cpu(step)
    return Taken(own, own / lowest)


def _cpu(step: Step) -> float:
    start = time.process_time()
    step()
    return (time.process_time() - start) * 1000


def _median(values: list[Taken]) -> Taken:
    return Taken(statistics.median(one.milliseconds for one in values), statistics.median(one.floors for one in values))


def _load(job: Job, office: Office) -> tuple[float, float]:
    """Median milliseconds, by the clock and of CPU, of loading the report into an open warehouse, under new digests."""
    extraction = extract_file(job)
    times: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder, Warehouse.open(Path(folder, "kho.duckdb"), office) as warehouse:
        for number in range(ROUNDS + 1):
            digest = hashlib.sha256(str(number).encode()).hexdigest()
            fresh = replace(extraction, source=replace(extraction.source, sha256=digest))
            clock, cpu = time.perf_counter(), time.process_time()
            warehouse.load(fresh, datetime.now(UTC))
            times.append(((time.perf_counter() - clock) * 1000, (time.process_time() - cpu) * 1000))
    by_clock, of_cpu = zip(*times[1:], strict=True)
    return statistics.median(by_clock), statistics.median(of_cpu)


def lines(name: str, speed: Speed) -> Iterator[str]:
    """The report's table, the two figures that the project watches last."""
    yield f"{name}: sàn (giải nén, phân tích document.xml) {speed.floor:.1f} ms CPU"
    for step, taken in speed.steps.items():
        yield f"  {step:<20} {taken.milliseconds:7.1f} ms CPU  {taken.floors:5.1f} × sàn"
    both = speed.steps["đọc"].floors + speed.steps["khớp"].floors
    yield f"  đọc + khớp {both:.1f} × sàn (đích: {MOST_FLOORS}); lần đầu gặp báo cáo {speed.first:.1f} × sàn"
    yield (
        f"  ghi vào kho {speed.load:.0f} ms đồng hồ, {speed.load_cpu:.0f} ms CPU, cả commit và checkpoint"
        f" (đích: {MOST_LOAD} ms đồng hồ)"
    )


def main() -> None:
    """Measure the reports named on the command line, or the first of the samples."""
    paths = [Path(argument) for argument in sys.argv[1:]] or sorted(SAMPLES.glob("*.docx"))[:1]
    for path in paths:
        near = path.parent / "office.toml"
        for line in lines(path.name, measure(path, near if near.is_file() else bundled_office())):
            print(line)


if __name__ == "__main__":
    main()
