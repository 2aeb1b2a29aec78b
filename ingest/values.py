"""Cell text → typed value and state.

The law (Nghị định 30/2020/NĐ-CP) writes 1.500 and 12,5. A text that this rule cannot read, or that another habit reads
otherwise, is flagged with the likeliest reading beside it; it is never counted.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ingest.text import bare, key, shown
from schemas.form import Indicator, Kind

ReadStatus = Literal["ok", "blank", "none", "not_applicable", "flagged"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says. `value` and `text` are what was read, also when `status` is flagged; `code` then says why."""

    status: ReadStatus
    value: float | None = None
    text: str | None = None
    code: str | None = None
    expected: str | None = None


_DASHES = frozenset("-–—−‐‑_")
_NONE_KEYS = frozenset({"không có", "ko có", "k có", "khong co", "không phát sinh"})
_NOT_APPLICABLE = frozenset({"x", "×", "/", "\\", "//"})
# Where a word is wanted an 'x' may as well be a tick; in these it can only cross the cell out.
_NUMERIC = frozenset({"count", "percent", "ratio", "heading"})
_YES_KEYS = frozenset({"có", "1"})
_NO_KEYS = frozenset({"không", "0"})
_NO_BARE = frozenset({"khong", "ko"})

_WHOLE = re.compile(r"\d{1,15}$")
_DOT_GROUPS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+$")
_BLANK_GROUPS = re.compile(r"[1-9]\d{0,2}(?: \d{3})+$")
_COMMA_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+$")
_DECIMAL = re.compile(r"\d{1,12}[.,]\d{1,9}$")
_GROUPED_DECIMAL = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+,\d{1,9}$")
_RATIO = re.compile(r"(\d{1,3}(?:[. ]\d{3})+|\d+) ?/ ?(\d{1,3}(?:[. ]\d{3})+|\d+)$")
_AFTER_RATIO = re.compile(r"(?<=\d) ?[^\W\d_].*$")
_NUMBER_AND_WORDS = re.compile(r"(\d[\d., ]*?) ?((?:[^\W\d_]|%).*)$")
_DOUBT_MARK = re.compile(r" ?\(\?\)$")
# Between the digits of one number at most one blank stands; anything else parts two numbers.
_BROKEN_BETWEEN_DIGITS = re.compile(r"[\d.,/](?:\s{2,}|[^\S \u00a0\u2007\u2009\u202f])[\d.,/]")
_LEFT_OPEN = re.compile(r"[/?:]")
"""A word beside one of these is a choice not made or a question ('Có/Không', 'Đạt?')."""
_SAYS_NOTHING = frozenset({"nt", "như trên", "có không", "nếu có"})
_RULE_IN_LABEL = re.compile(r"([^;,=()]+)=\s*([01])\b")


def read_value(text: str, row: Indicator) -> Reading:
    """The reading of one cell's text (line breaks kept as '\\n') as the kind of `row` demands."""
    folded = shown(text)
    if _DOUBT_MARK.search(folded):
        # Whoever wrote '(?)' behind it, a clerk or this program on paper, was not sure of it.
        doubted = read_value(_DOUBT_MARK.sub("", folded), row)
        return Reading("flagged", doubted.value, doubted.text, "VALUE_DOUBTED")
    state = _state(folded, row.kind)
    if state is not None:
        return state
    if row.kind in ("count", "percent") and _BROKEN_BETWEEN_DIGITS.search(text.strip()):
        # Two paragraphs of one cell, '20' over '150', must not become 20150.
        return Reading("flagged", text=folded, code="VALUE_AMBIGUOUS", expected="hai số hay một số xuống dòng")
    return _READERS[row.kind](folded, row)


def guess_kind(texts: list[str]) -> Kind:
    """Kind of a row that the form does not know: count when every filled cell is a plain number, percent when every
    one is a number or a percentage, else text."""
    texts = [_DOUBT_MARK.sub("", shown(text)) for text in texts]
    filled = [folded for folded in texts if folded and _state(folded, "text") is None]
    if filled and all(_count_reading(folded).status == "ok" for folded in filled):
        return "count"
    if filled and all(_percent_reading(folded).status == "ok" for folded in filled):
        return "percent"
    return "text"


def _state(folded: str, kind: Kind) -> Reading | None:
    """The states that are no value: blank, none, not applicable; None where the text must be read."""
    if not folded:
        return Reading("blank")
    if all(char in _DASHES or char == " " for char in folded):
        return Reading("none")
    lowered = key(folded)
    if not _LEFT_OPEN.search(folded) and (lowered in _NONE_KEYS or (kind in _NUMERIC and bare(folded) in _NO_BARE)):
        return Reading("none")
    if folded.lower() in _NOT_APPLICABLE:
        return Reading("not_applicable") if kind in _NUMERIC or not folded.isalpha() else None
    return None


def _read_count(folded: str, row: Indicator) -> Reading:
    number, words = _split_words(folded)
    if words is not None and key(words) not in _measures(row):
        reading = _count_reading(number)
        return Reading("flagged", reading.value, folded, "VALUE_OTHER_MEASURE", row.measure or "không ghi đơn vị tính")
    return _count_reading(number if words is not None else folded)


def _split_words(folded: str) -> tuple[str, str | None]:
    """'1.245 hồ sơ' → ('1.245', 'hồ sơ'); the words are None where nothing follows the number."""
    match = _NUMBER_AND_WORDS.match(folded)
    return (match[1], match[2].strip(" .;")) if match else (folded, None)


@lru_cache(maxsize=4096)
def _measures_of(measure: str | None, synonyms: tuple[str, ...]) -> frozenset[str]:
    return frozenset(key(word) for word in ((measure,) if measure else ()) + synonyms)


def _measures(row: Indicator) -> frozenset[str]:
    return _measures_of(row.measure, row.measure_synonyms)


def _count_reading(folded: str) -> Reading:
    number = folded.rstrip(";").removesuffix(".").strip()
    if _WHOLE.match(number):
        return _flag(number, "VALUE_NOT_A_NUMBER") if len(number) > 3 and number[0] == "0" else _counted(number)
    if _DOT_GROUPS.match(number):
        return _counted(number.replace(".", ""))
    if _BLANK_GROUPS.match(number):
        return _counted(number.replace(" ", ""))
    if _COMMA_GROUPS.match(number):
        whole = float(number.replace(",", ""))
        return Reading("flagged", whole, folded, "VALUE_AMBIGUOUS", f"{number.replace(',', '')} hay {number}")
    if _DECIMAL.match(number) or _GROUPED_DECIMAL.match(number):
        return Reading("flagged", _decimal(number), folded, "VALUE_NOT_WHOLE", "số nguyên")
    return _flag(folded, "VALUE_NOT_A_NUMBER", "số nguyên")


def _counted(digits: str) -> Reading:
    return Reading("ok", float(digits))


def _flag(folded: str, code: str, expected: str | None = None) -> Reading:
    return Reading("flagged", None, folded, code, expected)


def _decimal(number: str) -> float:
    if "," in number:
        return float(number.replace(".", "").replace(" ", "").replace(",", "."))
    return float(number)


def _read_percent(folded: str, row: Indicator) -> Reading:
    return _percent_reading(folded)


def _percent_reading(folded: str) -> Reading:
    number = re.sub(r" ?(%|phần trăm)$", "", folded.rstrip(" ;.")).strip()
    if re.fullmatch(r"0[.,]\d+", number) and number == folded.rstrip(" ;."):
        # A spreadsheet keeps 95% as 0,95.
        return Reading("flagged", _decimal(number), folded, "VALUE_AMBIGUOUS", f"{number}% hay phần của 1")
    if re.fullmatch(r"\d{1,3}", number):
        return _percent(float(number))
    if re.fullmatch(r"\d{1,3},\d{1,9}", number):
        return _percent(_decimal(number))
    if re.fullmatch(r"\d{1,3}\.(?:\d{1,2}|\d{4,9})", number):
        return _percent(float(number))
    if re.fullmatch(r"\d{1,3}\.\d{3}", number):
        # By the law a thousand and more per cent; as an English decimal plausible.
        return Reading(
            "flagged",
            float(number),
            folded,
            "VALUE_AMBIGUOUS",
            f"{number.replace('.', ',')} hay {number.replace('.', '')}",
        )
    if _WHOLE.match(number):
        return Reading("flagged", float(number), folded, "VALUE_NOT_A_NUMBER", "tỷ lệ phần trăm")
    return _flag(folded, "VALUE_NOT_A_NUMBER", "tỷ lệ phần trăm")


def _percent(value: float) -> Reading:
    return Reading("ok", value)


def _read_yes_no(folded: str, row: Indicator) -> Reading:
    if _LEFT_OPEN.search(folded):
        return _flag(folded, "VALUE_NOT_YES_NO")
    words = _yes_no_words(row.label)
    spoken = key(folded)
    value = words.get(spoken)
    if value is None and re.fullmatch(r"0?[01]\.?", folded):
        value = int(folded.strip("."))
    if value is None and bare(folded) == "co":
        # Without diacritics 'co' can be nothing else; 'khong' neither.
        value = 1
    if value is None and bare(folded) == "khong":
        value = 0
    if value is None:
        return _flag(folded, "VALUE_NOT_YES_NO")
    return Reading("ok", float(value))


@lru_cache(maxsize=1024)
def _yes_no_words(label: str) -> dict[str, int]:
    """The words that mean yes and no: the common ones and those the label defines ('Có tổ chức = 1')."""
    words = dict.fromkeys(_YES_KEYS, 1) | dict.fromkeys(_NO_KEYS, 0)
    for phrase, digit in _RULE_IN_LABEL.findall(label):
        words[key(phrase)] = int(digit)
    return words


def _read_ratio(folded: str, row: Indicator) -> Reading:
    match = _RATIO.match(_AFTER_RATIO.sub("", folded))
    if not match:
        return _flag(folded, "VALUE_NOT_A_RATIO")
    left, right = (re.sub(r"[. ]", "", part) for part in match.groups())
    return Reading("ok", None, f"{left}/{right}")


def _read_choice(folded: str, row: Indicator) -> Reading:
    by_key, by_bare = _choice_words(tuple((choice.text, *choice.synonyms) for choice in row.choices))
    text = None if _LEFT_OPEN.search(folded) else by_key.get(key(folded)) or by_bare.get(bare(folded))
    if text is None:
        return _flag(folded, "VALUE_NOT_A_CHOICE", " / ".join(choice.text for choice in row.choices))
    return Reading("ok", None, text)


@lru_cache(maxsize=256)
def _choice_words(choices: tuple[tuple[str, ...], ...]) -> tuple[dict[str, str], dict[str, str | None]]:
    """Words of a choice column by key, and by bare form where that names only one choice."""
    by_key = {key(word): words[0] for words in choices for word in words}
    by_bare: dict[str, str | None] = {}
    for words in choices:
        for word in words:
            plain = bare(word)
            by_bare[plain] = words[0] if by_bare.get(plain, words[0]) == words[0] else None
    return by_key, by_bare


def _read_text(folded: str, row: Indicator) -> Reading:
    if folded.lower() == "x":
        return _flag(folded, "VALUE_AMBIGUOUS", "đánh dấu có hay không áp dụng")
    if not any(char.isalnum() or char == "%" for char in folded) or key(folded) in _SAYS_NOTHING:
        return _flag(folded, "VALUE_AMBIGUOUS", "để trống hay như dòng trên")
    return Reading("ok", None, folded)


def _read_heading(folded: str, row: Indicator) -> Reading:
    return Reading("flagged", _count_reading(folded).value, folded, "VALUE_NOT_EXPECTED")


_READERS = {
    "count": _read_count,
    "percent": _read_percent,
    "yes_no": _read_yes_no,
    "ratio": _read_ratio,
    "choice": _read_choice,
    "text": _read_text,
    "heading": _read_heading,
}
