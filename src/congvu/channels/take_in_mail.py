"""Take in one mail at the edge: reports go to the ledger, letters come in; then the edge says 250.

One mail for several of our addresses is one inbound message for each. Reading happens in the
sandbox; what cannot be read is refused with its reason, so that the sender hears of it at once.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from congvu.channels.models import Attempt, OwnAddress
from congvu.channels.record_outcome import record_receipt
from congvu.channels.take_in import take_in
from congvu.channels.types import MAIL, Incoming, Receipt
from congvu.kit import wall
from congvu.kit.afterwards import hearing
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.kit.sandbox import Limits, SandboxFailure, run_limited
from congvu.rules.clauses import clause

_READ = "congvu.channels.adapters.mail_reading:read"
_LIMITS = Limits(cpu_seconds=20, wall_seconds=40.0, answer_bytes=160 << 20)
BOUNCE = "bounce+"


@dataclass(frozen=True)
class Envelope:
    """Who handed it over for whom: as in MAIL FROM and RCPT TO.

    `name`: what the mail is called where it lies, for one that has no Message-ID.
    `entered_at`, `said_by`: when it entered the account, if another server took it in, and which.
    """

    sender: str
    recipients: tuple[str, ...]
    name: str = ""
    entered_at: datetime | None = None
    said_by: str = ""


@clause("QC.6.1.đ", "QC.8.2.b", "QC.8.3.b", "S.32")
def take_in_mail(
    raw: bytes, envelope: Envelope, *, provider_id: int | None, at: datetime
) -> tuple[str, ...]:
    """Keep the mail for each of our addresses; gives the references. Commits before it returns.

    Refuses (E011) when no recipient is ours, (E013) an unreadable mail, (kit.E032) a too large one
    and marks of state secrets.
    """
    refuse_if(len(raw) > settings.MAX_UPLOAD_BYTES * 2, "channels.E014")
    with hearing(), wall.crossing_agencies():
        own = set(_own_addresses(envelope.recipients, at))
        bounces = [one for one in envelope.recipients if one.startswith(BOUNCE)]
        refuse_unless(own or bounces, "channels.E011", address=", ".join(envelope.recipients))
        said = _read(raw, envelope, own)

        for report in said["reports"]:
            _note_report(report, bounces, raw, at)
        if bounces and not own:
            return ()
        return tuple(
            take_in(_incoming(said, address, raw, provider_id, envelope, at), at=at).reference
            for address in sorted(own)
        )


def _own_addresses(recipients: Sequence[str], at: datetime) -> list[str]:
    return list(
        OwnAddress.objects.filter(
            channel=MAIL,
            address__in=[one.lower() for one in recipients],
            valid_from__lte=at,
            valid_to__isnull=True,
        ).values_list("address", flat=True)
    )


def _read(raw: bytes, envelope: Envelope, own: set[str]) -> dict[str, Any]:
    options = {
        "own": sorted(own),
        "roles": sorted(own),
        "trusted": settings.MAIL_EDGE_NAME,
        "envelope_from": envelope.sender,
    }
    try:
        said: dict[str, Any] = run_limited(_READ, raw, options=options, limits=_LIMITS)
    except SandboxFailure as failure:
        raise refusal("channels.E013") from failure
    return said


def _note_report(
    report: Mapping[str, str], bounces: Sequence[str], raw: bytes, at: datetime
) -> None:
    """A report names its message by ENVID, or by the bounce address it came back to."""
    named = report["tracking"] or next(
        (one.removeprefix(BOUNCE).partition("@")[0] for one in bounces), ""
    )
    attempt = Attempt.objects.filter(tracking=named).first()
    if attempt is None:
        return
    kind, grade = report["kind"], report["grade"]
    is_handed = report["remote"].removeprefix("dns;").strip() in settings.MAIL_HOSTS
    if kind == "relayed" and is_handed and _is_near(attempt.address, bounces):
        kind, grade = "delivered", "A"  # handed to a mailbox server of our own
    moment = datetime.fromisoformat(report["at"]) if report["at"] else at
    record_receipt(
        attempt_id=attempt.id,
        receipt=Receipt(kind, grade, moment, code=report["code"], said=report["said"]),
        raw=raw[:65536],
        at=at,
    )


def _is_near(address: str, bounces: Sequence[str]) -> bool:
    """An address in the domain of our bounce addresses: who receives elsewhere proves nothing."""
    domain = address.partition("@")[2]
    return any(f".{domain}".endswith(f".{one.partition('@')[2]}") for one in bounces)


def _incoming(
    said: Mapping[str, Any],
    address: str,
    raw: bytes,
    provider_id: int | None,
    envelope: Envelope,
    at: datetime,
) -> Incoming:
    facts = {**said["facts"], "said_by": envelope.said_by} if envelope.said_by else said["facts"]
    return Incoming(
        channel=MAIL,
        provider_id=provider_id,
        external_id=said["message_id"] or envelope.name or f"no-id-{at.timestamp()}",
        to_address=address,
        from_address=said["from_address"],
        from_name=said["from_name"],
        subject=said["subject"],
        text=said["text"],
        raw=raw,
        raw_mime="message/rfc822",
        entered_at=envelope.entered_at or at,
        facts=facts,
        files=tuple((name, base64.b64decode(content)) for name, content in said["files"]),
        answers=said["answers"],
    )
