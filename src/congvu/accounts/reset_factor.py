"""Take away the second factor of somebody who lost phone, key and codes (gỡ xác thực hai lớp)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.accounts.access import may_manage
from congvu.accounts.models import Account, RecoveryCode, SecurityKey, Totp, TrustedDevice
from congvu.accounts.queries import has_factor
from congvu.accounts.sign_out_everywhere import end_sessions
from congvu.audit.write import write_entry
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

LEAST, LONGEST = 5, 250


@clause("S.05", "S.10")
def reset_factor(*, account_id: int, reason: str, by: Actor, at: datetime) -> None:
    """Nothing that proved the owner counts any more; who needs a factor enrols a new one at the
    next sign-in. Never one's own; the reason says how the owner was recognised."""
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).filter(id=account_id).first()
        reason = plain_spaces(clean_text(reason))

        refuse_unless(account and may_manage(by, account, at), "accounts.E030")
        refuse_if(account.person_id == by.person_id, "accounts.E035")
        refuse_unless(has_factor(account.id), "accounts.E081")
        refuse_unless(LEAST <= len(reason) <= LONGEST, "accounts.E080")

        for kind in (Totp, SecurityKey):
            kind.objects.filter(account=account, removed_at=None).update(removed_at=at)
        RecoveryCode.objects.filter(account=account, used_at=None).delete()
        TrustedDevice.objects.filter(account=account).delete()
        end_sessions(account.id, "factor", at)

        write_entry(
            "account.factor_reset",
            by=by,
            at=at,
            on=("account", account.id),
            clause="S.05",
            details={"reason": reason},
        )
