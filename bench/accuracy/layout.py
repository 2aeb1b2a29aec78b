"""Lays a report out on paper: letterhead, title, body, appendices, signature."""

from random import Random

from bench.accuracy import prose
from bench.accuracy.blocks import Block, Grid, Run, Square, line
from bench.accuracy.district import DISTRICT
from bench.accuracy.grid import appendix_grids
from bench.accuracy.model import Heading, Report, Sender, Table

SIGNERS = ("Lê Thị Mẫu", "Trần Văn Thử", "Phan Đình Bịa", "Hoàng Tưởng Tượng")


def lay_out(rng: Random, report: Report) -> list[Block]:
    """The report as blocks in reading order."""
    body = [*_opening(rng, report), *_sections(rng, report), *_closing(rng, report)]
    tables = [block for table in report.tables for block in _appendix(report, table)]
    first, second = (tables, body) if report.appendices_first else (body, tables)
    return [*_letterhead(report.sender), *_title(report), *first, *second]


def who(sender: Sender) -> str:
    """'UBND xã An Phú', or without its name where the text leaves it out."""
    return f"UBND {sender.type} {sender.name}" if sender.in_text else f"UBND {sender.type}"


def date_line(sender: Sender) -> str:
    """'An Phú, ngày 05 tháng 6 năm 2020'."""
    day = sender.signed
    place = sender.name if sender.letterhead_name is None else sender.letterhead_name
    return f"{place}, ngày {day.day:02} tháng {day.month:02} năm {day.year}" if place else ""


def _letterhead(sender: Sender) -> list[Block]:
    if sender.letterhead == "none":
        return []
    name = sender.name if sender.letterhead_name is None else sender.letterhead_name
    committee = f"{sender.committee}\n{sender.type.upper()} {name.upper()}".rstrip()
    number = sender.number_line if sender.number_line is not None else f"Số: {sender.number}"
    dated = sender.date_line if sender.date_line is not None else date_line(sender)
    left = [committee, "-------", number]
    right = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "---------------", dated]
    if sender.letterhead == "table":
        return [_two_columns(left, right), line("")]
    boxed = sender.letterhead == "boxes"
    both = [*left, *right] if boxed else [f"{a}\t{b}" for a, b in zip(left[0].split("\n") + left[2:], right, strict=False)]
    if not boxed and len(left[0].split("\n")) + 1 < len(right):
        both.append(right[3])
    return [
        line(text, bold=i < 2, align="center" if boxed else "left", boxed=boxed, role="letterhead")
        for i, text in enumerate(both)
    ]


def _two_columns(left: list[str], right: list[str]) -> Grid:
    squares = []
    for col, lines in enumerate((left, right), start=1):
        paras = [line(text, bold=i < 2, align="center", italic=text == right[-1]) for i, text in enumerate(lines)]
        squares.append(Square(paras, 1, col, role="layout"))
    return Grid(1, [4000, 5600], squares, borders=False)


def _title(report: Report) -> list[Block]:
    return [
        line(""),
        line("BÁO CÁO", bold=True, align="center", role="title"),
        line(report.title, bold=True, align="center", role="title"),
        line(""),
    ]


def _opening(rng: Random, report: Report) -> list[Block]:
    text = prose.fill(rng, rng.choice(prose.OPENINGS), district=DISTRICT, who=who(report.sender))
    blocks: list[Block] = [line(text, align="both", role="body")]
    if report.contents_page:
        blocks.append(line("MỤC LỤC", bold=True, align="center"))
        shown = [heading for heading in report.headings if heading.level <= 3]
        blocks += [line(f"{heading.printed}\t{i // 3 + 1}", role="contents") for i, heading in enumerate(shown)]
        blocks.append(line("", page_break=True))
    return blocks


def _sections(rng: Random, report: Report) -> list[Block]:
    blocks: list[Block] = []
    mentions = list(report.sender.mentions)
    for heading in report.headings:
        blocks += _heading(heading)
        texts = heading.body[1:] if heading.run_in else heading.body
        blocks += [line(text, align="both", role="body") for text in texts]
        if mentions and texts and rng.random() < 0.25:
            blocks.append(line(mentions.pop(), align="both", role="body"))
    return blocks


def _heading(heading: Heading) -> list[Block]:
    centered = "center" if heading.level == 1 or heading.number.isupper() else "left"
    looks = {"bold": heading.bold, "role": "heading", "style": f"Heading {min(heading.level, 5)}" if heading.styled else ""}
    if heading.automatic:
        return [line(heading.title + heading.end, number=_list_place(heading), **looks)]
    if heading.level == 1 and heading.number:
        return [line(heading.number, align=centered, **looks), line(heading.title + heading.end, align=centered, **looks)]
    if heading.split_at is not None:
        text = heading.printed
        return [
            line(text[: heading.split_at].strip(), align=centered, **looks),
            line(text[heading.split_at :].strip(), align=centered, **looks),
        ]
    para = line(heading.printed, align=centered, **looks)
    if heading.run_in and heading.body:
        para.runs.append(Run(" " + heading.body[0]))
    return [para]


def _list_place(heading: Heading) -> tuple[int, int]:
    """The list and level that would print this number: one list a part, so that the numbers start again."""
    number = heading.number
    level = 3 if number.islower() else 0 if number.isupper() else 2 if "." in number else 1
    return (3 if (heading.path or "").startswith("2") else 2, level)


def _closing(rng: Random, report: Report) -> list[Block]:
    sender = report.sender
    name = f"UBND {sender.type} {sender.name}" if sender.in_closing else f"UBND {sender.type}"
    blocks: list[Block] = [line(rng.choice(prose.CLOSINGS).format(who=name), align="both", role="body")]
    if sender.signature:
        left = ["Nơi nhận:", "- UBND huyện (b/c);", "- Phòng Nội vụ (t/h);", "- Lưu: VT."]
        right = ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "", "", rng.choice(SIGNERS)]
        blocks += [line(""), _two_columns(left, right)]
    return blocks


def _appendix(report: Report, table: Table) -> list[Block]:
    blocks: list[Block] = []
    if table.landscape:
        blocks.append(line("", turn="portrait"))
    else:
        blocks.append(line("", page_break=True))
    if table.title_place != "in_table":
        boxed = table.title_place == "text_box"
        for text, bold in ((table.number_line, True), (table.title, True), (table.note, False)):
            if text:
                looks = {"bold": bold, "italic": not bold, "align": "center", "boxed": boxed, "role": "table title"}
                blocks.append(line(text, **looks))
    blocks += [line(text, align="right", italic=True) for text in table.above]
    blocks += appendix_grids(table)
    blocks.append(line("", turn="landscape") if table.landscape else line(""))
    return blocks
