"""Is a file all there, or is somebody still copying it? Told from its first and last bytes; nothing is unpacked."""

import os
import struct
import zipfile
from pathlib import Path
from typing import BinaryIO

from ingest.readers.zip_safety import ZIP_DAMAGE

_HEAD = 1024
# Readers of PDF look for the end mark in the last 1024 bytes (ISO 32000-1, annex H.3.4.4); mail adds blank lines.
_PDF_TAIL = 4096
_PDF_END = b"%%EOF"
_ZIP_HEAD, _OLE_HEAD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What the kinds begin with; a file that has only a part of it, or nothing, has barely begun.
_SIGNATURES = (_ZIP_HEAD, _OLE_HEAD, b"%PDF-")
_SIGNATURE_BYTES = 8
_OLE_HEADER_BYTES = 512
_ZIP_LOCAL_HEADER_BYTES = 30
# Sector numbers from here on are marks: free, end of chain and so on ([MS-CFB] 2.2).
_FIRST_MARK, _FREE = 0xFFFFFFFA, 0xFFFFFFFF
# A file that names more parts is not looked into here; whoever reads it has limits of its own.
_PARTS_LOOKED_AT = 5000


def is_whole(path: Path) -> bool:
    """Whether the file opens, is not empty or reserved space, and its structure reaches its end: the directory of a ZIP
    and the parts that it names, the end mark of a PDF, the sectors of a .doc. Other kinds have no end to look for."""
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            head = stream.read(_HEAD)
            start = head[:_SIGNATURE_BYTES].rstrip(b"\0")
            if any(signature.startswith(start) and start != signature for signature in _SIGNATURES):
                return False
            if head.startswith(_ZIP_HEAD):
                return _is_whole_zip(stream)
            if head.startswith(_OLE_HEAD):
                return _is_whole_ole(stream, head, size)
            if b"%PDF-" in head:
                stream.seek(max(0, size - _PDF_TAIL))
                return _PDF_END in stream.read(_PDF_TAIL)
            return True
    except OSError:
        return False


def _is_whole_zip(stream: BinaryIO) -> bool:
    """The directory at the end opens, and every part that it names begins and ends inside the file."""
    try:
        with zipfile.ZipFile(stream) as package:
            parts = package.infolist()[:_PARTS_LOOKED_AT]
            return all(_begins(stream, part) for part in parts)
    except ZIP_DAMAGE:
        return False


def _begins(stream: BinaryIO, part: zipfile.ZipInfo) -> bool:
    stream.seek(part.header_offset)
    return len(start := stream.read(_ZIP_LOCAL_HEADER_BYTES)) == _ZIP_LOCAL_HEADER_BYTES and start.startswith(_ZIP_HEAD)


def _is_whole_ole(stream: BinaryIO, head: bytes, size: int) -> bool:
    """Every sector in use begins inside the file, as its allocation table says ([MS-CFB] 2.3)."""
    if size < _OLE_HEADER_BYTES or len(head) < _OLE_HEADER_BYTES:
        return False
    shift: int = struct.unpack_from("<H", head, 30)[0] & 0xF
    in_use = 0  # how many sectors
    for number, sector in enumerate(struct.unpack_from("<109I", head, 76)):
        if sector >= _FIRST_MARK:
            break
        stream.seek((sector + 1) << shift)
        table = stream.read(1 << shift)
        if len(table) < 1 << shift:
            return False
        entries = struct.unpack(f"<{len(table) // 4}I", table)
        used = [place for place, entry in enumerate(entries) if entry != _FREE]
        in_use = number * len(entries) + used[-1] + 1 if used else in_use
    return 0 < in_use << shift < size
