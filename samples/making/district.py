"""The samples' district: some of the communes of the accuracy bench's made-up district."""

import csv
from pathlib import Path

from bench.accuracy.district import FORMER, MERGED
from samples.making.report import commune_named
from schemas.units import COLUMNS

NAMES = (
    "Phố Mẫu",
    "An Phú",
    "Sơn Hạ",
    "Hòa Lạc",
    "Thủy Mai",
    "Quý Lộc",
    "Đồng Lợi",
    "Đông Lợi",
    "Tân Kiều",
    "Minh Hòa Thịnh",
    "Yên Nghĩa Sơn",
    "Khuê Ngọc Điền",
)
"""Ten of them send a report; two send nothing."""
OFFICE = """# Huyện bịa ra để làm mẫu: không có huyện, xã nào tên như vậy, mọi số liệu và câu chữ đều bịa.
name = "UBND huyện Ví Dụ (bịa)"
level = "huyện"
form = "{form}"
units = "units.csv"
due_date = 2020-06-15
"""


def write_office(folder: Path, form: str) -> Path:
    """`office.toml` and `units.csv` in `folder`; the path of the first."""
    rows = [(code, f"Xã {name}", "xã", "2004-01-01", "2019-12-31", "999", f"{MERGED}@2020-01-01") for code, name in FORMER]
    for commune in map(commune_named, NAMES):
        since = "2020-01-01" if commune.code == MERGED else "2004-01-01"
        rows.append((commune.code, commune.full, commune.type, since, "", "999", ""))
    with (folder / "units.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(sorted(rows))
    office = folder / "office.toml"
    office.write_text(OFFICE.format(form=form), encoding="utf-8")
    return office
