"""The commands around the archive, as a clerk types them, on reports of the sample district."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ingest.warehouse import open_snapshot

HOUSE = Path(__file__).parent.parent
SAMPLES = HOUSE / "samples" / "huyen-vi-du"
OFFICE = ("--office", str(SAMPLES / "office.toml"))


def tonghop(folder: Path, *words: str, code: int = 0) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run([sys.executable, str(HOUSE / "pipeline.py"), *words], capture_output=True, text=True, cwd=folder)
    assert done.returncode == code, done.stderr
    return done


def asked(folder: Path) -> list[list[tuple[Any, ...]]]:
    """All that the views say."""
    views = ("submissions", "files", "observations_all", "decisions", "findings", "consolidated")
    with open_snapshot(folder / "tonghop.duckdb") as connection:
        return [connection.execute(f"FROM {view} ORDER BY ALL").fetchall() for view in views]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with an inbox in which two reports and one spreadsheet were dropped."""
    (tmp_path / "nhan").mkdir()
    for path in sorted(SAMPLES.glob("*.docx"))[:2]:
        shutil.copy(path, tmp_path / "nhan")
    (tmp_path / "nhan" / "so-lieu.xlsx").write_bytes(b"x")
    return tmp_path


def test_reports_dropped_in_the_inbox_can_be_asked_for_archived_backed_up_and_made_again(office: Path) -> None:
    done = tonghop(office, "watch", "nhan", "--once", "--json", *OFFICE)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [result["outcome"] for result in results] == ["loaded", "loaded"]
    assert [path.name for path in (office / "nhan").iterdir()] == ["so-lieu.xlsx"]
    tonghop(office, "assign", results[0]["submission_id"], "Tân Kiều", "--by", "Lan", *OFFICE)
    before = asked(office)
    tonghop(office, "backup", "luu.zip", *OFFICE)
    (office / "tonghop.duckdb").unlink()
    assert "2 tệp, 1 quyết định" in tonghop(office, "rebuild", *OFFICE).stderr
    for path in office.glob("tonghop.duckdb*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    tonghop(office, "restore", "luu.zip", *OFFICE)
    assert asked(office) == before
    doctor = tonghop(office, "doctor", *OFFICE)
    assert "2 tệp đã nhận" in doctor.stdout
    assert "✗ Đối chiếu" not in doctor.stdout


def test_what_ingest_loads_is_archived_too_and_its_sources_stay(office: Path) -> None:
    tonghop(office, "ingest", ".", *OFFICE)
    again = tonghop(office, "ingest", ".", "--json", *OFFICE)
    assert [json.loads(line)["outcome"] for line in again.stdout.splitlines()] == ["unchanged"] * 2
    sources = {path.read_bytes() for path in (office / "nhan").glob("*.docx")}
    assert {path.read_bytes() for path in (office / "tonghop.duckdb.kho-goc" / "da-nhan").rglob("*.docx")} == sources


def test_an_inbox_in_the_wrong_place_is_refused(office: Path) -> None:
    done = tonghop(office, "watch", "nhan", "--once", "--db", "nhan/kho.duckdb", *OFFICE, code=2)
    assert "nằm trong" in done.stderr
    assert "Không có thư mục" in tonghop(office, "watch", "khong-co", "--once", *OFFICE, code=2).stderr
    assert "Không có kho gốc" in tonghop(office, "rebuild", *OFFICE, code=2).stderr
