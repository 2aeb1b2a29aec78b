"""How a PDF page is looked at: from its own coordinates (upwards, any origin, any turn) to points from the top left."""

from dataclasses import dataclass

from schemas.place import Box


@dataclass(frozen=True, slots=True)
class View:
    """x' = a·x + c·y + e, y' = b·x + d·y + f. `width` and `height` are those of the page as it is looked at."""

    a: int
    b: int
    c: int
    d: int
    e: float
    f: float
    width: float
    height: float

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A rectangle of the PDF as a box on the page."""
        x0, y0 = self.point(left, bottom)
        x1, y1 = self.point(right, top)
        return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the PDF as a point on the page."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def direction(self, x: float, y: float) -> int:
        """The way a text that runs along (x, y) in the PDF runs on the page: 0, 90, 180, 270 clockwise; -1 slanted."""
        along, down = self.a * x + self.c * y, self.b * x + self.d * y
        if abs(along) > 20 * abs(down):
            return 0 if along > 0 else 180
        if abs(down) > 20 * abs(along):
            return 90 if down > 0 else 270
        return -1


def view_of(left: float, bottom: float, right: float, top: float, turn: int) -> View:
    """The view of a page box turned clockwise by `turn` degrees (0, 90, 180, 270)."""
    width, height = right - left, top - bottom
    if turn == 90:
        return View(0, 1, 1, 0, -bottom, -left, height, width)
    if turn == 180:
        return View(-1, 0, 0, 1, right, -bottom, width, height)
    if turn == 270:
        return View(0, -1, -1, 0, top, right, height, width)
    return View(1, 0, 0, -1, -left, top, width, height)
