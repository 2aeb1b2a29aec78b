"""The watch folder loses nothing, doubles nothing and half-loads nothing, whatever happens to it."""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from ingest.archive import folder_of, read_archive
from ingest.intake import open_intake
from ingest.readers.whole import is_whole
from ingest.warehouse import Warehouse, open_snapshot
from ingest.watch import Inbox, check_apart, read_statuses
from ingest.watch.inbox import CLAIMS
from ingest.watch.lock import LOCK
from schemas.errors import TonghopError, UsageFault, WarehouseFault
from schemas.junk import is_junk
from tests.hostile import compound_file, pdf_file, word_file
from tests.small_office import QUICK, SMALL, STEPS, kill_at, read_one, watch_once, watcher, write

HOUSE = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kho") / "kho.duckdb"
    Warehouse.open(path, SMALL).close()
    return path


@pytest.fixture
def db(empty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty, tmp_path / "kho.duckdb"))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "nhan").mkdir()
    return tmp_path / "nhan"


def names(folder: Path) -> list[str]:
    """Every file, also those that hide; folders may come and go meanwhile, which Path.rglob does not bear."""
    found = (Path(place, name) for place, _, here in os.walk(folder) for name in here)
    return sorted(path.relative_to(folder).as_posix() for path in found)


def kept(db: Path, room: str) -> list[str]:
    """The originals in a room of the archive."""
    return [name for name in names(folder_of(db) / room) if not name.endswith((".html", ".ly-do.txt"))]


def loaded(db: Path) -> list[str]:
    with Warehouse.open(db, SMALL) as warehouse:
        rows = warehouse.connection.execute("SELECT file_name FROM files WHERE outcome = 'loaded' ORDER BY 1").fetchall()
    return [row[0] for row in rows]


def agree(db: Path) -> bool:
    with open_intake(db, SMALL) as intake:
        return intake.discrepancies(thorough=True) == []


def wait_until(condition: Callable[[], Any]) -> bool:
    for _ in range(600):
        if condition():
            return True
        time.sleep(0.05)
    return False


def start(inbox: Path, db: Path, *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.small_office", str(inbox), str(db), *options]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=HOUSE)


def end(program: "subprocess.Popen[str]") -> str:
    """Ends it as a service is ended; what it said."""
    program.terminate()
    _, said = program.communicate(timeout=60)
    assert program.returncode == 0, said
    return said


# -- the ordinary way


def test_a_file_that_is_dropped_is_loaded_filed_and_gone_from_the_inbox(inbox: Path, db: Path) -> None:
    data = write(inbox / "bc.docx", "An", 12).read_bytes()
    assert watch_once(inbox, db) == {"loaded": 1}
    assert names(inbox) == []
    assert kept(db, "da-nhan") == ["2019-2020/Xã An/bc.docx"]
    assert (folder_of(db) / "da-nhan/2019-2020/Xã An/bc.docx").read_bytes() == data
    assert (folder_of(db) / "da-nhan/2019-2020/Xã An/bc.docx.html").read_text().startswith("<p>")
    with open_snapshot(db) as connection:
        assert connection.execute("SELECT value FROM observations WHERE status = 'ok'").fetchall() == [(12.0,)]
    assert agree(db)


def test_a_file_that_is_refused_is_kept_with_the_reason_in_vietnamese(inbox: Path, db: Path) -> None:
    write(inbox / "bc.docx", refuse="ENCRYPTED")
    assert watch_once(inbox, db) == {"refused": 1}
    assert names(inbox) == []
    assert kept(db, "khong-nhan") == ["bc.docx"]
    reason = (folder_of(db) / "khong-nhan" / "bc.docx.ly-do.txt").read_text(encoding="utf-8-sig")
    assert "Tệp có mật khẩu." in reason
    assert "bỏ mật khẩu rồi gửi lại" in reason
    assert agree(db)


def test_the_folder_a_commune_has_in_the_inbox_is_kept_as_a_sign_of_who_sent_it(inbox: Path, db: Path) -> None:
    write(inbox / "Xã Bình" / "bc.docx", "Bình")
    write(inbox / "bc2.docx", "An")
    watch_once(inbox, db)
    folders = {entry.arrival.file_name: entry.arrival.folder for entry in read_archive(folder_of(db)).loaded.values()}
    assert folders == {"bc.docx": "Xã Bình", "bc2.docx": inbox.name}


@pytest.mark.parametrize(
    "name",
    ["~$bc.docx", ".~lock.bc.docx#", "bc.docx.tmp", "bc.docx.crdownload", "Thumbs.db", "THUMBS.DB", "._bc.docx",
     ".bc.docx.a1B2c3", "bc.docx.part", "desktop.ini", "~WRL0001.tmp"],
)  # fmt: skip
def test_what_programs_leave_is_junk(name: str) -> None:
    assert is_junk(name)


@pytest.mark.parametrize("name", ["bc.docx", "Báo cáo (1).docx", "~bc.docx", "BC$.PDF", "tmp.docx", "part.doc"])
def test_a_report_is_no_junk(name: str) -> None:
    assert not is_junk(name)


def test_junk_and_other_files_stay_and_are_counted(inbox: Path, db: Path) -> None:
    for name in ("~$bc.docx", "Thumbs.db", "so-lieu.xlsx", "ghi-chu.txt"):
        (inbox / name).write_bytes(b"x")
    assert watch_once(inbox, db) == {}
    (status,) = read_statuses(folder_of(db))
    assert (status["junk"], status["ignored"]) == (2, ["ghi-chu.txt", "so-lieu.xlsx"])
    assert names(inbox) == ["Thumbs.db", "ghi-chu.txt", "so-lieu.xlsx", "~$bc.docx"]


def test_two_thousand_files_at_once(inbox: Path, db: Path) -> None:
    """All are seen and the first are taken in; the rest wait in the open."""
    for number in range(2000):
        write(inbox / f"{number:04}.docx", refuse="DAMAGED", number=number)
    made = watcher(inbox, db, QUICK.model_copy(update={"watch_batch_seconds": 1}))
    stop = threading.Event()
    thread = threading.Thread(target=made.run, args=(stop,))
    thread.start()
    assert wait_until(lambda: len(kept(db, "khong-nhan")) > 10)
    stop.set()
    thread.join()
    done = kept(db, "khong-nhan")
    assert sorted([*names(inbox), *done]) == [f"{number:04}.docx" for number in range(2000)]
    assert agree(db)


# -- names and what is no file


NAMES = (
    "Báo cáo xã.docx", unicodedata.normalize("NFD", "Báo cáo phường.docx"), "a\nb\x1b[2Jc.docx", "CON.docx", "aux.pdf",
    "x" * 200 + ".docx", "ế" * 80 + ".docx", " .docx", "-rf.docx", "'; DROP TABLE x; --.docx", "phieu.json.docx",
    os.fsdecode(b"b\xe1o.docx"), "$(touch x).docx", "a\u202ecod.docx", "..docx", "a..docx",
)  # fmt: skip


def test_a_file_of_any_name_is_taken_in_once(inbox: Path, db: Path) -> None:
    data = [write(inbox / name, value=number, day=number).read_bytes() for number, name in enumerate(NAMES)]
    assert watch_once(inbox, db) == {"loaded": len(NAMES)}
    assert names(inbox) == []
    originals = kept(db, "da-nhan")
    assert sorted((folder_of(db) / "da-nhan" / original).read_bytes() for original in originals) == sorted(data)
    assert all(char.isprintable() for original in originals for char in original)
    assert loaded(db) == sorted(os.fsencode(name).decode("utf-8", "replace") for name in NAMES)
    assert agree(db)


def test_names_that_differ_only_in_their_unicode_form_are_two_files(inbox: Path, db: Path) -> None:
    for form in ("NFC", "NFD"):
        write(inbox / unicodedata.normalize(form, "Báo cáo.docx"), value=len(form), note=form)
    assert watch_once(inbox, db) == {"loaded": 2}
    assert len(kept(db, "da-nhan")) == 2


def test_links_and_loops_are_not_followed(inbox: Path, db: Path, tmp_path: Path) -> None:
    secret = write(tmp_path / "rieng" / "mat.docx")
    (inbox / "lien-ket.docx").symlink_to(secret)
    (inbox / "thu-muc").symlink_to(tmp_path / "rieng")
    (inbox / "vong").symlink_to(inbox)
    (inbox / "tro-vao-minh.docx").symlink_to(inbox / "tro-vao-minh.docx")
    os.mkfifo(inbox / "ong.docx")
    write(inbox / "bc.docx", value=3)
    assert watch_once(inbox, db) == {"loaded": 1}
    assert loaded(db) == ["bc.docx"]
    assert secret.exists()
    (status,) = read_statuses(folder_of(db))
    assert status["junk"] == 5


# -- not before it is whole


def zipped(data: bytes = b"<x/>" * 500) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("a.xml", data)
        package.writestr("b.xml", data)
    return stream.getvalue()


WHOLE = {
    "docx": word_file(), "zip": zipped(), "pdf": pdf_file("x"), "doc": compound_file({"WordDocument": b"x" * 50_000}),
}  # fmt: skip


@pytest.mark.parametrize("kind", WHOLE)
def test_a_whole_file_is_whole_and_no_beginning_of_it_is(tmp_path: Path, kind: str) -> None:
    path, data = tmp_path / "bc", WHOLE[kind]
    path.write_bytes(data)
    assert is_whole(path)
    for size in (0, 1, len(data) // 3, len(data) // 2, len(data) * 9 // 10):
        path.write_bytes(data[:size])
        assert not is_whole(path), f"cut after {size}"


@pytest.mark.parametrize("kind", ["docx", "zip", "pdf"])
def test_space_that_was_reserved_and_is_not_written_yet_is_not_whole(tmp_path: Path, kind: str) -> None:
    path, data = tmp_path / "bc", WHOLE[kind]
    for size in (0, 1, len(data) // 2, len(data) - 30):
        path.write_bytes(data[:size] + bytes(len(data) - size))
        assert not is_whole(path)


def test_a_zip_whose_end_came_before_its_middle_is_not_whole(tmp_path: Path) -> None:
    data = bytearray(zipped())
    second = data.index(b"PK\x03\x04", 4)
    data[second - 50 : second + 100] = bytes(150)
    (tmp_path / "bc.docx").write_bytes(data)
    assert not is_whole(tmp_path / "bc.docx")


def test_what_cannot_be_opened_is_not_whole(tmp_path: Path) -> None:
    assert not is_whole(tmp_path / "khong-co")
    assert not is_whole(tmp_path)


def test_a_file_is_left_alone_while_it_grows(inbox: Path) -> None:
    looking = Inbox(inbox, QUICK, is_whole)
    path = inbox / "bc.docx"
    for size in range(1, 5):
        path.write_bytes(b"x" * size)
        assert looking.look().ready == []
    assert looking.look().ready == [path]


def test_files_there_at_the_start_wait_for_a_second_look_too(inbox: Path) -> None:
    write(inbox / "bc.docx")
    looking = Inbox(inbox, QUICK, is_whole)
    assert (looking.look().ready, looking.look().ready) == ([], [inbox / "bc.docx"])


def test_a_slow_copy_waits_until_it_is_whole(inbox: Path, db: Path) -> None:
    """Its writer pauses longer than two looks take; the structure says that it is not all there."""
    data = zipped()
    for end in (500, 1500):
        (inbox / "bc.docx").write_bytes(data[:end])
        assert watch_once(inbox, db, replace_doubt(60)) == {}
    (status,) = read_statuses(folder_of(db))
    assert [waiting["why"] for waiting in status["waiting"]] == ["chưa trọn vẹn: có thể đang chép dở"]
    (inbox / "bc.docx").write_bytes(data)
    looking = Inbox(inbox, QUICK, is_whole)
    looking.look()
    assert looking.look().ready == [inbox / "bc.docx"]


def replace_doubt(seconds: float) -> Any:
    return QUICK.model_copy(update={"watch_doubt_seconds": seconds})


def test_reserved_space_waits_and_then_loads(inbox: Path, db: Path) -> None:
    data = json.dumps({"unit": "An", "value": 4, "day": 1}).encode()
    (inbox / "bc.docx").write_bytes(bytes(len(data)))
    assert watch_once(inbox, db, replace_doubt(60)) == {}
    (inbox / "bc.docx").write_bytes(data)
    assert watch_once(inbox, db) == {"loaded": 1}


def test_a_file_that_stands_still_and_never_becomes_whole_is_taken_as_it_is(inbox: Path) -> None:
    """Otherwise a report cut short by its sender would wait for ever, and nobody be told."""
    (inbox / "bc.docx").write_bytes(zipped()[:700])
    looking = Inbox(inbox, replace_doubt(0.1), is_whole)
    assert (looking.look().ready, looking.look().ready) == ([], [])
    assert wait_until(lambda: looking.look().ready)


def test_how_long_it_stood_still_is_remembered_from_run_to_run(inbox: Path, db: Path) -> None:
    """A scheduler starts the program anew each time."""
    (inbox / "bc.docx").write_bytes(bytes(100))
    assert watch_once(inbox, db, replace_doubt(60)) == {}
    made = watcher(inbox, db, replace_doubt(60))
    looking = Inbox(inbox, replace_doubt(60), is_whole)
    (before,) = made._status.waiting_before()
    looking.remember([replace(before, since="2020-01-01T00:00:00+00:00")])
    assert looking.look().ready == [inbox / "bc.docx"]
    looking = Inbox(inbox, replace_doubt(60), is_whole)
    looking.remember([replace(before, since="2099-01-01T00:00:00+00:00")])
    assert looking.look().ready == [], "the clock was set back"


# -- exactly once


def test_the_same_report_dropped_again_renamed_touched_or_in_another_folder_is_one_load(inbox: Path, db: Path) -> None:
    data = write(inbox / "bc.docx").read_bytes()
    watch_once(inbox, db)
    (inbox / "bc.docx").write_bytes(data)
    (inbox / "ban sao.docx").write_bytes(data)
    (inbox / "Xã Bình").mkdir()
    (inbox / "Xã Bình" / "bc.docx").write_bytes(data)
    os.utime(inbox / "bc.docx", (0, 0))
    assert watch_once(inbox, db) == {"unchanged": 3}
    assert names(inbox) == []
    assert loaded(db) == ["bc.docx"]
    assert kept(db, "da-nhan") == ["2019-2020/Xã An/bc.docx"]
    assert read_archive(folder_of(db)).counts == {"loaded": 1, "unchanged": 3}


def test_two_copies_dropped_together_are_one_load(inbox: Path, db: Path) -> None:
    for name in ("a.docx", "b.docx"):
        write(inbox / name)
    counts = watch_once(inbox, db)
    assert counts == {"loaded": 1, "unchanged": 1}
    assert kept(db, "da-nhan") == ["2019-2020/Xã An/a.docx"]


def test_times_of_files_and_a_clock_set_back_do_not_matter(inbox: Path, db: Path) -> None:
    for name, moment in (("a.docx", 0), ("b.docx", 4102444800)):
        os.utime(write(inbox / name, note=name), (moment, moment))
    assert watch_once(inbox, db) == {"loaded": 2}


def test_a_new_file_of_the_name_of_one_that_is_being_read_is_not_lost(inbox: Path, db: Path) -> None:
    first = write(inbox / "bc.docx", value=1)

    def read_while_another_comes(staged: Any) -> Any:
        for one in staged:
            if not first.exists() and json.loads(one.path.read_bytes())["value"] == 1:
                write(first, value=2, day=2)
            yield one, read_one(one)

    watcher(inbox, db, read=read_while_another_comes).run(threading.Event(), once=True)
    watch_once(inbox, db)
    assert len(loaded(db)) == 2
    assert names(inbox) == []


def test_what_is_written_into_a_file_while_it_is_read_is_not_lost(inbox: Path, db: Path) -> None:
    """On Linux a program that has the file open goes on writing into it under its new name."""
    write(inbox / "bc.docx", value=1)

    def read_while_it_is_written(staged: Any) -> Any:
        for one in staged:
            answer = read_one(one)
            for claimed in inbox.rglob("bc.docx"):
                if json.loads(claimed.read_bytes())["value"] == 1:
                    write(claimed, value=2, day=2)
            yield one, answer

    watcher(inbox, db, read=read_while_it_is_written).run(threading.Event(), once=True)
    watch_once(inbox, db)
    with Warehouse.open(db, SMALL) as warehouse:
        values = warehouse.connection.execute("SELECT value FROM observations_all WHERE status = 'ok' ORDER BY 1")
        assert values.fetchall() == [(1.0,), (2.0,)]
    assert names(inbox) == []


def test_a_file_that_a_program_has_open_for_writing_waits(inbox: Path, db: Path) -> None:
    """However long its writer pauses: Linux says so of its own disks."""
    path = write(inbox / "bc.docx")
    with path.open("r+b"):
        assert watch_once(inbox, db) == {}
        (status,) = read_statuses(folder_of(db))
        assert [waiting["why"] for waiting in status["waiting"]] == ["đang được ghi"]
    with path.open("rb"):
        assert watch_once(inbox, db) == {"loaded": 1}


# -- causes of ours


def test_a_file_for_which_this_machine_lacks_a_tool_waits_in_the_inbox(
    inbox: Path, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(inbox / "Xã An" / "bc.docx", needs="TONGHOP_TEST_TOOL")
    write(inbox / "khac.docx", value=2)
    assert watch_once(inbox, db) == {"loaded": 1}
    assert names(inbox) == ["Xã An/bc.docx"]
    assert kept(db, "khong-nhan") == []
    monkeypatch.setenv("TONGHOP_TEST_TOOL", "1")
    assert watch_once(inbox, db) == {"loaded": 1}


def test_a_limit_must_be_met_again_and_again_before_the_file_is_blamed(inbox: Path, db: Path) -> None:
    write(inbox / "bc.docx", refuse="TOO_SLOW")
    made = watcher(inbox, db)
    tried: list[str] = []

    def read_and_count(staged: Any) -> Any:
        for one in staged:
            tried.append(one.arrival.file_name)
            yield one, read_one(one)

    stop = threading.Event()
    made = watcher(inbox, db, read=read_and_count)
    thread = threading.Thread(target=made.run, args=(stop,))
    thread.start()
    assert wait_until(lambda: kept(db, "khong-nhan"))
    stop.set()
    thread.join()
    assert len(tried) == QUICK.watch_tries


def test_with_a_disk_nearly_full_no_file_is_blamed(inbox: Path, db: Path) -> None:
    write(inbox / "bc.docx", refuse="DAMAGED")
    more_than_there_is = QUICK.model_copy(update={"watch_free_mb": 1 << 30})
    assert watch_once(inbox, db, more_than_there_is) == {}
    assert names(inbox) == ["bc.docx"]
    assert watch_once(inbox, db) == {"refused": 1}


def test_a_locked_warehouse_is_waited_for(inbox: Path, db: Path) -> None:
    hold = f"import duckdb; c = duckdb.connect({str(db)!r}); print('held', flush=True); input()"
    holder = subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        write(inbox / "bc.docx")
        program = start(inbox, db)
        assert wait_until(lambda: any(status["hindered_by"] for status in read_statuses(folder_of(db))))
        assert names(inbox) == [LOCK, "bc.docx"]
    finally:
        holder.communicate(b"\n")
    assert wait_until(lambda: kept(db, "da-nhan"))
    assert wait_until(lambda: names(inbox) == [LOCK])
    assert "đang được chương trình khác ghi" in end(program)
    assert kept(db, "khong-nhan") == []
    assert agree(db)


def test_a_full_disk_is_waited_for_and_no_file_is_blamed(inbox: Path, db: Path) -> None:
    """The limit on the size of a file stands for the end of the disk: DuckDB's file cannot grow past it."""
    for number in range(4):
        write(inbox / f"{number}.docx", value=number, day=number)
    limit = db.stat().st_size + 1000
    program = subprocess.Popen(
        [sys.executable, "-c", FULL_DISK, str(limit), str(inbox), str(db)], stderr=subprocess.PIPE, text=True, cwd=HOUSE
    )
    assert wait_until(lambda: any(status["hindered_by"] for status in read_statuses(folder_of(db))))
    said = end(program)
    assert "ghi" in said
    assert kept(db, "khong-nhan") == []
    watch_once(inbox, db)
    assert loaded(db) == [f"{number}.docx" for number in range(4)]
    assert names(inbox) == []
    assert agree(db)


FULL_DISK = """
import resource, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from tests.small_office import main
main()
"""


def test_an_inbox_that_goes_away_and_comes_back_is_watched_on(inbox: Path, db: Path, tmp_path: Path) -> None:
    write(inbox / "a.docx", value=1)
    program = start(inbox, db)
    assert wait_until(lambda: kept(db, "da-nhan"))
    inbox.rename(tmp_path / "mat")
    assert wait_until(lambda: any(status["hindered_by"] for status in read_statuses(folder_of(db))))
    inbox.mkdir()
    write(inbox / "b.docx", value=2)
    assert wait_until(lambda: len(kept(db, "da-nhan")) == 2)
    assert "Không đọc hoặc ghi được thư mục" in end(program)
    assert names(inbox) == []


def test_an_inbox_that_cannot_be_written_is_waited_for(inbox: Path, db: Path) -> None:
    """A file stands where the hidden folder for claims should be: nothing can be claimed, by nobody's rights."""
    write(inbox / "bc.docx")
    (inbox / CLAIMS).write_bytes(b"")
    with pytest.raises(TonghopError, match="Không đọc hoặc ghi được thư mục"):
        watch_once(inbox, db)
    (inbox / CLAIMS).unlink()
    assert names(inbox) == ["bc.docx"]
    assert watch_once(inbox, db) == {"loaded": 1}


def test_a_warehouse_that_lacks_what_the_archive_has_is_said_at_the_start(inbox: Path, db: Path, empty: Path) -> None:
    write(inbox / "a.docx", value=1)
    watch_once(inbox, db)
    shutil.copy(empty, db)
    write(inbox / "b.docx", value=2)
    with pytest.raises(WarehouseFault, match=r"thiếu tệp đã nhận: a\.docx") as caught:
        watcher(inbox, db).run(threading.Event())
    assert (caught.value.code, caught.value.exit_code) == ("WAREHOUSE_INCOMPLETE", 5)
    assert "tonghop rebuild" in caught.value.advice
    assert names(inbox) == ["b.docx"]


# -- one watcher, its own folders


def test_a_second_watcher_of_a_folder_is_refused(inbox: Path, db: Path) -> None:
    program = start(inbox, db)
    assert wait_until(lambda: read_statuses(folder_of(db)))
    with pytest.raises(WarehouseFault, match=f"đang được một chương trình khác theo dõi.*{program.pid}") as caught:
        watch_once(inbox, db)
    assert caught.value.code == "WATCHED_ALREADY"
    end(program)
    assert names(inbox) == []


def test_the_lock_of_a_watcher_that_was_killed_is_taken_over(inbox: Path, db: Path) -> None:
    program = start(inbox, db)
    assert wait_until(lambda: read_statuses(folder_of(db)))
    program.kill()
    program.communicate()
    assert names(inbox) == [LOCK]
    write(inbox / "bc.docx")
    assert watch_once(inbox, db) == {"loaded": 1}
    assert names(inbox) == []


def test_the_lock_of_another_machine_is_taken_over_only_when_it_shows_no_life(inbox: Path, db: Path) -> None:
    write(inbox / "bc.docx")
    lock = inbox / LOCK
    beating = threading.Event()

    def beat() -> None:
        for number in range(10_000):
            if beating.is_set():
                return
            lock.write_text(json.dumps({"host": "may-khac", "pid": 7, "beats": number}))
            time.sleep(0.01)

    thread = threading.Thread(target=beat)
    thread.start()
    assert wait_until(lock.exists)
    try:
        with pytest.raises(WarehouseFault, match="may-khac"):
            watch_once(inbox, db, QUICK.model_copy(update={"watch_stale_seconds": 5}))
    finally:
        beating.set()
        thread.join()
    assert names(inbox) == [LOCK, "bc.docx"]
    assert watch_once(inbox, db) == {"loaded": 1}


def test_inbox_archive_and_warehouse_must_not_lie_in_each_other(tmp_path: Path) -> None:
    inbox = tmp_path / "nhan"
    (inbox / "trong").mkdir(parents=True)
    db = tmp_path / "kho.duckdb"
    (folder_of(db) / "da-nhan").mkdir(parents=True)
    check_apart(inbox, db, folder_of(db))
    (tmp_path / "loi-tat").symlink_to(inbox)
    for wrong_inbox, wrong_db in (
        (inbox, inbox / "kho.duckdb"),
        (inbox, inbox / "trong" / "kho.duckdb"),
        (inbox, tmp_path / "loi-tat" / "kho.duckdb"),
        (folder_of(db), db),
        (folder_of(db) / "da-nhan", db),
        (tmp_path, db),
    ):
        with pytest.raises(UsageFault, match="nằm trong"):
            check_apart(wrong_inbox, wrong_db, folder_of(wrong_db))
    with pytest.raises(UsageFault, match="Không có thư mục"):
        check_apart(tmp_path / "khong-co", db, folder_of(db))


# -- heartbeat


def test_the_status_says_that_it_lives_and_what_it_did(inbox: Path, db: Path) -> None:
    program = start(inbox, db)
    assert wait_until(lambda: read_statuses(folder_of(db)))
    (before,) = read_statuses(folder_of(db))
    assert (before["state"], before["pid"], before["inbox"]) == ("running", program.pid, str(inbox))
    write(inbox / "bc.docx")
    assert wait_until(lambda: kept(db, "da-nhan") and names(inbox) == [LOCK])
    assert wait_until(lambda: read_statuses(folder_of(db))[0]["beat"] > before["beat"])
    end(program)
    (after,) = read_statuses(folder_of(db))
    assert (after["state"], after["since_start"]) == ("stopped", {"loaded": 1})


# -- killed anywhere


def run_and_kill(inbox: Path, db: Path, step: str, number: int) -> None:
    kill_at(step, number)
    watch_once(inbox, db)


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_every_file_ends_in_exactly_one_state(inbox: Path, db: Path, step: str) -> None:
    for number in range(2):
        write(inbox / f"{number}.docx", "An", number, day=number)
    write(inbox / "hong.docx", refuse="DAMAGED")
    number = 2 if step == "in transaction" else 1
    process = multiprocessing.get_context("fork").Process(target=run_and_kill, args=(inbox, db, step, number))
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL, "it came to that step"
    watch_once(inbox, db)
    assert names(inbox) == []
    assert loaded(db) == ["0.docx", "1.docx"]
    assert kept(db, "da-nhan") == ["2019-2020/Xã An/0.docx", "2019-2020/Xã An/1.docx"]
    assert kept(db, "khong-nhan") == ["hong.docx"]
    assert kept(db, "dang-nhan") == []
    with open_snapshot(db) as connection:
        assert connection.execute("SELECT count(*) FROM submissions").fetchone() == (2,)
    assert agree(db)


