"""Unicode forms and legacy fonts, run by run, over the whole file or parts of it."""

from collections.abc import Callable
from random import Random

from bench.accuracy import letters
from bench.accuracy.blocks import Block, Para, Run, Square
from bench.accuracy.disorders.registry import on_blocks


def all_runs(blocks: list[Block]) -> list[Run]:
    """Every run, those of tables and nested tables included."""
    out: list[Run] = []
    for block in blocks:
        if isinstance(block, Para):
            out += block.runs
        else:
            for square in block.squares:
                out += _inside(square)
    return out


def _inside(square: Square) -> list[Run]:
    runs = [run for para in square.paras for run in para.runs]
    return runs + [run for inner in (square.nested.squares if square.nested else ()) for run in _inside(inner)]


def _retype(blocks: list[Block], rng: Random, strength: int, change: Callable[[str], str]) -> None:
    for run in all_runs(blocks):
        if not run.font and rng.random() < (0.2, 0.6, 1.0)[strength - 1]:
            run.text = change(run.text)


@on_blocks("decomposed", "letters", "Unicode dựng sẵn tách dấu (NFD)", slot="unicode")
def decomposed(blocks: list[Block], rng: Random, strength: int) -> None:
    """Marks as characters of their own."""
    _retype(blocks, rng, strength, letters.decomposed)


@on_blocks("to_hop", "letters", "Unicode tổ hợp (â + dấu)", slot="unicode")
def to_hop(blocks: list[Block], rng: Random, strength: int) -> None:
    """Tones as characters of their own."""
    _retype(blocks, rng, strength, letters.to_hop)


@on_blocks("mixed_unicode", "letters", "lẫn lộn các kiểu Unicode trong một tệp; Ð cho Đ", held_out=True, slot="unicode")
def mixed_unicode(blocks: list[Block], rng: Random, strength: int) -> None:
    """All three forms in one file, Đ as Ð."""
    for run in all_runs(blocks):
        if not run.font:
            run.text = rng.choice((letters.decomposed, letters.to_hop, letters.eth, str))(run.text)


@on_blocks("hard_spaces", "letters", "dấu cách cứng, ký tự không rộng lẫn trong chữ", held_out=True)
def hard_spaces(blocks: list[Block], rng: Random, strength: int) -> None:
    """No-break spaces, zero-width spaces and marks of the writing direction among the letters."""
    for run in all_runs(blocks):
        if run.mark == "" and not run.font and rng.random() < 0.2 * strength:
            run.text = run.text.replace(" ", "\u00a0") if rng.random() < 0.6 else _zero_width(rng, run.text)


def _zero_width(rng: Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(("\u200b", "\ufeff", "\u200e")) + text[at:]


@on_blocks("tcvn3", "letters", "phông TCVN3 (.VnTime, .VnTimeH)", slot="legacy")
def tcvn3(blocks: list[Block], rng: Random, strength: int) -> None:
    """ABC fonts: capitals exist in .VnTimeH only."""
    for run in all_runs(blocks):
        if run.text and rng.random() < (0.3, 0.7, 1.0)[strength - 1]:
            _to_tcvn3(rng, run)


def _to_tcvn3(rng: Random, run: Run) -> None:
    if letters.can_tcvn3(run.text):
        run.text, run.font = letters.tcvn3(run.text), rng.choice((".VnTime", ".VnArial", ".VnTime"))
    elif run.text == run.text.upper() and letters.can_tcvn3(run.text.lower()):
        run.text, run.font = letters.tcvn3(run.text.lower()), rng.choice((".VnTimeH", ".VnArialH"))


@on_blocks("vni", "letters", "phông VNI (VNI-Times)", slot="legacy")
def vni(blocks: list[Block], rng: Random, strength: int) -> None:
    """VNI fonts: a letter and its marks are two characters."""
    for run in all_runs(blocks):
        if run.text and rng.random() < (0.3, 0.7, 1.0)[strength - 1]:
            run.text, run.font = letters.vni(run.text), rng.choice(("VNI-Times", "VNI-Helve"))


@on_blocks("legacy_words", "letters", "vài từ phông cũ giữa đoạn Unicode", held_out=True, slot="legacy")
def legacy_words(blocks: list[Block], rng: Random, strength: int) -> None:
    """Half of a label in .VnTime or VNI, the other half in Unicode."""
    for block in blocks:
        paras = [block] if isinstance(block, Para) else [para for square in block.squares for para in square.paras]
        for para in paras:
            if len(para.runs) == 1 and " " in para.runs[0].text and rng.random() < 0.2 * strength:
                para.runs = _halves(rng, para.runs[0])


def _halves(rng: Random, run: Run) -> list[Run]:
    words = run.text.split(" ")
    at = rng.randrange(1, len(words))
    first = Run(" ".join(words[:at]) + " ", run.bold, run.italic)
    second = Run(" ".join(words[at:]), run.bold, run.italic)
    if rng.random() < 0.5:
        _to_tcvn3(rng, second)
    else:
        second.text, second.font = letters.vni(second.text), "VNI-Times"
    return [first, second]
