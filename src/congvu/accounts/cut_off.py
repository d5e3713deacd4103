"""Cut a person off: every session ends now, on every device, in every account (QC.10.3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.accounts.models import Account, TrustedDevice
from congvu.accounts.sign_out_everywhere import end_sessions
from congvu.audit.write import write_entry
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.10.3", "S.06")
def cut_off(*, person_id: int, by: Actor, at: datetime) -> int:
    """End all sessions of all accounts of the person and forget trusted devices; tells how many.

    The accounts stay: whoever knows the password comes in again. Who may ask is decided by the
    report of the loss, which stands above.
    """
    with transaction.atomic():
        accounts = list(
            Account.objects.select_for_update(of=("self",))
            .filter(person_id=person_id)
            .exclude(status=Account.Status.CLOSED)
            .order_by("id")
        )

        TrustedDevice.objects.filter(account__in=accounts).delete()
        ended = 0
        for account in accounts:
            sessions = end_sessions(account.id, "everywhere", at)
            ended += sessions
            write_entry(
                "account.cut_off",
                by=by,
                at=at,
                on=("account", account.id),
                clause="QC.10.3",
                details={"sessions": sessions},
            )
    return ended
