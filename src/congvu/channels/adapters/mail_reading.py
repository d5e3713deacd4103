"""Reads a mail from anywhere, inside the sandbox: who, what, files, and what decides about answers.

Facts after RFC 3834 (automatic answers), RFC 3464 (delivery reports) and RFC 8098 (read receipts).
Nothing is fetched, HTML becomes plain text, and a mail that cannot be read says so.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from email import message_from_binary_file, policy
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any, BinaryIO

MOST_FILES = 20
LONGEST_TEXT = 200_000
MACHINES = re.compile(r"^(?:mailer-daemon|postmaster|no-?reply|owner-.*|.*-request)$", re.I)
BULK = {"bulk", "junk", "list"}
_TRACKING = re.compile(r"cv[0-9a-f]+-\d+-[0-9a-f]{12}")
_ACTIONS = {
    "delivered": ("delivered", "B"),
    "relayed": ("relayed", "C"),
    "expanded": ("relayed", "C"),
    "failed": ("failed", "B"),
    "delayed": ("delayed", "C"),
}


def read(file: BinaryIO, options: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values of a mail. options: "own" (our addresses), "trusted" (authserv-id of our edge),
    "envelope_from"."""
    mail = message_from_binary_file(file, policy=policy.default)
    sender = _first_address(mail, "From")
    told = list(_reports(mail))
    return {
        "message_id": _header(mail, "Message-ID")[:290],
        "from_address": sender[1].lower(),
        "from_name": sender[0],
        "subject": _header(mail, "Subject"),
        "text": _text(mail)[:LONGEST_TEXT],
        "files": [] if told else list(_files(mail)),
        "answers": _tracking_in(mail),
        "reports": told,
        "facts": {
            "written_at": _moment(_header(mail, "Date")),  # the sender's own word
            **_answering_facts(mail, sender[1], options),
            **_authentication(mail, str(options.get("trusted", ""))),
        },
    }


def _header(mail: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(mail.get(name, "")).split())
    except (ValueError, IndexError, AttributeError, TypeError):  # headers that no rule describes
        return ""


def _first_address(mail: EmailMessage, name: str) -> tuple[str, str]:
    found = [one for one in getaddresses([_header(mail, name)]) if "@" in one[1]]
    return found[0] if found else ("", "")


def _tracking_in(mail: EmailMessage) -> str:
    """Our own name of the message that this one answers, from the thread's headers."""
    threads = f"{_header(mail, 'In-Reply-To')} {_header(mail, 'References')}"
    found = _TRACKING.search(threads)
    return found.group() if found else ""


# --- whether a machine wrote it -------------------------------------------------------------------


def _answering_facts(mail: EmailMessage, sender: str, options: Mapping[str, Any]) -> dict[str, Any]:
    automatic = _header(mail, "Auto-Submitted").lower()
    local = sender.partition("@")[0]
    own = {str(one).lower() for one in options.get("own", ())}
    named = {
        address.lower()
        for header in ("To", "Cc")
        for _, address in getaddresses([_header(mail, header)])
    }
    reasons = {
        "null_sender": options.get("envelope_from", "") in {"", "<>"},
        "auto_submitted": bool(automatic) and not automatic.startswith("no"),
        "report": mail.get_content_type() == "multipart/report",
        "machine_sender": bool(MACHINES.match(local)),
        "own_sender": sender.lower() in {str(one).lower() for one in options.get("roles", ())},
    }
    is_list = any(name.lower().startswith("list-") for name in mail.keys())  # noqa: SIM118
    is_bulk = is_list or _header(mail, "Precedence").lower() in BULK
    return {
        "is_automatic": any(reasons.values()),
        "why_automatic": sorted(name for name, holds in reasons.items() if holds),
        "is_bulk": is_bulk or not (named & own),
        "wants_no_answer": bool(_header(mail, "X-Auto-Response-Suppress")),
    }


def _authentication(mail: EmailMessage, trusted: str) -> dict[str, Any]:
    """What our own edge found; anybody else's word about it is nobody's. The edge writes on top: a
    line further down under its name came with the mail, and counts for nothing."""
    found: dict[str, Any] = {}
    for line in mail.get_all("Authentication-Results", []):
        words = " ".join(str(line).split())
        if not trusted or words.partition(";")[0].strip().split(" ")[0] != trusted:
            continue
        for method in ("spf", "dkim", "dmarc"):
            if result := re.search(rf"\b{method}=(\w+)", words):
                found.setdefault(method, result.group(1).lower())
    found["is_forged"] = found.get("dmarc") == "fail" or (
        found.get("spf") == "fail" and found.get("dkim") not in {"pass"}
    )
    return found


# --- text and files -------------------------------------------------------------------------------


class _PlainText(HTMLParser):
    """The words of an HTML body; scripts and styles are no words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._silent += tag in {"script", "style", "head"}
        if tag in {"br", "p", "div", "tr", "li", "h1", "h2", "h3"}:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style", "head"} and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    try:
        text = str(body.get_content())
    except (LookupError, ValueError, AttributeError, KeyError):
        payload = body.get_payload(decode=True)
        text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    if body.get_content_type() == "text/html":
        reader = _PlainText()
        reader.feed(text)
        text = "".join(reader.words)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _files(mail: EmailMessage) -> Iterator[list[str]]:
    for number, part in enumerate(mail.iter_attachments(), start=1):
        if number > MOST_FILES:
            raise ValueError("Thư có quá nhiều tệp đính kèm.")
        content = part.get_payload(decode=True)
        if content is None and part.get_content_type() == "message/rfc822":
            content = bytes(part.get_payload(0))  # type: ignore[arg-type]
        name = part.get_filename() or f"tep-{number}"
        yield [name, base64.b64encode(content if isinstance(content, bytes) else b"").decode()]


# --- delivery reports and read receipts -----------------------------------------------------------


def _reports(mail: EmailMessage) -> Iterator[dict[str, str]]:
    if mail.get_content_type() != "multipart/report":
        return
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            yield from _delivery(part)
        elif kind == "message/disposition-notification":
            yield from _disposition(mail, part)


def _delivery(part: EmailMessage) -> Iterator[dict[str, str]]:
    blocks = part.get_payload()
    if not isinstance(blocks, list):
        return
    envelope = ""
    for block in blocks:
        if isinstance(block, str):
            continue
        envelope = str(block.get("Original-Envelope-Id", "")).strip() or envelope
        action = str(block.get("Action", "")).strip().lower().partition(" ")[0]
        if action in _ACTIONS:
            kind, grade = _ACTIONS[action]
            yield {
                "tracking": envelope,
                "kind": kind,
                "grade": grade,
                "at": _moment(str(block.get("Last-Attempt-Date", ""))),
                "code": str(block.get("Status", "")).strip()[:60],
                "said": str(block.get("Diagnostic-Code", "")).strip()[:500],
                "remote": str(block.get("Remote-MTA", "")).strip(),
            }


def _disposition(mail: EmailMessage, part: EmailMessage) -> Iterator[dict[str, str]]:
    payload = part.get_payload()
    block = payload[0] if isinstance(payload, list) and payload else part
    text = part.get_payload(decode=True)
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(block)
    original = _TRACKING.search(words)
    if original and re.search(r"^Disposition:.*;\s*(?:displayed|processed)\b", words, re.I | re.M):
        yield {
            "tracking": original.group(),
            "kind": "seen",
            "grade": "C",
            "at": _moment(_header(mail, "Date")),
            "code": "MDN",
            "said": "Chương trình thư của bên nhận báo đã mở thư.",
            "remote": "",
        }


def _moment(text: str) -> str:
    """ISO 8601 with its zone; empty when it is not there or not sure."""
    try:
        moment = parsedate_to_datetime(text.strip()) if text.strip() else None
    except (ValueError, TypeError, IndexError):
        return ""
    return moment.isoformat() if moment is not None and moment.tzinfo is not None else ""
