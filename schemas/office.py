"""An office: who consolidates, which form, which period, and the settings that every step is handed.

`office.toml` names them; it stands beside the warehouse, in the folder given, or the bundled one is used.
"""

from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from schemas.form import Form, check, load_form, read_toml
from schemas.units import Unit, read_units


class Settings(BaseModel):
    """Every threshold and limit, in one frozen object. Scores are 0–1; docs/thresholds.md says why each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # rows ↔ indicators
    row_floor: float = 0.6
    """Below this similarity a row is never thought to be an indicator."""
    row_possible: float = 0.45
    """A filled row that the form lacks, at or above this, may be the indicator that is missing: flagged, not absent."""
    row_accept: float = 0.82
    """At or above this similarity, with the margin below, a row is the indicator without a question."""
    row_margin: float = 0.1
    """What the best alignment must be better than the next, in units of 20 letters: two letters."""
    # tables ↔ appendices
    appendix_floor: float = 0.8
    """Below this evidence a table has nothing to do with an appendix."""
    appendix_accept: float = 1.5
    """At or above this evidence, with the margin below, a table is the appendix without a question."""
    appendix_margin: float = 0.5
    # headings ↔ outline
    section_accept: float = 0.8
    """Likeness of texts that an unnumbered bold heading needs; a fitting number lowers it, a contrary one raises it."""
    section_sure: float = 0.75
    """Below this likeness a matched heading is asked about: number and place decided more than its text."""
    section_margin: float = 0.04
    """What the best alignment of headings must be better than the next: less is less than a number says."""
    # limits of the child process that reads one file
    cpu_seconds: int = 60
    wall_seconds: int = 180
    memory_mb: int = 1536
    max_file_mb: int = 100
    max_unpacked_mb: int = 400
    max_zip_parts: int = 5000
    max_zip_ratio: int = 200
    max_pages: int = 500
    max_page_objects: int = 200_000
    max_page_characters: int = 200_000
    # the watch folder, in seconds unless said otherwise
    watch_poll_seconds: float = 5
    """Between two looks; a file that stands still over two of them may be whole."""
    watch_doubt_seconds: float = 900
    """So long a file may stand still and not be whole (a copy that stalled); then it is taken as it is."""
    watch_batch_seconds: float = 6
    """After so long, the making of the snapshot counted in, readers see new files and other commands get their turn."""
    watch_retry_seconds: float = 60
    """Before a file that a cause of ours hindered is tried again; doubled each time, up to an hour."""
    watch_tries: int = 3
    """So often a file must pass a limit of the reading process before the file is blamed."""
    watch_stale_seconds: float = 60
    """So long the lock of a watcher on another machine must show no sign of life before it is taken over."""
    watch_free_mb: int = 100
    """With less free disk than this, no file is blamed for failing to be read."""
    busy_seconds: float = 30
    """So long a command waits for another one that writes."""
    publish_kept: int = Field(default=5, ge=1)
    """So many published copies stay in a shared folder."""

    # what kind of page a PDF page is
    pdf_few_characters: int = 20
    pdf_picture_share: float = 0.3
    pdf_outline_curves: int = 500
    pdf_garbled: float = 0.2
    pdf_second_pages: int = 20
    # scans
    scan_dpi: int = 300
    """Dots an inch at which a scanned page is drawn for OCR: Tesseract is trained on letters of that size."""
    scan_picture_megapixels: int = 150
    """The pictures of one page together; A3 at 600 dpi has 70."""
    scan_page_seconds: int = 60
    """Limit of every call of the OCR program; so much a scanned page adds to the limits of the whole file."""
    scan_pages: int = 100
    """More scanned pages than this are no report of a commune, and would take hours."""
    scan_accept: float = 0.8
    """A cell of a scan that was read with less confidence is flagged."""


class Office(BaseModel):
    """One consolidating office. `level` is the level that consolidates ('huyện', 'tỉnh')."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    level: str
    form: Form
    units: tuple[Unit, ...]
    due_date: date | None = None
    units_on: date | None = None
    """The units of which day report and are added up; None: those of the period's last day. After a reform the new units
    answer for what the old ones sent."""
    settings: Settings = Field(default_factory=Settings)


def read_office(path: Path) -> Office:
    """The office in an `office.toml`. Raises FormFault with file, key and reason."""
    data = read_toml(path)
    folders = [path.parent / name for name in data.pop("form_folders", [])]
    data["form"] = load_form(str(data.get("form", "")), *folders)
    data["units"] = read_units(_units_path(path, data))
    return check(Office, data, path)


def units_path(path: Path) -> Path:
    """Where the list of units of an `office.toml` lies, which need not be there yet. Raises FormFault."""
    return _units_path(path, read_toml(path))


def _units_path(path: Path, data: dict[str, Any]) -> Path:
    return path.parent / str(data.get("units", "units.csv"))


def bundled_office() -> Path:
    """The office that is used where none is named: huyện Hương Sơn, 2020."""
    return Path(str(files("schemas"))) / "offices" / "huong-son-2020" / "office.toml"
