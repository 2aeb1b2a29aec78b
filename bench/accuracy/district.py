"""A made-up district with its communes: no place of this name exists. Names are as alike as real neighbours' names are."""

import csv
from pathlib import Path
from typing import NamedTuple

DISTRICT = "Ví Dụ"
PROVINCE = "Thử Nghiệm"
OFFICE_TOML = """# Huyện bịa ra để đo độ chính xác; không có huyện nào tên như vậy.
name = "UBND huyện Ví Dụ (bịa)"
level = "huyện"
form = "{form}"
units = "units.csv"
"""


class Commune(NamedTuple):
    """A commune of the made-up district."""

    code: str
    type: str
    name: str

    @property
    def full(self) -> str:
        """'Xã An Phú'."""
        return f"{self.type.capitalize()} {self.name}"


_NAMES = (
    "An Phú",
    "An Phú Đông",
    "An Phú Tây",
    "Sơn Thượng",
    "Sơn Hạ",
    "Sơn Trung",
    "Hòa Bình",
    "Hòa An",
    "Hòa Lạc",
    "Thủy Mai",
    "Thủy Cam",
    "Quý Lộc",
    "Đồng Lợi",
    "Đông Lợi",
    "Tân Kiều",
    "Tân Khê",
    "Trù Mật",
    "Khuê Ngọc Điền",
    "Minh Hòa Thịnh",
    "Phú Thượng",
    "Đức Hậu",
    "Yên Nghĩa Sơn",
    "Ea Mơ Nông",
    "Bản Phiệt Hạ",
)
COMMUNES = (
    Commune("99001", "thị trấn", "Phố Mẫu"),
    *(Commune(f"99{i:03}", "xã", name) for i, name in enumerate(_NAMES, start=4)),
)
LOOKALIKES = frozenset({"99016", "99017"})
"""Đồng Lợi and Đông Lợi: the same letters once the marks are gone."""
FORMER = (("99101", "Minh Hòa"), ("99102", "Minh Thịnh"))
"""Merged into Minh Hòa Thịnh at the beginning of 2020."""
MERGED = "99022"


def write_office(folder: Path, form: str) -> Path:
    """`office.toml` and `units.csv` in `folder`; the path of the first."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "units.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("code", "name", "type", "valid_from", "valid_to", "parent", "successors"))
        for code, name in FORMER:
            writer.writerow((code, f"Xã {name}", "xã", "2004-01-01", "2019-12-31", "999", f"{MERGED}@2020-01-01"))
        for commune in COMMUNES:
            since = "2020-01-01" if commune.code == MERGED else "2004-01-01"
            writer.writerow((commune.code, commune.full, commune.type, since, "", "999", ""))
    office = folder / "office.toml"
    office.write_text(OFFICE_TOML.format(form=form), encoding="utf-8")
    return office
