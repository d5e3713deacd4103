"""Kill -9 around a text message: of the worker, and of the process that holds the SMSC's line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cast import House, approve_systems, enter_working_time, make_department
from congvu.channels import ports
from congvu.channels.accept import accept_message
from congvu.channels.hand_over import hand_over_due
from congvu.channels.models import (
    Attempt,
    InboundMessage,
    Message,
    OwnAddress,
    Provider,
    ProviderEvent,
)
from congvu.channels.reconcile import LEFT_ALONE, reconcile_doubt
from congvu.channels.types import SMS, Order
from congvu.channels.work_events import work_events
from congvu.kit import clock
from congvu.rules.moments import Audience
from journeys.test_kill_nine import Doomed
from post_office import free_port
from smsc_double import RawSmsc, Smsc
from workers import own_environment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("QC.6.1.e")]
PHONE, OURS = "84912345678", "842573999999"


@pytest.fixture
def at() -> datetime:
    """Processes live in the present."""
    return clock.now()


@pytest.fixture
def house(transactional_db: None, at: datetime) -> House:
    enter_working_time(at)
    approve_systems(at)
    house = make_department(at)
    OwnAddress.objects.create(agency=house.agency, channel=SMS, address=OURS, valid_from=at)
    return house


def provider_at(port: int, at: datetime) -> Provider:
    ports._adapter.cache_clear()
    return Provider.objects.create(
        channel=SMS,
        adapter="smpp",
        name="SMSC",
        secrets={
            "host": "127.0.0.1",
            "port": port,
            "system_id": "phuyen",
            "password": "bi-mat",
            "submit_ids": "hex",
        },
        per_second=100,
        is_active=True,
        registered_at=at,
    )


class EdgeProcess:
    """The real process, started and killed at will."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "congvu.run.sms_edge"],
            env={**own_environment(), "CONGVU_SMS_EDGE": str(self.place)},
        )
        until(self.place.exists, 40)

    def kill(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)


@pytest.fixture
def edge(
    house: House, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[EdgeProcess]:
    place = tmp_path / "e.sock"
    settings.SMS_EDGE = place
    monkeypatch.setenv("CONGVU_SMS_EDGE", str(place))
    made = EdgeProcess(place)
    yield made
    made.stop()


@pytest.fixture
def raw() -> Iterator[RawSmsc]:
    server = RawSmsc(free_port())
    yield server
    server.close()


def until(holds: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def ordered(house: House) -> Message:
    return accept_message(
        Order(
            agency_id=house.agency.id,
            key="k1",
            purpose=Message.Purpose.REPLY,
            audience=Audience.PERSON,
            roads=(SMS,),
            addresses={SMS: PHONE},
            texts={SMS: {"text": "Hồ sơ H45.12-220228-0001 của Ông/Bà đã có kết quả. " * 3}},
            basis="duty QC.9.2.b",
        ),
        by=house.clerk,
        at=clock.now(),
    )


def test_a_worker_killed_between_the_answer_and_its_record_asks_and_doubles_nothing(
    house: House, edge: EdgeProcess, raw: RawSmsc, at: datetime
) -> None:
    provider_at(raw.port, at)
    edge.start()
    message = ordered(house)
    doomed = Doomed()
    try:
        until(lambda: raw.binds)
        doomed.dies("hand over", "channel: handed over, not recorded", channel=SMS)
    finally:
        doomed.close()
    attempt = message.attempts.get()
    assert (attempt.state, len(raw.took)) == ("sending", 3)
    hand_over_due(channel=SMS, seconds=0.3)
    work_events(at=clock.now())
    assert len(raw.took) == 3  # in doubt: not in the queue
    assert reconcile_doubt(at=clock.now() + LEFT_ALONE + timedelta(seconds=1)) == 1
    until(lambda: work_events(at=clock.now()) or fresh(attempt).state == "delivered")
    assert (raw.asked, len(raw.took)) == (["1", "2", "3"], 3)
    message.refresh_from_db()
    assert (message.state, message.sent_at is not None) == ("received", True)


def test_the_lines_process_killed_before_the_answer_leaves_a_doubt_that_is_not_sent_again(
    house: House, edge: EdgeProcess, raw: RawSmsc, at: datetime
) -> None:
    provider_at(raw.port, at)
    edge.start()
    until(lambda: raw.binds)
    raw.wait_before_answer = 6
    message = ordered(house)
    worker = threading.Thread(
        target=_in_thread, args=(lambda: hand_over_due(channel=SMS, seconds=0.2),)
    )
    worker.start()
    until(lambda: raw.took)
    edge.kill()
    worker.join(30)
    attempt = message.attempts.get()
    assert attempt.state == "unknown" and "SMPP" in attempt.said
    raw.wait_before_answer = 0
    edge.start()
    for _ in range(2):
        reconcile_doubt(at=clock.now() + LEFT_ALONE + timedelta(seconds=1))
        hand_over_due(channel=SMS, seconds=0.3)
    assert (fresh(attempt).state, len(raw.took)) == ("unknown", 1)


def test_what_the_smsc_was_not_answered_for_comes_again_and_nothing_is_lost(
    house: House, edge: EdgeProcess, at: datetime
) -> None:
    smsc = Smsc(free_port())
    try:
        provider_at(smsc.port, at)
        edge.start()
        until(lambda: smsc.esmes)
        smsc.write("0912345678", OURS, b"Xin chao")
        edge.kill()
        until(lambda: not smsc.esmes)
        edge.start()
        until(lambda: smsc.esmes, 40)
        assert smsc.write("0912345678", OURS, b"Xin chao") == 0  # the SMSC had not heard of it
        assert smsc.write("0912345678", OURS, b"Tam biet") == 0
        assert ProviderEvent.objects.count() == 2
        until(lambda: work_events(at=clock.now()) or InboundMessage.objects.count() == 2)
    finally:
        smsc.close()


def _in_thread(act: Callable[[], object]) -> None:
    from django.db import connections

    try:
        act()
    finally:
        connections.close_all()


def fresh(attempt: Attempt) -> Attempt:
    attempt.refresh_from_db()
    return attempt
