"""A bad file is refused with its true reason, in bounded time and memory; a limit is never called damage."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import readers
from ingest.runner import run_many
from schemas.errors import REASONS, Refused
from tests.hostile import (
    compound_file,
    declaring,
    overlapped,
    pdf_file,
    with_body,
    with_main_type,
    with_part,
    with_password_flag,
    word_file,
    zipped,
)
from tests.in_child import SMALL, read_format

LIMITS = {"TOO_LARGE", "TOO_DEEP", "TOO_SLOW", "TOO_MUCH_MEMORY", "ZIP_BOMB"}
ONE = b"<w:p><w:r><w:t>1</w:t></w:r></w:p>"
DOCS = Path(__file__).parent.parent / "docs" / "reasons.md"


def reason(path: Path) -> str:
    with pytest.raises(Refused) as caught:
        readers.read(path, SMALL)
    assert caught.value.message.startswith(REASONS[caught.value.code].text)
    assert caught.value.advice
    return caught.value.code


def reason_of(folder: Path, data: bytes, name: str = "bao-cao.docx") -> str:
    path = folder / name
    path.write_bytes(data)
    return reason(path)


@pytest.mark.parametrize("name", ["bao-cao.docx", "bao-cao.pdf", "Báo cáo\nxã.docx", "bao-cao", "x" * 200 + ".docx"])
def test_a_report_is_read_whatever_its_name(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(word_file())
    document = readers.read(tmp_path / name, SMALL)
    assert document.source.format == "docx"
    assert document.source.file_name == name
    assert any("125" in cell.text for table in document.tables() for cell in table.cells)


def test_a_pdf_under_the_name_of_a_word_file_is_read_as_pdf(tmp_path: Path):
    (tmp_path / "bao-cao.docx").write_bytes(pdf_file("Bao cao cai cach hanh chinh cua xa nam 2020"))
    document = readers.read(tmp_path / "bao-cao.docx", SMALL)
    assert (document.source.format, document.source.pages) == ("pdf", 1)
    assert [paragraph.text for paragraph in document.paragraphs()] == ["Bao cao cai cach hanh chinh cua xa nam 2020"]


def test_a_name_that_is_no_unicode_can_be_shown(tmp_path: Path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xe1o.docx"))
    path.write_bytes(word_file())
    assert readers.read(path, SMALL).source.file_name.encode() == "b\ufffdo.docx".encode()


def test_a_file_that_is_not_there(tmp_path: Path):
    (tmp_path / "dead").symlink_to(tmp_path / "gone")
    assert reason(tmp_path / "khong-co.docx") == "NOT_FOUND"
    assert reason(tmp_path / "dead") == "NOT_FOUND"
    assert reason(tmp_path / ("x" * 5000)) == "NOT_FOUND"
    assert reason(Path("a\0b")) == "NOT_FOUND"


def test_what_is_no_file_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.docx")
    (tmp_path / "loop.docx").symlink_to(tmp_path / "loop.docx")
    for path in (tmp_path, tmp_path / "pipe.docx", tmp_path / "loop.docx", Path(os.devnull)):
        assert reason(path) == "NOT_A_FILE"


def test_a_file_that_may_not_be_read(tmp_path: Path):
    path = tmp_path / "bao-cao.docx"
    path.write_bytes(word_file())
    path.chmod(0)
    is_root = os.geteuid() == 0  # whom no permission stops
    if is_root:
        os.seteuid(65534)
    try:
        assert reason(path) == "NO_ACCESS"
    finally:
        if is_root:
            os.seteuid(0)


def test_a_disk_that_fails():
    assert reason(Path("/proc/self/mem")) == "READ_FAILED"


def test_lock_files_of_an_open_document(tmp_path: Path):
    owner = b"\x05Admin".ljust(162, b" ")
    assert reason_of(tmp_path, owner, "~$o-cao.docx") == "LOCK_FILE"
    assert reason_of(tmp_path, b",xa,pc,05.06.2020 08:00;", ".~lock.bao-cao.docx#") == "LOCK_FILE"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "EMPTY_FILE"),
        (word_file()[:-100], "TRUNCATED"),
        (b"\x89PNG\r\n\x1a\n", "IMAGE"),
        (with_password_flag(word_file()), "ENCRYPTED"),
        (compound_file({"EncryptedPackage": b""}), "ENCRYPTED"),
        (with_main_type(word_file(), "application/vnd.ms-word.document.macroEnabled.main+xml"), "MACROS"),
        (with_main_type(word_file(), "application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "SPREADSHEET"),
        (with_part(word_file(), "word/document.xml", b"<w:document"), "DAMAGED"),
        (os.urandom(5 << 20), "TOO_LARGE"),
        (with_body(b""), "NO_CONTENT"),
    ],
)
def test_a_wrong_file_hears_its_reason_whatever_it_is_called(tmp_path: Path, data: bytes, code: str):
    assert reason_of(tmp_path, data) == code


BOMBS: dict[str, Callable[[], bytes]] = {
    "high ratio": lambda: with_part(word_file(), "word/media/image1.bmp", bytes(100 << 20)),
    "lie": lambda: declaring(with_part(word_file(), "word/styles.xml", bytes(100 << 20)), "word/styles.xml", 99),
    "overlapped": lambda: overlapped(50),
    "many parts": lambda: overlapped(1000),
    "nested": lambda: zipped({f"{number}.zip": zipped({"0": b"0"}) for number in range(300)}),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_not_unpacked(tmp_path: Path, bomb: Callable[[], bytes]):
    assert reason_of(tmp_path, bomb()) == "ZIP_BOMB"


def test_an_honest_file_with_large_pictures_is_no_bomb(tmp_path: Path):
    two_colours = os.urandom(1 << 16).translate(bytes(number & 1 for number in range(256)))
    data = with_part(word_file(), "word/media/image1.bmp", two_colours * 400)
    assert reason_of(tmp_path, data) == "TOO_LARGE"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "word/_rels/document.xml.rels"])
def test_no_document_type_is_followed(tmp_path: Path, part: str, encoding: str):
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<!-- --><!DOCTYPE w [<!ENTITY l0 "ha">{laughs}<!ENTITY x SYSTEM "file:///etc/hostname">]><w>&l9;&x;</w>'
    assert reason_of(tmp_path, with_part(word_file(), part, text.encode(encoding))) == "XML_ENTITIES"


def test_an_entity_in_an_encoding_of_its_own_is_not_expanded(tmp_path: Path):
    """UTF-7 hides the declaration from whoever looks for it as text."""
    hidden = '<!DOCTYPE w [<!ENTITY a "ha">]><w>&a;</w>'.encode("utf-7")
    data = with_part(word_file(), "word/document.xml", b'<?xml version="1.0" encoding="UTF-7"?>' + hidden)
    assert reason_of(tmp_path, data) in ("XML_ENTITIES", "DAMAGED", "NOT_DOCX")


def test_a_bomb_of_depth_is_a_limit(tmp_path: Path):
    nested = b"<w:p>" * 100_000 + b"</w:p>" * 100_000
    assert reason_of(tmp_path, with_body(nested)) == "TOO_DEEP"


SPAN = b'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>%s</w:tc></w:tr></w:tbl>' % ONE
BEFORE = b'<w:tbl><w:tr><w:trPr><w:gridBefore w:val="999999999"/></w:trPr><w:tc>%s</w:tc></w:tr></w:tbl>' % ONE


@pytest.mark.parametrize(
    ("start", "piece", "times", "end"),
    [
        (b"", b"<w:p/>", 1_000_000, b""),
        (b"", ONE, 200_000, b""),
        (b"", b"<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>", 100_000, b""),
        (b"<w:tbl><w:tr>", b"<w:tc><w:p/></w:tc>", 300_000, b"</w:tr></w:tbl>"),
        (b"<w:p><w:r><w:t>", b"a ", 9_000_000, b"</w:t></w:r></w:p>"),
        (b"", SPAN, 20, b""),
        (b"", BEFORE, 20, b""),
    ],
    ids=["empty paragraphs", "paragraphs", "tables", "columns", "long text", "gridSpan", "gridBefore"],
)
def test_an_endless_document_is_read_or_stopped_at_a_limit(
    tmp_path: Path, start: bytes, piece: bytes, times: int, end: bytes
):
    path = tmp_path / "bao-cao.docx"
    path.write_bytes(with_body(start + piece * times + end))
    (outcome,) = run_many(read_format, [path], SMALL)
    answer = outcome.error.code if outcome.error else outcome.result
    assert answer in {"docx", "NO_CONTENT"} | LIMITS


def test_every_reason_is_in_the_docs_with_its_text_and_advice():
    rows = [line.split("|")[1:-1] for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    written = {code.strip(" `"): (text.strip(), advice.strip()) for code, text, advice, *_ in rows}
    assert {code: written[code] for code in REASONS if code in written} == {
        code: (reason.text, reason.advice) for code, reason in REASONS.items()
    }
