"""Headings of the body: how they are numbered, typed, broken; which are there."""

from random import Random

from bench.accuracy import prose
from bench.accuracy.disorders.labels import SHORT, slip
from bench.accuracy.disorders.registry import on_report, share, some
from bench.accuracy.letters import without_marks
from bench.accuracy.model import Heading, Report

AREAS = (
    ("Cải cách thể chế", "Xây dựng và tổ chức thực hiện VBQPPL"),
    ("Cải cách thủ tục hành chính", "Cải cách TTHC, thực hiện cơ chế một cửa, một cửa liên thông"),
    ("Cải cách tổ chức bộ máy hành chính", "Cải cách tổ chức bộ máy hành chính nhà nước"),
    ("đội ngũ cán bộ, công chức", "đội ngũ CBCCVC"),
    ("Về hiện đại hóa hành chính", "Hiện đại hóa nền hành chính"),
    ("Kết quả chủ yếu đã đạt được", "Những kết quả đạt được"),
    ("Kết quả chủ yếu đạt được", "Kết quả đã đạt được"),
    ("Những tồn tại, hạn chế và nguyên nhân", "Tồn tại, hạn chế; nguyên nhân"),
    ("Kiểm tra việc thực hiện", "Công tác kiểm tra cải cách hành chính"),
    ("Thông tin, tuyên truyền", "Công tác thông tin, tuyên truyền"),
    ("Mặt tích cực đạt được", "Những mặt tích cực"),
)


def inner(report: Report) -> list[Heading]:
    """The headings below the three parts."""
    return [heading for heading in report.headings if heading.path and "/" in heading.path]


@on_report("heading_plain", "headings", "đề mục không in đậm", slot="heading look")
def heading_plain(report: Report, rng: Random, strength: int) -> None:
    """Typed like any other line."""
    for heading in share(rng, inner(report), strength):
        heading.bold = False


@on_report("heading_styles", "headings", "đề mục dùng kiểu Heading của Word", slot="heading look")
def heading_styles(report: Report, rng: Random, strength: int) -> None:
    """Word's own heading styles."""
    for heading in share(rng, report.headings, strength):
        heading.styled = True


@on_report("heading_automatic", "headings", "số đề mục tự động", slot="heading number")
def heading_automatic(report: Report, rng: Random, strength: int) -> None:
    """Word numbers them: the text holds no number. All or none of them, or the numbers would not run."""
    for heading in inner(report):
        heading.automatic = True


@on_report("heading_no_number", "headings", "đề mục không ghi số", held_out=True, slot="heading number")
def heading_no_number(report: Report, rng: Random, strength: int) -> None:
    """Number left out."""
    for heading in some(rng, inner(report), strength, (3, 8, 16)):
        heading.number = ""


@on_report("heading_numbers", "headings", "số đề mục kiểu khác «1)», «I/», «1.1 », «A.»", slot="heading number")
def heading_numbers(report: Report, rng: Random, strength: int) -> None:
    """Other signs behind the number."""
    for heading in share(rng, inner(report), strength):
        heading.joint = rng.choice((")", "/", ".", " ", ". ", "- ", ".  ", ": ")) + ("" if rng.random() < 0.5 else " ")


@on_report("heading_letters", "headings", "đề mục VIẾT HOA, viết tắt, không dấu")
def heading_letters(report: Report, rng: Random, strength: int) -> None:
    """Capitals, abbreviations, no marks."""
    for heading in share(rng, inner(report), strength):
        short = heading.title
        for long_form, brief in SHORT[:10]:
            short = short.replace(long_form, brief)
        heading.title = rng.choice((heading.title.upper(), short, short, without_marks(heading.title)))


@on_report("heading_typos", "headings", "đề mục gõ sai 1–3 chỗ")
def heading_typos(report: Report, rng: Random, strength: int) -> None:
    """Slips of the hand."""
    for heading in inner(report):
        if rng.random() < 0.6:
            for _ in range(strength if len(heading.title) > 20 else 1):
                heading.title = slip(rng, heading.title)


@on_report("heading_glued", "headings", "đề mục mất dấu cách «1.Công tác», «điệntử»", held_out=True)
def heading_glued(report: Report, rng: Random, strength: int) -> None:
    """Spaces lost after the number and between words."""
    for heading in share(rng, inner(report), strength):
        heading.joint = heading.joint.strip()
        spaces = [i for i, c in enumerate(heading.title) if c == " "]
        if spaces and rng.random() < 0.6:
            at = rng.choice(spaces)
            heading.title = heading.title[:at] + heading.title[at + 1 :]


@on_report("heading_ends", "headings", "dấu chấm, phẩy, hai chấm cuối đề mục")
def heading_ends(report: Report, rng: Random, strength: int) -> None:
    """Stray signs at the end."""
    for heading in share(rng, inner(report), strength):
        heading.end = rng.choice((".", ":", ",", ";", " "))


@on_report("heading_words", "headings", "đề mục dùng tên lĩnh vực khác", held_out=True)
def heading_words(report: Report, rng: Random, strength: int) -> None:
    """The areas under their other names."""
    for heading in share(rng, inner(report), strength):
        for usual, other in AREAS:
            if heading.title.endswith(usual) and usual not in other:
                heading.title = heading.title[: len(heading.title) - len(usual)] + other
                break


@on_report("heading_broken", "headings", "đề mục dài ngắt thành hai đoạn")
def heading_broken(report: Report, rng: Random, strength: int) -> None:
    """A long heading in two paragraphs, both bold."""
    long = [h for h in inner(report) if len(h.title) > 60 and not h.automatic and h.bold]
    for heading in share(rng, long, strength):
        spaces = [i for i, c in enumerate(heading.printed) if c == " " and 25 < i < len(heading.printed) - 15]
        heading.split_at = rng.choice(spaces) if spaces else None


@on_report("heading_run_in", "headings", "nội dung viết liền sau đề mục", held_out=True)
def heading_run_in(report: Report, rng: Random, strength: int) -> None:
    """The text goes on in the heading's paragraph, after a colon or a stop."""
    for heading in share(rng, [h for h in inner(report) if h.body and h.split_at is None], strength):
        heading.run_in, heading.end = True, rng.choice((":", "."))
        heading.body[0] = heading.body[0].lstrip("-+ ")


@on_report("heading_missing", "headings", "thiếu mục")
def heading_missing(report: Report, rng: Random, strength: int) -> None:
    """Sections left out, with what stands under them."""
    for heading in some(rng, inner(report), strength, (2, 6, 14)):
        path = heading.path or ""
        if path not in ("1/I", "1/II", "1/III"):
            report.headings = [h for h in report.headings if not f"{h.path}/".startswith(f"{path}/")]


@on_report("heading_empty", "headings", "mục để trống")
def heading_empty(report: Report, rng: Random, strength: int) -> None:
    """Sections without a word."""
    for heading in share(rng, [h for h in inner(report) if h.body], strength):
        heading.body = []
        heading.run_in = False


@on_report("heading_extra", "headings", "thêm mục ngoài đề cương")
def heading_extra(report: Report, rng: Random, strength: int) -> None:
    """Headings of the commune's own."""
    for title in rng.sample(prose.OWN_HEADINGS, 2 * strength):
        at = rng.randrange(3, len(report.headings))
        above = report.headings[at - 1]
        report.headings.insert(
            at, Heading(None, rng.choice(("", "5", "c", "*")), title, prose.body(rng, title), above.level)
        )


@on_report("heading_lists", "headings", "danh sách đánh số trong nội dung trông như đề mục", held_out=True)
def heading_lists(report: Report, rng: Random, strength: int) -> None:
    """Numbered lists in the text, which are no headings."""
    for heading in some(rng, [h for h in report.headings if h.body], strength, (2, 5, 10)):
        heading.body += [prose.fill(rng, text) for text in rng.choice(prose.NUMBERED_LISTS)]


@on_report("contents_page", "headings", "có mục lục ở đầu", held_out=True)
def contents_page(report: Report, rng: Random, strength: int) -> None:
    """A table of contents: the same headings, with page numbers, before the real ones."""
    report.contents_page = True
