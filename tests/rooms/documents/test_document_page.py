"""The page of a document tells its whole way, to those who may see it."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cast import House
from congvu.documents.drafting.autosave import autosave_draft
from congvu.documents.drafting.give_opinion import ask_opinion, give_opinion
from congvu.documents.outgoing.recall import recall_document
from congvu.documents.queries.document import document_page, version_content
from paperwork import content, drafted, issued, refused, submitted

pytestmark = pytest.mark.django_db


def test_an_issued_document_shows_every_act(house: House, committee: House, at: datetime) -> None:
    document = issued(committee, at, to=[house])
    recall_document(document_id=document.id, reason="Gửi nhầm nơi nhận.", by=committee.clerk, at=at)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = document_page(committee.drafter, document.id)
    assert len(asked) <= 12
    assert (page.type_name, page.state_label) == ("Quyết định", "Đã thu hồi")
    assert [one.purpose for one in page.submissions] == ["content", "form", "signature"]
    assert [one.decision for one in page.submissions] == ["approved", "approved", ""]
    assert [one.part for one in page.signings] == ["person", "number", "seal"]
    assert [one.name for one in page.recipients] == ["Sở Nội vụ"]
    assert page.issue.symbol == "01/QĐ-UBND"
    assert page.issue.deadline_finding["is_late"] is False
    assert page.issue.recall_reason == "Gửi nhầm nơi nhận."
    assert page.content == content()


def test_a_draft_shows_opinions_and_what_was_typed_but_not_saved(
    house: House, at: datetime
) -> None:
    document = submitted(house, at)
    ask_opinion(
        document_id=document.id, posting_ids=[house.colleague.posting_id], by=house.drafter, at=at
    )
    give_opinion(document_id=document.id, text="Nhất trí.", by=house.leader, at=at)
    page = document_page(house.head, document.id)
    assert {(one.by_name, one.text) for one in page.opinions} == {
        ("Đỗ Minh Châu", ""),
        ("Trần Hữu Thế", "Nhất trí."),
    }
    assert page.waits_for_me == "content"
    assert page.newest_version == 1
    assert "number" not in page.orders
    typed = content("Điều 1. Đang gõ.")
    mine = drafted(house, at)
    autosave_draft(document_id=mine.id, base_ordinal=1, content=typed, by=house.drafter, at=at)
    assert document_page(house.drafter, mine.id).typed_not_saved == typed
    assert document_page(house.head, mine.id).typed_not_saved is None
    assert version_content(house.head, mine.id, 1) == content()
    assert version_content(house.head, mine.id, 2) is None


@pytest.mark.clause("QC.4.3")
def test_nobody_else_sees_the_page(house: House, committee: House, at: datetime) -> None:
    document = drafted(house, at)
    for stranger in (house.colleague, committee.clerk):
        with refused("documents.E001"):
            document_page(stranger, document.id)
