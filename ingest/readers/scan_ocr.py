"""Tesseract, by its command line: many images in one call, each answered with its lines of words.

No file is fetched: the program and its Vietnamese data must be on this machine.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from lxml import etree
from PIL import Image

from schemas.errors import MissingTool, Refused

_PLACES = (
    r"C:\Program Files\Tesseract-OCR\tesseract.exe",
    r"C:\Program Files (x86)\Tesseract-OCR\tesseract.exe",
)
GET_TESSERACT = (
    "Debian/Ubuntu: apt-get install tesseract-ocr tesseract-ocr-vie. "
    "Windows: winget install UB-Mannheim.TesseractOCR (chọn thêm dữ liệu Vietnamese)."
)
_ADVICE = f"{GET_TESSERACT} Hoặc đề nghị gửi bản Word."
VIETNAMESE, ENGLISH = "vie", "eng"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_BOX = re.compile(r"bbox (-?\d+) (-?\d+) (-?\d+) (-?\d+)")
_BASELINE = re.compile(r"baseline (-?[\d.]+) (-?[\d.]+)")
_SIZE = re.compile(r"x_size (-?[\d.]+)")
# What no Vietnamese report has, for what it is mostly mistaken for.
_MISTAKEN = str.maketrans("øØ⁄", "gG/")
_LONE_L = re.compile(r"(?<!\w)l(?!\w)")
"""No Vietnamese word is an l alone; the figure 1 of Times looks like one ('Có = 1;')."""
_YEAR_HEAD, _YEAR_TAIL = re.compile(r"(?<!\d)20[0-3]$"), re.compile(r"\d(?!\d)")
_ROTATE = re.compile(r"Rotate: (\d+)")
_CONFIDENCE = re.compile(r"x_wconf (\d+)")


class OcrWord(NamedTuple):
    """A word with its box in pixels and Tesseract's confidence (0–1)."""

    text: str
    x0: int
    top: int
    x1: int
    bottom: int
    confidence: float


@dataclass(frozen=True, slots=True)
class OcrLine:
    """A line of words; `baseline` is its y in the middle, `size` the letters' height from top to foot, in pixels."""

    words: tuple[OcrWord, ...]
    baseline: float
    size: float

    @property
    def text(self) -> str:
        """The words with single spaces."""
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """That of the weakest word."""
        return min((word.confidence for word in self.words), default=0.0)

    def moved(self, left: int, top: int) -> "OcrLine":
        """The line of a picture as one of the page on which the picture begins at this pixel."""
        words = tuple(
            word._replace(x0=word.x0 + left, top=word.top + top, x1=word.x1 + left, bottom=word.bottom + top)
            for word in self.words
        )
        return OcrLine(words, self.baseline + top, self.size)

    def scaled(self, by: float) -> "OcrLine":
        """The line of a picture as one of the picture enlarged so many times."""
        words = tuple(
            word._replace(
                x0=round(word.x0 * by), top=round(word.top * by), x1=round(word.x1 * by), bottom=round(word.bottom * by)
            )
            for word in self.words
        )
        return OcrLine(words, self.baseline * by, self.size * by)

    def believed(self, confidence: float) -> "OcrLine":
        """The line with all its words of one confidence."""
        return replace(self, words=tuple(word._replace(confidence=confidence) for word in self.words))


@dataclass(frozen=True, slots=True)
class Way:
    """A way to read: language data, page segmentation mode (Tesseract's --psm), characters that may occur ('': all)."""

    language: str
    layout: int
    allowed: str = ""


def find_tesseract() -> str | None:
    """Tesseract's program on this machine, None where there is none."""
    return next((name for name in (shutil.which("tesseract"), *_PLACES) if name and Path(name).exists()), None)


def languages(program: str) -> frozenset[str]:
    """The language data that a Tesseract has."""
    return _languages(program, os.environ.get("TESSDATA_PREFIX"))


@cache
def _languages(program: str, folder: str | None) -> frozenset[str]:
    """As it says itself; `folder`, from its environment, is where it looks."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run([program, "--list-langs"], capture_output=True, timeout=30, check=False)
        return frozenset(done.stdout.decode("utf-8", "replace").split())
    return frozenset()


def require_tesseract() -> str:
    """The program, with its Vietnamese and English data. Raises MissingTool."""
    program = find_tesseract()
    if program is None:
        raise MissingTool("TESSERACT_MISSING", "Đọc bản quét cần Tesseract, máy này chưa có.", _ADVICE)
    lacking = sorted({VIETNAMESE, ENGLISH} - languages(program))
    if lacking:
        raise MissingTool("TESSERACT_MISSING", f"Tesseract trên máy này thiếu dữ liệu {', '.join(lacking)}.", _ADVICE)
    return program


def read_images(images: Sequence[Image.Image], way: Way, dpi: int, seconds: float) -> list[list[OcrLine]]:
    """The lines of each image, in order. Raises MissingTool; Refused TOO_SLOW after `seconds`, CRASHED."""
    if not images:
        return []
    program = require_tesseract()
    with tempfile.TemporaryDirectory(prefix="tonghop-ocr-", ignore_cleanup_errors=True) as folder:
        names = []
        for number, image in enumerate(images):
            names.append(str(Path(folder, f"{number}.pgm")))
            image.save(names[-1])
        listed = Path(folder, "list.txt")
        listed.write_text("\n".join(names) + "\n", encoding="utf-8")
        _run(_command(program, str(listed), str(Path(folder, "out")), way, dpi), folder, seconds)
        answer = Path(folder, "out.hocr")
        if not answer.exists():
            raise Refused("CRASHED", "Tesseract")
        pages = list(_pages(answer.read_bytes()))
    return pages + [[] for _ in range(len(images) - len(pages))]


def upright_turn(image: Image.Image, dpi: int, seconds: float) -> int:
    """Degrees (0, 90, 180, 270) clockwise by which the page must be turned to be read; 0 where there is too little text.

    Raises MissingTool; Refused TOO_SLOW.
    """
    program = require_tesseract()
    with tempfile.TemporaryDirectory(prefix="tonghop-ocr-", ignore_cleanup_errors=True) as folder:
        name = str(Path(folder, "page.pgm"))
        image.resize((image.width // 2, image.height // 2)).save(name)
        _run([program, name, str(Path(folder, "out")), "--psm", "0", "--dpi", str(dpi // 2)], folder, seconds)
        answer = Path(folder, "out.osd")
        found = _ROTATE.search(answer.read_text(encoding="utf-8")) if answer.exists() else None
    return int(found[1]) if found else 0


def _command(program: str, listed: str, out: str, way: Way, dpi: int) -> list[str]:
    command = [program, listed, out, "-l", way.language, "--psm", str(way.layout), "--oem", "1", "--dpi", str(dpi)]
    # White on black stands in no report; looking for it reads every doubtful line twice.
    command += ["-c", "tessedit_do_invert=0"]
    if way.allowed:
        command += ["-c", f"tessedit_char_whitelist={way.allowed}"]
    return [*command, "hocr"]


def _run(command: list[str], folder: str, seconds: float) -> None:
    # Its threads spend more on waiting for one another than they gain; files are read side by side instead.
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    quiet = subprocess.DEVNULL
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows only: no window flashes up for each call
    try:
        subprocess.run(
            command, stdin=quiet, stdout=quiet, stderr=quiet, env=environment, cwd=folder, timeout=seconds, check=False,
            creationflags=flags,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Refused("TOO_SLOW", f"Tesseract, giới hạn {seconds:g} giây") from error


def _pages(hocr: bytes) -> Iterator[list[OcrLine]]:
    root = etree.fromstring(hocr, etree.XMLParser(recover=True, resolve_entities=False, no_network=True))
    for page in root.iter(f"{_XHTML}div"):
        if page.get("class") == "ocr_page":
            yield [line for span in page.iter(f"{_XHTML}span") if (line := _line(span)) is not None]


def _line(span: etree._Element) -> OcrLine | None:
    title = span.get("title", "")
    baseline, size, box = (pattern.search(title) for pattern in (_BASELINE, _SIZE, _BOX))
    if not (baseline and size and box):
        return None
    words = tuple(_years_joined(word for child in span.iter(f"{_XHTML}span") if (word := _word(child)) is not None))
    if not words:
        return None
    x0, _, x1, bottom = (int(number) for number in box.groups())
    middle = bottom + float(baseline[2]) + float(baseline[1]) * (x1 - x0) / 2
    return OcrLine(words, middle, float(size[1]))


def _years_joined(words: Iterable[OcrWord]) -> list[OcrWord]:
    """Words with years put together ('201 1'): the figure 1 has so much room around it that it looks apart."""
    joined: list[OcrWord] = []
    for word in words:
        last = joined[-1] if joined else None
        near = last is not None and word.x0 - last.x1 < last.bottom - last.top
        if last and near and _YEAR_HEAD.search(last.text) and _YEAR_TAIL.match(word.text):
            joined[-1] = OcrWord(
                last.text + word.text, last.x0, min(last.top, word.top), word.x1, max(last.bottom, word.bottom),
                min(last.confidence, word.confidence),
            )  # fmt: skip
        else:
            joined.append(word)
    return joined


def _word(span: etree._Element) -> OcrWord | None:
    if span.get("class") != "ocrx_word":
        return None
    title, text = span.get("title", ""), "".join(span.itertext()).strip().translate(_MISTAKEN)
    box, confidence = _BOX.search(title), _CONFIDENCE.search(title)
    if not (text and box and confidence):
        return None
    x0, top, x1, bottom = (int(number) for number in box.groups())
    return OcrWord(_LONE_L.sub("1", text), x0, top, x1, bottom, int(confidence[1]) / 100)
