"""Automatic list numbers are those that Word prints, wherever the definition comes from."""

import io

import docx
import pytest

from ingest.readers.numbering import format_number
from tests.docx_files import abstract, document, lvl, make, num, num_pr, p, paragraphs, read, shown, start_at, tbl, tc, tr

THREE = abstract(1, lvl(0, "%1."), lvl(1, "%1.%2."), lvl(2, "%1.%2.%3."))


def labels(*items: tuple[int, int], numbering: str, styles: str = "") -> list[str]:
    body = "".join(p("việc", num_pr(number, ilvl)) for number, ilvl in items)
    return [paragraph.label for paragraph in paragraphs(body, numbering=numbering, styles=styles)]


@pytest.mark.parametrize(
    ("fmt", "numbers"),
    [
        ("decimal", ["1", "2", "9", "10", "100"]),
        ("decimalZero", ["01", "02", "09", "10", "100"]),
        ("lowerLetter", ["a", "b", "i", "j", "vvvv"]),
        ("upperLetter", ["A", "B", "I", "J", "VVVV"]),
        ("lowerRoman", ["i", "ii", "ix", "x", "c"]),
        ("upperRoman", ["I", "II", "IX", "X", "C"]),
        ("ordinal", ["1st", "2nd", "9th", "10th", "100th"]),
        ("none", ["", "", "", "", ""]),
        ("vietnameseCounting", ["một", "hai", "chín", "mười", "100"]),
        ("decimalEnclosedParen", ["(1)", "(2)", "(9)", "(10)", "(100)"]),
        ("decimalEnclosedCircle", ["①", "②", "⑨", "⑩", "100"]),
        ("numberInDash", ["- 1 -", "- 2 -", "- 9 -", "- 10 -", "- 100 -"]),
        ("chicago", ["*", "†", "*" * 3, "†" * 3, "§" * 25]),
        ("hex", ["1", "2", "9", "A", "64"]),
        ("a format that nobody knows", ["1", "2", "9", "10", "100"]),
    ],
)
def test_a_number_is_written_as_word_writes_its_format(fmt, numbers):
    assert [format_number(value, fmt) for value in (1, 2, 9, 10, 100)] == numbers


@pytest.mark.parametrize(
    ("value", "fmt", "written"),
    [
        (26, "lowerLetter", "z"), (27, "lowerLetter", "aa"), (28, "lowerLetter", "bb"), (53, "upperLetter", "AAA"),
        (1994, "upperRoman", "MCMXCIV"), (11, "ordinal", "11th"), (21, "ordinal", "21st"), (23, "ordinal", "23rd"),
        (15, "vietnameseCounting", "mười lăm"), (21, "vietnameseCounting", "hai mươi mốt"),
        (11, "vietnameseCounting", "mười một"), (30, "vietnameseCounting", "ba mươi"),
        (7, "001, 002, 003, ...", "007"), (10**9, "lowerLetter", "1000000000"), (0, "upperRoman", "0"),
    ],
)  # fmt: skip
def test_letters_double_after_z_and_words_are_vietnamese(value, fmt, written):
    assert format_number(value, fmt) == written


def test_levels_count_under_their_parents():
    items = [(1, 0), (1, 1), (1, 1), (1, 2), (1, 0), (1, 1), (1, 2), (1, 2)]
    assert labels(*items, numbering=THREE + num(1, 1)) == [
        "1.", "1.1.", "1.2.", "1.2.1.", "2.", "2.1.", "2.1.1.", "2.1.2.",
    ]  # fmt: skip


def test_a_list_starts_where_it_says():
    numbering = abstract(1, lvl(0, "Điều %1.", start=5)) + num(1, 1)
    assert labels((1, 0), (1, 0), numbering=numbering) == ["Điều 5.", "Điều 6."]


def test_a_level_without_a_start_begins_at_zero():
    assert labels((1, 0), (1, 0), numbering=abstract(1, lvl(0, "%1.", start=None)) + num(1, 1)) == ["0.", "1."]


def test_two_lists_of_one_definition_share_the_count():
    assert labels((1, 0), (2, 0), (1, 0), numbering=THREE + num(1, 1) + num(2, 1)) == ["1.", "2.", "3."]


def test_lists_of_two_definitions_count_apart():
    numbering = THREE + abstract(2, lvl(0, "%1)")) + num(1, 1) + num(2, 2)
    assert labels((1, 0), (2, 0), (1, 0), (2, 0), numbering=numbering) == ["1.", "1)", "2.", "2)"]


def test_a_start_of_its_own_restarts_the_count_once():
    numbering = THREE + num(1, 1) + num(2, 1, start_at(0, 1))
    items = [(1, 0), (1, 0), (2, 0), (2, 0), (1, 0)]
    assert labels(*items, numbering=numbering) == ["1.", "2.", "1.", "2.", "3."]


def test_a_start_of_its_own_holds_whenever_its_level_restarts():
    numbering = THREE + num(1, 1, start_at(1, 4))
    assert labels((1, 0), (1, 1), (1, 0), (1, 1), numbering=numbering) == ["1.", "1.4.", "2.", "2.4."]


def test_a_list_may_replace_a_level():
    override = f'<w:lvlOverride w:ilvl="0">{lvl(0, "%1)", "lowerLetter")}</w:lvlOverride>'
    assert labels((2, 0), (2, 0), numbering=THREE + num(2, 1, override)) == ["a)", "b)"]


def test_a_level_that_was_passed_over_counts_as_used():
    assert labels((1, 1), (1, 0), (1, 1), numbering=THREE + num(1, 1)) == ["1.1.", "2.", "2.1."]


def test_lvl_restart_zero_never_restarts():
    numbering = abstract(1, lvl(0, "%1."), lvl(1, "(%2)", more='<w:lvlRestart w:val="0"/>')) + num(1, 1)
    assert labels((1, 0), (1, 1), (1, 0), (1, 1), numbering=numbering) == ["1.", "(1)", "2.", "(2)"]


def test_lvl_restart_names_the_level_that_restarts_it():
    third = lvl(2, "%3)", more='<w:lvlRestart w:val="1"/>')
    numbering = abstract(1, lvl(0, "%1."), lvl(1, "%1.%2."), third) + num(1, 1)
    items = [(1, 0), (1, 1), (1, 2), (1, 1), (1, 2), (1, 0), (1, 2)]
    assert labels(*items, numbering=numbering) == ["1.", "1.1.", "1)", "1.2.", "2)", "2.", "1)"]


def test_legal_numbering_writes_every_level_in_digits():
    numbering = abstract(1, lvl(0, "%1.", "upperRoman"), lvl(1, "%1.%2", more="<w:isLgl/>")) + num(1, 1)
    assert labels((1, 0), (1, 0), (1, 1), numbering=numbering) == ["I.", "II.", "2.1"]


def test_without_legal_numbering_a_parent_keeps_its_format():
    numbering = abstract(1, lvl(0, "%1.", "upperRoman"), lvl(1, "%1.%2")) + num(1, 1)
    assert labels((1, 0), (1, 1), numbering=numbering) == ["I.", "I.1"]


def test_a_bullet_between_numbered_levels_prints_nothing_of_itself():
    numbering = abstract(1, lvl(0, "%1."), lvl(1, "–", "bullet"), lvl(2, "%1.%2%3.")) + num(1, 1)
    assert labels((1, 0), (1, 1), (1, 2), numbering=numbering) == ["1.", "–", "1.1."]


@pytest.mark.parametrize(
    ("text", "font", "printed"),
    [
        ("-", "Times New Roman", "-"), ("+", "", "+"), ("\uf0b7", "Symbol", "•"), ("\uf0a7", "Wingdings", "▪"),
        ("\uf0fc", "Wingdings", "✓"), ("\uf0d8", "Wingdings", "➢"), ("o", "Courier New", "o"), ("\uf0b7", "", "•"),
    ],
)  # fmt: skip
def test_a_bullet_is_the_sign_that_is_printed(text, font, printed):
    fonts = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>' if font else ""
    assert labels((1, 0), numbering=abstract(1, lvl(0, text, "bullet", run=fonts)) + num(1, 1)) == [printed]


def test_an_automatic_number_may_have_words_around_it():
    numbering = abstract(1, lvl(0, "Phần thứ %1", "vietnameseCounting")) + num(1, 1)
    assert labels((1, 0), (1, 0), numbering=numbering) == ["Phần thứ một", "Phần thứ hai"]


def test_a_custom_format_pads_with_zeros():
    choice = (
        '<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, 003, ..."/>'
        '</mc:Choice><mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
    )
    level = f'<w:lvl w:ilvl="0"><w:start w:val="9"/>{choice}<w:lvlText w:val="%1."/></w:lvl>'
    assert labels((1, 0), (1, 0), numbering=abstract(1, level) + num(1, 1)) == ["009.", "010."]


def test_a_single_level_list_has_one_level_whatever_its_paragraphs_say():
    numbering = abstract(1, lvl(0, "%1."), kind="singleLevel") + num(1, 1)
    assert labels((1, 0), (1, 3), numbering=numbering) == ["1.", "2."]


@pytest.mark.parametrize(("number", "ilvl"), [(0, 0), (99, 0), (1, 8), (1, -1)])
def test_what_is_no_list_has_no_number(number, ilvl):
    assert labels((number, ilvl), numbering=abstract(1, lvl(0, "%1.")) + num(1, 1)) == [""]


def test_levels_beyond_nine_are_ignored():
    assert labels((1, 12), (1, 0), numbering=abstract(1, lvl(0, "%1."), lvl(12, "%1!")) + num(1, 1)) == ["", "1."]


# -- lists through styles --------------------------------------------------------------------------------------------


def style(name: str, number: str = "", based_on: str = "", kind: str = "paragraph") -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/>{base}<w:pPr>{number}</w:pPr></w:style>'


def styled(*names: str, numbering: str, styles: str) -> list[str]:
    body = "".join(p("mục", f'<w:pStyle w:val="{name}"/>') for name in names)
    return [paragraph.label for paragraph in paragraphs(body, numbering=numbering, styles=styles)]


def test_a_paragraph_style_numbers_its_paragraphs_and_those_based_on_it():
    styles = style("Muc", num_pr(1, None)) + style("MucCon", based_on="Muc")
    assert styled("Muc", "MucCon", numbering=THREE + num(1, 1), styles=styles) == ["1.", "2."]


def test_the_level_is_the_one_that_names_the_style():
    levels = [lvl(0, "%1.", "upperRoman", more='<w:pStyle w:val="Cap1"/>')]
    levels.append(lvl(1, "%2.", more='<w:pStyle w:val="Cap2"/>'))
    styles = style("Cap1", num_pr(1, None)) + style("Cap2", num_pr(1, None))
    numbering = abstract(1, *levels) + num(1, 1)
    assert styled("Cap1", "Cap2", "Cap2", "Cap1", numbering=numbering, styles=styles) == ["I.", "1.", "2.", "II."]


def test_list_zero_takes_a_paragraph_out_of_the_list_of_its_style():
    styles = style("Muc", num_pr(1))
    body = "".join(p("mục", f'<w:pStyle w:val="Muc"/>{out}') for out in ("", '<w:numPr><w:numId w:val="0"/></w:numPr>', ""))
    found = paragraphs(body, numbering=THREE + num(1, 1), styles=styles)
    assert [paragraph.label for paragraph in found] == ["1.", "", "2."]


def test_a_paragraph_may_change_only_the_level_of_its_style():
    styles = style("Muc", num_pr(1))
    own = '<w:pStyle w:val="Muc"/><w:numPr><w:ilvl w:val="1"/></w:numPr>'
    found = paragraphs(p("a", '<w:pStyle w:val="Muc"/>') + p("b", own), numbering=THREE + num(1, 1), styles=styles)
    assert [paragraph.label for paragraph in found] == ["1.", "1.1."]


def test_a_list_may_borrow_its_levels_from_a_numbering_style():
    numbering = (
        abstract(1, more='<w:numStyleLink w:val="DanhMuc"/>')
        + abstract(2, lvl(0, "%1)", "lowerLetter"), more='<w:styleLink w:val="DanhMuc"/>')
        + num(1, 1)
        + num(2, 2)
    )
    styles = style("DanhMuc", '<w:numPr><w:numId w:val="2"/></w:numPr>', kind="numbering")
    assert labels((1, 0), (2, 0), numbering=numbering, styles=styles) == ["a)", "b)"]


def test_numbering_styles_that_name_each_other_end():
    numbering = abstract(1, more='<w:numStyleLink w:val="Vong"/>') + num(1, 1)
    styles = style("Vong", '<w:numPr><w:numId w:val="1"/></w:numPr>', kind="numbering")
    assert labels((1, 0), numbering=numbering, styles=styles) == [""]


def test_styles_based_on_each_other_end():
    styles = style("A", num_pr(1), based_on="B") + style("B", based_on="A")
    assert styled("B", numbering=THREE + num(1, 1), styles=styles) == ["1."]


# -- what counts -----------------------------------------------------------------------------------------------------


def test_cells_count_in_reading_order_and_an_empty_numbered_cell_shows_its_number():
    table = tbl(tr(tc(p("", num_pr(1))), "Số văn bản", "3"), tr(tc(p("", num_pr(1))), "Số hội nghị", "0"))
    found = document(table + p("sau", num_pr(1)), numbering=THREE + num(1, 1))
    (table_read,) = found.tables()
    assert shown(table_read) == [["1.", "Số văn bản", "3"], ["2.", "Số hội nghị", "0"]]
    assert [cell.text for cell in table_read.cells if cell.col == 1] == ["", ""]
    assert [paragraph.label for paragraph in found.paragraphs()] == ["3."]


def test_a_cell_under_a_vertical_merge_goes_on_counting():
    rows = [tr(tc(p("", num_pr(1)), merge), "x") for merge in ('<w:vMerge w:val="restart"/>', "<w:vMerge/>", "")]
    (table,) = document(tbl(*rows), numbering=THREE + num(1, 1)).tables()
    assert shown(table) == [["1.", "x"], ["1.", "x"], ["3.", "x"]]


def test_further_numbered_lines_of_a_cell_keep_their_numbers():
    dash = abstract(1, lvl(0, "-", "bullet")) + num(1, 1)
    cell = tc(p("Cấp xã", num_pr(1)) + p("Cấp huyện", num_pr(1)))
    (table,) = document(tbl(tr(cell, "1")), numbering=dash).tables()
    assert table.cells[0].shown == "- Cấp xã\n- Cấp huyện"
    assert (table.cells[0].label, table.cells[0].text) == ("-", "Cấp xã\n- Cấp huyện")


def test_text_boxes_count_apart_from_the_text():
    box = f"<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>{p('hộp', num_pr(1))}</w:txbxContent></v:textbox>"
    body = p("một", num_pr(1)) + f"{box}</v:shape></w:pict></w:r></w:p>" + p("hai", num_pr(1))
    found = paragraphs(body, numbering=THREE + num(1, 1))
    assert [(paragraph.label, paragraph.text) for paragraph in found] == [("1.", "một"), ("1.", "hộp"), ("2.", "hai")]


def test_the_empty_paragraph_that_ends_a_section_takes_no_number():
    body = p("một", num_pr(1)) + p("", num_pr(1) + "<w:sectPr/>") + p("hai", num_pr(1))
    found = paragraphs(body, numbering=THREE + num(1, 1))
    assert [paragraph.label for paragraph in found] == ["1.", "2."]


def test_a_report_without_a_numbering_part_has_no_numbers():
    def drop(parts):
        del parts["word/numbering.xml"]
        rels = parts["word/_rels/document.xml.rels"]
        parts["word/_rels/document.xml.rels"] = rels.replace(b"numbering.xml", b"khong-co.xml")

    assert [x.label for x in read(make(p("một", num_pr(1)), edit=drop)).paragraphs()] == [""]


def test_the_list_styles_of_a_template_number_their_paragraphs():

    written = docx.Document()
    for style_name in ("List Number", "List Number", "List Bullet"):
        written.add_paragraph("việc", style=style_name)
    saved = io.BytesIO()
    written.save(saved)
    assert [paragraph.label for paragraph in read(saved.getvalue()).paragraphs()] == ["1.", "2.", "•"]
