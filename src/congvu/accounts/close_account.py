"""Close an account for good: its sessions end, its name is never given again (A2)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.accounts.access import may_manage
from congvu.accounts.models import Account
from congvu.accounts.sign_out_everywhere import end_sessions
from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("S.08", "S.10")
def close_account(*, account_id: int, reason: str, by: Actor | None, at: datetime) -> None:
    """Close the account; nobody closes their own."""
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).filter(id=account_id).first()

        refuse_unless(account and may_manage(by, account, at), "accounts.E030")
        refuse_if(by and account.person_id == by.person_id, "accounts.E035")
        refuse_if(account.status == Account.Status.CLOSED, "accounts.E036")

        deactivate(account, "closed", reason=reason, at=at)
        write_entry(
            "account.closed",
            by=by,
            at=at,
            on=("account", account.id),
            details={"reason": reason},
        )


def deactivate(account: Account, status: str, *, reason: str, at: datetime) -> None:
    """Take an account out of use: state, date, reason, and the end of its sessions. The caller
    holds the account's lock and writes the audit entry."""
    account.status = status
    account.deactivated_at = at
    account.deactivation_reason = reason[:250]
    account.save(update_fields=["status", "deactivated_at", "deactivation_reason"])
    end_sessions(account.id, "closed", at)
