"""A scan reads as the paper it was made of; what cannot be read for sure is doubted, never guessed."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from bench.scan_paper import CLEAN, Wear, as_pdf, page_images, worn
from ingest.text import bare, key
from schemas.document import Cell, Document
from schemas.errors import MissingTool, Refused
from schemas.office import Settings
from tests.pdf_files import BOLD, codes, drawn, only_table, put, read, rule, texts

XS = [50, 85, 260, 325, 390, 455, 520]
ROWS = [
    ["TT", "Chỉ tiêu", "Năm 2018", "Năm 2019", "Năm 2020"],
    ["1", "Số văn bản đã ban hành", "12", "1.500", "7"],
    ["2", "Tỷ lệ giải quyết đúng hạn", "98,5%", "100%", ""],
    ["3", "Số hồ sơ tiếp nhận trong kỳ", "3", "0", "-"],
    ["4", "Số cuộc kiểm tra", "25", "", "1"],
    ["5", "Số cán bộ đạt chuẩn", "41/41", "38/41", "x"],
    ["6", "Mức độ hài lòng", "Hài lòng", "Không", "Có"],
    ["7", "Số lớp bồi dưỡng", "8", "9", "6"],
]
XS_OF_ROWS = [*XS[:5], XS[6]]
BODY = "Ủy ban nhân dân xã báo cáo kết quả cải cách hành chính như sau:"


def report(canvas: Canvas) -> None:
    """A page with a heading, a sentence and a table."""
    put(canvas, 120, 770, "BÁO CÁO KẾT QUẢ CẢI CÁCH HÀNH CHÍNH", BOLD, 13)
    put(canvas, 50, 730, BODY, size=13)
    ys = [700 - 28 * at for at in range(len(ROWS) + 1)]
    canvas.setLineWidth(0.5)
    rule(canvas, XS_OF_ROWS, ys)
    for y, row in zip(ys, ROWS, strict=False):
        for x, text in zip(XS_OF_ROWS, row, strict=False):
            put(canvas, x + 5, y - 19, text, size=12)


@pytest.fixture(scope="module")
def page() -> Image.Image:
    """The report as printed, at 200 dpi."""
    return page_images(drawn(report), 200)[0]


def scan(page: Image.Image, wear: Wear = CLEAN) -> bytes:
    return as_pdf([worn(page, wear, 200, seed=1)], 200, wear.jpeg)


def cells(document: Document) -> dict[tuple[int, int], Cell]:
    return {(cell.row - 1, cell.col - 1): cell for cell in only_table(document).cells}


def values() -> dict[tuple[int, int], str]:
    """The printed value cells and running numbers, by row and column from 0."""
    return {(r, c): text for r, row in enumerate(ROWS) for c, text in enumerate(row) if c != 1 and r}


def assert_nothing_silently_wrong(document: Document, most_doubted: int) -> None:
    """Every value is as printed or doubted, and few are doubted."""
    found = cells(document)
    wrong = {at: found[at].text for at, text in values().items() if found[at].text.split() != text.split()}
    assert all(found[at].doubt for at in wrong), wrong
    assert sum(bool(found[at].doubt) for at, text in values().items()) <= most_doubted


def test_a_clean_scan_reads_as_its_paper(page: Image.Image):
    document = read(scan(page))
    found = cells(document)
    assert {at: found[at].text.replace("\n", " ") for at in values()} == values()
    assert not any(found[at].doubt for at in values())
    assert [key(found[row, 1].text.replace("\n", " ")) for row in range(1, 8)] == [key(row[1]) for row in ROWS[1:]]
    assert [bare(text) for text in texts(document)] == [bare("BÁO CÁO KẾT QUẢ CẢI CÁCH HÀNH CHÍNH"), bare(BODY)]
    assert [paragraph.bold for paragraph in document.paragraphs()] == [True, False]
    assert document.source.format == "scan"
    assert document.source.pages == 1
    assert not codes(document)


@pytest.mark.parametrize(
    "wear",
    [
        Wear(skew=-2.8, noise=10, jpeg=45),
        Wear(skew=0.8, blur=0.8, noise=10, specks=12, jpeg=45, grey=True, dim=0.75),
        Wear(seal=True, skew=0.4, jpeg=80),
    ],
    ids=["nghiêng", "mòn", "có dấu đỏ"],
)
def test_a_worn_scan_gives_the_figures_or_doubts_them(page: Image.Image, wear: Wear):
    assert_nothing_silently_wrong(read(scan(page, wear)), most_doubted=2)


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_a_page_laid_askew_on_the_glass_is_turned(page: Image.Image, quarter_turns: int):
    document = read(scan(page, Wear(quarter_turns=quarter_turns)))
    assert_nothing_silently_wrong(document, most_doubted=2)
    assert texts(document)[0].startswith("BÁO CÁO")


def test_a_smudged_figure_is_doubted_and_what_was_seen_is_kept(page: Image.Image):
    smudged = page.copy()
    x, y = (XS_OF_ROWS[2] + 5) / 72 * 200, (842 - 700 + 4 * 28 + 9) / 72 * 200
    ImageDraw.Draw(smudged).ellipse((x - 2, y - 4, x + 38, y + 20), fill=(60, 60, 60))
    found = cells(read(scan(smudged)))
    assert found[4, 2].doubt == "VALUE_LOW_CONFIDENCE"
    assert found[4, 2].text
    assert found[4, 4].text == "1"


def test_pale_figures_are_not_taken_for_blank():
    def pale(canvas: Canvas) -> None:
        report(canvas)
        canvas.setFillGray(0.55)
        put(canvas, XS_OF_ROWS[4] + 5, 700 - 2 * 28 - 19, "95%", size=12)

    found = cells(read(scan(page_images(drawn(pale), 200)[0])))
    assert found[2, 4].text == "95%" or found[2, 4].doubt


def test_figures_typed_in_red_are_not_taken_for_a_seal():
    def in_red(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0.8, 0.1, 0.1)
        report(canvas)

    assert_nothing_silently_wrong(read(scan(page_images(drawn(in_red), 200)[0])), most_doubted=4)


def test_pages_of_text_and_scanned_pages_make_one_report(page: Image.Image):
    picture = ImageReader(page)
    document = read(drawn(lambda canvas: put(canvas, 50, 700, BODY), lambda canvas: canvas.drawImage(picture, 0, 0, *A4)))
    assert texts(document)[0] == BODY
    assert only_table(document).place.page == 2
    assert document.source.format == "scan"
    assert not codes(document)


def test_a_blank_page_between_is_nothing_to_speak_of(page: Image.Image):
    blank = worn(Image.new("RGB", page.size, (250, 250, 248)), Wear(noise=4), 200, seed=3)
    document = read(as_pdf([page, blank], 200, 90))
    assert len(list(document.tables())) == 1
    assert not codes(document)


def test_a_report_of_blank_pages_has_no_content():
    assert refusal(as_pdf([Image.new("RGB", (1654, 2339), "white")], 200, 90)) == "NO_CONTENT"


def test_a_drawing_is_no_report():
    drawing = Image.new("RGB", (1654, 2339), "white")
    draw = ImageDraw.Draw(drawing)
    for at in range(12):
        draw.ellipse((200 + 90 * at, 300 + 130 * at, 420 + 90 * at, 560 + 130 * at), outline=(20, 20, 20), width=9)
    assert refusal(as_pdf([drawing], 200, 90)) == "SCAN"


def refusal(data: bytes, settings: Settings | None = None) -> str:
    with pytest.raises(Refused) as caught:
        read(data, settings)
    return caught.value.code


def test_ocr_past_its_time_is_stopped_and_leaves_nothing(
    page: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert refusal(scan(page), Settings(scan_page_seconds=0)) == "TOO_SLOW"
    assert not list(tmp_path.iterdir())


def test_pictures_larger_than_a_scanner_makes_are_refused(page: Image.Image):
    assert refusal(scan(page), Settings(scan_picture_megapixels=3)) == "TOO_LARGE"


def test_more_scanned_pages_than_a_report_has_are_refused(page: Image.Image):
    assert refusal(as_pdf([page, page], 200, 90), Settings(scan_pages=1)) == "TOO_MANY_PAGES"


def test_a_page_larger_than_any_paper_is_drawn_smaller():
    """A photograph saved as PDF at 20 dots an inch is two metres wide, its letters large accordingly."""
    photographed = page_images(drawn(report), 200)[0]
    assert_nothing_silently_wrong(read(as_pdf([photographed], 20, 90)), most_doubted=1)


def test_without_tesseract_the_clerk_is_told_how_to_get_it(
    page: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert_missing(scan(page))
    assert texts(read(drawn(lambda canvas: put(canvas, 50, 700, BODY)))) == [BODY]


def test_without_vietnamese_data_the_clerk_is_told_how_to_get_it(
    page: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "eng.traineddata").write_bytes(b"")
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert_missing(scan(page))


def assert_missing(data: bytes) -> None:
    with pytest.raises(MissingTool) as caught:
        read(data)
    assert caught.value.code == "TESSERACT_MISSING"
    assert caught.value.exit_code == 4
    assert "tesseract-ocr-vie" in caught.value.advice
    assert "winget install" in caught.value.advice
