"""Columns by year: which lines of the appendices are drawn, and a drawing as inline SVG. A column that is only a part of
its year is hatched and named as such, so that nobody takes it for a full one."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

from reports.consolidation_layout import AGGREGATES, Line, Sheet, base, plain_number
from reports.office_text import excerpt

DRAWN = frozenset({"sum", "mean", "median", "share_yes"})
FULL, PART = "#2F6690", "#6F9ABB"
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 360, 190, 8, 44, 34


@dataclass(frozen=True, slots=True)
class Point:
    """One column of a chart. `value` is None where nobody reported, 0–100 for a share; `rests_on` is '8/12'."""

    label: str
    value: float | None
    shown: str
    is_part: bool
    rests_on: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One line of an appendix by year."""

    sheet: Sheet
    line: Line
    points: tuple[Point, ...]

    @property
    def title(self) -> str:
        """Number and name of the indicator, with how it was consolidated where that is not adding up."""
        way = AGGREGATES[self.line.aggregate or "none"]
        remark = "" if self.line.aggregate == "sum" else f" ({way[:1].lower()}{way[1:]})"
        return f"{self.line.indicator.code}. {self.line.indicator.label}{remark}"


def charts(sheets: Iterable[Sheet]) -> list[Chart]:
    """The lines worth drawing: main indicators by year with at least two full years known and not all zero."""
    found = []
    for sheet in sheets:
        headings = {line.indicator.code for line in sheet.lines if line.indicator.kind == "heading"}
        for line in sheet.lines:
            is_main = line.indicator.parent is None or line.indicator.parent in headings
            if line.aggregate in DRAWN and is_main and line.is_first:
                chart = Chart(sheet, line, tuple(_points(sheet, line)))
                known = [point.value for point in chart.points if not point.is_part and point.value is not None]
                if len(known) > 1 and any(known):
                    found.append(chart)
    return found


def _points(sheet: Sheet, line: Line) -> Iterable[Point]:
    for column in sheet.columns:
        row = line.figures.get((column.key, None))
        if column.year is None or row is None:
            continue
        is_share = line.aggregate == "share_yes"
        value = row["value"] * 100 if is_share and row["value"] is not None else row["value"]
        kind = "percent" if is_share else line.indicator.kind
        text = "" if value is None else plain_number(value, kind)
        yield Point(column.label, value, text, column.part_period, base(row))


def svg(chart: Chart) -> Markup:
    """The chart as one <svg> element without script, link or outside resource."""
    most = max((point.value or 0 for point in chart.points), default=0) or 1
    step = (_WIDTH - 2 * _LEFT) / max(len(chart.points), 1)
    floor = _HEIGHT - _BOTTOM
    drawn = [_title(chart.title)]
    usual = f"{chart.sheet.usual}/{chart.sheet.expected}"
    drawn += [_bar(point, _LEFT + n * step, step, most, floor, usual) for n, point in enumerate(chart.points)]
    drawn.append(
        Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="#4a5560"/>').format(_LEFT, floor, _WIDTH - _LEFT, floor)
    )
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        _WIDTH, _HEIGHT, chart.title, Markup("").join(drawn)
    )


def _title(title: str) -> Markup:
    """On two lines at most."""
    first = excerpt(title, 58).removesuffix("…")
    second = excerpt(title[len(first) :].strip(), 58)
    lines = [first, second] if second else [first]
    return Markup("").join(
        Markup('<text x="{}" y="{}" class="ct">{}</text>').format(_LEFT, 13 + 14 * n, line) for n, line in enumerate(lines)
    )


def _bar(point: Point, left: float, step: float, most: float, floor: float, usual: str) -> Markup:
    height = 0.0 if point.value is None else max(0.0, point.value) / most * (floor - _TOP - 14)
    middle, width = left + step / 2, step * 0.62
    fill = "url(#part)" if point.is_part else FULL
    hint = escape(f"{point.label}: {point.shown or 'chưa có số liệu'} ({point.rests_on} đơn vị)")
    bar = Markup('<g><title>{}</title><rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"/>').format(
        hint, middle - width / 2, floor - height, width, height, fill
    )
    shown = point.shown or "…"
    number = Markup('<text x="{:.1f}" y="{:.1f}" class="cv">{}</text>').format(middle, floor - height - 4, shown)
    name, rest = _label(point)
    rest = rest or ("" if point.rests_on == usual else f"{point.rests_on} đơn vị")
    under = Markup('<text x="{:.1f}" y="{:.1f}" class="cl">{}</text>').format(middle, floor + 13, name)
    more = Markup('<text x="{:.1f}" y="{:.1f}" class="cl">{}</text></g>').format(middle, floor + 25, rest)
    return bar + number + under + more


def _label(point: Point) -> tuple[str, str]:
    """'Năm 2020 (Tính đến 31/3)' → ('Năm 2020', 'Tính đến 31/3')."""
    name, _, rest = point.label.partition("(")
    return name.strip(), rest.rstrip(") ").strip()


def patterns() -> Markup:
    """The hatching, once a page."""
    return Markup(
        '<svg width="0" height="0" aria-hidden="true"><defs><pattern id="part" width="6" height="6" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#eef3f7"/>'
        '<rect width="3" height="6" fill="{}"/></pattern></defs></svg>'
    ).format(PART)
