"""The measuring stick itself: its scorer must see every kind of silent error, and its truths must stand in its files."""

from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import docx
import pytest

from bench.accuracy import letters
from bench.accuracy.answer import Answer
from bench.accuracy.base import draw_report
from bench.accuracy.collect import collect
from bench.accuracy.disorders import REGISTRY
from bench.accuracy.district import COMMUNES, write_office
from bench.accuracy.generate import disordered, make
from bench.accuracy.libreoffice import shown
from bench.accuracy.markdown import BEGIN, END, write
from bench.accuracy.plan import Spec, minute, plan
from bench.accuracy.score import Score, plain, score, verdict
from bench.accuracy.statistics import f1, upper_bound
from bench.accuracy.truth import ABSENT, Truth, ask, number, status
from schemas.form import Form, load_form
from schemas.office import read_office

PERIOD = "2011-2020"


@pytest.fixture(scope="module")
def form() -> Form:
    return load_form("cchc-2011-2020")


@pytest.fixture(scope="module")
def truth(form: Form) -> Truth:
    """An orderly report in which no cell need be asked about."""
    report = draw_report(Random("an orderly report"), form, COMMUNES[5])
    report.hand.fill = 1.0
    disordered(report, Random(1))
    return collect(report)


def perfect(truth: Truth) -> Answer:
    """What a careful reader would answer."""
    answer = Answer(truth.file_name, "loaded", None, unit_code=truth.unit_code, form="cchc-2011-2020", period=PERIOD)
    answer.document_number, answer.document_date = truth.document_number, truth.document_date
    for place, (key, want) in enumerate(truth.cells.items(), start=1):
        said = min(want.statuses) if want.statuses else "flagged"
        answer.observations.append(_row(key, said, want.raw, want.value, want.text, place if said != "absent" else None))
    for place, own in enumerate(truth.further, start=10_000):
        answer.observations.append(_row((own.appendix, f"x{place}", "2015"), "ok", own.raw, own.value, None, place))
    for path, heading in truth.headings.items():
        source = f"{heading.number}. {heading.title}"
        number = heading.number if heading.number[:1].isdigit() else ""
        answer.sections.append(
            {
                "section": path,
                "source_number": number,
                "source_heading": source,
                "status": "matched",
                "body": heading.first_line,
            }
        )
    return answer


def _row(
    key: tuple[int, str, str], said: str, raw: str, value: float | None, text: str | None, place: int | None
) -> dict[str, Any]:
    sure = said == "ok"
    return {
        "appendix": key[0],
        "indicator": key[1],
        "column_key": key[2],
        "status": said,
        "raw": raw,
        "value": value if sure else None,
        "text": text if sure else None,
        "value_read": value,
        "text_read": text,
        "match_score": 1.0,
        "confidence": 1.0,
        "table_no": key[0],
        "row_no": place,
        "col_no": 1,
        "source_label": "",
        "source_column": "",
    }


def judged(truth: Truth, answer: Answer) -> Score:
    return score(truth, answer, "cchc-2011-2020", PERIOD)


def _filled(answer: Answer) -> list[dict[str, Any]]:
    return [row for row in answer.observations if row["value"] is not None]


def test_a_perfect_answer_is_all_right(truth: Truth) -> None:
    result = judged(truth, perfect(truth))
    assert set(result.cells) == {"right"}
    assert set(result.further) <= {"right"}
    assert (result.sender, result.number_right, result.date_right) == ("right", True, True)
    assert +result.headings == {"right": len(truth.headings)}
    assert result.raw_wrong == 0


def test_every_cell_of_the_form_is_in_the_truth(truth: Truth, form: Form) -> None:
    assert len(truth.cells) == sum(len(a.indicators) * len(form.columns_of(a)) for a in form.appendices)


def test_values_times_a_thousand_are_silently_wrong(truth: Truth) -> None:
    answer = perfect(truth)
    for row in _filled(answer):
        row["value"] *= 1000
    changed = sum(row["value"] != 0 for row in _filled(answer) if row["indicator"][0] != "x")
    assert judged(truth, answer).cells["silently_wrong"] == changed > 100


def test_columns_shifted_by_one_are_silently_wrong(truth: Truth) -> None:
    answer = perfect(truth)
    years = [str(year) for year in range(2015, 2021)]
    for row in answer.observations:
        if row["column_key"] in years:
            row["column_key"] = years[(years.index(row["column_key"]) + 1) % 6]
    assert judged(truth, answer).cells["silently_wrong"] > 100


def test_a_rows_values_moved_to_the_next_row_are_silently_wrong(truth: Truth) -> None:
    answer = perfect(truth)
    for row in answer.observations:
        if row["appendix"] == 5 and row["indicator"] in ("3", "4"):
            row["indicator"] = {"3": "4", "4": "3"}[row["indicator"]]
    assert judged(truth, answer).cells["silently_wrong"] >= 6


def test_an_invented_appendix_is_silently_wrong(form: Form) -> None:
    report = draw_report(Random("without appendix 7"), form, COMMUNES[2])
    report.tables = [table for table in report.tables if table.appendix != 7]
    truth = collect(report)
    answer = perfect(truth)
    for place, row in enumerate((r for r in answer.observations if r["appendix"] == 7), start=20_000):
        row.update(status="ok", raw="12", value=12.0, value_read=12.0, row_no=place)
    assert judged(truth, answer).cells["silently_wrong"] == 14 * 6


def test_doubled_rows_are_silently_wrong(truth: Truth) -> None:
    answer = perfect(truth)
    doubled = [deepcopy(row) for row in _filled(answer) if row["appendix"] == 2]
    answer.observations += doubled
    assert judged(truth, answer).silently_wrong >= len(doubled) > 0


def test_doubled_rows_under_another_name_are_silently_wrong(truth: Truth) -> None:
    answer = perfect(truth)
    doubled = [{**row, "indicator": "x-again"} for row in _filled(answer) if row["appendix"] == 2]
    answer.observations += doubled
    assert judged(truth, answer).silently_wrong >= len(doubled) > 0


def test_the_wrong_commune_makes_every_cell_silently_wrong(truth: Truth) -> None:
    answer = perfect(truth)
    answer.unit_code = COMMUNES[6].code
    result = judged(truth, answer)
    assert +result.cells == {"silently_wrong": len(truth.cells)}
    assert result.sender == "wrong"


def test_the_wrong_period_makes_every_cell_silently_wrong(truth: Truth) -> None:
    answer = perfect(truth)
    answer.period = "2021-Q1"
    assert judged(truth, answer).cells == {"silently_wrong": len(truth.cells)}


def test_naming_a_commune_that_nothing_names_is_wrong(form: Form) -> None:
    report = draw_report(Random("nobody"), form, COMMUNES[2])
    report.disorders = [("nobody", 1)]
    disordered(report, Random(1))
    truth = collect(report)
    answer = perfect(truth)
    assert judged(truth, answer).sender == "right"
    answer.unit_code = COMMUNES[2].code
    assert judged(truth, answer).sender == "wrong"


def test_a_number_printed_nowhere_is_silently_wrong(truth: Truth) -> None:
    answer = perfect(truth)
    answer.observations.append(_row((3, "x-new", "2019"), "ok", "4711", 4711.0, None, 30_000))
    assert judged(truth, answer).further["silently_wrong"] == 1


def test_a_refused_report_is_lost_not_wrong(truth: Truth) -> None:
    result = judged(truth, Answer(truth.file_name, "refused", "NOT_A_REPORT"))
    assert result.cells == {"lost": len(truth.cells)}
    assert result.sender == "unknown"


def test_a_flag_is_needless_where_the_cell_is_plain_and_right_where_it_is_not() -> None:
    flagged = {"status": "flagged", "value": None, "text": None}
    assert verdict(number("15", 15), flagged) == "asked_needlessly"
    assert verdict(number("15.", 15, "may"), flagged) == "asked_rightly"
    assert verdict(ask("1,500"), flagged) == "asked_rightly"
    assert verdict(ask("1,500"), {"status": "ok", "value": 1500.0, "text": None}) == "silently_wrong"


@pytest.mark.parametrize("said", ["blank", "none", "not_applicable", "absent"])
def test_nothing_where_the_file_has_a_number_is_silently_wrong(said: str) -> None:
    assert verdict(number("15", 15), {"status": said, "value": None, "text": None}) == "silently_wrong"


@pytest.mark.parametrize("want", [status("blank"), status("none", "-"), ABSENT])
def test_a_number_where_the_file_has_none_is_silently_wrong(want: Any) -> None:
    assert verdict(want, {"status": "ok", "value": 0.0, "text": None}) == "silently_wrong"


def test_a_heading_put_under_another_section_counts_against_both(truth: Truth) -> None:
    answer = perfect(truth)
    paths = [row["section"] for row in answer.sections]
    first, second = paths.index("1/II/1/1.1"), paths.index("1/II/3/3.1")
    answer.sections[first]["section"], answer.sections[second]["section"] = "1/II/3/3.1", "1/II/1/1.1"
    answer.sections = [row for row in answer.sections if row["section"] != "2/7"]
    result = judged(truth, answer)
    assert result.headings == {"right": len(truth.headings) - 3, "invented": 2, "missed": 3}


# -- the generator's own truths ----------------------------------------------------------------------------------------

PRINTED_AS_TYPED = [
    name
    for name, disorder in REGISTRY.items()
    if disorder.family in ("cells", "headers", "titles", "labels", "rows", "order")
]


def _printed(path: Path) -> set[str]:
    document = docx.Document(str(path))
    return {plain(cell.text) for table in document.tables for row in table.rows for cell in row.cells}


@pytest.mark.parametrize("name", PRINTED_AS_TYPED[::6])
def test_every_cell_of_the_truth_is_printed_in_the_file(name: str, form: Form, tmp_path: Path) -> None:
    truth = make(Spec(3, 9, "alone", ((name, 2),), "word"), form, tmp_path)
    printed = _printed(tmp_path / truth.file_name)
    assert {plain(want.raw) for want in truth.cells.values()} - {""} <= printed
    assert {plain(own.raw) for own in truth.further} <= printed


def test_every_disorder_changes_the_report_at_some_strength(form: Form, tmp_path: Path) -> None:
    for name in REGISTRY:
        assert any(_changes(name, strength, form, tmp_path) for strength in (3, 2, 1)), name


def _changes(name: str, strength: int, form: Form, folder: Path) -> bool:
    """Whether the file differs from the same draw without the disorder, in text, marks or name."""

    def xml(disorders: list[tuple[str, int]]) -> tuple[str, str]:
        rng = Random(f"{name} {strength}")
        report = draw_report(rng, form, COMMUNES[13])
        report.disorders = disorders
        blocks = disordered(report, Random(5))
        return repr(blocks) + repr(report.split_share), report.sender.file_name

    return xml([(name, strength)]) != xml([])


def test_the_same_seed_makes_the_same_bytes(form: Form, tmp_path: Path) -> None:
    spec = plan(seed=4, mixed=9, alone=False)[7]
    made = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        made.append((folder / make(spec, form, folder).file_name).read_bytes())
    assert made[0] == made[1]


def test_a_third_of_the_disorders_is_held_out() -> None:
    held_out = sum(disorder.held_out for disorder in REGISTRY.values())
    assert 0.3 <= held_out / len(REGISTRY) <= 0.4
    for spec in plan(seed=1, mixed=40, alone=False):
        kinds = {REGISTRY[name].held_out for name, _ in spec.disorders}
        assert spec.group not in ("mixed-tuning", "mixed-held-out") or kinds == {spec.group == "mixed-held-out"}


def test_a_minutes_worth_has_every_disorder() -> None:
    assert {name for spec in minute(1) for name, _ in spec.disorders} == set(REGISTRY)


def test_what_stands_in_the_file_is_what_the_letters_say(form: Form, tmp_path: Path) -> None:
    """Decomposed and 'tổ hợp' letters are other characters of the same text."""
    texts = set()
    for name in ("decomposed", "to_hop"):
        truth = make(Spec(3, 9, "alone", ((name, 3),), "word"), form, tmp_path)
        texts.add(shown(tmp_path / truth.file_name)[:2000])
    assert all("Độclập-Tựdo-Hạnhphúc" in text for text in texts)


def test_legacy_letters_are_those_of_the_old_fonts() -> None:
    assert letters.tcvn3("Cộng hòa xã hội chủ nghĩa Việt Nam") == "Céng hßa x· héi chñ nghÜa ViÖt Nam"
    assert letters.vni("Ủy ban nhân dân huyện") == "UÛy ban nhaân daân huyeän"
    assert letters.old_tone("hòa, thủy, quý, toàn, khỏe") == "hoà, thuỷ, quý, toàn, khoẻ"


def test_the_made_up_district_is_an_office(tmp_path: Path) -> None:
    office = read_office(write_office(tmp_path, "cchc-2011-2020"))
    assert len([unit for unit in office.units if unit.valid_to is None]) == len(COMMUNES) == 25


# -- figures and the report --------------------------------------------------------------------------------------------


def test_the_bound_of_nothing_wrong_is_three_in_n() -> None:
    assert upper_bound(0, 160_000) == pytest.approx(3 / 160_000, rel=0.01)
    assert upper_bound(2, 100) == pytest.approx(0.0616, abs=0.0005)
    assert upper_bound(5, 5) == 1.0


def test_f1() -> None:
    assert f1(52, 0, 0) == (1.0, 1.0, 1.0)
    assert f1(8, 2, 8)[2] == pytest.approx(0.6154, abs=1e-4)


def test_the_section_is_written_between_its_markers_only(tmp_path: Path) -> None:
    path = tmp_path / "measurements.md"
    path.write_text(f"# Số đo\n\nTrước\n\n{BEGIN}\ncũ\n{END}\n\nSau\n", encoding="utf-8")
    write("mới", path)
    assert path.read_text(encoding="utf-8") == f"# Số đo\n\nTrước\n\n{BEGIN}\nmới\n{END}\n\nSau\n"
