"""The communes' texts under the headings of the outline, one commune after another, for the writer of the report."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reports.submission import Row
from schemas.form import Form, Section

PARTS = ("nhất", "hai", "ba", "tư", "năm", "sáu", "bảy")


@dataclass(frozen=True, slots=True)
class Passage:
    """What one commune wrote under a heading. `title`: a heading beneath it that the outline lacks, else ''."""

    unit_name: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading of the outline with the communes' texts. `lacking`: communes without a text where one is asked for."""

    section: Section
    depth: int
    passages: tuple[Passage, ...]
    lacking: tuple[str, ...]

    @property
    def number(self) -> str:
        """The number as printed before the title: 'Phần thứ nhất', 'II.', '2.1.', 'đ)'."""
        number = self.section.number
        if self.depth == 0:
            is_ordinal = number.isdigit() and 0 < int(number) <= len(PARTS)
            return f"Phần thứ {PARTS[int(number) - 1]}" if is_ordinal else f"Phần {number}"
        return f"{number})" if number.isalpha() and number.islower() else f"{number}."


def chapters(form: Form, sections: Sequence[Row], unit_names: Sequence[str]) -> list[Chapter]:
    """The outline with the texts of `sections` (rows of view sections with `unit_name`, each report's in its order).

    A text before the first heading that the outline knows stands under the outline's first.
    """
    texts: defaultdict[str, list[Passage]] = defaultdict(list)
    for path, passage in _placed(form, sections):
        texts[path].append(passage)
    parents = {section.parent for section in form.outline}
    return [
        Chapter(
            section=section,
            depth=section.path.count("/"),
            passages=tuple(sorted(texts[section.path], key=lambda passage: _order(unit_names, passage))),
            lacking=() if section.path in parents or section.optional else _lacking(texts[section.path], unit_names),
        )
        for section in form.outline
    ]


def _placed(form: Form, sections: Iterable[Row]) -> Iterator[tuple[str, Passage]]:
    """Each text with the path it stands under; a heading that the outline lacks goes with the one before it."""
    report, path = "", form.outline[0].path
    for row in sections:
        if row["submission_id"] != report:
            report, path = row["submission_id"], form.outline[0].path
        if row["section"] and row["status"] != "missing":
            path = row["section"]
        lines = tuple(line for line in (row["body"] or "").split("\n") if line.strip())
        own_title = "" if row["section"] else row["source_heading"] or row["title"] or ""
        if lines or own_title:
            yield path, Passage(row["unit_name"] or "", own_title, lines)


def _order(unit_names: Sequence[str], passage: Passage) -> int:
    return unit_names.index(passage.unit_name) if passage.unit_name in unit_names else len(unit_names)


def _lacking(passages: Iterable[Passage], unit_names: Sequence[str]) -> tuple[str, ...]:
    present = {passage.unit_name for passage in passages}
    return tuple(name for name in unit_names if name not in present)
