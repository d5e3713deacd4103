"""The worker process: `python -m congvu.run.worker` runs the jobs of every lane.

Two workers share one process: one for the lanes "now" and "normal", one for "bulk" alone, so
that a long piece of bulk work never keeps an urgent job waiting. SIGTERM lets the jobs that are
running end first. When the database goes away, or the end of a job cannot be written down, both
begin again under new names as soon as it answers, and what the old ones held is given back.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from typing import Any

import django
from procrastinate import App
from procrastinate.contrib.django import app as django_app

from congvu.kit.jobs import give_back_stalled
from congvu.run.children import LANES_OF_WORKERS

log = logging.getLogger("congvu.worker")
GRACE_SECONDS = 15.0
# How often the queue is looked at. A bell tells of new jobs at once; nothing tells that a job may
# start because the one that held its lock has ended, such as the next slice of a long sending.
LOOK_EVERY = {"prompt": 0.25, "bulk": 0.5}  # seconds
PAUSE_SECONDS = 0.5


async def work() -> int:
    """Run both workers until SIGTERM, again after every failure."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    stop = asyncio.create_task(stopped.wait())
    while not stopped.is_set():
        turn = asyncio.create_task(_turn())
        # Nobody waits for the task of a single job: the one whose end could not be written down
        # would stay "doing" for ever, for its worker lives.
        loop.set_exception_handler(lambda _, told, turn=turn: _give_up(turn, told))  # type: ignore[misc]
        await asyncio.wait([turn, stop], return_when=asyncio.FIRST_COMPLETED)
        turn.cancel()
        (ended,) = await asyncio.gather(turn, return_exceptions=True)
        if not stopped.is_set():
            log.error("the workers have ended and begin again: %r", ended)
            await asyncio.wait([stop], timeout=PAUSE_SECONDS)
    return 0


async def _turn() -> None:
    """Both workers until one of them ends; raises its error. Cancelled, they end gracefully."""
    connector = django_app.connector.get_worker_connector()
    with django_app.replace_connector(connector) as app:
        async with app.open_async():
            await give_back_stalled()
            workers = [
                asyncio.create_task(_lanes(app, name, queues))
                for name, queues in LANES_OF_WORKERS.items()
            ]
            try:
                await asyncio.wait(workers, return_when=asyncio.FIRST_COMPLETED)
            finally:
                # Cancelling a worker is its graceful stop: no new job, the running ones may end.
                for worker in workers:
                    worker.cancel()
                ended = await asyncio.gather(*workers, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, Exception):
            raise outcome


async def _lanes(app: App, name: str, queues: list[str]) -> None:
    prompt = int(os.environ.get("CONGVU_WORKER_CONCURRENCY", "2"))
    await app.run_worker_async(
        name=name,
        queues=queues,
        concurrency=prompt if name == "prompt" else 1,
        fetch_job_polling_interval=LOOK_EVERY[name],
        install_signal_handlers=False,
        shutdown_graceful_timeout=GRACE_SECONDS,
    )


def _give_up(turn: asyncio.Task[None], told: dict[str, Any]) -> None:
    log.error("%s: %r", told["message"], told.get("exception"))
    turn.cancel()


if __name__ == "__main__":
    django.setup()
    sys.exit(asyncio.run(work()))
