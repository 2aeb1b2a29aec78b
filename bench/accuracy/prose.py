"""Sentences of made-up reports: our own invention, in the manner of an office. Slots are filled at random."""

from random import Random

THEMES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("bài học",),
        (
            "Nơi nào người đứng đầu trực tiếp giao việc và đọc kết quả từng tuần thì nơi đó công việc trôi chảy hơn.",
            "Việc gì liên quan đến dân thì phải bàn với dân trước, làm từng bước nhỏ và giữ lời đã hứa.",
            "Cần chọn đúng người có tay nghề để đứng ở quầy tiếp dân, không nên luân chuyển quá dày.",
            "Ghi chép đầy đủ ngay từ đầu thì cuối kỳ không mất công đi tìm lại số liệu.",
        ),
    ),
    (
        ("kiến nghị", "đề xuất"),
        (
            "Đề nghị cấp trên bố trí thêm {n} triệu đồng mỗi năm để thay máy tính đã dùng quá {k} năm.",
            "Mong huyện mở lớp hướng dẫn tại cụm xã để người ở xa trung tâm đỡ phải đi lại.",
            "Đề nghị ban hành mẫu biểu thống nhất ngay từ đầu kỳ để các xã ghi chép được liên tục.",
            "Đề nghị sớm hợp nhất các phần mềm báo cáo để cán bộ không phải nhập một số liệu nhiều lần.",
        ),
    ),
    (
        ("tồn tại", "hạn chế"),
        (
            "Còn {k} lần trả kết quả muộn do hồ sơ phải chờ ý kiến của nơi khác.",
            "Máy móc ở nhà làm việc đã cũ, đường truyền hay ngắt vào mùa mưa bão.",
            "Người dân ở các thôn xa vẫn quen nộp giấy trực tiếp, ít người tự làm trên mạng.",
            "Nguyên nhân chính là người ít việc nhiều, một người phải kiêm {k} mảng việc.",
            "Kinh phí dành cho việc này chưa tách riêng nên khó theo dõi.",
        ),
    ),
    (
        ("thông tin, tuyên truyền", "tuyên truyền"),
        (
            "Đài truyền thanh phát {n} lượt mỗi quý vào buổi chiều, xen giữa bản tin thời tiết và lịch gieo cấy.",
            "Các chi hội lồng ghép nội dung vào buổi sinh hoạt định kỳ, có ghi sổ số người dự.",
            "Xã in {n} tờ gấp nhỏ đặt tại nơi tiếp dân và nhà văn hóa các thôn.",
            "Hội thi viết tay do đoàn thanh niên tổ chức năm 2018 thu được {n} bài dự thi.",
        ),
    ),
    (
        ("kiểm tra",),
        (
            "Tổ tự kiểm tra của xã gồm {k} người, mỗi quý xem lại sổ sách của từng bộ phận một lần.",
            "Qua các đợt kiểm tra đã nhắc nhở {k} trường hợp ghi thiếu ngày hẹn trên giấy biên nhận.",
            "Kết quả kiểm tra được đọc lại tại cuộc họp giao ban đầu tháng để cùng rút kinh nghiệm.",
        ),
    ),
    (
        ("thể chế", "pháp luật", "văn bản"),
        (
            "Mỗi dự thảo đều được gửi lấy ý kiến {k} ban, ngành trước khi trình thông qua.",
            "Từ đầu kỳ đến nay xã đã rà lại {n} văn bản còn hiệu lực, đề nghị bỏ {k} văn bản không còn hợp.",
            "Việc soạn thảo bám sát hướng dẫn của phòng Tư pháp, không để xảy ra văn bản trái thẩm quyền.",
            "Tủ sách pháp luật có {n} đầu sách, mở cửa các ngày làm việc trong tuần.",
        ),
    ),
    (
        ("một cửa", "bưu chính", "thủ tục", "trực tuyến"),
        (
            "Nơi tiếp nhận và trả kết quả bố trí {k} quầy, có ghế ngồi chờ, nước uống và bảng tra cứu.",
            "Danh mục thủ tục được dán công khai, mỗi thủ tục một tờ, ghi rõ giấy tờ cần nộp và số ngày chờ.",
            "Trong kỳ có {n} lượt người đến làm giấy khai sinh, chứng thực và đất đai.",
            "Hồ sơ nộp qua mạng còn ít, chủ yếu là cấp bản sao và đăng ký hộ kinh doanh.",
            "Trường hợp trễ hẹn đều có thư xin lỗi và hẹn lại ngày cụ thể.",
        ),
    ),
    (
        ("tổ chức bộ máy", "vị trí, chức năng"),
        (
            "Sau khi sắp xếp lại, toàn địa bàn còn {k} thôn, mỗi thôn có một nhà văn hóa.",
            "Quy chế làm việc được sửa {k} lần để rõ người, rõ việc và rõ thời hạn.",
            "Số người hoạt động không chuyên trách giảm dần theo lộ trình của huyện.",
        ),
    ),
    (
        ("công chức", "công vụ", "viên chức", "đội ngũ"),
        (
            "Đội ngũ hiện có {n} người, trong đó {k} người trẻ dưới ba mươi lăm tuổi.",
            "Mỗi năm cử từ {k} người đi học bồi dưỡng nghiệp vụ, ưu tiên người mới nhận việc.",
            "Việc đánh giá cuối năm dựa vào sổ giao việc, không chấm điểm cảm tính.",
        ),
    ),
    (
        ("tài chính", "tiền lương", "thuế"),
        (
            "Quy chế chi tiêu nội bộ được đưa ra bàn ở hội nghị đầu năm và niêm yết tại trụ sở.",
            "Thu ngân sách trên địa bàn năm 2019 tăng {k}% so với năm trước, chủ yếu từ phí chợ và hoa lợi công sản.",
            "Các khoản trợ cấp được chi trả tại nhà văn hóa thôn vào ngày mười hằng tháng.",
        ),
    ),
    (
        ("công nghệ thông tin", "hiện đại", "iso", "tiêu chuẩn"),
        (
            "Toàn bộ {n} máy tính đã nối mạng nội bộ, trong đó {k} máy mới thay trong hai năm gần đây.",
            "Văn bản đến được chuyển trên phần mềm ngay trong buổi, không in ra giấy nếu không cần đóng dấu.",
            "Trang tin của xã đăng trung bình {k} bài mỗi tháng, phần lớn là thông báo và lịch tiếp dân.",
            "Hệ thống quản lý chất lượng được xem xét lại mỗi năm một lần, chưa phát hiện điểm không phù hợp lớn.",
        ),
    ),
    (
        ("chỉ đạo", "điều hành", "triển khai"),
        (
            "Ngay từ đầu năm xã họp bàn {k} việc trọng tâm và giao cho từng người theo dõi đến cùng.",
            "Lịch tiếp dân của lãnh đạo được giữ đều vào sáng thứ Năm, kể cả những tuần nhiều việc.",
            "Trong kỳ xã đã ra {n} văn bản đôn đốc, phần lớn là giấy nhắc việc ngắn gọn.",
            "Các đoàn thể cùng tham gia theo dõi và góp ý bằng phiếu hỏi nửa năm một lần.",
        ),
    ),
)
GENERAL = (
    "Công việc được chia theo từng quý, có người chịu trách nhiệm và có ngày phải xong.",
    "Nhìn chung kết quả năm sau khá hơn năm trước, tuy mức tăng chưa đều giữa các thôn.",
    "Số liệu chi tiết được ghi trong các biểu kèm theo báo cáo này.",
    "Xã tiếp tục duy trì cách làm đã có và bổ sung dần những việc còn thiếu.",
)
OPENINGS = (
    "Thực hiện Kế hoạch số {n}/KH-UBND ngày {d}/3/2020 của UBND huyện {district} về việc tổng kết công tác cải cách hành "
    "chính, {who} báo cáo kết quả như sau:",
    "Căn cứ văn bản hướng dẫn của UBND huyện {district} về tổng kết mười năm cải cách hành chính, {who} "
    "xin báo cáo cụ thể:",
    "Theo yêu cầu tại Công văn số {n}/UBND-NV của UBND huyện {district}, {who} tổng hợp kết quả cải cách "
    "hành chính như sau:",
)
CLOSINGS = (
    "Trên đây là báo cáo tổng kết công tác cải cách hành chính của {who}, kính gửi UBND huyện tổng hợp./.",
    "Trên đây là kết quả cải cách hành chính giai đoạn 2011 - 2020 của {who}./.",
    "{who} trân trọng báo cáo./.",
)
MENTIONS = (
    "Địa bàn giáp với xã {name} ở phía đông, đường liên xã dài {k} km.",
    "Xã đã cử người sang học cách làm của xã {name} về việc trả kết quả tại nhà.",
    "Cùng với xã {name} tổ chức hội thi tìm hiểu tại cụm số {k}.",
)
NUMBERED_LISTS = (
    ("1. Khu vực thôn {k}: đã xong việc rà soát.", "2. Khu vực chợ: còn {k} hộ.", "3. Khu vực ven sông: chuyển quý sau."),
    ("a) Tổ thứ nhất phụ trách {k} thôn;", "b) Tổ thứ hai phụ trách các trường học;", "c) Tổ thứ ba lo hậu cần."),
    ("- Năm 2016: {n} lượt người.", "- Năm 2017: {n} lượt người.", "- Năm 2018: {n} lượt người."),
)
OWN_HEADINGS = (
    "Đặc điểm tình hình của địa phương",
    "Công tác dân vận chính quyền",
    "Kết quả thi đua, khen thưởng",
    "Công tác phòng, chống dịch bệnh",
    "Một số hình ảnh hoạt động",
    "Tình hình thu chi quỹ thôn",
)


def fill(rng: Random, template: str, **words: str) -> str:
    """A template with its numbers drawn."""
    return template.format(n=rng.randrange(12, 190), k=rng.randrange(2, 9), d=f"{rng.randrange(2, 29):02}", **words)


def body(rng: Random, title: str, most: int = 4) -> list[str]:
    """One to `most` paragraphs that suit a heading."""
    sentences = next((texts for keys, texts in THEMES if any(key in title.lower() for key in keys)), GENERAL)
    pool = [*list(sentences), rng.choice(GENERAL)]
    chosen = rng.sample(pool, min(rng.randrange(1, most + 1), len(pool)))
    lead = rng.choice(("", "", "- ", "+ "))
    return [lead + fill(rng, sentence) for sentence in chosen]
