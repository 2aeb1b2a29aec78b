"""The nouns as rows of the warehouse's tables: one dict a row, its keys the table's columns."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from schemas.decision import Decision
from schemas.finding import CATALOGUE, Finding
from schemas.form import Form
from schemas.office import Office
from schemas.place import Place
from schemas.record import AppendixFound, Claim, Extraction, Observation, SectionText, Sender
from schemas.rule import Rule
from schemas.units import Unit

Row = Mapping[str, Any]
Tables = dict[str, Sequence[Row]]
ID_LENGTH = 12
"""Hex digits of a file's SHA-256 that name its submission: short enough to type, 48 bits apart."""
PERIOD_CODES = frozenset({"FORM_UNSURE", "PERIOD_UNSURE"})
"""Findings that naming the sender does not settle."""
SURROGATE = re.compile("[\ud800-\udfff]")
VIETNAM = timezone(timedelta(hours=7))


def local_time(moment: datetime) -> str:
    """`moment` as Vietnam's time (UTC+7, no summer time), for a TIMESTAMP column; a naive one is taken as local already."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(VIETNAM).replace(tzinfo=None)
    return moment.isoformat(sep=" ")


def short_id(sha256: str) -> str:
    """The id of a file, and of the submission whose first file it is."""
    return sha256[:ID_LENGTH]


def as_json(rows: Sequence[Row]) -> str:
    """Rows as JSON that the engine takes whatever the text: NUL and lone surrogates, which no text column holds, go."""
    text = json.dumps(rows, ensure_ascii=False, allow_nan=False)
    if "\\u0000" in text:
        text = json.dumps([{k: _without_nul(v) for k, v in row.items()} for row in rows], ensure_ascii=False)
    return SURROGATE.sub("\ufffd", text)


def extraction_tables(extraction: Extraction, received_at: datetime) -> Tables:
    """Table → rows for everything that one file gave, its `file` row included."""
    file_id = short_id(extraction.source.sha256)
    return {
        "file": [_file(extraction, received_at)],
        "submission": [_submission(extraction, received_at)],
        "appendix": [_appendix(file_id, found) for found in extraction.appendices],
        "section": [_section(file_id, section) for section in extraction.sections],
        "observation": [_observation(file_id, observation) for observation in extraction.observations],
        "finding": _findings(file_id, extraction.findings),
        "claim": [_claim(file_id, claim) for claim in extraction.claims],
    }


def refused_row(
    sha256: str, file_name: str, size: int, reason: str, detail: str | None, received_at: datetime
) -> dict[str, Any]:
    """The `file` row of a file that was not taken in."""
    return {
        "file_id": short_id(sha256),
        "sha256": sha256,
        "received_at": local_time(received_at),
        "submission_id": None,
        "file_name": file_name,
        "format": None,
        "bytes": size,
        "pages": None,
        "outcome": "refused",
        "reason": reason,
        "detail": detail or None,
        "cells_printed": None,
        "cells_used": None,
    }


def decision_row(decision: Decision, seq: int) -> Row:
    """The `decision` row of the decision that was made as number `seq`."""
    return {
        "decision_id": decision.decision_id,
        "seq": seq,
        "decided_at": local_time(decision.decided_at),
        "action": decision.action,
        "submission_id": decision.submission_id,
        "decided_by": decision.decided_by,
        "reason": decision.reason or None,
        "unit_id": decision.unit_id,
        "appendix": decision.appendix,
        "indicator": decision.indicator,
        "column_key": decision.column_key,
        "value": decision.value,
        "text": decision.text or None,
        "undoes": decision.undoes,
    }


def office_tables(office: Office) -> Tables:
    """Table → rows of the reference data that belong to the office as a whole."""
    return {
        "unit": [_unit(unit) for unit in office.units],
        "level": [{"units_on": office.units_on and office.units_on.isoformat()}],
        "catalogue": [
            {"code": code, "severity": kind.severity, "text": kind.text, "advice": kind.advice or None}
            for code, kind in CATALOGUE.items()
        ],
    }


def form_tables(form: Form) -> Tables:
    """Table → rows of one form."""
    return {
        "form": [
            {
                "form": form.code,
                "name": form.name,
                "title": form.title,
                "period": form.period,
                "period_start": form.period_start.isoformat(),
                "period_end": form.period_end.isoformat(),
                "data": form.model_dump_json(),
            }
        ],
        "form_column": [
            {
                "form": form.code,
                "appendix": appendix.number,
                "appendix_title": appendix.title,
                "ordinal": n,
                "column_key": column.key,
                "label": column.label,
                "column_start": column.start and column.start.isoformat(),
                "column_end": column.end and column.end.isoformat(),
                "is_part_period": column.part_period,
                "year": column.year,
            }
            for appendix in form.appendices
            for n, column in enumerate(form.columns_of(appendix), 1)
        ],
        "indicator": list(_indicators(form)),
        "choice": [
            {"form": form.code, "appendix": appendix.number, "indicator": row.code, "ordinal": n, "category": choice.text}
            for appendix in form.appendices
            for row in appendix.indicators
            for n, choice in enumerate(row.choices, 1)
        ],
        "form_section": [
            {
                "form": form.code,
                "ordinal": n,
                "section": section.path,
                "parent": section.parent,
                "title": section.title,
                "optional": section.optional,
            }
            for n, section in enumerate(form.outline, 1)
        ],
        "rule": [_rule(form.code, n, rule) for n, rule in enumerate(form.rules, 1)],
        "rule_term": [
            {
                "form": form.code,
                "rule": rule.id,
                "side": side,
                "ordinal": n,
                "appendix": ref.appendix,
                "indicator": ref.indicator,
                "column_key": ref.column,
            }
            for rule in form.rules
            for side, refs in (("left", rule.left), ("right", rule.right))
            for n, ref in enumerate(refs, 1)
        ],
    }


def _without_nul(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value


def _file(extraction: Extraction, received_at: datetime) -> Row:
    source = extraction.source
    return {
        "file_id": short_id(source.sha256),
        "sha256": source.sha256,
        "received_at": local_time(received_at),
        "submission_id": short_id(source.sha256),
        "file_name": source.file_name,
        "format": source.format,
        "bytes": source.bytes,
        "pages": source.pages,
        "outcome": "loaded",
        "reason": None,
        "detail": None,
        "cells_printed": extraction.cells_printed,
        "cells_used": extraction.cells_used,
    }


def _submission(extraction: Extraction, received_at: datetime) -> Row:
    sender = extraction.sender
    period_unsure = any(finding.code in PERIOD_CODES for finding in extraction.findings)
    return {
        "submission_id": short_id(extraction.source.sha256),
        "file_name": extraction.source.file_name,
        "received_at": local_time(received_at),
        "form": extraction.form,
        "period": extraction.period,
        "period_start": extraction.period_start.isoformat(),
        "period_end": extraction.period_end.isoformat(),
        "unit_id": sender.unit_id or None,
        "document_number": sender.document_number or None,
        "document_date": sender.document_date and sender.document_date.isoformat(),
        "sender_confidence": sender.confidence,
        "sender_evidence": json.dumps(_evidence(sender), ensure_ascii=False),
        "is_sender_unsure": extraction.needs_review and not period_unsure,
        "is_period_unsure": period_unsure,
    }


def _evidence(sender: Sender) -> list[Row]:
    return [
        {"ordinal": n, "source": sign.source, "found": sign.found or None, "unit_id": sign.unit_id, **_place(sign.place)}
        for n, sign in enumerate(sender.evidence, 1)
    ]


def _appendix(file_id: str, found: AppendixFound) -> Row:
    return {
        "file_id": file_id,
        "appendix": found.appendix,
        "status": found.status,
        "confirmed": found.confirmed,
        "cells_expected": found.cells_expected,
        "cells_filled": found.cells_filled,
        "cells_flagged": found.cells_flagged,
        "score": found.score,
        "title": found.title or None,
        "block": found.place.block,
        "page": found.place.page,
        "table_no": found.place.table,
        "row_no": found.place.row,
        "box": _box(found.place),
    }


def _section(file_id: str, section: SectionText) -> Row:
    return {
        "file_id": file_id,
        "ordinal": section.ordinal,
        "section": section.section or None,
        "title": section.title or None,
        "source_number": section.source_number or None,
        "source_heading": section.source_heading or None,
        "match_score": section.match_score,
        "status": section.status,
        "body": section.body or None,
        "block": section.place.block,
        "page": section.place.page,
        "box": _box(section.place),
    }


def _observation(file_id: str, o: Observation) -> Row:
    return {
        "file_id": file_id,
        "appendix": o.appendix,
        "indicator": o.indicator,
        "ordinal": o.ordinal,
        "parent": o.parent or None,
        "label": o.label or None,
        "kind": o.kind,
        "measure": o.measure or None,
        "source_stt": o.source_stt or None,
        "source_label": o.source_label or None,
        "match_score": o.match_score,
        "column_key": o.column_key,
        "source_column": o.source_column or None,
        "column_start": o.column_start and o.column_start.isoformat(),
        "column_end": o.column_end and o.column_end.isoformat(),
        "is_part_period": o.is_part_period,
        "year": o.year,
        "raw": o.raw or None,
        "value": o.value,
        "text": o.text or None,
        "value_read": o.value_read,
        "text_read": o.text_read or None,
        "status": o.status,
        "confidence": o.confidence,
        **_place(o.place),
    }


def _claim(file_id: str, claim: Claim) -> Row:
    names = ("ordinal", "pattern", "appendix", "indicator", "value", "part", "percent", "before", "change", "bound",
             "year_from", "year_to", "is_now", "raw", "sentence")  # fmt: skip
    return {
        "file_id": file_id,
        "section": claim.section or None,
        **{name: getattr(claim, name) for name in names},
        **_place(claim.place),
    }


def _rule(form: str, ordinal: int, rule: Rule) -> Row:
    names = ("kind", "severity", "text", "advice", "tolerance", "word", "low", "high", "threshold", "floor", "least")
    return {
        "form": form,
        "rule": rule.id,
        "ordinal": ordinal,
        **{name: getattr(rule, name) for name in names},
        "is_blank_zero": rule.blank == "zero",
        "cell_kind": rule.cells,
        "left_terms": len(rule.left),
        "right_terms": len(rule.right),
    }


def _place(where: Place) -> dict[str, Any]:
    return {
        "block": where.block,
        "page": where.page,
        "table_no": where.table,
        "row_no": where.row,
        "col_no": where.col,
        "box": _box(where),
    }


def _box(where: Place) -> str | None:
    return ",".join(f"{edge:g}" for edge in where.box) if where.box else None


def _findings(file_id: str, findings: Iterable[Finding]) -> list[Row]:
    """Ids are hashes of what was found where, so that reading the same bytes again gives the same ids."""
    rows: list[Row] = []
    seen: Counter[str] = Counter()
    for finding in findings:
        what = "|".join(
            map(str, (file_id, finding.code, finding.place, finding.appendix, finding.indicator,
                      finding.column_key, finding.section, finding.found, finding.expected))
        )  # fmt: skip
        seen[what] += 1
        rows.append(
            {
                "finding_id": hashlib.sha256(f"{what}|{seen[what]}".encode("utf-8", "replace")).hexdigest()[:16],
                "file_id": file_id,
                "severity": finding.kind.severity,
                "code": finding.code,
                "message": finding.message,
                "appendix": finding.appendix,
                "indicator": finding.indicator or None,
                "column_key": finding.column_key or None,
                "section": finding.section or None,
                "found": finding.found or None,
                "expected": finding.expected or None,
                **_place(finding.place),
            }
        )
    return rows


def _unit(unit: Unit) -> Row:
    return {
        "unit_id": unit.unit_id,
        "code": unit.code,
        "name": unit.name,
        "type": unit.type,
        "valid_from": unit.valid_from.isoformat(),
        "valid_to": unit.valid_to and unit.valid_to.isoformat(),
        "parent": unit.parent,
        "successors": " ".join(unit.successors) or None,
    }


def _indicators(form: Form) -> Iterable[Row]:
    for appendix in form.appendices:
        for n, row in enumerate(appendix.indicators, 1):
            yield {
                "form": form.code,
                "appendix": appendix.number,
                "appendix_title": appendix.title,
                "confirmed": appendix.confirmed,
                "ordinal": n,
                "indicator": row.code,
                "parent": row.parent,
                "label": row.label,
                "kind": row.kind,
                "required": row.required,
                "measure": row.measure,
                "over_units": row.over_units,
                "over_years": row.over_years,
                "weight": row.weight,
                "open_rows": row.open_rows,
            }
