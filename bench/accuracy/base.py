"""Draws an orderly report from the form: what every disorder starts from."""

from datetime import date
from random import Random

from bench.accuracy import prose
from bench.accuracy.district import COMMUNES, DISTRICT, Commune
from bench.accuracy.letters import without_marks
from bench.accuracy.model import Cell, Column, Hand, Heading, Report, Row, Sender, Table
from bench.accuracy.truth import BLANK, number
from bench.accuracy.values import draw_hand, draw_row, type_count
from schemas.form import Appendix, Form, Section

PARTS = {"1": "Phần thứ nhất", "2": "Phần thứ hai", "3": "Phần thứ ba"}
OWN_ROWS = {
    4: (
        "Tổng số thôn, tổ dân phố",
        "Số thôn đã sáp nhập",
        "Số người hoạt động không chuyên trách ở xã",
        "Số người hoạt động không chuyên trách ở thôn",
        "Số lần sửa quy chế làm việc",
    ),
    6: (
        "Kinh phí tiết kiệm được trong năm (triệu đồng)",
        "Số lần công khai dự toán, quyết toán",
        "Tổng thu ngân sách xã (triệu đồng)",
    ),
}
"""Rows that communes write themselves where the form's own are not known."""


def draw_report(rng: Random, form: Form, commune: Commune) -> Report:
    """An orderly report of one commune."""
    hand = draw_hand(rng)
    neighbours = [other.name for other in COMMUNES if other.code != commune.code]
    report = Report(
        sender=_sender(rng, commune),
        hand=hand,
        title=rng.choice((form.title, *form.title_synonyms)),
        headings=_headings(rng, form),
        tables=[_table(rng, hand, form, appendix) for appendix in form.appendices],
        form_codes={appendix.number: [row.code for row in appendix.indicators] for appendix in form.appendices},
        column_keys={appendix.number: [column.key for column in form.columns_of(appendix)] for appendix in form.appendices},
        neighbours=neighbours,
    )
    report.tables = [table for table in report.tables if table.rows]
    return report


def _sender(rng: Random, commune: Commune) -> Sender:
    signed = date(2020, rng.choice((4, 5, 6)), rng.randrange(1, 29))
    symbol = f"{rng.randrange(3, 140):02}/BC-UBND"
    return Sender(
        code=commune.code,
        name=commune.name,
        type=commune.type,
        number=symbol,
        signed=signed,
        file_name=file_name(rng, commune),
        truth_code=commune.code,
        truth_number=symbol,
        truth_date=signed,
    )


def file_name(rng: Random, commune: Commune) -> str:
    """A file name as a commune gives it, without its ending; half of them name the commune."""
    full, plain = f"{commune.type} {commune.name}", without_marks(f"{commune.type} {commune.name}")
    return rng.choice(
        (
            f"BC tổng kết CCHC {full}",
            f"bao cao cchc {plain.lower()}",
            f"{plain} - BC CCHC 2011-2020",
            "Bao cao tong ket CCHC",
            "BC CCHC (1)",
            "báo cáo 10 năm",
            "BC_44",
        )
    )


def _headings(rng: Random, form: Form) -> list[Heading]:
    parents = {section.parent for section in form.outline}
    return [_heading(rng, section, section.path not in parents) for section in form.outline]


def _heading(rng: Random, section: Section, leaf: bool) -> Heading:
    level = section.path.count("/") + 1
    if section.path in PARTS:
        text = prose.body(rng, section.title) if leaf else []
        return Heading(section.path, PARTS[section.path], section.title.upper(), text, level=1, joint=" ")
    letter = section.number.isalpha() and section.number.islower()
    roman = level == 2 and section.number.isupper()
    return Heading(
        path=section.path,
        number=section.number,
        title=section.title.upper() if roman else section.title,
        body=prose.body(rng, section.title) if leaf or (not roman and rng.random() < 0.15) else [],
        level=level,
        joint=") " if letter else ". ",
    )


def _table(rng: Random, hand: Hand, form: Form, appendix: Appendix) -> Table:
    columns = _columns(form, appendix)
    values = [column for column in columns if column.role == "value"]
    rows = []
    for indicator in appendix.indicators:
        cells = draw_row(rng, hand, indicator, len(values))
        rows.append(
            Row(
                code=indicator.code,
                stt="-" if indicator.parent else indicator.code,
                label=indicator.label,
                kind=indicator.kind,
                measure=indicator.measure,
                parent=indicator.parent,
                cells={column.ident: cell for column, cell in zip(values, cells, strict=True)},
            )
        )
    rows += _own_rows(rng, hand, appendix, values, len(rows))
    return Table(
        appendix=appendix.number,
        number_line=f"Phụ lục {appendix.number}",
        title=appendix.title,
        note=f"(Kèm theo Kế hoạch số 27/KH-UBND ngày 12/3/2020 của UBND huyện {DISTRICT})",
        columns=columns,
        rows=rows,
    )


def _columns(form: Form, appendix: Appendix) -> list[Column]:
    wide = 2948 if len(form.columns_of(appendix)) > 1 else 6200
    columns = [Column("stt", "stt", "STT", width=680), Column("label", "label", appendix.row_header, width=wide)]
    for column in form.columns_of(appendix):
        width = 907 if wide < 3000 else 1900
        columns.append(Column(column.key, "value", column.label, column.key, column.year, width))
    return columns


def _own_rows(rng: Random, hand: Hand, appendix: Appendix, values: list[Column], start: int) -> list[Row]:
    labels = OWN_ROWS.get(appendix.number, ())
    if appendix.confirmed or not labels:
        return []
    chosen = [label for label in labels if rng.random() < 0.7]
    return [own_row(rng, hand, str(start + i), label, values) for i, label in enumerate(chosen, start=1)]


def own_row(rng: Random, hand: Hand, stt: str, label: str, values: list[Column]) -> Row:
    """A row that the form lacks, with small whole numbers."""
    row = Row(code=None, stt=stt, label=label, kind="count")
    for column in values:
        value = rng.randrange(1, 2200) if "triệu" in label else rng.randrange(1, 45)
        want = number(type_count(value, hand.thousands), value) if rng.random() < 0.9 else BLANK
        row.cells[column.ident] = Cell(want.raw, want)
    return row
