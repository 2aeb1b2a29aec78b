"""Whether a document is the report that is asked for: plans, letters, laws and other years' reports are turned away."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.identify import Identity, find_form
from schemas.document import Cell, Document, Paragraph, Source, Table
from schemas.errors import REASONS, UsageFault
from schemas.form import load_form
from schemas.place import Place

FORM = load_form("cchc-2011-2020")
BODY = "Trong những năm qua, đơn vị đã triển khai đầy đủ, kịp thời các nội dung theo kế hoạch của cấp trên giao."
OUTLINE = [f"{section.number}. {section.title}" for section in FORM.outline]
INTRO = "Thực hiện Kế hoạch số 44/KH-UBND ngày 09/3/2020 của UBND huyện, đơn vị báo cáo như sau:"
Block = str | Table


def build(*blocks: Block) -> Document:
    paragraphs = [Paragraph(block, Place()) if isinstance(block, str) else block for block in blocks]
    return Document(Source("0" * 64, "bc.docx", "docx", 1), tuple(paragraphs))


def tables(value: str = "10", years: Sequence[int] = range(2015, 2021)) -> list[Block]:
    """The form's appendices with `value` in every cell."""
    blocks: list[Block] = []
    for appendix in FORM.appendices:
        rows = [["STT", "Chỉ tiêu", *(f"Năm {year}" for year in years)]]
        rows += [["", row.label, *[value] * len(years)] for row in appendix.indicators]
        cells = tuple(Cell(t, Place(), r, c) for r, row in enumerate(rows, 1) for c, t in enumerate(row, 1))
        blocks += [f"Phụ lục {appendix.number}", appendix.title, Table(Place(), len(rows), len(rows[0]), cells)]
    return blocks


def text(body: str = BODY) -> list[Block]:
    return [block for heading in OUTLINE for block in (heading, body)]


def find(*blocks: Block, given: str | None = None) -> Identity:
    return find_form(build(*blocks), [FORM], given)


def is_sure(identity: Identity) -> bool:
    return identity.form is FORM and identity.refusal is None and not identity.findings


@pytest.mark.parametrize(
    "blocks",
    [
        ["BÁO CÁO", FORM.title, INTRO, *text(), *tables()],
        ["BÁO CÁO", FORM.title, INTRO, *text()],
        ["UBND XÃ SÔNG ĐÀO", "Số: 15/BC-UBND", "BÁO CÁO", "Tổng kết công tác CCHC giai đoạn 2011 – 2020", *text()],
        ["BÁO CÁO TỔNG KẾT", "10 năm thực hiện cải cách hành chính", INTRO, *text(), *tables()],
        ["Báo cáo", FORM.title.lower(), *text()],
        tables(),
    ],
)
def test_a_report_of_the_form_is_taken(blocks: list[Block]) -> None:
    assert is_sure(find(*blocks))


def test_headings_mistyped_here_and_there_do_not_matter() -> None:
    mistyped = [text.replace("i", "y") if at % 3 == 0 else text for at, text in enumerate(OUTLINE)]
    assert is_sure(find("BÁO CÁO", FORM.title, *mistyped, *[BODY] * 10))


PLAN = ["UBND HUYỆN HƯƠNG SƠN", "Số: 44/KH-UBND", "KẾ HOẠCH", "Tổng kết Chương trình tổng thể cải cách hành chính", BODY]


@pytest.mark.parametrize(
    ("blocks", "reason"),
    [
        ([*PLAN, "ĐỀ CƯƠNG BÁO CÁO", *text(""), *tables("")], "LEGAL_TEXT"),
        (["QUYẾT ĐỊNH", "Về việc ban hành Chương trình tổng thể cải cách hành chính", BODY], "LEGAL_TEXT"),
        (["QUỐC HỘI", "LUẬT", "CÁN BỘ, CÔNG CHỨC", "Điều 1. Phạm vi điều chỉnh", *[BODY] * 20], "LEGAL_TEXT"),
        (["CHÍNH PHỦ", "NGHỊ ĐỊNH", "Về công tác văn thư", *[BODY] * 20], "LEGAL_TEXT"),
        (["UBND HUYỆN", "GIẤY MỜI", "Dự hội nghị tổng kết cải cách hành chính", "Kính gửi: UBND các xã"], "LETTER"),
        (["Số: 5/UBND-NV", "V/v báo cáo tổng kết CCHC", "Kính gửi: UBND các xã", BODY, *text(""), *tables("")], "LETTER"),
        (["BÁO CÁO", FORM.title, *text(""), *tables("")], "BLANK_FORM"),
        (["ĐỀ CƯƠNG BÁO CÁO", FORM.title, *text("…………"), *tables("")], "BLANK_FORM"),
        (["BÁO CÁO", "Tình hình kinh tế - xã hội năm 2020", *[BODY] * 30], "NOT_A_REPORT"),
        (["ANNUAL REPORT 2020", "Public administration reform", "1. Introduction", *["Text."] * 30], "NOT_A_REPORT"),
        (["Một trang ghi chép bất kỳ."], "NOT_A_REPORT"),
        ([], "NOT_A_REPORT"),
    ],
)
def test_what_is_no_report_is_turned_away_with_the_true_reason(blocks: list[Block], reason: str) -> None:
    identity = find(*blocks)
    assert (identity.form, identity.refusal) == (None, reason)
    assert reason in REASONS


@pytest.mark.parametrize(
    "title",
    [
        "Kết quả thực hiện công tác cải cách hành chính quý I/2022",
        "Công tác cải cách hành chính 6 tháng đầu năm 2021",
        "Kết quả thực hiện công tác cải cách hành chính năm 2021",
        "Thực hiện Chương trình tổng thể cải cách hành chính nhà nước giai đoạn 2021 - 2030",
        "Tổng kết thực hiện Chương trình tổng thể cải cách hành chính nhà nước giai đoạn 2001 - 2010",
    ],
)
def test_a_report_of_another_period_never_passes(title: str) -> None:
    on_this_outline = find("BÁO CÁO", title, "Đơn vị báo cáo như sau:", *text(), *tables())
    assert (on_this_outline.form, on_this_outline.refusal) == (None, "OTHER_PERIOD")
    on_another = find("BÁO CÁO", title, "1. Cải cách thể chế", BODY, "2. Cải cách tài chính công", BODY, BODY, BODY, BODY)
    assert on_another.form is None
    assert on_another.refusal in ("OTHER_FORM", "OTHER_PERIOD", "NOT_A_REPORT")


@pytest.mark.parametrize(
    "title",
    [
        "Xây dựng Chương trình giai đoạn 2021 - 2030 và tổng kết giai đoạn 2011 - 2020",
        "Tổng kết thực hiện Chương trình tổng thể cải cách hành chính nhà nước giai đoạn 2011 - 2022",
    ],
)
def test_a_title_whose_period_is_not_clear_is_asked_about(title: str) -> None:
    identity = find("BÁO CÁO", title, *text(), *tables())
    assert identity.form is FORM
    assert [f.code for f in identity.findings] == ["PERIOD_UNSURE"]


def test_a_report_that_names_no_period_at_all_is_asked_about() -> None:
    without_years = [block for block in text() if "20" not in str(block)]
    identity = find("BÁO CÁO", "Tổng kết cải cách hành chính", *without_years)
    assert identity.form is FORM
    assert [f.code for f in identity.findings] == ["PERIOD_UNSURE"]


def test_a_report_with_the_right_title_and_another_text_is_asked_about() -> None:
    identity = find("BÁO CÁO", FORM.title, *[BODY] * 20)
    assert identity.form is FORM
    assert [f.code for f in identity.findings] == ["FORM_UNSURE"]


def test_a_filled_report_behind_a_covering_letter_is_asked_about() -> None:
    identity = find("V/v gửi báo cáo", "Kính gửi: UBND huyện", BODY, *["Nội dung."] * 40, *text(), *tables())
    assert identity.form is FORM
    assert [f.code for f in identity.findings] == ["FORM_UNSURE"]


def test_a_person_settles_the_form_and_the_period_is_still_said() -> None:
    identity = find("GHI CHÚ", BODY, given="cchc-2011-2020")
    assert identity.form is FORM
    assert identity.refusal is None
    other = find("BÁO CÁO", "Công tác cải cách hành chính năm 2021", *text(), given="cchc-2011-2020")
    assert [f.code for f in other.findings] == ["PERIOD_UNSURE"]
    with pytest.raises(UsageFault):
        find("BÁO CÁO", given="không-có")


def test_the_form_that_fits_is_chosen_among_several() -> None:
    changes = {"code": "khac", "outline": FORM.outline[:3], "appendices": FORM.appendices[:1], "title": "Báo cáo khác"}
    other = FORM.model_copy(update=changes)
    document = build("BÁO CÁO", FORM.title, *text(), *tables())
    assert find_form(document, [other, FORM]).form is FORM
    assert find_form(document, []).refusal == "NOT_A_REPORT"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=80) | st.sampled_from(["BÁO CÁO", "năm 2021", "quý 9/2021", "giai đoạn 2011 - 2020"])))
def test_no_arbitrary_text_is_taken_for_a_report(lines: list[str]) -> None:
    assert find(*lines).form is None
