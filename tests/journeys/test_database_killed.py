"""The database server is killed under everything that works on it: nothing lost, nothing doubled.

A PostgreSQL of this test's own crashes twice while a worker drains an order, mails come in over the
mail edge and an official writes texts on the web. Nobody starts these processes again: they find
the recovered server by themselves.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection

import bulk_provider
from callers import BOX, Caller, mail_server, official_at, phone_of, writer
from cast import House, approve_systems, enter_working_time, make_department
from congvu import settings as own_settings
from congvu.bulk.expand_order import settle_order
from congvu.channels import ports
from congvu.channels.models import Attempt, Evidence, InboundMessage, Message, OwnAddress, Provider
from congvu.channels.reconcile import LEFT_ALONE, reconcile_doubt
from congvu.channels.types import MAIL, SMS
from congvu.kit import clock
from congvu.run.cluster import find_binaries
from congvu.run.database import Database, running_database
from lists import released
from run.test_database import postmaster, supervisor_of
from running import System, running, until

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 300
OUTAGE = 2.0


@pytest.fixture
def database(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A server of our own with the tables of the suite's; the connection of the tests goes there."""
    place = Path(tempfile.mkdtemp(prefix="congvu-test-"))
    place.chmod(0o755)
    theirs = dict(connection.settings_dict)
    for name in ("DATABASE_URL", "DATABASE_URL_OWNER", "DATABASE_URL_JOBS"):
        monkeypatch.delenv(name, raising=False)
    try:
        with running_database(place) as made:
            _copy_tables(theirs, made)
            connection.close()
            connection.settings_dict.update(own_settings._database(made.owner))
            yield made
    finally:
        connection.close()
        connection.settings_dict.update(theirs)
        shutil.rmtree(place, ignore_errors=True)


def _copy_tables(theirs: dict[str, Any], ours: Database) -> None:
    folder = find_binaries().folder
    where = {"host": theirs["HOST"], "port": str(theirs["PORT"]), "username": theirs["USER"]}
    dump = subprocess.run(
        [
            folder / "pg_dump",
            "--schema-only",
            *(f"--{name}={value}" for name, value in where.items()),
            theirs["NAME"],
        ],
        env={**os.environ, "PGPASSWORD": theirs["PASSWORD"]},
        capture_output=True,
        check=True,
    )
    restore = [folder / "psql", "-q", "-v", "ON_ERROR_STOP=1", ours.owner]
    done = subprocess.run(restore, input=dump.stdout, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-2000:]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    (tmp_path / "taken").touch()
    return tmp_path / "taken"


@pytest.fixture
def house(database: Database, settings: Any, log: Path) -> House:
    """A department in the present with a mailbox, a number and providers that write down."""
    at = clock.now()
    settings.CHANNEL_ADAPTERS = {
        **settings.CHANNEL_ADAPTERS,
        bulk_provider.NAME: "bulk_provider.Recorder",
    }
    ports._adapter.cache_clear()
    enter_working_time(at)
    approve_systems(at)
    house = make_department(at)
    for channel, address in ((SMS, "842573999999"), (MAIL, BOX)):
        Provider.objects.create(
            channel=channel,
            adapter=bulk_provider.NAME,
            name=f"Nhà mạng ghi sổ {channel}",
            secrets={"log": str(log)},
            per_second=10_000,
            is_active=True,
            registered_at=at,
        )
        OwnAddress.objects.create(
            agency=house.agency, channel=channel, address=address, valid_from=at
        )
    return house


@pytest.mark.clause("QC.6.1.e", "QC.8.2.a", "QC.8.2.b", "QC.9.2.a")
def test_two_crashes_of_the_database_lose_and_double_nothing(
    house: House, database: Database, log: Path, tmp_path: Path
) -> None:
    with running(database, tmp_path, "web", "worker", "mail") as system:
        _two_crashes(house, database, log, system)


def _two_crashes(house: House, database: Database, log: Path, system: System) -> None:
    order = released(house, clock.now(), ROWS)
    mails = Caller(mail_server(system.ports["mail"]))
    texts = Caller(official_at(house, system.ports["web"], clock.now()))
    mails.start()
    texts.start()
    # SIGQUIT is what `pg_ctl stop -m immediate` sends.
    for share, number in ((0.15, signal.SIGQUIT), (0.5, signal.SIGKILL)):
        until(lambda share=share: len(handed(log)) >= ROWS * share)
        crash(database, number)
        taken = len(mails.taken), len(texts.taken)
        until(lambda taken=taken: len(mails.taken) > taken[0] and len(texts.taken) > taken[1])
    letters, forms = mails.stop(), texts.stop()
    assert mails.repeated and texts.repeated, "both were turned away and came again"
    everybody = Counter(
        [
            *(f"849{number:08d}" for number in range(ROWS)),
            *(phone_of(number) for number in range(forms)),
            *(writer(number) for number in range(letters)),
        ]
    )
    until(lambda: settled(everybody.total()))

    assert Counter(handed(log)) == everybody
    assert settle_order(order_id=order.id, at=clock.now())
    assert Message.objects.filter(state="sent").count() == Message.objects.count()
    assert Evidence.objects.filter(kind="accepted").count() == Attempt.objects.count()
    assert Message.objects.count() == everybody.total()
    assert InboundMessage.objects.count() == letters
    assert all(one.is_alive() for one in system.children.values()), "none was started again"


def settled(messages: int) -> bool:
    """All is with the provider; what was in its hands at the crash is asked about as always, only
    sooner."""
    try:
        long_ago = clock.now() - LEFT_ALONE - timedelta(seconds=5)
        doubt = Attempt.objects.filter(state__in=["sending", "unknown"])
        doubt.filter(claimed_at__lte=clock.now() - timedelta(seconds=3)).update(claimed_at=long_ago)
        reconcile_doubt(at=clock.now())
        return Attempt.objects.filter(state="accepted").count() == messages
    except OperationalError:
        connection.close()
        return False


def crash(database: Database, number: int) -> None:
    """The server dies and stays away for a while, for its supervisor sleeps as well."""
    server = postmaster(database)
    supervisor = supervisor_of(server)
    os.kill(supervisor, signal.SIGSTOP)
    try:
        os.kill(server, number)
        until(lambda: not _answers(database))
        time.sleep(OUTAGE)
    finally:
        os.kill(supervisor, signal.SIGCONT)
    until(lambda: _answers(database))
    connection.close()


def _answers(database: Database) -> bool:
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(database.owner):
        return True
    return False


def handed(log: Path) -> list[str]:
    """Addresses in the provider's own book."""
    return [line.split()[1] for line in log.read_text("utf-8").splitlines()]
