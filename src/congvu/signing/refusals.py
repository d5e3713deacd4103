"""What signing refuses, and what the user is told. Codes are stable."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

REFUSALS = reason_book(
    "signing",
    {
        "E001": Reason(
            "{name} chưa có chứng thư số còn hiệu lực vào lúc ký trong hệ thống. "
            "Hãy đăng ký chứng thư số trước khi ký.",
            clause="QC.10.3",
        ),
        "E002": Reason(
            "Chỉ văn thư của cơ quan được cấp số và ký số của cơ quan. "
            "Hãy chuyển văn bản cho văn thư.",
            clause="ND30.32.2.c",
        ),
        "E003": Reason(
            "Văn bản chưa có chữ ký số của người có thẩm quyền, hoặc tệp đã bị thay đổi sau khi "
            "ký. Cơ quan chỉ được ký số vào đúng tệp mà người có thẩm quyền đã ký.",
            clause="ND30.32.2.d",
        ),
        "E004": Reason(
            "Văn bản đã được ký số của cơ quan nên không thể ký thêm chữ ký của người có thẩm "
            "quyền. Người có thẩm quyền phải ký trước.",
            clause="ND30.32.2.d",
        ),
        "E005": Reason("Văn bản đã được cấp số và thời gian; không thể ghi lần thứ hai."),
        "E006": Reason("Văn bản đã được ký số của cơ quan; không cần ký lại."),
        "E007": Reason("Ông/Bà đã ký số tệp này; không cần ký lại."),
        "E008": Reason(
            "Không ký được vì tệp PDF bị hỏng hoặc bị khóa. Hãy tạo lại tệp PDF rồi ký."
        ),
        "E009": Reason(
            "Không tìm thấy khóa ký của chứng thư số {serial} trong kho khóa. "
            "Hãy báo quản trị hệ thống; nếu khóa đã mất, phải thu hồi chứng thư số.",
            clause="QC.10.3",
        ),
        "E010": Reason(
            "Ảnh phải là tệp PNG có nền trong suốt, mỗi cạnh từ 100 đến 2.000 điểm ảnh.",
            clause="ND30.PL1.I.II.8.a",
        ),
        "E011": Reason(
            "Ảnh chữ ký của người có thẩm quyền phải có màu xanh.", clause="ND30.PL1.I.II.7.d"
        ),
        "E012": Reason("Ảnh dấu của cơ quan phải có màu đỏ.", clause="ND30.PL1.I.II.8.a"),
        "E013": Reason(
            "Khóa ký này phải được người giữ khóa xác nhận trên thiết bị hoặc phần mềm của mình. "
            "Hãy ký từ trang Trình ký để hệ thống gửi yêu cầu xác nhận.",
            clause="QC.10.3",
        ),
        "E014": Reason("Hãy nhập mã PIN của thiết bị lưu khóa bí mật.", field="pin"),
        "E015": Reason("Mã PIN không đúng.{left} Hãy nhập lại.", field="pin"),
        "E016": Reason(
            "Thiết bị lưu khóa đã bị khóa vì nhập sai mã PIN nhiều lần. "
            "Hãy liên hệ nơi cấp thiết bị để mở khóa.",
            clause="QC.10.3",
        ),
        "E017": Reason(
            "Tệp này đang chờ chữ ký. Hãy xác nhận trên thiết bị hoặc hủy yêu cầu cũ trước khi "
            "gửi yêu cầu mới."
        ),
        "E018": Reason("Không tìm thấy yêu cầu ký này.", not_found=True),
        "E019": Reason("Yêu cầu ký này {state}; hãy gửi yêu cầu mới nếu cần."),
        "E020": Reason(
            "Hệ thống này chưa lập cơ quan chứng thực trình diễn nên không tự cấp được chứng thư."
        ),
        "E021": Reason("Chứng thư số này đã bị thu hồi từ trước."),
        "E022": Reason("Thời điểm thu hồi không thể ở tương lai."),
        "E140": Reason(
            "Chứng thư số {serial} đã bị thu hồi từ {since} ({reason}) nên không ký được nữa. "
            "Hãy đăng ký chứng thư số mới trước khi ký.",
            clause="QC.10.3",
        ),
        "E141": Reason(
            "Chứng thư số {serial} đã hết hạn lúc {until}. Hãy gia hạn hoặc đăng ký chứng thư số "
            "mới trước khi ký.",
            clause="QC.10.3",
        ),
        "E142": Reason(
            "Chứng thư số {serial} chỉ có hiệu lực từ {since} nên chưa ký được. "
            "Hãy chờ đến lúc đó hoặc dùng chứng thư số đang có hiệu lực.",
            clause="QC.10.3",
        ),
        "E143": Reason(
            "Thiết bị lưu khóa của chứng thư số {serial} ({device}) {state} nên không được dùng "
            "để ký. Hãy nhận bàn giao thiết bị có biên bản trước khi ký.",
            clause="QC.10.3",
        ),
        "E144": Reason(
            "{name} không còn giữ vị trí công tác này vào lúc ký nên không được ký văn bản của cơ "
            "quan. Hãy liên hệ quản trị cơ quan nếu có nhầm lẫn.",
            clause="QC.10.3",
        ),
        "E145": Reason(
            "Hệ thống chưa nối với kho khóa của chứng thư số {serial} nên chưa ký được tại đây. "
            "Hãy báo quản trị hệ thống nối kho khóa «{scheme}».",
            clause="QC.10.3",
        ),
        "E146": Reason("Không tìm thấy thiết bị ký này.", not_found=True),
        "E147": Reason(
            "Thiết bị loại này với số hiệu {serial} đã có trong danh mục của cơ quan. "
            "Hãy kiểm tra lại số hiệu.",
            field="serial",
        ),
        "E148": Reason("Hãy nhập số hiệu in trên thiết bị, từ 3 đến 80 ký tự.", field="serial"),
        "E149": Reason(
            "Người nhận phải đang công tác tại cơ quan; thiết bị của cá nhân chỉ giao cho chính "
            "người đó, thiết bị của cơ quan giao cho văn thư. Hãy chọn lại người nhận.",
            clause="ND30.33",
            field="receiver",
        ),
        "E150": Reason(
            "Thiết bị này {state} nên không thực hiện được. Hãy tải lại trang để xem tình trạng "
            "hiện nay."
        ),
        "E151": Reason(
            "Không đọc được chứng thư số trong tệp. Hãy chọn tệp .cer hoặc .crt do nhà cung cấp "
            "cấp (DER hoặc PEM, không quá 64 KB, không kèm khóa bí mật).",
            field="file",
        ),
        "E152": Reason("Chứng thư số này đã được đăng ký trong hệ thống.", field="file"),
        "E153": Reason(
            "Chứng thư số này không dùng để ký được: {why}. Hãy chọn chứng thư số ký số còn hạn.",
            field="file",
        ),
        "E154": Reason(
            "Thiết bị đã báo mất hoặc đã thu hồi; hãy đăng ký thiết bị mới cho chứng thư số mới."
        ),
        "E155": Reason("Không tìm thấy lần báo mất này.", not_found=True),
        "E156": Reason("Lần báo mất này đã kết thúc từ trước: {state}."),
        "E157": Reason(
            "Chỉ quản trị cơ quan, hoặc văn thư đối với thiết bị của cơ quan, được thực hiện "
            "việc này.",
            clause="QC.10.3",
        ),
        "E158": Reason("Hãy ghi rõ nội dung này, từ 5 đến 500 ký tự.", field="reason"),
        "E159": Reason(
            "Loại thiết bị hoặc kho khóa này không dùng được ở đây; khóa phần mềm chỉ có trong dữ "
            "liệu trình diễn. Hãy chọn loại khác.",
            field="kind",
        ),
        "E180": Reason(
            "Địa chỉ ký này không có hoặc đã bị thay bằng yêu cầu mới. "
            "Hãy quay lại trang ký trên hệ thống và bấm Ký số lần nữa.",
            not_found=True,
        ),
        "E181": Reason(
            "Yêu cầu ký đã quá 15 phút nên hết hiệu lực. "
            "Hãy quay lại trang ký trên hệ thống và bấm Ký số lần nữa."
        ),
        "E182": Reason(
            "Yêu cầu ký này {state}, địa chỉ chỉ dùng được một lần. "
            "Hãy tải lại trang trên hệ thống để xem tình trạng văn bản."
        ),
        "E183": Reason(
            "Phần mềm ký số không gửi kèm tệp đã ký. Hãy ký lại; nếu vẫn vậy, hãy cập nhật "
            "phần mềm ký số."
        ),
        "E184": Reason(
            "Tệp phần mềm ký số gửi lại lớn hơn tệp đã giao quá {limit} MB. "
            "Hãy dùng hình chữ ký nhỏ hơn rồi ký lại."
        ),
        "E185": Reason(
            "Tệp gửi lại không phải đúng tệp hệ thống đã giao để ký: phần đầu tệp khác từng byte. "
            "Hãy ký lại từ trang ký, không mở và lưu tệp bằng phần mềm khác.",
            clause="ND30.13.7",
        ),
        "E186": Reason(
            "Tệp gửi lại phải có thêm đúng một chữ ký số, nhưng có thêm {count}. "
            "Hãy ký lại và chỉ ký một lần."
        ),
        "E187": Reason(
            "Chữ ký số mới không bao phủ toàn bộ tệp: sau khi ký, tệp còn bị thêm nội dung. "
            "Hãy ký lại và gửi ngay tệp vừa ký."
        ),
        "E188": Reason(
            "Chữ ký số được tạo bằng chứng thư của {signer} (số {serial}), không phải chứng thư đã "
            "đăng ký của {holder}. Hãy cắm đúng thiết bị rồi ký lại, hoặc đăng ký chứng thư số mới "
            "ở trang Cách ký số.",
            clause="QC.10.3",
        ),
        "E189": Reason(
            "Chữ ký số chưa được công nhận hợp lệ. {why} "
            "Hãy kiểm tra thiết bị, ngày giờ trên máy rồi ký lại; nếu vẫn vậy, hãy báo quản trị hệ "
            "thống."
        ),
        "E190": Reason(
            "Phần mềm ký số đã thêm hoặc sửa nội dung ngoài hình chữ ký. Chữ ký chỉ được đặt vào "
            "đúng văn bản đã trình. Hãy ký lại, chỉ đặt hình chữ ký.",
            clause="ND30.13.7",
        ),
        "E191": Reason(
            "Chữ ký số có từ trước ({field}) không còn nguyên vẹn trong tệp gửi lại. Hãy ký lại."
        ),
        "E192": Reason(
            "Chứng thư số đang dùng không ký bằng phần mềm trên máy. "
            "Hãy tải lại trang để ký theo cách của chứng thư đang dùng.",
        ),
        "E193": Reason(
            "Không đọc được chứng thư số do phần mềm ký số trả về. "
            "Hãy cắm lại thiết bị rồi thử lại.",
        ),
        "E194": Reason("Chứng thư số này đã được đăng ký trong hệ thống."),
        "E195": Reason(
            "Chứng thư số này không dùng để ký được: {why}. Hãy cắm thiết bị có chứng thư còn hạn."
        ),
        "E196": Reason(
            "Chứng thư số mang tên {found}, không phải {name}. Hãy cắm đúng thiết bị của mình; nếu "
            "tên trên chứng thư sai, hãy đề nghị nơi cấp sửa.",
            clause="QC.10.3",
        ),
        "E197": Reason(
            "Chỉ văn thư được đăng ký chứng thư số của cơ quan. Hãy chuyển việc này cho văn thư.",
            clause="ND30.32.2.c",
        ),
        "E199": Reason(
            "Chứng thư số trước đã bị thu hồi nên không tự đăng ký thay được. Hãy đề nghị người "
            "giữ danh mục thiết bị của cơ quan đăng ký chứng thư số mới.",
            clause="QC.10.3",
        ),
        # The agency's signature by the program (22x).
        "E220": Reason(
            "Khóa của cơ quan nằm trong thiết bị cắm vào máy của văn thư nên chưa ký được ở bước "
            "này. Hãy mở trang này trên máy có cắm thiết bị, bật JavaScript, mở phần mềm ký số rồi "
            "bấm lại.",
            clause="ND30.32.2.c",
        ),
        "E221": Reason(
            "Số và ngày đã được Hệ thống điền sẵn trên văn bản, nhưng phần mềm ký số còn ghi thêm "
            "vào trang. Hãy ký lại, chỉ đặt hình dấu. Nếu phần mềm luôn tự ghi số và ngày, hãy đổi "
            "cách ghi số, ngày ở trang Thiết bị ký số.",
            clause="ND30.15.3",
        ),
        "E222": Reason(
            "Không đọc thấy {number} trên văn bản phần mềm ký số gửi lại. Hãy ký lại và đặt số, "
            "ngày lên văn bản. Nếu phần mềm không ghi được, hãy chọn để Hệ thống điền số, ngày ở "
            "trang Thiết bị ký số, rồi trình người có thẩm quyền ký lại.",
            clause="ND30.15.3",
        ),
        "E223": Reason(
            "Phần mềm ký số ghi lên văn bản nội dung khác số và ngày đã cấp ({words}). "
            "Hãy ký lại, để nguyên {number} và ngày như Hệ thống đã giao.",
            clause="ND30.15.3",
        ),
        "E224": Reason("Không tìm thấy chứng thư số này của cơ quan.", not_found=True),
        # Trust (12x, 13x).
        "E120": Reason(
            "Chỉ quản trị hệ thống được thay đổi chứng thư tin cậy và danh sách thu hồi. "
            "Hãy báo quản trị hệ thống.",
            clause="S.11",
        ),
        "E121": Reason(
            "Không đọc được tệp: cần đúng một chứng thư số X.509, dạng DER hoặc PEM (.cer, .crt, "
            ".pem). Hãy xuất lại chứng thư rồi tải lên.",
            field="file",
        ),
        "E122": Reason("Tệp lớn hơn {limit} KB. Hãy kiểm tra lại tệp đã chọn.", field="file"),
        "E123": Reason(
            "Chứng thư này không phải của tổ chức chứng thực (CA) nên không dùng để tin cậy được. "
            "Hãy chọn chứng thư của tổ chức cấp.",
            field="file",
        ),
        "E124": Reason(
            "Chứng thư có hạn từ {since} đến {until}. Hãy chọn ngày bắt đầu tin cậy trong khoảng "
            "đó.",
            field="effective_on",
        ),
        "E125": Reason(
            "Chứng thư này đang được tin cậy cho mục đích đã chọn, hoặc đã có đề nghị đang chờ "
            "quyết định. Hãy xem lại danh sách."
        ),
        "E126": Reason(
            "Chứng thư dùng khóa ngắn hoặc hàm băm không còn an toàn. "
            "Hãy lấy chứng thư mới của tổ chức cấp.",
            clause="TT41",
            field="file",
        ),
        "E127": Reason("Hãy chọn mục đích tin cậy trong danh mục.", field="purpose"),
        "E128": Reason(
            "Hãy ghi căn cứ, lý do (từ 10 đến 500 ký tự) để người phê duyệt đối chiếu.",
            field="reason",
        ),
        "E129": Reason("Đề nghị này không còn chờ quyết định. Hãy tải lại trang để xem kết quả."),
        "E130": Reason(
            "Người đề nghị không được tự phê duyệt. Hãy để một quản trị hệ thống khác xem và "
            "quyết định.",
            clause="S.11",
        ),
        "E131": Reason(
            "Chứng thư này không còn được tin cậy nên không có gì để kết thúc. Hãy tải lại trang."
        ),
        "E132": Reason(
            "Ngày kết thúc tin cậy không được trước ngày bắt đầu ({since}). Hãy chọn ngày khác.",
            field="effective_on",
        ),
        "E133": Reason(
            "Không đọc được tệp: cần một danh sách chứng thư bị thu hồi (CRL), dạng DER hoặc PEM. "
            "Hãy tải lại tệp từ trang của tổ chức cấp.",
            field="file",
        ),
        "E134": Reason(
            "Danh sách thu hồi không do tổ chức nào đang được tin cậy ký ({issuer}). Nếu do tổ "
            "chức cấp trung gian ký, hãy tải chứng thư trung gian lên trước.",
            clause="ND130.79",
            field="file",
        ),
        "E135": Reason(
            "Danh sách này cấp lúc {issued}, không mới hơn danh sách đang dùng ({held}). "
            "Hãy tải danh sách mới nhất của tổ chức cấp.",
            field="file",
        ),
        "E136": Reason(
            "Danh sách thu hồi này chỉ là một phần (delta, gián tiếp) hoặc không ghi hạn dùng. "
            "Hãy tải danh sách thu hồi đầy đủ.",
            field="file",
        ),
        "E137": Reason(
            "Danh sách thu hồi ghi thời điểm cấp ở tương lai. "
            "Hãy kiểm tra giờ của máy chủ và tệp đã chọn.",
            field="file",
        ),
        "E138": Reason(
            "Chứng thư này không do chứng thư gốc nào đang được tin cậy cấp. "
            "Hãy đề nghị tin cậy chứng thư gốc trước.",
            clause="ND130.79",
            field="file",
        ),
        "E139": Reason("Chứng thư trung gian này đã có trong hệ thống; không cần tải lại."),
        "E160": Reason(
            "Khóa của cơ quan đặt ở dịch vụ ký số từ xa chưa được hỗ trợ. Hãy dùng HSM hoặc thiết "
            "bị ký số của cơ quan (PKCS#11).",
            clause="QC.10.3",
        ),
        "E161": Reason(
            "Địa chỉ dịch vụ phải bắt đầu bằng https:// và không chứa tên, mật khẩu, dấu hỏi; "
            "http:// chỉ dùng cho chính máy chủ này.",
            field="base_url",
        ),
        "E162": Reason("Phần khai báo «{what}» không đúng. Hãy chọn hoặc nhập lại."),
        "E163": Reason(
            "Không tìm thấy dịch vụ ký số này, hoặc dịch vụ đang không được dùng.", not_found=True
        ),
        "E164": Reason("Tên dịch vụ phải có từ 3 đến 80 ký tự.", field="name"),
        "E165": Reason("Đã có dịch vụ ký số mang tên này. Hãy đặt tên khác.", field="name"),
        "E166": Reason(
            "Hãy kiểm tra kết nối thành công với khai báo hiện tại trước khi đưa dịch vụ vào dùng."
        ),
        "E167": Reason(
            "Dịch vụ không còn chứng thư số đã chọn cho mã người dùng này. Hãy tìm lại."
        ),
        "E168": Reason("Không dùng được chứng thư số này. {why} Hãy chọn chứng thư số khác."),
        "E169": Reason(
            "Chứng thư số này đã được đăng ký cho người khác hoặc cho cơ quan. "
            "Hãy báo quản trị hệ thống."
        ),
        "E170": Reason("Chỉ quản trị hệ thống được khai báo dịch vụ ký số từ xa.", clause="S.11"),
        "E171": Reason(
            "Hãy nhập mã người dùng ở dịch vụ ký số (số định danh, mã đăng nhập), "
            "không quá 200 ký tự.",
            field="user",
        ),
        "E173": Reason(
            "Dịch vụ ký số {name} đang tạm ngừng dùng trong hệ thống. Hãy chọn chứng thư số khác ở "
            "trang Tài khoản, hoặc liên hệ quản trị hệ thống."
        ),
        "E174": Reason(
            "Không đọc được chứng thư của tổ chức chứng thực. Hãy dán nguyên văn các khối PEM, kể "
            "cả dòng đầu và dòng cuối, không quá 64 KB.",
            field="issuers",
        ),
        "E175": Reason(
            "Không tìm thấy chứng thư số này của Ông/Bà, hoặc chứng thư số không còn dùng được.",
            not_found=True,
        ),
        "E177": Reason(
            "Số chữ ký trong một lần xác nhận phải từ 1 đến {most} (1: xác nhận từng chữ ký).",
            field="most_at_once",
        ),
        "E176": Reason(
            "Chứng thư số {serial} chưa được nối với dịch vụ ký số từ xa. Hãy đăng ký lại chứng "
            "thư số này ở trang Tài khoản, mục Chứng thư số của tôi.",
            clause="QC.10.3",
        ),
        "E230": Reason("Hãy nhập mã PIN của khóa ký ở dịch vụ.", field="pin"),
        "E231": Reason("Hãy nhập mã OTP mà Ông/Bà nhận được.", field="otp"),
        "E232": Reason(
            "Dịch vụ ký số không nhận mã PIN hoặc mã OTP vừa nhập. Văn bản chưa được ký. Hãy kiểm "
            "tra rồi nhập lại; nhập sai nhiều lần thì dịch vụ có thể khóa khóa ký.",
            field="pin",
        ),
        "E233": Reason("Văn bản chưa được ký. {said} Hãy thử lại, hoặc hủy yêu cầu."),
        "E234": Reason("Yêu cầu ký đã hết thời gian chờ. Hãy gửi lại yêu cầu ký."),
        "E235": Reason("Khóa ký này không dùng mã OTP do dịch vụ gửi."),
        "E236": Reason(
            "Vừa yêu cầu gửi mã OTP. Hãy chờ mã đến; sau {seconds} giây mới yêu cầu lại được."
        ),
        "E172": Reason("Không làm được với dịch vụ ký số {name}. {advice}"),
        "E100": Reason(
            "Chưa lấy được dấu thời gian nên văn bản chưa được ký. {why} "
            "Hãy thử lại sau ít phút; nếu vẫn không được, báo quản trị hệ thống.",
            clause="TT41",
        ),
        "E101": Reason(
            "Chưa đủ thông tin thu hồi để chữ ký kiểm tra được lâu dài nên văn bản chưa được ký: "
            "{why} Hãy thử lại sau ít phút; nếu vẫn không được, báo quản trị hệ thống.",
            clause="TT41",
        ),
        "E102": Reason(
            "Không ký được: chứng thư số {serial} {said}. "
            "Hãy dùng chứng thư số còn hiệu lực hoặc báo quản trị hệ thống.",
            clause="QC.10.3",
        ),
        "E103": Reason(
            "Chữ ký số lớn hơn chỗ dành sẵn trong tệp nên văn bản chưa được ký. "
            "Hãy báo quản trị hệ thống kiểm tra chuỗi chứng thư số và máy chủ cấp dấu thời gian."
        ),
        "E104": Reason(
            "Khóa ký của cơ quan chỉ dùng một lần cho mỗi văn bản, nhưng văn bản này được người có "
            "thẩm quyền ký khi chưa dành sẵn chỗ cho số và ngày. "
            "Hãy trình người có thẩm quyền ký lại văn bản."
        ),
        "E105": Reason(
            "Tệp này chưa đến hạn gia hạn dấu thời gian; sẽ đến hạn từ {until}. Chưa cần làm gì."
        ),
        "E106": Reason(
            "Hệ thống chưa giữ tệp có chữ ký này nên không gia hạn được. "
            "Hãy kiểm tra kho tệp và bản sao lưu rồi làm lại."
        ),
        "E109": Reason(
            "Dấu thời gian mới cũng chỉ có giá trị đến {until} nên gia hạn chưa có ích. "
            "Hãy nối hệ thống với máy chủ cấp dấu thời gian có chứng thư số và thuật toán còn hạn "
            "dài hơn rồi làm lại.",
            clause="TT41",
        ),
        "E108": Reason(
            "Chưa lấy được dấu thời gian nên tệp chưa được gia hạn; tệp cũ vẫn nguyên. {why} "
            "Hãy thử lại sau; hệ thống cũng tự làm lại mỗi đêm.",
            clause="TT41",
        ),
        "E240": Reason(
            "Hãy chọn một cơ quan đang hoạt động vào ngày đó trong danh mục.", field="agency"
        ),
        "E241": Reason(
            "Hãy ghi căn cứ, ví dụ “Quyết định số 12/QĐ-UBND” (từ 5 đến 250 ký tự).",
            field="basis",
        ),
        "E242": Reason(
            "Ngày bắt đầu phải từ hôm nay trở đi: lần báo mất đã qua không đổi nơi nhận.",
            field="valid_from",
        ),
        "E107": Reason(
            "Không tìm thấy tệp cần gia hạn. Hãy mở lại danh sách rồi chọn tệp.", not_found=True
        ),
    },
)
