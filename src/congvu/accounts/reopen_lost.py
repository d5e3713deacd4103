"""An account that was out of control comes back with a new password, never with the old one."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from congvu.accounts.access import may_manage
from congvu.accounts.models import Account, PasswordHistory
from congvu.accounts.reset_password import password_to_hand_over
from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.10.3", "S.02", "S.10")
def reopen_lost_account(*, account_id: int, by: Actor, at: datetime) -> str:
    """Put it back into use; gives the password to hand over, which must be changed at once."""
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).filter(id=account_id).first()

        refuse_unless(account and may_manage(by, account, at), "accounts.E030")
        refuse_if(account.person_id == by.person_id, "accounts.E035")
        refuse_if(account.status == Account.Status.CLOSED, "accounts.E036")

        password = password_to_hand_over()
        PasswordHistory.objects.create(
            account=account, password_hash=account.password_hash, replaced_at=at
        )
        Account.objects.filter(id=account.id).update(
            status=Account.Status.ACTIVE,
            activated_at=at,
            deactivated_at=None,
            deactivation_reason="",
            password_hash=make_password(password),
            password_changed_at=at,
            must_change=True,
            failed_count=0,
            locked_until=None,
        )
        write_entry(
            "account.reopened_lost", by=by, at=at, on=("account", account.id), clause="QC.10.3"
        )
    return password
