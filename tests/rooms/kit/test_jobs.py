"""Jobs stand or fall with the act that asks for them; a killed worker's job runs again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction
from procrastinate.contrib.django import app as jobs_app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.testing import InMemoryConnector

from congvu.kit import jobs

rung: list[int] = []


@jobs.job(lane="bulk", lock="test-{number}")
def slow_bell(number: int) -> None:
    """A bell that only notes that it rang."""
    rung.append(number)


@jobs.job(lane="now", lock="one-{number}", queueing_lock="one-{number}")
def single_bell(number: int) -> None:
    """A bell that waits once at most."""
    rung.append(number)


@jobs.job(lane="now")
def quick_bell(number: int) -> None:
    """A bell in the fast lane."""
    rung.append(number)


@jobs.job()
def broken_bell(number: int) -> None:
    """A bell that fails."""
    rung.append(number)
    raise ConnectionError


@pytest.fixture(autouse=True)
def _silence() -> None:
    rung.clear()


def waiting() -> list[tuple[str, int]]:
    found = ProcrastinateJob.objects.filter(status="todo").order_by("id")
    return [(job.queue_name, job.args["number"]) for job in found if "number" in job.args]


@pytest.mark.django_db
def test_a_bell_rung_by_a_running_job_commits_or_vanishes_with_it() -> None:
    """A worker fetches jobs over a connection of its own; what its jobs ring does not go there."""
    with jobs_app.replace_connector(InMemoryConnector()) as app:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            quick_bell.defer(number=1)
            raise ZeroDivisionError
        assert waiting() == [] and app.connector.jobs == {}
        quick_bell.defer(number=2)
    assert waiting() == [("now", 2)]


@pytest.mark.django_db
def test_a_bell_that_waits_for_its_next_try_rings_at_once_when_it_is_rung_again() -> None:
    single_bell.defer(number=1)
    with connection.cursor() as cursor:  # as procrastinate leaves a job that failed
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '4 min'")
    single_bell.defer(number=1)
    (job,) = ProcrastinateJob.objects.filter(status="todo")
    assert job.scheduled_at is None


@pytest.mark.django_db
def test_a_job_vanishes_with_the_act_that_asked_for_it() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        slow_bell.defer(number=1)
        raise ZeroDivisionError
    with transaction.atomic():
        slow_bell.defer(number=2)
    assert waiting() == [("bulk", 2)]
    assert ProcrastinateJob.objects.get(queue_name="bulk").lock == "test-2"


@pytest.mark.django_db(transaction=True)
def test_the_worker_runs_the_fast_lane_first_and_each_job_once() -> None:
    slow_bell.defer(number=1)
    quick_bell.defer(number=2)
    jobs.run_all()
    assert rung == [2, 1]
    jobs.run_all()
    assert rung == [2, 1]


@pytest.mark.django_db(transaction=True)
def test_a_job_that_fails_waits_and_is_not_lost() -> None:
    broken_bell.defer(number=1)
    slow_bell.defer(number=2)
    jobs.run_all()
    assert rung == [1, 2]
    (left,) = ProcrastinateJob.objects.filter(status="todo", task_name__endswith="broken_bell")
    assert left.attempts == 1
    assert left.scheduled_at is not None


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_worker_without_a_heartbeat_is_given_back() -> None:
    slow_bell.defer(number=1)
    slow_bell.defer(number=2)
    die_in_the_middle(of=1, heartbeat_seconds_ago=90)
    die_in_the_middle(of=2, heartbeat_seconds_ago=5)  # this one still lives
    given_back = _requeue()
    assert given_back == 1
    jobs.run_all()
    assert rung == [1]


@pytest.mark.django_db(transaction=True)
def test_a_bell_rung_again_while_its_dead_worker_held_it_takes_its_place() -> None:
    """Else nobody would ever be given back: the lock of the dead would hold the lane for good."""
    single_bell.defer(number=1)
    die_in_the_middle(of=1, heartbeat_seconds_ago=90)
    single_bell.defer(number=1)
    slow_bell.defer(number=2)
    die_in_the_middle(of=2, heartbeat_seconds_ago=90)
    assert _requeue() == 2
    jobs.run_all()
    assert sorted(rung) == [1, 2]
    assert _requeue() == 0


@pytest.mark.django_db(transaction=True)
def test_the_bell_of_giving_back_is_rung_three_times_a_minute() -> None:
    periodic = jobs_app.periodic_registry.periodic_tasks
    (found,) = [one for key, one in periodic.items() if key[0] == "kit.requeue_stalled"]
    assert found.cron == "* * * * * */20"
    assert timedelta(seconds=90).total_seconds() > jobs.STALLED_AFTER_SECONDS + 20


def die_in_the_middle(*, of: int, heartbeat_seconds_ago: int) -> None:
    """What a worker leaves behind that was killed while it ran this job."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH w AS (INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id)"
            " UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM w)"
            " WHERE args ->> 'number' = %s",
            [heartbeat_seconds_ago, str(of)],
        )


def _requeue() -> int:
    async def requeue() -> Any:
        connector = jobs_app.connector.get_worker_connector()
        with jobs_app.replace_connector(connector) as app:
            async with app.open_async():
                return await jobs.give_back_stalled()

    return int(async_to_sync(requeue)())
