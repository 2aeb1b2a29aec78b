"""Administrative units, dated: codes change hands and names repeat, so a unit is (code, valid from), never a name."""

import csv
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from schemas.errors import FormFault

UnitType = Literal["xã", "phường", "thị trấn", "đặc khu"]
COLUMNS = ("code", "name", "type", "valid_from", "valid_to", "parent", "successors")


class Unit(BaseModel):
    """A commune while its code, name and borders stayed the same. Both dates are inclusive; `valid_to` None: still so.

    `name` is the official one with its type in front, white space folded, as the statistics office publishes it
    ('Xã An Hòa Thịnh', 'Thị trấn Phố Châu'). `parent` is the code of the district, or of the province where there is
    no district. `successors` are unit ids that took its people over.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^\d{5}$")
    name: str
    type: UnitType
    valid_from: date
    valid_to: date | None = None
    parent: str = Field(min_length=1)
    successors: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> "Unit":
        if not self.name.casefold().startswith(self.type + " "):
            raise ValueError(f"tên «{self.name}» phải bắt đầu bằng loại đơn vị «{self.type}»")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to trước valid_from")
        return self

    @property
    def unit_id(self) -> str:
        """code@valid_from: stable although codes are reused."""
        return f"{self.code}@{self.valid_from.isoformat()}"

    @property
    def short_name(self) -> str:
        """The name without its type: 'An Hòa Thịnh'."""
        return self.name[len(self.type) + 1 :]

    def is_valid(self, day: date) -> bool:
        """Whether the unit existed under this code and name on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def valid_on(units: Iterable[Unit], day: date) -> tuple[Unit, ...]:
    """The units that existed on `day`, in the order given."""
    return tuple(unit for unit in units if unit.is_valid(day))


def read_units(path: Path) -> tuple[Unit, ...]:
    """The units in a CSV with the columns of `COLUMNS` (dates as YYYY-MM-DD, successors separated by blanks).

    Raises FormFault with file, line and reason: a missing column or value, a date that is none, a code that is valid
    twice on one day (or a name under one parent), a successor that is not in the file, a unit that ended and has none,
    days between a unit's end and its successor's beginning.
    """
    rows = [(line, _unit(row, path, line)) for line, row in _lines(path)]
    _check_overlaps(path, rows)
    _check_successors(path, rows)
    return tuple(unit for _, unit in rows)


def write_units(path: Path, units: Sequence[Unit]) -> None:
    """Write such a CSV, beside first and read back, then renamed. Raises FormFault where the units do not fit each other
    or the file cannot be written; the old file stays as it was then."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with fresh.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for unit in sorted(units, key=lambda unit: (unit.code, unit.valid_from)):
                ended = unit.valid_to.isoformat() if unit.valid_to else ""
                since = unit.valid_from.isoformat()
                writer.writerow([unit.code, unit.name, unit.type, since, ended, unit.parent, " ".join(unit.successors)])
        read_units(fresh)
        os.replace(fresh, path)
    except OSError as error:
        raise FormFault("UNITS_FILE", f"Không ghi được {path}: {error.strerror}.", "Đóng tệp nếu đang mở.") from error
    finally:
        fresh.unlink(missing_ok=True)


def _lines(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True, restkey="")
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise _fault(path, 1, f"thiếu cột {', '.join(missing)}")
            for row in reader:
                if "" in row or None in row.values():
                    raise _fault(path, reader.line_num, "số ô khác số cột")
                yield reader.line_num, {name: " ".join(row[name].split()) for name in COLUMNS}
    except FileNotFoundError:
        raise FormFault("UNITS_FILE", f"Thiếu tệp {path}.", "Chép tệp danh sách đơn vị vào đúng chỗ.") from None
    except UnicodeDecodeError:
        raise _fault(path, 1, "tệp không phải UTF-8") from None
    except csv.Error as error:
        raise _fault(path, reader.line_num, f"không đúng CSV ({error})") from None


def _unit(row: dict[str, str], path: Path, line: int) -> Unit:
    data = {**row, "valid_to": row["valid_to"] or None, "successors": tuple(row["successors"].split())}
    try:
        return Unit.model_validate(data)
    except ValidationError as error:
        reasons = [f"{'.'.join(map(str, e['loc'])) or 'dòng'}: {e['msg']}" for e in error.errors()]
        raise _fault(path, line, "; ".join(reasons)) from None


def _check_overlaps(path: Path, rows: list[tuple[int, Unit]]) -> None:
    """One code is one unit on any day, and so is one name under one parent."""
    earlier: dict[tuple[str, ...], list[tuple[int, Unit]]] = defaultdict(list)
    for line, unit in rows:
        for what, same in (("mã", (unit.code,)), ("tên", (unit.name, unit.parent))):
            for other_line, other in earlier[same]:
                if unit.valid_from <= (other.valid_to or date.max) and other.valid_from <= (unit.valid_to or date.max):
                    raise _fault(path, line, f"{what} {same[0]} trùng thời gian với dòng {other_line}")
            earlier[same].append((line, unit))


def _check_successors(path: Path, rows: list[tuple[int, Unit]]) -> None:
    """A unit ends where others take over, the day after, none later and none before."""
    known = {unit.unit_id: unit for _, unit in rows}
    for line, unit in rows:
        for successor in unit.successors:
            if successor not in known:
                raise _fault(path, line, f"không có đơn vị kế tiếp {successor}")
        if unit.valid_to is None and unit.successors:
            raise _fault(path, line, f"{unit.name} có đơn vị kế tiếp nhưng không ghi ngày hết hiệu lực (valid_to)")
        if unit.valid_to is not None:
            _check_takeover(path, line, unit, [known[successor] for successor in unit.successors])


def _check_takeover(path: Path, line: int, unit: Unit, successors: Sequence[Unit]) -> None:
    ended = unit.valid_to or date.max
    if not successors:
        raise _fault(path, line, f"{unit.name} hết hiệu lực ngày {ended} nhưng không ghi đơn vị kế tiếp (successors)")
    for successor in successors:
        days = (successor.valid_from - ended - timedelta(days=1)).days
        if days:
            what = f"hở {days} ngày" if days > 0 else f"chồng {-days} ngày"
            raise _fault(
                path, line, f"{unit.name} hết hiệu lực ngày {ended}, đơn vị kế tiếp {successor.unit_id} có từ ngày "
                f"{successor.valid_from}: {what}",
            )  # fmt: skip


def _fault(path: Path, line: int, reason: str) -> FormFault:
    return FormFault("UNITS_FILE", f"{path}, dòng {line}: {reason}", "Sửa dòng được nêu trong danh sách đơn vị.")
