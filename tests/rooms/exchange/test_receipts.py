"""Status messages come back in any order, any number of times, and never walk backwards (QC.9.1)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from cast import House
from congvu.documents.incoming.hand_back import hand_back_arrival
from congvu.documents.incoming.receive_by_hand import receive_by_hand
from congvu.documents.incoming.register import register_arrival
from congvu.documents.models import Document
from congvu.exchange.models import Delivery, Receipt
from congvu.exchange.note_receipt import note_receipt
from congvu.exchange.send_receipt import carry, say
from congvu.exchange.states import DeliveryState
from congvu.rules.receipts import Effect, Status
from congvu.tasks.accept import accept_task
from congvu.tasks.close import close_task
from letters import (
    REASON,
    arrival_at,
    arrived,
    at_once,
    behind_the_wall,
    by_hand,
    registered,
    ring,
    sent,
    small_pdf,
    task_on,
)


def codes(document: Document) -> list[str]:
    found = Receipt.objects.filter(document=document, noted_at__isnull=False)
    return list(found.order_by("at", "id").values_list("code", flat=True))


@pytest.mark.django_db
@pytest.mark.clause("QC.9.1", "ND30.21.2.c")
def test_the_sender_follows_the_work_step_by_step(
    house: House, committee: House, at: datetime
) -> None:
    document = sent(committee, at, house)
    ring(at)
    states = [Delivery.objects.get().state]
    with behind_the_wall(house.clerk):
        arrival = arrival_at(document, house)
        register_arrival(arrival_id=arrival.id, by=house.clerk, at=at + timedelta(minutes=1))
    ring(at + timedelta(minutes=1))
    states.append(Delivery.objects.get().state)
    task = task_on(arrival, house, at + timedelta(minutes=2))
    states.append(Delivery.objects.get().state)
    accept_task(task_id=task.id, by=house.drafter, at=at + timedelta(minutes=3))
    ring(at + timedelta(minutes=3))
    states.append(Delivery.objects.get().state)
    close_task(task_id=task.id, note="Đã xong.", by=house.drafter, at=at + timedelta(minutes=4))
    ring(at + timedelta(minutes=4))
    states.append(Delivery.objects.get().state)
    assert states == ["01", "03", "04", "05", "06"]
    assert codes(document) == ["01", "03", "04", "05", "06"]
    assert Delivery.objects.get().acknowledged_at == at + timedelta(minutes=1)


@pytest.mark.django_db
@pytest.mark.clause("QC.9.1", "ND30.21.2.b")
def test_a_return_tells_its_reason(house: House, committee: House, at: datetime) -> None:
    arrival = arrived(committee, house, at)
    hand_back_arrival(arrival_id=arrival.id, reason=REASON, by=house.clerk, at=at)
    assert ring(at) == ["carry_receipt"]
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.state_reason) == (DeliveryState.HANDED_BACK, REASON)
    assert codes(arrival.document) == ["01", "02"]


@pytest.mark.django_db
def test_paper_has_nobody_to_tell(house: House, at: datetime) -> None:
    arrival = receive_by_hand(
        described=by_hand(), content=small_pdf(), file_name="cv.pdf", by=house.clerk, at=at
    )
    register_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    assert [bell for bell in ring(at) if bell != "keep_report_sheet"] == []  # nobody is told
    assert Receipt.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.clause("QC.9.1")
def test_what_comes_late_or_again_is_kept_and_changes_nothing(
    house: House, committee: House, at: datetime
) -> None:
    arrival = registered(committee, house, at)
    task = task_on(arrival, house, at)
    accept_task(task_id=task.id, by=house.drafter, at=at)
    ring(at)
    assert Delivery.objects.get().state == "05"
    late = Receipt.objects.create(
        document=arrival.document,
        from_agency=house.agency,
        to_agency=committee.agency,
        code="04",
        at=at + timedelta(minutes=9),
    )
    again = Receipt.objects.get(code="05")
    assert note_receipt(receipt_id=late.id, at=at) is Effect.LATE
    assert note_receipt(receipt_id=again.id, at=at) is Effect.REPEATED
    assert Delivery.objects.get().state == "05"
    late.refresh_from_db()
    assert late.noted_at == at


@pytest.mark.django_db
def test_messages_that_overtake_one_another_end_at_the_same_state(
    house: House, committee: House, at: datetime
) -> None:
    arrival = arrived(committee, house, at)
    for minute, code in enumerate((Status.REGISTERED, Status.ASSIGNED, Status.IN_PROGRESS)):
        say(arrival.id, code, at + timedelta(minutes=minute))
    for receipt in Receipt.objects.filter(noted_at=None).order_by("-id"):
        carry(receipt_id=receipt.id, at=at + timedelta(hours=1))
    assert Delivery.objects.get().state == "05"
    assert Receipt.objects.filter(noted_at=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_one_message_carried_by_two_workers_is_noted_once(
    house: House, committee: House, at: datetime
) -> None:
    arrival = arrived(committee, house, at)
    register_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    receipt = Receipt.objects.get(code="03")
    at_once([lambda: carry(receipt_id=receipt.id, at=at)] * 4)
    assert Delivery.objects.get().state == "03"
    assert codes(arrival.document) == ["01", "03"]
    assert ProcrastinateJob.objects.filter(task_name__endswith="carry_receipt").count() == 1
