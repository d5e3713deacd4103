"""What the tools refuse, and what the user is told.

Typesetting and text: E020 to E029 (search: E024).
"""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

LETTER_WITHOUT_GLYPH = "kit.E020"
LEGACY_ENCODING = "kit.E021"
MALFORMED_CONTENT = "kit.E022"
TOO_LONG = "kit.E023"
SEARCH_TOO_WIDE = "kit.E024"
FILE_DAMAGED = "kit.E028"
FILE_HELD = "kit.E029"
BAD_NAME = "kit.E030"
EMPTY_FILE = "kit.E031"
TOO_LARGE = "kit.E032"
FOREIGN_TYPE = "kit.E033"
BAD_STRUCTURE = "kit.E034"
OTHER_ENDING = "kit.E035"
ACTIVE_CONTENT = "kit.E036"
MALWARE = "kit.E037"
SCANNER_DOWN = "kit.E038"
SECRECY_MARK = "kit.E039"
SECRECY_TYPED = "kit.E040"

REFUSALS = reason_book(
    "kit",
    {
        "E020": Reason(
            "Văn bản có ký tự {letter} mà phông chữ của văn bản không có. "
            "Hãy thay hoặc xóa ký tự này rồi làm lại."
        ),
        "E021": Reason(
            "Nội dung dường như được gõ bằng bảng mã cũ (TCVN3, VNI) nên sẽ hiện sai chữ. "
            "Hãy chuyển sang Unicode (TCVN 6909:2001) rồi dán lại."
        ),
        "E022": Reason("Nội dung văn bản không đúng cấu trúc tại {place}: {fault}."),
        "E023": Reason(
            "Nội dung văn bản quá dài ({size} ký tự, tối đa {limit}). "
            "Hãy tách thành phụ lục hoặc tệp đính kèm."
        ),
        "E024": Reason(
            "Tìm kiếm mất quá nhiều thời gian. Hãy thu hẹp phạm vi: thêm từ, hoặc tìm theo số, "
            "ký hiệu."
        ),
        "E030": Reason("Tên tệp trống hoặc dài quá {limit} ký tự. Hãy đổi tên tệp.", field="file"),
        "E031": Reason("Tệp “{name}” rỗng (0 byte). Hãy chọn lại tệp.", field="file"),
        "E032": Reason(
            "Tệp “{name}” lớn {size} MB, tối đa {limit} MB. Hãy giảm dung lượng hoặc tách tệp.",
            field="file",
        ),
        "E033": Reason(
            "Tệp “{name}” không phải là tệp {kinds} hợp lệ (kiểm tra theo nội dung tệp, không theo"
            " tên). Hãy chuyển sang định dạng được nhận.",
            clause="ND30.8",
            field="file",
        ),
        "E034": Reason(
            "Tệp “{name}”: {fault} Hãy tạo lại tệp rồi đính kèm.", clause="S.31", field="file"
        ),
        "E035": Reason(
            "Tệp “{name}” có nội dung {kind} nhưng phần mở rộng của tên không phải {ending}."
            " Hãy đổi tên cho đúng rồi chọn lại.",
            clause="S.31",
            field="file",
        ),
        "E036": Reason(
            "Tệp “{name}” có {what} nên không được nhận. Hãy bỏ phần này (hoặc xuất lại thành"
            " PDF) rồi gửi lại; tệp nhúng thì gửi riêng từng tệp.",
            clause="S.31",
            field="file",
        ),
        "E037": Reason(
            "Tệp “{name}” chứa mã độc ({what}) nên bị từ chối và không được lưu."
            " Hãy quét mã độc máy đã tạo tệp và báo cán bộ phụ trách an toàn thông tin.",
            clause="S.31",
            field="file",
        ),
        "E038": Reason(
            "Chưa quét được mã độc cho tệp “{name}” nên chưa nhận tệp. Hãy thử lại sau ít phút.",
            clause="S.31",
            field="file",
        ),
        "E028": Reason(
            "Tệp trong kho đã bị hỏng và chưa khôi phục được nên không mở. Hãy báo quản trị Hệ"
            " thống khôi phục tệp từ bản sao lưu.",
            clause="S.21",
        ),
        "E029": Reason(
            "Tệp đang chờ quét mã độc nên chưa mở được. Tệp đã được giữ an toàn và tự mở khi quét"
            " xong; nếu chờ quá lâu, hãy báo quản trị Hệ thống.",
            clause="S.31",
        ),
        "E039": Reason(
            "{said} Không có gì của tệp được lưu lại; người phụ trách bảo vệ bí mật nhà nước đã"
            " được báo. Việc cần làm: (1) không gửi lại tệp bằng thư điện tử, Zalo hay đường mạng"
            " nào khác; (2) gặp người phụ trách để thu giữ tệp trên máy nối mạng; (3) xử lý văn bản"
            " trên giấy hoặc máy tính độc lập. Luật Bảo vệ bí mật nhà nước, Điều 5, cấm soạn thảo,"
            " lưu giữ, gửi bí mật nhà nước qua máy tính, mạng có kết nối. Nếu tài liệu không phải"
            " bí mật nhà nước, hãy bỏ dấu chỉ độ mật rồi gửi lại.",
            clause="QC.4.1",
            field="file",
        ),
        "E040": Reason(
            "{said} Không có gì được lưu lại; người phụ trách bảo vệ bí mật nhà nước đã được báo."
            " Luật Bảo vệ bí mật nhà nước, Điều 5, cấm soạn thảo, lưu giữ bí mật nhà nước trên máy"
            " tính, mạng có kết nối: hãy xử lý trên giấy hoặc máy tính độc lập. Nếu nội dung không"
            " phải bí mật nhà nước, hãy bỏ dòng chỉ độ mật rồi làm lại.",
            clause="QC.4.1",
        ),
    },
)
