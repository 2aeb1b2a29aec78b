"""Merged value cells, ragged rows: what happens to the grid itself. Applied after rows and columns stand still."""

from random import Random

from bench.accuracy.disorders.registry import on_report, share, some
from bench.accuracy.model import Cell, Report, Row, Table
from bench.accuracy.truth import BLANK, Want, ask


def _plain_rows(table: Table) -> list[tuple[int, Row]]:
    return [(i, row) for i, row in enumerate(table.rows) if not row.spans_all and not row.short and row.cells]


@on_report(
    "merged_years",
    "merges",
    "một ô trộn qua nhiều năm",
    undecidable="một số cho nhiều năm: phải hỏi (ô trộn trống là trống)",
)
def merged_years(report: Report, rng: Random, strength: int) -> None:
    """One printed cell over two to six years: blank stays blank, anything else cannot be divided."""
    for table in share(rng, [t for t in report.tables if len(t.values()) > 2], strength):
        for index, row in some(rng, _plain_rows(table), strength, (1, 2, 3)):
            columns = table.values()
            start = rng.randrange(len(columns) - 1)
            count = rng.randrange(2, len(columns) - start + 1)
            idents = [column.ident for column in columns[start : start + count]]
            if all(ident in row.cells for ident in idents) and all(
                c.role == "value" for c in columns[start : start + count]
            ):
                table.merged_across.append((index, start, count))
                _share_one([row.cells[ident] for ident in idents])


@on_report(
    "merged_rows",
    "merges",
    "một ô trộn qua nhiều chỉ tiêu",
    held_out=True,
    undecidable="một số cho nhiều chỉ tiêu: phải hỏi (ô trộn trống là trống)",
)
def merged_rows(report: Report, rng: Random, strength: int) -> None:
    """One printed cell over two indicators."""
    for table in share(rng, [t for t in report.tables if len(t.rows) > 3 and not t.repeat_header_at], strength):
        columns = table.values()
        for _ in range(strength):
            index, start = rng.randrange(len(table.rows) - 1), rng.randrange(len(columns))
            pair, ident = table.rows[index : index + 2], columns[start].ident
            if _can_merge(table, pair, ident, index):
                table.merged_down.append((index, start, 2))
                _share_one([row.cells[ident] for row in pair])


def _can_merge(table: Table, pair: list[Row], ident: str, index: int) -> bool:
    taken = {row for row, _, _ in table.merged_across} | {i + k for i, _, _ in table.merged_down for k in (0, 1)}
    whole = all(not row.spans_all and not row.short and not row.label_tail and ident in row.cells for row in pair)
    return whole and not {index, index + 1} & taken


def _share_one(cells: list[Cell]) -> None:
    """The first cell's text covers them all; it is printed once."""
    raw = cells[0].raw
    for cell in cells:
        want = ask(raw) if raw.strip() else BLANK
        cell.put(want.unnamed() if cell.want.kept_aside else want)
        cell.raw = raw if cell is cells[0] else ""


@on_report("ragged_rows", "merges", "hàng thiếu ô cuối, hàng thừa ô")
def ragged_rows(report: Report, rng: Random, strength: int) -> None:
    """A row that ends a cell early, a row with a ninth cell, empty as it mostly is."""
    for table in share(rng, report.tables, strength):
        rows = [row for _, row in _plain_rows(table)]
        for row in some(rng, rows, strength, (1, 2, 4)):
            if rng.random() < 0.5 and len(table.values()) > 2:
                row.short = 1
                last = table.columns[-1].ident
                if last in row.cells:
                    row.cells[last] = Cell("", Want(frozenset({"blank", "absent"})))
            else:
                row.stray = ""


@on_report("stray_values", "merges", "số ghi vào ô thừa cuối hàng", held_out=True)
def stray_values(report: Report, rng: Random, strength: int) -> None:
    """A number in a ninth cell: it belongs to no year."""
    for table in some(rng, [t for t in report.tables if len(t.values()) > 2], strength, (1, 2, 4)):
        for row in some(rng, [row for _, row in _plain_rows(table)], strength, (1, 2, 3)):
            row.stray = str(rng.randrange(100, 999))
