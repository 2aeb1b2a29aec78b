"""Made-up pages with a ruled table of figures and short words, drawn as a printer would, with the truth of each cell."""

import random
import subprocess
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageFont

FAMILIES = ("Liberation Serif", "Liberation Serif:bold", "Liberation Sans", "DejaVu Serif", "DejaVu Sans Condensed")
"""Times New Roman and Arial as Debian draws them, and two wider faces; Times counts most, as in offices."""
VIETNAMESE = "DejaVu Serif Condensed"
"""For what has letters of Vietnamese, which Liberation lacks."""
_SHARES = (6, 1, 2, 1, 1)
WORDS = ("Có", "Không", "Đạt", "Chưa đạt", "Hài lòng", "Rất hài lòng", "Không có", "x", "-", "Tốt", "Khá")
_LABELS = (
    "Số văn bản đã ban hành", "Số hồ sơ tiếp nhận trong kỳ", "Tỷ lệ giải quyết đúng hạn", "Số lớp bồi dưỡng",
    "Số cuộc kiểm tra", "Mức độ hài lòng", "Số thủ tục được niêm yết", "Số cán bộ đạt chuẩn", "Trang thiết bị",
)  # fmt: skip
ROWS, COLUMNS = 24, 8


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page and what its value cells say, by row and column from 0, the header row and two label columns included."""

    image: Image.Image
    truth: dict[tuple[int, int], str]


def draw_page(seed: int, dpi: int) -> Drawn:
    """A page of A4 with a table of `ROWS` × `COLUMNS`, the same for the same seed."""
    rng = random.Random(seed)
    page = Image.new("RGB", (round(8.27 * dpi), round(11.69 * dpi)), (255, 255, 255))
    draw = ImageDraw.Draw(page)
    size = rng.choice((11, 12, 13, 13, 14))
    font = _font(rng.choices(FAMILIES, _SHARES)[0], round(size * dpi / 72))
    left, top = round(0.8 * dpi), round(1.2 * dpi)
    widths = [0.4, 2.0, *[0.72] * (COLUMNS - 2)]
    xs = [left]
    for width in widths:
        xs.append(xs[-1] + round(width * dpi))
    pitch = round(size * rng.uniform(1.25, 1.7) * dpi / 72)
    ys = [top + at * pitch for at in range(ROWS + 1)]
    draw.text((xs[0], top - 3 * pitch), "Phụ lục: thống kê các chỉ tiêu", font=font, fill=0)
    truth: dict[tuple[int, int], str] = {}
    kind = ""
    for row in range(ROWS):
        kind = rng.choice(("count", "count", "count", "small", "small", "percent", "thousands", "ratio", "words", "words"))
        for col in range(COLUMNS):
            text = _text(rng, row, col, kind)
            if row and col > 1:
                truth[row, col] = text
            _centred(draw, (xs[col], ys[row], xs[col + 1], ys[row + 1]), text, font)
    width = max(1, round(rng.choice((0.5, 0.5, 0.75, 1.0)) * dpi / 72))
    for y in ys:
        draw.line((xs[0], y, xs[-1], y), fill=0, width=width)
    for x in xs:
        draw.line((x, ys[0], x, ys[-1]), fill=0, width=width)
    return Drawn(page, truth)


def _text(rng: random.Random, row: int, col: int, kind: str) -> str:
    if row == 0:
        return ("TT", "Chỉ tiêu", *(f"{2013 + at}" for at in range(2, COLUMNS)))[col]
    if col == 0:
        return str(row)
    if col == 1:
        return rng.choice(_LABELS)
    return "" if rng.random() < 0.1 else value(rng, kind)


def value(rng: random.Random, kind: str) -> str:
    """A value as communes write it."""
    if kind == "small":
        return str(rng.randint(0, 9))
    if kind == "count":
        return str(rng.choice((rng.randint(0, 99), rng.randint(0, 99), rng.randint(100, 999), rng.randint(1000, 9999))))
    if kind == "percent":
        return rng.choice(("{}%", "{}", "{},5%", "{} %")).format(rng.choice((100, rng.randint(50, 99))))
    if kind == "thousands":
        return f"{rng.randint(1, 99)}.{rng.randint(0, 999):03}"
    if kind == "ratio":
        whole = rng.randint(5, 60)
        return f"{rng.randint(1, whole)}/{whole}"
    return rng.choice(WORDS)


def _centred(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], text: str, font: ImageFont.FreeTypeFont) -> None:
    if not text.isascii():
        font = _font(VIETNAMESE, int(font.size))
    if text:
        x0, y0, x1, y1 = box
        width = draw.textlength(text, font=font)
        small = font.font_variant(size=max(8, int(font.size * (x1 - x0 - 8) / width))) if width > x1 - x0 - 8 else font
        draw.text(((x0 + x1) / 2, (y0 + y1) / 2), text, font=small, fill=0, anchor="mm")


@cache
def _font(family: str, size: int) -> ImageFont.FreeTypeFont:
    found = subprocess.run(["fc-match", "-f", "%{file}", family], capture_output=True, text=True, check=True)
    return ImageFont.truetype(found.stdout, size)
