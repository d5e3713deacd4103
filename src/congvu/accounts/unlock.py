"""Unlock an account before its twelve hours are over: an administrator, never oneself (S.04)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.accounts.access import may_manage
from congvu.accounts.models import Account
from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("S.04")
def unlock(*, account_id: int, by: Actor, at: datetime) -> None:
    """Open the lock and forget the failed tries."""
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).filter(id=account_id).first()

        refuse_unless(account and may_manage(by, account, at), "accounts.E030")
        refuse_if(account.person_id == by.person_id, "accounts.E035")
        refuse_unless(account.locked_until and account.locked_until > at, "accounts.E037")

        account.locked_until, account.failed_count = None, 0
        account.save(update_fields=["locked_until", "failed_count"])
        write_entry("auth.unlocked", by=by, at=at, on=("account", account.id), clause="S.04")
