"""Questions about sessions, accounts and the security profile, for a stated moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.db import connection

from congvu.accounts.access import ADMIN_ROLES, current_postings, excluding_pair, roles_in_force
from congvu.accounts.keep_secret import token_hash
from congvu.accounts.models import (
    Account,
    PolicyValue,
    RecoveryCode,
    SecurityKey,
    Session,
    Totp,
)
from congvu.accounts.types import (
    AccountLine,
    ManagedAccount,
    Mismatch,
    PostingChoice,
    SessionLine,
    Stage,
    Visit,
)
from congvu.kit import clock
from congvu.orgs.models import Posting
from congvu.orgs.types import SYSTEM_ADMIN, Actor
from congvu.rules.clauses import clause

PROFILE = Path(__file__).parent / "data" / "security-profile.yaml"
# A locked or expired session still tells whose it was, so that the text can be kept.
RECALL = timedelta(hours=24)


class PolicyRule(NamedTuple):
    """One key of the profile: its default and the side of the floor that is allowed."""

    key: str
    default: int
    floor: int
    direction: str
    unit: str
    source: str

    def is_weaker(self, value: int) -> bool:
        """Whether the value stands on the wrong side of the floor."""
        return value < self.floor if self.direction == "at_least" else value > self.floor


@dataclass(frozen=True)
class Policy:
    """The security profile in force at one moment: `policy["lockout.tries"]`."""

    values: dict[str, int]

    def __getitem__(self, key: str) -> int:
        return self.values[key]


@lru_cache(maxsize=1)
def policy_rules() -> dict[str, PolicyRule]:
    """The shipped profile with its floors."""
    written = yaml.safe_load(PROFILE.read_text("utf-8"))["values"]
    return {key: PolicyRule(key=key, **columns) for key, columns in written.items()}


@clause("S.58")
def policy(at: datetime) -> Policy:
    """The values in force: the last entered one of each key; a deviation past its end date
    gives way to the floor."""
    values = {rule.key: rule.default for rule in policy_rules().values()}
    today = clock.local(at).date()
    for row in PolicyValue.objects.filter(valid_from__lte=at).order_by("valid_from", "id"):
        rule = policy_rules().get(row.key)
        if rule is None:
            continue
        expired = row.deviation_ends_on is None or row.deviation_ends_on < today
        values[row.key] = rule.floor if rule.is_weaker(row.value) and expired else row.value
    return Policy(values)


_VISIT = """
SELECT s.id AS session_id, s.account_id, a.username, a.kind, a.status, a.must_change,
       a.own_roles, s.factor_needed, s.factor_at, s.is_enrolling, s.created_at, s.last_seen_at,
       s.expires_at, s.idle_seconds, s.ended_at, s.end_reason, s.posting_id AS wanted_posting,
       p.id AS person_id, p.full_name, po.id AS posting_id, po.agency_id, po.unit_id,
       coalesce(po.roles, '{}') AS posting_roles, coalesce(t.title, '') AS title,
       coalesce(g.name, '') AS agency_name, coalesce(u.name, '') AS unit_name,
       (SELECT count(*) FROM orgs_posting o WHERE o.person_id = p.id
           AND o.valid_from <= %(day)s
           AND (o.valid_to IS NULL OR o.valid_to >= %(day)s)) AS postings
  FROM accounts_session s
  JOIN accounts_account a ON a.id = s.account_id
  JOIN orgs_person p ON p.id = a.person_id
  LEFT JOIN orgs_posting po ON po.id = s.posting_id
       AND po.valid_from <= %(day)s AND (po.valid_to IS NULL OR po.valid_to >= %(day)s)
       AND NOT EXISTS (SELECT 1 FROM accounts_leave l
                        WHERE l.posting_id = po.id AND l.left_at <= %(at)s)
  LEFT JOIN orgs_position t ON t.id = po.position_id
  LEFT JOIN orgs_agency g ON g.id = po.agency_id
  LEFT JOIN orgs_unit u ON u.id = po.unit_id
 WHERE """


@clause("S.06", "S.08")
def signed_in(token: str, at: datetime) -> Visit | None:
    """The stay this cookie stands for, or None where it stands for nothing (any more).

    A session that was idle too long, or is past its last hour, comes back with stage "idle": it
    may not act, but it still tells whose it was.
    """
    return _visit_where("s.token_hash = %(key)s", token_hash(token), at)


@clause("S.06", "S.08")
def stay(session_id: int, at: datetime) -> Visit | None:
    """The same for a session by its id: whether what somebody ordered in it may still go on."""
    return _visit_where("s.id = %(key)s", session_id, at)


def _visit_where(condition: str, key: str | int, at: datetime) -> Visit | None:
    with connection.cursor() as cursor:
        cursor.execute(_VISIT + condition, {"key": key, "at": at, "day": clock.local(at).date()})
        found = cursor.fetchone()
        if found is None:
            return None
        names = [column.name for column in cursor.description]
    row = dict(zip(names, found, strict=True))
    stage = _stage(row, at)
    return None if stage is None else _visit(row, stage)


def _stage(row: dict[str, Any], at: datetime) -> Stage | None:
    if row["status"] != Account.Status.ACTIVE:
        return None
    if row["wanted_posting"] is not None and row["posting_id"] is None:
        return None
    if row["ended_at"] is not None:
        recalled = row["end_reason"] in (Session.End.IDLE, Session.End.EXPIRED)
        return "idle" if recalled and row["ended_at"] + RECALL > at else None
    last = min(row["last_seen_at"] + timedelta(seconds=row["idle_seconds"]), row["expires_at"])
    if at >= last:
        return "idle" if last + RECALL > at else None
    return _duty(row)


def _duty(row: dict[str, Any]) -> Stage:
    if row["factor_needed"] and row["factor_at"] is None:
        return "enrol" if row["is_enrolling"] else "factor"
    return "password" if row["must_change"] else "ready"


def _visit(row: dict[str, Any], stage: Stage) -> Visit:
    roles = roles_in_force(
        kind=row["kind"], posting_roles=row["posting_roles"], own=row["own_roles"]
    )
    who = Actor(
        person_id=row["person_id"],
        posting_id=row["posting_id"],
        agency_id=row["agency_id"],
        unit_id=row["unit_id"],
        full_name=row["full_name"],
        title=row["title"],
        agency_name=row["agency_name"],
        roles=roles,
        account_id=row["account_id"],
        unit_name=row["unit_name"],
    )
    return Visit(
        session_id=row["session_id"],
        account_id=row["account_id"],
        username=row["username"],
        kind=row["kind"],
        stage=stage,
        who=who,
        created_at=row["created_at"],
        last_seen_at=row["last_seen_at"],
        factor_at=row["factor_at"],
        idle_seconds=row["idle_seconds"],
        posting_count=row["postings"],
    )


def doer(account: Account, posting: Posting | None = None) -> Actor:
    """The owner of an account as author of an audit entry, before any session is ready."""
    return Actor(
        person_id=account.person_id,
        posting_id=posting.id if posting else None,
        agency_id=posting.agency_id if posting else None,
        unit_id=posting.unit_id if posting else None,
        full_name="",
        title="",
        agency_name="",
        account_id=account.id,
    )


def has_factor(account_id: int) -> bool:
    """Whether a second factor is enrolled and in use."""
    return (
        Totp.objects.filter(
            account_id=account_id, confirmed_at__isnull=False, removed_at__isnull=True
        ).exists()
        or SecurityKey.objects.filter(account_id=account_id, removed_at__isnull=True).exists()
    )


def posting_choices(person_id: int, kind: str, at: datetime) -> list[PostingChoice]:
    """The postings the person may work in now, with the roles this kind of account gets there."""
    held = current_postings(person_id, at)
    rows = Posting.objects.filter(id__in=[posting.id for posting in held]).select_related(
        "agency", "unit", "position"
    )
    return [
        PostingChoice(
            posting_id=row.id,
            title=row.position.title,
            unit_name=row.unit.name if row.unit else "",
            agency_name=row.agency.name,
            roles=roles_in_force(kind=kind, posting_roles=row.roles, own=()),
        )
        for row in rows
    ]


def sessions_of(account_id: int, at: datetime) -> list[SessionLine]:
    """The account's sessions of the last 30 days, open ones first."""
    rows = Session.objects.filter(
        account_id=account_id, created_at__gt=at - timedelta(days=30)
    ).order_by("-created_at")[:60]
    lines = [
        SessionLine(
            session_id=row.id,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            ended_at=_end_of(row, at),
            end_reason=row.get_end_reason_display() if row.end_reason else "",
            address=row.address,
            agent=row.agent,
            zone=row.zone,
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: line.ended_at is not None)


def _end_of(row: Session, at: datetime) -> datetime | None:
    last = min(row.last_seen_at + timedelta(seconds=row.idle_seconds), row.expires_at)
    return row.ended_at or (last if last <= at else None)


def code_generator(account_id: int) -> Totp | None:
    """The confirmed code generator of the account, if any."""
    found: Totp | None = Totp.objects.filter(
        account_id=account_id, confirmed_at__isnull=False, removed_at__isnull=True
    ).first()
    return found


def security_keys(account_id: int) -> list[SecurityKey]:
    """The security keys in use."""
    return list(
        SecurityKey.objects.filter(account_id=account_id, removed_at__isnull=True).order_by("id")
    )


def unused_recovery_codes(account_id: int) -> int:
    """How many recovery codes are left."""
    count: int = RecoveryCode.objects.filter(account_id=account_id, used_at__isnull=True).count()
    return count


def account_list(at: datetime, agency_id: int | None = None) -> list[AccountLine]:
    """All accounts (of one agency's people, if named) with the columns the standard asks for."""
    rows = Account.objects.select_related("person", "managing_person", "managing_unit")
    if agency_id is not None:
        day = clock.local(at).date()
        posted = Posting.objects.filter(agency_id=agency_id, valid_from__lte=day)
        rows = rows.filter(person_id__in=posted.values("person_id"))
    return [
        AccountLine(
            account_id=row.id,
            kind=row.get_kind_display(),
            username=row.username,
            status=row.get_status_display(),
            asset=row.asset,
            person_name=row.person.full_name,
            managing_person=row.managing_person.full_name if row.managing_person else "",
            department=row.managing_unit.name if row.managing_unit else "",
            activated_at=row.activated_at,
            deactivated_at=row.deactivated_at,
        )
        for row in rows.order_by("username")
    ]


_MANAGED = """
SELECT a.id, a.username, a.kind, a.status, h.id, h.full_name, coalesce(post.title, ''),
       coalesce(post.agency, ''), a.last_sign_in_at,
       CASE WHEN a.locked_until > %(at)s THEN a.locked_until END, a.must_change,
       EXISTS (SELECT 1 FROM accounts_totp t WHERE t.account_id = a.id
                  AND t.confirmed_at IS NOT NULL AND t.removed_at IS NULL)
        OR EXISTS (SELECT 1 FROM accounts_securitykey k
                    WHERE k.account_id = a.id AND k.removed_at IS NULL),
       a.opened_at, a.deactivated_at, a.deactivation_reason
  FROM accounts_account a JOIN orgs_person h ON h.id = a.person_id
  LEFT JOIN LATERAL (
       SELECT t.title, g.name AS agency FROM orgs_posting p
         JOIN orgs_position t ON t.id = p.position_id JOIN orgs_agency g ON g.id = p.agency_id
        WHERE p.person_id = h.id AND p.valid_from <= %(day)s
          AND (p.valid_to IS NULL OR p.valid_to >= %(day)s)
          AND (%(agency_id)s::bigint IS NULL OR p.agency_id = %(agency_id)s)
        ORDER BY p.ordering, p.id LIMIT 1) post ON true
 WHERE (%(agency_id)s::bigint IS NULL OR (post.title IS NOT NULL AND a.kind <> 'admin'))
   AND (%(account_id)s::bigint IS NULL OR a.id = %(account_id)s)
   AND CASE %(state)s WHEN '' THEN true WHEN 'locked' THEN a.locked_until > %(at)s
            ELSE a.status = %(state)s END
   AND (%(text)s = '' OR congvu_fold(concat_ws(' ', a.username, h.full_name, post.agency))
        LIKE '%%' || congvu_fold(%(text)s) || '%%')
 ORDER BY h.sort_key, a.id OFFSET %(offset)s LIMIT %(limit)s
"""


@clause("S.07", "S.10")
def managed_accounts(
    by: Actor,
    at: datetime,
    *,
    text: str = "",
    state: str = "",
    account_id: int | None = None,
    offset: int = 0,
    limit: int = 50,
) -> list[ManagedAccount]:
    """The accounts that this administrator may manage (`access.may_manage`), by name.

    state: a status, "locked", or "" for all.
    """
    if not by.has(*ADMIN_ROLES):
        return []
    kinds, states = dict(Account.Kind.choices), dict(Account.Status.choices)
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")[:80]
    values = {
        "at": at,
        "day": clock.local(at).date(),
        "agency_id": None if by.has(SYSTEM_ADMIN) else by.agency_id or 0,
        "account_id": account_id,
        "state": state,
        "text": escaped,
        "offset": offset,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MANAGED, values)
        return [
            ManagedAccount(
                row[0],
                row[1],
                row[2],
                str(kinds[row[2]]),
                row[3],
                str(states[row[3]]),
                *row[4:],
            )
            for row in cursor.fetchall()
        ]


def people_without_account(agency_id: int, kind: str, at: datetime) -> list[tuple[int, str]]:
    """Who holds a posting in the agency today and has no open account of this kind."""
    day = clock.local(at).date()
    served = Account.objects.filter(kind=kind).exclude(status=Account.Status.CLOSED)
    rows = (
        Posting.objects.filter(agency_id=agency_id, valid_from__lte=day)
        .exclude(valid_to__lt=day)
        .exclude(person_id__in=served.values("person_id"))
        .select_related("person", "position")
        .order_by("ordering", "id")
    )
    people = {one.person_id: f"{one.person.full_name}, {one.position.title}" for one in rows}
    return list(people.items())


@clause("S.08")
def mismatches(at: datetime) -> list[Mismatch]:
    """Active accounts whose owner holds no posting now, and accounts whose roles exclude each
    other; empty when the accounts follow the personnel (A17)."""
    found = []
    rows = Account.objects.filter(status=Account.Status.ACTIVE).select_related("person")
    for row in rows.order_by("id"):
        held = current_postings(row.person_id, at)
        if not held and not row.own_roles:
            found.append(_mismatch(row, "không giữ vị trí công tác nào"))
        pair = excluding_pair(role for posting in held for role in posting.roles)
        if pair is not None:
            found.append(_mismatch(row, f"vai trò loại trừ nhau: {pair[0]}, {pair[1]}"))
    return found


def _mismatch(account: Account, why: str) -> Mismatch:
    return Mismatch(account.id, account.username, account.person.full_name, why)
