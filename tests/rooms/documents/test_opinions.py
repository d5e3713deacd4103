"""Opinions on a draft are asked for, given, and all kept (ND30 Điều 10.3)."""

from __future__ import annotations

from datetime import datetime

import pytest

from cast import House
from congvu.documents import access
from congvu.documents.drafting.give_opinion import ask_opinion, give_opinion
from congvu.documents.models import OpinionRequest
from paperwork import drafted, refused

pytestmark = pytest.mark.django_db


@pytest.mark.clause("ND30.10.3")
def test_who_is_asked_reads_the_draft_and_answers(house: House, at: datetime) -> None:
    document = drafted(house, at)
    with refused("documents.E001"):
        give_opinion(document_id=document.id, text="Nhất trí.", by=house.colleague, at=at)
    ask_opinion(
        document_id=document.id,
        posting_ids=[house.colleague.posting_id],
        by=house.drafter,
        at=at,
        question="Điều 2 đã đủ chưa?",
    )
    assert access.document_for(house.colleague, document.id, to="read")
    opinion = give_opinion(document_id=document.id, text="Nhất trí.", by=house.colleague, at=at)
    assert opinion.version.ordinal == 1
    assert OpinionRequest.objects.get().answered_at == at


def test_somebody_who_was_asked_is_not_asked_twice(house: House, at: datetime) -> None:
    document = drafted(house, at)
    for _ in range(2):
        ask_opinion(
            document_id=document.id,
            posting_ids=[house.colleague.posting_id, house.colleague.posting_id],
            by=house.drafter,
            at=at,
        )
    assert OpinionRequest.objects.count() == 1


def test_only_colleagues_are_asked(house: House, committee: House, at: datetime) -> None:
    document = drafted(house, at)
    for asked in ([], [committee.drafter.posting_id]):
        with refused("documents.E128"):
            ask_opinion(document_id=document.id, posting_ids=asked, by=house.drafter, at=at)


@pytest.mark.parametrize("text", ["", " \u200b ", "x" * 4001])
def test_an_opinion_says_something(house: House, at: datetime, text: str) -> None:
    document = drafted(house, at)
    with refused("documents.E121"):
        give_opinion(document_id=document.id, text=text, by=house.leader, at=at)
