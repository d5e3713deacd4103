"""Doorbells of the channels room; safe to ring twice.

One bell per channel and lane: a slice of work, then the bell again while something waits.
"""

from __future__ import annotations

from functools import partial

from django.db import transaction

from congvu.channels.events import MessageAccepted, MessagesAccepted
from congvu.channels.hand_over import hand_over_due, waiting_channels
from congvu.channels.reconcile import reconcile_doubt
from congvu.channels.work_events import events_wait, work_events
from congvu.kit import clock
from congvu.kit.jobs import job, periodic


@job(lane="now", lock="channel-{channel}", queueing_lock="channel-{channel}")
def hand_over(channel: str) -> None:
    """One slice of a channel's queue; rings again while there was work."""
    if hand_over_due(channel=channel):
        hand_over.defer(channel=channel)


@periodic("* * * * * */10", lane="now")
def hand_over_all() -> None:
    """What waits for a moment, or whose bell was lost."""
    for channel in waiting_channels(clock.now()):
        hand_over.defer(channel=channel)


@job(lane="now", lock="channel-events", queueing_lock="channel-events")
def read_events() -> None:
    """What providers told us."""
    if work_events(at=clock.now()):
        read_events.defer()


@periodic("* * * * * */10", lane="now")
def read_events_again() -> None:
    """Orphans, and events whose bell was lost."""
    if events_wait(clock.now()):
        read_events.defer()


@periodic("* * * * *")
def settle_doubt() -> None:
    """Ask about attempts in doubt."""
    reconcile_doubt(at=clock.now())


def ring_for_message(event: MessageAccepted | MessagesAccepted) -> None:
    """Reaction: the first attempt waits. Rung after the commit: orders that come at once would
    wait for one another at the bell, and a lost ring costs at most ten seconds."""
    for channel in event.channels:
        transaction.on_commit(partial(hand_over.defer, channel=channel))
