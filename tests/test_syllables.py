"""A syllable is known by its spelling alone: onset, rhyme, tone and where the tone stands."""

import re
import unicodedata

import pytest

from ingest.syllables import is_bare_syllable, is_syllable, settled, without_marks

REAL = re.findall(r"\w+", """
ủy uỷ ban nhân dân huyện xã thị trấn hội đồng nghị quyết định kế hoạch báo cáo cải cách hành chính thủ tục giải quyết
hoà hòa hoàn toàn thuỷ thủy lợi quý quốc gia già giữa giếng gìn giết khuỷu tay nghĩa nghiêng nguyễn thuyết ngoằn ngoèo
được yêu ưu tiên uống ý ở ừ ô xoong Kạn điện tử trực tuyến mức độ quỳnh loét khoẻ khỏe xuể tuệ huơ khuya uyển quanh quít
""")

IMPOSSIBLE = re.findall(r"\w+", """
phịng cơng khơng thơng cĩ kĩan ng qu xyz Wifi Müller français UBND céng hßa tòan gía qúy hòan cach viêt bãc
ngể gha nghà iê uô ươ aa đd
""")


@pytest.mark.parametrize("word", REAL)
def test_real_syllables_are_syllables_in_any_case_and_composition(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(word.upper())
    assert is_syllable(unicodedata.normalize("NFD", word))
    assert is_bare_syllable(without_marks(word.lower()))


@pytest.mark.parametrize("word", IMPOSSIBLE)
def test_corrupt_foreign_and_toneless_stops_are_not(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize(
    ("written", "placed"),
    [("hoà", "hòa"), ("thuỷ", "thủy"), ("khoẻ", "khỏe"), ("uý", "úy"), ("tòan", "toàn"), ("qúy", "quý"), ("gía", "giá")],
)
def test_tones_are_placed_by_one_rule(written: str, placed: str) -> None:
    assert settled(written) == placed


@pytest.mark.parametrize("word", ["quý", "hoàn", "toàn", "giá", "gìn", "của", "mùa", "nghĩa", "khuỷu", "ngoéo", "internet"])
def test_tones_that_stand_right_stay(word: str) -> None:
    assert settled(word) == word


def test_marks_come_off_letter_for_letter() -> None:
    assert without_marks("Đường sắt, phường Đức Thọ") == "Duong sat, phuong Duc Tho"
