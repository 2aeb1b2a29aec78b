"""Who sent a report, under which number and date: every sign of it kept, two that disagree settled by a person.

Signs are what an office writes about itself: letterhead, the place before the date, the sentence that opens and the one
that closes the report, the signature, the names of file and folder. A commune that the text merely mentions is none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import PurePath

from ingest.headings import HEAD_LINES, find_closing, find_stop, is_title, plain
from ingest.names import Mention, UnitNames
from ingest.text import shown
from schemas.document import Document, Paragraph
from schemas.errors import UsageFault
from schemas.finding import Finding
from schemas.office import Office
from schemas.place import Place
from schemas.record import Evidence, Sender
from schemas.units import Unit

WEIGHTS = {
    "letterhead": 0.95, "closing": 0.95, "place": 0.9, "signature": 0.9, "text": 0.8, "file_name": 0.7, "folder": 0.6,
    "given": 1.0,
}  # fmt: skip
"""How sure one sign alone makes us; several that agree leave the product of their doubts."""
SOURCES = {
    "letterhead": "tiêu đề", "closing": "câu kết", "place": "địa danh", "signature": "chữ ký", "text": "lời mở đầu",
    "file_name": "tên tệp", "folder": "thư mục", "given": "người dùng ghi",
}  # fmt: skip
UNTITLED_LINES, INTRO_LINES, SIGNATURE_LINES = 8, 12, 40

_NUMBER = re.compile(r"\b[Ss][ốỐoO]\s*:?\s*(\d+[a-z]?)\s*(/\s*\d{4})?\s*/\s*([A-ZĐ]{2,}(?:\s*[-–]\s*[A-ZĐ&]{2,})*)")
# in texts without marks; dots and blanks are what is left of an unfilled form
_DATE = re.compile(
    r"\bngay[\s.…_]*(\d{0,2})(?:[\s.…_]*thang[\s.…_]*|\s*[/.-]\s*)(\d{0,2})"
    r"(?:[\s.…_]*nam[\s.…_]*|\s*[/.-]\s*)(\d{0,4})(?!\d)"
)
_OTHER_PAPER = re.compile(r"ke hoach|kem theo|can cu|ban hanh|thuc hien|cong van")
_NAME_FOLLOWS = re.compile(r"(?:\bubnd|\buy ban nhan dan|(?<!thi )\bxa|\bthi tran)$")
_TITLE = re.compile(r"bao cao\b")
_NO_SENDER = re.compile(r"[-+–]|kinh gui|noi nhan|nhu tren")
_SIGNED = re.compile(r"(?:t\.? ?m|k\.? ?t)\b|ubnd|uy ban nhan dan|chu tich")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class _Regions:
    """Where an office writes about itself."""

    head: list[_Line]
    intro: list[_Line]
    closing: list[_Line]
    end: list[_Line]


def find_sender(
    document: Document, office: Office, file_name: str, folder: str = "", given_unit: str | None = None
) -> tuple[Sender, tuple[Finding, ...]]:
    """Who sent `document`, among the office's units valid at the end of its form's period.

    `folder` is the name or path of the folder the file lay in; `given_unit` what a person said (a code or a name) and
    settles the unit. Raises UsageFault where `given_unit` is not exactly one expected unit; never raises on content.
    """
    names = _names(office.units, office.form.period_end)
    regions = _regions(document)
    signs = [*_signs(regions, names), *_signs_of_path(file_name, folder, names)]
    number, signed, findings = _number_and_date(regions)
    if given_unit is not None:
        unit = names.given(given_unit)
        if unit is None:
            raise UsageFault(
                "UNIT_UNKNOWN", f"Không có đúng một đơn vị «{given_unit}» trong kỳ này.", "Xem danh sách: tonghop units"
            )
        signs.append(("given", Mention(given_unit, unit), Place()))
    evidence = tuple(
        Evidence(source, mention.written, mention.unit.unit_id if mention.unit else None, place)
        for source, mention, place in signs
    )
    unit_id, doubts = _decide(signs)
    confidence = _confidence(evidence, unit_id)
    return Sender(unit_id, number, signed, confidence, evidence), (*doubts, *findings)


@lru_cache(maxsize=4)
def _names(units: tuple[Unit, ...], day: date) -> UnitNames:
    return UnitNames(units, day)


_Sign = tuple[str, Mention, Place]


def _decide(signs: Sequence[_Sign]) -> tuple[str | None, tuple[Finding, ...]]:
    """The unit that all signs agree on, or why there is none. A name that may be a slip of the agreed unit agrees."""
    given = [mention.unit for source, mention, _ in signs if source == "given" and mention.unit]
    if given:
        return given[-1].unit_id, ()
    units = {mention.unit.unit_id for _, mention, _ in signs if mention.unit}
    agreed = next(iter(units)) if len(units) == 1 else None
    strangers = [(m, place) for _, m, place in signs if m.unit is None and agreed not in m.near]
    if agreed and not strangers:
        return agreed, ()
    if units:
        seen = dict.fromkeys(f"{SOURCES[source]} ghi {mention.written}" for source, mention, _ in signs)
        return None, (Finding("SENDER_DISAGREES", found="; ".join(seen)),)
    if strangers:
        mention, place = strangers[0]
        if mention.near:
            return None, (Finding("SENDER_UNKNOWN", place, found=mention.written),)
        return None, (Finding("SENDER_NOT_EXPECTED", place, found=mention.written),)
    return None, (Finding("SENDER_UNKNOWN"),)


def _confidence(evidence: Sequence[Evidence], unit_id: str | None) -> float:
    if unit_id is None:
        return 0.0
    doubt = 1.0
    for source in {item.source for item in evidence if item.unit_id == unit_id}:
        doubt *= 1 - WEIGHTS[source]
    return round(1 - doubt, 4)


# -- the signs ---------------------------------------------------------------------------------------------------------


def _signs(regions: _Regions, names: UnitNames) -> Iterator[_Sign]:
    for line in _with_name_below(regions.head):
        if not _NO_SENDER.match(plain(line.text)):
            yield from (("letterhead", mention, line.place) for mention in names.after_type(line.text))
    for line in [*regions.head, *regions.end]:
        dated = _own_date(line)
        mention = names.at_end(line.text[: dated.start()]) if dated else None
        if mention:
            yield "place", mention, line.place
    for line in regions.intro:
        own = [m for m in names.after_type(line.text) if m.unit and (m.after_office or _TITLE.match(plain(line.text)))]
        yield from (("text", mention, line.place) for mention in own)
    for line in regions.closing:
        mentions = list(names.after_type(line.text))
        yield from (("closing", m, line.place) for m in [m for m in mentions if m.after_office] or mentions[-1:])
    for line in _with_name_below(regions.end):
        if _SIGNED.match(plain(line.text)) and line.text.isupper():
            yield from (("signature", m, line.place) for m in names.after_type(line.text) if m.after_office)


def _with_name_below(lines: list[_Line]) -> Iterator[_Line]:
    """The lines, a name broken over two of them ('UBND XÃ' / 'SƠN KIM 1', 'ỦY BAN NHÂN DÂN' / 'XÃ …') joined."""
    following = iter([*lines[1:], None])
    above = None
    for line in lines:
        below = next(following)
        text = f"{above.text} {line.text}" if above else line.text
        goes_on = _NAME_FOLLOWS.search(plain(text))
        above = _Line(text, line.place) if goes_on and below else None
        if above is None:
            yield _Line(text, line.place)


def _signs_of_path(file_name: str, folder: str, names: UnitNames) -> Iterator[_Sign]:
    yield from (("file_name", mention, Place()) for mention in names.in_file_name(PurePath(file_name).name))
    yield from (("folder", mention, Place()) for mention in names.in_file_name(PurePath(folder).name))


# -- number and date ---------------------------------------------------------------------------------------------------


def _number_and_date(regions: _Regions) -> tuple[str | None, date | None, tuple[Finding, ...]]:
    """The report's own number and date: above its title, the date also beside the signature."""
    own = (line.text for line in regions.head if not _OTHER_PAPER.search(plain(line.text)))
    number = next(filter(None, map(_number, own)), None)
    for line in [*regions.head, *regions.end]:
        dated = _own_date(line)
        if dated and all(dated.groups()):
            signed = _date(*(int(part) for part in dated.groups()))
            return number, signed, () if signed else (Finding("DATE_UNSURE", line.place, found=line.text),)
    return number, None, ()


def _own_date(line: _Line) -> re.Match[str] | None:
    """The date in a line like 'An Hòa Thịnh, ngày 05 tháng 6 năm 2020', also where the number stands to its left."""
    text = plain(line.text)
    match = _DATE.search(text)
    return match if match and match.start() <= 60 and not _OTHER_PAPER.search(text) else None


def _number(text: str) -> str | None:
    match = _NUMBER.search(text)
    if match is None:
        return None
    number, year, kind = (re.sub(r"\s", "", part or "").replace("–", "-") for part in match.groups())
    return f"{number}{year}/{kind}"


def _date(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# -- regions -----------------------------------------------------------------------------------------------------------


def _regions(document: Document) -> _Regions:
    stop = find_stop(document)
    closing = find_closing(document, stop)
    text_end = stop if closing is None else closing
    before = _lines(document, 0, min(text_end, HEAD_LINES + INTRO_LINES))
    last = _lines(document, max(0, text_end - SIGNATURE_LINES), text_end)
    after = [] if closing is None else _lines(document, closing, stop)[:SIGNATURE_LINES]
    title = next((at for at, line in enumerate(before[:HEAD_LINES]) if is_title(line.text)), None)
    head = before[: UNTITLED_LINES if title is None else title]
    intro = [] if title is None else before[title : title + INTRO_LINES]
    sentence = [line for line in after[:1] if plain(line.text).startswith("tren day")]
    sentence = sentence or [line for line in last if line.text.endswith("./.")][-1:]
    return _Regions(head, intro, sentence, after or [line for line in last if line not in head])


def _lines(document: Document, first: int, stop: int) -> list[_Line]:
    return [
        _Line(shown(text), block.place)
        for block in document.blocks[first:stop]
        if isinstance(block, Paragraph)
        for text in block.text.split("\n")
        if shown(text)
    ]
