"""Every address of the system with real numbers in it, for tests that walk all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from congvu.web.shell.doors import Door, door_of

# What the acts of people change; signing in, the log and derived files are not among them.
ROOMS = ("documents", "tasks", "records", "exchange", "timers", "orgs", "systems", "incidents")


@dataclass(frozen=True)
class Route:
    """One address: its name, the names of its numbers, and its view."""

    name: str
    numbers: tuple[str, ...]
    view: Callable[..., Any]

    @property
    def door(self) -> Door:
        """Who may open it."""
        return door_of(self.view)

    def address(self, numbers: Mapping[str, object]) -> str:
        """The address with these numbers; 1 for what is not given."""
        return reverse(self.name, kwargs={name: numbers.get(name, 1) for name in self.numbers})


def routes() -> list[Route]:
    """Every route of the system's own address book."""
    return [
        Route(one.name or "", tuple(one.pattern.converters), one.callback)
        for one in _patterns(get_resolver("congvu.web.urls").url_patterns)
    ]


def _patterns(found: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for one in found:
        if isinstance(one, URLResolver):
            yield from _patterns(one.url_patterns)
        else:
            yield one


def fingerprint() -> dict[str, str]:
    """A hash of every row of the rooms, table by table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND split_part(tablename, '_', 1) = ANY(%s) ORDER BY 1",
            [list(ROOMS)],
        )
        tables = [name for (name,) in cursor.fetchall()]
        prints = {}
        for table in tables:
            cursor.execute(
                f"SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {table} t"
            )
            prints[table] = cursor.fetchone()[0]
    return prints
