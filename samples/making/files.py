"""Writes samples as files: DOCX with the parts that nobody reads left out, PDF and .doc by LibreOffice."""

import io
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from bench.accuracy.blocks import Block
from bench.accuracy.layout import lay_out
from bench.accuracy.word_file import FIXED, write_docx
from bench.scan_paper import Wear, as_pdf, page_images, worn
from samples.making.report import Sample

UNREAD = re.compile(r"stylesWithEffects|thumbnail|customXml")
_DRAWN = re.compile(rb"/ID \[ <[0-9A-F]{32}>\s<[0-9A-F]{32}|/DocChecksum /[0-9A-F]{32}|\(D:\d{14}")
"""What LibreOffice draws anew each time it writes a PDF: the file's ID and dates."""
_TARGETS = {"pdf": "pdf:writer_pdf_Export", "doc": "doc:MS Word 97"}


def write_report(sample: Sample, folder: Path) -> Path:
    """The sample's file in `folder`. Raises FileNotFoundError where LibreOffice is needed and missing."""
    blocks = lay_out(sample.rng, sample.report)
    for change in sample.layout:
        change(blocks, sample.rng, 1)
    path = folder / sample.file_name
    with tempfile.TemporaryDirectory(prefix="mau-") as work:
        docx = Path(work) / "mau.docx"
        write_blocks(sample, blocks, docx)
        made = docx if sample.ending == "docx" else _printed(docx, sample.ending)
        shutil.copyfile(made, path)
    if sample.scanned:
        path.write_bytes(_scanned(path.read_bytes()))
    return path


def _scanned(pdf: bytes) -> bytes:
    """As a scanner in an office stores it: black and white, 200 dpi, no two of whose pages lie straight."""
    images = [worn(page, Wear(skew=0.5, noise=6), 200, seed=at) for at, page in enumerate(page_images(pdf, 200))]
    bilevel = [image.convert("L").point(lambda level: 255 * (level > 150)).convert("1") for image in images]
    return _DRAWN.sub(lambda drawn: re.sub(rb"\d{14}", _fixed, drawn.group()), as_pdf(bilevel, 200, 100))


def write_blocks(sample: Sample, blocks: list[Block], path: Path) -> None:
    """The blocks as a small DOCX; the same sample gives the same bytes."""
    write_docx(sample.rng, blocks, path, sample.report.hand.size, sample.report.split_share)
    path.write_bytes(slim(path.read_bytes()))


def slim(data: bytes) -> bytes:
    """The package without python-docx's thumbnail, its second style sheet and its custom XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if UNREAD.search(name):
                continue
            content = source.read(name)
            if name.endswith((".rels", "[Content_Types].xml")):
                content = re.sub(rb"<(?:Relationship|Override)\s[^>]*>", _kept, content)
            target.writestr(zipfile.ZipInfo(name, FIXED), content, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def _kept(match: re.Match[bytes]) -> bytes:
    return b"" if UNREAD.search(match.group().decode()) else match.group()


def _printed(docx: Path, ending: str) -> Path:
    """The same report as LibreOffice prints or saves it."""
    command = ["soffice", "--headless", "--norestore", f"-env:UserInstallation={(docx.parent / 'profile').as_uri()}"]
    command += ["--convert-to", _TARGETS[ending], "--outdir", str(docx.parent), str(docx)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    made = docx.with_suffix(f".{ending}")
    made.write_bytes(_DRAWN.sub(lambda drawn: re.sub(rb"[0-9A-F]{32}|\d{14}", _fixed, drawn.group()), made.read_bytes()))
    return made


def _fixed(drawn: re.Match[bytes]) -> bytes:
    return b"0" * 32 if len(drawn.group()) == 32 else b"20200608080000"
