"""A PDF that a commune printed from Word gives the tables and paragraphs that stand on its pages."""

import unicodedata
from itertools import pairwise

import pytest
from reportlab.lib.colors import Color, black, lightgrey, red, white
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from tests.pdf_files import BOLD, SANS, boxes, codes, drawn, fill, only_table, put, read, rows, rule, texts

XS = (60, 95, 290, 350, 410, 470)
YS = (700, 670, 640, 610, 580)
REPORT = [
    ["STT", "Chỉ tiêu", "Năm 2018", "Năm 2019", "Năm 2020"],
    ["1", "Số lượng văn bản chỉ đạo, điều hành", "10", "12", "15"],
    ["2", "Tuyên truyền CCHC", "", "1.500", "0"],
    ["-", "Mức độ hài lòng", "98,5%", "Đạt", "-"],
]


def double(canvas: Canvas, xs: tuple[int, ...], ys: tuple[int, ...]) -> None:
    rule(canvas, xs, ys)
    rule(canvas, [x + 2 for x in xs], [y - 2 for y in ys])


def thin_boxes(canvas: Canvas, xs: tuple[int, ...], ys: tuple[int, ...]) -> None:
    """As Word prints borders: a filled sliver for each side of each cell, a dot in each corner."""
    for y in ys:
        for left, right in pairwise(xs):
            canvas.rect(left + 0.5, y, right - left - 0.5, 0.5, stroke=0, fill=1)
    for x in xs:
        for y in ys:
            canvas.rect(x, y, 0.5, 0.5, stroke=0, fill=1)
        for top, bottom in pairwise(ys):
            canvas.rect(x, bottom + 0.5, 0.5, top - bottom - 0.5, stroke=0, fill=1)


def dotted(canvas: Canvas, xs: tuple[int, ...], ys: tuple[int, ...]) -> None:
    canvas.setDash(1, 2)
    rule(canvas, xs, ys)


def dots(canvas: Canvas, xs: tuple[int, ...], ys: tuple[int, ...]) -> None:
    """As Word prints dotted borders: a row of filled dots."""
    for y in ys:
        for x in range(xs[0], xs[-1] + 1, 2):
            canvas.rect(x, y, 0.7, 0.7, stroke=0, fill=1)
    for x in xs:
        for y in range(ys[-1], ys[0] + 1, 2):
            canvas.rect(x, y, 0.7, 0.7, stroke=0, fill=1)


def shaded(canvas: Canvas, xs: tuple[int, ...], ys: tuple[int, ...]) -> None:
    """Cells that are filled boxes with white between them, no line at all."""
    canvas.setFillColor(lightgrey)
    for left, right in pairwise(xs):
        for top, bottom in pairwise(ys):
            canvas.rect(left + 0.7, bottom + 0.7, right - left - 1.4, top - bottom - 1.4, stroke=0, fill=1)
    canvas.setFillColor(black)


def open_sides(canvas: Canvas, xs: tuple[int, ...], ys: tuple[int, ...]) -> None:
    for y in ys:
        canvas.line(xs[0], y, xs[-1], y)
    for x in xs[1:-1]:
        canvas.line(x, ys[0], x, ys[-1])


@pytest.mark.parametrize("draw", [rule, boxes, double, thin_boxes, dotted, dots, shaded, open_sides])
def test_a_table_is_read_however_its_lines_are_drawn(draw: object):
    def page(canvas: Canvas) -> None:
        draw(canvas, XS, YS)  # type: ignore[operator]
        fill(canvas, XS, YS, REPORT)

    table = only_table(read(drawn(page)))
    assert rows(table) == REPORT
    assert (table.rows, table.cols, len(table.cells)) == (4, 5, 20)


def test_a_table_without_lines_is_read_and_said():
    def page(canvas: Canvas) -> None:
        fill(canvas, XS, YS, REPORT)
        put(canvas, 60, 540, "Trên đây là báo cáo của Ủy ban nhân dân xã về kết quả thực hiện năm 2020.")

    document = read(drawn(page))
    assert rows(only_table(document)) == REPORT
    assert texts(document) == ["Trên đây là báo cáo của Ủy ban nhân dân xã về kết quả thực hiện năm 2020."]
    assert codes(document) == ["TABLE_NOT_RULED"]


def test_wrapped_labels_and_a_head_of_several_lines_in_a_table_without_lines():
    def page(canvas: Canvas) -> None:
        fill(canvas, XS, (700,), [["STT", "Chỉ tiêu", "Năm", "Năm", "Năm 2020"]])
        fill(canvas, XS, (686,), [["", "", "2018", "2019", "(3 tháng)"]])
        fill(canvas, XS, (660,), [["1", "Số lượng văn bản chỉ đạo điều hành", "10", "12", "15"]])
        fill(canvas, XS, (646,), [["", "được ban hành trong năm", "", "", ""]])
        fill(canvas, XS, (632,), [["2", "Số cơ quan được kiểm tra", "", "", ""]])
        fill(canvas, XS, (618,), [["", "Tuyên truyền", "3", "4", "5"]])

    assert rows(only_table(read(drawn(page)))) == [
        ["STT", "Chỉ tiêu", "Năm 2018", "Năm 2019", "Năm 2020 (3 tháng)"],
        ["1", "Số lượng văn bản chỉ đạo điều hành được ban hành trong năm", "10", "12", "15"],
        ["2", "Số cơ quan được kiểm tra", "", "", ""],
        ["", "Tuyên truyền", "3", "4", "5"],
    ]


def test_merged_cells_stand_once_with_their_spans():
    def page(canvas: Canvas) -> None:
        for y, start in ((700, 60), (670, 290), (640, 60), (610, 60)):
            canvas.line(start, y, 470, y)
        for x, top in ((60, 700), (95, 700), (290, 700), (350, 670), (410, 670), (470, 700)):
            canvas.line(x, top, x, 610)
        fill(canvas, XS, YS, [["", "", "Kết quả qua các năm"], ["", "", "2018", "2019", "2020"]])
        fill(canvas, XS, YS[2:], [["1", "Văn bản", "1", "2", "3"]])
        put(canvas, 64, 665, "STT")
        put(canvas, 99, 665, "Chỉ tiêu")

    table = only_table(read(drawn(page)))
    spans = [(cell.text, cell.row, cell.col, cell.row_span, cell.col_span) for cell in table.cells]
    assert spans[:3] == [("STT", 1, 1, 2, 1), ("Chỉ tiêu", 1, 2, 2, 1), ("Kết quả qua các năm", 1, 3, 1, 3)]
    assert rows(table)[1:] == [["2018", "2019", "2020"], ["1", "Văn bản", "1", "2", "3"]]


def test_lines_of_a_cell_come_in_reading_order_whatever_the_order_in_the_file():
    def page(canvas: Canvas) -> None:
        rule(canvas, (60, 200, 300), (700, 640))
        put(canvas, 64, 655, "thứ hai")
        put(canvas, 64, 685, "Dòng thứ nhất,")
        put(canvas, 64, 670, "rồi dòng")
        put(canvas, 204, 685, "7")

    assert [cell.text for cell in only_table(read(drawn(page))).cells] == ["Dòng thứ nhất,\nrồi dòng\nthứ hai", "7"]


def test_lines_of_neighbouring_cells_at_heights_of_their_own_stay_apart():
    """Five columns, each a little lower than the one before: from the first line to the second the heights run together."""

    def page(canvas: Canvas) -> None:
        rule(canvas, (60, 120, 180, 240, 300, 360), (700, 640))
        for col in range(5):
            put(canvas, 64 + 60 * col, 685 - 3 * col, f"Năm\n201{col}", size=11)

    table = only_table(read(drawn(page)))
    assert [cell.text for cell in table.cells] == [f"Năm\n201{col}" for col in range(5)]


def test_a_second_table_in_a_cell_is_a_table_of_its_own():
    def page(canvas: Canvas) -> None:
        rule(canvas, (60, 300, 500), (700, 500))
        rule(canvas, (320, 380, 440), (680, 650, 620))
        put(canvas, 64, 680, "Ngoài")
        fill(canvas, (320, 380), (680, 650), [["a", "1"], ["b", "2"]])

    outer, inner = read(drawn(page)).tables()
    assert (outer.is_nested, inner.is_nested) == (False, True)
    assert rows(outer) == [["Ngoài", ""]]
    assert rows(inner) == [["a", "1"], ["b", "2"]]


def test_a_row_that_sticks_out_keeps_its_stray_cell():
    def page(canvas: Canvas) -> None:
        rule(canvas, XS, YS)
        canvas.rect(470, 610, 25, 30)
        fill(canvas, XS, YS, REPORT)
        put(canvas, 474, 620, "9")

    assert rows(only_table(read(drawn(page)))) == [*REPORT[:2], [*REPORT[2], "9"], REPORT[3]]


def test_an_underline_or_a_frame_is_no_table():
    def page(canvas: Canvas) -> None:
        put(canvas, 250, 760, "Độc lập - Tự do - Hạnh phúc", BOLD)
        canvas.line(250, 756, 400, 756)
        canvas.rect(30, 30, 535, 780)
        put(canvas, 60, 700, "Nội dung báo cáo.")

    document = read(drawn(page))
    assert list(document.tables()) == []
    assert texts(document) == ["Độc lập - Tự do - Hạnh phúc", "Nội dung báo cáo."]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_page_is_read_upright_whichever_way_it_is_turned(rotation: int):
    def page(canvas: Canvas) -> None:
        rule(canvas, XS, YS)
        fill(canvas, XS, YS, REPORT)

    size = A4 if rotation % 180 == 0 else landscape(A4)  # reportlab wants the size of the page as turned
    assert rows(only_table(read(drawn(page, size=size, rotation=rotation)))) == REPORT


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_table_drawn_sideways_on_the_page_is_read(angle: int):
    def page(canvas: Canvas) -> None:
        canvas.translate(300, 400)
        canvas.rotate(angle)
        canvas.translate(-260, -640)
        rule(canvas, XS, YS)
        fill(canvas, XS, YS, REPORT)

    assert rows(only_table(read(drawn(page)))) == REPORT


def test_a_landscape_page_is_read():
    def page(canvas: Canvas) -> None:
        xs = [x * 1.4 for x in XS]
        ys = [y - 200 for y in YS]
        rule(canvas, xs, ys)
        fill(canvas, xs, ys, REPORT)

    assert rows(only_table(read(drawn(page, size=landscape(A4))))) == REPORT


def test_turned_words_in_a_head_are_read_along_their_own_direction():
    def page(canvas: Canvas) -> None:
        rule(canvas, XS, YS)
        fill(canvas, XS, YS, [["STT", "Chỉ tiêu"], *REPORT[1:]])
        for x, text in ((330, "Năm"), (390, "2019"), (450, "2020")):
            canvas.saveState()
            canvas.translate(x, 672)
            canvas.rotate(90)
            put(canvas, 0, 0, text, size=10)
            canvas.restoreState()

    assert rows(only_table(read(drawn(page)))) == [["STT", "Chỉ tiêu", "Năm", "2019", "2020"], *REPORT[1:]]


def test_a_word_whose_letters_come_from_two_fonts_is_one_word():
    """As LibreOffice prints where a font lacks letters: the word with holes, then the letters that go into them."""

    def page(canvas: Canvas) -> None:
        letters = "ĐIỀU KIỆN THỰC HIỆN"
        x, holes = 80.0, []
        canvas.setFont("serif", 14)
        plain = canvas.beginText(x, 700)
        for letter in letters:
            font = SANS if letter in "ỀỆỰ" else "serif"
            if font == SANS:
                holes.append((x, letter))
            else:
                plain.setTextOrigin(x, 700)
                plain.textOut(letter)
            x += canvas.stringWidth(letter, font, 14)
        canvas.drawText(plain)
        for place, letter in holes:
            put(canvas, place, 700.4, letter, SANS, 14)

    assert texts(read(drawn(page))) == ["ĐIỀU KIỆN THỰC HIỆN"]


def test_letters_written_with_combining_marks_keep_them_in_order():
    def page(canvas: Canvas) -> None:
        rule(canvas, (60, 100, 160), (700, 670))
        put(canvas, 74, 680, unicodedata.normalize("NFD", "Số lượng"), SANS)

    found = " ".join(cell.text for cell in only_table(read(drawn(page))).cells)
    assert unicodedata.normalize("NFC", found.strip()) == "Số lượng"


def test_letters_raised_above_the_line_stay_in_it():
    def page(canvas: Canvas) -> None:
        put(canvas, 80, 700, "diện tích 15 km")
        put(canvas, 80 + canvas.stringWidth("diện tích 15 km", "serif", 12), 704, "2", size=7)

    assert texts(read(drawn(page))) == ["diện tích 15 km2"]


def test_numbers_that_one_stroke_sets_in_two_cells_are_parted_at_the_line():
    def page(canvas: Canvas) -> None:
        rule(canvas, (60, 94.5, 140), (700, 670))
        canvas.setFont("Helvetica", 12)
        stroke = canvas.beginText(80, 680)
        stroke._code.append("[(12) -150 (345)] TJ")
        canvas.drawText(stroke)

    assert rows(only_table(read(drawn(page)))) == [["12", "345"]]


def test_a_word_written_over_a_line_stays_one_word():
    def page(canvas: Canvas) -> None:
        rule(canvas, (60, 100, 160), (700, 670))
        put(canvas, 74, 680, "2018", size=14)
        put(canvas, 120, 680, "7")

    assert rows(only_table(read(drawn(page)))) == [["2018", "7"]]


def invisible(canvas: Canvas) -> None:
    text = canvas.beginText(80, 600)
    text.setFont("serif", 12)
    text.setTextRenderMode(3)
    text.textOut("chữ vô hình")
    canvas.drawText(text)


def white_on_white(canvas: Canvas) -> None:
    canvas.setFillColor(white)
    put(canvas, 80, 600, "chữ vô hình")


def off_the_page(canvas: Canvas) -> None:
    put(canvas, 900, 600, "chữ vô hình")


def without_size(canvas: Canvas) -> None:
    put(canvas, 80, 600, "chữ vô hình", size=0.1)


def transparent(canvas: Canvas) -> None:
    canvas.setFillColor(Color(0, 0, 0, alpha=0))
    put(canvas, 80, 600, "chữ vô hình")


def covered(canvas: Canvas) -> None:
    put(canvas, 80, 600, "chữ vô hình")
    canvas.setFillColor(lightgrey)
    canvas.rect(70, 590, 200, 30, stroke=0, fill=1)


@pytest.mark.parametrize("hide", [invisible, white_on_white, off_the_page, without_size, transparent, covered])
def test_text_that_is_not_on_the_paper_is_flagged_and_not_read(hide: object):
    def page(canvas: Canvas) -> None:
        put(canvas, 80, 700, "Nội dung nhìn thấy được trên giấy.")
        hide(canvas)  # type: ignore[operator]

    document = read(drawn(page))
    assert texts(document) == ["Nội dung nhìn thấy được trên giấy."]
    assert [(finding.code, finding.found, finding.place.page) for finding in document.findings] == [
        ("HIDDEN_TEXT", "chữ vô hình", 1)
    ]


def test_white_letters_on_a_dark_head_are_read():
    def page(canvas: Canvas) -> None:
        canvas.rect(60, 670, 410, 30, stroke=0, fill=1)
        rule(canvas, XS, YS)
        canvas.setFillColor(white)
        fill(canvas, XS, YS, REPORT[:1])
        canvas.setFillColor(black)
        fill(canvas, XS, YS[1:], REPORT[1:])

    document = read(drawn(page))
    assert rows(only_table(document)) == REPORT
    assert document.findings == ()


def strike(canvas: Canvas, x: float, y: float, text: str) -> None:
    """As Word prints a tracked deletion: red, with a line through it."""
    canvas.setFillColor(red)
    canvas.setStrokeColor(red)
    put(canvas, x, y, text)
    canvas.line(x, y + 3.3, x + canvas.stringWidth(text, "serif", 12), y + 3.3)
    canvas.setFillColor(black)
    canvas.setStrokeColor(black)


def test_struck_text_is_not_read_and_said():
    def page(canvas: Canvas) -> None:
        rule(canvas, (60, 160, 260), (700, 670))
        put(canvas, 64, 680, "5")
        strike(canvas, 64 + canvas.stringWidth("5", "serif", 12), 680, "401")
        put(canvas, 164, 680, "Chưa đạt")
        put(canvas, 60, 600, "Đã ban hành")
        strike(canvas, 64 + canvas.stringWidth("Đã ban hành", "serif", 12), 600, "không")

    document = read(drawn(page))
    assert rows(only_table(document)) == [["5", "Chưa đạt"]]
    assert texts(document) == ["Đã ban hành"]
    assert [(finding.code, finding.found) for finding in document.findings] == [
        ("DELETED_TEXT", "401"),
        ("DELETED_TEXT", "không"),
    ]


def test_an_underlined_text_and_a_text_that_runs_into_a_ruling_line_are_read():
    def page(canvas: Canvas) -> None:
        rule(canvas, (60, 160, 260), (700, 670))
        put(canvas, 64, 680, "12")
        canvas.line(64, 678.5, 64 + canvas.stringWidth("12", "serif", 12), 678.5)
        put(canvas, 164, 667, "34")

    assert "34" in " ".join(texts(read(drawn(page))) + [" ".join(row) for row in rows(only_table(read(drawn(page))))])
    assert codes(read(drawn(page))) == []


def test_a_figure_broken_in_a_narrow_cell_is_one_figure():
    def page(canvas: Canvas) -> None:
        rule(canvas, (60, 100, 200), (700, 660))
        put(canvas, 65.5, 685, "1.294.\n675", size=10)
        put(canvas, 105.5, 685, "12\n345", size=10)

    assert [cell.text for cell in only_table(read(drawn(page))).cells] == ["1.294.675", "12\n345"]


def test_a_lone_onset_belongs_to_the_next_line_whatever_room_there_was():
    def page(canvas: Canvas) -> None:
        rule(canvas, (60, 160, 300), (700, 640))
        put(canvas, 65.5, 685, "Bình\nt\nhường", size=10)
        put(canvas, 165.5, 685, "7", size=10)

    assert only_table(read(drawn(page))).cells[0].text == "Bình\nthường"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("truyề\nn thanh", "truyền thanh"),
        ("(Tín\nh đến", "(Tính đến"),
        ("ST\nT", "STT"),
        ("Hài\nlòng", "Hài\nlòng"),
        ("CCHC\nkhác", "CCHC\nkhác"),
        ("41\n.778", "41.778"),
        ("124\n5", "1245"),
        ("95\n%", "95%"),
        ("12\n345", "12\n345"),
        ("2019\nĐạt", "2019\nĐạt"),
        ("ngư\nời", "người"),
        ("S\nTT", "STT"),
        ("Giao k\nhoán", "Giao khoán"),
        ("Từ 01/3/2\n019", "Từ 01/3/2019"),
        ("Số 15/Q\nĐ-UBND", "Số 15/QĐ-UBND"),
        ("UBND\nHĐND", "UBND\nHĐND"),
    ],
)
def test_a_word_broken_in_a_narrow_cell_is_one_word_and_two_words_stay_two(lines: str, text: str):
    def page(canvas: Canvas) -> None:
        widest = max(canvas.stringWidth(line, "serif", 12) for line in lines.split("\n"))
        rule(canvas, (60, 60 + canvas.stringWidth(lines.split("\n")[0], "serif", 12) + 11, 300), (700, 660))
        put(canvas, 65.5, 685, lines)
        put(canvas, 100 + widest, 685, "7")

    assert only_table(read(drawn(page))).cells[0].text == text
