"""What the channels room refuses, and what the user is told."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

REFUSALS = reason_book(
    "channels",
    {
        "E001": Reason("Không tìm thấy tin này trong cơ quan của Ông/Bà.", not_found=True),
        "E002": Reason(
            "Vị trí công tác của Ông/Bà không được giao phân loại, trả lời thông tin đến. "
            "Hãy chuyển cho văn thư của cơ quan.",
            clause="QC.9.2.b",
        ),
        "E003": Reason(
            "Chưa có căn cứ để gửi tin: người nhận chưa đồng ý nhận tin qua {channels} cho mục "
            "đích này và đây không phải nhiệm vụ công vụ. Hãy xin đồng ý trước khi gửi.",
            clause="QC.6.2.b",
        ),
        "E004": Reason(
            "Chưa có địa chỉ nhận qua {channels}. Hãy bổ sung địa chỉ.", field="address"
        ),
        "E005": Reason("Hãy nhập nội dung cho kênh {channel}.", field="text"),
        "E006": Reason(
            "Thông tin này {state}; không thể quyết định lần thứ hai.", clause="QC.9.2.b"
        ),
        "E007": Reason(
            "Hãy ghi rõ nơi có thẩm quyền để hướng dẫn người gửi (từ 10 ký tự).",
            clause="QC.9.2.b",
            field="text",
        ),
        "E008": Reason(
            "Không thể trả lời người gửi qua kênh này. Hãy liên hệ bằng cách khác và ghi lại.",
            clause="QC.9.2.b",
        ),
        "E009": Reason("Người nhận này đã đồng ý nhận tin từ trước."),
        "E010": Reason("Không tìm thấy lượt đồng ý nhận tin này.", not_found=True),
        "E011": Reason("Địa chỉ {address} không thuộc cơ quan nào của hệ thống này."),
        "E013": Reason(
            "Thư không đọc được vì sai cấu trúc hoặc quá nặng. Hãy gửi lại thư đơn giản hơn."
        ),
        "E014": Reason("Thư vượt giới hạn dung lượng. Hãy chia nhỏ hoặc gửi qua hệ thống văn bản."),
        "E012": Reason("Chưa tạo được mã tra cứu. Hãy gửi lại."),
        # What came in: who answers, and what (300 to 349).
        "E300": Reason("Hãy chọn một người đang công tác tại cơ quan để giao trả lời.", field="to"),
        "E301": Reason("Hạn trả lời đã qua. Hãy chọn ngày từ hôm nay.", field="due_on"),
        "E302": Reason(
            "Thông tin này {state}; không thể trả lời hoặc giao trả lời nữa.", clause="QC.9.2"
        ),
        "E303": Reason("Hãy nhập nội dung trả lời, từ 5 đến {most} ký tự.", field="text"),
        "E304": Reason("Hãy chọn lãnh đạo cơ quan để trình duyệt.", field="to"),
        "E305": Reason("Đã có một dự thảo trả lời đang chờ lãnh đạo duyệt."),
        "E306": Reason(
            "Không có dự thảo trả lời nào chờ duyệt; có thể đã được duyệt hoặc trả lại."
        ),
        "E307": Reason("Hãy ghi lý do trả lại, từ 5 đến 1000 ký tự.", field="reason"),
        "E308": Reason("Hãy đặt tên mẫu từ 3 ký tự.", field="name"),
        "E309": Reason("Không tìm thấy mẫu này; có thể đã được bỏ.", not_found=True),
        "E310": Reason(
            "Tin đã giao cho nhà cung cấp hoặc đã kết thúc; không thể hủy.", clause="QC.8.2.a"
        ),
        "E311": Reason(
            "Tin báo đã nhận và tin báo không thuộc phạm vi là việc phải làm theo Quy chế; "
            "không thể hủy.",
            clause="QC.9.2",
        ),
        "E312": Reason("Hãy ghi lý do hủy tin.", field="reason"),
        "E313": Reason("Bên nhận đã nhận tin này, hoặc tin còn đang gửi; không cần gửi lại."),
        "E314": Reason(
            "Tin này gửi theo sự đồng ý của người nhận cho từng kênh; không thể gửi sang kênh "
            "khác.",
            clause="QC.6.2.b",
        ),
        "E315": Reason(
            "Tin đang được gửi qua {channel}. Hãy chờ kết quả của lượt đó.", field="channel"
        ),
        "E316": Reason(
            "Gửi lại chỉ qua thư điện tử công vụ hoặc SMS; tài khoản Zalo chỉ biết được khi người "
            "dân nhắn trước.",
            field="channel",
        ),
        "E317": Reason("Thông tin này đã được chuyển thành văn bản đến."),
        # Providers and own addresses: the system administrator's.
        "E320": Reason("Chỉ quản trị hệ thống khai báo nhà cung cấp và địa chỉ của cơ quan."),
        "E321": Reason("Không tìm thấy nhà cung cấp này.", not_found=True),
        "E322": Reason("Hãy chọn kênh và loại kết nối có trong danh sách.", field="adapter"),
        "E323": Reason("Hãy đặt tên từ 3 đến 120 ký tự, không trùng trong một kênh.", field="name"),
        "E324": Reason(
            "Thứ tự là số nguyên từ 1 đến 99; tốc độ lớn hơn 0 và không quá 10.000 tin một giây.",
            field="rank",
        ),
        "E325": Reason("Hãy nhập {label}.", field="secrets"),
        "E326": Reason(
            "Mỗi dòng khai báo có dạng tên = giá trị; tên gồm chữ thường không dấu, số và dấu _.",
            field="lines",
        ),
        "E327": Reason(
            "Chưa gửi thử thành công từ lần khai báo gần nhất; hãy gửi thử rồi đưa vào dùng."
        ),
        "E328": Reason("Địa chỉ {address} không đúng dạng của kênh {channel}.", field="address"),
        "E329": Reason(
            "Địa chỉ này đang thuộc {agency}. Hãy kết thúc ở đó trước.", field="address"
        ),
        "E330": Reason("Hãy chọn cơ quan đang hoạt động.", field="agency"),
        "E331": Reason("Không tìm thấy địa chỉ đang dùng này.", not_found=True),
        # Consents recorded at the desk.
        "E340": Reason("Hãy ghi họ tên người đồng ý.", field="name"),
        "E341": Reason(
            "Hãy ghi đồng ý được thể hiện thế nào (từ 5 ký tự), ví dụ: ký tờ khai tại Bộ phận Một "
            "cửa.",
            field="origin",
        ),
        "E342": Reason(
            "Đồng ý phải là hành vi rõ ràng của chính người nhận; im lặng không phải đồng ý.",
            clause="QC.6.2.b",
            field="explicit",
        ),
        "E343": Reason("Chưa chọn mục đích và kênh nào.", field="agree"),
        "E319": Reason(
            "Cơ quan chưa có địa chỉ gửi qua {channel}. Hãy nhờ quản trị hệ thống khai báo."
        ),
        "E318": Reason("Hãy chọn ít nhất một thông tin trong danh sách."),
        # --- tin nhắn SMS (E100 to E149) ---
        "E101": Reason(
            "Tên định danh {name} đã hết hiệu lực từ sau ngày {day} hoặc chưa đến ngày hiệu lực. "
            "Hãy gia hạn với nhà cung cấp, hoặc chọn người gửi khác.",
            clause="ND91.28",
            field="sender",
        ),
        "E102": Reason(
            "Tên định danh {name} không được cấp cho cơ quan của Ông/Bà. Chỉ gửi bằng tên định "
            "danh hoặc đầu số của chính cơ quan.",
            clause="ND91.23",
            field="sender",
        ),
        "E103": Reason(
            "Tên định danh {name} không được cấp để gửi loại tin “{kind}”. Hãy chọn tên khác.",
            clause="ND91.23",
            field="sender",
        ),
        "E104": Reason("{said}", clause="ND91.13", field="kind"),
        "E105": Reason(
            "Không phải số điện thoại di động Việt Nam: {numbers}. Hãy sửa, ví dụ 0912 345 678.",
            field="phones",
        ),
        "E106": Reason("Hãy nhập số điện thoại người nhận.", field="phones"),
        "E107": Reason(
            "Mỗi lần gửi ở đây tối đa {most} số. Gửi nhiều hơn hãy dùng gửi hàng loạt theo mẫu.",
            field="phones",
        ),
        "E108": Reason("Hãy nhập nội dung tin nhắn.", field="text"),
        "E109": Reason(
            "Tin dài {parts} phần, vượt {most} phần. Hãy viết gọn lại hoặc bỏ dấu.", field="text"
        ),
        "E110": Reason("Chỉ quản trị hệ thống được ghi sổ tên định danh."),
        "E111": Reason(
            "Tên định danh có tối đa 11 ký tự gồm chữ Latin không dấu, chữ số, “-”, “_”, “.”, dấu "
            "cách, và không được chỉ gồm chữ số.",
            clause="ND91.23",
            field="name",
        ),
        "E112": Reason("Hãy chọn loại tin được cấp.", clause="ND91.23", field="kind"),
        "E113": Reason("Hãy chọn cơ quan được cấp tên định danh.", field="holder"),
        "E114": Reason("Hãy chọn nhà cung cấp SMS đã khai báo.", field="provider"),
        "E115": Reason(
            "Hãy ghi số, ngày của giấy chứng nhận tên định danh.", clause="ND91.23", field="ground"
        ),
        "E116": Reason("Hãy nhập đủ ngày cấp và ngày hết hiệu lực.", field="granted_on"),
        "E117": Reason("Ngày hết hiệu lực phải sau ngày cấp.", field="valid_to"),
        "E118": Reason(
            "Tên định danh có hiệu lực nhiều nhất ba năm, đến hết ngày {day}.",
            clause="ND91.28",
            field="valid_to",
        ),
        "E119": Reason("Đơn giá phải từ 0 đến 100.000 đồng mỗi phần.", field="price"),
        "E120": Reason("Không tìm thấy tên định danh này.", not_found=True),
        "E121": Reason("Hãy ghi lý do chấm dứt (từ 10 ký tự).", field="reason"),
        "E122": Reason(
            "Tên định danh {name} đang thuộc cơ quan khác; một tên chỉ cấp cho một tổ chức.",
            clause="ND91.23",
            field="name",
        ),
        "E123": Reason(
            "{name} đã ghi sổ cho loại tin này trong khoảng ngày đó. Gia hạn thì ghi ngày bắt đầu "
            "sau ngày hết hiệu lực cũ.",
            clause="ND91.28",
            field="granted_on",
        ),
        "E124": Reason(
            "Hãy chọn căn cứ để gửi tin cho người nhận.", clause="QC.6.1.e", field="basis"
        ),
        "E125": Reason(
            "Cơ quan chưa có tên định danh hay đầu số SMS nên chưa gửi được. Hãy đề nghị quản trị "
            "hệ thống ghi sổ tên định danh.",
            clause="ND91.23",
            field="sender",
        ),
        "E126": Reason(
            "Vị trí công tác của Ông/Bà không được giao gửi tin nhắn của cơ quan. Hãy nhờ văn thư."
        ),
        "E127": Reason(
            "Chưa có đồng ý nhận tin nhắn của: {numbers}. Hãy xin đồng ý, hoặc chọn căn cứ là "
            "nhiệm vụ công vụ nếu đúng như vậy.",
            clause="ND91.13",
            field="basis",
        ),
        "E128": Reason("Trang đã cũ. Hãy mở lại trang soạn tin nhắn rồi gửi."),
        "E129": Reason(
            "Nội dung, số nhận hoặc người gửi đã thay đổi sau khi xem trước. Hãy xem lại đúng nội "
            "dung sẽ gửi rồi bấm gửi."
        ),
        "E130": Reason("Không có nhà cung cấp này hoặc không được phép báo về.", not_found=True),
        "E131": Reason("Thông tin báo về quá dài."),
        "E200": Reason(
            "Tài khoản Zalo chưa hoạt động. Hãy ghi thông báo và đưa vào hoạt động trước khi xin "
            "quyền dùng.",
            clause="QC.6.2.c",
        ),
        "E201": Reason("Hệ thống chưa khai báo ứng dụng Zalo của tỉnh. Hãy báo quản trị hệ thống."),
        "E202": Reason(
            "Lần xin quyền này không còn hiệu lực hoặc đã dùng. Hãy bấm Cấp quyền lại từ trang "
            "tài khoản Zalo."
        ),
        "E203": Reason(
            "Tài khoản vừa được chọn ở Zalo không phải tài khoản đã đăng ký (OA {oa_id}). Hãy cấp "
            "quyền lại và chọn đúng tài khoản.",
            clause="QC.6.2.c",
        ),
        "E204": Reason("Vị trí công tác của Ông/Bà không được giao việc này trên kênh Zalo."),
        "E205": Reason("Hãy nhập họ tên người dân.", field="full_name"),
        "E206": Reason(
            "Tài khoản Zalo của cơ quan chưa được cấp quyền nên chưa liên kết được.",
            clause="QC.6.2.c",
        ),
        "E207": Reason("Không tìm thấy liên kết này trong cơ quan.", not_found=True),
        "E208": Reason(
            "Hãy nhập mã mẫu (chữ số), tên mẫu và nội dung có ít nhất một tham số dạng <ma_ho_so>.",
            field="text",
        ),
        "E209": Reason("Mẫu tin này đã có trong danh mục.", field="template_id"),
        "E210": Reason("Không tìm thấy mẫu tin này trong cơ quan.", not_found=True),
        "E211": Reason("Chữ ký của sự kiện không đúng."),
        "E212": Reason("Thời điểm của sự kiện quá xa hiện tại."),
    },
)
