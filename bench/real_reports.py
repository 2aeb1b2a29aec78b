"""Real reports with their hand-made truth: `python -m bench.real_reports FOLDER`.

Beside each report `NAME.docx` (and the same report as .pdf, .doc …) stand `NAME.gold.csv`, the truth of its appendix
cells (appendix, row, stt, label, column, raw, value; `row` counts the data rows of that appendix), and where it is
known `NAME.outline.csv` (path, heading). A cell is right only when raw, value and status are. Ends with 1 where
anything is not.
"""

import argparse
import csv
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.accuracy.answer import Answer
from bench.accuracy.letters import folded
from bench.accuracy.product import ask_about
from schemas.office import bundled_office

NAMELESS = "dòng không có tên"
FORMATS = ("docx", "pdf", "doc")
STATUS_OF = {"": ("blank",), "-": ("none",), "–": ("none",), "x": ("not_applicable",), "/": ("not_applicable",)}


@dataclass(frozen=True, slots=True)
class GoldCell:
    """One cell of a `.gold.csv`."""

    appendix: int
    row: int
    label: str
    column: str
    raw: str
    value: float | None

    @property
    def place(self) -> str:
        """For people."""
        return f"PL{self.appendix} dòng {self.row} «{self.label or NAMELESS}» cột «{self.column}»"

    def statuses(self) -> tuple[str, ...]:
        """The statuses that are right: a nameless row with figures is asked about, and nothing else is."""
        if not self.label and self.raw:
            return ("flagged",)
        return STATUS_OF.get(self.raw, ("ok",))


def read_gold(path: Path) -> list[GoldCell]:
    """The cells of one `.gold.csv`, in its order."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            GoldCell(
                int(r["appendix"]),
                int(r["row"]),
                folded(r["label"]),
                folded(r["column"]),
                folded(r["raw"]),
                float(r["value"]) if r["value"] else None,
            )
            for r in csv.DictReader(file)
        ]


def check_cells(gold: list[GoldCell], answer: Answer) -> Iterator[str]:
    """One line for each cell that is not right in raw, value and status."""
    rows = _rows(answer)
    for cell in gold:
        found = rows.get((cell.appendix, cell.row), [])
        matching = [o for o in found if folded(o["source_column"] or "") == cell.column]
        if len(matching) != 1:
            yield f"{cell.place}: {len(matching)} bản ghi"
            continue
        wrong = list(_differences(cell, matching[0]))
        if wrong:
            yield f"{cell.place}: {'; '.join(wrong)}"


def _rows(answer: Answer) -> dict[tuple[int, int], list[dict[str, Any]]]:
    """(appendix, n-th data row) → its observations, data rows counted from the first row with any observation."""
    placed = [o for o in answer.observations if o["row_no"] is not None and not (o["column_key"] or "").startswith("extra")]
    first: dict[int, int] = {}
    for observation in placed:
        at = observation["appendix"]
        first[at] = min(first.get(at, observation["row_no"]), observation["row_no"])
    out: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for observation in placed:
        key = observation["appendix"], observation["row_no"] - first[observation["appendix"]] + 1
        out.setdefault(key, []).append(observation)
    return out


def _differences(cell: GoldCell, got: dict[str, Any]) -> Iterator[str]:
    if folded(got["source_label"] or "") != cell.label:
        yield f"tên «{got['source_label']}»"
    if folded(got["raw"] or "") != cell.raw:
        yield f"chữ «{got['raw']}», đúng là «{cell.raw}»"
    if got["status"] not in cell.statuses():
        yield f"trạng thái {got['status']}, đúng là {' hoặc '.join(cell.statuses())}"
    if cell.value is not None and got["value_read"] != cell.value:
        yield f"số {got['value_read']}, đúng là {cell.value}"
    if cell.value is None and cell.raw and got["value_read"] is None and not got["text_read"]:
        yield "không có chữ"


def check_outline(path: Path, answer: Answer) -> Iterator[str]:
    """One line for each heading that was not matched, and for each that was invented."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        wanted = {row["path"]: row["heading"] for row in csv.DictReader(file)}
    found = {
        s["section"]: s["source_heading"] or ""
        for s in answer.sections
        if s["section"] and s["status"] in ("matched", "empty")
    }
    for section, heading in wanted.items():
        if section not in found:
            yield f"mục {section} «{heading}»: không thấy"
        elif not _same_heading(heading, found[section]):
            yield f"mục {section}: «{found[section]}», đúng là «{heading}»"
    for section in found.keys() - wanted.keys():
        yield f"mục {section} «{found[section]}»: không có trong tệp"


def _same_heading(wanted: str, found: str) -> bool:
    a, b = ("".join(c for c in folded(text).casefold() if c.isalnum()) for text in (wanted, found))
    return bool(b) and a.endswith(b)


def check_folder(folder: Path, office: Path, formats: tuple[str, ...]) -> tuple[int, int]:
    """Ingests each report that has a truth, each into a warehouse of its own; (right, all) over all of them."""
    right = total = 0
    for gold_path in sorted(folder.glob("*.gold.csv")):
        stem = gold_path.name.removesuffix(".gold.csv")
        gold = read_gold(gold_path)
        for report in [path for path in sorted(folder.glob(f"{stem}.*")) if path.suffix in formats]:
            good, everything = _check_report(report, gold, gold_path.with_name(f"{stem}.outline.csv"), office)
            right, total = right + good, total + everything
    return right, total


def _check_report(report: Path, gold: list[GoldCell], outline: Path, office: Path) -> tuple[int, int]:
    with tempfile.TemporaryDirectory(prefix="tonghop-that-") as work:
        answers = ask_about(report.resolve(), office.resolve(), Path(work) / "that.duckdb")
    answer = next(iter(answers.values()), Answer(report.name, None, "không có trong files"))
    cells = list(check_cells(gold, answer))
    headings = list(check_outline(outline, answer)) if outline.exists() else []
    print(
        f"{report.name}: {len(gold) - len(cells)}/{len(gold)} ô đúng, {len(headings)} đề mục sai"
        + (f" ({answer.reason})" if not answer.taken else "")
    )
    for line in (*cells, *headings):
        print(f"  {line}")
    return len(gold) - len(cells), len(gold) + len(headings)


def main(arguments: list[str] | None = None) -> int:
    """1 where a cell or a heading of any report is not right, or the folder holds none."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.real_reports", description="So báo cáo thật với sự thật ghi tay."
    )
    parser.add_argument("folder", type=Path, help="thư mục có báo cáo và tệp .gold.csv cùng tên")
    parser.add_argument("--office", type=Path, default=bundled_office())
    parser.add_argument(
        "--format", action="append", choices=FORMATS, help="định dạng cần đọc (ghi nhiều lần được); không ghi là docx"
    )
    options = parser.parse_args(arguments)
    formats = tuple(f".{name}" for name in options.format or ["docx"])
    right, total = check_folder(options.folder, options.office, formats)
    print(f"{right}/{total}")
    return 0 if right == total and total else 1


if __name__ == "__main__":
    sys.exit(main())
