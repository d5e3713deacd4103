"""What pages ask about tasks: what waits for me, one arrival's work."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from congvu.kit import clock
from congvu.orgs import queries as orgs
from congvu.orgs.types import LEADER, Actor
from congvu.tasks.models import Assignment
from congvu.tasks.states import TaskState


@dataclass(frozen=True)
class PartRow:
    """One person's part in a task."""

    posting_id: int
    full_name: str
    title: str
    unit_name: str
    part: str
    part_label: str
    due_at: datetime | None
    accepted_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True)
class TaskRow:
    """A task with its parts."""

    id: int
    arrival_id: int | None
    document_id: int | None
    title: str
    state: str
    state_label: str
    percent: int
    due_at: datetime | None
    due_finding: dict
    by_name: str
    by_posting_id: int
    at: datetime
    closed_at: datetime | None
    closing_note: str
    symbol: str
    parts: tuple[PartRow, ...] = ()


@dataclass(frozen=True)
class DirectionRow:
    """A leader's direction."""

    id: int
    text: str
    by_name: str
    by_title: str
    at: datetime


@dataclass(frozen=True)
class ProgressRow:
    """A report of progress."""

    task_id: int
    percent: int
    text: str
    by_name: str
    at: datetime


TASKS = """
SELECT t.id, t.arrival_id, a.document_id, t.title, t.state, t.percent, t.due_at, t.due_finding,
       p.full_name, t.by_id, t.at, t.closed_at, t.closing_note, coalesce(d.symbol, '')
FROM tasks_task t
JOIN orgs_posting g ON g.id = t.by_id JOIN orgs_person p ON p.id = g.person_id
LEFT JOIN documents_arrival a ON a.id = t.arrival_id
LEFT JOIN documents_document d ON d.id = a.document_id
WHERE t.agency_id = %(agency_id)s AND {condition}
ORDER BY t.due_at NULLS LAST, t.id LIMIT 300
"""
PARTS = """
SELECT s.task_id, s.to_id, p.full_name, c.title, coalesce(u.name, ''), s.part, s.due_at,
       s.accepted_at, s.done_at
FROM tasks_assignment s
JOIN orgs_posting g ON g.id = s.to_id JOIN orgs_person p ON p.id = g.person_id
JOIN orgs_position c ON c.id = g.position_id LEFT JOIN orgs_unit u ON u.id = g.unit_id
WHERE s.task_id = ANY(%s) ORDER BY s.id
"""
OPEN = (TaskState.ASSIGNED, TaskState.IN_WORK, TaskState.SUSPENDED)


def tasks_of_arrival(by: Actor, arrival_id: int) -> list[TaskRow]:
    """The work on one arrival, with everybody's part."""
    return _tasks("t.arrival_id = %(arrival_id)s", by, arrival_id=arrival_id)


def task_row(by: Actor, task_id: int) -> TaskRow | None:
    """One task (ask access.task_for first)."""
    rows = _tasks("t.id = %(task_id)s", by, task_id=task_id)
    return rows[0] if rows else None


def tasks_for(by: Actor, *, whose: str = "mine", is_open: bool = True) -> list[TaskRow]:
    """Tasks given to me ("mine"), given by me ("given"), or all of the agency (leaders, "all")."""
    conditions = {
        "mine": "EXISTS (SELECT 1 FROM tasks_assignment s WHERE s.task_id = t.id"
        " AND s.to_id = ANY(%(postings)s))",
        "given": "t.by_id = %(posting_id)s",
        "all": "%(is_leader)s",
    }
    state = "t.state = ANY(%(open)s)" if is_open else "NOT t.state = ANY(%(open)s)"
    return _tasks(f"{state} AND {conditions.get(whose, conditions['mine'])}", by)


def _tasks(condition: str, by: Actor, **values: object) -> list[TaskRow]:
    parameters = {
        "agency_id": by.agency_id,
        "posting_id": by.posting_id,
        "postings": orgs.acting_for(by.posting_id, clock.now()),
        "is_leader": by.has(LEADER),
        "open": list(OPEN),
        **values,
    }
    with connection.cursor() as cursor:
        cursor.execute(TASKS.format(condition=condition), parameters)
        rows = cursor.fetchall()
        cursor.execute(PARTS, [[row[0] for row in rows]])
        parts: dict[int, list[PartRow]] = {}
        for part in cursor.fetchall():
            label = str(Assignment.Part(part[5]).label)
            parts.setdefault(part[0], []).append(
                PartRow(
                    *(
                        *part[1:6],
                        label,
                        *part[6:],
                    )
                )
            )
    return [
        TaskRow(
            *(
                *row[:5],
                str(TaskState(row[4]).label),
                *row[5:7],
                json.loads(row[7]) if isinstance(row[7], str) else row[7],
                *row[8:],
                tuple(parts.get(row[0], ())),
            )
        )
        for row in rows
    ]


def directions_of(arrival_id: int, agency_id: int) -> list[DirectionRow]:
    """The directions on an arrival, in time order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.id, b.text, p.full_name, c.title, b.at FROM tasks_direction b"
            " JOIN orgs_posting g ON g.id = b.by_id JOIN orgs_person p ON p.id = g.person_id"
            " JOIN orgs_position c ON c.id = g.position_id"
            " WHERE b.arrival_id = %s AND b.agency_id = %s ORDER BY b.at, b.id",
            [arrival_id, agency_id],
        )
        return [DirectionRow(*row) for row in cursor.fetchall()]


def progress_of(task_ids: list[int]) -> list[ProgressRow]:
    """The reports of progress on tasks, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.task_id, r.percent, r.text, p.full_name, r.at FROM tasks_progress r"
            " JOIN orgs_posting g ON g.id = r.by_id JOIN orgs_person p ON p.id = g.person_id"
            " WHERE r.task_id = ANY(%s) ORDER BY r.at DESC, r.id DESC",
            [task_ids],
        )
        return [ProgressRow(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class ReminderRow:
    """A reminder that a clock's rung sent (nhắc việc)."""

    task_id: int | None
    title: str
    symbol: str
    explanation: str
    at: datetime
    is_new: bool


def reminders_for(by: Actor) -> list[ReminderRow]:
    """The reminders for this posting, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.task_id, t.title, coalesce(d.symbol, ''), e.explanation, e.at,"
            " e.seen_at IS NULL FROM tasks_escalation e JOIN tasks_task t ON t.id = e.task_id"
            " LEFT JOIN documents_arrival a ON a.id = t.arrival_id"
            " LEFT JOIN documents_document d ON d.id = a.document_id"
            " WHERE e.to_id = %s AND e.agency_id = %s ORDER BY e.at DESC, e.id DESC LIMIT 100",
            [by.posting_id, by.agency_id],
        )
        return [ReminderRow(*row) for row in cursor.fetchall()]
