"""Nothing is lost and nothing doubled on kill -9 in the channels: sending, taking in, the database.

The children of `doomed` do the real act and die by SIGKILL at the named point; the provider writes
on paper what it was handed, so that a doubled message is seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client

from callers import official_at
from cast import House, approve_systems, enter_working_time, make_department
from congvu.channels import ports
from congvu.channels.accept import accept_message
from congvu.channels.adapters import lmtp
from congvu.channels.hand_over import hand_over_due
from congvu.channels.models import Attempt, InboundMessage, Message, OwnAddress, Provider
from congvu.channels.reconcile import LEFT_ALONE, reconcile_doubt
from congvu.channels.types import MAIL, SMS, Order
from congvu.kit import clock
from congvu.rules.moments import Audience
from journeys.test_kill_nine import Doomed

pytestmark = pytest.mark.django_db(transaction=True)
BOX = "snv@phuyen.gov.vn"
RAW = (
    f"From: dan@example.com\r\nTo: {BOX}\r\nSubject: Hoi thu tuc\r\n"
    "Message-ID: <mot@example.com>\r\n\r\nToi muon hoi thu tuc.\r\n"
)


@pytest.fixture
def doomed(transactional_db: None) -> Iterator[Doomed]:
    made = Doomed()
    yield made
    made.close()


@pytest.fixture
def at() -> datetime:
    """The children have real clocks."""
    return clock.now()


@pytest.fixture
def paper(tmp_path: Path, settings: object, at: datetime, transactional_db: None) -> Path:
    settings.CHANNEL_ADAPTERS = {
        **settings.CHANNEL_ADAPTERS,
        "paper": "paper_provider.Paper",
    }
    ports._adapter.cache_clear()
    written = tmp_path / "giao.txt"
    written.touch()
    Provider.objects.create(
        channel=SMS,
        adapter="paper",
        name="Giấy",
        secrets={"paper": str(written)},
        per_second=1000,
        is_active=True,
        registered_at=at,
    )
    return written


@pytest.fixture
def house(transactional_db: None, at: datetime) -> House:
    enter_working_time(at)
    approve_systems(at)
    house = make_department(at)
    OwnAddress.objects.create(agency=house.agency, channel=MAIL, address=BOX, valid_from=at)
    return house


def ordered(house: House, at: datetime, count: int) -> None:
    for number in range(count):
        accept_message(
            Order(
                agency_id=house.agency.id,
                key=f"tin-{number}",
                purpose=Message.Purpose.REPLY,
                audience=Audience.PERSON,
                roads=(SMS,),
                addresses={SMS: f"8491234567{number}"},
                texts={SMS: {"text": f"Tin {number}"}},
                basis="duty QC.10.2",
            ),
            by=house.clerk,
            at=at,
        )


def handed(paper: Path) -> list[str]:
    """The words of what the provider has, in the order in which it came."""
    return [line.partition(" ")[2] for line in paper.read_text("utf-8").splitlines()]


def settle(at: datetime) -> None:
    """Later a healthy worker asks about what is in doubt, and goes on."""
    later = at + LEFT_ALONE + timedelta(minutes=5)
    with clock.frozen(later):
        reconcile_doubt(at=later)
        while hand_over_due(channel=SMS):
            pass


@pytest.mark.clause("QC.8.2.a")
@pytest.mark.parametrize(
    ("point", "on_paper"),
    [
        ("channel: claimed, not handed over", 0),
        ("channel: handed over, not recorded", 3),
        ("channel: handed over, one of the batch recorded", 3),
        ("channel: database gone", 3),
    ],
)
def test_a_worker_killed_while_handing_over_loses_and_doubles_nothing(
    house: House, paper: Path, doomed: Doomed, at: datetime, point: str, on_paper: int
) -> None:
    ordered(house, at, 3)
    doomed.dies("hand over", point, channel=SMS)
    assert len(handed(paper)) == on_paper
    assert Attempt.objects.filter(state="sending").count() >= 2  # nobody sends these again unasked
    assert hand_over_due(channel=SMS) == 0
    settle(at)
    assert sorted(handed(paper)) == ["Tin 0", "Tin 1", "Tin 2"]
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.clause("QC.6.1.e", "QC.8.2.a")
@pytest.mark.parametrize(
    ("point", "kept"),
    [("web: accepted, not committed", 0), ("web: committed, not answered", 1)],
)
def test_a_form_posted_again_with_its_key_after_the_web_was_killed_is_one_text(
    house: House, paper: Path, doomed: Doomed, at: datetime, point: str, kept: int
) -> None:
    OwnAddress.objects.create(
        agency=house.agency, channel=SMS, address="842573999999", valid_from=at
    )
    official = official_at(house, port=0, at=at, most=1)
    form = {"path": "/tin-nhan/soan/", "fields": official.fields(0)}
    doomed.dies("web", point, cookie=official.cookie, **form)
    assert Message.objects.count() == kept == Attempt.objects.count()
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = official.cookie
    for _ in range(2):
        assert client.post(form["path"], form["fields"]).status_code == 302
    while hand_over_due(channel=SMS):
        pass
    assert handed(paper) == ["Ho so 0 da co ket qua."]
    assert Message.objects.get().state == "sent"


@pytest.mark.clause("QC.8.2.b", "QC.9.2.a")
@pytest.mark.parametrize(
    ("point", "kept"),
    [("mail: taken in, not committed", 0), ("mail: committed, 250 not said", 1)],
)
def test_a_mail_is_ours_only_after_the_commit_and_comes_again_until_250(
    house: House, doomed: Doomed, at: datetime, point: str, kept: int
) -> None:
    doomed.dies("mail", point, raw=RAW, sender="dan@example.com", recipient=BOX)
    assert InboundMessage.objects.count() == kept
    # The sender's server was not told 250: it comes again, more than once.
    edge = lmtp.Edge()
    envelope = SimpleNamespace(
        original_content=RAW.encode(), mail_from="dan@example.com", rcpt_tos=[BOX]
    )
    answers = {edge.answer_to(envelope) for _ in range(2)}
    inbound = InboundMessage.objects.get()
    assert answers == {f"250 2.0.0 Accepted as {inbound.reference}"}
    assert Message.objects.filter(purpose="acknowledgement").count() == 1
    assert inbound.acknowledgement is not None
