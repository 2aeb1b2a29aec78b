"""The DOCX package: parts inflated within a limit, relationships that may point nowhere, XML parsed without entities.

python-docx gives the names of the standard; it is not asked to open the package, because it parses every part of it
and stops at the first relationship whose part is missing.
"""

import zipfile
import zlib
from dataclasses import dataclass

from docx.opc.constants import NAMESPACE, RELATIONSHIP_TARGET_MODE
from docx.opc.packuri import PackURI
from lxml import etree

from ingest.readers.word_names import BODY, DOCUMENT, Element
from ingest.readers.zip_safety import open_package
from schemas.errors import Refused
from schemas.office import Settings

_ZIP_SIGNATURE = b"PK"
# Strict OOXML is the same vocabulary under other addresses (ISO/IEC 29500-1, annex A); only these are read here.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
)
_UNREAD_IN_STYLES = tuple((b"<w:%s" % tag, b"</w:%s>" % tag) for tag in (b"tblStylePr", b"tblCellMar", b"latentStyles"))
_TABLE_STYLE = (b'<w:style w:type="table"', b"</w:style>")
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError)


class UnreadablePartError(Exception):
    """A part of the package exists but cannot be read; the message is Vietnamese."""


@dataclass(frozen=True, slots=True)
class Relationship:
    """One relationship of a part: `kind` is the last word of its type; `target` an absolute part name or an address."""

    kind: str
    target: str
    external: bool


class Package:
    """A DOCX as named parts.

    Raises Refused: NOT_DOCX where the bytes are no Word package, DAMAGED or ENCRYPTED where its text cannot be had,
    ZIP_BOMB or TOO_LARGE where its parts declare more than `settings` allow.
    """

    def __init__(self, data: bytes, settings: Settings) -> None:
        if not data.startswith(_ZIP_SIGNATURE):
            raise Refused("NOT_DOCX")
        self._zip = open_package(data, settings)
        # Part names are compared without case (ISO/IEC 29500-2, 6.3.5); some producers write back slashes.
        self._parts = {_part_name(info).lower(): info for info in self._zip.infolist()}

    def has(self, name: str) -> bool:
        """Whether the package holds the part."""
        return name.lower() in self._parts

    def xml(self, name: str) -> Element:
        """The root element of a part. Raises KeyError if there is none, UnreadablePartError if it is broken."""
        return _parse(self._inflate(self._parts[name.lower()]))

    def styles(self, name: str) -> Element:
        """The root element of a styles part without the table styles, a hundred in a template and hardly ever asked for."""
        return _parse(self._styles(name, _TABLE_STYLE, *_UNREAD_IN_STYLES))

    def all_styles(self, name: str) -> Element:
        """The root element of a styles part, without what templates say of single rows and columns, of margins and of
        styles that they do not define: three quarters of the part, and nothing is read from it.
        """
        return _parse(self._styles(name, *_UNREAD_IN_STYLES))

    def _styles(self, name: str, *unread: tuple[bytes, bytes]) -> bytes:
        data = self._inflate(self._parts[name.lower()])
        for begin, end in unread:
            data = _without(data, begin, end)
        return data

    def main_part(self) -> tuple[str, Element]:
        """Name and root of the main document part, whatever it is called (.docx, .docm and Strict alike)."""
        name = self._main_name()
        try:
            root = self.xml(name)
        except UnreadablePartError as broken:
            raise Refused("DAMAGED", f"phần {name} không đọc được: {broken}") from broken
        if root.tag != DOCUMENT or root.find(BODY) is None:
            raise Refused("NOT_DOCX", f"phần chính {name} không phải văn bản Word")
        return name, root

    def relationships(self, part: str) -> list[Relationship]:
        """The relationships of a part ('' for the package itself); none if their list is missing or broken."""
        folder, _, file_name = part.rpartition("/")
        name = f"{folder}/_rels/{file_name}.rels"
        if not self.has(name):
            return []
        try:
            root = self.xml(name)
        except UnreadablePartError:
            return []
        tag = f"{{{NAMESPACE.OPC_RELATIONSHIPS}}}Relationship"
        return [_relationship(element, folder or "/") for element in root.iter(tag)]

    def _main_name(self) -> str:
        targets = [rel.target for rel in self.relationships("") if rel.kind == "officeDocument" and not rel.external]
        for name in [*targets, "/word/document.xml"]:
            if self.has(name):
                return name
        raise Refused("NOT_DOCX", "trong tệp nén không có phần văn bản của Word")

    def _inflate(self, info: zipfile.ZipInfo) -> bytes:
        try:
            return self._zip.read(info)
        except NotImplementedError as unknown:
            raise UnreadablePartError("nén theo cách lạ") from unknown
        except RuntimeError as locked:
            raise Refused("ENCRYPTED") from locked
        except _DAMAGE as damage:
            raise UnreadablePartError("dữ liệu nén bị hỏng") from damage


def _part_name(info: zipfile.ZipInfo) -> str:
    return "/" + info.filename.replace("\\", "/").lstrip("/")


def _relationship(element: Element, folder: str) -> Relationship:
    kind = str(element.get("Type", "")).rpartition("/")[2]
    target = str(element.get("Target", ""))
    if element.get("TargetMode") == RELATIONSHIP_TARGET_MODE.EXTERNAL:
        return Relationship(kind, target, external=True)
    return Relationship(kind, str(PackURI.from_rel_ref(folder, target.replace("\\", "/"))), external=False)


def _parse(data: bytes) -> Element:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = _as_utf8(data)
    if b"<!DOCTYPE" in data:
        raise Refused("XML_ENTITIES")
    for strict, transitional in _STRICT:
        data = data.replace(strict, transitional)
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, collect_ids=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as broken:
        raise _why(broken) from broken


def _why(broken: etree.XMLSyntaxError) -> Exception:
    """libxml2 reports its own limits, and lack of memory, as errors of syntax; neither is damage."""
    text = str(broken).lower()
    if broken.code == etree.ErrorTypes.ERR_NO_MEMORY:
        return MemoryError()
    if "depth" in text:
        return Refused("TOO_DEEP")
    return Refused("TOO_LARGE", "một đoạn chữ quá dài") if "huge" in text else UnreadablePartError("sai cú pháp XML")


def _without(data: bytes, begin: bytes, end: bytes) -> bytes:
    """The XML without the elements that begin and end so; they never stand inside each other."""
    kept, *tails = data.split(begin)
    pieces = [kept]
    for tail in tails:
        tag, _, after = tail.partition(b">")
        pieces.append(after if tag.endswith(b"/") else after.partition(end)[2])
    return b"".join(pieces)


def _as_utf8(data: bytes) -> bytes:
    text = data.decode("utf-16", errors="replace")
    if text.startswith("<?xml"):
        text = text.partition("?>")[2]
    return text.encode()
