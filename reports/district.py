"""What the views say of all communes for the office's form and period, read once: what consolidated papers are made of."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from duckdb import DuckDBPyConnection

from reports.office_text import day
from reports.submission import Row, advised, rows
from schemas.errors import UsageFault
from schemas.form import Appendix, Form

_SENDERS = """WITH roll_up AS MATERIALIZED (SELECT * FROM store.roll_up WHERE form = $form AND period = $period)
SELECT c.*, u.unit_id IS NOT NULL AS is_expected, r.submission_id IS NOT NULL AS is_counted, r.relation, r.others,
    r.line_id, s.file_name, s.document_number, s.document_date
FROM completeness AS c
LEFT JOIN submissions AS s ON s.submission_id = c.submission_id
LEFT JOIN roll_up AS u ON u.kind = 'sender' AND u.unit_id = c.unit_id
LEFT JOIN roll_up AS r ON r.kind = 'line' AND r.basis = $basis AND r.submission_id = c.submission_id
WHERE c.form = $form AND c.period = $period"""
_LINES = """SELECT DISTINCT r.line_id, u.code AS unit_code, u.name AS unit_name, r.reports, r.made_of, r.missing,
    r.missing_names, coalesce(r.relation IN ('split', 'over'), false) AS is_undivided,
    coalesce(r.relation = 'into', false) AS is_made_of_parts,
    CASE WHEN r.relation IN ('split', 'over') THEN r.others END AS others
FROM store.roll_up AS r JOIN units AS u ON u.unit_id = r.line_id
WHERE r.kind = 'line' AND r.basis = $basis AND r.form = $form AND r.period = $period ORDER BY u.code, r.line_id"""
_DOUBLED = """SELECT unit_name, others FROM store.roll_up
WHERE kind = 'doubled' AND basis = $basis AND form = $form AND period = $period ORDER BY unit_name"""
_SUMS = "SELECT * FROM store.unit_figure WHERE basis = $basis AND form = $form AND period = $period"
_UNSETTLED = """SELECT * FROM submissions
WHERE is_current AND version IS NULL AND form = $form AND period = $period ORDER BY received_at, submission_id"""
_FIGURES = """SELECT f.* EXCLUDE (level_unit_id) FROM store.figure AS f
JOIN form_columns AS c ON c.form = f.form AND c.appendix = f.appendix AND c.column_key = f.column_key
LEFT JOIN store.choice AS h
    ON h.form = f.form AND h.appendix = f.appendix AND h.indicator = f.indicator AND h.category = f.category
WHERE f.basis = $basis AND f.form = $form AND f.period = $period
ORDER BY f.appendix, f.ordinal, c.ordinal, array_position(['mean', 'median', 'min', 'max'], f.aggregate), h.ordinal"""
_OVER_YEARS = """SELECT * EXCLUDE (level_unit_id) FROM store.figure_over_years
WHERE basis = $basis AND form = $form AND period = $period"""
_CELLS = """SELECT o.* FROM observations_all AS o
LEFT JOIN form_columns AS c ON c.form = o.form AND c.appendix = o.appendix AND c.column_key = o.column_key
WHERE list_contains($ids, o.submission_id)
ORDER BY o.appendix, o.ordinal, c.ordinal NULLS LAST, o.column_key, o.unit_name, o.submission_id"""
_SECTIONS = """SELECT s.*, b.unit_name FROM sections AS s JOIN submissions AS b ON b.submission_id = s.submission_id
WHERE list_contains($ids, s.submission_id) ORDER BY b.unit_name, s.submission_id, s.ordinal"""
_FINDINGS = """SELECT f.* FROM findings AS f
WHERE f.is_current AND f.severity <> 'info' AND f.form = $form AND f.period = $period
ORDER BY f.unit_name NULLS LAST, f.submission_id, CASE f.severity WHEN 'error' THEN 1 ELSE 2 END, f.appendix NULLS FIRST,
    f.table_no, f.row_no, f.col_no, f.code, f.finding_id"""
MANY = 12
"""So many names are still read in a sentence; of more only their number is said."""


@dataclass(frozen=True, slots=True)
class Options:
    """What figures rest on. Flagged cells are out unless `include_flagged`; with `accepted_only` so is every report that
    no person has accepted."""

    include_flagged: bool = False
    accepted_only: bool = False

    @property
    def basis(self) -> str:
        """The name of this choice in store.basis."""
        names = ["accepted"] * self.accepted_only + ["flagged"] * self.include_flagged
        return "_".join(names) or "counted"


@dataclass(frozen=True, slots=True)
class District:
    """Everything a consolidated paper shows. Rows are those of the views; see docs of each field.

    `senders`: completeness with `is_expected`, `is_counted`, in the units' order. `lines`: the units that figures are
    expected of. `doubled`: predecessors' reports that are left out. `sums`: consolidated_units, where units were merged.
    `figures`: store.figure in the form's order.
    `over_years`: store.figure_over_years. `cells`: observations of the reports that the figures rest on, with what was
    read. `sections`: their texts. `findings`: errors and warnings about current reports, with `advice`.
    """

    office: Row
    form: Form
    options: Options
    made_at: datetime
    senders: list[Row]
    lines: list[Row]
    doubled: list[Row]
    sums: list[Row]
    unsettled: list[Row]
    figures: list[Row]
    over_years: list[Row]
    cells: list[Row]
    sections: list[Row]
    findings: list[Row]

    @property
    def units(self) -> list[Row]:
        """The senders whose reports the figures rest on, in the units' order."""
        return [sender for sender in self.senders if sender["is_counted"]]

    @property
    def expected(self) -> int:
        """Of how many units figures are expected."""
        return len(self.lines)

    @property
    def whole(self) -> int:
        """How many of them have all their reports."""
        return sum(not line["missing"] for line in self.lines)

    @property
    def is_rolled_up(self) -> bool:
        """Some report stands in another unit's line, or in one of its own that is no expected unit's."""
        return any(line["is_made_of_parts"] or line["is_undivided"] for line in self.lines)

    @property
    def accepted(self) -> int:
        """How many of the counted reports are accepted."""
        return sum(unit["status"] == "accepted" for unit in self.units)

    def cells_of(self, appendix: Appendix) -> dict[tuple[str, str], list[Row]]:
        """(indicator, column_key) → the communes' cells, further rows and columns too."""
        found: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        for cell in self.cells:
            if cell["appendix"] == appendix.number:
                found[cell["indicator"], cell["column_key"]].append(cell)
        return dict(found)


def read_district(connection: DuckDBPyConnection, options: Options, made_at: datetime) -> District:
    """Everything for the office's own form and its period. Raises UsageFault where no report counts."""
    (office,) = rows(connection, "SELECT * FROM office")
    form = read_form(connection, office["form"])
    named = {"form": form.code, "period": form.period}
    of_basis = {**named, "basis": options.basis}
    senders = sorted(rows(connection, _SENDERS, of_basis), key=lambda row: (row["unit_code"], row["unit_id"]))
    ids = [sender["submission_id"] for sender in senders if sender["is_counted"]]
    if not ids:
        raise _nothing(options)
    return District(
        office=office,
        form=form,
        options=options,
        made_at=made_at,
        senders=senders,
        lines=(lines := rows(connection, _LINES, of_basis)),
        doubled=rows(connection, _DOUBLED, of_basis),
        sums=rows(connection, _SUMS, of_basis) if any(line["is_made_of_parts"] for line in lines) else [],
        unsettled=rows(connection, _UNSETTLED, named),
        figures=rows(connection, _FIGURES, of_basis),
        over_years=rows(connection, _OVER_YEARS, of_basis),
        cells=rows(connection, _CELLS, {"ids": ids}),
        sections=rows(connection, _SECTIONS, {"ids": ids}),
        findings=[advised(finding) for finding in rows(connection, _FINDINGS, named)],
    )


def read_form(connection: DuckDBPyConnection, code: str) -> Form:
    """The form as the warehouse holds it: the one that its reports were read by."""
    (row,) = rows(connection, "SELECT data FROM store.form WHERE form = ?", [code])
    return Form.model_validate_json(row["data"])


def coverage(district: District) -> Iterator[str]:
    """What the figures rest on, in sentences: who is in, who is not, what was left out."""
    units = district.units
    made = f" từ {len(units)} báo cáo" if district.is_rolled_up else ""
    yield (
        f"Tổng hợp từ báo cáo của {district.whole}/{district.expected} đơn vị{made}, trong đó {district.accepted} báo cáo "
        f"đã được chấp nhận; số liệu lấy ngày {day(district.made_at)}."
    )
    silent = [s for s in district.senders if s["is_expected"] and not s["received"]]
    others = [s for s in district.senders if s["is_expected"] and s["received"] and not s["is_counted"]]
    for rest, what in ((silent, "chưa có báo cáo"), (others, "đã gửi nhưng chưa được tính")):
        if rest:
            names = ", ".join(sender["unit_name"] for sender in rest)
            yield f"{len(rest)} đơn vị {what}" + (f": {names}." if len(rest) <= MANY else ".")
    yield from _rolled_up(district)
    if district.unsettled:
        yield f"{len(district.unsettled)} báo cáo chưa rõ đơn vị gửi, mẫu hoặc kỳ nên chưa được tính."
    yield doubt(district)


def doubtful_cells(district: District) -> tuple[int, int]:
    """How many doubtful cells of the form's rows are counted in figures, and how many are not."""
    if district.is_rolled_up:
        return _doubtful_in_reports(district)
    figures = {(row["appendix"], row["indicator"], row["column_key"]): row for row in district.figures}.values()
    return sum(row["doubtful"] for row in figures), sum(row["flagged"] for row in figures)


def _doubtful_in_reports(district: District) -> tuple[int, int]:
    """The same where figures count units that several reports stand for: cell by cell."""
    asked = {(row["appendix"], row["indicator"], row["column_key"]) for row in district.figures}
    flagged = [
        cell["value_read"] if cell["kind"] in ("count", "percent", "yes_no") else cell["text_read"]
        for cell in district.cells
        if cell["status"] == "flagged" and (cell["appendix"], cell["indicator"], cell["column_key"]) in asked
    ]
    counted = sum(read is not None for read in flagged) if district.options.include_flagged else 0
    return counted, len(flagged) - counted


def doubt(district: District) -> str:
    """What became of the doubtful cells of the form's rows, in a sentence."""
    counted, out = doubtful_cells(district)
    if not counted + out:
        return "Không có ô nào còn nghi ngờ."
    if not district.options.include_flagged:
        return f"Không tính {out} ô còn nghi ngờ."
    rest = f" {out} ô không đọc ra giá trị nên vẫn không tính." if out else ""
    return f"Đã tính cả {counted} ô còn nghi ngờ, theo giá trị đọc được; cần đối chiếu trước khi sử dụng.{rest}"


def _rolled_up(district: District) -> Iterator[str]:
    """What became of reports whose units were merged or divided, in sentences."""
    parts = [line for line in district.lines if line["is_made_of_parts"]]
    if merged := [line for line in parts if line["made_of"] != line["unit_name"]]:
        yield (
            "Số liệu của đơn vị cũ được cộng vào đơn vị kế tiếp: "
            + "; ".join(f"{line['unit_name']} từ báo cáo của {line['made_of']}" for line in merged)
            + "."
        )
    for line in parts:
        if line["missing"]:
            yield f"{line['unit_name']} chưa đủ: còn thiếu báo cáo của {line['missing_names']}."
    for line in district.lines:
        if line["is_undivided"]:
            yield f"Số liệu của {line['unit_name']} để riêng, không tự chia cho {line['others']}."
    for report in district.doubled:
        yield f"Không cộng báo cáo của {report['unit_name']}: {report['others']} đã báo cáo cho cùng các năm."


def _nothing(options: Options) -> UsageFault:
    if options.accepted_only:
        return UsageFault(
            "NOTHING_TO_CONSOLIDATE",
            "Chưa có báo cáo nào được chấp nhận.",
            "Chấp nhận báo cáo trước (tonghop accept), hoặc bỏ --accepted-only.",
        )
    return UsageFault(
        "NOTHING_TO_CONSOLIDATE",
        "Chưa có báo cáo nào được tính vào tổng hợp.",
        "Nạp báo cáo (tonghop ingest) rồi xem: tonghop status",
    )
