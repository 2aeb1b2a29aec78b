"""Rules ask the questions that an experienced clerk would ask, stay silent where nothing is known, and change nothing."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.claims import find_claims
from ingest.warehouse import Warehouse
from pipeline import Job, extract_file
from schemas.decision import Decision
from schemas.errors import FormFault
from schemas.form import bundled_forms, load_form, read_form
from schemas.rule import Rule
from tests.checked import COMMUNES, REAL_FORM, REAL_OFFICE, YEARS, Figures, added_row, made
from tests.office_made import NONE, NOT_APPLICABLE, NOW, flagged, number, words

AN = COMMUNES[0]
SAMPLES = Path(__file__).parent.parent / "samples" / "huyen-vi-du"
COMPARED = [rule for rule in REAL_FORM.rules if rule.kind in ("at_most", "equal", "nothing_without")]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kho") / "kho.duckdb"
    Warehouse.open(path, REAL_OFFICE).close()
    return path


@pytest.fixture
def warehouse(empty: Path, tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(Path(shutil.copy(empty, tmp_path / "kho.duckdb")), REAL_OFFICE) as opened:
        yield opened


def ask(warehouse: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    return warehouse.connection.execute(sql).fetchall()


def said(warehouse: Warehouse, code: str = "%") -> list[str]:
    """The sentences of rules about current reports."""
    sql = "SELECT message FROM findings WHERE origin = 'rule' AND code LIKE ? ORDER BY finding_id"
    return [row[0] for row in warehouse.connection.execute(sql, [code]).fetchall()]


def told(warehouse: Warehouse, figures: Figures, text: dict[str, str] | None = None, **more: Any) -> list[str]:
    """The codes of what rules say of a report with these figures."""
    warehouse.load(made(AN, figures, text, **more), NOW)
    return [row[0] for row in ask(warehouse, "SELECT code FROM findings WHERE origin = 'rule' ORDER BY code")]


# -- parts and totals


def test_a_total_that_its_kinds_do_not_add_up_to_is_asked_about(warehouse: Warehouse) -> None:
    rows = added_row(2, "1.1", 1, [number(4), number(2)]) + added_row(2, "1.1", 2, [number(3), number(1)])
    assert told(warehouse, {"2/1": [7, 5]}, extra=rows) == ["PL2_TONG_THEO_LOAI"]
    assert said(warehouse)[0].endswith("Năm 2016: tổng 5, cộng các dòng 2 + 1.")


def test_figures_beside_the_kinds_label_count_as_a_kind_and_a_doubtful_part_counts_with_its_mark(
    warehouse: Warehouse,
) -> None:
    """A nameless row under the label: its figures are doubtful, but no reading of them gives the total."""
    nameless = added_row(2, "1.1", 1, [flagged("0", 0), flagged("1", 1), flagged("1", 1)])
    figures: Figures = {"2/1": [20, 1, 0], "2/1.1": [20, 0, 0]}
    assert told(warehouse, figures, extra=nameless) == ["PL2_TONG_THEO_LOAI"]
    assert said(warehouse)[0].endswith("Năm 2017: tổng 0, cộng các dòng 0 + 1 (?).")


def test_a_kinds_label_that_repeats_the_total_is_a_subtotal(warehouse: Warehouse) -> None:
    rows = added_row(2, "1.1", 1, [number(4), number(2)]) + added_row(2, "1.1", 2, [number(3), number(1)])
    assert told(warehouse, {"2/1": [7, 3], "2/1.1": [7, 3]}, extra=rows) == []


@pytest.mark.parametrize("figures", [{"2/1": [7, 3]}, {"2/1.1": [7, 3]}, {"2/1": [7], "2/1.1": [flagged("bảy")]}])
def test_what_was_not_broken_down_or_not_read_is_not_asked_about(warehouse: Warehouse, figures: Figures) -> None:
    assert told(warehouse, figures) == []


# -- two figures


@pytest.mark.parametrize("rule", COMPARED, ids=lambda rule: rule.id)
def test_each_comparison_of_the_form_is_found_where_broken_and_silent_where_kept_or_unknown(
    warehouse: Warehouse, rule: Rule
) -> None:
    left, right = str(rule.left[0]), str(rule.right[0])
    few = 0 if rule.kind == "nothing_without" else 3
    kept = [(few, few), (None, 3), (5, None if rule.blank == "skip" else 5), (flagged("5", 5), few), (0, NOT_APPLICABLE)]
    broken_left, broken_right = zip((5, few), *kept, strict=True)
    codes = told(warehouse, {left: broken_left, right: broken_right})
    assert codes.count(rule.id) == 1
    (column,) = ask(warehouse, f"SELECT column_key FROM findings WHERE code = '{rule.id}'")
    assert column == (YEARS[0],)


def test_one_sentence_tells_all_years_and_where_the_row_is(warehouse: Warehouse) -> None:
    told(warehouse, {"5/1.1": [20, 20, 20], "5/1.2": [20, 21, 23]})
    assert ask(
        warehouse,
        "SELECT severity, message, found, expected, appendix, indicator, column_key, table_no, row_no, col_no "
        "FROM findings",
    ) == [
        (
            "warning",
            "Số cán bộ, công chức có mặt lớn hơn số được giao: Năm 2016: 21 so với 20; Năm 2017: 23 so với 20.",
            "Năm 2016: 21; Năm 2017: 23",
            "Năm 2016: không quá 20; Năm 2017: không quá 20",
            5, "1.2", None, 5, 4, None,
        )
    ]  # fmt: skip


def test_nothing_written_as_a_dash_is_nought(warehouse: Warehouse) -> None:
    assert told(warehouse, {"3/6.1": [NONE], "3/6.2": [2]}) == ["PL3_PAKN_GIAI_QUYET"]


def test_percentages_lie_between_nought_and_a_hundred(warehouse: Warehouse) -> None:
    assert told(warehouse, {"7/1": [0, 100, 120]}) == ["TY_LE_NGOAI_0_100"]
    assert said(warehouse) == [
        "Tỷ lệ phần trăm ngoài khoảng 0–100 ở «Tỷ lệ văn bản hành chính được trao đổi dưới dạng điện tử»: Năm 2017: 120."
    ]


@pytest.mark.parametrize(("word", "share", "found"), [("Đạt", 85, True), ("Đạt", 90, False), ("Chưa đạt", 20, False)])
def test_a_goal_that_is_said_to_be_met_is_compared_with_its_figure(
    warehouse: Warehouse, word: str, share: float, found: bool
) -> None:
    codes = told(warehouse, {"8/8": [words(word)], "7/1": [None] * 5 + [share]})
    assert ("PL8_VAN_BAN_DIEN_TU" in codes) == found


def test_goals_left_unanswered_beside_others_are_listed_once(warehouse: Warehouse) -> None:
    goals: Figures = {f"8/{n}": [words("Đạt")] for n in range(1, 15)}
    assert told(warehouse, goals) == ["PL8_CHUA_DANH_GIA"]
    assert said(warehouse) == ["Phụ lục 8 đã đánh giá các mục tiêu khác nhưng để trống mục tiêu số 15; 16."]
    assert ask(warehouse, "SELECT contradictory FROM completeness WHERE received") == [(0,)], "nothing contradicts there"


def test_an_appendix_left_blank_is_no_contradiction(warehouse: Warehouse) -> None:
    assert told(warehouse, {}) == []


def test_a_word_that_the_heading_does_not_offer_is_information_only(warehouse: Warehouse) -> None:
    goals: Figures = {f"8/{n}": [words("Chưa đạt" if n < 3 else "Đạt")] for n in range(1, 17)}
    assert told(warehouse, goals) == ["PL8_CHUA_DAT"]
    assert ask(warehouse, "SELECT severity FROM findings") == [("info",)]


# -- a commune against its own years and against the others


@pytest.mark.parametrize(
    ("figures", "found"),
    [
        ([1500, 1850, 19650, 1998, 2013], True),
        ([1500, 1850, 196, 1998, 2013], True),
        ([1500, 1850, 1965, 1998, 20], True),
        ([310, 540, 820, 1245, 1690], False),
        ([2, 5, 40, 300, 2000], False),
        ([0, 0, 0, 33, 33], False),
        ([1, 33, 34, 33, 35], False),
        ([8, 2, 4, 2, 2], False),
        ([0, 1, 0, 3, 1], False),
        ([1500, 19650], False),
        ([1500, 1850, flagged("19650", 19650), 1998, 2013], False),
    ],
    ids=str,
)
def test_a_year_far_from_the_others_is_asked_about_growth_and_small_numbers_are_not(
    warehouse: Warehouse, figures: list[float], found: bool
) -> None:
    assert ("DOT_BIEN_SO_DEM" in told(warehouse, {"7/3": figures})) == found


@pytest.mark.parametrize(
    ("figures", "found"),
    [
        ([95, 98, 9, 100, 100], True),
        ([20, 40, 65, 90, 97], False),
        ([0, 75, 85, 90, 95], False),
        ([96, 97, 98, 99, 99], False),
    ],
    ids=str,
)
def test_a_percentage_far_from_the_other_years_is_asked_about(
    warehouse: Warehouse, figures: list[float], found: bool
) -> None:
    assert ("DOT_BIEN_TY_LE" in told(warehouse, {"7/13": figures})) == found


@pytest.mark.parametrize(
    ("ref", "figures", "found"),
    [
        ("5/5", [0, 0, 0, 0, 4, 9], True),
        ("5/5", [0, 0, 0, 0, 0, 2], False),
        ("5/5", [9, 9, 9, 9, 9, 9], False),
        ("5/5", [1, 1, flagged("12", 12), 1, 1, 9], False),
        ("7/10", [0, 0, 0, 33, 33, 40], False),
    ],
    ids=str,
)
def test_three_months_above_every_full_year_are_asked_about_unless_the_figure_is_a_level(
    warehouse: Warehouse, ref: str, figures: list[float], found: bool
) -> None:
    assert ("PHAN_NAM_VUOT_CA_NAM" in told(warehouse, {ref: figures})) == found


@pytest.mark.parametrize(("communes", "found"), [(12, True), (7, False)])
def test_a_commune_far_from_the_others_is_shown_to_the_office_where_there_are_enough(
    warehouse: Warehouse, communes: int, found: bool
) -> None:
    for n, unit in enumerate(COMMUNES[:communes], 1):
        warehouse.load(made(unit, {"3/1": [120 + n, 3000 if n == 3 else 110 + 2 * n]}), NOW)
    hits = ask(warehouse, "SELECT unit_name, severity, column_key, found FROM findings WHERE code = 'KHAC_CAC_DON_VI'")
    assert hits == ([("Xã Số 3", "info", "2016", "Năm 2016: 3000")] if found else [])


# -- the text against the appendices


LAW = "1/II/1/1.1/a"
STAFF = "1/II/4/4.1/a"
COMPUTERS = "1/II/6/6.1/b"


@pytest.mark.parametrize(
    ("sentence", "figures", "found"),
    [
        ("Từ năm 2011 đến nay, xã ban hành 30 văn bản QPPL.", [20, 11], "31 (20 + 11)"),
        ("Từ năm 2011 đến nay, xã ban hành 40 văn bản QPPL.", [20, 11], None),
        ("Từ năm 2016 đến nay, xã ban hành 11 văn bản QPPL.", [20, 11], None),
        ("Giai đoạn 2015 - 2016 xã ban hành 40 văn bản QPPL.", [20, 11], "31 (20 + 11)"),
        ("Năm 2016, xã ban hành 12 văn bản QPPL.", [20, 11], "Năm 2016: 11"),
        ("Năm 2016, xã ban hành 11 văn bản QPPL.", [20, 11], None),
        ("Năm 2017, xã ban hành 11 văn bản QPPL.", [20, 11], None),
        ("Năm 2020, xã ban hành 4 văn bản QPPL.", [20, 11, 0, 0, 0, 1], None),
        ("Năm 2016, xã ban hành khoảng 15 văn bản QPPL.", [20, 11], None),
        ("Năm 2016, xã ban hành trên 10 văn bản QPPL.", [20, 11], None),
        ("Năm 2016, xã ban hành trên 15 văn bản QPPL.", [20, 11], "Năm 2016: 11"),
        ("Hằng năm xã ban hành 12 văn bản QPPL.", [20, 11], None),
        ("Xã ban hành 12 văn bản QPPL.", [20, 11], None),
        ("Năm 2016, xã không ban hành văn bản QPPL.", [20, 11], "Năm 2016: 11"),
    ],
)
def test_a_sentence_is_compared_with_the_cells_of_its_time(
    warehouse: Warehouse, sentence: str, figures: list[float], found: str | None
) -> None:
    told(warehouse, {"2/1": figures}, {LAW: sentence})
    wanted = [(found, sentence, LAW)] if found else []
    assert wanted == ask(
        warehouse,
        "SELECT f.expected, c.sentence, f.section FROM findings AS f JOIN claims AS c ON c.submission_id = f.submission_id "
        "WHERE f.code = 'LOI_VAN_KHAC_PHU_LUC' AND contains(f.message, c.sentence)",
    )


def test_what_holds_now_may_be_the_last_column_or_the_last_full_year(warehouse: Warehouse) -> None:
    figures: Figures = {"7/10": [0, 0, 0, 30, 33, 35]}
    section = "1/II/2/2.1/đ"
    assert told(
        warehouse, figures, {section: "Hiện nay xã đã có 33 dịch vụ công. Xã cung cấp 35 dịch vụ công trực tuyến."}
    ) == ["LOI_VAN_KHONG_THONG_NHAT"]
    warehouse.load(made(AN, figures, {section: "Hiện nay xã đã có 30 dịch vụ công."}), NOW + timedelta(days=1))
    assert said(warehouse) == [
        "Lời văn ghi 30, khác với «Số dịch vụ công trực tuyến mức độ 3, mức độ 4» ở phụ lục: Năm 2020 (Tính đến 31/3): 35. "
        "Câu văn: «Hiện nay xã đã có 30 dịch vụ công.»"
    ]


def test_sections_that_disagree_are_quoted_together_and_said_once(warehouse: Warehouse) -> None:
    text = {
        STAFF: "Hiện nay toàn xã có 22 cán bộ, công chức. Toàn xã có 22 CBCC.",
        COMPUTERS: "Sử dụng máy tính thành thạo: 25/25 cán bộ, công chức.",
    }
    codes = told(warehouse, {"5/1.1": [23] * 6, "5/1.2": [22] * 6}, text)
    assert codes == ["LOI_VAN_KHAC_PHU_LUC", "LOI_VAN_KHONG_THONG_NHAT"]
    assert "22 («Hiện nay toàn xã có 22 cán bộ, công chức.»); 25/25 («Sử dụng" in said(warehouse, "LOI_VAN_KHONG%")[0]


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Số thôn giảm từ 15 thôn xuống còn 9 thôn (giảm 6 thôn).", None),
        ("Số thôn giảm từ 15 thôn xuống còn 9 thôn (giảm 5 thôn).", "LOI_VAN_TANG_GIAM_SAI"),
        ("Thu nhập tăng từ 20 lên 26 triệu đồng, tăng 6 triệu.", None),
        ("Thời gian giảm từ 15 ngày xuống còn 10 ngày, giảm 33%.", None),
        ("Có chứng chỉ tin học 18/24, đạt 75%.", None),
        ("Có chứng chỉ tin học 18/24, đạt 85%.", "LOI_VAN_TY_LE_SAI"),
        ("Có 26/24 cán bộ, công chức đạt chuẩn.", "LOI_VAN_TY_LE_SAI"),
    ],
)
def test_a_sentence_must_agree_with_itself(warehouse: Warehouse, sentence: str, code: str | None) -> None:
    assert told(warehouse, {}, {STAFF: sentence}) == ([code] if code else [])


# -- what rules never do


def test_rules_change_no_cell_and_no_status(warehouse: Warehouse) -> None:
    figures: Figures = {"5/1.1": [20] * 6, "5/1.2": [30] * 6, "7/1": [300]}
    assert told(warehouse, figures)
    assert ask(warehouse, "SELECT DISTINCT status FROM submissions") == [("received",)]
    assert ask(warehouse, "SELECT DISTINCT status FROM observations WHERE raw IS NOT NULL") == [("ok",)]
    assert ask(warehouse, "SELECT value FROM observations WHERE appendix = 7 AND value IS NOT NULL") == [(300.0,)]


def test_a_correction_is_seen_at_once_and_undone_again(warehouse: Warehouse) -> None:
    submission = warehouse.load(made(AN, {"5/1.1": [20], "5/1.2": [30]}), NOW).submission_id
    assert said(warehouse)
    corrected = Decision("correct", submission, "Lan", datetime(2020, 6, 9), None, None, 5, "1.2", "2015", 20.0)
    warehouse.decide(corrected)
    assert said(warehouse) == []
    warehouse.decide(Decision("undo", submission, "Lan", datetime(2020, 6, 10)))
    assert len(said(warehouse)) == 1


def test_only_the_current_version_is_asked_about(warehouse: Warehouse) -> None:
    warehouse.load(made(AN, {"5/1.1": [20], "5/1.2": [30]}), NOW)
    sender = made(AN, {}).sender
    new = made(AN, {"5/1.1": [20], "5/1.2": [20]}, sender=replace(sender, document_date=date(2020, 6, 9)))
    submission = warehouse.load(new, NOW).submission_id
    assert said(warehouse) == []
    warehouse.decide(Decision("withdraw", submission, "Lan", datetime(2020, 6, 10)))
    assert len(said(warehouse)) == 1


def test_contradictions_are_counted_where_they_stand(warehouse: Warehouse) -> None:
    told(warehouse, {"5/1.1": [20] * 6, "5/1.2": [30] * 6}, {STAFF: "Hiện nay toàn xã có 22 cán bộ, công chức."})
    assert ask(warehouse, "SELECT contradictory FROM completeness WHERE received") == [(2,)]
    assert ask(
        warehouse, "SELECT kind, item, contradictory FROM completeness_parts WHERE contradictory > 0 ORDER BY ordinal"
    ) == [("part", "1", 1), ("appendix", "5", 1)]


def test_every_warning_asks_the_sender() -> None:
    for rule in REAL_FORM.rules:
        assert rule.severity == "info" or rule.advice.startswith("Đề nghị đơn vị"), rule.id


def test_a_clean_commune_gets_no_more_than_three_warnings(warehouse: Warehouse) -> None:
    """All samples that mean to be clean, as they are read from their files."""
    clean = [extract_file(Job(path, SAMPLES / "office.toml")) for path in sorted(SAMPLES.glob("*.docx"))]
    clean = [extraction for extraction in clean if not extraction.needs_review]
    for unit, extraction in zip(COMMUNES, clean, strict=False):
        claims = find_claims(extraction.sections, REAL_FORM)
        sender = replace(extraction.sender, unit_id=unit.unit_id)
        warehouse.load(replace(extraction, sender=sender, claims=claims), NOW)
    rows = ask(
        warehouse,
        "SELECT s.file_name, count(f.finding_id) FROM submissions AS s LEFT JOIN findings AS f "
        "ON f.submission_id = s.submission_id AND f.origin = 'rule' AND f.severity <> 'info' "
        "WHERE s.is_current GROUP BY s.file_name",
    )
    assert len(rows) == len(clean) > 3
    assert [row for row in rows if row[1] > 3] == []


# -- the files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(bundled_forms() / REAL_FORM.code, tmp_path / REAL_FORM.code))


@pytest.mark.parametrize(
    ("file", "old", "new", "wanted"),
    [
        ("rules.toml", 'left = ["5/1.2"]', 'left = ["5/9.9"]', "rule PL5_CBCC_CO_MAT, left: mẫu không có chỉ tiêu 9.9"),
        ("rules.toml", 'left = ["5/1.2"]', 'left = ["9/1"]', "rule PL5_CBCC_CO_MAT, left: mẫu không có chỉ tiêu 1"),
        ("rules.toml", 'right = ["7/1@2020"]', 'right = ["7/1@2021"]', "phụ lục 7 không có cột 2021"),
        ("rules.toml", 'left = ["3/6.2"]', 'left = ["3/5"]', "chỉ tiêu 5 của phụ lục 3 là tiêu đề nhóm"),
        ("rules.toml", 'left = ["5/1.2"]', 'left = ["1.2"]', "rule.13.left.0: Value error, «1.2» phải có dạng"),
        ("rules.toml", 'kind = "part_year"\nleast = 3', 'kind = "part_year"', "loại part_year phải có least"),
        ("rules.toml", 'kind = "part_year"', 'kind = "part_year"\nlow = 3', "loại part_year không dùng low"),
        ("rules.toml", 'word = "Đạt"', 'word = "Tốt"', "rule PL8_VAN_BAN_DIEN_TU, word: không cột nào có lựa chọn «Tốt»"),
        ("rules.toml", "«{found}»", "«{read}»", "text không có chỗ {read}"),
        ("rules.toml", 'id = "PL2_XU_LY_VUOT_TRAI_LUAT"', 'id = "PL2_TONG_THEO_LOAI"', "PL2_TONG_THEO_LOAI: mã có hai lần"),
        (
            "claims.toml",
            'indicator = "5/1.2"',
            'indicator = "5/7.7"',
            "claim can-bo-cong-chuc-co-mat, indicator: mẫu không có",
        ),
        ("claims.toml", '["1/I"]', '["4/I"]', "claim van-ban-chi-dao, sections: đề cương không có mục 4/I"),
        ("claims.toml", "{n} chữ ký số", "{m} chữ ký số", "có chỗ lạ {m}"),
        ("claims.toml", "{n} chữ ký số", "(có {n} chữ ký số", "mở mà không đóng ngoặc"),
        ("claims.toml", "{n} chữ ký số", "có chữ ký số", "phải có {n} hoặc {none}"),
    ],
)
def test_a_rule_that_names_what_the_form_has_not_is_told_with_file_key_and_reason(
    folder: Path, file: str, old: str, new: str, wanted: str
) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FormFault) as fault:
        read_form(folder)
    assert str(path) in fault.value.message
    assert wanted in fault.value.message


def test_a_form_without_rules_and_claims_is_a_form(folder: Path) -> None:
    for name in ("rules.toml", "claims.toml"):
        (folder / name).unlink()
    form = read_form(folder)
    assert (form.rules, form.claims) == ((), ())


def test_the_form_in_the_warehouse_is_the_form_with_its_rules(warehouse: Warehouse) -> None:
    (data,) = ask(warehouse, "SELECT data FROM store.form")[0]
    assert type(REAL_FORM).model_validate_json(data) == REAL_FORM == load_form(REAL_FORM.code)
    assert ask(warehouse, "SELECT count(*) FROM rules") == [(len(REAL_FORM.rules),)]
