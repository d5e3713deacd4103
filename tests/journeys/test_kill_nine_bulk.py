"""A worker is killed (SIGKILL) in the middle of an order, again and again: none lost, none doubled."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import bulk_provider
from cast import House, approve_systems, enter_working_time, make_department
from congvu.bulk.expand_order import settle_order
from congvu.bulk.models import BulkOrder
from congvu.channels import ports
from congvu.channels.hand_over import hand_over_due
from congvu.channels.models import Attempt, Evidence, Message, Provider
from congvu.channels.reconcile import reconcile_doubt
from congvu.channels.types import SMS
from congvu.kit import clock
from lists import released
from workers import give_back, own_environment

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.clause("QC.6.1.e"),
]
ROWS = 400
PATIENCE = 120


@pytest.fixture
def log(tmp_path: Path) -> Path:
    (tmp_path / "taken").touch()
    return tmp_path / "taken"


@pytest.fixture
def house(transactional_db: None, settings: Any, log: Path) -> House:
    """A department in the present: the worker's clock is the real one."""
    at = clock.now()
    settings.CHANNEL_ADAPTERS = {
        **settings.CHANNEL_ADAPTERS,
        bulk_provider.NAME: "bulk_provider.Recorder",
    }
    ports._adapter.cache_clear()
    enter_working_time(at)
    approve_systems(at)
    Provider.objects.create(
        channel=SMS,
        adapter=bulk_provider.NAME,
        name="Nhà mạng ghi sổ",
        secrets={"log": str(log)},
        per_second=10_000,
        is_active=True,
        registered_at=at,
    )
    return make_department(at)


def test_a_worker_killed_in_the_middle_of_an_order_loses_and_doubles_nobody(
    house: House, log: Path
) -> None:
    order = released(house, clock.now(), ROWS)
    for share in (0.1, 0.3, 0.5, 0.7):
        worker = start(log)
        until(lambda share=share: lines(log) >= ROWS * share, worker)
        worker.kill()  # SIGKILL: nothing is flushed, closed or rolled back by us
        worker.wait()
        three_minutes_pass()
    worker = start(log)
    until(lambda: not Attempt.objects.filter(state__in=["queued", "failed_temporary"]).exists()
          and Attempt.objects.count() == ROWS, worker)  # fmt: skip
    worker.kill()
    worker.wait()
    three_minutes_pass()
    while hand_over_due(channel=SMS):
        pass
    assert settle_order(order_id=order.id, at=clock.now())
    taken = sorted(line.split()[1] for line in log.read_text("utf-8").splitlines())
    assert taken == sorted(f"849{number:08d}" for number in range(ROWS))
    assert Message.objects.filter(state="sent").count() == ROWS == Message.objects.count()
    assert Evidence.objects.filter(kind="accepted").count() == ROWS == Attempt.objects.count()
    assert BulkOrder.objects.get().state == "done"


def three_minutes_pass() -> None:
    """The dead worker's heart is missed, and what was in its hands is asked about."""
    give_back()
    long_ago = clock.now() - timedelta(minutes=3)
    Attempt.objects.filter(state__in=["sending", "unknown"]).update(claimed_at=long_ago)
    reconcile_doubt(at=clock.now())


def start(log: Path) -> subprocess.Popen[bytes]:
    """A worker process with the provider that writes down whom it was given."""
    environment = own_environment()
    tests = str(Path(bulk_provider.__file__).parent)
    with (log.parent / "worker.log").open("ab") as out:
        return subprocess.Popen(
            [sys.executable, bulk_provider.__file__],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**environment, "PYTHONPATH": tests},
        )


def lines(log: Path) -> int:
    return len(log.read_text("utf-8").splitlines())


def until(holds: Callable[[], bool], worker: subprocess.Popen[bytes]) -> None:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < PATIENCE, "the order does not move"
        assert worker.poll() is None, "the worker has ended by itself"
        time.sleep(0.02)
