"""Doorbells of the bulk room; safe to ring twice."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from congvu.bulk.check_rows import check_rows
from congvu.bulk.events import ListLeft, ListTaken, OrderReleased
from congvu.bulk.expand_order import expand_order, settle_order
from congvu.bulk.forget_lists import forget_lists
from congvu.bulk.leave_list import take_left_list
from congvu.bulk.queries import moving_orders
from congvu.bulk.recount_order import recount_ended
from congvu.kit import clock, wall
from congvu.kit.jobs import job, periodic


@job(lane="normal", lock="bulk-{order_id}", queueing_lock="bulk-read-{order_id}")
def read(order_id: int) -> None:
    """Read the list that was left with an order: somebody looks at its page meanwhile."""
    take_left_list(order_id=order_id, at=clock.now())


@job(lane="bulk", lock="bulk-{order_id}", queueing_lock="bulk-check-{order_id}")
def check(order_id: int) -> None:
    """One slice of a list; rings again while rows wait to be looked at."""
    with wall.crossing_agencies():
        left = check_rows(order_id=order_id, at=clock.now())
    if left:
        check.defer(order_id=order_id)


@job(lane="bulk", lock="bulk-{order_id}", queueing_lock="bulk-expand-{order_id}")
def expand(order_id: int) -> None:
    """One slice of an order; rings again until it has come to its end, or is held."""
    taken = expand_order(order_id=order_id, at=clock.now())
    if taken:
        expand.defer(order_id=order_id)


@periodic("* * * * * */5", lane="bulk")
def look_after_orders() -> None:
    """Count every order that goes out, and go on with it where the channel has room again."""
    for order_id in moving_orders():
        if not settle_order(order_id=order_id, at=clock.now()):
            expand.defer(order_id=order_id)


@periodic("* * * * *", lane="bulk")
def recount() -> None:
    """Receipts of orders that have gone out."""
    recount_ended(at=clock.now())


@periodic("40 2 * * *", lane="bulk")
def forget() -> None:
    """Empty lists whose time is over."""
    forget_lists(at=clock.now())


def ring_for_left_list(event: ListLeft) -> None:
    """Reaction: a file waits to be read."""
    transaction.on_commit(partial(read.defer, order_id=event.order_id))


def ring_for_list(event: ListTaken) -> None:
    """Reaction: rows wait to be checked."""
    transaction.on_commit(partial(check.defer, order_id=event.order_id))


def ring_for_order(event: OrderReleased) -> None:
    """Reaction: an order may go out."""
    transaction.on_commit(partial(expand.defer, order_id=event.order_id))
