"""The suite's database, clock and cast."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
os.environ.setdefault("CONGVU_SECRET_KEY", "only-for-the-tests-" + "x" * 40)
VAR = Path(os.environ.setdefault("CONGVU_VAR", "var/test"))
os.environ.setdefault("CONGVU_FILES", tempfile.mkdtemp(prefix="congvu-files-"))
os.environ.setdefault("CONGVU_KEYS", str(VAR / "keys"))


def pytest_configure(config: pytest.Config) -> None:
    """Start (or find) the suite's own PostgreSQL before Django reads its settings."""
    if "DATABASE_URL" not in os.environ:
        from congvu.run.database import ensure_database

        os.environ["DATABASE_URL"] = ensure_database(VAR).owner


MONDAY = "2022-02-14T09:00:00+07:00"


@pytest.fixture
def at() -> Iterator[datetime]:
    """Monday 14 February 2022, 09:00 in Vietnam: the clock stands still there."""
    from congvu.kit import clock

    moment = datetime.fromisoformat(MONDAY)
    with clock.frozen(moment):
        yield moment
