"""The two working hours, measured (QC.9.2.b): month by month, by who decided, by agency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from congvu.channels.access import SEE_ALL
from congvu.kit import clock
from congvu.orgs.types import INSPECTOR, Actor
from congvu.rules.clauses import clause
from congvu.rules.replies import DECLINE_MINUTES

# Machines' own messages have no clock. What waits counts as late once its clock has run out.
MONTHS = """
SELECT date_trunc('month', i.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS month,
  count(*),
  count(*) FILTER (WHERE i.state = 'declined' AND i.decided_in <= %(most)s),
  count(*) FILTER (WHERE i.state = 'declined' AND i.decided_in > %(most)s),
  count(*) FILTER (WHERE i.state NOT IN ('declined', 'waiting') AND i.decided_in <= %(most)s),
  count(*) FILTER (WHERE i.state NOT IN ('declined', 'waiting') AND i.decided_in > %(most)s),
  count(*) FILTER (WHERE i.state = 'waiting' AND t.due_at > %(at)s),
  count(*) FILTER (WHERE i.state = 'waiting' AND t.due_at <= %(at)s),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY i.decided_in)
FROM channels_inboundmessage i
JOIN timers_timer t ON t.subject_kind = 'inbound' AND t.subject_id = i.id AND t.kind = 'decline'
WHERE i.agency_id = %(agency_id)s AND i.received_at >= %(since)s
GROUP BY 1 ORDER BY 1 DESC
"""
# Of what came in a month, by the official who decided; what nobody decided is nobody's.
OFFICERS = """
SELECT pe.full_name, pos.title, count(*),
  count(*) FILTER (WHERE i.state = 'declined' AND i.decided_in <= %(most)s),
  count(*) FILTER (WHERE i.state = 'declined' AND i.decided_in > %(most)s),
  count(*) FILTER (WHERE i.state <> 'declined' AND i.decided_in <= %(most)s),
  count(*) FILTER (WHERE i.state <> 'declined' AND i.decided_in > %(most)s), 0, 0,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY i.decided_in)
FROM channels_inboundmessage i
JOIN timers_timer t ON t.subject_kind = 'inbound' AND t.subject_id = i.id AND t.kind = 'decline'
JOIN orgs_posting po ON po.id = i.decided_by_id
JOIN orgs_person pe ON pe.id = po.person_id
JOIN orgs_position pos ON pos.id = po.position_id
WHERE i.agency_id = %(agency_id)s AND i.received_at >= %(since)s AND i.received_at < %(until)s
  AND i.decided_in IS NOT NULL
GROUP BY pe.id, 1, 2 ORDER BY 3 DESC, 1
"""
AGENCIES = """
SELECT agency_name, '', total, declined_in_time, declined_late, taken_in_time, taken_late, waiting,
    overdue, median
FROM channels_two_hours(%(since)s, %(until)s, %(at)s, %(most)s) ORDER BY agency_name
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What came, what was decided in time and late, what waits; minutes of the middle one."""

    total: int
    declined_in_time: int
    declined_late: int
    taken_in_time: int
    taken_late: int
    waiting: int
    overdue: int
    median: int | None

    @property
    def in_time(self) -> int:
        """Decided within two working hours."""
        return self.declined_in_time + self.taken_in_time

    @property
    def late(self) -> int:
        """Decided too late, or not decided and too late already."""
        return self.declined_late + self.taken_late + self.overdue

    @property
    def share(self) -> float | None:
        """Percent in time of what is decided or overdue; None while there is nothing."""
        counted = self.in_time + self.late
        return round(100 * self.in_time / counted, 1) if counted else None


@dataclass(frozen=True, slots=True)
class TwoHours(Measured):
    """A month of an agency."""

    month: date


@dataclass(frozen=True, slots=True)
class Share(Measured):
    """The part of an official, or of an agency, in a month."""

    name: str
    title: str


@clause("QC.9.2.b")
def two_hours(by: Actor, *, since: datetime, at: datetime) -> list[TwoHours]:
    """The months since then, the newest first; one statement."""
    if by.roles.isdisjoint(SEE_ALL):
        return []
    told = {"most": DECLINE_MINUTES, "at": at, "agency_id": by.agency_id, "since": since}
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, told)
        return [TwoHours(month=row[0], **_numbers(row[1:])) for row in cursor.fetchall()]


@clause("QC.9.2.b", "QC.10.2")
def two_hours_by_officer(by: Actor, *, month: date, at: datetime) -> list[Share]:
    """Who decided what came in that month, the busiest first."""
    if by.roles.isdisjoint(SEE_ALL):
        return []
    return _shares(OFFICERS, {**_span(month), "agency_id": by.agency_id, "at": at})


@clause("QC.9.2.b")
def two_hours_by_agency(by: Actor, *, month: date, at: datetime) -> list[Share]:
    """Every agency's month as numbers, for the inspector."""
    if not by.has(INSPECTOR):
        return []
    return _shares(AGENCIES, {**_span(month), "at": at})


def _shares(statement: str, told: dict[str, object]) -> list[Share]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**told, "most": DECLINE_MINUTES})
        found = cursor.fetchall()
    return [Share(name=row[0], title=row[1], **_numbers(row[2:])) for row in found]


def _numbers(row: Sequence[Any]) -> dict[str, Any]:
    names = [one.name for one in fields(Measured)]
    return dict(zip(names, [*row[:7], None if row[7] is None else round(row[7])], strict=True))


def _span(month: date) -> dict[str, object]:
    first = month.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return {"since": clock.start_of(first), "until": clock.start_of(following)}
