"""A made-up nation: communes enough for one, with names of their own that exist nowhere."""

import csv
from itertools import product
from pathlib import Path

from bench.accuracy.district import OFFICE_TOML, Commune

COMMUNES_OF_A_NATION = 3321
_FIRST = "An Bình Chính Đại Giang Hà Khánh Lâm Mỹ Nam Phú Quang Sơn Tân Thạch Thanh Thượng Trung Vĩnh Xuân".split()
_SECOND = "Bằng Châu Cương Duyên Đồng Hạnh Hưng Kiều Long Mai Nghĩa Phong Quế Sen Thịnh Trà Trạch Tường Vân Yên".split()
_THIRD = ("", *"Thượng Hạ Đông Tây Nam Bắc Nội Ngoại".split())


def communes(count: int) -> list[Commune]:
    """`count` communes, at most 3,600, each with its own name."""
    names = (" ".join(part for part in parts if part) for parts in product(_FIRST, _SECOND, _THIRD))
    return [Commune(f"{10000 + n}", "xã", name) for n, name in zip(range(count), names, strict=False)]


def write_office(folder: Path, form: str, units: list[Commune]) -> Path:
    """`office.toml` and `units.csv` in `folder`; the path of the first."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "units.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("code", "name", "type", "valid_from", "valid_to", "parent", "successors"))
        writer.writerows((unit.code, unit.full, unit.type, "2004-01-01", "", "999", "") for unit in units)
    office = folder / "office.toml"
    office.write_text(OFFICE_TOML.format(form=form), encoding="utf-8")
    return office
