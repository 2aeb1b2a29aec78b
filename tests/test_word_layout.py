"""One table cut in two is one table; letterhead and signature are no data."""

import pytest

from tests.docx_files import document, found, p, shown, span, tbl, tc, texts, the_table, tr

HEAD = tr("STT", "Chỉ tiêu", "Năm 2019", "Năm 2020")
FIRST = tbl(HEAD, tr("1", "Văn bản", "3", "4"), widths=[700, 3000, 900, 900])


def second(*rows: str, widths: tuple[int, ...] = (700, 3000, 900, 900)) -> str:
    return tbl(*rows, widths=widths)


@pytest.mark.parametrize(
    "between",
    [
        "",
        p(""),
        p(" ") + p(""),
        '<w:p><w:r><w:br w:type="page"/></w:r></w:p>',
        p("", "<w:sectPr/>"),
        '<w:bookmarkStart w:id="1" w:name="x"/>',
    ],
)
def test_a_table_cut_by_an_empty_paragraph_is_one_table(between):
    read_back = document(FIRST + between + second(tr("2", "Hội nghị", "0", "1")) + p("sau"))
    (table,) = read_back.tables()
    assert shown(table)[2] == ["2", "Hội nghị", "0", "1"]
    assert table.part_rows == (1, 3)
    assert [cell.place.row for cell in table.cells if cell.text == "Hội nghị"] == [3]
    assert [finding.found for finding in found(read_back, "TABLE_JOINED")] == ["2"]


def test_what_was_deleted_between_the_parts_is_said():
    gone = "<w:p><w:del><w:r><w:delText>bỏ</w:delText></w:r></w:del></w:p>"
    read_back = document(FIRST + gone + second(tr("2", "Hội nghị", "0", "1")))
    assert len(list(read_back.tables())) == 1
    assert [finding.found for finding in found(read_back, "DELETED_TEXT")] == ["bỏ"]


def test_a_table_in_three_parts_is_one_table():
    part = second(tr("2", "Hội nghị", "0", "1"))
    (table,) = document(FIRST + p("") + part + p("") + part).tables()
    assert (table.rows, table.part_rows) == (4, (1, 3, 4))


def test_a_part_that_repeats_the_header_is_joined_with_all_its_rows():
    (table,) = document(FIRST + p("") + second(HEAD, tr("2", "Hội nghị", "0", "1"))).tables()
    assert [row[0] for row in shown(table)] == ["STT", "1", "STT", "2"]


def test_widths_may_differ_by_a_hair_and_a_stray_cell_does_not_matter():
    stray = second(
        tr("2", "Hội nghị", "0", "1"),
        tr("3", "Khác", "1", "1", "lạc"),
        tr("4", "x", "0", "0"),
        widths=(720, 2950, 910, 920, 500),
    )
    (table,) = document(FIRST + p("") + stray).tables()
    assert (table.rows, table.cols) == (5, 5)


@pytest.mark.parametrize(
    "following",
    [
        p("Phụ lục 2") + second(tr("2", "Hội nghị", "0", "1")),
        p("") + second(tr("STT", "Nội dung", "2019", "2020"), tr("1", "Hội nghị", "0", "1")),
        p("") + second(tr(tc("Phụ lục 3. Thủ tục", span(4))), tr("1", "Hội nghị", "0", "1")),
        p("") + second(HEAD, tr("1", "Hội nghị", "0", "1")),
        p("") + second(tr("2", "Hội nghị", "0"), widths=(700, 3000, 1800)),
        p("") + second(tr("2", "Hội nghị", "0", "1"), widths=(2000, 1000, 1500, 1000)),
        '<w:p><w:r><w:drawing/></w:r></w:p>' + second(tr("2", "Hội nghị", "0", "1")),
    ],
    ids=["text", "own header", "own title", "count begins again", "fewer columns", "other widths", "picture"],
)  # fmt: skip
def test_two_tables_stay_two(following):
    read_back = document(FIRST + following)
    assert len(list(read_back.tables())) == 2
    assert not found(read_back, "TABLE_JOINED")


NO_LINES = '<w:tblBorders><w:top w:val="none"/><w:insideV w:val="nil"/></w:tblBorders>'
LETTERHEAD = tr(
    tc(p("ỦY BAN NHÂN DÂN") + p("XÃ SƠN TÂY", run="<w:b/>")),
    tc(p("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") + p("Độc lập - Tự do - Hạnh phúc")),
) + tr("Số: 15/BC-UBND", "Sơn Tây, ngày 05 tháng 6 năm 2020")
SIGNATURE = tr(tc(p("Nơi nhận:") + p("- UBND huyện;")), tc(p("TM. ỦY BAN NHÂN DÂN") + p("CHỦ TỊCH")))


@pytest.mark.parametrize(
    "body",
    [
        tbl(LETTERHEAD, props=NO_LINES, widths=[4000, 5000]),
        tbl(LETTERHEAD, props="", widths=[4000, 5000]),
        tbl(LETTERHEAD, widths=[4000, 5000]),
        tbl(SIGNATURE, props="", widths=[4000, 5000]),
        tbl(SIGNATURE, props='<w:tblStyle w:val="KhongKe"/>', widths=[4000, 5000]),
        tbl(tr("UBND xã Sơn Tây", "TM. UBND"), props="", widths=[4000, 5000]),
    ],
)
def test_letterhead_and_signature_are_layout_and_stand_as_paragraphs_too(body):
    style = '<w:style w:type="table" w:styleId="KhongKe"><w:name w:val="KhongKe"/></w:style>'
    read_back = document(body, styles=style)
    (table,) = read_back.tables()
    assert table.is_layout
    placed = list(read_back.paragraphs())
    assert "\n".join(x.text for x in placed) == "\n".join(cell.text for cell in table.cells)
    assert all(paragraph.in_layout and paragraph.place.table == 1 for paragraph in placed)
    assert [block.place.block for block in read_back.blocks] == list(range(1, len(read_back.blocks) + 1))


def test_lines_switched_off_cell_by_cell_are_no_lines():
    off = (
        '<w:tcBorders><w:top w:val="nil"/><w:left w:val="nil"/><w:bottom w:val="nil"/><w:right w:val="nil"/></w:tcBorders>'
    )
    cells = tr(tc("UBND xã Sơn Tây", off), tc("Sơn Tây, ngày 5 tháng 6 năm 2020", off))
    assert the_table(tbl(cells, widths=[4000, 5000])).is_layout


def test_a_cell_that_says_nothing_of_its_lines_has_those_of_the_table():
    cells = tr(tc("Chủ tịch xã", "<w:tcBorders/>"), tc("Trần B", '<w:tcBorders><w:top w:val="nil"/></w:tcBorders>'))
    assert not the_table(tbl(cells, widths=[4000, 5000])).is_layout


GRID_STYLE = (
    '<w:style w:type="table" w:styleId="Ke"><w:name w:val="Ke"/><w:tblPr>'
    '<w:tblBorders><w:insideH w:val="single"/></w:tblBorders></w:tblPr></w:style>'
    '<w:style w:type="table" w:styleId="KeCon"><w:name w:val="KeCon"/><w:basedOn w:val="Ke"/></w:style>'
)


@pytest.mark.parametrize(
    "body",
    [
        tbl(tr("Năm 2019", "Năm 2020"), tr("3", "4"), props=""),
        tbl(tr("STT", "Tiêu chí", "Kết quả"), tr("1", "Có trang tin", "Đạt"), props=""),
        tbl(tr("1", "Có trang tin", "Đạt"), tr("2", "Có hộp thư", "Chưa đạt"), props=""),
        tbl(tr("1", "2", "3", "4"), props=""),
        tbl(tr("Chủ tịch xã", "Nguyễn Văn A"), tr("Phó chủ tịch", "Trần B"), props='<w:tblStyle w:val="KeCon"/>'),
        FIRST,
    ],
)
def test_a_table_with_data_is_no_layout(body):
    table = the_table(body, styles=GRID_STYLE)
    assert not table.is_layout
    assert texts(body, styles=GRID_STYLE) == []


def test_a_layout_table_is_never_joined_to_data():
    read_back = document(
        tbl(SIGNATURE, props="", widths=[4000, 5000]) + p("") + tbl(tr("a", "b"), tr("1", "2"), widths=[4000, 5000])
    )
    assert [table.is_layout for table in read_back.tables()] == [True, False]
