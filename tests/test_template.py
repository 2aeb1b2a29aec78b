"""The blank form that is sent to the communes: what is read back when it returns."""

from datetime import datetime
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT

from ingest.appendices import read_appendices
from ingest.outline import match_outline
from ingest.readers import read
from pipeline import Job, extract_file
from reports.form_template import write_template
from schemas.document import Document
from schemas.errors import Refused, UsageFault
from schemas.form import load_form
from schemas.office import Settings
from tests.district_made import YEARLY

SAMPLES = Path(__file__).parent.parent / "samples" / "huyen-vi-du"
FORM = load_form("cchc-2011-2020")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mau") / "mau.docx"
    write_template(FORM, path, office="UBND huyện Ví Dụ", made_at=datetime(2020, 3, 9))
    return path


@pytest.fixture(scope="module")
def blank(template: Path) -> Document:
    return read(template, Settings())


def test_every_row_and_column_of_the_blank_form_is_known_again(blank: Document) -> None:
    read_back = read_appendices(blank, FORM, Settings())
    own = [cell for cell in read_back.observations if not cell.indicator.startswith("extra-")]
    wanted = [
        (appendix.number, row.code, column.key)
        for appendix in FORM.appendices
        for row in appendix.indicators
        for column in FORM.columns_of(appendix)
    ]
    assert [(cell.appendix, cell.indicator, cell.column_key) for cell in own] == wanted
    assert {(cell.status, cell.match_score) for cell in own} == {("blank", 1.0)}
    assert {finding.code for finding in read_back.findings} == {"APPENDIX_EMPTY"}


def test_every_heading_of_the_blank_form_is_known_again(blank: Document) -> None:
    sections, findings = match_outline(blank, FORM, Settings())
    assert [section.section for section in sections] == [section.path for section in FORM.outline]
    assert not [finding for finding in findings if finding.code not in ("SECTION_EMPTY",)]


def test_a_form_sent_back_blank_is_no_report(template: Path) -> None:
    with pytest.raises(Refused) as raised:
        extract_file(Job(template, SAMPLES / "office.toml"))
    assert raised.value.code == "BLANK_FORM"


def test_a_form_filled_in_is_read_as_it_was_filled(template: Path, tmp_path: Path) -> None:
    document = docx.Document(str(template))
    tables = [table for table in document.tables if table.rows[0].cells[0].text == "STT"]
    for row in tables[0].rows[1:]:
        for cell in row.cells[2:]:
            cell.text = "1.500" if row.cells[0].text in ("1", "2", "3", "4", "3.2", "3.3", "6.1", "6.2") else "1"
    tables[1].rows[3].cells[1].text = "Nghị quyết của HĐND xã"
    tables[1].rows[3].cells[2].text = "7"
    document.save(str(tmp_path / "BC xã An Phú.docx"))
    given = extract_file(Job(tmp_path / "BC xã An Phú.docx", SAMPLES / "office.toml"))
    cells = {(o.appendix, o.indicator, o.column_key): o for o in given.observations}
    assert cells[1, "1", "2015"].value == 1500
    assert cells[1, "3.1", "2020"].value == 1
    assert cells[2, "extra-1", "2015"].label == "Nghị quyết của HĐND xã"
    assert (cells[2, "extra-1", "2015"].value, cells[2, "extra-1", "2015"].parent) == (7, "1.1")
    assert not [o for o in given.observations if o.status == "flagged"]
    assert given.sender.unit_id == "99004@2004-01-01"


def test_wide_appendices_lie_on_landscape_pages_numbered_for_themselves(template: Path) -> None:
    text, *appendices = docx.Document(str(template)).sections
    assert text.orientation == WD_ORIENT.PORTRAIT
    wide = [len(FORM.columns_of(appendix)) > 3 for appendix in FORM.appendices]
    assert [section.orientation == WD_ORIENT.LANDSCAPE for section in appendices] == wide
    assert all('w:start="1"' in section._sectPr.xml for section in appendices)


def test_the_guide_names_the_office_and_stays_out_of_the_text(blank: Document) -> None:
    (guide,) = [p for p in blank.paragraphs() if p.text.startswith("Hướng dẫn")]
    assert "UBND huyện Ví Dụ" in guide.text
    assert guide.in_layout


def test_any_form_has_a_template(tmp_path: Path) -> None:
    write_template(YEARLY, tmp_path / "mau.docx", made_at=datetime(2020, 3, 9))
    read_back = read_appendices(read(tmp_path / "mau.docx", Settings()), YEARLY, Settings())
    assert [found.status for found in read_back.found] == ["empty", "empty"]
    assert {cell.match_score for cell in read_back.observations if not cell.indicator.startswith("extra-")} == {1.0}


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="Không có thư mục"):
        write_template(FORM, tmp_path / "khong-co" / "mau.docx")
