"""Have a mailbox read from the province's own mail server, with the owner's own sign-in there.

Only servers that the installation names may be reached: an address that somebody types is never
called from inside the network.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_unless
from congvu.mailboxes import access
from congvu.mailboxes.models import ImapAccount
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.6.1.đ", "QC.10.3")
def connect_server(
    *, mailbox_id: int, server: str, user: str, password: str, by: Actor, at: datetime
) -> ImapAccount:
    """Read the mailbox there from now on; the password lies sealed and is never shown again."""
    with transaction.atomic():
        mailbox = access.mailbox_for(by, mailbox_id, lock=True)
        known = settings.IMAP_SERVERS.get(server)

        refuse_unless(known, "mailboxes.E031")
        refuse_unless(user.strip() and password, "mailboxes.E032")

        account, _ = ImapAccount.objects.update_or_create(
            mailbox=mailbox,
            defaults={
                "agency_id": mailbox.agency_id,
                "person_id": mailbox.person_id,
                "secrets": {**known, "user": user.strip(), "password": password},
                "since": at,
                "uid_validity": 0,
                "last_uid": 0,
                "is_active": True,
                "checked_at": None,
                "said": "",
            },
        )
        _note("mailboxes.server_connected", account, by, at)
    return account


def disconnect_server(*, mailbox_id: int, by: Actor, at: datetime) -> None:
    """Read it there no longer; the sign-in is forgotten."""
    with transaction.atomic():
        mailbox = access.mailbox_for(by, mailbox_id, lock=True)
        account = ImapAccount.objects.filter(mailbox=mailbox).first()

        refuse_unless(account, "mailboxes.E033")

        account.is_active, account.secrets = False, {}
        account.save(update_fields=["is_active", "secrets"])
        _note("mailboxes.server_disconnected", account, by, at)


def _note(kind: str, account: ImapAccount, by: Actor, at: datetime) -> None:
    write_entry(kind, by=by, at=at, on=("mailbox", account.mailbox_id), clause="QC.10.2")
