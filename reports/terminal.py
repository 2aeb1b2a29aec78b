"""What people see on the terminal while files come in and afterwards."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from schemas.result import Result


@contextmanager
def progress(total: int, *, quiet: bool) -> Iterator[Any]:
    """A function to call with each result; shows a bar on a terminal, nothing elsewhere."""
    if quiet or total < 2 or not sys.stderr.isatty():
        yield lambda result: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Đang đọc", total=total)
        yield lambda result: bar.update(task, advance=1, description=result.file[:40])


def print_results(results: Sequence[Result], ignored: int, db: Path) -> None:
    """The short table that a clerk reads, then what was not taken in and why."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 140, highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Tệp", "Đơn vị", "Kết quả", "Mã"):
        table.add_column(heading, overflow="fold")
    for heading in ("Ô đọc được", "Ô nghi ngờ", "Cảnh báo"):
        table.add_column(heading, justify="right")
    for result in results:
        if result.exit_code == 0:
            table.add_row(*map(escape, _table_row(result)))
    if table.row_count:
        console.print(table)
    for result in results:
        if result.exit_code:
            console.print(f"[bold]Không nhận[/bold] {escape(inert(result.file))}: {escape(inert(result.message or ''))}")
            console.print(f"  → {escape(inert(result.advice or ''))}")
    console.print(_closing_line(results, ignored, db))


def _table_row(result: Result) -> tuple[str, ...]:
    counts = result.findings or {}
    warnings = str(counts.get("error", 0) + counts.get("warning", 0)) if result.findings else ""
    return (
        inert(result.file),
        result.unit or "chưa rõ đơn vị" if result.outcome == "loaded" else result.unit or "",
        _what_happened(result),
        result.submission_id or "",
        str(result.cells_read) if result.findings else "",
        str(result.cells_flagged) if result.findings else "",
        warnings,
    )


def _what_happened(result: Result) -> str:
    """'đã nhận'; of a file that was there already also how its report stands: 'đã có, không đổi (đã chấp nhận)'."""
    standing = _STANDINGS.get(result.status or "", "")
    return standing if result.outcome == "loaded" else f"{_OUTCOMES[result.outcome]} ({standing})"


_OUTCOMES = {"unchanged": "đã có, không đổi", "assigned": "đã ghi đơn vị"}


_STANDINGS = {
    "received": "đã nhận",
    "needs_review": "cần người xem",
    "accepted": "đã chấp nhận",
    "returned": "đã trả lại",
    "withdrawn": "đã rút",
}


def _closing_line(results: Sequence[Result], ignored: int, db: Path) -> str:
    done = sum(result.exit_code == 0 for result in results)
    parts = [f"{done}/{len(results)} tệp đã vào kho {db}"]
    if ignored:
        parts.append(f"{ignored} tệp khác bỏ qua")
    return ", ".join(parts) + "."


def watched_line(result: Result) -> str:
    what = {"loaded": "đã nhận", "unchanged": "đã có, không đổi", "refused": "không nhận", "waiting": "còn chờ"}
    parts = (result.file, result.unit, what[result.outcome], result.submission_id, result.message)
    return inert(f"{datetime.now():%H:%M:%S}  " + "  ".join(part for part in parts if part))


def inert(text: str) -> str:
    """Text from outside without control characters: it must not steer the terminal."""
    return "".join(char if char.isprintable() else "�" for char in text)


def warn(text: str) -> None:
    print(inert(text), file=sys.stderr, flush=True)
