"""Documents as people of the province write them, for the tests of forms."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import congvu
from congvu.documents.types import AttachedPart, FormValues, Invitation, Minutes, SignerLines, Slip
from congvu.kit.block_reading import from_plain_text
from congvu.kit.official_text import read_official_text

AT = datetime(2022, 1, 31, 2, 0, tzinfo=UTC)
ADDRESS = "https://congvu.phuyen.gov.vn/kt/7KQ2M9XWPA4T"
REGULATION = Path(congvu.__file__).parent / "regulations" / "texts" / "quy-che-03-2022.txt"
RECEIVED_BY = (
    "Như Điều 3",
    "Văn phòng Chính phủ",
    "Bộ Nội vụ",
    "Cục Kiểm tra văn bản QPPL - Bộ Tư pháp",
    "Chủ tịch, các Phó Chủ tịch UBND tỉnh",
    "Lưu: VT, NC",
)
_read = read_official_text(REGULATION.read_text())
DECISION = FormValues(
    type_code="QĐ",
    subject=_read.subject,
    agency_lines=_read.agency_lines,
    agency_name="Ủy ban nhân dân tỉnh Phú Yên",
    place="Phú Yên",
    issuing_authority=_read.issuing_authority,
    authority_lines=_read.authority_lines,
    signer_title=_read.signer_title,
    signer_name=_read.signer_name,
    blocks=_read.bases + _read.blocks,
    received_by=RECEIVED_BY,
    symbol="2022/QĐ-UBND",
    attached=tuple(AttachedPart(a.type_name, a.subject, a.blocks) for a in _read.attached),
    qr_url=ADDRESS,
    check_lines=("Văn bản điện tử. Mã kiểm tra: 7KQ2-M9XW-PA4T",),
)
LETTER = FormValues(
    type_code="CV",
    subject="triển khai Quy chế làm việc trên môi trường điện tử",
    agency_upper_lines=("UBND TỈNH PHÚ YÊN",),
    agency_lines=("SỞ NỘI VỤ",),
    agency_name="Sở Nội vụ",
    place="Phú Yên",
    addressees=("Các sở, ban, ngành thuộc tỉnh", "Ủy ban nhân dân các huyện, thị xã, thành phố"),
    authority_lines=("KT. GIÁM ĐỐC",),
    signer_title="PHÓ GIÁM ĐỐC",
    signer_name="Nguyễn Thị Mỹ Hạnh",
    blocks=from_plain_text(
        "Thực hiện Quyết định số 03/2022/QĐ-UBND ngày 31 tháng 01 năm 2022 của Ủy ban nhân dân"
        " tỉnh, Sở Nội vụ đề nghị các cơ quan thực hiện một số nội dung sau:\n"
        "1. Tổ chức quán triệt Quy chế.\na) Tại cơ quan;\nb) Tại đơn vị trực thuộc.\n"
        "STT\tNội dung\tThời hạn\n1\tQuán triệt\t15/02/2022\n2\tBáo cáo\t28/02/2022\n"
        "Đề nghị các cơ quan quan tâm, thực hiện./."
    ),
    received_by=("Như trên", "UBND tỉnh (báo cáo)", "Lưu: VT, CCHC"),
    symbol="SNV-CCHC",
    year=2022,
)
PROPOSAL = replace(
    LETTER,
    type_code="TTr",
    subject="Về việc ban hành Quy chế làm việc trên môi trường điện tử",
    addressees=("Ủy ban nhân dân tỉnh Phú Yên",),
    symbol="TTr-SNV",
)
REPORT = replace(PROPOSAL, type_code="BC", subject="Kết quả cải cách hành chính", symbol="BC-SNV")
NOTICE = replace(LETTER, type_code="TB", subject="Lịch nghỉ Tết", addressees=(), symbol="TB-SNV")
INVITATION = replace(
    LETTER,
    type_code="GM",
    subject="Họp triển khai Quy chế",
    addressees=(),
    symbol="GM-SNV",
    blocks=from_plain_text("Đề nghị đại biểu tham dự đúng thành phần./."),
    invitation=Invitation(
        "Sở Nội vụ",
        ("Lãnh đạo Sở Thông tin và Truyền thông", "Lãnh đạo Văn phòng UBND tỉnh"),
        "Hội nghị triển khai Quy chế",
        "Ông Lê Văn Thành, Giám đốc Sở Nội vụ",
        "08 giờ 00, thứ Sáu ngày 18 tháng 02 năm 2022",
        "Phòng họp số 2, Sở Nội vụ",
    ),
)
MINUTES = replace(
    LETTER,
    type_code="BB",
    subject="Họp đánh giá ba tháng thực hiện Quy chế làm việc trên môi trường điện tử",
    addressees=(),
    symbol="BB-SNV",
    authority_lines=(),
    signer_title="CHỦ TỌA",
    blocks=from_plain_text(
        "1. Ông Lê Văn Thành nêu mục đích của cuộc họp.\n"
        "2. Bà Phạm Thị Đào báo cáo kết quả; các thành viên thảo luận.\n"
        "3. Chủ tọa kết luận: các phòng hoàn thành việc rà soát trước ngày 28/02/2022."
    ),
    minutes=Minutes(
        began="08 giờ 00, ngày 14 tháng 02 năm 2022",
        place="Phòng họp số 2, Sở Nội vụ",
        attended=("Lãnh đạo Sở", "Trưởng các phòng thuộc Sở", "Đại diện Sở Tư pháp"),
        ended="11 giờ 15, ngày 14 tháng 02 năm 2022",
    ),
    co_signers=(SignerLines(("THƯ KÝ",), "Nguyễn Văn An"),),
    received_by=("Các thành phần dự họp", "Lưu: VT, hồ sơ"),
)
TELEGRAM = replace(
    LETTER,
    type_code="CĐ",
    subject="Về việc tập trung ứng phó mưa lũ từ ngày 15 đến ngày 18 tháng 02 năm 2022",
    agency_upper_lines=(),
    agency_lines=("ỦY BAN NHÂN DÂN", "TỈNH PHÚ YÊN"),
    agency_name="Ủy ban nhân dân tỉnh Phú Yên",
    issuing_authority="CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH PHÚ YÊN",
    addressees=("Các sở, ban, ngành thuộc tỉnh", "Ủy ban nhân dân các huyện, thị xã, thành phố"),
    authority_lines=(),
    signer_title="CHỦ TỊCH",
    signer_name="Trần Hữu Thế",
    urgency="HỎA TỐC",
    blocks=from_plain_text(
        "Theo dự báo, từ ngày 15 tháng 02 trên địa bàn tỉnh có mưa rất to. Yêu cầu:\n"
        "1. Trực ban 24/24 giờ, báo cáo ngay khi có tình huống.\n"
        "2. Kiểm tra các hồ chứa, sẵn sàng phương án sơ tán dân./."
    ),
    symbol="CĐ-UBND",
)
JOINT_NOTICE = replace(
    NOTICE,
    subject="Kết luận kiểm tra công tác văn thư năm 2022",
    co_signers=(
        SignerLines(("TRƯỞNG PHÒNG TỔ CHỨC,", "HÀNH CHÍNH"), "Phạm Thị Đào"),
        SignerLines(("CHÁNH THANH TRA",), "Đỗ Minh Châu"),
    ),
)
INTRODUCTION = replace(
    LETTER,
    type_code="GGT",
    subject="Giới thiệu ông Nguyễn Văn An đến Sở Tài chính",
    addressees=(),
    symbol="GGT-SNV",
    blocks=(),
    slip=Slip(
        bearer="Nguyễn Văn An",
        title="Chuyên viên Phòng Cải cách hành chính, Sở Nội vụ",
        sent_to="Sở Tài chính tỉnh Phú Yên",
        about="Trao đổi, thống nhất dự toán kinh phí thực hiện Quy chế làm việc trên môi trường"
        " điện tử năm 2022.",
        ends="28 tháng 02 năm 2022",
    ),
    received_by=("Như trên", "Lưu: VT"),
)
LEAVE = replace(
    INTRODUCTION,
    type_code="GNP",
    subject="Nghỉ phép của ông Nguyễn Văn An",
    symbol="GNP-SNV",
    slip=Slip(
        bearer="Nguyễn Văn An",
        title="Chuyên viên Phòng Cải cách hành chính, Sở Nội vụ",
        asked_on="10 tháng 02 năm 2022",
        duration="05 ngày làm việc",
        begins="21 tháng 02 năm 2022",
        ends="25 tháng 02 năm 2022",
        place="xã An Dân, huyện Tuy An, tỉnh Phú Yên",
        counted_into="nghỉ phép năm 2022",
    ),
    received_by=("Ông Nguyễn Văn An", "Lưu: VT, VP"),
)
PUBLIC_LETTER = replace(
    LETTER,
    type_code="ThC",
    subject="Thư khen cán bộ, chiến sĩ và nhân dân tham gia ứng phó mưa lũ",
    addressees=(),
    symbol="UBND-VX",
    blocks=from_plain_text(
        "Thân gửi các đồng chí và bà con nhân dân,\n"
        "Những ngày qua, trong mưa lũ, các đồng chí và bà con đã không quản hiểm nguy, cứu giúp"
        " người dân vùng ngập, giữ vững các hồ chứa và đường giao thông.\n"
        "Thay mặt lãnh đạo tỉnh, tôi nhiệt liệt biểu dương và cảm ơn.\n"
        "Thân ái!"
    ),
    received_by=("Như trên", "Lưu: VT"),
)
EVERY_FORM = (
    INTRODUCTION,
    LEAVE,
    PUBLIC_LETTER,
    DECISION,
    LETTER,
    PROPOSAL,
    REPORT,
    NOTICE,
    INVITATION,
    MINUTES,
    JOINT_NOTICE,
    TELEGRAM,
)
