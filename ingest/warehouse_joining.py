"""Which files make one submission, decided in the transaction that loads a file or writes a decision.

A file that only adds what the unit's current report lacks joins it; the same document once more (another format, saved
again) is a second copy of its version; only an overlapping, different file is a new version. A file whose sender, form or
period is not settled stands alone until a person settles it. All of it follows from the order of what came in and was
decided, so that the same history gives the same submissions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from ingest.text import key
from ingest.warehouse_copies import COPY, Contents, Execute
from schemas.decision import Decision

Key = tuple[str | None, str, str]
"""Unit, form, period."""

_FILES = """SELECT m.file_id, m.role, m.arrived, m.joined, m.is_change, f.format, s.unit_id, s.form, s.period,
       s.document_number, s.document_date, s.is_sender_unsure, s.is_period_unsure, m.submission_id
FROM store.membership AS m
JOIN store.submission AS s ON s.submission_id = m.file_id
JOIN store.file AS f ON f.file_id = m.file_id AND f.outcome = 'loaded'
WHERE m.submission_id IN ({wanted})
ORDER BY m.joined, m.arrived, m.file_id"""
_OF_KEY = """SELECT m.submission_id FROM store.membership AS m
JOIN store.submission AS s ON s.submission_id = m.file_id
WHERE m.role = 'first' AND s.form = $form AND s.period = $period AND (s.unit_id = $unit OR m.submission_id IN (
    SELECT submission_id FROM store.decision WHERE action = 'assign' AND unit_id = $unit
))"""
"""All that may be of the unit (the view that knows which are costs five times as much); their key is settled here."""
_WITH = """SELECT submission_id FROM store.membership WHERE file_id = $file"""
_OF_PERIOD = """SELECT m.submission_id FROM store.membership AS m
JOIN store.submission AS s ON s.submission_id = m.file_id WHERE s.form = $form AND s.period = $period"""
_DECISIONS = """SELECT submission_id, action, unit_id, seq FROM store.decision_in_force
WHERE action IN ('accept', 'return', 'withdraw', 'assign') ORDER BY seq"""
_OWN = "SELECT unit_id, form, period FROM store.submission WHERE submission_id = $file"
_ROW = "INSERT INTO store.membership VALUES (?, ?, ?, ?, ?, ?)"
_LEAVE_OUT = """INSERT INTO store.left_out
SELECT file_id, appendix, section FROM (
    SELECT m.file_id, a.appendix, CAST(NULL AS VARCHAR) AS section,
           row_number() OVER (
               PARTITION BY a.appendix
               ORDER BY CASE a.status WHEN 'found' THEN 0 WHEN 'empty' THEN 1 ELSE 2 END,
                        a.cells_filled - a.cells_flagged DESC, a.cells_flagged, f.format = 'scan', m.joined, m.file_id
           ) AS place
    FROM store.membership AS m
    JOIN store.file AS f ON f.file_id = m.file_id AND f.outcome = 'loaded'
    JOIN store.appendix AS a ON a.file_id = m.file_id
    WHERE m.submission_id = $submission
    UNION ALL
    SELECT m.file_id, NULL, s.section,
           row_number() OVER (
               PARTITION BY s.section
               ORDER BY CASE WHEN s.status = 'missing' THEN 2 WHEN s.body IS NULL THEN 1 ELSE 0 END, f.format = 'scan',
                        m.joined, m.file_id
           )
    FROM store.membership AS m
    JOIN store.file AS f ON f.file_id = m.file_id AND f.outcome = 'loaded'
    JOIN store.section AS s ON s.file_id = m.file_id AND s.section IS NOT NULL
    WHERE m.submission_id = $submission
) AS offered WHERE place > 1"""
_LEAVE_OUT_THE_REST = """INSERT INTO store.left_out
SELECT m.file_id, NULL, NULL FROM store.membership AS m
WHERE m.submission_id = $submission AND m.role <> 'part' AND NOT EXISTS (
    SELECT 1 FROM store.section AS s
    WHERE s.file_id = m.file_id AND s.section IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM store.left_out AS l WHERE l.file_id = s.file_id AND l.section = s.section
    )
)"""
"""Each appendix is taken of the file that has it and reads it best (most cells sure, fewest in doubt, text before scans,
the first of equals), each section of one that has its text; headings beyond the form's, and what was found in a file as a
whole, of those whose text is used and of those that came to add something."""
_NEXT = """SELECT 1 + greatest((SELECT coalesce(max(seq), 0) FROM store.decision),
    (SELECT coalesce(max(greatest(arrived, joined)), 0) FROM store.membership))"""


@dataclass(frozen=True, slots=True)
class Part:
    """A file in a submission, with what it says of itself."""

    file_id: str
    role: str
    arrived: int
    joined: int
    is_change: bool
    format: str
    unit_id: str | None
    form: str
    period: str
    number: str | None
    date: date | None
    is_sender_unsure: bool
    is_period_unsure: bool


class Judgement(NamedTuple):
    """The last decision in force on a whole submission."""

    action: str
    seq: int


@dataclass(slots=True)
class Group:
    """A submission: its files, the first one first, and what people decided about it so far."""

    parts: list[Part]
    assigned: str | None = None
    judgement: Judgement | None = None

    @property
    def first(self) -> Part:
        return self.parts[0]

    @property
    def key(self) -> Key:
        return (self.assigned or self.first.unit_id, self.first.form, self.first.period)

    @property
    def is_live(self) -> bool:
        return self.judgement is None or self.judgement.action != "withdraw"

    @property
    def is_accepted(self) -> bool:
        return self.judgement is not None and self.judgement.action == "accept"

    @property
    def needs_acceptance(self) -> bool:
        """Whether only an acceptance settles it."""
        return self.first.is_period_unsure or (self.first.is_sender_unsure and self.assigned is None)

    @property
    def is_settled(self) -> bool:
        return self.key[0] is not None and (self.is_accepted or not self.needs_acceptance)

    @property
    def order(self) -> int:
        """An acceptance counts as arriving again: that is how a person chooses a version."""
        return self.judgement.seq if self.judgement and self.is_accepted else self.first.arrived

    @property
    def number(self) -> str | None:
        return next((part.number for part in self.parts if part.number), None)

    @property
    def date(self) -> date | None:
        return next((part.date for part in self.parts if part.date), None)


def current(groups: Sequence[Group]) -> Group | None:
    """The version that counts of live, settled ones of one key: as store.submission_version has it."""
    if any(group.date is None for group in groups):
        return max(groups, key=lambda group: group.order, default=None)
    return max(groups, key=lambda group: (group.date or date.min, group.order), default=None)


class Joining:
    """One event's work: made anew for each, within its transaction."""

    def __init__(self, execute: Execute) -> None:
        self._execute = execute
        self._contents = Contents(execute)
        self._groups: dict[str, Group] = {}
        self._stored: dict[str, tuple[Any, ...]] = {}
        self._assigned: dict[str, str | None] = {}
        self._judged: dict[str, Judgement] = {}

    def arrived(self, file_id: str) -> str:
        """A file whose rows were just written: the submission that it belongs to."""
        now = self.next_seq()
        self._execute(_ROW, [file_id, file_id, "first", now, now, False])
        self._read_around(file_id)
        if (group := self._groups[file_id]).is_settled:
            self._place(group, now)
        self._write()
        return self._holder(file_id).first.file_id

    def decided(self, decision: Decision, seq: int) -> None:
        """A decision that was just written, in force."""
        if decision.action == "undo":
            _, form, period = self._settled_key(decision.submission_id)
            self._replay(form, period)
        elif decision.action in ("assign", "accept", "withdraw"):
            self._read_around(decision.submission_id)
            self._apply(decision.submission_id, decision.action, decision.unit_id, seq)
        else:
            return
        self._write()

    def next_seq(self) -> int:
        """The number of what happens now."""
        return int(self._execute(_NEXT, [])[0][0])

    # -- what happens

    def _apply(self, file_id: str, action: str, unit_id: str | None, seq: int) -> None:
        self._note(file_id, action, unit_id, seq)
        group = self._holder(file_id)
        if group.first.file_id != file_id:
            if action == "withdraw" or (action == "assign" and unit_id != group.key[0]):
                self._leave(group, file_id, action, unit_id, seq)
            return
        group.assigned, group.judgement = self._assigned.get(file_id), self._judged.get(file_id)
        if group.is_settled and group.is_live and (action == "assign" or (action == "accept" and group.needs_acceptance)):
            self._place(group, seq)

    def _leave(self, group: Group, file_id: str, action: str, unit_id: str | None, seq: int) -> None:
        """A file of a submission that a person takes out of it, by withdrawing it or as another unit's."""
        part = next(part for part in group.parts if part.file_id == file_id)
        group.parts.remove(part)
        self._stand_alone(part, seq)
        self._apply(file_id, action, unit_id, seq)

    def _stand_alone(self, part: Part, now: int) -> Group:
        """A submission of this file only, with what was decided about the file."""
        alone = replace(part, role="first", joined=now, is_change=False)
        group = Group([alone], self._assigned.get(part.file_id), self._judged.get(part.file_id))
        self._groups[part.file_id] = group
        return group

    def _note(self, file_id: str, action: str, unit_id: str | None, seq: int) -> None:
        if action == "assign":
            self._assigned[file_id] = unit_id
        else:
            self._judged[file_id] = Judgement(action, seq)

    def _place(self, group: Group, now: int) -> None:
        """Joins a settled submission to another of its key, where its first file belongs to that one; the other files
        then find their own place."""
        peers = [g for g in self._groups.values() if g is not group and g.key == group.key and g.is_settled and g.is_live]
        found = self._fitting(group.first, peers)
        if found is None:
            return
        target, role, is_change = found
        first, *others = group.parts
        target.parts.append(replace(first, role=role, joined=now, is_change=is_change))
        del self._groups[first.file_id]
        for part in others:
            alone = self._stand_alone(part, now)
            if alone.is_settled and alone.is_live:
                self._place(alone, now)

    def _fitting(self, part: Part, peers: Sequence[Group]) -> tuple[Group, str, bool] | None:
        """The submission that a file belongs to, its role there and whether it changes what stood there; None: its own."""
        copies = [(likeness, peer.order, peer) for peer in peers if (likeness := self._likeness(part, peer)) is not None]
        if copies:
            likeness, _, peer = max(copies, key=lambda copy: copy[:2])
            is_change = likeness < 1 or self._contents.betters(part.file_id, [p.file_id for p in peer.parts])
            return peer, "copy", is_change
        latest = current(peers)
        if latest is None or self._contents.overlaps(part.file_id, [p.file_id for p in latest.parts]):
            return None
        return latest, "part", not self._contents.is_bare(part.file_id)

    def _likeness(self, part: Part, peer: Group) -> float | None:
        """How much of what stands in both is the same, 0–1; None where the file is no copy of what the submission has."""
        likenesses = []
        documents = [(other, _document(part, other, peer)) for other in peer.parts]
        if all(document == "another" for _, document in documents):
            return None
        for other, document in documents:
            if not self._contents.overlaps(part.file_id, [other.file_id]):
                continue
            if document == "another":
                return None
            is_same_kind = part.format == other.format != "scan"
            likeness = self._contents.likeness(part.file_id, other.file_id, exactly=is_same_kind)
            if likeness < (COPY if document == "same" and not is_same_kind else 1):
                return None
            likenesses.append(likeness)
        return min(likenesses, default=None)

    # -- reading and writing

    def _read_around(self, file_id: str) -> None:
        """The submission that a file is in, and those of the unit, form and period that it now says."""
        for decision in self._execute(_DECISIONS, []):
            self._note(*decision)
        unit, form, period = self._settled_key(file_id)
        self._read(f"{_OF_KEY} UNION {_WITH}", {"unit": unit, "form": form, "period": period, "file": file_id})
        for submission_id, group in self._groups.items():
            group.assigned, group.judgement = self._assigned.get(submission_id), self._judged.get(submission_id)

    def _settled_key(self, file_id: str) -> Key:
        """As store.submission_settled has it; a file in another's submission counts as what it says of itself."""
        (unit, form, period), *_ = self._execute(_OWN, {"file": file_id})
        return (self._assigned.get(file_id) or unit, form, period)

    def _read(self, wanted: str, parameters: dict[str, Any]) -> None:
        for *said, submission_id in self._execute(_FILES.format(wanted=wanted), parameters):
            part = Part(*said)
            self._stored[part.file_id] = _row(part, submission_id)
            self._groups.setdefault(submission_id, Group([])).parts.append(part)

    def _replay(self, form: str, period: str) -> None:
        """All that happened, less what was undone, from the beginning."""
        self._read(_OF_PERIOD, {"form": form, "period": period})
        parts = sorted((part for group in self._groups.values() for part in group.parts), key=lambda part: part.arrived)
        self._groups.clear()
        ids = {part.file_id for part in parts}
        decisions = [row for row in self._execute(_DECISIONS, []) if row[0] in ids]
        events = sorted([(part.arrived, part) for part in parts] + [(row[3], row) for row in decisions], key=lambda e: e[0])
        for seq, event in events:
            if isinstance(event, Part):
                group = self._stand_alone(event, seq)
                if group.is_settled:
                    self._place(group, seq)
            else:
                self._apply(event[0], event[1], event[2], seq)

    def _holder(self, file_id: str) -> Group:
        return next(group for group in self._groups.values() if any(part.file_id == file_id for part in group.parts))

    def _write(self) -> None:
        """Writes the rows that are not as stored, and what is taken of which file where that changed."""
        rows = {part.file_id: _row(part, group.first.file_id) for group in self._groups.values() for part in group.parts}
        changed = [row for file_id, row in rows.items() if self._stored[file_id] != row]
        for row in changed:
            self._execute("DELETE FROM store.membership WHERE file_id = ?", [row[0]])
            self._execute(_ROW, list(row))
        touched = {row[1] for row in changed} | {self._stored[row[0]][1] for row in changed}
        for submission_id in sorted(touched & self._groups.keys()):
            self._choose(self._groups[submission_id])

    def _choose(self, group: Group) -> None:
        for part in group.parts:
            self._execute("DELETE FROM store.left_out WHERE file_id = ?", [part.file_id])
        if len(group.parts) > 1:
            self._execute(_LEAVE_OUT, {"submission": group.first.file_id})
            self._execute(_LEAVE_OUT_THE_REST, {"submission": group.first.file_id})


def _document(part: Part, other: Part, peer: Group) -> str:
    """Whether two files bear number and date of one document: 'same', 'another', or 'unsure' where one bears none."""
    numbers = (key(part.number or ""), key(other.number or peer.number or ""))
    dates = (part.date, other.date or peer.date)
    if any(one and two and one != two for one, two in (numbers, dates)):
        return "another"
    return "same" if all((*numbers, *dates)) else "unsure"


def _row(part: Part, submission_id: str) -> tuple[Any, ...]:
    return (part.file_id, submission_id, part.role, part.arrived, part.joined, part.is_change)
