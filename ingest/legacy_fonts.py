"""Vietnamese typed in the fonts of before Unicode: TCVN3/ABC (.VnTime …) and VNI-Windows (VNI-Times …).

Such a font draws Vietnamese letters in the places of Latin-1 ones, so the text is right only in its font. A run is
decided by its font and by its content together: every word is read as it stands and as the font would draw it, and what
cannot be a Vietnamese syllable tells which of the two is meant. Tables: TCVN 5712:1993 (VN1, VN3) and VNI-Windows.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ingest.syllables import is_syllable

Encoding = Literal["TCVN3", "VNI"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A run's text in Unicode. `encoding` is None where nothing was decoded; not `sure` where a person should look."""

    text: str
    encoding: Encoding | None = None
    sure: bool = True


# -- tables ------------------------------------------------------------------------------------------------------------

# Bytes A0–FF of VN3, which the .Vn fonts have; '.' is undefined there.
_VN3_HIGH = (
    ".ĂÂÊÔƠƯĐăâêôơưđ."
    ".....àảãáạ.ằẳẵắ."
    "......ặầẩẫấậè.ẻẽ"
    "éẹềểễếệìỉ...ĩíịò"
    ".ỏõóọồổỗốộờởỡớợù"
    ".ủũúụừửữứựỳỷỹýỵ."
)
_VN3 = {chr(code): letter for code, letter in enumerate(_VN3_HIGH, start=0xA0) if letter != "."}
# Capitals with tones, which only VN1 has: bytes 80–9F, as C1 controls or as Windows-1252 shows them, and some above.
_VN1 = dict(zip(map(chr, range(0x80, 0xA0)), "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ", strict=True))
_VN1_AS_1252 = {
    bytes([code]).decode("cp1252"): _VN1[chr(code)] for code in range(0x80, 0xA0) if code not in b"\x81\x8d\x8f\x90\x9d"
}
_VN1 |= _VN1_AS_1252
_VN1 |= dict(zip("\xaf\xba\xbf\xc0\xc1\xc2\xc3\xc4\xc5\xcd\xd9\xda\xdb\xe0\xf0\xff", "ẰẲẴẮẦẨẪẤỀỂỄẾỒỔỖỐ", strict=True))
# What PDF extractors make of the glyph names hyphen (AD is ư), periodcentered (B7 is ã) and mu (B5 is à).
_EXTRACTED = str.maketrans("\u2212\u2010\u2011\u2219\u22c5\u03bc", "\xad\xad\xad\xb7\xb7\xb5")
# Fonts of the symbol kind: Word and PDF extractors put their bytes into the private use area.
_PRIVATE = {0xF000 + code: code for code in range(0x20, 0x100)}

_TONE_MARKS = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_CIRCUMFLEX_MARKS = dict(zip("âáàåãä", ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True))
_BREVE_MARKS = dict(zip("êéèúüë", ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True))


def _vni_table() -> dict[str, str]:
    """Letter, or letter and mark, → Unicode letter; a mark may be a capital beside a small letter (careless typing)."""
    table = dict(zip("ñôöíìæóòî", "đơưíìỉĩịỵ", strict=True))
    parts = [(base, real, _TONE_MARKS, "") for base, real in (*((v, v) for v in "aeiouy"), ("ô", "ơ"), ("ö", "ư"))]
    parts += [(base, base, _CIRCUMFLEX_MARKS, "\u0302") for base in "aeo"] + [("a", "a", _BREVE_MARKS, "\u0306")]
    for base, real, marks, shape in parts:
        table |= {base + mark: unicodedata.normalize("NFC", real + shape + tone) for mark, tone in marks.items()}
    table |= {sign.upper(): letter.upper() for sign, letter in table.items()}
    mixed = {sign[0] + sign[1].swapcase(): letter for sign, letter in table.items() if len(sign) == 2}
    return table | mixed


_VNI = _vni_table()
_VNI_SIGN = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)) + "|[A-Za-z]")
_VN3_SIGNS = "".join(_VN3) + "\u2212\u2010\u2011\u2219\u22c5\u03bc"
_WORD = re.compile(rf"(?:[^\W\d_]|[\u0300-\u036f]|[{re.escape(_VN3_SIGNS)}])+")


def _read_tcvn3(word: str) -> str | None:
    """The word as a .Vn font draws it; None where the font has no such letters."""
    letters = word.translate(_EXTRACTED)
    if not all(char in _VN3 or char.isascii() for char in letters):
        return None
    return "".join(_VN3.get(char, char) for char in letters)


def _read_vni(word: str) -> str | None:
    """The word as a VNI font draws it; None where the font has no such letters."""
    signs = _VNI_SIGN.findall(word)
    return "".join(_VNI.get(sign, sign) for sign in signs) if "".join(signs) == word else None


_LEGACY: tuple[Encoding, Encoding] = ("TCVN3", "VNI")
_READ: dict[Encoding, Callable[[str], str | None]] = {"TCVN3": _read_tcvn3, "VNI": _read_vni}

# -- words -------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16384)
def _vietnamese(word: str) -> int:
    """2: a syllable, or an abbreviation in capitals such as HĐND; 1: two or three syllables glued together; 0: none."""
    composed = unicodedata.normalize("NFC", word).replace("Ð", "Đ").replace("ð", "đ")
    if is_syllable(composed):
        return 2
    if composed.isupper():
        return 2 if len(composed) <= 8 and all(char in "ĐƯƠÔÂÊĂ" or char.isascii() for char in composed) else 0
    return int(_is_glued(composed.casefold(), 3))


def _is_glued(word: str, most: int) -> bool:
    if len(word) < 2 or most == 0:
        return False
    return is_syllable(word) or any(
        is_syllable(word[:at]) and _is_glued(word[at:], most - 1) for at in range(2, min(8, len(word) - 1))
    )


# Bullets, times, fractions, footnote numbers stand alone in any text. Of such signs only these are then letters.
_LONE_LETTERS = "®§«"
# No one types 'ViÖt' in Unicode.
_CAPITAL_INSIDE = re.compile("[a-z][À-Þ]")

Kind = Literal["plain", "stands", "legacy", "either", "neither"]


@lru_cache(maxsize=16384)
def _kind(word: str, encoding: Encoding) -> Kind:
    """What a word says of its run: right as it stands, right only in the legacy reading, in either, in neither."""
    reading = _READ[encoding](word)
    if reading == word or (len(word) == 1 and not word.isalpha()):
        return "legacy" if encoding == "TCVN3" and word in _LONE_LETTERS else "plain"
    if reading is None and any(char > "\u017f" or char in "ĂăĐđĨĩŨũ" for char in word):
        return "stands"
    stands = 0 if _CAPITAL_INSIDE.search(word) else _vietnamese(word)
    reads = _vietnamese(reading) if reading else 0
    if stands == reads:
        return "either" if stands else "neither"
    return "legacy" if reads > stands else "stands"


def _weight(word: str, encoding: Encoding) -> int:
    """How much one legacy word proves without a font: 2 where no other language writes so ('ViÖt', 'ñeán'), else 1."""
    if len(word) == 1:
        return 0
    plain = sum(map(str.isascii, word))
    if encoding == "VNI":
        return 2 if len(word) - plain > 1 else 1
    has_sign = any(not char.isalpha() and char not in "×·" for char in word)
    return 2 if _CAPITAL_INSIDE.search(word) or (has_sign and plain > 1) else 1


# Frequent syllables that look like another syllable in the other reading; they decide where nothing else in a run does.
_FREQUENT = frozenset(
    unicodedata.normalize("NFC", word)
    for word in re.findall(
        r"\w+",
        """
        bên biên bí bố bộ cá các cán có còn công cô cơ cũ cũng cuộc chí chú chờ chuyên dân dự dựa dựng dùng dụng đã
        giá giám góp gồm hòa hoà hoàn hỏi hóa hoá hộp hồ hơn huyện kèm kế khá khó không khoản ký lên lòng lớn lớp
        lúc liên luôn môi môn một mới nâng nên ngân ngũ nguyên nhân nhờ nhóm nhũng nội nông nơi phân phí phó phòng
        phố phụ phù quân rõ rộng rút sáng số sông sống sơ sơn sự tâm tên tiên tìm toán toàn tố tối tồn tự từ từng
        thái tháng thêm thôn thông thống thuộc thuê trái trên trí trì trò trừ tuyên vụ với vùng viên xã xuống xuyên
        """,
    )
)

# -- runs --------------------------------------------------------------------------------------------------------------

_SUBSET_TAG = re.compile(r"^[A-Z]{6}\+")
_STYLE = re.compile(r"[,-]? ?(?:bold|italic|regular|oblique|normal|mt|ps)+$", re.IGNORECASE)


@lru_cache(maxsize=256)
def _encoding_of(font: str | None) -> tuple[Encoding | None, bool]:
    """The encoding a font's name tells, and whether the font has capitals only (.VnTimeH)."""
    family = _STYLE.sub("", _SUBSET_TAG.sub("", (font or "").strip()).replace("#2E", "."))
    if re.match(r"Vn[A-Z]|\.(?i:vn)", family):
        return "TCVN3", family.endswith("H") or family.casefold().endswith("timeh")
    return ("VNI" if re.match("vni[- ]?[a-z]", family, re.IGNORECASE) else None), False


def decode_run(text: str, font: str | None) -> Decoded:
    """The run as its readers see it, decided by font and by content together.

    `text`: a whole run, better all neighbouring runs of one font, before any Unicode composition. `font`: its name as
    the file has it (PDF subset tags and styles are allowed), None where unknown. ASCII stays, except that a font of
    capitals (.VnTimeH) shows its letters as capitals. Not sure and not decoded: it may be legacy text, but one word is
    too little to tell.
    """
    encoding, capitals = _encoding_of(font)
    if encoding is None:
        return _decode_by_content(text)
    if text.isascii() and "-" not in text:  # nearly every cell with a number; a hyphen may be the letter ư
        drawn = text.upper() if capitals else text
        return Decoded(text) if drawn == text else Decoded(drawn, encoding)
    text_read = text.translate(_PRIVATE)
    if encoding == "TCVN3":
        text_read = _HYPHENATED.sub(_horn_for_hyphen, text_read)
    decoded = _decode_by_font(text_read, encoding)
    if capitals and decoded is not None:
        decoded = Decoded(decoded.text.upper(), encoding, decoded.sure)
    if decoded is None or decoded.text == text:
        return Decoded(text)
    return decoded


def _decode_by_font(text: str, encoding: Encoding) -> Decoded | None:
    """The run in a legacy font; None where it is Unicode all the same."""
    words = _WORD.findall(text)
    kinds = Counter(_kind(word, encoding) for word in words)
    if kinds["stands"] and not kinds["legacy"]:
        return None
    if kinds["stands"]:
        return Decoded(_decoded(text, encoding, ("legacy",)), encoding, not (kinds["either"] or kinds["neither"]))
    sure = kinds["neither"] * 10 <= len(words)
    if kinds["either"] and not kinds["legacy"]:
        favour = _favour(words, encoding)
        if favour < 0:
            return None
        sure = sure and favour > 0
    return Decoded(_decoded(text, encoding, ("legacy", "either", "neither")), encoding, sure)


def _favour(words: list[str], encoding: Encoding) -> int:
    """Above 0 where the legacy reading has more of the frequent syllables, below 0 where the text as it stands has."""
    readings = [_READ[encoding](word) or word for word in words]
    frequent = [sum(word.casefold() in _FREQUENT for word in text) for text in (readings, words)]
    return frequent[0] - frequent[1]


def _decode_by_content(text: str) -> Decoded:
    """The run where the font says nothing: decoded only where its words cannot be anything else."""
    words = {word for word in _WORD.findall(text) if not word.isascii()} if not text.isascii() else set()
    evidence = [found for found in map(_evidence, words) if found != (0, 0)]
    tcvn3, vni = sum(found[0] for found in evidence), sum(found[1] for found in evidence)
    score, encoding = max(tcvn3, vni), _LEGACY[0] if tcvn3 > vni else _LEGACY[1]
    if score < _ENOUGH:
        return Decoded(text, None, score <= 0)
    kinds = Counter(_kind(word, encoding) for word in words)
    mixed = kinds["stands"] > 0
    decoded = _decoded(text, encoding, ("legacy",) if mixed else ("legacy", "either"))
    sure = score >= _PLENTY and not kinds["neither"] and not (mixed and kinds["either"])
    return Decoded(decoded, encoding, sure)


# One word that no other language writes, or two that another could by chance; twice that to be sure.
_ENOUGH, _PLENTY = 2, 4


@lru_cache(maxsize=16384)
def _evidence(word: str) -> tuple[int, int]:
    """For TCVN3, for VNI: above 0 where only that reading makes sense of the word, below where it makes none at all."""
    tcvn3, vni = (_points(word, encoding) for encoding in _LEGACY)
    return tcvn3, vni


def _points(word: str, encoding: Encoding) -> int:
    kind = _kind(word, encoding)
    return _weight(word, encoding) if kind == "legacy" else -2 * (kind == "neither")


# -- writing the words out ---------------------------------------------------------------------------------------------


def _decoded(text: str, encoding: Encoding, kinds: tuple[Kind, ...]) -> str:
    """The text with the words of these kinds read as the legacy font draws them."""
    all_capitals = re.search("[a-z]", text) is None and re.search("[A-Z]{2}", text) is not None
    decoded = _WORD.sub(lambda match: _written(match[0], encoding, kinds, all_capitals), text)
    return _with_vn1_capitals(decoded) if encoding == "TCVN3" else decoded


@lru_cache(maxsize=16384)
def _written(word: str, encoding: Encoding, kinds: tuple[Kind, ...], all_capitals: bool) -> str:
    """The word as the legacy font draws it, where it is of these kinds."""
    if word.isascii() or _kind(word, encoding) not in kinds:
        return word
    if encoding == "VNI":
        return _read_vni(word) or word
    reading = _read_tcvn3(word) or "".join(_VN3.get(char, char) for char in word)
    return reading.upper() if all_capitals or _has_capitals(word) else reading


def _has_capitals(word: str) -> bool:
    # VN3 has no capitals with tones: 'CéNG' is what a typist could do for CỘNG ('X·' is Xã, not XÃ).
    letters = [char for char in word if char.isascii()]
    return bool(letters) and "".join(letters).isupper() and (len(letters) > 1 or word[0] not in letters)


_VN1_WORD = re.compile(f"[A-ZĂÂÊÔƠƯĐ{re.escape(''.join(_VN1))}]+")
_PUNCTUATION_OF_1252 = frozenset(_VN1_AS_1252)


def _with_vn1_capitals(text: str) -> str:
    """Words in capitals whose toned letters stand in the places of controls and punctuation: 'C—NG H’A' is CỘNG HÒA."""
    found = [word for word in _VN1_WORD.findall(text) if _is_vn1(word)]
    # A dash or quote between two capitals can be just that; two such words, or a control character, cannot.
    if sum(word[0] not in _PUNCTUATION_OF_1252 and word[-1] not in _PUNCTUATION_OF_1252 for word in found) < 2:
        found = [word for word in found if not _PUNCTUATION_OF_1252.intersection(word)]
    wanted = frozenset(found)
    return _VN1_WORD.sub(lambda match: _read_vn1(match[0]) if match[0] in wanted else match[0], text)


def _read_vn1(word: str) -> str:
    return "".join(_VN1.get(char, char) for char in word)


def _is_vn1(word: str) -> bool:
    reading = _read_vn1(word)
    return len(word) > 1 and reading != word and _vietnamese(reading) == 2 and not _vietnamese(word)


_LETTER = f"[A-Za-z{re.escape(''.join(_VN3))}]"
_HYPHENATED = re.compile(rf"(?<![\w-]){_LETTER}*-{_LETTER}*(?![\w-])")


def _horn_for_hyphen(match: re.Match[str]) -> str:
    # WinAnsi names the glyph of byte AD (ư) a hyphen, and so do PDF extractors: 'n-íc' is nước. Compounds stay.
    left, right = match[0].split("-")
    if re.match("[A-Z]", right) or (not right and left.isupper() and left != "T"):
        return match[0]  # 'PT-TH', 'KH- UBND', 'V- Tình hình'; a lone T- is Tư
    parts = [_read_tcvn3(part) or part for part in (left, right) if part]
    joined = _read_tcvn3(f"{left}\xad{right}")
    is_compound = all(map(is_syllable, parts)) and match[0] != "-u"
    return match[0] if is_compound or joined is None or not is_syllable(joined) else f"{left}\xad{right}"


# -- corrupt text ------------------------------------------------------------------------------------------------------

_PRINTED_WORD = re.compile("(?:[^\\W\\d_]|[\u0300-\u036f])+")
_NO_TEXT = re.compile("\\(cid:\\d+\\)|\ufffd+|[\ue000-\uf8ff]{2,}|[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]+")


def garble_score(text: str) -> float:
    """Share (0–1) of the words that can be neither Vietnamese nor plain ASCII.

    A clean page stays under 0.01 (foreign names, slips). Letters mapped wrongly in a PDF ("CỘNG HỊA", "Văn phịng") make
    0.05, since half of the wrong words still look like syllables; legacy text that was not decoded is above 0.3.
    """
    words = _PRINTED_WORD.findall(unicodedata.normalize("NFC", text))
    lost = len(_NO_TEXT.findall(text))
    strange = sum(not word.isascii() and not (_vietnamese(word) and not _CAPITAL_INSIDE.search(word)) for word in words)
    return (strange + lost) / (len(words) + lost) if words or lost else 0.0
