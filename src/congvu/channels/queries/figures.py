"""The channels as they are this moment: each provider's health, each queue, what is in doubt.

Numbers only, of all agencies together: one statement with the owner's rights, for whoever runs the
system and reads no message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from congvu.channels.models import CHANNELS, Lane, Provider
from congvu.channels.types import CHANNEL_WORDS

FIGURES = "SELECT kind, channel, lane, provider_id, number, oldest FROM channels_figures(%s)"


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits in one lane of a channel; `oldest` is due since then."""

    lane: str
    number: int
    oldest: datetime | None
    later: int


@dataclass(frozen=True, slots=True)
class ProviderFigures:
    """One provider: whether it is called now, and what it took."""

    provider: Provider
    is_resting: bool
    minute: int
    hour: int
    failed: int
    sending: int
    unknown: int
    orphans: int


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    """One channel with its queues and its providers in the order in which they are tried."""

    channel: str
    label: str
    queues: Sequence[Queue]
    providers: Sequence[ProviderFigures]

    @property
    def is_stopped(self) -> bool:
        """Nobody carries it now although something waits."""
        carries = any(one.provider.is_active and not one.is_resting for one in self.providers)
        return not carries and any(queue.number for queue in self.queues)


@dataclass
class _Numbers:
    by_provider: dict[tuple[str, int], int] = field(default_factory=dict)
    by_lane: dict[tuple[str, str, int], tuple[int, datetime | None]] = field(default_factory=dict)


def live_figures(at: datetime) -> list[ChannelFigures]:
    """Every channel, in the order of the register."""
    numbers = _numbers(at)
    providers = list(Provider.objects.defer("secrets"))
    return [
        ChannelFigures(
            channel,
            label,
            [
                queue
                for lane in (Lane.NOW, Lane.NORMAL, Lane.BULK)
                if (queue := _queue(numbers, channel, lane))
            ],
            [_provider(numbers, one, at) for one in providers if one.channel == channel],
        )
        for channel, label in CHANNELS
    ]


def _numbers(at: datetime) -> _Numbers:
    found = _Numbers()
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, [at])
        for kind, channel, lane, provider_id, number, oldest in cursor.fetchall():
            if lane is not None:
                found.by_lane[kind, channel, lane] = (number, oldest)
            elif provider_id is not None:
                found.by_provider[kind, provider_id] = number
    return found


def _queue(numbers: _Numbers, channel: str, lane: Lane) -> Queue:
    waiting, oldest = numbers.by_lane.get(("waiting", channel, int(lane)), (0, None))
    later, _ = numbers.by_lane.get(("later", channel, int(lane)), (0, None))
    return Queue(str(lane.label), waiting, oldest, later)


def _provider(numbers: _Numbers, one: Provider, at: datetime) -> ProviderFigures:
    def of(*kinds: str) -> int:
        return sum(numbers.by_provider.get((kind, one.id), 0) for kind in kinds)

    return ProviderFigures(
        provider=one,
        is_resting=one.open_until is not None and one.open_until > at,
        minute=of("minute"),
        hour=of("hour"),
        failed=of("failed"),
        sending=of("sending"),
        unknown=of("unknown"),
        orphans=of("event_orphan"),
    )


@dataclass(frozen=True, slots=True)
class AddressRow:
    """Which address is whose, as the administrator sees it."""

    id: int
    agency_name: str
    channel: str
    address: str
    can_answer: bool
    with_marks: bool
    provider_name: str
    valid_from: datetime
    valid_to: datetime | None

    @property
    def channel_label(self) -> str:
        """The channel in words."""
        return CHANNEL_WORDS[self.channel]


MOST_ADDRESSES = 50
ADDRESSES = """
SELECT o.id, o.agency_name, o.channel, o.address, o.can_answer, o.with_marks, coalesce(p.name, ''),
       o.valid_from, o.valid_to
FROM channels_own_addresses() o LEFT JOIN channels_provider p ON p.id = o.provider_id
WHERE NOT o.is_personal AND strpos(lower(o.agency_name || ' ' || o.address), lower(%(words)s)) > 0
ORDER BY o.valid_to IS NOT NULL, o.agency_name, o.channel, o.address LIMIT %(most)s
"""


def address_rows(words: str) -> list[AddressRow]:
    """The addresses of all agencies, those in use first; narrowed by name or address. One more
    than `MOST_ADDRESSES` tells that there are others."""
    with connection.cursor() as cursor:
        cursor.execute(ADDRESSES, {"words": words.strip()[:80], "most": MOST_ADDRESSES + 1})
        return [AddressRow(*row) for row in cursor.fetchall()]
