"""Milliseconds a report, step by step, beside the floor of the same run: `python -m bench.speed [REPORT.docx|.pdf …]`.

The floor is what no reader can do without: of a Word file, to unzip it and parse document.xml with lxml; of a PDF, to have
PDFium give the text of every page. (Scans: `python -m bench.scans time`.) All runs warm, in one
process, in turns, each step right after a floor of its own; both are CPU time of this process, and the median of their
ratios counts, so that a busy machine disturbs them little and alike. Loading waits for the disk: it goes by the clock,
commit and checkpoint included.
"""

import hashlib
import io
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
from lxml import etree

from ingest.appendices import read_appendices
from ingest.claims import find_claims
from ingest.identify import find_form
from ingest.many import Job
from ingest.outline import match_outline
from ingest.readers import read
from ingest.sender import find_sender
from ingest.warehouse import Warehouse
from pipeline import extract, extract_file
from reports.extraction import render_html
from schemas.office import Office, bundled_office, read_office

ROUNDS = 15
MOST_FLOORS, MOST_LOAD, MOST_VERSION = {".docx": 10, ".pdf": 6}, 40, 200
"""What is wanted of reading and matching together, in floors, of loading and of `--version`, in milliseconds."""
SAMPLES = Path(__file__).parent.parent / "samples" / "huyen-vi-du"
Step = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Taken:
    """What one step takes: CPU milliseconds, and how many floors those are."""

    milliseconds: float
    floors: float


@dataclass(frozen=True, slots=True)
class Written:
    """Median milliseconds by the clock of what follows reading: loading (and its CPU), the rules, the report's page."""

    load: float
    load_cpu: float
    check: float
    report: float


@dataclass(frozen=True, slots=True)
class Speed:
    """The medians of one report; `first` are the floors of its very first reading and matching."""

    floor: float
    steps: dict[str, Taken]
    first: float
    written: Written


def floor(path: Path) -> object:
    """Unzip and parse, or take the text of every page; nothing else."""
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as pdf:
            return [page.get_textpage().get_text_range() for page in pdf]
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
    return Speed(lowest, medians, first / lowest, _written(job, office))


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


def _written(job: Job, office: Office) -> Written:
    """Loading the report into an open warehouse, under new digests, and asking about one of many."""
    extraction = extract_file(job)
    loads: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder, Warehouse.open(Path(folder, "kho.duckdb"), office) as warehouse:
        for number in range(ROUNDS + 1):
            digest = hashlib.sha256(str(number).encode()).hexdigest()
            unit = office.units[number % len(office.units)].unit_id
            fresh = replace(
                extraction,
                source=replace(extraction.source, sha256=digest),
                sender=replace(extraction.sender, unit_id=unit),
            )
            cpu = time.process_time()
            clock = _clock(lambda fresh=fresh: warehouse.load(fresh, datetime.now(UTC)))  # type: ignore[misc]
            loads.append((clock, (time.process_time() - cpu) * 1000))
        one = warehouse.load(fresh, datetime.now(UTC)).submission_id
        asked = "SELECT * FROM findings WHERE submission_id = ?"
        check = [_clock(lambda: warehouse.connection.execute(asked, [one]).fetchall()) for _ in range(5)]
        report = [_clock(lambda: render_html(warehouse.connection, one)) for _ in range(5)]
    load, load_cpu = (statistics.median(times) for times in zip(*loads[1:], strict=True))
    return Written(load, load_cpu, statistics.median(check), statistics.median(report))


def _clock(step: Step) -> float:
    start = time.perf_counter()
    step()
    return (time.perf_counter() - start) * 1000


def version() -> float:
    """Median milliseconds of `tonghop --version`, a process of its own."""
    command = [sys.executable, str(Path(__file__).parent.parent / "pipeline.py"), "--version"]
    return statistics.median(_clock(lambda: subprocess.run(command, check=True, capture_output=True)) for _ in range(5))


def lines(name: str, speed: Speed) -> Iterator[str]:
    """The report's table, the two figures that the project watches last."""
    kind = Path(name).suffix
    what = "chữ mọi trang bằng PDFium" if kind == ".pdf" else "giải nén, phân tích document.xml"
    yield f"{name}: sàn ({what}) {speed.floor:.1f} ms CPU"
    for step, taken in speed.steps.items():
        yield f"  {step:<20} {taken.milliseconds:7.1f} ms CPU  {taken.floors:5.1f} × sàn"
    both = speed.steps["đọc"].floors + speed.steps["khớp"].floors
    yield f"  đọc + khớp {both:.1f} × sàn (đích: {MOST_FLOORS[kind]}); lần đầu gặp báo cáo {speed.first:.1f} × sàn"
    written = speed.written
    yield (
        f"  ghi vào kho {written.load:.0f} ms đồng hồ, {written.load_cpu:.0f} ms CPU, cả commit và checkpoint"
        f" (đích: {MOST_LOAD} ms đồng hồ)"
    )
    yield f"  kiểm tra (các phát hiện của báo cáo) {written.check:.0f} ms, trang của báo cáo {written.report:.0f} ms"


def main() -> None:
    """Measure the reports named on the command line, or the first Word file and the first PDF of the samples."""
    samples = [sorted(SAMPLES.glob(kind))[0] for kind in ("*.docx", "*.pdf")]
    paths = [Path(argument) for argument in sys.argv[1:]] or samples
    print(f"tonghop --version: {version():.0f} ms (đích: {MOST_VERSION})")
    for path in paths:
        near = path.parent / "office.toml"
        for line in lines(path.name, measure(path, near if near.is_file() else bundled_office())):
            print(line)


if __name__ == "__main__":
    main()
