"""Clocks with budgets: what is left, what stands still, what rings and that it rings once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs.close_office import close_office
from congvu.orgs.events import CalendarChanged
from congvu.orgs.models import Agency
from congvu.rules.timers import Rung
from congvu.timers import jobs, queries
from congvu.timers.escalate import escalate_due, escalate_timer
from congvu.timers.events import TimerEscalated
from congvu.timers.models import Timer, TimerEvent, TimerRung
from congvu.timers.recount import recount_timers
from congvu.timers.resume import resume_timer
from congvu.timers.start import start_timer, start_timer_until
from congvu.timers.stop import stop_timer, stop_timers_of
from congvu.timers.suspend import suspend_timer
from offices import enter_calendars, hearing
from staff import make_agency


@pytest.fixture(autouse=True)
def rung() -> Iterator[list[Any]]:
    with hearing(CalendarChanged, TimerEscalated) as heard:
        yield heard


@pytest.fixture
def agency(db: None, at: datetime) -> Agency:
    """An agency of the province; `at` is Monday 14/02/2022, 09:00."""
    enter_calendars(at - timedelta(days=60))
    return make_agency()


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2022-{text}+07:00")


def two_hours(agency: Agency, at: datetime, **other: Any) -> Timer:
    """The two working hours of QC.9.2.b, begun at `at`."""
    usual = {
        "subject": ("message", 7), "kind": "decline", "agency_id": agency.id, "started_at": at,
        "budget_minutes": 120, "clause": "QC.9.2.b", "by": None,
    }  # fmt: skip
    return start_timer(at=at, **(usual | other))


def names(heard: list[Any]) -> list[str]:
    return [one.rung for one in heard if isinstance(one, TimerEscalated)]


@pytest.mark.clause("QC.9.2.b")
def test_two_working_hours_end_over_the_lunch_break(agency: Agency, at: datetime) -> None:
    timer = two_hours(agency, local("02-14T11:00"))
    assert timer.due_at == local("02-14T14:30")
    left = queries.time_left([timer.id], local("02-14T13:00"))[timer.id]
    assert left.minutes_left == 60 and not left.is_overdue
    assert left.calendar_version.startswith("lich-") and "14:30" in left.explanation
    late = queries.time_left([timer.id], local("02-14T15:00"))[timer.id]
    assert late.minutes_left == -30 and late.is_overdue


def test_a_duty_has_one_open_clock(agency: Agency, at: datetime) -> None:
    first = two_hours(agency, at)
    assert two_hours(agency, at + timedelta(hours=1)).id == first.id
    stop_timer(timer_id=first.id, by=None, at=at)
    assert two_hours(agency, at + timedelta(hours=1)).id != first.id


def test_a_clock_until_a_moment_has_the_working_time_until_then(
    agency: Agency, at: datetime
) -> None:
    timer = start_timer_until(
        subject=("task", 1), kind="due", agency_id=agency.id, started_at=at,
        due_at=local("02-15T17:00"), clause="ND30.24", by=None, at=at,
    )  # fmt: skip
    assert timer.budget_minutes == (180 + 210) + 480
    assert timer.due_at == local("02-15T17:00")
    past = start_timer_until(
        subject=("task", 2), kind="due", agency_id=agency.id, started_at=at,
        due_at=at - timedelta(days=9), clause="ND30.24", by=None, at=at,
    )  # fmt: skip
    assert past.budget_minutes == 1


def test_suspension_gives_the_time_back(agency: Agency, at: datetime) -> None:
    timer = two_hours(agency, at)
    suspend_timer(timer_id=timer.id, reason="Chờ bổ sung", by=None, at=local("02-14T10:00"))
    resting = queries.time_left([timer.id], local("02-16T10:00"))[timer.id]
    assert (resting.minutes_left, resting.due_at, resting.state) == (60, None, "suspended")
    resumed = resume_timer(timer_id=timer.id, by=None, at=local("02-16T16:30"))
    assert resumed.due_at == local("02-17T08:00")
    kinds = [one.kind for one in queries.history_of(timer.id)]
    assert kinds == ["started", "suspended", "resumed"]


@pytest.mark.parametrize("act", ["suspend", "resume"])
def test_a_stopped_clock_neither_rests_nor_runs_on(agency: Agency, at: datetime, act: str) -> None:
    timer = two_hours(agency, at)
    stopped = stop_timer(timer_id=timer.id, by=None, at=at + timedelta(minutes=30))
    again = stop_timer(timer_id=timer.id, by=None, at=at + timedelta(minutes=50))
    assert stopped.stopped_at == again.stopped_at == at + timedelta(minutes=30)
    with pytest.raises(Refusal) as refused:
        if act == "suspend":
            suspend_timer(timer_id=timer.id, reason="Chờ", by=None, at=at)
        else:
            resume_timer(timer_id=timer.id, by=None, at=at)
    assert refused.value.code == "timers.E002"
    assert queries.time_left([timer.id], at + timedelta(days=9))[timer.id].minutes_left == 90


def test_a_suspension_needs_a_reason_and_follows_the_last_one(agency: Agency, at: datetime) -> None:
    timer = two_hours(agency, at)
    for reason, moment, code in (
        (" ", at, "timers.E003"),
        ("Chờ", at - timedelta(hours=1), "timers.E004"),
    ):
        with pytest.raises(Refusal) as refused:
            suspend_timer(timer_id=timer.id, reason=reason, by=None, at=moment)
        assert refused.value.code == code


def test_rungs_ring_in_order_before_and_after_the_end_each_once(
    agency: Agency, at: datetime, rung: list[Any]
) -> None:
    timer = two_hours(agency, at)  # 09:00; warning after 96 minutes, end at 11:00
    for minute in range(0, 60 * 60, 7):
        escalate_due(at=at + timedelta(minutes=minute))
    assert names(rung) == ["warning", "broken", "late"]
    first, second, third = (one for one in rung if isinstance(one, TimerEscalated))
    assert local("02-14T10:36") <= first.at < local("02-14T11:00") <= second.at
    assert first.minutes_left > 0 >= second.minutes_left > third.minutes_left
    assert (first.subject_kind, first.subject_id, first.kind) == ("message", 7, "decline")
    assert TimerRung.objects.filter(timer=timer, fired_at__isnull=True).count() == 0
    assert TimerEvent.objects.filter(timer=timer, kind="escalated").count() == 3


@pytest.mark.parametrize("moment", ["02-14T12:30", "02-14T19:00", "02-19T10:00"])
def test_nothing_rings_outside_working_hours(
    agency: Agency, at: datetime, rung: list[Any], moment: str
) -> None:
    """Lunch break, evening, Saturday: the rung waits for the next opening."""
    timer = two_hours(agency, local("02-14T08:00"))
    assert escalate_due(at=local(moment)) == 0 and names(rung) == []
    timer.refresh_from_db()
    assert timer.next_rung_at is not None and timer.next_rung_at > local(moment)
    assert escalate_due(at=timer.next_rung_at) >= 1


def test_nothing_rings_while_suspended_or_after_the_stop(
    agency: Agency, at: datetime, rung: list[Any]
) -> None:
    timer = two_hours(agency, at)
    suspend_timer(timer_id=timer.id, reason="Chờ", by=None, at=at)
    assert escalate_due(at=local("02-16T10:00")) == 0
    resume_timer(timer_id=timer.id, by=None, at=local("02-16T10:00"))
    assert stop_timers_of(subject=("message", 7), by=None, at=local("02-16T10:30")) == 1
    assert escalate_due(at=local("02-21T10:00")) == 0
    assert names(rung) == []


def test_a_worker_that_slept_over_two_rungs_rings_both_once(
    agency: Agency, at: datetime, rung: list[Any]
) -> None:
    timer = two_hours(agency, at)
    assert escalate_timer(timer_id=timer.id, at=local("02-14T14:00")) == 2
    assert escalate_timer(timer_id=timer.id, at=local("02-14T14:00")) == 0
    assert names(rung) == ["warning", "broken"]


def test_a_reaction_that_fails_leaves_the_rung_for_the_next_minute(
    agency: Agency, at: datetime, rung: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    timer = two_hours(agency, at)

    def fail(event: object) -> None:
        raise RuntimeError("killed between two steps")

    with monkeypatch.context() as broken:
        broken.setattr("congvu.timers.escalate.publish", fail)
        with pytest.raises(RuntimeError):
            escalate_timer(timer_id=timer.id, at=local("02-14T10:40"))
    assert escalate_due(at=local("02-14T10:41")) == 1
    assert names(rung) == ["warning"]


def test_a_ladder_of_ones_own(agency: Agency, at: datetime, rung: list[Any]) -> None:
    two_hours(agency, at, rungs=[Rung("half", 60), Rung("end", 120)])
    escalate_due(at=local("02-14T10:00"))
    assert names(rung) == ["half"]
    with pytest.raises(ValueError, match="warn before"):
        two_hours(agency, at, subject=("message", 8), rungs=[Rung("end", 120)])


@pytest.mark.clause("QC.8.3.b")
def test_a_storm_moves_open_clocks_and_leaves_stopped_ones(agency: Agency, at: datetime) -> None:
    """Two hours from Monday 16:30 end on Tuesday; Tuesday is closed, so on Wednesday."""
    running = two_hours(agency, local("02-14T16:30"))
    stopped = two_hours(agency, local("02-14T16:30"), subject=("message", 8))
    stop_timer(timer_id=stopped.id, by=None, at=local("02-14T16:45"))
    assert running.due_at == stopped.due_at == local("02-15T09:00")
    evening = local("02-14T20:00")
    close_office(
        agency_id=agency.id, days={date(2022, 2, 15): None}, reason="Bão", basis="CĐ 02", by=None,
        at=evening,
    )  # fmt: skip
    assert recount_timers(agency_id=agency.id, at=evening) == 1
    assert recount_timers(agency_id=agency.id, at=evening) == 0
    running.refresh_from_db()
    stopped.refresh_from_db()
    assert running.due_at == local("02-16T09:00") and stopped.due_at == local("02-15T09:00")
    assert running.calendar_version != stopped.calendar_version
    last = queries.history_of(running.id)[-1]
    assert (last.kind, last.due_before, last.due_after) == (
        "recounted",
        stopped.due_at,
        running.due_at,
    )


def test_many_clocks_cost_three_questions(
    agency: Agency, at: datetime, django_assert_num_queries: Any
) -> None:
    ids = [two_hours(agency, at, subject=("message", number)).id for number in range(1, 30)]
    queries.time_left(ids, at)
    with django_assert_num_queries(3):
        assert len(queries.time_left(ids, at)) == 29
    by_subject = queries.time_left_of("message", [1, 2, 99], at)
    assert {subject: len(found) for subject, found in by_subject.items()} == {1: 1, 2: 1}


def test_the_minute_job_rings_and_a_change_of_the_calendar_asks_for_a_count(
    agency: Agency, at: datetime, rung: list[Any]
) -> None:
    timer = two_hours(agency, at)
    with clock.frozen(local("02-14T10:40")):
        jobs.ring_timers(timestamp=0)
        jobs.ring_timers(timestamp=0)
    assert names(rung) == ["warning"]
    Timer.objects.filter(id=timer.id).update(due_at=None)
    jobs.recount_after_change(CalendarChanged(version_id=1, agency_id=agency.id, at=at))
    asked = ProcrastinateJob.objects.get(task_name="congvu.timers.jobs.recount")
    assert asked.args == {"agency_id": agency.id}
    jobs.recount(**asked.args)
    jobs.recount(agency_id=0)
    timer.refresh_from_db()
    assert timer.due_at == local("02-14T11:00")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ring_a_rung_once(at: datetime, rung: list[Any]) -> None:
    enter_calendars(at - timedelta(days=60))
    timer = two_hours(make_agency(), at)
    start = threading.Barrier(4)
    fired: list[int] = []

    def work() -> None:
        start.wait()
        fired.append(escalate_timer(timer_id=timer.id, at=local("02-14T10:40")))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sum(fired) == 1 and names(rung) == ["warning"]
