"""A damaged, odd or hostile package is read as far as it can be, or refused with the true reason."""

import pytest

from schemas.errors import Refused
from tests.docx_files import (
    CONTENT_TYPES,
    MAIN,
    NUMBERING,
    RELATIONSHIPS,
    STYLES,
    found,
    make,
    p,
    read,
    repacked,
    span,
    tbl,
    tc,
    tr,
)

BODY = p("Báo cáo") + tbl(tr("1", "2"))


def edited(edit) -> list[str]:
    return [paragraph.text for paragraph in read(make(BODY, edit=edit)).paragraphs()]


def test_relationships_that_point_nowhere_are_said_and_stop_nothing():
    def dangle(parts):
        more = (
            b'<Relationship Id="rId901" Type="http://x/image" Target="../NULL"/>'
            b'<Relationship Id="rId902" Type="http://x/image" Target="media/mat.png"/>'
            b'<Relationship Id="rId903" Type="http://x/attachedTemplate" Target="file:///mau.dotx" TargetMode="External"/>'
            b'<Relationship Id="rId904" Type="http://x/hyperlink" Target="http://vi.du/" TargetMode="External"/>'
        )
        parts[RELATIONSHIPS] = parts[RELATIONSHIPS].replace(b"</Relationships>", more + b"</Relationships>")

    read_back = read(make(BODY, edit=dangle))
    assert [paragraph.text for paragraph in read_back.paragraphs()] == ["Báo cáo"]
    assert {finding.found for finding in found(read_back, "MISSING_PART")} == {
        "/NULL",
        "/word/media/mat.png",
        "file:///mau.dotx",
    }


@pytest.mark.parametrize("part", [STYLES, NUMBERING, RELATIONSHIPS, CONTENT_TYPES, "_rels/.rels"])
def test_a_report_without_its_lesser_parts_is_read(part):
    assert edited(lambda parts: parts.pop(part)) == ["Báo cáo"]


@pytest.mark.parametrize("part", [STYLES, NUMBERING])
def test_a_broken_lesser_part_is_said(part):
    data = make(BODY, edit=lambda parts: parts.update({part: parts[part][:200]}))
    read_back = read(data)
    assert [paragraph.text for paragraph in read_back.paragraphs()] == ["Báo cáo"]
    assert found(read_back, "TRUNCATED_STRUCTURE")


def test_the_main_part_may_have_another_name():
    def rename(parts):
        parts["word/Tai lieu.xml"] = parts.pop(MAIN)
        parts["word/_rels/Tai lieu.xml.rels"] = parts.pop(RELATIONSHIPS)
        parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"word/document.xml", b"word/Tai lieu.xml")

    assert edited(rename) == ["Báo cáo"]


def test_part_names_may_be_written_with_back_slashes_and_other_case():
    def rename(parts):
        for name in (MAIN, STYLES):
            parts[name.replace("/", "\\").upper()] = parts.pop(name)

    assert edited(rename) == ["Báo cáo"]


def test_strict_ooxml_reads_the_same():
    body = p("đậm", '<w:jc w:val="center"/>', '<w:b w:val="true"/>') + tbl(
        tr(tc("Năm", span(2))), tr("1", "2"), widths=[1000] * 2
    )
    body += "<w:p><m:oMath><m:r><m:t>7</m:t></m:r></m:oMath></w:p>"

    def strict(parts):
        base = b"http://schemas.openxmlformats.org/"
        for name in parts:
            for old, new in (
                (b"wordprocessingml/2006/main", b"wordprocessingml/main"),
                (b"officeDocument/2006/relationships", b"officeDocument/relationships"),
                (b"officeDocument/2006/math", b"officeDocument/math"),
            ):
                parts[name] = parts[name].replace(base + old, b"http://purl.oclc.org/ooxml/" + new)
        parts[MAIN] = parts[MAIN].replace(b'w:w="1000"', b'w:w="50pt"')

    assert b"purl.oclc.org" not in make(body)
    transitional, converted = read(make(body)), read(make(body, edit=strict))
    assert converted.blocks == transitional.blocks
    assert [paragraph.text for paragraph in converted.paragraphs()] == ["đậm", "7"]


def test_a_part_in_utf_16_is_read():
    def recode(parts):
        parts[MAIN] = parts[MAIN].decode().replace("UTF-8", "UTF-16").encode("utf-16")

    assert edited(recode) == ["Báo cáo"]


def refused(data: bytes, **settings: int) -> str:
    with pytest.raises(Refused) as refusal:
        read(data, **settings)
    return refusal.value.code


def main_replaced(content: bytes) -> bytes:
    return make(BODY, edit=lambda parts: parts.update({MAIN: content}))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "NOT_DOCX"),
        ("Báo cáo".encode(), "NOT_DOCX"),
        (repacked(make(BODY), lambda parts: [parts.pop(name) for name in list(parts) if "document" in name]), "NOT_DOCX"),
        (main_replaced(b"<workbook/>"), "NOT_DOCX"),
        (main_replaced(b"<w:document"), "DAMAGED"),
        (main_replaced(b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "XML_ENTITIES"),
        (main_replaced(b"<a>" * 5000 + b"</a>" * 5000), "TOO_DEEP"),
    ],
    ids=["empty", "text", "no main part", "a workbook", "cut XML", "entities", "too deep"],
)
def test_what_is_no_readable_report_is_refused_with_the_true_reason(data, reason):
    assert refused(data) == reason


def test_damage_inside_the_main_part_is_damage():
    data = bytearray(make(BODY))
    at = data.index(b"word/document.xml") + 60
    data[at : at + 40] = b"\xff" * 40
    assert refused(bytes(data)) == "DAMAGED"


def test_a_package_that_unpacks_beyond_the_limit_is_refused():
    bomb = make(BODY, edit=lambda parts: parts.update({MAIN: parts[MAIN] + b" " * 3_000_000}))
    assert refused(bomb, max_unpacked_mb=1) in ("ZIP_BOMB", "TOO_LARGE")
