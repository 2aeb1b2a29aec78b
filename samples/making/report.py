"""A commune's report before anything is wrong with it, and what is kept about it while it is made."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Literal

from bench.accuracy.base import draw_report
from bench.accuracy.blocks import Block
from bench.accuracy.disorders import REGISTRY
from bench.accuracy.disorders.registry import BlockChange
from bench.accuracy.district import COMMUNES, Commune
from bench.accuracy.model import Cell, Column, Hand, Heading, Report, Row, Table
from samples.making.values import FIGURES, OWN_ROWS, YEARS, cells
from schemas.form import Form

ORDERLY = Hand(fill=1, thousands=".", percent="%", nothing="-", yes="1", no="0", size=26)


@dataclass(frozen=True, slots=True)
class Told:
    """A finding that a careful reader would write down: its code and where it belongs in the form."""

    code: str
    appendix: int | None = None
    indicator: str | None = None
    column_key: str | None = None
    section: str | None = None


@dataclass(slots=True)
class Sample:
    """One sample while it is made: the report, what is to be found in it, how its file is written."""

    form: Form
    report: Report
    rng: Random
    told: list[Told] = field(default_factory=list)
    layout: list[BlockChange] = field(default_factory=list)
    """Changes of the pages, in order, after the report is laid out."""
    ending: Literal["docx", "pdf", "doc"] = "docx"
    scanned: bool = False
    """The PDF is the scan of what was printed."""
    needs_review: bool = False

    @property
    def file_name(self) -> str:
        """The file as the clerk of the commune named it."""
        return f"{self.report.sender.file_name}.{self.ending}"

    def tell(self, code: str, appendix: int | None = None, indicator: str | None = None, column: str | None = None) -> None:
        """Note a finding about an appendix, or about the file."""
        self.told.append(Told(code, appendix, indicator, column))

    def table(self, appendix: int) -> Table:
        """The first table of an appendix."""
        return next(table for table in self.report.tables if table.appendix == appendix)

    def row(self, appendix: int, code: str) -> Row:
        """The row of an indicator."""
        return next(row for row in self.table(appendix).rows if row.code == code)

    def cell(self, appendix: int, code: str, column: str) -> Cell:
        """A printed cell."""
        return self.row(appendix, code).cells[column]

    def heading(self, path: str) -> Heading:
        """The heading of a section."""
        return next(heading for heading in self.report.headings if heading.path == path)

    def disorder(self, name: str, strength: int = 3, appendices: Iterable[int] | None = None) -> None:
        """Disorders the whole report, or some appendices, as the accuracy bench does."""
        change = REGISTRY[name].change_report
        assert change is not None, name
        chosen = self.report
        if appendices is not None:
            wanted = set(appendices)
            chosen = _only(self.report, [table for table in self.report.tables if table.appendix in wanted])
        change(chosen, self.rng, strength)

    def on_pages(self, name: str, strength: int) -> None:
        """Disorders the pages, as the accuracy bench does."""
        change = REGISTRY[name].change_blocks
        assert change is not None, name

        def hit(blocks: list[Block], rng: Random, _: int, change: BlockChange = change) -> None:
            change(blocks, rng, strength)

        self.layout.append(hit)


def _only(report: Report, tables: list[Table]) -> Report:
    """The same report with some of its tables only; rows and cells are the same objects."""
    return Report(
        sender=report.sender,
        hand=report.hand,
        title=report.title,
        headings=report.headings,
        tables=tables,
        form_codes=report.form_codes,
        column_keys=report.column_keys,
    )


def commune_named(name: str) -> Commune:
    """A commune of the made-up district."""
    return next(commune for commune in COMMUNES if commune.name == name)


def draw(
    form: Form, name: str, number: str, signed: date, file_name: str, factor: float = 1.0, hand: Hand = ORDERLY
) -> Sample:
    """An orderly report of one commune: every heading with its text, every appendix with its figures."""
    rng = Random(f"mẫu {name} {number}")
    report = draw_report(rng, form, commune_named(name))
    report.hand, report.title = hand, form.title
    sender = report.sender
    sender.number = sender.truth_number = number
    sender.signed = sender.truth_date = signed
    sender.file_name = file_name
    for table in report.tables:
        _fill(form, table, factor, hand)
    return Sample(form, report, rng)


def _fill(form: Form, table: Table, factor: float, hand: Hand) -> None:
    values = table.form_columns()
    table.rows = [row for row in table.rows if row.code is not None]
    for row in table.rows:
        figures = FIGURES[table.appendix][str(row.code)]
        row.cells = _by_column(values, cells(figures, row.kind, factor, hand, len(values)))
    own = [
        Row(None, str(i), label, "count", cells=_by_column(values, cells(figures, "count", factor, hand)))
        for i, (label, figures) in enumerate(OWN_ROWS.get(table.appendix, {}).items(), len(table.rows) + 1)
    ]
    if table.appendix == 2:
        _sum(table, own, hand)
    else:
        table.rows += own


def _by_column(columns: list[Column], row: list[Cell]) -> dict[str, Cell]:
    return {column.ident: cell for column, cell in zip(columns, row, strict=True)}


def _sum(table: Table, kinds: list[Row], hand: Hand) -> None:
    """Appendix 2: the kinds of documents stand below the open row, the first row is their sum."""
    for kind in kinds:
        kind.stt, kind.parent = "-", "1"
    total = next(row for row in table.rows if row.code == "1")
    sums = [round(sum(kind.cells[year].want.value or 0 for kind in kinds)) for year in YEARS]
    total.cells = dict(zip(YEARS, cells("|".join(map(str, sums)), "count", 1, hand), strict=True))
    table.rows[2:2] = kinds


Make = Callable[[Form], Sample]
