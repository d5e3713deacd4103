"""Have a remote service send the holder of a key there a one-time code for a lot."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.authorize_lot import typed_lot
from congvu.signing.call_lot import ask_of_lot
from congvu.signing.models import SignatureLot
from congvu.signing.send_otp import ask_for_code, refuse_too_soon


@clause("QC.10.3")
def send_lot_otp(*, lot_id: int, by: Actor, at: datetime) -> SignatureLot:
    """Ask for a code; again after half a minute at the earliest (E236)."""
    with transaction.atomic():
        lot, key = typed_lot(lot_id, by, at)

        refuse_too_soon(key, lot.otp_asked_at, at)

        ask_for_code(key, ask_of_lot(lot, key), at)
        lot.otp_asked_at = at
        lot.save(update_fields=["otp_asked_at"])

        write_entry(
            "signing.otp_asked",
            by=by,
            at=at,
            on=("signature_lot", lot.id),
            clause="QC.10.3",
            details={"service": key.provider.name},
        )
    return lot
