"""Vietnamese letters as old and new machines write them: decomposed, 'tổ hợp', TCVN3, VNI, old tone places, none.

Tables written from the published code charts (TCVN 5712:1993, VNI-Windows); nothing here is shared with the readers.
"""

import re
import unicodedata

TONES = "\u0300\u0301\u0303\u0309\u0323"

_TCVN3_LETTERS = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ"
_TCVN3_CODES = "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ¡¢£¤¥¦§"
TCVN3 = dict(zip(_TCVN3_LETTERS, _TCVN3_CODES, strict=True))

_VNI_MARKS = {"\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_VNI_CIRCUMFLEX = {"": "â", "\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
_VNI_BREVE = {"": "ê", "\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}
_VNI_SINGLE = {"đ": "ñ", "í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î"}
_VNI_HORN = {"o": "ô", "u": "ö"}

_MOVED = {
    **{f"{o}{v}": f"o{t}" for v, tones in (("a", "àáảãạ"), ("e", "èéẻẽẹ")) for o, t in zip("òóỏõọ", tones, strict=True)},
    **{f"{u}y": f"u{t}" for u, t in zip("ùúủũụ", "ỳýỷỹỵ", strict=True)},
}


def decomposed(text: str) -> str:
    """Every mark a character of its own (NFD), as macOS types."""
    return unicodedata.normalize("NFD", text)


def to_hop(text: str) -> str:
    """'Unicode tổ hợp': â ê ô ơ ư ă are one character, the tone another."""
    return "".join(_split_tone(letter) for letter in unicodedata.normalize("NFC", text))


def _split_tone(letter: str) -> str:
    marks = unicodedata.normalize("NFD", letter)
    tone = next((mark for mark in marks[1:] if mark in TONES), "")
    return unicodedata.normalize("NFC", marks.replace(tone, "")) + tone if tone else letter


def without_marks(text: str) -> str:
    """'Cai cach hanh chinh': no diacritics at all."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return plain.replace("đ", "d").replace("Đ", "D")


def eth(text: str) -> str:
    """Đ typed as the Icelandic Ð (U+00D0): looks the same on paper."""
    return text.replace("Đ", "Ð")


def old_tone(text: str) -> str:
    """'hoà, thuỷ' for 'hòa, thủy': open syllables only, never after q."""

    def move(match: re.Match[str]) -> str:
        found = match.group(0)
        moved = _MOVED[found.lower()]
        return moved.upper() if found.isupper() else moved[0].upper() + moved[1:] if found[0].isupper() else moved

    return re.sub(r"(?i)(?<!q)[òóỏõọ][ae](?!\w)|(?<!q)[ùúủũụ]y(?!\w)", move, unicodedata.normalize("NFC", text))


def can_tcvn3(text: str) -> bool:
    """Whether every letter exists in a TCVN3 font of small letters (capitals with tones do not)."""
    return all(c in TCVN3 or ord(c) < 128 for c in unicodedata.normalize("NFC", text))


def tcvn3(text: str) -> str:
    """The codes of .VnTime; with .VnTimeH give it the text in small letters."""
    return "".join(TCVN3.get(c, c) for c in unicodedata.normalize("NFC", text))


def vni(text: str) -> str:
    """The codes of VNI-Times: the letter, then its marks as one further character."""
    return "".join(_vni_letter(c) for c in unicodedata.normalize("NFC", text))


def _vni_letter(letter: str) -> str:
    small = letter.lower()
    if small in _VNI_SINGLE:
        code = _VNI_SINGLE[small]
        return code.upper() if letter.isupper() else code
    marks = unicodedata.normalize("NFD", small)
    base, rest = marks[0], marks[1:]
    tone = next((mark for mark in rest if mark in TONES), "")
    if "\u031b" in rest:
        code = _VNI_HORN[base] + _VNI_MARKS.get(tone, "")
    elif "\u0302" in rest:
        code = base + _VNI_CIRCUMFLEX[tone]
    elif "\u0306" in rest:
        code = base + _VNI_BREVE[tone]
    else:
        code = base + _VNI_MARKS[tone] if tone else small
    return code.upper() if letter.isupper() else code


def folded(text: str) -> str:
    """Composed, white space folded: the form in which texts are compared here."""
    return " ".join(unicodedata.normalize("NFC", text).split())
