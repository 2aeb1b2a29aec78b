"""Who sent it, under which number and date: where the file says so, and where it misleads."""

from random import Random

from bench.accuracy import prose
from bench.accuracy.base import file_name
from bench.accuracy.disorders.registry import on_report
from bench.accuracy.district import COMMUNES, FORMER, LOOKALIKES, MERGED
from bench.accuracy.letters import old_tone, without_marks
from bench.accuracy.model import Report

ANONYMOUS = ("Bao cao tong ket CCHC", "BC CCHC (1)", "báo cáo 10 năm", "Scan0012", "Document1")


def _anonymous(report: Report, rng: Random) -> None:
    report.sender.file_name = rng.choice(ANONYMOUS)


def _no_letterhead(report: Report) -> None:
    report.sender.letterhead = "none"
    report.sender.truth_number = report.sender.truth_date = None


@on_report("no_letterhead", "sender", "không có phần đầu văn bản", slot="letterhead")
def no_letterhead(report: Report, rng: Random, strength: int) -> None:
    """The commune is named in the text and the closing line; at strength 3 in the closing line only."""
    _no_letterhead(report)
    report.sender.in_text = strength < 3
    _anonymous(report, rng)


@on_report("letterhead_lines", "sender", "phần đầu văn bản gõ bằng tab, không có bảng", slot="letterhead")
def letterhead_lines(report: Report, rng: Random, strength: int) -> None:
    """Two columns made with tabs."""
    report.sender.letterhead = "paragraphs"


@on_report("letterhead_boxes", "sender", "phần đầu văn bản trong hộp văn bản", held_out=True, slot="letterhead")
def letterhead_boxes(report: Report, rng: Random, strength: int) -> None:
    """The letterhead stands in a text box."""
    report.sender.letterhead = "boxes"


@on_report("only_file_name", "sender", "chỉ tên tệp cho biết xã nào", held_out=True, slot="letterhead")
def only_file_name(report: Report, rng: Random, strength: int) -> None:
    """No name in the file; the file's own name tells, without marks from strength 2."""
    _no_letterhead(report)
    sender = report.sender
    sender.in_text = sender.in_closing = False
    full = f"{sender.type} {sender.name}"
    sender.file_name = f"BC CCHC {full if strength == 1 else without_marks(full)}"
    if strength > 1 and sender.code in LOOKALIKES:
        sender.may_be_asked = True


@on_report(
    "nobody", "sender", "không chỗ nào ghi tên xã", slot="letterhead", undecidable="không biết ai gửi: không được đoán"
)
def nobody(report: Report, rng: Random, strength: int) -> None:
    """Nothing says who sent it: naming anyone is a guess."""
    _no_letterhead(report)
    sender = report.sender
    sender.in_text = sender.in_closing = False
    sender.truth_code = None
    _anonymous(report, rng)


@on_report("letterhead_nameless", "sender", "phần đầu ghi «ỦY BAN NHÂN DÂN XÃ», thiếu tên")
def letterhead_nameless(report: Report, rng: Random, strength: int) -> None:
    """The name is missing in the letterhead, the text has it."""
    if report.sender.in_text or report.sender.in_closing:
        report.sender.letterhead_name = ""
        day = report.sender.signed
        report.sender.date_line = f"Ngày {day.day:02} tháng {day.month:02} năm {day.year}"


@on_report("committee_words", "sender", "«UBND XÃ», «UỶ BAN NHÂN DÂN», tên viết dấu kiểu cũ")
def committee_words(report: Report, rng: Random, strength: int) -> None:
    """The committee and the name in other spelling."""
    report.sender.committee = rng.choice(("UBND", "UỶ BAN NHÂN DÂN", "UỶ BAN ND", "ỦY BAN NHÂN DÂN"))
    if strength > 1:
        report.sender.letterhead_name = old_tone(report.sender.name)


@on_report("name_without_marks", "sender", "tên xã trong phần đầu mất dấu", held_out=True)
def name_without_marks(report: Report, rng: Random, strength: int) -> None:
    """'XA DONG LOI': two communes could be meant where marks are all that tells them apart."""
    report.sender.letterhead_name = without_marks(report.sender.name)
    if report.sender.code in LOOKALIKES:
        report.sender.may_be_asked = True


@on_report("others_mentioned", "sender", "nhắc tên xã khác trong nội dung")
def others_mentioned(report: Report, rng: Random, strength: int) -> None:
    """Neighbours in the text; before a merger the former communes too."""
    names = rng.sample(report.neighbours, 2 * strength)
    report.sender.mentions = [prose.fill(rng, rng.choice(prose.MENTIONS), name=name) for name in names]
    if report.sender.code == MERGED:
        former = " và ".join(f"xã {name}" for _, name in FORMER)
        report.sender.mentions.append(f"Từ ngày 01/01/2020 xã được thành lập trên cơ sở {former}.")


@on_report(
    "file_name_of_other",
    "sender",
    "tên tệp ghi xã khác",
    held_out=True,
    undecidable="tên tệp và văn bản không khớp: hỏi hay theo văn bản đều được",
)
def file_name_of_other(report: Report, rng: Random, strength: int) -> None:
    """Saved over a neighbour's file."""
    if report.sender.truth_code is None or report.sender.letterhead == "none":
        return
    other = rng.choice([commune for commune in COMMUNES if commune.code != report.sender.code])
    report.sender.file_name = f"BC CCHC {other.type} {other.name}"
    report.sender.may_be_asked = True


@on_report("file_name_styles", "sender", "tên tệp kiểu khác")
def file_name_styles(report: Report, rng: Random, strength: int) -> None:
    """Without marks, with numbers, copies."""
    if report.sender.truth_code is not None:
        commune = next(c for c in COMMUNES if c.code == report.sender.code)
        report.sender.file_name = f"{file_name(rng, commune)}{rng.choice((' - Copy', ' (2)', '_final', '-chuan', ''))}"


@on_report("number_styles", "sender", "«Số 15 /BC-UBND», «Số:    /BC-UBND»")
def number_styles(report: Report, rng: Random, strength: int) -> None:
    """The number typed otherwise, or left for the registry's pen."""
    sender = report.sender
    if rng.random() < 0.4:
        sender.number_line, sender.truth_number = f"Số: {' ' * rng.randrange(2, 9)}/BC-UBND", None
    else:
        digits = sender.number.split("/")[0]
        sender.number_line = rng.choice(
            (
                f"Số {sender.number}",
                f"Số: {digits} /BC-UBND",
                f"Số:{sender.number}",
                f"Số: {digits}/ BC-UBND",
                f"SỐ: {sender.number}",
            )
        )


@on_report("date_styles", "sender", "«ngày 5/6/2020», «ngày   tháng 6 năm 2020»", held_out=True)
def date_styles(report: Report, rng: Random, strength: int) -> None:
    """The date typed otherwise, or left for the registry's pen."""
    sender, day = report.sender, report.sender.signed
    place = sender.name if sender.letterhead_name is None else sender.letterhead_name
    if rng.random() < 0.4:
        sender.date_line, sender.truth_date = f"{place}, ngày      tháng {day.month} năm {day.year}", None
    else:
        sender.date_line = rng.choice(
            (
                f"{place}, ngày {day.day}/{day.month}/{day.year}",
                f"{place} ngày {day.day} tháng {day.month} năm {day.year}",
                f"{place}, Ngày {day.day:02} Tháng {day.month:02} Năm {day.year}",
                f"{place}, ngày{day.day:02}tháng{day.month}năm {day.year}",
            )
        )


@on_report("no_signature", "sender", "không có khối ký tên")
def no_signature(report: Report, rng: Random, strength: int) -> None:
    """Sent without the signature block."""
    report.sender.signature = False
