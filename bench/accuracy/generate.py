"""Makes one report of a plan: draws it, disorders it, lays it out, writes it, and says what is true of it."""

from pathlib import Path
from random import Random

from bench.accuracy.base import draw_report
from bench.accuracy.blocks import Block
from bench.accuracy.collect import collect
from bench.accuracy.disorders import FAMILIES, REGISTRY, Disorder
from bench.accuracy.district import COMMUNES
from bench.accuracy.layout import lay_out
from bench.accuracy.model import Report
from bench.accuracy.plan import Spec
from bench.accuracy.truth import Truth
from bench.accuracy.word_file import write_docx
from schemas.form import Form


def make(spec: Spec, form: Form, folder: Path) -> Truth:
    """Writes the report's DOCX into `folder` and returns its truth. One commune is used once in any run of 25 specs."""
    rng = Random(f"{spec.seed} {spec.index} {spec.disorders}")
    report = draw_report(rng, form, COMMUNES[spec.index % len(COMMUNES)])
    report.producer, report.disorders = spec.producer, list(spec.disorders)
    blocks = disordered(report, rng)
    report.sender.file_name = f"{spec.index:04} {report.sender.file_name}"
    truth = collect(report)
    write_docx(rng, blocks, folder / truth.file_name, report.hand.size, report.split_share)
    return truth


def disordered(report: Report, rng: Random) -> list[Block]:
    """Applies the report's disorders in the order of their families; returns it laid out."""
    ordered = sorted(report.disorders, key=lambda hit: FAMILIES.index(REGISTRY[hit[0]].family))
    for disorder, strength in _of(ordered):
        if disorder.change_report is not None:
            disorder.change_report(report, rng, strength)
    blocks = lay_out(rng, report)
    for disorder, strength in _of(ordered):
        if disorder.change_blocks is not None:
            disorder.change_blocks(blocks, rng, strength)
    return blocks


def _of(hits: list[tuple[str, int]]) -> list[tuple[Disorder, int]]:
    return [(REGISTRY[name], strength) for name, strength in hits]
