"""A letter for somebody else goes back with its reason (ND30 Điều 21.2.b)."""

from __future__ import annotations

from datetime import datetime

import pytest

from cast import House
from congvu.audit.models import Entry
from congvu.documents import access
from congvu.documents.events import DocumentHandedBack
from congvu.documents.incoming.hand_back import hand_back_arrival
from congvu.documents.incoming.receive import Incoming, receive_from_exchange
from congvu.documents.incoming.receive_by_hand import receive_by_hand
from congvu.documents.incoming.register import register_arrival
from congvu.documents.models import Arrival, HandBack, Registration
from congvu.documents.states import ArrivalState
from letters import REASON, at_once, by_hand, sent, small_pdf
from paperwork import refused


def came(sender: House, house: House, at: datetime) -> Arrival:
    document = sent(sender, at, house)
    receive_from_exchange(
        document_id=document.id,
        sender_name=sender.agency.name,
        urgency=0,
        sent_at=at,
        entered_at=at,
        incoming=[Incoming(house.agency.id)],
    )
    return Arrival.objects.get(document=document)


def hand_back(house: House, arrival: Arrival, at: datetime, reason: str = REASON) -> HandBack:
    return hand_back_arrival(arrival_id=arrival.id, reason=reason, by=house.clerk, at=at)


@pytest.mark.django_db
@pytest.mark.clause("QC.9.1", "ND30.21.2.b")
def test_the_letter_goes_back_with_its_reason(
    house: House, committee: House, at: datetime, published: list[object]
) -> None:
    arrival = came(committee, house, at)
    row = hand_back(house, arrival, at, "  " + REASON + "\n")
    arrival.refresh_from_db()
    assert (row.reason, row.by_id, row.at) == (REASON, house.clerk.posting_id, at)
    assert (arrival.state, arrival.acknowledged_at) == (ArrivalState.HANDED_BACK, at)
    assert published[-1] == DocumentHandedBack(arrival_id=arrival.id, at=at)
    entry = Entry.objects.get(kind="documents.incoming.handed_back")
    assert entry.clause == "ND30.21.2.b"


@pytest.mark.django_db
def test_what_was_handed_back_cannot_be_read_here_any_more(
    house: House, committee: House, at: datetime
) -> None:
    arrival = came(committee, house, at)
    assert access.document_for(house.clerk, arrival.document_id, to="read")
    hand_back(house, arrival, at)
    with refused("documents.E001"):
        access.document_for(house.clerk, arrival.document_id, to="read")


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["", "sai", " " * 40, "x" * 501, "\u200b" * 30, "\x00" * 30])
def test_a_return_without_a_real_reason_is_refused(
    house: House, committee: House, at: datetime, reason: str
) -> None:
    arrival = came(committee, house, at)
    with refused("documents.E302"):
        hand_back(house, arrival, at, reason)
    assert HandBack.objects.count() == 0


@pytest.mark.django_db
def test_after_registration_it_is_too_late(house: House, committee: House, at: datetime) -> None:
    arrival = came(committee, house, at)
    register_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    with refused("documents.E003"):
        hand_back(house, arrival, at)


@pytest.mark.django_db
def test_paper_does_not_go_back_through_the_system(house: House, at: datetime) -> None:
    arrival = receive_by_hand(
        described=by_hand(), content=small_pdf(), file_name="cv.pdf", by=house.clerk, at=at
    )
    with refused("documents.E303"):
        hand_back(house, arrival, at)


@pytest.mark.django_db
def test_only_the_clerk_of_the_receiver_hands_back(
    house: House, committee: House, at: datetime
) -> None:
    arrival = came(committee, house, at)
    for other, code in ((committee.clerk, "documents.E001"), (house.leader, "documents.E002")):
        with refused(code):
            hand_back_arrival(arrival_id=arrival.id, reason=REASON, by=other, at=at)


@pytest.mark.django_db(transaction=True)
def test_registered_by_one_and_handed_back_by_another_at_the_same_time(
    house: House, committee: House, at: datetime
) -> None:
    arrival = came(committee, house, at)
    said = at_once(
        [
            lambda: register_arrival(arrival_id=arrival.id, by=house.clerk, at=at).number,
            lambda: hand_back(house, arrival, at).id,
        ]
    )
    assert [one for one in said if isinstance(one, str)] == ["documents.E003"]
    assert Registration.objects.count() + HandBack.objects.count() == 1
