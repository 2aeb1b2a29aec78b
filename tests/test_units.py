"""Administrative units: dated, and a mistake in the list is said with its line."""

from datetime import date
from pathlib import Path

import pytest

from schemas.errors import FormFault
from schemas.office import bundled_office
from schemas.units import Unit, read_units, valid_on

HEADER = "code,name,type,valid_from,valid_to,parent,successors\n"
BUNDLED = bundled_office().parent / "units.csv"


def write(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "units.csv"
    path.write_text(header + "".join(line + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("day", "count"),
    [("2019-12-31", 32), ("2020-02-25", 25), ("2020-12-31", 25), ("2021-02-03", 25), ("2025-01-04", 22),
     ("2025-07-01", 9)],
)
def test_huong_son_has_as_many_communes_as_the_published_lists(day: str, count: int) -> None:
    assert len(valid_on(read_units(BUNDLED), date.fromisoformat(day))) == count


def test_a_code_that_changed_hands_is_two_units() -> None:
    units = {unit.unit_id: unit for unit in read_units(BUNDLED)}
    assert units["18163@2004-07-08"].name == "Xã Sơn Hòa"
    assert units["18163@2021-02-03"].name == "Xã An Hòa Thịnh"
    assert units["18163@2025-07-01"].name == "Xã Sơn Tiến"
    assert units["18151@2020-01-01"].successors == ("18163@2021-02-03",)


def test_every_merged_commune_leads_to_one_that_still_exists() -> None:
    units = {unit.unit_id: unit for unit in read_units(BUNDLED)}
    for unit in units.values():
        assert (unit.valid_to is None) == (unit.successors == ())
        for successor in unit.successors:
            assert unit.valid_to is not None
            assert (units[successor].valid_from - unit.valid_to).days == 1


def test_the_predecessors_of_an_hoa_thinh() -> None:
    before = [unit.short_name for unit in read_units(BUNDLED) if unit.successors == ("18151@2020-01-01",)]
    assert sorted(before) == ["Sơn An", "Sơn Hòa", "Sơn Thịnh"]


def test_names_are_official_and_folded(tmp_path: Path) -> None:
    (unit,) = read_units(write(tmp_path, "18136,Thị trấn  Tây Sơn ,thị trấn,2004-07-08,,439,"))
    assert (unit.name, unit.short_name, unit.type) == ("Thị trấn Tây Sơn", "Tây Sơn", "thị trấn")


def test_both_days_of_validity_count() -> None:
    year = {"valid_from": date(2020, 1, 1), "valid_to": date(2020, 12, 31)}
    unit = Unit.model_validate({"code": "00001", "name": "Xã A", "type": "xã", "parent": "001", **year})
    assert unit.is_valid(date(2020, 1, 1))
    assert unit.is_valid(date(2020, 12, 31))
    assert not unit.is_valid(date(2021, 1, 1))


GOOD = "00001,Xã A,xã,2020-01-01,2020-12-31,001,"


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        (["00001,Xã A,xã,01/01/2020,,001,"], 2, "valid_from"),
        (["00001,Xã A,xã,,,001,"], 2, "valid_from"),
        (["1,Xã A,xã,2020-01-01,,001,"], 2, "code"),
        (["00001,,xã,2020-01-01,,001,"], 2, "tên"),
        (["00001,Xã A,làng,2020-01-01,,001,"], 2, "type"),
        (["00001,Phường A,xã,2020-01-01,,001,"], 2, "tên"),
        (["00001,Xã A,xã,2020-01-01,,,"], 2, "parent"),
        ([GOOD, "00002,Xã B,xã,2020-06-01,2020-01-01,001,"], 3, "valid_to"),
        ([GOOD, "00001,Xã B,xã,2020-12-31,,001,"], 3, "mã 00001 trùng thời gian với dòng 2"),
        ([GOOD, "00002,Xã A,xã,2020-12-31,,001,"], 3, "tên Xã A trùng thời gian với dòng 2"),
        (["00001,Xã A,xã,2020-01-01,2020-12-31,001,00009@2021-01-01"], 2, "00009@2021-01-01"),
        ([GOOD, "00002,Xã B,xã"], 3, "số ô"),
        ([GOOD, "00002,Xã B,xã,2020-01-01,,001,,thừa"], 3, "số ô"),
    ],
)
def test_a_mistake_is_said_with_its_line(tmp_path: Path, lines: list[str], line: int, reason: str) -> None:
    with pytest.raises(FormFault) as fault:
        read_units(write(tmp_path, *lines))
    assert f"units.csv, dòng {line}:" in fault.value.message
    assert reason in fault.value.message


def test_a_missing_column_or_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(FormFault, match="thiếu cột valid_to"):
        read_units(write(tmp_path, header="code,name,type,valid_from,parent,successors\n"))
    with pytest.raises(FormFault, match="Thiếu tệp"):
        read_units(tmp_path / "không-có.csv")


def test_a_list_saved_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes((HEADER + "00001,Xã Á,xã,2020-01-01,,001,\n").encode("utf-16"))
    with pytest.raises(FormFault, match="UTF-8"):
        read_units(path)
