"""Put a letter into a mailbox: one row, written blind, because a sender sees no other mailbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from congvu.kit.search import vector_sql, vector_values
from congvu.mailboxes.models import Mailbox
from congvu.mailboxes.states import Place

PREVIEW = 200
# No RETURNING and no named conflict: the web's role may add this row and read none of it.
ADD = f"""
INSERT INTO mailboxes_mailitem (agency_id, person_id, mailbox_id, letter_id, inbound_id, place,
    thread, is_sent, at, received_at, subject, who, preview, has_files, is_starred, read_at,
    read_by_id, tsv)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, false, %s, %s, {vector_sql()})
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class NewItem:
    """What a list shows of the letter, and what it is found by."""

    thread: str
    at: datetime
    subject: str
    who: str
    text: str
    has_files: bool
    letter_id: int | None = None
    inbound_id: int | None = None
    is_sent: bool = False
    received_at: datetime | None = None
    read_by_id: int | None = None
    names: tuple[str, ...] = ()  # further words by which it is found: addresses, file names


def put_in_mailbox(mailbox: Mailbox, item: NewItem) -> None:
    """In the caller's transaction; the same letter twice in one mailbox is one."""
    with connection.cursor() as cursor:
        cursor.execute(ADD, _values(mailbox, item))


def _values(mailbox: Mailbox, item: NewItem) -> list[object]:
    return [
        mailbox.agency_id,
        mailbox.person_id,
        mailbox.id,
        item.letter_id,
        item.inbound_id,
        Place.SENT if item.is_sent else Place.INBOX,
        item.thread,
        item.is_sent,
        item.at,
        item.received_at,
        item.subject[:500],
        item.who[:300],
        preview_of(item.text),
        item.has_files,
        item.at if item.is_sent else None,
        item.read_by_id,
        *vector_values(_joined([item.subject, item.who, *item.names]), item.text),
    ]


def preview_of(text: str) -> str:
    """The first words of the letter on one line; what is quoted says nothing new."""
    lines = (line.strip() for line in text.splitlines() if not line.lstrip().startswith(">"))
    return " ".join(" ".join(lines).split())[:PREVIEW]


def _joined(words: Iterable[str]) -> str:
    return " ".join(one for one in words if one)
