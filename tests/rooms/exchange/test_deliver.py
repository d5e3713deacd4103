"""An issued document is carried to everybody once, whatever rings twice (QC.5.3; ND30 Điều 18.1)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from cast import House
from congvu.documents.events import DocumentIssued
from congvu.documents.models import Arrival
from congvu.exchange.deliver import deliver_waiting, queue_deliveries
from congvu.exchange.models import Delivery, Receipt
from congvu.exchange.queries import deliveries_of, receipts_of, tally
from congvu.exchange.states import DeliveryState
from congvu.kit.events import publish
from letters import at_once, ring, sent


@pytest.mark.django_db
@pytest.mark.clause("QC.5.3", "QC.8.1", "ND30.18.1")
def test_everybody_gets_it_and_the_arrival_reports_itself(
    house: House, committee: House, neighbour: House, at: datetime
) -> None:
    document = sent(committee, at, house, copies=[neighbour])
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.QUEUED}
    later = at + timedelta(seconds=20)
    assert ring(later) == ["deliver_document"]
    rows = deliveries_of(document.id, committee.agency.id)
    assert {(row.agency_id, row.state, row.is_for_information) for row in rows} == {
        (house.agency.id, "01", False),
        (neighbour.agency.id, "01", True),
    }
    assert {(row.sent_at, row.entered_at, row.received_at) for row in rows} == {(at, later, later)}
    assert [row.code for row in receipts_of(document.id, committee.agency.id)] == ["01", "01"]
    assert tally(rows) == {"Đã đến": 2}
    assert Arrival.objects.filter(document=document).count() == 2


@pytest.mark.django_db
@pytest.mark.clause("QC.8.1")
def test_a_letter_of_friday_evening_counts_from_monday_on_both_sides(
    house: House, committee: House, at: datetime
) -> None:
    friday = datetime.fromisoformat("2022-02-11T18:40:00+07:00")
    document = sent(committee, friday, house)
    ring(friday)
    (row,) = deliveries_of(document.id, committee.agency.id)
    assert row.entered_at == friday
    assert row.received_at == datetime.fromisoformat("2022-02-14T07:30:00+07:00")
    assert Arrival.objects.get().received_at == row.received_at


@pytest.mark.django_db
def test_the_doorbell_may_ring_twice(house: House, committee: House, at: datetime) -> None:
    document = sent(committee, at, house)
    assert deliver_waiting(document_id=document.id, at=at) == 1
    assert deliver_waiting(document_id=document.id, at=at + timedelta(hours=1)) == 0
    with transaction.atomic():  # the event itself told again
        queue_deliveries(DocumentIssued(document_id=document.id, at=at))
    ring(at + timedelta(hours=2))
    assert (Delivery.objects.count(), Arrival.objects.count()) == (1, 1)
    assert [one.code for one in Receipt.objects.all()] == ["01"]
    assert Delivery.objects.get().attempts == 1


@pytest.mark.django_db
def test_issue_and_deliveries_stand_or_fall_together(
    house: House, committee: House, at: datetime
) -> None:
    document = sent(committee, at)
    ring(at)
    document.recipients.create(
        agency=committee.agency, to_agency=house.agency, name=house.agency.name
    )
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish(DocumentIssued(document_id=document.id, at=at))
        raise ZeroDivisionError
    assert ring(at) == []
    assert Delivery.objects.count() == 0


@pytest.mark.django_db
def test_names_outside_the_province_get_no_delivery(committee: House, at: datetime) -> None:
    document = sent(committee, at)
    document.recipients.create(agency=committee.agency, name="Ông Nguyễn Văn B")
    with transaction.atomic():
        publish(DocumentIssued(document_id=document.id, at=at))
    ring(at)
    assert Delivery.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_deliver_once(
    house: House, committee: House, neighbour: House, at: datetime
) -> None:
    document = sent(committee, at, house, neighbour)
    carried = at_once([lambda: deliver_waiting(document_id=document.id, at=at)] * 4)
    assert sorted(carried) == [0, 0, 0, 2]
    assert (Arrival.objects.count(), Receipt.objects.filter(code="01").count()) == (2, 2)
