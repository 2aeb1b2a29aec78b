"""Numbers and words as an office types them into a row of a given kind, each drawn together with its truth.

Nothing here reads text: the value is drawn first, then typed.
"""

from random import Random

from bench.accuracy.model import Cell, Hand
from bench.accuracy.truth import BLANK, Want, number, status, words
from schemas.form import Indicator

RANGES = {
    "văn bản": (4, 90),
    "thủ tục": (95, 2400),
    "phản ánh, kiến nghị": (0, 14),
    "người": (4, 62),
    "cơ quan, đơn vị": (1, 12),
    "mẫu": (25, 1600),
    "bản tin": (2, 48),
    "chữ ký số": (1, 9),
    "dịch vụ": (3, 140),
    "đơn vị": (1, 6),
    "lần": (2, 24),
    "lớp": (1, 7),
}
BUSY = ("văn bản nhận", "văn bản gửi", "giải quyết tại Bộ phận")
"""Words in the label of rows that count in hundreds and thousands."""
TEXTS = {
    "hài lòng": ("Hài lòng", "Rất hài lòng", "Khá", "Tốt", "Bình thường"),
    "tuyên truyền": ("Loa truyền thanh", "Họp thôn", "Pa nô, khẩu hiệu", "Hội thi", "Tờ rơi", "Sinh hoạt chi hội"),
    "Trang": ("Đã có", "Đang xây dựng", "Lập mới", "Có, cập nhật hằng tuần", "Nâng cấp giao diện"),
    "tự chủ": ("Đang thực hiện", "Giao khoán chi", "Theo quy chế chi tiêu nội bộ", "Thực hiện từ đầu năm"),
}
PLAIN_TEXTS = ("Có thực hiện", "Đã triển khai", "Đang triển khai", "Theo kế hoạch của huyện", "Duy trì")


def draw_hand(rng: Random) -> Hand:
    """How one office types throughout its report."""
    return Hand(
        fill=rng.uniform(0.55, 0.95),
        thousands=rng.choice(("", "", ".", ".")),
        percent=rng.choice(("", "", "%", "%", " %")),
        nothing=rng.choice(("", "", "0", "-")),
        yes=rng.choice(("1", "1", "Có")),
        no=rng.choice(("0", "0", "Không")),
        size=rng.choice((22, 24, 24, 26, 28)),
    )


def draw_row(rng: Random, hand: Hand, row: Indicator, count: int) -> list[Cell]:
    """`count` cells of one row, the years in order."""
    if row.kind == "heading" or rng.random() > hand.fill + (0.05 if row.required else -0.15):
        return [Cell("", BLANK) for _ in range(count)]
    late = rng.randrange(1, count) if count > 1 and rng.random() < 0.12 else 0
    level = rng.random()
    return [Cell("", BLANK) if i < late else _cell(rng, hand, row, level) for i in range(count)]


def _cell(rng: Random, hand: Hand, row: Indicator, level: float) -> Cell:
    want = nothing(hand.nothing, row.kind) if rng.random() < 0.05 else draw(rng, hand, row, level)
    return Cell(want.raw, want)


def nothing(mark: str, kind: str) -> Want:
    """What stands where there is nothing: empty, a dash, or a zero where the row counts."""
    if mark == "-":
        return status("none", "-")
    return number("0", 0) if mark == "0" and kind in ("count", "percent", "yes_no") else BLANK


def draw(rng: Random, hand: Hand, row: Indicator, level: float) -> Want:
    """A plain answer for one row, as this office types it."""
    if row.kind == "count":
        value = draw_count(rng, row, level)
        return number(type_count(value, hand.thousands), value)
    if row.kind == "percent":
        return _percent(rng, hand)
    if row.kind == "yes_no":
        yes = rng.random() < 0.7
        return number(hand.yes if yes else hand.no, 1 if yes else 0)
    if row.kind == "ratio":
        whole = rng.randrange(8, 60)
        raw = f"{rng.randrange(whole // 2, whole + 1)}/{whole}"
        return words(raw)
    return words(rng.choice(_words_for(row)))


def draw_count(rng: Random, row: Indicator, level: float) -> int:
    """A whole number of the size that this row usually has; `level` (0–1) keeps a row's years alike."""
    low, high = (180, 3600) if any(word in row.label for word in BUSY) else RANGES.get(row.measure or "", (1, 30))
    middle = low + (high - low) * level * level
    return max(0, round(middle * rng.uniform(0.85, 1.2)))


def type_count(value: int, separator: str) -> str:
    """A whole number with thousands as this office separates them."""
    return f"{value:,}".replace(",", separator)


def _percent(rng: Random, hand: Hand) -> Want:
    if rng.random() < 0.65:
        value: float = rng.choice((100, 100, 95, 98, 90, 85, 75, 60, 99, rng.randrange(5, 100)))
        return number(f"{value:g}{hand.percent}", value)
    value = rng.randrange(200, 1000) / 10
    return number(f"{value:.1f}".replace(".", ",") + hand.percent, value)


def _words_for(row: Indicator) -> tuple[str, ...]:
    if row.kind == "choice":
        return tuple(choice.text for choice in row.choices)
    return next((texts for word, texts in TEXTS.items() if word.lower() in row.label.lower()), PLAIN_TEXTS)
