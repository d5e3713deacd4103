"""Which provider of a channel is well, and what is known of the others (circuit breaker)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from congvu.channels.models import Provider
from congvu.channels.types import ProviderFacts
from congvu.kit import wall

# After so many failures in a row a provider rests: first a little, then longer, at most an hour.
FAILURES_ALLOWED = 5
FIRST_REST, LONGEST_REST = timedelta(seconds=15), timedelta(minutes=5)


def well_provider(channel: str, at: datetime) -> Provider | None:
    """The active provider of the channel that may be called now, the lowest rank first."""
    rested = Q(open_until__isnull=True) | Q(open_until__lte=at)
    return (
        Provider.objects.filter(rested, channel=channel, is_active=True)
        .order_by("rank", "id")
        .first()
    )


def may_be_called(provider: Provider, at: datetime) -> bool:
    """In use, and not resting."""
    return provider.is_active and (provider.open_until is None or provider.open_until <= at)


def facts_of(provider: Provider) -> ProviderFacts:
    """The provider as its adapter needs it, its secrets opened."""
    return ProviderFacts(
        id=provider.id,
        channel=provider.channel,
        adapter=provider.adapter,
        name=provider.name,
        secrets=provider.secrets,
        per_second=provider.per_second,
    )


def note_health(*, provider_id: int, is_well: bool, said: str, at: datetime) -> None:
    """Count failures in a row; open the breaker when there are too many, close it at a success."""
    with wall.crossing_agencies(), transaction.atomic():
        provider = Provider.objects.select_for_update().get(id=provider_id)
        if is_well:
            if provider.failures_in_row:
                provider.failures_in_row, provider.open_until, provider.said = 0, None, ""
                provider.save(update_fields=["failures_in_row", "open_until", "said"])
            return
        provider.failures_in_row += 1
        provider.said = said[:300]
        if provider.failures_in_row >= FAILURES_ALLOWED:
            times = provider.failures_in_row - FAILURES_ALLOWED
            provider.open_until = at + min(FIRST_REST * 2 ** min(times, 6), LONGEST_REST)
        provider.save(update_fields=["failures_in_row", "open_until", "said"])
