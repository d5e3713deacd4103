"""A mailbox on an IMAP server of the province, read and left as it is (RFC 3501, EXAMINE).

Mails are fetched one by one with BODY.PEEK, so that none is marked as read there and no more than
one lies in memory.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from congvu.kit import clock
from congvu.mailboxes.ports import KeptMail

SECONDS = 20.0
_RETURN_PATH = re.compile(rb"^Return-Path:[ \t]*<([^>\r\n]*)>", re.I | re.M)


class ImapMailbox:
    """One folder, opened."""

    def __init__(self, line: IMAPClient, uid_validity: int) -> None:
        self._line = line
        self.uid_validity = uid_validity

    def newer_than(self, uid: int, since: datetime, most: int) -> Iterator[KeptMail]:
        """Mails with a greater UID that came since the moment, the smallest first."""
        # SINCE knows days only, in the server's own zone. "n:*" names the last mail even where
        # its UID is smaller than n.
        day = clock.local(since).date() - timedelta(days=1)
        found = self._line.search(["UID", f"{uid + 1}:*", "SINCE", day])
        for number in sorted(one for one in found if one > uid)[:most]:
            said = self._line.fetch([number], ["BODY.PEEK[]", "INTERNALDATE"]).get(number)
            if said is None:  # it was removed meanwhile
                continue
            raw, entered_at = bytes(said[b"BODY[]"]), _moment(said[b"INTERNALDATE"])
            if entered_at >= since.replace(microsecond=0):  # the server counts whole seconds
                yield KeptMail(number, raw, entered_at, _sender(raw))


class ImapServer:
    """Opens mailboxes by IMAP, with TLS unless the account says that the line is the loopback's."""

    @contextmanager
    def open(self, secrets: Mapping[str, Any], folder: str) -> Iterator[ImapMailbox]:
        """The folder of the account, opened for reading only."""
        try:
            line = _connected(secrets)
        except (OSError, IMAPClientError) as fault:
            raise OSError(_words(fault)) from fault
        try:
            line.login(secrets["user"], secrets["password"])
            state = line.select_folder(folder, readonly=True)
            yield ImapMailbox(line, int(state[b"UIDVALIDITY"]))
        except (IMAPClientError, TimeoutError, ConnectionError) as fault:
            raise OSError(_words(fault)) from fault
        finally:
            line.shutdown()


def _connected(secrets: Mapping[str, Any]) -> IMAPClient:
    tls = secrets.get("tls", "tls")
    context = ssl.create_default_context(cafile=secrets.get("ca_file")) if tls != "none" else None
    line = IMAPClient(
        secrets["host"],
        port=int(secrets.get("port", 993 if tls == "tls" else 143)),
        ssl=tls == "tls",
        ssl_context=context if tls == "tls" else None,
        timeout=SECONDS,
    )
    line.normalise_times = False
    if tls == "starttls":
        line.starttls(context)
    return line


def _moment(at: datetime) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=clock.VIETNAM)


def _sender(raw: bytes) -> str:
    """Who stood in the envelope; a server without Return-Path leaves only the From line."""
    head = raw.partition(b"\r\n\r\n")[0]
    found = _RETURN_PATH.search(head)
    return found[1].decode("ascii", "replace") if found else "unknown"


def _words(fault: BaseException) -> str:
    return f"Không đọc được hộp thư trên máy chủ thư: {type(fault).__name__}."
