"""What a second start may leave out: migrations that are applied, data that are filled in.

Both questions are answered without starting Django, which costs two seconds of a processor.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import psycopg

PACKAGE = Path(__file__).resolve().parents[1]


def migrations_wanted() -> set[tuple[str, str]]:
    """(app label, migration name) of every migration on disk: ours and procrastinate's."""
    folders = {folder.parent.name: folder for folder in PACKAGE.glob("*/migrations")}
    spec = importlib.util.find_spec("procrastinate")
    if spec is not None and spec.submodule_search_locations:
        root = Path(next(iter(spec.submodule_search_locations)))
        folders["procrastinate"] = root / "contrib/django/migrations"
    return {
        (label, file.stem) for label, folder in folders.items() for file in folder.glob("[0-9]*.py")
    }


def is_migrated(url: str) -> bool:
    """Whether the database knows every migration on disk."""
    with psycopg.connect(url) as connection, contextlib.suppress(psycopg.errors.UndefinedTable):
        applied = set(connection.execute("SELECT app, name FROM django_migrations").fetchall())
        return migrations_wanted() <= applied
    return False


def _demo_sources() -> Iterator[Path]:
    yield from sorted(PACKAGE.glob("run/demo*"))
    for folder in ("orgs/data", "accounts/data", "systems/data", "run/data"):
        yield from sorted(path for path in (PACKAGE / folder).rglob("*") if path.is_file())


def demo_mark() -> str:
    """A hash over everything the demonstration data are made from."""
    total = hashlib.sha256()
    for path in _demo_sources():
        if path.is_file():
            total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()


def is_filled(home: Path | None) -> bool:
    """Whether this embedded cluster was filled from these sources (an outside one: not known)."""
    stamp = home / "demo-filled" if home else None
    return stamp is not None and stamp.is_file() and stamp.read_text() == demo_mark()


def note_filled(home: Path | None) -> None:
    """Remember it beside the cluster, so that the note goes when the cluster goes."""
    if home is not None:
        (home / "demo-filled").write_text(demo_mark())
