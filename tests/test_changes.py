"""What a new version changed is said cell by cell; a correction of the old one is proposed again, with the command."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from ingest.warehouse import Warehouse
from reports.extraction import render_html, render_json
from schemas.decision import Decision
from tests.office_made import AN, FORM, NOW, OFFICE, Cells, flagged, number, observation, report, words

FIRST: Cells = {
    (1, "1", "2019"): number(1500, "1500"),
    (1, "1", "2020"): number(7),
    (1, "2", "2019"): number(1, "Có"),
    (1, "5", "2019"): words("Một cửa"),
    (2, "1", "result"): words("Đạt"),
}
SECOND: Cells = {
    (1, "1", "2019"): number(1500, "1.500"),
    (1, "1", "2020"): flagged("7 hoặc 8"),
    (1, "2", "2019"): number(1, "Có"),
    (1, "3", "2019"): number(98.5, "98,5"),
    (2, "1", "result"): words("Chưa đạt"),
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Two versions; in the first one a cell was corrected, and it has a row that the form lacks."""
    with Warehouse.open(tmp_path_factory.mktemp("kho") / "kho.duckdb", OFFICE) as opened:
        row = FORM.appendices[0].indicators[1].model_copy(update={"code": "extra-1", "label": "Số nghị quyết"})
        extra = [observation(FORM.appendices[0], row, FORM.column_sets["years"][0], 90, number(3))]
        first = opened.load(report(AN, FIRST, extra=extra), NOW).submission_id
        what: dict[str, Any] = {"appendix": 1, "indicator": "4", "column_key": "2019", "value": 12.5}
        opened.decide(Decision("correct", first, "Lan", NOW, "gọi điện hỏi", **what))
        opened.load(report(AN, SECOND, name="moi", signed=date(2020, 6, 9)), NOW + timedelta(days=4))
        yield opened


def versions(warehouse: Warehouse) -> list[str]:
    found = warehouse.connection.execute("SELECT submission_id FROM submissions ORDER BY version").fetchall()
    return [row[0] for row in found]


def told(warehouse: Warehouse) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(render_json(warehouse.connection, versions(warehouse)[1]))
    return answer


def test_each_cell_that_changed_is_said_with_both_contents_and_no_other(warehouse: Warehouse) -> None:
    rows = [(c["appendix"], c["label"], c["column"], c["before"], c["after"]) for c in told(warehouse)["changes"]]
    assert rows == [
        (1, "Số văn bản", "Đến 31/3/2020", "7", "7 hoặc 8 (?)"),
        (1, "Tỷ lệ đúng hạn", "Năm 2019", "(trống)", "98,5"),
        (1, "Mô hình mới", "Năm 2019", "Một cửa", "(trống)"),
        (2, "Mục tiêu một", "Kết quả (Đạt/Chưa đạt)", "Đạt", "Chưa đạt"),
        (1, "Số nghị quyết", "Năm 2019", "3", "(không có)"),
    ]


def test_the_page_shows_the_same_and_names_the_version_before(warehouse: Warehouse) -> None:
    page = render_html(warehouse.connection, versions(warehouse)[1])
    assert "Thay đổi so với bản trước <small>5 ô</small>" in page
    assert "lần 1, An.docx, ngày ký 01/6/2020" in page
    assert told(warehouse)["earlier"]["submission_id"] == versions(warehouse)[0]


def test_a_first_version_has_no_such_section(warehouse: Warehouse) -> None:
    page = render_html(warehouse.connection, versions(warehouse)[0])
    assert "Thay đổi so với bản trước" not in page
    assert "Đề nghị sửa lại" not in page


def test_a_correction_of_the_old_version_is_proposed_with_the_command_that_makes_it(warehouse: Warehouse) -> None:
    (again,) = told(warehouse)["corrections_to_repeat"]
    assert (again["label"], again["column"], again["value"], again["after"]) == (
        "Tỷ lệ hài lòng", "Năm 2019", "12,5", "(trống)",
    )  # fmt: skip
    assert again["command"].startswith(
        f'tonghop correct {versions(warehouse)[1]} --appendix 1 --indicator "4" --column "2019" --value "12,5" '
    )
    page = render_html(warehouse.connection, versions(warehouse)[1])
    assert "Đề nghị sửa lại <small>1 ô</small>" in page
    assert "tonghop correct" in page


def test_the_old_correction_counts_for_nothing_in_the_new_version(warehouse: Warehouse) -> None:
    cell = "FROM observations WHERE indicator = '4' AND column_key = '2019'"
    assert warehouse.connection.execute(f"SELECT status, value {cell}").fetchall() == [("blank", None)]


def test_what_a_copied_command_holds_is_inert() -> None:
    from reports.changes import _quoted

    assert _quoted('12"; rm -rf ~ $(id) `id` \n') == '"12 rm -rf  id id "'
