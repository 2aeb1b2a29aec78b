"""Paper and scanner: a PDF page as a picture, worn in the ways in which offices wear it. Seeded, nothing is fetched."""

import io
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter


@dataclass(frozen=True, slots=True)
class Wear:
    """What a scan suffers: degrees of skew, blur in pixels, noise (standard deviation of 255), specks a square
    inch, JPEG quality (0: none), a red seal, quarter turns clockwise, grey instead of colour."""

    skew: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    specks: float = 0.0
    jpeg: int = 92
    seal: bool = False
    quarter_turns: int = 0
    grey: bool = False
    dim: float = 1.0
    """Brightness of the darkest corner of the paper."""


CLEAN = Wear()
DEGRADED = Wear(skew=0.8, blur=0.8, noise=10, jpeg=45)
SEALED = Wear(skew=0.3, jpeg=80, seal=True)


def page_images(pdf: bytes, dpi: int) -> list[Image.Image]:
    """The pages in colour, as a printer would print them."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]
    finally:
        document.close()


def worn(page: Image.Image, wear: Wear, dpi: int, seed: int) -> Image.Image:
    """The page after its way through seal, scanner and storage."""
    rng = np.random.default_rng(seed)
    image = stamped(page, dpi, rng) if wear.seal else page
    if wear.skew:
        image = image.rotate(-wear.skew, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    if wear.blur:
        image = image.filter(ImageFilter.GaussianBlur(wear.blur))
    pixels = np.asarray(image, dtype=np.float32)
    if wear.dim < 1:
        shade = np.linspace(1, wear.dim, pixels.shape[1], dtype=np.float32)
        pixels = pixels * shade[None, :, None]
    if wear.noise:
        pixels = pixels + rng.normal(0, wear.noise, pixels.shape[:2]).astype(np.float32)[:, :, None]
    if wear.specks:
        count = round(wear.specks * pixels.shape[0] * pixels.shape[1] / dpi**2)
        pixels = pixels.copy()
        pixels[rng.integers(0, pixels.shape[0], count), rng.integers(0, pixels.shape[1], count)] = 40
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    image = image.rotate(-90 * wear.quarter_turns, expand=True) if wear.quarter_turns else image
    return image.convert("L") if wear.grey else image


def stamped(page: Image.Image, dpi: int, rng: np.random.Generator) -> Image.Image:
    """Two red seals of 36 mm: one over the title, one over the columns on the right; ink shows through, as of a stamp."""
    layer = Image.new("RGB", page.size, (255, 255, 255))
    for x, y in ((0.5, 0.12), (0.84, rng.uniform(0.3, 0.55))):
        _seal(layer, x * page.width, y * page.height, 18 / 25.4 * dpi)
    return ImageChops.multiply(page, layer)


def _seal(layer: Image.Image, x: float, y: float, radius: float) -> None:
    draw, red = ImageDraw.Draw(layer), (214, 52, 64)
    for share, width in ((1.0, 0.05), (0.72, 0.025)):
        r = radius * share
        draw.ellipse((x - r, y - r, x + r, y + r), outline=red, width=max(2, round(radius * width)))
    points = []
    for at in range(10):
        r = radius * (0.38 if at % 2 == 0 else 0.15)
        points.append((x + r * math.sin(at * math.pi / 5), y - r * math.cos(at * math.pi / 5)))
    draw.polygon(points, fill=red)
    for at in range(24):
        turn = math.radians(15 * at)
        cx, cy, r = x + 0.86 * radius * math.sin(turn), y - 0.86 * radius * math.cos(turn), radius * 0.07
        draw.line((cx - r, cy - r, cx + r, cy + r), fill=red, width=max(2, round(radius * 0.03)))
        draw.line((cx - r, cy + r, cx + r, cy - r), fill=red, width=max(2, round(radius * 0.03)))


def as_pdf(images: Iterable[Image.Image], dpi: int, jpeg: int) -> bytes:
    """A PDF as a scanner writes it: one JPEG a page, of black and white pages one fax image."""
    out = io.BytesIO()
    first, *others = list(images)
    quality = {} if first.mode == "1" else {"quality": jpeg}
    first.save(out, "PDF", resolution=dpi, save_all=True, append_images=others, **quality)
    return out.getvalue()


def scanned(pdf: bytes, wear: Wear, dpi: int = 200, seed: int = 1) -> bytes:
    """A printed PDF as the PDF of its scan."""
    return as_pdf((worn(page, wear, dpi, seed + at) for at, page in enumerate(page_images(pdf, dpi))), dpi, wear.jpeg)
