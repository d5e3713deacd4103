"""The worker process: `python -m congvu.run.worker` runs the jobs of every lane.

Two workers share one process: one for the lanes "now" and "normal", one for "bulk" alone, so
that a long piece of bulk work never keeps an urgent job waiting. SIGTERM lets the jobs that are
running end first. When one of the two fails (the database went away), the process ends and
`congvu up` starts it again; a job that was running is given back to the queue by the others.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import django
from procrastinate import App
from procrastinate.contrib.django import app as django_app

from congvu.run.children import LANES_OF_WORKERS

GRACE_SECONDS = 15.0
# How often the queue is looked at. A bell tells of new jobs at once; nothing tells that a job may
# start because the one that held its lock has ended, such as the next slice of a long sending.
LOOK_EVERY = {"prompt": 0.25, "bulk": 0.5}  # seconds


async def work() -> int:
    """Run both workers until SIGTERM (returns 0) or until one fails (raises its error)."""
    connector = django_app.connector.get_worker_connector()
    with django_app.replace_connector(connector) as app:
        async with app.open_async():
            workers = [
                asyncio.create_task(_lanes(app, name, queues))
                for name, queues in LANES_OF_WORKERS.items()
            ]
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, _stop, workers)
            await asyncio.wait(workers, return_when=asyncio.FIRST_COMPLETED)
            _stop(workers)
            ended = await asyncio.gather(*workers, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, Exception):
            raise outcome
    return 0


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


def _stop(workers: list[asyncio.Task[None]]) -> None:
    """Cancelling a worker is its graceful stop: no new job, the running ones may end."""
    for worker in workers:
        worker.cancel()


if __name__ == "__main__":
    django.setup()
    sys.exit(asyncio.run(work()))
