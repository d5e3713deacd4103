"""A clock reminds before it breaks, in working hours, and each rung exactly once (ND30 Điều 24)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from cast import House
from congvu.kit import clock
from congvu.tasks.close import close_task
from congvu.tasks.models import Escalation, Task
from congvu.tasks.queries import reminders_for
from congvu.tasks.remind import mark_seen, remind
from congvu.timers.escalate import escalate_due
from congvu.timers.events import TimerEscalated
from letters import at_once, registered, task_on

TUESDAY = date(2022, 2, 15)


def told() -> list[tuple[str, int]]:
    return list(Escalation.objects.order_by("id").values_list("rung", "to_id"))


def due_on_tuesday(house: House, committee: House, at: datetime) -> Task:
    return task_on(registered(committee, house, at), house, at, due_on=TUESDAY)


@pytest.mark.django_db
@pytest.mark.clause("ND30.24", "QC.10.2")
def test_the_lead_is_warned_and_the_giver_is_told_once_it_is_late(
    house: House, committee: House, at: datetime
) -> None:
    due_on_tuesday(house, committee, at)
    lead, giver = house.drafter.posting_id, house.leader.posting_id
    escalate_due(at=clock.at_vietnam(2022, 2, 15, 8))
    assert told() == []
    escalate_due(at=clock.at_vietnam(2022, 2, 15, 15, 30))
    assert told() == [("warning", lead)]
    escalate_due(at=clock.at_vietnam(2022, 2, 15, 17))
    escalate_due(at=clock.at_vietnam(2022, 2, 16, 17))
    assert told() == [
        ("warning", lead),
        *[("broken", one) for one in sorted([lead, giver])],
        *[("late", one) for one in sorted([lead, giver])],
    ]
    said = Escalation.objects.filter(to_id=giver).order_by("id").last()
    assert "Quá hạn" in said.explanation


@pytest.mark.django_db
def test_a_rung_that_rings_twice_tells_once(house: House, committee: House, at: datetime) -> None:
    task = due_on_tuesday(house, committee, at)
    soon = clock.at_vietnam(2022, 2, 15, 15, 30)
    escalate_due(at=soon)
    escalate_due(at=soon + timedelta(minutes=1))
    event = TimerEscalated(
        timer_id=1,
        agency_id=house.agency.id,
        subject_kind="task",
        subject_id=task.id,
        kind="handle",
        rung="warning",
        minutes_left=90,
        at=soon,
    )
    remind(event)
    remind(event)
    assert told() == [("warning", house.drafter.posting_id)]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_minute_remind_once(
    house: House, committee: House, at: datetime
) -> None:
    due_on_tuesday(house, committee, at)
    soon = clock.at_vietnam(2022, 2, 15, 15, 30)
    at_once([lambda: escalate_due(at=soon)] * 3)
    assert told() == [("warning", house.drafter.posting_id)]


@pytest.mark.django_db
def test_a_finished_task_reminds_nobody(house: House, committee: House, at: datetime) -> None:
    task = due_on_tuesday(house, committee, at)
    close_task(task_id=task.id, note="Xong sớm.", by=house.drafter, at=at)
    escalate_due(at=clock.at_vietnam(2022, 2, 17, 10))
    assert told() == []


@pytest.mark.django_db
def test_a_reminder_is_new_until_it_was_seen(house: House, committee: House, at: datetime) -> None:
    due_on_tuesday(house, committee, at)
    escalate_due(at=clock.at_vietnam(2022, 2, 15, 15, 30))
    (row,) = reminders_for(house.drafter)
    assert row.is_new
    assert "1 giờ 30 phút" in row.explanation
    assert mark_seen(posting_id=house.drafter.posting_id or 0, at=at) == 1
    assert mark_seen(posting_id=house.drafter.posting_id or 0, at=at) == 0
    assert not reminders_for(house.drafter)[0].is_new
    assert reminders_for(house.leader) == []
