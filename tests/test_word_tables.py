"""A Word table is a grid in which each cell stands once, however its rows are merged, ragged or broken."""

import pytest

from schemas.document import Paragraph
from tests.docx_files import BORDERS, document, found, p, shown, span, tbl, tc, the_table, tr

MERGE, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_merged_cells_stand_once_with_their_spans():
    table = the_table(
        tbl(
            tr(tc("STT", MERGE), tc("Chỉ tiêu", MERGE), tc("Năm", span(2))),
            tr(tc("", CONTINUE), tc("", CONTINUE), "2019", "2020"),
            tr("1", "Văn bản", "3", "4"),
            widths=[1000] * 4,
        )
    )
    assert shown(table) == [
        ["STT", "Chỉ tiêu", "Năm", "Năm"],
        ["STT", "Chỉ tiêu", "2019", "2020"],
        ["1", "Văn bản", "3", "4"],
    ]
    assert [(c.text, c.row, c.col, c.row_span, c.col_span) for c in table.cells[:3]] == [
        ("STT", 1, 1, 2, 1), ("Chỉ tiêu", 1, 2, 2, 1), ("Năm", 1, 3, 1, 2),
    ]  # fmt: skip
    assert all((cell.place.row, cell.place.col) == (cell.row, cell.col) for cell in table.cells)


def test_old_horizontal_merges_are_merges():
    restart, cont = '<w:hMerge w:val="restart"/>', '<w:hMerge w:val="continue"/>'
    assert shown(the_table(tbl(tr(tc("chung", restart), tc("", cont), "c"), tr("1", "2", "3")))) == [
        ["chung", "chung", "c"],
        ["1", "2", "3"],
    ]


def test_a_merge_with_nothing_above_is_a_cell_of_its_own():
    assert shown(the_table(tbl(tr(tc("mồ côi", CONTINUE), "b"), tr("1", "2")))) == [["mồ côi", "b"], ["1", "2"]]


def test_two_merges_on_top_of_each_other_stay_two():
    table = the_table(
        tbl(*(tr(tc(text, merge), "x") for text, merge in [("a", MERGE), ("", CONTINUE), ("b", MERGE), ("", CONTINUE)]))
    )
    assert [row[0] for row in shown(table)] == ["a", "a", "b", "b"]


def test_text_under_a_merge_is_hidden_and_said():
    read_back = document(tbl(tr(tc("5", MERGE), "x"), tr(tc("7", CONTINUE), "y")))
    (table,) = read_back.tables()
    assert [row[0] for row in shown(table)] == ["5", "5"]
    assert table.cells[0].doubt == "HIDDEN_TEXT"
    assert [finding.found for finding in found(read_back, "HIDDEN_TEXT")] == ["7"]


def test_rows_may_begin_late_and_end_early():
    gaps = '<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>'
    assert shown(the_table(tbl(tr("a", "b", "c"), tr("giữa", props=gaps)))) == [["a", "b", "c"], [None, "giữa", None]]


def test_a_stray_cell_makes_a_column_of_its_own_row_only():
    table = the_table(tbl(tr("1", "2"), tr("3", "4", "lạc"), tr("5")))
    assert shown(table) == [["1", "2", None], ["3", "4", "lạc"], ["5", None, None]]
    assert table.cols == 3


def test_a_table_without_a_grid_is_read():
    rows = tr(tc("Năm", span(2)), "c") + tr("1", "2", "3")
    bare = f"<w:tbl><w:tblPr>{BORDERS}</w:tblPr>{rows}</w:tbl>"
    assert shown(the_table(bare)) == [["Năm", "Năm", "c"], ["1", "2", "3"]]


@pytest.mark.parametrize("grid", [[], [1000, 500, 1500]])
def test_a_row_that_states_no_spans_is_spread_by_the_widths_of_its_cells(grid):
    head = tr(tc("STT", width=1000), tc("Năm", width=2000))
    rows = tr(*(tc(text, width=width) for text, width in zip("123", grid or [1000, 500, 1500], strict=True)))
    assert shown(the_table(tbl(head, rows, widths=grid))) == [["STT", "Năm", "Năm"], ["1", "2", "3"]]


def test_a_short_row_of_other_widths_stays_short():
    head = tr(tc("a", width=1300), tc("b", width=1700))
    assert shown(the_table(tbl(head, tr("1", "2", "3"), widths=[1000] * 3))) == [["a", "b", None], ["1", "2", "3"]]


def test_a_grid_that_is_too_wide_adds_no_columns():
    assert the_table(tbl(tr("1", "2"), widths=[500] * 7)).cols == 2


@pytest.mark.parametrize("columns", [4, 50, 10**6, 10**30])
def test_a_span_wider_than_its_table_ends_with_the_table(columns):
    table = the_table(tbl(tr(tc("tên bảng", span(columns))), tr("1", "2", "3"), widths=[1000] * 3))
    assert shown(table) == [["tên bảng"] * 3, ["1", "2", "3"]]


def test_a_gap_wider_than_any_table_is_said():
    read_back = document(tbl(tr("a", "b", "c", props='<w:gridBefore w:val="1000000"/>'), tr("1", "2", "3")))
    assert found(read_back, "TRUNCATED_STRUCTURE")


@pytest.mark.parametrize("rubbish", ["", "x", "-3", "0"])
def test_a_span_that_is_no_number_is_one(rubbish):
    assert shown(the_table(tbl(tr(tc("a", f'<w:gridSpan w:val="{rubbish}"/>'), "b")))) == [["a", "b"]]


def test_deleted_rows_and_cells_are_left_out_and_said():
    rows = [
        tr("1", "2"),
        tr("cũ", "bỏ", props="<w:del/>"),
        tr(tc("xóa", "<w:cellDel/>"), "3"),
        tr("4", "5", props="<w:ins/>"),
    ]
    read_back = document(tbl(*rows))
    (table,) = read_back.tables()
    assert shown(table) == [["1", "2"], ["3", None], ["4", "5"]]
    (finding,) = found(read_back, "DELETED_TEXT")
    assert finding.found == "cũbỏ (và 1 chỗ khác)"


def test_a_wholly_deleted_table_is_no_table():
    read_back = document(p("a") + tbl(tr("1", "2", props="<w:del/>")) + p("b"))
    assert [type(block) for block in read_back.blocks] == [Paragraph, Paragraph]
    assert found(read_back, "DELETED_TEXT")


def test_a_hidden_row_is_left_out_and_said():
    read_back = document(tbl(tr("1", "2"), tr("ẩn", "9", props="<w:hidden/>")))
    assert [shown(table) for table in read_back.tables()] == [[["1", "2"]]]
    assert found(read_back, "HIDDEN_TEXT")


def test_rows_marked_as_header_are_counted_from_the_top():
    head = "<w:tblHeader/>"
    table = the_table(tbl(tr("a", "b", props=head), tr("c", "d", props=head), tr("1", "2"), tr("e", "f", props=head)))
    assert table.header_rows == 2


def test_lines_of_a_cell_are_lines_and_empty_ones_around_them_are_nothing():
    cell = tc(p("") + p("Năm") + p("") + p("2020") + p("") + p(""))
    table = the_table(tbl(tr(cell, tc(p("") + p("")))))
    assert [cell.text for cell in table.cells] == ["Năm\n\n2020", ""]


def test_a_nested_table_follows_its_table_and_its_text_is_not_the_cells():
    inner = tbl(tr("trong 1", "trong 2"))
    read_back = document(tbl(tr(tc(p("ngoài") + inner + p("")), "b")) + tbl(tr("x", "y", "z")))
    outer, nested, after = read_back.tables()
    assert [cell.text for cell in outer.cells] == ["ngoài", "b"]
    assert (nested.is_nested, shown(nested)) == (True, [["trong 1", "trong 2"]])
    assert [table.place.table for table in (outer, nested, after)] == [1, 2, 3]
    assert (outer.is_nested, after.is_nested) == (False, False)


def test_tables_nested_without_end_are_cut_and_said():
    deep = p("đáy")
    for _ in range(40):
        deep = tbl(tr(tc(deep + p("")), "x"))
    read_back = document(deep)
    assert len(list(read_back.tables())) > 10
    assert found(read_back, "TRUNCATED_STRUCTURE")


def test_a_large_table_is_read_whole():
    table = the_table(tbl(*(tr(*(str(row * col) for col in range(100))) for row in range(200))))
    assert (table.rows, table.cols, len(table.cells)) == (200, 100, 20000)
    assert table.grid()[199][99].text == str(199 * 99)


@pytest.mark.parametrize(
    "content",
    [
        p(),
        p("12"),
        p("Tổng số", run="<w:b/>"),
        p("12", run="<w:vanish/>"),
        p("12", run="<w:strike/>"),
        p(" 12 ", props='<w:jc w:val="center"/>'),
        p("tæng sè v¨n b¶n", run='<w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/>'),
        p("\uf0fe", run='<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'),
        p("12", props='<w:pStyle w:val="Heading1"/>'),
        p("12", props='<w:pStyle w:val="ListNumber"/>'),
        p("12", props="<w:rPr><w:del/></w:rPr>"),
        p("12") + p("13"),
        "<w:p><w:r><w:t>1</w:t></w:r><w:r><w:t>2</w:t></w:r></w:p>",
        "<w:p><w:r><w:t>1</w:t><w:br/><w:t>2</w:t></w:r></w:p>",
        "<w:p><w:ins><w:r><w:t>12</w:t></w:r></w:ins></w:p>",
    ],
)
def test_a_cell_says_the_same_whatever_word_marks_in_it(content):
    """Bookmarks and the marks of the spelling checker are nothing that is printed."""
    marked = content.replace("</w:p>", '<w:bookmarkStart w:id="1" w:name="_GoBack"/><w:bookmarkEnd w:id="1"/></w:p>')
    plain, other = (document(p("Báo cáo") + tbl(tr(tc(inner), tc("x")))) for inner in (content, marked))
    assert (other.blocks, other.findings) == (plain.blocks, plain.findings)
