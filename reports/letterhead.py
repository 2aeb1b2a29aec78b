"""How an office names itself on paper: 'UBND huyện Hương Sơn' → the lines of a letterhead, the place, who signs."""

import re
from dataclasses import dataclass
from datetime import date

_COMMITTEE = re.compile(r"^(?:UBND|Ủy ban nhân dân|Uỷ ban nhân dân)\s+", re.IGNORECASE)
_LEVEL = re.compile(r"^(?:huyện|quận|thị xã|thành phố|tỉnh|thị trấn|xã|phường|đặc khu)\s+", re.IGNORECASE)
COMMITTEE_SIGNER = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")


@dataclass(frozen=True, slots=True)
class Named:
    """An office as it is printed. `place` stands before the date, `full` in a sentence."""

    letterhead: tuple[str, str]
    """('ỦY BAN NHÂN DÂN', 'HUYỆN HƯƠNG SƠN'); the first is '' for an office that is no People's Committee."""
    full: str
    place: str
    short: str
    """'UBND huyện Hương Sơn', in lists and references."""

    @property
    def signer(self) -> tuple[str, ...]:
        """On whose behalf the document is signed, and by whom."""
        if self.letterhead[0]:
            return COMMITTEE_SIGNER
        return ("THỦ TRƯỞNG ĐƠN VỊ",)


def named(office: str) -> Named:
    """The printed forms of an office's or a commune's name (a commune's own name means its People's Committee)."""
    name = " ".join(office.split())
    body = _COMMITTEE.sub("", name)
    is_committee = body != name or bool(_LEVEL.match(name))
    if not is_committee:
        return Named(("", name.upper()), name, name, name)
    lowered = body[:1].lower() + body[1:] if _LEVEL.match(body) else body
    return Named(("ỦY BAN NHÂN DÂN", body.upper()), f"Ủy ban nhân dân {lowered}", _LEVEL.sub("", body), f"UBND {lowered}")


def dated(place: str, day: date | None, year: int) -> str:
    """'An Phú, ngày 05 tháng 6 năm 2020'; without a day the blanks of a draft."""
    if day is None:
        return f"{place}, ngày      tháng      năm {year}"
    return (
        f"{place}, ngày {day.day:02d} tháng {day.month:02d} năm {day.year}"
        if day.month < 3
        else (f"{place}, ngày {day.day:02d} tháng {day.month} năm {day.year}")
    )
