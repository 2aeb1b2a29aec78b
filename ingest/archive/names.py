"""Names that every file system takes, and text that no terminal obeys."""

import re
import unicodedata
from pathlib import Path

from ingest.durable import BEING_WRITTEN

SLIP = "phieu.json"
"""The file beside a copy on its way that says what it is."""
# A file system takes 255 bytes a name, some encrypted ones 143; endings of ours are added.
_NAME_BYTES = 100
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_UNSAFE = re.compile(r'[<>:"/\\|?*]')


def safe_name(name: str) -> str:
    """`name` as one that every file system takes and no shell, terminal or Windows device misunderstands: composed
    Unicode, no control character, no separator, not too long; its ending kept."""
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    name = _UNSAFE.sub("_", "".join(char if char.isprintable() else "_" for char in name))
    path = Path(name.strip(" ."))
    stem, suffix = path.stem.rstrip(" ."), path.suffix
    if len(suffix.encode()) > 10 or " " in suffix:
        stem, suffix = path.name, ""
    stem = stem.encode()[: _NAME_BYTES - len(suffix.encode())].decode("utf-8", "ignore").rstrip(" .")
    if suffix == BEING_WRITTEN:
        suffix += "_"
    if not stem or _DEVICES.fullmatch(stem + suffix) or stem + suffix == SLIP:
        stem = "_" + stem
    return stem + suffix


def visible(text: str) -> str:
    """Text from outside on one line, without what steers a terminal."""
    return "".join(char if char.isprintable() else "�" for char in text)
