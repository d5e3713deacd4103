"""What channels need from the outside: a way out per kind of provider, a reader of its events."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from congvu.channels.types import (
    ContactNews,
    Incoming,
    Outcome,
    Outgoing,
    PartTaken,
    ProviderFacts,
    Receipt,
    SecretField,
)


class WayOut(Protocol):
    """Hands messages over. Called outside every transaction; may take seconds."""

    # Whether sending one tracking twice leaves one message: then doubt is solved by sending again.
    is_idempotent: bool

    def send(self, provider: ProviderFacts, items: Sequence[Outgoing]) -> Sequence[Outcome]:
        """One answer per item, in order; an adapter never raises for what a provider does."""
        ...

    def ask(self, provider: ProviderFacts, item: Outgoing) -> Outcome | None:
        """What became of an attempt in doubt; None when the provider cannot be asked."""
        ...


class EventReader(Protocol):
    """Understands what a provider told us (call-backs, receipts, inbound messages)."""

    def read(
        self, provider: ProviderFacts, raw: bytes
    ) -> Sequence[Receipt | Incoming | PartTaken | ContactNews]:
        """What the event says; ValueError with a Vietnamese sentence when it cannot be read."""
        ...


@lru_cache(maxsize=32)
def _adapter(name: str) -> Any:
    return import_string(settings.CHANNEL_ADAPTERS[name])()


def way_out(provider: ProviderFacts) -> WayOut:
    """The adapter of a provider."""
    return cast(WayOut, _adapter(provider.adapter))


def fields_of(adapter: str) -> tuple[SecretField, ...]:
    """What the adapter wants to be told of a provider; empty: it does not say, any name goes."""
    return tuple(getattr(_adapter(adapter), "FIELDS", ()))


def kind_of(adapter: str) -> tuple[str, str]:
    """What a person calls this kind of provider, and its channel ("": any)."""
    kind = _adapter(adapter)
    return getattr(kind, "WORDS", adapter), getattr(kind, "CHANNEL", "")


def event_reader(provider: ProviderFacts) -> EventReader:
    """The reader of a provider's events."""
    return cast(EventReader, _adapter(provider.adapter))
