"""Headings against the standard outline: what a clerk sees as a section is one, and nothing else is."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.headings import read_lines, split_token
from ingest.outline import match_outline
from ingest.syllables import without_marks
from ingest.text import compose
from schemas.document import Cell, Document, Paragraph, Source, Table
from schemas.finding import Finding
from schemas.form import load_form
from schemas.office import Settings
from schemas.place import Place
from schemas.record import SectionText

FORM = load_form("cchc-2011-2020")
TITLES = {section.path: section.title for section in FORM.outline}
BODY = "Đơn vị đã triển khai đầy đủ và kịp thời theo kế hoạch của cấp trên."
PARTS = {"1": "Phần thứ nhất", "2": "Phần thứ hai", "3": "Phần thứ ba"}
Block = str | Paragraph | Table


def build(*blocks: Block) -> Document:
    """Strings become paragraphs, bold where they begin with '*'."""
    built = []
    for number, block in enumerate(blocks, start=1):
        if isinstance(block, str):
            block = Paragraph(block.removeprefix("*"), Place(), bold=block.startswith("*"))
        built.append(replace(block, place=Place(block=number)))
    return Document(Source("0" * 64, "bao-cao.docx", "docx", 1), tuple(built))


def heading(path: str, mark: str = "*") -> list[str]:
    """A heading of the outline typed as the form has it."""
    number = path.rsplit("/", 1)[-1]
    if "/" not in path:
        return [f"{mark}{PARTS[path]}", f"{mark}{TITLES[path].upper()}"]
    return [f"{mark}{number}{'.' if number[0].isdigit() or number.isupper() else ')'} {TITLES[path]}"]


def full(without: Sequence[str] = (), **changed: Sequence[Block]) -> list[Block]:
    """A report with every heading but those `without`, a sentence under each that has no children; `changed` gives the
    blocks that stand for a heading, keyed 's_' + path with '_' for '/' and 'p' for '.'."""
    blocks: list[Block] = ["*BÁO CÁO", "*" + FORM.title, "Thực hiện Kế hoạch của huyện, đơn vị báo cáo như sau:"]
    for path in TITLES:
        if path in without:
            continue
        blocks += changed.get("s_" + path.replace("/", "_").replace(".", "p"), heading(path))
        if not any(other.startswith(path + "/") for other in TITLES):
            blocks.append(BODY)
    return [*blocks, "Trên đây là báo cáo của UBND xã Sông Đào./."]


def match(*blocks: Block, stop_at: int | None = None) -> tuple[dict[str, SectionText], list[SectionText], list[Finding]]:
    """The sections by path, the extra headings, the findings."""
    rows, findings = match_outline(build(*blocks), FORM, Settings(), stop_at)
    assert [row.ordinal for row in rows] == list(range(1, len(rows) + 1))
    assert {row.section for row in rows if row.section} == set(TITLES)
    return (
        {row.section: row for row in rows if row.section},
        [row for row in rows if row.section is None],
        list(findings),
    )


def found(sections: dict[str, SectionText]) -> set[str]:
    return {path for path, row in sections.items() if row.status in ("matched", "empty")}


def test_a_report_on_the_outline_has_every_section_with_its_body() -> None:
    sections, extra, findings = match(*full())
    assert found(sections) == set(TITLES)
    assert not extra
    assert not findings
    assert sections["1/II/2/2.1/g"].body == BODY
    assert sections["1/II/2"].status == "matched"
    assert sections["1/II/2"].body == ""
    assert sections["3"].body == BODY  # the closing sentence is no part of it


def test_number_and_heading_are_kept_as_printed() -> None:
    sections, _, _ = match(*full(s_1_I_2=["*2.  Kiểm tra  việc thực hiện."]))
    row = sections["1/I/2"]
    assert (row.source_number, row.source_heading, row.title) == (
        "2.", "2. Kiểm tra việc thực hiện.", "Kiểm tra việc thực hiện"
    )  # fmt: skip
    assert row.match_score == 1.0
    assert sections["2"].source_heading == f"Phần thứ hai {TITLES['2'].upper()}"
    assert row.place == Place(block=9)


def test_missing_sections_are_said() -> None:
    gone = ["1/II/1/1.2", "1/II/3/3.2", "1/II/4/4.2"]
    sections, extra, findings = match(*full(without=gone))
    assert [path for path, row in sections.items() if row.status == "missing"] == gone
    assert [(f.code, f.section) for f in findings] == [("SECTION_MISSING", path) for path in gone]
    assert not extra


def test_a_heading_without_text_is_empty_unless_its_children_have_it() -> None:
    blocks = full()
    at = blocks.index(heading("1/II/2/2.1/g")[0])
    del blocks[at + 1]
    sections, _, findings = match(*blocks)
    assert sections["1/II/2/2.1/g"].status == "empty"
    assert sections["1/II/2/2.1"].status == "matched"
    assert [(f.code, f.section) for f in findings] == [("SECTION_EMPTY", "1/II/2/2.1/g")]


@pytest.mark.parametrize("left", ["", "…………", ". . . . .", "____"])
def test_dots_are_no_text(left: str) -> None:
    blocks = full()
    blocks[blocks.index(heading("1/I/3")[0]) + 1] = left
    assert match(*blocks)[0]["1/I/3"].status == "empty"


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("3. Thông tin, tuyên truyền", "1/I/3"),  # plain text, not bold
        ("*3.Thông tin, tuyên truyền", "1/I/3"),  # glued to its number
        ("*3/ THÔNG TIN, TUYÊN TRUYỀN:", "1/I/3"),
        ("*Thông tin, tuyên truyền", "1/I/3"),  # number missing
        ("3) Thong tin, tuyen truyen", "1/I/3"),  # without diacritics
        ("*3. Thôngtin, tuyêntruyền", "1/I/3"),  # lost blanks
        ("*3. Thông tim, tuyên truyềng", "1/I/3"),  # typos
        ("*3. Công tác thông tin, tuyên truyền CCHC", "1/I/3"),
        ("*7. Thông tin, tuyên truyền", "1/I/3"),  # wrong number
        ("*Mục I. Tình hình triển khai", "1/I"),
        ("*I/ TÌNH HÌNH TRIỂN KHAI", "1/I"),
        ("*2. Cải cách TTHC", "1/II/2"),
        ("*đ. Về tình hình, kết quả cung cấp DVCTT mức độ 3, 4", "1/II/2/2.1/đ"),
        ("*II.2.1. Kết quả đạt được", "1/II/2/2.1"),
        ("*2.1. Những kết quả đạt được trong cải cách thủ tục hành chính", "1/II/2/2.1"),
        ("*4. Cải cách chế độ công vụ", "1/II/4"),
        ("*5. Về xây dựng và nâng cao chất lượng CBCCVC", "2/5"),
        ("*PHẦN III: KIẾN NGHỊ, ĐỀ XUẤT", "3"),
        ("*Phần thứ ba", "3"),
    ],
)
def test_the_ways_people_type_a_heading(typed: str, path: str) -> None:
    sections, extra, findings = match(*full(**{"s_" + path.replace("/", "_").replace(".", "p"): [typed]}))
    assert found(sections) == set(TITLES)
    assert sections[path].source_heading == " ".join(typed.removeprefix("*").split())
    assert not extra
    assert not findings


@pytest.mark.parametrize("style", ["plain", "capitals", "unmarked", "decomposed", "unnumbered"])
def test_a_whole_report_in_another_style(style: str) -> None:
    def typed(text: str) -> str:
        mark = "" if style == "plain" else "*"
        text = text.removeprefix("*")
        if style == "unnumbered" and not text.startswith("Phần"):
            text = split_token(text)[2]
        if style == "unmarked":
            text = without_marks(text)
        return mark + (text.upper() if style == "capitals" else text)

    headings = {"s_" + path.replace("/", "_").replace(".", "p"): [typed(t) for t in heading(path)] for path in TITLES}
    blocks = full(**headings)
    if style == "decomposed":
        blocks = [unicodedata.normalize("NFD", block) if isinstance(block, str) else block for block in blocks]
    sections, extra, findings = match(*blocks)
    assert found(sections) == set(TITLES)
    assert not extra
    assert not findings


def test_automatic_numbers_count_like_typed_ones() -> None:
    auto = Paragraph("Thông tin, tuyên truyền", Place(), label="3.", bold=True)
    sections, _, findings = match(*full(s_1_I_3=[auto]))
    assert sections["1/I/3"].source_number == "3."
    assert sections["1/I/3"].source_heading == "3. Thông tin, tuyên truyền"
    assert not findings


def test_list_numbers_of_the_body_are_kept_in_it() -> None:
    item = Paragraph("Ban hành kế hoạch tuyên truyền năm.", Place(), label="-")
    sections, _, _ = match(*full(s_1_I_3=[*heading("1/I/3"), item]))
    assert sections["1/I/3"].body == f"- Ban hành kế hoạch tuyên truyền năm.\n{BODY}"


@pytest.mark.parametrize(
    "lines",
    [
        ["*Phần thứ hai\nĐỀ XUẤT NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH NHÀ NƯỚC\nGIAI ĐOẠN 2021 - 2030"],
        ["*Phần thứ hai", "*ĐỀ XUẤT NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH NHÀ NƯỚC", "*GIAI ĐOẠN 2021 - 2030"],
        ["PHẦN II", "ĐỀ XUẤT NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH NHÀ NƯỚC GIAI ĐOẠN 2021 - 2030"],
    ],
)
def test_a_part_over_several_lines_is_one_heading(lines: list[str]) -> None:
    sections, _, findings = match(*full(s_2=lines))
    assert str(sections["2"].source_heading).endswith("GIAI ĐOẠN 2021 - 2030")
    assert sections["2"].body == ""
    assert not findings


def test_a_long_heading_broken_into_two_paragraphs() -> None:
    broken = [
        "*e) Về triển khai tiếp nhận hồ sơ và trả kết quả giải quyết thủ tục",
        "*hành chính qua dịch vụ bưu chính công ích",
    ]
    sections, _, findings = match(*full(s_1_II_2_2p1_e=broken))
    assert sections["1/II/2/2.1/e"].body == BODY
    assert sections["1/II/2/2.1/e"].match_score == 1.0
    assert not findings


def test_a_heading_that_runs_into_its_text() -> None:
    sections, _, findings = match(*full(s_1_I_4_a=["a) Mặt tích cực: Cấp ủy quan tâm: bố trí đủ kinh phí."]))
    row = sections["1/I/4/a"]
    assert row.source_heading == "a) Mặt tích cực:"
    assert row.body == f"Cấp ủy quan tâm: bố trí đủ kinh phí.\n{BODY}"
    assert not findings


@pytest.mark.parametrize(
    "sentence",
    [
        "- Về hạ tầng CNTT:",
        "- Thông tin, tuyên truyền",
        "+ Kiểm tra việc thực hiện",
        "Công tác chỉ đạo, điều hành được thực hiện thường xuyên, liên tục.",
        "1. Tăng cường tổ chức các lớp tập huấn nghiệp vụ cho cán bộ, công chức.",
        "Kết quả đạt được 98,5% hồ sơ đúng hạn.",
        "20 văn bản quy phạm pháp luật đã được ban hành.",
        "31/3/2020 đã hoàn thành rà soát.",
        "đ/c Chủ tịch chỉ đạo cải cách thể chế.",
    ],
)
def test_a_sentence_is_no_heading(sentence: str) -> None:
    sections, extra, findings = match(*full(s_2_7=[*heading("2/7"), sentence]))
    assert sections["2/7"].body == f"{sentence}\n{BODY}"
    assert not extra
    assert not findings


def test_a_bold_numbered_wish_before_the_closing_sentence_is_text() -> None:
    wish = "*1. Đề nghị cấp trên tăng cường tổ chức các khóa đào tạo cho cán bộ, công chức."
    blocks = full()
    blocks[-2] = wish
    sections, extra, _ = match(*blocks)
    assert sections["3"].body == wish.removeprefix("*")
    assert not extra


def test_an_added_heading_is_extra_and_ends_the_section_before_it() -> None:
    sections, extra, findings = match(*full(s_1_II=["*5. Công tác phối hợp", "Đã phối hợp tốt.", *heading("1/II")]))
    assert [row.source_heading for row in extra] == ["5. Công tác phối hợp"]
    assert extra[0].body == "Đã phối hợp tốt."
    assert sections["1/I/4/b"].body == BODY
    assert [f.code for f in findings] == ["SECTION_EXTRA"]


def test_of_a_repeated_heading_the_first_counts() -> None:
    again = ["*2. Kiểm tra việc thực hiệng", "Lần đầu.", "*2. Kiểm tra việc thực hiện"]
    sections, extra, findings = match(*full(s_1_I_2=again))
    assert sections["1/I/2"].body == "Lần đầu."
    assert [row.source_heading for row in extra] == ["2. Kiểm tra việc thực hiện"]
    assert [(f.code, f.section) for f in findings] == [("SECTION_TWICE", "1/I/2")]


def test_headings_out_of_order_are_found_and_said() -> None:
    swapped = full(
        s_1_II_2_2p1_b=heading("1/II/2/2.1/c"),
        s_1_II_2_2p1_c=["*b) Về kiểm soát thủ tục hành chính", "Đã kiểm soát."],
    )
    sections, extra, findings = match(*swapped)
    assert found(sections) == set(TITLES)
    assert sections["1/II/2/2.1/b"].body == f"Đã kiểm soát.\n{BODY}"
    assert [f.code for f in findings] == ["SECTION_ORDER"]
    assert not extra


def test_equal_headings_without_numbers_and_parents_are_asked_about() -> None:
    gone = [path for path in TITLES if path.startswith(("1/II/3", "1/II/4", "1/II/5"))]
    blocks = full(without=gone, s_1_II_6=["*Kết quả chủ yếu đã đạt được", "Một đoạn.", *heading("1/II/6")])
    _, _, findings = match(*blocks)
    assert "SECTION_UNSURE" in {f.code for f in findings}


def test_other_words_with_the_right_number_and_place_are_asked_about() -> None:
    sections, extra, findings = match(*full(s_1_III_3=["*3. Kinh nghiệm rút ra trong triển khai"]))
    assert sections["1/III/3"].source_heading == "3. Kinh nghiệm rút ra trong triển khai"
    assert [(f.code, f.section) for f in findings] == [("SECTION_UNSURE", "1/III/3")]
    assert not extra


def test_appendices_hold_no_sections() -> None:
    table = Table(Place(), 1, 1, (Cell("Công tác chỉ đạo, điều hành", Place(), 1, 1),))
    appendix: list[Block] = ["*Phụ lục 1", "*Công tác chỉ đạo, điều hành", table]
    without_closing = full(without=["2/1"])[:-1]
    sections, extra, _ = match(*without_closing, *appendix)
    assert sections["2/1"].status == "missing"
    assert sections["3"].body == BODY
    assert not extra
    told, _, _ = match(*without_closing, "*1. Về công tác chỉ đạo, điều hành", stop_at=len(without_closing))
    assert told["2/1"].status == "missing"


def test_tables_and_letterhead_are_no_text_of_a_section() -> None:
    table = Table(Place(), 1, 1, (Cell("Số liệu", Place(), 1, 1),))
    letterhead = Paragraph("UBND XÃ SÔNG ĐÀO", Place(), in_layout=True)
    sections, _, _ = match(*full(s_1_I_3=[*heading("1/I/3"), table, letterhead]))
    assert sections["1/I/3"].body == BODY


def test_a_table_of_contents_is_left_out() -> None:
    contents = [f"{h.removeprefix('*')}\t{page}" for page, path in enumerate(TITLES) for h in heading(path)]
    sections, extra, findings = match(*full(s_1=[*contents, *heading("1")]))
    assert sections["1/I/1"].body == BODY
    assert not extra
    assert not findings


def test_a_sentence_that_sums_up_a_part_does_not_end_the_report() -> None:
    summing_up = "Trên đây là kết quả thực hiện trong 10 năm qua của đơn vị."
    sections, _, findings = match(*full(s_2=[summing_up, *heading("2")]))
    assert found(sections) == set(TITLES)
    assert not findings


def test_a_text_without_any_heading_has_none() -> None:
    sections, extra, _ = match(BODY, BODY, "Kính gửi: các đơn vị.")
    assert found(sections) == set()
    assert not extra


def test_an_empty_document_is_read_without_complaint() -> None:
    sections, extra, findings = match()
    assert {row.status for row in sections.values()} == {"missing"}
    assert len(findings) == len(TITLES)
    assert not extra


@pytest.mark.parametrize(
    ("text", "token", "steps", "title"),
    [
        ("1.1. Kết quả", "1.1.", (("d", 1), ("d", 1)), "Kết quả"),
        ("(1) Kết quả", "(1)", (("d", 1),), "Kết quả"),
        ("IV- Kiến nghị", "IV-", (("r", 4),), "Kiến nghị"),
        ("I Tình hình", "I", (("r", 1),), "Tình hình"),
        ("đ) Về dịch vụ", "đ)", (("l", 5),), "Về dịch vụ"),
        ("Phần thứ hai: Đề xuất", "Phần thứ hai", (("p", 2),), "Đề xuất"),
        ("PHAN I. DE XUAT", "PHAN I.", (("p", 1),), "DE XUAT"),
        ("- Về hạ tầng", "-", (), "Về hạ tầng"),
        ("Phần mềm quản lý văn bản", "", (), "Phần mềm quản lý văn bản"),
        ("1.500 hồ sơ", "", (), "1.500 hồ sơ"),
        ("V/v báo cáo", "", (), "V/v báo cáo"),
        ("20 văn bản", "", (), "20 văn bản"),
    ],
)
def test_printed_numbers(text: str, token: str, steps: tuple[tuple[str, int], ...], title: str) -> None:
    assert split_token(text) == (token, steps, title)


def test_lines_are_split_at_soft_breaks_and_folded() -> None:
    lines = read_lines(build("*Phần thứ nhất\nTÌNH  HÌNH", "Một\xa0đoạn"), 2)
    assert [line.text for line in lines] == ["Phần thứ nhất", "TÌNH HÌNH", "Một đoạn"]
    assert [line.block for line in lines] == [0, 0, 1]


def test_the_form_spells_its_headings_correctly() -> None:
    for section in FORM.outline:
        assert section.title == " ".join(section.title.split())
        assert section.title[-1].isalnum()
        assert section.title not in section.synonyms
        assert len(set(section.synonyms)) == len(section.synonyms)
    areas = [section.path for section in FORM.outline if section.path.count("/") == 2 and section.path.startswith("1/II/")]
    for area in areas:
        number = area.rsplit("/", 1)[-1]
        assert {f"{area}/{number}.1", f"{area}/{number}.2"} <= set(TITLES)


TEXTS = st.lists(st.text() | st.sampled_from([h for path in TITLES for h in heading(path)]), max_size=12)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_whatever_stands_in_a_report_no_line_is_given_to_two_sections(texts: list[str]) -> None:
    sections, extra, _ = match(*texts)
    bodies = [row.body for row in (*sections.values(), *extra) if row.body]
    assert sum(len(body.split("\n")) for body in bodies) <= len(read_lines(build(*texts), len(texts)))


@given(st.text())
def test_splitting_off_a_number_keeps_the_title_as_typed(text: str) -> None:
    token, steps, title = split_token(text)
    assert compose(text).strip().endswith(title)
    assert token or (title == compose(text).strip() and not steps)
