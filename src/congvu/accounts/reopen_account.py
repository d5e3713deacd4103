"""Put a disabled account back into use; a closed one stays closed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.accounts.access import may_manage
from congvu.accounts.models import Account
from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("S.07", "S.10")
def reopen_account(*, account_id: int, reason: str, by: Actor, at: datetime) -> None:
    """Activate again; the idle time of 45 days starts anew."""
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).filter(id=account_id).first()

        refuse_unless(account and may_manage(by, account, at), "accounts.E030")
        refuse_if(account.person_id == by.person_id, "accounts.E035")
        refuse_unless(account.status == Account.Status.DISABLED, "accounts.E036")

        account.status = Account.Status.ACTIVE
        account.activated_at = at
        account.deactivated_at = None
        account.deactivation_reason = ""
        account.save(
            update_fields=["status", "activated_at", "deactivated_at", "deactivation_reason"]
        )
        write_entry(
            "account.reopened",
            by=by,
            at=at,
            on=("account", account.id),
            details={"reason": reason},
        )
