"""Text that a report may hold to harm whoever opens what is made of it; and a report full of it."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

import docx
from docx.shared import Pt
from docx.table import Table

MARK = "zq"
"""In every payload: outputs are searched for what became of it."""
PAYLOADS = (
    "=cmd|'/C calc zq'!A0", "+cmd|'/C calc zq'!A0", "-cmd|'/C calc zq'!A0", "@SUM(1+1)*cmd|'/C calc zq'!A0",
    "=1+1+zq", "\t=1+zq", "\r=1+zq", "\n=1+zq", "  =1+zq", "＝1+zq", ";=1+zq;@zq", "1,zq\n=1+zq",
    '=HYPERLINK("http://example.invalid/zq","bấm")', '=WEBSERVICE("http://example.invalid/zq")',
    '=IMPORTXML("http://example.invalid/zq","//a")', "DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe zq",
    "{ INCLUDETEXT http://example.invalid/zq }", "{ DDE excel zq }", "<script>alert('zq')</script>",
    "<img src=x onerror=alert('zq')>", "<svg onload=alert('zq')><circle/></svg>", "</td></table><iframe src=//zq.invalid>",
    "\"><a href=\"javascript:alert('zq')\">x</a>", "javascript:alert('zq')", "<style>@import '//zq.invalid'</style>",
    "<meta http-equiv=refresh content='0;url=//zq.invalid'>", "{{ 7*7 }} {% raw %} zq", "${7*7} #{7*7} zq",
    "&lt;script&gt;zq&lt;/script&gt;", "&xxe; <!ENTITY zq SYSTEM 'file:///etc/passwd'>", "]]><w:p>zq</w:p><![CDATA[",
    "'; DROP TABLE store.file; -- zq", "zq' OR '1'='1", "\"; COPY units TO '/tmp/zq.csv'; --",
    "../../../../zq/../../tmp/zq",
    "C:\\zq\\..\\..\\zq.exe", "\u202egnp.zq\u2066x\u2069\u200f", "\x9b31mzq\x9d0;zq\x9c", "x" * 40_000 + "zq",
    "zq\u0000\u001b]0;zq\u0007\u001b[2Jzq",
)  # fmt: skip
assert len(PAYLOADS) == 40
CLEAN = {ord(char): None for char in "\x00\x07\x08\x0b\x0c\x1b"}
"""What no XML can hold; it comes in file names and in other formats."""


def in_xml(text: str) -> str:
    return text.translate(CLEAN)


def poisoned(source: Path, target: Path) -> Path:
    """A sound report with every payload in its letterhead, headings, text, row names and cells."""
    document = docx.Document(str(source))
    first = document.paragraphs[0]
    middle = [paragraph for paragraph in document.paragraphs if len(paragraph.text) > 60][3]
    for payload in PAYLOADS:
        first.insert_paragraph_before(f"Số: {in_xml(payload)}/BC-UBND")
        middle.insert_paragraph_before(f"Đã ban hành {in_xml(payload)} văn bản.")
        document.add_paragraph(in_xml(payload))
    for number, payload in enumerate(PAYLOADS, 40):
        heading = middle.insert_paragraph_before().add_run(f"{number}. {in_xml(payload)[:200]}")
        heading.bold, heading.font.size = True, Pt(14)
    tables = [table for table in document.tables if len(table.columns) > 4 and len(table.rows) > 5]
    for number, payload in enumerate(PAYLOADS):
        _poison(tables[number % len(tables)], number, in_xml(payload))
    document.save(str(target))
    return target


def _poison(table: Table, number: int, payload: str) -> None:
    """One filled cell, and a further row with the payload as its name and in all its cells."""
    table.cell(2 + number % (len(table.rows) - 3), len(table.columns) - 1).text = payload
    for cell in table.add_row().cells[1:]:
        cell.text = payload


_ELSEWHERE = b"""<w:altChunk r:id="rIdZ3"/><w:subDoc r:id="rIdZ5"/><w:p><w:hyperlink r:id="rIdZ2"><w:r><w:t>zq</w:t></w:r>
</w:hyperlink><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>INCLUDETEXT http://127.0.0.1:9/zq</w:instrText>
<w:fldChar w:fldCharType="end"/></w:r><w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
r:link="rIdZ0"/></w:drawing></w:r></w:p>"""
EXTERNAL = """<Relationship Id="{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
Target="http://127.0.0.1:9/{kind}" TargetMode="External"/>"""


def calling_out(source: Path, target: Path) -> Path:
    """A sound report that names a picture, a template, a link, a part and a schema elsewhere."""
    stream = BytesIO()
    kinds = ("image", "attachedTemplate", "hyperlink", "aFChunk", "oleObject", "subDocument", "frame", "settings")
    rels = "".join(EXTERNAL.format(id=f"rIdZ{n}", kind=kind) for n, kind in enumerate(kinds))
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/_rels/document.xml.rels":
                data = data.replace(b"</Relationships>", rels.encode() + b"</Relationships>")
            if name == "word/document.xml":
                data = re.sub(rb"(<w:body[^>]*>)", rb"\1" + _ELSEWHERE, data, count=1)
            new.writestr(name, data)
    target.write_bytes(stream.getvalue())
    return target
