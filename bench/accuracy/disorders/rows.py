"""Rows of the tables: missing, added, reordered, split, twice, nameless; the numbers before them."""

from copy import deepcopy
from dataclasses import replace
from random import Random

from bench.accuracy.base import own_row
from bench.accuracy.disorders.registry import on_report, share, some
from bench.accuracy.model import Cell, Report, Row, Table
from bench.accuracy.truth import BLANK, Want, number

OWN = (
    "Số cuộc họp giao ban chuyên đề",
    "Kinh phí cho công tác cải cách hành chính (triệu đồng)",
    "Số máy tính của xã",
    "Số đơn thư khiếu nại, tố cáo tiếp nhận",
    "Số nhà văn hóa thôn",
    "Số lượt người dân được phát tờ rơi",
    "Tổng số hộ trên địa bàn",
    "Số buổi tiếp công dân của Chủ tịch",
)
OPEN = ("Nghị quyết của HĐND xã", "Quyết định của UBND xã", "Chỉ thị", "Quy chế", "Công văn")
LOOKALIKES = {
    (2, "6"): "Số VBQPPL trái pháp luật về nội dung, thẩm quyền chưa được xử lý",
    (3, "6.2"): "Số lượng PAKN chưa giải quyết trong năm",
    (3, "1"): "Tổng số TTHC của đơn vị, địa phương bị bãi bỏ",
    (3, "5.1"): "Tỷ lệ hồ sơ TTHC giải quyết trễ hẹn",
    (5, "3"): "Số công chức được tuyển dụng không qua thi tuyển",
    (5, "6"): "Số lượng công chức chưa được bồi dưỡng, tập huấn hàng năm",
    (7, "10"): "Số dịch vụ công trực tuyến mức độ 1, mức độ 2",
    (7, "6"): "Tỷ lệ công chức chưa có hộp thư điện tử",
    (1, "6.2"): "Số lượng mẫu đã khảo sát không hợp lệ",
}
"""Rows that differ from the form's by the word that matters: they count something else."""
GROUP_ROWS = ("I. Các chỉ tiêu chung", "A. PHẦN THỐNG KÊ", "II. Kết quả thực hiện", "Trong đó:")


def blocks(table: Table) -> list[list[Row]]:
    """Top rows with their children."""
    out: list[list[Row]] = []
    for row in table.rows:
        inside = row.parent is not None or (row.code is None and not row.label)
        if inside and out:
            out[-1].append(row)
        else:
            out.append([row])
    return out


def tops(table: Table) -> set[str]:
    """Codes of the rows that have children."""
    return {row.parent for row in table.rows if row.parent is not None}


@on_report("row_missing", "rows", "thiếu dòng")
def row_missing(report: Report, rng: Random, strength: int) -> None:
    """Rows left out: single ones, or a parent with all that stands under it."""
    for table in share(rng, report.tables, strength):
        parents = tops(table)
        for row in some(rng, [row for row in table.rows if row.code], strength, (1, 2, 4)):
            gone = [row, *(r for r in table.rows if r.parent == row.code)] if row.code in parents else [row]
            table.rows = [r for r in table.rows if not any(r is g for g in gone)]
    report.tables = [table for table in report.tables if table.rows]


@on_report("row_added", "rows", "thêm dòng ngoài mẫu")
def row_added(report: Report, rng: Random, strength: int) -> None:
    """Rows of the commune's own; in appendix 2 the kinds of documents, as the form invites."""
    for table in share(rng, [t for t in report.tables if len(t.form_columns()) > 1], strength):
        parent = next(
            (row for row in table.rows if row.kind == "count" and row.parent and row.label.startswith("Chia")), None
        )
        names = OPEN if parent is not None else OWN
        for label in rng.sample(names, strength):
            row = own_row(rng, report.hand, "-" if parent else str(len(table.rows) + 1), label, table.form_columns())
            at = table.rows.index(parent) + 1 if parent else rng.choice(_gaps(table))
            table.rows.insert(at, row)


def _gaps(table: Table) -> list[int]:
    """Places between two blocks, so that no child loses its parent."""
    return [i for i, row in enumerate(table.rows) if row.parent is None] + [len(table.rows)]


@on_report(
    "row_lookalike",
    "rows",
    "thêm dòng gần giống chỉ tiêu nhưng nghĩa khác («chưa xử lý»)",
    held_out=True,
    undecidable="khi chính dòng của mẫu bị bỏ: hỏi hay để «absent» đều được, đọc thành chỉ tiêu là sai",
)
def row_lookalike(report: Report, rng: Random, strength: int) -> None:
    """A row that differs by the word that matters, beside the form's row or (strength 3) in its place."""
    for table in report.tables:
        for index, row in enumerate(list(table.rows)):
            label = LOOKALIKES.get((table.appendix, row.code or ""))
            if label is None or rng.random() > (0.35, 0.6, 0.9)[strength - 1]:
                continue
            own = own_row(rng, report.hand, "-" if row.parent else row.stt, label, table.form_columns())
            own.parent = row.parent
            if strength == 3 and index + 1 < len(table.rows) and row.code not in tops(table):
                _replace(table, row, own)
            else:
                table.rows.insert(table.rows.index(row) + 1, replace(own, stt="-"))


def _replace(table: Table, row: Row, own: Row) -> None:
    table.rows[table.rows.index(row)] = own
    ghost = replace(
        row,
        cells={},
        told={c.key: Want(frozenset({"absent"}), asking="may") for c in table.form_columns() if c.key is not None},
    )
    table.ghosts.append(ghost)


@on_report("row_order", "rows", "dòng đảo thứ tự")
def row_order(report: Report, rng: Random, strength: int) -> None:
    """Blocks change places, children change places under their parent; nothing leaves its parent."""
    for table in share(rng, [t for t in report.tables if len(t.rows) > 2], strength):
        parts = blocks(table)
        for part in parts:
            if len(part) > 2 and strength > 1 and rng.random() < 0.5:
                part[1:] = rng.sample(part[1:], len(part) - 1)
        if strength == 3:
            rng.shuffle(parts)
        elif len(parts) > 1:
            at = rng.randrange(len(parts) - 1)
            parts[at], parts[at + 1] = parts[at + 1], parts[at]
        table.rows = [row for part in parts for row in part]


@on_report("row_split", "rows", "một chỉ tiêu viết làm hai hàng", slot="row split")
def row_split(report: Report, rng: Random, strength: int) -> None:
    """The end of a long label stands in a row of its own, without number or values."""
    for table in share(rng, report.tables, strength):
        for row in some(rng, [r for r in table.rows if len(r.label.split()) > 7 and r.code], strength, (1, 2, 3)):
            parts = row.label.split()
            at = rng.randrange(len(parts) // 2, len(parts) - 2)
            row.label, row.label_tail = " ".join(parts[:at]), " ".join(parts[at:])


@on_report(
    "row_twice",
    "order",
    "một chỉ tiêu có hai dòng",
    held_out=True,
    undecidable="hai dòng khác số: phải hỏi; giống nhau: hỏi hay đọc đều được",
)
def row_twice(report: Report, rng: Random, strength: int) -> None:
    """The same row again right below, with the same figures or others (applied when the labels are final)."""
    for table in some(rng, [t for t in report.tables if len(t.form_columns()) > 1], strength, (1, 3, 5)):
        rows = [row for row in table.rows if row.code and row.kind == "count" and row.code not in tops(table)]
        for row in some(rng, rows, 1):
            copy = deepcopy(row)
            table.rows.insert(table.rows.index(row) + 1, copy)
            for cell in copy.cells.values() if rng.random() < 0.7 else ():
                if cell.raw and cell.want.asking == "never":
                    value = rng.randrange(300, 900)
                    cell.put(number(str(value), value))


@on_report(
    "row_nameless",
    "rows",
    "dòng mất tên chỉ tiêu nhưng có số",
    undecidable="không có tên: đoán theo vị trí, hỏi, hoặc giữ riêng kèm câu hỏi đều được",
)
def row_nameless(report: Report, rng: Random, strength: int) -> None:
    """Numbers without a name."""
    for table in some(rng, report.tables, strength, (1, 3, 6)):
        for row in some(rng, [r for r in table.rows if r.code and r.code not in tops(table) and r.parent is None], 1):
            row.label = ""
            for cell in row.cells.values():
                cell.want = cell.want.unnamed()


@on_report("blank_rows", "rows", "hàng trống chen giữa")
def blank_rows(report: Report, rng: Random, strength: int) -> None:
    """Rows with nothing in them."""
    for table in share(rng, report.tables, strength):
        for _ in range(strength):
            table.rows.insert(rng.randrange(1, len(table.rows) + 1), _empty(table))


def _empty(table: Table) -> Row:
    return Row(None, "", "", "text", cells={column.ident: Cell("", BLANK) for column in table.values()})


@on_report("group_rows", "rows", "hàng nhóm «I. Các chỉ tiêu chung» trộn cả hàng", held_out=True)
def group_rows(report: Report, rng: Random, strength: int) -> None:
    """Group rows of the commune's own over the whole width."""
    for table in share(rng, report.tables, strength):
        for label in rng.sample(GROUP_ROWS, min(strength, 2)):
            table.rows.insert(rng.choice(_gaps(table)[:-1] or [0]), Row(None, "", label, "heading", spans_all=True))


@on_report("group_merged", "rows", "tên nhóm trộn qua các cột số")
def group_merged(report: Report, rng: Random, strength: int) -> None:
    """The form's own group rows without value cells."""
    for table in report.tables:
        for row in table.rows:
            if row.kind == "heading" and rng.random() < (0.4, 0.7, 1.0)[strength - 1]:
                row.spans_all = True


@on_report("total_row", "rows", "thêm dòng «Cộng», «Tổng cộng»")
def total_row(report: Report, rng: Random, strength: int) -> None:
    """A sum at the foot that the form does not ask for."""
    for table in share(rng, [t for t in report.tables if len(t.form_columns()) > 1], strength):
        label = rng.choice(("Cộng", "Tổng cộng", "TỔNG SỐ", "Cộng:"))
        table.rows.append(own_row(rng, report.hand, "", label, table.form_columns()))


@on_report("stt_styles", "rows", "STT kiểu khác: «1.», «01», «I», «a)», «+», trống", slot="stt")
def stt_styles(report: Report, rng: Random, strength: int) -> None:
    """Other numbers before the rows, or none."""
    for table in share(rng, report.tables, strength):
        top = rng.choice(("{}.", "{:02}", "{})", "", "{}"))
        child = rng.choice(("+", "", "•", "{p}.{c}", "{a})", "*", "–"))
        count = under = 0
        for row in table.rows:
            if row.parent is None:
                count, under = count + 1, 0
                row.stt = top.format(count)
            else:
                under += 1
                row.stt = child.format(p=count, c=under, a="abcdeg"[under % 6])


@on_report("stt_automatic", "rows", "STT là số tự động của Word", slot="stt")
def stt_automatic(report: Report, rng: Random, strength: int) -> None:
    """Word's automatic numbers: no text in the cell at all."""
    for table in share(rng, report.tables, strength):
        for row in table.rows:
            row.number_list = 0 if row.parent is None else 1
