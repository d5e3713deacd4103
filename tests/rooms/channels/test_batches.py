"""A batch is written in few statements, and is no longer than its provider takes in a second."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from cast import House
from channel_double import Double, accepted
from congvu.channels import hand_over
from congvu.channels.accept import accept_message
from congvu.channels.accept_many import accept_messages
from congvu.channels.cancel_waiting import cancel_waiting, waiting_of
from congvu.channels.events import MessageMoved
from congvu.channels.hand_over import hand_over_due
from congvu.channels.models import Attempt, Evidence, Lane, Message
from congvu.channels.types import MAIL, SMS, Order, Outcome, Outgoing, ProviderFacts, Result
from congvu.rules.moments import Audience
from offices import hearing

pytestmark = pytest.mark.django_db


def orders(house: House, number: int, **more: Any) -> list[Order]:
    return [
        Order(
            **{
                "agency_id": house.agency.id,
                "key": f"k{place}",
                "purpose": "notice",
                "audience": Audience.PERSON,
                "roads": (SMS, MAIL),
                "addresses": {SMS: f"8491234{place:04d}", MAIL: "a@b.vn"},
                "texts": {SMS: {"text": "Xong."}, MAIL: {"subject": "Xong", "text": "Xong."}},
                "basis": "duty QC.6.2.b",
                "lane": Lane.BULK,
                "subject": ("lô", 7),
                **more,
            }
        )
        for place in range(number)
    ]


@pytest.mark.clause("QC.8.2.a")
def test_every_answer_of_a_batch_comes_to_its_own_attempt(
    house: House, at: datetime, django_assert_max_num_queries: Any
) -> None:
    answers = {
        0: Outcome(Result.ACCEPTED, external_id="x-0", raw=b"ok", parts=2),
        1: Outcome(Result.PERMANENT, code="-108", said="Sai số."),
        2: Outcome(Result.TEMPORARY, said="Quá nhanh.", wait_seconds=30),
        3: Outcome(Result.UNKNOWN, said="Đứt giữa chừng."),
        4: Outcome(Result.DELIVERED, external_id="x-4", raw=b"ok"),
    }
    Double.script = staticmethod(lambda item: answers[int(item.address[-4:])])
    accept_messages(orders(house, 5), by=None, at=at)
    with hearing(MessageMoved) as heard, django_assert_max_num_queries(45):
        assert hand_over_due(channel=SMS) == 5
    found = [
        (one.channel, one.state, one.code, one.parts, one.external_id)
        for one in Attempt.objects.order_by("message_id", "ordinal")
    ]
    assert found == [
        (SMS, "accepted", "", 2, "x-0"),
        (SMS, "failed_permanent", "-108", 1, ""),
        (MAIL, "queued", "", 1, ""),  # the chain goes on
        (SMS, "failed_temporary", "", 1, ""),
        (SMS, "unknown", "", 1, ""),
        (SMS, "delivered", "", 1, "x-4"),
    ]
    states = list(Message.objects.order_by("id").values_list("state", flat=True))
    assert states == ["sent", "waiting", "waiting", "waiting", "received"]
    one = Message.objects.get(key="k4")
    assert (one.sent_at, one.entered_at, one.received_at) == (at, at, at)
    assert one.findings["received"]["clause"] == "QC.8.2.b"
    proofs = [(one.kind, one.grade) for one in Evidence.objects.order_by("attempt_id")]
    assert proofs == [("accepted", "C"), ("failed", "C"), ("delivered", "A")]
    assert [(moved.message_id, moved.state) for moved in heard] == [
        (Message.objects.get(key="k0").id, "sent"),
        (one.id, "received"),
    ]


def test_a_slow_provider_gets_short_batches(
    house: House, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second of its work at most stands between an urgent message and its turn."""
    monkeypatch.setattr(hand_over, "LONGEST_BATCH", 0.1)
    sizes: list[int] = []
    real = Double.send

    def send(self: Double, provider: ProviderFacts, items: Sequence[Outgoing]) -> Sequence[Outcome]:
        sizes.append(len(items))
        time.sleep(0.03 * len(items))
        return real(self, provider, items)

    monkeypatch.setattr(Double, "send", send)
    accept_messages(orders(house, 60), by=None, at=at)
    hand_over_due(channel=SMS, seconds=0.8)
    assert sizes[0] == hand_over.FIRST_BATCH
    assert max(sizes[1:]) <= 4, sizes


def test_what_no_provider_has_taken_is_called_back(house: House, at: datetime) -> None:
    Double.script = staticmethod(accepted)
    accept_messages(orders(house, 3), by=None, at=at)
    other = accept_message(orders(house, 1, key="other", subject=("lô", 8))[0], by=None, at=at)
    assert waiting_of(("lô", 7), house.agency.id) == 3
    hand = Attempt.objects.order_by("id").first()
    Attempt.objects.filter(id=hand.id).update(state="sending", claimed_at=at)
    assert cancel_waiting(subject=("lô", 7), agency_id=house.agency.id, at=at) == 2
    assert waiting_of(("lô", 7), house.agency.id) == 1  # it is in hand: nobody calls it back
    hand_over_due(channel=SMS)
    assert [one.address for one in Double.sent] == [other.addresses[SMS]]
