"""Give somebody a new password where the old one was forgotten (cấp lại mật khẩu)."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from congvu.accounts.access import may_manage
from congvu.accounts.models import Account, PasswordHistory
from congvu.accounts.sign_out_everywhere import end_sessions
from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


@clause("S.02", "S.03", "S.10")
def reset_password(*, account_id: int, by: Actor, at: datetime) -> str:
    """The old password never works again; gives the new one, to be handed over and changed.

    Every session ends and the lock of wrong guesses opens; the second factor stays.
    """
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).filter(id=account_id).first()

        refuse_unless(account and may_manage(by, account, at), "accounts.E030")
        refuse_if(account.person_id == by.person_id, "accounts.E035")
        refuse_if(account.status != Account.Status.ACTIVE, "accounts.E036")

        password = password_to_hand_over()
        PasswordHistory.objects.create(
            account=account, password_hash=account.password_hash, replaced_at=at
        )
        Account.objects.filter(id=account.id).update(
            password_hash=make_password(password),
            password_changed_at=at,
            must_change=True,
            failed_count=0,
            locked_until=None,
        )
        end_sessions(account.id, "password", at)

        write_entry("account.password_reset", by=by, at=at, on=("account", account.id))
    return password


def password_to_hand_over() -> str:
    """Easy to read aloud, with every class of characters that the profile asks for."""
    groups = ["".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3)]
    return "-".join([*groups, f"{secrets.randbelow(90) + 10}aZ"])
