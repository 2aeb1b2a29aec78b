"""Words whose letters stand in the file in several pieces put together again.

Where a font lacks a letter, producers print the word with a hole, and later the letter from another font into the hole.
"""

from collections.abc import Sequence
from itertools import pairwise

from ingest.readers.lines import SAME_LINE, SPACE, glued
from ingest.readers.page import Edge, Word
from ingest.readers.pdf_reads import PageReader, Read, runs_over, words_of


def untangled(reader: PageReader, read: Sequence[Read], edges: Sequence[Edge]) -> list[Word]:
    """The words; where stretches reach over one another or over a ruling line, places sort out their words and letters."""
    upright = [edge for edge in edges if not edge.level]
    knots = _overlapping(read)
    loose: list[Read] = []
    for one in read:
        if id(one) in knots or (upright and _crosses(one, upright)):
            loose += reader.by_word(one)
        else:
            loose.append(one)
    if not knots and len(loose) == len(read):
        return words_of(loose)
    knots = _overlapping(loose)
    found: list[Word] = []
    for one in loose:
        if id(one) in knots:
            found += words_of(reader.by_letter(one))
        elif upright and _crosses(one, upright):
            apart = words_of(reader.by_letter(one))
            found += apart if _has_room(apart) else one.words
        else:
            found += one.words
    turned = [word for word in found if word.turn]
    walls = sorted({round(edge.at, 1) for edge in upright})
    return glued((word for word in found if not word.turn), walls) + turned


def _has_room(apart: Sequence[Word]) -> bool:
    """Whether the letters leave room for a line between them; a word written over a line is one word all the same."""
    return any(after.x0 - before.x1 > SPACE * after.size for before, after in pairwise(apart))


def _overlapping(read: Sequence[Read]) -> set[int]:
    """The stretches (by id) that share ground with another on their line; a tenth of a letter is kerning."""
    tangled: set[int] = set()
    for row in _rows(read):
        row.sort(key=lambda one: one.box.x0)
        reach = row[0]
        for one in row[1:]:
            if min(one.box.x1, reach.box.x1) - one.box.x0 > 0.1 * one.stretch.ink.size:
                tangled |= {id(one), id(reach)}
            if one.box.x1 > reach.box.x1:
                reach = one
    return tangled


def _rows(read: Sequence[Read]) -> list[list[Read]]:
    """Upright stretches grouped by baseline."""
    rows: list[list[Read]] = []
    first = float("-inf")
    level = [one for one in read if one.words[0].turn == 0]
    for one in sorted(level, key=lambda one: one.words[0].baseline):
        baseline = one.words[0].baseline
        if baseline - first > SAME_LINE * one.stretch.ink.size:
            rows.append([])
            first = baseline
        rows[-1].append(one)
    return rows


def _crosses(one: Read, upright: Sequence[Edge]) -> bool:
    """Whether a vertical ruling line runs through a piece of the stretch."""
    return any(runs_over(one.words, (edge,)) for edge in upright if one.box.x0 < edge.at < one.box.x1)
