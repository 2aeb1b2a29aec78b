"""Scans, measured: `python -m bench.scans real FOLDER`, `… cells [--pages N]`, `… time FOLDER`.

`real`: each report of FOLDER that has a PDF and a `.gold.csv` is printed at 200 dpi and worn in three ways, read by the
whole program, and every appendix cell compared with the truth. `cells`: made-up tables in many fonts, sizes and wears;
the curve of accuracy against flagged share, from which the threshold is chosen. `time`: the program's time on the
scanned pages over that of bare Tesseract on the same pages. Tables go between their marks in docs/measurements.md.
"""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2

from bench.accuracy.answer import Answer
from bench.accuracy.letters import folded
from bench.accuracy.product import ask_about
from bench.accuracy.statistics import upper_bound
from bench.real_reports import GoldCell, read_gold
from bench.scan_paper import CLEAN, DEGRADED, SEALED, Wear, as_pdf, page_images, scanned, worn
from bench.scan_tables import draw_page
from ingest.readers.grid import find_grids
from ingest.readers.scan import ScanReader
from ingest.readers.scan_ocr import VIETNAMESE, Way, read_images
from ingest.readers.table_parts import fill_grids
from schemas.office import Settings, bundled_office

DOCS = Path(__file__).resolve().parent.parent / "docs" / "measurements.md"
WEARS = {"sạch": CLEAN, "mòn": DEGRADED, "có dấu": SEALED}
GENERATED = (
    CLEAN,
    DEGRADED,
    Wear(skew=-1.7, blur=0.6, noise=14, specks=15, jpeg=40),
    Wear(skew=2.6, blur=1.0, noise=6, jpeg=35, grey=True, dim=0.75),
    SEALED,
    Wear(blur=1.2, noise=4, jpeg=30),
    Wear(skew=0.5, noise=22, jpeg=60),
)
RESOLUTIONS = (200, 200, 150, 300)
THRESHOLDS = (0.0, 0.5, 0.7, 0.8, 0.95)
SURE = ("ok", "blank", "none", "not_applicable", "absent")


@dataclass(slots=True)
class Tally:
    """Of filled cells: all, read right (flagged or not), flagged; and of all cells those silently wrong."""

    filled: int = 0
    right: int = 0
    flagged: int = 0
    silent: int = 0
    cells: int = 0


def check(gold: Sequence[GoldCell], answer: Answer) -> tuple[Tally, list[str]]:
    """The tally of one report, with a line for each cell that is not right."""
    tally, lines = Tally(), []
    rows = _by_place(answer)
    for cell in gold:
        found = rows.get((cell.appendix, cell.row, _year(cell.column)), {})
        status, raw = found.get("status") or "absent", folded(found.get("raw") or "")
        right, sure = raw == cell.raw, status in SURE
        tally.cells += 1
        tally.filled += bool(cell.raw)
        tally.right += bool(cell.raw) and right
        tally.flagged += bool(cell.raw) and not sure and bool(cell.label)
        expected = (*cell.statuses(), "absent") if not cell.raw else cell.statuses()
        wrong = sure and (not right or status not in expected)
        tally.silent += wrong
        if wrong or not right:
            lines.append(f"  {cell.place}: «{raw}» {status}, đúng là «{cell.raw}»{'  SAI LẶNG' if wrong else ''}")
    return tally, lines


def _by_place(answer: Answer) -> dict[tuple[int, int, str], dict[str, Any]]:
    """(appendix, n-th data row, year or 'result') → observation."""
    placed = [o for o in answer.observations if o["row_no"] is not None and not o["column_key"].startswith("extra")]
    first: dict[int, int] = {}
    for o in placed:
        first[o["appendix"]] = min(first.get(o["appendix"], o["row_no"]), o["row_no"])
    return {(o["appendix"], o["row_no"] - first[o["appendix"]] + 1, o["column_key"]): o for o in placed}


def _year(column: str) -> str:
    match = re.search(r"\d{4}", column)
    return match[0] if match else "result"


def real(folder: Path, office: Path, only: Sequence[str]) -> Iterator[str]:
    """A table row for each report and wear."""
    for gold_path in sorted(folder.glob("*.gold.csv")):
        stem = gold_path.name.removesuffix(".gold.csv")
        pdf = gold_path.with_name(f"{stem}.pdf").read_bytes()
        gold = read_gold(gold_path)
        for name in only or WEARS:
            with tempfile.TemporaryDirectory(prefix="tonghop-quet-") as work:
                scan = Path(work, "quet", f"{stem}.pdf")
                scan.parent.mkdir()
                scan.write_bytes(scanned(pdf, WEARS[name]))
                start = time.monotonic()
                [answer] = ask_about(scan.parent, office.resolve(), Path(work, "quet.duckdb")).values()
                seconds = time.monotonic() - start
            tally, lines = check(gold, answer)
            print(*lines, sep="\n", file=sys.stderr)
            share = f"{tally.flagged / tally.filled:.1%}".replace(".", ",")
            yield f"| {name} | {tally.right}/{tally.filled} | {tally.flagged} ({share}) | {tally.silent} | {seconds:.0f} |"


@dataclass(frozen=True, slots=True)
class Read:
    """One generated value cell: its truth, what was read, how surely, on a page worn in which way."""

    truth: str
    text: str
    confidence: float
    wear: int


def read_generated(seeds: Sequence[int]) -> Iterator[Read]:
    """The value cells of generated pages, three pages a report, as the reader gives them."""
    settings = Settings()
    for start in range(0, len(seeds), 3):
        reader, drawn = ScanReader(settings), {}
        for seed in seeds[start : start + 3]:
            dpi, wear = RESOLUTIONS[seed % 4], GENERATED[seed % 7]
            drawn[seed] = draw_page(seed, dpi)
            document = pypdfium2.PdfDocument(as_pdf([worn(drawn[seed].image, wear, dpi, seed)], dpi, wear.jpeg))
            reader.add(document[0], seed)
            document.close()
        pages = reader.pages()
        for seed, page in drawn.items():
            yield from _cells(pages.get(seed), page.truth, seed % 7)


def _cells(page: Any, truth: dict[tuple[int, int], str], wear: int) -> Iterator[Read]:
    """Cells of a page whose table was not found whole are lost and said to be: their text is '' with no confidence."""
    parts = fill_grids(find_grids(page.edges), page.words, 1)[0] if page else []
    whole = [part for part in parts if part.rows == max(truth)[0] + 1 and len(part.xs) - 1 == max(truth)[1] + 1]
    found = {(cell.row, cell.col): cell for cell in whole[0].cells} if whole else {}
    for place, wanted in truth.items():
        cell = found.get(place)
        confidence = min((line.confidence for line in cell.lines), default=1.0) if cell else 0.0
        yield Read(folded(wanted), folded(cell.text) if cell else "", confidence, wear)


def curve(read: Sequence[Read]) -> Iterator[str]:
    """Lines of the table: at each threshold the flagged share of the filled cells, and the silently wrong ones."""
    filled = sum(bool(one.truth) for one in read)
    for threshold in THRESHOLDS:
        sure = [one for one in read if one.confidence >= threshold]
        flagged = sum(bool(one.truth) and one.confidence < threshold for one in read)
        wrong = sum(not _same(one.text, one.truth) for one in sure)
        bound = upper_bound(wrong, len(sure))
        yield (f"| {threshold:g} | {flagged / filled:.2%} | {len(sure)} | {wrong} | {bound:.4%} |".replace(".", ","))


def _same(one: str, other: str) -> bool:
    """Blanks inside a figure change nothing in it."""
    return one.replace(" ", "") == other.replace(" ", "")


def bare(folder: Path, pages: int) -> Iterator[str]:
    """Seconds of the reader and of Tesseract alone on the last pages of each PDF, in turns."""
    for path in sorted(folder.glob("*.pdf")):
        images = page_images(path.read_bytes(), 200)[-pages:]
        document = pypdfium2.PdfDocument(as_pdf(images, 200, 92))
        start = time.monotonic()
        for image in images:
            enlarged = image.convert("L").resize((image.width * 3 // 2, image.height * 3 // 2))
            read_images([enlarged], Way(VIETNAMESE, 3), 300, 600)
        alone = time.monotonic() - start
        reader, start = ScanReader(Settings()), time.monotonic()
        for number, page in enumerate(document, 1):
            reader.add(page, number)
        reader.pages()
        ours = time.monotonic() - start
        document.close()
        figures = f"{pages} | {ours:.1f} s | {alone:.1f} s | {ours / alone:.2f}".replace(".", ",")
        yield f"| {path.name} | {figures} |"


def write_between(mark: str, lines: Sequence[str]) -> None:
    """The lines between `<!-- mark:begin -->` and `<!-- mark:end -->` of docs/measurements.md."""
    text = DOCS.read_text(encoding="utf-8")
    begin, end = f"<!-- {mark}:begin -->", f"<!-- {mark}:end -->"
    head, rest = text.split(begin)
    DOCS.write_text(head + begin + "\n" + "\n".join(lines) + "\n" + end + rest.split(end)[1], encoding="utf-8")


def main(arguments: list[str] | None = None) -> None:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m bench.scans", description="Đo việc đọc bản quét.")
    parser.add_argument("what", choices=("real", "cells", "time"))
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--office", type=Path, default=bundled_office())
    parser.add_argument("--only", action="append", choices=tuple(WEARS), default=[])
    parser.add_argument("--pages", type=int, default=6, help="số trang sinh ra, hoặc số trang cuối để đo giờ")
    parser.add_argument("--first", type=int, default=1000, help="hạt giống của trang đầu")
    parser.add_argument("--keep", type=Path, help="thêm kết quả từng ô vào tệp này; bảng tính trên cả tệp")
    parser.add_argument("--write", action="store_true", help="ghi bảng vào docs/measurements.md")
    options = parser.parse_args(arguments)
    if options.what == "real":
        lines = ["| bản quét | đọc đúng | hỏi | sai lặng | giây |", "|---|--:|--:|--:|--:|"]
        lines += real(options.folder, options.office, options.only)
    elif options.what == "time":
        lines = ["| tệp | trang | chương trình | Tesseract trần | tỷ lệ |", "|---|--:|--:|--:|--:|"]
        lines += bare(options.folder, options.pages)
    else:
        read = list(_kept(read_generated(range(options.first, options.first + options.pages)), options.keep))
        for one in read:
            if one.confidence >= Settings().scan_accept and not _same(one.text, one.truth):
                print(f"  SAI LẶNG «{one.text}» {one.confidence}, đúng là «{one.truth}» ({one.wear})", file=sys.stderr)
        lines = ["| ngưỡng | ô có số bị hỏi | ô nhận | sai lặng | cận 95% |", "|--:|--:|--:|--:|--:|", *curve(read)]
        lines.append(f"\n{len(read)} ô, {sum(bool(one.truth) for one in read)} ô có chữ hoặc số.")
    print(*lines, sep="\n")
    if options.write:
        write_between(f"scans-{options.what}", lines)


def _kept(read: Iterator[Read], path: Path | None) -> Iterator[Read]:
    """The cells read now, after those that the file already holds."""
    if path is None:
        yield from read
        return
    with path.open("a", encoding="utf-8") as file:
        for one in read:
            file.write("\t".join((one.truth, one.text, f"{one.confidence:g}", str(one.wear))) + "\n")
            file.flush()
    for line in path.read_text(encoding="utf-8").splitlines():
        truth, text, confidence, wear = line.split("\t")
        yield Read(truth, text, float(confidence), int(wear))


if __name__ == "__main__":
    main()
