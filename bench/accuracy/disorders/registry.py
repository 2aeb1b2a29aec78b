"""The list of disorders: each has a name, a family, a strength from 1 to 3, and is for tuning or held out.

The held-out third is fixed here, in the code: whoever tunes the readers looks at the others only. A disorder is a small
function that changes the report (or, for the families 'paper' and 'letters', its blocks) in place, truth included.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from bench.accuracy.blocks import Block
from bench.accuracy.model import Report

ReportChange = Callable[[Report, Random, int], None]
BlockChange = Callable[[list[Block], Random, int], None]
T = TypeVar("T")

FAMILIES = (
    "cells",
    "rows",
    "columns",
    "headers",
    "titles",
    "labels",
    "order",
    "merges",
    "headings",
    "sender",
    "paper",
    "letters",
)
"""In the order in which they are applied."""


@dataclass(frozen=True, slots=True)
class Disorder:
    """One way in which reports differ from the template."""

    name: str
    family: str
    says: str
    """In Vietnamese, for the table."""
    held_out: bool
    slot: str
    """At most one disorder of a slot is drawn into one report ('' no limit)."""
    undecidable: str
    """Which cells it makes truly undecidable, '' none."""
    change_report: ReportChange | None = None
    change_blocks: BlockChange | None = None


REGISTRY: dict[str, Disorder] = {}


def on_report(
    name: str, family: str, says: str, held_out: bool = False, slot: str = "", undecidable: str = ""
) -> Callable[[ReportChange], ReportChange]:
    """Registers a disorder of what the report says."""

    def register(change: ReportChange) -> ReportChange:
        REGISTRY[name] = Disorder(name, family, says, held_out, slot, undecidable, change_report=change)
        return change

    return register


def on_blocks(
    name: str, family: str, says: str, held_out: bool = False, slot: str = "", undecidable: str = ""
) -> Callable[[BlockChange], BlockChange]:
    """Registers a disorder of how the report is laid out or written."""

    def register(change: BlockChange) -> BlockChange:
        REGISTRY[name] = Disorder(name, family, says, held_out, slot, undecidable, change_blocks=change)
        return change

    return register


def some(rng: Random, items: list[T], strength: int, counts: tuple[int, int, int] = (1, 4, 12)) -> list[T]:
    """As many of the items, chosen at random and kept in order, as this strength hits."""
    count = min(len(items), counts[strength - 1])
    chosen = set(rng.sample(range(len(items)), count))
    return [item for i, item in enumerate(items) if i in chosen]


def share(rng: Random, items: list[T], strength: int) -> list[T]:
    """A fifth, half or all of the items, at least one, in order."""
    count = max(1, round(len(items) * (0.2, 0.5, 1.0)[strength - 1])) if items else 0
    chosen = set(rng.sample(range(len(items)), count))
    return [item for i, item in enumerate(items) if i in chosen]
