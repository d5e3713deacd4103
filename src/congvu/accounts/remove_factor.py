"""Remove a second factor of one's own; an administrator always keeps at least one (S.05)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.accounts.confirm_factor import must_confirm_first
from congvu.accounts.models import Account, RecoveryCode
from congvu.accounts.queries import code_generator, has_factor, security_keys
from congvu.accounts.types import Visit
from congvu.audit.write import write_entry
from congvu.kit.refusal import refusal, refuse_if
from congvu.rules.clauses import clause


@clause("S.05")
def remove_factor(*, visit: Visit, key_id: int | None, at: datetime) -> None:
    """Remove the security key `key_id`, or the code generator when it is None."""
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).get(id=visit.account_id)
        keys = {key.id: key for key in security_keys(account.id)}
        found = keys.get(key_id) if key_id is not None else code_generator(account.id)

        refuse_if(must_confirm_first(visit, at), "accounts.E017")
        if found is None:
            raise refusal("accounts.E015")
        count = len(keys) + (1 if code_generator(account.id) else 0)
        refuse_if(account.is_admin and count < 2, "accounts.E014")

        found.removed_at = at
        found.save(update_fields=["removed_at"])
        if not has_factor(account.id):
            RecoveryCode.objects.filter(account=account, used_at__isnull=True).delete()
        write_entry(
            "account.factor_removed",
            by=visit.who,
            at=at,
            on=("account", account.id),
            details={"factor": "webauthn" if key_id is not None else "totp"},
        )
