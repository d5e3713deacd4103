"""What has happened in the mailboxes room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class LetterSent:
    """A letter lies in the mailboxes of its recipients and is on its way to those outside."""

    letter_id: int
    at: datetime


@dataclass(frozen=True)
class LetterEntered:
    """A letter from outside lies in a mailbox."""

    inbound_id: int
    at: datetime
