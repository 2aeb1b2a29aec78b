"""Is a ZIP package safe to open? True sizes, number of parts, passwords, DTDs.

Nothing is unpacked to disk, and no more than one piece of `_PIECE` bytes of a part is held at a time.
"""

import contextlib
import copy
import lzma
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO
from xml.parsers import expat

from schemas.errors import Refused
from schemas.office import Settings

_PIECE = 1 << 20
_PROLOG_PIECE = 1 << 12
_ENDLESS = 1 << 62
_CENTRAL_RECORD = b"PK\x01\x02"
_END_RECORD = b"PK\x05\x06"
_PASSWORD_FLAG = 0x1
# All that zipfile and its decompressors raise on bytes that are no proper ZIP.
ZIP_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
_XML_ENDINGS = (".xml", ".rels")


def open_package(data: bytes, settings: Settings) -> zipfile.ZipFile:
    """The ZIP in `data`, once it is known to unpack within the limits. Raises Refused: TRUNCATED, DAMAGED, ZIP_BOMB,
    TOO_LARGE.
    """
    if data.count(_CENTRAL_RECORD) > settings.max_zip_parts:
        raise Refused("ZIP_BOMB", f"hơn {settings.max_zip_parts} phần")
    try:
        package = zipfile.ZipFile(BytesIO(data))
    except ZIP_DAMAGE as error:
        raise Refused("DAMAGED" if _END_RECORD in data else "TRUNCATED") from error
    if sum(part.file_size for part in package.infolist()) > settings.max_unpacked_mb << 20:
        _check_true_sizes(package, package.infolist(), len(data), settings)
        raise Refused("DAMAGED", "khai sai kích thước các phần")
    if not _cannot_be_large(package, settings):
        _check_true_sizes(package, _xml_parts(package), len(data), settings)
    return package


def check_xml_parts(package: zipfile.ZipFile) -> None:
    """Every XML part has a name of its own, no password and no DTD. Raises Refused: DAMAGED, ENCRYPTED, XML_ENTITIES.

    A part that does not unpack passes: whether it matters is for the reader to say.
    """
    names = Counter(part.filename.lower() for part in _xml_parts(package))
    for part in _xml_parts(package):
        if part.flag_bits & _PASSWORD_FLAG:
            raise Refused("ENCRYPTED")
        if names[part.filename.lower()] > 1:
            raise Refused("DAMAGED", f"hai phần cùng tên {part.filename}")
        with contextlib.suppress(*ZIP_DAMAGE):
            _Prolog().read(_pieces(package, part, _PROLOG_PIECE))


def _xml_parts(package: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [part for part in package.infolist() if part.filename.lower().endswith(_XML_ENDINGS)]


def _cannot_be_large(package: zipfile.ZipFile, settings: Settings) -> bool:
    """Deflate unpacks to 1032 times its input at most (zlib.net/zlib_tech.html), so most reports need no trial."""
    parts = package.infolist()
    is_deflate = all(part.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts)
    return is_deflate and sum(part.compress_size for part in parts) * 1032 <= settings.max_unpacked_mb << 20


def _check_true_sizes(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo], packed: int, settings: Settings) -> None:
    """Declared sizes can lie: what unpacks is counted, and thrown away piece by piece."""
    declared, unpacked = sum(part.file_size for part in parts), 0
    for part in parts:
        with contextlib.suppress(*ZIP_DAMAGE):
            for piece in _pieces(package, part):
                unpacked += len(piece)
                if unpacked > settings.max_unpacked_mb << 20:
                    is_bomb = unpacked > declared or declared > packed * settings.max_zip_ratio
                    raise Refused("ZIP_BOMB" if is_bomb else "TOO_LARGE", f"giới hạn {settings.max_unpacked_mb} MB")


def _pieces(package: zipfile.ZipFile, part: zipfile.ZipInfo, size: int = _PIECE) -> Iterator[bytes]:
    """What really unpacks: zipfile stops at the declared size, so it is given a generous one."""
    generous = copy.copy(part)
    generous.file_size = _ENDLESS
    with package.open(generous) as stream:
        while piece := stream.read(size):
            yield piece


class _Prolog:
    """The part of an XML file before its root element: the only place where a DTD can stand."""

    def __init__(self) -> None:
        self._ended = False
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._end

    def read(self, pieces: Iterable[bytes]) -> None:
        """Reads up to the root element, or to where the text is no XML, which the reader will say."""
        with contextlib.suppress(expat.ExpatError, _RootBegins):
            for piece in pieces:
                self._parser.Parse(piece)

    def _refuse(self, *_: object) -> None:
        raise Refused("XML_ENTITIES")

    def _end(self, *_: object) -> None:
        raise _RootBegins


class _RootBegins(Exception):  # noqa: N818 - a signal, not an error
    """Stops expat at the root element: what follows is the reader's."""
