"""Fingerprints: what tells the archive that rows of a loaded file were changed or lost."""

import hashlib
from collections.abc import Callable
from typing import Any

from schemas.sql.rows import short_id

FINGERPRINTED = {
    "observation": "appendix indicator column_key status raw value text value_read text_read",
    "section": "ordinal section status source_heading body",
    "appendix": "appendix status cells_expected cells_filled cells_flagged",
    "finding": "finding_id",
}
"""What is looked at, named column by column, so that a new column changes no fingerprint."""
_LOADED = "SELECT sha256 FROM store.file WHERE outcome = 'loaded'"
_LINES = """SELECT f.sha256, '{table}', count(*), md5(string_agg(t.line, '|' ORDER BY t.line))
FROM (SELECT file_id, CAST(to_json([{columns}]) AS VARCHAR) AS line FROM store.{table} {only}) AS t
JOIN store.file AS f ON f.file_id = t.file_id AND f.outcome = 'loaded' GROUP BY f.sha256"""


def fingerprints(ask: Callable[[str], list[tuple[Any, ...]]], sha256: str | None = None) -> dict[str, str]:
    """SHA-256 → fingerprint of the content of one loaded file (which must be there), or of each. `ask` gives rows."""
    parts: dict[str, list[object]] = {sha256: []} if sha256 else {row[0]: [] for row in ask(_LOADED)}
    only = f"WHERE file_id = '{short_id(sha256)}'" if sha256 else ""
    for table, names in FINGERPRINTED.items():
        columns = ", ".join(f"CAST({name} AS VARCHAR)" for name in names.split())
        for key, *part in ask(_LINES.format(table=table, columns=columns, only=only)):
            parts[key].append(part)
    return {key: hashlib.sha256(repr(part).encode()).hexdigest()[:16] for key, part in parts.items()}
