"""Web and mail edge are killed (SIGKILL) again and again while they take in what comes: whoever was
not answered comes again with the same name, and everything is there once."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from callers import BOX, Caller, mail_server, official_at
from cast import House, approve_systems, enter_working_time, make_department
from congvu.channels.models import InboundMessage, Message, OwnAddress
from congvu.channels.types import MAIL, SMS
from congvu.kit import clock
from congvu.run.database import Database
from running import running, until
from workers import own_environment

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = 4


@pytest.fixture
def house(transactional_db: None) -> House:
    at = clock.now()
    enter_working_time(at)
    approve_systems(at)
    house = make_department(at)
    for channel, address in ((SMS, "842573999999"), (MAIL, BOX)):
        OwnAddress.objects.create(
            agency=house.agency, channel=channel, address=address, valid_from=at
        )
    return house


@pytest.mark.clause("QC.6.1.e", "QC.8.2.a", "QC.8.2.b", "QC.9.2.a")
def test_fronts_killed_while_they_take_in_lose_and_double_nothing(
    house: House, tmp_path: Path
) -> None:
    ours = own_environment()["DATABASE_URL"]
    connection.close()
    with running(Database(ours, ours, ours), tmp_path, "web", "mail") as system:
        mails = Caller(mail_server(system.ports["mail"]))
        texts = Caller(official_at(house, system.ports["web"], clock.now()))
        callers = {"mail": mails, "web": texts}
        for caller in callers.values():
            caller.start()
        for _ in range(KILLS):
            for role, caller in callers.items():
                known = len(caller.taken)
                until(lambda caller=caller, known=known: len(caller.taken) > known + 1)
                system.kill(role)
                system.start(role)
        letters, forms = mails.stop(), texts.stop()
    assert mails.repeated and texts.repeated
    named = InboundMessage.objects.values_list("external_id", flat=True)
    assert sorted(named) == sorted(f"<{number}@example.com>" for number in range(letters))
    assert Message.objects.filter(purpose="acknowledgement").count() == letters
    assert Message.objects.filter(roads=[SMS]).count() == forms
