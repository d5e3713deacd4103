"""Reaction: a letter did not reach an outside recipient; its writer must see it without searching.

The letter stands as unread under "Đã gửi", with what the mail servers said.
"""

from __future__ import annotations

from congvu.channels.events import MessageMoved
from congvu.channels.models import Message
from congvu.channels.states import MessageState
from congvu.mailboxes.models import MailItem
from congvu.rules.clauses import clause


@clause("QC.8.2.a", "QC.10.2")
def note_failure(event: MessageMoved) -> None:
    """In the transaction of the news."""
    if event.state != MessageState.FAILED:
        return
    message = Message.objects.get(id=event.message_id)
    if message.subject_kind == "letter":
        MailItem.objects.filter(letter_id=message.subject_id, is_sent=True).update(
            read_at=None, read_by_id=None
        )
