"""Search in the sections and rows of all current reports, with or without diacritics, abbreviations written out or not.

A word typed with diacritics finds itself and the same word typed without; one typed without finds every spelling. All words
must stand in the section or row; where they stand side by side comes first.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TextIO

from duckdb import DuckDBPyConnection

from ingest.text import bare, key, shown
from reports.consolidation_layout import cell_shown
from reports.inert import visible
from reports.submission import Row, rows
from schemas.errors import UsageFault

_SECTIONS = """SELECT b.unit_name, b.file_name, s.submission_id, s.section, s.source_heading, s.title, s.body, s.page
FROM sections AS s JOIN submissions AS b ON b.submission_id = s.submission_id
WHERE b.is_current AND s.status <> 'missing' ORDER BY b.unit_code NULLS LAST, s.submission_id, s.ordinal"""
_CELLS = """SELECT o.unit_name, o.file_name, o.submission_id, o.appendix, o.ordinal, o.indicator, o.label, o.source_label,
    o.kind, o.raw, o.value, o.text, o.status, coalesce(c.label, o.source_column) AS column_label, o.page, o.table_no,
    o.row_no
FROM observations_all AS o
LEFT JOIN form_columns AS c ON c.form = o.form AND c.appendix = o.appendix AND c.column_key = o.column_key
WHERE o.is_current AND o.status <> 'absent'
ORDER BY o.unit_code NULLS LAST, o.submission_id, o.appendix, o.ordinal, c.ordinal NULLS LAST, o.column_key"""
_WORD = re.compile(r"[^\W\d_]+|\d+")
_BEFORE, _AFTER = 60, 120
"""Characters shown around what was found."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One section or row that holds the words. `text` is what stands around them, they themselves in « »."""

    unit_name: str
    file_name: str
    submission_id: str
    where: str
    text: str
    is_phrase: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words looked for, as typed and without diacritics."""

    words: tuple[str, ...]
    plain: tuple[str, ...]

    def starts(self, words: Sequence[str], plain: Sequence[str]) -> Iterator[int]:
        """Where in a text all words stand side by side."""
        for at in range(len(words) - len(self.words) + 1):
            if all(self._is_same(n, words[at + n], plain[at + n]) for n in range(len(self.words))):
                yield at

    def all_in(self, words: Sequence[str], plain: Sequence[str]) -> bool:
        """Whether every word stands somewhere in a text."""
        pairs = set(zip(words, plain, strict=True))
        return all(any(self._is_same(n, *pair) for pair in pairs) for n in range(len(self.words)))

    def longest(self, words: Sequence[str], plain: Sequence[str]) -> int | None:
        """Where in a text the longest of the words stands, which says most."""
        n = max(range(len(self.words)), key=lambda n: len(self.words[n]))
        return next((at for at, pair in enumerate(zip(words, plain, strict=True)) if self._is_same(n, *pair)), None)

    def _is_same(self, n: int, word: str, plain: str) -> bool:
        """Equal, or equal but for diacritics that one of the two was typed without."""
        typed_plainly = word == plain or self.words[n] == self.plain[n]
        return word == self.words[n] or (typed_plainly and plain == self.plain[n])


def search(connection: DuckDBPyConnection, words: str) -> list[Hit]:
    """Every section and row that holds all of `words`, phrases first, then by commune in the report's order.

    Raises UsageFault where `words` holds no letter or digit.
    """
    wanted = Wanted(tuple(key(words).split()), tuple(bare(words).split()))
    if not wanted.words:
        raise UsageFault("SEARCH_EMPTY", "Chưa có từ cần tìm.", 'Ví dụ: tonghop search "một cửa điện tử"')
    found = (*_in_sections(connection, wanted), *_in_rows(connection, wanted))
    return sorted(found, key=lambda hit: not hit.is_phrase)


def print_hits(hits: Sequence[Hit], out: TextIO, most: int = 200) -> None:
    """One line for the place, one for the text; control characters made visible."""
    for hit in hits[:most]:
        out.write(f"{visible(hit.unit_name)} – {visible(hit.where)} [{visible(hit.file_name)}]\n")
        out.write(f"    {visible(hit.text)}\n")
    if len(hits) > most:
        out.write(f"… và {len(hits) - most} chỗ nữa; thêm từ để tìm hẹp hơn.\n")
    units = len({hit.submission_id for hit in hits})
    out.write(f"({len(hits)} chỗ trong {units} báo cáo)\n" if hits else "Không tìm thấy.\n")


def _in_sections(connection: DuckDBPyConnection, wanted: Wanted) -> Iterator[Hit]:
    for row in rows(connection, _SECTIONS):
        heading = row["source_heading"] or row["title"] or ""
        where = f"mục {row['section']}: {heading}" if row["section"] else f"mục ngoài đề cương: {heading}"
        page = f", trang {row['page']}" if row["page"] else ""
        yield from _hit(row, wanted, where + page, [heading, row["body"] or ""])


def _in_rows(connection: DuckDBPyConnection, wanted: Wanted) -> Iterator[Hit]:
    cells = rows(connection, _CELLS)
    for _, line in groupby(cells, key=lambda cell: (cell["submission_id"], cell["appendix"], cell["ordinal"])):
        own = list(line)
        first = own[0]
        label = first["label"] or first["source_label"] or ""
        values = "; ".join(f"{cell['column_label'] or 'cột'}: {text}" for cell in own if (text := cell_shown(cell)))
        where = f"Phụ lục {first['appendix']}, dòng {first['indicator']}"
        names = [label] if key(label) == key(first["source_label"] or "") else [label, first["source_label"] or ""]
        yield from _hit(first, wanted, where, [*names, values], after=values)


def _hit(row: Row, wanted: Wanted, where: str, texts: Sequence[str], after: str = "") -> Iterator[Hit]:
    """A hit where the texts together hold all words. `after` is shown as well, however far from the words it stands."""
    split = [(key(text).split(), bare(text).split()) for text in texts]
    phrase = next((n for n, (words, plain) in enumerate(split) if any(wanted.starts(words, plain))), None)
    words, plain = [word for w, _ in split for word in w], [word for _, p in split for word in p]
    if phrase is None and not wanted.all_in(words, plain):
        return
    shown_text = _around(texts[phrase], wanted) if phrase is not None else _around(" – ".join(filter(None, texts)), wanted)
    if after and phrase is not None and texts[phrase] != after:
        shown_text = f"{shown_text} – {after}"
    unit = row["unit_name"] or "(chưa rõ đơn vị)"
    yield Hit(unit, row["file_name"], row["submission_id"], where, shown_text, phrase is not None)


def _around(text: str, wanted: Wanted) -> str:
    """The text around the words, which are put in « »; its beginning where an abbreviation hides them."""
    text = shown(text)
    spans: list[tuple[int, int]] = []
    words: list[str] = []
    plain: list[str] = []
    for match in _WORD.finditer(text):
        own = key(match[0]).split()
        words += own
        plain += bare(match[0]).split()
        spans += [match.span()] * len(own)
    at, length = next(wanted.starts(words, plain), None), len(wanted.words)
    if at is None:
        at, length = wanted.longest(words, plain), 1
    if at is not None:
        begin, end = spans[at][0], spans[at + length - 1][1]
        before = text[max(0, begin - _BEFORE) : begin]
        lead = "…" if begin > _BEFORE else ""
        tail = "…" if len(text) > end + _AFTER else ""
        return f"{lead}{before}«{text[begin:end]}»{text[end : end + _AFTER]}{tail}"
    return text[: _BEFORE + _AFTER] + ("…" if len(text) > _BEFORE + _AFTER else "")
