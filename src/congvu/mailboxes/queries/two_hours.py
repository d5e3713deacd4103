"""The two working hours of letters between agencies, measured: month by month (QC.9.2.b)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from congvu.channels.access import SEE_ALL
from congvu.mailboxes.write_letter import CLOCK
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

MONTHS = """
SELECT date_trunc('month', t.started_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS month,
  count(*),
  count(*) FILTER (WHERE t.state = 'stopped' AND t.stopped_at <= t.due_at),
  count(*) FILTER (WHERE t.state = 'stopped' AND t.stopped_at > t.due_at),
  count(*) FILTER (WHERE t.state <> 'stopped' AND t.due_at > %(at)s),
  count(*) FILTER (WHERE t.state <> 'stopped' AND t.due_at <= %(at)s)
FROM timers_timer t
WHERE t.subject_kind = %(kind)s AND t.agency_id = %(agency_id)s AND t.started_at >= %(since)s
GROUP BY 1 ORDER BY 1 DESC
"""


@dataclass(frozen=True, slots=True)
class LetterMonth:
    """A month: letters of other agencies that came, answered in time and late, what waits."""

    month: date
    total: int
    in_time: int
    answered_late: int
    waiting: int
    overdue: int

    @property
    def late(self) -> int:
        """Answered too late, or not answered and too late already."""
        return self.answered_late + self.overdue

    @property
    def share(self) -> float | None:
        """Percent in time of what is answered or overdue; None while there is nothing."""
        counted = self.in_time + self.late
        return round(100 * self.in_time / counted, 1) if counted else None


@clause("QC.9.2.b")
def letters_in_two_hours(by: Actor, *, since: datetime, at: datetime) -> list[LetterMonth]:
    """The months since then, the newest first; one statement."""
    if by.roles.isdisjoint(SEE_ALL):
        return []
    told = {"kind": CLOCK, "at": at, "agency_id": by.agency_id, "since": since}
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, told)
        return [LetterMonth(*row) for row in cursor.fetchall()]
