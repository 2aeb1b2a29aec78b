"""One tree of errors: each knows its exit code, a stable reason, a Vietnamese sentence and what to do next."""

from typing import NamedTuple


class Reason(NamedTuple):
    """Why a file was not taken in, in Vietnamese, and what its sender or the clerk should do."""

    text: str
    advice: str


REASONS: dict[str, Reason] = {
    # the file itself
    "NOT_FOUND": Reason("Không tìm thấy tệp.", "Kiểm tra lại đường dẫn."),
    "NOT_A_FILE": Reason("Đây không phải là tệp thường.", "Chỉ ra tệp Word hoặc PDF; thư mục thì ghi tên thư mục."),
    "NO_ACCESS": Reason("Không có quyền đọc tệp.", "Đóng tệp nếu đang mở trong Word, kiểm tra quyền đọc rồi chạy lại."),
    "READ_FAILED": Reason("Ổ đĩa hoặc mạng báo lỗi khi đọc tệp.", "Kiểm tra ổ đĩa, mạng rồi chạy lại."),
    "LOCK_FILE": Reason(
        "Đây là tệp tạm mà Word hoặc LibreOffice tạo khi đang mở văn bản.",
        "Bỏ qua tệp này; lấy tệp cùng tên không có «~$».",
    ),
    "EMPTY_FILE": Reason("Tệp rỗng (0 byte).", "Đề nghị đơn vị gửi lại tệp."),
    "TRUNCATED": Reason("Tệp bị cắt cụt hoặc chép chưa xong.", "Chép lại tệp; nếu vẫn vậy, đề nghị đơn vị gửi lại."),
    "DAMAGED": Reason("Tệp hỏng, không mở được.", "Đề nghị đơn vị gửi lại tệp."),
    "ENCRYPTED": Reason("Tệp có mật khẩu.", "Đề nghị đơn vị bỏ mật khẩu rồi gửi lại."),
    # another kind of file
    "MACROS": Reason("Tệp Word có macro (.docm).", "Mở bằng Word, lưu lại thành .docx rồi gửi lại."),
    "SPREADSHEET": Reason("Tệp là bảng tính (Excel), không phải báo cáo.", "Đề nghị gửi lại bản Word hoặc PDF."),
    "PRESENTATION": Reason("Tệp là bản trình chiếu (PowerPoint).", "Đề nghị gửi lại bản Word hoặc PDF."),
    "OPEN_DOCUMENT": Reason("Tệp là văn bản OpenDocument (.odt).", "Lưu lại thành .docx hoặc PDF rồi gửi lại."),
    "RTF": Reason("Tệp là văn bản RTF.", "Mở bằng Word, lưu lại thành .docx rồi gửi lại."),
    "HTML": Reason("Tệp là trang web (HTML).", "Mở bằng Word, lưu lại thành .docx rồi gửi lại."),
    "PLAIN_TEXT": Reason("Tệp là văn bản thuần, không có bảng.", "Đề nghị gửi lại bản Word hoặc PDF."),
    "EMAIL": Reason(
        "Tệp là thư điện tử.", "Lưu tệp đính kèm trong thư ra rồi đưa vào; hoặc đề nghị gửi lại bản Word hoặc PDF."
    ),
    "ARCHIVE": Reason(
        "Tệp là tệp nén (ZIP, RAR …).", "Giải nén rồi đưa từng tệp vào; hoặc đề nghị gửi lại bản Word hoặc PDF."
    ),
    "IMAGE": Reason("Tệp là ảnh.", "Đề nghị gửi lại bản Word, hoặc quét thành PDF."),
    "PROGRAM": Reason(
        "Tệp là chương trình chạy được, không phải văn bản.",
        "Không mở tệp này; báo cho người phụ trách an toàn thông tin.",
    ),
    "NOT_DOCX": Reason("Tệp không phải là văn bản Word (.docx) hay PDF.", "Đề nghị gửi lại bản Word hoặc PDF."),
    # hostile or past a limit: a limit is never called damage
    "ZIP_BOMB": Reason(
        "Tệp nén bất thường (giải nén ra quá lớn, quá nhiều phần hoặc khai sai kích thước).",
        "Không mở tệp này; hỏi lại người gửi và đề nghị lưu lại thành .docx mới.",
    ),
    "XML_ENTITIES": Reason(
        "Tệp chứa khai báo DTD mà văn bản Word không bao giờ có.",
        "Không mở tệp này; hỏi lại người gửi và đề nghị lưu lại thành .docx mới.",
    ),
    "TOO_LARGE": Reason(
        "Tệp lớn quá giới hạn đã đặt.", "Đề nghị giảm cỡ ảnh trong tệp, hoặc nâng giới hạn trong office.toml."
    ),
    "TOO_DEEP": Reason(
        "Cấu trúc tệp lồng nhau quá sâu so với giới hạn.", "Mở bằng Word, lưu lại thành .docx mới rồi gửi lại."
    ),
    "TOO_SLOW": Reason(
        "Đọc quá thời gian cho phép nên đã dừng.",
        "Chia nhỏ tệp hoặc lưu lại thành .docx mới; hoặc nâng giới hạn trong office.toml.",
    ),
    "TOO_MUCH_MEMORY": Reason(
        "Đọc cần nhiều bộ nhớ hơn giới hạn nên đã dừng.",
        "Chia nhỏ tệp hoặc lưu lại thành .docx mới; hoặc nâng giới hạn trong office.toml.",
    ),
    "CRASHED": Reason("Chương trình đọc tệp dừng đột ngột.", "Mở bằng Word, lưu lại thành .docx mới rồi gửi lại."),
    # it opens, but it is not what the office asked for
    "NO_CONTENT": Reason("Tệp mở được nhưng không có chữ nào.", "Đề nghị đơn vị gửi lại tệp có nội dung."),
    "NO_PAGES": Reason("Tệp PDF không có trang nào.", "Đề nghị đơn vị gửi lại tệp."),
    "TOO_MANY_PAGES": Reason(
        "Tệp có quá nhiều trang so với giới hạn.",
        "Kiểm tra xem có gửi nhầm tệp không; hoặc nâng giới hạn trong office.toml.",
    ),
    "SCAN": Reason("Tệp là bản scan, không có chữ để đọc.", "Đề nghị đơn vị gửi bản Word hoặc PDF xuất từ Word."),
    "NOT_A_REPORT": Reason("Tệp không phải là báo cáo theo mẫu.", "Kiểm tra xem có gửi nhầm tệp không."),
    "LETTER": Reason("Tệp là công văn hoặc giấy mời, không phải báo cáo.", "Đề nghị đơn vị gửi chính báo cáo."),
    "LEGAL_TEXT": Reason(
        "Tệp là văn bản pháp luật, quyết định hoặc kế hoạch, không phải báo cáo.", "Kiểm tra xem có gửi nhầm tệp không."
    ),
    "BLANK_FORM": Reason("Mẫu báo cáo còn trống, chưa điền gì.", "Đề nghị đơn vị điền rồi gửi lại."),
    "OTHER_PERIOD": Reason(
        "Tệp là báo cáo của một kỳ khác.", "Kiểm tra xem có gửi nhầm báo cáo không; nếu đúng, ghi mẫu bằng --form."
    ),
    "OTHER_FORM": Reason(
        "Tệp là báo cáo theo một mẫu khác.", "Kiểm tra xem có gửi nhầm báo cáo không; nếu đúng, ghi mẫu bằng --form."
    ),
}


class TonghopError(Exception):
    """Root of the tree. `code` is stable, `message` Vietnamese, `advice` what to do next."""

    exit_code = 70

    def __init__(self, code: str, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.advice = advice

    def __reduce__(self) -> tuple[type["TonghopError"], tuple[str, str, str]]:
        return (type(self), (self.code, self.message, self.advice))


class UsageFault(TonghopError):
    """The command line, the SQL or a form file is wrong."""

    exit_code = 2


class FormFault(UsageFault):
    """A form's or an office's data file is wrong: says file, key and reason."""


class Refused(TonghopError):
    """A file is not taken in; `code` is one of `REASONS`."""

    exit_code = 3

    def __init__(self, code: str, detail: str = "", advice: str = "") -> None:
        reason = REASONS[code]
        super().__init__(code, f"{reason.text} ({detail})" if detail else reason.text, advice or reason.advice)
        self.detail = detail

    def __reduce__(self) -> tuple[type["TonghopError"], tuple[str, str, str]]:
        return (type(self), (self.code, self.detail, self.advice))


class MissingTool(TonghopError):
    """This machine lacks a program that the file needs: the message says which and how to get it."""

    exit_code = 4


class WarehouseFault(TonghopError):
    """The warehouse is busy, damaged, of a newer version or of another office."""

    exit_code = 5
