"""Which reports are made: each disorder alone at each strength, and random mixtures, tuning and held-out apart."""

from dataclasses import dataclass
from random import Random
from typing import Literal

from bench.accuracy.disorders import REGISTRY, Disorder

Group = Literal["clean", "alone", "mixed-tuning", "mixed-held-out", "mixed-both"]
Producer = Literal["word", "libreoffice"]
Format = Literal["docx", "pdf", "doc"]
NOT_PRINTED = frozenset(
    "tracked_inserts tracked_deletions tracked_rows hidden_text links_and_fields tcvn3 vni legacy_words".split()
)
"""Disorders of the file, not of the page: LibreOffice prints deletions too, computes fields anew, and takes other fonts for
legacy ones that the machine lacks; what stands on the paper is another text, and the truth another one."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One report to make. The same spec and seed make the same report."""

    index: int
    seed: int
    group: Group
    disorders: tuple[tuple[str, int], ...]
    producer: Producer


def printed(specs: list[Spec]) -> list[Spec]:
    """The specs whose disorders can be seen on paper."""
    return [spec for spec in specs if not NOT_PRINTED & {name for name, _ in spec.disorders}]


def plan(seed: int, mixed: int, alone: bool = True, only: str | None = None) -> list[Spec]:
    """`mixed` mixtures (half of tuning disorders, a quarter of held-out ones, a quarter of both), each disorder alone."""
    rng = Random(f"plan {seed}")
    wanted: list[tuple[Group, tuple[tuple[str, int], ...], Producer]] = []
    if only is not None:
        wanted += [("alone", ((only, 1 + i % 3),), _producer(i)) for i in range(mixed)]
    else:
        wanted += [("clean", (), _producer(i)) for i in range(max(2, mixed // 40))]
        if alone:
            wanted += [
                ("alone", ((name, level),), _producer(i * 3 + level))
                for i, name in enumerate(REGISTRY)
                for level in (1, 2, 3)
            ]
        wanted += [_mixture(rng, i) for i in range(mixed)]
    return [Spec(i, seed, group, disorders, producer) for i, (group, disorders, producer) in enumerate(wanted)]


def minute(seed: int) -> list[Spec]:
    """A minute's worth: every disorder once at a strength drawn by the seed, and a few mixtures."""
    rng = Random(f"minute {seed}")
    specs = [Spec(i, seed, "alone", ((name, rng.randrange(1, 4)),), "word") for i, name in enumerate(REGISTRY)]
    for i in range(len(specs), len(specs) + 24):
        group, disorders, _ = _mixture(rng, i)
        specs.append(Spec(i, seed, group, disorders, "word"))
    return specs


def _producer(i: int) -> Producer:
    return "libreoffice" if i % 3 == 2 else "word"


def _mixture(rng: Random, i: int) -> tuple[Group, tuple[tuple[str, int], ...], Producer]:
    group: Group = ("mixed-tuning", "mixed-tuning", "mixed-held-out", "mixed-both")[i % 4]
    pool = [d for d in REGISTRY.values() if group == "mixed-both" or d.held_out == (group == "mixed-held-out")]
    rng.shuffle(pool)
    chosen: list[Disorder] = []
    for disorder in pool:
        if len(chosen) == (4, 8, 12, 18)[i // 4 % 4]:
            break
        if not disorder.slot or all(disorder.slot != other.slot for other in chosen):
            chosen.append(disorder)
    return group, tuple((d.name, rng.choice((1, 1, 2, 2, 3))) for d in chosen), _producer(rng.randrange(3))
