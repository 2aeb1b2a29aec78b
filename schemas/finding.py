"""What the program has to say about a report: a catalogue of findings in Vietnamese, each with what to do about it.

A finding is about content (a bad file is an error, see `errors`). Codes are stable: people filter on them in SQL.
"""

from dataclasses import dataclass
from typing import Literal

from schemas.place import Place

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One entry of the catalogue. `text` may use {found}, {expected}, {where}."""

    severity: Severity
    text: str
    advice: str


CATALOGUE: dict[str, FindingKind] = {
    # reading a Word file
    "DELETED_TEXT": FindingKind(
        "info",
        "Tệp còn đoạn đã xóa theo dõi (track changes): «{found}».",
        "Đã bỏ qua; chấp nhận mọi thay đổi rồi gửi lại nếu cần.",
    ),
    "HIDDEN_TEXT": FindingKind("warning", "Có chữ ẩn không đọc: «{found}».", "Mở tệp, hiện chữ ẩn và kiểm tra."),
    "STRUCK_TEXT": FindingKind(
        "warning", "Có chữ bị gạch ngang: «{found}».", "Hỏi lại đơn vị chữ bị gạch ngang có còn giá trị không."
    ),
    "COMMENT_LEFT": FindingKind("info", "Tệp còn {found} ghi chú (comment) không đọc.", "Không cần làm gì."),
    "LEGACY_FONT": FindingKind(
        "info", "Đã chuyển chữ từ phông cũ {expected}: «{found}».", "Đối chiếu vài dòng với bản gốc."
    ),
    "LEGACY_FONT_UNSURE": FindingKind(
        "warning", "Có chữ phông cũ chuyển chưa chắc đúng: «{found}».", "Đối chiếu với bản gốc."
    ),
    "MISSING_PART": FindingKind(
        "info", "Tệp trỏ tới thành phần không có hoặc nằm ngoài tệp: «{found}».", "Đã bỏ qua; không mở liên kết ra ngoài."
    ),
    "TABLE_JOINED": FindingKind("info", "Bảng bị cắt làm {found} phần đã được nối lại.", "Không cần làm gì."),
    "TRUNCATED_STRUCTURE": FindingKind(
        "warning", "Một phần cấu trúc tệp không đọc được: «{found}».", "Mở tệp bằng Word, lưu lại và gửi lại."
    ),
    # reading a PDF
    "PAGE_NOT_READ": FindingKind(
        "error",
        "Trang {found} là ảnh hoặc chữ hỏng, chưa đọc được.",
        "Xem trang này trong bản gốc; trang có số liệu thì đề nghị gửi bản Word.",
    ),
    "PDF_DISAGREES": FindingKind(
        "error",
        "Hai cách đọc PDF cho kết quả khác nhau: «{found}» và «{expected}».",
        "Đối chiếu với bản gốc; đề nghị gửi bản Word.",
    ),
    "ROW_CUT_UNSURE": FindingKind(
        "warning", "Dòng bị cắt ở cuối trang đã được nối, chưa chắc đúng: «{found}».", "Xem dòng này trong bản gốc."
    ),
    "TABLE_NOT_RULED": FindingKind(
        "warning", "Bảng không kẻ khung; dòng và cột được suy từ vị trí chữ: «{found}».", "Đối chiếu bảng này với bản gốc."
    ),
    # appendices
    "APPENDIX_ABSENT": FindingKind(
        "warning", "Không thấy Phụ lục {expected} trong báo cáo.", "Đề nghị đơn vị gửi bổ sung phụ lục này."
    ),
    "APPENDIX_EMPTY": FindingKind(
        "warning",
        "Phụ lục {expected} có bảng nhưng không có số liệu.",
        "Đề nghị đơn vị điền số liệu hoặc ghi rõ là không có.",
    ),
    "APPENDIX_TWICE": FindingKind(
        "warning",
        "Phụ lục {expected} có hơn một bảng; các ô khác nhau được đánh dấu nghi ngờ.",
        "Đề nghị đơn vị cho biết bảng nào đúng.",
    ),
    "APPENDIX_NUMBER": FindingKind(
        "warning", "Bảng mang số «{found}» nhưng nội dung là của Phụ lục {expected}.", "Kiểm tra lại số của phụ lục."
    ),
    "APPENDIX_UNSURE": FindingKind(
        "error", "Chưa chắc bảng này là Phụ lục {expected} (đọc được: «{found}»).", "Người tổng hợp xem bảng và xác nhận."
    ),
    "TABLE_UNUSED": FindingKind(
        "info",
        "Bảng không thuộc phụ lục nào của mẫu: «{found}».",
        "Không đưa vào tổng hợp; xem lại nếu bảng này là số liệu.",
    ),
    "TABLE_UNKNOWN": FindingKind(
        "warning",
        "Bảng có các năm như phụ lục nhưng chưa biết là phụ lục nào: «{found}».",
        "Xem bảng này; không đưa vào tổng hợp.",
    ),
    "COLUMN_UNSURE": FindingKind(
        "error", "Chưa chắc cột «{found}» là kỳ nào (có thể là {expected}).", "Xem tiêu đề cột trong bản gốc."
    ),
    "COLUMN_TWICE": FindingKind(
        "error", "Hai cột cùng ghi kỳ {expected}: «{found}».", "Đề nghị đơn vị cho biết cột nào đúng."
    ),
    "COLUMN_MISSING": FindingKind("warning", "Bảng thiếu cột {expected}.", "Đề nghị đơn vị bổ sung."),
    "COLUMN_EXTRA": FindingKind("info", "Bảng có cột ngoài mẫu: «{found}».", "Giữ lại, không cộng vào cột nào của mẫu."),
    "ROW_MISSING": FindingKind("warning", "Thiếu dòng «{expected}».", "Đề nghị đơn vị bổ sung dòng này."),
    "ROW_EXTRA": FindingKind(
        "warning",
        "Dòng ngoài mẫu: «{found}».",
        "Giữ lại, không cộng vào chỉ tiêu nào; xem có phải chỉ tiêu viết khác đi không.",
    ),
    "ROW_UNNAMED": FindingKind(
        "warning", "Dòng không có tên chỉ tiêu nhưng có số liệu: «{found}».", "Đề nghị đơn vị cho biết đây là chỉ tiêu nào."
    ),
    "ROW_UNSURE": FindingKind(
        "warning", "Chưa chắc dòng «{found}» là chỉ tiêu «{expected}».", "Đối chiếu tên dòng với mẫu."
    ),
    "ROW_SHIFTED": FindingKind(
        "warning", "Dòng có thể bị lệch cột (thừa một ô): «{found}».", "Xem dòng này trong bản gốc."
    ),
    "ROW_TWICE": FindingKind(
        "warning", "Chỉ tiêu «{expected}» có hơn một dòng: «{found}».", "Đề nghị đơn vị cho biết dòng nào đúng."
    ),
    "CELL_UNUSED": FindingKind("warning", "Ô có nội dung nhưng không dùng được: «{found}».", "Xem ô này trong bản gốc."),
    "CELL_MERGED": FindingKind(
        "warning", "Ô trộn phủ nhiều chỉ tiêu hoặc nhiều kỳ: «{found}».", "Đề nghị đơn vị ghi riêng từng ô."
    ),
    "CELL_NESTED": FindingKind(
        "warning", "Trong ô có một bảng lồng bên trong, chưa biết số nào là của ô: «{found}».", "Xem ô này trong bản gốc."
    ),
    # values
    "VALUE_NOT_A_NUMBER": FindingKind("warning", "Ô phải là số nhưng ghi «{found}».", "Đề nghị đơn vị ghi số."),
    "VALUE_AMBIGUOUS": FindingKind(
        "warning",
        "Số «{found}» có thể hiểu hai cách ({expected}).",
        "Hỏi lại đơn vị; số lẻ dùng dấu phẩy, hàng nghìn dùng dấu chấm.",
    ),
    "VALUE_NOT_WHOLE": FindingKind("warning", "Ô phải là số nguyên nhưng ghi «{found}».", "Hỏi lại đơn vị."),
    "VALUE_OTHER_MEASURE": FindingKind(
        "warning", "Ô ghi đơn vị tính khác mẫu: «{found}» (mẫu: {expected}).", "Hỏi lại đơn vị."
    ),
    "VALUE_NOT_YES_NO": FindingKind("warning", "Ô phải là Có/Không (1/0) nhưng ghi «{found}».", "Hỏi lại đơn vị."),
    "VALUE_NOT_A_CHOICE": FindingKind("warning", "Ô phải là {expected} nhưng ghi «{found}».", "Hỏi lại đơn vị."),
    "VALUE_NOT_A_RATIO": FindingKind("warning", "Ô phải có dạng a/b nhưng ghi «{found}».", "Hỏi lại đơn vị."),
    "VALUE_DOUBTED": FindingKind("warning", "Ô có dấu (?): người ghi chưa chắc «{found}».", "Hỏi lại đơn vị."),
    "VALUE_NOT_EXPECTED": FindingKind(
        "warning", "Dòng tiêu đề nhóm không có số liệu theo mẫu nhưng ghi «{found}».", "Hỏi lại đơn vị."
    ),
    "VALUE_LOW_CONFIDENCE": FindingKind("warning", "Chữ trong ô đọc chưa rõ: «{found}».", "Xem ô này trong bản gốc."),
    # outline
    "SECTION_MISSING": FindingKind("warning", "Thiếu mục «{expected}».", "Đề nghị đơn vị bổ sung mục này."),
    "SECTION_EMPTY": FindingKind(
        "warning", "Mục «{expected}» không có nội dung.", "Đề nghị đơn vị viết nội dung hoặc ghi rõ là không có."
    ),
    "SECTION_EXTRA": FindingKind("info", "Mục ngoài đề cương: «{found}».", "Không cần làm gì."),
    "SECTION_TWICE": FindingKind("warning", "Mục «{expected}» có hai lần: «{found}».", "Lấy lần đầu; xem lại bản gốc."),
    "SECTION_ORDER": FindingKind("info", "Mục «{found}» không đúng thứ tự đề cương.", "Không cần làm gì."),
    "SECTION_UNSURE": FindingKind("warning", "Chưa chắc mục «{found}» là «{expected}».", "Đối chiếu với đề cương."),
    # sender, form, period
    "SENDER_UNKNOWN": FindingKind(
        "error", "Chưa biết báo cáo của đơn vị nào.", "Ghi tên đơn vị bằng --unit, hoặc đặt tên xã vào tên tệp."
    ),
    "SENDER_DISAGREES": FindingKind(
        "error", "Các dấu hiệu về đơn vị gửi không khớp nhau: {found}.", "Người tổng hợp xem và ghi đơn vị bằng --unit."
    ),
    "SENDER_NOT_EXPECTED": FindingKind(
        "error",
        "Đơn vị «{found}» không có trong danh sách đơn vị của kỳ này.",
        "Kiểm tra danh sách đơn vị (tonghop units).",
    ),
    "FORM_UNSURE": FindingKind("error", "Chưa chắc báo cáo theo mẫu nào: {found}.", "Ghi mẫu bằng --form."),
    "PERIOD_UNSURE": FindingKind(
        "error", "Chưa chắc kỳ báo cáo: «{found}» (mẫu: {expected}).", "Người tổng hợp xem và xác nhận."
    ),
    "DATE_UNSURE": FindingKind("info", "Không đọc được ngày ký của văn bản: «{found}».", "Không cần làm gì."),
    # loading
    "VERSION_UNSURE": FindingKind(
        "error", "Đơn vị đã có báo cáo kỳ này; chưa biết bản nào mới hơn.", "Người tổng hợp chọn bản đúng."
    ),
    "PREDECESSOR_YEARS": FindingKind(
        "info",
        "Các cột đến hết ngày {found} là số liệu của đơn vị cũ: {expected}; chỉ được tính một lần, ở báo cáo này.",
        "Không cần làm gì; khi so với các năm sau, nhớ rằng địa giới đã đổi.",
    ),
    "PREDECESSOR_COUNTED": FindingKind(
        "info", "{found} đã nhập trọn vào {expected}: số liệu được tính cho {expected}.", "Không cần làm gì."
    ),
    "PREDECESSOR_DOUBLED": FindingKind(
        "warning",
        "Báo cáo của {found} không được cộng: {expected}, nơi {found} đã nhập vào, cũng có báo cáo cho các năm này.",
        "Nếu phải dùng báo cáo của đơn vị cũ thì trả lại hoặc rút báo cáo kia.",
    ),
    "UNIT_DIVIDED": FindingKind(
        "warning",
        "{found} nay đã chia cho {expected}: số liệu để riêng ở một dòng của {found}, không tự chia.",
        "Nếu cần chia thì hỏi các đơn vị mới số của từng nơi.",
    ),
    "SUCCESSOR_UNDIVIDED": FindingKind(
        "warning",
        "Báo cáo của {found} gồm cả {expected}: số liệu để riêng ở một dòng, không chia ngược lại được.",
        "Tổng hợp theo đơn vị của ngày sau khi sáp nhập nếu cần từng đơn vị.",
    ),
    "FILE_JOINED": FindingKind("info", "Tệp «{found}» gửi riêng, bổ sung phần báo cáo còn thiếu.", "Không cần làm gì."),
    "SECOND_COPY": FindingKind(
        "info",
        "Tệp «{found}» là bản thứ hai của cùng văn bản; phụ lục nào lấy theo bản đọc rõ hơn.",
        "Không cần làm gì; chỗ hai bản khác nhau được nêu riêng.",
    ),
    "SECOND_COPY_DIFFERS": FindingKind(
        "error",
        "Hai bản của cùng văn bản ghi khác nhau: «{found}» và «{expected}»; đang lấy «{found}».",
        "Đối chiếu với bản ký; nếu số đang lấy chưa đúng thì sửa ô này (tonghop correct).",
    ),
    "ACCEPTED_BEFORE": FindingKind(
        "warning",
        "Báo cáo đã được chấp nhận trước khi có thêm tệp làm thay đổi nội dung.",
        "Xem phần mới rồi quyết định lại: tonghop accept hoặc return.",
    ),
    "RETURNED_BEFORE": FindingKind(
        "info",
        "Báo cáo đã bị trả lại; sau đó đơn vị gửi thêm tệp làm thay đổi nội dung nên được tính lại.",
        "Xem phần mới rồi quyết định lại: tonghop accept hoặc return.",
    ),
    "CORRECTION_BEFORE": FindingKind(
        "warning",
        "Ở bản trước, ô này đã được sửa thành «{expected}»; bản mới ghi «{found}».",
        "Xem bản mới; nếu vẫn phải sửa thì sửa lại (tonghop correct).",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: the code says what, the place says where; `found` and `expected` are short raw texts."""

    code: str
    place: Place = Place()
    appendix: int | None = None
    indicator: str | None = None
    column_key: str | None = None
    section: str | None = None
    found: str | None = None
    expected: str | None = None

    @property
    def kind(self) -> FindingKind:
        """The catalogue's entry."""
        return CATALOGUE[self.code]

    @property
    def message(self) -> str:
        """The finding as a Vietnamese sentence."""
        return self.kind.text.format(found=self.found or "", expected=self.expected or "")
