"""Lists of administrative units as published → the office's own dated list.

Three kinds of CSV are known by their headings: the statistics office's list of communes on a day, the conversion table
of a reform (old commune → new one, whole or in part), and the office's own list (`schemas.units.COLUMNS`). A list says
who there is on a day; who took over from whom is in the conversion table, or follows from a kept name or code, or a
person says it. Nothing is guessed: what cannot be told is an error that names it.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pydantic import ValidationError

from ingest.text import bare, key, shown
from schemas.errors import FormFault
from schemas.units import COLUMNS, Unit, read_units, valid_on

LISTED = ("Mã TP", "Mã QH", "Phường Xã", "Mã PX")
"""Columns of the statistics office's list that are used."""
CONVERTED = ("Tên Xã mới", "Mã Xã mới", "Tên Xã cũ", "Mã Xã cũ", "Quận/huyện", "Tỉnh cũ")
"""Columns of the conversion table that are used; the new province stands in the first one."""
NEW_PROVINCE = "Tỉnh, thành phố"
_TYPES = {"xa": "xã", "phuong": "phường", "thi tran": "thị trấn", "dac khu": "đặc khu"}
_SINCE = re.compile(r"từ ngày (\d{1,2})/(\d{1,2})/(\d{4})")
_CODE = re.compile(r"\((\d{2,3})\)")
_DAY_IN_NAME = re.compile(r"\d{4}-\d{2}-\d{2}")
_SHOWN = 5
_HEADER_LINES = 3
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Imported:
    """The office's units with what a list adds, and what was concluded, in sentences."""

    units: tuple[Unit, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a published file: its number and its cells by heading, white space folded."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Commune:
    """A commune as a list names it."""

    code: str
    name: str
    type: str
    parent: str

    @property
    def name_key(self) -> str:
        return key(self.name[len(self.type) :])


def import_units(
    path: Path,
    known: Sequence[Unit],
    day: date | None = None,
    scope: Iterable[str] = (),
    into: Mapping[str, str] | None = None,
) -> Imported:
    """The `known` units of an office brought up to date with a published list.

    `day`: since when the list holds; None: as the file or its name says. `scope`: codes of the districts or provinces
    whose communes are meant; none: those of the units known so far. `into`: old code → new code, of communes of which
    the list does not say where they went. Raises FormFault with file, line and reason; `known` stays what it was then.
    """
    header, lines = _read(path)
    if set(COLUMNS) <= set(header):
        return Imported(read_units(path), (f"Danh sách của cơ quan được thay bằng {path.name}.",))
    if set(CONVERTED) <= set(header):
        return _converted(path, lines, known, day or _since(path), scope)
    if set(LISTED) <= set(header):
        return _listed(path, lines, known, day or _day_in_name(path), scope, into or {})
    wanted = "; ".join(", ".join(columns) for columns in (LISTED, CONVERTED, COLUMNS))
    raise _fault(path, 1, f"không phải danh sách đơn vị đã biết: phải có các cột {wanted}")


def is_own_list(path: Path) -> bool:
    """Whether this is a list as the office keeps it, which takes the old one's place whatever that holds."""
    return set(COLUMNS) <= set(_read(path)[0])


# -- the statistics office's list --------------------------------------------------------------------------------------


def _listed(
    path: Path, lines: Sequence[_Line], known: Sequence[Unit], day: date, scope: Iterable[str], into: Mapping[str, str]
) -> Imported:
    wanted = _scope(path, known, day, scope)
    communes = list(_communes(path, lines, wanted))
    if any(unit.valid_from >= day for unit in known):
        return _compared(path, communes, known, day, wanted)
    before = [unit for unit in valid_on(known, day - _DAY) if unit.parent in wanted]
    after = {commune.code: commune for commune in communes}
    kept = {unit.code for unit in before if _is_same(unit, after.get(unit.code))}
    made = {code: _unit(path, commune, day) for code, commune in after.items() if code not in kept}
    notes = [] if before else [f"{len(made)} đơn vị, coi là có hiệu lực từ ngày {day:%d/%m/%Y}."]
    changed: dict[str, Unit] = {}
    for unit in before:
        if unit.code not in kept:
            successor, why = _successor(path, unit, after, made, into)
            changed[unit.unit_id] = _ended(path, unit, day, [successor])
            notes.append(f"{unit.name} ({unit.code}) → {successor.name} ({successor.code}){why}.")
    fed = {successor for unit in changed.values() for successor in unit.successors}
    notes += [
        f"{unit.name} ({unit.code}) là đơn vị mới; danh sách không nói tách từ đâu."
        for unit in made.values()
        if before and unit.unit_id not in fed
    ]
    return Imported((*(changed.get(unit.unit_id, unit) for unit in known), *made.values()), tuple(notes))


def _communes(path: Path, lines: Sequence[_Line], wanted: frozenset[str]) -> Iterator[_Commune]:
    seen: dict[str, int] = {}
    for line in lines:
        code, district = line.cells["Mã PX"], line.cells["Mã QH"]
        if not code or not wanted & {district, line.cells["Mã TP"]}:
            continue
        if code in seen:
            raise _fault(path, line.number, f"mã {code} đã có ở dòng {seen[code]}")
        seen[code] = line.number
        yield _commune(path, line.number, code, line.cells["Phường Xã"], district or line.cells["Mã TP"])
    if not seen:
        raise _fault(path, 1, f"không có đơn vị nào thuộc {', '.join(sorted(wanted))}")


def _successor(
    path: Path, unit: Unit, after: Mapping[str, _Commune], made: Mapping[str, Unit], into: Mapping[str, str]
) -> tuple[Unit, str]:
    """Who took a commune over that is gone from the list: as a person said, else by its name, else by its code."""
    if unit.code in into:
        if into[unit.code] not in made:
            raise _fault(path, 1, f"--into {unit.code}={into[unit.code]}: {into[unit.code]} không phải đơn vị mới")
        return made[into[unit.code]], ", theo người nhập"
    same_name = [new for new in made.values() if key(new.short_name) == key(unit.short_name)]
    if len(same_name) == 1:
        return same_name[0], ", cùng tên"
    if unit.code in made:
        return made[unit.code], ", cùng mã"
    raise FormFault(
        "UNITS_FILE",
        f"{path}: {unit.name} ({unit.code}) không còn trong danh sách; không rõ đã nhập vào đơn vị nào.",
        f"Thêm --into {unit.code}=MÃ_MỚI.",
    )


def _compared(
    path: Path, communes: Sequence[_Commune], known: Sequence[Unit], day: date, wanted: frozenset[str]
) -> Imported:
    """A list of a day that the office's own list already reaches beyond: it can only agree."""
    listed = {(commune.code, commune.name_key) for commune in communes}
    held = {(unit.code, key(unit.short_name)) for unit in valid_on(known, day) if unit.parent in wanted}
    if different := sorted(listed ^ held):
        said = ", ".join(f"{code} {name}" for code, name in different[:_SHOWN])
        raise FormFault(
            "UNITS_FILE",
            f"{path}: danh sách ngày {day:%d/%m/%Y} không khớp danh sách của cơ quan ở {len(different)} đơn vị: {said}.",
            "Nhập các danh sách theo thứ tự thời gian, hoặc sửa units.csv.",
        )
    return Imported(tuple(known), (f"Khớp với danh sách của cơ quan ngày {day:%d/%m/%Y}: không có gì mới.",))


# -- the conversion table of a reform ----------------------------------------------------------------------------------


def _converted(path: Path, lines: Sequence[_Line], known: Sequence[Unit], day: date, scope: Iterable[str]) -> Imported:
    wanted = _scope(path, known, day, scope)
    before = {unit.code: unit for unit in valid_on(known, day - _DAY) if unit.parent in wanted}
    new_of, new, foreign = _moves(path, lines, wanted, before)
    made = {code: _unit(path, commune, day) for code, commune in new.items()}
    for unit in before.values():
        if unit.code not in new_of:
            raise _fault(path, 1, f"bảng không nói {unit.name} ({unit.code}) nhập vào đâu")
    changed = {
        unit.unit_id: _ended(path, unit, day, [made[code] for code in new_of[unit.code]]) for unit in before.values()
    }
    units = (*(changed.get(unit.unit_id, unit) for unit in known if unit.valid_from < day), *made.values())
    later = [unit for unit in known if unit.valid_from >= day]
    if later and set(units) != set(known):
        raise _fault(path, 1, f"danh sách của cơ quan đã có đơn vị từ ngày {later[0].valid_from:%d/%m/%Y}, không khớp bảng")
    notes = [f"{len(before)} đơn vị trước ngày {day:%d/%m/%Y} → {len(made)} đơn vị."]
    notes += [_said_of_split(unit, made, new_of) for unit in before.values() if len(new_of[unit.code]) > 1]
    notes += [f"{made[code].name} ({code}) còn gồm {', '.join(names)}, ngoài danh sách của cơ quan."
              for code, names in foreign.items()]  # fmt: skip
    return Imported(units, tuple(notes))


def _moves(
    path: Path, lines: Sequence[_Line], wanted: frozenset[str], before: Mapping[str, Unit]
) -> tuple[dict[str, list[str]], dict[str, _Commune], dict[str, list[str]]]:
    """Old code → new codes; the new communes; and of each the communes from elsewhere that went into it too."""
    new_of: defaultdict[str, list[str]] = defaultdict(list)
    new: dict[str, _Commune] = {}
    elsewhere: list[tuple[str, str]] = []
    for line in lines:
        code, old = line.cells["Mã Xã mới"], line.cells["Mã Xã cũ"]
        if not code:
            continue
        is_wanted = bool(wanted & {_code(line.cells[name]) for name in ("Quận/huyện", "Tỉnh cũ")})
        if not is_wanted:
            elsewhere.append((code, line.cells["Tên Xã cũ"]))
            continue
        if old:
            _check_known(path, line, old, before)
            if code in new_of[old]:
                raise _fault(path, line.number, f"{old} → {code} có hai lần")
            new_of[old].append(code)
        new[code] = _commune(path, line.number, code, line.cells["Tên Xã mới"], _code(line.cells[NEW_PROVINCE]))
    foreign: defaultdict[str, list[str]] = defaultdict(list)
    for code, name in elsewhere:
        if code in new:
            foreign[code].append(name)
    return new_of, new, foreign


def _check_known(path: Path, line: _Line, old: str, before: Mapping[str, Unit]) -> None:
    unit, name = before.get(old), line.cells["Tên Xã cũ"]
    if unit is None:
        what = f"{name} ({old}) không có trong danh sách của cơ quan; nhập danh sách trước đó trước"
        raise _fault(path, line.number, what)
    if not bare(name).endswith(bare(unit.short_name)):
        raise _fault(path, line.number, f"mã {old} trong danh sách của cơ quan là {unit.name}, trong bảng là {name}")


def _said_of_split(unit: Unit, made: Mapping[str, Unit], new_of: Mapping[str, Sequence[str]]) -> str:
    names = ", ".join(made[code].name for code in new_of[unit.code])
    return f"{unit.name} ({unit.code}) chia cho {names}: số liệu của đơn vị này không tự chia được."


# -- what both share ---------------------------------------------------------------------------------------------------


def _scope(path: Path, known: Sequence[Unit], day: date, scope: Iterable[str]) -> frozenset[str]:
    """The districts or provinces meant: those given, else the parents of the communes known the day before."""
    given = frozenset(scope)
    before = valid_on(known, day - _DAY) or valid_on(known, min((unit.valid_from for unit in known), default=day))
    wanted = given or frozenset(unit.parent for unit in before)
    if not wanted:
        raise FormFault("UNITS_FILE", f"{path}: chưa rõ lấy đơn vị của huyện, tỉnh nào.", "Thêm --in MÃ_HUYỆN.")
    return wanted


def _is_same(unit: Unit, commune: _Commune | None) -> bool:
    return commune is not None and key(unit.name) == key(commune.name)


def _ended(path: Path, unit: Unit, day: date, successors: Sequence[Unit]) -> Unit:
    if unit.valid_from >= day:
        raise _fault(path, 1, f"{unit.name} ({unit.code}) chưa có trước ngày {day}")
    ids = tuple(sorted(successor.unit_id for successor in successors))
    return unit.model_copy(update={"valid_to": day - _DAY, "successors": ids})


def _commune(path: Path, line: int, code: str, name: str, parent: str) -> _Commune:
    """`name` with its type written as it should be: 'xã Sơn  Hà', 'Xa Sơn Hà' → 'Xã Sơn Hà'."""
    words = name.split()
    for count in (2, 1):
        kind = _TYPES.get(bare(" ".join(words[:count])))
        if kind is not None and len(words) > count:
            official = f"{kind[0].upper()}{kind[1:]} {' '.join(words[count:])}"
            return _Commune(code, official, kind, parent)
    raise _fault(path, line, f"không rõ «{name}» ({code}) là xã, phường, thị trấn hay đặc khu")


def _unit(path: Path, commune: _Commune, day: date) -> Unit:
    try:
        return Unit.model_validate(
            {"code": commune.code, "name": commune.name, "type": commune.type, "parent": commune.parent, "valid_from": day}
        )
    except ValidationError as error:
        raise _fault(path, 1, f"{commune.name} ({commune.code}): {error.errors()[0]['msg']}") from None


def _read(path: Path) -> tuple[tuple[str, ...], list[_Line]]:
    """The heading row (it may stand under a banner) and the lines beneath it."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            rows = [(reader.line_num, [shown(cell) for cell in row]) for row in reader]
    except OSError as error:
        raise FormFault("UNITS_FILE", f"Không đọc được {path}: {error.strerror}.", "Kiểm tra lại đường dẫn.") from None
    except UnicodeDecodeError:
        raise _fault(path, 1, "tệp không phải CSV UTF-8; nếu là Excel, lưu lại thành CSV UTF-8") from None
    except csv.Error as error:
        raise _fault(path, reader.line_num, f"không đúng CSV ({error})") from None
    known = [set(columns) for columns in (COLUMNS, CONVERTED, LISTED)]
    for at, (_, header) in enumerate(rows[:_HEADER_LINES]):
        if any(columns <= set(header) for columns in known):
            _check_header(path, header)
            return tuple(header), [_line(path, number, header, row) for number, row in rows[at + 1 :] if any(row)]
    return (tuple(rows[0][1]) if rows else ()), []


def _check_header(path: Path, header: Sequence[str]) -> None:
    if twice := [name for name, count in Counter(header).items() if name and count > 1]:
        raise _fault(path, 1, f"cột {', '.join(twice)} có hai lần")


def _line(path: Path, number: int, header: Sequence[str], row: Sequence[str]) -> _Line:
    if len(row) != len(header):
        raise _fault(path, number, "số ô khác số cột")
    return _Line(number, dict(zip(header, row, strict=True)))


def _code(text: str) -> str:
    """'Huyện Hương Sơn (439)' → '439'; '' where no code stands there."""
    found = _CODE.search(text)
    return found[1] if found else ""


def _since(path: Path) -> date:
    """The day that the banner of a conversion table names."""
    found = _SINCE.search(path.read_text(encoding="utf-8-sig")[:1000])
    if found is None:
        raise FormFault("UNITS_FILE", f"{path}: bảng không nói có hiệu lực từ ngày nào.", "Thêm --on NGÀY.")
    return _day(path, int(found[3]), int(found[2]), int(found[1]))


def _day_in_name(path: Path) -> date:
    found = _DAY_IN_NAME.search(path.name)
    if found is None:
        raise FormFault("UNITS_FILE", f"{path}: chưa rõ danh sách có hiệu lực từ ngày nào.", "Thêm --on NGÀY.")
    return _day(path, *map(int, found[0].split("-")))


def _day(path: Path, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise FormFault("UNITS_FILE", f"{path}: {day}/{month}/{year} không phải là ngày.", "Thêm --on NGÀY.") from None


def _fault(path: Path, line: int, reason: str) -> FormFault:
    return FormFault("UNITS_FILE", f"{path}, dòng {line}: {reason}.", "Sửa dòng được nêu trong danh sách.")
