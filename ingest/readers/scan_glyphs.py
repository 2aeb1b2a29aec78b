"""Figures told by their shapes: the report itself shows what its figures look like, so each is compared with the others.

Independent of the OCR program: figures that two of its networks read alike teach their shapes, and every other figure is
then spelled by the shapes nearest to its own. It knows only what this scan has shown it, and says nothing otherwise.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ingest.readers.scan_image import INK, Grey, Mask

_HIGH, _WIDE = 24, 16
_PALER = (0.62, 0.72)
_MOST = 60
"""Examples kept of one character: more make it slower, not surer."""
_NEAR = 3
"""So many of the nearest examples of a character count."""


class Glyph(NamedTuple):
    """One printed character: its shape as a vector, and who it belongs to."""

    shape: NDArray[np.float32]
    owner: int


class Spelled(NamedTuple):
    """What the shapes say: `text`, '' where they say nothing, and by how much the second best character is farther
    (0–1, the weakest character counts)."""

    text: str
    margin: float


def glyph_shapes(crop: Grey, lengths: Sequence[int]) -> list[NDArray[np.float32]]:
    """The shapes of the characters in an image of one line, from left to right.

    Out of focus, thin strokes fall apart at one level of grey and neighbours run together at another: the first level is
    taken at which there are as many characters as some reading has (`lengths`); without such a one, the middle.
    """
    darkest = float(np.percentile(crop, 3))
    levels = [max((darkest + 1) / 2, INK), *_PALER]
    found = [_merged([box for box, area in pieces(crop < min(level, 0.8)) if area >= 9]) for level in levels]
    boxes = next((boxes for boxes in found if len(boxes) in lengths), found[0])
    if not boxes:
        return []
    top, bottom = min(box[0] for box in boxes), max(box[1] for box in boxes)
    return [_shape(crop, box, top, bottom - top) for box in boxes]


def pieces(ink: Mask) -> list[tuple[list[int], int]]:
    """Top, bottom, left, right of each connected piece of ink, and how many pixels it has."""
    parents: list[int] = []
    boxes: list[list[int]] = []
    above: list[tuple[int, int, int]] = []

    def root(at: int) -> int:
        while parents[at] != at:
            parents[at] = parents[parents[at]]
            at = parents[at]
        return at

    padded = np.pad(ink, ((0, 0), (1, 1))).astype(np.int8)
    for row, steps in enumerate(np.diff(padded, axis=1)):
        current = []
        for left, right in zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True):
            own = -1
            for other_left, other_right, label in above:
                if other_left <= right and left <= other_right:
                    if own < 0:
                        own = root(label)
                    else:
                        parents[root(label)] = root(own)
            if own < 0:
                own = len(parents)
                parents.append(own)
                boxes.append([row, row + 1, left, right, 0])
            current.append((left, right, own))
            box = boxes[own]
            box[:] = [box[0], row + 1, min(box[2], left), max(box[3], right), box[4] + right - left]
        above = current
    whole: dict[int, list[int]] = {}
    for at, box in enumerate(boxes):
        into = whole.setdefault(root(at), [*box[:4], 0])
        into[:] = [min(into[0], box[0]), max(into[1], box[1]), min(into[2], box[2]), max(into[3], box[3]), into[4] + box[4]]
    return [(box[:4], box[4]) for box in whole.values()]


def _merged(boxes: Sequence[list[int]]) -> list[list[int]]:
    """Pieces that stand over one another put together (the dot of a letter, the rings of a per cent sign)."""
    merged: list[list[int]] = []
    for box in sorted(boxes, key=lambda box: box[2]):
        last = merged[-1] if merged else None
        if last and last[3] - box[2] > 0.35 * min(last[3] - last[2], box[3] - box[2]):
            last[:] = [min(last[0], box[0]), max(last[1], box[1]), last[2], max(last[3], box[3])]
        else:
            merged.append(list(box))
    return merged


def _shape(crop: Grey, box: Sequence[int], line_top: int, line_high: int) -> NDArray[np.float32]:
    """The character scaled to one size, with its height, place and width as parts of the vector."""
    top, bottom, left, right = box
    image = Image.fromarray(1 - crop[top:bottom, left:right])
    scaled = np.asarray(image.resize((_WIDE, _HIGH), Image.Resampling.BILINEAR), dtype=np.float32)
    scaled = scaled / max(float(np.sqrt((scaled**2).sum())), 1e-6)
    high = (bottom - top) / line_high
    middle = ((top + bottom) / 2 - line_top) / line_high
    slender = (right - left) / (bottom - top)
    return np.concatenate([scaled.ravel(), np.array([high, middle, 0.5 * min(slender, 2)], dtype=np.float32)])


def is_point(shape: NDArray[np.float32]) -> bool:
    """Whether a shape is a mark at the foot of the line, a point or a comma."""
    high, middle, _ = shape[-3:].tolist()
    return bool(high < 0.45 and middle > 0.7)


class Shapes:
    """The characters that a report has shown, by what they are."""

    def __init__(self) -> None:
        self._known: dict[str, list[Glyph]] = defaultdict(list)

    def learn(self, owner: int, shapes: Sequence[NDArray[np.float32]], text: str) -> None:
        """Shapes of a text that is sure; left out where their numbers differ."""
        letters = text.replace(" ", "")
        if len(letters) == len(shapes):
            for letter, shape in zip(letters, shapes, strict=True):
                if len(self._known[letter]) < _MOST:
                    self._known[letter].append(Glyph(shape, owner))

    def spell(self, owner: int, shapes: Sequence[NDArray[np.float32]]) -> Spelled:
        """The text that shapes other than the owner's own make most likely."""
        told = [self._name(owner, shape) for shape in shapes]
        if not told or any(not letter for letter, _ in told):
            return Spelled("", 0.0)
        return Spelled("".join(letter for letter, _ in told), min(margin for _, margin in told))

    def _name(self, owner: int, shape: NDArray[np.float32]) -> tuple[str, float]:
        distances = sorted((self._distance(owner, shape, known), letter) for letter, known in self._known.items())
        distances = [(distance, letter) for distance, letter in distances if distance < np.inf]
        if not distances or distances[0][0] > FAR:
            return "", 0.0
        nearest, letter = distances[0]
        second = distances[1][0] if len(distances) > 1 else 2 * FAR
        return letter, 1 - nearest / max(second, 1e-6)

    def _distance(self, owner: int, shape: NDArray[np.float32], known: Iterable[Glyph]) -> float:
        others = [glyph.shape for glyph in known if glyph.owner != owner]
        if not others:
            return float("inf")
        apart = np.sqrt(((np.stack(others) - shape) ** 2).sum(axis=1))
        return float(np.sort(apart)[:_NEAR].mean())


FAR = 0.6
"""A shape farther than this from every known one is none of them."""
