"""Runs the product as an office runs it, and reads its answer with its own SQL."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from bench.accuracy.answer import Answer, Rows
from bench.accuracy.letters import folded

ROOT = Path(__file__).resolve().parents[2]
DONE = (0, 3)
"""Exit codes of a finished job: all taken in, or some files refused."""
OBSERVED = (
    "submission_id, appendix, indicator, column_key, source_label, source_column, match_score, raw, "
    "value, text, value_read, "
    "text_read, status, confidence, table_no, row_no, col_no"
)


class ProductError(RuntimeError):
    """The product ended otherwise than its contract says."""


def tonghop(*arguments: str | Path, here: Path) -> str:
    """Runs one command to its end in the folder `here`; its standard output."""
    command = [sys.executable, str(ROOT / "pipeline.py"), *map(str, arguments)]
    done = subprocess.run(command, cwd=here, capture_output=True, text=True, encoding="utf-8", timeout=3600)
    if done.returncode not in DONE:
        log = here / "tonghop.loi.log"
        details = log.read_text(encoding="utf-8")[-3000:] if log.exists() else done.stderr[-2000:]
        raise ProductError(f"{' '.join(map(str, arguments))}: mã thoát {done.returncode}\n{details}")
    return done.stdout


def ask_about(folder: Path, office: Path, db: Path) -> dict[str, Answer]:
    """Ingests the folder into a fresh warehouse; file name (composed) → answer."""
    tonghop("ingest", folder, "--db", db, "--office", office, "--json", here=db.parent)
    answers = {answer.file_name: answer for answer in _files(db)}
    _attach(db, answers)
    return answers


def _sql(db: Path, query: str) -> Rows:
    rows: Rows = json.loads(tonghop("sql", query, "--db", db, "--format", "json", here=db.parent))
    return rows


def _files(db: Path) -> list[Answer]:
    files = _sql(db, "SELECT submission_id, file_name, outcome, reason, cells_printed, cells_used FROM files")
    sent = {
        row["submission_id"]: row
        for row in _sql(
            db, "SELECT submission_id, unit_code, form, period, status, document_number, document_date FROM submissions"
        )
    }
    return [_answer(row, sent.get(row["submission_id"])) for row in files]


def _answer(row: dict[str, Any], sent: dict[str, Any] | None) -> Answer:
    answer = Answer(folded(row["file_name"]), row["outcome"], row["reason"])
    answer.cells_printed, answer.cells_used = row["cells_printed"], row["cells_used"]
    answer.submission_id = row["submission_id"]
    if sent is not None:
        answer.unit_code, answer.form, answer.period = sent["unit_code"], sent["form"], sent["period"]
        answer.status, answer.document_number = sent["status"], sent["document_number"]
        answer.document_date = date.fromisoformat(str(sent["document_date"])[:10]) if sent["document_date"] else None
    return answer


def _attach(db: Path, answers: dict[str, Answer]) -> None:
    by_id = {answer.submission_id: answer for answer in answers.values() if answer.submission_id}
    queries = (
        ("observations", f"SELECT {OBSERVED} FROM observations_all"),
        (
            "sections",
            "SELECT submission_id, section, source_number, source_heading, match_score, status, body FROM sections",
        ),
        (
            "findings",
            "SELECT submission_id, code, appendix, indicator, column_key, table_no, row_no, col_no, found FROM findings",
        ),
    )
    for name, query in queries:
        for row in _sql(db, query):
            answer = by_id.get(row["submission_id"])
            if answer is not None:
                getattr(answer, name).append(row)
