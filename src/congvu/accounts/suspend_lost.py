"""An account out of control, forged or abused stops working at once (QC.10.3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.accounts.access import may_manage
from congvu.accounts.close_account import deactivate
from congvu.accounts.models import Account, TrustedDevice
from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.10.3", "S.06")
def suspend_lost_account(*, account_id: int, by: Actor, at: datetime) -> Account:
    """Out of use until an administrator opens it again with a new password.

    The owner, and whoever manages the account, may ask; nobody waits for a second opinion.
    """
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).filter(id=account_id).first()

        is_own = account is not None and account.person_id == by.person_id
        refuse_unless(account and (is_own or may_manage(by, account, at)), "accounts.E030")
        refuse_if(account.status == Account.Status.CLOSED, "accounts.E036")
        refuse_if(account.status == Account.Status.DISABLED, "accounts.E062")

        deactivate(account, "disabled", reason="báo mất quyền kiểm soát", at=at)
        account.must_change = True
        account.save(update_fields=["must_change"])
        TrustedDevice.objects.filter(account=account).delete()
        write_entry(
            "account.suspended_lost",
            by=by,
            at=at,
            on=("account", account.id),
            clause="QC.10.3",
        )
    return account
