"""The archive: originals by content, the ledger, the journal of people's decisions; does all of it agree; backup."""

from ingest.archive.backup import backup, restore
from ingest.archive.reconcile import reconcile
from ingest.archive.store import Archive, Staged, archive_faults, digest_of, folder_of, read_archive

__all__ = [
    "Archive", "Staged", "archive_faults", "backup", "digest_of", "folder_of", "read_archive", "reconcile", "restore",
]  # fmt: skip
