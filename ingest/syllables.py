"""The Vietnamese syllable by its spelling: onset × rhyme × tone (a few hundred rules, no dictionary)."""

import unicodedata
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_RHYMES = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu y yêm yên yêng yêt yêu
    o oc oi om on ong ooc oong op ot oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt
    oe oen oeo oet ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uc ui um un ung up ut uôc uôi uôm uôn uông uôt uân uâng uât uây uê uêch uênh uêu uơ
    uy uya uych uyên uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu"""
_AFTER_QU = """
    a ac ach ai an ang anh ao at au ay ăc ăm ăn ăng ăp ăt ân âng ât ây âu e ec em en eo et ê ên êt êch ênh êu
    i it inh ich y yt ynh ych yên yêt ơ ơi ơn ơt ôc"""
_ONSETS = (
    "ngh", "ng", "gh", "gi", "qu", "ch", "kh", "nh", "ph", "th", "tr",
    *"bcdđghklmnprstvx", "",
)  # fmt: skip
# Onsets whose spelling depends on the vowel that follows (k before a, o: Bắc Kạn, Kông).
_FOLLOWED_BY = {
    "c": "aăâoôơuư", "k": "eêiyaăoô", "g": "aăâoôơuưi", "gh": "eêi", "ng": "aăâoôơuư", "ngh": "eêi", "gi": "aăâeêoôơuư",
}  # fmt: skip
_STOPS = ("c", "ch", "p", "t")
_STOP_TONES = ("\u0301", "\u0323")  # sắc, nặng: the only ones a syllable that ends in a stop can have


class _Unmarked(dict[int, str]):
    """Character → the same without diacritics, đ as d, '' for a mark; worked out once each."""

    def __missing__(self, code: int) -> str:
        letters = unicodedata.normalize("NFD", chr(code)).replace("đ", "d").replace("Đ", "D")
        self[code] = "".join(char for char in letters if not "\u0300" <= char <= "\u036f")
        return self[code]


_UNMARKED = _Unmarked()


@lru_cache(maxsize=16384)
def without_marks(text: str) -> str:
    """The text without diacritics, đ as d (composed letters stay one for one)."""
    return text if text.isascii() else text.translate(_UNMARKED)


_SPELLED = frozenset(_RHYMES.split()), frozenset(_AFTER_QU.split())
_SPELLED_BARE = frozenset(without_marks(_RHYMES).split()), frozenset(without_marks(_AFTER_QU).split())


def _split(toneless: str, spelled: tuple[frozenset[str], frozenset[str]] = _SPELLED) -> tuple[str, str] | None:
    """Onset and rhyme of a lower-case word without tone; None where it is no syllable. 'gin' is g+in, 'gia' is gi+a."""
    rhymes, after_qu = spelled
    for onset in _ONSETS:
        rhyme = toneless[len(onset) :]
        if not rhyme or not toneless.startswith(onset):
            continue
        if onset == "qu":
            if rhyme in after_qu:
                return onset, rhyme
        elif rhyme in rhymes and rhyme[0] in _FOLLOWED_BY.get(onset, rhyme[0]):
            return onset, rhyme
    return None


def _tone_at(rhyme: str) -> int:
    shaped = [at for at, letter in enumerate(rhyme) if letter in "ăâêôơư"]
    if shaped:
        return shaped[-1]
    vowels = len(rhyme) - len(rhyme.lstrip("aeiouy"))
    if vowels < len(rhyme):
        return vowels - 1
    return 1 if vowels == 3 else 0


def _untoned(word: str) -> tuple[str, str]:
    """The word without tone marks, and its tones ('' to several)."""
    letters = unicodedata.normalize("NFD", word)
    tones = "".join(char for char in letters if char in _TONES)
    return unicodedata.normalize("NFC", "".join(char for char in letters if char not in _TONES)), tones


def _toned(onset: str, rhyme: str, tone: str, at: int) -> str:
    return unicodedata.normalize("NFC", onset + rhyme[: at + 1] + tone + rhyme[at + 1 :])


@lru_cache(maxsize=16384)
def settled(word: str) -> str:
    """A lower-case word with its tone on the letter of the older rule (hòa, thủy, úy; quý, hoàn, giá stay)."""
    toneless, tones = _untoned(word)
    parts = _split(toneless) if len(tones) == 1 else None
    return _toned(*parts, tones, _tone_at(parts[1])) if parts else word


@lru_cache(maxsize=16384)
def is_syllable(word: str) -> bool:
    """Whether the word can be a Vietnamese syllable by spelling, in any case and either tone placement (hoà/hòa)."""
    lower = unicodedata.normalize("NFC", word).casefold()
    toneless, tones = _untoned(lower)
    parts = _split(toneless)
    if parts is None or len(tones) > 1:
        return False
    rhyme = parts[1]
    if rhyme.endswith(_STOPS) and tones not in _STOP_TONES:
        return False
    places = {_tone_at(rhyme), 1 if rhyme in ("oa", "oe", "uy") else _tone_at(rhyme)}
    return not tones or lower in {_toned(*parts, tones, at) for at in places}


def is_bare_syllable(word: str) -> bool:
    """Whether the lower-case word can be a syllable once the diacritics it may lack are put in."""
    return _split(without_marks(word), _SPELLED_BARE) is not None
