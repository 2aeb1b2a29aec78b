"""Word 97–2003 (.doc): LibreOffice turns it into DOCX, and the Word reader reads that.

LibreOffice gets a profile of its own for each file, no macros, no links to follow, a time limit, and none of its
processes outlives the conversion.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from ingest.readers import word
from schemas.document import Document, Source
from schemas.errors import MissingTool, Refused
from schemas.office import Settings

_WINDOWS = sys.platform == "win32"
_PLACES = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_INSTALL = (
    "Debian/Ubuntu: apt-get install libreoffice-writer-nogui. "
    "Windows: winget install TheDocumentFoundation.LibreOffice. Hoặc lưu tệp lại thành .docx rồi đưa vào."
)
# Settings of org.openoffice.Office.Common and Writer: no macro, no active content, no remote image, no update of links.
_OPTION = (
    '<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse">'
    "<value>{value}</value></prop></item>"
)
_OPTIONS = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Writer/Content/Update", "Link", "0"),
)
_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    + "".join(_OPTION.format(path=path, name=name, value=value) for path, name, value in _OPTIONS)
    + "</oor:items>\n"
)


def read(data: bytes, source: Source, settings: Settings) -> Document:
    """The document in the .doc file `data`, its `source` kept.

    Raises MissingTool without LibreOffice; Refused: DAMAGED, TOO_SLOW, CRASHED, and whatever the Word reader refuses.
    """
    return word.read(convert(data, settings), source, settings)


def find_soffice() -> str | None:
    """LibreOffice's program on this machine, None where there is none."""
    names = (shutil.which(name) for name in ("soffice", "libreoffice"))
    return next((name for name in (*names, *_PLACES) if name and Path(name).exists()), None)


def convert(data: bytes, settings: Settings) -> bytes:
    """The DOCX that LibreOffice makes of a .doc. Raises MissingTool; Refused: DAMAGED, TOO_SLOW, CRASHED."""
    program = find_soffice()
    if not program:
        raise MissingTool("LIBREOFFICE_MISSING", "Đọc tệp .doc cần LibreOffice, máy này chưa có.", _INSTALL)
    with tempfile.TemporaryDirectory(prefix="tonghop-doc-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        (work / "in.doc").write_bytes(data)
        (work / "profile" / "user").mkdir(parents=True)
        (work / "profile" / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        code = _run(program, work, settings)
        result = work / "out" / "in.docx"
        if not result.exists():
            raise _refusal(code)
        return result.read_bytes()


def _run(program: str, work: Path, settings: Settings) -> int:
    """LibreOffice's exit code. Its own process group, inside the session of whoever called: one call ends all of it."""
    command = [
        program,
        "--headless",
        "--norestore",
        "--nolockcheck",
        f"-env:UserInstallation={(work / 'profile').as_uri()}",
        "--convert-to",
        "docx:MS Word 2007 XML",
        "--outdir",
        str(work / "out"),
        str(work / "in.doc"),
    ]
    quiet = subprocess.DEVNULL
    group = None if _WINDOWS else 0
    process = subprocess.Popen(
        command, stdin=quiet, stdout=quiet, stderr=quiet, env=_environment(work), cwd=work, process_group=group
    )
    try:
        return process.wait(settings.wall_seconds)
    except subprocess.TimeoutExpired as error:
        raise Refused("TOO_SLOW", f"LibreOffice, giới hạn {settings.wall_seconds} giây") from error
    finally:
        _end(process)


def _environment(work: Path) -> dict[str, str]:
    """Ours without proxies and displays, with temporary files in the work folder, which is removed afterwards."""
    left_out = ("proxy", "display")
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith(left_out)}
    return kept | {"TMPDIR": str(work), "TEMP": str(work), "TMP": str(work)}


def _end(process: "subprocess.Popen[bytes]") -> None:
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _refusal(code: int) -> Refused:
    """Why there is no result: LibreOffice exits in peace from a file that it cannot load, and by a signal otherwise."""
    number = -code if code < 0 else code - 128
    if number <= 0 or _WINDOWS:
        return Refused("DAMAGED")
    if number == getattr(signal, "SIGXCPU", None):
        return Refused("TOO_SLOW", "LibreOffice")
    return Refused("CRASHED", "LibreOffice")
