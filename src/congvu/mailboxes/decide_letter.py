"""Two working hours for a letter of colleagues to an agency's mailbox (QC.9.2.b).

A letter from another agency or its official asks the agency's mailbox for something: within two
working hours either it is ours, or the sender is told that it is not and where to turn. Mail from
outside has the same clock in triage. An answer from the agency's mailbox tells the sender as well.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.events import publish
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refusal, refuse_unless
from congvu.mailboxes import access
from congvu.mailboxes.events import LetterSent
from congvu.mailboxes.models import Letter, LetterRecipient, MailItem
from congvu.mailboxes.save_draft import doubt_of
from congvu.mailboxes.start_draft import marked
from congvu.mailboxes.states import Part
from congvu.mailboxes.types import Addressee, Words
from congvu.mailboxes.write_letter import CLOCK, write_letter
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.timers.stop import stop_timers_of

LEAST = 10


@clause("QC.9.2.b")
def take_letter_up(*, item_id: int, by: Actor, at: datetime) -> MailItem:
    """It is within our competence; the clock stops."""
    with transaction.atomic():
        item, recipient = _waiting(item_id, by)
        _settle(item, recipient, "thuộc phạm vi, đang giải quyết", by, at)
    return item


@clause("QC.9.2.b")
def decline_letter(*, item_id: int, text: str, by: Actor, at: datetime) -> Letter:
    """It is not ours: the sender is told by a letter where to turn; the clock stops."""
    with transaction.atomic():
        item, recipient = _waiting(item_id, by)
        asked: Letter = item.letter
        text = clean_text(text).strip()

        refuse_unless(len(text) >= LEAST, "mailboxes.E030")
        doubt_of("", text, by, at)

        words = Words(
            subject=marked("[Không thuộc phạm vi giải quyết]", asked.subject),
            text=text,
            thread=item.thread,
            answers_address=asked.from_address,
        )
        to = Addressee(asked.from_name, asked.from_address, Part.TO, asked.mailbox)
        letter = write_letter(item.mailbox, words, [to], by=by, at=at)
        _settle(item, recipient, "đã trả lời không thuộc phạm vi", by, at)
        publish(LetterSent(letter_id=letter.id, at=at))
    return letter


@clause("QC.9.2.b")
def stop_clock_of_answered(item: MailItem, by: Actor, at: datetime) -> None:
    """The sender of this letter was answered; in the transaction that sends the answer."""
    recipient = recipient_of(item)
    if recipient is not None:
        stop_timers_of(subject=(CLOCK, recipient.id), by=by, at=at, reason="đã trả lời")


def recipient_of(item: MailItem) -> LetterRecipient | None:
    """The mailbox of the item as a recipient of its letter; None for what came from outside."""
    if item.letter_id is None or item.is_sent:
        return None
    found: LetterRecipient | None = LetterRecipient.objects.filter(
        letter_id=item.letter_id, to_mailbox_id=item.mailbox_id
    ).first()
    return found


def _waiting(item_id: int, by: Actor) -> tuple[MailItem, LetterRecipient]:
    item = access.item_for(by, item_id)
    recipient = recipient_of(item)
    if recipient is None or item.person_id is not None:
        raise refusal("mailboxes.E029")
    return item, recipient


def _settle(
    item: MailItem, recipient: LetterRecipient, decision: str, by: Actor, at: datetime
) -> None:
    stopped = stop_timers_of(subject=(CLOCK, recipient.id), by=by, at=at, reason=decision)

    refuse_unless(stopped, "mailboxes.E029")

    write_entry(
        "mailboxes.decided",
        by=by,
        at=at,
        on=("mail_item", item.id),
        clause="QC.9.2.b",
        details={"decision": decision},
    )
