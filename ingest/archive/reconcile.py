"""Do ledger, journal, originals and warehouse agree? What does not is said, file by file."""

from collections.abc import Iterator

from ingest.archive.names import visible
from ingest.archive.store import Archive
from schemas.ledger import Discrepancy, Stored


def reconcile(archive: Archive, stored: Stored, *, thorough: bool = False) -> list[Discrepancy]:
    """Where archive and warehouse do not agree: a lost .wal, yesterday's copy put back, a row changed by hand, an
    original that is gone. `thorough` hashes every original."""
    return [*_files(archive, stored), *_decisions(archive, stored), *_originals(archive, thorough)]


def _files(archive: Archive, stored: Stored) -> Iterator[Discrepancy]:
    for sha256, entry in archive.loaded.items():
        name = visible(entry.arrival.file_name)
        if sha256 not in stored.files:
            yield Discrepancy("LOST_FILE", f"Kho dữ liệu thiếu tệp đã nhận: {name}.")
        elif entry.content and stored.files[sha256] != entry.content:
            yield Discrepancy("CHANGED_CONTENT", f"Số liệu trong kho dữ liệu khác lúc nhận: {name}.")
    for sha256 in stored.files.keys() - archive.loaded.keys():
        yield Discrepancy("UNKNOWN_FILE", f"Kho dữ liệu có tệp mà sổ nhận không ghi: {sha256[:12]}.")


def _decisions(archive: Archive, stored: Stored) -> Iterator[Discrepancy]:
    noted = {decision.decision_id: decision for decision in archive.decisions}
    for key, decision in noted.items():
        if key not in stored.decisions:
            what = f"{decision.action} {decision.submission_id} ({visible(decision.decided_by)})"
            yield Discrepancy("LOST_DECISION", f"Kho dữ liệu thiếu quyết định đã ghi sổ: {what}.")
    for key in stored.decisions:
        if key not in noted:
            yield Discrepancy("UNKNOWN_DECISION", f"Kho dữ liệu có quyết định mà sổ quyết định không ghi: {key}.")


def _originals(archive: Archive, thorough: bool) -> Iterator[Discrepancy]:
    for entry in archive.loaded.values():
        path = archive.original(entry)
        if not (archive.is_intact(entry) if thorough else path and path.exists()):
            yield Discrepancy("LOST_ORIGINAL", f"Bản gốc trong kho gốc bị mất hoặc bị sửa: {entry.path}.")
