"""A cell must say to the program what it says to a clerk, and whatever two clerks would read differently is flagged."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.values import guess_kind, read_value
from schemas.form import Choice, Indicator, Kind


def row(kind: Kind, label: str = "Số lớp tập huấn", measure: str | None = "lớp", *synonyms: str) -> Indicator:
    choices = (Choice(text="Đạt"), Choice(text="Chưa đạt"), Choice(text="Không đạt")) if kind == "choice" else ()
    return Indicator(code="1", label=label, kind=kind, measure=measure, measure_synonyms=synonyms, choices=choices)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("0", 0),
        ("07", 7),
        ("1500", 1500),
        ("1.500", 1500),
        ("1 500", 1500),
        ("1\xa0500", 1500),
        ("12.345.678", 12345678),
        ("15 lớp", 15),
        ("15lớp", 15),
        ("1.245 LỚP", 1245),
        (" 20 ", 20),
        ("10.", 10),
    ],
)
def test_a_count_is_read(raw: str, value: float) -> None:
    reading = read_value(raw, row("count"))
    assert (reading.status, reading.value, reading.text) == ("ok", value, None)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("1,500", "VALUE_AMBIGUOUS"),
        ("1,245,300", "VALUE_AMBIGUOUS"),
        ("20\n150", "VALUE_AMBIGUOUS"),
        ("1.\n500", "VALUE_AMBIGUOUS"),
        ("12,5", "VALUE_NOT_WHOLE"),
        ("12.5", "VALUE_NOT_WHOLE"),
        ("1.234,5", "VALUE_NOT_WHOLE"),
        ("15 người", "VALUE_OTHER_MEASURE"),
        ("15%", "VALUE_OTHER_MEASURE"),
        ("41/41", "VALUE_NOT_A_NUMBER"),
        ("Có", "VALUE_NOT_A_NUMBER"),
        ("khoảng 15", "VALUE_NOT_A_NUMBER"),
        ("-5", "VALUE_NOT_A_NUMBER"),
        ("1 50", "VALUE_NOT_A_NUMBER"),
        ("l5", "VALUE_NOT_A_NUMBER"),
        ("0912345678", "VALUE_NOT_A_NUMBER"),
        ("0.500", "VALUE_NOT_WHOLE"),
        ("Chưa thực hiện", "VALUE_NOT_A_NUMBER"),
    ],
)
def test_a_doubtful_count_is_flagged(raw: str, code: str) -> None:
    reading = read_value(raw, row("count"))
    assert (reading.status, reading.code) == ("flagged", code)


def test_a_word_beside_the_number_is_flagged_where_the_form_has_no_measure() -> None:
    assert read_value("15 lớp", row("count", measure=None)).status == "flagged"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("95", 95),
        ("95%", 95),
        ("95 %", 95),
        ("98,8%", 98.8),
        ("98.8", 98.8),
        ("100", 100),
        ("0", 0),
        ("12,345 %", 12.345),
    ],
)
def test_a_percentage_is_read(raw: str, value: float) -> None:
    assert read_value(raw, row("percent")).value == value
    assert read_value(raw, row("percent")).status == "ok"


@pytest.mark.parametrize("raw", ["98.825", "1500", "156/156", "95-98", "trên 80%", "95%%", "95 lớp", "1.500"])
def test_a_doubtful_percentage_is_flagged(raw: str) -> None:
    assert read_value(raw, row("percent")).status == "flagged"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Có", 1),
        ("có.", 1),
        ("CÓ", 1),
        ("Co", 1),
        ("1", 1),
        ("01", 1),
        ("Có tổ chức", 1),
        ("0", 0),
        ("Không", 0),
        ("khong", 0),
        ("Không tổ chức", 0),
    ],
)
def test_yes_and_no_are_read(raw: str, value: float) -> None:
    label = "Tổ chức cuộc thi (Có tổ chức = 1; Không tổ chức = 0)"
    reading = read_value(raw, row("yes_no", label))
    assert (reading.status, reading.value) == ("ok", value)


@pytest.mark.parametrize("raw", ["2", "x", "X", "Đang làm", "Có/Không", "10"])
def test_what_is_neither_yes_nor_no_is_flagged(raw: str) -> None:
    assert read_value(raw, row("yes_no")).status == "flagged"


@pytest.mark.parametrize(
    ("raw", "text"),
    [("Đạt", "Đạt"), ("đạt.", "Đạt"), ("CHƯA ĐẠT", "Chưa đạt"), ("Khong dat", "Không đạt"), ("chua  đạt", "Chưa đạt")],
)
def test_a_choice_is_read(raw: str, text: str) -> None:
    reading = read_value(raw, row("choice"))
    assert (reading.status, reading.text, reading.value) == ("ok", text, None)


@pytest.mark.parametrize("raw", ["x", "Đạt/Không đạt", "Đạt 80%", "1", "Tốt"])
def test_another_word_than_a_choice_is_flagged(raw: str) -> None:
    assert read_value(raw, row("choice")).code == "VALUE_NOT_A_CHOICE"


@pytest.mark.parametrize(
    ("raw", "text"), [("41/41", "41/41"), ("156 / 156 thủ tục", "156/156"), ("1.500/2.000", "1500/2000")]
)
def test_a_ratio_keeps_both_numbers(raw: str, text: str) -> None:
    reading = read_value(raw, row("ratio"))
    assert (reading.status, reading.text, reading.value) == ("ok", text, None)


@pytest.mark.parametrize("kind", ["count", "percent", "yes_no", "ratio", "choice", "text", "heading"])
def test_blank_and_none_are_states_of_every_kind(kind: Kind) -> None:
    assert read_value(" \u00a0\n", row(kind)).status == "blank"
    for raw in ("-", "–", "—", "- -", "Không có", "KHÔNG CÓ.", "không\u00a0có"):
        assert read_value(raw, row(kind)).status == "none"
    assert read_value("/", row(kind)).status == "not_applicable"


@pytest.mark.parametrize("kind", ["count", "percent", "ratio", "heading"])
def test_a_crossed_out_number_is_not_applicable(kind: Kind) -> None:
    assert read_value("x", row(kind)).status == "not_applicable"
    assert read_value("X", row(kind)).status == "not_applicable"


def test_a_number_in_a_group_heading_is_flagged_with_what_was_read() -> None:
    reading = read_value("12", row("heading"))
    assert (reading.status, reading.value, reading.code) == ("flagged", 12, "VALUE_NOT_EXPECTED")


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["20", "", "-"], "count"),
        (["98,5%", "97"], "percent"),
        (["có", "1"], "text"),
        (["", ""], "text"),
        (["41/41"], "text"),
    ],
)
def test_the_kind_of_an_unknown_row_is_guessed_from_all_its_cells(cells: list[str], kind: Kind) -> None:
    assert guess_kind(cells) == kind


@given(st.integers(0, 10**12), st.sampled_from(["plain", "dots", "blanks"]))
def test_every_way_to_write_a_whole_number_gives_that_number(number: int, style: str) -> None:
    grouped = f"{number:,}"
    written = {"plain": str(number), "dots": grouped.replace(",", "."), "blanks": grouped.replace(",", " ")}[style]
    assert read_value(written, row("count")).value == number
    assert read_value(written, row("count")).status == "ok"


@given(st.integers(1000, 10**9))
def test_english_thousands_are_never_counted(number: int) -> None:
    assert read_value(f"{number:,}", row("count")).status == "flagged"


@given(st.text(max_size=20), st.sampled_from(["count", "percent", "yes_no", "ratio", "choice", "text", "heading"]))
def test_any_text_has_a_reading_and_composition_does_not_matter(raw: str, kind: Kind) -> None:
    reading = read_value(raw, row(kind))
    assert (reading.status == "ok") == (reading.code is None and (reading.value is not None or reading.text is not None))
    composed, decomposed = (read_value(unicodedata.normalize(form, raw), row(kind)) for form in ("NFC", "NFD"))
    assert composed == decomposed


def test_a_cell_that_its_writer_doubts_is_asked_about() -> None:
    """The district's own tables write a doubtful cell as '12 (?)'; read again it is doubtful still."""
    reading = read_value("12 (?)", row("count"))
    assert (reading.status, reading.value, reading.code) == ("flagged", 12, "VALUE_DOUBTED")
