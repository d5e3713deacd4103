"""A provider that is away for an hour, slow, or babbles: nothing lost, nothing doubled, by its own
book; what nobody can know is said to be unknown, and what is urgent finds another road."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from cast import House
from channel_double import Double, make_provider
from congvu.channels import ports
from congvu.channels.accept import accept_message
from congvu.channels.adapters import sms_http, smtp_relay, zalo_http
from congvu.channels.hand_over import hand_over_due
from congvu.channels.models import Attempt, Evidence, InboundMessage, Lane, Message, Provider
from congvu.channels.providers import well_provider
from congvu.channels.reconcile import reconcile_doubt
from congvu.channels.types import MAIL, SMS, ZALO, Order
from congvu.kit import clock
from congvu.rules.moments import Audience
from ill_providers import IllHttp, IllRelay, report_tracking, request_id, zalo_text
from post_office import free_port
from zalo_double import AN, OA_ID, granted, zalo_line

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.8.2.a")]
BABBLE = {
    "html": b"<html><h1>502 Bad Gateway</h1></html>",
    "half an object": b'{"CodeResult": "100", "error": 0, "data": {"mess',
    "another kind": b'[{"CodeResult": "100"}]',
    "wrong types": b'{"CodeResult": null, "error": "0", "data": 7, "SMSID": {}}',
    "nonsense": b"OK",
    "nothing": b"",
    "not a text": b"\xff\xfe\x00\x9c",
    "too deep": b"[" * 100_000,
    "the letter NUL": b'{"CodeResult": "\\u0000", "ErrorMessage": "a\\u0000b", "error": "\\u0000"}',
}


@dataclass
class Road:
    """A channel with its provider, who is ill or well as the test says."""

    house: House
    channel: str
    double: Any
    is_idempotent: bool
    name_of: Callable[[Attempt], str]

    def write(self, at: datetime, count: int = 3, **more: Any) -> list[Attempt]:
        for number in range(Message.objects.count(), Message.objects.count() + count):
            text = f"Hồ sơ số {number} đã xong."
            fields = {
                "agency_id": self.house.agency.id,
                "key": f"tin-{number}",
                "purpose": Message.Purpose.REPLY,
                "audience": Audience.PERSON,
                "roads": (self.channel,),
                "addresses": {SMS: f"8491234567{number}", MAIL: "dan@example.com", ZALO: AN},
                "texts": {
                    SMS: {"text": text},
                    ZALO: {"text": text},
                    MAIL: {"subject": text, "text": text, "from_address": "snv@phuyen.gov.vn"},
                },
                "basis": "duty QC.9.2.b",
                **more,
            }
            accept_message(Order(**fields), by=self.house.clerk, at=at)
        return list(Attempt.objects.order_by("-id")[:count])

    def book(self) -> Counter[str]:
        """How often the provider took each."""
        return Counter(self.double.journal)

    def names(self) -> set[str]:
        """What it should have, once each."""
        return {self.name_of(one) for one in Attempt.objects.filter(channel=self.channel)}


def hand_over(channel: str, at: datetime, rounds: int = 8) -> None:
    """The worker's slices, the doubts settled as every minute."""
    for _ in range(rounds):
        with clock.frozen(at):
            reconcile_doubt(at=at)
            hand_over_due(channel=channel, seconds=0.01)


def afterwards(road: Road, at: datetime) -> None:
    """Everything that waits is due again, more than once."""
    for minutes in (10, 50, 90):
        hand_over(road.channel, at + timedelta(minutes=minutes), rounds=4)


def states() -> set[str]:
    return set(Attempt.objects.values_list("state", flat=True))


def become(channel: str, adapter: str, **secrets: Any) -> None:
    """The provider of the channel becomes one of this adapter."""
    provider = Provider.objects.get(channel=channel)
    provider.adapter, provider.secrets = adapter, secrets
    provider.save()
    ports._adapter.cache_clear()


def aggregator(house: House, at: datetime) -> Road:
    double = IllHttp(free_port(), request_id, (200, b'{"CodeResult": "100", "SMSID": "1"}'))
    become(SMS, "sms_http", url=f"{double.url}/gui", api_key="k", secret_key="s")
    return Road(house, SMS, double, True, lambda one: one.tracking)


def kannel(house: House, at: datetime) -> Road:
    double = IllHttp(free_port(), report_tracking, (202, b"0: Accepted for delivery"))
    told = {"user": "u", "password": "p", "callback_url": "http://127.0.0.1/bao/"}
    become(SMS, "kannel", url=f"{double.url}/cgi-bin/sendsms", **told)
    return Road(house, SMS, double, False, lambda one: one.tracking)


def relay(house: House, at: datetime) -> Road:
    double = IllRelay(free_port())
    told = {"host": "127.0.0.1", "port": double.port, "tls": "none", "domain": "phuyen.gov.vn"}
    become(MAIL, "smtp", **told)
    return Road(house, MAIL, double, False, lambda one: one.tracking)


def zalo(house: House, at: datetime) -> Road:
    """An account that is allowed to answer somebody who wrote; then its platform falls ill."""
    Provider.objects.filter(channel=ZALO).delete()
    with zalo_line(at, moment=lambda: at) as line:
        granted(line, house, at)
        line.double.citizen_sends(AN, OA_ID, "Xin chào")
        line.hear()
        hand_over_due(channel=ZALO, seconds=0.05)
        line.hear()
    InboundMessage.objects.update(acknowledgement=None)
    Evidence.objects.all().delete()
    Attempt.objects.all().delete()
    Message.objects.all().delete()
    right = b'{"error": 0, "message": "Success", "data": {"message_id": "m1"}}'
    double = IllHttp(free_port(), zalo_text, (200, right))
    provider = Provider.objects.get(channel=ZALO)
    become(ZALO, provider.adapter, **{**provider.secrets, "api_url": double.url})
    return Road(house, ZALO, double, False, lambda one: str(one.message.texts[ZALO]["text"]))


@pytest.fixture(params=[aggregator, kannel, relay, zalo])
def road(request: pytest.FixtureRequest, house: House, at: datetime) -> Iterator[Road]:
    """Each adapter before a double that speaks its protocol."""
    road = request.param(house, at)
    Double.reset()
    road.double.open()
    yield road
    road.double.close()


@pytest.mark.parametrize("babble", BABBLE.values(), ids=BABBLE.keys())
def test_one_that_babbles_is_left_alone_and_nothing_is_doubled(
    road: Road, at: datetime, babble: bytes
) -> None:
    road.double.says = babble
    road.write(at)
    hand_over(road.channel, at, rounds=1)
    assert len(road.double.journal) == 1, "the others are not thrown after the first"
    assert Attempt.objects.filter(state="failed_temporary").count() in {2, 3}
    road.double.says = None
    afterwards(road, at)
    if road.is_idempotent:
        assert states() == {"accepted"} and set(road.book()) == road.names()
    else:
        assert states() == {"accepted", "unknown"}
        assert road.book() == Counter(road.names())


def test_one_that_takes_and_answers_too_late_is_not_handed_it_twice(
    road: Road, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (sms_http, zalo_http, smtp_relay):
        monkeypatch.setattr(module, "SECONDS", 0.3)
    road.double.pause = 0.8
    (attempt,) = road.write(at, count=1)
    hand_over(road.channel, at, rounds=1)
    attempt.refresh_from_db()
    assert (attempt.state, len(road.double.journal)) == ("unknown", 1)
    road.double.pause = 0.0
    afterwards(road, at)
    attempt.refresh_from_db()
    assert attempt.state == ("accepted" if road.is_idempotent else "unknown")
    assert set(road.book()) == road.names()
    assert road.is_idempotent or road.book().total() == 1


def test_one_that_is_away_for_an_hour_rests_and_has_everything_afterwards(
    road: Road, at: datetime
) -> None:
    road.double.close()
    road.write(at)
    resting = 0
    for minute in range(60):
        now = at + timedelta(minutes=minute)
        resting += well_provider(road.channel, now) is None
        hand_over(road.channel, now, rounds=1)
    assert states() == {"failed_temporary"} and not road.double.journal
    assert resting > 40, "it is called every five minutes at most"
    road.double.open()
    afterwards(road, at + timedelta(hours=1))
    assert states() == {"accepted"}
    assert road.book() == Counter(road.names())


@pytest.mark.parametrize("illness", ["away", "babbles"])
def test_the_breaker_opens_and_another_provider_takes_over(
    road: Road, at: datetime, illness: str
) -> None:
    if illness == "away":
        road.double.close()
    road.double.says = b"<html>"
    make_provider(road.channel, at, rank=2)
    road.write(at, count=9)
    for minute in range(30):
        hand_over(road.channel, at + timedelta(minutes=minute / 6), rounds=1)
    taken = road.book()
    assert len(taken) <= 6, "five failures open the breaker"
    assert len(Double.sent) + len(taken) == 9
    assert Attempt.objects.filter(state="unknown").count() == len(taken)
    assert Attempt.objects.filter(state="accepted").count() == len(Double.sent)


@pytest.mark.parametrize("illness", ["away", "babbles"])
def test_what_is_urgent_takes_another_road_and_nothing_else_does(
    road: Road, at: datetime, illness: str
) -> None:
    other = MAIL if road.channel != MAIL else SMS
    if illness == "away":
        road.double.close()
    road.double.says = b"<html>"
    patient = {one.id for one in road.write(at, count=6, roads=(road.channel, other))}
    now = at
    for step in range(60):
        now = at + timedelta(seconds=5 * step)
        hand_over(road.channel, now, rounds=1)
        if well_provider(road.channel, now) is None:
            break
    (code,) = road.write(now, count=1, roads=(road.channel, other), lane=Lane.NOW)
    hand_over(road.channel, now, rounds=1)
    hand_over(other, now, rounds=1)
    code.refresh_from_db()
    moved = list(code.message.attempts.order_by("ordinal").values_list("channel", "state"))
    assert moved == [(road.channel, "failed_permanent"), (other, "accepted")]
    assert "gián đoạn" in code.said and code.message.state != "failed"
    assert not Attempt.objects.filter(id__in=patient, state="failed_permanent").exists()
    assert [one.tracking for one in Double.sent] == [code.message.attempts.get(ordinal=2).tracking]
