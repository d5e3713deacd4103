"""The first administrator of a fresh installation: a one-time token, no default account (S.09)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from congvu.accounts.keep_secret import token_hash
from congvu.accounts.models import Account, FirstAdminToken
from congvu.accounts.open_account import open_account
from congvu.accounts.queries import policy
from congvu.audit.write import write_entry
from congvu.kit.folding import fold
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.models import Person
from congvu.orgs.types import SYSTEM_ADMIN
from congvu.rules.clauses import clause


@clause("S.09")
def offer_first_admin(*, at: datetime) -> str:
    """Make the token (shown once, on the server's own console); earlier unused ones die."""
    with transaction.atomic():
        has_admin = Account.objects.filter(kind=Account.Kind.ADMIN).exclude(status="closed")

        refuse_if(has_admin.exists(), "accounts.E051")

        FirstAdminToken.objects.filter(used_at__isnull=True).update(used_at=at)
        token = secrets.token_urlsafe(24)
        hours = policy(at)["first_admin.hours"]
        FirstAdminToken.objects.create(
            token_hash=token_hash(token), made_at=at, expires_at=at + timedelta(hours=hours)
        )
        write_entry("account.first_admin_offered", by=None, at=at, clause="S.09")
    return token


@clause("S.09")
def open_first_admin(
    *, token: str, full_name: str, username: str, password: str, at: datetime
) -> int:
    """Open the system administrator's account; the token dies. Returns the account's id.

    The second factor is enrolled at the first sign-in, before anything else can be done.
    """
    with transaction.atomic():
        kept = (
            FirstAdminToken.objects.select_for_update()
            .filter(token_hash=token_hash(token), used_at__isnull=True, expires_at__gt=at)
            .first()
        )

        refuse_unless(kept, "accounts.E050")
        refuse_unless(full_name.strip(), "accounts.E052")

        kept.used_at = at
        kept.save(update_fields=["used_at"])
        name = " ".join(full_name.split())
        person = Person.objects.create(full_name=name, sort_key=_given_name_first(name))
        account_id = open_account(
            person_id=person.id,
            username=username,
            password=password,
            kind="admin",
            must_change=False,
            by=None,
            at=at,
            own_roles=(SYSTEM_ADMIN,),
        )
    return account_id


def _given_name_first(name: str) -> str:
    *family, given = fold(name).split()
    return " ".join([given, *family])
