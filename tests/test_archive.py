"""Whatever came in can be had again: the original byte for byte, what became of it, what people decided."""

import json
import os
import resource
import shutil
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.archive import Archive, folder_of, read_archive
from ingest.archive.names import safe_name
from ingest.durable import DamagedLinesError, Lines
from ingest.intake import Intake, back_up, bring_back, open_intake, rebuild
from ingest.warehouse import Warehouse, open_snapshot
from schemas.decision import Decision
from schemas.errors import Refused, UsageFault, WarehouseFault
from tests.office_made import BINH
from tests.small_office import SMALL, read, read_one, write

NOW = datetime(2020, 6, 8, 8, 30, tzinfo=UTC)
VIEWS = (
    "submissions", "files", "observations", "observations_all", "appendices", "sections", "findings", "completeness",
    "consolidated", "decisions", "units", "forms", "indicators", "evidence",
)  # fmt: skip


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with nothing in it, made once: making its views is what takes long."""
    path = tmp_path_factory.mktemp("kho") / "kho.duckdb"
    Warehouse.open(path, SMALL).close()
    return path


@pytest.fixture
def db(empty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty, tmp_path / "kho.duckdb"))


@pytest.fixture
def intake(db: Path) -> Iterator[Intake]:
    with open_intake(db, SMALL) as opened:
        yield opened


def take(intake: Intake, path: Path, **what: Any) -> str:
    """Takes a file in as `tonghop ingest` does; the id of its submission."""
    staged = intake.stage(path, "ingest", **what)
    answer = read_one(staged)
    if isinstance(answer, Refused):
        intake.refuse(staged, answer)
        return ""
    assert not isinstance(answer, Exception)
    return intake.settle(staged, answer).submission_id


def decide(intake: Intake, action: str, submission_id: str, hours: float, **what: Any) -> None:
    decision = Decision(action, submission_id, "Lan", NOW + timedelta(hours=hours), **what)  # type: ignore[arg-type]
    intake.warehouse.decide(decision)


def seen(db: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that the public views say."""
    with Warehouse.open(db, SMALL) as warehouse:
        return {view: warehouse.connection.execute(f"FROM {view} ORDER BY ALL").fetchall() for view in VIEWS}


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def originals(db: Path) -> dict[str, bytes]:
    return {name: data for name, data in files(folder_of(db)).items() if name.startswith(("da-nhan", "khong-nhan"))}


# -- lines that last


@pytest.fixture
def lines(tmp_path: Path) -> Lines:
    made = Lines(tmp_path / "so.jsonl")
    made.read()
    for number in range(3):
        made.append({"number": number, "name": "Xã An"})
    return made


def test_a_last_line_torn_anywhere_was_never_written_and_the_next_one_follows_well(lines: Lines) -> None:
    whole = lines.path.read_bytes()
    start = whole[:-1].rindex(b"\n") + 1
    for end in range(start, len(whole) - 1):
        lines.path.write_bytes(whole[:end])
        again = Lines(lines.path)
        assert [row["number"] for row in again.read()] == [0, 1]
        again.append({"number": 7})
        assert [row["number"] for row in Lines(lines.path).read()] == [0, 1, 7]


def test_a_last_line_that_only_lacks_its_end_counts(lines: Lines) -> None:
    lines.path.write_bytes(lines.path.read_bytes().rstrip(b"\n"))
    again = Lines(lines.path)
    assert [row["number"] for row in again.read()] == [0, 1, 2]
    again.append({"number": 3})
    assert [row["number"] for row in Lines(lines.path).read()] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("spoil", "number"),
    [
        (lambda data: data.replace(b'"number": 1', b'"number": 5'), 2),
        (lambda data: b"".join(data.splitlines(keepends=True)[::2]), 2),
        (lambda data: b"".join(data.splitlines(keepends=True)[1:]), 1),
        (lambda data: data.replace(b"\n", b"\n\n", 1), 2),
        (lambda data: data.replace(b"An", b"\xff\xfe", 1), 1),
    ],
    ids=["changed", "lost", "first lost", "empty line", "bent bytes"],
)
def test_a_line_that_was_changed_or_lost_is_found(lines: Lines, spoil: Callable[[bytes], bytes], number: int) -> None:
    lines.path.write_bytes(spoil(lines.path.read_bytes()))
    with pytest.raises(DamagedLinesError) as caught:
        Lines(lines.path).read()
    assert caught.value.number == number


def test_a_damaged_ledger_is_said_with_its_line_and_nothing_is_taken_in(db: Path, tmp_path: Path) -> None:
    with open_intake(db, SMALL) as intake:
        take(intake, write(tmp_path / "a.docx"))
    ledger = folder_of(db) / "so-nhan.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b"a.docx", b"b.docx", 1))
    with pytest.raises(WarehouseFault, match=r"Dòng 1 của .*so-nhan\.jsonl") as caught, open_intake(db, SMALL):
        pass
    assert (caught.value.code, caught.value.exit_code) == ("ARCHIVE_DAMAGED", 5)


def test_what_a_terminal_gives_that_is_no_unicode_is_kept(lines: Lines) -> None:
    lines.append({"reason": "b\udce1o", "name": "Đ"})
    assert Lines(lines.path).read()[-1] == {"reason": "b\udce1o", "name": "Đ"}


# -- names


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Báo cáo CCHC.docx", "Báo cáo CCHC.docx"),
        ("Ba\u0301o ca\u0301o.docx", "Báo cáo.docx"),
        ("a\nb\x1b[2J\u202e.docx", "a_b_[2J_.docx"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("CON.docx", "_CON.docx"),
        ("lpt1.pdf", "_lpt1.pdf"),
        ("aux", "_aux"),
        ('a:b*c?"d<e>f|g\\h.pdf', "a_b_c__d_e_f_g_h.pdf"),
        ("cuối. ", "cuối"),
        (".docx", "docx"),
        ("..", "_"),
        ("", "_"),
        ("b\udce1o.docx", "b?o.docx".replace("?", "_")),
        ("Báo cáo số 15. Ủy ban", "Báo cáo số 15. Ủy ban"),
        ("phieu.json", "_phieu.json"),
    ],
)
def test_a_name_becomes_one_that_every_file_system_takes(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert safe_name(safe) == safe or safe in ("_", "_CON.docx")


def test_a_long_name_keeps_its_ending_and_whole_letters() -> None:
    safe = safe_name("ế" * 200 + ".docx")
    assert len(safe.encode()) <= 100
    assert safe.endswith("ế.docx")


# -- originals


def test_the_original_is_kept_byte_for_byte_by_period_and_commune_and_the_source_stays(
    intake: Intake, db: Path, tmp_path: Path
) -> None:
    source = write(tmp_path / "den" / "bc.docx", "Bình")
    take(intake, source)
    assert originals(db) == {"da-nhan/2019-2020/Xã Bình/bc.docx": source.read_bytes()}
    (entry,) = intake.archive.loaded.values()
    assert (entry.arrival.file_name, entry.arrival.folder, entry.arrival.by) == ("bc.docx", "den", "ingest")
    assert not list((folder_of(db) / "dang-nhan").iterdir())


def test_another_file_of_the_same_name_stands_beside_the_first(intake: Intake, db: Path, tmp_path: Path) -> None:
    first, second = write(tmp_path / "1" / "bc.docx", value=1), write(tmp_path / "2" / "bc.docx", value=2)
    take(intake, first)
    identity = take(intake, second)
    assert originals(db) == {
        "da-nhan/2019-2020/Xã An/bc.docx": first.read_bytes(),
        f"da-nhan/2019-2020/Xã An/bc.{identity}.docx": second.read_bytes(),
    }


def test_a_report_of_nobody_knows_whom_is_kept_too(intake: Intake, db: Path, tmp_path: Path) -> None:
    take(intake, write(tmp_path / "bc.docx", None))
    assert list(originals(db)) == ["da-nhan/2019-2020/chưa rõ đơn vị/bc.docx"]


def test_a_refused_file_is_in_the_ledger_and_stays_where_it_was(intake: Intake, db: Path, tmp_path: Path) -> None:
    bad = write(tmp_path / "bc.docx", refuse="DAMAGED")
    for _ in range(2):
        take(intake, bad)
    assert [(e.outcome, e.reason, e.path) for e in intake.archive.history if not isinstance(e, Decision)] == [
        ("refused", "DAMAGED", None)
    ]
    assert originals(db) == {}


def test_a_file_that_cannot_be_read_is_no_fault_of_the_archive(intake: Intake, db: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        intake.stage(tmp_path / "khong-co.docx", "ingest")
    with pytest.raises(IsADirectoryError):
        intake.stage(tmp_path, "ingest")
    assert not list((folder_of(db) / "dang-nhan").glob("*"))


def test_one_program_at_a_time_writes(intake: Intake, db: Path) -> None:
    with pytest.raises(WarehouseFault, match="chương trình khác ghi") as caught, Archive.open(folder_of(db)):
        pass
    assert caught.value.code == "ARCHIVE_BUSY"
    with pytest.raises(WarehouseFault, match="chương trình khác ghi"), open_intake(db, SMALL, patience=0):
        pass


def test_looking_at_an_archive_needs_no_lock(intake: Intake, db: Path, tmp_path: Path) -> None:
    take(intake, write(tmp_path / "bc.docx"))
    assert read_archive(folder_of(db)).counts == {"loaded": 1}


def test_a_full_disk_stops_the_load_before_anything_is_half_done(db: Path, tmp_path: Path) -> None:
    """The limit on the size of a file stands for the end of the disk: the copy does not fit."""
    source = write(tmp_path / "bc.docx", note="x" * 60_000_000)
    script = f"""
        import resource
        from pathlib import Path
        from ingest.intake import open_intake
        from schemas.errors import WarehouseFault
        from tests.small_office import SMALL
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000_000, 50_000_000))
        with open_intake(Path({str(db)!r}), SMALL) as intake:
            try:
                intake.stage(Path({str(source)!r}), "ingest")
            except WarehouseFault as fault:
                print(fault.code)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, cwd=Path(__file__).parent.parent
    )
    assert (done.stdout.strip(), done.stderr) == ("ARCHIVE_UNWRITABLE", "")
    assert not list((folder_of(db) / "dang-nhan").iterdir())
    with open_intake(db, SMALL) as intake:
        take(intake, source)
    assert list(originals(db).values()) == [source.read_bytes()]


def test_a_ledger_line_that_does_not_fit_is_taken_back(lines: Lines) -> None:
    """As on a full disk, in this process: the limit is lifted again afterwards."""
    size = lines.path.stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 50, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            lines.append({"number": 3, "name": "x" * 500})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert lines.path.stat().st_size == size
    lines.append({"number": 4})
    assert [row["number"] for row in Lines(lines.path).read()] == [0, 1, 2, 4]


# -- what a killed program left


def test_a_copy_whose_content_is_loaded_is_finished_by_whoever_comes_next(db: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "den" / "bc.docx")
    with open_intake(db, SMALL) as intake:
        staged = intake.stage(source, "ingest")
        answer = read_one(staged)
        assert not isinstance(answer, Exception)
        intake.warehouse.load(answer, staged.arrival.received_at)
    with open_intake(db, SMALL) as intake:
        assert [entry.arrival for entry in intake.archive.loaded.values()] == [staged.arrival]
        assert intake.discrepancies(thorough=True) == []
        assert take(intake, source)
    assert originals(db) == {"da-nhan/2019-2020/Xã An/bc.docx": source.read_bytes()}
    assert read_archive(folder_of(db)).counts == {"loaded": 1}


def test_a_copy_that_was_not_loaded_goes_since_its_source_is_still_there(db: Path, tmp_path: Path) -> None:
    with open_intake(db, SMALL) as intake:
        intake.stage(write(tmp_path / "bc.docx"), "ingest")
        (folder_of(db) / "dang-nhan" / "chep-do").mkdir()
    with open_intake(db, SMALL) as intake:
        assert not intake.archive.loaded
    assert not list((folder_of(db) / "dang-nhan").iterdir())


def test_bytes_that_were_loaded_before_there_was_an_archive_are_taken_into_it(db: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "bc.docx")
    with open_intake(db, SMALL) as intake:
        take(intake, source)
    before = seen(db)
    shutil.rmtree(folder_of(db))
    with open_intake(db, SMALL) as intake:
        assert [one.code for one in intake.discrepancies()] == ["UNKNOWN_FILE"]
        take(intake, source)
        assert intake.discrepancies(thorough=True) == []
    assert seen(db) == before


# -- decisions


def test_a_decision_is_in_the_journal_before_it_is_in_the_warehouse(db: Path, tmp_path: Path) -> None:
    """Killed between the two: it is made good by the next program, once, with the id it had."""
    with open_intake(db, SMALL) as intake:
        identity = take(intake, write(tmp_path / "bc.docx"))
        decide(intake, "accept", identity, 0)
        intake.archive.record(Decision("return", identity, "Lan", NOW + timedelta(hours=1), reason="thiếu"))
    for _ in range(2):
        with open_intake(db, SMALL) as intake:
            assert intake.warehouse.standing(identity).status == "returned"
            assert intake.discrepancies() == []
    assert len(seen(db)["decisions"]) == 2


def test_a_decision_that_does_not_fit_is_in_no_journal(intake: Intake, db: Path, tmp_path: Path) -> None:
    identity = take(intake, write(tmp_path / "bc.docx", None))
    with pytest.raises(UsageFault):
        decide(intake, "accept", identity, 0)
    assert intake.archive.decisions == []
    assert not (folder_of(db) / "quyet-dinh.jsonl").exists()


def test_where_the_journal_cannot_be_written_there_is_no_decision(intake: Intake, db: Path, tmp_path: Path) -> None:
    identity = take(intake, write(tmp_path / "bc.docx"))
    (folder_of(db) / "quyet-dinh.jsonl").mkdir()
    with pytest.raises(WarehouseFault, match="Không ghi được kho gốc"):
        decide(intake, "accept", identity, 0)
    assert intake.warehouse.standing(identity).status == "received"


# -- making the warehouse again


@pytest.fixture(scope="module")
def busy(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with versions, refusals, decisions of every kind, an undo, and the clock set back in between."""
    came = tmp_path_factory.mktemp("den")
    db = Path(shutil.copy(empty, tmp_path_factory.mktemp("kho") / "kho.duckdb"))
    with open_intake(db, SMALL) as intake:
        an = take(intake, write(came / "an" / "bc.docx", "An", 1, day=1))
        take(intake, write(came / "hong.docx", refuse="ENCRYPTED"))
        decide(intake, "accept", an, 5)
        take(intake, write(came / "an" / "bc (1).docx", "An", 2, day=9))
        nobody = take(intake, write(came / "bc.docx", None, 3))
        decide(intake, "assign", nobody, -900, unit_id=BINH.unit_id)
        chi = take(intake, write(came / "x\ny.docx", None, 4), unit="Chi")
        decide(intake, "correct", chi, 6, appendix=1, indicator="1", column_key="2019", value=40.0)
        decide(intake, "correct", chi, 7, appendix=1, indicator="1", column_key="2019", value=41.0)
        decide(intake, "undo", chi, 8)
        decide(intake, "withdraw", an, 9, reason="nhầm")
        intake.warehouse.snapshot()
    return db


@pytest.fixture
def busy_db(busy: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(busy.parent, tmp_path / "kho") / "kho.duckdb")


def test_the_warehouse_is_made_again_with_the_same_content(busy_db: Path) -> None:
    before = seen(busy_db)
    busy_db.unlink()
    done = rebuild(busy_db, SMALL, read)
    assert (done.files, done.decisions, done.problems, done.old) == (4, 6, [], None)
    assert seen(busy_db) == before
    with open_intake(busy_db, SMALL) as intake:
        assert intake.discrepancies(thorough=True) == []


def test_answers_may_come_in_any_order(busy_db: Path) -> None:
    """As they do from several processes that read."""
    before = seen(busy_db)
    rebuild(busy_db, SMALL, lambda staged: reversed(list(read(staged))))
    assert seen(busy_db) == before


def test_the_old_warehouse_is_kept(busy_db: Path) -> None:
    done = rebuild(busy_db, SMALL, read)
    assert done.old is not None
    assert seen(done.old) == seen(busy_db)


def test_a_rebuild_that_is_killed_changes_nothing_and_can_be_done_again(busy_db: Path) -> None:
    before = seen(busy_db)

    def read_until_killed(staged: Any) -> Any:
        yield next(read(staged))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(busy_db, SMALL, read_until_killed)
    assert seen(busy_db) == before
    assert rebuild(busy_db, SMALL, read).problems == []
    assert seen(busy_db) == before


def test_what_cannot_be_read_again_is_said_and_the_rest_is_there(busy_db: Path) -> None:
    (lost,) = folder_of(busy_db).glob("da-nhan/*/Xã An/bc.docx")
    lost.write_bytes(b"bent")
    done = rebuild(busy_db, SMALL, read)
    assert "bc.docx" in done.problems[0]
    assert "mất hoặc bị sửa" in done.problems[0]
    assert done.files == 3


def test_a_rebuild_would_not_lose_what_only_the_warehouse_has(busy_db: Path) -> None:
    before = seen(busy_db)
    shutil.rmtree(folder_of(busy_db))
    with pytest.raises(WarehouseFault, match="sổ nhận không ghi") as caught:
        rebuild(busy_db, SMALL, read)
    assert caught.value.code == "REBUILD_WOULD_LOSE"
    assert seen(busy_db) == before


def test_what_a_better_reader_reads_is_noted_and_no_discrepancy(busy_db: Path) -> None:
    def read_better(staged: Any) -> Any:
        for one, answer in read(staged):
            yield one, answer if isinstance(answer, Exception) else type(answer)(
                **{name: getattr(answer, name) for name in answer.__slots__} | {"sections": answer.sections[:1]}
            )

    rebuild(busy_db, SMALL, read_better)
    with open_intake(busy_db, SMALL) as intake:
        assert intake.discrepancies(thorough=True) == []
        assert intake.archive.counts["reread"] == 4


# -- does all of it agree


def said(db: Path) -> list[str]:
    with open_intake(db, SMALL) as intake:
        return sorted({one.code for one in intake.discrepancies(thorough=True)})


def delete_a_row(db: Path) -> None:
    with duckdb.connect(str(db)) as connection:
        one = "(SELECT min(file_id) FROM store.appendix)"
        connection.execute(f"DELETE FROM store.observation WHERE appendix = 2 AND file_id = {one}")


def change_a_number(db: Path) -> None:
    with duckdb.connect(str(db)) as connection:
        connection.execute("UPDATE store.observation SET value = 42 WHERE value = 2")


def delete_a_decision(db: Path) -> None:
    with duckdb.connect(str(db)) as connection:
        connection.execute("DELETE FROM store.decision WHERE seq = 2")


@pytest.mark.parametrize(
    ("harm", "code"),
    [(delete_a_row, "CHANGED_CONTENT"), (change_a_number, "CHANGED_CONTENT"), (delete_a_decision, "LOST_DECISION")],
)
def test_a_warehouse_changed_by_hand_is_noticed_and_healed_by_a_rebuild(
    busy_db: Path, harm: Callable[[Path], None], code: str
) -> None:
    before = seen(busy_db)
    assert said(busy_db) == []
    harm(busy_db)
    assert said(busy_db) == [code]
    rebuild(busy_db, SMALL, read)
    assert said(busy_db) == []
    assert seen(busy_db) == before


def test_yesterdays_warehouse_put_back_is_noticed(busy_db: Path, tmp_path: Path) -> None:
    yesterday = shutil.copy(busy_db, tmp_path / "hom-qua")
    with open_intake(busy_db, SMALL) as intake:
        decide(intake, "accept", take(intake, write(tmp_path / "moi.docx", "Đông", 8)), 20)
    before = seen(busy_db)
    shutil.copy(yesterday, busy_db)
    assert said(busy_db) == ["LOST_DECISION", "LOST_FILE"]
    rebuild(busy_db, SMALL, read)
    assert seen(busy_db) == before


def test_a_file_that_the_warehouse_lost_comes_back_as_it_was_when_it_is_given_again(busy_db: Path, tmp_path: Path) -> None:
    yesterday = shutil.copy(busy_db, tmp_path / "hom-qua")
    source = write(tmp_path / "moi.docx", "Đông", 8)
    with open_intake(busy_db, SMALL) as intake:
        take(intake, source, name="tên đầu.docx")
    before = seen(busy_db)
    shutil.copy(yesterday, busy_db)
    with open_intake(busy_db, SMALL) as intake:
        take(intake, source)
    assert seen(busy_db) == before
    assert said(busy_db) == []


def test_what_is_committed_does_not_hang_on_the_wal(db: Path, tmp_path: Path) -> None:
    """A deleted .wal loses commits in silence, so each is checkpointed before the ledger says that it is safe."""
    script = f"""
        import os, signal
        from pathlib import Path
        from ingest.intake import open_intake
        from tests.small_office import SMALL, read_one
        with open_intake(Path({str(db)!r}), SMALL) as intake:
            staged = intake.stage(Path({str(write(tmp_path / "bc.docx"))!r}), "ingest")
            intake.settle(staged, read_one(staged))
            os.kill(os.getpid(), signal.SIGKILL)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], cwd=Path(__file__).parent.parent)
    db.with_name(db.name + ".wal").unlink(missing_ok=True)
    assert said(db) == []
    assert len(seen(db)["submissions"]) == 1


def test_a_bent_byte_is_noticed_and_healed_by_a_rebuild(busy_db: Path) -> None:
    before = seen(busy_db)
    data = bytearray(busy_db.read_bytes())
    data[4096 + 100] ^= 0xFF
    busy_db.write_bytes(data)
    with pytest.raises(WarehouseFault, match="bị hỏng") as caught, open_intake(busy_db, SMALL):
        pass
    assert "tonghop rebuild" in caught.value.advice
    rebuild(busy_db, SMALL, read)
    assert seen(busy_db) == before


def test_a_lost_or_bent_original_is_noticed(busy_db: Path) -> None:
    one, two = sorted(folder_of(busy_db).glob("da-nhan/*/Xã An/*.docx"))
    one.unlink()
    two.write_bytes(two.read_bytes()[:-1] + b"!")
    with open_intake(busy_db, SMALL) as intake:
        assert [found.code for found in intake.discrepancies()] == ["LOST_ORIGINAL"]
        assert [found.code for found in intake.discrepancies(thorough=True)] == ["LOST_ORIGINAL"] * 2


def test_a_lost_original_comes_back_when_the_file_is_given_again(db: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "bc.docx")
    with open_intake(db, SMALL) as intake:
        take(intake, source)
    (kept,) = folder_of(db).glob("da-nhan/*/*/bc.docx")
    kept.write_bytes(b"bent")
    with open_intake(db, SMALL) as intake:
        take(intake, source)
        assert intake.discrepancies(thorough=True) == []
    assert kept.read_bytes() == source.read_bytes()
    assert [path.read_bytes() for path in kept.parent.glob("*.hong-*")] == [b"bent"]


# -- backup


def test_a_backup_brings_everything_back_on_another_machine(busy_db: Path, tmp_path: Path) -> None:
    office = tmp_path / "office.toml"
    office.write_text('name = "UBND huyện Mẫu"\n', encoding="utf-8")
    before, kept = seen(busy_db), originals(busy_db)
    assert back_up(busy_db, SMALL, [office], tmp_path / "luu.zip") == len(kept) + 4
    elsewhere = tmp_path / "may-khac"
    elsewhere.mkdir()
    assert bring_back(elsewhere / "k.duckdb", tmp_path / "luu.zip") == []
    assert seen(elsewhere / "k.duckdb") == before
    assert originals(elsewhere / "k.duckdb") == kept
    assert said(elsewhere / "k.duckdb") == []
    assert (elsewhere / "office.toml").read_bytes() == office.read_bytes()


def test_what_stood_in_the_place_of_a_restored_backup_is_kept(busy_db: Path, tmp_path: Path) -> None:
    before = seen(busy_db)
    back_up(busy_db, SMALL, [], tmp_path / "luu.zip")
    with open_intake(busy_db, SMALL) as intake:
        take(intake, write(tmp_path / "moi.docx", "Đông", 8))
    aside = bring_back(busy_db, tmp_path / "luu.zip")
    assert seen(busy_db) == before
    assert len(aside) == 2
    assert len(seen(aside[0])["submissions"]) == len(before["submissions"]) + 1
    assert len(read_archive(aside[1]).loaded) == 5


def spoiled(data: bytes) -> Iterator[bytes]:
    at = data.index(b'"unit"')
    yield data[:at] + b"X" + data[at + 1 :]
    yield data[: len(data) // 2]
    yield b"PK not a backup"


def test_a_damaged_backup_changes_nothing(busy_db: Path, tmp_path: Path) -> None:
    back_up(busy_db, SMALL, [], tmp_path / "luu.zip")
    before, kept = seen(busy_db), files(folder_of(busy_db))
    for data in spoiled((tmp_path / "luu.zip").read_bytes()):
        (tmp_path / "hong.zip").write_bytes(data)
        with pytest.raises(UsageFault, match="đã hỏng"):
            bring_back(busy_db, tmp_path / "hong.zip")
    with pytest.raises(UsageFault, match="đã hỏng"):
        bring_back(busy_db, tmp_path / "khong-co.zip")
    assert (seen(busy_db), files(folder_of(busy_db))) == (before, kept)


def test_a_backup_that_would_write_elsewhere_is_refused(busy_db: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "ac.zip", "w") as package:
        package.writestr("kho-goc/../../ra-ngoai.txt", "x")
        package.writestr("danh-muc.json", json.dumps({"kho-goc/../../ra-ngoai.txt": "0" * 64}))
    with pytest.raises(UsageFault):
        bring_back(busy_db, tmp_path / "ac.zip")
    assert not list(tmp_path.rglob("ra-ngoai*"))


def test_an_older_backup_is_never_overwritten(busy_db: Path, tmp_path: Path) -> None:
    (tmp_path / "luu.zip").write_bytes(b"old")
    with pytest.raises(UsageFault, match="đã có"):
        back_up(busy_db, SMALL, [], tmp_path / "luu.zip")
    with pytest.raises(UsageFault, match="nằm trong kho gốc"):
        back_up(busy_db, SMALL, [], folder_of(busy_db) / "luu.zip")
    assert (tmp_path / "luu.zip").read_bytes() == b"old"


def test_readers_of_the_snapshot_do_not_notice_a_rebuild(busy_db: Path) -> None:
    with open_snapshot(busy_db) as reader:
        rebuild(busy_db, SMALL, read)
        assert reader.execute("SELECT count(*) FROM submissions").fetchone() == (4,)
    assert os.access(busy_db, os.R_OK)
