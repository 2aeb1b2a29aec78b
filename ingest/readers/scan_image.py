"""A scanned page made fit for reading: even light, no seal, upright, level. Pure functions on arrays.

Images are grey, float32, rows × columns, 0 (ink) to 1 (paper), unless said otherwise.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.float32]
Colour = NDArray[np.uint8]
Mask = NDArray[np.bool_]

INK = 0.5
"""Half-way between ink and paper: darker is ink."""
MOST_SKEW = 4.0
"""Degrees. Pages laid crookedly on the glass are within 3."""
_RED_CAST = 40
"""Of 255: how much redder than green and blue the paste of a seal is, worn by JPEG. Warm paper stays under 25."""
_SEAL_MM = (18, 70)
"""Smallest and largest extent of a seal: the law says 36 mm, two may overlap."""
_RINGED = 0.8
"""The share of a seal's edge that shows; in figures set in rows, less than half of such a circle meets red."""
_BLOCK = 48
"""Pixels. Side of the squares in which the paper's brightness is taken; larger than letters, smaller than shadows."""


def even(colour: Colour, dpi: float) -> Grey:
    """The page in grey with even light and its seals taken out."""
    red = colour[:, :, 0].astype(np.int16)
    cast = red - np.maximum(colour[:, :, 1], colour[:, :, 2])
    grey = np.asarray(Image.fromarray(colour).convert("L"), dtype=np.float32)
    seals = _seals(cast > _RED_CAST, dpi)
    if seals.any():
        grey = np.where(seals, _seen_through(red, cast, seals), grey)
    return _stretched(grey)


def _seen_through(red: NDArray[np.int16], cast: NDArray[np.int16], seals: Mask) -> Grey:
    """The page as through red glass: the paste of a seal is nearly as light as paper there, ink is not. What shade the
    paste still has is taken off by as much as a pixel is red, so that ink beside it stays as it is."""
    paste = seals & (cast > 2 * _RED_CAST)
    if not paste.any():
        return red.astype(np.float32)
    shade, full = float(np.percentile(red[paste], 20)), float(np.median(cast[paste]))
    lift = (255 / max(shade, 100) - 1) * np.clip(cast / full, 0, 1)
    return np.minimum(red * (1 + lift), 255).astype(np.float32)


def _seals(red: Mask, dpi: float) -> Mask:
    """The boxes of seals: patches of red as large as a seal. Red figures are smaller and stay ink."""
    side = max(1, round(dpi / 25.4 * 2))
    patches = _pooled(red, side) > 0.02
    found = np.zeros_like(red)
    smallest, largest = (mm / 2 for mm in _SEAL_MM)
    for top, left, bottom, right in _patches(patches):
        high, wide = bottom - top, right - left
        box = slice(top * side, bottom * side), slice(left * side, right * side)
        if smallest <= high <= largest and smallest <= wide <= largest and _has_ring(red[box]):
            found[box] = True
    return found


def _has_ring(red: Mask) -> bool:
    """Whether a patch of red is ringed as a seal is; columns of figures typed in red are not, and must not vanish."""
    rows, cols = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    high, wide = (float(places[-1] - places[0]) / 2 for places in (rows, cols))
    turns = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    shares = np.linspace(0.9, 1.0, 12)[:, None]
    ys = np.rint(rows[0] + high * (1 + shares * np.sin(turns))).astype(int)
    xs = np.rint(cols[0] + wide * (1 + shares * np.cos(turns))).astype(int)
    return bool(red[ys, xs].any(axis=0).mean() > _RINGED)


def _pooled(mask: Mask, side: int) -> NDArray[np.float64]:
    """The share of true pixels in squares of `side`, what does not fill a square at the edges left out."""
    rows, cols = mask.shape[0] // side, mask.shape[1] // side
    pooled: NDArray[np.float64] = mask[: rows * side, : cols * side].reshape(rows, side, cols, side).mean(axis=(1, 3))
    return pooled


def _patches(squares: Mask) -> list[tuple[int, int, int, int]]:
    """Top, left, bottom, right of each group of true squares that touch, corners included."""
    left = {(int(row), int(col)) for row, col in np.argwhere(squares)}
    boxes = []
    while left:
        at = [left.pop()]
        for row, col in at:
            near = {(row + down, col + over) for down in (-1, 0, 1) for over in (-1, 0, 1)} & left
            left -= near
            at.extend(near)
        rows, cols = [row for row, _ in at], [col for _, col in at]
        boxes.append((min(rows), min(cols), max(rows) + 1, max(cols) + 1))
    return boxes


def _stretched(grey: Grey) -> Grey:
    """Paper to 1 square by square, ink to 0 over the whole page."""
    rows, cols = (math.ceil(length / _BLOCK) for length in grey.shape)
    padded = np.pad(grey, ((0, rows * _BLOCK - grey.shape[0]), (0, cols * _BLOCK - grey.shape[1])), mode="edge")
    squares = padded.reshape(rows, _BLOCK, cols, _BLOCK).swapaxes(1, 2).reshape(rows, cols, -1)
    paper = np.percentile(squares[:, :, ::7], 80, axis=2).astype(np.float32)
    paper = np.maximum(paper, np.median(paper) * 0.6)  # a square full of ink has no paper of its own
    smooth = Image.fromarray(paper).resize((cols * _BLOCK, rows * _BLOCK), Image.Resampling.BILINEAR)
    level = np.asarray(smooth, dtype=np.float32)[: grey.shape[0], : grey.shape[1]]
    share = np.minimum(grey / np.maximum(level, 1), 1)
    darkest = float(np.percentile(share[::3, ::3], 0.5))
    black = min(darkest, 0.6)  # on an empty page the darkest is paper
    stretched: Grey = np.clip((share - black) / (1 - black), 0, 1).astype(np.float32)
    return stretched


def skew(grey: Grey, dpi: float) -> float:
    """Degrees by which the page must be turned anticlockwise to be level: where its ink falls into the sharpest rows."""
    step = max(1, round(dpi / 100))
    ys, xs = np.nonzero(grey[:, ::step] < INK)
    if len(ys) < 200:
        return 0.0
    pick = slice(None, None, max(1, len(ys) // 120_000))
    across, down = (xs[pick] * step).astype(np.float32), ys[pick].astype(np.float32)
    best = 0.0
    # Rows of half a letter tell the rough angle, rows of a pixel the fine one.
    for width, count, row in ((MOST_SKEW, 40, dpi / 60), (0.25, 10, 2.0), (0.04, 8, 1.0)):
        angles = np.linspace(best - width, best + width, 2 * count + 1)
        scores = [_sharpness(across, down, float(angle), row) for angle in angles]
        best = float(angles[int(np.argmax(scores))])
    return best


def _sharpness(xs: Grey, ys: Grey, angle: float, high: float) -> float:
    """How unevenly the points fill rows `high` pixels high that slope by `angle` degrees."""
    slope = math.tan(math.radians(angle))
    rows = np.floor((ys - xs * slope) / high).astype(np.int32)
    counts = np.bincount(rows - rows.min()).astype(np.float64)
    return float((np.diff(counts) ** 2).sum())


def lies(ink: Mask) -> int:
    """90 where the lines of text run up or down a page whose ink, without ruling lines, is given at 100 dpi; else 0.

    Text falls into rows: along them ink and paper take turns line by line, across them they mix.
    """
    return 90 if _unrest(ink.T) > 1.2 * _unrest(ink) else 0


def _unrest(ink: Mask, strip: int = 60) -> float:
    """How much rows differ from their neighbours, in strips narrow enough not to mind a skew."""
    cols = ink.shape[1] // strip * strip
    counts = ink[:, :cols].reshape(ink.shape[0], -1, strip).sum(axis=2, dtype=np.int32)
    return float((np.diff(counts, axis=0) ** 2).sum())


def levelled(grey: Grey, angle: float) -> Grey:
    """The page turned by `angle` degrees; corners that come in are paper."""
    if abs(angle) < 0.03:
        return grey
    turned = Image.fromarray(grey).rotate(angle, Image.Resampling.BICUBIC, fillcolor=1.0)
    return np.clip(np.asarray(turned, dtype=np.float32), 0, 1)


def turned(grey: Any, turn: int) -> Any:
    """The page turned clockwise by 0, 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(grey, -turn // 90))


def strokes(grey: Grey, darker_than: float = INK) -> Mask:
    """The ink without specks: only what a pen or a type is wide enough for, two pixels of 300 dpi both ways."""
    ink = grey < darker_than
    pairs = ink[:, 1:] & ink[:, :-1]
    fours = pairs[1:] & pairs[:-1]
    kept = np.zeros_like(ink)
    kept[:-1, :-1] = fours
    return kept


def as_image(grey: Grey) -> Image.Image:
    """For the OCR program: 8 bits, white paper."""
    return Image.fromarray((grey * 255).astype(np.uint8))
