"""An issued document is called back; its trail stays (ND30 Điều 18.4; R20)."""

from __future__ import annotations

from datetime import datetime

import pytest

from cast import House
from congvu.documents.events import DocumentRecalled
from congvu.documents.outgoing.recall import recall_document
from congvu.documents.states import DocumentState
from congvu.kit import blobs
from paperwork import fresh, issued, numbered, refused

pytestmark = pytest.mark.django_db
REASON = "Gửi nhầm nơi nhận, đề nghị thu hồi."


@pytest.mark.clause("ND30.18.4", "ND30.18.4.b")
def test_a_recall_freezes_the_document_and_asks_the_recipients(
    house: House, committee: House, at: datetime, published: list[object]
) -> None:
    document = issued(committee, at, to=[house])
    recall = recall_document(document_id=document.id, reason=REASON, by=committee.clerk, at=at)
    document = fresh(document)
    assert (document.state, recall.is_formal) == (DocumentState.RECALLED, False)
    assert published[-1] == DocumentRecalled(document_id=document.id, at=at)
    assert blobs.read(document.issued_file)


def test_a_second_recall_is_refused(house: House, committee: House, at: datetime) -> None:
    document = issued(committee, at, to=[house])
    recall_document(
        document_id=document.id, reason=REASON, by=committee.leader, at=at, is_formal=True
    )
    with refused("documents.E003"):
        recall_document(document_id=document.id, reason=REASON, by=committee.clerk, at=at)


def test_only_what_was_issued_can_be_recalled_by_those_who_may(
    house: House, committee: House, at: datetime
) -> None:
    waiting = numbered(committee, at)
    with refused("documents.E003"):
        recall_document(document_id=waiting.id, reason=REASON, by=committee.clerk, at=at)
    document = issued(committee, at, to=[house])
    for other, code in ((committee.drafter, "documents.E002"), (house.clerk, "documents.E001")):
        with refused(code):
            recall_document(document_id=document.id, reason=REASON, by=other, at=at)
    with refused("documents.E120"):
        recall_document(document_id=document.id, reason="nhầm", by=committee.clerk, at=at)
