"""The warehouse that several offices share: the same contract, and every report once, whoever writes or dies meanwhile."""

import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ingest import stores
from ingest.stores import named_store, store_at
from ingest.warehouse import Warehouse, open_snapshot
from pipeline import main
from schemas.decision import Decision
from schemas.errors import MissingTool, UsageFault, WarehouseFault
from tests.in_office import reports
from tests.office_made import AN, BINH, NOW, OFFICE, number, report
from tests.shared_store import Server

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
WRITERS, REPORTS = 3, 6


def writer(address: str, first: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.in_office", address, str(first), str(REPORTS)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def test_several_writers_one_of_them_killed_load_every_report_once(server: Server, tmp_path: Path) -> None:
    data = tmp_path / "chung"
    data.mkdir()
    address = server.address(server.database(), data)
    writers = [writer(f"{address} local={tmp_path / str(n)}", n * 2) for n in range(WRITERS)]
    victim = writers[0]
    assert victim.stdout
    assert victim.stdout.readline() in (b"loaded\n", b"unchanged\n")
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    said = [w.communicate()[0].split() for w in writers[1:]]
    assert [w.returncode for w in writers[1:]] == [0] * (WRITERS - 1)
    assert all(len(outcomes) == REPORTS for outcomes in said)
    with Warehouse.open(named_store(f"{address} local={tmp_path / 'xem'}"), OFFICE) as warehouse:
        rows = warehouse.connection.execute(
            "SELECT count(*), count(DISTINCT sha256) FROM files WHERE outcome = 'loaded'"
        ).fetchone()
        assert rows == (REPORTS, REPORTS)
        cells = len(reports(1)[0].observations)
        assert warehouse.connection.execute("SELECT count(*) FROM store.observation").fetchone() == (REPORTS * cells,)
        current = "SELECT unit_name, count(*) FILTER (WHERE is_current) FROM submissions GROUP BY 1 ORDER BY 1"
        assert warehouse.connection.execute(current).fetchall() == [
            (f"Xã {name}", 1) for name in ("An", "Bình", "Chi", "Đông")
        ]
        steps = warehouse.connection.execute("SELECT count(*), count(DISTINCT number) FROM store.migration").fetchone()
        assert steps is not None
        assert steps[0] == steps[1], "of two that make the store at the same time one makes it"


def test_what_another_office_writes_stands_in_this_ones_next_answer(server: Server, tmp_path: Path) -> None:
    here, there = tmp_path / "day", tmp_path / "kia"
    here.mkdir()
    there.mkdir()
    address = server.address(server.database(), here)
    ours, theirs = (named_store(f"{address} local={folder / 'kho.ducklake'}") for folder in (here, there))
    with Warehouse.open(ours, OFFICE) as warehouse:
        warehouse.load(report(AN, {(1, "1", "2019"): number(1)}), NOW)
        warehouse.snapshot()
    with Warehouse.open(theirs, OFFICE) as warehouse:
        warehouse.load(report(BINH, {(1, "1", "2019"): number(2)}), NOW)
    asked = "SELECT unit_name, value FROM observations WHERE status = 'ok' ORDER BY 1"
    with open_snapshot(ours, OFFICE) as connection:
        assert connection.execute(asked).fetchall() == [("Xã An", 1.0), ("Xã Bình", 2.0)]
    first = store_at(ours)
    with open_snapshot(ours) as connection:
        assert connection.execute(asked).fetchall() == [("Xã An", 1.0), ("Xã Bình", 2.0)]
    assert len(list((here / "kho.ducklake.snapshots").glob("*.duckdb"))) == 2, "nothing new, no new copy"
    assert first == store_at(ours)


def test_upkeep_at_night_loses_nothing_while_others_write(server: Server, tmp_path: Path) -> None:
    path = server.store(tmp_path)
    made = reports(4)
    with Warehouse.open(path, OFFICE) as warehouse, Warehouse.open(path, OFFICE) as other:
        for extraction in made[:3]:
            warehouse.load(extraction, NOW)
        decided = Decision("accept", made[0].source.sha256[:12], "Lan", NOW)
        warehouse.decide(decided)
        told: list[str] = []
        warehouse.upkeep(told.append)
        assert len(told) == 4
        other.load(made[3], NOW)
        warehouse.upkeep(told.append)
    with open_snapshot(path) as connection:
        assert connection.execute("SELECT count(*) FROM submissions").fetchone() == (4,)
        assert connection.execute("SELECT count(*) FROM observations_all").fetchone() == (
            sum(len(extraction.observations) for extraction in made),
        )
        assert connection.execute("SELECT decision_id FROM decisions").fetchall() == [(decided.decision_id,)]


def test_a_backup_is_the_catalog_first_and_then_the_data(server: Server, tmp_path: Path) -> None:
    """As docs/quy-mo-lon.md says: a file that the dump names is never gone, one that came later is merely not named."""
    path = server.store(tmp_path)
    with Warehouse.open(path, OFFICE) as warehouse:
        warehouse.load(reports(1)[0], NOW)
        settings = store_at(path)
        assert isinstance(settings, stores.SharedStore)
        name = settings.connection_string.split("dbname='")[1].split("'")[0]
        dump = server.run("pg_dump", "--format=custom", name).stdout
        warehouse.load(reports(2)[1], NOW)
    (tmp_path / "ban-luu").write_bytes(dump)
    again = server.database()
    server.run("pg_restore", "--dbname", again, str(tmp_path / "ban-luu"))
    restored = named_store(f"{server.address(again, tmp_path / 'du-lieu-chung')} local={tmp_path / 'lay-lai'}")
    with Warehouse.open(restored, OFFICE) as warehouse:
        assert warehouse.connection.execute("SELECT count(*) FROM submissions").fetchone() == (1,)
        assert warehouse.connection.execute("SELECT count(*) FROM observations").fetchone() == (
            len(reports(1)[0].observations),
        )


# -- the address


def test_the_local_file_keeps_the_address_from_other_eyes_and_names_the_store_from_then_on(tmp_path: Path) -> None:
    local = tmp_path / "kho.ducklake"
    address = rf"ducklake:postgres:host=db dbname='kho báo cáo' password='a b\'c\\' data_path={tmp_path} local={local}"
    assert named_store(address) == local
    assert stat.S_IMODE(local.stat().st_mode) == 0o600
    known = store_at(local)
    assert isinstance(known, stores.SharedStore)
    assert known.data_path == tmp_path
    assert known.connection_string == r"dbname='kho báo cáo' host='db' password='a b\'c\\'"
    assert "password" not in repr(known)


@pytest.mark.parametrize(
    "address",
    ["ducklake:kho.db", "ducklake:postgres:", "ducklake:postgres:host=a", "ducklake:postgres:postgresql://u@h/db",
     "ducklake:postgres:host=a dbname=b data_path=gần/đây", "ducklake:postgres:host=a b"],
)  # fmt: skip
def test_a_wrong_address_is_told_how_to_write_it(address: str) -> None:
    with pytest.raises(UsageFault) as caught:
        named_store(address)
    assert "data_path" in caught.value.message + caught.value.advice


def test_the_file_of_another_store_is_not_written_over(tmp_path: Path) -> None:
    address = f"ducklake:postgres:host=db data_path={tmp_path} local={tmp_path / 'kho'}"
    named_store(f"{address} dbname=a user=x")
    named_store(f"{address} dbname=a user=y")
    with pytest.raises(UsageFault) as caught:
        named_store(f"{address} dbname=b")
    assert caught.value.code == "STORE_NAME_TAKEN"


def test_nobody_at_the_address_is_said_without_the_password(tmp_path: Path) -> None:
    path = named_store(f"ducklake:postgres:host={tmp_path} password=bimat data_path={tmp_path} local={tmp_path / 'kho'}")
    with pytest.raises(WarehouseFault) as caught:
        Warehouse.open(path, OFFICE)
    assert caught.value.code == "SHARED_UNREACHABLE"
    assert "bimat" not in caught.value.message + caught.value.advice


def test_a_folder_that_is_not_mounted_is_said_and_not_made(tmp_path: Path) -> None:
    path = named_store(f"ducklake:postgres:host=db data_path={tmp_path / 'chung'} local={tmp_path / 'kho'}")
    with pytest.raises(WarehouseFault) as caught:
        Warehouse.open(path, OFFICE)
    assert caught.value.code == "SHARED_DATA_MISSING"
    assert not (tmp_path / "chung").exists()


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = named_store(f"ducklake:postgres:host=db data_path={tmp_path} local={tmp_path / 'kho'}")
    monkeypatch.setitem(sys.modules, "duckdb_extension_ducklake", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingTool) as caught:
        Warehouse.open(path, OFFICE)
    assert caught.value.exit_code == 4
    assert "tonghop[ducklake]" in caught.value.advice


# -- the commands


def test_the_commands_work_on_a_shared_store_as_on_a_file(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "chung").mkdir()
    local = tmp_path / "kho.ducklake"
    address = f"{server.address(server.database(), tmp_path / 'chung')} local={local}"
    source = next((SAMPLES / "huyen-vi-du").glob("*An Ph*(1).docx"))
    office = str(SAMPLES / "huyen-vi-du" / "office.toml")

    def run(*arguments: str, code: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["tonghop", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert (ended.value.code or 0) == code, said
        return said.out + said.err

    assert "1/1 tệp đã vào kho" in run("ingest", str(source), "--db", address, "--office", office)
    assert "không đổi" in run("ingest", str(source), "--db", address, "--office", office)
    assert "Xã An Phú" in run("sql", "SELECT unit_name FROM submissions", "--db", str(local))
    assert "Tên chỉ tiêu" in run("sql", "--list", "--db", str(local))
    assert len(list((tmp_path / "kho.ducklake.kho-goc" / "da-nhan").rglob("*.docx"))) == 1
    assert "gộp tệp nhỏ" in run("upkeep", "--db", str(local), "--office", office)
    assert "pg_dump" in run("backup", str(tmp_path / "luu.zip"), "--db", str(local), "--office", office)
    assert "kho chung" in run("rebuild", "--db", str(local), "--office", office, code=2)


def test_a_warehouse_file_needs_no_upkeep(tmp_path: Path) -> None:
    told: list[str] = []
    with Warehouse.open(tmp_path / "kho.duckdb", OFFICE) as warehouse:
        warehouse.upkeep(told.append)
    assert "không cần bảo dưỡng" in told[0]
