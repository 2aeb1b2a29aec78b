"""Whether a document is a report at all, of which form, and of the form's period: by its title and by its content.

A wrong form or period makes every cell wrong, so what is not sure is said. Plans and letters quote the whole outline and
the blank appendix tables: the kind of document that the title names decides, and blank tables are no report.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from ingest.headings import HEAD_LINES, is_title, plain, split_token
from ingest.text import compared, shown, similarity
from schemas.document import Document, Paragraph
from schemas.errors import UsageFault
from schemas.finding import Finding
from schemas.form import Form

KINDS = {
    "LEGAL_TEXT": (
        "luat", "bo luat", "phap lenh", "nghi dinh", "nghi quyet", "thong tu", "thong tu lien tich", "quyet dinh",
        "chi thi", "ke hoach", "de an", "chuong trinh", "quy che", "quy dinh", "huong dan", "thong bao", "ket luan", "lenh",
    ),
    "LETTER": (
        "giay moi", "cong van", "to trinh", "cong dien", "thu moi", "phieu chuyen", "don xin", "don de nghi", "hop dong",
        "bien ban",
    ),
    "BLANK_FORM": ("de cuong", "mau bao cao", "mau de cuong", "bieu mau"),
}  # fmt: skip
"""Kinds of document that are no report, as their titles name them, by the reason they are refused for."""

TITLE_LINES, INTRO_LINES, LONGEST_HEADING, LONG_LINE = 5, 12, 220, 60
SAME_TITLE, SUBJECT = 0.75, 0.45
"""Likeness of a title that is the form's; of one that is about the same subject."""
SOME_CONTENT, MUCH_CONTENT = 0.15, 0.4
"""Share of the form's headings or rows found word for word. Reports of other years share the general headings, a sixth of
the outline at most; a report of the form with every third heading mistyped still has more than half."""
FEW_LINES, FEW_CELLS = 5, 20


@dataclass(frozen=True, slots=True)
class Identity:
    """What a document is. Where it is not to be taken in, `form` is None and `refusal` a code of REASONS."""

    form: Form | None
    score: float
    refusal: str | None = None
    detail: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Title:
    """The kind of document ('report', a refusal code, '' where none is named) and its title's lines after that word."""

    kind: str
    line: str
    lines: tuple[str, ...]
    intro: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Content:
    """What of a form stands in a document: shares of its headings and rows, filled cells, whether that is all (no filled
    cell and hardly a line of text of its own)."""

    outline: float
    labels: float
    found: int
    filled: int
    is_blank: bool
    year_columns: float

    @property
    def share(self) -> float:
        return max(self.outline, self.labels)


def find_form(document: Document, forms: Sequence[Form], given: str | None = None) -> Identity:
    """The one of `forms` that `document` is a report of, or why it is not taken in.

    `given` is the code a person named: it settles the form, and another period than the form's is then only said. Raises
    UsageFault where there is no such form; never raises on content.
    """
    title = _title(document)
    if given is not None:
        forms = [form for form in forms if form.code == given]
        if not forms:
            raise UsageFault("FORM_UNKNOWN", f"Không có mẫu báo cáo «{given}».", "Xem các mẫu: tonghop forms list")
    judged = [(form, _content(document, form), _title_likeness(title, form)) for form in forms]
    if not judged:
        return Identity(None, 0.0, "NOT_A_REPORT")
    form, content, likeness = max(judged, key=lambda item: _fit(item[0], item[1], item[2], title))
    if given is not None:
        return Identity(form, 1.0, findings=_period_findings(form, title, content))
    return _judge(form, content, likeness, title)


def _fit(form: Form, content: _Content, likeness: float, title: _Title) -> tuple[bool, float, int]:
    """By what one form is preferred to another: not of another period, title or content, then how much was found."""
    return _period(form, title, content) != "other", max(content.share, likeness), content.found


def _judge(form: Form, content: _Content, likeness: float, title: _Title) -> Identity:
    score = round(max(content.share, likeness), 4)
    detail = title.line[:120]
    is_filled = content.labels >= MUCH_CONTENT and content.filled >= FEW_CELLS
    if title.kind not in ("report", "") and not is_filled:
        return Identity(None, score, title.kind, detail)
    if content.share < SOME_CONTENT and likeness < SAME_TITLE:
        related = title.kind == "report" and likeness >= SUBJECT
        return Identity(None, score, "OTHER_FORM" if related else "NOT_A_REPORT", detail)
    if content.is_blank:
        return Identity(None, score, "BLANK_FORM", detail)
    if _period(form, title, content) == "other":
        much = likeness >= SAME_TITLE or content.share >= MUCH_CONTENT
        return Identity(None, score, "OTHER_PERIOD" if much else "OTHER_FORM", detail)
    findings = list(_period_findings(form, title, content))
    sure = content.share >= MUCH_CONTENT or (likeness >= SAME_TITLE and content.share >= SOME_CONTENT)
    named = title.kind == "report" or (title.kind == "" and content.filled > 0)
    if not (sure and named):
        findings.append(Finding("FORM_UNSURE", found=detail or "không có đầu đề", expected=form.name))
    return Identity(form, score, findings=tuple(findings))


# -- the title ---------------------------------------------------------------------------------------------------------


def _title(document: Document) -> _Title:
    lines = [
        shown(text)
        for block in document.blocks[: 2 * HEAD_LINES]
        if isinstance(block, Paragraph)
        for text in block.text.split("\n")
        if shown(text)
    ][: HEAD_LINES + TITLE_LINES + INTRO_LINES]
    for at, line in enumerate(lines[:HEAD_LINES]):
        kind = _kind(line)
        if kind:
            rest = shown(line[7:]) if kind == "report" else ""
            following = lines[at + 1 : at + 1 + TITLE_LINES]
            titled = list(takewhile(lambda text: not _INTRO.match(plain(text)), following))
            named = shown(" ".join([line, *titled[:1]]))
            return _Title(kind, named, (rest, *titled) if rest else tuple(titled), tuple(lines[at : at + INTRO_LINES]))
    letter = next((line for line in lines[:HEAD_LINES] if re.match(r"kinh gui\b|v/v\b", plain(line))), "")
    return _Title("LETTER" if letter else "", letter, (), tuple(lines[:INTRO_LINES]))


_INTRO = re.compile(
    r"thuc hien (?:ke hoach|cong van|van ban|chi dao|chi thi)|can cu|kinh gui|phan (?:thu|[i1]\b)|i[.)/]|1[.)/]|a[.)/]"
    r"|ubnd|uy ban|trong (?:nhung|giai|thoi|nam)|theo |so\s*:|xa |thi tran "
)
"""How the text under a title begins."""


def _kind(line: str) -> str:
    if is_title(line):
        return "report"
    text = plain(line).rstrip(" :.")
    for refusal, words in KINDS.items():
        for word in words:
            if text == word or (text.startswith(word + " ") and line[: len(word)].isupper()):
                return refusal
    return ""


def _title_likeness(title: _Title, form: Form) -> float:
    """Best likeness of the first lines under 'BÁO CÁO' to the form's titles, however many lines the title takes."""
    wordings = (form.title, *form.title_synonyms)
    heads = [" ".join(title.lines[:count]) for count in range(1, len(title.lines) + 1)]
    return max((similarity(head, wording) for head in heads for wording in wordings), default=0.0)


# -- the content -------------------------------------------------------------------------------------------------------


def _content(document: Document, form: Form) -> _Content:
    headings = [{compared(t).bare for t in (section.title, *section.synonyms)} for section in form.outline]
    labels = [
        {compared(text).bare for text in (row.label, *row.synonyms)}
        for appendix in form.appendices
        if appendix.confirmed
        for row in appendix.indicators
    ]
    lines = [compared(split_token(text)[2]).bare for text in _short_lines(document)]
    known, wanted = set().union(*headings), set().union(*labels) if labels else set()
    cells, filled = _cells(document, wanted)
    return _Content(
        outline=_share(headings, set(lines)),
        labels=_share(labels, cells),
        found=len(known & set(lines)) + len(cells),
        filled=filled,
        is_blank=filled == 0 and _own_lines(document, lines, known | _titles(form)) < FEW_LINES,
        year_columns=_column_share(document, form),
    )


def _share(wanted: Sequence[set[str]], found: set[str]) -> float:
    distinct = {frozenset(forms) for forms in wanted}
    return sum(not forms.isdisjoint(found) for forms in distinct) / len(distinct) if distinct else 0.0


def _short_lines(document: Document) -> Iterator[str]:
    for block in document.paragraphs():
        if not block.in_layout and len(block.text) <= LONGEST_HEADING:
            yield from block.text.split("\n")


def _titles(form: Form) -> set[str]:
    titles = (form.title, *form.title_synonyms)
    return {compared(text).bare for text in titles} | {
        compared(text).bare for appendix in form.appendices for text in (appendix.title, *appendix.synonyms)
    }


def _own_lines(document: Document, short_lines: Sequence[str], printed: set[str]) -> int:
    """How many longer lines stand in the document that the form does not have in print."""
    long_lines = sum(len(block.text) > LONGEST_HEADING for block in document.paragraphs())
    return long_lines + sum(len(line) > LONG_LINE for line in short_lines if line not in printed)


def _cells(document: Document, labels: set[str]) -> tuple[set[str], int]:
    """The form's labels found in tables, and how many cells to their right have something in them."""
    found: set[str] = set()
    filled = 0
    for table in document.tables():
        if table.is_layout:
            continue
        label_at: dict[int, int] = {}
        for cell in table.cells:
            if cell.row in label_at:
                filled += cell.col > label_at[cell.row] and any(map(str.isalnum, cell.text))
            elif (bare_text := compared(cell.text).bare) in labels:
                found.add(bare_text)
                label_at[cell.row] = cell.col
    return found, filled


# -- the period --------------------------------------------------------------------------------------------------------

_RANGE = re.compile(r"\b((?:19|20)\d\d)\s*(?:[-–—]|den(?: het)?|toi)\s*(?:nam\s*)?((?:19|20)\d\d)\b")
_SINGLE = re.compile(
    r"(?:(?:quy\s*(?P<quarter>iv|i{1,3}|[1-4])|(?P<half>6 thang (?:dau|cuoi))|(?P<nine>9 thang(?: dau)?)"
    r"|thang\s*(?P<month>\d{1,2}))\s*(?:nam\s*|/\s*)|\bnam\s*)(?P<year>20\d\d)\b"
)
_DAY = re.compile(r"ngay\s*\d{1,2}\s*(?:thang\s*\d{1,2}\s*nam|[/.-]\s*\d{1,2}\s*[/.-])\s*\d{4}")
_YEAR = re.compile(r"\b20\d\d\b")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def _periods(text: str) -> list[tuple[date, date]]:
    """The periods a text names, in order: 'giai đoạn 2011 - 2020', 'quý I/2022', '6 tháng đầu năm 2021', 'năm 2021'."""
    bare_text = _DAY.sub("", plain(text))
    named = [(m.start(), (date(int(m[1]), 1, 1), date(int(m[2]), 12, 31))) for m in _RANGE.finditer(bare_text)]
    without_ranges = _RANGE.sub(lambda m: " " * len(m[0]), bare_text)
    named += [(m.start(), _single(m)) for m in _SINGLE.finditer(without_ranges)]
    return [period for _, period in sorted(named)]


def _single(match: re.Match[str]) -> tuple[date, date]:
    year, months = int(match["year"]), (1, 12)
    if quarter := match["quarter"]:
        number = _QUARTERS.get(quarter) or int(quarter)
        months = (3 * number - 2, 3 * number)
    elif half := match["half"]:
        months = (1, 6) if half.endswith("dau") else (7, 12)
    elif match["nine"]:
        months = (1, 9)
    elif match["month"] and 1 <= int(match["month"]) <= 12:
        months = (int(match["month"]), int(match["month"]))
    following = date(year + months[1] // 12, months[1] % 12 + 1, 1)
    return date(year, months[0], 1), following - timedelta(days=1)


def _period(form: Form, title: _Title, content: _Content) -> str:
    """'same', 'other' or 'unsure': what the title says; where it says nothing, the first lines, then the columns."""
    own = (form.period_start, form.period_end)
    titled = _periods(" ".join(title.lines))
    if not titled:
        return "same" if own in _periods(" ".join(title.intro)) or content.year_columns >= 0.5 else "unsure"
    if titled[0] == own:
        return "same"
    start, end = titled[0]
    is_slip = start.year != end.year and (start == own[0] or end == own[1])
    return "unsure" if own in titled or is_slip else "other"


def _period_findings(form: Form, title: _Title, content: _Content) -> tuple[Finding, ...]:
    if _period(form, title, content) == "same":
        return ()
    found = " ".join(title.lines)[:120] or "không ghi"
    return (Finding("PERIOD_UNSURE", found=found, expected=form.period),)


def _column_share(document: Document, form: Form) -> float:
    """Share of the form's dated columns whose year stands in the head of some table."""
    years = {str(column.year) for columns in form.column_sets.values() for column in columns if column.year}
    heads = (cell.text for table in document.tables() for cell in table.cells if cell.row <= 3)
    found = {year for text in heads for year in _YEAR.findall(text)}
    return len(years & found) / len(years) if years else 0.0
