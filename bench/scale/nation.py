"""A nation's warehouse, simulated: one real reading multiplied in SQL over communes and quarters, then asked.

Every report keeps the cells, texts and places of the reading; values, document and unit are its own. Only the rows are
made up: migrations, views and snapshots are the program's own.
"""

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingest import snapshots
from ingest.many import Job
from ingest.warehouse import Warehouse, open_snapshot
from pipeline import extract_file
from schemas.office import read_office

ROUNDS = 3
FILES = """INSERT INTO store.file BY NAME
SELECT t.* REPLACE (g.file_id AS file_id, g.sha256 AS sha256, g.file_id AS submission_id, g.received_at AS received_at,
                    g.unit_name || '.docx' AS file_name)
FROM store.file AS t, made AS g WHERE t.file_id = '{template}'"""
SUBMISSIONS = """INSERT INTO store.submission BY NAME
SELECT t.* REPLACE (g.file_id AS submission_id, g.unit_name || '.docx' AS file_name, g.received_at AS received_at,
                    g.period AS period, g.period_start AS period_start, g.period_end AS period_end,
                    g.unit_id AS unit_id, CAST(g.received_at AS DATE) AS document_date, false AS is_sender_unsure,
                    false AS is_period_unsure)
FROM store.submission AS t, made AS g WHERE t.submission_id = '{template}'"""
MEMBERSHIPS = """INSERT INTO store.membership
SELECT file_id, file_id, 'first', serial + 10, serial + 10, false FROM made"""
OBSERVATIONS = """INSERT INTO store.observation BY NAME
SELECT t.* REPLACE (g.file_id AS file_id,
    CASE WHEN t.value IS NULL OR t.kind NOT IN ('count', 'percent') THEN t.value
         ELSE hash(g.serial, t.appendix, t.indicator, t.column_key) % CASE t.kind WHEN 'percent' THEN 101 ELSE 997 END
    END AS value)
FROM store.observation AS t, made AS g
WHERE t.file_id = '{template}' AND g.quarter = {quarter} ORDER BY g.serial, t.appendix, t.ordinal"""
CONTENT = """INSERT INTO store.{table} BY NAME
SELECT t.* REPLACE (g.file_id AS file_id) FROM store.{table} AS t, made AS g
WHERE t.file_id = '{template}' AND g.quarter = {quarter}"""
MADE = """CREATE TEMP TABLE made AS
SELECT row_number() OVER (ORDER BY q.quarter, u.code) AS serial, q.quarter, u.unit_id, u.name AS unit_name,
       left(sha256(u.code || '/' || q.quarter), 12) AS file_id, sha256(u.code || '/' || q.quarter) AS sha256,
       'Q' || (1 + q.quarter % 4) || '/' || (2011 + q.quarter // 4) AS period,
       DATE '2011-01-01' + to_months(3 * q.quarter) AS period_start,
       DATE '2011-01-01' + to_months(3 * q.quarter + 3) - INTERVAL 1 DAY AS period_end,
       TIMESTAMP '2011-04-05 08:00:00' + to_months(3 * q.quarter) AS received_at
FROM store.unit AS u, (SELECT unnest(range({quarters})) AS quarter) AS q"""
QUESTIONS = {
    "submissions": "SELECT status, count(*) FROM submissions WHERE period = 'Q2/2015' GROUP BY 1",
    "files": "SELECT outcome, count(*), sum(bytes) FROM files GROUP BY 1",
    "observations (một báo cáo)": "SELECT * FROM observations WHERE submission_id = '{one}'",
    "observations (một xã)": "SELECT period, value FROM observations WHERE unit_code = '{unit}' AND appendix = 3 "
    "AND indicator = '{indicator}' AND column_key = '2019'",
    "observations (một chỉ tiêu)": "SELECT unit_name, value FROM observations WHERE period = 'Q2/2015' "
    "AND appendix = 3 AND indicator = '{indicator}' AND column_key = '2019' ORDER BY 2 DESC LIMIT 20",
    "observations_all": "SELECT * FROM observations_all WHERE submission_id = '{one}'",
    "appendices": "SELECT status, count(*) FROM appendices WHERE appendix = 3 GROUP BY 1",
    "sections": "SELECT section, title, status FROM sections WHERE submission_id = '{one}'",
    "findings": "SELECT severity, code, count(*) FROM findings WHERE period = 'Q2/2015' GROUP BY ALL",
    "findings (một báo cáo)": "SELECT code, message FROM findings WHERE submission_id = '{one}'",
    "completeness": "SELECT status, count(*), avg(share_filled) FROM completeness WHERE period = 'Q2/2015' GROUP BY 1",
    "consolidated": "SELECT indicator, column_key, value FROM consolidated WHERE period = 'Q2/2015' AND appendix = 3",
    "decisions": "SELECT action, count(*) FROM decisions GROUP BY 1",
    "units": "SELECT type, count(*) FROM units GROUP BY 1",
    "indicators": "SELECT appendix, count(*) FROM indicators GROUP BY 1",
    "phu_luc_3": "SELECT * FROM cchc_2011_2020.phu_luc_3 WHERE ky = 'Q2/2015' AND don_vi = '{name}'",
}


@dataclass(frozen=True, slots=True)
class Nation:
    """What was made and measured: rows, bytes, seconds; a question that took too long has None."""

    reports: int
    observations: int
    bytes: int
    making: float
    snapshot: float
    snapshot_bytes: int
    questions: dict[str, float | None]


def build(folder: Path, office_path: Path, report: Path, quarters: int) -> Path:
    """A warehouse in `folder` of every unit of the office over `quarters`."""
    path = folder / "quoc-gia.duckdb"
    extraction = extract_file(Job(report, office_path))
    template = extraction.source.sha256[:12]
    with Warehouse.open(path, read_office(office_path)) as warehouse:
        warehouse.load(extraction, datetime.now(UTC))
        run = warehouse.connection.execute
        run("SET threads = 2")
        run("SET memory_limit = '6GB'")
        run(MADE.format(quarters=quarters))
        run("BEGIN")
        for statement in (FILES, SUBMISSIONS, MEMBERSHIPS):
            run(statement.format(template=template))
        run("COMMIT")
        for quarter in range(quarters):
            run("BEGIN")
            run(OBSERVATIONS.format(template=template, quarter=quarter))
            for table in ("appendix", "section", "finding", "claim"):
                run(CONTENT.format(table=table, template=template, quarter=quarter))
            run("UPDATE store.lock SET writes = writes + 1")
            run("COMMIT")
        run("CHECKPOINT kho")
    return path


def measure(path: Path, office_path: Path, making: float, patience: float) -> Nation:
    """Size, snapshot and questions of a warehouse made by `build`; a question is given `patience` seconds."""
    with Warehouse.open(path, read_office(office_path)) as warehouse:
        count = warehouse.connection.execute("SELECT count(*) FROM store.file").fetchone()
        rows = warehouse.connection.execute("SELECT count(*) FROM store.observation").fetchone()
        start = time.perf_counter()
        snapshot = warehouse.snapshot()
        seconds = time.perf_counter() - start
    assert count
    assert rows
    taken = dict(_ask(path, patience))
    return Nation(count[0], rows[0], path.stat().st_size, making, seconds, snapshot.stat().st_size, taken)


def _ask(path: Path, patience: float) -> Iterator[tuple[str, float | None]]:
    with open_snapshot(path) as connection:
        known = connection.execute(
            "SELECT submission_id, unit_code, unit_name FROM submissions WHERE period = 'Q2/2015' ORDER BY 1 LIMIT 1"
        ).fetchone()
        assert known
        one, unit, name = known
        indicator = connection.execute(
            "SELECT min(indicator) FROM indicators WHERE appendix = 3 AND kind = 'count'"
        ).fetchone()
        assert indicator
        for question, sql in QUESTIONS.items():
            yield (
                question,
                _seconds(connection, sql.format(one=one, unit=unit, name=name, indicator=indicator[0]), patience),
            )


def _seconds(connection: duckdb.DuckDBPyConnection, sql: str, patience: float) -> float | None:
    """The median of a few rounds, the first of them not warm; None where one takes longer than `patience`."""
    import threading

    times = []
    for _ in range(ROUNDS):
        timer = threading.Timer(patience, connection.interrupt)
        timer.start()
        start = time.perf_counter()
        try:
            connection.execute(sql).fetchall()
        except duckdb.InterruptException:
            return None
        finally:
            timer.cancel()
        times.append(time.perf_counter() - start)
        if times[0] > patience / ROUNDS:
            break
    return statistics.median(times)


def lines(nation: Nation) -> Iterator[str]:
    """The table of docs/measurements.md."""
    yield (
        f"{nation.reports:,} báo cáo, {nation.observations:,} ô; kho {nation.bytes / 1e9:.2f} GB (làm ra trong "
        f"{nation.making:.0f} giây), bản chụp {nation.snapshot_bytes / 1e9:.2f} GB trong {nation.snapshot:.1f} giây"
    ).replace(",", ".")
    yield "| câu hỏi | giây |"
    yield "|---|--:|"
    for question, seconds in nation.questions.items():
        yield f"| {question} | {'quá lâu' if seconds is None else f'{seconds:.2f}'.replace('.', ',')} |"


def swept(path: Path) -> None:
    """Removes a simulated warehouse."""
    for left in (path, *snapshots.folder(path).glob("*")):
        left.chmod(0o600)
        left.unlink()
