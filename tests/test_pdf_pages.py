"""Tables and text that run over pages are made whole; what pages carry besides (numbers, running heads) is left out."""

from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.pdf_files import BOLD, Draw, codes, drawn, fill, only_table, put, read, rows, rule, texts

XS = (60, 95, 290, 350, 410, 470)
HEAD = ["STT", "Chỉ tiêu", "Năm 2018", "Năm 2019", "Năm 2020"]


def table(top: int, texts: Sequence[Sequence[str]], height: int = 30, xs: Sequence[float] = XS) -> Draw:
    """A ruled table whose first row begins `top` points above the lower edge."""

    def draw(canvas: Canvas) -> None:
        ys = [top - height * row for row in range(len(texts) + 1)]
        rule(canvas, xs, ys)
        fill(canvas, xs, ys, texts)

    return draw


def both(*draws: Draw) -> Draw:
    def page(canvas: Canvas) -> None:
        for draw in draws:
            draw(canvas)

    return page


def at(y: float, text: str, x: float = 60) -> Draw:
    return lambda canvas: put(canvas, x, y, text)


def test_a_table_over_two_pages_is_one_and_its_repeated_head_stands_once():
    first = table(160, [HEAD, ["1", "Số văn bản", "1", "2", "3"], ["2", "Số cuộc họp", "4", "5", "6"]])
    second = table(780, [HEAD, ["3", "Số cơ quan", "7", "8", "9"]])
    document = read(drawn(first, second))
    found = only_table(document)
    assert rows(found) == [
        HEAD,
        ["1", "Số văn bản", "1", "2", "3"],
        ["2", "Số cuộc họp", "4", "5", "6"],
        ["3", "Số cơ quan", "7", "8", "9"],
    ]
    assert (found.part_rows, found.header_rows) == ((1, 4), 1)
    assert [cell.place.page for cell in found.cells if cell.col == 1] == [1, 1, 1, 2]
    assert codes(document) == ["TABLE_JOINED"]


def test_a_table_over_three_pages_without_a_repeated_head_is_one():
    parts = [
        [HEAD, ["1", "A", "1", "1", "1"]],
        [["2", "B", "2", "2", "2"]],
        [["", "C", "3", "3", "3"], ["4", "D", "", "", ""]],
    ]
    found = only_table(read(drawn(*(table(200, part) for part in parts))))
    assert rows(found) == [row for part in parts for row in part]
    assert found.part_rows == (1, 3, 4)


def test_a_label_cut_by_the_page_edge_is_put_together():
    first = table(160, [HEAD, ["1", "Số lượng văn bản quy phạm pháp luật được", "10", "20", "30"]])
    second = table(780, [["", "do xã ban hành", "", "", ""], ["2", "Số cuộc họp", "4", "5", "6"]])
    document = read(drawn(first, second))
    assert rows(only_table(document))[1:] == [
        ["1", "Số lượng văn bản quy phạm pháp luật được do xã ban hành", "10", "20", "30"],
        ["2", "Số cuộc họp", "4", "5", "6"],
    ]
    assert codes(document) == ["TABLE_JOINED"]


def test_values_cut_by_the_page_edge_are_put_together_with_their_label():
    wide = "Mức độ hài lòng chung của người dân"
    narrow = (60, 95, 266, 306, 346, 386)
    head = ["STT", "Chỉ tiêu", "2018", "2019", "2020"]
    first = table(160, [head, ["1", wide, "Rất hài", "Rất hài", "Rất hài"]], xs=narrow)
    second = table(780, [["", "và tổ chức", "lòng", "lòng", "lòng"]], xs=narrow)
    assert rows(only_table(read(drawn(first, second))))[1:] == [
        ["1", f"{wide} và tổ chức", "Rất hài lòng", "Rất hài lòng", "Rất hài lòng"]
    ]


def test_a_row_without_a_number_at_the_head_of_a_page_stays_a_row():
    first = table(160, [HEAD, ["1", "Số lượng văn bản quy phạm pháp luật được", "10", "20", "30"]])
    second = table(780, [["", "chia theo tên loại", "1", "2", "3"], ["", "", "4", "5", "6"]])
    assert rows(only_table(read(drawn(first, second))))[1:] == [
        ["1", "Số lượng văn bản quy phạm pháp luật được", "10", "20", "30"],
        ["", "chia theo tên loại", "1", "2", "3"],
        ["", "", "4", "5", "6"],
    ]


def test_a_rest_that_may_be_a_row_of_its_own_is_joined_and_flagged():
    first = table(160, [HEAD, ["1", "Số lượng văn bản quy phạm pháp luật được", "10", "20", "30"]])
    second = table(780, [["", "Hội đồng nhân dân", "", "", ""]])
    document = read(drawn(first, second))
    [cell] = [cell for cell in only_table(document).cells if cell.doubt]
    assert (cell.doubt, cell.row, cell.col) == ("ROW_CUT_UNSURE", 2, 2)
    assert "ROW_CUT_UNSURE" in codes(document)


def test_two_appendices_of_one_form_on_two_pages_stay_two_tables():
    first = table(160, [HEAD, ["1", "Số văn bản", "1", "2", "3"], ["2", "Số cuộc họp", "4", "5", "6"]])
    second = table(780, [HEAD, ["1", "Số cơ quan", "7", "8", "9"]])
    assert len(list(read(drawn(first, second)).tables())) == 2
    other = [HEAD[0], "Nhiệm vụ", *HEAD[2:]]
    assert len(list(read(drawn(first, table(780, [other, ["3", "Số cơ quan", "7", "8", "9"]]))).tables())) == 2


def test_a_table_whose_title_stands_in_its_first_row_is_a_table_of_its_own():
    def titled(canvas: Canvas) -> None:
        canvas.rect(60, 780, 410, 20)
        put(canvas, 64, 785, "Phụ lục 2. Cải cách thể chế")

    first = table(160, [HEAD, ["1", "Số văn bản", "1", "2", "3"]])
    document = read(drawn(first, both(titled, table(780, [HEAD, ["2", "Số cơ quan", "7", "8", "9"]]))))
    assert [rows(found)[0] for found in document.tables()] == [HEAD, ["Phụ lục 2. Cải cách thể chế"]]


def test_a_cut_label_is_put_together_in_a_table_without_running_numbers():
    xs, head = (60, 255, 315, 375, 435), HEAD[1:]
    first = table(160, [head, ["Số lượng văn bản quy phạm pháp luật được", "10", "20", "30"]], xs=xs)
    second = table(780, [["do xã ban hành", "", "", ""], ["Số cuộc họp", "4", "5", "6"]], xs=xs)
    assert rows(only_table(read(drawn(first, second))))[1:] == [
        ["Số lượng văn bản quy phạm pháp luật được do xã ban hành", "10", "20", "30"],
        ["Số cuộc họp", "4", "5", "6"],
    ]


def test_a_name_with_a_number_of_its_own_at_the_head_of_a_page_begins_a_row():
    xs, head = (60, 255, 315, 375, 435), HEAD[1:]
    first = table(160, [head, ["9. Trang Thông tin điện tử của xã được", "Đã có", "Đã có", "Đã có"]], xs=xs)
    second = table(780, [["10. Số dịch vụ công", "140", "135", "117"]], xs=xs)
    assert len(rows(only_table(read(drawn(first, second))))) == 3


def test_a_figure_cut_by_the_page_edge_is_put_together_and_flagged():
    xs = (60, 95, 290, 327, 370, 430)
    first = table(160, [HEAD[:2], ["1", "Số lượng văn bản quy phạm pháp luật được", "1.294", "8", "9"]], xs=xs)
    second = table(780, [["", "Nhà nước ban hành", ".675", "", ""]], xs=xs)
    found = only_table(read(drawn(first, second)))
    figure = next(cell for cell in found.cells if cell.text.startswith("1.294"))
    assert (figure.text, figure.doubt, found.rows) == ("1.294.675", "ROW_CUT_UNSURE", 2)


def test_a_note_that_stands_below_the_cut_alone_leaves_no_word_of_the_others_behind():
    xs, head = (60, 160, 184, 208, 300), ["Chỉ tiêu", "2018", "2019", "Ghi chú"]
    first = table(160, [head, ["Trang Thông tin điện", "Đã", "Đã", ""]], xs=xs)
    second = table(780, [["tử của xã", "có", "có", "Huyện"], ["Số cuộc họp", "4", "5", ""]], xs=xs)
    found = only_table(read(drawn(first, second)))
    assert [" ".join(cell.split()) for cell in rows(found)[1]] == [
        "Trang Thông tin điện tử của xã",
        "Đã có",
        "Đã có",
        "Huyện",
    ]
    assert "ROW_CUT_UNSURE" in {cell.doubt for cell in found.cells}


def test_a_value_that_stood_below_the_cut_comes_back_to_its_row_and_is_flagged():
    first = table(160, [HEAD, ["1", "Số lượng văn bản", "10", "20", ""]])
    second = table(780, [["", "", "", "", "-"], ["2", "Số cuộc họp", "4", "5", "6"]])
    found = only_table(read(drawn(first, second)))
    assert rows(found)[1:] == [["1", "Số lượng văn bản", "10", "20", "-"], ["2", "Số cuộc họp", "4", "5", "6"]]
    assert [cell.text for cell in found.cells if cell.doubt == "ROW_CUT_UNSURE"] == ["-"]


def test_a_title_between_two_tables_keeps_them_apart():
    first = table(160, [HEAD, ["1", "Số văn bản", "1", "2", "3"]])
    second = both(at(790, "Phụ lục 2"), table(770, [["2", "Số cơ quan", "7", "8", "9"]]))
    document = read(drawn(first, second))
    assert len(list(document.tables())) == 2
    assert texts(document) == ["Phụ lục 2"]


def test_a_table_without_lines_goes_on_on_the_next_page():
    def part(top: int, texts: Sequence[Sequence[str]]) -> Draw:
        return lambda canvas: fill(canvas, XS, [top - 20 * row for row in range(len(texts))], texts)

    first, second = [HEAD, ["1", "Số văn bản", "1", "2", "3"]], [["2", "Số họp", "4", "5", "6"]]
    assert rows(only_table(read(drawn(part(120, first), part(780, second))))) == first + second


def test_page_numbers_and_running_heads_are_no_content():
    def page(number: int) -> Draw:
        return both(
            at(805, f"- {number} -", x=290),
            at(30, "Báo cáo của UBND xã"),
            at(700, f"Nội dung trang {number} gồm các kết quả đã đạt được."),
        )

    document = read(drawn(*(page(number) for number in range(1, 5))))
    shown = [(block.text, block.in_layout) for block in document.paragraphs()]
    assert shown == [
        ("Báo cáo của UBND xã", True),
        *((f"Nội dung trang {number} gồm các kết quả đã đạt được.", False) for number in range(1, 5)),
    ]


def test_a_table_goes_on_over_page_numbers():
    first = both(table(160, [HEAD, ["1", "A", "1", "1", "1"]]), at(30, "1", x=300))
    second = both(table(780, [["2", "B", "2", "2", "2"]]), at(30, "2", x=300))
    assert rows(only_table(read(drawn(first, second)))) == [HEAD, ["1", "A", "1", "1", "1"], ["2", "B", "2", "2", "2"]]


def test_a_watermark_over_the_pages_is_no_part_of_their_tables():
    def watermark(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.translate(150, 60)
        canvas.rotate(50)
        put(canvas, 0, 0, "BẢN SAO", BOLD, 60)
        canvas.restoreState()

    first = both(watermark, table(160, [HEAD, ["1", "A", "1", "1", "1"]]))
    second = both(watermark, table(780, [["2", "B", "2", "2", "2"]]))
    document = read(drawn(first, second))
    assert rows(only_table(document)) == [HEAD, ["1", "A", "1", "1", "1"], ["2", "B", "2", "2", "2"]]
    assert [(block.text, block.in_layout) for block in document.paragraphs()] == [("BẢN SAO", True)]


def test_titles_that_differ_only_in_their_number_are_content():
    pages = [both(at(800, f"Phụ lục {number}"), at(700, f"Nội dung phụ lục số {number}.")) for number in range(1, 6)]
    assert texts(read(drawn(*pages)))[::2] == [f"Phụ lục {number}" for number in range(1, 6)]


def test_a_number_that_stands_in_the_text_is_content():
    document = read(drawn(both(at(700, "Số điểm tự chấm của đơn vị năm nay là"), at(600, "2"))))
    assert texts(document) == ["Số điểm tự chấm của đơn vị năm nay là", "2"]


def test_letterhead_and_signature_are_read_column_by_column():
    def page(canvas: Canvas) -> None:
        put(canvas, 60, 780, "UBND HUYỆN HƯƠNG SƠN\nỦY BAN NHÂN DÂN XÃ A", BOLD, 10)
        put(canvas, 280, 780, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc", BOLD, 10)
        put(canvas, 80, 740, "Số: 15/BC-UBND", size=10)
        put(canvas, 330, 740, "Xã A, ngày 05 tháng 6 năm 2020", size=10)
        put(canvas, 270, 690, "BÁO CÁO", BOLD)
        put(canvas, 60, 660, "Kết quả cải cách hành chính giai đoạn 2011 - 2020 của Ủy ban nhân dân xã")
        put(canvas, 60, 300, "Nơi nhận:", BOLD, 10)
        put(canvas, 60, 286, "- UBND huyện;\n- Lưu: VT.", size=10)
        put(canvas, 330, 300, "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH", BOLD, 10)
        put(canvas, 350, 230, "Nguyễn Văn A", BOLD, 10)

    blocks = list(read(drawn(page)).paragraphs())
    assert [(block.text, block.in_layout) for block in blocks] == [
        ("UBND HUYỆN HƯƠNG SƠN", True),
        ("ỦY BAN NHÂN DÂN XÃ A", True),
        ("Số: 15/BC-UBND", True),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True),
        ("Độc lập - Tự do - Hạnh phúc", True),
        ("Xã A, ngày 05 tháng 6 năm 2020", True),
        ("BÁO CÁO", False),
        ("Kết quả cải cách hành chính giai đoạn 2011 - 2020 của Ủy ban nhân dân xã", False),
        ("Nơi nhận:", True),
        ("- UBND huyện;", True),
        ("- Lưu: VT.", True),
        ("TM. ỦY BAN NHÂN DÂN", True),
        ("CHỦ TỊCH", True),
        ("Nguyễn Văn A", True),
    ]
    title = blocks[6]
    assert (title.bold, title.centered, title.place.page) == (True, True, 1)


def test_places_are_counted_from_the_top_left_of_the_page():
    box = read(drawn(at(A4[1] - 100, "Nội dung", x=70))).blocks[0].place.box
    assert box is not None
    assert abs(box.x0 - 70) < 2
    assert 85 < box.y0 < 100 < box.y1 < 106
