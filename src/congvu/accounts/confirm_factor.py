"""Confirm the second factor with a code: from the phone, or one of the recovery codes (S.05)."""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import datetime, timedelta

import pyotp
from django.db import transaction

from congvu.accounts.keep_secret import code_hash, open_secret, token_hash
from congvu.accounts.models import Account, RecoveryCode, Session, Totp
from congvu.accounts.queries import Policy, code_generator, has_factor, policy
from congvu.accounts.sign_in import count_wrong
from congvu.accounts.types import Attempt, Visit
from congvu.audit.write import write_entry
from congvu.kit.refusal import refusal
from congvu.rules.clauses import clause

STEP_SECONDS = 30
MOST_FAILURES = 5


@clause("S.05")
def confirm_factor(*, visit: Visit, code: str, at: datetime) -> Attempt:
    """Accept or record a failed code. A right one gives the session a new token.

    A code works once; a wrong one counts towards the account's lock like a wrong password.
    """
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).get(id=visit.account_id)
        session = Session.objects.select_for_update().get(id=visit.session_id)

        kind = _accepts(account, code, at)
        if kind is None:
            return wrong_factor(account, session, visit, at, code="accounts.E010")

        return right_factor(account, session, visit, at, kind=kind)


def _accepts(account: Account, code: str, at: datetime) -> str | None:
    """Which factor the code proves, or None. Marks the code as used."""
    spelled = re.sub(r"[\s-]", "", code)
    if re.fullmatch(r"\d{6}", spelled):
        return "totp" if _is_fresh_code(account, spelled, at) else None
    used = RecoveryCode.objects.filter(
        account=account, code_hash=code_hash(code), used_at__isnull=True
    ).update(used_at=at)
    return "recovery" if used else None


def _is_fresh_code(account: Account, code: str, at: datetime) -> bool:
    generator = code_generator(account.id)
    step = generator and matching_step(generator, code, at)
    if generator is None or step is None or step <= generator.last_step:
        return False
    generator.last_step = step
    generator.save(update_fields=["last_step"])
    return True


def matching_step(generator: Totp, code: str, at: datetime) -> int | None:
    """The time step whose code this is; one step early or late is a clock, not an attack."""
    maker = pyotp.TOTP(open_secret(generator.sealed_secret, purpose="totp"))
    now = int(at.timestamp()) // STEP_SECONDS
    for step in (now, now - 1, now + 1):
        if hmac.compare_digest(maker.generate_otp(step), code):
            return step
    return None


@clause("S.05")
def must_confirm_first(visit: Visit, at: datetime) -> bool:
    """Whether the factor was proved too long ago for an act that changes the factors themselves
    (QCVN 12:2026/BCA 3.12.2.2.17); whoever has none yet has nothing to prove."""
    limit = timedelta(minutes=policy(at)["confirm.minutes"])
    is_fresh = visit.factor_at is not None and at - visit.factor_at <= limit
    return not is_fresh and has_factor(visit.account_id)


def right_factor(
    account: Account, session: Session, visit: Visit, at: datetime, *, kind: str
) -> Attempt:
    """The session has its factor: reset the counters, change the token (no fixation)."""
    token = secrets.token_urlsafe(32)
    first = session.factor_at is None
    session.token_hash = token_hash(token)
    session.factor_at = at
    session.factor_failures = 0
    session.is_enrolling = False
    session.challenge = None
    session.last_seen_at = at
    session.save()
    account.failed_count, account.locked_until, account.last_sign_in_at = 0, None, at
    account.save(update_fields=["failed_count", "locked_until", "last_sign_in_at"])
    write_entry(
        "auth.signed_in" if first else "auth.factor_confirmed",
        by=visit.who,
        at=at,
        on=("account", account.id),
        clause="S.05",
        details={"zone": session.zone, "factor": kind},
    )
    return Attempt(token=token, stage="password" if account.must_change else "ready")


def wrong_factor(
    account: Account, session: Session, visit: Visit, at: datetime, *, code: str
) -> Attempt:
    """Record the failure; the fifth ends the session, and the account's own counter runs too."""
    rules: Policy = policy(at)
    session.factor_failures += 1
    if session.factor_failures >= MOST_FAILURES:
        session.ended_at, session.end_reason = at, Session.End.FACTOR
    session.save(update_fields=["factor_failures", "ended_at", "end_reason"])
    write_entry(
        "auth.factor_failed",
        by=visit.who,
        at=at,
        on=("account", account.id),
        outcome="refused",
        clause="S.05",
    )
    locked = count_wrong(account, rules, at)
    if locked and session.ended_at is None:
        Session.objects.filter(id=session.id).update(ended_at=at, end_reason=Session.End.FACTOR)
    over = locked or session.ended_at is not None
    return Attempt(refusal=refusal("accounts.E011" if over else code))
