"""Official mail through real servers: ours, and one of another province that is not ours."""

from __future__ import annotations

import asyncio
import os
import smtplib
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import EmailMessage
from functools import partial

import dkim
import pytest
from aiosmtpd.lmtp import LMTP
from django.db import connections

from cast import House
from channel_double import make_provider
from congvu.channels.accept import accept_message
from congvu.channels.adapters.lmtp import MOST_BYTES, Edge
from congvu.channels.hand_over import hand_over_due
from congvu.channels.models import Evidence, InboundMessage, Message, Provider
from congvu.channels.states import MessageState
from congvu.channels.types import MAIL, Order
from congvu.kit import clock
from congvu.rules.moments import Audience
from mailroom import office_box, send
from post_office import PostOffice, free_port, is_possible
from rooms.channels.conftest import own
from rooms.channels.test_written_mail import SECRETS, published_key

OURS, THEIRS = "phuyen.gov.vn", "khanhhoa.example"
CITIZEN, OFFICE = f"dan@{THEIRS}", f"snv@{OURS}"

# A read receipt (RFC 8098) as a mail program writes it.
OPENED = """From: {to}
To: {to}
Subject: Da doc
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary=x

--x
Content-Type: text/plain

Read.
--x
Content-Type: message/disposition-notification

Final-Recipient: rfc822;dan@khanhhoa.example
Original-Message-ID: {of}
Disposition: manual-action/MDN-sent-manually; displayed

--x--
"""

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not is_possible() and os.environ.get("CI") != "true",
        reason="Postfix chỉ chạy được với quyền root",
    ),
]


@pytest.fixture
def at() -> datetime:
    """Real servers write real times."""
    return clock.now()


@pytest.fixture
def edge() -> Iterator[int]:
    """Our LMTP side in a thread, as the process runs it."""
    port, loop = free_port(), asyncio.new_event_loop()
    keeper = Edge()

    async def listen() -> object:
        made = partial(LMTP, keeper, data_size_limit=MOST_BYTES, enable_SMTPUTF8=True)
        return await loop.create_server(made, "127.0.0.1", port)

    server = loop.run_until_complete(listen())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield port
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    server.close()
    keeper.worker.submit(connections.close_all).result(5)
    keeper.worker.shutdown(wait=True)
    loop.close()


@pytest.fixture
def servers(edge: int) -> Iterator[tuple[PostOffice, PostOffice]]:
    """Ours before the LMTP side; theirs with the citizen's mailbox."""
    here, there = free_port(), 0
    with_there = free_port()
    while with_there == here:
        with_there += 1
    there = with_there
    ours = PostOffice(
        f"mail.{OURS}",
        here,
        {OURS: f"lmtp:inet:127.0.0.1:{edge}", THEIRS: f"smtp:[127.0.0.1]:{there}"},
        {},
    )
    theirs = PostOffice(
        f"mail.{THEIRS}", there, {OURS: f"smtp:[127.0.0.1]:{here}"}, {CITIZEN: "dan"}
    )
    started = []
    try:
        for one in (ours, theirs):
            one.start()
            started.append(one)
        yield ours, theirs
    finally:
        for one in started:
            one.stop()


def relay_through(server: PostOffice, at: datetime) -> None:
    provider = Provider.objects.filter(channel=MAIL).first() or make_provider(MAIL, at)
    provider.adapter = "smtp"
    provider.secrets = {
        "host": "127.0.0.1",
        "port": server.port,
        "tls": "none",
        "domain": OURS,
    }
    provider.save()


def until(holds: Callable[[], bool], servers: tuple[PostOffice, ...], seconds: float = 25) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "\n".join(one.log()[-3000:] for one in servers)
        time.sleep(0.2)


def posted(server: PostOffice, **more: str) -> None:
    """A mail handed to a server by one of its own people."""
    mail = EmailMessage()
    mail["From"] = more.get("From", CITIZEN)
    mail["To"] = more.get("To", OFFICE)
    mail["Subject"] = more.get("Subject", "Hỏi thủ tục đăng ký đất đai")
    mail["Message-ID"] = more.get("id", "<hoi-1@khanhhoa.example>")
    mail.set_content(more.get("text", "Tôi muốn hỏi thủ tục."))
    with smtplib.SMTP("127.0.0.1", server.port, timeout=10) as line:
        line.send_message(mail, from_addr=more.get("sender", CITIZEN))


@pytest.mark.clause("QC.8.2.a", "QC.8.2.b", "QC.6.1.đ")
def test_another_provinces_server_proves_that_it_entered_the_mailbox(
    house: House, servers: tuple[PostOffice, PostOffice], at: datetime
) -> None:
    ours, theirs = servers
    relay_through(ours, at)
    order = Order(
        agency_id=house.agency.id,
        key="thu-1",
        purpose=Message.Purpose.LETTER,
        audience=Audience.PERSON,
        roads=(MAIL,),
        addresses={MAIL: CITIZEN},
        texts={MAIL: {"subject": "Mời họp", "text": "Kính mời.", "from_address": OFFICE}},
        basis="duty QC.5.3",
        to_name="Nguyễn Văn Dân",
    )
    message = accept_message(order, by=house.clerk, at=at)
    assert hand_over_due(channel=MAIL) == 1
    until(lambda: bool(theirs.mails(CITIZEN)), servers)
    (mail,) = theirs.mails(CITIZEN)
    assert mail["Subject"] == "Mời họp"
    assert mail["From"] == OFFICE
    until(lambda: Evidence.objects.filter(kind="delivered").exists(), servers)
    message.refresh_from_db()
    assert message.state == MessageState.RECEIVED
    proof = Evidence.objects.get(kind="delivered")
    assert proof.grade == "B"
    assert b"Action: delivered" in bytes(proof.raw)
    assert message.entered_at is not None and message.sent_at <= message.entered_at.replace(
        microsecond=999999
    )
    assert not InboundMessage.objects.exists()  # a report is no letter


@pytest.mark.clause("QC.8.2.a", "QC.8.2.b", "QC.10.2")
def test_an_officials_letter_arrives_signed_and_its_opening_comes_back(
    house: House, servers: tuple[PostOffice, PostOffice], at: datetime
) -> None:
    """Written in the mailbox, checked as a stranger would check it, and seen when it was opened."""
    ours, theirs = servers
    relay_through(ours, at)
    provider = Provider.objects.get(channel=MAIL)
    provider.secrets = {**provider.secrets, **SECRETS}
    provider.save()
    words = "Kính gửi Quý cơ quan,\n\n" + "Đề nghị phối hợp rà soát. " * 40
    box = office_box(house, at)
    letter = send(house.clerk, box, CITIZEN, at, text=words, asks_opened=True)
    hand_over_due(channel=MAIL)
    until(lambda: bool(theirs.mails(CITIZEN)), servers)
    raw = theirs.raw(CITIZEN)[0]
    assert dkim.verify(raw, dnsfunc=published_key)
    assert not dkim.verify(raw.replace(b"From: ", b"From: x "), dnsfunc=published_key)
    (mail,) = theirs.mails(CITIZEN)
    assert mail.get_content().replace("\r\n", "\n").strip() == words.strip()
    assert mail["Disposition-Notification-To"] == mail["Return-Path"]
    (to,) = letter.recipients.all()
    until(lambda: Evidence.objects.filter(kind="delivered").exists(), servers)
    opened = OPENED.format(to=mail["Return-Path"].strip("<>"), of=mail["Message-ID"])
    with smtplib.SMTP("127.0.0.1", theirs.port, timeout=10) as line:
        line.sendmail("", [mail["Return-Path"].strip("<>")], opened)
    until(lambda: Message.objects.get(id=to.message_id).state == MessageState.SEEN, servers)
    kinds = list(Evidence.objects.order_by("id").values_list("kind", "grade"))
    assert kinds == [("accepted", "C"), ("delivered", "B"), ("seen", "C")]
    assert not InboundMessage.objects.exists()


@pytest.mark.clause("QC.9.2.a", "QC.8.2.b")
def test_a_citizen_writes_and_is_answered_once(
    house: House, servers: tuple[PostOffice, PostOffice], at: datetime
) -> None:
    ours, theirs = servers
    relay_through(ours, at)
    posted(theirs)
    until(lambda: InboundMessage.objects.exists(), servers)
    inbound = InboundMessage.objects.get()
    hand_over_due(channel=MAIL)
    until(lambda: bool(theirs.mails(CITIZEN)), servers)
    (answer,) = theirs.mails(CITIZEN)
    assert inbound.reference in answer["Subject"]
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["In-Reply-To"] == "<hoi-1@khanhhoa.example>"
    until(lambda: Evidence.objects.filter(kind="delivered").exists(), servers)
    assert InboundMessage.objects.count() == 1  # the report about our answer starts nothing
    assert f"Accepted as {inbound.reference}" in ours.log()


def test_two_answering_machines_come_to_rest(
    house: House, servers: tuple[PostOffice, PostOffice], at: datetime
) -> None:
    """Both offices answer by themselves: after one acknowledgement the line is silent."""
    ours, _ = servers
    relay_through(ours, at)
    other = f"ubnd@{OURS}"
    own(house, MAIL, other, at)
    posted(ours, From=other, To=OFFICE, sender=other, id="<a@phuyen.gov.vn>")
    until(lambda: InboundMessage.objects.count() == 1, servers)
    hand_over_due(channel=MAIL)
    until(lambda: InboundMessage.objects.count() == 2, servers)
    answer = InboundMessage.objects.order_by("id").last()
    assert answer.to_address == other and answer.acknowledgement is None
    hand_over_due(channel=MAIL)
    time.sleep(1)
    assert InboundMessage.objects.count() == 2
    assert Message.objects.count() == 1


@pytest.mark.clause("QC.4.1", "S.33")
def test_a_secret_is_refused_in_the_same_breath_and_the_sender_hears_of_it(
    house: House, servers: tuple[PostOffice, PostOffice], at: datetime
) -> None:
    _, theirs = servers
    posted(theirs, text="TỐI MẬT\nCANARY-33", id="<m@khanhhoa.example>")
    until(lambda: bool(theirs.mails(CITIZEN)), servers)
    (bounce,) = theirs.mails(CITIZEN)
    assert bounce.get_content_type() == "multipart/report"
    assert "kit.E039" in bounce.as_string()
    assert not InboundMessage.objects.exists()


def test_nobodys_address_is_refused(
    house: House, servers: tuple[PostOffice, PostOffice], at: datetime
) -> None:
    _, theirs = servers
    posted(theirs, To=f"khong-co@{OURS}", id="<n@khanhhoa.example>")
    until(lambda: bool(theirs.mails(CITIZEN)), servers)
    assert "5.1.1" in theirs.mails(CITIZEN)[0].as_string()
