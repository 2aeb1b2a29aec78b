"""The second producer: the DOCX taken through LibreOffice (DOCX → ODT → DOCX), many at once, with a profile of its own;
and the other formats in which a report arrives: what LibreOffice prints as PDF, or saves as Word 97.

LibreOffice rewrites every part of the file. Where the text it shows afterwards differs from before, the truth would no
longer be known: such a file stays as Word wrote it, and is said to.
"""

import shutil
import subprocess
import unicodedata
import zipfile
from pathlib import Path

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def convert(paths: list[Path], work: Path) -> list[Path]:
    """Replaces the files in place; returns those that LibreOffice did not keep whole and that stayed as they were."""
    if not paths:
        return []
    source, odt, back = work / "word", work / "odt", work / "back"
    source.mkdir(parents=True)
    for i, path in enumerate(paths):
        shutil.copy(path, source / f"{i}.docx")
    _soffice(work, "odt", odt, sorted(source.glob("*.docx")))
    _soffice(work, "docx:Office Open XML Text", back, sorted(odt.glob("*.odt")))
    kept = []
    for i, path in enumerate(paths):
        made = back / f"{i}.docx"
        if made.exists() and shown(made) == shown(path):
            shutil.copy(made, path)
        else:
            kept.append(path)
    return kept


TARGETS = {"pdf": "pdf:writer_pdf_Export", "doc": "doc:MS Word 97"}


def save_as(paths: list[Path], target: str, work: Path) -> dict[Path, Path]:
    """Replaces each DOCX by the same report as 'pdf' or 'doc'; old path → new path."""
    source, out = work / "docx", work / target
    source.mkdir(parents=True)
    for i, path in enumerate(paths):
        shutil.move(path, source / f"{i}.docx")
    _soffice(work, TARGETS[target], out, sorted(source.glob("*.docx")))
    made = {path: path.with_name(f"{path.name.removesuffix('.docx')}.{target}") for path in paths}
    for i, path in enumerate(paths):
        shutil.move(out / f"{i}.{target}", made[path])
    return made


def _soffice(work: Path, target: str, folder: Path, files: list[Path]) -> None:
    profile = f"-env:UserInstallation=file://{(work / 'profile').resolve()}"
    command = ["soffice", profile, "--headless", "--norestore", "--convert-to", target, "--outdir", str(folder)]
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=600)


def shown(path: Path) -> str:
    """All the text a file shows, in order, without white space; for comparing a file with itself only."""
    with zipfile.ZipFile(path) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    return unicodedata.normalize("NFC", "".join("".join(_texts(root)).split()))


def _texts(node: etree._Element) -> list[str]:
    out = []
    for child in node:
        if child.tag == W + "t":
            out.append(child.text or "")
        elif child.tag == W + "softHyphen":
            out.append("\u00ad")
        elif child.tag not in (W + "del", FALLBACK, W + "instrText") and not _is_hidden(child):
            out += _texts(child)
    return out


def _is_hidden(node: etree._Element) -> bool:
    return node.tag == W + "r" and node.find(f"{W}rPr/{W}vanish") is not None
