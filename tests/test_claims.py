"""What a sentence states is quoted with its figure and its time; what it does not surely state is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.accuracy.prose import GENERAL, MENTIONS, NUMBERED_LISTS, THEMES
from ingest.claims import QUOTED, find_claims
from schemas.form import load_form
from schemas.place import Place
from schemas.record import Claim, SectionText

FORM = load_form("cchc-2011-2020")
LAW, LEAD, DESK, ONLINE = "1/II/1/1.1/a", "1/I/1", "1/II/2/2.1/b", "1/II/2/2.1/đ"
STAFF, COMPUTERS, PLANS = "1/II/4/4.1/a", "1/II/6/6.1/b", "2/5"


def claims(text: str, path: str | None = STAFF) -> list[Claim]:
    return list(find_claims([SectionText(1, path, "", None, None, None, "matched", text, Place(block=7))], FORM))


def one(text: str, path: str = STAFF) -> Claim:
    (claim,) = claims(text, path)
    return claim


def test_a_claim_carries_indicator_figure_section_sentence_and_place() -> None:
    claim = one("Bộ máy đã ổn định. Hiện nay toàn xã có 22 cán bộ, công chức. Mọi người đều yên tâm công tác.")
    assert (claim.appendix, claim.indicator, claim.value, claim.raw) == (5, "1.2", 22, "22")
    assert (claim.section, claim.sentence) == (STAFF, "Hiện nay toàn xã có 22 cán bộ, công chức.")
    assert (claim.is_now, claim.year_from, claim.year_to, claim.bound) == (True, None, None, "exact")
    assert (claim.ordinal, claim.place) == (1, Place(block=7))


@pytest.mark.parametrize(
    "text",
    [
        "Hiện nay toàn xã có 22 cán bộ, công chức.",
        "Hien nay toan xa co 22 can bo cong chuc.",
        "HIỆN NAY, TOÀN XÃ CÓ 22 CÁN BỘ, CÔNG CHỨC",
        "hiện nay toàn xã có 22 CBCC",
        "Hiện nay  toàn xã có 22\u00a0cán bô, công chức",
        "Hiện nay toàn xã có 22 đồng chí cán bộ, công chức",
        "- Tổng số CBCC của xã hiện nay: 22 đ/c, trong đó nữ nhiều hơn nam",
        "Hiện nay số cán bộ, công chức là: 22 người",
        "Hiện nay 20/22 cán bộ, công chức sử dụng thành thạo máy tính",
        "Hiện nay 22 cán bộ, công chức đã được cấp tài khoản thư công vụ (đạt 100%)",
        "Đến nay đã giảm cán bộ, công chức từ 30 người xuống còn 22 người",
    ],
)
def test_offices_say_the_same_in_many_ways(text: str) -> None:
    claim = one(text)
    assert (claim.indicator, claim.value, claim.is_now) == ("1.2", 22, True)


@pytest.mark.parametrize(
    "text",
    [
        "Có 18 cán bộ, công chức có trình độ đại học.",
        "Đội ngũ hiện có 45 người, trong đó 6 người trẻ.",
        "Năm 2019 có 5 cán bộ, công chức đi học, bằng 22% tổng số.",
        "Số cán bộ, công chức có chứng chỉ tin học là 18 người.",
        "Thực hiện Nghị định 34/2019/NĐ-CP, Quyết định số 48/QĐ-UBND ngày 05/01/2019 về cán bộ, công chức.",
        "Phấn đấu toàn xã có 22 cán bộ, công chức vào năm 2025.",
        "Bình quân mỗi xã có 22 cán bộ, công chức.",
        "Hiện nay toàn xã có 22,5 cán bộ, công chức.",
        "Hiện nay toàn xã có 1,022 cán bộ, công chức.",
    ],
)
def test_other_figures_plans_averages_and_unclear_numbers_are_no_claims(text: str) -> None:
    assert claims(text) == []


@pytest.mark.parametrize(
    ("text", "path", "indicator", "value", "years"),
    [
        ("Từ năm 2011 đến nay xã đã ban hành 25 văn bản QPPL.", LAW, "1", 25, (2011, None)),
        ("Giai đoạn 2016 - 2019, HĐND, UBND xã đã ban hành tổng cộng 35 VBQPPL.", LAW, "1", 35, (2016, 2019)),
        ("Từ năm 2016 đến hết năm 2019 ban hành 35 VBQPPL.", LAW, "1", 35, (2016, 2019)),
        ("Trong năm 2018 đã ban hành 03 văn bản quy phạm pháp luật.", LAW, "1", 3, (2018, 2018)),
        ("Trong 10 năm qua xã ban hành 120 văn bản QPPL.", LAW, "1", 120, (2011, None)),
        ("Năm 2017, xã không ban hành văn bản quy phạm pháp luật.", LAW, "1", 0, (2017, 2017)),
        ("Năm 2019 UBND xã đã ban hành 1.015 văn bản chỉ đạo, điều hành.", LEAD, "1", 1015, (2019, 2019)),
        ("Năm 2018 tiếp nhận 12 phản ánh, kiến nghị.", DESK, "6.1", 12, (2018, 2018)),
        ("Từ năm 2015 đến nay không có phản ánh, kiến nghị.", DESK, "6.1", 0, (2015, None)),
        ("Năm 2019 tỷ lệ hồ sơ giải quyết đúng hẹn đạt 98,8%.", DESK, "5.1", 98.8, (2019, 2019)),
        ("Năm 2019, 95% văn bản được trao đổi dưới dạng điện tử.", COMPUTERS, "1", 95, (2019, 2019)),
    ],
)
def test_the_time_of_a_claim_is_the_nearest_before_its_figure(
    text: str, path: str, indicator: str, value: float, years: tuple[int, int | None]
) -> None:
    claim = one(text, path)
    assert (claim.indicator, claim.value, (claim.year_from, claim.year_to)) == (indicator, value, years)
    assert not claim.is_now


def test_two_years_in_one_sentence_are_two_claims() -> None:
    found = claims("Năm 2018 ban hành 3 văn bản QPPL, năm 2019 ban hành 5 văn bản QPPL.", LAW)
    assert [(claim.year_from, claim.value, claim.ordinal) for claim in found] == [(2018, 3, 1), (2019, 5, 2)]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Được cấp 02 chữ ký số cho tổ chức và 03 chữ ký số cho cá nhân.", COMPUTERS),
        ("6 tháng đầu năm 2019 ban hành 8 văn bản chỉ đạo, điều hành.", LEAD),
        ("Quý I năm 2019 tiếp nhận 3 phản ánh, kiến nghị.", DESK),
        ("Không có phản ánh, kiến nghị nào chưa được giải quyết.", DESK),
        ("Xã có 20 dịch vụ công trực tuyến mức độ 3.", ONLINE),
        ("Hiện nay toàn xã có 22 cán bộ, công chức.", PLANS),
        ("Hiện nay toàn xã có 22 cán bộ, công chức.", None),
    ],
)
def test_parts_of_a_year_parts_of_a_figure_and_other_sections_are_left_alone(text: str, path: str | None) -> None:
    assert claims(text, path) == []


@pytest.mark.parametrize(
    "text",
    [
        "Xã đã có 33 dịch vụ công.",
        "Xã cung cấp 33 dịch vụ công trực tuyến",
        "Có 33 DVC trực tuyến mức độ 3, mức độ 4",
        "Toàn xã 33 dịch vụ công trực tuyến mức độ 3 và 4.",
    ],
)
def test_levels_of_a_service_are_names_not_figures(text: str) -> None:
    assert one(text, ONLINE).value == 33


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("Tỷ lệ hồ sơ trả đúng hạn đạt trên 99%.", "at_least"),
        ("Tỷ lệ hồ sơ trả đúng hạn đạt tối thiểu 99%.", "at_least"),
        ("Tỷ lệ hồ sơ trả đúng hạn đạt gần 99%.", "about"),
        ("Tỷ lệ hồ sơ trả đúng hạn đạt khoảng 99%.", "about"),
        ("Tỷ lệ hồ sơ trả đúng hạn đạt 99%.", "exact"),
    ],
)
def test_more_than_and_about_are_kept_with_the_figure(text: str, bound: str) -> None:
    claim = one(text, DESK)
    assert (claim.value, claim.bound) == (99, bound)


def test_changes_are_read_with_what_was_and_by_how_much() -> None:
    found = claims(
        "Tinh gọn người bán chuyên trách từ 40 người xuống còn 25 người (giảm 15 người), thôn từ 14 còn 9, giảm 5."
    )
    assert [(claim.before, claim.value, claim.change) for claim in found] == [(40, 25, 15), (14, 9, 5)]
    assert all(claim.indicator is None for claim in found)


def test_a_share_is_read_with_its_whole() -> None:
    claim = one("Có chứng chỉ tin học 18/24 người, đạt 75%.")
    assert (claim.part, claim.value, claim.percent, claim.raw, claim.indicator) == (18, 24, 75, "18/24", None)


def test_a_very_long_sentence_is_quoted_around_its_figure() -> None:
    filler = "trong điều kiện còn nhiều khó khăn, " * 20
    claim = one(f"Nhìn chung, {filler} hiện nay toàn xã có 22 cán bộ, công chức, {filler} cùng cố gắng")
    assert "toàn xã có 22 cán bộ" in claim.sentence
    assert len(claim.sentence) <= QUOTED + 2
    assert claim.sentence[0] == claim.sentence[-1] == "…"


@given(st.text(alphabet=st.sampled_from("Từ năm 2011đến nay,có38/41CBCC.giảm %\n()-;…“đ/c"), max_size=120))
def test_any_text_gives_claims_that_quote_it(text: str) -> None:
    for claim in claims(text):
        assert claim.value >= 0
        assert claim.sentence


def test_ordinary_prose_claims_nothing() -> None:
    """The bench's made-up sentences name other things, whatever heading they stand under."""
    lists = [text for texts in NUMBERED_LISTS for text in texts]
    sentences = [text for _, texts in THEMES for text in texts] + [*GENERAL, *MENTIONS, *lists]
    body = "\n".join(text.format(n=37, k=5, name="Tân Kiều") for text in sentences)
    assert [claim for section in FORM.outline for claim in claims(body, section.path)] == []
