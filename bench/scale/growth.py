"""How cost grows with size: cells of a Word table, pages of a PDF, reports in the warehouse, each over three decades.

The figure of interest is the exponent: the slope of time over size on logarithmic axes, 1 where twice the size takes
twice the time.
"""

import hashlib
import math
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from ingest.appendices import read_appendices
from ingest.many import Job
from ingest.readers import read
from ingest.warehouse import Warehouse
from pipeline import extract_file
from schemas.office import Office, read_office

SIZES = {"cells": (100, 1_000, 10_000, 100_000), "pages": (1, 10, 100, 1_000), "reports": (1, 10, 100, 1_000)}
SMALL = {"cells": (10, 100, 1_000, 10_000), "pages": (1, 10, 100), "reports": (1, 10, 100)}
"""For a busy machine: two decades of pages and reports."""
TITLES = {"cells": "ô trong bảng Word", "pages": "trang PDF có bảng", "reports": "báo cáo trong kho"}
COLUMNS = 8
LONG = 5.0


@dataclass(frozen=True, slots=True)
class Growth:
    """Size → seconds of CPU (of clock for loading, which waits for the disk)."""

    of: str
    seconds: dict[int, float]

    @property
    def exponent(self) -> float:
        """The slope over the upper two decades, where what is paid once counts little."""
        points = [(math.log(size), math.log(seconds)) for size, seconds in self.seconds.items()][1:]
        mean_x, mean_y = (statistics.mean(axis) for axis in zip(*points, strict=True))
        over = sum((x - mean_x) * (y - mean_y) for x, y in points)
        return over / sum((x - mean_x) ** 2 for x, _ in points)


def measure(office_path: Path, report: Path, sizes: dict[str, tuple[int, ...]]) -> Iterator[Growth]:
    """The growth of each, over these sizes."""
    office = read_office(office_path)
    limits = office.settings.model_copy(update={"max_pages": 2_000, "max_file_mb": 1_000, "max_unpacked_mb": 4_000})
    office = office.model_copy(update={"settings": limits})
    with tempfile.TemporaryDirectory() as name:
        for of, make in (("cells", _word), ("pages", _pdf)):
            seconds = {}
            for size in sizes[of]:
                path = Path(name, f"{size}.{'docx' if make is _word else 'pdf'}")
                make(path, size)
                seconds[size] = _cpu(lambda path=path: _read(path, office))  # type: ignore[misc]
            yield Growth(of, seconds)
        yield Growth("reports", _loads(Path(name), office_path, office, report, sizes["reports"]))


def _read(path: Path, office: Office) -> None:
    document = read(path, office.settings)
    read_appendices(document, office.form, office.settings)


def _cpu(step: Callable[[], object]) -> float:
    """The least of three, or the first where it is long: what else the machine does only adds."""
    times: list[float] = []
    while len(times) < 3 and sum(times) < LONG:
        start = time.process_time()
        step()
        times.append(time.process_time() - start)
    return min(times)


def _word(path: Path, cells: int) -> None:
    """Tables of a hundred rows, as long reports have: one of all rows would be a table that no report has."""
    document = Document()
    rows = max(1, cells // COLUMNS)
    for first in range(0, rows, 100):
        document.add_paragraph(f"Bảng {first // 100 + 1}: Kết quả thực hiện")
        table = document.add_table(rows=0, cols=COLUMNS)
        pieces = [table.add_row().cells for _ in range(min(100, rows - first))]
        for n, row in enumerate(pieces):
            for column, cell in enumerate(row):
                cell.text = f"Chỉ tiêu số {first + n}" if column == 1 else str(n * column % 997)
    document.save(str(path))


def _pdf(path: Path, pages: int) -> None:
    canvas = Canvas(str(path), pagesize=A4)
    for page in range(pages):
        canvas.drawString(60, 800, f"Bang {page + 1}. Ket qua thuc hien trong ky")
        for row in range(12):
            for column in range(6):
                canvas.rect(60 + 80 * column, 400 + 22 * row, 80, 22)
                canvas.drawString(64 + 80 * column, 406 + 22 * row, str((row + 1) * (column + page) % 997))
        canvas.showPage()
    canvas.save()


def _loads(folder: Path, office_path: Path, office: Office, report: Path, sizes: tuple[int, ...]) -> dict[int, float]:
    """Loading so many reports of as many units into an empty warehouse, commits and checkpoints included."""
    extraction = extract_file(Job(report, office_path))
    seconds = {}
    for size in sizes:
        with Warehouse.open(folder / f"{size}.duckdb", read_office(office_path)) as warehouse:
            start = time.perf_counter()
            for number in range(size):
                digest = hashlib.sha256(str(number).encode()).hexdigest()
                unit = office.units[number % len(office.units)].unit_id
                warehouse.load(
                    replace(
                        extraction,
                        source=replace(extraction.source, sha256=digest),
                        sender=replace(extraction.sender, unit_id=unit),
                    ),
                    datetime.now(UTC),
                )
            seconds[size] = time.perf_counter() - start
    return seconds


def lines(growths: list[Growth]) -> Iterator[str]:
    """The table of docs/measurements.md."""
    yield "| lớn lên theo | " + " | ".join(f"×{10**n}" for n in range(4)) + " | số mũ |"
    yield "|---|--:|--:|--:|--:|--:|"
    for growth in growths:
        cells = " | ".join(f"{size}: {seconds:.2f} s" for size, seconds in growth.seconds.items())
        yield f"| {TITLES[growth.of]} | {cells} | {growth.exponent:.2f} |".replace(".", ",")


WIDTH, HEIGHT, LEFT, BOTTOM, DECADE_X, DECADE_Y = 640, 400, 70, 350, 170, 62
COLOURS = {"cells": "#1f5f9f", "pages": "#b0482b", "reports": "#3f7d3f"}


def as_svg(growths: list[Growth]) -> str:
    """The curves on logarithmic axes, each over its smallest size; the thin line is twice the time for twice the size."""
    lowest = math.floor(min(math.log10(min(growth.seconds.values())) for growth in growths))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for n in range(4):
        x = LEFT + n * DECADE_X
        parts.append(f'<line x1="{x}" y1="30" x2="{x}" y2="{BOTTOM}" stroke="#ddd"/>')
        parts.append(f'<text x="{x}" y="{BOTTOM + 18}" text-anchor="middle">×{10**n}</text>')
    for n in range(6):
        y = BOTTOM - n * DECADE_Y
        parts.append(f'<line x1="{LEFT}" y1="{y}" x2="{LEFT + 3 * DECADE_X}" y2="{y}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{_power(lowest + n)} s</text>')
    for n, growth in enumerate(growths):
        colour, smallest = COLOURS[growth.of], min(growth.seconds)
        spots = [
            (LEFT + math.log10(size / smallest) * DECADE_X, BOTTOM - (math.log10(seconds) - lowest) * DECADE_Y)
            for size, seconds in growth.seconds.items()
        ]
        (x, y), base = spots[-1], spots[0]
        parts.append(
            f'<line x1="{x - 3 * DECADE_X:.0f}" y1="{y + 3 * DECADE_Y:.0f}" x2="{x:.0f}" y2="{y:.0f}" '
            f'stroke="{colour}" stroke-width="0.6" stroke-dasharray="4 4"/>'
        )
        path = " ".join(f"{px:.0f},{py:.0f}" for px, py in spots)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{px:.0f}" cy="{py:.0f}" r="3.5" fill="{colour}"/>' for px, py in spots]
        said = f"{TITLES[growth.of]} (từ {smallest}; số mũ {growth.exponent:.2f})".replace(".", ",")
        parts.append(f'<text x="{base[0] + 12:.0f}" y="{44 + 16 * n}" fill="{colour}">{said}</text>')
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 10}">độ lớn, so với cỡ nhỏ nhất</text></svg>')
    return "\n".join(parts)


def _power(exponent: int) -> str:
    return f"{10.0**exponent:g}".replace(".", ",")
