"""Two writings of the same words have one key, whatever keyboard or habit made them; people see the text as it was."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text import (
    bare,
    compared,
    compose,
    core,
    edits,
    key,
    shown,
    similarity,
    similarity_matrix,
    strip_number,
)

SENTENCES = [
    "Ủy ban nhân dân xã Hòa Lạc tổ chức kiểm tra cải cách hành chính quý II",
    "Thủy lợi, thú y và hoạt động khuyến nông được duy trì ở 12 thôn",
    "Đường giao thông nông thôn: đã hoàn thành 98,5% kế hoạch năm",
    "Số hồ sơ tiếp nhận và trả kết quả qua dịch vụ bưu chính công ích",
    "Cán bộ, công chức giữ gìn kỷ luật; người dân khỏe mạnh, hài lòng",
]
INDICATORS = [
    "Số lượng văn bản chỉ đạo, điều hành",
    "Tổ chức cuộc thi tìm hiểu CCHC (Có tổ chức = 1; Không tổ chức = 0)",
    "Số lớp tập huấn chuyên đề CCHC (nếu có)",
    "Số lượng dịch vụ đã khảo sát",
    "Số lượng mẫu đã khảo sát",
    "Tổng số được giao",
    "Tổng số có mặt",
    "Số VBQPPL đã kiểm tra theo thẩm quyền",
]
sentences = st.sampled_from(SENTENCES)
untimed = settings(deadline=None)
hard_letters = "aAoOuyđÐ\u0300\u0301\u0302\u031b\u0323\u00ad\u00a0 ƯêếCHN&TKQ2²("
any_text = st.text(max_size=40) | st.text(alphabet=hard_letters, max_size=20)
BLANKS = [" ", "  ", "\u00a0", "\t", "\n", "\u2009", "\u3000", " \u200b", "\u202f", "\ufeff "]


@st.composite
def recomposed(draw: st.DrawFn, text: str) -> str:
    """The text with each letter composed, decomposed, half composed ("tổ hợp") or with its marks the wrong way round."""
    letters = []
    for letter in unicodedata.normalize("NFC", text):
        base, *marks = unicodedata.normalize("NFD", letter)
        half = unicodedata.normalize("NFC", base + "".join(marks[:1])) + "".join(marks[1:])
        letters.append(draw(st.sampled_from([letter, base + "".join(marks), base + "".join(reversed(marks)), half])))
    return "".join(letters)


@untimed
@given(any_text)
def test_settling_a_settled_text_changes_nothing(text: str) -> None:
    for settle in (compose, shown, key, bare, core):
        assert settle(settle(text)) == settle(text)


@untimed
@given(any_text)
def test_the_bare_key_is_the_key_without_marks(text: str) -> None:
    assert bare(key(text)) == bare(text)
    assert "đ" not in bare(text)


@untimed
@given(st.data(), sentences)
def test_unicode_composition_makes_no_difference(data: st.DataObject, sentence: str) -> None:
    written = data.draw(recomposed(sentence))
    assert compose(written) == unicodedata.normalize("NFC", sentence)
    assert shown(written) == shown(sentence)
    assert key(written) == key(sentence)
    assert bare(written) == bare(sentence)


@untimed
@given(st.data(), sentences)
def test_blanks_of_every_kind_make_no_difference(data: st.DataObject, sentence: str) -> None:
    written = "".join(word + data.draw(st.sampled_from(BLANKS)) for word in sentence.split())
    assert shown(written) == sentence
    assert key(written) == key(sentence)


@untimed
@given(sentences, st.sampled_from([str.upper, str.lower, str.title, str.casefold, str.swapcase]))
def test_case_makes_no_difference(sentence: str, change: Callable[[str], str]) -> None:
    assert key(change(sentence)) == key(sentence)


@untimed
@given(any_text)
def test_what_is_shown_can_be_stored_anywhere(text: str) -> None:
    line = shown(text)
    assert line == line.strip()
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in line)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ðiều", "Điều"),
        ("ðiều", "điều"),
        ("Ɖiều", "Điều"),
        ("ê\u0301", "ế"),
        ("e\u0301\u0302", "ế"),
        ("a\u0323\u0302", "ậ"),
    ],
)
def test_typed_letters_are_the_letters_meant(typed: str, meant: str) -> None:
    assert compose(typed) == meant


def test_people_see_the_text_as_it_was_but_for_blanks() -> None:
    assert shown("  Tỷ lệ\u00a0(%)\tnăm\n2020 – hết  31/3 ²") == "Tỷ lệ (%) năm 2020 – hết 31/3 ²"
    assert shown("hành\u00adchính\u200b") == "hànhchính"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà bình, thuỷ lợi, khoẻ, uỷ ban", "Hòa bình thủy lợi khỏe ủy ban"),
        ("Uý, tòan, qúy, gía", "Úy, toàn, quý, giá"),
        ("2011 - 2020", "2011–2020"),
        ("2011—2020", "2011 − 2020"),
        ("Tồn tại, hạn chế và nguyên nhân.", "tồn tại hạn chế & nguyên nhân"),
        ("diện tích 12 km²", "Diện tích １２ km2"),
        ("mức độ 3, 4:", "mức độ 3 - 4"),
    ],
)
def test_habits_of_writing_make_no_difference(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("quý", "quỳ"),
        ("hoàn", "hoan"),
        ("ty", "ti"),
        ("1.1", "1.2"),
        ("cán bộ", "cán bồ"),
        ("TTHC", "CCHC"),
        ("CC", "công chức"),
    ],
)
def test_different_words_keep_different_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


ABBREVIATED = [
    ("CCHC", "cải cách hành chính"),
    ("Cải cách TTHC", "cải cách thủ tục hành chính"),
    ("ứng dụng CNTT", "Ứng dụng công nghệ thông tin"),
    ("Số VBQPPL đã ban hành", "số văn bản quy phạm pháp luật đã ban hành"),
    ("Số VBQPL trái pháp luật", "Số VBQPPL trái pháp luật"),
    ("DVCTT mức độ 3", "Dịch vụ công trực tuyến mức độ 3"),
    ("Trang TTĐT", "Trang thông tin điện tử"),
    ("CBCC", "cán bộ, công chức"),
    ("CBCC, VC", "cán bộ, công chức, viên chức"),
    ("CBCCVC", "cán bộ, công chức, viên chức"),
    ("BPTN&TKQ", "Bộ phận Tiếp nhận và Trả kết quả"),
    ("BPTNTKQ", "Bộ phận Tiếp nhận và Trả kết quả"),
    ("Bộ phận TN&TKQ", "Bộ phận Tiếp nhận và Trả kết quả"),
    ("Bộ phận TN và TKQ", "Bộ phận Tiếp nhận & Trả kết quả"),
    ("PAKN về TTHC", "Phản ánh, kiến nghị về thủ tục hành chính"),
    ("UBND", "Ủy ban nhân dân"),
    ("HĐND xã", "Hội đồng nhân dân xã"),
    ("đài PT-TH tỉnh", "đài phát thanh - truyền hình tỉnh"),
    ("đài PTTH tỉnh", "đài phát thanh - truyền hình tỉnh"),
    ("phát triển KT-XH", "phát triển kinh tế - xã hội"),
    ("Trục liên thông VBQG", "Trục liên thông văn bản quốc gia"),
    ("xây dựng CQĐT", "xây dựng chính quyền điện tử"),
]


@pytest.mark.parametrize(("short", "long"), ABBREVIATED)
def test_office_abbreviations_equal_their_long_forms(short: str, long: str) -> None:
    plain = unicodedata.normalize("NFD", short.replace("Đ", "D").replace("đ", "d")).encode("ascii", "ignore").decode()
    assert key(short) == key(long) == key(short.lower())
    assert bare(plain) == bare(long)


@pytest.mark.parametrize(
    ("glued", "apart"),
    [("TrangTTĐT của xã", "Trang TTĐT của xã"), ("CCHCtrên địa bàn", "CCHC trên địa bàn"), ("tại UBNDxã", "tại UBND xã")],
)
def test_an_abbreviation_that_lost_its_blank_is_still_one(glued: str, apart: str) -> None:
    assert key(glued) == key(apart) == key(glued.upper())


@pytest.mark.parametrize("word", ["BCH", "CC", "PTTH", "TN", "Internet", "Word", "ISO 9001"])
def test_what_can_mean_several_things_stays(word: str) -> None:
    assert key(word) == word.lower()


NUMBERED = [
    ("1. Công tác chỉ đạo", "1.", "Công tác chỉ đạo"),
    ("1.1. Kết quả", "1.1.", "Kết quả"),
    ("1.1 Kết quả", "1.1", "Kết quả"),
    ("2.2.Những tồn tại", "2.2.", "Những tồn tại"),
    ("a) Mặt tích cực", "a)", "Mặt tích cực"),
    ("đ) Về tình hình", "đ)", "Về tình hình"),
    ("a.Về", "a.", "Về"),
    ("A. PHẦN MỞ ĐẦU", "A.", "PHẦN MỞ ĐẦU"),
    ("II. ĐÁNH GIÁ", "II.", "ĐÁNH GIÁ"),
    ("III/ Kiến nghị", "III/", "Kiến nghị"),
    ("IV - Tình hình", "IV -", "Tình hình"),
    ("II.1 Kết quả", "II.1", "Kết quả"),
    ("- Số lớp", "-", "Số lớp"),
    ("-Số lớp", "-", "Số lớp"),
    ("– Tổng số", "–", "Tổng số"),
    ("+ Cấp xã", "+", "Cấp xã"),
    ("• Cấp xã", "•", "Cấp xã"),
    ("\uf0b7\tCấp xã", "\uf0b7", "Cấp xã"),
    ("Phần thứ nhất TÌNH HÌNH", "Phần thứ nhất", "TÌNH HÌNH"),
    ("PHẦN THỨ HAI: ĐỀ XUẤT", "PHẦN THỨ HAI:", "ĐỀ XUẤT"),
    ("Phan thu ba", "Phan thu ba", ""),
    ("Phần thứ nhấtTÌNH HÌNH", "Phần thứ nhất", "TÌNH HÌNH"),
    ("PHẦN I. KẾT QUẢ", "PHẦN I.", "KẾT QUẢ"),
    ("(1) Tổng số", "(1)", "Tổng số"),
    ("1/ Công tác", "1/", "Công tác"),
    ("1/Công tác", "1/", "Công tác"),
    ("1- Công tác", "1-", "Công tác"),
    ("1.", "1.", ""),
    ("-", "-", ""),
]
NOT_NUMBERED = [
    "100% phần mềm", "20% số lượng", "2011", "2011 - 2020", "1", "12,5", "1.500 hồ sơ", "1.5 triệu đồng", "31.12.2020",
    "31/12/2020", "3-5 ngày", "3 - 5 ngày", "1/3 số xã", "15/BC-UBND", "44/KH-UBND ngày 09/3", "V/v triển khai", "-5",
    "Phần mềm quản lý", "Phần trăm", "Phần 1 cửa", "(nếu có)", "Chỉ tiêu", "Xã X", "Vị trí", "I", "IV", "V-A-C", "Di dân",
    "20 VBQPPL", "e-mail", "", "ISO 9001: 2015",
]  # fmt: skip


@pytest.mark.parametrize(("line", "number", "rest"), NUMBERED)
def test_typed_numbers_come_off(line: str, number: str, rest: str) -> None:
    assert strip_number(line) == (number, rest)


@pytest.mark.parametrize("line", NOT_NUMBERED)
def test_figures_dates_and_words_are_not_numbers_of_lines(line: str) -> None:
    assert strip_number(line) == ("", line)


@untimed
@given(any_text | sentences)
def test_number_and_rest_are_the_whole_line(text: str) -> None:
    number, rest = strip_number(text)
    assert (number + rest).replace(" ", "") == shown(text).replace(" ", "")


@pytest.mark.parametrize(
    ("text", "outside"),
    [
        ("Số lớp tập huấn (nếu có)", "Số lớp tập huấn"),
        ("Hồ sơ (đã nhận (trực tiếp)) trong năm", "Hồ sơ trong năm"),
        ("Kiểm tra [ghi rõ] (nếu", "Kiểm tra"),
        ("(nếu có)", ""),
        ("a) Mặt tích cực", "a) Mặt tích cực"),
    ],
)
def test_the_core_leaves_parentheses_out(text: str, outside: str) -> None:
    assert core(text) == outside


@untimed
@given(any_text | sentences | st.sampled_from(INDICATORS), any_text | sentences | st.sampled_from(INDICATORS))
def test_likeness_is_a_share_and_has_no_direction(a: str, b: str) -> None:
    assert 0 <= similarity(a, b) <= 1
    assert similarity(a, b) == similarity(b, a)
    assert edits(a, b) == edits(b, a) >= 0
    assert similarity(a, a) == (1 if key(a) else 0)
    assert similarity_matrix([a, b], [b]) == [[similarity(a, b)], [similarity(b, b)]]


@pytest.mark.parametrize(
    ("typed", "meant", "least"),
    [
        ("So luong dich vu da khao sat", "Số lượng dịch vụ đã khảo sát", 0.98),
        ("SỐLƯỢNG DỊCHVỤ ĐÃ KHẢOSÁT", "Số lượng dịch vụ đã khảo sát", 1.0),
        ("Số lượng dich vụ đả khảo sát", "Số lượng dịch vụ đã khảo sát", 0.95),
        ("Số lượng dịch vụ đã khao sat", "Số lượng dịch vụ đã khảo sát", 0.95),
        ("Số lớp tập huấn chuyên đề cải cách hành chính", "Số lớp tập huấn chuyên đề CCHC (nếu có)", 0.97),
        ("Tổ chức cuộc thi tìm hiểu CCHC", "Tổ chức cuộc thi tìm hiểu CCHC (Có tổ chức = 1; Không tổ chức = 0)", 0.97),
        ("1. xây dụng thể chế", "1. Xây dựng thể chế", 0.95),
        ("So VBQPPL da kiem tra theo tham quyen", "Số VBQPPL đã kiểm tra theo thẩm quyền", 0.98),
    ],
)
def test_slips_and_missing_marks_hardly_cost(typed: str, meant: str, least: float) -> None:
    assert least <= similarity(typed, meant) <= 1


@pytest.mark.parametrize("typed", INDICATORS)
def test_an_indicator_is_likest_to_itself_however_it_is_typed(typed: str) -> None:
    plain = bare(typed)
    for written in (typed, typed.upper(), plain, core(typed), typed[:-2]):
        scores = similarity_matrix([written], INDICATORS)[0]
        assert max(range(len(scores)), key=scores.__getitem__) == INDICATORS.index(typed)


def test_a_wrong_mark_costs_half_a_letter_and_missing_marks_nothing() -> None:
    assert edits("số lương", "số lượng") == 0.5
    assert edits("số lượn", "số lượng") == 1
    assert edits("so luong", "số lượng") == 0
    assert compared("so luong").is_plain
    assert not compared("ISO").is_plain


def test_unrelated_labels_are_not_alike_at_all() -> None:
    assert similarity("Áp dụng ISO", "Tổng số biên chế viên chức") == 0
    assert similarity("", "Tổng số") == 0
    assert similarity("...", "…") == 0
