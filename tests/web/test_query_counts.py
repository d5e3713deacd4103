"""What a list page asks of the database: a fixed number of questions, however long the list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cast import House, approve_systems, enter_working_time, make_department
from congvu.documents.models import Arrival, Document, DraftVersion, Reader, Submission
from congvu.documents.states import ArrivalState, DocumentState
from staff import client_for

pytestmark = pytest.mark.django_db
# Every page: the session, the wall, the page's own questions, the counts of the rail, and in a
# test three more: a savepoint, its release and the way back out of the wall.
CEILINGS = {
    "/van-ban-den/": 9,
    "/van-ban-den/?tab=cho-tiep-nhan&khan=1": 9,
    "/van-ban-di/": 10,
    "/du-thao/": 9,
    "/trinh-ky/": 10,  # also: a sitting that goes on, and what waits for a phone
    "/giao-viec/": 10,
    "/ho-so/": 7,
    "/so-van-ban/": 7,
    "/thong-bao/": 11,
    "/thong-tin-den/": 11,
    "/tim-kiem/?q=cong+van": 12,
    "/": 9,
}
NOT_FOR_DRAFTERS = {"/so-van-ban/"}  # it is not on an official's rail


@pytest.fixture
def house(at: datetime) -> House:
    enter_working_time(at)
    approve_systems(at)
    return make_department(at)


def fill(house: House, at: datetime, count: int) -> None:
    """That many arrivals, issued documents, drafts, and submissions to the leader and the clerk."""
    made = Document.objects.bulk_create(
        Document(
            agency=house.agency,
            origin="ours",
            state=state,
            type_code="cong-van",
            subject=f"Công văn số {number}",
            symbol=f"{number}/SNV" if state == DocumentState.ISSUED else "",
            issued_at=at if state == DocumentState.ISSUED else None,
            issued_on=at.date() if state == DocumentState.ISSUED else None,
            drafter_id=house.drafter.posting_id,
            signer_id=house.leader.posting_id,
            started_at=at,
            changed_at=at,
        )
        for state in (DocumentState.ISSUED, DocumentState.DRAFTING, DocumentState.IN_REVIEW)
        for number in range(count)
    )
    Arrival.objects.bulk_create(
        Arrival(
            agency=house.agency,
            document=document,
            channel="exchange",
            state=ArrivalState.ARRIVED,
            urgency=2,
            entered_at=at,
            received_at=at,
            register_by=at,
            changed_at=at,
        )
        for document in made[:count]
    )
    versions = DraftVersion.objects.bulk_create(
        DraftVersion(
            agency=house.agency,
            document=document,
            ordinal=1,
            content={"blocks": []},
            by_id=house.drafter.posting_id,
            at=at,
        )
        for document in made[count:]
    )
    Submission.objects.bulk_create(
        Submission(
            agency=house.agency,
            document=version.document,
            version=version,
            purpose="signature",
            by_id=house.drafter.posting_id,
            to_id=to.posting_id,
            at=at,
        )
        for version in versions[count:]
        for to in (house.leader, house.clerk)
    )
    Reader.objects.bulk_create(
        Reader(
            agency=house.agency,
            document=document,
            posting_id=house.drafter.posting_id,
            reason="drafted",
            at=at,
        )
        for document in made
    )


def asked(browser: Client, page: str) -> int:
    """How many statements the page takes, once everything that is kept has been read."""
    assert browser.get(page).status_code == 200
    with CaptureQueriesContext(
        connection,
    ) as statements:
        answer = browser.get(page)
    assert answer.status_code == 200
    return len(statements)


@pytest.mark.parametrize("who", ["clerk", "leader", "drafter"])
def test_a_list_page_asks_no_more_where_its_list_is_longer(
    house: House, at: datetime, who: str, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    browser = client_for(getattr(house, who).posting_id, at)
    pages = [page for page in CEILINGS if who != "drafter" or page not in NOT_FOR_DRAFTERS]
    fill(house, at, 2)
    short = {page: asked(browser, page) for page in pages}
    fill(house, at, 40)
    assert {page: asked(browser, page) for page in pages} == short
    for page in pages:
        with django_assert_max_num_queries(CEILINGS[page]):
            browser.get(page)


def test_the_lists_of_this_test_are_really_long(house: House, at: datetime) -> None:
    fill(house, at, 40)
    clerk = client_for(house.clerk.posting_id or 0, at)
    drafter = client_for(house.drafter.posting_id or 0, at)
    leader = client_for(house.leader.posting_id or 0, at)
    for browser, page in (
        (clerk, "/van-ban-den/"),
        (clerk, "/van-ban-di/"),
        (drafter, "/du-thao/"),
        (leader, "/trinh-ky/"),
    ):
        assert browser.get(page).content.decode().count("Công văn số") >= 30, page
