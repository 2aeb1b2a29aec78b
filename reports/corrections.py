"""What a commune has to complete or correct in its report: the findings it can do something about, one line for what
belongs together, said to the commune and not about it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.narrative import PARTS
from reports.office_text import excerpt
from reports.submission import Row
from schemas.form import Form, Indicator, Kind

FORMS: dict[Kind, str] = {
    "count": "số nguyên, ví dụ 1.500", "percent": "tỷ lệ %, ví dụ 95 hoặc 98,5", "yes_no": "Có (1) hoặc Không (0)",
    "ratio": "dạng a/b, ví dụ 41/41",
}  # fmt: skip
"""How a value of each kind is written, said to whoever writes it."""
_NOT_THERE, _LEFT_BLANK = "(không có)", "(để trống)"
_ASKS = re.compile(r"^(?:Đề nghị đơn vị|Hỏi lại đơn vị)\s*")
_LABEL = 70


@dataclass(frozen=True, slots=True)
class Correction:
    """One line of the letter. `expected` may be '' where the request says it all."""

    place: str
    problem: str
    found: str
    expected: str
    request: str


def corrections(findings: Iterable[Row], form: Form) -> list[Correction]:
    """What `findings` (of one report) ask of the sender, in the order of the report: text first, then the appendices."""
    asked = [finding for finding in findings if finding["for_sender"] and finding["severity"] != "info"]
    asked.sort(key=lambda f: (f["appendix"] or 0, _order(form, f), f["table_no"] or 0, f["row_no"] or 0, f["col_no"] or 0))
    together: dict[tuple[object, ...], list[Row]] = {}
    for finding in asked:
        together.setdefault(_sameness(finding), []).append(finding)
    return [_correction(findings, form) for findings in together.values()]


def _order(form: Form, finding: Row) -> int:
    paths = [section.path for section in form.outline]
    return paths.index(finding["section"]) if finding["section"] in paths else 0


def _sameness(finding: Row) -> tuple[object, ...]:
    """Findings of one kind about one row of an appendix are one line, its columns and cells named one after another."""
    if finding["indicator"] is None or finding["column_key"] is None:
        return (finding["finding_id"],)
    return (finding["code"], finding["appendix"], finding["indicator"], finding["expected"], finding["advice"])


def _correction(findings: Sequence[Row], form: Form) -> Correction:
    first = findings[0]
    indicator = _indicator(form, first)
    problem = first["message"] if len(findings) == 1 else _without_quote(first["message"])
    if first["origin"] == "rule" and first["found"]:
        problem = problem.split(": ")[0].rstrip(".") + "."
    return Correction(
        place=_place(findings, form, indicator),
        problem=problem,
        found=_found(findings, form),
        expected=_expected(first, indicator),
        request=said_to_sender(first["advice"] or "Đề nghị đơn vị kiểm tra, sửa lại hoặc giải thích."),
    )


def said_to_sender(advice: str) -> str:
    """'Đề nghị đơn vị bổ sung dòng này.' → 'Đề nghị bổ sung dòng này.'; a question to the commune becomes a request."""
    rest = _ASKS.sub("", advice)
    if rest == advice:
        return advice
    if advice.startswith("Hỏi lại"):
        return f"Đề nghị xác nhận lại{rest}" if rest[:1] in ".;," or not rest else f"Đề nghị cho biết {rest}"
    return f"Đề nghị {rest}"


def _without_quote(message: str) -> str:
    """A sentence about one cell said of several: without what that one cell says."""
    return re.sub(r"\s*(?:nhưng ghi|ghi)?\s*:?\s*«[^»]*»", "", message)


def _indicator(form: Form, finding: Row) -> Indicator | None:
    appendix = form.by_number.get(finding["appendix"] or 0)
    rows = appendix.indicators if appendix else ()
    return next((row for row in rows if row.code == finding["indicator"]), None)


def _place(findings: Sequence[Row], form: Form, indicator: Indicator | None) -> str:
    first = findings[0]
    if first["appendix"] is None:
        return _section_place(form, first["section"]) if first["section"] else "Cả báo cáo"
    parts = [f"Phụ lục {first['appendix']}"]
    if indicator is not None:
        parts.append(f"chỉ tiêu {indicator.code} «{excerpt(indicator.label, _LABEL)}»")
    elif first["row_no"] is not None:
        parts.append(f"bảng {first['table_no']} dòng {first['row_no']}")
    columns = dict.fromkeys(_column(form, finding) for finding in findings if finding["column_key"])
    return ", ".join([*parts, *columns])


def _column(form: Form, finding: Row) -> str:
    appendix = form.by_number.get(finding["appendix"])
    labels = {column.key: column.label for column in form.columns_of(appendix)} if appendix else {}
    return labels.get(finding["column_key"], f"cột {finding['col_no']}" if finding["col_no"] else "cột ngoài mẫu")


def _section_place(form: Form, path: str) -> str:
    """'Phần thứ nhất, mục II.1 «Cải cách thể chế»': the headings above, the nearest by name."""
    steps = path.split("/")
    titles = {section.path: section.title for section in form.outline}
    is_ordinal = steps[0].isdigit() and 0 < int(steps[0]) <= len(PARTS)
    part = f"Phần thứ {PARTS[int(steps[0]) - 1]}" if is_ordinal else f"Phần {steps[0]}"
    above = [step for step in steps[1:-1] if "." not in step]
    if not above:
        return part
    nearest = "/".join([steps[0], *above])
    named = f" «{excerpt(titles[nearest], _LABEL)}»" if nearest in titles else ""
    return f"{part}, mục {'.'.join(above)}{named}"


def _found(findings: Sequence[Row], form: Form) -> str:
    texts = [finding["found"] for finding in findings]
    if len(findings) > 1:
        return "\n".join(f"{_column(form, f)}: {f['found'] or _LEFT_BLANK}" for f in findings)
    if texts[0]:
        return str(texts[0]).replace("; ", "\n") if findings[0]["origin"] == "rule" else str(texts[0])
    code = findings[0]["code"]
    return _NOT_THERE if code.endswith(("_MISSING", "_ABSENT")) else _LEFT_BLANK if code.endswith("_EMPTY") else ""


def _expected(finding: Row, indicator: Indicator | None) -> str:
    """What should stand there; '' where the problem already names it (what is missing or empty)."""
    if finding["code"].endswith(("_MISSING", "_ABSENT", "_EMPTY")):
        return ""
    if finding["origin"] == "rule":
        return str(finding["expected"] or "").replace("; ", "\n")
    if finding["expected"]:
        return str(finding["expected"])
    return FORMS.get(indicator.kind, "") if indicator is not None and finding["code"].startswith("VALUE_") else ""
