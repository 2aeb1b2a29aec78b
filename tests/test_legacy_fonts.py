"""Text in .VnTime and VNI fonts becomes Unicode as printed; Unicode, French, figures, plain letters are never touched."""

import re
import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest.legacy_fonts import Decoded, decode_run, garble_score
from ingest.syllables import is_syllable

untimed = settings(deadline=None)

# TCVN 5712:1993, VN3, by vowel: plain, huyền, hỏi, ngã, sắc, nặng.
TCVN3_VOWELS = {
    "aàảãáạ": (0x61, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9),
    "ăằẳẵắặ": (0xA8, 0xBB, 0xBC, 0xBD, 0xBE, 0xC6),
    "âầẩẫấậ": (0xA9, 0xC7, 0xC8, 0xC9, 0xCA, 0xCB),
    "eèẻẽéẹ": (0x65, 0xCC, 0xCE, 0xCF, 0xD0, 0xD1),
    "êềểễếệ": (0xAA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6),
    "iìỉĩíị": (0x69, 0xD7, 0xD8, 0xDC, 0xDD, 0xDE),
    "oòỏõóọ": (0x6F, 0xDF, 0xE1, 0xE2, 0xE3, 0xE4),
    "ôồổỗốộ": (0xAB, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9),
    "ơờởỡớợ": (0xAC, 0xEA, 0xEB, 0xEC, 0xED, 0xEE),
    "uùủũúụ": (0x75, 0xEF, 0xF1, 0xF2, 0xF3, 0xF4),
    "ưừửữứự": (0xAD, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9),
    "yỳỷỹýỵ": (0x79, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE),
    "đĐĂÂÊÔƠƯ": (0xAE, 0xA7, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6),
}
TCVN3 = {
    letter: chr(code)
    for letters, codes in TCVN3_VOWELS.items()
    for letter, code in zip(letters, codes, strict=True)
}
VNI_MARKS = {"": "", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0301": "ù", "\u0323": "ï"}
VNI_CIRCUMFLEX = {"": "â", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0301": "á", "\u0323": "ä"}
VNI_BREVE = {"": "ê", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0301": "é", "\u0323": "ë"}
VNI_SINGLE = dict(zip("đơưíìỉĩịỵ", "ñôöíìæóòî", strict=True))

SENTENCES = [
    "Cộng hòa xã hội chủ nghĩa Việt Nam",
    "Ủy ban nhân dân xã báo cáo kết quả thực hiện nhiệm vụ năm 2020",
    "Đã tiếp nhận 1.245 hồ sơ, giải quyết đúng hẹn 98,5%; không có hồ sơ quá hạn",
    "Trình độ, năng lực của đội ngũ cán bộ, công chức được nâng lên",
    "Nước sạch, đường giao thông, thủy lợi và chợ ở các thôn được giữ gìn",
    "Tỷ lệ người dân hài lòng với sự phục vụ: 95 %",
]
ONSETS = ["", *re.findall(r"\w+", "b c ch d đ g gh gi h k kh l m n ng ngh nh ph qu r s t th tr v x")]
RHYMES = re.findall(
    r"\w+",
    """
    a ai an ang anh ao au ay ăc ăn ăng âm ân ât âu ây e em en eo ê ên ênh êt êu i ia iêm iên iêu im in inh iu
    o oa oai oan oi om on ong ô ôc ôi ôn ông ôt ơ ơi ơm ơn u ua ui un ung uôc uôn uy uyên uyêt
    ư ưa ưng ươc ươi ương ưu y yêu
    """,
)


@st.composite
def syllables(draw: st.DrawFn) -> str:
    onset, rhyme = draw(st.sampled_from(ONSETS)), draw(st.sampled_from(RHYMES))
    tone = draw(st.sampled_from(["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]))
    at = draw(st.integers(1, len(rhyme)))
    word = unicodedata.normalize("NFC", onset + rhyme[:at] + tone + rhyme[at:])
    assume(is_syllable(word) and len(word) > 1)
    return word


texts = st.lists(syllables(), min_size=1, max_size=8).map(" ".join)


def tcvn3(text: str) -> str:
    """As typed in a .Vn font: a toned capital can only be the small letter's byte."""
    return "".join(TCVN3.get(char) or TCVN3.get(char.lower(), char) for char in text)


def vni(text: str) -> str:
    return "".join(map(vni_letter, text))


def vni_letter(letter: str) -> str:
    lower = letter.lower()
    sign = VNI_SINGLE.get(lower) or vni_pair(lower)
    return sign.upper() if letter.isupper() else sign


def vni_pair(letter: str) -> str:
    base, *marks = unicodedata.normalize("NFD", letter)
    tone = "".join(mark for mark in marks if mark in VNI_MARKS)
    if "\u0302" in marks:
        return base + VNI_CIRCUMFLEX[tone]
    if "\u0306" in marks:
        return base + VNI_BREVE[tone]
    return ({"o": "ô", "u": "ö"}[base] if "\u031b" in marks else base) + VNI_MARKS[tone]


# -- round trips -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("font", [".VnTime", ".VnArial,Bold", "ABCDEF+.VnTime", "VnTime", "Times New Roman", None])
def test_tcvn3_sentences_are_read_as_printed(sentence: str, font: str | None) -> None:
    decoded = decode_run(tcvn3(sentence), font)
    assert decoded.text.casefold() == sentence.casefold()
    assert (decoded.encoding, decoded.sure) == ("TCVN3", True)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("font", ["VNI-Times", "VNI-Helve-Condense", "ABCDEF+VNI-Times,Bold", "VNI Times", "Arial", None])
def test_vni_sentences_are_read_as_printed(sentence: str, font: str | None) -> None:
    assert decode_run(vni(sentence), font) == Decoded(sentence, "VNI", True)
    assert decode_run(vni(sentence.upper()), font) == Decoded(sentence.upper(), "VNI", True)


@untimed
@given(texts)
def test_any_tcvn3_words_beside_a_clear_one_are_read(text: str) -> None:
    assert decode_run(tcvn3("việt " + text), ".VnTime") == Decoded("việt " + text, "TCVN3", True)


@untimed
@given(texts)
def test_any_vni_words_beside_a_clear_one_are_read(text: str) -> None:
    assert decode_run(vni("được " + text), "VNI-Times") == Decoded("được " + text, "VNI", True)


@untimed
@given(texts)
def test_a_font_of_capitals_shows_capitals(text: str) -> None:
    assert decode_run(tcvn3("việt " + text + " abc 12"), ".VnTimeH").text == f"việt {text} abc 12".upper()


# -- never harmed ------------------------------------------------------------------------------------------------------


@untimed
@given(texts, st.sampled_from([".VnTime", ".VnTimeH", "VNI-Times", "Times New Roman", None]))
def test_unicode_vietnamese_stays_in_every_font(text: str, font: str | None) -> None:
    sentence = "Tỉnh " + text
    assert decode_run(sentence, font) == Decoded(sentence)
    decomposed = unicodedata.normalize("NFD", sentence)
    assert decode_run(decomposed, font) == Decoded(decomposed)


@untimed
@given(st.text(alphabet=st.characters(max_codepoint=0x7E).filter(lambda char: char != "-")))
def test_plain_letters_and_figures_stay(text: str) -> None:
    for font in (".VnTime", "VNI-Times", "Times New Roman", None):
        assert decode_run(text, font) == Decoded(text)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_real_sentences_in_unicode_stay(sentence: str) -> None:
    for font in (".VnTime", ".VnTimeH", "VNI-Times", "Arial", None):
        assert decode_run(sentence, font) == Decoded(sentence)
        assert decode_run(sentence.upper(), font) == Decoded(sentence.upper())


@pytest.mark.parametrize(
    "text",
    [
        "La République française, où l'été naît déjà, garçon très âgé",
        "São Paulo não tem você; ação, coração, há três irmãos",
        "El niño señaló el camión; ¿dónde está?",
        "Müller, Köln, Zürich, Straße, für Übung",
        "så två små på når ø",
        "10 µm, 5 °C, 25 m², ½ giờ, 3×4, ±2 %, §5, n° 7, «Trang 1», TM® và © 2020",
        "· mục một",
        "2011 − 2020",
    ],
)
def test_other_languages_and_signs_stay(text: str) -> None:
    assert decode_run(text, "Times New Roman").text == text


@pytest.mark.parametrize("text", ["1.245", "98,5%", "2011–2020", "31/3/2020", "UBND", "e-mail", "PT-TH", "KH- UBND", "· 5"])
def test_figures_and_abbreviations_in_a_legacy_font_stay(text: str) -> None:
    assert decode_run(text, ".VnTime") == Decoded(text)


# -- how files spell the bytes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("horn", ["\u00ad", "\u2212", "\u2010", "\u2011", "-"])
def test_the_letter_of_byte_ad_is_read_however_it_arrives(horn: str) -> None:
    text = tcvn3("nước, thư ký, được lưu, bưu chính, phương hướng, nhưng tư pháp").replace("\u00ad", horn)
    assert decode_run(text, ".VnTime").text == "nước, thư ký, được lưu, bưu chính, phương hướng, nhưng tư pháp"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("x\u2219 h\u00e9i", "xã hội"),  # B7 by another name
        ("l\u03bcm viÖc", "làm việc"),  # B5 as the Greek letter
        ("x\uf0b7 h\uf0e9i", "xã hội"),  # a font of the symbol kind
        ("“ViÖt Nam” – 2020…", "“Việt Nam” – 2020…"),  # typographic quotes beside letters of the font
        ("C—NG H’A X‚ H—I", "CỘNG HÒA XÃ HỘI"),  # capitals of VN1, shown in Windows-1252
        ("C\x97NG H\x92A", "CỘNG HÒA"),  # and as control characters
        ("CéNG HßA X· HéI", "CỘNG HÒA XÃ HỘI"),  # capitals typed with small toned letters
        ("H§ND x·, UBND huyÖn", "HĐND xã, UBND huyện"),
        ("®) VÒ t×nh h×nh", "đ) Về tình hình"),
        ("· C«ng t¸c v¨n th−", "· Công tác văn thư"),
        ("®iÖntö", "điệntử"),
    ],
)
def test_what_word_and_pdf_make_of_the_bytes(text: str, printed: str) -> None:
    assert decode_run(text, ".VnTime") == Decoded(printed, "TCVN3", True)


# -- doubt -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "font", "printed"),
    [
        ("Cã", ".VnTime", "Có"),
        ("Mét", ".VnTime", "Một"),
        ("sè vô", ".VnTime", "số vụ"),
        ("Coù", "VNI-Times", "Có"),
        ("hoà sô", "VNI-Times", "hồ sơ"),
        ("Không có", ".VnTime", "Không có"),
        ("Công", ".VnTime", "Công"),
    ],
)
def test_words_that_could_be_either_are_decided_by_what_is_common(text: str, font: str, printed: str) -> None:
    assert decode_run(text, font).text == printed
    assert decode_run(text, font).sure


def test_a_word_as_common_in_both_readings_follows_the_font_and_is_said() -> None:
    assert decode_run("dùng", ".VnTime") == Decoded("dựng", "TCVN3", False)


def test_a_run_of_two_encodings_is_read_word_by_word() -> None:
    assert decode_run("Ủy ban céng hßa ViÖt Nam", ".VnTime").text == "Ủy ban cộng hòa Việt Nam"
    mixed = decode_run("Được thµnh lËp t¹i ViÖt Nam", "Times New Roman")
    assert mixed == Decoded("Được thành lập tại Việt Nam", "TCVN3", True)


def test_one_clear_word_without_a_font_is_decoded_but_not_surely() -> None:
    assert decode_run("tØnh", None) == Decoded("tỉnh", "TCVN3", False)


def test_one_word_that_another_language_could_write_stays_but_is_said() -> None:
    assert decode_run("Loïc", None) == Decoded("Loïc", None, False)


def test_foreign_names_in_a_legacy_font_are_said() -> None:
    assert not decode_run("Müller", ".VnTime").sure


@untimed
@given(st.text(max_size=30), st.sampled_from([".VnTime", ".VnTimeH", "VNI-Times", "Arial", "", None]))
def test_any_text_gives_an_answer(text: str, font: str | None) -> None:
    decoded = decode_run(text, font)
    assert (decoded.encoding is None) <= (decoded.text == text)
    assert 0 <= garble_score(text) <= 1


# -- corrupt text ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sentence", SENTENCES)
def test_good_vietnamese_is_not_garbled(sentence: str) -> None:
    assert garble_score(sentence) == 0
    assert garble_score(unicodedata.normalize("NFD", sentence)) == 0


def test_english_figures_and_nothing_are_not_garbled() -> None:
    assert garble_score("ISO 9001:2015, Microsoft Word, 98,5%") == 0
    assert garble_score("") == 0


@pytest.mark.parametrize(
    "text",
    [
        "Văn phịng thơng báo khơng cĩ hồ sơ",
        "ĐIỀ U KI Ệ N LÀM VI Ệ C",
        "\ufffd\ufffd\ufffd báo cáo",
        "(cid:12)(cid:45) (cid:7)",
        "\ue001\ue002\ue003 \ue004\ue005",
        *map(tcvn3, SENTENCES),
        *map(vni, SENTENCES),
    ],
)
def test_corrupt_and_undecoded_text_is_garbled(text: str) -> None:
    assert garble_score(text) > 0.1
