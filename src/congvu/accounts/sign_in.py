"""Sign in with name and password; what is still owed after it is the session's stage."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from congvu.accounts import limit_attempts
from congvu.accounts.access import current_postings, needs_factor
from congvu.accounts.keep_secret import token_hash
from congvu.accounts.models import Account, Session, TrustedDevice
from congvu.accounts.queries import Policy, doer, has_factor, policy
from congvu.accounts.types import Attempt, Entrance
from congvu.audit.write import write_entry
from congvu.kit.refusal import refusal
from congvu.orgs.models import Posting
from congvu.rules.clauses import clause

NAME_GRAMMAR = re.compile(r"[a-z0-9][a-z0-9._-]{1,58}[a-z0-9]")


@clause("S.02", "S.03", "S.04", "S.05")
def sign_in(*, username: str, password: str, entrance: Entrance, at: datetime) -> Attempt:
    """Open a session, or record a failed try and say why.

    Raises Refusal (429) only for an address that is past its limit.
    """
    with transaction.atomic():
        rules = policy(at)
        limit_attempts.refuse_past_limit(
            purpose="sign-in", address=entrance.address, policy=rules, at=at
        )
        name = username.strip().lower()
        account = Account.objects.select_for_update(of=("self",)).filter(username=name).first()

        if account is None or not _may_try(account, entrance, at):
            make_password(password)  # the same work, so that time tells nothing (S.46)
            return _failed(account, name, rules, entrance, at, counts=False)
        if not check_password(password, account.password_hash):
            return _failed(account, name, rules, entrance, at, counts=True)
        postings = current_postings(account.person_id, at)
        if (code := _bar(account, postings, entrance)) is not None:
            return _barred(account, code, entrance, at)

        return _open(account, postings[0] if postings else None, rules, entrance, at)


def _may_try(account: Account, entrance: Entrance, at: datetime) -> bool:
    if account.locked_until is None or account.locked_until <= at:
        return True
    # The owner's own browser may still come in, through the second factor (A14).
    return has_factor(account.id) and is_trusted(account.id, entrance.device, at)


def is_trusted(account_id: int, device: str, at: datetime) -> bool:
    """Whether this browser has passed the account's second factor and is still trusted."""
    return bool(device) and (
        TrustedDevice.objects.filter(
            account_id=account_id, token_hash=token_hash(device), trusted_until__gt=at
        ).exists()
    )


def _bar(account: Account, postings: list[Posting], entrance: Entrance) -> str | None:
    """Why an account may not come in although its password was right."""
    if account.status != Account.Status.ACTIVE:
        return "accounts.E002"
    if account.kind == Account.Kind.SERVICE:
        return "accounts.E004"
    if not postings and not account.own_roles:
        return "accounts.E003"
    if entrance.zone == "internet" and not account.is_admin and not has_factor(account.id):
        return "accounts.E005"
    return None


def _failed(
    account: Account | None,
    name: str,
    rules: Policy,
    entrance: Entrance,
    at: datetime,
    *,
    counts: bool,
) -> Attempt:
    limit_attempts.count_failure(purpose="sign-in", address=entrance.address, policy=rules, at=at)
    # What is typed in the wrong box may be a password: only a well-formed name is written down.
    shown = name if NAME_GRAMMAR.fullmatch(name) else "(không đúng dạng)"
    write_entry(
        "auth.sign_in_failed",
        by=None,
        at=at,
        on=("account", account.id) if account else None,
        outcome="refused",
        clause="S.04",
        details={"username": shown, "zone": entrance.zone},
    )
    if account is not None and counts:
        count_wrong(account, rules, at)
    said = refusal("accounts.E001", tries=rules["lockout.tries"], hours=rules["lockout.hours"])
    return Attempt(refusal=said)


@clause("S.04")
def count_wrong(account: Account, rules: Policy, at: datetime) -> bool:
    """Count a wrong password or code; lock at the limit. The caller holds the account's lock."""
    if account.locked_until is not None and account.locked_until <= at:
        account.failed_count, account.locked_until = 0, None
    account.failed_count += 1
    locks = account.failed_count >= rules["lockout.tries"]
    if locks:
        account.failed_count = 0
        account.locked_until = at + timedelta(hours=rules["lockout.hours"])
    account.save(update_fields=["failed_count", "locked_until"])
    if locks:
        write_entry(
            "auth.locked",
            by=None,
            at=at,
            on=("account", account.id),
            clause="S.04",
            details={"until": account.locked_until.isoformat()},
        )
    return locks


def _barred(account: Account, code: str, entrance: Entrance, at: datetime) -> Attempt:
    write_entry(
        "auth.sign_in_refused",
        by=doer(account),
        at=at,
        on=("account", account.id),
        outcome="refused",
        details={"code": code, "zone": entrance.zone},
    )
    return Attempt(refusal=refusal(code))


def _open(
    account: Account, posting: Posting | None, rules: Policy, entrance: Entrance, at: datetime
) -> Attempt:
    enrolled = has_factor(account.id)
    factor_needed = needs_factor(kind=account.kind, zone=entrance.zone, has_factor=enrolled)
    age = at - account.password_changed_at
    if account.is_admin and age > timedelta(days=rules["password.admin_days"]):
        account.must_change = True  # S.03
    if not factor_needed:
        account.failed_count, account.locked_until = 0, None
        account.last_sign_in_at = at
    account.save(update_fields=["must_change", "failed_count", "locked_until", "last_sign_in_at"])
    token = start_session(
        account,
        posting_id=posting.id if posting else None,
        rules=rules,
        entrance=entrance,
        at=at,
        factor_needed=factor_needed,
        is_enrolling=factor_needed and not enrolled,
    )
    write_entry(
        "auth.password_accepted" if factor_needed else "auth.signed_in",
        by=doer(account, posting),
        at=at,
        on=("account", account.id),
        details={"zone": entrance.zone, "agent": entrance.agent[:120]},
    )
    if factor_needed:
        return Attempt(token=token, stage="factor" if enrolled else "enrol")
    return Attempt(token=token, stage="password" if account.must_change else "ready")


def start_session(
    account: Account,
    *,
    posting_id: int | None,
    rules: Policy,
    entrance: Entrance,
    at: datetime,
    factor_needed: bool = False,
    is_enrolling: bool = False,
) -> str:
    """Write the session row and return the token of its cookie (256 random bits)."""
    token = secrets.token_urlsafe(32)
    minutes = rules["idle.admin_minutes" if account.is_admin else "idle.staff_minutes"]
    Session.objects.create(
        account=account,
        posting_id=posting_id,
        token_hash=token_hash(token),
        created_at=at,
        last_seen_at=at,
        expires_at=at + timedelta(hours=rules["session.hours"]),
        idle_seconds=minutes * 60,
        zone=entrance.zone,
        factor_needed=factor_needed,
        is_enrolling=is_enrolling,
        address=entrance.address[:60],
        agent=entrance.agent[:250],
    )
    return token
