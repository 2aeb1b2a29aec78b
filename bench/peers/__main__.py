"""`python -m bench.peers [docx|pdf|TOOL …]`: tonghop and what people use instead, over the samples as Word and as PDF.

Each tool is installed by uv into an environment of its own that is thrown away; one that cannot be installed or fails on
every file is said to. Time is that of a warm process; memory is the most that the process ever had.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.accuracy.libreoffice import save_as
from bench.peers.scoring import Score, Truth, read_truth, score_extraction, score_tables
from ingest.many import Job
from pipeline import extract_file
from schemas.errors import TonghopError
from schemas.form import Form
from schemas.office import read_office

ADAPTERS = Path(__file__).parent / "adapters"
SAMPLES = Path(__file__).parent.parent.parent / "samples"
OURS = "tonghop"
TOOLS = {
    "docx": {
        "python-docx": ("python_docx", ["python-docx"]),
        "docx2python": ("docx2python", ["docx2python"]),
        "markitdown": ("markitdown", ["markitdown[docx]"]),
        "docling-slim": ("docling", ["docling-slim[format-office,convert-core]"]),
        "kreuzberg": ("kreuzberg", ["kreuzberg"]),
    },
    "pdf": {
        "pdfplumber": ("pdfplumber", ["pdfplumber"]),
        "camelot": ("camelot", ["camelot-py"]),
        "PyMuPDF": ("pymupdf", ["pymupdf"]),
        "img2table": ("img2table", ["img2table"]),
        "tabula": ("tabula", ["tabula-py[jpype]"]),
    },
}
MINUTES = 4


@dataclass(frozen=True, slots=True)
class Row:
    """A tool over all files: its score, median seconds a file, megabytes of memory and of disk; or why there is none."""

    tool: str
    score: Score
    seconds: float = 0.0
    megabytes: float = 0.0
    installed: float = 0.0
    failed: int = 0
    why: str = ""


def measure_tool(tool: str, module: str, packages: list[str], files: dict[Path, Truth], form: Form) -> Row:
    """Installs a tool, has it read every file and scores what it gives."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "moi-truong")
        for command in (
            ["uv", "venv", "-q", str(place)],
            ["uv", "pip", "install", "-q", "--python", str(place), *packages],
        ):
            done = subprocess.run(command, capture_output=True, text=True, timeout=MINUTES * 60, check=False)
            if done.returncode:
                return Row(tool, Score(), why=done.stderr.strip().splitlines()[-1][:150])
        command = [str(place / "bin" / "python"), str(ADAPTERS / f"with_{module}.py"), *map(str, files)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=MINUTES * 60, cwd=folder, check=False)
        except subprocess.TimeoutExpired:
            return Row(tool, Score(), why=f"quá {MINUTES} phút")
        if done.returncode:
            return Row(tool, Score(), why=(done.stderr.strip().splitlines() or ["?"])[-1][:150])
        told = json.loads(done.stdout[done.stdout.index('{"files"') :])
        return _row(tool, told, files, form, _size(place) / 1e6)


def _row(tool: str, told: dict, files: dict[Path, Truth], form: Form, installed: float) -> Row:  # type: ignore[type-arg]
    total = Score()
    seconds, failed, why = [], 0, ""
    for path, truth in files.items():
        answer = told["files"][str(path)]
        failed += "error" in answer
        why = answer.get("error", why)
        total += score_tables(answer.get("tables", []), truth, form)
        seconds += [answer["seconds"]] if "seconds" in answer else []
    if not seconds:
        return Row(tool, Score(), why=why)
    return Row(tool, total, sorted(seconds)[len(seconds) // 2], told["megabytes"], installed, failed)


def measure_ours(files: dict[Path, Truth], office: Path) -> Row:
    """The same for tonghop: reading, matching, checking; in this environment."""
    code = "from bench.peers.__main__ import ours; ours()"
    done = subprocess.run(
        [sys.executable, "-c", code, str(office), *map(str, files)], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    scores = [Score(*one) for one in told["scores"]]
    seconds = sorted(told["seconds"])
    installed = (_size(Path(sys.prefix)) - _size_of_others()) / 1e6
    return Row(OURS, sum(scores, Score()), seconds[len(seconds) // 2], told["megabytes"], installed, told["failed"])


def ours() -> None:
    """What `measure_ours` runs in a process of its own."""
    office_path, *names = map(Path, sys.argv[1:])
    form = read_office(office_path).form
    scores, seconds, failed = [], [], 0
    for path in names:
        truth = read_truth(truth_of(path), form)
        try:
            if not seconds:
                extract_file(Job(path, office_path))
            start = time.perf_counter()
            extraction = extract_file(Job(path, office_path))
            seconds.append(time.perf_counter() - start)
            made = score_extraction(extraction, truth)
        except TonghopError:
            failed += 1
            made = Score(sum(bool(text) for cells in truth.values() for _, text in cells))
        scores.append((made.filled, made.found, made.wrong, made.asked))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"scores": scores, "seconds": seconds, "failed": failed, "megabytes": most}))


def truth_of(path: Path) -> Path:
    """What is expected of a sample, also where it was printed."""
    expected = SAMPLES / "mong-doi"
    return next(found for found in (expected / f"{path.name}.csv", expected / f"{path.stem}.docx.csv") if found.is_file())


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _size_of_others() -> int:
    """Of what only the developers of tonghop need."""
    site = next(Path(sys.prefix).glob("lib/python*/site-packages"))
    names = ("mypy*", "ruff*", "pytest*", "_pytest", "hypothesis*", "reportlab*", "dask*", "distributed*", "*mypyc*",
             "duckdb_extension*", "tornado*", "ast_serialize*", "librt*")  # fmt: skip
    tools = [Path(sys.prefix, "bin", name) for name in ("ruff",)]
    return sum(_size(path) for name in names for path in site.glob(name) if path.is_dir()) + sum(
        path.stat().st_size for path in tools if path.is_file()
    )


def samples(work: Path) -> dict[str, list[Path]]:
    """The samples that are Word files, and the same as LibreOffice prints them."""
    folder = work / "huyen-vi-du"
    shutil.copytree(SAMPLES / "huyen-vi-du", folder)
    words = sorted(folder.glob("*.docx"))
    copies = [Path(shutil.copy(path, work / path.name)) for path in words]
    printed = save_as(copies, "pdf", work / "in")
    return {"docx": words, "pdf": sorted(printed.values())}


def heading(kind: str, files: dict[Path, Truth]) -> Iterator[str]:
    """The head of the table of docs/measurements.md."""
    filled = sum(bool(text) for truth in files.values() for cells in truth.values() for _, text in cells)
    yield f"{kind.upper()}: {len(files)} tệp, {filled} ô có ghi"
    yield ""
    yield "| công cụ | ô đúng | khác bản gốc, không báo | hỏi người | giây/tệp | bộ nhớ (MB) | cài đặt (MB) |"
    yield "|---|--:|--:|--:|--:|--:|--:|"


def line(row: Row) -> str:
    """One row of it."""
    if row.why:
        return f"| {row.tool} | không chạy được: {row.why} | | | | | |"
    note = f" ({row.failed} tệp không đọc được)" if row.failed else ""
    share = f"{100 * row.score.found / row.score.filled:.1f}%".replace(".", ",")
    seconds = f"{row.seconds:.2f}".replace(".", ",")
    return (
        f"| {row.tool}{note} | {row.score.found} ({share}) | {row.score.wrong} | {row.score.asked or ''} | {seconds} | "
        f"{row.megabytes:.0f} | {row.installed:.0f} |"
    )


def main() -> None:
    """Measure the tools named on the command line, or all of a kind, or all."""
    wanted = set(sys.argv[1:])
    with tempfile.TemporaryDirectory() as name:
        os.environ["UV_LINK_MODE"] = "copy"
        made = samples(Path(name))
        office = Path(name, "huyen-vi-du", "office.toml")
        form = read_office(office).form
        for kind, tools in TOOLS.items():
            chosen = {tool: how for tool, how in tools.items() if not wanted or wanted & {tool, kind}}
            if not chosen:
                continue
            files = {path: read_truth(truth_of(path), form) for path in made[kind]}
            print(*heading(kind, files), sep="\n")
            print(line(measure_ours(files, office)), flush=True)
            for tool, (module, packages) in chosen.items():
                print(line(measure_tool(tool, module, packages, files, form)), flush=True)


if __name__ == "__main__":
    main()
