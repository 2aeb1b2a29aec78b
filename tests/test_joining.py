"""Files that belong together make one report; the same document twice is read once; only another report is a version."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.archive import folder_of
from ingest.intake import open_intake, rebuild
from ingest.warehouse import Warehouse
from schemas.decision import Action, Decision
from schemas.finding import Finding
from schemas.place import Place
from schemas.record import Extraction, SectionText
from tests.office_made import ABSENT, AN, BINH, FORM, NOW, OFFICE, Cells, flagged, number, report, words
from tests.small_office import SMALL, read, write

TEXT = "Đã ban hành 12 văn bản, tổ chức 3 lớp tập huấn cho cán bộ."
ONE: Cells = {(1, "1", "2019"): number(12), (1, "2", "2019"): number(1), (1, "5", "2019"): words("Một cửa")}
TWO: Cells = {(2, "1", "result"): words("Đạt")}
LATER = NOW + timedelta(days=3)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kho") / "kho.duckdb"
    Warehouse.open(path, OFFICE).close()
    return path


@pytest.fixture
def warehouse(empty: Path, tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(Path(shutil.copy(empty, tmp_path / "kho.duckdb")), OFFICE) as opened:
        yield opened


def sent(
    cells: Cells,
    *,
    only: tuple[int, ...] = (),
    text: str | None = None,
    unit: Any = AN,
    number: str | None = "15/BC-UBND",
    format: Any = "docx",
    **more: Any,
) -> Extraction:
    """A file that has only these appendices (the others are absent), and the text or none."""
    gone = {(a.number, row.code, column.key): ABSENT for a in FORM.appendices if a.number not in only
            for row in a.indicators for column in FORM.columns_of(a)}  # fmt: skip
    made = report(unit, {**gone, **cells}, **more)
    found = tuple(
        one if one.appendix in only else replace(one, status="absent", cells_filled=0, cells_flagged=0)
        for one in made.appendices
    )
    missing = [Finding("APPENDIX_ABSENT", appendix=one.appendix) for one in found if one.status == "absent"]
    missing += [Finding("SECTION_MISSING", section="1/I")] if text is None else []
    sections = (
        SectionText(1, "1", "Phần thứ nhất", None, None, None, "empty" if text else "missing", "", Place()),
        SectionText(2, "1/I", "Tình hình", None, None, None, "matched" if text else "missing", text or "", Place()),
    )
    return replace(
        made,
        appendices=found,
        sections=sections,
        findings=(*made.findings, *missing),
        sender=replace(made.sender, document_number=number),
        source=replace(made.source, format=format),
    )


def whole(cells: Cells = {**ONE, **TWO}, **more: Any) -> Extraction:  # noqa: B006
    return sent(cells, only=(1, 2), text=more.pop("text", TEXT), **more)


def ask(warehouse: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    return warehouse.connection.execute(sql).fetchall()


def load(warehouse: Warehouse, *files: Extraction) -> list[str]:
    return [warehouse.load(file, NOW + timedelta(hours=n)).submission_id for n, file in enumerate(files)]


def decide(warehouse: Warehouse, action: Action, submission_id: str, **what: Any) -> Decision:
    count = ask(warehouse, "SELECT count(*) FROM decisions")[0][0]
    return warehouse.decide(Decision(action, submission_id, "Lan", LATER + timedelta(minutes=count), **what))


def counted(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return ask(
        warehouse,
        "SELECT unit_name, appendix, indicator, value, text FROM observations WHERE status = 'ok' ORDER BY ALL",
    )


def codes(warehouse: Warehouse) -> list[str]:
    return [row[0] for row in ask(warehouse, "SELECT code FROM findings WHERE is_current ORDER BY 1")]


def is_one_row_a_key(warehouse: Warehouse) -> bool:
    keys = {
        "observations_all": "submission_id, appendix, indicator, column_key",
        "appendices": "submission_id, appendix",
        "sections": "submission_id, ordinal",
        "findings": "finding_id",
        "completeness": "unit_id, form, period",
    }
    counts = [ask(warehouse, f"SELECT count(*), count(DISTINCT ({key})) FROM {view}")[0] for view, key in keys.items()]
    return all(rows == different for rows, different in counts)


AN_ONE = [("Xã An", 1, "1", 12.0, None), ("Xã An", 1, "2", 1.0, None), ("Xã An", 1, "5", None, "Một cửa")]
AN_TWO = [("Xã An", 2, "1", None, "Đạt")]


# -- sent apart


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_text_and_appendices_sent_apart_are_one_report_whatever_comes_first(
    warehouse: Warehouse, order: tuple[int, ...]
) -> None:
    files = (sent({}, text=TEXT), sent(ONE, only=(1,), name="pl1"), sent(TWO, only=(2,), name="pl2"))
    ids = load(warehouse, *(files[n] for n in order))
    assert len(set(ids)) == 1
    assert ask(warehouse, "SELECT version, is_current, status FROM submissions") == [(1, True, "received")]
    assert counted(warehouse) == AN_ONE + AN_TWO
    assert ask(warehouse, "SELECT section, status, body FROM sections ORDER BY ordinal") == [
        ("1", "empty", None),
        ("1/I", "matched", TEXT),
    ]
    assert ask(warehouse, "SELECT appendix, status FROM appendices ORDER BY 1") == [(1, "found"), (2, "found")]
    assert codes(warehouse) == ["FILE_JOINED", "FILE_JOINED"]
    assert ask(warehouse, "SELECT role FROM files ORDER BY ordinal") == [("first",), ("part",), ("part",)]
    assert is_one_row_a_key(warehouse)


def test_parts_are_counted_once_in_the_districts_tables(warehouse: Warehouse) -> None:
    load(warehouse, sent({}, text=TEXT), sent(ONE, only=(1,), name="pl1"))
    figure = "FROM consolidated WHERE appendix = 1 AND indicator = '1' AND column_key = '2019'"
    assert ask(warehouse, f"SELECT value, reporting, not_submitted, expected {figure}") == [(12.0, 1, 3, 4)]


def test_an_appendix_that_is_still_missing_stays_missing(warehouse: Warehouse) -> None:
    load(warehouse, sent({}, text=TEXT), sent(ONE, only=(1,), name="pl1"))
    assert codes(warehouse) == ["APPENDIX_ABSENT", "FILE_JOINED"]
    assert ask(warehouse, "SELECT appendix FROM findings WHERE code = 'APPENDIX_ABSENT'") == [(2,)]


def test_parts_of_different_communes_do_not_join(warehouse: Warehouse) -> None:
    assert len(set(load(warehouse, sent({}, text=TEXT), sent(ONE, only=(1,), unit=BINH)))) == 2


def test_an_appendix_of_nobody_knows_whom_joins_when_a_person_says_whose_it_is(warehouse: Warehouse) -> None:
    text, appendix = load(warehouse, sent({}, text=TEXT), sent(ONE, only=(1,), unit=None))
    assert text != appendix
    decide(warehouse, "assign", appendix, unit_id=AN.unit_id)
    assert counted(warehouse) == AN_ONE
    assert ask(warehouse, "SELECT submission_id, version FROM submissions") == [(text, 1)]
    assert "SENDER_UNKNOWN" not in codes(warehouse)
    decide(warehouse, "undo", appendix)
    assert counted(warehouse) == []
    assert ask(warehouse, "SELECT count(*) FROM submissions") == [(2,)]


def test_an_appendix_under_a_wrong_name_goes_to_the_right_report_and_back(warehouse: Warehouse) -> None:
    (an, part) = load(warehouse, sent({}, text=TEXT), sent(ONE, only=(1,), name="pl1"))
    (binh,) = load(warehouse, sent({}, text="Lời của xã Bình.", unit=BINH))
    assert an == part
    (joined,) = ask(warehouse, "SELECT sha256[:12] FROM files WHERE role = 'part'")[0]
    decide(warehouse, "assign", joined, unit_id=BINH.unit_id)
    assert {row[0] for row in counted(warehouse)} == {"Xã Bình"}
    assert ask(warehouse, "SELECT submission_id FROM files WHERE role = 'part'") == [(binh,)]
    decide(warehouse, "undo", joined)
    assert {row[0] for row in counted(warehouse)} == {"Xã An"}


def test_a_whole_report_assigned_to_another_commune_takes_its_files_along(warehouse: Warehouse) -> None:
    report_id, _ = load(warehouse, sent({}, text=TEXT), sent(ONE, only=(1,), name="pl1"))
    decide(warehouse, "assign", report_id, unit_id=BINH.unit_id)
    assert ask(warehouse, "SELECT unit_name FROM submissions") == [("Xã Bình",)]
    assert {row[0] for row in counted(warehouse)} == {"Xã Bình"}


def test_what_was_corrected_in_a_file_before_it_joined_stays_corrected(warehouse: Warehouse) -> None:
    _, appendix = load(warehouse, sent({}, text=TEXT), sent(ONE, only=(1,), unit=None))
    decide(warehouse, "correct", appendix, appendix=1, indicator="1", column_key="2019", value=13.0)
    decide(warehouse, "assign", appendix, unit_id=AN.unit_id)
    assert ask(warehouse, "SELECT value FROM observations WHERE status = 'corrected'") == [(13.0,)]


def test_a_returned_report_counts_again_when_what_was_lacking_comes(warehouse: Warehouse) -> None:
    text, *_ = load(warehouse, sent({}, text=TEXT))
    decide(warehouse, "return", text, reason="thiếu phụ lục 1")
    load(warehouse, sent(ONE, only=(1,), name="pl1"))
    assert counted(warehouse) == AN_ONE
    assert warehouse.standing(text).status == "received"
    assert "RETURNED_BEFORE" in codes(warehouse)
    decide(warehouse, "accept", text)
    assert warehouse.standing(text).status == "accepted"
    assert "RETURNED_BEFORE" not in codes(warehouse)


def test_an_acceptance_does_not_cover_what_came_after_it(warehouse: Warehouse) -> None:
    text, *_ = load(warehouse, sent({}, text=TEXT))
    decide(warehouse, "accept", text)
    load(warehouse, sent(ONE, only=(1,), name="pl1"))
    assert warehouse.standing(text).status == "received"
    assert "ACCEPTED_BEFORE" in codes(warehouse)


def test_one_file_of_a_report_can_be_withdrawn_by_itself(warehouse: Warehouse) -> None:
    text, _ = load(warehouse, sent({}, text=TEXT), sent(ONE, only=(1,), name="pl1"))
    (part,) = ask(warehouse, "SELECT sha256[:12] FROM files WHERE role = 'part'")[0]
    decide(warehouse, "withdraw", part)
    assert counted(warehouse) == []
    assert ask(warehouse, "SELECT submission_id, status, is_current FROM submissions ORDER BY status") == [
        (text, "received", True),
        (part, "withdrawn", False),
    ]
    decide(warehouse, "undo", part)
    assert counted(warehouse) == AN_ONE


def test_what_is_decided_about_one_file_is_decided_about_its_report(warehouse: Warehouse) -> None:
    text, _ = load(warehouse, sent({}, text=TEXT), sent(ONE, only=(1,), name="pl1"))
    (part,) = ask(warehouse, "SELECT sha256[:12] FROM files WHERE role = 'part'")[0]
    assert decide(warehouse, "accept", part).submission_id == text
    assert warehouse.standing(text).status == "accepted"


# -- second copies


@pytest.mark.parametrize("format", ["pdf", "scan", "doc"])
def test_the_same_document_in_another_format_is_no_new_version(warehouse: Warehouse, format: str) -> None:
    ids = load(warehouse, whole(), whole(name="ky", format=format))
    assert len(set(ids)) == 1
    assert counted(warehouse) == AN_ONE + AN_TWO
    assert codes(warehouse) == ["SECOND_COPY"]
    assert ask(warehouse, "SELECT role FROM files ORDER BY ordinal") == [("first",), ("copy",)]
    assert ask(warehouse, "SELECT DISTINCT file_name FROM observations") == [("An.docx",)]
    assert is_one_row_a_key(warehouse)


def test_a_file_saved_again_is_no_new_version(warehouse: Warehouse) -> None:
    assert len(set(load(warehouse, whole(), whole(name="luu-lai")))) == 1


def test_where_two_copies_differ_it_is_said_with_both_texts_and_the_place(warehouse: Warehouse) -> None:
    load(warehouse, whole(), whole({**ONE, **TWO, (1, "2", "2019"): number(0)}, name="ky", format="scan"))
    found = ask(
        warehouse,
        "SELECT severity, appendix, indicator, column_key, found, expected, row_no FROM findings "
        "WHERE code = 'SECOND_COPY_DIFFERS'",
    )
    assert found == [("error", 1, "2", "2019", "1", "0", 4)]
    assert counted(warehouse) == AN_ONE + AN_TWO


def test_a_difference_is_settled_by_correcting_the_cell(warehouse: Warehouse) -> None:
    identity, _ = load(warehouse, whole(), whole({**ONE, **TWO, (1, "2", "2019"): number(0)}, name="ky", format="scan"))
    decide(warehouse, "correct", identity, appendix=1, indicator="2", column_key="2019", value=0.0)
    assert "SECOND_COPY_DIFFERS" not in codes(warehouse)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_better_read_copy_counts_whichever_came_first(warehouse: Warehouse, order: tuple[int, int]) -> None:
    doubtful = {**ONE, **TWO, (1, "1", "2019"): flagged("l2"), (1, "2", "2019"): flagged("?")}
    files = (whole(), whole(doubtful, name="ky", format="scan"))
    load(warehouse, *(files[n] for n in order))
    assert counted(warehouse) == AN_ONE + AN_TWO
    assert ask(warehouse, "SELECT count(*) FROM observations WHERE status = 'flagged'") == [(0,)]


def test_of_two_copies_read_equally_well_the_text_counts_before_the_scan(warehouse: Warehouse) -> None:
    load(warehouse, whole(name="ky", format="scan"), whole())
    assert ask(warehouse, "SELECT DISTINCT file_name FROM observations") == [("An.docx",)]
    assert ask(warehouse, "SELECT count(*) FROM sections") == [(2,)]


def test_a_signed_scan_is_a_copy_of_text_and_appendices_that_were_sent_apart(warehouse: Warehouse) -> None:
    apart = (sent({}, text=TEXT), sent({**ONE, **TWO}, only=(1, 2), name="pl", number=None))
    assert len(set(load(warehouse, *apart, whole(name="ky", format="scan")))) == 1
    assert counted(warehouse) == AN_ONE + AN_TWO


def test_a_copy_that_changes_nothing_leaves_an_acceptance_as_it_is(warehouse: Warehouse) -> None:
    (identity,) = load(warehouse, whole())
    decide(warehouse, "accept", identity)
    load(warehouse, whole(name="ky", format="pdf"))
    assert warehouse.standing(identity).status == "accepted"


@pytest.mark.parametrize("other", [{"number": "16/BC-UBND"}, {"signed": date(2020, 6, 2)}])
def test_another_number_or_date_makes_a_version_of_the_same_figures(warehouse: Warehouse, other: dict[str, Any]) -> None:
    assert len(set(load(warehouse, whole(), whole(name="ky", format="pdf", **other)))) == 2


def test_another_report_under_the_same_number_is_asked_about(warehouse: Warehouse) -> None:
    other = {(1, str(n), year): number(90 + n) for n in (1, 3, 4) for year in ("2019", "2020")}
    _, second = load(warehouse, whole(), whole(other, name="ky", format="pdf"))
    assert warehouse.standing(second).status == "needs_review"
    assert "VERSION_UNSURE" in codes(warehouse)


# -- versions


def test_a_corrected_file_is_a_new_version_though_one_cell_only_is_another(warehouse: Warehouse) -> None:
    ids = load(warehouse, whole(), whole({**ONE, **TWO, (1, "1", "2019"): number(13)}, signed=date(2020, 6, 9)))
    assert len(set(ids)) == 2
    assert ask(warehouse, "SELECT value FROM observations WHERE indicator = '1' AND value IS NOT NULL") == [(13.0,)]
    assert ask(warehouse, "SELECT version, status FROM submissions ORDER BY 1") == [(1, "received"), (2, "received")]


def test_of_two_different_reports_of_one_day_the_later_counts_and_a_person_is_asked(warehouse: Warehouse) -> None:
    first, second = load(warehouse, whole(), whole({**ONE, (1, "1", "2019"): number(13)}))
    assert warehouse.standing(second).status == "needs_review"
    assert (13.0,) in ask(warehouse, "SELECT value FROM observations")
    decide(warehouse, "accept", first)
    assert "VERSION_UNSURE" not in codes(warehouse)
    assert counted(warehouse) == AN_ONE + AN_TWO


def test_an_appendix_joins_the_version_that_lacks_it(warehouse: Warehouse) -> None:
    old, new, part = load(
        warehouse,
        whole(),
        sent({(1, "1", "2019"): number(13)}, only=(1,), text=TEXT, signed=date(2020, 6, 9)),
        sent(TWO, only=(2,), name="pl2", signed=date(2020, 6, 9)),
    )
    assert (old != new, part) == (True, new)
    assert counted(warehouse) == [("Xã An", 1, "1", 13.0, None), *AN_TWO]


def test_a_withdrawn_version_gives_way_and_takes_its_files_with_it(warehouse: Warehouse) -> None:
    old, new, _ = load(
        warehouse,
        whole(),
        sent({(1, "1", "2019"): number(13)}, only=(1,), text=TEXT, signed=date(2020, 6, 9)),
        sent({(2, "1", "result"): words("Chưa đạt")}, only=(2,), name="pl2", signed=date(2020, 6, 9)),
    )
    decide(warehouse, "withdraw", new)
    assert counted(warehouse) == AN_ONE + AN_TWO
    assert ask(warehouse, "SELECT submission_id FROM submissions WHERE is_current") == [(old,)]
    decide(warehouse, "undo", new)
    assert ask(warehouse, "SELECT text FROM observations WHERE appendix = 2 AND text IS NOT NULL") == [("Chưa đạt",)]


def test_what_comes_after_a_withdrawal_does_not_join_what_was_withdrawn(warehouse: Warehouse) -> None:
    (text,) = load(warehouse, sent({}, text=TEXT))
    decide(warehouse, "withdraw", text)
    (part,) = load(warehouse, sent(ONE, only=(1,), name="pl1"))
    assert part != text
    assert counted(warehouse) == AN_ONE


def test_a_correction_is_proposed_again_on_the_new_version_and_never_carried_over(warehouse: Warehouse) -> None:
    (old,) = load(warehouse, whole())
    cell: dict[str, Any] = {"appendix": 1, "indicator": "1", "column_key": "2019"}
    decide(warehouse, "correct", old, value=21.0, **cell)
    (new,) = load(warehouse, whole({**ONE, **TWO, (1, "2", "2019"): number(0)}, signed=date(2020, 6, 9)))
    assert (12.0,) in ask(warehouse, "SELECT value FROM observations")
    again = "SELECT appendix, indicator, column_key, found, expected FROM findings WHERE code = 'CORRECTION_BEFORE'"
    assert ask(warehouse, again) == [(1, "1", "2019", "12", "21")]
    decide(warehouse, "correct", new, value=21.0, **cell)
    assert ask(warehouse, again) == []


def test_a_correction_that_the_new_version_follows_is_not_proposed(warehouse: Warehouse) -> None:
    (old,) = load(warehouse, whole())
    decide(warehouse, "correct", old, appendix=1, indicator="1", column_key="2019", value=21.0)
    load(warehouse, whole({**ONE, **TWO, (1, "1", "2019"): number(21)}, signed=date(2020, 6, 9)))
    assert "CORRECTION_BEFORE" not in codes(warehouse)


# -- made again


def test_the_order_of_arrival_holds_though_the_clock_was_set_back(warehouse: Warehouse) -> None:
    warehouse.load(whole(signed=None), LATER)
    second = warehouse.load(whole({**ONE, (1, "1", "2019"): number(13)}, signed=None), NOW).submission_id
    assert ask(warehouse, "SELECT submission_id FROM submissions WHERE is_current") == [(second,)]


def test_a_rebuild_gives_the_same_submissions_whatever_people_decided_and_undid(tmp_path: Path) -> None:
    db = tmp_path / "kho.duckdb"
    files = [write(tmp_path / "den" / f"{n}.docx", unit, n, day) for n, (unit, day) in enumerate(
        [("An", 1), (None, 1), ("Bình", 2), ("An", 1), ("An", 5), (None, 5)]
    )]  # fmt: skip
    with open_intake(db, SMALL) as intake:
        ids = []
        for path in files:
            staged = intake.stage(path, "ingest")
            ((_, answer),) = read([staged])
            assert isinstance(answer, Extraction)
            ids.append(intake.settle(staged, answer).submission_id)
        decide(intake.warehouse, "assign", ids[1], unit_id=AN.unit_id)
        decide(intake.warehouse, "withdraw", ids[4])
        decide(intake.warehouse, "undo", ids[1])
        decide(intake.warehouse, "assign", ids[5], unit_id=AN.unit_id)
        decide(intake.warehouse, "accept", ids[3])
        before = contents(intake.warehouse)
    assert folder_of(db).is_dir()
    assert rebuild(db, SMALL, read).problems == []
    with open_intake(db, SMALL) as intake:
        assert contents(intake.warehouse) == before


def contents(warehouse: Warehouse) -> list[list[tuple[Any, ...]]]:
    views = ("submissions", "files", "observations_all", "findings", "decisions", "sections", "consolidated")
    return [ask(warehouse, f"SELECT * FROM {view} ORDER BY ALL") for view in views]
