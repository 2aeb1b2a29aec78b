"""Makes the files that tests must see refused: packages, compound files, bombs."""

import io
import struct
import zipfile

import docx

TYPES = "[Content_Types].xml"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word_file(*lines: str) -> bytes:
    """A DOCX as python-docx writes it, with a paragraph a line and a small table."""
    document = docx.Document()
    for line in lines or ("Báo cáo công tác cải cách hành chính",):
        document.add_paragraph(line)
    table = document.add_table(rows=2, cols=2)
    table.cell(1, 1).text = "125"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def pdf_file(text: str) -> bytes:
    """A PDF of one page with one line of ASCII text."""
    content = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    data, offsets = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    closing = b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return data + closing % (table, len(data))


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of the parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stream.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of a ZIP."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The package with one part put in or replaced."""
    return zipped(parts_of(data) | {name: content})


def with_main_type(data: bytes, content_type: str) -> bytes:
    """The package with another content type for its main part, as .docm, .dotx … have."""
    types = parts_of(data)[TYPES].replace(_MAIN.encode(), content_type.encode())
    return with_part(data, TYPES, types)


def with_body(body: bytes, prolog: bytes = b"") -> bytes:
    """A DOCX whose document.xml has this in its body."""
    text = b'<?xml version="1.0" encoding="UTF-8"?>%s<w:document xmlns:w="%s"><w:body>%s</w:body></w:document>'
    return with_part(word_file(), "word/document.xml", text % (prolog, _W.encode(), body))


def with_password_flag(data: bytes) -> bytes:
    """The ZIP with every part marked as encrypted."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(signature)
        while start >= 0:
            changed[start + offset] |= 1
            start = data.find(signature, start + 4)
    return bytes(changed)


def declaring(data: bytes, name: str, size: int) -> bytes:
    """The ZIP with another unpacked size declared for one part, in both its headers."""
    changed = bytearray(data)
    for signature, offset, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        start = data.find(signature)
        while start >= 0:
            if data[start + name_at :].startswith(name.encode()):
                changed[start + offset : start + offset + 4] = struct.pack("<I", size)
            start = data.find(signature, start + 4)
    return bytes(changed)


def overlapped(copies: int) -> bytes:
    """A ZIP whose directory names one packed part many times, as zip bombs that need no nesting do."""
    data = zipped({"a.xml": b"0" * 1_000_000})
    directory, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    records = data[directory:end] * copies
    closing = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, copies, copies, len(records), directory, 0)
    return data[:directory] + records + closing


def compound_file(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file with the streams at its root ([MS-CFB]): the container of .doc, .xls, .ppt, .msg."""
    sector, free, end_of_chain = 512, 0xFFFFFFFF, 0xFFFFFFFE
    entries = [_entry("Root Entry", 5, child=1, start=end_of_chain, size=0)]
    contents, fat = b"", [0xFFFFFFFD]
    directory_sectors = (len(streams) + 1 + 3) // 4
    fat += [*range(2, 1 + directory_sectors), end_of_chain]
    for number, (name, content) in enumerate(streams.items(), 1):
        # Streams under 4096 bytes would belong into the mini stream.
        content = content.ljust(4096, b"\0")
        sectors = -(-len(content) // sector)
        right = number + 1 if number < len(streams) else free
        entries.append(_entry(name, 2, right=right, start=len(fat), size=len(content)))
        fat += [*range(len(fat) + 1, len(fat) + sectors), end_of_chain]
        contents += content.ljust(sectors * sector, b"\0")
    header = struct.pack(
        "<8s16s6H10I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, *(0, 0, 1, 1, 0, 4096),
        end_of_chain, 0, end_of_chain, 0,
    )  # fmt: skip
    header += struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(sector, b"\xff")
    directory = b"".join(entries).ljust(directory_sectors * sector, b"\0")
    return header + table + directory + contents


def _entry(name: str, kind: int, start: int, size: int, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    fixed = struct.pack("<64sHBB3I", text, len(text), kind, 1, 0xFFFFFFFF, right, child)
    return fixed + bytes(36) + struct.pack("<IQ", start, size)
