"""Snapshots show what the warehouse shows, quickly, and one reader or writer at a time makes them."""

import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest import snapshots, warehouse_snapshots
from ingest.warehouse import Warehouse, open_snapshot
from ingest.warehouse_snapshots import SETTLED
from schemas.decision import Decision
from tests.checked import COMMUNES, REAL_OFFICE, added_row, made
from tests.office_made import AN, BINH, NOW, OFFICE, number, report


def test_what_is_ranked_over_all_reports_is_ranked_once_and_stands_as_in_the_warehouse(tmp_path: Path) -> None:
    path = tmp_path / "kho.duckdb"
    with Warehouse.open(path, OFFICE) as warehouse:
        first = warehouse.load(report(AN, {(1, "1", "2019"): number(1)}), NOW).submission_id
        warehouse.load(report(AN, {(1, "1", "2019"): number(2)}, signed=date(2020, 6, 9)), NOW)
        warehouse.load(report(BINH), NOW)
        cell = {"appendix": 1, "indicator": "1", "column_key": "2019", "value": 3.0}
        warehouse.decide(Decision("correct", first, "Lan", NOW, **cell))  # type: ignore[arg-type]
        warehouse.decide(Decision("accept", first, "Lan", NOW))
        wanted = {name: warehouse.connection.execute(f"FROM store.{name} ORDER BY ALL").fetchall() for name in SETTLED}
        warehouse.snapshot()
    with open_snapshot(path) as connection:
        tables = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        assert set(SETTLED) <= tables
        assert wanted == {name: connection.execute(f"FROM store.{name} ORDER BY ALL").fetchall() for name in SETTLED}
        assert all(wanted.values())


def test_of_many_reports_the_rules_are_worked_out_once_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kho.duckdb"
    views = ("findings", "completeness", "completeness_parts")

    def answers() -> list[list[tuple[Any, ...]]]:
        with open_snapshot(path) as connection:
            return [connection.execute(f"FROM {view} ORDER BY ALL").fetchall() for view in views]

    with Warehouse.open(path, REAL_OFFICE) as warehouse:
        rows = added_row(2, "1.1", 1, [number(4), number(2)]) + added_row(2, "1.1", 2, [number(3), number(1)])
        warehouse.load(made(COMMUNES[0], {"2/1": [7, 5]}, extra=rows), NOW)
        warehouse.snapshot()
        worked_out_anew = answers()
        monkeypatch.setattr(warehouse_snapshots, "MANY_REPORTS", 1)
        warehouse.snapshot()
    with open_snapshot(path) as connection:
        tables = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert set(warehouse_snapshots.SETTLED_OF_MANY) <= tables
    assert answers() == worked_out_anew
    assert any(row[1] == "rule" for row in worked_out_anew[0])


def test_of_readers_that_would_make_the_same_snapshot_one_waits(tmp_path: Path) -> None:
    path = tmp_path / "kho.duckdb"
    entered: list[str] = []

    def other() -> None:
        with snapshots.turn(path):
            entered.append("sau")

    with snapshots.turn(path):
        waiting = threading.Thread(target=other)
        waiting.start()
        waiting.join(0.3)
        entered.append("trước")
    waiting.join()
    assert entered == ["trước", "sau"]
