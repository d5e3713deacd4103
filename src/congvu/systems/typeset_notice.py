"""Typeset the draft of the notice about using Zalo, with every field of QC.6.2.c."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from congvu.kit import clock
from congvu.kit.typeset import Typeset, render
from congvu.orgs import queries as orgs
from congvu.rules.clauses import clause
from congvu.systems.models import OfficialAccount
from congvu.systems.notify_account import notice_receiver

_FORM = Path(__file__).parent / "typst" / "zalo_notice.typ"
BASIS = (
    "điểm c khoản 2 Điều 6 Quy chế ban hành kèm theo Quyết định số\u00a003/2022/QĐ-UBND ngày "
    "31 tháng 01 năm 2022 của Ủy ban nhân dân tỉnh Phú Yên"
)


@clause("QC.6.2.c")
def typeset_notice(account: OfficialAccount, *, at: datetime) -> Typeset:
    """A draft to be numbered, signed and sent before the account is opened."""
    agency, here = orgs.agency(account.agency_id), clock.local(at)
    head = orgs.head_of(account.agency_id, here.date())
    receiver = account.notice_to or notice_receiver(here.date())
    facts = [
        ("Tên tài khoản", account.name),
        ("Số điện thoại đăng ký xác thực, liên lạc", account.phone),
        ("Tên miền trang thông tin điện tử của cơ quan", account.domain),
        ("Mục đích sử dụng", account.purpose.rstrip(".")),
        ("Thông tin khác có liên quan", account.other.rstrip(".")),
    ]
    values = {
        "title": "THÔNG BÁO VỀ VIỆC SỬ DỤNG MẠNG XÃ HỘI ZALO",
        "author": agency.name,
        "upper_lines": list(agency.superior_lines),
        "agency_lines": list(agency.name_lines) or [agency.name.upper()],
        "number_line": f"Số:          /TB-{agency.symbol}",
        "date_line": f"{agency.place}, ngày      tháng {here:%m} năm {here:%Y}",
        "subject": "Về việc sử dụng mạng xã hội Zalo của cơ quan",
        "opening": f"Thực hiện {BASIS}, {agency.name} thông báo về việc sử dụng mạng xã hội Zalo, "
        "cụ thể như sau:",
        "facts": [pair for pair in facts if pair[1]],
        "closing": [
            "Tài khoản chỉ được tạo và đưa vào hoạt động sau khi thông báo này được ban hành. Cơ "
            "quan chịu trách nhiệm về nguồn thông tin đăng tải trên tài khoản và kịp thời phúc đáp "
            "tổ chức, cá nhân.",
            f"{agency.name} thông báo để {receiver or 'cơ quan quản lý'} biết, theo dõi./.",
        ],
        # A notice has no "Kính gửi": who is told stands among the receivers (ND30, Phụ lục I).
        "received_by": [f"{receiver or '(cơ quan quản lý)'};", "Lưu: VT."],
        "signer_title": (agency.head_title or "THỦ TRƯỞNG CƠ QUAN").upper(),
        "signer_name": head.full_name if head else "",
    }
    return render(_FORM, values, at=at)
