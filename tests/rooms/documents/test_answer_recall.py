"""A recall is answered: the document is destroyed here and its trace stays (ND30 Điều 18.4; R20)."""

from __future__ import annotations

from datetime import datetime

import pytest

from cast import House
from congvu.documents import access
from congvu.documents.events import RecallAnswered
from congvu.documents.incoming.answer_recall import agree_to_recall, refuse_recall
from congvu.documents.incoming.receive import Incoming, receive_from_exchange
from congvu.documents.incoming.register import register_arrival
from congvu.documents.models import Arrival, Reader, Recall, RecallAnswer, SearchEntry
from congvu.documents.outgoing.recall import recall_document
from congvu.documents.queries.found import find_documents
from congvu.documents.queries.incoming import ArrivalFilter, arrivals
from congvu.documents.states import ArrivalState
from congvu.orgs.types import Actor
from letters import REASON, SUBJECT, behind_the_wall, sent
from paperwork import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(house: House, committee: House, at: datetime) -> Arrival:
    """An arrival whose sender has asked for it back."""
    document = sent(committee, at, house)
    receive_from_exchange(
        document_id=document.id,
        sender_name=committee.agency.name,
        urgency=0,
        sent_at=at,
        entered_at=at,
        incoming=[Incoming(house.agency.id)],
    )
    recall_document(document_id=document.id, reason=REASON, by=committee.clerk, at=at)
    Arrival.objects.update(recall_asked_at=at)
    return Arrival.objects.get()


def agree(by: Actor, arrival: Arrival, at: datetime) -> RecallAnswer:
    return agree_to_recall(arrival_id=arrival.id, by=by, at=at)


@pytest.mark.clause("ND30.18.4")
def test_who_agrees_loses_the_document_and_keeps_the_trace(
    house: House, asked: Arrival, at: datetime, published: list[object]
) -> None:
    Reader.objects.create(
        agency=house.agency,
        document=asked.document,
        posting_id=house.drafter.posting_id,
        reason="test",
        at=at,
    )
    assert [row.arrival_id for row in find_documents(house.clerk, SUBJECT)] == [asked.id]
    with behind_the_wall(house.clerk):
        agree(house.clerk, asked, at)
    with behind_the_wall(house.clerk):
        assert find_documents(house.clerk, SUBJECT) == []
        with refused("documents.E001"):
            access.document_for(house.clerk, asked.document_id, to="read")
        (row,) = arrivals(house.clerk, ArrivalFilter()).rows
    assert (row.state, row.subject, row.symbol) == (
        ArrivalState.RECALLED,
        "Văn bản đã bị thu hồi",
        "",
    )
    assert not Reader.objects.filter(agency=house.agency).exists()
    assert house.agency.id not in SearchEntry.objects.get().agencies
    assert published[-1] == RecallAnswered(arrival_id=asked.id, at=at)


@pytest.mark.clause("ND30.18.4")
def test_a_registered_letter_can_be_given_back_and_keeps_its_number(
    house: House, asked: Arrival, at: datetime
) -> None:
    Arrival.objects.update(recall_asked_at=None)
    number = register_arrival(arrival_id=asked.id, by=house.clerk, at=at).number
    Arrival.objects.update(recall_asked_at=at)
    agree(house.clerk, asked, at)
    asked.refresh_from_db()
    assert (asked.state, asked.registration.number) == (ArrivalState.RECALLED, number)


@pytest.mark.clause("ND30.18.4")
def test_a_plain_request_may_be_refused_with_a_reason(
    house: House, asked: Arrival, at: datetime, published: list[object]
) -> None:
    with refused("documents.E302"):
        refuse_recall(arrival_id=asked.id, reason="không", by=house.clerk, at=at)
    answer = refuse_recall(arrival_id=asked.id, reason=REASON, by=house.clerk, at=at)
    asked.refresh_from_db()
    assert (answer.is_agreed, answer.reason) == (False, REASON)
    assert (asked.recall_asked_at, asked.state) == (None, ArrivalState.ARRIVED)
    assert published[-1] == RecallAnswered(arrival_id=asked.id, at=at)
    assert register_arrival(arrival_id=asked.id, by=house.clerk, at=at).number == 1


@pytest.mark.clause("ND30.18.4")
def test_a_recall_by_decision_may_not_be_refused(
    house: House, asked: Arrival, at: datetime
) -> None:
    Recall.objects.update(is_formal=True)
    with refused("documents.E305"):
        refuse_recall(arrival_id=asked.id, reason=REASON, by=house.clerk, at=at)
    assert agree(house.clerk, asked, at).is_agreed


def test_there_must_be_a_request_and_it_is_answered_once(
    house: House, committee: House, asked: Arrival, at: datetime
) -> None:
    for other, code in (
        (committee.clerk, "documents.E001"),
        (house.leader, "documents.E002"),
        (house.drafter, "documents.E001"),
    ):
        with refused(code):
            agree(other, asked, at)
    agree(house.clerk, asked, at)
    with refused("documents.E304"):
        agree(house.clerk, asked, at)
    Arrival.objects.update(state=ArrivalState.ARRIVED, recall_asked_at=None)
    with refused("documents.E304"):
        agree(house.clerk, asked, at)
    with refused("documents.E304"):
        refuse_recall(arrival_id=asked.id, reason=REASON, by=house.clerk, at=at)
