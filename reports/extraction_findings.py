"""The first lines of an extraction report: who sent it, whether it can be accepted, and what somebody has to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ingest.text import bare, strip_number
from reports.extraction_tables import cell_anchor, doubtful_findings, row_anchor
from reports.office_text import excerpt, place
from reports.submission import Received, Row

Level = Literal["good", "look", "stop"]
_UNSETTLED = {
    "SENDER_UNKNOWN": "Chưa biết đơn vị nào gửi",
    "SENDER_DISAGREES": "Chưa chắc đơn vị nào gửi",
    "SENDER_NOT_EXPECTED": "Đơn vị gửi không có trong danh sách của kỳ này",
    "FORM_UNSURE": "Chưa chắc báo cáo theo mẫu nào",
    "PERIOD_UNSURE": "Chưa chắc báo cáo của kỳ nào",
    "VERSION_UNSURE": "Chưa biết bản nào mới hơn",
}
"""Why a report is not counted until a person settles it, the first that applies."""
_SOURCES = {
    "letterhead": "phần đầu văn bản",
    "place": "địa danh",
    "text": "lời mở đầu",
    "closing": "câu kết",
    "signature": "chữ ký",
    "file_name": "tên tệp",
    "folder": "tên thư mục",
    "given": "người nhập ghi",
}
_NOT_YET = "Chưa tính vào tổng hợp cho đến khi xác nhận."
_BODY = 80
"""Characters of a section's body on the page: two lines of its column on A4. The JSON has all of it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the report can be accepted, in plain words; `details` are short sentences beneath."""

    level: Level
    title: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One finding as listed: where it is, what it says, and the place on the page that it leads to."""

    where: str
    message: str
    target: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one severity that ask for the same thing."""

    severity: str
    advice: str
    items: tuple[Item, ...]

    @property
    def size(self) -> int:
        """How many findings."""
        return len(self.items)


@dataclass(frozen=True, slots=True)
class Heading:
    """A section of the outline as listed. `source` is the heading in the file where it reads otherwise."""

    anchor: str
    status: str
    depth: int
    number: str
    title: str
    source: str | None
    body: str
    words: int
    page: int | None

    @property
    def is_major(self) -> bool:
        """A part, or a chapter with a Roman number."""
        return self.depth == 0 or self.number.isupper()


def judge(received: Received) -> Verdict:
    """The verdict, from the report's status, what people decided and what was found."""
    details = tuple(_details(received))
    match received.submission["status"]:
        case "withdrawn":
            return Verdict("stop", "Đã rút, không tính vào tổng hợp", ())
        case "rejected":
            return Verdict("stop", "Đã loại, không tính vào tổng hợp", ())
        case "returned":
            return Verdict("stop", "Đã trả lại đơn vị, chờ bản sửa", (*_left_to_do(received), *details))
        case _ if not received.submission["is_current"]:
            return Verdict("stop", "Đã có bản mới hơn, bản này không tính vào tổng hợp", ())
        case "needs_review":
            return Verdict("stop", unsettled(received), (_NOT_YET, *_left_to_do(received), *details))
        case "accepted":
            return Verdict("good", "Đã chấp nhận", (*_left_to_do(received), *details))
    return _judge_content(received, details)


def _judge_content(received: Received, details: tuple[str, ...]) -> Verdict:
    """Doubtful cells count also where no finding speaks of them: a page with doubts never says that all is well."""
    look, ask = map(len, to_do(received))
    look = look or received.count("flagged")
    if look:
        back = (f"Đề nghị đơn vị bổ sung {ask} chỗ.",) if ask else ()
        return Verdict("look", f"Cần xem {look} chỗ trước khi nhận", details + back)
    if ask:
        return Verdict("look", f"Có thể nhận, nhưng đơn vị cần bổ sung {ask} chỗ", details)
    return Verdict("good", "Có thể nhận", ("Đọc rõ mọi ô, không thiếu mục hay phụ lục nào.", *details))


def _left_to_do(received: Received) -> Iterable[str]:
    look, ask = map(len, to_do(received))
    if look or ask:
        parts = [f"{look} chỗ cần xem"] * bool(look) + [f"{ask} chỗ đơn vị cần bổ sung"] * bool(ask)
        yield f"Còn {', '.join(parts)}."


def to_do(received: Received) -> tuple[list[Row], list[Row]]:
    """The errors and warnings that the office looks at before it accepts (its own, and whatever makes a cell doubtful),
    and those that only the sender can do something about."""
    doubtful = doubtful_findings(received)
    look = [f for f in received.serious if not f["for_sender"] or f["finding_id"] in doubtful]
    return look, [f for f in received.serious if f not in look]


def unsettled(received: Received) -> str:
    """Why the report needs a person before it counts, as a short sentence."""
    if received.submission["unit_id"] is None:
        return _UNSETTLED["SENDER_UNKNOWN"]
    codes = {finding["code"] for finding in received.findings}
    return next((text for code, text in _UNSETTLED.items() if code in codes), "Cần người tổng hợp xác nhận")


def groups(findings: Iterable[Row], received: Received) -> list[Group]:
    """Findings (errors first) in groups that ask for the same thing, each item with its place on the page."""
    ordered = sorted(findings, key=lambda f: ("error", "warning", "info").index(f["severity"]))
    by_advice: dict[tuple[str, str], list[Row]] = {}
    for finding in ordered:
        by_advice.setdefault((finding["severity"], finding["advice"] or ""), []).append(finding)
    anchors = _Anchors.of(received)
    return [
        Group(severity, advice, tuple(Item(anchors.where(f), f["message"], anchors.target(f)) for f in members))
        for (severity, advice), members in by_advice.items()
    ]


def outline(received: Received) -> list[Heading]:
    """The sections in the report's order."""
    return [_heading(section) for section in received.sections]


def certainty(received: Received) -> str:
    """How sure the sender is: 'chưa rõ', 'chưa chắc' or 'chắc chắn'."""
    if received.submission["unit_id"] is None:
        return "chưa rõ"
    doubted = any(finding["code"].startswith("SENDER_") for finding in received.findings)
    return "chưa chắc" if doubted and received.submission["status"] == "needs_review" else "chắc chắn"


def evidence(received: Received) -> list[tuple[str, str, str]]:
    """Signs of the sender: (where seen, what stood there, the unit it names), equal ones of one source once."""
    seen: dict[tuple[str, str, str], None] = {}
    for sign in received.evidence:
        source = _SOURCES.get(sign["source"]) or str(sign["source"])
        seen[source, sign["found"] or "", sign["unit_name"] or "không rõ đơn vị nào"] = None
    return list(seen)


def section_anchor(ordinal: int) -> str:
    """The id of a section on the page."""
    return f"m-{ordinal}"


def appendix_anchor(appendix: int) -> str:
    """The id of an appendix on the page."""
    return f"pl-{appendix}"


def _details(received: Received) -> Iterable[str]:
    """What is not there or cannot be counted, one short sentence a kind."""
    appendices, sections = received.appendices, received.sections
    if assigned := next((d for d in reversed(received.decisions) if d["action"] == "assign"), None):
        yield f"Đơn vị gửi do {assigned['decided_by']} ghi."
    if doubtful := received.count("flagged"):
        yield f"{doubtful} ô còn nghi ngờ, chưa tính vào tổng hợp."
    if absent := [str(a["appendix"]) for a in appendices if a["status"] == "absent"]:
        yield f"Không có Phụ lục {', '.join(absent)}."
    if empty := [str(a["appendix"]) for a in appendices if a["status"] == "empty"]:
        yield f"Phụ lục {', '.join(empty)} không có số liệu."
    missing, blank = (sum(s["status"] == status for s in sections) for status in ("missing", "empty"))
    if missing or blank:
        lacking = [f"thiếu {missing} mục"] * bool(missing) + [f"{blank} mục không có nội dung"] * bool(blank)
        yield f"Đề cương: {', '.join(lacking)}."


def _heading(section: Row) -> Heading:
    path, title = section["section"], section["title"] or section["source_heading"] or ""
    typed, source = strip_number(section["source_heading"] or "")
    body = section["body"] or ""
    return Heading(
        anchor=section_anchor(section["ordinal"]),
        status=section["status"],
        depth=path.count("/") if path else 0,
        number=_number(path) if path else typed,
        title=title,
        source=source if source and bare(source) != bare(strip_number(title)[1]) else None,
        body=excerpt(body, _BODY),
        words=len(body.split()),
        page=section["page"],
    )


def _number(path: str) -> str:
    """A section's number as the outline prints it: 'Phần 1', 'II.', '2.1.', 'đ)'."""
    last = path.rsplit("/", 1)[-1]
    if "/" not in path:
        return f"Phần {last}."
    return f"{last})" if last.isalpha() and last.islower() else f"{last}."


@dataclass(frozen=True, slots=True)
class _Anchors:
    """Where on the page the things stand that findings speak of."""

    sections: dict[str, Row]
    rows: dict[tuple[int, int], Row]
    """(table, row) → a cell that stands there."""
    marked: frozenset[str]
    """Ids of the cells that have one."""
    drawn: frozenset[int]
    """Appendices whose table is on the page."""
    columns: dict[tuple[int, str], str]

    @classmethod
    def of(cls, received: Received) -> "_Anchors":
        cells = received.observations
        return cls(
            sections={section["section"]: section for section in received.sections if section["section"]},
            rows={(cell["table_no"], cell["row_no"]): cell for cell in cells if cell["row_no"] is not None},
            marked=frozenset(
                cell_anchor(cell["appendix"], cell["indicator"], cell["column_key"])
                for cell in cells
                if cell["status"] in ("flagged", "corrected")
            ),
            drawn=frozenset(cell["appendix"] for cell in cells if cell["status"] != "absent"),
            columns={(column["appendix"], column["column_key"]): column["label"] for column in received.columns},
        )

    def target(self, finding: Row) -> str | None:
        """The id of the nearest thing on the page, None where there is none."""
        appendix = finding["appendix"]
        if appendix is None:
            section = self.sections.get(finding["section"])
            return section_anchor(section["ordinal"]) if section else None
        if appendix not in self.drawn:
            return appendix_anchor(appendix)
        indicator = finding["indicator"] or self._indicator_there(finding)
        if indicator is None:
            return appendix_anchor(appendix)
        cell = cell_anchor(appendix, indicator, finding["column_key"] or "")
        return cell if cell in self.marked else row_anchor(appendix, indicator)

    def where(self, finding: Row) -> str:
        """'Phụ lục 3, dòng 4.2, cột Năm 2019 (bảng 3, dòng 7, cột 4)', or the section that it stands under."""
        seen = place(finding["page"], finding["table_no"], finding["row_no"], finding["col_no"])
        if finding["appendix"] is None:
            above = self._sections_above(finding["section"])
            return f"{above} ({seen})" if above and seen else above or seen
        column = self.columns.get((finding["appendix"], finding["column_key"]))
        parts = [f"Phụ lục {finding['appendix']}"]
        parts += [f"chỉ tiêu {finding['indicator']}"] if finding["indicator"] else []
        parts += [column] if column else []
        return ", ".join(parts) + (f" ({seen})" if seen else "")

    def _indicator_there(self, finding: Row) -> str | None:
        cell = self.rows.get((finding["table_no"], finding["row_no"]))
        return cell["indicator"] if cell and cell["appendix"] == finding["appendix"] else None

    def _sections_above(self, path: str | None) -> str:
        """'Phần 1 › II. › 1. Cải cách thể chế': the numbers of the headings above, the nearest with its title."""
        if not path or "/" not in path:
            return "Đề cương" if path else ""
        above = path.rsplit("/", 1)[0]
        steps = above.split("/")
        numbers = [_number("/".join(steps[: count + 1])).rstrip(".") for count in range(len(steps))]
        title = self.sections[above]["title"] if above in self.sections else ""
        return " › ".join(numbers) + f". {excerpt(title, 60)}"
