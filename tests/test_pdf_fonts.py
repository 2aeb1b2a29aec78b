"""Text in fonts of before Unicode comes out of a PDF decoded, and it is said that it was."""

import pytest

from schemas.document import Document
from tests.pdf_files import codes, only_table, read, rows, texts
from tests.test_pdf_refused import CATALOGUE, FONT, PAGE, kids, stream, written

TCVN3 = ["Tõ n¨m 2011 ®Õn nay, m\xadêi x· ®· cã th\xad", "®iÖn tö; n\xadíc s¹ch, s¶n l\xadîng t¨ng"]
DECODED = ["Từ năm 2011 đến nay, mười xã đã có thư", "điện tử; nước sạch, sản lượng tăng"]


def document(lines: list[str], font: str, drawing: str = "") -> Document:
    """A page of lines in a font of this name, its letters stored as Windows does."""
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    content = stream(f"{drawing} BT /F 12 Tf 60 700 Td 14 TL {shown} ET")
    named = FONT.replace("/Helvetica", f"/{font} /Encoding /WinAnsiEncoding")
    return read(written(CATALOGUE, kids("3 0 R", 1), PAGE, content, named))


@pytest.mark.parametrize("font", [".VnTime", "ABCDEF+.VnTime"])
def test_tcvn3_is_decoded_and_said(font: str):
    found = document(TCVN3, font)
    assert texts(found) == DECODED
    assert [(finding.code, finding.expected, finding.place.page) for finding in found.findings] == [
        ("LEGACY_FONT", "TCVN3", 1)
    ]


def test_capitals_that_exist_only_in_the_font_are_capitals():
    assert texts(document(["Céng hßa x· héi chñ nghÜa ViÖt Nam"], ".VnTimeH")) == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]


def test_a_font_without_a_telling_name_is_known_by_the_text_of_its_page():
    page = ["Céng hßa x· héi chñ nghÜa ViÖt Nam", "§éc lËp - Tù do - H¹nh phóc", "Ch­a ®¹t"]
    found = document(page, "F1")
    assert texts(found)[:2] == ["Cộng hòa xã hội chủ nghĩa Việt Nam", "Độc lập - Tự do - Hạnh phúc"]
    assert codes(found) == ["LEGACY_FONT"]


def test_vni_is_decoded():
    found = document(["Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam"], "VNI-Times")
    assert texts(found) == ["Cộng hòa xã hội chủ nghĩa Việt Nam"]
    assert codes(found) == ["LEGACY_FONT"]


def test_a_legacy_font_in_a_cell_is_decoded():
    lines = "50 720 m 250 720 l S 50 690 m 250 690 l S 50 690 m 50 720 l S 250 690 m 250 720 l S 150 690 m 150 720 l S"
    table = only_table(document(["Ch\xada ®¹t"], ".VnTime", lines))
    assert rows(table) == [["Chưa đạt", ""]]


def test_a_hyphen_at_the_end_of_a_line_is_kept():
    filler = "Uy ban nhan dan xa bao cao ket qua cai cach hanh chinh nha nuoc cua "
    lines = [f"{filler}giai doan 2011-", f"2020 {filler}44/KH-", "UBND cua huyen"]
    assert texts(document(lines, "Helvetica")) == [
        f"{filler}giai doan 2011- 2020 {filler}44/KH-UBND cua huyen",
    ]
