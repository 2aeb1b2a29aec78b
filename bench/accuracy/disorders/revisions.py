"""Tracked changes and hidden text: what is shown is what counts."""

from random import Random

from bench.accuracy.blocks import Block, Run, Square, line
from bench.accuracy.disorders.paper import grids, value_squares
from bench.accuracy.disorders.registry import on_blocks, share


def _numbers(blocks: list[Block], rng: Random, probability: float) -> list[Square]:
    return [s for s in value_squares(blocks) if s.paras[0].text.strip() and rng.random() < probability]


@on_blocks("tracked_inserts", "paper", "số sửa theo dõi: «1» + chèn «25» là 125")
def tracked_inserts(blocks: list[Block], rng: Random, strength: int) -> None:
    """Part of the number, or all of it, is a tracked insertion."""
    for square in _numbers(blocks, rng, 0.12 * strength):
        run = square.paras[0].runs[0]
        at = rng.randrange(len(run.text))
        square.paras[0].runs = [r for r in (Run(run.text[:at]), Run(run.text[at:], mark="ins")) if r.text]


@on_blocks("tracked_deletions", "paper", "số cũ bị xóa theo dõi đứng cạnh số mới")
def tracked_deletions(blocks: list[Block], rng: Random, strength: int) -> None:
    """The old number deleted, the new one inserted; also in labels and in empty cells."""
    for square in _numbers(blocks, rng, 0.12 * strength):
        new = Run(square.paras[0].runs[0].text, mark="ins")
        old = Run(str(rng.randrange(1, 999)), mark="del")
        square.paras[0].runs = [old, new] if rng.random() < 0.5 else [new, old]
    empty = [s for g in grids(blocks) for s in g.values() if len(s.paras) == 1 and not s.paras[0].runs]
    for square in empty:
        if rng.random() < 0.05 * strength:
            square.paras[0].runs = [Run(str(rng.randrange(1, 99)), mark="del")]


@on_blocks("tracked_rows", "paper", "hàng bị xóa theo dõi, hàng chèn theo dõi", held_out=True)
def tracked_rows(blocks: list[Block], rng: Random, strength: int) -> None:
    """A row deleted in tracking (an old version of the row below) and rows inserted in tracking."""
    for grid in share(rng, grids(blocks), strength):
        rows = sorted({s.row for s in grid.values()})
        plain = [r for r in rows if not any(s.down > 1 and s.row <= r < s.row + s.down for s in grid.squares)]
        if not plain:
            continue
        at = rng.choice(plain)
        for square in grid.squares:
            if square.row >= at:
                square.row += 1
            elif square.row + square.down > at:
                square.down += 1
        copies = [s for s in grid.squares if s.row == at + 1]
        grid.squares += [
            Square([line(s.text if s.role != "value" else str(rng.randrange(100, 999)))], at, s.col, 1, s.across, s.role)
            for s in copies
        ]
        grid.rows += 1
        grid.deleted_rows = {at}
        grid.inserted_rows = {at + 1}


@on_blocks(
    "hidden_text",
    "paper",
    "chữ ẩn trong ô số",
    held_out=True,
    undecidable="ô có chữ ẩn: đọc phần nhìn thấy hay hỏi đều được",
)
def hidden_text(blocks: list[Block], rng: Random, strength: int) -> None:
    """Hidden digits beside the shown ones: what is shown counts, a question is right too."""
    for square in _numbers(blocks, rng, 0.04 * strength):
        square.paras[0].runs.append(Run(str(rng.randrange(1, 99)), mark="hidden"))
        if square.data is not None:
            square.data.want = square.data.want.asked("may")
