"""How a row's name is typed: slips of the hand, abbreviations, marks lost, words changed, broken or glued.

A slip never touches digits and never brings a label nearer to another row's than to its own: whatever is drawn here can
be decided by a careful reader.
"""

import re
from collections.abc import Callable
from random import Random

from bench.accuracy.disorders.registry import on_report, share
from bench.accuracy.letters import old_tone, without_marks
from bench.accuracy.model import Report, Row, Table

SHORT = (
    ("văn bản quy phạm pháp luật", "VBQPPL"),
    ("quy phạm pháp luật", "QPPL"),
    ("thủ tục hành chính", "TTHC"),
    ("cải cách hành chính", "CCHC"),
    ("dịch vụ công trực tuyến", "DVCTT"),
    ("Thông tin điện tử", "TTĐT"),
    ("cán bộ, công chức, viên chức", "CBCCVC"),
    ("cán bộ, công chức", "CBCC"),
    ("Bộ phận Tiếp nhận và trả kết quả", "BPTN&TKQ"),
    ("phản ánh, kiến nghị", "PAKN"),
    ("công nghệ thông tin", "CNTT"),
    ("Ủy ban nhân dân", "UBND"),
    ("số lượng", "SL"),
    ("Số lượng", "SL"),
    ("cơ quan", "CQ"),
)
LONG = (
    ("VBQPPL", "văn bản quy phạm pháp luật"),
    ("TTHC", "thủ tục hành chính"),
    ("CCHC", "cải cách hành chính"),
    ("PAKN", "phản ánh, kiến nghị"),
    ("TTĐT", "thông tin điện tử"),
    ("VBQG", "văn bản quốc gia"),
    ("PT-TH", "phát thanh - truyền hình"),
)
WORDS = (
    ("Số lượng các", "Số"),
    ("Số lượng", "Tổng số"),
    ("Tỷ lệ", "Tỉ lệ"),
    ("hàng năm", "hằng năm"),
    ("được triển khai áp dụng", "áp dụng"),
    ("hồ sơ", "HS"),
    ("đã được ban hành", "ban hành"),
    ("chuyên đề ", ""),
    ("Xây dựng chuyên mục", "Có chuyên mục"),
    ("Mức độ hài lòng chung", "Mức độ hài lòng"),
    ("đơn vị, địa phương", "xã"),
    ("thực hiện được giải quyết", "giải quyết"),
    ("Triển khai ứng dụng", "Ứng dụng"),
    ("Sử dụng phần mềm", "Dùng phần mềm"),
    ("tiếp nhận trong năm", "tiếp nhận"),
    ("Tổng số có mặt", "Số có mặt"),
    ("Tổng số được giao", "Số được giao"),
    ("Số lớp", "Số lượng lớp"),
    ("của đơn vị", "của xã"),
    ("dưới dạng điện tử", "điện tử"),
)
NEIGHBOURS = {
    "a": "s",
    "s": "ad",
    "d": "sf",
    "g": "fh",
    "h": "gj",
    "n": "bm",
    "m": "n",
    "t": "ry",
    "r": "te",
    "o": "ip",
    "i": "uo",
    "u": "yi",
    "c": "xv",
    "v": "cb",
    "l": "k",
    "k": "l",
    "p": "o",
    "b": "vn",
    "q": "w",
    "y": "tu",
    "e": "wr",
}
TONE_SLIPS = {
    "ự": "ụ",
    "ọ": "o",
    "ấ": "á",
    "ế": "é",
    "ổ": "ỗ",
    "ỗ": "ổ",
    "ử": "ữ",
    "ữ": "ử",
    "ả": "ã",
    "ã": "ả",
    "ỏ": "õ",
    "ồ": "ô",
    "ờ": "ơ",
    "ầ": "â",
    "đ": "d",
    "ư": "u",
    "ộ": "ô",
    "ị": "i",
    "ệ": "ê",
    "ạ": "a",
    "ủ": "u",
}


def named(report: Report) -> list[tuple[Table, Row]]:
    """The form's rows that have a name."""
    return [(table, row) for table in report.tables for row in table.rows if row.code and row.label.strip()]


def _relabel(report: Report, rng: Random, strength: int, change: Callable[[str], str]) -> None:
    for _, row in share(rng, named(report), strength):
        row.label = change(row.label)
        row.label_tail = change(row.label_tail) if row.label_tail else ""


def distance(a: str, b: str) -> int:
    """Edits between two texts."""
    line = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        corner, line[0] = line[0], i
        for j, y in enumerate(b, start=1):
            corner, line[j] = line[j], min(line[j] + 1, line[j - 1] + 1, corner + (x != y))
    return line[-1]


def slip(rng: Random, text: str) -> str:
    """One slip of the hand: letters swapped, dropped, doubled, hit beside, a tone wrong."""
    places = [i for i, c in enumerate(text[:-1]) if c.isalpha() and text[i + 1].isalpha()]
    if not places:
        return text
    at = rng.choice(places)
    kind = rng.randrange(5)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[:at] + text[at] + text[at:]
    if kind == 3 and text[at].lower() in NEIGHBOURS:
        return text[:at] + rng.choice(NEIGHBOURS[text[at].lower()]) + text[at + 1 :]
    tones = [i for i, c in enumerate(text) if c in TONE_SLIPS]
    if not tones:
        return text
    at = rng.choice(tones)
    return text[:at] + TONE_SLIPS[text[at]] + text[at + 1 :]


@on_report("label_typos", "labels", "tên chỉ tiêu gõ sai 1–3 chỗ")
def label_typos(report: Report, rng: Random, strength: int) -> None:
    """One to three slips in most labels, none of them making it another row's."""
    for table, row in named(report):
        if rng.random() < 0.7:
            others = [other.label for other in table.rows if other is not row and other.label != row.label]
            row.label = _slips(rng, row.label, others, strength)


def _slips(rng: Random, label: str, others: list[str], count: int) -> str:
    for _ in range(5):
        typed = label
        for _ in range(count if len(label) > 18 else 1):
            typed = slip(rng, typed)
        if len(label) > 90 or all(
            distance(typed, other) > 2 * distance(typed, label) for other in others if len(other) < 120
        ):
            return typed
    return label


@on_report("label_short", "labels", "tên viết tắt (VBQPPL, TTHC, DVCTT, BPTN&TKQ)")
def label_short(report: Report, rng: Random, strength: int) -> None:
    """Everything abbreviated that an office abbreviates."""
    _relabel(report, rng, strength, lambda label: _swap(label, SHORT))


@on_report("label_long", "labels", "chữ viết tắt của mẫu viết đầy đủ")
def label_long(report: Report, rng: Random, strength: int) -> None:
    """The form's abbreviations written out."""
    _relabel(report, rng, strength, lambda label: _swap(re.sub(r" \(VBQPPL\)", "", label), LONG))


@on_report("label_words", "labels", "«Tỉ lệ», «Tổng số» cho «Số lượng», bớt từ đệm", held_out=True)
def label_words(report: Report, rng: Random, strength: int) -> None:
    """The same thing in slightly other words."""
    _relabel(report, rng, strength, lambda label: _swap(label, WORDS))


def _swap(label: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for old, new in pairs:
        label = label.replace(old, new)
    return label


@on_report("label_no_marks", "labels", "tên không dấu", slot="label letters")
def label_no_marks(report: Report, rng: Random, strength: int) -> None:
    """'Tuyen truyen CCHC'."""
    _relabel(report, rng, strength, without_marks)


@on_report("label_capitals", "labels", "tên VIẾT HOA", slot="label letters")
def label_capitals(report: Report, rng: Random, strength: int) -> None:
    """'TUYÊN TRUYỀN CCHC'."""
    _relabel(report, rng, strength, str.upper)


@on_report("label_old_tone", "labels", "dấu kiểu cũ «hoá, thuỷ»", slot="label letters")
def label_old_tone(report: Report, rng: Random, strength: int) -> None:
    """Tones on the other vowel."""
    _relabel(report, rng, strength, old_tone)


@on_report("label_glued", "labels", "mất dấu cách «TrangTTĐT», «tinđiện tử»")
def label_glued(report: Report, rng: Random, strength: int) -> None:
    """Spaces lost."""

    def glue(label: str) -> str:
        spaces = [m.start() for m in re.finditer(" ", label)]
        for at in sorted(rng.sample(spaces, min(len(spaces), strength)), reverse=True):
            label = label[:at] + label[at + 1 :]
        return label

    _relabel(report, rng, max(2, strength), glue)


@on_report("label_signs", "labels", "dấu thừa, hai dấu cách, xuống dòng trong tên", held_out=True)
def label_signs(report: Report, rng: Random, strength: int) -> None:
    """Stray signs, double spaces, soft breaks."""

    def mark(label: str) -> str:
        words = label.split(" ")
        at = rng.randrange(len(words))
        joint = rng.choice(("  ", "\n", " \u00a0", "\t"))
        label = " ".join(words[:at]) + (joint if at else "") + " ".join(words[at:])
        return rng.choice(("", "- ", "+ ")) + label + rng.choice((".", ":", ";", ",", " ", "…", ""))

    _relabel(report, rng, strength, mark)


@on_report("label_no_brackets", "labels", "bỏ phần trong ngoặc «(nếu có)», «(Có tổ chức = 1; …)»")
def label_no_brackets(report: Report, rng: Random, strength: int) -> None:
    """What stands in brackets left out."""
    _relabel(report, rng, strength, lambda label: re.sub(r"\s*\([^()]*\)", "", label).strip() or label)


@on_report("label_cut", "labels", "tên dài bị cắt đuôi", held_out=True)
def label_cut(report: Report, rng: Random, strength: int) -> None:
    """The end of a long label left out, as long as what remains is still nobody else's."""
    for table, row in share(rng, named(report), strength):
        words = row.label.split()
        keep = max(8, round(len(words) * 0.7))
        short = " ".join(words[:keep])
        if keep < len(words) and not any(o is not row and o.label.startswith(short[:-2]) for o in table.rows):
            row.label, row.label_tail = short, ""


@on_report("label_with_extra", "labels", "thêm lời vào tên «… trong kỳ báo cáo», «của UBND xã»", held_out=True)
def label_with_extra(report: Report, rng: Random, strength: int) -> None:
    """Words added at the end."""
    tails = (" trong kỳ báo cáo", " của UBND xã", " (số liệu tổng hợp)", " tại địa phương", " hằng năm")
    _relabel(report, rng, strength, lambda label: label.rstrip(".") + rng.choice(tails))
