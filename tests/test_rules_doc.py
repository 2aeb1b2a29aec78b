"""docs/rules.md lists the form's rules as they are. `python -m tests.test_rules_doc` writes the list anew."""

import re
from pathlib import Path

from schemas.form import load_form
from schemas.rule import NEEDS, Reference, Rule

DOC = Path(__file__).parent.parent / "docs" / "rules.md"
BEGIN, END = "<!-- danh sách: begin -->\n", "<!-- danh sách: end -->\n"
FORM = load_form("cchc-2011-2020")
SEVERITIES = {"error": "lỗi", "warning": "cảnh báo", "info": "thông tin"}
WHERE = {
    "range": "mọi ô tỷ lệ", "jump": "mọi ô {cells} theo năm", "part_year": "mọi số đếm cộng được của cột một phần năm",
    "outlier": "mọi ô {cells}, so giữa các đơn vị", "word": "mọi ô chọn từ", "unanswered": "mọi ô chọn từ của một phụ lục",
    "claim_cell": "câu văn so với ô của phụ lục", "claim_change": "các số trong một câu",
    "claim_share": "các số trong một câu", "claims_differ": "các câu về cùng một chỉ tiêu",
}  # fmt: skip
CELLS = {"count": "số đếm", "percent": "tỷ lệ", "choice": "chọn từ"}
BLANK = {
    "zero": "coi là 0, miễn một ô của vế có ghi",
    "skip": "chưa biết nên không so",
    "unanswered": "ô trống là điều phải hỏi",
    "claim": "phụ lục trống thì không so",
    "none": "ô trống bỏ qua",
}


def listed() -> str:
    """The rules as a Markdown table, in the form's order."""
    lines = ["| Mã | Mức | Ở đâu | Ô trống | Nói gì |", "|---|---|---|---|---|"]
    lines += [f"| `{r.id}` | {SEVERITIES[r.severity]} | {where(r)} | {blank(r)} | {said(r)} |" for r in FORM.rules]
    return "\n".join(lines) + "\n"


def where(rule: Rule) -> str:
    if rule.left:
        return f"{terms(rule.left)} so với {terms(rule.right)}"
    return WHERE[rule.kind].format(cells=CELLS.get(rule.cells or "", ""))


def terms(refs: tuple[Reference, ...]) -> str:
    return " + ".join(map(str, refs))


def blank(rule: Rule) -> str:
    if rule.left:
        return BLANK[rule.blank]
    if rule.kind == "unanswered":
        return BLANK["unanswered"]
    return BLANK["claim"] if rule.kind.startswith("claim") else BLANK["none"]


def said(rule: Rule) -> str:
    return re.sub(r"\{\w+\}", "…", rule.text).replace("|", "/")


def parts() -> tuple[str, str, str]:
    before, rest = DOC.read_text(encoding="utf-8").split(BEGIN)
    table, after = rest.split(END)
    return before, table, after


def test_the_list_is_the_forms() -> None:
    assert parts()[1] == listed(), "python -m tests.test_rules_doc"


def test_every_kind_of_rule_is_explained() -> None:
    before = parts()[0]
    assert [kind for kind in NEEDS if f"`{kind}`" not in before] == []


def test_every_kind_of_rule_is_used_by_the_form() -> None:
    assert {rule.kind for rule in FORM.rules} == set(NEEDS)


if __name__ == "__main__":
    first, _, last = parts()
    DOC.write_text(first + BEGIN + listed() + END + last, encoding="utf-8")
