"""A commune's text and appendices sent apart, then the whole of it printed to PDF: through the program, one report."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from tests.pdf_files import printed

HOUSE = Path(__file__).parent.parent
SAMPLES = HOUSE / "samples" / "huyen-vi-du"
WHOLE = SAMPLES / "bao cao cchc xa thuy mai.docx"
TABLES_OF_TEXT = 2
"""Letterhead and signature stand in tables; those behind them are the appendices'."""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    for name in ("office.toml", "units.csv"):
        shutil.copy(SAMPLES / name, tmp_path / name)
    return tmp_path


def tonghop(desk: Path, *arguments: str, code: int = 0) -> str:
    command = [sys.executable, str(HOUSE / "pipeline.py"), *arguments, "--db", "kho.duckdb"]
    done = subprocess.run(command, cwd=desk, capture_output=True, text=True, encoding="utf-8", timeout=300)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def ask(desk: Path, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(tonghop(desk, "sql", sql, "--format", "json"))
    return found


def part(target: Path, *, text: bool) -> Path:
    """The report without its appendices, or its appendices alone."""
    document = docx.Document(str(WHOLE))
    body = [child for child in document.element.body if child.tag != qn("w:sectPr")]
    tables = [n for n, child in enumerate(body) if child.tag == qn("w:tbl")]
    end = tables[TABLES_OF_TEXT - 1] + 1
    for child in body[end:] if text else body[:end]:
        document.element.body.remove(child)
    document.save(str(target))
    return target


SECTIONS = "SELECT section, status, length(body) AS size FROM sections ORDER BY ordinal"
CELLS = "SELECT count(*) AS n, count(value) AS numbers, sum(value) AS total FROM observations"


def test_text_appendices_and_a_printed_copy_are_one_report_with_the_figures_of_the_whole(
    desk: Path, tmp_path: Path
) -> None:
    shutil.copy(WHOLE, desk / "ca bao cao.docx")
    tonghop(desk, "ingest", "ca bao cao.docx")
    whole = ask(desk, CELLS), ask(desk, SECTIONS)
    for name in ("kho.duckdb", "kho.duckdb.kho-goc", "kho.duckdb.snapshots"):
        (desk / name).rename(desk / f"truoc-{name}")

    part(desk / "loi bao cao.docx", text=True)
    part(desk / "phu luc xa Thuy Mai.docx", text=False)
    tonghop(desk, "ingest", "loi bao cao.docx")
    tonghop(desk, "ingest", "phu luc xa Thuy Mai.docx", "--unit", "Thủy Mai")
    assert ask(desk, "SELECT unit_name, version, status FROM submissions") == [
        {"unit_name": "Xã Thủy Mai", "version": 1, "status": "received"}
    ]
    assert (ask(desk, CELLS), ask(desk, SECTIONS)) == whole
    assert ask(desk, "SELECT code FROM findings WHERE code IN ('APPENDIX_ABSENT', 'SECTION_MISSING')") == []

    (desk / "ban in xa Thuy Mai.pdf").write_bytes(printed(tmp_path, ca=docx.Document(str(WHOLE)))["ca"])
    tonghop(desk, "ingest", "ban in xa Thuy Mai.pdf")
    assert ask(desk, "SELECT role FROM files ORDER BY ordinal") == [{"role": role} for role in ("first", "part", "copy")]
    assert ask(desk, CELLS) == whole[0]
    assert ask(desk, "SELECT count(*) AS n FROM findings WHERE code = 'SECOND_COPY_DIFFERS'") == [{"n": 0}]


def test_one_of_several_files_is_withdrawn_and_taken_back_by_its_own_id(desk: Path) -> None:
    part(desk / "loi bao cao.docx", text=True)
    part(desk / "phu luc xa Thuy Mai.docx", text=False)
    tonghop(desk, "ingest", "loi bao cao.docx")
    tonghop(desk, "ingest", "phu luc xa Thuy Mai.docx", "--unit", "Thủy Mai")
    (report,) = ask(desk, "SELECT submission_id FROM submissions")
    (appendix,) = ask(desk, "SELECT sha256[:12] AS id FROM files WHERE role = 'part'")
    assert "đã rút" in tonghop(desk, "withdraw", appendix["id"], "--by", "Lan")
    assert ask(desk, "SELECT count(value) AS n FROM observations") == [{"n": 0}]
    assert report["submission_id"] in tonghop(desk, "undo", appendix["id"], "--by", "Lan")
    assert ask(desk, "SELECT count(value) AS n FROM observations")[0]["n"] > 100
    assert report["submission_id"] in tonghop(desk, "accept", appendix["id"], "--by", "Lan")
    assert ask(desk, "SELECT status FROM submissions") == [{"status": "accepted"}]
