"""The root over all chains at the end of a day, to be published outside the database.

A chain inside one database does not stop whoever owns the database; a root that also stands
elsewhere (signed file, report, e-mail to the supervisor) does.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from congvu.audit.models import DailyRoot
from congvu.kit import clock
from congvu.rules.clauses import clause

_HEADS = """
SELECT DISTINCT ON (chain_agency_id) chain_agency_id, own_hash
  FROM audit_seal WHERE sealed_at < %s ORDER BY chain_agency_id, id DESC
"""


def chain_heads(before: datetime) -> list[tuple[int, str]]:
    """The last link of each chain sealed before the moment, by chain."""
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, [before])
        return [(int(chain), str(own)) for chain, own in cursor.fetchall()]


def root_hash(day: date, heads: list[tuple[int, str]]) -> str:
    """SHA-256 over the day and every chain's head, one line each."""
    lines = [f"{day:%Y-%m-%d}", *(f"{chain}:{own}" for chain, own in heads)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def end_of(day: date) -> datetime:
    """Midnight in Vietnam at the end of the day."""
    following = day + timedelta(days=1)
    return clock.at_vietnam(following.year, following.month, following.day)


@clause("S.14", "S.15")
def make_daily_root(*, day: date, at: datetime) -> DailyRoot:
    """Fix the root of a past day; the same day twice gives the first root again."""
    if at < end_of(day):
        raise ValueError("the root of a day is made after its end")
    with transaction.atomic():
        found = DailyRoot.objects.filter(day=day).first()
        if found is not None:
            return found  # type: ignore[no-any-return]
        heads = chain_heads(end_of(day))
        made: DailyRoot = DailyRoot.objects.create(
            day=day, root_hash=root_hash(day, heads), chain_count=len(heads), made_at=at
        )
    return made
