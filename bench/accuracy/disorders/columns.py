"""Value columns: missing, added, reordered, one year twice; appendices missing, empty, twice or in another order."""

from copy import deepcopy
from random import Random

from bench.accuracy.disorders.registry import on_report, share, some
from bench.accuracy.model import Cell, Column, Report, Table
from bench.accuracy.truth import BLANK, Want, number, status, words


def yearly(report: Report) -> list[Table]:
    """The tables with year columns."""
    return [table for table in report.tables if len(table.form_columns()) > 1]


def columns_of(table: Table, key: str) -> list[Cell]:
    """The cells of the column with one key."""
    return [row.cells[c.ident] for c in table.form_columns() if c.key == key for row in table.rows if c.ident in row.cells]


@on_report("column_order", "columns", "cột năm đảo thứ tự", slot="column order")
def column_order(report: Report, rng: Random, strength: int) -> None:
    """Newest first, or anyhow."""
    for table in share(rng, yearly(report), strength):
        values = table.form_columns()
        new = values[::-1] if rng.random() < 0.5 else rng.sample(values, len(values))
        at = table.columns.index(values[0])
        others = [column for column in table.columns if column not in values]
        table.columns = others[:at] + new + others[at:]


@on_report("column_missing", "columns", "thiếu cột một, hai năm")
def column_missing(report: Report, rng: Random, strength: int) -> None:
    """The years that nobody has figures of were left out."""
    for table in share(rng, yearly(report), strength):
        for column in rng.sample(table.form_columns(), min(strength, len(table.form_columns()) - 2)):
            table.columns.remove(column)


@on_report("column_note", "columns", "thêm cột «Ghi chú», «Đơn vị tính»")
def column_note(report: Report, rng: Random, strength: int) -> None:
    """A column of words: the measure behind the label, notes at the end."""
    for table in share(rng, report.tables, strength):
        if rng.random() < 0.5:
            _add(table, Column("note", "extra", "Ghi chú", width=900), len(table.columns))
            for row in some(rng, table.rows, 2, (1, 2, 3)):
                _fill(row.cells, "note", words(rng.choice(("Số liệu cũ", "Tăng", "Ước tính", "Giảm do sáp nhập"))))
        else:
            _add(table, Column("unit", "extra", rng.choice(("ĐVT", "Đơn vị tính", "Đvt")), width=800), _label_at(table) + 1)
            for row in table.rows:
                if row.kind in ("count", "percent"):
                    _fill(row.cells, "unit", words("%" if row.kind == "percent" else row.measure or "Người"))


@on_report("column_extra_year", "columns", "thêm cột năm ngoài mẫu (2014, 2021) hoặc «Tổng cộng»", held_out=True)
def column_extra_year(report: Report, rng: Random, strength: int) -> None:
    """A year that the form does not ask for, or a total: never one of its years."""
    for table in share(rng, yearly(report), strength):
        header = rng.choice(("Năm 2014", "Năm 2021", "Tổng cộng", "Cả giai đoạn 2015-2020", "So với năm 2015 (%)"))
        at = _label_at(table) + 1 if header == "Năm 2014" else len(table.columns)
        _add(table, Column("more", "extra", header, width=900), at)
        for row in table.rows:
            if row.kind == "count" and rng.random() < 0.8:
                value = rng.randrange(1, 120)
                _fill(row.cells, "more", number(str(value), value))


def _label_at(table: Table) -> int:
    return next(i for i, column in enumerate(table.columns) if column.role == "label")


def _add(table: Table, column: Column, at: int) -> None:
    table.columns.insert(at, column)
    for row in table.rows:
        row.cells.setdefault(column.ident, Cell("", BLANK))


def _fill(cells: dict[str, Cell], ident: str, want: Want) -> None:
    cells[ident] = Cell(want.raw, want)


@on_report(
    "year_twice",
    "columns",
    "hai cột cùng ghi một năm",
    slot="column order",
    undecidable="không biết cột nào là năm ấy: hai năm liên quan phải hỏi",
)
def year_twice(report: Report, rng: Random, strength: int) -> None:
    """Copied the header and forgot to change the year."""
    for table in some(rng, yearly(report), strength, (1, 2, 4)):
        values = table.form_columns()
        at = rng.randrange(len(values) - 2)
        first, second = values[at], values[at + 1]
        lost = second.key
        for row in table.rows:
            _confuse(row.cells.get(first.ident), row.cells.get(second.ident))
            row.told[str(lost)] = Want(frozenset({"absent"}), asking="may")
        second.header, second.key, second.year = first.header, None, None
        second.ident = _rename(table, second.ident, f"{lost}-as-{first.key}")


def _confuse(first: Cell | None, second: Cell | None) -> None:
    """Two cells under one year: equal ones can be read, others must be asked about."""
    if first is None or second is None:
        return
    if (
        first.raw == second.raw
        or (first.want.asking == second.want.asking == "never" and not (first.raw or second.raw))
        or not second.raw
    ):
        first.want = first.want.asked("may")
    else:
        first.want = Want(frozenset(), first.raw, asking="must", kept_aside=first.want.kept_aside)


def _rename(table: Table, old: str, new: str) -> str:
    for row in table.rows:
        if old in row.cells:
            row.cells[new] = row.cells.pop(old)
    return new


@on_report("appendix_missing", "order", "thiếu hẳn phụ lục")
def appendix_missing(report: Report, rng: Random, strength: int) -> None:
    """Not sent."""
    for table in some(rng, report.tables, strength, (1, 3, 5)):
        report.tables.remove(table)


@on_report("appendix_order", "order", "phụ lục xếp lộn thứ tự", slot="table order")
def appendix_order(report: Report, rng: Random, strength: int) -> None:
    """Two swapped, or all anyhow."""
    if strength == 3:
        rng.shuffle(report.tables)
        return
    for _ in range(strength):
        a, b = rng.sample(range(len(report.tables)), 2)
        report.tables[a], report.tables[b] = report.tables[b], report.tables[a]


@on_report("appendices_first", "order", "phụ lục đặt trước phần báo cáo", held_out=True, slot="table order")
def appendices_first(report: Report, rng: Random, strength: int) -> None:
    """The tables bound in front of the text."""
    report.appendices_first = True


@on_report("appendix_empty", "order", "phụ lục để trống")
def appendix_empty(report: Report, rng: Random, strength: int) -> None:
    """The blank table of the template."""
    for table in some(rng, report.tables, strength, (1, 2, 4)):
        for row in table.rows:
            for ident, cell in row.cells.items():
                row.cells[ident] = Cell("", BLANK.unnamed() if cell.want.kept_aside else BLANK)


@on_report("appendix_twice_same", "order", "một phụ lục dán hai lần, giống hệt")
def appendix_twice_same(report: Report, rng: Random, strength: int) -> None:
    """Pasted twice: the figures are the same, so nothing is in doubt."""
    for table in some(rng, report.tables, strength, (1, 2, 3)):
        report.tables.insert(report.tables.index(table) + 1, deepcopy(table))


@on_report(
    "appendix_twice_other",
    "order",
    "một phụ lục có hai bảng, số khác nhau",
    held_out=True,
    undecidable="ô khác nhau giữa hai bảng: phải hỏi",
)
def appendix_twice_other(report: Report, rng: Random, strength: int) -> None:
    """An old draft left beside the new table: where they differ nobody can tell."""
    tables = [table for table in report.tables if any(row.code for row in table.rows)]
    for table in some(rng, tables, strength, (1, 2, 3)):
        copy = deepcopy(table)
        report.tables.insert(report.tables.index(table) + 1, copy)
        for _, _, cell in some(rng, [hit for hit in copy.filled() if hit[0].kind == "count"], strength, (2, 6, 14)):
            value = rng.randrange(200, 900)
            cell.put(number(str(value), value))


@on_report(
    "verdict_ticks",
    "columns",
    "Phụ lục 8 có hai cột Đạt, Không đạt đánh dấu x",
    held_out=True,
    undecidable="dấu x dưới cột «Đạt»: đọc là «Đạt», hỏi, hoặc giữ ở cột thêm kèm câu hỏi đều được",
)
def verdict_ticks(report: Report, rng: Random, strength: int) -> None:
    """Two columns to tick instead of a word; strength plays no part."""
    for table in report.tables:
        values = table.form_columns()
        if len(values) != 1 or not any(row.kind == "choice" for row in table.rows):
            continue
        result = values[0]
        at = table.columns.index(result)
        yes, no = Column("yes", "extra", "Đạt", width=950), Column("no", "extra", "Không đạt", width=950)
        table.columns[at : at + 1] = [yes, no]
        for row in table.rows:
            row.told["result"] = _tick(row.cells, row.cells.pop(result.ident, Cell("", BLANK)).want.text)


def _tick(cells: dict[str, Cell], said: str | None) -> Want:
    cells["yes"], cells["no"] = Cell(*_mark(said == "Đạt")), Cell(*_mark(said not in ("Đạt", None)))
    if said is None:
        return Want(frozenset({"blank", "absent"}))
    word = "Đạt" if said == "Đạt" else "Không đạt"
    return Want(frozenset({"ok"}), "x", None, word, asking="may", kept_aside=True)


def _mark(ticked: bool) -> tuple[str, Want]:
    return ("x", status("not_applicable", "x")) if ticked else ("", BLANK)
