"""Have a remote service send the holder of a key there a one-time code for a signature."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import outside
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import ports
from congvu.signing.authorize_remote import typed_request
from congvu.signing.call_provider import ask_of, facts_of
from congvu.signing.models import RemoteKey, WaitingSignature

PAUSE = timedelta(seconds=30)  # a telephone is not flooded


@clause("QC.10.3")
def send_otp(*, waiting_id: int, by: Actor, at: datetime) -> WaitingSignature:
    """Ask for a code; again after half a minute at the earliest (E236)."""
    with transaction.atomic():
        waiting, key = typed_request(waiting_id, by, at)

        refuse_too_soon(key, waiting.otp_asked_at, at)

        ask_for_code(key, ask_of(waiting, key), at)
        waiting.otp_asked_at = at
        waiting.save(update_fields=["otp_asked_at"])

        write_entry(
            "signing.otp_asked",
            by=by,
            at=at,
            on=("waiting_signature", waiting.id),
            clause="QC.10.3",
            details={"service": key.provider.name},
        )
    return waiting


def refuse_too_soon(key: RemoteKey, asked_at: datetime | None, at: datetime) -> None:
    """Only where codes are sent, and not again at once."""
    refuse_unless(key.otp == RemoteKey.Otp.SENT, "signing.E235")
    refuse_if(asked_at is not None and at - asked_at < PAUSE, "signing.E236", seconds=PAUSE.seconds)


def ask_for_code(key: RemoteKey, ask: ports.RemoteAsk, at: datetime) -> None:
    """Have the service send it; refuses E233."""
    kind, provider = key.provider.kind, facts_of(key.provider)
    try:
        outside.answer(
            ("otp", kind, provider, ask, at),
            lambda: ports.remote_signer(kind).send_otp(provider, ask),
        )
    except ports.RemoteTrouble as trouble:
        raise refusal("signing.E233", said=trouble.said) from trouble
