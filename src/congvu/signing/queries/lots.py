"""Questions about requests for several signatures at a remote service."""

from __future__ import annotations

import math
from datetime import datetime

from django.db.models import Count

from congvu.signing.models import SignatureLot
from congvu.signing.types import LotWait


def lot_wait(lot_id: int, *, person_id: int, at: datetime) -> LotWait | None:
    """This person's own request for several signatures, while anything of it is open."""
    lot = (
        SignatureLot.objects.select_related("certificate__remote_key__provider")
        .filter(id=lot_id, by__person_id=person_id)
        .annotate(count=Count("signatures"))
        .first()
    )
    if lot is None:
        return None
    key = lot.certificate.remote_key
    return LotWait(
        id=lot.id,
        is_answered=lot.state == SignatureLot.State.ANSWERED,
        is_sent=bool(lot.transaction) or key.is_typed,
        seconds_left=max(0, math.ceil((lot.expires_at - at).total_seconds())),
        code=lot.code,
        count=lot.count,
        service=key.provider.name,
        wants_pin=key.wants_pin,
        otp=key.otp,
        otp_asked_at=lot.otp_asked_at,
    )
