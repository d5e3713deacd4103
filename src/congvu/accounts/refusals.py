"""Why somebody may not come in, or may not change an account."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

# Answered with status 429 (S.46).
TOO_MANY = "accounts.E429"

REFUSALS = reason_book(
    "accounts",
    {
        "E429": Reason(
            "Địa chỉ mạng này đã thử sai quá nhiều lần. Hãy đợi {minutes} phút rồi thử lại.",
            clause="S.04",
        ),
        # One text for a wrong name, a wrong password and a locked account: nothing to learn (S.46).
        "E001": Reason(
            "Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản đang bị khóa. Nhập sai "
            "{tries} lần liên tiếp thì tài khoản tự khóa {hours} giờ; cần mở sớm, hãy liên hệ "
            "quản trị của cơ quan.",
            clause="S.04",
        ),
        "E002": Reason(
            "Tài khoản đã tạm ngừng. Hãy liên hệ quản trị của cơ quan để mở lại.", clause="S.07"
        ),
        "E003": Reason(
            "Ông/Bà hiện không giữ vị trí công tác nào nên chưa đăng nhập được. "
            "Hãy liên hệ quản trị của cơ quan.",
            clause="S.08",
        ),
        "E004": Reason("Tài khoản dịch vụ không đăng nhập qua trang này.", clause="S.09"),
        "E005": Reason(
            "Đăng nhập từ ngoài mạng của cơ quan phải có xác thực hai lớp. Hãy đăng nhập tại cơ "
            "quan và đăng ký ứng dụng tạo mã hoặc khóa bảo mật trước.",
            clause="S.05",
        ),
        "E010": Reason("Mã xác thực không đúng hoặc đã dùng rồi. Hãy nhập mã mới.", field="code"),
        "E011": Reason(
            "Nhập sai mã xác thực nhiều lần nên phiên này đã đóng. Hãy đăng nhập lại từ đầu.",
            clause="S.04",
        ),
        "E012": Reason("Khóa bảo mật không được chấp nhận. Hãy thử lại hoặc dùng cách khác."),
        "E013": Reason("Không tìm thấy ứng dụng tạo mã đang chờ xác nhận. Hãy làm lại từ đầu."),
        "E014": Reason(
            "Tài khoản quản trị phải luôn có xác thực hai lớp; hãy đăng ký cách khác trước khi gỡ.",
            clause="S.05",
        ),
        "E015": Reason("Không tìm thấy cách xác thực này.", not_found=True),
        "E016": Reason("Tài khoản chưa đăng ký xác thực hai lớp.", clause="S.05"),
        "E017": Reason(
            "Muốn thêm, đổi hoặc gỡ cách xác thực, hãy xác thực lại trước, rồi làm tiếp.",
            clause="S.05",
        ),
        "E020": Reason(
            "Mật khẩu phải có ít nhất {length} ký tự ({why}).", clause="S.01", field="new_password"
        ),
        "E021": Reason(
            "Mật khẩu phải có đủ chữ thường, chữ hoa, chữ số và ký tự đặc biệt; còn thiếu: "
            "{missing}.",
            clause="S.01",
            field="new_password",
        ),
        "E022": Reason(
            "Mật khẩu này trùng với một trong {count} mật khẩu gần nhất. Hãy chọn mật khẩu khác.",
            clause="S.03",
            field="new_password",
        ),
        "E023": Reason("Mật khẩu hiện tại không đúng.", field="old_password"),
        "E024": Reason("Hai lần nhập mật khẩu mới không giống nhau.", field="repeat_password"),
        "E025": Reason(
            "Mật khẩu không được chứa tên đăng nhập.", clause="S.01", field="new_password"
        ),
        "E030": Reason("Không tìm thấy tài khoản này.", not_found=True),
        "E031": Reason(
            "Tên đăng nhập chỉ gồm chữ thường không dấu, chữ số, dấu chấm, gạch nối; "
            "từ 3 đến 60 ký tự.",
            field="username",
        ),
        "E032": Reason("Tên đăng nhập «{username}» đã có người dùng.", field="username"),
        "E033": Reason("Người này đã có tài khoản {kind} đang mở.", clause="S.10"),
        "E034": Reason("Chỉ quản trị hệ thống mới mở tài khoản quản trị.", clause="S.10"),
        "E035": Reason("Không ai tự đóng hoặc tự mở khóa tài khoản của mình.", clause="S.10"),
        "E036": Reason("Tài khoản đã đóng."),
        "E037": Reason("Tài khoản không bị khóa."),
        "E040": Reason(
            "Vị trí công tác này không phải của Ông/Bà hoặc đã hết hiệu lực.", not_found=True
        ),
        "E041": Reason("Vị trí công tác này đã ghi nhận thôi giữ."),
        "E042": Reason("Một người không thể vừa {one} vừa {other}.", clause="S.10"),
        "E050": Reason(
            "Mã khởi tạo không đúng, đã dùng hoặc đã quá 24 giờ. Hãy tạo mã mới trên máy chủ.",
            clause="S.09",
        ),
        "E051": Reason("Hệ thống đã có tài khoản quản trị.", clause="S.09"),
        "E052": Reason("Hãy nhập họ và tên của người quản trị.", field="full_name"),
        "E060": Reason("Không có giá trị chính sách «{key}».", not_found=True),
        "E061": Reason(
            "Giá trị {value} yếu hơn mức sàn {floor} ({source}). Chỉ được đặt khi có quyết định "
            "chấp thuận nêu lý do, người ký và ngày hết hiệu lực.",
            clause="S.58",
        ),
        "E062": Reason(
            "Tài khoản này đã tạm ngừng nên không cần báo mất nữa. Hãy liên hệ quản trị của cơ "
            "quan để mở lại với mật khẩu mới.",
            clause="QC.10.3",
        ),
        "E080": Reason("Hãy ghi lý do (từ 5 đến 250 ký tự).", field="reason"),
        "E081": Reason("Tài khoản này chưa đăng ký xác thực hai lớp."),
        "E082": Reason(
            "Hãy chọn một người đang giữ vị trí công tác và chưa có tài khoản loại này.",
            field="person",
        ),
        "E083": Reason(
            "Tài khoản này đang có báo mất quyền kiểm soát. Hãy mở lại ở trang báo mất để kết thúc"
            " báo mất cùng lúc.",
            clause="QC.10.3",
        ),
        "E070": Reason("Không còn nội dung nào được giữ lại ở đây.", not_found=True),
    },
)
