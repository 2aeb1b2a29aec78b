"""The made-up district: its README's command takes it in, each report reads as its maker knows it, each other file hears
its reason. Every finding and every reason has its text, its place in docs/ and a case that produces it."""

import csv
import json
import re
import shlex
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ingest.appendices import read_appendices
from ingest.values import read_value
from ingest.warehouse import open_snapshot
from samples.make_samples import EXPECTED, HERE, REFUSED, REPORTS, make
from schemas.document import Cell, Document, Table
from schemas.errors import REASONS
from schemas.finding import CATALOGUE
from schemas.form import Indicator, load_form
from schemas.office import Settings
from tests.documents import SOURCE, table

ROOT = HERE.parent
DOCS = ROOT / "docs"
OFFICE = HERE / REPORTS / "office.toml"
NAMES = sorted(path.name.removesuffix(".json") for path in (HERE / EXPECTED).glob("*.json"))
SEVERITIES = {"error": "lỗi", "warning": "cảnh báo", "info": "thông tin"}

each_report = pytest.mark.parametrize("name", NAMES)
Read = dict[str, dict[str, list[tuple[Any, ...]]]]


def tonghop(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "pipeline.py"), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """The README's command, run once on the whole district: every report is read once, whatever is asked of it."""
    db = tmp_path_factory.mktemp("kho") / "kho.duckdb"
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    command = next(line for line in readme.splitlines() if line.startswith("uv run tonghop ingest"))
    return tonghop(*shlex.split(command)[3:], "--db", db), db


QUERIES = {
    "submissions": """SELECT file_name, unit_code, document_number, document_date::VARCHAR, form, period,
        status = 'needs_review', version, is_current FROM submissions""",
    "appendices": """SELECT file_name, a.appendix::VARCHAR, a.status
        FROM appendices a JOIN submissions USING (submission_id)""",
    "cells": "SELECT file_name, appendix::VARCHAR, indicator, column_key, status, raw, value, text FROM observations_all",
    "sections": """SELECT file_name, t.section, t.status, t.source_heading
        FROM sections t JOIN submissions USING (submission_id)""",
    "findings": """SELECT file_name, code, appendix, indicator, column_key, section
        FROM findings WHERE origin = 'reading'""",
    "files": "SELECT file_name, cells_printed, cells_used FROM files",
}


@pytest.fixture(scope="module")
def read(ingested: tuple[subprocess.CompletedProcess[str], Path]) -> Read:
    """What the views say: view → file name → rows."""
    store = open_snapshot(ingested[1])
    answers: Read = {}
    for view, query in QUERIES.items():
        answers[view] = {name: [] for name in NAMES}
        for name, *row in store.execute(query).fetchall():
            answers[view][name].append(tuple(row))
    return answers


def known(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((HERE / EXPECTED / f"{name}.json").read_text(encoding="utf-8"))
    return document


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


# -- the reports -------------------------------------------------------------------------------------------------------


def test_every_report_has_what_is_true_of_it_and_nothing_is_said_of_files_that_are_not_there():
    reports = {path.name for path in (HERE / REPORTS).iterdir()} - {"office.toml", "units.csv"}
    assert len(reports) >= 10
    assert {f"{name}{ending}" for name in reports for ending in (".json", ".csv")} | {f"{REFUSED}.csv"} == {
        path.name for path in (HERE / EXPECTED).iterdir()
    }
    assert {path.name for path in (HERE / REFUSED).iterdir()} == {file for file, _ in refused()}
    assert {known(name)["file"] for name in NAMES} == set(NAMES)


@each_report
def test_the_sender_number_date_form_and_period_are_known(read: Read, name: str):
    (found,) = read["submissions"][name]
    keys = ("unit_code", "document_number", "document_date", "form", "period", "needs_review")
    assert found[:6] == tuple(known(name)[key] for key in keys)


@each_report
def test_the_appendices_are_found_absent_or_empty(read: Read, name: str):
    assert dict(read["appendices"][name]) == known(name)["appendices"]


@each_report
def test_every_cell_says_what_the_report_says(read: Read, name: str):
    found = {row[:3]: as_written(*row[3:]) for row in read["cells"][name]}
    wanted = {tuple(row[:3]): tuple(row[3:]) for row in rows(HERE / EXPECTED / f"{name}.csv")}
    differing = {key: (wanted.get(key), found.get(key)) for key in wanted | found if wanted.get(key) != found.get(key)}
    if known(name).get("scanned"):
        # What OCR is not sure of is asked about: at most a tenth of what is filled in, and nothing else differs.
        filled = sum(bool(want[1]) for want in wanted.values())
        assert sum(found[0] == "flagged" for _, found in differing.values()) <= 0.1 * filled
        differing = {key: both for key, both in differing.items() if both[1][0] != "flagged"}
    assert not differing
    assert len(wanted) > 400


def as_written(status: str, raw: str | None, value: float | None, text: str | None) -> tuple[str, ...]:
    return (status, raw or "", "" if value is None else f"{value:.10g}", text or "")


@each_report
def test_no_printed_cell_is_lost(read: Read, name: str):
    ((printed, used),) = read["files"][name]
    assert printed == used + sum(code == "CELL_UNUSED" for code, *_ in read["findings"][name])


@each_report
def test_every_section_is_found_under_its_own_heading(read: Read, name: str):
    wanted = Counter((s["section"], s["status"], s["heading"]) for s in known(name)["sections"])
    if known(name).get("scanned"):  # its letters are OCR's, but each heading is found
        assert Counter(row[:2] for row in read["sections"][name]) == Counter(row[:2] for row in wanted.elements())
        return
    assert Counter(read["sections"][name]) == wanted


@each_report
def test_what_is_to_be_asked_is_asked_and_nothing_else(read: Read, name: str):
    found = Counter(read["findings"][name])
    if known(name).get("scanned"):
        found = Counter(finding for finding in found.elements() if finding[0] != "VALUE_LOW_CONFIDENCE")
    assert found == Counter(tuple(finding.values()) for finding in known(name)["findings"])


def test_the_clean_report_leaves_nothing_to_ask(read: Read):
    assert not read["findings"]["BC tổng kết CCHC xã An Phú.docx"]


# -- the commands ------------------------------------------------------------------------------------------------------


def test_the_readmes_command_takes_the_whole_district_in(ingested: tuple[subprocess.CompletedProcess[str], Path]):
    done, _ = ingested
    assert done.returncode == 0, done.stderr
    assert f"{len(NAMES)}/{len(NAMES)} tệp đã vào kho" in done.stdout


def test_the_report_sent_again_is_the_one_that_counts(read: Read):
    # Read first, because its name comes first, and yet the later version: its date says so.
    again, first = "BC tổng kết CCHC xã An Phú - sửa lại (1).docx", "BC tổng kết CCHC xã An Phú.docx"
    assert again < first
    assert [read["submissions"][name][0][6:] for name in (again, first)] == [(2, True), (1, False)]


def refused() -> list[list[str]]:
    return rows(HERE / EXPECTED / f"{REFUSED}.csv")


def test_other_files_are_refused_with_their_reasons_and_the_report_among_them_is_taken_in(tmp_path: Path):
    good = HERE / REPORTS / "BC tổng kết CCHC xã An Phú.docx"
    bad = [HERE / REFUSED / file for file, _ in refused()]
    done = tonghop("ingest", *bad, good, "--json", "--office", OFFICE, "--db", tmp_path / "kho.duckdb")
    assert done.returncode == 3, done.stderr
    answers = {answer["file"]: answer for answer in map(json.loads, done.stdout.splitlines())}
    assert {file: answer["reason"] for file, answer in answers.items()} == {**dict(refused()), good.name: None}
    assert all(answer["message"] and answer["advice"] for answer in answers.values() if answer["reason"])
    loaded = open_snapshot(tmp_path / "kho.duckdb").execute("SELECT DISTINCT file_name FROM observations_all").fetchall()
    assert loaded == [(good.name,)]


# -- the maker ---------------------------------------------------------------------------------------------------------


def test_the_script_makes_the_same_samples_again(tmp_path: Path):
    """Only LibreOffice's files are left out: its next version may write other bytes."""
    make(tmp_path, with_libreoffice=False)
    made = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert len(made) > 3 * len(NAMES)
    differing = [path.name for path in made if contents(path) != contents(HERE / path.relative_to(tmp_path))]
    assert not differing, "chạy lại: uv run python -m samples.make_samples"


def contents(path: Path) -> object:
    """A package by its parts, because compressors differ; other files by their bytes."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_samples_are_small():
    assert sum(path.stat().st_size for path in HERE.rglob("*") if path.suffix != ".pyc" and path.is_file()) < 1_500_000


# -- findings and reasons ----------------------------------------------------------------------------------------------


def test_every_finding_is_in_the_docs_with_its_severity_text_and_advice():
    lines = (DOCS / "findings.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("| `")]
    written = {code.strip("`"): tuple(rest[:3]) for code, *rest in cells}
    assert all(len(rest) == 4 and rest[3] for _, *rest in cells)
    assert written == {
        code: (SEVERITIES[kind.severity], kind.text.format(found="…", expected="…"), kind.advice)
        for code, kind in CATALOGUE.items()
    }


def test_every_finding_and_every_reason_has_a_case():
    texts = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("tests/*.py"))]
    texts += [path.read_text(encoding="utf-8") for path in sorted((HERE / EXPECTED).iterdir())]
    shown = set(re.findall(r"\b[A-Z][A-Z_]+[A-Z]\b", "\n".join(texts)))
    assert not set(CATALOGUE) - shown
    assert not set(REASONS) - shown


def test_text_in_a_ratio_cell_is_asked_about():
    staff = Indicator(code="1", label="Số cán bộ đạt chuẩn", kind="ratio")
    assert read_value("đủ", staff).code == "VALUE_NOT_A_RATIO"
    assert read_value("41/41", staff).text == "41/41"


def test_a_cell_that_the_reader_doubts_is_asked_about_and_not_counted():
    form = load_form("cchc-2011-2020")
    labels = [row.label for row in form.by_number[2].indicators]
    years = [column.label for column in form.column_sets["years"]]
    plain = table([["STT", "Chỉ tiêu", *years], *([str(n), label, *"123456"] for n, label in enumerate(labels, 1))])
    cells = tuple(doubted(cell) if (cell.row, cell.col) == (5, 4) else cell for cell in plain.cells)
    document = Document(SOURCE, (Table(plain.place, plain.rows, plain.cols, cells),))
    found = read_appendices(document, form, Settings())
    asked = [o for o in found.observations if o.status == "flagged"]
    assert [(o.indicator, o.column_key, o.value, o.value_read) for o in asked] == [("3", "2016", None, 2.0)]
    assert [(f.indicator, f.column_key) for f in found.findings if f.code == "VALUE_LOW_CONFIDENCE"] == [("3", "2016")]


def doubted(cell: Cell) -> Cell:
    return Cell(cell.text, cell.place, cell.row, cell.col, confidence=0.4, doubt="VALUE_LOW_CONFIDENCE")
