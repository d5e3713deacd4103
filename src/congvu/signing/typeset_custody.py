"""Typeset the minutes of a handover and the letter about a loss (Quy chế Điều 10.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from congvu.kit import clock
from congvu.kit.typeset import Typeset, render
from congvu.orgs import queries as orgs
from congvu.orgs.types import AgencyRecord, PostingRecord
from congvu.rules.clauses import clause
from congvu.signing.models import Certificate, DeviceHandover, SigningDevice

_FORMS = Path(__file__).parent / "typst"
BASIS = "khoản 3 Điều 10 Quy chế ban hành kèm theo Quyết định số 03/2022/QĐ-UBND"
DUTIES = (
    "Bên giữ thiết bị tự bảo quản thiết bị lưu khóa bí mật, giữ kín mã PIN, mật khẩu; không cho "
    "người khác mượn, không để thiết bị ở nơi người khác dùng được.",
    "Khi mất thiết bị, lộ mã PIN hoặc nghi ngờ khóa bị người khác sử dụng, phải báo mất ngay trên "
    "Hệ thống để thu hồi chứng thư số và báo cơ quan có thẩm quyền, nhà cung cấp dịch vụ.",
    "Khi thôi giữ vị trí công tác hoặc được yêu cầu, phải giao lại thiết bị có lập biên bản.",
)


@clause("QC.10.3")
def typeset_handover(
    device: SigningDevice,
    kind: DeviceHandover.Kind,
    parties: tuple[PostingRecord, PostingRecord],
    condition: str,
    *,
    at: datetime,
) -> Typeset:
    """Biên bản bàn giao (or thu hồi) thiết bị lưu khóa bí mật, in two equal copies to be signed."""
    agency = orgs.agency(device.agency_id)
    taken_back = kind == DeviceHandover.Kind.TAKEN_BACK
    here = clock.local(at)
    title = "BIÊN BẢN THU HỒI" if taken_back else "BIÊN BẢN BÀN GIAO"
    values = {
        **_heading(agency, at),
        "title": f"{title} THIẾT BỊ LƯU KHÓA BÍ MẬT",
        "under_title": f"(Theo {BASIS})",
        "opening": f"Hồi {here:%H} giờ {here:%M} phút, ngày {here:%d} tháng {here:%m} năm "
        f"{here:%Y}, tại {agency.name}, hai bên lập biên bản như sau:",
        "parties": [_party("Bên giao", parties[0]), _party("Bên nhận", parties[1])],
        "device": _device_facts(device),
        "condition_label": "Tình trạng khi giao, nhận",
        "condition": condition,
        "duties": DUTIES[2:] if taken_back else DUTIES,
        "closing": "Biên bản lập thành 02 bản có giá trị như nhau, mỗi bên giữ 01 bản; bản điện tử "
        "được lưu trong Hệ thống.",
    }
    if taken_back:
        values["duties"] = (
            "Từ lúc ký biên bản, bên giao không còn sử dụng thiết bị; Hệ thống từ chối mọi lần ký "
            "bằng thiết bị này cho đến khi được bàn giao lại.",
        )
    return render(_FORMS / "handover.typ", values, at=at)


@clause("QC.10.3")
def typeset_loss_letter(
    agency_id: int,
    *,
    what: str,
    facts: Mapping[str, str],
    addressee: str,
    copies: list[str],
    at: datetime,
) -> Typeset:
    """Thông báo mất quyền kiểm soát to the provider, ready to be signed and sent."""
    agency = orgs.agency(agency_id)
    head = orgs.head_of(agency_id, clock.local(at).date())
    values = {
        **_heading(agency, at),
        "number_line": "Số:          /TB-" + agency.symbol,
        "title": "THÔNG BÁO MẤT QUYỀN KIỂM SOÁT",
        "subject": "Về việc mất quyền kiểm soát " + what,
        "addressee": addressee,
        "opening": [f"Thực hiện {BASIS}, {agency.name} thông báo sự việc sau:"],
        "facts": list(facts.items()),
        "requests": [
            "Đề nghị Quý đơn vị khóa, tạm dừng hoặc thu hồi ngay và công bố trạng thái theo quy "
            "định; cung cấp nhật ký sử dụng kể từ thời điểm nêu trên để phục vụ xác minh.",
            "Trên Hệ thống quản lý văn bản và điều hành, việc sử dụng đã bị dừng ngay khi nhận "
            "được báo mất.",
        ],
        "received_by": ["Như trên;", *[f"{name};" for name in copies], "Lưu: VT."],
        "signer_title": (agency.head_title or "THỦ TRƯỞNG CƠ QUAN").upper(),
        "signer_name": head.full_name if head else "",
    }
    return render(_FORMS / "loss_letter.typ", values, at=at)


def _heading(agency: AgencyRecord, at: datetime) -> dict[str, Any]:
    here = clock.local(at)
    return {
        "author": agency.name,
        "upper_lines": list(agency.superior_lines),
        "agency_lines": list(agency.name_lines) or [agency.name.upper()],
        "number_line": "",
        "date_line": f"{agency.place}, ngày {here:%d} tháng {here:%m} năm {here:%Y}",
    }


def _party(label: str, one: PostingRecord) -> dict[str, Any]:
    facts = [
        ("Họ và tên", one.full_name),
        ("Chức vụ", one.title),
        ("Đơn vị", one.unit_name or one.agency_name),
    ]
    return {
        "label": label,
        "name": one.full_name,
        "facts": [pair for pair in facts if pair[1]],
    }


def _device_facts(device: SigningDevice) -> list[tuple[str, str]]:
    certificate = device.certificates.order_by("-id").first()
    holder = device.person.full_name if device.person else device.agency.name
    pairs = [
        ("Loại thiết bị", device.get_kind_display()),
        ("Số hiệu thiết bị", device.serial),
        ("Chủ thể chứng thư số", holder),
        ("Nhà cung cấp", device.provider),
        *(_certificate_facts(certificate) if certificate else []),
    ]
    return [pair for pair in pairs if pair[1]]


def _certificate_facts(certificate: Certificate) -> list[tuple[str, str]]:
    since, until = clock.local(certificate.valid_from), clock.local(certificate.valid_to)
    return [
        ("Số hiệu chứng thư số", certificate.serial),
        ("Hiệu lực", f"từ {since:%d/%m/%Y} đến {until:%d/%m/%Y}"),
    ]
