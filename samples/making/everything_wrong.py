"""The report in which everything is wrong: each mistake is made on purpose and noted with the finding that it deserves."""

from copy import deepcopy
from datetime import date
from random import Random

from bench.accuracy.blocks import Block, Grid, Run, Square, line
from bench.accuracy.disorders.paper import value_squares
from bench.accuracy.disorders.registry import BlockChange
from bench.accuracy.model import Cell, Heading, Row
from bench.accuracy.truth import BLANK, Want, ask, number
from samples.making.report import Sample, Told, draw
from samples.making.values import YEARS
from schemas.form import Form

DOUBTFUL = (
    (1, "2", "2019", "3 xe máy", "VALUE_OTHER_MEASURE"),
    (1, "3.4", "2018", "Đang xây dựng", "VALUE_NOT_YES_NO"),
    (2, "3", "2016", "2,5", "VALUE_NOT_WHOLE"),
    (3, "4", "2017", "145", "VALUE_NOT_EXPECTED"),
    (3, "4.1", "2018", "1,500", "VALUE_AMBIGUOUS"),
    (3, "4.1", "2019", "156/156", "VALUE_NOT_A_NUMBER"),
    (3, "5.1", "2016", "98.125%", "VALUE_AMBIGUOUS"),
    (3, "6.1", "2015", "Nhiều", "VALUE_NOT_A_NUMBER"),
    (7, "5", "2020", "khoảng 5", "VALUE_NOT_A_NUMBER"),
)
"""Appendix, indicator, column, what is typed there, and why it must be asked about."""
LEFT_OUT, EMPTIED = ("1/II/1/1.2", "1/II/3/3.2", "1/II/4/4.2"), ("1/II/2/2.1/c", "1/II/2/2.1/g", "2/5")


def everything_wrong(form: Form) -> Sample:
    """Whatever can be wrong in a report that can still be read."""
    sample = draw(form, "Đồng Lợi", "8/BC-UBND", date(2020, 6, 30), "BC CCHC xã Tân Kiều (1)", 1.4)
    _sender(sample)
    _outline(sample)
    sample.report.tables = [table for table in sample.report.tables if table.appendix != 4]
    sample.tell("APPENDIX_ABSENT", 4)
    for appendix, code, column, raw, reason in DOUBTFUL:
        sample.cell(appendix, code, column).put(ask(raw))
        sample.tell(reason, appendix, code, column)
    _directing(sample)
    _procedures(sample)
    _law(sample)
    _staff(sample)
    _money(sample)
    sample.table(7).columns[2:] = reversed(sample.table(7).columns[2:])
    for row in sample.table(8).rows:
        row.cells["result"].put(BLANK)
    sample.tell("APPENDIX_EMPTY", 8)
    sample.layout.append(_revise(sample))
    return sample


def _sender(sample: Sample) -> None:
    """The file is named after a neighbour, the number was never given, the day does not exist."""
    sender = sample.report.sender
    sender.number_line = "Số:      /BC-UBND"
    sender.date_line = "Đồng Lợi, ngày 31 tháng 6 năm 2020"
    sender.truth_code = sender.truth_number = sender.truth_date = None
    sample.needs_review = True
    sample.told += [Told("SENDER_DISAGREES"), Told("DATE_UNSURE")]


def _outline(sample: Sample) -> None:
    """Sections left out, empty, twice, in another place, and one that nobody asked for."""
    headings = [heading for heading in sample.report.headings if heading.path not in LEFT_OUT]
    for path in EMPTIED:
        sample.heading(path).body = []
    moved = sample.heading("1/I/3")
    headings.remove(moved)
    headings.insert(_after(headings, "1/III/3"), moved)
    again = deepcopy(sample.heading("1/II/2/2.1/b"))
    headings.insert(_after(headings, "1/II/2/2.1/d"), again)
    headings.insert(_after(headings, "2/7"), Heading(None, "8", "Công tác phòng, chống dịch bệnh", ["Đã xong."], 2))
    sample.report.headings = headings
    sample.told += [Told("SECTION_MISSING", section=path) for path in LEFT_OUT]
    sample.told += [Told("SECTION_EMPTY", section=path) for path in EMPTIED]
    sample.told += [
        Told("SECTION_ORDER", section="1/I/3"),
        Told("SECTION_TWICE", section="1/II/2/2.1/b"),
        Told("SECTION_EXTRA"),
    ]


def _after(headings: list[Heading], path: str) -> int:
    return next(i for i, heading in enumerate(headings) if heading.path == path) + 1


def _directing(sample: Sample) -> None:
    """Appendix 1: a row left out, a row twice with other figures, one number over three years, letters of an old font."""
    table = sample.table(1)
    left_out = sample.row(1, "5")
    table.rows.remove(left_out)
    sample.tell("ROW_MISSING", 1, "5")
    # The row above stands twice just where this one should: its name may be the slip, so nobody can call it absent.
    for cell in left_out.cells.values():
        cell.put(ask(""))
    table.ghosts.append(left_out)
    row = sample.row(1, "4")
    again = deepcopy(row)
    for old, new in zip(row.cells.values(), again.cells.values(), strict=True):
        value = (old.want.value or 0) + 20
        new.put(number(f"{value:g}", value))
    for cell in (*row.cells.values(), *again.cells.values()):
        cell.want = ask(cell.raw)
    table.rows.insert(table.rows.index(row) + 1, again)
    sample.tell("ROW_TWICE", 1, "4")
    old_letters = sample.cell(1, "3.5", "2015")
    old_letters.raw, old_letters.want = "Häp th«n", ask("Họp thôn")
    sample.told += [Told("LEGACY_FONT"), Told("LEGACY_FONT_UNSURE", 1, "3.5", "2015")]
    merged = sample.row(1, "3.2")
    table.merged_across.append((table.rows.index(merged), 1, 3))
    for column, raw in (("2016", merged.cells["2016"].raw), ("2017", ""), ("2018", "")):
        merged.cells[column].put(ask(raw))
    sample.tell("CELL_MERGED", 1, "3.2", "2016")


def _procedures(sample: Sample) -> None:
    """Appendix 3: a row says the contrary of the form's ('chưa' for 'đã'): is it that row, mistyped?"""
    row = sample.row(3, "6.2")
    row.label = "Số lượng PAKN chưa giải quyết trong năm"
    for cell in row.cells.values():
        cell.want = ask(cell.raw)
    sample.tell("ROW_UNSURE", 3, "6.2")


def _law(sample: Sample) -> None:
    """Appendix 2: figures without a name, a number in a cell behind the last column."""
    table = sample.table(2)
    nameless = Row(None, "-", "", "count")
    for column in table.form_columns():
        nameless.cells[column.ident] = Cell("1", ask("1"))
    table.rows.insert(table.rows.index(sample.row(2, "2")), nameless)
    sample.tell("ROW_UNNAMED", 2)
    sample.row(2, "4").stray = "7"
    sample.tell("COLUMN_UNSURE", 2, column="extra-1")


def _staff(sample: Sample) -> None:
    """Appendix 5: numbered as another appendix, and a year stands over two columns: which is which nobody can tell."""
    table = sample.table(5)
    table.number_line = "Phụ lục 4"
    sample.tell("APPENDIX_NUMBER", 5)
    first, second = (column for column in table.form_columns() if column.key in ("2017", "2018"))
    second.header, second.key = first.header, None
    for row in table.rows:
        for ident in ("2017", "2018"):
            row.cells[ident].want = ask(row.cells[ident].raw)
        row.told["2018"] = Want(frozenset({"flagged"}))
    sample.tell("COLUMN_TWICE", 5, column="2017")
    sample.tell("COLUMN_TWICE", 5, column="extra-1")
    sample.tell("COLUMN_MISSING", 5, column="2018")


def _money(sample: Sample) -> None:
    """Appendix 6: a bare number above rows that the form does not know. Is it the appendix? Somebody must look."""
    table = sample.table(6)
    table.title = table.note = ""
    known = sample.row(6, "1")
    table.rows.remove(known)
    known.cells, known.told = {}, {key: Want(frozenset({"flagged"})) for key in YEARS}
    table.ghosts.append(known)
    for row in table.rows:
        for cell in row.cells.values():
            cell.want = ask(cell.raw)
    sample.tell("APPENDIX_UNSURE", 6)
    sample.tell("ROW_MISSING", 6, "1")


def _revise(sample: Sample) -> BlockChange:
    """Tracked changes in appendix 7 and a little table in one of its cells; hidden digits in appendix 3."""
    inserted, deleted = sample.cell(7, "3", "2019"), sample.cell(7, "4", "2019")
    hidden, nested = sample.cell(3, "1", "2020"), sample.cell(7, "6", "2016")
    for cell in (hidden, nested):
        cell.want = ask(cell.raw)
    sample.tell("HIDDEN_TEXT", 3, "1", "2020")
    sample.tell("CELL_NESTED", 7, "6", "2016")
    sample.tell("TABLE_UNUSED")
    sample.tell("DELETED_TEXT")

    def change(blocks: list[Block], rng: Random, strength: int) -> None:
        by_cell = {id(square.data): square for square in value_squares(blocks)}
        run = by_cell[id(inserted)].paras[0].runs[0]
        by_cell[id(inserted)].paras[0].runs = [Run(run.text[:1]), Run(run.text[1:], mark="ins")]
        new = by_cell[id(deleted)].paras[0].runs[0]
        by_cell[id(deleted)].paras[0].runs = [Run("999", mark="del"), Run(new.text, mark="ins")]
        by_cell[id(hidden)].paras[0].runs.append(Run("7", mark="hidden"))
        inner = [Square([line(text)], 1, col) for col, text in enumerate(("Tổ 1", "17"), start=1)]
        by_cell[id(nested)].nested = Grid(1, [450, 450], inner)

    return change
