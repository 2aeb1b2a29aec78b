"""A clerk who reads the table and a clerk who reads the warehouse must see the same numbers in the same places."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.appendices import Appendices, read_appendices
from schemas.document import Document
from schemas.form import Appendix, Form, load_form
from schemas.office import Settings
from schemas.record import Observation
from tests.documents import Span, document

FORM = load_form("cchc-2011-2020")
YEARS = ["Năm 2015", "Năm 2016", "Năm 2017", "Năm 2018", "Năm 2019", "Năm 2020 (Tính đến 31/3)"]
KEYS = ["2015", "2016", "2017", "2018", "2019", "2020"]
Row = list[str | Span | None]


def appendix(number: int) -> Appendix:
    return FORM.by_number[number]


def number_of(index: int, year: int) -> str:
    """A value of its own for every square, so that a shift cannot go unseen."""
    return str(100 + 10 * index + year)


def filled(number: int) -> list[Row]:
    """The appendix as the form has it, every square filled."""
    rows: list[Row] = [["STT", appendix(number).row_header, *YEARS]]
    for index, row in enumerate(appendix(number).indicators):
        rows.append([row.code, row.label, *(number_of(index, year) for year in range(6))])
    return rows


def read(*blocks: str | Sequence[Sequence[str | Span | None]], form: Form = FORM) -> Appendices:
    return read_appendices(document(*blocks), form, Settings())


def cells(result: Appendices, number: int) -> dict[tuple[str, str], Observation]:
    return {(o.indicator, o.column_key): o for o in result.observations if o.appendix == number}


def codes(result: Appendices) -> set[str]:
    return {finding.code for finding in result.findings}


def assert_all_right(result: Appendices, number: int, missing: Sequence[str] = ()) -> None:
    """Every square of the appendix holds its own value (as filled by `filled`), save in rows said to be missing."""
    seen = cells(result, number)
    for index, row in enumerate(appendix(number).indicators):
        for year, key in enumerate(KEYS):
            observation = seen[row.code, key]
            if row.code in missing:
                assert observation.status == "absent"
            else:
                assert (observation.value, observation.status) == (index_value(index, year), "ok"), (row.code, key)


def index_value(index: int, year: int) -> float:
    return float(number_of(index, year))


TITLE = f"Phụ lục 5\n{FORM.by_number[5].title}"


def test_a_plain_appendix_is_read_to_the_last_square() -> None:
    result = read("Phụ lục 5", appendix(5).title, filled(5))
    assert_all_right(result, 5)
    assert (result.cells_printed, result.cells_used) == (72, 72)
    assert not codes(result) - {"APPENDIX_ABSENT"}


@pytest.mark.parametrize(
    "titles",
    [
        ["PHỤ LỤC V", "Thống kê các chỉ tiêu về CBCCVC"],
        ["Phụ lục số 05"],
        ["PL5"],
        ["Biểu số 5"],
        [],
        ["(Kèm theo Báo cáo số 15/BC-UBND)"],
    ],
)
def test_a_table_is_known_by_its_rows_whatever_its_title(titles: list[str]) -> None:
    assert_all_right(read(*titles, filled(5)), 5)


def test_the_title_may_stand_inside_the_table() -> None:
    rows: list[Row] = [[("PHỤ LỤC 5: Thống kê số liệu", 1, 8), *[None] * 7], *filled(5)]
    assert_all_right(read(rows), 5)


def test_a_wrong_number_over_the_table_is_said_and_the_rows_decide() -> None:
    result = read("Phụ lục 3", filled(5))
    assert_all_right(result, 5)
    assert "APPENDIX_NUMBER" in codes(result)


@given(st.permutations(range(6)))
def test_columns_may_stand_in_any_order(order: list[int]) -> None:
    rows: list[Row] = [[*row[:2], *(row[2 + year] for year in order)] for row in filled(5)]
    assert_all_right(read("Phụ lục 5", rows), 5)


@given(st.permutations(range(8)))
def test_rows_with_names_of_their_own_may_stand_in_any_order(order: list[int]) -> None:
    header, *body = filled(2)
    assert_all_right(read("Phụ lục 2", [header, *(body[index] for index in order)]), 2)


@given(st.sets(st.integers(0, 11), min_size=4))
def test_whatever_rows_are_left_out_no_value_lands_on_another_row(kept: set[int]) -> None:
    # A child without its parent is read by any clerk as a child of the row above, so parents stay.
    kept |= {0} if kept & {1, 2} else set()
    kept |= {3} if kept & {4, 5} else set()
    header, *body = filled(5)
    result = read("Phụ lục 5", [header, *(body[index] for index in sorted(kept))])
    seen = cells(result, 5)
    for index, row in enumerate(appendix(5).indicators):
        for year, key in enumerate(KEYS):
            observation = seen[row.code, key]
            if index in kept:
                assert observation.status == "flagged" or observation.value == index_value(index, year)
            else:
                assert observation.value is None


@pytest.mark.parametrize(
    "header",
    [
        [[("TT", 2, 1), ("Nội dung", 2, 1), ("Số liệu các năm", 1, 6), *[None] * 5], [None, None, *KEYS]],
        [["STT", "Chỉ tiêu", *KEYS], ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"]],
        [["STT", "Chỉ tiêu", *KEYS], ["A", "B", "1", "2", "3", "4", "5", "6"]],
        [["Số TT", "Tên chỉ tiêu", *[f"Kết quả năm {key}" for key in KEYS]]],
        [["", "CHỈ TIÊU", *[f"NĂM\n{key}" for key in KEYS]]],
        [["STT", "Chỉ tiêu", *KEYS[:5], "3 tháng đầu năm 2020"]],
        [["STT", "Chỉ tiêu", *KEYS[:5], "Quý I/2020"]],
    ],
)
def test_headers_are_found_however_they_are_set(header: list[Row]) -> None:
    assert_all_right(read("Phụ lục 5", [*header, *filled(5)[1:]]), 5)


def test_a_repeated_header_is_no_data() -> None:
    header, *body = filled(5)
    result = read("Phụ lục 5", [header, *body[:5], header, *body[5:]])
    assert_all_right(result, 5)
    assert result.cells_printed == result.cells_used == 72


@pytest.mark.parametrize("heading", ["Năm 2020 (tính đến 30/6)", "6 tháng đầu năm 2020", "Kế hoạch năm 2020"])
def test_another_period_of_the_year_is_not_taken_for_the_forms(heading: str) -> None:
    rows = filled(5)
    rows[0] = [*rows[0][:7], heading]
    seen = cells(read("Phụ lục 5", rows), 5)
    assert {seen[row.code, "2020"].status for row in appendix(5).indicators} == {"flagged"}
    assert seen["1", "2015"].status == "ok"


def test_two_columns_of_one_year_are_both_flagged_and_the_lacking_year_is_not_called_absent() -> None:
    rows = filled(5)
    rows[0] = ["STT", "Chỉ tiêu", "2015", "2016", "2017", "2018", "2018", "2020"]
    result = read("Phụ lục 5", rows)
    seen = cells(result, 5)
    assert seen["1", "2018"].status == "flagged"
    assert seen["1", "extra-1"].status == "flagged"
    assert seen["1", "2019"].status == "flagged"
    assert seen["1", "2017"].value == index_value(0, 2)
    assert "COLUMN_TWICE" in codes(result)


def test_a_missing_column_is_absent() -> None:
    rows: list[Row] = [row[:4] + row[5:] for row in filled(5)]
    result = read("Phụ lục 5", rows)
    assert cells(result, 5)["3", "2017"].status == "absent"
    assert cells(result, 5)["3", "2018"].value == index_value(6, 3)
    assert "COLUMN_MISSING" in codes(result)


def test_a_column_that_the_form_lacks_is_kept_apart() -> None:
    rows: list[Row] = [[*row, "Ghi chú" if at == 0 else "đã kiểm tra"] for at, row in enumerate(filled(5))]
    result = read("Phụ lục 5", rows)
    assert_all_right(result, 5)
    note = cells(result, 5)["1", "extra-1"]
    assert (note.raw, note.text, note.status) == ("đã kiểm tra", "đã kiểm tra", "ok")
    assert result.cells_printed == result.cells_used == 84


def test_a_stray_empty_cell_at_the_end_of_a_row_is_nothing() -> None:
    rows = filled(2)
    rows[3] = [*rows[3], ""]
    result = read("Phụ lục 2", rows)
    assert_all_right(result, 2)
    assert not any(key.startswith("extra") for _, key in cells(result, 2))


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda label: label.replace(" ", "  "),
        lambda label: label.replace("n", "m", 1),
        lambda label: f"- {label}",
    ],
)
def test_slips_in_row_names_do_not_move_values(change: Callable[[str], str]) -> None:
    rows: list[Row] = [[row[0], change(str(row[1])) if at else row[1], *row[2:]] for at, row in enumerate(filled(5))]
    assert_all_right(read("Phụ lục 5", rows), 5)


def test_the_same_name_under_two_parents_is_told_apart_by_its_parent() -> None:
    header, *body = filled(5)
    result = read("Phụ lục 5", [header, body[3], body[4], body[5], body[0], body[1], body[2], *body[6:]])
    seen = cells(result, 5)
    assert seen["2.1", "2015"].value in (index_value(4, 0), None)
    assert seen["1.1", "2015"].value in (index_value(1, 0), None)


def test_another_word_in_a_row_name_is_not_a_slip() -> None:
    rows = filled(3)
    rows[13] = [rows[13][0], "Số lượng PAKN chưa giải quyết trong năm", *rows[13][2:]]
    assert str(filled(3)[13][1]).startswith("Số lượng PAKN đã giải quyết")
    seen = cells(read("Phụ lục 3", rows), 3)
    assert seen["6.2", "2015"].status == "flagged"
    assert seen["6.1", "2015"].status == "ok"


def test_a_row_that_the_form_lacks_is_kept_under_its_own_name() -> None:
    rows = filled(5)
    rows.insert(8, ["", "Số người hoạt động không chuyên trách ở thôn", *["7"] * 6])
    result = read("Phụ lục 5", rows)
    assert_all_right(result, 5)
    extra = cells(result, 5)["extra-1", "2015"]
    assert (extra.value, extra.source_label, extra.status) == (7, "Số người hoạt động không chuyên trách ở thôn", "ok")
    assert "ROW_EXTRA" in codes(result)


def test_a_nameless_row_with_values_is_kept_and_flagged_and_a_nameless_empty_row_is_blank() -> None:
    rows = filled(5)
    rows[5:5] = [["", "", *["9"] * 6], [""] * 8]
    result = read("Phụ lục 5", rows)
    assert_all_right(result, 5)
    seen = cells(result, 5)
    assert (seen["extra-1", "2016"].status, seen["extra-1", "2016"].value_read) == ("flagged", 9)
    assert seen["extra-2", "2016"].status == "blank"
    assert "ROW_UNNAMED" in codes(result)


def test_a_row_of_the_open_list_belongs_to_the_row_above() -> None:
    rows = filled(2)
    rows.insert(3, ["", "Nghị quyết", *["4"] * 6])
    result = read("Phụ lục 2", rows)
    assert_all_right(result, 2)
    extra = cells(result, 2)["extra-1", "2015"]
    assert (extra.parent, extra.value, extra.status) == ("1.1", 4, "ok")
    assert "ROW_EXTRA" not in codes(result)


def test_a_row_typed_twice_with_other_values_is_flagged_and_with_the_same_is_not() -> None:
    rows = filled(5)
    same = read("Phụ lục 5", [*rows[:8], rows[7], *rows[8:]])
    assert cells(same, 5)["3", "2015"].status == "ok"
    other = read("Phụ lục 5", [*rows[:8], [*rows[7][:2], *["1"] * 6], *rows[8:]])
    assert cells(other, 5)["3", "2015"].status == "flagged"
    assert "ROW_TWICE" in codes(same)
    assert same.cells_used == same.cells_printed == 78


def test_a_name_that_runs_on_in_the_next_row_is_one_row() -> None:
    rows = filled(5)
    first, second = str(rows[8][1])[:34], str(rows[8][1])[34:]
    rows[8:9] = [[rows[8][0], first, *[""] * 6], ["", second, *rows[8][2:]]]
    assert_all_right(read("Phụ lục 5", rows), 5)


def test_a_table_cut_in_two_without_a_second_header_goes_on() -> None:
    header, *body = filled(5)
    assert_all_right(read("Phụ lục 5", [header, *body[:7]], "(tiếp theo)", body[7:]), 5)


def test_an_appendix_pasted_twice_counts_once_and_differences_are_flagged() -> None:
    other = filled(5)
    other[3] = [*other[3][:2], *["1"] * 6]
    result = read("Phụ lục 5", filled(5), "Phụ lục 5", other)
    seen = cells(result, 5)
    assert seen["1", "2015"].value == index_value(0, 0)
    assert seen["1.2", "2015"].status == "flagged"
    assert "APPENDIX_TWICE" in codes(result)


def test_one_cell_over_several_years_is_flagged_and_used_once() -> None:
    rows = filled(5)
    rows[1] = ["1", rows[1][1], ("21", 1, 5), None, None, None, None, "20"]
    result = read("Phụ lục 5", rows)
    seen = cells(result, 5)
    assert [seen["1", key].status for key in KEYS] == ["flagged"] * 5 + ["ok"]
    assert [seen["1", key].raw for key in KEYS] == ["21", None, None, None, None, "20"]
    assert "CELL_MERGED" in codes(result)


def test_a_group_heading_across_the_whole_row_has_blank_squares() -> None:
    rows = filled(3)
    rows[5] = [(f"4. {rows[5][1]}", 1, 8), *[None] * 7]
    seen = cells(read("Phụ lục 3", rows), 3)
    assert {seen["4", key].status for key in KEYS} == {"blank"}
    assert seen["4.1", "2015"].value == index_value(5, 0)


def test_a_table_of_something_else_is_left_alone() -> None:
    staff = [
        ["STT", "Họ và tên", "Năm 2018", "Năm 2019"],
        ["1", "Nguyễn Văn A", "5", "6"],
        ["2", "Trần Thị B", "7", "8"],
    ]
    result = read("Danh sách khen thưởng", staff, "Phụ lục 5", filled(5))
    assert_all_right(result, 5)
    assert "TABLE_UNUSED" in codes(result)
    assert {o.appendix for o in result.observations if o.raw} == {5}


def test_an_appendix_that_is_not_there_is_absent_in_every_square() -> None:
    result = read("Phụ lục 5", filled(5))
    assert {o.status for o in result.observations if o.appendix == 7} == {"absent"}
    assert {f.appendix: f.status for f in result.found}[7] == "absent"


def test_an_appendix_with_no_value_is_empty() -> None:
    rows: list[Row] = [row if at == 0 else [*row[:2], *[""] * 6] for at, row in enumerate(filled(7))]
    result = read("Phụ lục 7", rows)
    assert {f.appendix: f.status for f in result.found}[7] == "empty"
    assert {o.status for o in result.observations if o.appendix == 7} == {"blank"}


def test_rows_of_an_appendix_known_only_by_its_title_are_kept_as_they_are() -> None:
    rows: list[Row] = [["STT", "Chỉ tiêu", *YEARS], ["1", "Số phòng chuyên môn", *["3"] * 6]]
    result = read("Phụ lục 4", appendix(4).title, rows)
    extra = cells(result, 4)["extra-1", "2015"]
    assert (extra.status, extra.value, extra.source_label) == ("ok", 3, "Số phòng chuyên môn")


def test_the_verdict_column_is_read_by_its_words() -> None:
    rows: list[Row] = [["TT", "Mục tiêu", "Kết quả"]]
    words = ["Đạt", "Chưa đạt", "Không đạt", ""]
    rows += [[str(n), row.label, words[n % 4]] for n, row in enumerate(appendix(8).indicators)]
    seen = cells(read("Phụ lục 8", rows), 8)
    for n, row in enumerate(appendix(8).indicators):
        assert seen[row.code, "result"].text == (words[n % 4] or None)


def test_every_printed_cell_is_used_once_or_said_to_be_unused() -> None:
    rows = filled(5)
    rows[4] = [rows[4][0], rows[4][1], ("8", 2, 1), *rows[4][3:]]
    rows[5] = [rows[5][0], rows[5][1], None, *rows[5][3:], "lạc"]
    result = read("Phụ lục 5", rows)
    unused = sum(finding.code == "CELL_UNUSED" for finding in result.findings)
    assert result.cells_used + unused == result.cells_printed
    raws = [(o.place.row, o.place.col) for o in result.observations if o.raw]
    assert len(raws) == len(set(raws)) == result.cells_used


def test_a_document_without_tables_has_every_appendix_absent() -> None:
    result = read_appendices(Document(document("Chỉ có chữ").source, ()), FORM, Settings())
    assert {found.status for found in result.found} == {"absent"}
    assert (result.cells_printed, result.cells_used) == (0, 0)


def test_an_odd_empty_cell_beside_the_last_column_changes_nothing_and_a_filled_one_is_asked_about() -> None:
    rows: list[Row] = [[*row[:7], (str(row[7]), 1, 2), None] for row in filled(2)]
    rows[2] = [*filled(2)[2], ""]
    assert_all_right(read("Phụ lục 2", rows), 2)
    rows[4] = [*filled(2)[4][:7], "", str(filled(2)[4][7])]
    result = read("Phụ lục 2", rows)
    assert cells(result, 2)[appendix(2).indicators[3].code, "2020"].status == "flagged"
    assert "ROW_SHIFTED" in codes(result)
    rows[5] = [*filled(2)[5], "3"]
    result = read("Phụ lục 2", rows)
    assert cells(result, 2)[appendix(2).indicators[4].code, "2020"].status == "flagged"
    assert "CELL_UNUSED" in codes(result)


def statuses(result: Appendices, number: int, *keys: str) -> set[str]:
    return {o.status for (_, key), o in cells(result, number).items() if key in keys and o.raw}


@pytest.mark.parametrize(
    "pair", [("SL", "%"), ("Nam", "Nữ"), ("Quý I", "Quý IV"), ("Đầu năm", "Cuối năm"), ("Số người", "%")]
)
def test_sub_columns_are_never_silently_taken_for_the_year(pair: tuple[str, str]) -> None:
    heads = [("STT", 2, 1), ("Chỉ tiêu", 2, 1), *(square for year in YEARS for square in ((year, 1, 2), None))]
    body: list[Row] = [[*row[:2], *(text for value in row[2:] for text in (value, "7"))] for row in filled(5)[1:]]
    assert "ok" not in statuses(read("Phụ lục 5", [heads, [None, None, *pair * 6], *body]), 5, *KEYS[:5])


@pytest.mark.parametrize("group", ["Kế hoạch giao", "Tỷ lệ (%)", "Dự kiến"])
def test_a_group_heading_that_means_other_figures_is_heeded(group: str) -> None:
    rows: list[Row] = [["STT", "Chỉ tiêu", (group, 1, 6), *[None] * 5], ["", "", *YEARS], *filled(5)[1:]]
    assert statuses(read("Phụ lục 5", rows), 5, *KEYS) == {"flagged"}


@pytest.mark.parametrize("group", ["Giai đoạn 2015-2020", "Kết quả qua các năm", "Số liệu từ năm 2015 đến 31/3/2020"])
def test_a_group_heading_that_names_the_whole_period_is_no_question(group: str) -> None:
    rows: list[Row] = [["STT", "Chỉ tiêu", (group, 1, 6), *[None] * 5], ["", "", *YEARS], *filled(5)[1:]]
    assert_all_right(read("Phụ lục 5", rows), 5)


@pytest.mark.parametrize(
    "heading", ["Quý IV/2018", "Tháng 12/2018", "Đầu năm 2018", "2018-19", "Năm 2018 (%)", "Cuối kỳ 2018", "So với 2018"]
)
def test_a_part_of_a_year_is_not_the_year(heading: str) -> None:
    rows = filled(5)
    rows[0] = [*rows[0][:5], heading, *rows[0][6:]]
    assert statuses(read("Phụ lục 5", rows), 5, "2018") <= {"flagged"}


def test_a_second_header_with_other_columns_is_heeded() -> None:
    header, *body = filled(5)
    turned: list[Row] = [[*row[:2], *row[:1:-1]] for row in body[6:]]
    assert_all_right(read("Phụ lục 5", [header, *body[:6], ["STT", "Chỉ tiêu", *YEARS[::-1]], *turned]), 5)


def test_a_second_part_with_another_grid_is_asked_about() -> None:
    header, *body = filled(5)
    wider: list[Row] = [[*row[:2], "7", *row[2:]] for row in body[6:]]
    seen = cells(read("Phụ lục 5", [header, *body[:6]], wider), 5)
    assert {seen["3", key].status for key in KEYS} == {"flagged"}


def test_a_header_one_cell_short_puts_all_years_in_doubt() -> None:
    rows: list[Row] = [[*row[:2], "người", *row[2:]] if at else [*row, ""] for at, row in enumerate(filled(5))]
    assert "ok" not in statuses(read("Phụ lục 5", rows), 5, *KEYS)


def test_a_row_with_a_cell_too_many_is_asked_about() -> None:
    rows = filled(5)
    rows[7] = [*rows[7][:2], "", *rows[7][2:]]
    result = read("Phụ lục 5", rows)
    assert {cells(result, 5)["3", key].status for key in KEYS} == {"flagged"}
    assert "ROW_SHIFTED" in codes(result)


@pytest.mark.parametrize(
    ("number", "at", "label"),
    [
        (5, 3, "Tổng số nữ có mặt"),
        (5, 1, "Tổng số biên chế cán bộ, công chức nữ"),
        (7, 6, "Tỷ lệ công chức ko có hộp thư điện tử"),
        (7, 10, "Số dịch vụ công trực tuyến mức độ 1, mức độ 2"),
        (5, 9, "Số lượng cán bộ, công chức được tinh giản biên chế (dự kiến)"),
        (3, 12, "Số lượng PAKN đã tiếp nhận trong năm (chưa xử lý)"),
    ],
)
def test_a_word_that_changes_the_meaning_is_asked_about(number: int, at: int, label: str) -> None:
    rows = filled(number)
    code = appendix(number).indicators[at - 1].code
    rows[at] = [rows[at][0], label, *rows[at][2:]]
    assert cells(read(f"Phụ lục {number}", rows), number)[code, "2015"].status == "flagged"


@pytest.mark.parametrize(
    "label", ["Số được giao", "Số lượng các lớp đào tạo, bồi dưỡng của xã", "SL các lớp đào tạo, bồi dưỡng"]
)
def test_other_openings_and_words_of_place_are_no_question(label: str) -> None:
    rows = filled(5)
    at = 2 if "giao" in label else 12
    rows[at] = [rows[at][0], label, *rows[at][2:]]
    assert_all_right(read("Phụ lục 5", rows), 5)


def test_a_name_copied_from_the_row_above_does_not_make_the_row_absent() -> None:
    rows = filled(5)
    rows[11] = [rows[11][0], rows[10][1], *rows[11][2:]]
    seen = cells(read("Phụ lục 5", rows), 5)
    assert seen["6", "2015"].status == seen["7", "2015"].status == "flagged"


def test_an_appendix_whose_years_went_into_two_tables_is_one() -> None:
    rows = filled(5)
    left: list[Row] = [row[:5] for row in rows]
    right: list[Row] = [[*row[:2], *row[5:]] for row in rows]
    assert_all_right(read("Phụ lục 5", left, "Phụ lục 5 (tiếp theo)", right), 5)


@pytest.mark.parametrize("heading", ["Tự đánh giá", "KQ", "Ý kiến của đơn vị"])
def test_a_renamed_verdict_column_is_never_absent(heading: str) -> None:
    rows: list[Row] = [
        ["TT", "Mục tiêu", heading],
        *([str(n), row.label, "Đạt"] for n, row in enumerate(appendix(8).indicators)),
    ]
    assert {cells(read("Phụ lục 8", rows), 8)[row.code, "result"].status for row in appendix(8).indicators} <= {
        "ok",
        "flagged",
    }


def test_a_name_in_the_number_column_is_still_the_rows_name() -> None:
    rows = filled(5)
    rows[7] = [rows[7][1], "", *rows[7][2:]]
    assert_all_right(read("Phụ lục 5", rows), 5)


def test_values_one_row_below_their_name_are_asked_about() -> None:
    rows = filled(5)
    rows[7:8] = [[*rows[7][:2], *[""] * 6], ["", "", *rows[7][2:]]]
    assert {cells(read("Phụ lục 5", rows), 5)["3", key].status for key in KEYS} == {"flagged"}


def test_words_with_years_in_a_row_of_data_make_no_header_of_it() -> None:
    rows = filled(1)
    at = next(i for i, row in enumerate(appendix(1).indicators, 1) if row.kind == "text")
    words = ["Họp thôn", "Tốt, khá", "Hội thi năm 2018; họp thôn", "12 chuyên mục", "Từ 01/3/2019", "Loa"]
    rows[at] = ["-", appendix(1).indicators[at - 1].label, *words]
    result = read("Phụ lục 1", appendix(1).title, rows)
    seen = cells(result, 1)
    assert [seen[appendix(1).indicators[at - 1].code, key].text for key in KEYS] == words
    assert not codes(result) & {"COLUMN_UNSURE", "ROW_MISSING"}


def test_a_second_copy_is_compared_row_by_row_also_where_a_name_stands_under_two_parents() -> None:
    assert_all_right(read("Phụ lục 5", filled(5), "Phụ lục 5", filled(5)), 5)
    other = filled(5)
    at = next(i for i, row in enumerate(appendix(5).indicators, 1) if row.code == "2.1")
    other[at] = [*other[at][:3], "777", *other[at][4:]]
    seen = cells(read("Phụ lục 5", filled(5), "Phụ lục 5", other), 5)
    assert {code for (code, _), o in seen.items() if o.status == "flagged" and not code.startswith("extra")} == {"2.1"}


def test_a_row_whose_squares_stand_beside_the_headers_is_asked_about_and_not_called_missing() -> None:
    """Word processors that rewrite a table may leave a row with a grid of its own."""
    heads: Row = ["STT", ("Chỉ tiêu", 1, 2), None, *((year, 1, 2) if i == 0 else year for i, year in enumerate(YEARS))]
    heads.insert(4, None)
    body: list[Row] = [[row[0], (str(row[1]), 1, 2), None, (str(row[2]), 1, 2), None, *row[3:]] for row in filled(2)[1:]]
    moved = filled(2)[3]
    body[2] = [moved[0], moved[1], ("11", 1, 2), None, *moved[3:], None]
    result = read("Phụ lục 2", appendix(2).title, [heads, *body])
    seen = cells(result, 2)
    asked = appendix(2).indicators[2].code
    assert {o.status for (code, _), o in seen.items() if code == asked} == {"flagged"}
    assert "ROW_SHIFTED" in codes(result)
    assert "ROW_MISSING" not in codes(result)


def test_two_appendices_that_run_into_one_table_are_told_apart_by_their_rows() -> None:
    result = read([*filled(2), *filled(5)])
    assert_all_right(result, 2)
    assert_all_right(result, 5)


def test_rows_of_another_appendix_without_a_header_of_their_own_are_never_taken_for_extra_rows() -> None:
    result = read([*filled(2), *filled(5)[1:]])
    assert_all_right(result, 2)
    assert {o.status for o in cells(result, 5).values()} <= {"ok", "flagged"}
    assert not [o for o in result.observations if o.appendix == 2 and o.indicator.startswith("extra")]


def test_two_names_cut_to_the_same_words_leave_neither_of_their_rows_absent() -> None:
    rows = filled(2)
    for i, name in (
        (6, "Số VBQPPL tráipháp luật về nội dung, thẩm"),
        (7, "Số VBQPPLtrái pháp luật về nội dung, thẩm quyền"),
    ):
        rows[i] = [rows[i][0], name, *rows[i][2:]]
    seen = cells(read("Phụ lục 2", rows), 2)
    assert "absent" not in {o.status for o in seen.values()}


def test_a_row_of_the_form_in_a_table_that_belongs_nowhere_is_not_called_absent() -> None:
    rows = filled(5)
    other: list[Row] = [["Bảng", "Nội dung", "Số"], ["8", rows[-1][1], "41"], ["", "Tổng số", "17"]]
    result = read("Phụ lục 5", rows[:-1], "Số liệu thêm", "Đơn vị lập bảng", other)
    assert {o.status for (code, _), o in cells(result, 5).items() if code == "8"} == {"flagged"}


def test_a_number_over_several_years_is_asked_about_also_where_the_table_goes_on_without_a_header() -> None:
    rows = filled(5)
    rows[8] = [rows[8][0], rows[8][1], ("333", 1, 6), *[None] * 5]
    seen = cells(read("Phụ lục 5", rows[:5], rows[5:]), 5)
    assert "ok" not in {o.status for (code, _), o in seen.items() if code == appendix(5).indicators[7].code}


def test_a_name_that_covers_the_first_year_moves_no_number_to_another_year() -> None:
    rows = [[*row, ""] for row in filled(5)]
    rows[4] = [rows[4][0], (str(rows[4][1]), 1, 2), None, *rows[4][2:8]]
    seen = cells(read("Phụ lục 5", rows), 5)
    assert "ok" not in {o.status for (code, _), o in seen.items() if code == appendix(5).indicators[3].code}


def test_a_row_that_was_cut_within_its_name_keeps_the_numbers_on_both_sides_of_the_cut() -> None:
    rows = filled(5)
    name, at = str(rows[10][1]).split(), 10
    upper: Row = [rows[at][0], " ".join(name[:-3]), "", *rows[at][3:]]
    rows[at : at + 1] = [upper, ["", " ".join(name[-3:]), rows[at][2], *[""] * 5]]
    assert_all_right(read("Phụ lục 5", rows), 5)


def test_numbers_that_slipped_into_a_nameless_row_below_leave_no_sure_blanks_behind() -> None:
    rows = filled(5)
    rows[7:8] = [[*rows[7][:5], "", "", ""], [*[""] * 5, *rows[7][5:]]]
    seen = cells(read("Phụ lục 5", rows), 5)
    assert {o.status for (code, _), o in seen.items() if code == appendix(5).indicators[6].code} == {"flagged"}


@pytest.mark.parametrize("numbered", ["in a column", "before the name"])
def test_rows_below_a_second_header_that_count_from_one_again_are_no_rows_of_the_appendix_above(numbered: str) -> None:
    other = [["1", "Tổng số thôn", *"123456"], ["2", "Số thôn đã sáp nhập", *"234567"], ["3", "Số hộ", *"345678"]]
    rows: list[Row] = [*filled(5), filled(5)[0], *other]
    if numbered == "before the name":
        rows = [[f"{row[0]}. {row[1]}".replace("STT. ", ""), *row[2:]] for row in rows]
    result = read("Phụ lục 5", rows)
    assert_all_right(result, 5)
    assert not [o for o in result.observations if o.appendix == 5 and o.indicator.startswith("extra")]
    assert codes(result) & {"TABLE_UNKNOWN", "TABLE_UNUSED"}


def test_a_row_number_that_reaches_into_the_names_column_is_still_a_number() -> None:
    heads: Row = ["STT", ("Chỉ tiêu", 1, 2), None, *YEARS]
    body: list[Row] = [[row[0], (str(row[1]), 1, 2), None, *row[2:]] for row in filled(2)[1:]]
    odd = filled(2)[4]
    body[3] = [(str(odd[0]), 1, 2), None, *odd[1:]]
    assert_all_right(read("Phụ lục 2", [heads, *body]), 2)
