"""What mailboxes need from the outside: to read a mailbox that another server keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class KeptMail:
    """A mail as it lies on the server; `entered_at` is the server's own word (INTERNALDATE)."""

    uid: int
    raw: bytes
    entered_at: datetime
    sender: str  # of the envelope, as Return-Path says; "" where it was null


class OpenMailbox(Protocol):
    """A mailbox on the server, opened for reading: nothing there is changed."""

    uid_validity: int

    def newer_than(self, uid: int, since: datetime, most: int) -> Iterator[KeptMail]:
        """Mails with a greater UID that came since the moment, the smallest first."""
        ...


class MailServer(Protocol):
    """Opens mailboxes. Raises OSError with a Vietnamese sentence when it cannot."""

    def open(self, secrets: Mapping[str, Any], folder: str) -> AbstractContextManager[OpenMailbox]:
        """The folder of the account; closed when the block ends."""
        ...


@lru_cache(maxsize=1)
def mail_server() -> MailServer:
    """The adapter that settings name."""
    return cast(MailServer, import_string(settings.CONGVU_ADAPTERS["mailboxes.server"])())
