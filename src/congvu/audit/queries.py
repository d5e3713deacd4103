"""Questions to the log: the history of an object, and how full its storage is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import connection

from congvu.audit.models import Entry
from congvu.rules.clauses import clause

Alarm = Literal["", "notice", "warning", "critical"]
THRESHOLDS: tuple[tuple[int, Alarm], ...] = ((95, "critical"), (85, "warning"), (70, "notice"))


@dataclass(frozen=True)
class Line:
    """An entry as a timeline shows it."""

    entry_id: int
    at: datetime
    kind: str
    outcome: str
    person_id: int | None
    posting_id: int | None
    agency_id: int | None
    clause: str
    details: str


def entries_of(kind: str, object_id: int, *, kinds: tuple[str, ...] = ()) -> list[Line]:
    """What was done to an object, oldest first; `kinds` narrows to some acts."""
    rows = Entry.objects.filter(object_kind=kind, object_id=object_id)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return [
        Line(
            entry_id=row.id,
            at=row.at,
            kind=row.kind,
            outcome=row.outcome,
            person_id=row.person_id,
            posting_id=row.posting_id,
            agency_id=row.agency_id,
            clause=row.clause,
            details=row.details,
        )
        for row in rows.order_by("id")
    ]


def entries_of_account(account_id: int, limit: int = 50) -> list[Line]:
    """The latest acts of an account, newest first."""
    rows = Entry.objects.filter(account_id=account_id).order_by("-id")[:limit]
    return [
        Line(
            entry_id=row.id,
            at=row.at,
            kind=row.kind,
            outcome=row.outcome,
            person_id=row.person_id,
            posting_id=row.posting_id,
            agency_id=row.agency_id,
            clause=row.clause,
            details=row.details,
        )
        for row in rows
    ]


@clause("S.17")
def storage_alarm(used: int, quota: int) -> Alarm:
    """How loud to be at this filling: 70, 85 and 95 percent of the quota (bytes)."""
    percent = used * 100 // quota if quota > 0 else 100
    return next((alarm for floor, alarm in THRESHOLDS if percent >= floor), "")


def log_bytes() -> int:
    """How much room the log takes in the database, indexes included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_total_relation_size('audit_entry') + pg_total_relation_size('audit_seal')"
        )
        return int(cursor.fetchone()[0])
