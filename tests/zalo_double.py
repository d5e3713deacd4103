"""The double of Zalo's platform for tests: one application, one account, citizens; and our side."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.test import Client

from cast import House
from congvu.channels.ask_grant import ADAPTER, ask_grant
from congvu.channels.models import Provider, ZaloGrant
from congvu.channels.take_grant import exchange_code, take_grant
from congvu.channels.types import ZALO
from congvu.channels.work_events import work_events
from congvu.kit import clock
from congvu.run.zalo.platform import ZaloDouble
from congvu.run.zalo.rows import Citizen, Oa
from congvu.run.zalo.server import running
from congvu.systems.activate_account import activate_account
from congvu.systems.models import OfficialAccount
from congvu.systems.name_keeper import name_keeper
from congvu.systems.notify_account import notify_account
from congvu.systems.plan_account import AccountPlan, plan_account

APP, APP_SECRET, OA_SECRET = "4318203", "app-secret-of-the-double", "oa-secret-of-the-double-long"
OA_ID, AN, BE = "2601234567890123456", "7700000000000000001", "7700000000000000002"
CALLBACK = "https://congvu.test/tai-khoan-zalo/cap-quyen/"
NOTICE_DAY = date(2022, 2, 21)


@dataclass
class Line:
    """The double, our provider that leads to it, and a door for its webhooks."""

    double: ZaloDouble
    address: str
    provider: Provider

    def deliver(self) -> int:
        """What is due goes to our webhook; gives how many were tried."""
        client = Client()

        def post(body: bytes, headers: dict[str, str]) -> tuple[int, float]:
            began = time.monotonic()
            answer = client.post(
                f"/api/kenh/zalo/{self.provider.id}/",
                body,
                content_type="application/json",
                headers=headers,
            )
            return answer.status_code, time.monotonic() - began

        return self.double.deliver(post)

    def hear(self) -> None:
        """Webhooks arrive and are understood."""
        self.deliver()
        while work_events(at=clock.now()):
            pass


@contextmanager
def zalo_line(at: datetime, moment: Any = clock.now) -> Iterator[Line]:
    """A running double with one account and two citizens, and the provider row that knows it."""
    double = ZaloDouble(
        app_id=APP, app_secret=APP_SECRET, oa_secret=OA_SECRET, redirect=CALLBACK, moment=moment
    )
    double.oas[OA_ID] = Oa("Sở Nội vụ")
    double.citizens[AN] = Citizen("Nguyễn Thị An", "84905111222")
    double.citizens[BE] = Citizen("Trần Văn Bé")
    with running(double) as address:
        yield Line(double, address, make_zalo_provider(address, at))


def make_zalo_provider(address: str, at: datetime) -> Provider:
    """The province's application, whose platform is at this address."""
    urls = {f"{name}_url": address for name in ("oauth", "api", "business")}
    return Provider.objects.create(
        channel=ZALO,
        adapter=ADAPTER,
        name="Ứng dụng Zalo của tỉnh",
        secrets={
            "app_id": APP,
            "app_secret": APP_SECRET,
            "oa_secret": OA_SECRET,
            "file_hosts": [urlsplit(address).netloc],
            **urls,
        },
        per_second=1000,
        is_active=True,
        registered_at=at,
    )


def plan_of(house: House, **more: str) -> AccountPlan:
    """Every field that the notice must have."""
    fields = {
        "name": house.agency.name,
        "phone": "02573841234",
        "domain": "snv.phuyen.gov.vn",
        "purpose": "Cung cấp thông tin, tiếp nhận ý kiến và trả lời người dân.",
    }
    return AccountPlan(**{**fields, **more})


def noticed(house: House, at: datetime) -> OfficialAccount:
    """An account whose notice has been given, with somebody who answers for it."""
    account = plan_account(plan=plan_of(house), by=house.clerk, at=at)
    name_keeper(
        account_id=account.id,
        posting_id=house.drafter.posting_id or 0,
        basis="Quyết định số 15/QĐ-SNV",
        valid_from=NOTICE_DAY,
        by=house.leader,
        at=at,
    )
    return notify_account(
        account_id=account.id,
        number="45/TB-SNV",
        notice_on=NOTICE_DAY,
        receiver="Sở Thông tin và Truyền thông",
        by=house.clerk,
        at=at,
    )


def opened(house: House, at: datetime) -> OfficialAccount:
    """An account in use."""
    account = noticed(house, at)
    return activate_account(
        account_id=account.id, oa_id=OA_ID, opened_on=NOTICE_DAY, by=house.clerk, at=at
    )


def granted(line: Line, house: House, at: datetime) -> ZaloGrant:
    """The account's administrator has allowed us: tokens are there."""
    account = opened(house, at)
    address = ask_grant(account_id=account.id, callback=CALLBACK, by=house.clerk, at=at)
    asked = dict(parse_qsl(urlsplit(address).query))
    code = line.double.grant(OA_ID, asked)
    grant = take_grant(state=asked["state"], code=code, oa_id=OA_ID, by=house.clerk, at=at)
    exchange_code(grant_id=grant.id, at=at)
    grant.refresh_from_db()
    return grant
