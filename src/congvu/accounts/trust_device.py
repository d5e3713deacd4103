"""Trust this browser: it may still come in when others' wrong guesses lock the account (A14)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from congvu.accounts.keep_secret import token_hash
from congvu.accounts.models import TrustedDevice
from congvu.accounts.queries import policy
from congvu.accounts.types import Visit
from congvu.audit.write import write_entry
from congvu.rules.clauses import clause


@clause("S.04")
def trust_device(*, visit: Visit, at: datetime) -> str:
    """Give this browser a token for some days. Never replaces a factor, which is asked anyway.

    Only after the second factor: the caller holds a visit whose factor was just confirmed.
    """
    with transaction.atomic():
        token = secrets.token_urlsafe(32)
        until = at + timedelta(days=policy(at)["device.days"])
        TrustedDevice.objects.create(
            account_id=visit.account_id,
            token_hash=token_hash(token),
            trusted_at=at,
            trusted_until=until,
        )
        write_entry("auth.device_trusted", by=visit.who, at=at, on=("account", visit.account_id))
    return token
