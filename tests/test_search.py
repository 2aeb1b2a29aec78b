"""Search in sections and rows: with and without diacritics, abbreviations, and what must not be found."""

import io
from collections.abc import Iterator
from unicodedata import normalize

import pytest
from duckdb import DuckDBPyConnection

from reports.search import Hit, print_hits, search
from schemas.errors import UsageFault
from tests.district_made import CELLS, district, report_of
from tests.office_made import AN, BINH, CHI, words


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    reports = [
        report_of(AN, CELLS["An"], body="Xã đã dùng phần mềm một cửa điện tử.\nĐời sống được nâng lên."),
        report_of(BINH, CELLS["Bình"], body="Xa da dung mot cua dien tu, dan hai long. Thủ tục hành chính gọn."),
        report_of(CHI, {(1, "5", "2019"): words("Bàn một cửa")}, body="Mỗi bàn có một cây bút điện, cửa tử tế."),
    ]
    with district(tmp_path_factory.mktemp("kho"), reports=reports) as connection:
        yield connection


def places(hits: list[Hit]) -> list[tuple[str, str]]:
    return [(hit.unit_name, hit.where.split(":")[0]) for hit in hits]


@pytest.mark.parametrize(
    "words",
    ["một cửa điện tử", "mot cua dien tu", "MỘT CỬA ĐIỆN TỬ", normalize("NFD", "một cửa điện tử")],
)
def test_a_phrase_is_found_however_either_side_is_typed(snapshot: DuckDBPyConnection, words: str) -> None:
    found = places(search(snapshot, words))
    assert found[:3] == [("Xã An", "mục 1/I"), ("Xã Bình", "mục 1/I"), ("Xã Bình", "Phụ lục 1, dòng 5")]


def test_a_phrase_comes_before_the_words_apart(snapshot: DuckDBPyConnection) -> None:
    hits = search(snapshot, "một cửa điện tử")
    assert [hit.is_phrase for hit in hits] == [True, True, True, False]
    assert hits[-1].unit_name == "Xã Chi"


def test_d_with_and_without_its_stroke(snapshot: DuckDBPyConnection) -> None:
    assert places(search(snapshot, "doi song")) == [("Xã An", "mục 1/I")]
    assert places(search(snapshot, "đời sống")) == [("Xã An", "mục 1/I")]


def test_other_diacritics_are_another_word(snapshot: DuckDBPyConnection) -> None:
    assert search(snapshot, "bạn một cửa") == []
    assert places(search(snapshot, "bàn một cửa")) == [("Xã Chi", "Phụ lục 1, dòng 5"), ("Xã Chi", "mục 1/I")]


def test_an_abbreviation_finds_what_it_stands_for(snapshot: DuckDBPyConnection) -> None:
    (hit,) = search(snapshot, "TTHC")
    assert (hit.unit_name, hit.is_phrase) == ("Xã Bình", True)


def test_what_was_found_is_marked_in_what_stands_around_it(snapshot: DuckDBPyConnection) -> None:
    first = search(snapshot, "mot cua dien tu")[0]
    assert first.text.startswith("Xã đã dùng phần mềm «một cửa điện tử».")


def test_a_row_shows_its_cells(snapshot: DuckDBPyConnection) -> None:
    hits = search(snapshot, "số văn bản")
    assert len(hits) == 3
    assert hits[0].text == "«Số văn bản» – Năm 2018: 1.000; Năm 2019: 10; Đến 31/3/2020: 5"


def test_hits_are_printed_without_steering_the_terminal(snapshot: DuckDBPyConnection) -> None:
    out = io.StringIO()
    print_hits([Hit("Xã An", "a\x1b[2J.docx", "0" * 12, "mục 1", "chữ\n«x»", True)], out)
    assert "\x1b" not in out.getvalue()
    assert "(1 chỗ trong 1 báo cáo)" in out.getvalue()
    empty = io.StringIO()
    print_hits([], empty)
    assert empty.getvalue() == "Không tìm thấy.\n"


def test_nothing_to_look_for_is_said(snapshot: DuckDBPyConnection) -> None:
    with pytest.raises(UsageFault, match="Chưa có từ cần tìm"):
        search(snapshot, " … ")
