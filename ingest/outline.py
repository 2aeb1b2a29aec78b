"""Headings of a report ↔ the standard outline of its form: by text first, number and place second, in document order.

Two rounds. The first aligns lines and outline as two sequences, globally: each heading of the outline gets at most one
place, in order, so that the whole fits best; the runner-up of a match is the best whole in which its lines are another
heading. The second looks at what is left for headings out of order. What then still is clearly a heading is extra.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import zip_longest

from ingest.heading_fits import STRONG, Fit, align, find_fits, overlap
from ingest.headings import Line, Span, agreement, find_closing, find_stop, read_lines, whole_line
from ingest.text import key, similarity
from schemas.document import Document
from schemas.finding import Finding
from schemas.form import Form, Section
from schemas.office import Settings
from schemas.place import Place
from schemas.record import SectionStatus, SectionText

HALF_LIKE = 0.4
"""95 in 100 pairs of unlike headings of an outline stay below this likeness."""

_PLAIN_LETTER = re.compile("[A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Extra:
    """A heading that is no section; `twin` is the section it repeats."""

    span: Span
    twin: int | None


def match_outline(
    document: Document, form: Form, settings: Settings, stop_at: int | None = None
) -> tuple[tuple[SectionText, ...], tuple[Finding, ...]]:
    """Every section of the form's outline as the report has it, extra headings behind the section that they follow.

    `stop_at` is the index in `document.blocks` where the appendices begin; None: found here. Never raises on content.
    """
    stop = find_stop(document) if stop_at is None else stop_at
    closing = find_closing(document, stop)
    lines = read_lines(document, stop if closing is None else closing)
    fits = find_fits(lines, form, settings)
    found = align(fits, len(form.outline), len(lines))
    found += _by_place(lines, found, form)
    found += _out_of_order(fits, found, form)
    found = [_with_whole_title(fit, found, lines) for fit in sorted(found, key=lambda fit: fit.span.first)]
    found = _first_copies(fits, found)
    extras = _extras(lines, fits, found)
    rows = _sections(lines, found, extras, form)
    return rows, _findings(lines, found, extras, rows, form, settings)


# -- by place, out of order, repeated, extra ---------------------------------------------------------------------------


def _by_place(lines: list[Line], found: list[Fit], form: Form) -> list[Fit]:
    """Sections still missing whose number stands on just one line between their neighbours, above words half like theirs
    (an abbreviation mistyped, a title put in other words): asked about, because number and place decide."""
    placed = list(found)
    settled = {fit.section for fit in found}
    for index, section in enumerate(form.outline):
        if index in settled or section.parent is None:
            continue
        begin = max((fit.span.last + 1 for fit in placed if fit.section < index), default=0)
        end = min((fit.span.first for fit in placed if fit.section > index), default=len(lines))
        numbered = [at for at in range(begin, end) if agreement(lines[at].number, section) == "same"]
        if len(numbered) == 1 and any(form.outline[fit.section].path == section.parent for fit in placed):
            line = lines[numbered[0]]
            score = max(similarity(line.title, title) for title in (section.title, *section.synonyms))
            if score >= (HALF_LIKE if line.bold else HALF_LIKE + 0.1):
                placed.append(Fit(whole_line(line, numbered[0]), index, score, 0.0, True))
    return placed[len(found) :]


def _out_of_order(fits: list[Fit], found: list[Fit], form: Form) -> list[Fit]:
    """Headings that are certainly sections not found yet, but stand elsewhere: by their words alone where no other
    section has such words, else under a heading of their own branch."""
    taken = {fit.section for fit in found}
    placed = list(found)
    for fit in sorted(fits, key=lambda fit: (fit.span.first, -fit.gain)):
        styled = fit.same_number or fit.span.bold
        if fit.section in taken or fit.score < STRONG or not styled or fit.span.is_bullet or fit.span.run_in:
            continue
        if any(overlap(fit.span, other.span) for other in placed):
            continue
        rivals = [o for o in fits if o.span is fit.span and o.section != fit.section and o.gain > fit.gain - 0.05]
        if not rivals or _in_own_branch(fit, placed, form):
            placed.append(fit._replace(in_order=False))
            taken.add(fit.section)
    return placed[len(found) :]


def _in_own_branch(fit: Fit, placed: list[Fit], form: Form) -> bool:
    before = [other for other in placed if other.span.last < fit.span.first]
    if not before:
        return False
    above = form.outline[max(before, key=lambda other: other.span.first).section].path
    parent = form.outline[fit.section].parent
    return parent is not None and (above == parent or above.startswith(parent + "/"))


def _with_whole_title(fit: Fit, found: list[Fit], lines: list[Line]) -> Fit:
    """A part known by its number alone takes the title lines below it: the ones in capitals or bold."""
    span = fit.span
    if span.title or span.last + 1 >= len(lines):
        return fit
    last = span.last
    while last + 1 < len(lines) and last < span.first + 3:
        line = lines[last + 1]
        headed = line.text.isupper() or (line.bold and span.bold)
        if line.token or not headed or any(other.span.first == last + 1 for other in found):
            break
        last += 1
    heading = " ".join(line.text for line in lines[span.first : last + 1])
    return fit._replace(span=span._replace(last=last, heading=heading))


def _first_copies(fits: list[Fit], found: list[Fit]) -> list[Fit]:
    """Of a heading that stands twice in its place the first copy is the section, however the later is spelled."""
    firsts = []
    for index, fit in enumerate(found):
        begin = found[index - 1].span.last + 1 if index else 0
        copies = [
            other
            for other in fits
            if other.section == fit.section and begin <= other.span.first and other.span.last < fit.span.first
            if other.score >= STRONG and (other.same_number or other.span.bold) and not other.span.run_in
        ]
        firsts.append(min(copies, key=lambda other: (other.span.first, -other.gain), default=fit))
    return firsts


def _extras(lines: list[Line], fits: list[Fit], found: list[Fit]) -> list[Extra]:
    """Headings over and above the outline. Careful: a numbered sentence of the text is none."""
    extras: list[Extra] = []
    covered = {at for fit in found for at in range(fit.span.first, fit.span.last + 1)}
    matched = {fit.section for fit in found}
    for fit in sorted(fits, key=lambda fit: (fit.span.first, -fit.gain)):
        is_heading = (fit.span.bold or fit.same_number) and not fit.span.run_in and not fit.span.is_bullet
        span_lines = set(range(fit.span.first, fit.span.last + 1))
        if fit.section in matched and fit.score >= STRONG and is_heading and not span_lines & covered:
            extras.append(Extra(fit.span, fit.section))
            covered |= span_lines
    if sum(fit.span.bold for fit in found) >= 0.8 * max(len(found), 1):
        for at, line in enumerate(lines):
            has_text = at + 1 < len(lines) and at + 1 not in covered and not _is_heading(lines[at + 1])
            if at not in covered and _is_heading(line) and has_text:
                extras.append(Extra(whole_line(line, at), None))
    return sorted(extras, key=lambda extra: extra.span.first)


def _is_heading(line: Line) -> bool:
    """Bold, numbered, short and with a text to follow: as this report sets its headings."""
    return line.bold and bool(line.number) and bool(line.title) and len(line.title.split()) <= 20


# -- what comes out ----------------------------------------------------------------------------------------------------


def _sections(lines: list[Line], found: list[Fit], extras: list[Extra], form: Form) -> tuple[SectionText, ...]:
    bodies = _bodies(lines, [fit.span for fit in found] + [extra.span for extra in extras])
    by_section = {fit.section: fit for fit in found}
    paths = [form.outline[fit.section].path for fit in found]
    below: dict[int | None, list[Extra]] = defaultdict(list)
    for extra in extras:
        above = _heading_above(extra, found)
        below[above.section if above else None].append(extra)
    rows: list[SectionText] = []

    def add_extras(section: int | None) -> None:
        for extra in below[section]:
            rows.append(_row(len(rows) + 1, extra.span, lines, bodies[extra.span.first], None, None, "extra"))

    add_extras(None)
    for index, section in enumerate(form.outline):
        fit, ordinal = by_section.get(index), len(rows) + 1
        if fit is None:
            rows.append(SectionText(ordinal, section.path, section.title, None, None, None, "missing", "", Place()))
            continue
        body = bodies[fit.span.first]
        empty = _says_nothing(body) and not _has_children(section, paths)
        rows.append(_row(ordinal, fit.span, lines, body, section, fit.score, "empty" if empty else "matched"))
        add_extras(index)
    return tuple(rows)


def _heading_above(extra: Extra, found: list[Fit]) -> Fit | None:
    above = [fit for fit in found if fit.span.first < extra.span.first]
    return max(above, key=lambda fit: fit.span.first, default=None)


def _bodies(lines: list[Line], spans: list[Span]) -> dict[int, str]:
    """First line of a heading → the text up to the next heading, one line a line, printed list labels kept."""
    ordered = sorted(spans, key=lambda span: span.first)
    bodies = {}
    for span, after in zip_longest(ordered, ordered[1:]):
        texts = [line.text for line in lines[span.last + 1 : after.first if after else len(lines)]]
        bodies[span.first] = "\n".join([span.rest, *texts] if span.rest else texts)
    return bodies


def _says_nothing(body: str) -> bool:
    """Whether the text has neither words nor figures; one plain letter shows that without the key of a whole section."""
    return not _PLAIN_LETTER.search(body) and not key(body)


def _has_children(section: Section, paths: list[str]) -> bool:
    return any(path.startswith(section.path + "/") for path in paths)


def _row(
    ordinal: int,
    span: Span,
    lines: list[Line],
    body: str,
    section: Section | None,
    score: float | None,
    status: SectionStatus,
) -> SectionText:
    return SectionText(
        ordinal=ordinal,
        section=section.path if section else None,
        title=section.title if section else span.title,
        source_number=span.token or None,
        source_heading=span.heading,
        match_score=None if score is None else round(min(score, 1.0), 4),
        status=status,
        body=body,
        place=lines[span.first].place,
    )


def _findings(
    lines: list[Line],
    found: list[Fit],
    extras: list[Extra],
    rows: tuple[SectionText, ...],
    form: Form,
    settings: Settings,
) -> tuple[Finding, ...]:
    findings = []
    names = {section.path: _name(section) for section in form.outline}
    optional = {section.path for section in form.outline if section.optional}
    for row in rows:
        code = {"missing": "SECTION_MISSING", "empty": "SECTION_EMPTY"}.get(row.status)
        if code and row.section is not None and row.section not in optional:
            findings.append(Finding(code, row.place, section=row.section, expected=names[row.section]))
    for fit in found:
        path, place, heading = form.outline[fit.section].path, lines[fit.span.first].place, fit.span.heading
        if not fit.in_order:
            findings.append(Finding("SECTION_ORDER", place, section=path, found=heading, expected=names[path]))
        if fit.score < settings.section_sure or fit.margin < settings.section_margin:
            findings.append(Finding("SECTION_UNSURE", place, section=path, found=heading, expected=names[path]))
    for extra in extras:
        place, heading = lines[extra.span.first].place, extra.span.heading
        if extra.twin is None:
            findings.append(Finding("SECTION_EXTRA", place, found=heading))
        else:
            path = form.outline[extra.twin].path
            findings.append(Finding("SECTION_TWICE", place, section=path, found=heading, expected=names[path]))
    return tuple(findings)


def _name(section: Section) -> str:
    """A section as people call it: 'II.1.1.2' says less than '1.2. Những tồn tại …'."""
    if section.parent is None:
        return f"Phần {section.number}: {section.title}"
    return f"{section.number}{'. ' if section.number[0].isdigit() or section.number.isupper() else ') '}{section.title}"
