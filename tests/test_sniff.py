"""What a file is, is told from its bytes: the name lies, and the sender must hear what was really sent."""

import io
import tarfile
import zipfile

import pytest
import xlsxwriter

from ingest.readers.sniff import recognise
from schemas.errors import Refused
from schemas.office import Settings
from tests.hostile import (
    TYPES,
    compound_file,
    parts_of,
    with_main_type,
    with_part,
    with_password_flag,
    word_file,
    zipped,
)

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}.main+xml"
WORD_97 = b"\xec\xa5\xc1\x00" + bytes(8)


def excel_file() -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    book.add_worksheet().write(0, 0, 125)
    book.close()
    return stream.getvalue()


def open_document(kind: str) -> bytes:
    return zipped({"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": b"<a/>"})


def presentation_file() -> bytes:
    kind = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    return zipped({TYPES: b'<Types><Override ContentType="%s"/></Types>' % kind, "ppt/presentation.xml": b"<p/>"})


def tar_file() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        member = tarfile.TarInfo("bao-cao.docx")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"abc"))
    return stream.getvalue()


def reason(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        recognise(data, Settings())
    assert caught.value.exit_code == 3
    return caught.value.code


def answer(data: bytes) -> str:
    try:
        return recognise(data, Settings())
    except Refused as refused:
        return refused.code


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (word_file(), "docx"),
        (with_main_type(word_file(), MAIN.format("template")), "docx"),
        (with_part(word_file(), "word/embeddings/so-lieu.xlsx", excel_file()), "docx"),
        (zipped({"word/document.xml": b"<w/>"}), "docx"),
        (compound_file({"WordDocument": WORD_97}), "doc"),
        (compound_file({"\x01Ole": b"", "1Table": b"", "Data": b"", "WordDocument": WORD_97}), "doc"),
        (b"%PDF-1.4\n%%EOF", "pdf"),
        (b"\r\n\xef\xbb\xbf%PDF-1.7\n%%EOF", "pdf"),
    ],
)
def test_what_can_be_read(data: bytes, kind: str):
    assert recognise(data, Settings()) == kind


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "EMPTY_FILE"),
        (bytes(5000), "TRUNCATED"),
        (with_main_type(word_file(), "application/vnd.ms-word.document.macroEnabled.main+xml"), "MACROS"),
        (with_main_type(word_file(), "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"), "MACROS"),
        (excel_file(), "SPREADSHEET"),
        (open_document("spreadsheet"), "SPREADSHEET"),
        (compound_file({"Workbook": b"\x09\x08"}), "SPREADSHEET"),
        (presentation_file(), "PRESENTATION"),
        (compound_file({"PowerPoint Document": b""}), "PRESENTATION"),
        (open_document("text"), "OPEN_DOCUMENT"),
        (b"{\\rtf1\\ansi B\\'e1o c\\'e1o}", "RTF"),
        (b"<!DOCTYPE html><html><body>B\xc3\xa1o c\xc3\xa1o</body></html>", "HTML"),
        (b"\xef\xbb\xbf  <html xmlns:w='urn:schemas-microsoft-com:office:word'>", "HTML"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x", "HTML"),
        ("Kính gửi: UBND huyện\nXã báo cáo như sau: 12 văn bản.".encode(), "PLAIN_TEXT"),
        ("Kính gửi: UBND huyện".encode("utf-16"), "PLAIN_TEXT"),
        (b"Received: from a\r\nFrom: xa@example.vn\r\nTo: huyen@example.vn\r\nSubject: BC\r\n\r\nText", "EMAIL"),
        (compound_file({"__properties_version1.0": b"", "__substg1.0_0037001F": b""}), "EMAIL"),
        (zipped({"bao-cao.docx": word_file()}), "ARCHIVE"),
        (zipped({}), "ARCHIVE"),
        (b"Rar!\x1a\x07\x01\x00", "ARCHIVE"),
        (b"7z\xbc\xaf'\x1c\x00\x04", "ARCHIVE"),
        (tar_file(), "ARCHIVE"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "IMAGE"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "IMAGE"),
        (b"II*\x00\x08\x00\x00\x00", "IMAGE"),
        (b"\x00\x00\x00\x18ftypheic", "IMAGE"),
        (b"MZ\x90\x00\x03", "PROGRAM"),
        (b"<?xml version='1.0'?><?mso-application progid='Word.Document'?><w/>", "NOT_DOCX"),
        (b"\x01\x02\x03\x04\x05\x06", "NOT_DOCX"),
        (compound_file({"\x05SummaryInformation": b""}), "NOT_DOCX"),
        (compound_file({"EncryptionInfo": b"", "EncryptedPackage": b""}), "ENCRYPTED"),
        (compound_file({"WordDocument": WORD_97[:11] + b"\x01"}), "ENCRYPTED"),
        (with_password_flag(word_file()), "ENCRYPTED"),
    ],
)
def test_what_cannot_be_read_is_said_to_be_what_it_is(data: bytes, code: str):
    assert reason(data) == code


@pytest.mark.parametrize("share", [0.01, 0.3, 0.9, 0.99])
def test_a_copy_cut_short_is_said_to_be_cut_short(share: float):
    for whole in (word_file(), compound_file({"WordDocument": WORD_97, "Data": bytes(50_000)})):
        assert reason(whole[: int(len(whole) * share)]) == "TRUNCATED"


def test_bent_bytes_are_damage():
    whole = word_file()
    directory = whole.rindex(b"PK\x01\x02")
    assert reason(whole[:directory] + b"XX" + whole[directory + 2 :]) == "DAMAGED"


def test_any_bent_byte_is_answered_with_a_reason():
    """Whatever byte is bent, the answer is a kind or a reason, never another error."""
    for whole in (word_file(), compound_file({"WordDocument": WORD_97, "Data": bytes(5000)})):
        for position in range(0, len(whole), 97):
            bent = whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :]
            assert answer(bent) in {"docx", "doc", "DAMAGED", "TRUNCATED", "ENCRYPTED", "NOT_DOCX", "ARCHIVE"}


def test_two_parts_of_one_name_are_not_chosen_between():
    parts = parts_of(word_file())
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
        package.writestr("Word/Document.xml", parts["word/document.xml"])
    assert reason(stream.getvalue()) == "DAMAGED"
