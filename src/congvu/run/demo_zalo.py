"""Zalo in the demonstration: an account after its notice, and the double as its platform.

The right to use the account is not seeded: whoever tries it presses "Cấp quyền" and allows it on
the double's page, as an administrator would at Zalo.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from congvu.channels.ask_grant import ADAPTER
from congvu.channels.keep_zalo_template import TemplateForm, keep_template, set_template_state
from congvu.channels.models import Provider
from congvu.channels.types import ZALO
from congvu.kit import clock
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.run.zalo.demo import APP_ID, APP_SECRET, OA_ID, OA_SECRET, TEMPLATE
from congvu.systems.activate_account import activate_account
from congvu.systems.models import OfficialAccount
from congvu.systems.name_keeper import name_keeper
from congvu.systems.notify_account import notice_receiver, notify_account
from congvu.systems.plan_account import AccountPlan, plan_account

PROVIDER = 9_001  # its number stands in the double's webhook address
NOTICE_AGO, OPEN_AGO = timedelta(days=20), timedelta(days=10)


def seed_zalo(at: datetime) -> bool:
    """Once; tells whether there was anything to do."""
    if Provider.objects.filter(adapter=ADAPTER).exists():
        return False
    snv = orgs.agency_by_code("snv")
    today = clock.local(at).date()
    clerk = _actor(orgs.clerks_of(snv.id, today)[0].posting_id, at)
    keeper = next(
        one for one in orgs.people_of_agency(snv.id, today) if one.title.startswith("Chuyên viên")
    )
    with transaction.atomic():
        Provider.objects.create(
            id=PROVIDER,
            channel=ZALO,
            adapter=ADAPTER,
            name="Zalo giả lập (trình diễn)",
            secrets={"app_id": APP_ID, "app_secret": APP_SECRET, "oa_secret": OA_SECRET},
            per_second=20,
            is_active=True,
            registered_at=at,
        )
        account = _account(clerk, keeper.posting_id, at)
        form = TemplateForm(
            TEMPLATE[0], "Có kết quả hồ sơ", "Hồ sơ <ma_ho_so> có kết quả ngày <ngay>."
        )
        template = keep_template(form=form, by=clerk, at=at)
        set_template_state(template_id=template.id, state="approved", by=clerk, at=at)
    return account.state == OfficialAccount.State.ACTIVE


def _account(clerk: Actor, keeper_id: int, at: datetime) -> OfficialAccount:
    """Planned and noticed, then opened."""
    noticed, opened = at - NOTICE_AGO, at - OPEN_AGO
    plan = AccountPlan(
        name=clerk.agency_name,
        phone="02573841234",
        domain="snv.phuyen.gov.vn",
        purpose="Cung cấp thông tin, trao đổi, tiếp nhận ý kiến của tổ chức, cá nhân; thông báo "
        "thời gian trả kết quả hồ sơ, hẹn giờ giải quyết công việc.",
    )
    account = plan_account(plan=plan, by=clerk, at=noticed)
    notice_on = clock.local(noticed).date()
    name_keeper(
        account_id=account.id,
        posting_id=keeper_id,
        basis="Quyết định của Giám đốc Sở (minh họa)",
        valid_from=notice_on,
        by=clerk,
        at=noticed,
    )
    notify_account(
        account_id=account.id,
        number="45/TB-SNV",
        notice_on=notice_on,
        receiver=notice_receiver(notice_on) or "Cơ quan quản lý",
        by=clerk,
        at=noticed,
    )
    opened_on = clock.local(opened).date()
    return activate_account(
        account_id=account.id, oa_id=OA_ID, opened_on=opened_on, by=clerk, at=opened
    )


def _actor(posting_id: int, at: datetime) -> Actor:
    return orgs.actor_for(posting_id, at)
