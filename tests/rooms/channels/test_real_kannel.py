"""A text through Kannel from Debian and an SMSC double, with its receipts; and one that comes in."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cast import House
from congvu.channels import ports
from congvu.channels.accept import accept_message
from congvu.channels.hand_over import hand_over_due
from congvu.channels.models import Evidence, InboundMessage, Message, Provider, ProviderEvent
from congvu.channels.types import SMS, Order
from congvu.channels.work_events import work_events
from congvu.kit import clock
from congvu.rules.moments import Audience
from kannel_box import KannelBox, is_possible
from post_office import free_port
from smsc_double import Smsc

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.clause("QC.6.1.e"),
    pytest.mark.skipif(
        not is_possible() and os.environ.get("CI") != "true", reason="Chưa cài Kannel"
    ),
]
PHONE, SECRET = "84912345678", "mot-bi-mat-dai-cua-kannel-0123456789"
LONG = "Hồ sơ H45.12-220228-0001 của Ông/Bà đã có kết quả. " * 3


@pytest.fixture
def at() -> datetime:
    """Real programs write real times."""
    return clock.now()


@pytest.fixture
def smsc() -> Iterator[Smsc]:
    server = Smsc(_port())
    server.pause = 0.5  # a receipt in the same breath as the answer is lost by Kannel itself
    yield server
    server.close()


@pytest.fixture
def kannel(house: House, smsc: Smsc, live_server: Any, tmp_path: Path) -> Iterator[KannelBox]:
    provider = Provider.objects.get(channel=SMS)
    callback = f"{live_server.url}/api/kenh/sms/{provider.id}/{SECRET}/"
    box = KannelBox(tmp_path, ports=(_port(), _port(), _port()), smsc=smsc.port, callback=callback)
    provider.adapter = "kannel"
    provider.secrets = {
        "url": f"http://127.0.0.1:{box.http}/cgi-bin/sendsms",
        "user": "congvu",
        "password": "bi-mat",
        "callback_url": callback,
        "callback_secret": SECRET,
        "callback_addresses": "127.0.0.0/8",
    }
    provider.save()
    ports._adapter.cache_clear()
    try:
        box.start()
        until(lambda: smsc.esmes, box)
        yield box
    finally:
        box.stop()


_used: set[int] = set()


def _port() -> int:
    """A free port that nobody of this test was promised already."""
    port = free_port()
    while port in _used:
        port += 1
    _used.add(port)
    return port


def until(holds: Callable[[], object], box: KannelBox, seconds: float = 25) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, box.log()
        time.sleep(0.1)


def ordered(house: House, text: str) -> Message:
    return accept_message(
        Order(
            agency_id=house.agency.id,
            key="k1",
            purpose=Message.Purpose.NOTICE,
            audience=Audience.PERSON,
            roads=(SMS,),
            addresses={SMS: PHONE},
            texts={SMS: {"text": text}},
            basis="duty QC.5.5",
        ),
        by=house.clerk,
        at=clock.now(),
    )


def state_of(message: Message) -> str:
    work_events(at=clock.now())
    message.refresh_from_db()
    return str(message.state)


@pytest.mark.clause("QC.8.2.a", "QC.8.2.b")
@pytest.mark.parametrize(("text", "parts"), [("Ho so [H45-1] da xong.", 1), (LONG, 3)])
def test_a_text_with_receipts_runs_through_kannel_and_the_smsc(
    house: House, smsc: Smsc, kannel: KannelBox, text: str, parts: int
) -> None:
    message = ordered(house, text)
    assert hand_over_due(channel=SMS) == 1
    until(lambda: state_of(message) == "received", kannel)
    assert message.sent_at is not None and message.received_at is not None
    until(lambda: len(smsc.took) == parts, kannel)
    assert {one.destination_addr for one in smsc.took} == {PHONE}
    kinds = set(Evidence.objects.values_list("kind", flat=True))
    assert {"accepted", "delivered"} <= kinds
    assert not ProviderEvent.objects.filter(state="broken").exists()


@pytest.mark.clause("QC.9.2.a")
def test_a_text_from_a_phone_comes_in_through_kannel(
    house: House, smsc: Smsc, kannel: KannelBox
) -> None:
    words = "Cho tôi hỏi thủ tục cấp sổ"
    smsc.write(PHONE, "842573999999", words.encode("utf-16-be"), coding=8)
    until(lambda: work_events(at=clock.now()) or InboundMessage.objects.exists(), kannel)
    inbound = InboundMessage.objects.get()
    assert (inbound.text, inbound.from_address) == (words, PHONE)
    hand_over_due(channel=SMS)
    until(lambda: smsc.took, kannel)
    assert len(smsc.took) >= 1 and smsc.took[0].destination_addr == PHONE
    assert {one.source_addr for one in smsc.took} == {"842573999999"}  # ours, not Kannel's own
