"""Open an account for a person: one person, one account of each kind, no shared login (A9)."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from congvu.accounts.access import may_manage
from congvu.accounts.change_password import refuse_weak
from congvu.accounts.models import Account
from congvu.accounts.queries import policy
from congvu.accounts.sign_in import NAME_GRAMMAR
from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.models import Person
from congvu.orgs.types import SYSTEM_ADMIN, Actor
from congvu.rules.clauses import clause


@clause("S.01", "S.02", "S.09", "S.10")
def open_account(
    *,
    person_id: int,
    username: str,
    password: str,
    kind: str = "operational",
    must_change: bool = True,
    by: Actor | None,
    at: datetime,
    own_roles: tuple[str, ...] = (),
    managing_person_id: int | None = None,
    managing_unit_id: int | None = None,
    password_hash: str = "",
) -> int:
    """Open the account and return its id. `by` None is the installation itself.

    `password_hash` saves the work of hashing one password for many demonstration accounts: it
    must be the hash of `password` (the caller's promise; the rule is checked on the password).
    """
    with transaction.atomic():
        person = Person.objects.select_for_update().get(id=person_id)
        account = Account(person=person, kind=Account.Kind(kind), username=username)

        refuse_unless(NAME_GRAMMAR.fullmatch(username), "accounts.E031")
        taken = Account.objects.filter(username=username)
        refuse_if(taken.exists(), "accounts.E032", username=username)
        same = Account.objects.filter(person=person, kind=kind).exclude(status="closed")
        refuse_if(same.exists(), "accounts.E033", kind=account.get_kind_display())
        refuse_if(account.is_admin and by and not by.has(SYSTEM_ADMIN), "accounts.E034")
        refuse_unless(may_manage(by, account, at), "accounts.E030")
        # A factor can only be enrolled later; an administrator cannot work before it is.
        refuse_weak(password, username=username, with_factor=account.is_admin, rules=policy(at))

        account.password_hash = password_hash or make_password(password)
        account.password_changed_at = account.opened_at = account.activated_at = at
        account.must_change = must_change
        account.own_roles = list(own_roles)
        account.managing_person_id = managing_person_id
        account.managing_unit_id = managing_unit_id
        account.save(force_insert=True)
        write_entry(
            "account.opened",
            by=by,
            at=at,
            on=("account", account.id),
            details={"kind": account.kind, "username": username, "person": person_id},
        )
    return int(account.id)
