"""Give a citizen, at the desk, the code with which they join their own Zalo to their business."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.access import ORDERS
from congvu.channels.ask_grant import hashed
from congvu.channels.models import ZaloGrant, ZaloLinkCode
from congvu.channels.take_in import LETTERS
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

LIVES = timedelta(hours=24)
MARK, LENGTH = "LK", 8
TEXT_VERSION = "zalo-2022-02"
TEXT = (
    "Tôi đồng ý nhận qua Zalo thông báo thời gian trả kết quả giải quyết hồ sơ thủ tục hành chính, "
    "thông báo hẹn giờ hướng dẫn, giải quyết công việc của {agency}. Tôi có thể dừng bất cứ lúc "
    "nào bằng cách nhắn HUY cho tài khoản Zalo của cơ quan hoặc bỏ quan tâm tài khoản."
)


@dataclass(frozen=True)
class Asked:
    """Who asks, as the official at the desk has checked; a number and a reference may be absent."""

    full_name: str
    phone: str = ""
    reference: str = ""


@clause("QC.6.2.b")
def give_link_code(*, asked: Asked, by: Actor, at: datetime) -> tuple[ZaloLinkCode, str]:
    """The row and the code itself, which is shown once and kept nowhere.

    Only who sends the code from their own Zalo is linked: never by telephone number or name.
    """
    with transaction.atomic():
        name = clean_text(asked.full_name).strip()[:120]
        granted = ZaloGrant.objects.filter(agency_id=by.agency_id, state=ZaloGrant.State.READY)

        refuse_if(by.roles.isdisjoint(ORDERS["link"]), "channels.E204")
        refuse_unless(name, "channels.E205")
        refuse_unless(granted.exists(), "channels.E206")

        code = f"{MARK}-{''.join(secrets.choice(LETTERS) for _ in range(LENGTH))}"
        row = ZaloLinkCode.objects.create(
            agency_id=by.agency_id,
            code_hash=hashed(code),
            full_name=name,
            phone=clean_text(asked.phone).strip()[:15],
            reference=clean_text(asked.reference).strip()[:120],
            text=TEXT.format(agency=by.agency_name),
            text_version=TEXT_VERSION,
            by_id=by.posting_id,
            at=at,
            expires_at=at + LIVES,
        )
        write_entry(
            "channels.link_code_given",
            by=by,
            at=at,
            on=("zalo_link_code", row.id),
            agency_id=row.agency_id,
            clause="QC.6.2.b",
        )
    return row, code
