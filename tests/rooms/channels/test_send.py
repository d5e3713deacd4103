"""One message, many roads: accepted once, handed over, proved, and one legal result."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from cast import House
from channel_double import Double, accepted, make_provider
from congvu.channels.accept import accept_message
from congvu.channels.give_consent import give_consent, withdraw_consent
from congvu.channels.hand_over import hand_over_due, waiting_channels
from congvu.channels.models import Attempt, Evidence, Message, Provider, ProviderEvent
from congvu.channels.note_event import note_event
from congvu.channels.providers import FAILURES_ALLOWED
from congvu.channels.reconcile import reconcile_doubt
from congvu.channels.record_outcome import record_receipt
from congvu.channels.states import AttemptState, MessageState
from congvu.channels.types import MAIL, SMS, ZALO, Order, Outcome, Outgoing, Receipt, Result
from congvu.channels.work_events import events_wait, work_events
from congvu.kit import clock
from congvu.rules.moments import Audience
from paperwork import refused

pytestmark = pytest.mark.django_db
PHONE, BOX = "84912345678", "dan@example.com"


def order(house: House, key: str = "k1", **more: object) -> Order:
    return Order(
        **{
            "agency_id": house.agency.id,
            "key": key,
            "purpose": Message.Purpose.REPLY,
            "audience": Audience.PERSON,
            "roads": (SMS,),
            "addresses": {SMS: PHONE, MAIL: BOX, ZALO: "user-1"},
            "texts": {
                SMS: {"text": "Hồ sơ đã xong."},
                MAIL: {"subject": "Hồ sơ", "text": "Hồ sơ đã xong."},
                ZALO: {"text": "Hồ sơ đã xong."},
            },
            "basis": "duty QC.9.2.b",
            "to_name": "Nguyễn Văn A",
            **more,
        }
    )


def attempts(message: Message) -> list[tuple[str, str]]:
    return list(Attempt.objects.filter(message=message).values_list("channel", "state"))


def receipt(attempt: Attempt, kind: str, grade: str, at: datetime) -> None:
    raw = json.dumps({"receipt": [kind, grade, at.isoformat(), attempt.external_id]}).encode()
    note_event(provider_id=attempt.provider_id, external_id=f"{kind}-{attempt.id}", raw=raw, at=at)


def test_an_order_given_twice_is_one_message(house: House, at: datetime) -> None:
    first = accept_message(order(house), by=house.clerk, at=at)
    assert accept_message(order(house), by=house.clerk, at=at) == first
    assert Attempt.objects.count() == 1


@pytest.mark.clause("QC.8.2.a", "QC.8.2.b", "QC.7.2")
def test_sent_when_the_provider_takes_it_received_when_it_entered_the_account(
    house: House, at: datetime
) -> None:
    message = accept_message(order(house), by=house.clerk, at=at)
    assert hand_over_due(channel=SMS) == 1
    message.refresh_from_db()
    assert (message.state, message.sent_at) == (MessageState.SENT, at)
    assert (message.entered_at, message.received_at) == (None, None)  # never invented
    night = at.replace(hour=23, minute=12)
    receipt(message.attempts.get(), "delivered", "B", night)
    with clock.frozen(night + timedelta(minutes=1)):
        work_events(at=clock.now())
    message.refresh_from_db()
    assert message.state == MessageState.RECEIVED
    assert (message.entered_at, message.received_at) == (night, night)  # a person, at any hour
    assert message.findings["received"]["clause"] == "QC.8.2.b"
    assert [one.grade for one in Evidence.objects.order_by("id")] == ["C", "B"]


@pytest.mark.clause("QC.8.3.b")
def test_mail_between_agencies_counts_in_working_time(house: House, at: datetime) -> None:
    letter = order(house, roads=(MAIL,), audience=Audience.STATE_AGENCY)
    message = accept_message(letter, by=house.clerk, at=at)
    hand_over_due(channel=MAIL)
    friday_evening = datetime.fromisoformat("2022-03-04T18:40:00+07:00")
    receipt(message.attempts.get(), "delivered", "A", friday_evening)
    work_events(at=friday_evening)
    message.refresh_from_db()
    assert message.entered_at == friday_evening
    assert message.received_at == datetime.fromisoformat("2022-03-07T07:30:00+07:00")


@pytest.mark.clause("QC.6.2.b")
def test_nobody_is_written_to_without_a_basis(house: House, at: datetime) -> None:
    notice = {"purpose": "notice", "basis": "consent", "roads": (ZALO, SMS)}
    with refused("channels.E003"):
        accept_message(order(house, **notice), by=house.clerk, at=at)
    consent = give_consent(
        agency_id=house.agency.id, channel=SMS, address=PHONE, purpose="notice",
        text="Tôi đồng ý nhận tin nhắn.", text_version="2022-01", origin="tờ khai", at=at,
    )  # fmt: skip
    message = accept_message(order(house, **notice), by=house.clerk, at=at)
    assert (message.roads, message.basis) == ([SMS], f"consent {consent.id}")
    withdraw_consent(withdrawal_key=consent.withdrawal_key, origin="liên kết", at=at)
    with refused("channels.E003"):
        accept_message(order(house, "k2", **notice), by=house.clerk, at=at)


def test_the_chain_falls_back_with_one_legal_result(house: House, at: datetime) -> None:
    def no_follower(item: Outgoing) -> Outcome:
        is_zalo = item.address.startswith("user")
        refusal = Outcome(Result.PERMANENT, code="-213", said="Người dùng chưa quan tâm.")
        return refusal if is_zalo else accepted(item)

    Double.script = staticmethod(no_follower)
    message = accept_message(order(house, roads=(ZALO, SMS, MAIL)), by=house.clerk, at=at)
    for channel in (ZALO, SMS, MAIL):
        hand_over_due(channel=channel)
    message.refresh_from_db()
    assert attempts(message) == [(ZALO, "failed_permanent"), (SMS, "accepted")]
    assert message.state == MessageState.SENT


def test_a_message_that_reaches_nobody_says_so(house: House, at: datetime) -> None:
    Double.script = staticmethod(lambda item: Outcome(Result.PERMANENT, said="Sai số."))
    message = accept_message(order(house), by=house.clerk, at=at)
    hand_over_due(channel=SMS)
    message.refresh_from_db()
    assert (message.state, message.sent_at) == (MessageState.FAILED, None)


def test_urgent_goes_before_bulk(house: House, at: datetime) -> None:
    for number in range(5):
        accept_message(order(house, f"bulk-{number}", lane=0), by=house.clerk, at=at)
    code = accept_message(order(house, "code", lane=2), by=house.clerk, at=at)
    hand_over_due(channel=SMS)
    assert Double.sent[0].tracking == code.attempts.get().tracking


def test_a_provider_that_is_down_rests_and_the_next_one_works(house: House, at: datetime) -> None:
    second = make_provider(SMS, at, rank=2)
    first = Provider.objects.get(channel=SMS, rank=1)
    Double.down = {first.id}
    message = accept_message(order(house), by=house.clerk, at=at)
    for _ in range(FAILURES_ALLOWED + 1):
        hand_over_due(channel=SMS, seconds=0.01)
    first.refresh_from_db()
    assert first.open_until is not None and first.said == "Không kết nối được."
    assert [one.address for one in Double.sent] == [PHONE]
    attempt = message.attempts.get()
    assert (attempt.state, attempt.provider_id) == (AttemptState.ACCEPTED, second.id)


def test_a_killed_process_asks_before_it_sends_again(house: House, at: datetime) -> None:
    message = accept_message(order(house), by=house.clerk, at=at)
    attempt = message.attempts.get()
    provider = Provider.objects.get(channel=SMS)
    Attempt.objects.filter(id=attempt.id).update(
        state="sending", claimed_at=at, provider=provider, tries=1
    )
    later = at + timedelta(minutes=3)
    with clock.frozen(later):
        hand_over_due(channel=SMS)
        assert Double.sent == []  # what is in doubt is not in the queue
        reconcile_doubt(at=later)
        attempt.refresh_from_db()
        assert attempt.state == AttemptState.UNKNOWN
        Double.known[attempt.tracking] = Outcome(Result.ACCEPTED, external_id="x-9", at=at)
        reconcile_doubt(at=later)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.external_id) == (AttemptState.ACCEPTED, "x-9")
    assert Double.sent == []


def test_a_receipt_that_comes_too_early_is_matched_later(house: House, at: datetime) -> None:
    message = accept_message(order(house), by=house.clerk, at=at)
    attempt = message.attempts.get()
    provider = Provider.objects.get(channel=SMS)
    raw = json.dumps({"receipt": ["delivered", "B", at.isoformat(), f"x-{attempt.tracking}"]})
    note_event(provider_id=provider.id, external_id="e1", raw=raw.encode(), at=at)
    note_event(provider_id=provider.id, external_id="e1", raw=raw.encode(), at=at)
    work_events(at=at)
    assert [one.state for one in ProviderEvent.objects.all()] == ["orphan"]
    hand_over_due(channel=SMS)
    work_events(at=at)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.DELIVERED
    assert ProviderEvent.objects.get().state == "matched"


def test_an_event_that_nobody_understands_stops_nobody(house: House, at: datetime) -> None:
    provider = Provider.objects.get(channel=SMS)
    note_event(provider_id=provider.id, external_id="bad", raw=b"{}", at=at)
    work_events(at=at)
    event = ProviderEvent.objects.get()
    assert (event.state, event.said) == ("broken", "Không hiểu được sự kiện.")


@pytest.mark.clause("QC.8.2.b")
@pytest.mark.parametrize("wrong", [timedelta(days=-9000), timedelta(minutes=-2), timedelta(days=1)])
def test_a_clock_of_the_other_side_that_cannot_be_right_moves_no_moment(
    house: House, at: datetime, wrong: timedelta
) -> None:
    message = accept_message(order(house), by=house.clerk, at=at)
    hand_over_due(channel=SMS)
    heard, said = at + timedelta(minutes=5), Receipt("seen", "C", at + wrong)
    record_receipt(attempt_id=message.attempts.get().id, receipt=said, raw=b"x", at=heard)
    message.refresh_from_db()
    assert message.entered_at == heard
    assert Evidence.objects.get(kind="seen").at == at + wrong  # what was said stays as it was said


def test_the_state_only_grows(house: House, at: datetime) -> None:
    message = accept_message(order(house), by=house.clerk, at=at)
    hand_over_due(channel=SMS)
    attempt = message.attempts.get()
    receipt(attempt, "seen", "B", at + timedelta(minutes=5))
    receipt(attempt, "delivered", "B", at + timedelta(minutes=1))
    work_events(at=at + timedelta(minutes=6))
    message.refresh_from_db()
    assert message.state == MessageState.SEEN
    assert Evidence.objects.count() == 3


def test_the_bell_rings_only_where_something_waits(house: House, at: datetime) -> None:
    assert waiting_channels(at) == []
    assert not events_wait(at)
    message = accept_message(order(house), by=house.clerk, at=at)
    accept_message(
        order(house, "later", roads=(MAIL,), send_from=at + timedelta(hours=1)),
        by=house.clerk,
        at=at,
    )
    assert waiting_channels(at) == [SMS]
    hand_over_due(channel=SMS)
    assert waiting_channels(at) == []
    assert waiting_channels(at + timedelta(hours=2)) == [MAIL]
    receipt(message.attempts.get(), "delivered", "B", at)
    assert events_wait(at)
    work_events(at=at)
    assert not events_wait(at)
