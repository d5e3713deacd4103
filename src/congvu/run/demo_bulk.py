"""Bulk sending of the demonstration: two templates of Sở Nội vụ, an order that went out, one that
waits for its director. The provider of the demonstration brings nothing anywhere."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from congvu.bulk.check_rows import check_rows
from congvu.bulk.decide_template import approve_template
from congvu.bulk.expand_order import settle_order
from congvu.bulk.models import BulkOrder, MessageTemplate
from congvu.bulk.open_order import open_order
from congvu.bulk.release_order import release_order
from congvu.bulk.submit_order import submit_order
from congvu.bulk.submit_template import submit_template
from congvu.bulk.take_list import take_list
from congvu.bulk.types import Wording
from congvu.bulk.write_template import write_template
from congvu.channels.models import Provider
from congvu.channels.types import SMS
from congvu.kit import wall
from congvu.run.play_stage import Stage

CLERK, DRAFTER, LEADER = "vanthu.snv", "chuyenvien.snv", "giamdoc.snv"
RESULT = Wording(
    name="Báo kết quả hồ sơ",
    purpose="notice",
    sms="Sở Nội vụ: hồ sơ {{mã hồ sơ}} của Ông/Bà {{họ tên}} đã có kết quả. Mời đến nhận từ"
    " {{ngày nhận}} tại Bộ phận Một cửa.",
    sms_plain=True,
    mail_subject="Kết quả giải quyết hồ sơ {{mã hồ sơ}}",
    mail="Kính gửi Ông/Bà {{họ tên}},\n\nHồ sơ {{mã hồ sơ}} đã có kết quả. Kính mời Ông/Bà đến nhận"
    " từ ngày {{ngày nhận}} tại Bộ phận Một cửa, Sở Nội vụ.",
    ground="QĐ 12/QĐ-SNV ngày 21/02/2022",
)
DUTY = Wording(
    name="Nhắc lịch trực",
    purpose="internal",
    sms="Văn phòng Sở nhắc: {{họ tên}} trực ngày {{ngày trực}}, ca {{ca}}.",
    sms_plain=True,
    ground="QC.6.1.e, Lịch trực của Sở",
    needs_approval=False,
)
NAMES = (
    *("Nguyễn Thị Hoa", "Trần Văn Bình", "Lê Thị Kim Oanh", "Phạm Minh Tuấn", "Đỗ Thị Ánh"),
    *("Võ Quốc Bảo", "Huỳnh Thị Mỹ Lệ", "Đặng Văn Phúc", "Bùi Thị Thanh", "Ngô Đức Long"),
)
FIRST_PHONE = 905_000_101  # invented, as everybody here; one that ends in 00 cannot be reached


def seed_bulk(at: datetime) -> bool:
    """Once, where text messages have a provider; tells whether there was anything to do."""
    has_provider = Provider.objects.filter(channel=SMS, is_active=True).exists()
    if MessageTemplate.objects.exists() or not has_provider:
        return False
    stage = Stage(Path(tempfile.mkdtemp(prefix="congvu-demo-")), is_quiet=True)
    stage.at = at - timedelta(hours=3)
    result, _ = (_template(stage, one) for one in (RESULT, DUTY))
    sent = _order(stage, result, "Kết quả hồ sơ nâng ngạch, đợt 1", _rows(at, 12))
    leader = stage.actor(LEADER)
    with stage.acting(leader):
        release_order(order_id=sent.id, count=12, send_from=None, by=leader, at=stage.at)
    stage.work_off()
    with wall.crossing_agencies():
        settle_order(order_id=sent.id, at=stage.at + timedelta(minutes=5))
    stage.at = at - timedelta(hours=1)
    wrong = [("0123", "", "Lê 8", "H45", "31/02/2022")]
    _order(stage, result, "Kết quả hồ sơ nâng ngạch, đợt 2", [*_rows(at, 8), *wrong])
    return True


def _template(stage: Stage, wording: Wording) -> int:
    drafter, leader = stage.actor(DRAFTER), stage.actor(LEADER)
    with stage.acting(drafter):
        version = write_template(template_id=None, wording=wording, by=drafter, at=stage.at)
        submit_template(template_id=version.template_id, by=drafter, at=stage.at)
    with stage.acting(leader):
        approve_template(
            template_id=version.template_id, version_id=version.id, by=leader, at=stage.at
        )
    return int(version.template_id)


def _rows(at: datetime, number: int) -> list[tuple[str, ...]]:
    day = f"{at + timedelta(days=2):%d/%m/%Y}"
    return [
        (f"0{FIRST_PHONE + place}", f"dan{place}@vidu.vn", NAMES[place % len(NAMES)],
         f"H45.12-{at:%y%m%d}-{place + 1:04d}", day)
        for place in range(number)
    ]  # fmt: skip


def _order(stage: Stage, template_id: int, title: str, rows: Sequence[Sequence[str]]) -> BulkOrder:
    clerk = stage.actor(CLERK)
    header = ("Số điện thoại", "Email", "Họ tên", "Mã hồ sơ", "Ngày nhận")
    lines = "\n".join(";".join(row) for row in (header, *rows))
    with stage.acting(clerk):
        order = open_order(template_id=template_id, title=title, by=clerk, at=stage.at)
        told = {"order_id": order.id, "by": clerk, "at": stage.at}
        take_list(content=lines.encode(), name="danh-sach.csv", only_wrong=False, **told)
        check_rows(order_id=order.id, at=stage.at)
        order.refresh_from_db()
        submit_order(count=order.rows_by_state["good"], send_from=None, **told)
    return order
