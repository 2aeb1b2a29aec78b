"""What goes wrong on the way out, through the command line: a clear error with its exit code, and nothing half-written."""

import shutil
from pathlib import Path

import pytest

from ingest.warehouse import open_snapshot
from schemas.form import bundled_forms
from tests.command_line import tonghop

SAMPLES = Path(__file__).parent.parent / "samples" / "huyen-vi-du"
FIRST, SECOND = "BC tổng kết CCHC xã An Phú.docx", "BC tổng kết CCHC xã An Phú - sửa lại (1).docx"


@pytest.fixture(scope="module")
def kho(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kho")
    for name in ("units.csv", "office.toml", FIRST):
        shutil.copy(SAMPLES / name, folder)
    assert tonghop(folder, "ingest", ".", "--json").code == 0
    return folder


def listing(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


OUTPUTS = [
    ("consolidate", "-o", "ra.xlsx"), ("consolidate", "-o", "ra.docx"), ("consolidate", "-o", "ra.html"),
    ("status", "-o", "ra.xlsx"), ("status", "-o", "ra.html"),
]  # fmt: skip


@pytest.mark.parametrize("command", OUTPUTS, ids=lambda words: f"{words[0]}-{words[2]}")
def test_a_file_that_is_open_elsewhere_stays_as_it_is(kho: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    """As LibreOffice and Word mark it."""
    target = tmp_path / command[2]
    for mark in (f".~lock.{target.name}#", f"~${target.name}"):
        target.write_bytes(b"cu")
        (tmp_path / mark).write_bytes(b"")
        before = listing(tmp_path)
        done = tonghop(kho, command[0], "-o", target)
        assert (done.code, "đang mở" in done.err) == (2, True)
        assert listing(tmp_path) == before
        (tmp_path / mark).unlink()
    assert tonghop(kho, command[0], "-o", target).code == 0
    assert target.read_bytes() != b"cu"


@pytest.mark.parametrize("command", [*OUTPUTS, ("sql", "FROM units", "ra.csv")], ids=lambda words: f"{words[0]}-{words[2]}")
def test_where_nothing_can_be_written_that_is_said(kho: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    words = [command[0], command[1]] if command[0] == "sql" else [command[0]]
    (tmp_path / command[2]).mkdir()
    before = listing(tmp_path)
    for target in (tmp_path / "khong-co" / command[2], tmp_path / command[2]):
        done = tonghop(kho, *words, "-o", target)
        assert (done.code, "Không" in done.err or "thư mục" in done.err) == (2, True)
    assert listing(tmp_path) == before


@pytest.mark.parametrize("command", ["report", "letters"])
def test_a_folder_that_is_a_file_is_said(kho: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "ra").write_bytes(b"cu")
    done = tonghop(kho, command, "-o", tmp_path / "ra")
    assert (done.code, "Không ghi được" in done.err) == (2, True)
    assert (tmp_path / "ra").read_bytes() == b"cu"


def test_where_no_report_is_usable_nothing_is_consolidated_and_everybody_is_reminded(tmp_path: Path) -> None:
    for name in ("units.csv", "office.toml"):
        shutil.copy(SAMPLES / name, tmp_path)
    (tmp_path / "hong.docx").write_bytes(b"khong phai Word")
    assert tonghop(tmp_path, "consolidate", "-o", "ra.xlsx").code == 5
    assert tonghop(tmp_path, "ingest", "hong.docx").code == 3
    done = tonghop(tmp_path, "consolidate", "-o", "ra.xlsx")
    assert (done.code, "Chưa có báo cáo nào" in done.err) == (2, True)
    assert not list(tmp_path.glob("*ra.xlsx*"))
    assert "Đã gửi: 0/12 đơn vị" in tonghop(tmp_path, "status").out
    assert "12 thư nhắc gửi" in tonghop(tmp_path, "letters", "-o", "thu").err


def test_one_commune_under_two_names_is_one_sender_with_two_versions(kho: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(kho, tmp_path / "kho")
    shutil.copy(SAMPLES / SECOND, folder / "khac.docx")
    assert tonghop(folder, "ingest", "khac.docx", "--unit", "AN PHU").code == 0
    with open_snapshot(folder / "tonghop.duckdb") as connection:
        sent = "SELECT unit_name, version, is_current FROM submissions ORDER BY version"
        assert connection.execute(sent).fetchall() == [("Xã An Phú", 1, False), ("Xã An Phú", 2, True)]
        assert connection.execute("SELECT count(*) FROM completeness WHERE received").fetchone() == (1,)
        cells = "SELECT count(*) AS n FROM observations GROUP BY unit_id, appendix, indicator, column_key"
        assert connection.execute(f"SELECT max(n) FROM ({cells})").fetchone() == (1,)


def own_form(folder: Path, old: str, new: str) -> Path:
    """The bundled form copied beside an office, one thing in its rules changed."""
    form = folder / "mau" / "mau-rieng"
    shutil.copytree(bundled_forms() / "cchc-2011-2020", form)
    for name in ("form.toml", "rules.toml"):
        path = form / name
        text = path.read_text(encoding="utf-8").replace('code = "cchc-2011-2020"', 'code = "mau-rieng"')
        path.write_text(text.replace(old, new, 1) if name == "rules.toml" else text, encoding="utf-8")
    shutil.copy(SAMPLES / "units.csv", folder)
    (folder / "office.toml").write_text(
        'name = "Huyện Thử"\nlevel = "huyện"\nform = "mau-rieng"\nform_folders = ["mau"]\n', encoding="utf-8"
    )
    return form


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('left = ["2/3"]', 'left = ["2/33"]', "rule PL2_XU_LY_VUOT_DE_NGHI, left: mẫu không có chỉ tiêu 33 ở phụ lục 2"),
        ('right = ["7/1@2020"]', 'right = ["7/1@2031"]', "phụ lục 7 không có cột 2031"),
        ('word = "Đạt"', 'word = "Tốt"', "không cột nào có lựa chọn «Tốt»"),
        ('kind = "nothing_without"', 'kind = "la_lung"', "rule.0.kind"),
        ('left = ["2/3"]', 'left = ["hai"]', "PHỤ LỤC/CHỈ TIÊU"),
        ('blank = "zero"', "blank = ", "không đúng TOML"),
    ],
)
def test_a_rule_that_names_what_the_form_has_not_is_said_with_file_key_and_reason(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    form = own_form(tmp_path, old, new)
    for words in (("forms", "check", form), ("ingest", "units.csv"), ("units",)):
        done = tonghop(tmp_path, *words)
        assert done.code == 2, words
        assert "rules.toml" in done.err
        assert said in done.err
    assert not list(tmp_path.glob("tonghop.duckdb*"))


def test_the_form_as_it_is_passes(tmp_path: Path) -> None:
    done = tonghop(tmp_path, "forms", "check", own_form(tmp_path, "", ""))
    assert (done.code, "đúng" in done.out) == (0, True)
