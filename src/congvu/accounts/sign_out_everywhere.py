"""Sign out of every device: all of the account's sessions end now, this one too if asked."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.accounts.models import Account, Session, TrustedDevice
from congvu.accounts.types import Visit
from congvu.audit.write import write_entry
from congvu.rules.clauses import clause


@clause("S.06", "S.13")
def sign_out_everywhere(*, visit: Visit, at: datetime) -> int:
    """End every open session of the account, this one included; forget its trusted devices.

    Returns how many sessions ended.
    """
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).get(id=visit.account_id)

        ended = end_sessions(account.id, "everywhere", at)
        TrustedDevice.objects.filter(account=account).delete()
        write_entry(
            "auth.signed_out_everywhere",
            by=visit.who,
            at=at,
            on=("account", account.id),
            details={"sessions": ended},
        )
    return ended


def end_sessions(
    account_id: int, reason: str, at: datetime, *, but_session_id: int | None = None
) -> int:
    """End the open sessions of an account (but one, if named); returns how many."""
    return int(
        Session.objects.filter(account_id=account_id, ended_at__isnull=True)
        .exclude(id=but_session_id or 0)
        .update(ended_at=at, end_reason=reason)
    )
