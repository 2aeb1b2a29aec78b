"""Vietnamese text: what people see (`shown`), the key that comparison uses (`key`, `bare`), how alike two texts are.

Raw text is never replaced by a key. All functions are total (any string goes in) and `compose`, `shown`, `key`, `bare`
are idempotent.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from ingest.syllables import is_bare_syllable, is_syllable, settled, without_marks

__all__ = [
    "Compared", "bare", "compared", "compose", "core", "edits", "is_syllable", "key", "shown", "similarity",
    "similarity_matrix", "strip_number",
]  # fmt: skip

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_SHAPES = "\u0302\u0306\u031b"
_MARKED_LETTER = re.compile(f"([aeiouyAEIOUY])([{_SHAPES}{_TONES}]{{2,}})")
# Đ has three look-alikes: Eth (Windows-1252 keyboards), African D and retroflex d (old converters).
_STROKED_D = str.maketrans("ÐðƉɖ", "ĐđĐđ")
_MARKS = re.compile("[\u0300-\u036f]")
_SUSPECT = re.compile("[\u0300-\u036fÐðƉɖ]")


def compose(text: str) -> str:
    """Unicode NFC with Vietnamese repaired: "tổ hợp", marks in any order, Đ typed as Ð. Nothing else changes."""
    if text.isascii() or (not _SUSPECT.search(text) and unicodedata.is_normalized("NFC", text)):
        return text
    decomposed = unicodedata.normalize("NFD", text.translate(_STROKED_D))
    return unicodedata.normalize("NFC", _MARKED_LETTER.sub(_sort_marks, decomposed))


def _sort_marks(match: re.Match[str]) -> str:
    # NFC composes ế from e+circumflex+acute only; "tổ hợp" typing can store the tone first, and some PDF a mark twice.
    marks = dict.fromkeys(match[2])
    return match[1] + "".join(sorted(marks, key=lambda mark: mark in _TONES))


# Zero-width, soft hyphens, direction marks, controls and lone surrogates: nothing on paper, and not valid in XML.
_CONTROLS = "".join(char for char in map(chr, range(0xA0)) if unicodedata.category(char) == "Cc" and not char.isspace())
_UNSEEN = re.compile(
    f"[{_CONTROLS}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


@lru_cache(maxsize=16384)
def shown(text: str) -> str:
    """The text on one line as a reader sees it: composed, unseen characters dropped, white space made single blanks."""
    if not (text.isascii() and text.isprintable()):
        text = compose(_UNSEEN.sub("", text))
    return " ".join(text.split())


# -- the key -----------------------------------------------------------------------------------------------------------

# Written without diacritics. Only what can mean one thing in these reports: CC (công chức, công chứng), BCH (chấp hành,
# chỉ huy), PTTH (phát thanh, phổ thông) and two-letter forms other than VB are left as typed.
_ABBREVIATIONS: dict[tuple[str, ...], str] = {
    tuple(short.split()): long
    for short, long in (
        line.strip().split(" = ")
        for line in """
        bch dang bo = ban chấp hành đảng bộ
        bp tn = bộ phận tiếp nhận
        bp tn tkq = bộ phận tiếp nhận và trả kết quả
        bp tn va tkq = bộ phận tiếp nhận và trả kết quả
        bpmc = bộ phận một cửa
        bptn = bộ phận tiếp nhận
        bptn tkq = bộ phận tiếp nhận và trả kết quả
        bptntkq = bộ phận tiếp nhận và trả kết quả
        cb cc = cán bộ công chức
        cb cc vc = cán bộ công chức viên chức
        cbcc = cán bộ công chức
        cbcc vc = cán bộ công chức viên chức
        cbccvc = cán bộ công chức viên chức
        cc vc = công chức viên chức
        ccvc = công chức viên chức
        cchc = cải cách hành chính
        cntt = công nghệ thông tin
        cpdt = chính phủ điện tử
        cqdt = chính quyền điện tử
        cqhcnn = cơ quan hành chính nhà nước
        cqnn = cơ quan nhà nước
        csdl = cơ sở dữ liệu
        dai ptth = đài phát thanh truyền hình
        dvc = dịch vụ công
        dvcqg = dịch vụ công quốc gia
        dvctt = dịch vụ công trực tuyến
        dvhc = đơn vị hành chính
        hcnn = hành chính nhà nước
        hdnd = hội đồng nhân dân
        kt xh = kinh tế xã hội
        ktxh = kinh tế xã hội
        mttq = mặt trận tổ quốc
        nsnn = ngân sách nhà nước
        pakn = phản ánh kiến nghị
        pt th = phát thanh truyền hình
        qlnn = quản lý nhà nước
        qlvb = quản lý văn bản
        qppl = quy phạm pháp luật
        cq = cơ quan
        sl = số lượng
        tkq = trả kết quả
        tn tkq = tiếp nhận và trả kết quả
        tn va tkq = tiếp nhận và trả kết quả
        tntkq = tiếp nhận và trả kết quả
        tra kq = trả kết quả
        ttdt = thông tin điện tử
        tthc = thủ tục hành chính
        tthcc = trung tâm hành chính công
        ttpvhcc = trung tâm phục vụ hành chính công
        ub = ủy ban
        ubmttq = ủy ban mặt trận tổ quốc
        ubmttqvn = ủy ban mặt trận tổ quốc việt nam
        ubnd = ủy ban nhân dân
        vb = văn bản
        vbpl = văn bản pháp luật
        vbqg = văn bản quốc gia
        vbqpl = văn bản quy phạm pháp luật
        vbqppl = văn bản quy phạm pháp luật
        """.strip().splitlines()
    )
}
_FIRST_WORDS = frozenset(short[0] for short in _ABBREVIATIONS)
_LONGEST = max(map(len, _ABBREVIATIONS))
_GLUED = sorted((short[0] for short in _ABBREVIATIONS if len(short) == 1 and len(short[0]) > 2), key=len, reverse=True)
_WORDS = re.compile(r"[^\W\d_]+|\d+")


@lru_cache(maxsize=16384)
def _unglued(word: str) -> tuple[str, ...]:
    """('trang', 'ttđt') for 'trangttđt': an office abbreviation that lost the blank beside a syllable."""
    plain = without_marks(word)
    if len(plain) != len(word) or (plain,) in _ABBREVIATIONS or is_bare_syllable(word):
        return (word,)
    for short in _GLUED:
        at = len(word) - len(short)
        if plain.endswith(short) and is_bare_syllable(word[:at]):
            return word[:at], word[at:]
        if plain.startswith(short) and is_bare_syllable(word[len(short) :]):
            return word[: len(short)], word[len(short) :]
    return (word,)


def _expanded(words: list[str]) -> list[str]:
    """The words with abbreviations, the longest first, written out and the tones of the others settled."""
    out: list[str] = []
    at = 0
    while at < len(words):
        short = _abbreviation(words[at : at + _LONGEST]) if without_marks(words[at]) in _FIRST_WORDS else ()
        out += _ABBREVIATIONS[short].split() if short else [settled(words[at])]
        at += len(short) or 1
    return out


def _abbreviation(words: list[str]) -> tuple[str, ...]:
    """The longest abbreviation that the words begin with, without marks; () where they begin with none."""
    plain = tuple(map(without_marks, words))
    return next((plain[:length] for length in range(len(plain), 0, -1) if plain[:length] in _ABBREVIATIONS), ())


@lru_cache(maxsize=16384)
def key(text: str) -> str:
    """The comparison key: lower case, composed, tones placed one way, words only, office abbreviations written out."""
    return " ".join(_expanded([part for word in _words(text) for part in _unglued(word)]))


@lru_cache(maxsize=16384)
def spelled(text: str) -> str:
    """The key with abbreviations as typed: a mistyped one ('PAN' for 'PAKN') is near the form's only in this."""
    return " ".join(map(settled, _words(text)))


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", shown(text)).casefold()
    if not folded.isascii():
        # A second round: casefolding can leave compatibility forms, and NFKC capitals (İ, ŉ, ㎧ …).
        folded = _MARKS.sub("", compose(unicodedata.normalize("NFKC", folded).casefold()))
    return _WORDS.findall(folded.replace("&", " và "))


@lru_cache(maxsize=16384)
def bare(text: str) -> str:
    """The key without diacritics, đ as d: for text typed without them."""
    return without_marks(key(text))


_GROUPS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_OPEN_GROUP = re.compile(r"[(\[].*$")


def core(text: str) -> str:
    """The text as shown without what stands in parentheses, closed or not; '' where nothing else stands."""
    previous, text = "", shown(text)
    while previous != text:
        previous, text = text, _GROUPS.sub(" ", text)
    return shown(_OPEN_GROUP.sub("", text))


# -- typed numbers -----------------------------------------------------------------------------------------------------

_UPPER = "".join(filter(str.isupper, map(chr, (*range(0x41, 0x1B1), *range(0x1EA0, 0x1EFA)))))
_LOWER = _UPPER.lower()
_ROMAN = r"(?:x{0,3}(?:ix|iv|v?i{1,3}|v)|x{1,3})"
_ORDINAL = r"(?:thứ|thu) (?:nhất|nhat|nhì|nhi|hai|ba|tư|tu|bốn|bon|năm|nam|sáu|sau|bảy|bay)"
_DASH_WORD = r" ?[-–—](?= ?[^\W\d_]{2})(?! ?[ivx]+\b)"  # '1- Công tác', not '3-5 ngày', 'V-A-C'
_SLASH_WORD = r"/(?= |$|[^\W\d_]{2,}(?: |$))"  # '1/ Công', '1/Công tác', not '1/3', 'V/v', '15/BC-UBND'
_NUMBER = re.compile(
    "|".join(
        (
            rf"(?:phần|phan) (?:{_ORDINAL}|(?:{_ROMAN}|\d{{1,2}})(?=[.:]|$))[.:]?(?-i:(?![{_LOWER}]))",  # Phần thứ nhất
            rf"\((?:\d{{1,2}}|[a-zđ]|{_ROMAN})\)",  # (1)  (a)  (ii)
            rf"(?:\d{{1,2}}|{_ROMAN})(?:\.\d{{1,2}}){{0,3}}(?:[.):](?!\d)|{_SLASH_WORD})",  # 1.  1.1.  1)  II.  I.1.
            rf"(?:\d{{1,2}}|{_ROMAN})(?:\.\d{{1,2}}){{1,3}}(?-i:(?= [{_UPPER}]))",  # 1.1 Kết quả, not 1.5 triệu
            rf"(?-i:\d{{1,2}}|[IVX]+){_DASH_WORD}",  # 1- Công tác  II - Tình hình
            r"[a-zđ]\d{0,2}\)",  # a)  đ)  a1)
            rf"(?-i:(?:[a-eghikđA-EĐ])\d{{0,2}}(?:[./](?= |$)|\.(?=[{_UPPER}][{_LOWER}])))",  # a.  B.  a.Về
            r"[-–—−+]{1,2}(?!\d)|[•●○◦▪■□◊►➢➤✓✔❖*·\uf000-\uf0ff]",  # a child's dash, a bullet
        )
    ),
    re.IGNORECASE,
)


def strip_number(text: str) -> tuple[str, str]:
    """The typed enumerator ('1.1.', 'đ)', 'II.', '-', 'Phần thứ nhất' …; '' where none) and the rest, both as shown."""
    line = shown(text)
    match = _NUMBER.match(line)
    return (match[0], line[match.end() :].strip()) if match else ("", line)


# -- likeness ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """A text prepared for comparison, all forms without blanks, so that lost and extra blanks cost nothing.

    The core ones leave out what stands in parentheses; they are the whole where hardly anything stands outside them.
    The typed ones keep abbreviations as typed; they are the whole where there are none.
    """

    key: str
    bare: str
    core_key: str
    core_bare: str
    typed_key: str
    typed_bare: str
    is_plain: bool
    """Typed without diacritics although long enough to need some."""


# A core shorter than this says too little about which indicator it names.
_CORE_LETTERS = 8
# What a perfect match still loses: for a text compared without diacritics, for one compared without its parentheses.
_PLAIN_SHARE, _CORE_SHARE = 0.98, 0.97
# A wrong or missing mark, where a wrong letter is 1.
_MARK_COST = 0.5
# Unrelated labels of one form share 0.2–0.4 of their letters by chance, so less than this is no likeness at all.
_LEAST = 0.4


@lru_cache(maxsize=16384)
def compared(text: str) -> Compared:
    """The prepared forms of a text (cached)."""
    whole, inner = key(text).replace(" ", ""), key(core(text)).replace(" ", "")
    if len(inner) < _CORE_LETTERS:
        inner = whole
    typed = spelled(text).replace(" ", "")
    if typed == whole:
        typed = whole
    letters = "".join(filter(str.isalpha, shown(text)))
    is_plain = len(letters) > 3 and letters.isascii()
    return Compared(
        whole, without_marks(whole), inner, without_marks(inner), typed, without_marks(typed), is_plain
    )


def edits(a: str, b: str) -> float:
    """Letters to change, add or drop between the keys of two texts; a wrong mark counts half, missing marks nothing."""
    left, right = compared(a), compared(b)
    letters: int = Levenshtein.distance(left.bare, right.bare)
    if left.is_plain != right.is_plain:
        return letters
    return letters + _MARK_COST * (Levenshtein.distance(left.key, right.key) - letters)


def _likeness(a_key: str, b_key: str, a_bare: str, b_bare: str, by_bare: bool) -> float:
    if a_key == b_key:
        return 1.0 if a_key else 0.0
    longest = max(len(a_key), len(b_key))
    allowed = int(longest * (1 - _LEAST))
    letters = Levenshtein.distance(a_bare, b_bare, score_cutoff=allowed)
    if letters > allowed:
        return 0.0
    marks = 0 if by_bare else Levenshtein.distance(a_key, b_key) - letters
    likeness: float = 1 - (letters + _MARK_COST * marks) / longest
    return likeness if likeness >= _LEAST else 0.0


def _similar(left: Compared, right: Compared) -> float:
    by_bare = left.is_plain != right.is_plain
    score = _likeness(left.key, right.key, left.bare, right.bare, by_bare)
    if score < _CORE_SHARE and (left.core_key is not left.key or right.core_key is not right.key):
        inner = _likeness(left.core_key, right.core_key, left.core_bare, right.core_bare, by_bare)
        score = max(score, inner * _CORE_SHARE)
    if score < _CORE_SHARE and (left.typed_key is not left.key or right.typed_key is not right.key):
        typed = _likeness(left.typed_key, right.typed_key, left.typed_bare, right.typed_bare, by_bare)
        score = max(score, typed)
    return score * _PLAIN_SHARE if by_bare else score


def similarity(a: str, b: str) -> float:
    """How alike two texts are, 0–1: 1 where the keys are equal, 0 where fewer than two letters in five agree."""
    return _similar(compared(a), compared(b))


def similarity_matrix(rows: Sequence[str], cols: Sequence[str]) -> list[list[float]]:
    """`similarity` of each row text to each column text, len(rows) × len(cols)."""
    right = [compared(col) for col in cols]
    wholes, cores = [other.bare for other in right], [other.core_bare for other in right]
    own_cores = [other.core_bare if other.core_key is not other.key else None for other in right]
    typed = [other.typed_bare for other in right]
    own_typed = [other.typed_bare if other.typed_key is not other.key else None for other in right]
    matrix = []
    for left in map(compared, rows):
        near = _near(left.bare, wholes) | _near(left.core_bare, own_cores if left.core_key is left.key else cores)
        near |= _near(left.typed_bare, own_typed if left.typed_key is left.key else typed)
        matrix.append([_similar(left, other) if at in near else 0.0 for at, other in enumerate(right)])
    return matrix


def _near(text: str, choices: Sequence[str | None]) -> set[int]:
    # One call compares with all choices inside rapidfuzz; letters alone can only overrate, and the cutoff lies a little
    # under the least likeness because of rounding, so nothing alike is lost.
    found = process.extract(
        text, choices, scorer=Levenshtein.normalized_similarity, processor=None, score_cutoff=_LEAST - 0.01, limit=None
    )
    return {at for _, _, at in found}
