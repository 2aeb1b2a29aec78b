"""How Word keeps it: tables cut, nested or wrapped, distractors, landscape, links and fields, split runs."""

from random import Random

from bench.accuracy import prose
from bench.accuracy.blocks import Block, Grid, Para, Run, Square, line
from bench.accuracy.disorders.registry import on_blocks, on_report, share
from bench.accuracy.model import Report


def grids(blocks: list[Block]) -> list[Grid]:
    """The appendix tables."""
    return [block for block in blocks if isinstance(block, Grid) and block.table is not None]


def value_squares(blocks: list[Block]) -> list[Square]:
    """The printed data cells that hold plain text in one run."""
    return [
        square
        for grid in grids(blocks)
        for square in grid.values()
        if len(square.paras) == 1 and len(square.paras[0].runs) == 1 and square.paras[0].runs[0].mark == ""
    ]


@on_report("run_splits", "order", "chữ bị Word cắt vụn thành nhiều đoạn (run)")
def run_splits(report: Report, rng: Random, strength: int) -> None:
    """The spelling checker cuts runs anywhere, inside numbers too."""
    report.split_share = (0.3, 0.6, 1.0)[strength - 1]


@on_report("landscape", "order", "bảng nằm ngang trang")
def landscape(report: Report, rng: Random, strength: int) -> None:
    """Appendices on landscape pages, each a section of its own."""
    for table in share(rng, report.tables, strength):
        table.landscape = True


@on_blocks("cut_by_paragraph", "paper", "bảng bị cắt đôi bởi dòng trống", slot="cut")
def cut_by_paragraph(blocks: list[Block], rng: Random, strength: int) -> None:
    """An empty paragraph splits a table; the second part has no header."""
    for grid in share(rng, [g for g in grids(blocks) if _cuts(g)], strength):
        _cut(blocks, rng, grid, [line("")] * rng.randrange(1, 3), again=False)


@on_blocks("cut_with_header", "paper", "bảng bị cắt đôi, đầu bảng gõ lại ở phần sau", slot="cut")
def cut_with_header(blocks: list[Block], rng: Random, strength: int) -> None:
    """Cut where the page ended, the header typed again; a page number or 'tiếp theo' between the parts."""
    for grid in share(rng, [g for g in grids(blocks) if _cuts(g)], strength):
        between = rng.choice(([line("")], [line("2", align="center")], [line("(tiếp theo)", align="center", italic=True)]))
        _cut(blocks, rng, grid, list(between), again=True)


@on_blocks(
    "cut_by_page_number",
    "paper",
    "số trang gõ tay, tên phụ lục «(tiếp theo)» chen giữa hai phần bảng",
    held_out=True,
    slot="cut",
)
def cut_by_page_number(blocks: list[Block], rng: Random, strength: int) -> None:
    """A typed page number or the title once more between the parts; no header on the second."""
    for grid in share(rng, [g for g in grids(blocks) if _cuts(g)], strength):
        number = grid.table.number_line if grid.table is not None else ""
        between = rng.choice(
            (
                [line("3", align="center")],
                [line("", page_break=True)],
                [line(f"{number or 'Phụ lục'} (tiếp theo)", bold=True, align="center")],
            )
        )
        _cut(blocks, rng, grid, list(between), again=False)


def _cuts(grid: Grid) -> list[int]:
    """Rows that a new part can begin with: no merged cell runs over the cut."""
    spans = [(s.row, s.row + s.down - 1) for s in grid.squares if s.down > 1]
    return [r for r in range(grid.header_rows + 3, grid.rows) if not any(a < r <= b for a, b in spans)]


def _cut(blocks: list[Block], rng: Random, grid: Grid, between: list[Block], again: bool) -> None:
    at = rng.choice(_cuts(grid))
    head = [s for s in grid.squares if s.row <= grid.header_rows and s.role == "header"] if again else []
    shown = sorted({s.row for s in head})
    copied = [Square(list(s.paras), shown.index(s.row) + 1, s.col, s.down, s.across, s.role) for s in head]
    shift = at - 1 - len(shown)
    lower = [s for s in grid.squares if s.row >= at]
    for square in lower:
        square.row -= shift
    second = Grid(grid.rows - shift, list(grid.widths), copied + lower, grid.table, header_rows=len(shown))
    second.deleted_rows = {row - shift for row in grid.deleted_rows if row >= at}
    second.inserted_rows = {row - shift for row in grid.inserted_rows if row >= at}
    grid.deleted_rows = {row for row in grid.deleted_rows if row < at}
    grid.inserted_rows = {row for row in grid.inserted_rows if row < at}
    grid.squares = [s for s in grid.squares if not any(s is other for other in lower)]
    grid.rows = at - 1
    place = next(i for i, block in enumerate(blocks) if block is grid)
    blocks[place + 1 : place + 1] = [*between, second]


@on_blocks("distractor_tables", "paper", "bảng khác chen trong phần lời (có năm, có số)")
def distractor_tables(blocks: list[Block], rng: Random, strength: int) -> None:
    """Small tables of another matter among the text, with years and numbers."""
    for _ in range(strength):
        places = [i for i, b in enumerate(blocks) if isinstance(b, Para) and b.role == "body"]
        blocks.insert(rng.choice(places) + 1, _distractor(rng))


def _distractor(rng: Random) -> Grid:
    head = rng.choice(
        (
            ["TT", "Tên thôn", "Số hộ", "Năm 2018", "Năm 2019"],
            ["STT", "Họ và tên", "Chức danh", "Năm sinh", "Ghi chú"],
            ["STT", "Loại hồ sơ", "Năm 2017", "Năm 2018", "Năm 2019"],
        )
    )
    names = rng.sample(("Thôn Đoài", "Thôn Thượng", "Thôn Bến", "Chứng thực", "Hộ tịch", "Đất đai", "Thôn Cầu", "Tổ 5"), 4)
    squares = [Square([line(text, bold=True, align="center")], 1, i, role="header") for i, text in enumerate(head, start=1)]
    for row, name in enumerate(names, start=2):
        texts = [str(row - 1), name, *(str(rng.randrange(10, 400)) for _ in range(3))]
        squares += [Square([line(text)], row, i) for i, text in enumerate(texts, start=1)]
    return Grid(5, [700, 3000, 1500, 1500, 1500], squares)


@on_blocks("nested_tables", "paper", "bảng nhỏ lồng trong ô tên chỉ tiêu", held_out=True)
def nested_tables(blocks: list[Block], rng: Random, strength: int) -> None:
    """A little table inside a label cell: its figures belong to no year."""
    for grid in share(rng, grids(blocks), strength):
        labels = [s for s in grid.squares if s.role == "label"]
        if labels:
            inner = [
                Square([line(text)], r, c)
                for r, row in enumerate((("Loại", "Số"), ("A", str(rng.randrange(9, 99)))), start=1)
                for c, text in enumerate(row, start=1)
            ]
            rng.choice(labels).nested = Grid(2, [900, 700], inner)


@on_blocks(
    "value_in_nested",
    "paper",
    "số nằm trong bảng một ô lồng trong ô số",
    held_out=True,
    undecidable="số nằm trong bảng lồng: đọc hay hỏi đều được",
)
def value_in_nested(blocks: list[Block], rng: Random, strength: int) -> None:
    """The number stands in a one-cell table inside its cell."""
    squares = [s for s in value_squares(blocks) if s.data is not None and s.data.raw]
    for square in rng.sample(squares, min(len(squares), 2 * strength)):
        square.nested = Grid(1, [600], [Square(square.paras, 1, 1)])
        square.paras = []
        if square.data is not None:
            square.data.want = square.data.want.asked("may")


@on_blocks("no_grid", "paper", "bảng không khai lưới cột", held_out=True)
def no_grid(blocks: list[Block], rng: Random, strength: int) -> None:
    """`w:tblGrid` is empty; only the cells' own widths and spans tell the columns."""
    for grid in share(rng, grids(blocks), strength):
        grid.lacks_grid = True


@on_blocks("content_controls", "paper", "ô, hàng, bảng nằm trong content control")
def content_controls(blocks: list[Block], rng: Random, strength: int) -> None:
    """Content controls around runs, cells, rows and whole tables."""
    for grid in share(rng, grids(blocks), strength):
        grid.wrapped = rng.random() < 0.3
        grid.wrapped_rows = {r for r in range(grid.header_rows + 1, grid.rows + 1) if rng.random() < 0.15 * strength}
        for square in grid.squares:
            square.wrapped = square.row not in grid.wrapped_rows and square.down == 1 and rng.random() < 0.15 * strength
    for square in value_squares(blocks):
        if rng.random() < 0.2 * strength:
            square.paras[0].runs[0].mark = "sdt"


@on_blocks("links_and_fields", "paper", "số là kết quả của trường (=SUM), liên kết, smart tag")
def links_and_fields(blocks: list[Block], rng: Random, strength: int) -> None:
    """The shown text is the result of a field or stands in a link or a smart tag."""
    for square in value_squares(blocks):
        if rng.random() < 0.12 * strength:
            square.paras[0].runs[0].mark = rng.choice(("field", "link", "smart"))


@on_blocks("cell_breaks", "paper", "ô số có dòng trống, ngắt dòng mềm")
def cell_breaks(blocks: list[Block], rng: Random, strength: int) -> None:
    """Empty paragraphs and soft breaks around the number."""
    for square in value_squares(blocks):
        if rng.random() < 0.15 * strength:
            run = square.paras[0].runs[0]
            style = rng.randrange(3)
            if style == 0:
                square.paras.append(line(""))
            elif style == 1:
                square.paras.insert(0, line(""))
            else:
                run.text += "\n"


@on_blocks("blank_paragraphs", "paper", "nhiều dòng trống, dòng chỉ có dấu cách")
def blank_paragraphs(blocks: list[Block], rng: Random, strength: int) -> None:
    """Empty lines everywhere but inside the tables."""
    for at in sorted(rng.sample(range(1, len(blocks)), min(len(blocks) - 1, 12 * strength)), reverse=True):
        blocks.insert(at, line(rng.choice(("", " ", "\t"))))


@on_blocks("notes_below", "paper", "ghi chú, chữ ký lập biểu dưới bảng", held_out=True)
def notes_below(blocks: list[Block], rng: Random, strength: int) -> None:
    """Notes under the tables, with numbers and years in them, and a block for whoever drew them up."""
    for grid in share(rng, grids(blocks), strength):
        place = next(i for i, block in enumerate(blocks) if block is grid)
        note = prose.fill(
            rng, rng.choice(("Ghi chú: năm 2019 tăng {n} so với năm 2018.", "(*) Số liệu của {k} thôn sau sáp nhập."))
        )
        left, right = (
            Square([line("NGƯỜI LẬP BIỂU", align="center")], 1, 1),
            Square([line("CHỦ TỊCH", align="center")], 1, 2),
        )
        blocks[place + 1 : place + 1] = [line(note, italic=True), Grid(1, [4500, 4500], [left, right], borders=False)]


@on_blocks("tables_touch", "paper", "bảng sau dính liền bảng trước, chỉ cách một dòng trống", held_out=True)
def tables_touch(blocks: list[Block], rng: Random, strength: int) -> None:
    """Appendix after appendix on one page: page breaks left out."""
    for block in blocks:
        if isinstance(block, Para) and block.page_break and not block.runs:
            block.page_break = False


@on_blocks("bold_cells", "paper", "chữ trong bảng in đậm, nghiêng, đổi phông")
def bold_cells(blocks: list[Block], rng: Random, strength: int) -> None:
    """Looks that mean nothing."""
    runs: list[Run] = [run for grid in grids(blocks) for s in grid.squares for para in s.paras for run in para.runs]
    for run in share(rng, runs, strength):
        run.bold, run.italic, run.font = rng.random() < 0.5, rng.random() < 0.3, rng.choice(("", "Arial", "Calibri"))
