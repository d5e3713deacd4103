"""A province that keeps its own IMAP server: its mails come in once each, whatever dies between."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest

from cast import House, approve_systems, enter_working_time, make_department
from congvu.channels.models import InboundMessage
from congvu.kit import clock
from congvu.mailboxes import poll_mailbox as polling
from congvu.mailboxes.models import ImapAccount, Mailbox, MailItem
from congvu.mailboxes.poll_mailbox import poll_mailbox
from mail_store import MailStore, is_possible
from mailroom import DOMAIN, box_of, item_in
from post_office import free_port

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
