"""Processes of their own for tests with real commits: their environment, a worker, its funeral."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app as jobs_app

from congvu.kit import jobs


def own_environment() -> dict[str, str]:
    """What a child needs to work on the test's own database and files."""
    where = connection.settings_dict
    address = (
        f"postgresql://{quote(where['USER'])}:{quote(where['PASSWORD'])}@"
        f"{where['HOST']}:{where['PORT']}/{where['NAME']}"
    )
    return {
        **os.environ,
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "congvu.settings",
        "CONGVU_FILES": str(settings.CONGVU_FILES),
        "CONGVU_KEYS": str(settings.CONGVU_KEYS),
    }


def start_worker(log: Path) -> subprocess.Popen[bytes]:
    """A real worker process, as the supervisor starts it."""
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "congvu.run.worker"],
            stdout=out,
            stderr=subprocess.STDOUT,
            env=own_environment(),
        )


def give_back() -> int:
    """The heartbeats of all workers grow old, and the stalled jobs are given back."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 min'")

    async def requeue() -> int:
        connector = jobs_app.connector.get_worker_connector()
        with jobs_app.replace_connector(connector) as app:
            async with app.open_async():
                return await jobs.give_back_stalled()

    return int(async_to_sync(requeue)())
