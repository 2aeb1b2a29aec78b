"""A Word report is read as a careful person reads its print: in order, with the look that tells headings from text."""

import pytest

from schemas.document import Paragraph, Table
from tests.docx_files import STYLES, control, document, found, make, p, paragraphs, r, read, tbl, tc, text, texts, tr


def test_blocks_come_in_the_order_of_the_page():
    read_back = document(p("một") + tbl(tr("a", "b")) + p("hai") + p("") + tbl(tr("c", "d")) + p("ba"))
    assert [type(block) for block in read_back.blocks] == [Paragraph, Table, Paragraph, Table, Paragraph]
    assert [block.place.block for block in read_back.blocks] == [1, 2, 3, 4, 5]
    assert [table.place.table for table in read_back.tables()] == [1, 2]


GONE = "<w:rPr><w:del/></w:rPr>"


def test_a_deleted_paragraph_mark_joins_the_two_paragraphs():
    first, second = paragraphs(p("đầu ", GONE + '<w:jc w:val="center"/>') + p("cuối") + p("sau"))
    assert (first.text, first.centered, second.text) == ("đầu cuối", False, "sau")


def test_a_wholly_deleted_paragraph_leaves_nothing():
    gone = f"<w:p><w:pPr>{GONE}</w:pPr><w:del><w:r><w:delText>bỏ</w:delText></w:r></w:del></w:p>"
    assert texts(p("a") + gone + p("b") + gone + tbl(tr("1", "2")) + gone) == ["a", "b"]


def test_a_deleted_mark_before_a_table_keeps_its_text():
    assert [type(block) for block in document(p("giữ", GONE) + tbl(tr("1", "2"))).blocks] == [Paragraph, Table]


def test_an_inserted_paragraph_mark_is_a_paragraph_mark():
    assert texts(p("a", "<w:rPr><w:ins/></w:rPr>") + p("b")) == ["a", "b"]


LOOKS = """
<w:style w:type="paragraph" w:styleId="Dam"><w:name w:val="Dam"/>
<w:pPr><w:jc w:val="center"/><w:outlineLvl w:val="1"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="DamCon"><w:name w:val="DamCon"/><w:basedOn w:val="Dam"/></w:style>
<w:style w:type="character" w:styleId="Nhan"><w:name w:val="Nhan"/><w:rPr><w:b/><w:i/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="De1"><w:name w:val="Heading 3"/></w:style>
"""


@pytest.mark.parametrize(
    ("body", "bold", "italic"),
    [
        (p("đậm", run="<w:b/>"), True, False),
        (p("không", run='<w:b w:val="0"/>'), False, False),
        (f"<w:p>{r('đậm ', '<w:b/>')}{r('thường')}</w:p>", False, False),
        (f"<w:p>{r('đậm', '<w:b/>')}{r('  ')}{r('nghiêng', '<w:b/><w:i/>')}</w:p>", True, False),
        (p("kiểu", '<w:pStyle w:val="DamCon"/>'), True, False),
        (p("kiểu", run='<w:rStyle w:val="Nhan"/>'), True, True),
        (p("bật rồi tắt", '<w:pStyle w:val="Dam"/>', '<w:rStyle w:val="Nhan"/>'), False, True),
        (p("tự nói", '<w:pStyle w:val="Dam"/>', '<w:rStyle w:val="Nhan"/><w:b/>'), True, True),
        (p("kiểu không có", '<w:pStyle w:val="KhongCo"/>'), False, False),
    ],
)
def test_bold_and_italic_follow_styles_and_toggles(body, bold, italic):
    (paragraph,) = paragraphs(body, styles=LOOKS)
    assert (paragraph.bold, paragraph.italic) == (bold, italic)


def test_what_the_document_defaults_make_bold_stays_bold():
    def embolden(parts):
        parts[STYLES] = parts[STYLES].replace(b"<w:rPrDefault><w:rPr>", b"<w:rPrDefault><w:rPr><w:b/>")

    data = make(p("đậm", '<w:pStyle w:val="Dam"/>') + p("thường", run='<w:b w:val="0"/>'), styles=LOOKS, edit=embolden)
    assert [paragraph.bold for paragraph in read(data).paragraphs()] == [True, False]


@pytest.mark.parametrize(
    ("props", "centered", "level"),
    [
        ("", False, None),
        ('<w:jc w:val="center"/>', True, None),
        ('<w:pStyle w:val="DamCon"/>', True, 2),
        ('<w:pStyle w:val="DamCon"/><w:jc w:val="left"/>', False, 2),
        ('<w:outlineLvl w:val="0"/>', False, 1),
        ('<w:pStyle w:val="DamCon"/><w:outlineLvl w:val="9"/>', True, None),
        ('<w:pStyle w:val="Heading2"/>', False, 2),
        ('<w:pStyle w:val="De1"/>', False, 3),
    ],
)
def test_alignment_and_outline_level_come_from_paragraph_or_style(props, centered, level):
    (paragraph,) = paragraphs(p("mục", props), styles=LOOKS)
    assert (paragraph.centered, paragraph.level) == (centered, level)


def test_capitals_that_only_the_font_makes_stay_as_typed():
    assert text(r("Báo cáo", "<w:caps/>")) == "Báo cáo"


def test_a_table_of_contents_is_not_taken_for_headings():
    entries = control(p("I. Mục"), '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>')
    style = '<w:style w:type="paragraph" w:styleId="ML1"><w:name w:val="toc 1"/></w:style>'
    found_paragraphs = paragraphs(entries + p("II. Mục", '<w:pStyle w:val="ML1"/>') + p("I. Mục"), styles=style)
    assert [paragraph.in_layout for paragraph in found_paragraphs] == [True, True, False]


TCVN3 = '<w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/>'


def test_legacy_fonts_are_decoded_over_the_runs_of_one_font():
    read_back = document(f"<w:p>{r('ViÖt ', TCVN3)}{r('N', TCVN3 + '<w:b/>')}{r('am', TCVN3)}{r(' – xã Sơn Tây')}</w:p>")
    assert [paragraph.text for paragraph in read_back.paragraphs()] == ["Việt Nam – xã Sơn Tây"]
    (finding,) = found(read_back, "LEGACY_FONT")
    assert (finding.found, finding.expected) == ("Việt Nam", "TCVN3")


def test_the_soft_hyphen_is_a_letter_in_tcvn3():
    run = f'<w:r><w:rPr>{TCVN3}</w:rPr><w:t>th</w:t><w:softHyphen/><w:t xml:space="preserve"> viÖn x· héi</w:t></w:r>'
    assert text(run) == "thư viện xã hội"


def test_a_legacy_font_may_come_from_the_style():
    style = f'<w:style w:type="paragraph" w:styleId="Cu"><w:name w:val="Cu"/><w:rPr>{TCVN3}</w:rPr></w:style>'
    assert [x.text for x in paragraphs(p("ViÖt Nam", '<w:pStyle w:val="Cu"/>'), styles=style)] == ["Việt Nam"]


def test_legacy_fonts_are_said_once_an_encoding():
    cells = tr(*(tc(p(word, run=TCVN3)) for word in ("ViÖt Nam", "x· héi", "céng hßa", "12")))
    (finding,) = found(document(tbl(cells)), "LEGACY_FONT")
    assert finding.found == "Việt Nam (và 2 chỗ khác)"
    assert finding.place.col == 1


def test_a_list_number_in_a_legacy_font_is_decoded():
    level = (
        '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        f'<w:lvlText w:val="§iÒu %1."/><w:rPr>{TCVN3}</w:rPr></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    (paragraph,) = paragraphs(p("x", '<w:numPr><w:numId w:val="1"/></w:numPr>'), numbering=level)
    assert paragraph.label == "Điều 1."
