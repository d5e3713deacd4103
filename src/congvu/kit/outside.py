"""Questions to the world outside are asked while no transaction is open.

A legal act looks, refuses, writes and tells in one transaction; the answer it needs on the way (a
time-stamp, a list of revoked certificates, what a service knows of its user) may take ten seconds.
So an act that needs an answer stops there: what it wrote is rolled back and its locks are free, the
question is asked, and the act runs again from its beginning with the answer on hand. It looks at
everything as it is by then, so whatever changed meanwhile is refused as it always was.

The edge of the act (the web's middleware, a job) opens `asking_between` around its transaction.
Without an edge (a command, a test of a room) a question is asked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Any, TypeVar, cast

from django.db import connection

from congvu.kit import afterwards, clock

T = TypeVar("T")
MOST_RUNS = 100


class Wanted(BaseException):
    """An act stopped to have this asked. No error: nothing between the act and its edge, not even
    a net for broken documents, may hold it up, hence no Exception."""

    def __init__(self, key: Hashable, ask: Callable[[], Any]) -> None:
        super().__init__()
        self.key, self.ask = key, ask


# What is on hand for the act that runs; None: no edge is open, or its question is being asked.
_on_hand: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers_on_hand", default=None)


def answer(key: Hashable, ask: Callable[[], T]) -> T:
    """What `ask` tells, or raises; `key` is everything that the question depends on."""
    on_hand = _on_hand.get()
    if on_hand is None:
        return ask()
    if key not in on_hand:
        raise Wanted(key, ask)
    found = on_hand[key]
    if isinstance(found, Exception):
        raise found
    return cast(T, found)


def once(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` makes, made once however often the act runs: a signature takes a try of a PIN,
    and no two are alike. `key` is everything that it depends on."""
    on_hand = _on_hand.get()
    if on_hand is None:
        return make()
    if key not in on_hand:
        on_hand[key] = make()
    return cast(T, on_hand[key])


def asking_between(act: Callable[[], T]) -> T:
    """Run the act, which opens its own transaction, until it wants no more answers.

    To the act it is the same moment in every run. An edge inside another leaves it to that.
    """
    if _on_hand.get() is not None:
        return act()
    on_hand: dict[Hashable, Any] = {}
    began = clock.now()
    for _ in range(MOST_RUNS):
        told = afterwards.told_so_far()
        mark = _on_hand.set(on_hand)
        try:
            with clock.frozen(began):
                return act()
        except Wanted as wanted:
            question = wanted
        finally:
            _on_hand.reset(mark)
        afterwards.forget_since(told)  # the next run tells it again
        on_hand[question.key] = _asked(question)
    raise RuntimeError("an act asked for other answers in every run")


def _asked(question: Wanted) -> Any:
    """The answer; a failure is one too, and is raised where the act asked."""
    try:
        return question.ask()
    except Exception as fault:
        return fault


def go_out() -> None:
    """Called by whoever is about to call the network: a mistake (RuntimeError) while this thread
    has a transaction open. That of a test, which is around everything, does not count."""
    if any(not block._from_testcase for block in connection.atomic_blocks):
        raise RuntimeError("the network is called inside a transaction; use kit.outside.answer")
