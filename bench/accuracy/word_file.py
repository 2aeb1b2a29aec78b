"""Writes blocks as a DOCX with python-docx's package around the XML: the producer 'word'."""

import io
import zipfile
from datetime import datetime
from pathlib import Path
from random import Random

import docx
from docx.oxml import parse_xml
from docx.shared import Pt

from bench.accuracy.blocks import Block, Grid, Para, Square
from bench.accuracy.word_xml import NAMESPACES, PORTRAIT, REVISION, ParagraphWriter

FIXED = (2020, 6, 1, 8, 0, 0)
_LEVELS = (("upperRoman", "%1."), ("decimal", "%2."), ("decimal", "%2.%3."), ("lowerLetter", "%4)"))


def write_docx(rng: Random, blocks: list[Block], path: Path, size: int = 28, split_share: float = 0.06) -> None:
    """The blocks as a DOCX file; the same random state gives the same bytes."""
    writer = ParagraphWriter(rng, split_share, size)
    document = docx.Document()
    document.styles["Normal"].font.name = "Times New Roman"
    document.styles["Normal"].font.size = Pt(14)
    lists = _Lists(document)
    writer.numbers = {2: lists.headings(), 3: lists.headings()}
    body = "".join(_blocks(writer, lists, blocks, size))
    element = parse_xml(f"<w:body {NAMESPACES}>{body}<w:sectPr>{PORTRAIT}</w:sectPr></w:body>")
    old = document.element.body
    old.getparent().replace(old, element)
    properties = document.core_properties
    properties.author, properties.comments = "Văn phòng", ""
    properties.created = properties.modified = datetime(*FIXED)
    buffer = io.BytesIO()
    document.save(buffer)
    path.write_bytes(fixed_dates(buffer.getvalue()))


def fixed_dates(data: bytes) -> bytes:
    """The same package with one date on all its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, FIXED), source.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


class _Lists:
    """The numbering part: one abstract list a style, one number instance a use, so that each starts again."""

    def __init__(self, document: docx.document.Document) -> None:
        self.element = document.part.numbering_part.element
        self.next_num = 100
        for ident, levels in ((90, (("decimal", "%1."),)), (91, (("bullet", "-"),)), (92, _LEVELS)):
            self.element.insert(0, parse_xml(_abstract(ident, levels)))

    def numbers(self) -> int:
        """numId of a fresh list 1. 2. 3."""
        return self._instance(90, 1)

    def dashes(self) -> int:
        """numId of a list of dashes."""
        return self._instance(91, 0)

    def headings(self) -> int:
        """numId of a fresh list I. 1. 1.1. a)."""
        return self._instance(92, 4)

    def _instance(self, abstract: int, restarts: int) -> int:
        self.next_num += 1
        over = "".join(
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="1"/></w:lvlOverride>' for level in range(restarts)
        )
        self.element.append(
            parse_xml(f'<w:num {NAMESPACES} w:numId="{self.next_num}"><w:abstractNumId w:val="{abstract}"/>{over}</w:num>')
        )
        return self.next_num


def _abstract(ident: int, levels: tuple[tuple[str, str], ...]) -> str:
    inner = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText '
        f'w:val="{text}"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="360" w:hanging="360"/></w:pPr></w:lvl>'
        for i, (form, text) in enumerate(levels)
    )
    kind = '<w:multiLevelType w:val="multilevel"/>'
    return f'<w:abstractNum {NAMESPACES} w:abstractNumId="{ident}">{kind}{inner}</w:abstractNum>'


def _blocks(writer: ParagraphWriter, lists: _Lists, blocks: list[Block], size: int) -> list[str]:
    out: list[str] = []
    box: list[Para] = []
    for block in blocks:
        if isinstance(block, Para) and block.boxed:
            box.append(block)
            continue
        if box:
            out.append(writer.box(box))
            box = []
        out.append(writer.paragraph(block) if isinstance(block, Para) else _grid(writer, lists, block, size))
    return out + ([writer.box(box)] if box else [])


def _grid(writer: ParagraphWriter, lists: _Lists, grid: Grid, size: int) -> str:
    if any(p.number is not None and p.number[0] < 2 for s in grid.squares for p in s.paras):
        writer.numbers = {**writer.numbers, 0: lists.numbers(), 1: lists.dashes()}
    rows = "".join(_row(writer, lists, grid, row, size) for row in range(1, grid.rows + 1))
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid.widths) if not grid.lacks_grid else ""
    table = f"<w:tbl>{_table_properties(writer.rng, grid)}<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"
    if grid.wrapped:
        return f'<w:sdt><w:sdtPr><w:alias w:val="Bảng"/></w:sdtPr><w:sdtContent>{table}</w:sdtContent></w:sdt>'
    return table


def _table_properties(rng: Random, grid: Grid) -> str:
    if not grid.borders:
        return '<w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblLayout w:type="fixed"/></w:tblPr>'
    if rng.random() < 0.6:
        return '<w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return f'<w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{sides}</w:tblBorders></w:tblPr>'


def _row(writer: ParagraphWriter, lists: _Lists, grid: Grid, row: int, size: int) -> str:
    covering = sorted((s for s in grid.squares if s.row <= row < s.row + s.down), key=lambda square: square.col)
    cells = "".join(_cell(writer, lists, grid, square, row, size) for square in covering)
    looks = "<w:tblHeader/>" if grid.marked_header and row <= grid.header_rows else ""
    if row in grid.deleted_rows:
        looks += f'<w:del w:id="{writer.next_id()}" {REVISION}/>'
    if row in grid.inserted_rows:
        looks += f'<w:ins w:id="{writer.next_id()}" {REVISION}/>'
    out = f"<w:tr>{f'<w:trPr>{looks}</w:trPr>' if looks else ''}{cells}</w:tr>"
    if row in grid.wrapped_rows:
        return f"<w:sdt><w:sdtContent>{out}</w:sdtContent></w:sdt>"
    return out


def _cell(writer: ParagraphWriter, lists: _Lists, grid: Grid, square: Square, row: int, size: int) -> str:
    width = sum(grid.widths[square.col - 1 : square.col - 1 + square.across])
    looks = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    looks += f'<w:gridSpan w:val="{square.across}"/>' if square.across > 1 else ""
    if square.down > 1:
        looks += '<w:vMerge w:val="restart"/>' if row == square.row else "<w:vMerge/>"
    looks += '<w:vAlign w:val="center"/>' if square.role in ("header", "value") else ""
    content = _content(writer, lists, grid, square, row, size)
    out = f"<w:tc><w:tcPr>{looks}</w:tcPr>{content}</w:tc>"
    return f"<w:sdt><w:sdtContent>{out}</w:sdtContent></w:sdt>" if square.wrapped and row == square.row else out


def _content(writer: ParagraphWriter, lists: _Lists, grid: Grid, square: Square, row: int, size: int) -> str:
    if row != square.row:
        return "<w:p/>"
    deleted = row in grid.deleted_rows
    in_cell = None if square.role == "layout" else min(size, 26)
    content = "".join(writer.paragraph(para, in_cell, deleted) for para in square.paras)
    if square.nested is not None:
        content += _grid(writer, lists, square.nested, size) + "<w:p/>"
    return content or "<w:p/>"
