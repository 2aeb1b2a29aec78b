"""The district's appendices laid out once for every kind of paper: the form's rows and columns with their figures, what
each figure rests on, the texts that cannot be added up, and the rows that only communes have."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ingest.text import key
from reports.district import District
from reports.office_text import number
from reports.submission import Row, is_further, is_void
from schemas.form import Appendix, Column, Indicator

AGGREGATES = {
    "sum": "Cộng", "mean": "Bình quân có trọng số", "median": "Trung vị", "min": "Nhỏ nhất", "max": "Lớn nhất",
    "share_yes": "Tỷ lệ trả lời Có", "count": "Số đơn vị", "list": "Liệt kê", "none": "Không tổng hợp",
}  # fmt: skip
OVER_YEARS = {"sum": "cộng các năm đủ", "last": "lấy năm đủ cuối"}
COUNTS = {
    "reporting": "có số liệu", "none": "ghi không có", "flagged": "nghi ngờ", "blank": "để trống",
    "not_applicable": "không áp dụng", "absent": "thiếu dòng, cột", "not_submitted": "chưa có báo cáo được tính",
}  # fmt: skip
"""The seven counts beside a figure: they add up to the communes expected."""
NO_DATA, NOTHING, CROSSED = "…", "-", "x"
SIGNS = "“-”: các đơn vị đều ghi không có; “…”: chưa có số liệu; “x”: không áp dụng."
DOUBT = "(?)"
_SUBLINES = frozenset({"median", "min", "max"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an appendix: an indicator, or one of several figures of it. `figures` holds rows of store.figure by
    (column_key, category where the appendix sets the words of a choice side by side, else None)."""

    indicator: Indicator
    depth: int
    aggregate: str | None
    """None for a heading."""
    category: str | None
    is_first: bool
    figures: dict[tuple[str, str | None], Row]
    over_years: Row | None

    @property
    def label(self) -> str:
        """What the line is called: the indicator's label, then 'Trung vị', 'Chưa đạt' … beneath it."""
        if self.is_first:
            return self.indicator.label
        return self.category or AGGREGATES[self.aggregate or "none"]

    @property
    def way(self) -> str:
        """How its figures were made: 'Cộng; cộng các năm đủ', '' for a heading."""
        if self.aggregate is None:
            return ""
        own = f"{AGGREGATES[self.aggregate]} chọn «{self.category}»" if self.category else AGGREGATES[self.aggregate]
        return f"{own}; {OVER_YEARS[self.over_years['over_years']]}" if self.over_years else own

    @property
    def is_text(self) -> bool:
        """It has no figure: what the communes wrote stands beside one another."""
        return self.aggregate in ("list", "none")


@dataclass(frozen=True, slots=True)
class Saying:
    """What one commune wrote in a line of words: (text, labels of the columns where it stands) in order."""

    unit_name: str
    texts: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Further:
    """A row that the form lacks, of one commune. `cells`: column label → what stands there, as read."""

    unit_name: str
    label: str
    cells: dict[str, Row]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One appendix of the district. `categories` are the words of a choice where they stand side by side as columns."""

    appendix: Appendix
    columns: tuple[Column, ...]
    categories: tuple[str, ...]
    lines: tuple[Line, ...]
    further: tuple[Further, ...]
    expected: int
    usual: int
    """On how many communes most of its figures rest."""

    @property
    def full_years(self) -> str:
        """'2015–2019', '' where no column is a full year."""
        years = [line.over_years for line in self.lines if line.over_years and line.over_years["over_years"] == "sum"]
        return f"{years[0]['first_year']}–{years[0]['last_year']}" if years else ""

    @property
    def is_empty(self) -> bool:
        """No commune has a figure or a text in any row of the form."""
        return not any(row["rests_on"] for line in self.lines for row in line.figures.values())

    def places(self) -> Iterator[tuple[Column, str | None]]:
        """The value columns from left to right: (column, word of the choice or None)."""
        for column in self.columns:
            yield from ((column, category) for category in self.categories or (None,))


def sheets(district: District) -> list[Sheet]:
    """Every appendix of the form, in order."""
    return [_sheet(district, appendix) for appendix in district.form.appendices]


def shown(row: Row, kind: str) -> str:
    """A figure as an office writes it: '1.500', '12,5%', '6/8'; signs where there is none."""
    if row["aggregate"] == "share_yes" and row["text"]:
        return str(row["text"])
    if row["value"] is not None:
        return plain_number(row["value"], kind if row["aggregate"] != "count" else "count")
    if row["rests_on"]:
        return f"{row['rests_on']} đơn vị"
    return sign(row)


def plain_number(value: float, kind: str) -> str:
    """At most two decimals, '%' behind a percentage."""
    return number(round(value, 2)) + ("%" if kind == "percent" else "")


def sign(row: Row) -> str:
    """Why there is no figure: all say none, all cross it out, or nothing is known."""
    if row["none"] and not row["flagged"]:
        return NOTHING
    return CROSSED if row["not_applicable"] and not row["flagged"] else NO_DATA


def base(row: Row) -> str:
    """On how many of how many communes a figure rests: '8/12', '8/12 (1 nghi ngờ)'."""
    doubtful = f" ({row['doubtful']} nghi ngờ)" if row.get("doubtful") else ""
    return f"{row['rests_on']}/{row['expected']}{doubtful}"


def counts(row: Row) -> str:
    """The seven counts in words, zeros left out: 'có số liệu 8, nghi ngờ 1, chưa có báo cáo được tính 3'."""
    return ", ".join(f"{word} {row[name]}" for name, word in COUNTS.items() if row[name])


def cell_shown(cell: Row, *, counts_doubtful: bool = False) -> str:
    """A commune's cell as read, a doubtful one with '(?)'."""
    if cell["status"] == "flagged":
        return f"{cell['raw'] or ''} {DOUBT}".strip()
    if cell["status"] in ("ok", "corrected"):
        if cell["kind"] == "yes_no":
            return {1: "Có", 0: "Không"}.get(cell["value"], cell["raw"] or "")
        return plain_number(cell["value"], cell["kind"]) if cell["value"] is not None else str(cell["text"])
    return cell["raw"] or ""


def sayings(district: District, sheet: Sheet, line: Line) -> list[Saying]:
    """What each commune wrote in a line of words, the same text of several years once."""
    labels = {column.key: column.label for column in sheet.columns}
    order = {unit["submission_id"]: n for n, unit in enumerate(district.units)}
    mine = [
        cell
        for cell in district.cells
        if cell["appendix"] == sheet.appendix.number
        and cell["indicator"] == line.indicator.code
        and cell["column_key"] in labels
        and (cell["status"] in ("ok", "corrected") or (cell["status"] == "flagged" and district.options.include_flagged))
    ]
    mine.sort(key=lambda cell: order[cell["submission_id"]])
    return [Saying(name, _texts(cells, labels)) for name, cells in groupby(mine, key=lambda cell: cell["unit_name"])]


def _texts(cells: Iterable[Row], labels: dict[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    places: dict[str, list[str]] = {}
    spelled: dict[str, str] = {}
    for cell in cells:
        text = cell_shown(cell)
        if text.removesuffix(DOUBT).strip():
            spelled.setdefault(key(text), text)
            places.setdefault(key(text), []).append(labels[cell["column_key"]])
    return tuple((spelled[same], tuple(columns)) for same, columns in places.items())


def _sheet(district: District, appendix: Appendix) -> Sheet:
    figures = [row for row in district.figures if row["appendix"] == appendix.number]
    over_years = {
        (row["indicator"], row["aggregate"], row["category"]): row
        for row in district.over_years
        if row["appendix"] == appendix.number
    }
    categories = _side_by_side(appendix, district.form.columns_of(appendix))
    by_indicator: defaultdict[str, list[Row]] = defaultdict(list)
    for row in figures:
        by_indicator[row["indicator"]].append(row)
    lines = tuple(
        line
        for indicator in appendix.indicators
        for line in _lines(appendix, indicator, by_indicator[indicator.code], over_years, categories)
    )
    bases = Counter(row["rests_on"] for row in figures if row["rests_on"])
    return Sheet(
        appendix=appendix,
        columns=district.form.columns_of(appendix),
        categories=categories,
        lines=lines,
        further=tuple(_further(district, appendix)),
        expected=district.expected,
        usual=max(bases, key=lambda units: (bases[units], units), default=0),
    )


def _side_by_side(appendix: Appendix, columns: Sequence[Column]) -> tuple[str, ...]:
    """The words of the choice where every row of the appendix offers the same ones in a single column."""
    words = {tuple(choice.text for choice in row.choices) for row in appendix.indicators if row.kind != "heading"}
    return words.pop() if len(words) == 1 and len(columns) == 1 else ()


def _lines(
    appendix: Appendix,
    indicator: Indicator,
    rows: Sequence[Row],
    over_years: dict[tuple[str, str, str | None], Row],
    categories: tuple[str, ...],
) -> Iterator[Line]:
    depth = _depth(appendix, indicator)
    if not rows:
        yield Line(indicator, depth, None, None, True, {}, None)
        return
    if categories:
        figures = {(row["column_key"], row["category"]): row for row in rows}
        yield Line(indicator, depth, "count", None, True, figures, None)
        return
    kinds = dict.fromkeys((row["aggregate"], row["category"]) for row in rows)
    if len(kinds) > 1 and indicator.over_units == "counts":
        yield Line(indicator, depth, None, None, True, {}, None)
    for aggregate, category in kinds:
        figures = {
            (row["column_key"], None): row for row in rows if (row["aggregate"], row["category"]) == (aggregate, category)
        }
        is_first = category is None and aggregate == next(iter(kinds))[0]
        own_depth = depth if is_first else depth + 1
        yield Line(
            indicator, own_depth, aggregate, category, is_first, figures,
            over_years.get((indicator.code, aggregate, category)),
        )  # fmt: skip


def _depth(appendix: Appendix, indicator: Indicator) -> int:
    parents = {row.code: row.parent for row in appendix.indicators}
    depth, above = 0, indicator.parent
    while above is not None:
        depth, above = depth + 1, parents[above]
    return depth


def _further(district: District, appendix: Appendix) -> Iterator[Further]:
    """Rows that the form lacks, those of one name together, then in the order of communes."""
    labels = {column.key: column.label for column in district.form.columns_of(appendix)}
    order = {unit["submission_id"]: n for n, unit in enumerate(district.units)}
    own: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for cell in district.cells:
        if cell["appendix"] == appendix.number and (is_further(cell) or cell["column_key"] not in labels):
            own[cell["submission_id"], cell["indicator"]].append(cell)
    found = []
    first_seen: dict[str, int] = {}
    for (submission_id, _), cells in own.items():
        filled = {labels.get(c["column_key"], c["source_column"] or "(cột không tên)"): c for c in cells if not is_void(c)}
        if any(cell["raw"] for cell in filled.values()):
            label = cells[0]["source_label"] or cells[0]["label"]
            place = first_seen.setdefault(key(label), len(first_seen))
            found.append((place, order[submission_id], Further(cells[0]["unit_name"], label, filled)))
    yield from (row for *_, row in sorted(found, key=lambda item: item[:2]))
