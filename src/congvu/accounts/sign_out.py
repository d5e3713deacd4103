"""Sign out: this session ends now."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.accounts.models import Session
from congvu.accounts.types import Visit
from congvu.audit.write import write_entry
from congvu.rules.clauses import clause


@clause("S.06", "S.13")
def sign_out(*, visit: Visit, at: datetime) -> None:
    """End the session; a second sign-out of the same session changes nothing."""
    with transaction.atomic():
        ended = Session.objects.filter(id=visit.session_id, ended_at__isnull=True).update(
            ended_at=at, end_reason=Session.End.SIGNED_OUT
        )
        if ended:
            write_entry("auth.signed_out", by=visit.who, at=at, on=("session", visit.session_id))
