"""Serve the plug-in the file to be signed: exactly the kept bytes, to whoever holds the token."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import blobs
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.rules.clauses import clause
from congvu.signing.ask_signature import token_hash
from congvu.signing.models import WaitingSignature


@clause("ND30.13.7")
def serve_file(*, token: str, at: datetime) -> bytes:
    """The bytes that wait for the signature; may be fetched again while the request stands."""
    with transaction.atomic():
        waiting = request_of(token, at)
        content = blobs.read(waiting.served_file)

        write_entry(
            "signing.file_served",
            by=orgs.actor_for(waiting.by_id, at),
            at=at,
            on=("waiting_signature", waiting.id),
            details={"file": waiting.served_file},
        )
    return content


def request_of(token: str, at: datetime, *, lock: bool = False) -> WaitingSignature:
    """The request of this token that still stands; refuses E180 to E182."""
    rows = WaitingSignature.objects.select_related("certificate")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    waiting = rows.filter(road=WaitingSignature.Road.PLUGIN, token_hash=token_hash(token)).first()
    if waiting is None:
        raise refusal("signing.E180")
    refuse_unless(
        waiting.state == WaitingSignature.State.WAITING,
        "signing.E182",
        state=waiting.get_state_display(),
    )
    refuse_if(waiting.expires_at <= at, "signing.E181")
    return waiting
