"""Doorbells of the channels room; safe to ring twice.

One bell per channel and lane: a slice of work, then the bell again while something waits.
"""

from __future__ import annotations

from functools import partial

from django.db import transaction

from congvu.channels.events import (
    FilesNamed,
    MessageAccepted,
    MessagesAccepted,
    ProviderTold,
    ZaloGrantReturned,
)
from congvu.channels.fetch_files import fetch_files
from congvu.channels.hand_over import hand_over_due, waiting_channels
from congvu.channels.reconcile import reconcile_doubt
from congvu.channels.refresh_tokens import refresh_due
from congvu.channels.take_grant import exchange_code
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


def ring_for_events(event: ProviderTold) -> None:
    """Reaction: understood at once, after the provider has had its answer."""
    transaction.on_commit(read_events.defer)


FILE_PAUSES = (0, 20, 60, 300, 900, 3600)  # seconds before each try


@job(lane="normal", lock="files-{inbound_id}")
def fetch_inbound_files(inbound_id: int, turn: int) -> None:
    """Files that came as addresses; later again while the other side does not answer."""
    is_last = turn + 1 >= len(FILE_PAUSES)
    if not fetch_files(inbound_id=inbound_id, is_last_try=is_last, at=clock.now()):
        pause = FILE_PAUSES[turn + 1]
        fetch_inbound_files.defer_in(pause, inbound_id=inbound_id, turn=turn + 1)


def ring_for_files(event: FilesNamed) -> None:
    """Reaction: the first try."""
    fetch_inbound_files.defer(inbound_id=event.inbound_id, turn=0)


@job(lane="now", lock="zalo-grant-{grant_id}")
def exchange_zalo_code(grant_id: int) -> None:
    """The code of a grant against its tokens."""
    exchange_code(grant_id=grant_id, at=clock.now())


def ring_for_grant(event: ZaloGrantReturned) -> None:
    """Reaction: the administrator waits for it."""
    exchange_zalo_code.defer(grant_id=event.grant_id)


@periodic("*/5 * * * *")
def refresh_zalo() -> None:
    """New tokens before the old ones end."""
    refresh_due(at=clock.now())
