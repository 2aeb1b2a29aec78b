"""What a paragraph shows is read, once; what it does not show is left out and said."""

import pytest

from tests.docx_files import control, document, found, p, r, shown, tbl, tc, text, texts, the_table, tr


def field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def code(instruction: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r>'


@pytest.mark.parametrize(
    ("runs", "printed"),
    [
        (r("1") + f"<w:ins>{r('25')}</w:ins>", "125"),
        (r("1") + f"<w:moveTo>{r('25')}</w:moveTo>", "125"),
        (f"<w:hyperlink>{r('trang tin')}</w:hyperlink>", "trang tin"),
        (f'<w:hyperlink r:id="rId999">{r("liên kết hỏng")}</w:hyperlink>', "liên kết hỏng"),
        (f"<w:smartTag>{r('xã ')}<w:smartTag>{r('Sơn Tây')}</w:smartTag></w:smartTag>", "xã Sơn Tây"),
        (f"<w:customXml>{r('12')}</w:customXml>", "12"),
        (f"<w:bdo>{r('ab')}</w:bdo>", "ab"),
        (f"<w:sdt><w:sdtContent>{r('trong ô')}</w:sdtContent></w:sdt>", "trong ô"),
        ("<w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:cr/><w:t>c</w:t></w:r>", "a\nb\nc"),
        ("<w:r><w:t>1</w:t><w:tab/><w:t>2</w:t></w:r>", "1\t2"),
        ("<w:r><w:t>15</w:t><w:noBreakHyphen/><w:t>UBND</w:t></w:r>", "15-UBND"),
        ("<w:r><w:t>hành</w:t><w:softHyphen/><w:t>chính</w:t></w:r>", "hànhchính"),
        ("<w:r><w:t>  12  </w:t></w:r>", "12"),
        ('<w:r><w:t xml:space="preserve">1 </w:t></w:r><w:r><w:t>500</w:t></w:r>', "1 500"),
        ("<w:r><w:t>xã</w:t><w:footnoteReference/><w:t>.</w:t></w:r>", "xã."),
        (f"<w:fldSimple>{r('31/3')}</w:fldSimple>", "31/3"),
        (field("begin") + code(" PAGE ") + field("separate") + r("7") + field("end"), "7"),
        (field("begin") + code(" PAGE ") + field("end") + r("sau"), "sau"),
        (
            field("begin") + code(" IF ") + field("begin") + code(" X ") + field("separate") + r("mã") + field("end")
            + code(" = 1 ") + field("separate") + r("kết quả") + field("end"),
            "kết quả",
        ),
        ("<m:oMath><m:r><m:t>95</m:t></m:r></m:oMath>", "95"),
        (
            "<m:oMath><m:f><m:num><m:r><m:t>41</m:t></m:r></m:num><m:den><m:r><m:t>41</m:t></m:r></m:den></m:f></m:oMath>",
            "41/41",
        ),
        (f"<w:r><w:ruby><w:rt>{r('chú')}</w:rt><w:rubyBase>{r('chữ')}</w:rubyBase></w:ruby></w:r>", "chữ"),
    ],
)  # fmt: skip
def test_what_shows_is_read(runs, printed):
    assert text(runs) == printed


@pytest.mark.parametrize(
    ("font", "char", "sign"),
    [
        ("Wingdings", "F0FE", "☑"), ("Wingdings", "F0A8", "☐"), ("Wingdings", "F0FC", "✓"), ("Wingdings", "F078", "☒"),
        ("Wingdings 2", "F052", "☑"), ("Wingdings 2", "F050", "✓"), ("Symbol", "F0B7", "•"), ("Arial", "F041", "A"),
    ],
)  # fmt: skip
def test_ticks_and_boxes_of_symbol_fonts_are_signs(font, char, sign):
    assert text(f'<w:r><w:sym w:font="{font}" w:char="{char}"/></w:r>') == sign


def test_letters_typed_in_a_symbol_font_are_the_pictures_they_print():
    fonts = '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'
    assert text(r("Có ") + r("þ", fonts) + r(" Không ") + r("\uf0a8", fonts)) == "Có ☑ Không ☐"


@pytest.mark.parametrize(
    ("data", "sign"),
    [
        ("<w:checkBox><w:checked/></w:checkBox>", "☑"),
        ('<w:checkBox><w:default w:val="0"/></w:checkBox>', "☐"),
        ('<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>', "☐"),
        ('<w:ddList><w:result w:val="1"/><w:listEntry w:val="Có"/><w:listEntry w:val="Không"/></w:ddList>', "Không"),
        ('<w:ddList><w:listEntry w:val="Có"/></w:ddList>', "Có"),
    ],
)
def test_a_form_field_shows_its_state(data, sign):
    begin = f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{data}</w:ffData></w:fldChar></w:r>'
    assert text(begin + code(" FORMCHECKBOX ") + field("end")) == sign


def test_a_note_mark_typed_by_hand_does_not_lengthen_a_number():
    raised = '<w:vertAlign w:val="superscript"/>'
    assert text(r("25") + r("1", raised)) == "25¹"
    assert text(r("km") + r("2", raised)) == "km2"


def test_a_field_may_run_over_paragraphs():
    body = f"<w:p>{field('begin')}{code(' REF x ')}{field('separate')}{r('một')}</w:p><w:p>{r('hai')}{field('end')}</w:p>"
    assert texts(body) == ["một", "hai"]


def test_a_field_that_never_ends_swallows_nothing():
    read_back = document(f"<w:p>{field('begin')}{code(' SEQ ')}{r('12')}</w:p>{p('sau')}{tbl(tr('3', '4'))}")
    assert [paragraph.text for paragraph in read_back.paragraphs()] == ["12", "sau"]
    assert found(read_back, "TRUNCATED_STRUCTURE")


def test_paragraphs_inside_a_field_code_are_said():
    read_back = document(f"<w:p>{field('begin')}</w:p>{p('khuất')}<w:p>{field('end')}{r('sau')}</w:p>")
    assert [paragraph.text for paragraph in read_back.paragraphs()] == ["sau"]
    assert [finding.found for finding in found(read_back, "HIDDEN_TEXT")] == ["khuất"]


def test_a_storm_of_fields_that_never_end_is_read():
    body = f"<w:p>{field('begin')}{r('12')}</w:p>" * 3000
    assert texts(body) == ["12"] * 3000


def test_a_field_drawn_from_its_code_alone_is_said():
    fraction = code(" EQ \\f(1;2) ")
    assert found(document(f"<w:p>{field('begin')}{fraction}{field('end')}</w:p>"), "TRUNCATED_STRUCTURE")


@pytest.mark.parametrize("mark", ["del", "moveFrom"])
def test_deleted_text_is_left_out_and_said(mark):
    gone = f"<w:{mark}><w:r><w:delText>cũ 1</w:delText></w:r><w:r><w:delText>0</w:delText></w:r></w:{mark}>"
    read_back = document(f"<w:p>{r('mới')}{gone}</w:p>")
    assert [paragraph.text for paragraph in read_back.paragraphs()] == ["mới"]
    assert [finding.found for finding in found(read_back, "DELETED_TEXT")] == ["cũ 10"]


def test_deletions_are_said_once_a_file():
    gone = "<w:p><w:r><w:t>x</w:t></w:r><w:del><w:r><w:delText>cũ</w:delText></w:r></w:del></w:p>"
    (finding,) = found(document(gone * 3), "DELETED_TEXT")
    assert finding.found == "cũ (và 2 chỗ khác)"
    assert finding.place.block == 1


HIDDEN_STYLE = (
    '<w:style w:type="character" w:styleId="An"><w:name w:val="An"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="DoanAn"><w:name w:val="DoanAn"/><w:rPr><w:vanish/></w:rPr></w:style>'
)


@pytest.mark.parametrize(
    "body",
    [
        f"<w:p>{r('thấy')}{r('ẩn', '<w:vanish/>')}</w:p>",
        "<w:p>" + r("thấy") + r("ẩn", '<w:rStyle w:val="An"/>') + "</w:p>",
        p("thấy", '<w:pStyle w:val="DoanAn"/>', '<w:vanish w:val="0"/>').replace("</w:p>", r("ẩn") + "</w:p>"),
    ],
)
def test_hidden_text_is_left_out_and_said(body):
    read_back = document(body, styles=HIDDEN_STYLE)
    assert [paragraph.text for paragraph in read_back.paragraphs()] == ["thấy"]
    assert [finding.found for finding in found(read_back, "HIDDEN_TEXT")] == ["ẩn"]


def test_text_hidden_only_on_the_web_is_read():
    assert text(r("in ra", "<w:webHidden/>")) == "in ra"


def test_hidden_and_struck_text_in_a_cell_makes_the_cell_doubtful():
    hidden = tc(f"<w:p>{r('1', '<w:vanish/>')}{r('25')}</w:p>")
    struck = tc(f"<w:p>{r('10', '<w:strike/>')}{r('12')}</w:p>")
    read_back = document(tbl(tr("a", hidden, struck, "3")))
    (table,) = read_back.tables()
    assert [(cell.text, cell.doubt) for cell in table.cells[1:]] == [
        ("25", "HIDDEN_TEXT"),
        ("1012", "STRUCK_TEXT"),
        ("3", ""),
    ]
    (said,) = found(read_back, "HIDDEN_TEXT")
    assert (said.place.table, said.place.row, said.place.col) == (1, 1, 2)
    assert [finding.found for finding in found(read_back, "STRUCK_TEXT")] == ["10"]


def test_comments_are_counted_not_read():
    read_back = document(f"<w:p>{r('lời')}<w:r><w:commentReference w:id='0'/></w:r></w:p>" * 2)
    assert [finding.found for finding in found(read_back, "COMMENT_LEFT")] == ["2"]


def test_a_foreign_part_that_is_not_read_is_said():
    read_back = document('<w:altChunk r:id="rId1"/>' + p("còn lại"))
    assert [finding.found for finding in found(read_back, "TRUNCATED_STRUCTURE")] == ["altChunk"]


def test_a_clean_report_has_nothing_to_say():
    assert document(p("Báo cáo", run="<w:b/>") + tbl(tr("1", "2"))).findings == ()


PROMPT = "<w:showingPlcHdr/>"


def test_the_prompt_of_an_empty_content_control_is_no_value():
    inline = tc(f"<w:p>{control(r('Nhập số'), PROMPT)}</w:p>")
    block = tc(control(p("Nhập số"), PROMPT))
    whole_cell = control(tc("Nhập số"), PROMPT)
    assert shown(the_table(tbl(tr(inline, block, whole_cell, "7"), widths=[1000] * 4))) == [["", "", "", "7"]]


def test_a_filled_content_control_is_read_wherever_it_stands():
    row = control(tr("trong", "hàng"))
    cell = tr(control(tc("cả ô")), tc(f"<w:p>{control(r('dòng'))}</w:p>"))
    table = control(tbl(row, cell, widths=[1000, 1000]))
    assert shown(the_table(table)) == [["trong", "hàng"], ["cả ô", "dòng"]]
    assert texts(control(control(p("khối")))) == ["khối"]


def test_a_ticked_control_and_a_chosen_entry_are_what_they_show():
    ticked = control(r("☒"), '<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>')
    chosen = control(r("Đạt"), "<w:dropDownList><w:listItem w:displayText='Đạt' w:value='1'/></w:dropDownList>")
    assert text(ticked + chosen) == "☒Đạt"


def box(content: str) -> str:
    return f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"


def drawing(content: str) -> str:
    inner = f"<wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx>"
    return f"<w:r><w:drawing><wps:wsp>{inner}</wps:wsp></w:drawing></w:r>"


def either(choice: str, fallback: str, requires: str = "wps") -> str:
    inner = f'<mc:Choice Requires="{requires}">{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback>'
    return f"<w:r><mc:AlternateContent>{inner}</mc:AlternateContent></w:r>"


def inside(run: str) -> str:
    return run.removeprefix("<w:r>").removesuffix("</w:r>")


def test_a_text_box_follows_its_paragraph():
    for one in (box(p("hộp")), drawing(p("hộp"))):
        assert texts(f"<w:p>{r('trước')}{one}{r(' sau')}</w:p>{p('cuối')}") == ["trước sau", "hộp", "cuối"]


def test_a_text_box_stored_twice_is_read_once():
    both = either(inside(drawing(p("hộp"))), inside(box(p("hộp"))))
    assert texts(f"<w:p>{both}</w:p>") == ["hộp"]


def test_a_choice_nobody_here_understands_gives_way_to_its_fallback():
    assert text(either("<w:t>mới</w:t>", "<w:t>cũ</w:t>", "wps")) == "mới"
    assert text(either("<w:t>lạ</w:t>", "<w:t>cũ</w:t>", "x")) == "cũ"


def test_a_text_box_in_a_cell_is_part_of_the_cell():
    cell = tc(f"<w:p>{r('ngoài')}{box(p('trong'))}</w:p>")
    assert shown(the_table(tbl(tr(cell, "1")))) == [["ngoài\ntrong", "1"]]


def test_boxes_within_boxes_are_read_once():
    outer = box(f"<w:p>{box(p('trong'))}{r('ngoài')}</w:p>")
    assert texts(f"<w:p>{outer}</w:p>") == ["ngoài", "trong"]
