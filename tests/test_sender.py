"""Who sent a report: every sign is kept, and what does not agree is never guessed."""

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.names import UnitNames
from ingest.sender import find_sender
from schemas.document import Document, Paragraph, Source
from schemas.errors import UsageFault
from schemas.finding import Finding
from schemas.office import bundled_office, read_office
from schemas.place import Place
from schemas.record import Sender

OFFICE = read_office(bundled_office())
NAMES = UnitNames(OFFICE.units, OFFICE.form.period_end)
UNIT = {unit.unit_id: unit.name for unit in OFFICE.units}
TEXT = ["1. Công tác chỉ đạo, điều hành", "Đơn vị đã triển khai kịp thời."]
CLOSED = "Trên đây là báo cáo tổng kết của {}./."


def build(*blocks: str | Paragraph) -> Document:
    """Strings become paragraphs, of a layout table where they begin with '|'."""
    built = []
    for number, block in enumerate(blocks, start=1):
        if isinstance(block, str):
            block = Paragraph(block.removeprefix("|"), Place(), in_layout=block.startswith("|"))
        built.append(replace(block, place=Place(block=number)))
    return Document(Source("0" * 64, "bc.docx", "docx", 1), tuple(built))


def find(
    *blocks: str, file_name: str = "bc.docx", folder: str = "", unit: str | None = None
) -> tuple[Sender, list[Finding]]:
    sender, findings = find_sender(build(*blocks), OFFICE, file_name, folder, unit)
    return sender, list(findings)


def report(*head: str, closing: str | None = None, end: tuple[str, ...] = ()) -> list[str]:
    """A report with a letterhead, a closing sentence that names `closing`, and what stands under it."""
    close = [CLOSED.format(closing)] if closing else []
    return [*head, "BÁO CÁO", "Tổng kết công tác cải cách hành chính", *TEXT, *close, *end]


def name_of(sender: Sender) -> str | None:
    return UNIT[sender.unit_id] if sender.unit_id else None


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (["|UBND XÃ SƠN KIM 1"], "Xã Sơn Kim 1"),
        (["|UBND HUYỆN HƯƠNG SƠN\nUBND XÃ SƠN KIM 2"], "Xã Sơn Kim 2"),
        (["|ỦY BAN NHÂN DÂN", "|XÃ AN HOÀ THỊNH"], "Xã An Hòa Thịnh"),
        (["|ỦY BAN NHÂN DÂN XÃ", "|SƠN TIẾN"], "Xã Sơn Tiến"),
        (["UBND XÃ SƠN TÂY CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], "Xã Sơn Tây"),
        (["|UBND THỊ TRẤN TÂY SƠN"], "Thị trấn Tây Sơn"),
        (["|UBND TT PHỐ CHÂU"], "Thị trấn Phố Châu"),
        (["|UBND XA SON HAM"], "Xã Sơn Hàm"),
        (["|UBND XÃ SƠN KIM I"], "Xã Sơn Kim 1"),
        (["|UBND XÃ TÂN MĨ HÀ"], "Xã Tân Mỹ Hà"),
        (["|UBND XÃ QUANG DIỆN"], "Xã Quang Diệm"),  # a slip with no other name near
        (["Sơn Lễ, ngày 05 tháng 6 năm 2020"], "Xã Sơn Lễ"),
        (["|Số: 15/BC-UBND\tSơn Trường, ngày    tháng 6 năm 2020"], "Xã Sơn Trường"),
    ],
)
def test_the_letterhead_names_the_commune(head: list[str], name: str) -> None:
    sender, findings = find(*report(*head))
    assert name_of(sender) == name
    assert not findings
    assert sender.confidence >= 0.9
    assert {item.source for item in sender.evidence} <= {"letterhead", "place"}
    assert sender.evidence[0].place.block is not None


def test_decomposed_letters_are_the_same_name() -> None:
    head = [unicodedata.normalize("NFD", "|UBND XÃ SƠN LĨNH")]
    assert name_of(find(*report(*head))[0]) == "Xã Sơn Lĩnh"


def test_the_closing_sentence_alone_names_the_commune() -> None:
    sender, findings = find(*report(closing="UBND xã An Hòa Thịnh"))
    assert name_of(sender) == "Xã An Hòa Thịnh"
    assert [(e.source, e.found) for e in sender.evidence] == [("closing", "An Hòa Thịnh")]
    assert not findings


def test_signature_and_opening_words_are_signs_too() -> None:
    signed, _ = find(*report(end=("Nơi nhận:", "- UBND huyện;", "TM. ỦY BAN NHÂN DÂN XÃ SƠN BẰNG", "CHỦ TỊCH")))
    assert [(e.source, e.unit_id and UNIT[e.unit_id]) for e in signed.evidence] == [("signature", "Xã Sơn Bằng")]
    opened, _ = find("BÁO CÁO", "Tổng kết", "Thực hiện kế hoạch của huyện, UBND xã Sơn Bình báo cáo như sau:", *TEXT)
    assert [(e.source, e.unit_id and UNIT[e.unit_id]) for e in opened.evidence] == [("text", "Xã Sơn Bình")]


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("SonKim1_BC.docx", "Xã Sơn Kim 1"),
        ("BC xa Son Tay (1).docx", "Xã Sơn Tây"),
        ("BC-SƠN-KIM-2.PDF", "Xã Sơn Kim 2"),
        ("bcsontien2020.doc", "Xã Sơn Tiến"),
        ("Báo cáo CCHC thị trấn Tây Sơn.docx", "Thị trấn Tây Sơn"),
        ("anhoathinh - Copy.docx", "Xã An Hòa Thịnh"),
        ("Son Kim (1).docx", None),  # a copy of something about Sơn Kim, not Sơn Kim 1
        ("Son Kim 12.docx", None),
        ("KH 44 huyện Hương Sơn.docx", None),
        ("BC Sơn Hà.docx", None),
        ("bc.docx", None),
    ],
)
def test_the_file_name_names_the_commune(file_name: str, name: str | None) -> None:
    sender, findings = find(*report(), file_name=file_name)
    assert name_of(sender) == name
    assert [f.code for f in findings] == ([] if name else ["SENDER_UNKNOWN"])


def test_the_folder_names_the_commune() -> None:
    sender, _ = find(*report(), folder="Báo cáo/Xã Sơn Phú")
    assert name_of(sender) == "Xã Sơn Phú"
    assert [e.source for e in sender.evidence] == ["folder"]


def test_signs_that_agree_make_surer() -> None:
    alone = find(*report(), file_name="Son Tay.docx")[0].confidence
    together = find(*report("|UBND XÃ SƠN TÂY"), file_name="Son Tay.docx")[0].confidence
    assert alone < together <= 1


@pytest.mark.parametrize(
    ("head", "closing", "file_name"),
    [
        ("|UBND XÃ SƠN KIM 1", "UBND xã Sơn Kim 2", "bc.docx"),
        ("|UBND XÃ SƠN KIM 1", "UBND xã Sơn Kim 1", "SonKim2.docx"),
        ("|UBND XÃ SƠN TIẾN", "UBND xã Đức Lĩnh", "bc.docx"),
        ("|UBND XÃ SƠN TIẾN", "UBND xã Sơn An", "bc.docx"),
        ("|Sơn Tây, ngày 05 tháng 6 năm 2020", "UBND xã Sơn Tiến", "bc.docx"),
    ],
)
def test_signs_that_disagree_are_left_to_a_person(head: str, closing: str, file_name: str) -> None:
    sender, findings = find(*report(head, closing=closing), file_name=file_name)
    assert sender.unit_id is None
    assert sender.confidence == 0
    assert len(sender.evidence) >= 2
    assert [f.code for f in findings] == ["SENDER_DISAGREES"]
    assert "ghi" in findings[0].message


@pytest.mark.parametrize("head", ["|UBND XÃ ĐỨC LĨNH", "|UBND XÃ SƠN AN", "|UBND XÃ CHÂU BÌNH"])
def test_a_unit_that_is_not_expected_is_said(head: str) -> None:
    """Another district's, one merged before the period's end, one made after it."""
    sender, findings = find(*report(head))
    assert sender.unit_id is None
    assert [f.code for f in findings] == ["SENDER_NOT_EXPECTED"]
    assert (findings[0].found or "").casefold() in head.casefold()


@pytest.mark.parametrize("head", ["|UBND XÃ SƠN HÀN", "|UBND XÃ SƠN KlM 1", "|UBND XÃ SƠN LÂN"])
def test_one_letter_off_among_names_one_letter_apart_is_not_guessed(head: str) -> None:
    sender, findings = find(*report(head))
    assert sender.unit_id is None
    assert [f.code for f in findings] == ["SENDER_UNKNOWN"]


def test_a_slip_does_not_contradict_the_name_it_is_a_slip_of() -> None:
    sender, findings = find(*report("|UBND XÃ SƠN KlM 1", closing="UBND xã Sơn Kim 1"))
    assert name_of(sender) == "Xã Sơn Kim 1"
    assert not findings


@pytest.mark.parametrize(
    "mention",
    [
        "Năm 2020 sáp nhập 3 xã: Sơn An, Sơn Hòa, Sơn Thịnh thành xã An Hòa Thịnh.",
        "UBND xã Sơn Tiến đã phối hợp trong công tác một cửa.",
        "Hợp tác xã Sơn Tây hoạt động tốt.",
    ],
)
def test_a_commune_merely_mentioned_is_no_sign(mention: str) -> None:
    sender, findings = find("BÁO CÁO", *TEXT, *["Nội dung báo cáo."] * 12, mention, *["Nội dung báo cáo."] * 12)
    assert sender.evidence == ()
    assert [f.code for f in findings] == ["SENDER_UNKNOWN"]


@pytest.mark.parametrize(
    "head", ["|UBND THỊ XÃ KỲ ANH", "|CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Kính gửi: UBND xã Sơn Tây"]
)
def test_other_words_with_xa_are_no_commune(head: str) -> None:
    assert find(*report(head))[0].evidence == ()


def test_an_office_name_without_its_commune_is_no_sign() -> None:
    sender, findings = find("BÁO CÁO", "Tổng kết", "UBND xã Báo cáo tổng kết như sau:", *TEXT)
    assert sender.evidence == ()
    assert [f.code for f in findings] == ["SENDER_UNKNOWN"]


@pytest.mark.parametrize("given", ["18196", "18196@2004-07-08", "Xã Sơn Kim 1", "son kim 1", "  SƠN KIM 1 "])
def test_a_person_settles_the_unit(given: str) -> None:
    sender, findings = find(*report("|UBND XÃ SƠN TÂY", closing="UBND xã Sơn Tiến"), unit=given)
    assert name_of(sender) == "Xã Sơn Kim 1"
    assert sender.confidence == 1
    assert not findings
    assert {e.source for e in sender.evidence} == {"letterhead", "closing", "given"}


@pytest.mark.parametrize("given", ["Sơn Kim", "Sơn An", "Đức Lĩnh", "18163", "", "Xã"])
def test_a_name_that_is_not_exactly_one_unit_is_refused(given: str) -> None:
    with pytest.raises(UsageFault):
        find(*report(), unit=given)


@pytest.mark.parametrize(
    ("head", "number", "signed"),
    [
        (["|Số: 15/BC-UBND", "|Sơn Tây, ngày 05 tháng 6 năm 2020"], "15/BC-UBND", date(2020, 6, 5)),
        (["Số: 15/BC-UBND Sơn Tây, ngày 5 tháng 6 năm 2020"], "15/BC-UBND", date(2020, 6, 5)),
        (["|Số 07 / BC – UBND", "|Sơn Tây, ngày 05/6/2020"], "07/BC-UBND", date(2020, 6, 5)),
        (["|So: 15/2020/BC-UBND", "|Son Tay, ngay 30 thang 5 nam 2020"], "15/2020/BC-UBND", date(2020, 5, 30)),
        (["|Số:      /BC-UBND", "|Sơn Tây, ngày     tháng     năm 2020"], None, None),
        (["|Số: ......./BC-UBND", "|Sơn Tây, ngày … tháng … năm 2020"], None, None),
        (["(Kèm theo Kế hoạch số 44/KH-UBND ngày 09/3/2020 của UBND huyện)"], None, None),
        ([], None, None),
    ],
)
def test_number_and_date_of_the_report_itself(head: list[str], number: str | None, signed: date | None) -> None:
    sender, findings = find(
        *report(*head, closing="UBND xã Sơn Tây"), "Thực hiện Kế hoạch số 44/KH-UBND ngày 09/3/2020 của UBND huyện."
    )
    assert (sender.document_number, sender.document_date) == (number, signed)
    assert not findings


def test_a_date_beside_the_signature_counts() -> None:
    sender, _ = find(*report(closing="UBND xã Sơn Tây", end=("Sơn Tây, ngày 20 tháng 4 năm 2020", "TM. UBND XÃ SƠN TÂY")))
    assert sender.document_date == date(2020, 4, 20)


def test_a_date_that_does_not_exist_is_said() -> None:
    sender, findings = find(*report("|Sơn Tây, ngày 31 tháng 4 năm 2020"))
    assert sender.document_date is None
    assert [f.code for f in findings] == ["DATE_UNSURE"]


def test_every_expected_commune_is_found_by_its_own_name_however_typed() -> None:
    expected = [unit for unit in OFFICE.units if unit.is_valid(OFFICE.form.period_end)]
    assert len(expected) == 25
    for unit in expected:
        for typed in (f"UBND {unit.name}", f"UBND {unit.name.upper()}", unicodedata.normalize("NFD", f"UBND {unit.name}")):
            assert [m.unit for m in NAMES.after_type(typed)] == [unit]
        for typed in (f"BC {unit.short_name}.docx", f"BC_{unit.short_name.replace(' ', '')}.docx"):
            assert [m.unit for m in NAMES.in_file_name(typed)] == [unit]


def test_no_slip_of_one_letter_ever_becomes_another_commune() -> None:
    expected = [unit for unit in OFFICE.units if unit.is_valid(OFFICE.form.period_end)]
    for unit in expected:
        for at in range(len(unit.short_name)):
            typed = unit.short_name[:at] + unit.short_name[at + 1 :]
            for mention in NAMES.after_type(f"UBND xã {typed}"):
                spelled = mention.unit is not None and mention.unit.short_name.casefold() == typed.casefold()
                assert mention.unit in (None, unit) or spelled, (unit.name, typed)


LINES = st.lists(st.text(max_size=60) | st.sampled_from(["BÁO CÁO", "UBND XÃ", "XÃ", "TT", "Số: 1/BC-UBND", "Trên đây là"]))


@settings(max_examples=80, deadline=None)
@given(LINES, st.text(max_size=20), st.text(max_size=20))
def test_nothing_in_a_report_or_its_name_stops_the_search(lines: list[str], file_name: str, folder: str) -> None:
    sender, _ = find(*lines, file_name=file_name, folder=folder)
    assert (sender.unit_id is None) == (sender.confidence == 0)
