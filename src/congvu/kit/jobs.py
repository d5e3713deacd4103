"""Jobs: doorbells for slow work, deferred in the caller's transaction (procrastinate).

A job takes ids, is safe to ring twice, and lives in one of three lanes: "now" never waits behind
"bulk". A worker that was killed leaves its job "doing"; `requeue_stalled` gives it back.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import wraps
from typing import Any, Literal

from django.db import connection, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from congvu.kit.afterwards import hearing

Lane = Literal["now", "normal", "bulk"]
LANES: tuple[Lane, ...] = ("now", "normal", "bulk")
PRIORITY: dict[Lane, int] = {"now": 100, "normal": 0, "bulk": -100}
STALLED_AFTER_SECONDS = 45


class Job:
    """A named piece of background work; `defer(**ids)` rings the bell."""

    def __init__(self, task: Any, lock: str | None, queueing_lock: str | None) -> None:
        self.task = task
        self._lock = lock
        self._queueing_lock = queueing_lock

    def defer(self, **ids: int | str) -> None:
        """Ask for the work; commits or vanishes with the caller's transaction."""
        self._defer({}, ids)

    def defer_in(self, seconds: int, **ids: int | str) -> None:
        """Ask for the work, not before so many seconds from now: nobody sleeps meanwhile."""
        self._defer({"schedule_in": {"seconds": seconds}}, ids)

    def _defer(self, options: dict[str, Any], ids: dict[str, int | str]) -> None:
        if self._lock:
            options["lock"] = self._lock.format(**ids)
        if self._queueing_lock:
            options["queueing_lock"] = self._queueing_lock.format(**ids)
        # Never over the app's own connector: a worker has put another one there, whose connection
        # knows nothing of the transaction in which its job rings.
        bell = configure_task(
            name=self.task.name,
            queue=self.task.queue,
            priority=self.task.priority,
            job_manager=JobManager(DjangoConnector()),
            **options,
        )
        if not self._queueing_lock:
            bell.defer(**ids)
            return
        if _waits(options["queueing_lock"]):
            return  # rung already: that one will do
        with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
            bell.defer(**ids)

    def __call__(self, **ids: int | str) -> None:
        self.task.func(**ids)


def job(
    *, lane: Lane = "normal", lock: str | None = None, queueing_lock: str | None = None
) -> Callable[[Callable[..., None]], Job]:
    """Declare a job. `lock` is a template over the ids: two with one lock never run together."""

    def declare(function: Callable[..., None]) -> Job:
        @wraps(function)
        def heard(**ids: int | str) -> None:
            with hearing():
                function(**ids)

        task = django_app.task(
            name=f"{function.__module__}.{function.__qualname__}",
            queue=lane,
            priority=PRIORITY[lane],
            retry=RetryStrategy(max_attempts=8, exponential_wait=2),
        )(heard)
        return Job(task, lock, queueing_lock)

    return declare


def periodic(cron: str, *, lane: Lane = "normal") -> Callable[[Callable[[], None]], Job]:
    """Declare a job that the workers start by the clock, once per tick over all workers."""

    def declare(function: Callable[[], None]) -> Job:
        def tick(timestamp: int) -> None:
            with hearing():
                function()

        name = f"{function.__module__}.{function.__qualname__}"
        task = django_app.periodic(cron=cron, periodic_id=name)(
            django_app.task(name=name, queue=lane, priority=PRIORITY[lane], pass_context=False)(
                tick
            )
        )
        return Job(task, None, None)

    return declare


def _waits(queueing_lock: str) -> bool:
    """Whether such a bell waits already: asking is cheaper than being refused. One that has failed
    and waits for its next try rings now: nobody's work waits behind another's failure."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, scheduled_at > now() FROM procrastinate_jobs"
            " WHERE queueing_lock = %s AND status = 'todo'",
            [queueing_lock],
        )
        found = cursor.fetchone()
        if found is not None and found[1]:
            cursor.execute(
                "UPDATE procrastinate_jobs SET scheduled_at = NULL"
                " WHERE id = %s AND status = 'todo'",
                [found[0]],
            )
    return found is not None


async def give_back_stalled() -> int:
    """Give the jobs of workers that have ended, or whose heart has stopped, back to the queue."""
    manager = django_app.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS))
    for stalled_job in stalled:
        try:
            await manager.retry_job(stalled_job)
        except UniqueViolation:  # rung again meanwhile: that one will do, and this one lets go
            await manager.finish_job(stalled_job, Status.FAILED, delete_job=False)
    return len(stalled)


@django_app.periodic(cron="* * * * * */20", periodic_id="kit.requeue_stalled")
@django_app.task(name="kit.requeue_stalled", queue="now", priority=PRIORITY["now"])
async def requeue_stalled(timestamp: int) -> None:
    """The jobs of a killed worker wait again within 90 seconds of the kill."""
    await give_back_stalled()


def run_all() -> None:
    """Run what is due now, in this process, and return (for `congvu play` and tests)."""
    connector = django_app.connector.get_worker_connector()
    with django_app.replace_connector(connector) as worker_app:
        worker_app.run_worker(
            queues=list(LANES),
            wait=False,
            install_signal_handlers=False,
            listen_notify=False,
            concurrency=1,
        )
