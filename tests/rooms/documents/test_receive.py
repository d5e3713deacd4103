"""A document enters through the exchange: facts are kept, legal moments are computed (QC.8)."""

from __future__ import annotations

from datetime import datetime

import pytest

from cast import House, make_department
from congvu.documents.incoming.receive import Incoming, Received, receive_from_exchange
from congvu.documents.models import Arrival, Document, SearchEntry
from congvu.documents.states import ArrivalState
from congvu.rules.words import VIETNAM
from letters import sent

pytestmark = pytest.mark.django_db


def vn(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=VIETNAM)


def enter(
    document: Document, *houses: House, at: datetime, urgency: int = 0, copy: bool = False
) -> list[Received]:
    return receive_from_exchange(
        document_id=document.id,
        sender_name=document.issuer_name,
        urgency=urgency,
        sent_at=document.issued_at or at,
        entered_at=at,
        incoming=[Incoming(one.agency.id, copy) for one in houses],
    )


@pytest.mark.clause("QC.8.1", "ND30.21")
@pytest.mark.parametrize(
    ("entered", "received"),
    [
        ("2022-02-14 09:00", "2022-02-14 09:00"),  # in working time: as it entered
        ("2022-02-11 18:40", "2022-02-14 07:30"),  # Friday evening: Monday's opening
        ("2022-02-12 10:00", "2022-02-14 07:30"),  # Saturday
        ("2022-01-31 09:10", "2022-02-07 07:30"),  # a day of the Tết holiday
        ("2022-02-14 06:00", "2022-02-14 07:30"),  # before the office opens
    ],
)
def test_the_moment_of_receipt_is_counted_in_working_time(
    house: House, committee: House, at: datetime, entered: str, received: str
) -> None:
    document = sent(committee, vn(entered), house)
    enter(document, house, at=vn(entered))
    arrival = Arrival.objects.get()
    assert (arrival.sent_at, arrival.entered_at) == (vn(entered), vn(entered))
    assert arrival.received_at == vn(received)
    assert arrival.register_by >= arrival.received_at
    assert arrival.acknowledged_at is None


@pytest.mark.clause("QC.8.1", "QC.9.1")
def test_every_computed_moment_keeps_its_reason(
    house: House, committee: House, at: datetime
) -> None:
    evening = vn("2022-02-11 18:40")
    enter(sent(committee, evening, house), house, at=evening)
    findings = Arrival.objects.get().findings
    assert set(findings) == {"received_at", "register_by", "acknowledge_by"}
    for found in findings.values():
        assert found["clause"]
        assert found["explanation"]
        assert found["calendar_version"]
    assert "18:40" in findings["received_at"]["explanation"]
    assert "07:30" in findings["received_at"]["explanation"]


def test_what_has_arrived_does_not_arrive_again(
    house: House, committee: House, at: datetime
) -> None:
    later = make_department(at, "Sở Tài chính", "STC")
    document = sent(committee, at, house, later)
    first = enter(document, house, at=at)
    again = enter(document, house, later, at=vn("2022-02-15 08:00"))
    assert [one.agency_id for one in first] == [house.agency.id]
    assert [one.agency_id for one in again] == [later.agency.id]
    assert Arrival.objects.count() == 2
    assert Arrival.objects.get(agency=house.agency).entered_at == at


def test_one_statement_enters_a_document_everywhere(
    house: House, committee: House, at: datetime, django_assert_max_num_queries: object
) -> None:
    houses = [make_department(at, f"Sở thứ {number}", f"S{number}") for number in range(12)]
    document = sent(committee, at, *houses)
    with django_assert_max_num_queries(8):
        received = enter(document, *houses, at=at)
    assert len(received) == 12
    agencies = SearchEntry.objects.get(document=document).agencies
    assert set(agencies) == {committee.agency.id, *(one.agency.id for one in houses)}


@pytest.mark.clause("ND30.22.2")
def test_an_urgent_document_must_be_registered_at_once(
    house: House, committee: House, at: datetime
) -> None:
    calm, urgent = sent(committee, at, house), sent(committee, at, house, urgency=3)
    enter(calm, house, at=at)
    enter(urgent, house, at=at, urgency=3)
    due = dict(Arrival.objects.values_list("document_id", "register_by"))
    assert due[urgent.id] < due[calm.id]


def test_a_copy_for_information_says_so(house: House, committee: House, at: datetime) -> None:
    enter(sent(committee, at, copies=[house]), house, at=at, copy=True)
    arrival = Arrival.objects.get()
    assert arrival.is_for_information
    assert arrival.state == ArrivalState.ARRIVED
