"""Count open clocks again after the calendar changed; computed evidence elsewhere stays.

A closure moves every open clock of a province at once, so they are counted in slices: one question
for what is needed, one statement for what has moved. What did not move is not written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from congvu.orgs import queries as orgs
from congvu.rules import timers as rules
from congvu.rules.calendar import WorkingCalendar
from congvu.timers.models import Suspension

SLICE = 2000
OPEN = """
SELECT timer.id, agency_id, clause, started_at, budget_minutes, stopped_at, due_at, next_rung_at,
    calendar_version, (SELECT min(rung.after_minutes) FROM timers_timerrung AS rung
        WHERE rung.timer_id = timer.id AND rung.fired_at IS NULL)
FROM timers_timer AS timer
WHERE timer.id > %(after)s AND state <> 'stopped'
    AND (%(agency_id)s::bigint IS NULL OR agency_id = %(agency_id)s)
ORDER BY timer.id LIMIT %(most)s FOR UPDATE OF timer
"""
MOVED = """
WITH found AS (SELECT * FROM jsonb_to_recordset(%(found)s::jsonb) AS one(id bigint,
    due_at timestamptz, next_rung_at timestamptz, calendar_version text, explanation text,
    notes jsonb, due_before timestamptz, reason text)),
kept AS (UPDATE timers_timer AS timer SET due_at = found.due_at,
    next_rung_at = found.next_rung_at, calendar_version = found.calendar_version,
    explanation = found.explanation, notes = found.notes
    FROM found WHERE timer.id = found.id)
INSERT INTO timers_timerevent (timer_id, kind, at, reason, due_before, due_after)
SELECT id, 'recounted', %(at)s, reason, due_before, due_at FROM found ORDER BY id
"""
RUNGS = """
UPDATE timers_timer AS timer SET next_rung_at = found.next_rung_at
FROM jsonb_to_recordset(%s::jsonb) AS found(id bigint, next_rung_at timestamptz)
WHERE timer.id = found.id
"""


@dataclass(frozen=True, slots=True)
class _Open:
    """An open clock as it is counted; `rung`: the lowest that has not fired."""

    id: int
    agency_id: int
    clause: str
    started_at: datetime
    budget_minutes: int
    stopped_at: datetime | None
    due_at: datetime | None
    next_rung_at: datetime | None
    calendar_version: str
    rung: int | None

    def clock(self, minutes: int, rests: tuple[rules.Suspension, ...]) -> rules.Timer:
        """The clock of rules.timers with this budget."""
        return rules.Timer(self.clause, self.started_at, minutes, rests, (), self.stopped_at)


def recount_timers(*, agency_id: int | None, at: datetime) -> int:
    """Count the open clocks of an agency (None: of all); gives how many got another due moment.

    Each slice has its own transaction; counting twice changes nothing the second time.
    """
    after, moved = 0, 0
    while True:
        with transaction.atomic():
            with connection.cursor() as cursor:
                told = {"after": after, "agency_id": agency_id, "most": SLICE}
                cursor.execute(OPEN, told)
                rows = [_Open(*row) for row in cursor.fetchall()]
            if not rows:
                return moved
            moved += _recount(rows, at)
        after = rows[-1].id


def _recount(rows: Sequence[_Open], at: datetime) -> int:
    calendars = orgs.working_calendars(list({one.agency_id for one in rows}), at)
    rests: dict[int, tuple[rules.Suspension, ...]] = {}
    for one in Suspension.objects.filter(timer_id__in=[one.id for one in rows]):
        rest = rules.Suspension(one.since, one.until, one.reason)
        rests[one.timer_id] = (*rests.get(one.timer_id, ()), rest)
    moved: list[Mapping[str, Any]] = []
    rungs: list[Mapping[str, Any]] = []
    for one in rows:
        _count(one, calendars[one.agency_id], rests.get(one.id, ()), moved, rungs)
    with connection.cursor() as cursor:
        if moved:
            cursor.execute(MOVED, {"found": _as_json(moved), "at": at})
        if rungs:
            cursor.execute(RUNGS, [_as_json(rungs)])
    return len(moved)


def _count(
    one: _Open,
    calendar: WorkingCalendar,
    rests: tuple[rules.Suspension, ...],
    moved: list[Mapping[str, Any]],
    rungs: list[Mapping[str, Any]],
) -> None:
    """Count one clock: into `moved` with everything that is said of it, or only its next rung."""
    clock = one.clock(one.budget_minutes, rests)
    rung_at = None
    if one.rung is not None and one.stopped_at is None:
        rung_at = rules.due_moment(one.clock(one.rung, rests), calendar)
    moment = rules.due_moment(clock, calendar)
    if moment == one.due_at:
        if rung_at != one.next_rung_at:
            rungs.append({"id": one.id, "next_rung_at": rung_at})
        return
    due = rules.due_finding(clock, calendar, moment) if moment else rules.due(clock, calendar)
    moved.append(
        {
            "id": one.id,
            "due_at": due.value,
            "next_rung_at": rung_at,
            "calendar_version": due.calendar_version,
            "explanation": due.explanation,
            "notes": list(due.notes),
            "due_before": one.due_at,
            "reason": f"{one.calendar_version} → {due.calendar_version}"[:250],
        }
    )


def _as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(rows, default=datetime.isoformat, ensure_ascii=False)
