"""The benches of scale and of peers measure what they say: names are unique, a slope is a slope, a score is fair."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from bench.peers.scoring import Score, read_truth, score_extraction, score_tables
from bench.scale import nation
from bench.scale.growth import Growth, as_svg
from bench.scale.units import COMMUNES_OF_A_NATION, communes, write_office
from ingest.many import Job
from pipeline import extract_file
from schemas.form import load_form
from schemas.office import read_office

SAMPLES = Path(__file__).parent.parent / "samples"
FORM = load_form("cchc-2011-2020")
REPORT = SAMPLES / "huyen-vi-du" / "BC_10nam_SonHa.docx"
TRUTH = read_truth(SAMPLES / "mong-doi" / f"{REPORT.name}.csv", FORM)
FILLED = sum(bool(text) for cells in TRUTH.values() for _, text in cells)


def tables(change: dict[str, str] | None = None) -> list[list[list[str]]]:
    """The truth as a tool might give it; `change` is what it gives for a text instead."""
    labels = {(a.number, i.code): i.label for a in FORM.appendices for i in a.indicators}
    changed = change or {}
    return [
        [
            ["STT", labels[key], *(changed.get(text, text) for _, text in cells)]
            for key, cells in TRUTH.items()
            if key[0] == n
        ]
        for n in sorted({appendix for appendix, _ in TRUTH})
    ]


def test_a_nation_has_communes_enough_each_with_a_name_of_its_own(tmp_path: Path) -> None:
    made = communes(COMMUNES_OF_A_NATION)
    assert len({unit.name for unit in made}) == len({unit.code for unit in made}) == COMMUNES_OF_A_NATION
    assert len(read_office(write_office(tmp_path, FORM.code, made)).units) == COMMUNES_OF_A_NATION


def test_a_tool_that_gives_all_cells_is_given_all_points() -> None:
    assert score_tables(tables(), TRUTH, FORM) == Score(FILLED, found=FILLED)


def test_a_tool_that_gives_nothing_is_silent_and_not_wrong() -> None:
    assert score_tables([], TRUTH, FORM) == Score(FILLED)


def test_another_text_in_a_cell_is_wrong_and_an_empty_one_is_missing() -> None:
    text = next(text for cells in TRUTH.values() for _, text in cells if text.isdigit())
    count = sum(own == text for cells in TRUTH.values() for _, own in cells)
    assert score_tables(tables({text: "777777"}), TRUTH, FORM) == Score(FILLED, FILLED - count, count)
    assert score_tables(tables({text: ""}), TRUTH, FORM) == Score(FILLED, FILLED - count, 0)


def test_our_own_doubt_is_neither_found_nor_wrong() -> None:
    extraction = extract_file(Job(REPORT, SAMPLES / "huyen-vi-du" / "office.toml"))
    fair = score_extraction(extraction, TRUTH)
    assert (fair.filled, fair.wrong) == (FILLED, 0)
    doubted = replace(
        extraction,
        observations=tuple(cell.model_copy(update={"status": "flagged"}) for cell in extraction.observations),
    )
    asked = score_extraction(doubted, TRUTH)
    assert (asked.found, asked.wrong) == (0, 0)
    assert asked.asked >= fair.found


def test_a_simulated_nation_answers_every_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nation, "ROUNDS", 1)
    office = write_office(tmp_path, FORM.code, communes(3))
    path = nation.build(tmp_path, office, REPORT, 18)
    made = nation.measure(path, office, 0.0, 60)
    assert made.reports == 3 * 18 + 1
    assert made.questions.keys() == nation.QUESTIONS.keys()
    assert None not in made.questions.values()


@pytest.mark.parametrize(("power", "wanted"), [(1, 1.0), (2, 2.0)])
def test_the_exponent_is_the_slope(power: int, wanted: float) -> None:
    assert Growth("cells", {size: 0.001 * size**power for size in (100, 1_000, 10_000)}).exponent == pytest.approx(wanted)


def test_the_plot_is_an_image_with_a_curve_for_each() -> None:
    growths = [Growth(of, {1: 0.1, 10: 0.9, 100: 9.5, 1_000: 96.0}) for of in ("cells", "pages", "reports")]
    image = etree.fromstring(as_svg(growths).encode())
    assert len(image.findall("{*}polyline")) == 3
    assert len(image.findall("{*}circle")) == 12


def test_the_benches_say_how_they_are_used() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.scale", "--help"], capture_output=True, cwd=SAMPLES.parent, check=True
    )
    assert "--quarters" in done.stdout.decode()
