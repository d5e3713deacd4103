"""Bring in what a province's own mail server keeps for a mailbox: never losing, never doubling.

Each mail is taken in and committed before its UID is noted, and nothing is removed on the server:
a process that dies between the two reads the mail again, and it is known by its Message-ID (or by
its bytes, if it has none). What the server says is the moment of entry, stored as its word.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from congvu.channels.take_in_mail import Envelope, take_in_mail
from congvu.kit import clock, wall
from congvu.kit.refusal import Refusal
from congvu.mailboxes.models import ImapAccount
from congvu.mailboxes.ports import KeptMail, mail_server
from congvu.rules.clauses import clause

AT_ONCE = 100


@clause("QC.6.1.đ", "QC.8.2.b", "QC.8.3.b")
def poll_mailbox(*, account_id: int, at: datetime) -> int:
    """Read one account; how many mails were looked at. Trouble is noted for who keeps the system.

    A mail that is refused (a state secret, an unreadable one) is passed over and said; a fault of
    ours stops here and the next round begins with the same mail.
    """
    with wall.crossing_agencies():
        account = (
            ImapAccount.objects.select_related("mailbox")
            .filter(id=account_id, is_active=True)
            .first()
        )
    if account is None:
        return 0
    seen, said = 0, ""
    try:
        with mail_server().open(account.secrets, account.folder) as opened:
            validity = opened.uid_validity
            last = account.last_uid if validity == account.uid_validity else 0
            for mail in opened.newer_than(last, account.since, AT_ONCE):
                said = _take_in(account, mail) or said
                last, seen = mail.uid, seen + 1
                _note(account_id, at, said=said, uid_validity=validity, last_uid=last)
            _note(account_id, at, said=said, uid_validity=validity, last_uid=last)
    except OSError as fault:
        _note(account_id, at, said=str(fault))
    return seen


def _take_in(account: ImapAccount, mail: KeptMail) -> str:
    """Why the mail was refused; "" when it is in."""
    host = str(account.secrets["host"])
    envelope = Envelope(
        sender=mail.sender,
        recipients=(account.mailbox.address,),
        name=f"sha256-{hashlib.sha256(mail.raw).hexdigest()}",
        entered_at=mail.entered_at,
        said_by=host,
    )
    try:
        take_in_mail(mail.raw, envelope, provider_id=None, at=clock.now())
    except Refusal as refused:
        return f"Thư số {mail.uid} bị từ chối ({refused.code})."
    return ""


def _note(account_id: int, at: datetime, *, said: str, **seen: int) -> None:
    with wall.crossing_agencies(), transaction.atomic():
        ImapAccount.objects.filter(id=account_id).update(checked_at=at, said=said[:300], **seen)
