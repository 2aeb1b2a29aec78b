"""How much of what stands in one file stands in another: the cells and sections of two loaded files side by side."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from ingest.text import key

Execute = Callable[[str, Any], list[tuple[Any, ...]]]
"""Runs a statement with parameters in the open transaction and gives the rows."""

COPY = 0.8
"""Two files of one document say the same in at least so many of the cells that both are sure of, blank ones among them:
half of a form is left blank by all communes, and 'Có' or nought fills much of the rest, so that different reports agree
in two cells of three; copies of one differ where reading errs or a pen has corrected, in a few of a hundred."""

_PLAIN = r"regexp_replace(lower(coalesce({}, '')), '[^\p{{L}}\p{{N}}]+', '', 'g')"
_FOUND = "SELECT appendix, cells_filled - cells_flagged FROM store.appendix WHERE file_id = ? AND status = 'found'"
_WRITTEN = """SELECT section, body FROM store.section
WHERE file_id = ? AND status = 'matched' AND section IS NOT NULL AND body IS NOT NULL"""
# Nothing there is the same whether a row is left out or left blank; what reading doubts is not compared.
_CELLS = f"""SELECT count(*), count(*) FILTER (WHERE is_same) FROM (
    SELECT replace(a.status, 'absent', 'blank') = replace(b.status, 'absent', 'blank')
               AND a.value IS NOT DISTINCT FROM b.value
               AND {_PLAIN.format("a.text")} = {_PLAIN.format("b.text")} AS is_same
    FROM store.observation AS a
    JOIN store.observation AS b
        ON b.appendix = a.appendix AND b.indicator = a.indicator AND b.column_key = a.column_key
    WHERE a.file_id = $one AND b.file_id = $other AND list_contains($appendices, a.appendix)
      AND a.status <> 'flagged' AND b.status <> 'flagged' AND a.kind <> 'heading'
)"""
_UNLIKE = """SELECT count(*) FROM (
    (SELECT appendix, indicator, column_key, status, raw FROM store.observation
     WHERE file_id = $one AND list_contains($appendices, appendix)
     EXCEPT
     SELECT appendix, indicator, column_key, status, raw FROM store.observation WHERE file_id = $other)
    UNION ALL
    (SELECT appendix, indicator, column_key, status, raw FROM store.observation
     WHERE file_id = $other AND list_contains($appendices, appendix)
     EXCEPT
     SELECT appendix, indicator, column_key, status, raw FROM store.observation WHERE file_id = $one)
)"""


class Contents:
    """What loaded files hold; each is looked up once."""

    def __init__(self, execute: Execute) -> None:
        self._execute = execute
        self._found: dict[str, dict[int, int]] = {}
        self._written: dict[str, dict[str, str]] = {}

    def overlaps(self, file_id: str, others: Iterable[str]) -> bool:
        """Whether an appendix is found in the file and in one of the others, or a section is written in both."""
        return any(self._appendices(file_id, other) or self._sections(file_id, other) for other in others)

    def is_bare(self, file_id: str) -> bool:
        """Whether nothing of the form stands in the file."""
        return not (self.found(file_id) or self.written(file_id))

    def betters(self, file_id: str, others: Iterable[str]) -> bool:
        """Whether the file has something that the others lack, or has more sure cells of an appendix than each."""
        before: dict[int, int] = {}
        known: set[str] = set()
        for other in others:
            for appendix, sure in self.found(other).items():
                before[appendix] = max(sure, before.get(appendix, sure))
            known |= self.written(other).keys()
        adds = any(appendix not in before or sure > before[appendix] for appendix, sure in self.found(file_id).items())
        return adds or not self.written(file_id).keys() <= known

    def likeness(self, one: str, other: str, *, exactly: bool) -> float:
        """How much of what stands in both files is the same, 0–1. `exactly`: 1 where all of it is, to the letter."""
        appendices, sections = self._appendices(one, other), self._sections(one, other)
        which = {"one": one, "other": other, "appendices": appendices}
        if exactly:
            is_same = not self._execute(_UNLIKE, which)[0][0]
            return float(is_same and all(self.written(one)[s] == self.written(other)[s] for s in sections))
        compared, same = self._execute(_CELLS, which)[0]
        return same / compared if compared else self._words_in_common(one, other, sections)

    def found(self, file_id: str) -> dict[int, int]:
        """Appendix found in the file → how many of its cells are sure."""
        if file_id not in self._found:
            self._found[file_id] = dict(self._execute(_FOUND, [file_id]))
        return self._found[file_id]

    def written(self, file_id: str) -> dict[str, str]:
        """Section that the file has a text for → the text."""
        if file_id not in self._written:
            self._written[file_id] = dict(self._execute(_WRITTEN, [file_id]))
        return self._written[file_id]

    def _appendices(self, one: str, other: str) -> list[int]:
        return sorted(self.found(one).keys() & self.found(other).keys())

    def _sections(self, one: str, other: str) -> list[str]:
        return sorted(self.written(one).keys() & self.written(other).keys())

    def _words_in_common(self, one: str, other: str, sections: Iterable[str]) -> float:
        """1 where there is nothing to compare: nothing then says that the two differ."""
        left, right = Counter[str](), Counter[str]()
        for section in sections:
            left.update(key(self.written(one)[section]).split())
            right.update(key(self.written(other)[section]).split())
        return 2 * (left & right).total() / (left.total() + right.total()) if left or right else 1.0
