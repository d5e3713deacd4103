"""Told afterwards: a fact that must be heard although the act that met it is rolled back.

Whoever meets the fact calls `tell_afterwards`; the edge of the act (the web's middleware, a job)
opens `hearing` around its transaction and publishes what was told once that transaction has ended,
kept or rolled back; a reaction then opens a transaction of its own. Without an edge (a command) the
event is published at once and shares the fate of the caller's transaction, if there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from congvu.kit import events

_told: ContextVar[list[Any] | None] = ContextVar("told_afterwards", default=None)


def tell_afterwards(event: Any) -> None:
    """Publish `event` when the act at hand has ended; its field `by` is filled in by the edge."""
    waiting = _told.get()
    if waiting is None:
        events.publish(event)
    else:
        waiting.append(event)


def told_so_far() -> int:
    """How much waits to be published when the act at hand has ended."""
    return len(_told.get() or ())


def forget_since(told: int) -> None:
    """Forget what was told after `told_so_far`: the act is run again and tells it again."""
    del (_told.get() or [])[told:]


@contextmanager
def hearing(who: Callable[[], Any] = lambda: None) -> Iterator[None]:
    """The edge of an act: `who` tells at its end who acted (None: nobody signed in).

    What was told is published however the act ended. An edge inside another leaves it to that.
    """
    if _told.get() is not None:
        yield
        return
    waiting: list[Any] = []
    mark = _told.set(waiting)
    try:
        yield
    finally:
        _told.reset(mark)
        for event in waiting:
            events.publish(event if event.by is not None else replace(event, by=who()))
