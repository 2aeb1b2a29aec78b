"""Reading on a cluster: what one process would read is read, whatever becomes of the workers; nobody is blamed for them."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dask.config
import pytest

from ingest import dask_reading
from ingest.dask_reading import is_exposed, run_on_cluster
from pipeline import main
from schemas.errors import MissingTool
from schemas.office import Settings
from tests.in_cluster import Cluster, Letter, cluster, open_letter

SAMPLES = Path(__file__).parent.parent / "samples"
ROLES = ("SCHEDULER", "WORKER", "CLIENT")
SMALL = Settings(cpu_seconds=1, wall_seconds=20, memory_mb=256)


@pytest.fixture(scope="module")
def two_workers() -> Iterator[Cluster]:
    """Workers with nannies: one that dies is started again."""
    with cluster(2) as made:
        yield made


def letters(folder: Path, *said: str) -> list[Letter]:
    paths = [folder / f"{n:03d}.txt" for n in range(len(said))]
    for path, text in zip(paths, said, strict=True):
        path.write_text(text, encoding="utf-8")
    return [Letter(path) for path in paths]


def read(made: Cluster, asked: list[Letter], settings: Settings = SMALL) -> dict[str, str]:
    """What each file said, or the code of its refusal."""
    outcomes = list(run_on_cluster(made.address, open_letter, asked, settings))
    assert sorted(outcome.argument.path for outcome in outcomes) == [letter.path for letter in asked], "each exactly once"
    return {o.argument.path.name: o.error.code if o.error else str(o.result) for o in outcomes}


def test_every_file_is_read_once_by_the_workers_and_not_here(two_workers: Cluster, tmp_path: Path) -> None:
    readers = read(two_workers, letters(tmp_path, *["who"] * 40))
    assert len(set(readers.values())) == 2
    assert str(os.getpid()) not in readers.values()


def test_a_bad_file_is_refused_with_its_reason_and_its_neighbours_are_read(two_workers: Cluster, tmp_path: Path) -> None:
    bad = {"refuse": "ENCRYPTED", "abort": "CRASHED", "spin": "TOO_SLOW", "devour": "TOO_MUCH_MEMORY"}
    said = [word for n, name in enumerate(bad) for word in (f"xã {n}", name, f"phường {n}")]
    answers = read(two_workers, letters(tmp_path, *said))
    assert {said[int(name[:3])]: answer for name, answer in answers.items()} == {word: bad.get(word, word) for word in said}


def test_a_worker_killed_in_mid_run_costs_nothing(two_workers: Cluster, tmp_path: Path) -> None:
    asked = letters(tmp_path, *["who"] * 120)
    outcomes = run_on_cluster(two_workers.address, open_letter, asked, SMALL)
    first = next(outcomes)
    os.kill(int(str(first.result)), signal.SIGKILL)
    done = [first, *outcomes]
    assert sorted(outcome.argument.path for outcome in done) == [letter.path for letter in asked]
    assert not [outcome for outcome in done if outcome.error]


def test_a_file_whose_workers_die_is_judged_here_and_no_other_is_blamed(two_workers: Cluster, tmp_path: Path) -> None:
    said = ["một", "hai", "kill the worker", "ba", "bốn", "năm", "sáu"]
    answers = read(two_workers, letters(tmp_path, *said))
    assert list(dict(sorted(answers.items())).values()) == said


def test_what_a_worker_lacks_is_no_reason_to_refuse_a_file(two_workers: Cluster, tmp_path: Path) -> None:
    assert read(two_workers, letters(tmp_path, "tool")) == {"000.txt": "tool"}


def test_what_is_no_file_is_said_by_the_reader_here(two_workers: Cluster, tmp_path: Path) -> None:
    (outcome,) = run_on_cluster(two_workers.address, open_letter, [Letter(tmp_path / "khong-co.txt")], SMALL)
    assert outcome.error
    assert "FileNotFoundError" in outcome.details


def test_files_are_taken_up_only_as_there_is_room(two_workers: Cluster, tmp_path: Path) -> None:
    taken: list[Letter] = []

    def waiting() -> Iterator[Letter]:
        for letter in letters(tmp_path, *["a"] * 50):
            taken.append(letter)
            yield letter

    outcomes = run_on_cluster(two_workers.address, open_letter, waiting(), SMALL)
    next(outcomes)
    assert len(taken) <= 6
    outcomes.close()


def test_nobody_at_the_address_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_reading, "CONNECT_SECONDS", 1)
    with pytest.raises(MissingTool) as caught:
        list(run_on_cluster("tcp://127.0.0.1:9", open_letter, [], SMALL))
    assert caught.value.code == "DASK_UNREACHABLE"


@pytest.mark.parametrize("address", ["khong-phai-dia-chi", "http://127.0.0.1:1", "tcp://"])
def test_what_is_no_address_is_said_so(address: str) -> None:
    with pytest.raises(MissingTool) as caught:
        list(run_on_cluster(address, open_letter, [], SMALL))
    assert caught.value.code == "DASK_UNREACHABLE"


@pytest.mark.parametrize(
    ("address", "is_told"),
    [("tcp://192.0.2.1:8786", True), ("192.0.2.1:8786", True), ("tls://192.0.2.1:8786", False),
     ("tcp://127.0.0.1:1", False),
     ("tcp://localhost:1", False), ("tcp://[::1]:1", False)],
)  # fmt: skip
def test_a_port_that_anyone_can_use_is_warned_of(address: str, is_told: bool) -> None:
    assert is_exposed(address) == is_told


def test_a_cluster_lost_in_mid_run_is_said_so_and_its_outcomes_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_reading, "CONNECT_SECONDS", 3)
    with cluster(1, "--no-nanny") as made:
        outcomes = run_on_cluster(made.address, open_letter, letters(tmp_path, *["a"] * 40), SMALL)
        assert next(outcomes).result == "a"
        made.scheduler.kill()
        with pytest.raises(MissingTool) as caught:
            list(outcomes)
    assert caught.value.code == "DASK_LOST"


def test_a_cluster_without_workers_is_said_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(dask_reading, "CONNECT_SECONDS", 2)
    with cluster(0) as made, pytest.raises(MissingTool) as caught:
        list(run_on_cluster(made.address, open_letter, letters(tmp_path, "a"), SMALL))
    assert caught.value.code == "DASK_EMPTY"


def test_another_program_on_the_workers_is_no_reader(
    two_workers: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an older program reads otherwise would stand in the warehouse unnoticed."""
    monkeypatch.setattr(dask_reading, "program", lambda: "một bản khác")
    with pytest.raises(MissingTool) as caught:
        list(run_on_cluster(two_workers.address, open_letter, letters(tmp_path, "a"), SMALL))
    assert caught.value.code == "DASK_VERSION"


def test_without_the_extra_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setattr(sys, "argv", [*ingest_arguments(tmp_path), "--dask", "tcp://127.0.0.1:1"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 4
    assert "tonghop[dask]" in capsys.readouterr().err


def test_ingest_reads_on_the_cluster_what_it_reads_alone(
    two_workers: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def results(folder: str, *options: str) -> list[dict[str, object]]:
        monkeypatch.setattr(sys, "argv", [*ingest_arguments(tmp_path / folder), *options])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 3
        told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return sorted(({**one, "seconds": 0} for one in told), key=lambda one: str(one["file"]))

    shared = results("cum", "--dask", two_workers.address)
    assert shared == results("mot-minh")
    assert [one["outcome"] for one in shared].count("loaded") == 3


def test_the_program_started_by_its_file_reads_on_the_cluster_too(two_workers: Cluster, tmp_path: Path) -> None:
    _, *arguments = ingest_arguments(tmp_path)
    command = [sys.executable, "pipeline.py", *arguments, "--dask", two_workers.address]
    done = subprocess.run(command, cwd=SAMPLES.parent, capture_output=True, text=True, check=False)
    outcomes = [json.loads(line)["outcome"] for line in done.stdout.splitlines()]
    assert sorted(outcomes) == ["loaded", "loaded", "loaded", "refused"], done.stderr


def ingest_arguments(folder: Path) -> list[str]:
    """`ingest` of three reports and a letter, into a warehouse of their own."""
    inbox = folder / "hop-thu"
    inbox.mkdir(parents=True)
    for path in (*sorted((SAMPLES / "huyen-vi-du").glob("*.docx"))[:3], SAMPLES / "khong-nhan" / "Giay moi hop.docx"):
        shutil.copy(path, inbox)
    office = str(SAMPLES / "huyen-vi-du" / "office.toml")
    return ["tonghop", "ingest", str(inbox), "--json", "--db", str(folder / "kho.duckdb"), "--office", office]


def test_nobody_without_a_certificate_uses_a_cluster_behind_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheduler's port runs whatever it is sent: docs/quy-mo-lon.md has this line of openssl and these settings."""
    monkeypatch.setattr(dask_reading, "CONNECT_SECONDS", 5)
    certificate, key = tmp_path / "cum.crt", tmp_path / "cum.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "365", "-subj", "/CN=tonghop",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    settings = {f"DASK_DISTRIBUTED__COMM__TLS__{whose}__CERT": str(certificate) for whose in ROLES}
    settings |= {f"DASK_DISTRIBUTED__COMM__TLS__{whose}__KEY": str(key) for whose in ROLES}
    settings |= {
        "DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(certificate),
        "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True",
    }
    with cluster(1, "--no-nanny", **settings) as made:
        assert made.address.startswith("tls://")
        asked = letters(tmp_path, "a", "b")
        with pytest.raises(MissingTool):
            list(run_on_cluster(made.address.replace("tls:", "tcp:"), open_letter, asked, SMALL))
        with pytest.raises(MissingTool):
            list(run_on_cluster(made.address, open_letter, asked, SMALL))
        tls = "distributed.comm.tls"
        own = {f"{tls}.ca-file": certificate, f"{tls}.client.cert": certificate, f"{tls}.client.key": key}
        with dask.config.set({name: str(path) for name, path in own.items()}):
            assert sorted(read(made, asked).values()) == ["a", "b"]
