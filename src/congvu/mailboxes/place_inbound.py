"""Reaction: a mail that came in from outside lies in the mailbox of its address as well.

One row, two views: the message, its files, moments and evidence are channels' InboundMessage;
the mailbox adds only where it lies, who has read it and to whom it was given. Mail to an agency is
sorted by triage as before; mail to a person is that person's alone.
"""

from __future__ import annotations

import uuid

from congvu.channels.events import InboundDecided, MessageEntered
from congvu.channels.models import InboundMessage
from congvu.channels.types import MAIL
from congvu.kit.events import publish
from congvu.mailboxes.events import LetterEntered
from congvu.mailboxes.models import Letter, Mailbox, MailItem
from congvu.mailboxes.put_in_mailbox import NewItem, put_in_mailbox
from congvu.rules.clauses import clause


@clause("QC.8.2.b", "QC.8.3.b", "QC.10.2")
def place_inbound(event: MessageEntered) -> None:
    """Put it into the mailbox of its address, if there is one; in the caller's transaction."""
    if event.channel != MAIL:
        return
    inbound = InboundMessage.objects.get(id=event.inbound_id)
    mailbox = Mailbox.objects.filter(address=inbound.to_address, valid_to__isnull=True).first()
    if mailbox is None or mailbox.person_id != inbound.to_person_id:
        return
    item = NewItem(
        thread=_thread(inbound, mailbox),
        at=inbound.entered_at,
        received_at=inbound.received_at,
        subject=inbound.subject,
        who=inbound.from_name or inbound.from_address,
        text=inbound.text,
        has_files=inbound.files.exists(),
        inbound_id=inbound.id,
        names=(inbound.from_address, inbound.reference),
    )
    put_in_mailbox(mailbox, item)
    publish(LetterEntered(inbound_id=inbound.id, at=event.at))


@clause("QC.9.2.b", "QC.10.2")
def note_decided(event: InboundDecided) -> None:
    """Reaction: what triage has sorted was read; the agency's mailbox calls for it no more."""
    MailItem.objects.filter(inbound_id=event.inbound_id, read_at__isnull=True).update(
        read_at=event.at
    )


def _thread(inbound: InboundMessage, mailbox: Mailbox) -> str:
    """The conversation that it answers, if it answers one of this mailbox; else a new one."""
    answered = inbound.answers
    if answered is not None and answered.subject_kind == "letter":
        letter = Letter.objects.filter(id=answered.subject_id, mailbox=mailbox).first()
        if letter is not None:
            return str(letter.thread)
    if answered is not None and answered.subject_kind == "inbound":
        earlier = MailItem.objects.filter(inbound_id=answered.subject_id, mailbox=mailbox).first()
        if earlier is not None:
            return str(earlier.thread)
    return uuid.uuid4().hex
