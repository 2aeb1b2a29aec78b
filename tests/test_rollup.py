"""Communes that merged or were divided: nothing is counted twice, nothing is divided, and it is said what was done.

An, Bình and Chi became Đại An in 2020; Đại An and Em became Minh Tâm in 2025, when Giang was divided between Minh Tâm and
Hồng Hà. The form's columns are 2019 and the first quarter of 2020, so that the period ends on 31/3/2020.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.warehouse import Warehouse, open_snapshot
from reports.consolidation import Options, consolidate
from reports.district import coverage, read_district
from reports.status import read_status
from reports.units_on import by_units_on
from schemas.decision import Decision
from schemas.errors import UsageFault
from schemas.office import Office
from schemas.record import Extraction
from schemas.units import Unit, read_units, write_units
from tests.command_line import tonghop
from tests.district_made import MADE_AT, Workbook
from tests.office_made import FORM, NOW, flagged, number, report, words

_2020, _2025 = "2020-01-01", "2025-07-01"
AFTER = date(2025, 7, 1)
SUM_2019 = "appendix = 1 AND indicator = '1' AND column_key = '2019'"


def unit(code: str, name: str, since: str = "2004-01-01", until: str | None = None, *successors: str) -> Unit:
    data = {"code": code, "name": f"Xã {name}", "type": "xã", "valid_from": since, "valid_to": until, "parent": "999"}
    return Unit.model_validate({**data, "successors": successors})


DAI_AN, MINH_TAM, HONG_HA = f"00010@{_2020}", f"00020@{_2025}", f"00021@{_2025}"
UNITS = {
    one.short_name: one
    for one in (
        unit("00001", "An", "2004-01-01", "2019-12-31", DAI_AN),
        unit("00002", "Bình", "2004-01-01", "2019-12-31", DAI_AN),
        unit("00003", "Chi", "2004-01-01", "2019-12-31", DAI_AN),
        unit("00010", "Đại An", _2020, "2025-06-30", MINH_TAM),
        unit("00005", "Em", "2004-01-01", "2025-06-30", MINH_TAM),
        unit("00007", "Giang", "2004-01-01", "2025-06-30", MINH_TAM, HONG_HA),
        unit("00008", "Hà", "2004-01-01", "2025-06-30", HONG_HA),
        unit("00020", "Minh Tâm", _2025),
        unit("00021", "Hồng Hà", _2025),
    )
}
OFFICE = Office(name="UBND huyện Mẫu", level="huyện", form=FORM, units=tuple(UNITS.values()))


def sent(name: str, value: float, **more: Any) -> Extraction:
    cells = {(1, "1", "2019"): number(value), (1, "3", "2019"): number(50), (2, "1", "result"): words("Đạt")}
    return report(UNITS[name], cells | more.pop("cells", {}), **more)


@contextmanager
def kho(
    folder: Path, reports: Sequence[Extraction], *, accepted: Sequence[str] = (), office: Office = OFFICE
) -> Iterator[duckdb.DuckDBPyConnection]:
    with Warehouse.open(folder / "kho.duckdb", office) as warehouse:
        for one in reports:
            made = warehouse.load(one, NOW)
            if one.sender.unit_id in {UNITS[name].unit_id for name in accepted}:
                warehouse.decide(Decision("accept", made.submission_id, "Lan", MADE_AT))
        warehouse.snapshot()
    with open_snapshot(folder / "kho.duckdb") as connection:
        yield connection


def ask(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def total(connection: duckdb.DuckDBPyConnection) -> tuple[Any, ...]:
    """Sum of 2019 as consolidated, the seven counts, and what plain SQL over the observations gives."""
    (figure,) = ask(
        connection,
        "SELECT value, reporting, none, flagged, blank, not_applicable, absent, not_submitted, expected "
        f"FROM consolidated WHERE {SUM_2019}",
    )
    assert sum(figure[1:8]) == figure[8], "the seven counts add up to expected"
    assert ask(connection, f"SELECT sum(value) FROM observations WHERE {SUM_2019}") == [(figure[0],)]
    return figure


ALL = [sent("Đại An", 100), sent("Em", 20), sent("Giang", 7), sent("Hà", 3)]


def test_the_units_fit_each_other(tmp_path: Path) -> None:
    write_units(tmp_path / "units.csv", OFFICE.units)
    assert set(read_units(tmp_path / "units.csv")) == set(OFFICE.units)


def test_the_merged_commune_answers_for_the_years_before_the_merger_once(tmp_path: Path) -> None:
    with kho(tmp_path, ALL) as connection:
        assert total(connection) == (130, 4, 0, 0, 0, 0, 0, 0, 4)
        said = ask(connection, "SELECT unit_name, severity, message FROM findings WHERE code = 'PREDECESSOR_YEARS'")
    assert [(name, severity) for name, severity, _ in said] == [("Xã Đại An", "info")]
    assert "31/12/2019" in said[0][2]
    assert "Xã An, Xã Bình, Xã Chi" in said[0][2]


def test_a_predecessors_report_beside_its_successors_is_not_added_and_that_is_said(tmp_path: Path) -> None:
    with kho(tmp_path, [*ALL, sent("An", 40)]) as connection:
        assert total(connection) == (130, 4, 0, 0, 0, 0, 0, 0, 4)
        assert ask(connection, "SELECT unit_name, counts_for_name FROM answers WHERE relation = 'doubled'") == [
            ("Xã An", "Xã Đại An")
        ]
        said = "SELECT severity, message FROM findings WHERE code = 'PREDECESSOR_DOUBLED'"
        ((severity, message),) = ask(connection, said)
        district = read_district(connection, Options(), MADE_AT)
        (status,) = read_status(connection)
    assert severity == "warning"
    assert "Xã Đại An" in message
    assert "Không cộng báo cáo của Xã An: Xã Đại An đã báo cáo cho cùng các năm." in list(coverage(district))
    assert any("Xã An" in line and "không cộng" in line.lower() for line in status.summary)


def test_a_predecessors_report_is_used_where_the_successors_is_not(tmp_path: Path) -> None:
    """Đại An was sent back: what An and Bình sent stands for it, as far as it goes."""
    with kho(tmp_path, [*ALL[1:], sent("An", 40), sent("Bình", 30)]) as connection:
        assert total(connection) == (100, 3, 0, 0, 0, 0, 0, 1, 4)
        lines = list(coverage(read_district(connection, Options(), MADE_AT)))
        assert ask(connection, "SELECT unit_name FROM completeness WHERE NOT received") == [("Xã Chi",)]
    assert any("Xã Đại An từ báo cáo của Xã An, Xã Bình" in line for line in lines)
    assert any("Xã Đại An chưa đủ: còn thiếu báo cáo của Xã Chi" in line for line in lines)
    assert any(line.startswith("1 đơn vị chưa có báo cáo: Xã Chi") for line in lines)


def test_when_all_predecessors_have_sent_the_successor_is_whole(tmp_path: Path) -> None:
    with kho(tmp_path, [*ALL[1:], sent("An", 40), sent("Bình", 30), sent("Chi", 30)]) as connection:
        assert total(connection) == (130, 4, 0, 0, 0, 0, 0, 0, 4)
        assert not ask(connection, "FROM completeness WHERE NOT received")


def test_the_new_communes_answer_for_what_the_old_ones_sent(tmp_path: Path) -> None:
    """Sums move to the successors where a commune went into one whole; a divided one keeps a line of its own."""
    with kho(tmp_path, ALL) as connection:
        before = total(connection)
        with by_units_on(connection, AFTER):
            after = total(connection)
            sums = ask(
                connection,
                f"SELECT unit_name, value, reports, missing, made_of FROM consolidated_units WHERE {SUM_2019} ORDER BY 1",
            )
            relations = ask(connection, "SELECT unit_name, relation, counts_for_name FROM answers ORDER BY 1")
            codes = ask(connection, "SELECT code, unit_name FROM findings WHERE origin = 'loading'")
        assert total(connection) == before
    assert after[0] == before[0]
    assert after == (130, 3, 0, 0, 0, 0, 0, 0, 3)
    assert sums == [
        ("Xã Giang", 7, 1, 0, "Xã Giang"),
        ("Xã Hồng Hà", 3, 1, 0, "Xã Hà"),
        ("Xã Minh Tâm", 120, 2, 0, "Xã Em, Xã Đại An"),
    ]
    assert relations == [
        ("Xã Em", "into", "Xã Minh Tâm"),
        ("Xã Giang", "split", "Xã Giang"),
        ("Xã Hà", "into", "Xã Hồng Hà"),
        ("Xã Đại An", "into", "Xã Minh Tâm"),
    ]
    assert ("UNIT_DIVIDED", "Xã Giang") in codes
    assert ("PREDECESSOR_COUNTED", "Xã Em") in codes


def test_a_new_commune_is_whole_only_when_all_its_parts_report_the_cell(tmp_path: Path) -> None:
    doubtful = sent("Em", 0, cells={(1, "1", "2019"): flagged("1,250", 1250)})
    with kho(tmp_path, [ALL[0], doubtful, ALL[3]]) as connection, by_units_on(connection, AFTER):
        assert total(connection) == (103, 1, 0, 1, 0, 0, 0, 1, 3)
        lines = list(coverage(read_district(connection, Options(), MADE_AT)))
    assert any("1 đơn vị chưa có báo cáo: Xã Giang" in line for line in lines)
    assert lines[-1] == "Không tính 1 ô còn nghi ngờ."


def test_by_the_units_before_a_merger_nothing_is_divided_backwards(tmp_path: Path) -> None:
    with kho(tmp_path, ALL) as connection, by_units_on(connection, date(2019, 6, 30)):
        assert total(connection) == (130, 4, 0, 0, 0, 0, 0, 0, 4)
        assert ask(connection, "SELECT relation, counts_for_name FROM answers WHERE unit_name = 'Xã Đại An'") == [
            ("over", "Xã Đại An")
        ]
        assert ask(connection, "SELECT unit_name FROM findings WHERE code = 'SUCCESSOR_UNDIVIDED'") == [("Xã Đại An",)]


def test_what_counts_twice_is_judged_among_the_reports_that_the_figures_rest_on(tmp_path: Path) -> None:
    """Only An's report is accepted: among accepted ones there is nothing that it doubles."""
    with kho(tmp_path, [*ALL, sent("An", 40)], accepted=["An"]) as connection:
        district = read_district(connection, Options(accepted_only=True), MADE_AT)
        figures = {(row["indicator"], row["column_key"], row["aggregate"]): row["value"] for row in district.figures}
        assert figures["1", "2019", "sum"] == 40
        assert total(connection)[0] == 130


def test_the_offices_own_setting_says_by_which_units(tmp_path: Path) -> None:
    with kho(tmp_path, ALL, office=OFFICE.model_copy(update={"units_on": AFTER})) as connection:
        assert total(connection)[8] == 3
        assert [name for (name,) in ask(connection, "SELECT unit_name FROM completeness ORDER BY 1")] == [
            "Xã Em", "Xã Giang", "Xã Hà", "Xã Đại An",
        ]  # fmt: skip


def test_silent_old_communes_are_asked_for_until_the_new_one_answers(tmp_path: Path) -> None:
    office = OFFICE.model_copy(update={"units_on": AFTER})
    with kho(tmp_path, [], office=office) as connection:
        assert {name for (name,) in ask(connection, "SELECT unit_name FROM completeness")} <= {
            "Xã Minh Tâm", "Xã Hồng Hà", "Xã Giang",
        }  # fmt: skip


def test_the_workbook_has_the_new_communes_side_by_side(tmp_path: Path) -> None:
    with kho(tmp_path, ALL) as connection:
        said = consolidate(connection, tmp_path / "bang.xlsx", units_on=AFTER, made_at=MADE_AT)
    assert "Tổng hợp từ báo cáo của 3/3 đơn vị từ 4 báo cáo" in said[0]
    rows = Workbook(tmp_path / "bang.xlsx").table("Theo đơn vị mới")
    row = next(row for row in rows if (row["Mã"], row["Cột"]) == ("1", "Năm 2019"))
    assert row["Xã Minh Tâm (2 báo cáo)"] == 120
    assert row["Cộng"] == 130


def test_a_day_without_units_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with kho(tmp_path, ALL) as connection, pytest.raises(UsageFault, match="không có đơn vị nào ngày 01/01/1990"):
        consolidate(connection, tmp_path / "bang.xlsx", units_on=date(1990, 1, 1))
    assert not (tmp_path / "bang.xlsx").exists()


def test_the_clerk_names_the_day_on_the_command_line_and_sees_it_in_the_page(tmp_path: Path) -> None:
    with kho(tmp_path, ALL):
        pass
    done = tonghop(tmp_path, "consolidate", "--db", "kho.duckdb", "--units-on", "01/07/2025", "-o", "trang.html")
    assert done.code == 0, done.err
    assert "Số liệu của Xã Giang để riêng, không tự chia cho Xã Hồng Hà, Xã Minh Tâm." in done.err
    assert "Xã Minh Tâm từ báo cáo của Xã Em, Xã Đại An" in (tmp_path / "trang.html").read_text(encoding="utf-8")
