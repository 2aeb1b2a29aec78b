"""Which files of a folder are tried, and which names only programs leave there (`junk.toml`)."""

import re
import tomllib
from fnmatch import translate
from functools import cache
from importlib.resources import files
from pathlib import PurePath

from schemas.errors import FormFault


@cache
def tried() -> frozenset[str]:
    """Endings, in small letters, of the files that are taken from a folder; others there are ignored."""
    return frozenset(_data()["tried"])


def is_tried(name: str) -> bool:
    """Whether a file of this name is taken from a folder."""
    return PurePath(name).suffix.lower() in tried() and not is_junk(name)


def is_junk(name: str) -> bool:
    """Whether a name is one that only programs give."""
    return bool(_junk().fullmatch(name.casefold()))


@cache
def _junk() -> re.Pattern[str]:
    return re.compile("|".join(translate(pattern.casefold()) for pattern in _data()["junk"]))


@cache
def _data() -> dict[str, list[str]]:
    path = files("schemas") / "junk.toml"
    data: dict[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    if missing := {"tried", "junk"} - data.keys():
        raise FormFault("JUNK", f"{path}: thiếu {', '.join(sorted(missing))}.", "Cài lại tonghop.")
    return data
