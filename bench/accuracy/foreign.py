"""Documents that are no report of the form: laws, letters, other reports, the blank outline. None may be taken for one.

Every text is our own; the nearest ones use the form's own words (a plan with the outline and blank appendices, a
quarterly report on the same work).
"""

from collections.abc import Callable
from pathlib import Path
from random import Random

from bench.accuracy import prose
from bench.accuracy.base import draw_report
from bench.accuracy.blocks import Block, Grid, Square, line
from bench.accuracy.district import COMMUNES, DISTRICT, PROVINCE
from bench.accuracy.layout import lay_out
from bench.accuracy.model import Cell
from bench.accuracy.truth import BLANK
from bench.accuracy.word_file import write_docx
from schemas.form import Form

Maker = Callable[[Random, Form], list[Block]]


def write_foreign(rng: Random, form: Form, folder: Path, each: int) -> list[Path]:
    """`each` documents of every kind; the file name begins with the kind."""
    paths = []
    for kind, maker in MAKERS.items():
        for i in range(each):
            path = folder / f"{kind} {i:02}.docx"
            write_docx(rng, maker(rng, form), path)
            paths.append(path)
    return paths


def table(rng: Random, head: list[str], labels: list[str], low: int = 1, high: int = 900) -> Grid:
    """A bordered table: STT, names, numbers."""
    squares = [
        Square([line(text, bold=True, align="center")], 1, col, role="header") for col, text in enumerate(head, start=1)
    ]
    for row, label in enumerate(labels, start=2):
        texts = [str(row - 1), label, *(str(rng.randrange(low, high)) for _ in head[2:])]
        squares += [Square([line(text)], row, col) for col, text in enumerate(texts, start=1)]
    return Grid(len(labels) + 1, [700, 3500, *([1000] * (len(head) - 2))], squares)


def _paras(*texts: str) -> list[Block]:
    return [line(text, align="both") for text in texts]


def _title(*texts: str) -> list[Block]:
    return [line(text, bold=True, align="center") for text in texts]


def _sentences(rng: Random, count: int) -> list[Block]:
    pool = [sentence for _, sentences in prose.THEMES for sentence in sentences]
    return _paras(*(prose.fill(rng, sentence) for sentence in rng.sample(pool, count)))


def law(rng: Random, form: Form) -> list[Block]:
    """A law about gardens, with chapters and articles."""
    blocks = [*_title("QUỐC HỘI", f"Luật số: {rng.randrange(10, 99)}/2019/QH14", "LUẬT", "VƯỜN ƯƠM VÀ CÂY BÓNG MÁT")]
    article = 0
    for chapter, name in zip(
        ("I", "II", "III", "IV"),
        ("QUY ĐỊNH CHUNG", "TRỒNG VÀ CHĂM SÓC", "THỦ TỤC HÀNH CHÍNH VỀ CHẶT HẠ", "ĐIỀU KHOẢN THI HÀNH"),
        strict=True,
    ):
        blocks += _title(f"Chương {chapter}", name)
        for _ in range(rng.randrange(2, 5)):
            article += 1
            blocks += _paras(
                f"Điều {article}. Trách nhiệm của Ủy ban nhân dân cấp xã",
                f"1. Lập danh mục cây bóng mát trên địa bàn trong {rng.randrange(15, 60)} ngày.",
                "2. Công khai danh mục tại trụ sở và nhà văn hóa thôn.",
                "a) Danh mục ghi rõ vị trí, tuổi cây; b) Ảnh chụp kèm theo.",
            )
    return blocks


def letter(rng: Random, form: Form) -> list[Block]:
    """A covering letter about this very report."""
    commune = rng.choice(COMMUNES)
    return [
        *_title(f"UBND {commune.type.upper()} {commune.name.upper()}", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        *_paras(
            f"Số: {rng.randrange(10, 99)}/UBND-VP",
            f"{commune.name}, ngày 12 tháng 5 năm 2020",
            "V/v gửi báo cáo tổng kết cải cách hành chính giai đoạn 2011 - 2020",
            f"Kính gửi: Phòng Nội vụ huyện {DISTRICT}.",
            f"UBND {commune.type} {commune.name} xin gửi kèm công văn này bản giấy báo cáo tổng kết và "
            f"tám phụ lục số liệu. "
            "Bản điện tử sẽ gửi sau khi có chữ ký.",
            "Rất mong được quý phòng tiếp nhận./.",
        ),
    ]


def economic(rng: Random, form: Form) -> list[Block]:
    """A commune's economic report with tables over the same years."""
    commune = rng.choice(COMMUNES)
    years = [f"Năm {year}" for year in range(2015, 2020)]
    return [
        *_title(
            f"ỦY BAN NHÂN DÂN {commune.full.upper()}",
            "BÁO CÁO",
            "Tình hình phát triển kinh tế - xã hội giai đoạn 2015 - 2020",
        ),
        *_paras("Phần thứ nhất", "TÌNH HÌNH THỰC HIỆN NHIỆM VỤ", "I. LĨNH VỰC KINH TẾ", "1. Nông nghiệp"),
        *_sentences(rng, 3),
        *_paras("2. Tài chính, ngân sách", "II. LĨNH VỰC VĂN HÓA - XÃ HỘI", "1. Giáo dục"),
        *_sentences(rng, 3),
        *_title("Phụ lục 1", "Một số chỉ tiêu kinh tế chủ yếu"),
        table(
            rng, ["STT", "Chỉ tiêu", *years], ["Tổng giá trị sản xuất", "Diện tích lúa", "Đàn trâu, bò", "Thu ngân sách"]
        ),
        *_title("Phụ lục 2", "Một số chỉ tiêu xã hội"),
        table(rng, ["STT", "Chỉ tiêu", *years], ["Số hộ nghèo", "Trẻ em dưới 6 tuổi", "Số học sinh", "Giường bệnh"]),
        line("Phần thứ hai PHƯƠNG HƯỚNG, NHIỆM VỤ"),
        *_sentences(rng, 2),
    ]


def quarterly(rng: Random, form: Form) -> list[Block]:
    """A quarterly report on the same work by another form: the same areas, one value column."""
    commune, quarter = rng.choice(COMMUNES), rng.choice(("I", "II", "III", "IV"))
    heads = (
        "I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH",
        "II. KẾT QUẢ CẢI CÁCH HÀNH CHÍNH",
        "1. Cải cách thể chế",
        "2. Cải cách thủ tục hành chính",
        "3. Cải cách tổ chức bộ máy",
        "4. Cải cách chế độ công vụ",
        "5. Cải cách tài chính công",
        "6. Xây dựng, phát triển chính quyền điện tử, chính quyền số",
        "III. NHẬN XÉT, ĐÁNH GIÁ CHUNG",
        "IV. PHƯƠNG HƯỚNG QUÝ SAU",
    )
    year = rng.choice((2021, 2022, 2023))
    blocks = [
        *_title(
            f"ỦY BAN NHÂN DÂN {commune.full.upper()}", "BÁO CÁO", f"Công tác cải cách hành chính quý {quarter} năm {year}"
        )
    ]
    for head in heads:
        blocks += [line(head, bold=True), *_sentences(rng, 2)]
    rows = [
        "Số văn bản chỉ đạo, điều hành CCHC đã ban hành",
        "Số cơ quan, đơn vị đã kiểm tra",
        "Tổng số TTHC công bố",
        "Tỷ lệ hồ sơ giải quyết đúng hạn",
        "Số lượng công chức có mặt",
        "Số dịch vụ công trực tuyến toàn trình",
    ]
    return [
        *blocks,
        *_title("Phụ lục", "THỐNG KÊ KẾT QUẢ CẢI CÁCH HÀNH CHÍNH"),
        table(rng, ["STT", "Chỉ tiêu thống kê", "Kết quả thống kê", "Ghi chú"], rows),
    ]


def english(rng: Random, form: Form) -> list[Block]:
    """A project report in English with tables by year."""
    years = [str(year) for year in range(2015, 2021)]
    return [
        *_title("REPORT", "Public administration reform in small towns, 2011 - 2020"),
        *_paras(
            "Part one. Overview",
            "1. Direction and management",
            "The town council met every second week.",
            "2. Results",
            "a) Institutions",
            "Most of the procedures are now published at the counter.",
            "3. Lessons learned",
        ),
        line("Appendix 1", bold=True, align="center"),
        table(
            rng,
            ["No.", "Indicator", *years],
            ["Documents issued", "Complaints received", "Staff trained", "Online services"],
        ),
    ]


def plan_with_outline(rng: Random, form: Form) -> list[Block]:
    """The district's plan: the outline and the blank appendices for the communes to fill in."""
    report = draw_report(rng, form, rng.choice(COMMUNES))
    for heading in report.headings:
        heading.body = []
    for appendix in report.tables:
        appendix.rows = [row for row in appendix.rows if row.code is not None]
        for row in appendix.rows:
            row.cells = {ident: Cell("", BLANK) for ident in row.cells}
    report.sender.letterhead, report.sender.in_text, report.sender.in_closing = "none", False, False
    report.sender.signature = False
    laid = lay_out(rng, report)
    first = next(i for i, block in enumerate(laid) if getattr(block, "role", "") == "heading")
    return [
        *_title(
            "ỦY BAN NHÂN DÂN",
            f"HUYỆN {DISTRICT.upper()}",
            "Số: 27/KH-UBND",
            "KẾ HOẠCH",
            "Tổng kết Chương trình tổng thể cải cách hành chính nhà nước giai đoạn 2011 - 2020",
        ),
        *_paras(
            "I. MỤC ĐÍCH, YÊU CẦU",
            "1. Đánh giá đúng những việc làm được và chưa làm được trong mười năm.",
            "2. Số liệu phải có nguồn, có người chịu trách nhiệm.",
            "II. TỔ CHỨC THỰC HIỆN",
            "UBND các xã, thị trấn báo cáo theo đề cương và tám phụ lục kèm theo trước ngày 15/6/2020.",
        ),
        *_title("ĐỀ CƯƠNG BÁO CÁO", "(Kèm theo Kế hoạch này)"),
        *laid[first:],
    ]


def commune_plan(rng: Random, form: Form) -> list[Block]:
    """A commune's yearly plan of the same work with a table of tasks."""
    commune = rng.choice(COMMUNES)
    tasks = [
        "Rà soát thủ tục hành chính",
        "Niêm yết công khai tại bộ phận một cửa",
        "Cử công chức đi tập huấn",
        "Kiểm tra chéo các thôn",
    ]
    return [
        *_title(f"ỦY BAN NHÂN DÂN {commune.full.upper()}", "KẾ HOẠCH", "Cải cách hành chính năm 2020"),
        *_paras(
            "I. MỤC TIÊU",
            "II. NHIỆM VỤ",
            "1. Công tác chỉ đạo, điều hành",
            "2. Cải cách thể chế",
            "3. Cải cách thủ tục hành chính",
            "4. Cải cách tổ chức bộ máy",
            "5. Cải cách tài chính công",
            "6. Hiện đại hóa hành chính",
            "III. TỔ CHỨC THỰC HIỆN",
        ),
        *_sentences(rng, 3),
        table(rng, ["STT", "Nhiệm vụ", "Quý I", "Quý II", "Quý III", "Quý IV"], tasks, 0, 3),
    ]


def decision(rng: Random, form: Form) -> list[Block]:
    """A decision naming a steering group."""
    people = ["Chủ tịch UBND xã", "Phó Chủ tịch UBND xã", "Công chức Văn phòng - thống kê", "Công chức Tư pháp - hộ tịch"]
    return [
        *_title("QUYẾT ĐỊNH", "Về việc kiện toàn Ban chỉ đạo cải cách hành chính"),
        *_paras(
            "Căn cứ Luật Tổ chức chính quyền địa phương;",
            "Xét đề nghị của công chức Văn phòng,",
            "Điều 1. Kiện toàn Ban chỉ đạo gồm:",
        ),
        table(rng, ["STT", "Họ tên, chức vụ", "Năm sinh"], people, 1965, 1995),
        *_paras(
            "Điều 2. Ban chỉ đạo có nhiệm vụ theo dõi công tác cải cách hành chính giai đoạn 2011 - 2020.",
            "Điều 3. Hiệu lực.",
        ),
    ]


def minutes(rng: Random, form: Form) -> list[Block]:
    """Minutes of a meeting about the report."""
    return [
        *_title("BIÊN BẢN", "Họp góp ý dự thảo báo cáo tổng kết cải cách hành chính giai đoạn 2011 - 2020"),
        *_paras(
            "1. Công tác chỉ đạo, điều hành: các ý kiến nhất trí.",
            "2. Cải cách thể chế: đề nghị bổ sung số liệu Phụ lục 2.",
            "3. Cải cách thủ tục hành chính: xem lại Phụ lục 3, cột năm 2019.",
            f"Cuộc họp kết thúc lúc {rng.randrange(9, 17)} giờ.",
        ),
        *_sentences(rng, 4),
    ]


def sector_report(rng: Random, form: Form) -> list[Block]:
    """A province's report on something else with appendices numbered alike and the same columns."""
    years = [*(f"Năm {year}" for year in range(2015, 2020)), "Năm 2020 (Tính đến 31/3)"]
    blocks = [
        *_title(
            f"UBND TỈNH {PROVINCE.upper()}", "BÁO CÁO", "Tổng kết mười năm phòng, chống thiên tai giai đoạn 2011 - 2020"
        ),
        *_sentences(rng, 4),
    ]
    for i, name in enumerate(("công tác chỉ đạo, điều hành phòng chống lụt bão", "kè, cống, trạm bơm", "cứu trợ"), start=1):
        labels = rng.sample(
            [
                "Số công điện đã ban hành",
                "Số cuộc diễn tập",
                "Số hộ di dời",
                "Kinh phí khắc phục",
                "Số thuyền cứu hộ",
                "Số kho dự trữ",
                "Số người được tập huấn",
            ],
            5,
        )
        blocks += [
            *_title(f"Phụ lục {i}", f"Thống kê các chỉ tiêu {name}"),
            table(rng, ["STT", "Chỉ tiêu", *years], labels),
        ]
    return blocks


MAKERS: dict[str, Maker] = {
    "luat": law,
    "cong van gui bao cao": letter,
    "bao cao kinh te": economic,
    "bao cao quy": quarterly,
    "english": english,
    "ke hoach va de cuong": plan_with_outline,
    "ke hoach xa": commune_plan,
    "quyet dinh": decision,
    "bien ban": minutes,
    "bao cao thien tai": sector_report,
}
