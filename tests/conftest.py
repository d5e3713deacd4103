"""The suite's database, clock and cast."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
os.environ.setdefault("CONGVU_SECRET_KEY", "only-for-the-tests-" + "x" * 40)
VAR = Path(os.environ.setdefault("CONGVU_VAR", "var/test"))
# Runners side by side share the server, never a folder. They inherit what the first one has set, and
# the settings have been read before any conftest is loaded: both are told.
RUNNER = os.environ.get("PYTEST_XDIST_WORKER", "")
if RUNNER or "CONGVU_FILES" not in os.environ:
    from django.conf import settings

    kept = tempfile.mkdtemp(prefix="congvu-tests-")
    atexit.register(shutil.rmtree, kept, ignore_errors=True)
    for name, folder in (
        ("CONGVU_FILES", f"{kept}/files"),
        ("CONGVU_VAULT", f"{kept}/vault"),
        ("CONGVU_KEYS", str((VAR / f"keys{RUNNER}").resolve())),
    ):
        os.environ[name] = folder
        setattr(settings, name, Path(folder))


# The suite's own PostgreSQL. pytest-django has read the settings before any conftest is loaded, so
# the address is put there too; a room's conftest may then import models.
if "DATABASE_URL" not in os.environ:
    from congvu import settings as own_settings
    from congvu.run.database import ensure_database

    os.environ["DATABASE_URL"] = ensure_database(VAR).owner
    own_settings.DATABASES["default"].update(own_settings._database(os.environ["DATABASE_URL"]))


MONDAY = "2022-02-14T09:00:00+07:00"


@pytest.fixture
def at() -> Iterator[datetime]:
    """Monday 14 February 2022, 09:00 in Vietnam: the clock stands still there."""
    from congvu.kit import clock

    moment = datetime.fromisoformat(MONDAY)
    with clock.frozen(moment):
        yield moment


# Not managed by Django, so its flush forgets them: a job of one test would run in the next.
QUEUE_TABLES = "procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers"
AUDIT_TABLES = ("audit_entry", "audit_seal", "audit_droppedrun", "audit_dailyroot")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What still listens at the end (threads of a page server, a worker that was killed) would
    keep the test database from being dropped."""
    yield
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )


@pytest.fixture(scope="session", autouse=True)
def _emptying_passes_the_audit_wall() -> Iterator[None]:
    """Tests with real commits empty the tables afterwards; the audit wall is taken down for that
    one transaction and no longer."""
    from django.db.backends.base.operations import BaseDatabaseOperations

    original = BaseDatabaseOperations.execute_sql_flush

    def around(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        down = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in AUDIT_TABLES]
        up = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in AUDIT_TABLES]
        queue = f"TRUNCATE {QUEUE_TABLES} CASCADE"
        original(self, [*down, *sql_list, queue, *up])

    BaseDatabaseOperations.execute_sql_flush = around
    yield
    BaseDatabaseOperations.execute_sql_flush = original
