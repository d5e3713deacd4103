"""Pages of Zalo: nobody outside sees them, forms come back with what was typed, lists stay cheap."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cast import House, approve_systems, enter_working_time, make_department
from congvu.channels.models import Consent, ZaloContact, ZaloGrant, ZaloLink, ZaloLinkCode
from congvu.systems.models import OfficialAccount
from letters import sent
from staff import client_for
from zalo_rows import article_of, zalo_of

pytestmark = pytest.mark.django_db
PAGES = {
    "/tai-khoan-zalo/": 9,
    "/tai-khoan-zalo/nguoi-dan/": 9,
    "/tai-khoan-zalo/mau-tin/": 8,
    "/bai-dang-zalo/": 8,
}


@pytest.fixture
def house(at: datetime) -> House:
    enter_working_time(at)
    approve_systems(at)
    return make_department(at)


def people(house: House, at: datetime, count: int) -> None:
    """So many linked people who wrote."""
    grant = ZaloGrant.objects.get()
    for number in range(count):
        own, name = {"agency": house.agency}, f"Người {number}"
        contact = ZaloContact.objects.create(
            grant=grant, user_id=f"{count}-{number}", last_word_at=at, **own
        )
        code = ZaloLinkCode.objects.create(
            code_hash=f"{count}-{number}", full_name=name, text="", text_version="1", at=at,
            expires_at=at, **own,
        )  # fmt: skip
        consent = Consent.objects.create(
            channel="zalo", address=contact.user_id, purpose="notice", text="", text_version="1",
            origin="", given_at=at, withdrawal_key=f"{count}-{number}", **own,
        )  # fmt: skip
        ZaloLink.objects.create(
            contact=contact, code=code, consent=consent, full_name=name, linked_at=at, **own
        )


def test_lists_ask_no_more_where_they_are_longer(house: House, at: datetime) -> None:
    zalo_of(house, at)
    clerk = client_for(house.clerk.posting_id or 0, at)
    source = sent(house, at)

    def asked(page: str) -> int:
        clerk.get(page)
        with CaptureQueriesContext(connection) as statements:
            assert clerk.get(page).status_code == 200
        return len(statements)

    article_of(house, source, at)
    people(house, at, 2)
    short = {page: asked(page) for page in PAGES}
    for _ in range(20):
        article_of(house, source, at)
    people(house, at, 30)
    assert {page: asked(page) for page in PAGES} == short
    assert {page: number for page, number in short.items() if number > PAGES[page]} == {}


@pytest.mark.clause("QC.6.2.c")
def test_a_refused_plan_comes_back_with_what_was_typed(house: House, at: datetime) -> None:
    clerk = client_for(house.clerk.posting_id or 0, at)
    answer = clerk.post("/tai-khoan-zalo/lap/", {"name": "Sở Nội vụ", "phone": "0257384"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "systems.E034" in page and 'value="0257384"' in page
    assert not OfficialAccount.objects.exists()


@pytest.mark.clause("QC.10.4")
def test_an_official_reads_the_account_he_keeps_and_no_register(house: House, at: datetime) -> None:
    ids = zalo_of(house, at)  # the drafter keeps this account
    keeper = client_for(house.drafter.posting_id or 0, at)
    other = client_for(house.colleague.posting_id or 0, at)
    address = f"/tai-khoan-zalo/{ids['zalo_account_id']}/"
    page = keeper.get(address).content.decode()
    assert "Dự thảo thông báo" not in page and "Quyết định số 15" in page
    assert other.get(address).status_code == 422
    assert keeper.get("/tai-khoan-zalo/lap/").status_code == 422


@pytest.mark.clause("QC.6.2.b")
def test_a_code_is_shown_once_and_kept_as_its_hash(house: House, at: datetime) -> None:
    zalo_of(house, at)
    ZaloGrant.objects.update(state="ready")
    clerk = client_for(house.clerk.posting_id or 0, at)
    page = clerk.post("/tai-khoan-zalo/nguoi-dan/ma/", {"full_name": "Trần Văn Bé"}).content
    code = page.decode().split('link-code"><b class="number">')[1][:11]
    assert code.startswith("LK-") and len(code) == 11
    row = ZaloLinkCode.objects.get(full_name="Trần Văn Bé")
    assert (
        row.code_hash != code
        and code not in clerk.get("/tai-khoan-zalo/nguoi-dan/").content.decode()
    )
