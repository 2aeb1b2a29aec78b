"""What the watch folder loses, doubles or half-loads when things go wrong: `python -m bench.faults [NAME …]`.

Real faults, nothing pretended: processes are killed, disks are full, folders go away. The reports are small (reading is
measured elsewhere); archive, warehouse and watcher are the program's own. Writes one line a fault into the table of
docs/measurements.md; exit 1 where a file was lost, doubled, half-loaded or blamed for a cause of ours.
"""

import multiprocessing
import os
import random
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from pathlib import Path

from ingest.archive import folder_of, read_archive
from ingest.intake import open_intake
from ingest.warehouse import open_snapshot
from ingest.watch import read_statuses
from ingest.watch.lock import LOCK
from schemas.errors import WarehouseFault
from tests.office_made import OFFICE
from tests.small_office import SMALL, STEPS, UNITS, kill_at, packed, watch_once, write

SEED = 20200309
FILES, KILLS = 300, 200
_ANY = "any moment"
_FORK = multiprocessing.get_context("fork")
_HOUSE = Path(__file__).parent.parent
_OBSERVATIONS = sum(len(OFFICE.form.columns_of(a)) * len(a.indicators) for a in OFFICE.form.appendices)


@dataclass
class Office:
    """An inbox, a warehouse, and what was dropped: name → whether it must be loaded (else refused)."""

    folder: Path
    dropped: dict[str, bool] = field(default_factory=dict)

    @property
    def inbox(self) -> Path:
        return self.folder / "nhan"

    @property
    def db(self) -> Path:
        return self.folder / "kho" / "kho.duckdb"

    def drop(self, number: int, *, refused: bool = False) -> None:
        """A report like no other; whole from the first moment, as a rename makes it."""
        name = f"{number:04}.docx"
        unit = list(UNITS)[number % len(UNITS)]
        more = {"refuse": "DAMAGED"} if refused else {}
        made = write(self.folder / "nhap" / name, unit, number, number % 300, number=number, **more)
        os.rename(made, self.inbox / name)
        self.dropped[name] = not refused


@dataclass(frozen=True)
class Count:
    """How many files did not end in exactly one state."""

    lost: int
    doubled: int
    partial: int
    blamed: int
    disagreements: int

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.partial or self.blamed or self.disagreements)


def count(office: Office) -> Count:
    """Looks into every room: what was dropped must be loaded whole, once, or refused with its reason, and nowhere else."""
    archive = folder_of(office.db)
    left, on_the_way = _files(office.inbox), _files(archive / "dang-nhan")
    refused = Counter(path.name for path in (archive / "khong-nhan").glob("*.docx"))
    filed = Counter(path.name for path in (archive / "da-nhan").rglob("*.docx"))
    with open_intake(office.db, SMALL) as intake:
        rows = intake.warehouse.connection.execute(
            "SELECT file_name, count(DISTINCT sha256) FROM files WHERE outcome = 'loaded' GROUP BY 1"
        ).fetchall()
        whole = intake.warehouse.connection.execute(
            "SELECT file_name, count(*) FROM observations_all GROUP BY 1"
        ).fetchall()
        disagreements = len(intake.discrepancies(thorough=True))
    loaded = Counter(dict(rows))
    wanted = {name for name, is_good in office.dropped.items() if is_good}
    unwanted = office.dropped.keys() - wanted
    lost = [name for name in wanted if not (loaded[name] and filed[name])] + [n for n in unwanted if not refused[n]]
    doubled = [name for name in office.dropped if loaded[name] + refused[name] > 1 or filed[name] > 1]
    partial = [name for name, cells in whole if cells != _OBSERVATIONS]
    blamed = [name for name in wanted if refused[name]]
    return Count(len(lost), len(doubled) + len(left) + len(on_the_way), len(partial), len(blamed), disagreements)


# -- running


def _watch(office: Office, *options: str, limit: int = 0) -> "subprocess.Popen[str]":
    code = "from tests.small_office import main; main()"
    if limit:
        code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); {code}"
    command = [sys.executable, "-c", code, str(office.inbox), str(office.db), *options]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL, text=True, cwd=_HOUSE)


def _until(condition: Callable[[], object], seconds: float = 600) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _files(folder: Path) -> list[Path]:
    """Every file; folders may come and go meanwhile, which Path.rglob does not bear."""
    return [Path(place, name) for place, _, names in os.walk(folder) for name in names if name != LOCK]


def _is_empty(office: Office) -> bool:
    return office.inbox.is_dir() and not _files(office.inbox)


def _is_hindered(office: Office) -> bool:
    return any(status["hindered_by"] for status in read_statuses(folder_of(office.db)))


def _end(program: "subprocess.Popen[str]") -> None:
    program.terminate()
    program.wait(60)


@contextmanager
def _watched(office: Office) -> Iterator["subprocess.Popen[str]"]:
    program = _watch(office)
    try:
        yield program
        _until(lambda: _is_empty(office))
    finally:
        _end(program)


def _run(office: Office, step: str, number: int) -> None:
    if step:
        kill_at(step, number)
    watch_once(office.inbox, office.db)


# -- faults


def kills(office: Office) -> str:
    """kill -9, half of them at a step of the work, half at any moment, while files keep coming."""
    chance = random.Random(SEED)
    steps: Counter[str] = Counter()
    done = 0
    while done < KILLS:
        for _ in range(3 if len(office.dropped) < FILES else 0):
            office.drop(len(office.dropped), refused=chance.random() < 0.1)
        if len(office.dropped) >= FILES and _is_empty(office):
            # The same bytes again: what is killed now is the handling of a second copy.
            name = chance.choice(sorted(office.dropped))
            write(office.inbox / name, **_content(name, office.dropped[name]))
        step = chance.choice(sorted(STEPS)) if done % 2 else ""
        process = _FORK.Process(target=_run, args=(office, step, chance.randint(1, 3)))
        process.start()
        if not step:
            process.join(chance.uniform(0.05, 1.2))
            with suppress(ProcessLookupError):
                os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        if process.exitcode == -signal.SIGKILL:
            done += 1
            steps[step or _ANY] += 1
    while not _is_empty(office):
        watch_once(office.inbox, office.db)
    at_steps = done - steps[_ANY]
    return (
        f"{done} lần `kill -9` trên {len(office.dropped)} tệp: {steps[_ANY]} lần lúc bất kỳ, {at_steps} lần ở "
        f"{len(steps) - 1} bước (thấy, nhận, chép, đọc, giữa giao dịch, sau COMMIT, trước và sau khi cất, giữa dòng sổ …)"
    )


def _content(name: str, is_good: bool) -> dict[str, object]:
    number = int(name[:4])
    more = {} if is_good else {"refuse": "DAMAGED"}
    return {"unit": list(UNITS)[number % len(UNITS)], "value": number, "day": number % 300, "number": number, **more}


def full_disk(office: Office) -> str:
    """A disk that is full, gets a little room, is full again, eight times; a tmpfs where mounting is allowed."""
    place = office.db.parent
    for number in range(60):
        office.drop(number)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=5m", "tmpfs", str(place)], capture_output=True).returncode:
        return _limited_files(office)
    loaded: list[int] = []
    try:
        program = _watch(office)
        for size in (*range(5, 13), 400):
            subprocess.run(["mount", "-o", f"remount,size={size}m", str(place)], check=True)
            time.sleep(5)
            loaded.append(len(_loaded_by(office)))
        _until(lambda: _is_empty(office))
        _end(program)
        _counts[office.folder] = count(office)
    finally:
        subprocess.run(["umount", str(place)], capture_output=True)
    return f"tmpfs 5, 6 … 12, 400 MB; trong 60 tệp lần lượt đã vào kho {', '.join(map(str, loaded))}"


def _limited_files(office: Office) -> str:
    with open_intake(office.db, SMALL):
        limit = office.db.stat().st_size
    hindered = 0
    for more in range(8):
        program = _watch(office, limit=limit + more * 100_000)
        hindered += _until(lambda: _is_hindered(office) or _is_empty(office), 60)
        _end(program)
    with _watched(office):
        pass
    return f"cỡ tệp bị giới hạn, 8 mức, 60 tệp; bị cản ở {hindered} mức"


def locked(office: Office) -> str:
    """Another program holds the warehouse for two minutes."""
    with open_intake(office.db, SMALL):
        program = _watch(office)
        for number in range(30):
            office.drop(number)
        was_hindered = _until(lambda: _is_hindered(office), 60)
        time.sleep(120)
        still_there = len(list(office.inbox.glob("*.docx")))
    _until(lambda: _is_empty(office))
    _end(program)
    said = "có báo bị cản" if was_hindered else "không báo bị cản"
    return f"kho bị giữ 120 giây; {still_there}/30 tệp chờ trong thư mục nhận rồi vào kho; {said}"


def read_only(office: Office) -> str:
    """An inbox that cannot be written for a while."""
    for number in range(20):
        office.drop(number)
    inbox = str(office.inbox)
    bound = subprocess.run(["mount", "--bind", inbox, inbox], capture_output=True).returncode == 0
    bound = bound and subprocess.run(["mount", "-o", "remount,bind,ro", inbox], capture_output=True).returncode == 0
    if not bound:
        office.inbox.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with _watched(office):
        _until(lambda: read_statuses(folder_of(office.db)) or True)
        time.sleep(5)
        waited = len(list(office.inbox.glob("*.docx")))
        if bound:
            subprocess.run(["umount", inbox], check=True)
        else:
            office.inbox.chmod(stat.S_IRWXU)
    return f"thư mục nhận {'gắn chỉ đọc' if bound else 'không có quyền ghi'}; {waited}/20 tệp chờ rồi vào kho"


def vanished(office: Office) -> str:
    """The inbox goes away and comes back, ten times, while files are loaded."""
    away = office.folder / "mat"
    with _watched(office):
        for number in range(50):
            office.drop(number)
            if number % 5 == 4:
                os.rename(office.inbox, away)
                time.sleep(0.3)
                os.rename(away, office.inbox)
    return "thư mục nhận mất và về lại 10 lần, 50 tệp"


def two_watchers(office: Office) -> str:
    """Eight watchers are started at once, and the one that won is killed, ten times."""
    wins = 0
    for turn in range(10):
        office.drop(turn)
        programs = [_watch(office) for _ in range(8)]
        _until(lambda: sum(program.poll() is None for program in programs) <= 1, 60)  # noqa: B023
        alive = [program for program in programs if program.poll() is None]
        wins += len(alive) == 1
        for program in alive:
            program.kill()
            program.wait()
    with _watched(office):
        pass
    return f"10 lượt, mỗi lượt 8 chương trình cùng khởi động, kẻ thắng bị `kill -9`; đúng một còn lại {wins}/10 lượt"


def slow_writers(office: Office) -> str:
    """Twenty writers at once, in pieces with pauses longer than two looks; half reserve the space first."""
    chance = random.Random(SEED)

    def write_slowly(number: int) -> None:
        name = f"{number:04}.docx"
        data = packed(list(UNITS)[number % len(UNITS)], number, number, filling=20_000)
        path = office.inbox / name
        pieces = sorted(chance.sample(range(1, len(data)), 4))
        path.write_bytes(bytes(len(data)) if number % 2 else b"")
        for start, end in zip([0, *pieces], [*pieces, len(data)], strict=True):
            time.sleep(0.3)
            with path.open("r+b") as stream:  # opened anew each time: nobody can tell that it goes on
                stream.seek(start)
                stream.write(data[start:end])
        office.dropped[name] = True

    with _watched(office):
        threads = [threading.Thread(target=write_slowly, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return "20 tệp chép làm 5 đợt có nghỉ, 10 tệp giữ chỗ trước bằng số 0"


def two_thousand(office: Office) -> str:
    """All at once."""
    for number in range(2000):
        office.drop(number, refused=number % 10 == 9)
    start = time.monotonic()
    program = _watch(office)
    _until(lambda: _is_empty(office), 3600)
    seconds = time.monotonic() - start
    _end(program)
    return f"2.000 tệp cùng lúc, xong sau {seconds:.0f} giây"


def readers(office: Office) -> str:
    """Three readers ask all the time while 300 files load: how old is what they see?"""
    for number in range(FILES):
        office.drop(number)
    watch_one(office)
    end = _FORK.Event()
    ages, errors = _FORK.Value("d", 0.0), _FORK.Value("i", 0)
    asked = _FORK.Value("i", 0)
    processes = [_FORK.Process(target=_ask, args=(office, end, ages, errors, asked)) for _ in range(3)]
    for process in processes:
        process.start()
    start = time.monotonic()
    with _watched(office):
        pass
    seconds = time.monotonic() - start
    end.set()
    for process in processes:
        process.join()
    oldest = f"{ages.value:.1f}".replace(".", ",")
    return (
        f"3 người hỏi SQL liên tục khi 300 tệp vào kho ({seconds:.0f} giây, {asked.value} câu): {errors.value} lỗi khóa, "
        f"cũ nhất {oldest} giây"
    )


NAMES = (
    "Báo cáo xã.docx", "Báo cáo xã 2.docx", "dòng\nmới.docx", "\x1b[2J\x07xóa.docx", "CON.docx", "aux .docx",
    "-rf.docx", "a'; DROP TABLE store.file; --.docx", "$(id) `id`.docx", "%2e%2e%2f.docx", "\u202exslx.docx",
    "dài " + "â" * 70 + ".docx", "=cmd|' /C calc'!A0.docx", "Xã An ", "BÁO CÁO.DOCX", "..docx", "b\\c.docx",
)  # fmt: skip


def odd_names(office: Office) -> str:
    """Names of every kind in composed and decomposed Unicode, some in folders; links and loops beside them."""
    outside = office.folder / "ngoai"
    outside.mkdir()
    (outside / "mat.docx").write_text("bí mật", encoding="utf-8")
    os.symlink(outside / "mat.docx", office.inbox / "lien-ket.docx")
    os.symlink(office.inbox, office.inbox / "vong")
    os.symlink(office.inbox / "b.docx", office.inbox / "a.docx")
    os.symlink(office.inbox / "a.docx", office.inbox / "b.docx")
    number = 0
    for form in ("NFC", "NFD"):
        for name in NAMES:
            name = f"{unicodedata.normalize(form, name.removesuffix('.docx'))}.{number}.docx"
            folder = office.inbox / ("xã ở xa" if number % 3 == 2 else "")
            folder.mkdir(exist_ok=True)
            write(folder / name, list(UNITS)[number % len(UNITS)], 1000 + number, number, number=number)
            number += 1
    watch_once(office.inbox, office.db)
    with open_intake(office.db, SMALL) as intake:
        loaded = len(intake.warehouse.stored().files)
    left = [path for path in _files(office.inbox) if not path.is_symlink()]
    stray = sum(b"b\xc3\xad m\xe1" in path.read_bytes() for path in _files(folder_of(office.db)))
    for path in office.inbox.iterdir():
        if path.is_symlink():
            path.unlink()
    if loaded != number or left or stray:
        office.dropped["(tên lạ)"] = True
    kinds = "NFC, NFD, ký tự điều khiển, xuống dòng, tên dành riêng, đường dẫn, lệnh"
    return f"{number} tên lạ ({kinds}): {loaded} vào kho; liên kết ra ngoài và vòng lặp: không đi theo"


CLOCK = """#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
static long off(void) { const char *o = getenv("CLOCK_OFFSET"); return o ? atol(o) : 0; }
int clock_gettime(clockid_t id, struct timespec *t) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int r = real(id, t);
    if (!r && id == CLOCK_REALTIME) t->tv_sec += off();
    return r;
}
time_t time(time_t *t) { struct timespec s; clock_gettime(CLOCK_REALTIME, &s); if (t) *t = s.tv_sec; return s.tv_sec; }
int gettimeofday(struct timeval *t, void *z) {
    struct timespec s; clock_gettime(CLOCK_REALTIME, &s); t->tv_sec = s.tv_sec; t->tv_usec = s.tv_nsec / 1000; return 0; }
"""


def clock(office: Office) -> str:
    """The clock jumps between runs, back by months and forward by years; the clock that programs see, by a small library
    put before the system's (the machine's own is not ours to set)."""
    days = (0, -400, 800, -30, -4000)
    library = office.folder / "clock.so"
    source = library.with_suffix(".c")
    source.write_text(CLOCK, encoding="ascii")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True)
    seen = []
    for turn, offset in enumerate(days):
        for number in range(turn * 10, turn * 10 + 10):
            office.drop(number)
            stamp = time.time() - 86400 * offset * 2
            os.utime(office.inbox / f"{number:04}.docx", (stamp, stamp))
        environment = {**os.environ, "LD_PRELOAD": str(library), "CLOCK_OFFSET": str(86400 * offset)}
        code = "from tests.small_office import main; main()"
        command = [sys.executable, "-c", code, str(office.inbox), str(office.db), "--once"]
        subprocess.run(command, cwd=_HOUSE, env=environment, stderr=subprocess.DEVNULL, timeout=300)
        seen.append(len(_loaded_by(office)))
    moments = list(_loaded_by(office).values())
    jumps = sum(later < earlier for earlier, later in pairwise(moments))
    listed = ", ".join(map(str, days))
    said = f"đồng hồ lệch {listed} ngày giữa các lần chạy (sổ nhận lùi {jumps} lần), ngày của tệp lệch gấp đôi"
    return f"{said}; đã vào kho {', '.join(map(str, seen))}"


def watch_one(office: Office) -> None:
    """Makes warehouse and first snapshot."""
    with open_intake(office.db, SMALL) as intake:
        intake.warehouse.snapshot()


def _ask(
    office: Office,
    end: Event,
    oldest: "Synchronized[float]",
    errors: "Synchronized[int]",
    asked: "Synchronized[int]",
) -> None:
    while not end.is_set():
        noted, now = _loaded_by(office), datetime.now(UTC)
        try:
            with open_snapshot(office.db) as connection:
                seen = {row[0] for row in connection.execute("SELECT sha256 FROM files").fetchall()}
        except WarehouseFault:
            errors.value += 1
            continue
        unseen = [moment for sha256, moment in noted.items() if sha256 not in seen]
        if unseen:
            oldest.value = max(oldest.value, (now - min(unseen)).total_seconds())
        asked.value += 1
        time.sleep(0.2)


def _loaded_by(office: Office) -> dict[str, datetime]:
    with suppress(WarehouseFault):
        return {key: entry.arrival.received_at for key, entry in read_archive(folder_of(office.db)).loaded.items()}
    return {}


_counts: dict[Path, Count] = {}
FAULTS: dict[str, Callable[[Office], str]] = {
    "kills": kills,
    "full_disk": full_disk,
    "locked": locked,
    "read_only": read_only,
    "vanished": vanished,
    "two_watchers": two_watchers,
    "slow_writers": slow_writers,
    "two_thousand": two_thousand,
    "readers": readers,
    "odd_names": odd_names,
    "clock": clock,
}
DOC = _HOUSE / "docs" / "measurements.md"
BEGIN, END = "<!-- faults:begin -->", "<!-- faults:end -->"
HEAD = ("| sự cố | đã làm | mất | trùng | nửa vời | oan | không khớp |", "|---|---|--:|--:|--:|--:|--:|")


def keep(name: str, line: str) -> None:
    """Puts the line of a fault into the table of the docs; the lines of the others stay."""
    before, _, rest = DOC.read_text(encoding="utf-8").partition(BEGIN)
    table, _, after = rest.partition(END)
    lines = {one.split("`")[1]: one for one in table.splitlines() if one.startswith("| `")} | {name: line}
    ordered = [lines[known] for known in FAULTS if known in lines]
    DOC.write_text("\n".join((before + BEGIN, *HEAD, *ordered, END + after)), encoding="utf-8")


def main() -> None:
    """Run the faults named on the command line, or all."""
    print("\n".join(HEAD))
    is_clean = True
    for name in sys.argv[1:] or FAULTS:
        with tempfile.TemporaryDirectory() as folder:
            office = Office(Path(folder))
            for place in (office.inbox, office.db.parent):
                place.mkdir()
            said = FAULTS[name](office)
            found = _counts.get(office.folder) or count(office)
        is_clean = is_clean and found.is_clean
        numbers = " | ".join(str(getattr(found, key)) for key in found.__dataclass_fields__)
        line = f"| `{name}` | {said} | {numbers} |"
        print(line, flush=True)
        keep(name, line)
    sys.exit(0 if is_clean else 1)


if __name__ == "__main__":
    main()
