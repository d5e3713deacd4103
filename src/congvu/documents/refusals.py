"""What the documents room says when it refuses. Codes are stable; texts say what to do."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

REFUSALS = reason_book(
    "documents",
    {
        "E001": Reason(
            "Không tìm thấy văn bản. Văn bản không tồn tại, đã bị thu hồi hoặc không thuộc"
            " phạm vi được xem của Ông/Bà.",
            not_found=True,
        ),
        "E002": Reason(
            "Vai trò của Ông/Bà tại cơ quan không được thực hiện thao tác này."
            " Hãy chuyển cho người có thẩm quyền.",
            clause="QC.4.3",
        ),
        "E003": Reason(
            "Văn bản đang ở trạng thái “{state}” nên không thực hiện được thao tác này."
            " Hãy tải lại trang để xem trạng thái mới nhất.",
        ),
        # Drafting.
        "E101": Reason(
            "Chưa có trích yếu. Hãy ghi ngắn gọn nội dung chủ yếu của văn bản.",
            clause="ND30.PL1.I.II.5",
            field="subject",
        ),
        "E102": Reason(
            "Trích yếu dài {length} ký tự, tối đa {limit}. Hãy rút gọn; chi tiết để trong nội"
            " dung văn bản.",
            clause="ND30.PL1.I.II.5",
            field="subject",
        ),
        "E103": Reason(
            "Loại văn bản “{type_code}” không có trong danh mục vào ngày này. Hãy chọn loại khác.",
            clause="ND30.7",
            field="type_code",
        ),
        "E104": Reason(
            "Chỉ người soạn thảo, trưởng đơn vị soạn thảo hoặc người làm thay được sửa dự thảo"
            " này. Hãy cho ý kiến hoặc trả lại thay vì sửa.",
            clause="ND30.10.2",
        ),
        "E105": Reason(
            "{name} đã lưu phiên bản {ordinal} lúc {moment}, sau khi Ông/Bà mở dự thảo. Nội dung"
            " vừa gõ không bị mất: hãy so sánh rồi lưu lại trên phiên bản mới.",
        ),
        "E106": Reason(
            "Dự thảo không có phiên bản {ordinal}. Hãy tải lại trang.",
        ),
        "E107": Reason(
            "{said} Không có gì được lưu lại; người phụ trách bảo vệ bí mật nhà nước đã được báo."
            " Luật Bảo vệ bí mật nhà nước, Điều 5, cấm soạn thảo, lưu giữ bí mật nhà nước trên máy"
            " tính, mạng có kết nối: hãy xử lý trên giấy hoặc máy tính độc lập. Nếu nội dung không"
            " phải bí mật nhà nước, hãy bỏ dòng chỉ độ mật rồi làm lại.",
            clause="QC.4.1",
        ),
        "E108": Reason(
            "{said} Nếu chắc chắn nội dung không thuộc bí mật nhà nước, hãy đánh dấu xác nhận rồi"
            " lưu lại.",
            clause="QC.4.1",
            field="is_declared_open",
        ),
        "E109": Reason("{said}", clause="ND30.13", field="signer"),
        "E110": Reason(
            "Chưa chọn người ký. Hãy chọn người có thẩm quyền ký văn bản.",
            clause="ND30.13",
            field="signer",
        ),
        "E111": Reason(
            "{name} không còn hoạt động vào ngày {day}. {advice}",
            clause="QC.5.1",
            field="recipients",
        ),
        "E112": Reason(
            "Nơi nhận thứ {ordinal} chưa có tên hoặc tên dài quá 250 ký tự. Hãy ghi lại.",
            field="recipients",
        ),
        "E113": Reason(
            "Nơi nhận là chính cơ quan ban hành. Hãy bỏ khỏi danh sách; bản lưu được giữ sẵn.",
            field="recipients",
        ),
        "E114": Reason(
            "Dự thảo chưa có nội dung. Hãy soạn nội dung trước khi trình.", field="content"
        ),
        "E115": Reason(
            "Chưa có người {purpose} phù hợp. Hãy chọn người trong cơ quan.",
            clause="ND30.12",
            field="reviewer",
        ),
        "E116": Reason(
            "Người duyệt không được là người soạn thảo. Hãy chọn người khác.",
            clause="S.10",
            field="reviewer",
        ),
        "E117": Reason(
            "Người kiểm tra thể thức phải khác người soạn thảo và người duyệt nội dung. Hãy chọn"
            " người khác.",
            clause="ND30.12",
            field="form_reviewer",
        ),
        "E118": Reason(
            "{name} không giữ vị trí phù hợp trong cơ quan để {purpose}. Hãy chọn người khác.",
            clause="ND30.12",
            field="reviewer",
        ),
        "E119": Reason(
            "Văn bản này không đang chờ Ông/Bà cho ý kiến duyệt: lượt trình đã đóng hoặc gửi cho"
            " người khác. Hãy tải lại trang.",
        ),
        "E120": Reason(
            "Hãy ghi rõ lý do (từ 10 đến {limit} ký tự, hiện có {length}) để người nhận biết cách"
            " khắc phục.",
            field="reason",
        ),
        "E121": Reason("Ý kiến phải có từ 1 đến {limit} ký tự (hiện có {length}).", field="text"),
        "E127": Reason("Không tìm thấy tài liệu kèm theo này.", not_found=True),
        "E128": Reason(
            "Người được hỏi ý kiến phải đang công tác tại cơ quan. Hãy chọn lại.", field="people"
        ),
        "E129": Reason(
            "Ngày có hiệu lực {day} không phù hợp. Hãy chọn ngày từ ngày ban hành trở đi.",
            field="in_force_on",
        ),
        "E130": Reason("Mức độ khẩn không có trong danh mục.", field="urgency"),
        "E131": Reason(
            "Không tìm thấy văn bản được thay thế, hoặc văn bản đó chưa phát hành.",
            clause="ND30.18.3",
            field="replaces",
        ),
        "E132": Reason(
            "Dự thảo đã được sửa sau khi Ông/Bà mở (nay là phiên bản {ordinal}). Hãy xem phiên bản"
            " mới rồi trình lại.",
        ),
        "E133": Reason(
            "Dự thảo này đang được soạn ở một thẻ hoặc máy khác (gõ lần cuối {moment}). Nội dung ở"
            " thẻ này vẫn còn: bấm Lưu để đặt hai nội dung cạnh nhau rồi chọn.",
        ),
        # Outgoing documents.
        "E201": Reason(
            "Tệp chờ ký không còn là tệp Ông/Bà vừa xem. Hãy tải lại trang, xem lại rồi ký.",
            clause="ND30.11",
        ),
        "E202": Reason(
            "Văn bản này không trình Ông/Bà ký. Chỉ người có tên ở phần ký được ký số.",
            clause="ND30.13",
        ),
        "E203": Reason("{said}", clause="ND30.13"),
        "E204": Reason(
            "Thẩm quyền hoặc chức vụ người ký in trên văn bản ({printed}) khác hiện nay"
            " ({now}). Hãy trả lại để in lại văn bản.",
            clause="ND30.13",
        ),
        "E205": Reason("{said}", clause="ND30.15.1", field="on"),
        "E206": Reason(
            "Ngày văn bản {day} trước ngày ký số {signed}. Hãy lấy ngày ký trở về sau.",
            clause="ND30.15.3",
            field="on",
        ),
        "E207": Reason(
            "Ký hiệu của loại văn bản này cần chữ viết tắt của đơn vị soạn thảo. Hãy bổ sung chữ"
            " viết tắt của đơn vị rồi cấp số.",
            clause="ND30.PL1.I.II.3",
        ),
        "E208": Reason(
            "Trong lúc thao tác, sổ {book} đã cấp số {number} cho ngày {day}. Hãy cấp số với ngày"
            " từ ngày đó trở về sau.",
            clause="ND30.15.1",
            field="on",
        ),
        "E209": Reason(
            "Văn bản đã được cấp số {symbol}. Mỗi văn bản chỉ có một số; hãy tải lại trang.",
            clause="ND30.15.1",
        ),
        "E210": Reason(
            "Chưa chọn nơi nhận. Hãy chọn ít nhất một nơi nhận trước khi phát hành.",
            clause="ND30.18",
            field="recipients",
        ),
        "E212": Reason(
            "Văn bản đã được phát hành lúc {moment}. Không phát hành lần thứ hai; xem tình trạng"
            " gửi ở trang văn bản đi.",
        ),
        "E213": Reason(
            "Sổ {book} năm {year} đã có số {number} trong hệ thống nên không tiếp nhận sổ từ số"
            " {wanted} được.",
            clause="ND30.15.1",
            field="number",
        ),
        "E214": Reason(
            "Hãy ghi căn cứ (sổ giấy, hệ thống cũ hoặc quyết định), từ 5 đến 250 ký tự.",
            field="basis",
        ),
        "E215": Reason("Số đã cấp trước khi dùng hệ thống phải từ 0 trở lên.", field="number"),
        "E216": Reason("Văn bản thay thế phải được phát hành trước.", clause="ND30.18.3"),
        "E217": Reason(
            "Chỉ mở sổ cho năm hiện tại hoặc năm trước liền kề; năm {year} không phù hợp.",
            field="year",
        ),
        "E218": Reason(
            "Cách đánh số không hợp lệ: nhóm phải gồm các loại văn bản hành chính.",
            clause="ND30.15.1.c",
            field="own_groups",
        ),
        "E219": Reason(
            "Cách đánh số từ ngày {day} đã được quyết định. Hãy chọn ngày khác.",
            clause="ND30.15.1.c",
            field="valid_from",
        ),
        # Incoming documents.
        "E301": Reason(
            "Cơ quan gửi đã yêu cầu lấy lại văn bản này. Hãy trả lời yêu cầu thu hồi trước khi"
            " đăng ký.",
            clause="ND30.18.4",
        ),
        "E302": Reason(
            "Lý do phải có từ 10 đến 500 ký tự (hiện có {length}). Hãy ghi rõ lý do để cơ quan"
            " gửi biết cách khắc phục.",
            clause="ND30.21.2.b",
            field="reason",
        ),
        "E303": Reason(
            "Văn bản này do văn thư nhập (không đến qua Hệ thống) nên không trả lại trên Hệ thống"
            " được. Hãy trả lại theo đường đã nhận.",
        ),
        "E304": Reason("Không có yêu cầu thu hồi nào đang chờ trả lời cho văn bản này."),
        "E305": Reason(
            "Cơ quan gửi đã ban hành văn bản thu hồi: phải hủy văn bản trên Hệ thống và thông báo"
            " lại, không được từ chối.",
            clause="ND30.18.4",
        ),
        "E309": Reason("Ghi chú dài quá {limit} ký tự. Hãy rút gọn.", field="note"),
        "E310": Reason("Hãy nhập trích yếu nội dung (tối đa {limit} ký tự).", field="subject"),
        "E311": Reason("Hãy nhập cơ quan ban hành (tối đa 250 ký tự).", field="issuer_name"),
        "E312": Reason("Hãy chọn loại văn bản trong danh mục.", clause="ND30.7", field="type_code"),
        "E313": Reason(
            "Ngày ban hành của văn bản ở tương lai. Hãy kiểm tra lại ngày ghi trên văn bản.",
            field="issued_on",
        ),
        "E314": Reason("Hãy chọn độ khẩn trong danh mục.", field="urgency"),
        "E315": Reason("Hãy chọn tệp của văn bản (PDF, DOCX hoặc ảnh quét).", field="file"),
        "E316": Reason(
            "Số, ký hiệu dài quá {limit} ký tự. Hãy nhập đúng như ghi trên văn bản.",
            field="symbol",
        ),
        "E317": Reason(
            "Tên người ký hoặc nơi gửi dài quá {limit} ký tự. Hãy rút gọn.", field="sender_name"
        ),
        "E318": Reason(
            "Văn bản này (cùng tệp, cùng số và ký hiệu) vừa được nhập trong hai phút trước nên"
            " không nhập lần thứ hai. Hãy xem danh sách văn bản đến."
        ),
        "E319": Reason(
            "{said} Hãy xem bản gốc; nếu không có dấu chỉ độ mật, đánh dấu vào ô xác nhận rồi chọn"
            " lại tệp. Nếu có, không đưa lên Hệ thống.",
            clause="QC.4.1",
            field="declared",
        ),
        # Levels of data (7xx).
        "E701": Reason("Hãy chọn mức độ nhạy cảm trong danh mục.", field="sensitivity"),
        "E702": Reason(
            "Hãy ghi lý do đổi mức độ nhạy cảm (từ {least} đến {limit} ký tự).", field="reason"
        ),
        "E703": Reason(
            "Văn bản ở mức hạn chế truy cập: tệp chỉ tải về được kèm mật khẩu."
            " Hãy đặt mật khẩu ở mục “Tải có mật khẩu” trên trang văn bản.",
            clause="S.23",
        ),
        "E704": Reason(
            "Mật khẩu của tệp phải có từ {least} đến {limit} ký tự."
            " Hãy báo mật khẩu cho người nhận bằng một kênh khác.",
            clause="S.23",
            field="password",
        ),
        # Copies and the stamp of arrival (8xx).
        "E801": Reason(
            "Văn bản đang ở trạng thái “{state}”: chỉ sao văn bản đã phát hành hoặc đã đến"
            " cơ quan.",
            clause="ND30.25",
        ),
        "E802": Reason(
            "Hãy ghi mục đích sao và phần cần trích, từ 5 đến 500 ký tự.", field="purpose"
        ),
        "E803": Reason("{said}", clause="ND30.25", field="kind"),
        "E804": Reason(
            "Không mở được tệp PDF của văn bản để sao. Hãy quét hoặc lấy lại tệp rồi nhập lại."
        ),
        "E805": Reason(
            "Bản quét chưa đạt yêu cầu của bản sao điện tử ({said}). Hãy quét lại: PDF từ 1.4 trở"
            " lên, ảnh màu, từ 200 dpi, tỷ lệ 100%.",
            clause="ND30.PL1.II.I",
        ),
        "E806": Reason(
            "Tệp của văn bản không phải PDF nên chưa sao được. Hãy quét hoặc chuyển thành PDF.",
            clause="ND30.PL1.II.I",
        ),
        "E807": Reason(
            "Hãy ghi các trang cần trích, ví dụ “2, 5-7”; văn bản có {pages} trang.",
            field="pages",
        ),
        "E808": Reason(
            "Ông/Bà chưa được giao quyết định việc sao văn bản. Hãy chuyển cho người đứng đầu cơ"
            " quan hoặc người được giao.",
            clause="ND30.27",
        ),
        "E809": Reason("Hãy ghi lý do không cho sao (từ 5 đến 500 ký tự).", field="reason"),
        "E810": Reason(
            "Hãy ghi quy chế hoặc văn bản giao thẩm quyền sao (từ 5 đến 250 ký tự).",
            clause="ND30.27",
            field="basis",
        ),
        "E811": Reason("Hãy chọn một vị trí công tác của cơ quan.", field="posting"),
        "E812": Reason("Ngày hết hạn phải từ ngày bắt đầu trở đi.", field="valid_to"),
        "E813": Reason(
            "Tệp của văn bản đã khác lúc đề nghị sao. Hãy đề nghị sao lại.", clause="ND30.25"
        ),
        "E814": Reason(
            "Sổ đăng ký bản sao đã có số của một ngày sau hôm nay. Hãy kiểm tra đồng hồ hệ thống.",
            clause="ND30.15.1",
        ),
        # Several people sign one document (ND30.13).
        "E815": Reason(
            "Nhiều nhất {limit} người ký trước người ký chính. Hãy bỏ bớt.",
            clause="ND30.13",
            field="co_signer",
        ),
        "E816": Reason(
            "Biên bản có đúng một thư ký và một chủ tọa cùng ký. Hãy chọn thư ký.",
            clause="ND30.PL3",
            field="co_signer",
        ),
        "E817": Reason(
            "{name} không giữ vị trí công tác nào của cơ quan vào ngày này. Hãy chọn người cùng ký"
            " khác.",
            clause="ND30.13",
            field="co_signer",
        ),
        "E818": Reason(
            "{name} đã có tên ở phần ký. Mỗi người chỉ ký một lần trên một văn bản: hãy chọn người"
            " khác.",
            clause="ND30.13",
            field="co_signer",
        ),
        "E819": Reason(
            "Chức danh ghi trên tên người cùng ký dài quá {limit} ký tự. Hãy rút gọn.",
            clause="ND30.PL1.I.II.7.b",
            field="co_signer",
        ),
        "E823": Reason(
            "Đã có người ký văn bản này nên không rút lại được. Hãy đề nghị người ký tiếp theo trả"
            " lại, kèm lý do.",
            clause="ND30.11",
        ),
        "E824": Reason(
            "Biên bản không có dòng địa danh, ngày tháng nên phải ghi trong nội dung thời gian bắt"
            " đầu và kết thúc. Hãy điền hai ô này.",
            clause="ND30.PL3",
            field="minutes_began",
        ),
        "E820": Reason(
            "Văn bản chưa có số đến. Hãy tiếp nhận, đăng ký rồi đóng dấu Đến.", clause="ND30.22"
        ),
        "E821": Reason("Văn bản này đã được đóng dấu Đến.", clause="ND30.PL4"),
        "E822": Reason(
            "Tệp của văn bản không phải PDF nên không đóng được dấu Đến. Số đến vẫn có trong sổ.",
            clause="ND30.PL4",
        ),
        "E825": Reason(
            "Hãy chọn cách thể hiện bản sao điện tử từ bản giấy.",
            clause="ND30.PL1.II.I",
            field="look",
        ),
        "E826": Reason(
            "Hãy ghi quy chế hoặc văn bản quyết định cách thể hiện (từ 5 đến 250 ký tự).",
            field="stamp_basis",
        ),
        "E827": Reason(
            "Cách thể hiện từ ngày {day} đã được chọn. Hãy chọn ngày khác.", field="stamps_from"
        ),
        "E828": Reason("Thẩm quyền này đã hết từ trước. Hãy tải lại trang.", clause="ND30.27"),
        "E829": Reason(
            "Công điện phải ghi nơi nhận điện. Hãy ghi mỗi nơi một dòng.",
            clause="ND30.PL3",
            field="addressees",
        ),
        # Purge (tiêu hủy dữ liệu).
        "E840": Reason(
            "Chỉ cơ quan có văn bản gốc đề nghị tiêu hủy. Hãy báo cơ quan đó và ghi một sự cố.",
            clause="QC.4.1",
        ),
        "E841": Reason(
            "Chỉ người phụ trách bảo vệ bí mật nhà nước, văn thư, lãnh đạo được đề nghị tiêu hủy.",
            clause="QC.4.1",
        ),
        "E842": Reason(
            "Hãy ghi căn cứ tiêu hủy ({least} đến {limit} ký tự); không ghi nội dung văn bản.",
            field="basis",
        ),
        "E843": Reason("Văn bản này đang chờ xác nhận tiêu hủy hoặc đã được tiêu hủy."),
        "E844": Reason("Không có đề nghị tiêu hủy nào đang chờ xác nhận cho văn bản này."),
        "E845": Reason(
            "Người đề nghị tiêu hủy không tự xác nhận: việc tiêu hủy phải qua hai người.",
            clause="S.10",
        ),
        "E846": Reason(
            "Chỉ người đứng đầu (hoặc lãnh đạo khác, nếu người đứng đầu đề nghị) được xác nhận.",
            clause="QC.4.1",
        ),
        "E847": Reason(
            "Văn bản này đã bị tiêu hủy để bảo vệ bí mật nhà nước nên không thao tác được nữa.",
            clause="QC.4.1",
        ),
        "E848": Reason("Chưa có biên bản tiêu hủy cho văn bản này.", not_found=True),
        # Forms.
        "E601": Reason(
            "Hệ thống chưa có mẫu trình bày cho loại văn bản “{type_code}”. Hãy chọn loại khác"
            " hoặc đính kèm tệp đã soạn.",
            clause="ND30.PL3",
            field="type",
        ),
        "E602": Reason(
            "Mục “Kính gửi” chỉ dùng cho công văn, tờ trình và báo cáo gửi cấp trên."
            " Hãy ghi nơi gửi ở mục “Nơi nhận”.",
            clause="ND30.PL1.I.II.9",
            field="addressees",
        ),
        "E603": Reason(
            "Công văn phải có mục “Kính gửi”. Hãy ghi nơi gửi.",
            clause="ND30.PL1.I.II.9",
            field="addressees",
        ),
        "E604": Reason(
            "Giấy mời phải ghi người được mời. Hãy điền phần nội dung mời.",
            clause="ND30.PL3",
            field="invitation",
        ),
        "E605": Reason(
            "Mức độ khẩn chỉ có: khẩn, thượng khẩn, hỏa tốc.",
            clause="ND30.PL1.I.III.2",
            field="urgency",
        ),
        # Batch signing.
        "E880": Reason(
            "Không tìm thấy lượt ký hàng loạt này. Hãy mở lại từ trang Trình ký.", not_found=True
        ),
        "E881": Reason(
            "Mới xem {seen}/{pages} trang trong phiên đăng nhập này. Hãy xem hết văn bản rồi mới"
            " đồng ý ký.",
            clause="ND30.11",
        ),
        "E882": Reason(
            "Lượt ký hàng loạt {state} nên không thực hiện được thao tác này. Hãy tải lại trang.",
        ),
        "E883": Reason(
            "Danh sách văn bản đồng ý ký đã thay đổi so với trang vừa xem. Hãy xem lại danh sách"
            " rồi xác nhận.",
            clause="ND30.11",
        ),
        "E884": Reason("Chưa có văn bản nào được đồng ý ký. Hãy xem và đồng ý từng văn bản."),
        "E885": Reason(
            "Khóa của Ông/Bà ký bằng phần mềm trên máy có cắm thiết bị: mỗi chữ ký phải đặt và nhập"
            " mã PIN trong cửa sổ của phần mềm, nên chưa hỗ trợ ký hàng loạt. Hãy ký từng văn bản ở"
            " trang Trình ký.",
            clause="QC.10.3",
        ),
        "E886": Reason(
            "Ông/Bà đang có một lượt ký hàng loạt khác. Hãy hoàn thành hoặc kết thúc lượt đó"
            " trước.",
        ),
        "E887": Reason(
            "Phiên đăng nhập đã kết thúc hoặc tài khoản, vị trí công tác không còn hoạt động trước"
            " khi ký tới văn bản này. Hãy đăng nhập rồi ký lại.",
            clause="QC.10.3",
        ),
        "E888": Reason(
            "Hệ thống gặp lỗi khi ký văn bản này; văn bản chưa được ký. Hãy ký lại; nếu vẫn lỗi,"
            " báo quản trị hệ thống.",
        ),
        "E889": Reason(
            "Mã PIN chỉ được giữ tối đa 15 phút và đã hết thời gian. Hãy nhập lại mã PIN.",
            clause="QC.10.3",
            field="pin",
        ),
        "E890": Reason("Không có văn bản nào chờ Ông/Bà ký."),
        "E891": Reason(
            "Văn bản này {state} trong lượt ký nên không quyết định lại được. Hãy tải lại trang.",
        ),
        "E892": Reason(
            "Các văn bản không ký được nay không còn chờ Ông/Bà ký. Hãy xem lý do ở từng văn bản.",
        ),
    },
)
