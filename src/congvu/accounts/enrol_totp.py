"""Enrol a code generator (TOTP): offered as a QR code, in force after its first right code."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from django.db import transaction

from congvu.accounts.confirm_factor import matching_step, must_confirm_first, right_factor
from congvu.accounts.keep_secret import code_hash, open_secret, seal_secret
from congvu.accounts.models import Account, RecoveryCode, Session, Totp
from congvu.accounts.types import Visit
from congvu.audit.write import write_entry
from congvu.kit.refusal import refusal, refuse_if
from congvu.rules.clauses import clause

ISSUER = "Cong vu"
OFFER_LASTS = timedelta(minutes=30)
RECOVERY_CODES = 10


@dataclass(frozen=True)
class Offer:
    """What the phone needs: the address for the QR code and the secret to type by hand."""

    address: str
    secret: str


@dataclass(frozen=True)
class Enrolment:
    """After enrolment: the session's new token, and the recovery codes, shown this once."""

    token: str
    recovery_codes: tuple[str, ...]


def offer_totp(*, visit: Visit, at: datetime) -> Offer:
    """The pending secret of this account, made now if there is none of the last half hour."""
    with transaction.atomic():
        Account.objects.select_for_update(of=("self",)).get(id=visit.account_id)
        pending = _pending(visit.account_id, at)
        if pending is None:
            pending = Totp.objects.create(
                account_id=visit.account_id,
                sealed_secret=seal_secret(pyotp.random_base32(), purpose="totp"),
                offered_at=at,
            )
        secret = open_secret(pending.sealed_secret, purpose="totp")
    address = pyotp.TOTP(secret).provisioning_uri(name=visit.username, issuer_name=ISSUER)
    return Offer(address=address, secret=secret)


def _pending(account_id: int, at: datetime) -> Totp | None:
    found: Totp | None = (
        Totp.objects.filter(
            account_id=account_id,
            confirmed_at__isnull=True,
            removed_at__isnull=True,
            offered_at__gt=at - OFFER_LASTS,
        )
        .order_by("-id")
        .first()
    )
    return found


@clause("S.05")
def enrol_totp(*, visit: Visit, code: str, at: datetime) -> Enrolment:
    """Put the offered generator in force; an earlier one and its recovery codes end."""
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).get(id=visit.account_id)
        session = Session.objects.select_for_update().get(id=visit.session_id)
        pending = _pending(account.id, at)

        refuse_if(must_confirm_first(visit, at), "accounts.E017")
        if pending is None:
            raise refusal("accounts.E013")
        step = matching_step(pending, code.replace(" ", ""), at)
        refuse_if(step is None, "accounts.E010")

        earlier = Totp.objects.filter(
            account=account, confirmed_at__isnull=False, removed_at__isnull=True
        )
        earlier.update(removed_at=at)
        pending.confirmed_at, pending.last_step = at, step
        pending.save(update_fields=["confirmed_at", "last_step"])
        codes = new_recovery_codes(account, at)
        write_entry(
            "account.factor_enrolled",
            by=visit.who,
            at=at,
            on=("account", account.id),
            clause="S.05",
            details={"factor": "totp"},
        )
        attempt = right_factor(account, session, visit, at, kind="totp")
    return Enrolment(token=attempt.token, recovery_codes=codes)


def new_recovery_codes(account: Account, at: datetime) -> tuple[str, ...]:
    """Make ten fresh codes of 80 bits; the unused old ones are gone."""
    RecoveryCode.objects.filter(account=account, used_at__isnull=True).delete()
    codes = tuple(_spell(secrets.token_hex(10)) for _ in range(RECOVERY_CODES))
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(account=account, code_hash=code_hash(code), made_at=at) for code in codes]
    )
    return codes


def _spell(code: str) -> str:
    return "-".join(code[start : start + 5] for start in range(0, len(code), 5))
