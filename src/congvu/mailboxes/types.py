"""What crosses the walls of mailboxes: addressees, the words of a letter, rows of lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from congvu.mailboxes.models import LetterRecipient, Mailbox, MailItem
from congvu.orgs.types import Actor

MOST_RECIPIENTS = 50
MOST_FILES = 20


@dataclass(frozen=True)
class Addressee:
    """Somebody to whom a letter goes: one of our mailboxes, or an address outside."""

    name: str
    address: str
    part: str
    mailbox: Mailbox | None = None


@dataclass(frozen=True)
class Words:
    """What a letter says. `answers_id`: the Message-ID outside that it answers, if any;
    `answers_address`: who is answered by it.

    `files`: (name, mime, size, sha256) of kept files.
    """

    subject: str
    text: str
    thread: str
    answers_id: str = ""
    answers_address: str = ""
    is_automatic: bool = False
    asks_opened: bool = False
    files: tuple[tuple[str, str, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A conversation in a list, by its newest letter there."""

    id: int
    subject: str
    who: str
    preview: str
    at: datetime
    is_sent: bool
    is_starred: bool
    has_files: bool
    is_unread: bool
    total: int
    assignee: str
    mailbox_id: int
    thread: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in a list."""

    id: int
    subject: str
    to: str
    saved_at: datetime
    by_name: str


@dataclass(frozen=True)
class Counts:
    """Unread letters by place and by own folder, and how many drafts lie there."""

    places: Mapping[str, int]
    folders: Mapping[int, int]
    drafts: int


@dataclass(frozen=True)
class FileRow:
    """A file of a letter, whichever way it came. `said`: why it was refused or doubted."""

    key: str
    name: str
    size: int
    mime: str
    sha256: str
    said: str


@dataclass(frozen=True)
class ShownLetter:
    """One letter of a conversation, as its page shows it."""

    item: MailItem
    from_name: str
    from_address: str
    subject: str
    text: str
    files: list[FileRow]
    recipients: list[LetterRecipient]
    sent_at: datetime | None
    sent_finding: Mapping[str, Any]
    entered_at: datetime | None
    received_at: datetime | None
    received_finding: Mapping[str, Any]
    legal_class: str
    is_automatic: bool


@dataclass(frozen=True)
class Conversation:
    """A conversation in one mailbox, the oldest letter first."""

    mailbox: Mailbox
    letters: list[ShownLetter]
    notes: list[Any]
    assignee: str
    assignee_id: int | None


@dataclass(frozen=True)
class UnreadRow:
    """How an official keeps the own mailbox (QC.10.2): figures alone, nothing of the letters."""

    person_id: int
    name: str
    title: str
    address: str  # empty: no mailbox was given yet
    unread: int
    oldest_at: datetime | None
    oldest_minutes: int  # working minutes
    opened_at: datetime | None


@dataclass(frozen=True)
class OfficeRow:
    """How an agency keeps its own mailbox; minutes are working minutes."""

    address: str
    unread: int
    oldest_at: datetime | None
    oldest_minutes: int
    opened_at: datetime | None


@dataclass(frozen=True)
class Rights:
    """What an actor may do with a mailbox."""

    by: Actor
    may_write: bool
    is_agencys: bool
