"""Write a letter and bring it where it goes: into our mailboxes at once, outside by the channels.

One transaction: the row that was sent and the rows that were received are written together, and
the moment of the one is the moment of the other. That the system itself recorded both is evidence
of grade A (QC.8.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from congvu.channels.accept import DUTY, LEGAL_CLASS, accept_message
from congvu.channels.models import Message
from congvu.channels.take_in import DECLINE
from congvu.channels.types import MAIL, Order
from congvu.kit.evidence import kept
from congvu.mailboxes.models import Letter, LetterFile, LetterRecipient, Mailbox
from congvu.mailboxes.put_in_mailbox import NewItem, put_in_mailbox
from congvu.mailboxes.states import Part
from congvu.mailboxes.types import Addressee, Words
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules import moments, replies
from congvu.rules.clauses import clause
from congvu.rules.moments import Audience, Channel
from congvu.timers.start import start_timer

CLOCK = "letter_recipient"  # what the two-hour clock of a letter hangs on


@clause("QC.7.2", "QC.8.3.a", "QC.8.3.b")
def write_letter(
    mailbox: Mailbox,
    words: Words,
    addressees: Sequence[Addressee],
    *,
    by: Actor | None,
    at: datetime,
) -> Letter:
    """The letter with its recipients, in the caller's transaction."""
    own = {"agency_id": mailbox.agency_id, "person_id": mailbox.person_id}
    only_inside = all(one.mailbox for one in addressees)
    audience = Audience.STATE_AGENCY if only_inside else Audience.PERSON
    letter = Letter.objects.create(
        mailbox=mailbox,
        by_id=by.posting_id if by else None,
        from_name=mailbox.name,
        from_address=mailbox.address,
        subject=words.subject,
        text=words.text,
        thread=words.thread,
        is_automatic=words.is_automatic,
        legal_class=LEGAL_CLASS,
        sent_at=at,
        sent_finding=kept(moments.sent(at, Channel.OFFICIAL_MAIL, audience)),
        **own,
    )
    LetterFile.objects.bulk_create(
        LetterFile(
            letter=letter, ordinal=place, name=name, mime=mime, size=size, sha256=file, **own
        )
        for place, (name, mime, size, file) in enumerate(words.files, start=1)
    )
    _keep_sent(letter, words, addressees, by, at)
    inside = [one.mailbox.agency_id for one in addressees if one.mailbox]
    calendars = orgs.working_calendars(sorted(set(inside)), at) if inside else {}
    for place, one in enumerate(addressees, start=1):
        recipient = LetterRecipient(
            letter=letter,
            part=one.part,
            ordinal=place,
            name=one.name[:250],
            address=one.address,
            to_mailbox=one.mailbox,
            **own,
        )
        if one.mailbox:
            received = moments.received(
                at,
                Channel.OFFICIAL_MAIL,
                Audience.STATE_AGENCY,
                calendars[one.mailbox.agency_id],
            )
            recipient.entered_at, recipient.received_at = at, received.value
            recipient.received_finding = kept(received)
            _deliver(letter, words, one.mailbox, received.value, at)
        else:
            recipient.message = accept_message(_order(letter, words, one), by=by, at=at)
        recipient.save()
        _start_clock(recipient, words, at)
    return letter


@clause("QC.9.2.b")
def _start_clock(recipient: LetterRecipient, words: Words, at: datetime) -> None:
    """Another agency is asked for something: two working hours to say that it is not its matter.

    Not for who is only informed, for an answer to its own letter, or for the writer's own agency.
    """
    box = recipient.to_mailbox
    if box is None or box.person_id is not None or recipient.part != Part.TO:
        return
    is_ours = box.agency_id == recipient.agency_id
    if is_ours or words.is_automatic or words.answers_address == box.address:
        return
    timer = replies.decline_timer(recipient.received_at)
    start_timer(
        subject=(CLOCK, recipient.id),
        kind=DECLINE,
        agency_id=box.agency_id,
        started_at=recipient.received_at,
        budget_minutes=replies.DECLINE_MINUTES,
        clause="QC.9.2.b",
        by=None,
        at=at,
        rungs=timer.rungs,
    )


def _keep_sent(
    letter: Letter, words: Words, addressees: Sequence[Addressee], by: Actor | None, at: datetime
) -> None:
    names = ", ".join(one.name or one.address for one in addressees)
    item = NewItem(
        thread=words.thread,
        at=at,
        subject=words.subject,
        who=names[:300],
        text=words.text,
        has_files=bool(words.files),
        letter_id=letter.id,
        is_sent=True,
        read_by_id=by.posting_id if by else None,
        names=(*(one.address for one in addressees), *(file[0] for file in words.files)),
    )
    put_in_mailbox(letter.mailbox, item)


def _deliver(
    letter: Letter, words: Words, mailbox: Mailbox, received_at: datetime, at: datetime
) -> None:
    item = NewItem(
        thread=words.thread,
        at=at,
        received_at=received_at,
        subject=words.subject,
        who=letter.from_name,
        text=words.text,
        has_files=bool(words.files),
        letter_id=letter.id,
        names=(letter.from_address, *(file[0] for file in words.files)),
    )
    put_in_mailbox(mailbox, item)


def _order(letter: Letter, words: Words, one: Addressee) -> Order:
    text = {
        "subject": words.subject or "(không có tiêu đề)",
        "text": words.text,
        "from_address": letter.from_address,
        "from_name": letter.from_name,
        "in_reply_to": words.answers_id,
        "is_automatic": words.is_automatic,
        "asks_opened": words.asks_opened,
    }
    return Order(
        agency_id=letter.agency_id,
        key=f"letter-{letter.id}-{one.address}"[:120],
        purpose=Message.Purpose.LETTER,
        audience=Audience.PERSON,
        roads=(MAIL,),
        addresses={MAIL: one.address},
        texts={MAIL: text},
        basis=f"{DUTY} QC.6.1.đ",
        to_name=one.name,
        files=tuple((sha256, name) for name, _, _, sha256 in words.files),
        subject=("letter", letter.id),
        from_person_id=letter.person_id,
    )
