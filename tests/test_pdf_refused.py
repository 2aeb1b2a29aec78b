"""A PDF that cannot be read is refused with the true reason; what can be read of a hurt one is read, and it is said."""

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from schemas.errors import Refused
from schemas.office import Settings
from tests.pdf_files import codes, drawn, fill, only_table, put, read, rule, texts

TEXT = "Báo cáo kết quả cải cách hành chính của Ủy ban nhân dân xã."


def page(canvas: Canvas) -> None:
    put(canvas, 60, 700, TEXT)


def written(*objects: str) -> bytes:
    """A PDF of these objects, numbered from 1, the first its catalogue."""
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(places) + 1} /Root 1 0 R >>\n"
    return body + f"{end}startxref\n{len(body)}\n%%EOF\n".encode()


CATALOGUE = "<< /Type /Catalog /Pages 2 0 R >>"
PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def stream(content: str) -> str:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


WORDS = stream("BT /F 12 Tf 60 700 Td (Bao cao cua Uy ban nhan dan xa nam 2020) Tj ET")


def kids(references: str, count: int) -> str:
    return f"<< /Type /Pages /Count {count} /Kids [{references}] >>"


def refusal(data: bytes, settings: Settings | None = None) -> str:
    with pytest.raises(Refused) as caught:
        read(data, settings)
    return caught.value.code


def test_a_password_to_open_is_refused_as_such():
    assert refusal(drawn(page, encrypt=StandardEncryption("mo", ownerPassword="chu"))) == "ENCRYPTED"


def test_a_password_only_against_changes_is_no_hindrance():
    locked = StandardEncryption("", ownerPassword="chu", canCopy=0, canPrint=0)
    assert texts(read(drawn(page, encrypt=locked))) == [TEXT]


def test_a_pdf_without_pages_is_refused_as_such():
    assert refusal(written(CATALOGUE, kids("", 0))) == "NO_PAGES"


def test_a_ruin_is_refused_as_damaged():
    assert refusal(b"%PDF-1.7\nkhong co gi\n%%EOF\n") == "DAMAGED"
    assert refusal(written(CATALOGUE, kids("2 0 R 2 0 R", 4))) == "DAMAGED"


def test_a_file_cut_short_is_refused_as_cut():
    data = drawn(page, page)
    assert refusal(data[: len(data) // 2]) == "TRUNCATED"


def test_pages_that_hold_nothing_are_refused_as_empty():
    assert refusal(drawn(lambda canvas: None)) == "NO_CONTENT"


def test_a_photograph_is_refused_as_a_scan():
    photo = Image.effect_noise((200, 280), 80).convert("RGB")

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(photo), 0, 0, *A4)

    assert refusal(drawn(draw)) == "SCAN"


def test_a_scan_with_the_invisible_text_of_its_scanner_is_a_scan():
    photo = Image.effect_noise((200, 280), 80).convert("RGB")

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(photo), 0, 0, *A4)
        hidden = canvas.beginText(60, 700)
        hidden.setFont("serif", 12)
        hidden.setTextRenderMode(3)
        hidden.textOut(TEXT)
        canvas.drawText(hidden)

    assert refusal(drawn(draw)) == "SCAN"


def test_a_scanned_page_among_others_is_named():
    photo = Image.effect_noise((200, 280), 80).convert("RGB")
    document = read(drawn(page, lambda canvas: canvas.drawImage(ImageReader(photo), 0, 0, *A4)))
    assert texts(document) == [TEXT]
    assert [(finding.code, finding.found) for finding in document.findings] == [("PAGE_NOT_READ", "2")]


def test_text_that_is_not_what_is_printed_is_not_read():
    """A font whose letters are numbered anew, as some printers' drivers leave it: on paper the report, in the file this."""
    garbled = "Ęộñk ħőæ xẵq hộỳ çhủt ñgħïæ vįệu ñåm ġửỉ šở ņộị vụ ķết qủå ñăḿ"

    def draw(canvas: Canvas) -> None:
        for line in range(10):
            put(canvas, 40, 700 - 20 * line, garbled, size=8)

    assert refusal(drawn(draw)) == "SCAN"


def test_a_page_full_of_slips_is_still_read():
    slips = "Sốlưựng văn bản chỉ dạo, điều hànhh; tuyên truyền cai cách hành chỉnh; mức dộ hài lòg chung cua người dân"
    assert texts(read(drawn(lambda canvas: put(canvas, 40, 700, slips, size=8)))) == [slips]


def test_a_broken_index_is_mended_and_the_text_read():
    data = drawn(page)
    at = data.rindex(b"startxref")
    assert texts(read(data[:at] + b"startxref\n7\n%%EOF\n")) == [TEXT]
    assert texts(read(data.replace(b"\nxref\n0", b"\nxref\n9"))) == [TEXT]


def test_a_file_that_lost_its_last_line_is_read_and_said():
    data = drawn(page)
    document = read(data[: data.rindex(b"startxref")])
    assert texts(document) == [TEXT]
    assert codes(document) == ["TRUNCATED_STRUCTURE"]


def test_two_engines_that_count_pages_differently_are_said():
    document = read(written(CATALOGUE, kids("3 0 R", 3), PAGE, WORDS, FONT))
    assert len(texts(document)) == 1
    assert codes(document) == ["PAGE_NOT_READ", "PAGE_NOT_READ", "PDF_DISAGREES"]


BROKEN = stream("BI /W 10 /H 10 /BPC 8 /CS /G ID xxx EI BT /F 12 Tf 60 700 Td (Bao cao cua Uy ban nhan dan xa) Tj ET")


def test_text_that_only_the_second_engine_sees_is_never_taken_for_an_empty_page():
    """A picture inside the page is shorter than it says: PDFium takes the text after it for the rest of the picture."""
    assert refusal(written(CATALOGUE, kids("3 0 R", 1), PAGE, BROKEN, FONT)) == "DAMAGED"
    other = PAGE.replace("4 0 R", "6 0 R")
    document = read(written(CATALOGUE, kids("3 0 R 7 0 R", 2), PAGE, WORDS, FONT, BROKEN, other))
    assert [(finding.code, finding.place.page) for finding in document.findings] == [("PDF_DISAGREES", 2)]


def test_a_page_that_its_crop_leaves_nothing_of_is_read_whole():
    crop = PAGE.replace("/MediaBox", "/CropBox [1000 1000 1100 1100] /MediaBox")
    assert len(texts(read(written(CATALOGUE, kids("3 0 R", 1), crop, WORDS, FONT)))) == 1


def test_pages_without_end_are_refused():
    assert refusal(written(CATALOGUE, kids("3 0 R " * 100_000, 100_000), PAGE, WORDS, FONT)) == "TOO_MANY_PAGES"


def test_more_pages_claimed_than_a_file_could_hold_are_not_believed():
    assert len(texts(read(written(CATALOGUE, kids("3 0 R", 2_000_000_000), PAGE, WORDS, FONT)))) == 1


def test_a_form_that_holds_itself_does_not_hang_the_reader():
    form = (
        "<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] "
        "/Resources << /XObject << /X 6 0 R >> /Font << /F 5 0 R >> >> "
        "/Length 70 >>\nstream\nBT /F 12 Tf 60 600 Td (Noi dung trong bieu mau cua bao cao) Tj ET /X Do\nendstream"
    )
    with_form = PAGE.replace("/Font <<", "/XObject << /X 6 0 R >> /Font <<")
    content = stream("BT /F 12 Tf 60 700 Td (Noi dung cua trang thu nhat) Tj ET /X Do")
    found = texts(read(written(CATALOGUE, kids("3 0 R", 1), with_form, content, FONT, form)))
    assert found[0] == "Noi dung cua trang thu nhat"


def test_a_page_of_too_many_strokes_is_refused():
    lines = "".join(f"0 {y % 800} m 500 {y % 800} l S\n" for y in range(300))
    data = written(CATALOGUE, kids("3 0 R", 1), PAGE, stream(lines), FONT)
    assert refusal(data, Settings(max_page_objects=200)) == "TOO_LARGE"


def test_a_table_of_two_hundred_rows_and_a_hundred_columns_is_read():
    xs, ys = [20 + 10 * col for col in range(101)], [2040 - 10 * row for row in range(201)]

    sevens = [["7" if (row + col) % 9 == 0 else "" for col in range(100)] for row in range(200)]

    def draw(canvas: Canvas) -> None:
        rule(canvas, xs, ys)
        fill(canvas, xs, [y + 2 for y in ys], sevens, 6)

    table = only_table(read(drawn(draw, size=(1060, 2080))))
    assert (table.rows, table.cols, len(table.cells)) == (200, 100, 20_000)
    assert [[cell.text if cell else None for cell in row] for row in table.grid()] == sevens


def test_shading_of_twenty_thousand_cells_hides_nothing():
    def draw(canvas: Canvas) -> None:
        canvas.setFillGray(0.9)
        for row in range(200):
            for col in range(100):
                canvas.rect(20 + 5 * col, 820 - 4 * row, 4.5, 3.5, stroke=0, fill=1)
        canvas.setFillGray(0)
        put(canvas, 60, 700, TEXT)

    assert TEXT in texts(read(drawn(draw)))
