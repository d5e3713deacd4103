"""The second account of somebody who administers: no page and no number shows it any content."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from cast import House, approve_systems, enter_working_time, found_keys, make_department
from congvu.accounts.models import Account
from congvu.accounts.queries import policy
from congvu.accounts.sign_in import start_session
from congvu.orgs.models import Posting
from crawl import routes
from letters import ring
from paperwork import submitted
from staff import INSIDE, make_account

pytestmark = [pytest.mark.django_db, pytest.mark.clause("S.10", "S.11")]
MARK = "QZX8"


@pytest.fixture
def house(at: datetime) -> House:
    enter_working_time(at)
    found_keys(at)
    approve_systems(at)
    made = make_department(at)
    ring(at)
    return made


def test_what_waits_for_the_posting_is_not_shown_to_its_administration_account(
    house: House, at: datetime, settings: object
) -> None:
    draft = submitted(house, at, subject=f"Trình duyệt {MARK}")
    posting = Posting.objects.get(id=house.head.posting_id)
    posting.roles = [*posting.roles, "agency_admin"]
    posting.save()
    daily, second = Client(), Client()
    for client, kind in ((daily, "operational"), (second, "admin")):
        account = Account.objects.filter(person=posting.person, kind=kind).first()
        account = account or make_account(posting.person, at, kind=kind)
        token = start_session(
            account, posting_id=posting.id, rules=policy(at), entrance=INSIDE, at=at
        )
        client.cookies[settings.SESSION_COOKIE] = token  # type: ignore[attr-defined]
    assert MARK in daily.get("/").content.decode()
    assert second.get("/")["Location"] == "/quan-tri/tai-khoan/"
    assert second.get(f"/du-thao/{draft.id}/").status_code == 403
    assert second.get("/su-co/").status_code == 200
    assert second.get("/so-luong/").json()["signing"] == 0
    numbers = {"document_id": draft.id}
    shown = [
        one.name for one in routes() if MARK.encode() in second.get(one.address(numbers)).content
    ]
    assert shown == []
