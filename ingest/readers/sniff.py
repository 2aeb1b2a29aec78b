"""What a file is, told from its bytes and never from its name."""

import re
import struct
import zipfile
from io import BytesIO
from typing import Any, Literal

from ingest.readers.zip_safety import ZIP_DAMAGE, check_xml_parts, open_package
from schemas.errors import Refused
from schemas.office import Settings

Readable = Literal["docx", "pdf", "doc"]

# Signatures: https://www.garykessler.net/library/file_sigs.html; the PDF header may stand anywhere in the first 1024
# bytes (ISO 32000-1, annex H.3.4.1).
_HEAD = 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_SIGNATURES: tuple[tuple[str, bytes], ...] = (
    ("RTF", rb"\{\\rtf"),
    ("ARCHIVE", rb"Rar!\x1a\x07|7z\xbc\xaf'\x1c|\x1f\x8b|BZh[1-9]|\xfd7zXZ\x00|MSCF|.{257}ustar"),
    (
        "IMAGE",
        rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|BM.{4}\x00{4}|II\*\x00|MM\x00\*|RIFF.{4}WEBP|"
        rb".{4}ftyp(heic|heix|mif1|avif)",
    ),
    ("PROGRAM", rb"MZ|\x7fELF|#!"),
)
_PATTERNS = tuple((code, re.compile(pattern, re.DOTALL)) for code, pattern in _SIGNATURES)

_HTML = re.compile(
    rb"\s*(<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(!doctype\s+html|html|head|body|meta|table)\b", re.IGNORECASE | re.DOTALL
)
_MHTML = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_MAIL_HEADER = re.compile(
    rb"^(?:received|from|to|cc|date|subject|message-id|mime-version|return-path|delivered-to|reply-to|content-type|"
    rb"x-[\w-]+):",
    re.IGNORECASE | re.MULTILINE,
)
# One such line may open a typed note ("From: …"); a message has several.
_MAIL_HEADERS_NEEDED = 3
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")

_OLE_STREAMS = (
    ("ENCRYPTED", {"encryptedpackage", "encryptioninfo", "\tdrmcontent"}),
    ("SPREADSHEET", {"workbook", "book"}),
    ("PRESENTATION", {"powerpoint document"}),
    ("EMAIL", {"__properties_version1.0"}),
)
_WORD_STREAM = "worddocument"
_OLE_HEADER_BYTES = 512
# Sector numbers from here on are marks: end of chain, free and so on.
_FIRST_MARK = 0xFFFFFFFA
_FREE_SECTOR = 0xFFFFFFFF
# [MS-DOC] 2.5.2 FibBase: wIdent 0xA5EC, and 0xA5DC before Word 97; flag fEncrypted is bit 8 of the word at offset 10.
_FIB_ENCRYPTED = (11, 0x01)

# What a package says of its main part; embedded files are named in the same list, but never as a main part, so the
# kinds of Word come first.
_PACKAGE_KINDS = (
    ("MACROS", re.compile(rb"ms-word\.\w+\.macroEnabled\w*\.main\+xml")),
    ("docx", re.compile(rb"wordprocessingml\.(document|template)\.main\+xml")),
    ("SPREADSHEET", re.compile(rb"spreadsheetml|ms-excel")),
    ("PRESENTATION", re.compile(rb"presentationml|ms-powerpoint")),
)
_OPEN_DOCUMENT_KINDS = (
    ("OPEN_DOCUMENT", b"opendocument.text"),
    ("SPREADSHEET", b"opendocument.spreadsheet"),
    ("PRESENTATION", b"opendocument.presentation"),
)
_TYPES_PART = "[content_types].xml"
_TYPES_LIMIT = 4 << 20


def recognise(data: bytes, settings: Settings) -> Readable:
    """Which reader can read `data`. Raises Refused with what it is instead."""
    if not data.strip(b"\0"):
        # A copy that reserved its space first and has not written it yet.
        raise Refused("TRUNCATED" if data else "EMPTY_FILE")
    head = data[:_HEAD]
    if head.startswith(_ZIP):
        return _recognise_zip(data, settings)
    if head.startswith(_OLE):
        return _recognise_ole(data)
    if b"%PDF-" in head:
        return "pdf"
    raise Refused(_other(head, data))


def _other(head: bytes, data: bytes) -> str:
    for code, pattern in _PATTERNS:
        if pattern.match(head):
            return code
    text = head.removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(text) or _MHTML.search(text):
        return "HTML"
    if len(set(_MAIL_HEADER.findall(text))) >= _MAIL_HEADERS_NEEDED:
        return "EMAIL"
    return "PLAIN_TEXT" if _is_text(data) else "NOT_DOCX"


def _is_text(data: bytes) -> bool:
    """Text in UTF-16 with its mark, or bytes without control characters (UTF-8, windows-1258, TCVN3 …)."""
    if data.startswith(_BYTE_ORDER_MARKS):
        return True
    return not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", data[: 1 << 16]) and not data.startswith(b"<?xml")


def _recognise_ole(data: bytes) -> Readable:
    import olefile  # heavy, and most files are not OLE

    if _lacks_its_tables(data):
        raise Refused("TRUNCATED")
    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            return _ole_kind(ole, len(data))
    except (OSError, IndexError, ValueError, TypeError, AttributeError, RecursionError) as error:
        # What olefile meets on a header or directory that points nowhere.
        raise Refused("DAMAGED") from error


def _lacks_its_tables(data: bytes) -> bool:
    """The file ends before a sector of its allocation table or directory, as [MS-CFB] 2.2 places them in the header."""
    if len(data) < _OLE_HEADER_BYTES:
        return True
    (shift,) = struct.unpack_from("<H", data, 30)
    first_sectors = {*struct.unpack_from("<I", data, 48), *struct.unpack_from("<109I", data, 76)} - {_FREE_SECTOR}
    return any((sector + 2) << (shift & 0xF) > len(data) for sector in first_sectors)


def _ole_kind(ole: Any, size: int) -> Readable:
    pointers = [
        *ole.fat,
        *(entry.isectStart for entry in ole.direntries if entry and entry.size >= ole.minisectorcutoff),
    ]
    last = max((pointer for pointer in pointers if pointer < _FIRST_MARK), default=0)
    if (last + 1) * ole.sector_size >= size:
        raise Refused("TRUNCATED")
    names = {path[0].lower() for path in ole.listdir(storages=True)}
    if _WORD_STREAM not in names:
        unknown = "TRUNCATED" if size % ole.sector_size else "NOT_DOCX"
        raise Refused(next((code for code, streams in _OLE_STREAMS if names & streams), unknown))
    offset, bit = _FIB_ENCRYPTED
    if ole.openstream(_WORD_STREAM).read(offset + 1)[offset] & bit:
        raise Refused("ENCRYPTED")
    return "doc"


def _recognise_zip(data: bytes, settings: Settings) -> Readable:
    with open_package(data, settings) as package:
        kind = _zip_kind(package)
        if kind != "docx":
            raise Refused(kind)
        check_xml_parts(package)
    return "docx"


def _zip_kind(package: zipfile.ZipFile) -> str:
    parts = {part.filename.replace("\\", "/").lower(): part for part in package.infolist()}
    if mimetype := parts.get("mimetype"):
        text = _start_of(package, mimetype)
        return next((code for code, word in _OPEN_DOCUMENT_KINDS if word in text), "NOT_DOCX")
    types = parts.get(_TYPES_PART)
    # UTF-16 is allowed in a package's XML; without its zeros it reads as ASCII.
    text = _start_of(package, types).replace(b"\0", b"") if types else b""
    fallback = "docx" if "word/document.xml" in parts else "NOT_DOCX" if types else "ARCHIVE"
    return next((code for code, pattern in _PACKAGE_KINDS if pattern.search(text)), fallback)


def _start_of(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    if part.flag_bits & 1:
        raise Refused("ENCRYPTED")
    try:
        with package.open(part) as stream:
            return stream.read(_TYPES_LIMIT)
    except ZIP_DAMAGE as error:
        raise Refused("DAMAGED", part.filename) from error
