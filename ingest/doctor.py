"""What this machine has and lacks, and whether warehouse, archive and watch folders are well: the answers of `doctor`."""

import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from ingest.archive import folder_of, read_archive
from ingest.intake import open_intake
from ingest.readers.legacy_doc import find_soffice
from ingest.readers.scan_ocr import ENGLISH, GET_TESSERACT, VIETNAMESE, find_tesseract, languages
from ingest.snapshots import newest
from ingest.watch import read_statuses
from schemas.errors import WarehouseFault
from schemas.office import Office

_PATIENCE = 2.0
_FEW_MB = 1000
# A watcher writes its status at every look; on a slow share a look takes a while.
_SILENT_SECONDS = 300
_GET_LIBREOFFICE = (
    "Debian/Ubuntu: apt-get install libreoffice-writer-nogui; Windows: winget install TheDocumentFoundation.LibreOffice"
)
_FONTS = ("Times New Roman", "Liberation Serif", "Tinos")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. 'missing' is something that this machine can do without, 'bad' needs a person."""

    name: str
    state: Literal["good", "missing", "bad"]
    found: str
    advice: str = ""


def checks(db: Path, office: Office) -> Iterator[Check]:
    """Everything that `tonghop doctor` shows, in order."""
    yield _programs()
    yield _libreoffice()
    yield _ocr()
    yield _fonts()
    for name, folder in (("Ổ đĩa của kho", db.absolute().parent), ("Ổ đĩa tạm", Path(tempfile.gettempdir()))):
        yield _disk(name, folder)
    if not db.exists() and not folder_of(db).exists():
        yield Check("Kho dữ liệu", "missing", f"chưa có {db}", "Đọc báo cáo đầu tiên: tonghop ingest THƯ_MỤC")
        return
    yield from _warehouse(db, office)
    yield _snapshot(db)
    yield from (_watcher(status) for status in read_statuses(folder_of(db)))


def _programs() -> Check:
    import duckdb

    return Check("Chương trình", "good", f"Python {platform.python_version()}, DuckDB {duckdb.__version__}")


def _libreoffice() -> Check:
    program = find_soffice()
    if program:
        return Check("LibreOffice (đọc .doc)", "good", program)
    return Check("LibreOffice (đọc .doc)", "missing", "không có; tệp .doc phải chờ", _GET_LIBREOFFICE)


def _ocr() -> Check:
    name, program = "Tesseract (đọc bản quét)", find_tesseract()
    if program is None:
        return Check(name, "missing", "không có; bản quét phải chờ", GET_TESSERACT)
    lacking = sorted({VIETNAMESE, ENGLISH} - languages(program))
    if lacking:
        return Check(name, "missing", f"thiếu dữ liệu {', '.join(lacking)}; bản quét phải chờ", GET_TESSERACT)
    return Check(name, "good", program)


def _fonts() -> Check:
    if sys.platform == "win32":
        return Check("Phông chữ", "good", "của Windows")
    known = _answer(["fc-list", ":", "family"])
    found = [font for font in _FONTS if font in known]
    if found:
        return Check("Phông chữ", "good", found[0])
    return Check("Phông chữ", "missing", "không có phông kiểu Times", "Debian/Ubuntu: apt-get install fonts-liberation")


def _answer(command: list[str]) -> str:
    """What a program prints; nothing where it is missing or hangs."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace")


def _disk(name: str, folder: Path) -> Check:
    try:
        free = shutil.disk_usage(folder).free >> 20
    except OSError as error:
        return Check(name, "bad", f"{folder}: {error.strerror}", "Kiểm tra ổ đĩa.")
    state: Literal["good", "bad"] = "good" if free >= _FEW_MB else "bad"
    return Check(name, state, f"{folder}: còn {free} MB", "" if state == "good" else "Dọn bớt ổ đĩa.")


def _warehouse(db: Path, office: Office) -> Iterator[Check]:
    try:
        with open_intake(db, office, patience=_PATIENCE) as intake:
            found = intake.discrepancies(thorough=True)
    except WarehouseFault as fault:
        yield Check("Kho dữ liệu", "bad", fault.message, fault.advice)
        return
    yield Check("Kho dữ liệu", "good", f"{db}: {db.stat().st_size >> 20} MB")
    counts = read_archive(folder_of(db)).counts
    said = f"{counts['loaded']} tệp đã nhận, {counts['unchanged']} lần gửi lại, {counts['refused']} lần không nhận"
    yield Check("Kho gốc", "good", f"{folder_of(db)}: {said}")
    for one in found:
        advice = "Làm lại kho dữ liệu từ kho gốc: tonghop rebuild" if one.is_healed_by_rebuild else _BY_HAND[one.code]
        yield Check("Đối chiếu", "bad", one.message, advice)


_BY_HAND = {
    "UNKNOWN_FILE": "Đưa lại tệp ấy vào (tonghop ingest) để có bản gốc trong kho gốc.",
    "UNKNOWN_DECISION": "Lấy lại kho gốc từ bản sao lưu: tonghop restore",
    "LOST_ORIGINAL": "Đưa lại tệp ấy vào (tonghop ingest), hoặc lấy từ bản sao lưu: tonghop restore",
}


def _snapshot(db: Path) -> Check:
    path = newest(db)
    if path is None:
        return Check("Bản chụp để tra cứu", "missing", "chưa có", "Đọc báo cáo: tonghop ingest THƯ_MỤC")
    made = datetime.fromtimestamp(path.stat().st_mtime)
    return Check("Bản chụp để tra cứu", "good", f"{path.name}, lúc {made:%H:%M:%S %d/%m/%Y}")


def _watcher(status: dict[str, Any]) -> Check:
    name = f"Theo dõi {status['inbox']}"
    silent = (datetime.now(UTC) - datetime.fromisoformat(status["beat"])).total_seconds()
    waiting, junk, others = (status.get(key, 0) for key in ("waiting_count", "junk", "ignored_count"))
    counts = f"{waiting} tệp chờ, {junk} tệp tạm, {others} tệp khác"
    if status["state"] == "stopped":
        return Check(name, "missing", f"đã dừng {_ago(silent)}; {counts}")
    if silent > _SILENT_SECONDS:
        return Check(name, "bad", f"không còn nhịp từ {_ago(silent)}; {counts}", "Chạy lại: tonghop watch")
    if status.get("hindered_by"):
        return Check(name, "bad", f"đang vướng: {status['hindered_by']}", "Làm theo câu trên; chương trình tự làm tiếp.")
    return Check(name, "good", f"đang chạy trên máy {status['host']}; {counts}")


def _ago(seconds: float) -> str:
    return f"{seconds / 3600:.0f} giờ trước" if seconds > 7200 else f"{seconds / 60:.0f} phút trước"
