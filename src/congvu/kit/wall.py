"""The second wall: PostgreSQL row security, entered at the start of a transaction.

The first wall is access.py and each query's own filter. Roles: `congvu_app` (the web; sees the
rows of the active agency), `congvu_jobs` (workers; crosses agencies by explicit policy), and the
owner (migrations only). The settings are local to the transaction, so no pool can leak them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

APP_ROLE = "congvu_app"
JOBS_ROLE = "congvu_jobs"


def _enter(role: str, agency_id: int | None, person_id: int | None) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("the wall can only be entered inside a transaction")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('app.agency_id', %s, true),"
            " set_config('app.person_id', %s, true)",
            [role, str(agency_id or ""), str(person_id or "")],
        )


def enter_agency(agency_id: int | None, person_id: int | None = None) -> None:
    """From here to the end of the transaction only this agency's rows exist (None: none do)."""
    _enter(APP_ROLE, agency_id, person_id)


@contextmanager
def crossing_agencies() -> Iterator[None]:
    """A transaction that may read and write every agency's rows: for jobs only."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('role')")
            (role_before,) = cursor.fetchone()
            cursor.execute("SELECT set_config('role', %s, true)", [JOBS_ROLE])
        yield
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('role', %s, true)", [role_before])


@contextmanager
def inside_agency(agency_id: int) -> Iterator[None]:
    """A transaction of one agency, whoever runs: the web becomes this agency, a worker stays what
    it is (it may write every agency's rows, and cannot become the web)."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_user, current_setting('role'),"
                " coalesce(current_setting('app.agency_id', true), ''),"
                " coalesce(current_setting('app.person_id', true), '')"
            )
            who, *before = cursor.fetchone()
        if who != JOBS_ROLE:
            _enter(APP_ROLE, agency_id, None)
        yield
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('role', %s, true), set_config('app.agency_id', %s, true),"
                " set_config('app.person_id', %s, true)",
                before,
            )
