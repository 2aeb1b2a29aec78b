"""Published copies: whole, dated, read-only, named by a pointer; old ones go, though somebody reads one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from ingest.warehouse import Warehouse, open_snapshot
from reports.publish import GUIDE, POINTER, publish
from schemas.errors import UsageFault
from tests.office_made import AN, NOW, OFFICE, number, report, words

HOUSE = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kho") / "kho.duckdb"
    with Warehouse.open(path, OFFICE) as warehouse:
        warehouse.load(report(AN, {(1, "1", "2019"): number(5), (1, "5", "2019"): words("Một cửa")}), NOW)
        warehouse.snapshot()
    return path


@pytest.fixture
def snapshot(db: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_snapshot(db) as connection:
        yield connection


def newest(folder: Path) -> Path:
    return folder / (folder / POINTER).read_text(encoding="utf-8").strip()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_pointer_names_a_copy_with_every_view_as_duckdb_and_parquet(
    snapshot: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    folder = tmp_path / "chung của huyện"
    made = publish(snapshot, folder, datetime(2020, 6, 5, 8, 15), 5)
    assert (made, made.name) == (newest(folder), "000001-20200605T081500")
    with duckdb.connect(str(made / "tonghop.duckdb"), read_only=True) as copy:
        assert copy.execute("SELECT sum(value) FROM observations").fetchone() == (5.0,)
        comment = "SELECT comment FROM duckdb_views() WHERE view_name = 'observations'"
        assert "được phép tổng hợp" in str(copy.execute(comment).fetchone())
    for view in ("observations", "consolidated", "findings", "completeness", "mau_thu_2020.phu_luc_1"):
        of_parquet = f"SELECT * FROM read_parquet('{made}/parquet/{view}.parquet') ORDER BY ALL"
        assert duckdb.sql(of_parquet).fetchall() == snapshot.execute(f"SELECT * FROM {view} ORDER BY ALL").fetchall()


def test_a_copy_cannot_be_written_and_no_half_of_one_stays(snapshot: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    made = publish(snapshot, tmp_path / "chung", NOW, 5)
    files = [path for path in made.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert not [path for path in files if os.stat(path).st_mode & 0o222]
    assert names(tmp_path / "chung") == {POINTER, GUIDE, made.name}


def test_old_copies_go_though_one_is_being_read_and_the_clock_was_set_back(
    snapshot: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    folder = tmp_path / "chung"
    first = publish(snapshot, folder, NOW, 2)
    with duckdb.connect(str(first / "tonghop.duckdb"), read_only=True) as reader:
        made = [publish(snapshot, folder, NOW - timedelta(days=day), 2) for day in (1, 2, 3)]
        assert reader.execute("SELECT count(*) FROM units").fetchone() == (5,)
    assert names(folder) == {POINTER, GUIDE, made[1].name, made[2].name}
    assert newest(folder) == made[2]


def test_what_else_lies_in_the_folder_is_left_alone(snapshot: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = tmp_path / "chung"
    for name in ("2019", "000000-cua-toi", "ghi chú.txt"):
        (folder / name).mkdir(parents=True)
    for _ in range(3):
        publish(snapshot, folder, NOW, 1)
    assert names(folder) >= {"2019", "000000-cua-toi", "ghi chú.txt"}


def test_what_an_interrupted_writer_left_is_cleared(snapshot: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = tmp_path / "chung"
    half = folder / "000009-20200101T000000.dang-ghi" / "parquet"
    half.mkdir(parents=True)
    (half / "observations.parquet").write_bytes(b"half")
    made = publish(snapshot, folder, NOW, 5)
    assert names(folder) == {POINTER, GUIDE, made.name}


def test_a_file_is_no_folder(snapshot: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (tmp_path / "tep").write_text("không phải thư mục", encoding="utf-8")
    with pytest.raises(UsageFault, match="Không ghi được"):
        publish(snapshot, tmp_path / "tep", NOW, 5)


FULL = """import resource, sys; from datetime import datetime; from pathlib import Path
from ingest.warehouse import open_snapshot; from reports.publish import publish; from schemas.errors import UsageFault
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try: publish(open_snapshot(Path(sys.argv[1])), Path(sys.argv[2]), datetime(2020, 6, 6), 5)
except UsageFault as fault: print(fault.code)
"""


def test_a_disk_that_fills_up_leaves_the_last_copy_as_it_was(
    db: Path, snapshot: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    made = publish(snapshot, tmp_path / "chung", NOW, 5)
    command = [sys.executable, "-c", FULL, str(db), str(tmp_path / "chung")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=HOUSE)
    assert done.stdout == "OUTPUT_UNWRITABLE\n", done.stderr
    assert (newest(tmp_path / "chung"), names(tmp_path / "chung")) == (made, {POINTER, GUIDE, made.name})


def test_the_guide_says_how_to_open_it_and_names_every_table(snapshot: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    publish(snapshot, tmp_path, NOW, 3)
    guide = (tmp_path / GUIDE).read_bytes().decode()
    needed = ("Parquet.Document", str(tmp_path), "duckdb -readonly", "import duckdb", "mau_thu_2020.phu_luc_1: Phụ lục 1")
    assert [text for text in needed if text not in guide] == []
    assert guide.count("\r\n") == guide.count("\n")


def test_the_guides_python_lines_work_as_printed(snapshot: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    publish(snapshot, tmp_path, NOW, 3)
    guide = (tmp_path / GUIDE).read_text(encoding="utf-8")
    lines = guide[guide.index("PYTHON:") : guide.index("CÁC BẢNG")].splitlines()[2:]
    code = "\n".join(line.strip() for line in lines)
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert "unit_name" in done.stdout


def test_the_command_publishes_what_was_read_in(tmp_path: Path) -> None:
    samples = HOUSE / "samples" / "huyen-vi-du"
    path = sorted(samples.rglob("*.docx"))[0]
    db, folder = tmp_path / "kho.duckdb", tmp_path / "chung"
    tonghop = [sys.executable, str(HOUSE / "pipeline.py")]
    common = ["--db", str(db), "--office", str(next(samples.rglob("office.toml")))]
    subprocess.run([*tonghop, "ingest", str(path), *common], capture_output=True)
    done = subprocess.run([*tonghop, "publish", str(folder), *common], capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stdout.strip()) == (0, str(newest(folder)))
    with duckdb.connect(str(newest(folder) / "tonghop.duckdb"), read_only=True) as copy:
        assert copy.execute("SELECT count(*) FROM files").fetchone() == (1,)
