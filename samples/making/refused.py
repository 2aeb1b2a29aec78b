"""Files that must be refused, each with its reason: broken, locked, of another kind, or no report of the form at all."""

import base64
import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path
from random import Random

import xlsxwriter

from bench.accuracy import foreign
from bench.accuracy.blocks import Block, line
from bench.accuracy.layout import lay_out
from bench.accuracy.word_file import FIXED, write_docx
from samples.making.files import slim
from samples.making.report import draw
from schemas.form import Form
from tests.hostile import compound_file, parts_of, with_main_type

MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==")
INVITATION = (
    "UBND HUYỆN VÍ DỤ\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Số: 9/GM-UBND\tVí Dụ, ngày 02 tháng 6 năm 2020",
    "GIẤY MỜI",
    "Họp góp ý báo cáo tổng kết cải cách hành chính giai đoạn 2011 - 2020",
    "Kính mời: Chủ tịch UBND các xã, thị trấn.",
    "Thời gian: 8 giờ 00, thứ Sáu. Địa điểm: hội trường tầng hai.",
    "Đề nghị các đồng chí đến dự đúng giờ và mang theo bản in các phụ lục./.",
)


def write_refused(form: Form, folder: Path, expected: Path) -> None:
    """All files in `folder`, and a CSV that says which reason code each must get."""
    made = {**_broken(form), **_of_another_kind(), **_no_report(form)}
    for name, (content, _) in made.items():
        (folder / name).write_bytes(content)
    with expected.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("file", "reason"))
        writer.writerows((name, reason) for name, (_, reason) in sorted(made.items()))


Made = dict[str, tuple[bytes, str]]


def _broken(form: Form) -> Made:
    """A good report that something happened to on its way."""
    report = _report(form)
    body = parts_of(report) | {"word/document.xml": parts_of(report)["word/document.xml"][:20_000]}
    return {
        "BC CCHC xa Khue Ngoc Dien (chep do).docx": (report[: len(report) * 3 // 5], "TRUNCATED"),
        "BC CCHC xa Khue Ngoc Dien (hong).docx": (_package(body), "DAMAGED"),
        "BC CCHC xa Khue Ngoc Dien (mat khau).docx": (
            compound_file({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": b""}),
            "ENCRYPTED",
        ),
        "BC CCHC xa Khue Ngoc Dien.docm": (_package(parts_of(with_main_type(report, MACRO_TYPE))), "MACROS"),
        "BC CCHC xa Tan Kieu.docx": (b"", "EMPTY_FILE"),
        "~$ CCHC xa An Phu.docx": (b"\x06Van thu".ljust(162, b"\0"), "LOCK_FILE"),
    }


def _of_another_kind() -> Made:
    """What communes send instead of a Word file."""
    odt = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office:document-content/>"}
    page = "<!DOCTYPE html><html><body><h1>BÁO CÁO</h1><table><tr><td>Năm 2019</td></tr></table></body></html>"
    return {
        "Phu luc 1-8 xa Dong Loi.xlsx": (_workbook(), "SPREADSHEET"),
        "Bao cao va phu luc.zip": (_package({"Bao cao.txt": "Báo cáo".encode()}), "ARCHIVE"),
        "FW bao cao CCHC.eml": (_message(), "EMAIL"),
        "Bao cao CCHC.html": (page.encode(), "HTML"),
        "Bao cao CCHC.rtf": (rb"{\rtf1\ansi\deff0{\fonttbl{\f0 Times New Roman;}}\f0 Bao cao\par}", "RTF"),
        "Bao cao CCHC.odt": (_package(odt), "OPEN_DOCUMENT"),
        "Bao cao CCHC.txt": ("BÁO CÁO\nCông tác cải cách hành chính\n".encode(), "PLAIN_TEXT"),
        "Anh chup trang 1.png": (PIXEL, "IMAGE"),
    }


def _no_report(form: Form) -> Made:
    """Word files that open well and are not what the office asked for."""
    outline = [line("ĐỀ CƯƠNG BÁO CÁO", bold=True, align="center"), *_after_title(foreign.plan_with_outline, form)]
    invitation: list[Block] = [line(text, bold=text.isupper()) for text in INVITATION]
    return {
        "Giay moi hop.docx": (_word(invitation), "LETTER"),
        "CV gui bao cao.docx": (_word(foreign.letter(Random("công văn"), form)), "LETTER"),
        "Luat vuon uom.docx": (_word(foreign.law(Random("luật"), form)), "LEGAL_TEXT"),
        "QD kien toan Ban chi dao.docx": (_word(foreign.decision(Random("quyết định"), form)), "LEGAL_TEXT"),
        "KH 27 kem de cuong.docx": (_word(foreign.plan_with_outline(Random("kế hoạch"), form)), "LEGAL_TEXT"),
        "De cuong bao cao CCHC.docx": (_word(outline), "BLANK_FORM"),
        "BC CCHC hang quy.docx": (_word(foreign.quarterly(Random("quý"), form)), "OTHER_FORM"),
        "BC CCHC 2021-2025.docx": (_report(form, "2021 - 2025"), "OTHER_PERIOD"),
        "BC kinh te xa hoi.docx": (_word(foreign.economic(Random("kinh tế"), form)), "NOT_A_REPORT"),
        "Van ban trong.docx": (_word([line("")]), "NO_CONTENT"),
    }


def _report(form: Form, other_period: str = "") -> bytes:
    """A whole good report, or one of another period."""
    sample = draw(form, "Khuê Ngọc Điền", "40/BC-UBND", date(2020, 6, 4), "BC CCHC", 0.6)
    report = sample.report
    if other_period:
        report.title = f"Tổng kết thực hiện Chương trình tổng thể cải cách hành chính nhà nước giai đoạn {other_period}"
        for table in report.tables:
            for column in table.form_columns():
                column.header = re.sub(r"20\d\d", lambda year: str(int(year.group()) + 6), column.header)
    return _word(lay_out(sample.rng, report))


def _after_title(maker: Callable[[Random, Form], list[Block]], form: Form) -> list[Block]:
    """The outline and the blank tables of a plan, without the plan."""
    blocks = maker(Random("đề cương"), form)
    first = next(i for i, block in enumerate(blocks) if getattr(block, "text", "") == "(Kèm theo Kế hoạch này)")
    return blocks[first:]


def _word(blocks: list[Block]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="mau-") as work:
        path = Path(work) / "mau.docx"
        write_docx(Random("mẫu"), blocks, path, 26, 0.0)
        return slim(path.read_bytes())


def _package(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, FIXED), content, zipfile.ZIP_DEFLATED, 9)
    return stream.getvalue()


def _workbook() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(*FIXED)})
        sheet = book.add_worksheet("Phụ lục 1")
        for row, cells in enumerate((("STT", "Chỉ tiêu", "Năm 2019"), (1, "Số lượng văn bản chỉ đạo, điều hành", 18))):
            sheet.write_row(row, 0, cells)
    return stream.getvalue()


def _message() -> bytes:
    message = EmailMessage()
    message["From"] = "vanthu@xadongloi.example"
    message["To"] = "noivu@huyenvidu.example"
    message["Subject"] = "Bao cao CCHC"
    message["Date"] = "Mon, 08 Jun 2020 08:00:00 +0700"
    message.set_content("Xã gửi báo cáo, xin xác nhận.\n")
    return message.as_bytes()
