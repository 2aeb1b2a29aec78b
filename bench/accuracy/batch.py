"""Makes a batch of reports, has the product read them, and scores the answers. One batch, one fresh warehouse."""

import shutil
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bench.accuracy.answer import Answer
from bench.accuracy.district import COMMUNES, write_office
from bench.accuracy.foreign import write_foreign
from bench.accuracy.generate import make
from bench.accuracy.letters import folded
from bench.accuracy.libreoffice import convert, save_as
from bench.accuracy.plan import Format, Spec
from bench.accuracy.product import ask_about
from bench.accuracy.score import Score, score
from bench.accuracy.truth import Truth
from schemas.form import Form, load_form

FORM = "cchc-2011-2020"
SIZE = len(COMMUNES) - 1
"""Reports a batch: each commune sends at most one, so that versions play no part here."""


@dataclass(frozen=True, slots=True)
class Result:
    """One report: what was asked for, what was true, what became of it."""

    spec: Spec
    disorders: tuple[tuple[str, int], ...]
    producer: str
    score: Score
    refused: str | None


@dataclass(slots=True)
class Batch:
    """The results of one batch; `taken` are foreign documents that were taken for reports."""

    results: list[Result] = field(default_factory=list)
    kept_as_word: int = 0
    foreign: int = 0
    taken: list[str] = field(default_factory=list)


def run_batch(specs: list[Spec], work: Path, keep: Path | None = None, format: Format = "docx") -> Batch:
    """Generates, ingests and scores one batch in the empty folder `work`; with `keep` the files stay there."""
    form = load_form(FORM)
    inbox = work / "bao-cao"
    inbox.mkdir(parents=True)
    made = [(spec, make(spec, form, inbox)) for spec in specs]
    through = [inbox / truth.file_name for _, truth in made if truth.producer == "libreoffice"]
    kept = convert(through, work / "libreoffice")
    stayed_word = {path.name for path in kept}
    by_name = {truth.file_name: truth for _, truth in made}
    if format != "docx":
        for old, new in save_as([inbox / name for name in by_name], format, work / "khac-dang").items():
            by_name[old.name].file_name = new.name
    office = write_office(work / "van-phong", FORM)
    answers = ask_about(inbox, office, work / "do.duckdb")
    batch = Batch(kept_as_word=len(kept))
    for name, (spec, truth) in zip(by_name, made, strict=True):
        batch.results.append(_result(spec, truth, answers, form, name in stayed_word))
    if keep is not None:
        shutil.copytree(inbox, keep, dirs_exist_ok=True)
    return batch


def _result(spec: Spec, truth: Truth, answers: dict[str, Answer], form: Form, stayed_word: bool) -> Result:
    name = folded(unicodedata.normalize("NFC", truth.file_name))
    answer = answers.get(name) or Answer(name, None, "không có trong files")
    producer = "word" if stayed_word else truth.producer
    tally = score(truth, answer, form.code, form.period)
    return Result(spec, tuple(truth.disorders), producer, tally, None if answer.taken else answer.reason or answer.outcome)


def run_foreign(seed: int, each: int, work: Path, keep: Path | None = None) -> Batch:
    """Foreign documents only: names those that were taken for reports."""
    form = load_form(FORM)
    inbox = work / "khac"
    inbox.mkdir(parents=True)
    paths = write_foreign(Random(f"foreign {seed}"), form, inbox, each)
    answers = ask_about(inbox, write_office(work / "van-phong", FORM), work / "do.duckdb")
    if keep is not None:
        shutil.copytree(inbox, keep, dirs_exist_ok=True)
    return Batch(foreign=len(paths), taken=sorted(a.file_name for a in answers.values() if a.taken or a.submission_id))
