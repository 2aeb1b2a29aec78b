"""The district's figures as one page that needs nothing else: no script, no style or picture from outside. It shows the
charts by year, each figure with what it rests on, and, one click away, each commune's cell."""

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports import office_text
from reports.charts import charts, patterns, svg
from reports.consolidation_layout import (
    COUNTS,
    NO_DATA,
    SIGNS,
    Line,
    Saying,
    Sheet,
    base,
    cell_shown,
    counts,
    sayings,
    sheets,
    shown,
)  # fmt: skip
from reports.consolidation_xlsx import STATUSES
from reports.district import District, coverage, doubtful_cells
from reports.official_docx import roman
from reports.output import beside
from reports.submission import Row
from schemas.form import Indicator


@dataclass(frozen=True, slots=True)
class Square:
    """One figure on the page: its text, what it rests on where that is not the usual, the seven counts as a hint."""

    text: str
    note: str
    hint: str
    is_doubtful: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """One indicator commune by commune: (name of the commune, its cells from left to right as (status, text))."""

    indicator: Indicator
    anchor: str
    rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One appendix on the page."""

    sheet: Sheet
    number: str
    charts: tuple[str, ...]
    lines: tuple[tuple[Line, str, tuple[Square | None, ...], str], ...]
    """(line, anchor of its communes' cells, figures, figure over the full years)."""
    details: tuple[Detail, ...]
    said: tuple[tuple[Line, tuple[Saying, ...]], ...]


def write_html(district: District, path: Path) -> None:
    """Write the page. Raises UsageFault where the file cannot be written."""
    with beside(path) as fresh:
        fresh.write_text(render(district), encoding="utf-8")


def render(district: District) -> str:
    """The page as HTML."""
    plan = sheets(district)
    drawn = {
        number: tuple(map(svg, group))
        for number, group in groupby(charts(plan), key=lambda chart: chart.sheet.appendix.number)
    }
    template = _environment().get_template("consolidation.html")
    return template.render(
        district=district,
        coverage=list(coverage(district)),
        pages=[_page(district, sheet, drawn.get(sheet.appendix.number, ())) for sheet in plan],
        flagged=sum(doubtful_cells(district)),
        counted={unit["submission_id"] for unit in district.units},
        patterns=patterns(),
        statuses=STATUSES,
        signs=SIGNS,
        seven=COUNTS,
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"day": office_text.day, "number": office_text.number, "cell": cell_shown}
    return environment


def _page(district: District, sheet: Sheet, drawn: tuple[str, ...]) -> Page:
    said = ((line, tuple(sayings(district, sheet, line))) for line in sheet.lines if line.is_text)
    return Page(
        sheet=sheet,
        number=roman(sheet.appendix.number),
        charts=drawn,
        lines=tuple(
            (line, _anchor(sheet, line.indicator), _squares(sheet, line), _over_years(line)) for line in sheet.lines
        ),
        details=tuple(_details(district, sheet)),
        said=tuple((line, sayings_of) for line, sayings_of in said if sayings_of),
    )


def _anchor(sheet: Sheet, indicator: Indicator) -> str:
    return f"dv-{sheet.appendix.number}-{indicator.code}"


def _squares(sheet: Sheet, line: Line) -> tuple[Square | None, ...]:
    figures = (line.figures.get((column.key, category)) for column, category in sheet.places())
    return tuple(_square(sheet, line, figure) if figure else None for figure in figures)


def _square(sheet: Sheet, line: Line, figure: Row) -> Square:
    is_usual = figure["rests_on"] == sheet.usual and not figure["doubtful"]
    return Square(
        text=shown(figure, line.indicator.kind),
        note="" if is_usual or line.is_text else base(figure),
        hint=counts(figure),
        is_doubtful=bool(figure["flagged"] or figure["doubtful"]),
    )


def _over_years(line: Line) -> str:
    total = line.over_years
    if total is None or total["value"] is None:
        return ""
    value = total["value"] * 100 if line.aggregate == "share_yes" else total["value"]
    is_share = line.aggregate == "share_yes" or line.indicator.kind == "percent"
    return office_text.number(round(value, 2)) + ("%" if is_share else "")


def _details(district: District, sheet: Sheet) -> list[Detail]:
    cells = district.cells_of(sheet.appendix)
    found = []
    for indicator in (row for row in sheet.appendix.indicators if row.kind != "heading"):
        by_column = [
            {cell["submission_id"]: cell for cell in cells.get((indicator.code, column.key), [])}
            for column in sheet.columns
        ]
        rows = tuple(
            (unit["unit_name"], tuple(_cell(column.get(unit["submission_id"])) for column in by_column))
            for unit in district.units
        )
        found.append(Detail(indicator, _anchor(sheet, indicator), rows))
    return found


def _cell(cell: Row | None) -> tuple[str, str]:
    return ("absent", NO_DATA) if cell is None or cell["status"] == "absent" else (cell["status"], cell_shown(cell))
