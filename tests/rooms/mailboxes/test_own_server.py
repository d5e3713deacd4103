"""A province that keeps its own IMAP server: its mails come in once each, whatever dies between."""

from __future__ import annotations

import os
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest

from cast import House, approve_systems, enter_working_time, make_department
from channel_double import make_provider
from congvu.channels.hand_over import hand_over_due
from congvu.channels.models import InboundMessage
from congvu.channels.states import MessageState
from congvu.channels.types import MAIL
from congvu.kit import clock
from congvu.mailboxes import poll_mailbox as polling
from congvu.mailboxes.models import ImapAccount, Mailbox, MailItem
from congvu.mailboxes.poll_mailbox import poll_mailbox
from congvu.mailboxes.send_letter import send_letter
from congvu.mailboxes.start_draft import REPLY, answer_letter
from mail_store import MailStore, is_possible
from mailroom import DOMAIN, box_of, item_in
from post_office import PostOffice, free_port
from workers import own_environment

ADDRESS, SECRET = f"an@{DOMAIN}", "mat-khau-thu"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.clause("QC.6.1.đ", "QC.8.2.b"),
    pytest.mark.skipif(
        not is_possible() and os.environ.get("CI") != "true",
        reason="Dovecot chỉ chạy được với quyền root",
    ),
]


@pytest.fixture
def at() -> datetime:
    """A real server writes real times."""
    return clock.now()


@pytest.fixture
def house(db: None, at: datetime) -> House:
    enter_working_time(at)
    approve_systems(at)
    return make_department(at)


@pytest.fixture
def store() -> Iterator[MailStore]:
    imap = free_port()
    lmtp = imap + 1
    made = MailStore(imap, lmtp, {ADDRESS: SECRET})
    made.start()
    yield made
    made.stop()


@pytest.fixture
def account(house: House, store: MailStore, at: datetime) -> ImapAccount:
    box = box_of(house.drafter, at)
    Mailbox.objects.filter(id=box.id).update(address=ADDRESS)
    from congvu.channels.models import OwnAddress

    OwnAddress.objects.filter(address=box.address).update(address=ADDRESS)
    box.refresh_from_db()
    secrets = {
        "host": "127.0.0.1",
        "port": store.imap,
        "tls": "none",
        "user": ADDRESS,
        "password": SECRET,
    }
    return ImapAccount.objects.create(
        agency_id=box.agency_id,
        person_id=box.person_id,
        mailbox=box,
        secrets=secrets,
        since=at - timedelta(minutes=1),
    )


def mail(subject: str, name: str = "") -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Nguyễn Văn Dân <dan@khanhhoa.example>"
    made["To"] = ADDRESS
    made["Subject"] = subject
    if name:
        made["Message-ID"] = name
    made.set_content(f"Nội dung của {subject}.")
    return made


def subjects() -> list[str]:
    return list(InboundMessage.objects.order_by("id").values_list("subject", flat=True))


def test_mails_come_in_once_with_the_servers_moment_and_stay_there(
    account: ImapAccount, store: MailStore, at: datetime
) -> None:
    store.put(ADDRESS, mail("Một", "<1@khanhhoa.example>"))
    store.put(ADDRESS, mail("Hai"))  # without a Message-ID
    assert poll_mailbox(account_id=account.id, at=clock.now()) == 2
    assert poll_mailbox(account_id=account.id, at=clock.now()) == 0
    assert subjects() == ["Một", "Hai"]
    first = InboundMessage.objects.first()
    assert first.facts["said_by"] == "127.0.0.1" and not first.facts["is_automatic"]
    assert first.entered_at.microsecond == 0  # INTERNALDATE counts whole seconds
    assert abs((first.entered_at - clock.now()).total_seconds()) < 60
    assert MailItem.objects.filter(mailbox=account.mailbox).count() == 2
    assert not any("S" in one.partition(":2,")[2] for one in store.flags(ADDRESS))  # unread there
    account.refresh_from_db()
    assert account.last_uid == 2 and account.uid_validity > 0 and account.said == ""


def test_a_process_that_dies_between_loses_nothing_and_doubles_nothing(
    account: ImapAccount, store: MailStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        store.put(ADDRESS, mail(f"Thư {number}", f"<{number}@x>" if number != 2 else ""))

    def killed(*args: object, **values: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as after_the_commit:
        after_the_commit.setattr(polling, "_note", killed)
        with pytest.raises(KeyboardInterrupt):
            poll_mailbox(account_id=account.id, at=clock.now())
    assert subjects() == ["Thư 1"]
    with monkeypatch.context() as before_the_commit:
        before_the_commit.setattr(polling, "take_in_mail", killed)
        with pytest.raises(KeyboardInterrupt):
            poll_mailbox(account_id=account.id, at=clock.now())
    poll_mailbox(account_id=account.id, at=clock.now())
    assert subjects() == ["Thư 1", "Thư 2", "Thư 3"]


POLLS = "import django; django.setup(); from congvu.mailboxes.jobs import poll; poll(account_id={})"


def test_a_process_killed_at_any_moment_neither_loses_nor_doubles(
    account: ImapAccount, store: MailStore
) -> None:
    """kill -9 while it works, as often as it takes; every second mail has no Message-ID."""
    wanted = [f"Thư {number}" for number in range(12)]
    for number, subject in enumerate(wanted):
        store.put(ADDRESS, mail(subject, f"<{number}@x>" if number % 2 else ""))
    words = [sys.executable, "-c", POLLS.format(account.id)]
    deaths, end = 0, time.monotonic() + 120
    while InboundMessage.objects.count() < len(wanted):
        assert time.monotonic() < end
        before = InboundMessage.objects.count()
        child = subprocess.Popen(words, env=own_environment())
        # Killed soon after it has taken something in: before, in or after the note of its UID.
        while child.poll() is None and InboundMessage.objects.count() < before + 2:
            time.sleep(0.005)
        child.kill()
        deaths += child.wait() == -signal.SIGKILL
    poll_mailbox(account_id=account.id, at=clock.now())
    assert deaths >= 2
    assert sorted(subjects()) == sorted(wanted)
    assert MailItem.objects.filter(mailbox=account.mailbox).count() == len(wanted)


def test_a_server_that_was_set_up_again_is_read_anew_without_doubles(
    account: ImapAccount, store: MailStore
) -> None:
    store.put(ADDRESS, mail("Một", "<1@x>"))
    store.put(ADDRESS, mail("Hai"))
    poll_mailbox(account_id=account.id, at=clock.now())
    account.refresh_from_db()
    ImapAccount.objects.filter(id=account.id).update(uid_validity=account.uid_validity - 1)
    store.put(ADDRESS, mail("Ba"))
    assert poll_mailbox(account_id=account.id, at=clock.now()) == 3
    assert subjects() == ["Một", "Hai", "Ba"]


@pytest.mark.clause("QC.4.1")
def test_a_state_secret_is_passed_over_and_nothing_of_it_stays(
    account: ImapAccount, store: MailStore
) -> None:
    secret = mail("Báo cáo")
    secret.set_content("Kính gửi\nTUYỆT MẬT\nNội dung QZX9")
    store.put(ADDRESS, secret)
    store.put(ADDRESS, mail("Sau đó"))
    poll_mailbox(account_id=account.id, at=clock.now())
    assert subjects() == ["Sau đó"]
    account.refresh_from_db()
    assert "kit.E039" in account.said and account.last_uid == 2


def test_history_is_not_announced_and_a_closed_door_is_said(
    account: ImapAccount, store: MailStore
) -> None:
    store.put(ADDRESS, mail("Cũ"))
    ImapAccount.objects.filter(id=account.id).update(since=clock.now() + timedelta(seconds=5))
    assert poll_mailbox(account_id=account.id, at=clock.now()) == 0
    account.refresh_from_db()
    account.secrets = {**account.secrets, "password": "sai"}
    account.save()
    assert poll_mailbox(account_id=account.id, at=clock.now()) == 0
    account.refresh_from_db()
    assert "Không đọc được hộp thư" in account.said and "sai" not in account.said
    assert subjects() == []


def test_what_lies_in_the_mailbox_is_the_mail_of_the_server(
    account: ImapAccount, store: MailStore, house: House
) -> None:
    store.put(ADDRESS, mail("Một", "<1@x>"))
    poll_mailbox(account_id=account.id, at=clock.now())
    item = item_in(account.mailbox)
    assert (item.subject, item.who, item.person_id) == (
        "Một",
        "Nguyễn Văn Dân",
        house.drafter.person_id,
    )


def test_a_citizen_and_an_official_write_through_the_provinces_own_servers(
    account: ImapAccount, store: MailStore, house: House, at: datetime
) -> None:
    """Postfix before Dovecot on our side, another Postfix on the citizen's."""
    citizen = "dan@khanhhoa.example"
    here, there = free_port(), free_port() + 7
    ours = PostOffice(
        f"mail.{DOMAIN}",
        here,
        {
            DOMAIN: f"lmtp:inet:127.0.0.1:{store.lmtp}",
            "khanhhoa.example": f"smtp:[127.0.0.1]:{there}",
        },
        {},
    )
    theirs = PostOffice(
        "mail.khanhhoa.example", there, {DOMAIN: f"smtp:[127.0.0.1]:{here}"}, {citizen: "dan"}
    )
    provider = make_provider(MAIL, at)
    provider.adapter = "smtp"
    provider.secrets = {"host": "127.0.0.1", "port": here, "tls": "none", "domain": DOMAIN}
    provider.save()
    ours.start()
    theirs.start()
    try:
        with smtplib.SMTP("127.0.0.1", there) as line:
            line.send_message(mail("Hỏi hồ sơ", "<hoi@khanhhoa.example>"), from_addr=citizen)
        until(lambda: poll_mailbox(account_id=account.id, at=clock.now()) > 0)
        item = item_in(account.mailbox)
        draft = answer_letter(item_id=item.id, how=REPLY, by=house.drafter, at=clock.now())
        letter = send_letter(draft_id=draft.id, by=house.drafter, at=clock.now())
        assert hand_over_due(channel=MAIL) == 2  # the acknowledgement, and the answer
        until(lambda: len(theirs.mails(citizen)) == 2)
        by_subject = {one["Subject"].split()[0]: one for one in theirs.mails(citizen)}
        assert by_subject["Re:"]["In-Reply-To"] == "<hoi@khanhhoa.example>"
        assert by_subject["[Đã"]["Auto-Submitted"] == "auto-replied"
        message = letter.recipients.get().message
        assert message.state == MessageState.SENT and message.sent_at is not None
    finally:
        ours.stop()
        theirs.stop()


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.3)
