"""What is drawn on a PDF page beside text: ruling lines, filled boxes and pictures, as PDFium lists them."""

import ctypes
from collections import defaultdict
from collections.abc import Iterator
from ctypes import byref, c_float, c_int, c_uint
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from ingest.readers.page import Edge
from ingest.readers.pdf_view import View
from schemas.errors import Refused
from schemas.place import Box

THIN = 4.0
"""Points. A filled box or a stroke no thicker is a ruling line: common borders reach 3 pt, the lowest rows 8."""
FORM_DEPTH = 8
"""Forms within forms: real producers nest 2 or 3 deep, hostile files without end."""

ARTWORK = 100_000
"""Segments of one path: more than the borders of any table (200 × 100 cells of four sides), so a drawing."""

BAND = 16
"""Points: fills are looked up by bands of the page this high, so that a table of 20 000 shaded cells stays quick."""

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Fill(NamedTuple):
    """A filled box: `order` is its place among the objects of the page, `colour` red, green, blue from 0 to 255."""

    box: Box
    colour: tuple[int, int, int]
    opaque: bool
    order: int


@dataclass(slots=True)
class Drawing:
    """All that is drawn on one page. `text_order` maps the address of a text object to its place among the objects."""

    edges: list[Edge] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    text_order: dict[int, int] = field(default_factory=dict)
    curves: int = 0
    count: int = 0
    _by_band: dict[int, list[Fill]] = field(default_factory=lambda: defaultdict(list))

    def add_fill(self, fill: Fill) -> None:
        """Keeps a fill where `fills_at` finds it."""
        self.fills.append(fill)
        for band in range(int(max(fill.box.y0, 0) // BAND), int(min(fill.box.y1, 15_000) // BAND) + 1):
            self._by_band[band].append(fill)

    def fills_at(self, x: float, y: float) -> list[Fill]:
        """The fills that cover a point, in the order they were painted."""
        around = self._by_band.get(int(y // BAND), ())
        return [fill for fill in around if fill.box.x0 <= x <= fill.box.x1 and fill.box.y0 <= y <= fill.box.y1]


def read_drawing(page: Any, view: View, limit: int) -> Drawing:
    """The lines, fills and pictures of a PDFium page (raw handle). Raises Refused("TOO_LARGE") past `limit` objects."""
    drawing = Drawing()
    for handle, matrix in _objects(page, limit):
        drawing.count += 1
        kind = pdfium.FPDFPageObj_GetType(handle)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            drawing.text_order[address(handle)] = drawing.count
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            _add_path(drawing, handle, matrix, view)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            drawing.pictures.append(_bounds(handle, matrix, view))
    return drawing


def address(handle: Any) -> int:
    """The address behind a PDFium handle, 0 for none: the same object has the same address while its page is open."""
    return ctypes.addressof(handle.contents) if handle else 0


def _objects(page: Any, limit: int) -> Iterator[tuple[Any, Matrix]]:
    """The objects of a page in the order they are painted, those inside forms included, each with its form's matrix."""
    top = (pdfium.FPDFPage_GetObject(page, at) for at in range(pdfium.FPDFPage_CountObjects(page)))
    stack: list[tuple[Iterator[Any], Matrix]] = [(top, IDENTITY)]
    seen = 0
    while stack:
        handles, matrix = stack[-1]
        handle = next(handles, None)
        if handle is None:
            stack.pop()
            continue
        seen += 1
        if seen > limit:
            raise Refused("TOO_LARGE", f"một trang PDF có hơn {limit} nét vẽ và đoạn chữ")
        yield handle, matrix
        if pdfium.FPDFPageObj_GetType(handle) == pdfium.FPDF_PAGEOBJ_FORM and len(stack) <= FORM_DEPTH:
            stack.append((_form_objects(handle), _times(_matrix(handle), matrix)))


def _form_objects(form: Any) -> Iterator[Any]:
    return (pdfium.FPDFFormObj_GetObject(form, at) for at in range(pdfium.FPDFFormObj_CountObjects(form)))


def _matrix(handle: Any) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(handle, byref(matrix)):
        return IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _times(m: Matrix, n: Matrix) -> Matrix:
    """First `m`, then `n`."""
    return (
        m[0] * n[0] + m[1] * n[2], m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2], m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4], m[4] * n[1] + m[5] * n[3] + n[5],
    )  # fmt: skip


def _apply(m: Matrix, x: float, y: float) -> tuple[float, float]:
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def _bounds(handle: Any, matrix: Matrix, view: View) -> Box:
    """The box of an object on the page; empty where PDFium knows none."""
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    pdfium.FPDFPageObj_GetBounds(handle, byref(left), byref(bottom), byref(right), byref(top))
    x0, y0 = _apply(matrix, left.value, bottom.value)
    x1, y1 = _apply(matrix, right.value, top.value)
    return view.box(x0, y0, x1, y1)


def _add_path(drawing: Drawing, handle: Any, matrix: Matrix, view: View) -> None:
    fill, stroke, width = c_int(), c_int(), c_float()
    pdfium.FPDFPath_GetDrawMode(handle, byref(fill), byref(stroke))
    segments = pdfium.FPDFPath_CountSegments(handle)
    if (not fill.value and not stroke.value) or segments < 2:
        return
    if segments > ARTWORK:
        drawing.curves += segments
        return
    pdfium.FPDFPageObj_GetStrokeWidth(handle, byref(width))
    stroked = bool(stroke.value) and width.value * _scale(matrix, handle) <= THIN
    if not stroked and segments <= 5:
        _add_box(drawing, handle, _bounds(handle, matrix, view))
        return
    for points in _subpaths(drawing, handle, segments, matrix, view):
        if stroked:
            drawing.edges.extend(_sides(points))
        if not stroked or fill.value:
            _add_box(drawing, handle, _hull(points), thin_too=not stroked)


def _scale(matrix: Matrix, handle: Any) -> float:
    """How much the page enlarges a stroke of this object."""
    own = _times(_matrix(handle), matrix)
    return max(abs(own[0]) + abs(own[1]), abs(own[2]) + abs(own[3]))


def _add_box(drawing: Drawing, handle: Any, box: Box, thin_too: bool = True) -> None:
    """A filled box is a ruling line where it is thin (a dot of a dotted line is both), else a background."""
    wide, high = box.x1 - box.x0 > THIN, box.y1 - box.y0 > THIN
    if wide and high:
        drawing.add_fill(Fill(box, *_paint(handle), drawing.count))
    elif thin_too:
        if not high:
            drawing.edges.append(Edge(True, (box.y0 + box.y1) / 2, box.x0, box.x1))
        if not wide:
            drawing.edges.append(Edge(False, (box.x0 + box.x1) / 2, box.y0, box.y1))


def _paint(handle: Any) -> tuple[tuple[int, int, int], bool]:
    """The fill colour of an object, and whether it hides what is under it."""
    red, green, blue, alpha = c_uint(), c_uint(), c_uint(), c_uint()
    pdfium.FPDFPageObj_GetFillColor(handle, byref(red), byref(green), byref(blue), byref(alpha))
    opaque = alpha.value == 255 and not pdfium.FPDFPageObj_HasTransparency(handle)
    return (red.value, green.value, blue.value), opaque


def _subpaths(
    drawing: Drawing, handle: Any, segments: int, matrix: Matrix, view: View
) -> Iterator[list[tuple[float, float]]]:
    """The corners of each subpath on the page; curves are counted and end at their last point."""
    own = _times(_matrix(handle), matrix)
    x, y = c_float(), c_float()
    points: list[tuple[float, float]] = []
    for at in range(segments):
        segment = pdfium.FPDFPath_GetPathSegment(handle, at)
        pdfium.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                yield points
            points = []
        drawing.curves += kind == pdfium.FPDF_SEGMENT_BEZIERTO
        points.append(view.point(*_apply(own, x.value, y.value)))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1:
        yield points


def _sides(points: list[tuple[float, float]]) -> Iterator[Edge]:
    """The level and the upright sides of a line through `points`; within a point of slope counts as straight."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if abs(y1 - y0) <= 1.0:
            yield Edge(True, (y0 + y1) / 2, min(x0, x1), max(x0, x1))
        elif abs(x1 - x0) <= 1.0:
            yield Edge(False, (x0 + x1) / 2, min(y0, y1), max(y0, y1))


def _hull(points: list[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))
