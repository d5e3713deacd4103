"""Warn of a letter of colleagues that waits in the agency's mailbox, at 60 and 90 of 120 minutes.

QC.9.2.b knows no difference between senders: whoever wrote to the agency is told in time, so the
alarms are those of what comes from outside (channels).
"""

from __future__ import annotations

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.warn_of_delay import watchers
from congvu.mailboxes.models import LetterRecipient, MailItem, MailNotice
from congvu.mailboxes.tell import tell
from congvu.mailboxes.write_letter import CLOCK
from congvu.rules.clauses import clause
from congvu.rules.words import minutes_words
from congvu.timers.events import TimerEscalated


@clause("QC.9.2.b", "QC.10.2")
def warn_of_letter(event: TimerEscalated) -> None:
    """Reaction to a rung: the clerks, the head, and the colleague to whom the letter was given."""
    if event.subject_kind != CLOCK:
        return
    with transaction.atomic():
        recipient = LetterRecipient.objects.get(id=event.subject_id)
        item = MailItem.objects.get(
            letter_id=recipient.letter_id, mailbox_id=recipient.to_mailbox_id, is_sent=False
        )
        told = watchers(event.agency_id, event.at)
        if item.assignee_id is not None:
            told = sorted({*told, item.assignee_id})
        tell(
            item,
            to=told,
            kind=MailNotice.Kind.ALARM,
            key=event.rung,
            text=_words(item, event.minutes_left),
            at=event.at,
        )
        write_entry(
            "mailboxes.delay_warned",
            by=None,
            at=event.at,
            on=("mail_item", item.id),
            agency_id=item.agency_id,
            clause="QC.9.2.b",
            details={"rung": event.rung, "to": told},
        )


def _words(item: MailItem, minutes_left: int) -> str:
    left = (
        f"còn {minutes_words(minutes_left)} làm việc"
        if minutes_left > 0
        else "đã hết 02 giờ làm việc"
    )
    what = item.subject or item.preview[:80] or "(không có tiêu đề)"
    return f"Thư của {item.who} chưa trả lời có thuộc phạm vi hay không, {left}: {what}"
