"""A .doc of twenty years ago gives the same document as the .docx it was."""

import subprocess
from pathlib import Path

import docx
import pytest

from ingest import readers
from ingest.readers.legacy_doc import find_soffice
from schemas.document import Document
from schemas.errors import MissingTool, Refused
from schemas.office import Settings


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same report as .docx and as the .doc that LibreOffice writes of it."""
    folder = tmp_path_factory.mktemp("doc")
    document = docx.Document()
    document.add_paragraph("Tiếng Việt: ưỡng, Đồng, quyết định số 15/QĐ-UBND")
    table = document.add_table(rows=3, cols=3, style="Table Grid")
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"{number}.500" if number % 2 else f"Chỉ tiêu {number}"
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(1, 2).merge(table.cell(2, 2))
    # Word never ends a text with a table, and LibreOffice loses one that does when it writes a .doc.
    document.add_paragraph("TM. ỦY BAN NHÂN DÂN")
    document.save(str(folder / "bao-cao.docx"))
    command = [find_soffice() or "soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    command += ["--convert-to", "doc:MS Word 97", "--outdir", str(folder), str(folder / "bao-cao.docx")]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "bao-cao.docx", folder / "bao-cao.doc"


def cells(document: Document) -> list[list[tuple[int, int, int, int, str]]]:
    return [
        [(cell.row, cell.col, cell.row_span, cell.col_span, cell.shown) for cell in table.cells]
        for table in document.tables()
    ]


def test_a_doc_reads_as_its_docx(pair: tuple[Path, Path]):
    new, old = (readers.read(path, Settings()) for path in pair)
    assert cells(old) == cells(new)
    assert [paragraph.shown for paragraph in old.paragraphs()] == [paragraph.shown for paragraph in new.paragraphs()]


def test_its_source_is_the_doc_that_was_sent(pair: tuple[Path, Path]):
    source = readers.read(pair[1], Settings()).source
    assert (source.format, source.file_name, source.bytes) == ("doc", "bao-cao.doc", pair[1].stat().st_size)


def test_nothing_of_the_conversion_stays(pair: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    readers.read(pair[1], Settings())
    assert not list(tmp_path.iterdir())
    assert not still_running(tmp_path)


def test_a_conversion_past_its_time_is_stopped_with_all_its_processes(
    pair: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(Refused) as caught:
        readers.read(pair[1], Settings(wall_seconds=0))
    assert caught.value.code == "TOO_SLOW"
    assert not still_running(tmp_path)
    assert not list(tmp_path.iterdir())


def still_running(folder: Path) -> list[str]:
    """Command lines of living processes that name the folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().decode(errors="replace")
        except OSError:  # it has ended
            continue
        if str(folder) in command:
            found.append(command)
    return found


def test_bytes_that_only_look_like_a_doc_are_damage(pair: tuple[Path, Path], tmp_path: Path):
    data = bytearray(pair[1].read_bytes())
    start = data.index(b"\xec\xa5")
    data[start : start + 4096] = bytes(4096)
    (tmp_path / "bao-cao.doc").write_bytes(data)
    with pytest.raises(Refused) as caught:
        readers.read(tmp_path / "bao-cao.doc", Settings())
    assert caught.value.code in ("DAMAGED", "NO_CONTENT")


def test_without_libreoffice_the_clerk_is_told_how_to_get_it(
    pair: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingTool) as caught:
        readers.read(pair[1], Settings())
    assert caught.value.exit_code == 4
    assert "apt-get install" in caught.value.advice
    assert "winget install" in caught.value.advice
