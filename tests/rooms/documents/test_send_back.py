"""A draft is sent back with a reason, at any station before the signature."""

from __future__ import annotations

from datetime import datetime

import pytest

from cast import House
from congvu.documents.drafting.approve import approve_draft
from congvu.documents.drafting.revise import revise_draft
from congvu.documents.drafting.send_back import send_back_draft, take_back_draft
from congvu.documents.drafting.submit import submit_draft
from congvu.documents.events import DraftSentBack
from congvu.documents.outgoing.sign import sign_document
from congvu.documents.states import DocumentState
from paperwork import approved, content, fresh, refused, signed, submitted

pytestmark = pytest.mark.django_db
REASON = "Điều 1 chưa nêu thời hạn thực hiện."


@pytest.mark.clause("ND30.12")
def test_a_reviewer_sends_back_and_everything_that_waits_is_closed(
    house: House, at: datetime, published: list[object]
) -> None:
    document = submitted(house, at)
    review = send_back_draft(document_id=document.id, reason=REASON, by=house.head, at=at)
    assert (review.decision, review.reason) == ("sent_back", REASON)
    assert fresh(document).state == DocumentState.SENT_BACK
    assert not document.submissions.filter(closed_at__isnull=True).exists()
    assert published[-1] == DraftSentBack(document_id=document.id, at=at)
    with refused("documents.E119"):
        approve_draft(document_id=document.id, by=house.clerk, at=at)


@pytest.mark.parametrize("reason", ["", "   ", "sai", "\u200b" * 20, "x" * 2001])
def test_a_reason_is_required(house: House, at: datetime, reason: str) -> None:
    document = submitted(house, at)
    with refused("documents.E120"):
        send_back_draft(document_id=document.id, reason=reason, by=house.head, at=at)


@pytest.mark.clause("ND30.11")
def test_the_signer_sends_back_and_the_approved_file_is_withdrawn(
    house: House, at: datetime
) -> None:
    document = approved(house, at)
    send_back_draft(document_id=document.id, reason=REASON, by=house.leader, at=at)
    document = fresh(document)
    assert (document.state, document.base_file, document.slots) == ("sent_back", "", {})


@pytest.mark.clause("ND30.11")
def test_a_change_after_approval_passes_all_stations_again(house: House, at: datetime) -> None:
    document = approved(house, at)
    first_file = document.base_file
    send_back_draft(document_id=document.id, reason=REASON, by=house.leader, at=at)
    revise_draft(
        document_id=document.id,
        base_ordinal=1,
        content=content("Điều 1. Trong 5 ngày."),
        by=house.drafter,
        at=at,
    )
    submit_draft(document_id=document.id, base_ordinal=2, by=house.drafter, at=at)
    approve_draft(document_id=document.id, by=house.clerk, at=at)
    assert fresh(document).state == DocumentState.IN_REVIEW
    approve_draft(document_id=document.id, by=house.head, at=at)
    document = fresh(document)
    assert document.base_file != first_file
    with refused("documents.E201"):
        sign_document(document_id=document.id, seen_sha256=first_file, by=house.leader, at=at)


def test_the_drafter_takes_a_draft_back_until_it_is_signed(house: House, at: datetime) -> None:
    document = submitted(house, at)
    with refused("documents.E104"):
        take_back_draft(document_id=document.id, reason=REASON, by=house.clerk, at=at)
    take_back_draft(document_id=document.id, reason=REASON, by=house.drafter, at=at)
    assert fresh(document).state == DocumentState.SENT_BACK
    done = signed(house, at)
    with refused("documents.E823"):
        take_back_draft(document_id=done.id, reason=REASON, by=house.drafter, at=at)
