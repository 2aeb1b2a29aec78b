"""Ruled tables of a Word file, written as XML: merged cells, a head that every page repeats, rows that no page cuts.

Text is written as text: characters that XML cannot hold are dropped, nothing in it becomes a field, a link or markup.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

Align = Literal["left", "center", "right", "justify"]
TABLE = 12.0
"""Points."""
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_JC = {"left": "left", "center": "center", "right": "right", "justify": "both"}
_TWIPS = 56.69
"""Twentieths of a point in a millimetre."""


@dataclass(frozen=True, slots=True)
class Box:
    """A cell of a table. `cols` and `rows` are how many squares it covers."""

    text: str = ""
    align: Align = "left"
    bold: bool = False
    italic: bool = False
    cols: int = 1
    rows: int = 1
    note: str = ""
    """Set small beneath the text."""
    indent: int = 0
    """Steps of 4 mm."""
    title: str = ""
    """Set bold above the text."""
    in_middle: bool = False
    """Half way between the rules, as everything is that does not begin at the left."""


def clean(text: str) -> str:
    """`text` without characters that a Word file cannot hold."""
    return _INVALID.sub("", text.replace("\r\n", "\n"))


def table(
    document: Document, widths_mm: Sequence[float], head: Sequence[Sequence[Box]], body: Iterable[Sequence[Box]],
    size: float = TABLE,
) -> None:  # fmt: skip
    """A ruled table; the head is repeated on every page, no row is cut by the page's edge. In a row, boxes stand from left
    to right; squares that a box above covers are left out, and a row may end before the last column."""
    made = _empty_table(document, widths_mm)
    widths = [round(width * _TWIPS) for width in widths_mm]
    covered: dict[int, tuple[int, int]] = {}
    for boxes, is_head in [*((row, True) for row in head), *((row, False) for row in body)]:
        made.append(_row(boxes, widths, covered, is_head, size))


def element(tag: str, **attributes: str) -> Any:
    """A new XML element of Word's, its attributes in Word's own namespace."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def _empty_table(document: Document, widths_mm: Sequence[float]) -> Any:
    made = document.add_table(rows=0, cols=0)._tbl
    properties = made.tblPr
    for preset in list(properties):
        properties.remove(preset)
    properties.append(element("w:tblW", w=str(round(sum(widths_mm) * _TWIPS)), type="dxa"))
    properties.append(element("w:jc", val="center"))
    borders = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(f"w:{side}", val="single", sz="4", space="0", color="000000"))
    properties.append(borders)
    properties.append(element("w:tblLayout", type="fixed"))
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w="60", type="dxa"))
    properties.append(margins)
    for width in widths_mm:
        made.tblGrid.append(element("w:gridCol", w=str(round(width * _TWIPS))))
    return made


def _row(
    boxes: Sequence[Box], widths: Sequence[int], covered: dict[int, tuple[int, int]], is_head: bool, size: float
) -> Any:
    """`covered`: first column → (rows still to go, columns) of boxes that reach down from rows above."""
    made = element("w:tr")
    properties = element("w:trPr")
    properties.append(element("w:cantSplit"))
    if is_head:
        properties.append(element("w:tblHeader"))
    made.append(properties)
    waiting, col = list(boxes), 0
    while col < len(widths) and (waiting or any(left for left, _ in covered.values())):
        if col in covered and covered[col][0]:
            left, cols = covered[col]
            covered[col] = (left - 1, cols)
            made.append(_cell(Box(cols=cols), sum(widths[col : col + cols]), "continue", is_head, size))
        else:
            box = waiting.pop(0) if waiting else Box()
            cols = box.cols
            covered[col] = (box.rows - 1, cols)
            made.append(_cell(box, sum(widths[col : col + cols]), "restart" if box.rows > 1 else "", is_head, size))
        col += cols
    if col < len(widths):
        properties.append(element("w:gridAfter", val=str(len(widths) - col)))
    return made


def _cell(box: Box, width: int, merge: str, is_head: bool, size: float) -> Any:
    made = element("w:tc")
    properties = element("w:tcPr")
    properties.append(element("w:tcW", w=str(width), type="dxa"))
    if box.cols > 1:
        properties.append(element("w:gridSpan", val=str(box.cols)))
    if merge:
        properties.append(element("w:vMerge", **({"val": "restart"} if merge == "restart" else {})))
    properties.append(element("w:vAlign", val="center" if is_head or box.in_middle or box.align != "left" else "top"))
    made.append(properties)
    if box.title:
        made.append(_text_of(replace(box, bold=True), box.title, size, is_head))
    made.append(_text_of(box, box.text, size, is_head))
    if box.note:
        small = Box(box.note, box.align, italic=True)
        made.append(_text_of(small, box.note, 9, False))
    return made


def _text_of(box: Box, text: str, size: float, is_head: bool) -> Any:
    made = element("w:p")
    properties = element("w:pPr")
    properties.append(element("w:spacing", before="20", after="20"))
    if box.indent:
        properties.append(element("w:ind", left=str(227 * box.indent)))
    properties.append(element("w:jc", val="center" if is_head else _JC[box.align]))
    made.append(properties)
    for n, part in enumerate(clean(text).split("\n") if text else ()):
        made.append(_run(part, size, bold=box.bold or is_head, italic=box.italic, breaks=n > 0))
    return made


def _run(text: str, size: float, *, bold: bool, italic: bool, breaks: bool) -> Any:
    made = element("w:r")
    properties = element("w:rPr")
    for tag, wanted in (("w:b", bold), ("w:i", italic)):
        if wanted:
            properties.append(element(tag))
    properties.append(element("w:sz", val=str(round(size * 2))))
    properties.append(element("w:szCs", val=str(round(size * 2))))
    made.append(properties)
    if breaks:
        made.append(element("w:br"))
    words = element("w:t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    made.append(words)
    return made
