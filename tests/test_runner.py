"""A file that hangs, eats memory or kills its reader costs itself and nothing else: a batch relies on it."""

import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.runner import Runner, run_limited, run_many
from schemas.errors import Refused, TonghopError
from schemas.office import Settings
from tests.in_child import (
    break_down,
    burn,
    by_name,
    chatter,
    devour,
    die,
    fork_and_die,
    hang,
    leave_behind,
    length,
    litter,
    nest,
    poisoned_by_the_one_before,
    refuse,
    spin,
    unpicklable,
)

SMALL = Settings(cpu_seconds=1, wall_seconds=20, memory_mb=256)
IMPATIENT = Settings(wall_seconds=1)


def is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def wait_until(condition: Callable[[], bool]) -> bool:
    for _ in range(200):
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_a_good_file_gives_its_result():
    assert run_limited(length, "báo cáo", Settings()) == 7


def test_a_refusal_keeps_its_reason_and_advice():
    with pytest.raises(Refused) as caught:
        run_limited(refuse, "x", Settings())
    assert (caught.value.code, caught.value.exit_code) == ("ENCRYPTED", 3)
    assert caught.value.message == "Tệp có mật khẩu. (chi tiết)"
    assert caught.value.advice == "Gửi lại."


@pytest.mark.parametrize(
    ("function", "settings", "code"),
    [
        (spin, SMALL, "TOO_SLOW"),
        (hang, IMPATIENT, "TOO_SLOW"),
        (devour, SMALL, "TOO_MUCH_MEMORY"),
        (nest, SMALL, "TOO_DEEP"),
        (die, SMALL, "CRASHED"),
    ],
)
def test_a_limit_is_said_to_be_a_limit(function: Callable[[str], object], settings: Settings, code: str):
    with pytest.raises(Refused) as caught:
        run_limited(function, "x", settings)
    assert caught.value.code == code
    assert "hỏng" not in caught.value.message


@pytest.mark.parametrize("function", [break_down, unpicklable])
def test_a_fault_of_ours_is_no_refusal_and_says_where_it_is(function: Callable[[str], object]):
    (outcome,) = run_many(function, ["x"], Settings())
    assert isinstance(outcome.error, TonghopError)
    assert (outcome.error.code, outcome.error.exit_code) == ("FAULT", 70)
    assert "Traceback" in outcome.details


def test_bad_files_do_not_touch_the_others():
    names = ["a", "die", "b", "spin", "c", "devour", "d", "refuse", "e"]
    outcomes = list(run_many(by_name, names, SMALL, jobs=2))
    assert sorted(outcome.argument for outcome in outcomes) == sorted(names)
    refused = {outcome.argument: outcome.error.code for outcome in outcomes if outcome.error}
    assert refused == {"die": "CRASHED", "spin": "TOO_SLOW", "devour": "TOO_MUCH_MEMORY", "refuse": "ENCRYPTED"}
    assert all(outcome.result for outcome in outcomes if not outcome.error)


def test_one_process_reads_many_files():
    outcomes = list(run_many(by_name, [str(number) for number in range(50)], Settings()))
    assert len({outcome.result for outcome in outcomes}) == 1


def test_a_file_is_not_blamed_for_the_one_before():
    outcomes = list(run_many(poisoned_by_the_one_before, ["a", "b", "c"], SMALL))
    assert [(outcome.argument, outcome.result) for outcome in outcomes] == [("a", "a"), ("b", "b"), ("c", "c")]


def test_cpu_time_of_earlier_files_is_not_counted():
    outcomes = list(run_many(burn, [0.5] * 5, SMALL))
    assert [outcome.error for outcome in outcomes] == [None] * 5
    assert len({outcome.result for outcome in outcomes}) == 1


@pytest.mark.parametrize(("function", "code"), [(leave_behind, "TOO_SLOW"), (fork_and_die, "CRASHED")])
def test_the_whole_tree_ends(tmp_path: Path, function: Callable[[str], object], code: str):
    note = tmp_path / "pid"
    (outcome,) = run_many(function, [str(note)], Settings(wall_seconds=4))
    assert outcome.error
    assert outcome.error.code == code
    assert not is_running(int(note.read_text()))


def test_temporary_files_of_a_dead_reader_are_removed(tmp_path: Path):
    note = tmp_path / "folder"
    list(run_many(litter, [str(note)], SMALL))
    assert not Path(note.read_text()).exists()


def test_what_libraries_print_stays_out_of_the_output(capfd: pytest.CaptureFixture[str]):
    assert run_limited(chatter, "x", Settings()) == 1
    assert capfd.readouterr() == ("", "")


def test_files_are_taken_up_only_as_workers_are_free():
    taken: list[str] = []

    def names():
        for number in range(20):
            taken.append(str(number))
            yield str(number)

    outcomes = run_many(length, names(), Settings(), jobs=2)
    next(outcomes)
    assert len(taken) <= 4
    outcomes.close()


def test_leaving_early_ends_the_workers():
    outcomes = run_many(by_name, ["a", "spin", "b"], Settings())
    worker = next(outcomes).result
    outcomes.close()
    assert worker
    assert not is_running(worker)


def test_progress_is_told_of_every_file():
    told: list[str] = []
    list(run_many(length, ["a", "bb"], Settings(), progress=lambda outcome: told.append(outcome.argument)))
    assert told == ["a", "bb"]


def test_workers_stay_warm_between_batches():
    with Runner(by_name, Settings()) as runner:
        first = [outcome.result for outcome in runner.run_many(["a"])]
        second = [outcome.result for outcome in runner.run_many(["b"])]
    assert first == second
    assert first[0]
    assert not is_running(first[0])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_an_interrupted_program(tmp_path: Path, number: signal.Signals):
    """Ctrl-C ends the program and its workers; kill -9 leaves no worker behind either."""
    note = tmp_path / "pid"
    script = textwrap.dedent(f"""
        import sys
        sys.path[:0] = {sys.path!r}
        from ingest.runner import run_many
        from schemas.office import Settings
        from tests.in_child import leave_behind
        if __name__ == "__main__":
            list(run_many(leave_behind, [{str(note)!r}], Settings()))
    """)
    (tmp_path / "program.py").write_text(script, encoding="utf-8")
    program = subprocess.Popen([sys.executable, str(tmp_path / "program.py")], stderr=subprocess.DEVNULL)
    assert wait_until(lambda: note.exists() and note.read_text() != "")
    program.send_signal(number)
    program.wait(30)
    assert wait_until(lambda: not is_running(int(note.read_text())))
