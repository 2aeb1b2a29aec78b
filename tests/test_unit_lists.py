"""Published lists of communes into the office's own, through the command line: what is taken over, what is refused with
its reason, and that a refused list changes nothing."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from schemas.office import bundled_office
from schemas.units import read_units, valid_on
from tests.command_line import Done, tonghop

GSO = ("Tỉnh Thành Phố", "Mã TP", "Quận Huyện", "Mã QH", "Phường Xã", "Mã PX", "Cấp", "Tên Tiếng Anh")
REFORM = ("Tỉnh, thành phố", "Tên Xã mới", "Mã Xã mới", "Tên Xã cũ", "Mã Xã cũ", "Ghi chú", "Quận/huyện", "Tỉnh cũ", "")
OFFICE = 'name = "UBND huyện Mẫu"\nlevel = "huyện"\nform = "cchc-2011-2020"\n'
OLD = [("Thị trấn  Chợ Mới", "00001"), ("Xã Hoà An", "00004"), ("Xã Bình An", "00007"), ("xã Chi Lăng", "00010")]


def gso(path: Path, communes: Sequence[tuple[str, str]], district: str = "010") -> Path:
    rows = [("Tỉnh Mẫu", "02", "Huyện Mẫu", district, name, code, name.split()[0], "") for name, code in communes]
    other = ("Tỉnh Mẫu", "02", "Huyện Khác", "011", "Xã Bình An", "00901", "Xã", "")
    island = ("Tỉnh Mẫu", "02", "Huyện Đảo", "012", "", "", "Huyện", "")
    return table(path, [GSO, *rows, other, island])


def reform(path: Path, moves: Sequence[tuple[str, str, str, str, str]], district: str = "010") -> Path:
    """Moves: new name, new code, old name, old code, remark."""
    lines = [
        ["Đơn vị hành chính từ ngày 01/7/2025", "", "", "Đơn vị hành chính trước ngày 01/7/2025", "", "", "", "", ""],
        list(REFORM),
        ["TỈNH MẪU  ", "", "", "", "", "", "", "", ""],
    ]
    for new, new_code, old, old_code, remark in moves:
        home = "Huyện Khác (011)" if old_code.startswith("009") else f"Huyện Mẫu ({district})"
        lines.append(["Tỉnh Mẫu (02)", new, new_code, old, old_code, remark, home, "Tỉnh Mẫu (02)", ""])
    return table(path, lines)


def table(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def office(tmp_path: Path) -> Path:
    (tmp_path / "office.toml").write_text(OFFICE, encoding="utf-8")
    return tmp_path


def take(office: Path, *words: object) -> Done:
    done = tonghop(office, "units", "import", *words)
    assert done.code == 0, done.err
    return done


def refused(office: Path, *words: object) -> str:
    """What is said of a list that is not taken; the office's own list is as before, and nothing else lies there."""
    before = {path.name: path.read_bytes() for path in office.iterdir()}
    done = tonghop(office, "units", "import", *words)
    assert done.code == 2
    assert {path.name: path.read_bytes() for path in office.iterdir()} == before
    return done.err


def begun(office: Path) -> Path:
    take(office, gso(office / "ds-2020-01-01.csv", OLD), "--in", "010")
    return office


def listed(office: Path, *words: str) -> list[str]:
    done = tonghop(office, "units", "list", *words)
    assert done.code == 0, done.err
    return done.out.splitlines()


def test_the_first_list_is_of_the_district_named_with_names_put_right(office: Path) -> None:
    begun(office)
    assert listed(office) == ["00001  Thị trấn Chợ Mới", "00004  Xã Hoà An", "00007  Xã Bình An", "00010  Xã Chi Lăng"]
    assert "--in" in refused_first(office)


def refused_first(office: Path) -> str:
    (office / "units.csv").unlink()
    return refused(office, office / "ds-2020-01-01.csv")


def test_a_later_list_keeps_what_stayed_and_links_what_changed(office: Path) -> None:
    """Tone placement and blanks are no change; a new code of the same name is; a merged commune keeps a code."""
    begun(office)
    now = [("Thị trấn Chợ Mới", "00001"), ("Xã Hòa An", "00004"), ("Xã An Lăng", "00010")]
    later = gso(office / "ds-2021-02-03.csv", now)
    assert "Thêm --into 00007=" in refused(office, later)
    said = take(office, later, "--into", "00007=00010").out
    assert "Xã Chi Lăng (00010) → Xã An Lăng (00010), cùng mã." in said
    assert "Xã Bình An (00007) → Xã An Lăng (00010), theo người nhập." in said
    assert listed(office, "--on", "02/02/2021")[2:] == ["00007  Xã Bình An", "00010  Xã Chi Lăng"]
    assert listed(office, "--on", "2021-02-03") == ["00001  Thị trấn Chợ Mới", "00004  Xã Hoà An", "00010  Xã An Lăng"]
    every = listed(office, "--all")
    assert "00007  Xã Bình An  01/01/2020 – 02/02/2021  → Xã An Lăng (00010@2021-02-03)" in every
    assert "không có gì mới" in take(office, later).out


def test_the_reforms_table_moves_communes_whole_and_in_part(office: Path) -> None:
    begun(office)
    moves = reform(
        office / "chuyen-doi.csv",
        [
            ("Xã Hòa Mới", "00004", "Thị trấn Chợ Mới", "00001", "Nhập toàn bộ"),
            ("Xã Hòa Mới", "00004", "Xã Hòa An", "00004", "Nhập toàn bộ"),
            ("Xã Hòa Mới", "00004", "Xã Bình An", "00007", "Nhập một phần"),
            ("Xã Chi Lăng", "00010", "Xã Bình An", "00007", "Nhập một phần"),
            ("Xã Chi Lăng", "00010", "Xã Chi Lăng", "00010", "Nhập toàn bộ"),
            ("Xã Chi Lăng", "00010", "Xã Bình An", "00901", "Nhập toàn bộ"),
        ],
    )
    said = take(office, moves).out
    assert "4 đơn vị trước ngày 01/07/2025 → 2 đơn vị." in said
    assert "Xã Bình An (00007) chia cho Xã Hòa Mới, Xã Chi Lăng" in said
    assert "Xã Chi Lăng (00010) còn gồm Xã Bình An, ngoài danh sách" in said
    units = {one.unit_id: one for one in read_units(office / "units.csv")}
    assert units["00007@2020-01-01"].successors == ("00004@2025-07-01", "00010@2025-07-01")
    assert units["00004@2025-07-01"].parent == "02"
    assert listed(office, "--on", "01/7/2025") == ["00004  Xã Hòa Mới", "00010  Xã Chi Lăng"]
    take(office, moves)
    assert {one.unit_id: one for one in read_units(office / "units.csv")} == units


@pytest.mark.parametrize(
    ("moves", "reason"),
    [
        ([("Xã Mới", "00004", "Xã Hòa An", "00004", "")], "không nói Thị trấn Chợ Mới (00001) nhập vào đâu"),
        ([("Xã Mới", "00004", "Xã Lạ", "00099", "")], "Xã Lạ (00099) không có trong danh sách"),
        ([("Xã Mới", "00004", "Xã Khác", "00004", "")], "mã 00004 trong danh sách của cơ quan là Xã Hoà An"),
        ([("Mới", "00004", "Xã Hòa An", "00004", "")], "không rõ «Mới» (00004) là xã"),
        ([("Xã Mới", "4", "Xã Hòa An", "00004", "")], "Xã Mới (4)"),
        ([("Xã Mới", "00004", "Xã Hòa An", "00004", "")] * 2, "00004 → 00004 có hai lần"),
    ],
)
def test_a_wrong_table_is_refused_with_its_reason(
    office: Path, moves: Sequence[tuple[str, str, str, str, str]], reason: str
) -> None:
    rest = [(f"Xã M{code}", code, name, code, "") for name, code in OLD]
    wrong = [*moves, *(row for row in rest if row[3] not in {move[3] for move in moves})]
    if reason.startswith("không nói"):
        wrong = [row for row in wrong if row[3] != "00001"]
    begun(office)
    assert reason in refused(office, reform(office / "chuyen-doi.csv", wrong))


def test_a_wrong_list_is_refused_with_line_and_reason(office: Path) -> None:
    begun(office)
    twice = gso(office / "ds-2021-02-03.csv", [*OLD, ("Xã Chi Lăng", "00010")])
    assert "mã 00010 đã có ở dòng 5" in refused(office, twice)
    assert "chưa rõ danh sách có hiệu lực từ ngày nào" in refused(office, gso(office / "ds.csv", OLD))
    assert "không có đơn vị nào thuộc 077" in refused(office, twice, "--in", "077")
    older = gso(office / "ds-2019-02-03.csv", OLD[:2])
    assert "không khớp danh sách của cơ quan" in refused(office, older, "--in", "010")
    assert "--into 7=8 không đúng dạng" in refused(office, twice, "--into", "7=8")
    (office / "khac.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert "không phải danh sách đơn vị đã biết" in refused(office, office / "khac.csv")
    (office / "bang.xlsx").write_bytes(b"PK\x03\x04\xff\xfe")
    assert "CSV UTF-8" in refused(office, office / "bang.xlsx")
    assert "Không đọc được" in refused(office, office / "khong-co.csv")
    assert "Chưa ghi tệp" in refused(office)


HEADER = "code,name,type,valid_from,valid_to,parent,successors"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["00001,Xã A,xã,2010-01-01,2019-12-31,010,00002@2020-02-01", "00002,Xã B,xã,2020-02-01,,010,"], "hở 31 ngày"),
        (["00001,Xã A,xã,2010-01-01,2019-12-31,010,00002@2019-12-01", "00002,Xã B,xã,2019-12-01,,010,"], "chồng 31 ngày"),
        (["00001,Xã A,xã,2010-01-01,2019-12-31,010,"], "không ghi đơn vị kế tiếp"),
        (["00001,Xã A,xã,2010-01-01,,010,00002@2020-01-01", "00002,Xã B,xã,2020-01-01,,010,"], "không ghi ngày hết"),
        (["00001,Xã A,xã,2010-01-01,2019-12-31,010,00009@2020-01-01"], "không có đơn vị kế tiếp 00009@2020-01-01"),
        (["00001,Xã A,xã,2010-01-01,,010,", "00001,Xã B,xã,2012-01-01,,010,"], "mã 00001 trùng thời gian với dòng 2"),
        (["00001,Xã A,xã,2010-01-01,,010,", "00002,Xã A,xã,2012-01-01,,010,"], "tên Xã A trùng thời gian với dòng 2"),
    ],
)
def test_gaps_and_overlaps_in_the_offices_own_list_are_refused(office: Path, lines: list[str], reason: str) -> None:
    begun(office)
    (office / "sua.csv").write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    assert reason in refused(office, office / "sua.csv")
    (office / "units.csv").write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    done = tonghop(office, "units")
    assert (done.code, reason in done.err, "dòng " in done.err) == (2, True, True)
    (office / "dung.csv").write_text(f"{HEADER}\n00001,Xã A,xã,2010-01-01,,010,\n", encoding="utf-8")
    take(office, office / "dung.csv")
    assert listed(office) == ["00001  Xã A"]


def test_the_bundled_office_is_not_changed(tmp_path: Path) -> None:
    path = gso(tmp_path / "ds-2021-02-03.csv", OLD)
    before = (bundled_office().parent / "units.csv").read_bytes()
    assert "Cơ quan đi kèm" in refused(tmp_path, path)
    assert (bundled_office().parent / "units.csv").read_bytes() == before


def test_the_warehouse_takes_the_new_list_over_at_once(office: Path) -> None:
    begun(office)
    (office / "ghi-chu.docx").write_bytes(b"")
    assert tonghop(office, "ingest", "ghi-chu.docx").code == 3
    later = gso(office / "ds-2020-02-01.csv", [*OLD[:3], ("Xã Lăng Chi", "00010")])
    take(office, later)
    names = tonghop(office, "sql", "SELECT unit_name FROM completeness ORDER BY unit_code", "--format", "json").out
    assert [row["unit_name"] for row in json.loads(names)] == [
        "Thị trấn Chợ Mới", "Xã Hoà An", "Xã Bình An", "Xã Lăng Chi",
    ]  # fmt: skip


def test_the_bundled_districts_dates_are_those_of_the_reforms() -> None:
    units = read_units(bundled_office().parent / "units.csv")
    days = sorted({one.valid_from for one in units})
    assert [len(valid_on(units, day)) for day in days] == [32, 25, 25, 22, 9]
