"""What people write to Sở Nội vụ in the demonstration: letters that wait, one that is answered.

Taken in and worked off by the same verbs as in the running system. There is no provider: what is to
be sent waits, as it does on every installation until one has been registered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from congvu.channels.decline import decline_inbound
from congvu.channels.keep_decline_text import keep_decline_text
from congvu.channels.models import InboundMessage, OwnAddress
from congvu.channels.take_in import take_in
from congvu.channels.types import MAIL, SMS, Incoming
from congvu.kit import clock
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.run.demo import read_cast

NUMBER = "842573000001"


@dataclass(frozen=True)
class Said:
    """One message: who, over what, how long ago."""

    channel: str
    address: str
    name: str
    subject: str
    text: str
    minutes_ago: int


MESSAGES = (
    Said(MAIL, "nguyenvanbinh@vidu.example", "Nguyễn Văn Bình", "Hỏi thủ tục cấp lại sổ đỏ",
         "Kính gửi quý cơ quan,\n\nGia đình tôi bị thất lạc giấy chứng nhận quyền sử dụng đất. Xin"
         " hỏi phải nộp hồ sơ ở đâu và cần những giấy tờ gì?\n\nXin cảm ơn.", 95),
    Said(SMS, "84912000111", "", "", "Cho toi hoi lich thi tuyen cong chuc nam nay?", 70),
    Said(MAIL, "vanthu@truongthpt.vidu.example", "Văn thư Trường THPT Lê Hồng Phong",
         "Xin hướng dẫn nộp lưu hồ sơ điện tử",
         "Nhà trường đề nghị Sở Nội vụ hướng dẫn cách đóng gói hồ sơ điện tử nộp vào Lưu trữ lịch"
         " sử tỉnh.", 40),
    Said(MAIL, "tranthilan@vidu.example", "Trần Thị Lan", "Phản ánh thái độ tiếp dân",
         "Ngày hôm qua tôi đến bộ phận một cửa và phải chờ gần hai giờ. Đề nghị cơ quan kiểm tra.",
         15),
    Said(MAIL, "khuyenmai@quangcao.vidu.example", "Khuyến mại", "Ưu đãi văn phòng phẩm",
         "Giảm giá 30% tất cả mặt hàng.", 5),
)  # fmt: skip


def seed_inbound(at: datetime) -> bool:
    """Whether anything was entered; once it is there it stays."""
    start = at - timedelta(days=1)
    snv = orgs.agency_by_code("snv").id
    _, is_new = OwnAddress.objects.get_or_create(
        channel=SMS, address=NUMBER, defaults={"agency_id": snv, "valid_from": start}
    )
    if not is_new:
        return False
    clerk = orgs.actor_for(orgs.clerks_of(snv, clock.local(at).date())[0].posting_id, at)
    keep_decline_text(
        name="Điện sinh hoạt",
        text="Nội dung này không thuộc phạm vi giải quyết của Sở Nội vụ. Đề nghị Ông/Bà liên hệ"
        " Công ty Điện lực nơi đang sử dụng điện.",
        by=clerk,
        at=start,
    )
    for number, said in enumerate(MESSAGES):
        _come(number, said, at)
    _decline_one(clerk, at)
    return True


def _come(number: int, said: Said, at: datetime) -> InboundMessage:
    moment = at - timedelta(minutes=said.minutes_ago)
    to = NUMBER if said.channel == SMS else f"snv@{read_cast()['mail_domain']}"
    with clock.frozen(moment):
        return take_in(
            Incoming(
                channel=said.channel,
                provider_id=None,
                external_id=f"<demo-{number}@vidu.example>",
                to_address=to,
                from_address=said.address,
                from_name=said.name,
                subject=said.subject,
                text=said.text,
                raw=f"From: {said.address}\r\n\r\n{said.text}".encode(),
                raw_mime="message/rfc822",
                entered_at=moment,
            ),
            at=moment,
        )


def _decline_one(clerk: Actor, at: datetime) -> None:
    moment = at - timedelta(minutes=200)
    said = Said(
        MAIL, "levantam@vidu.example", "Lê Văn Tám", "Xin sửa đường thôn", "Đường hỏng.", 230
    )
    inbound = _come(99, said, at)
    with clock.frozen(moment):
        decline_inbound(
            inbound_id=inbound.id,
            text="Nội dung này không thuộc phạm vi giải quyết của Sở Nội vụ. Đề nghị Ông/Bà liên hệ"
            " Sở Giao thông vận tải.",
            by=clerk,
            at=moment,
        )
