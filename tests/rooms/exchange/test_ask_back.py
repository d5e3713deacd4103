"""A recall reaches everybody that has the document, and stops what still waits (ND30 Điều 18.4)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from cast import House
from congvu.documents.incoming.answer_recall import agree_to_recall, refuse_recall
from congvu.documents.incoming.hand_back import hand_back_arrival
from congvu.documents.incoming.register import register_arrival
from congvu.documents.models import Arrival, Document
from congvu.documents.outgoing.recall import recall_document
from congvu.exchange.ask_back import ask_recipients
from congvu.exchange.models import Delivery, Receipt
from congvu.exchange.queries import receipts_of
from congvu.tasks.models import Task
from congvu.tasks.states import TaskState
from congvu.timers.models import Timer
from congvu.timers.states import TimerState
from letters import REASON, arrival_at, behind_the_wall, ring, sent, task_on

pytestmark = pytest.mark.django_db


def recall(document: Document, by: House, at: datetime, *, is_formal: bool = False) -> None:
    with behind_the_wall(by.clerk):
        recall_document(
            document_id=document.id, reason=REASON, by=by.clerk, at=at, is_formal=is_formal
        )


def state_at(house: House) -> str:
    return Delivery.objects.get(to_agency=house.agency).state


@pytest.mark.clause("ND30.18.4")
def test_who_has_it_is_asked_once_and_answers_15(
    house: House, committee: House, at: datetime
) -> None:
    document = sent(committee, at, house)
    ring(at)
    recall(document, committee, at)
    assert ring(at) == ["ask_back_recipients"]
    ask_recipients(document_id=document.id, at=at + timedelta(hours=1))  # rung twice
    arrival = arrival_at(document, house)
    assert (state_at(house), arrival.recall_asked_at) == ("13", at)
    with behind_the_wall(house.clerk):
        agree_to_recall(arrival_id=arrival.id, by=house.clerk, at=at)
    ring(at)
    assert state_at(house) == "15"
    told = [row.code for row in receipts_of(document.id, committee.agency.id)]
    assert told == ["01", "13", "15"]


@pytest.mark.clause("ND30.18.4")
def test_what_still_waits_is_never_sent(house: House, committee: House, at: datetime) -> None:
    document = sent(committee, at, house)
    recall(document, committee, at)  # before the worker came
    ring(at)
    assert state_at(house) == "15"
    assert Arrival.objects.count() == 0
    assert Receipt.objects.count() == 0


@pytest.mark.clause("ND30.18.4")
def test_who_handed_it_back_is_not_asked(
    house: House, committee: House, neighbour: House, at: datetime
) -> None:
    document = sent(committee, at, house, neighbour)
    ring(at)
    hand_back_arrival(
        arrival_id=arrival_at(document, house).id, reason=REASON, by=house.clerk, at=at
    )
    ring(at)
    recall(document, committee, at)
    ring(at)
    assert (state_at(house), state_at(neighbour)) == ("02", "13")
    assert arrival_at(document, house).recall_asked_at is None


@pytest.mark.clause("ND30.18.4")
def test_a_refused_request_lets_the_work_go_on(
    house: House, committee: House, at: datetime
) -> None:
    document = sent(committee, at, house)
    ring(at)
    recall(document, committee, at)
    ring(at)
    arrival = arrival_at(document, house)
    with behind_the_wall(house.clerk):
        refuse_recall(arrival_id=arrival.id, reason=REASON, by=house.clerk, at=at)
    ring(at)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.state_reason) == ("16", REASON)
    register_arrival(arrival_id=arrival.id, by=house.clerk, at=at + timedelta(minutes=5))
    ring(at + timedelta(minutes=5))
    assert state_at(house) == "03"


@pytest.mark.clause("ND30.18.4")
def test_work_on_a_destroyed_document_ends_and_its_clock_stops(
    house: House, committee: House, at: datetime
) -> None:
    document = sent(committee, at, house)
    ring(at)
    arrival = arrival_at(document, house)
    register_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    task = task_on(arrival, house, at, due_on=date(2022, 2, 18))
    recall(document, committee, at, is_formal=True)
    ring(at)
    with behind_the_wall(house.clerk):
        agree_to_recall(arrival_id=arrival.id, by=house.clerk, at=at)
    ring(at)
    assert Task.objects.get(id=task.id).state == TaskState.CANCELLED
    assert Timer.objects.get(subject_id=task.id).state == TimerState.STOPPED
    assert state_at(house) == "15"
    assert arrival_at(document, house).state == "recalled"
