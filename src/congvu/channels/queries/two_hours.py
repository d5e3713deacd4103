"""The two working hours, measured: month by month, how many were decided in time (QC.9.2.b)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from congvu.channels.access import SEE_ALL
from congvu.orgs.types import Actor
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


@dataclass(frozen=True, slots=True)
class TwoHours:
    """A month: what came, what was decided in time and late, what waits; minutes of the middle."""

    month: date
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


@clause("QC.9.2.b")
def two_hours(by: Actor, *, since: datetime, at: datetime) -> list[TwoHours]:
    """The months since then, the newest first; one statement."""
    if by.roles.isdisjoint(SEE_ALL):
        return []
    told = {"most": DECLINE_MINUTES, "at": at, "agency_id": by.agency_id, "since": since}
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, told)
        return [
            TwoHours(*[*row[:8], None if row[8] is None else round(row[8])])
            for row in cursor.fetchall()
        ]
