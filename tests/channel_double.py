"""A provider that does what a test tells it, and is strict about what it is handed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from congvu.channels import ports
from congvu.channels.models import Provider
from congvu.channels.types import Incoming, Outcome, Outgoing, ProviderFacts, Receipt, Result

NAME = "double"
PATH = "channel_double.Double"


UNREACHABLE = Outcome(
    Result.TEMPORARY, said="Không kết nối được.", wait_seconds=0, is_provider_down=True
)


class Double:
    """The adapter under the name "double"; its script and what it saw belong to the class."""

    is_idempotent = False
    script: Callable[[Outgoing], Outcome]
    sent: list[Outgoing]
    known: dict[str, Outcome]
    down: set[int]  # ids of providers that cannot be reached

    @classmethod
    def reset(cls) -> None:
        cls.script = staticmethod(accepted)
        cls.sent, cls.known, cls.is_idempotent, cls.down = [], {}, False, set()

    def send(self, provider: ProviderFacts, items: Sequence[Outgoing]) -> Sequence[Outcome]:
        assert provider.secrets["account"], "secrets must be opened for the adapter"
        if provider.id in Double.down:
            return [UNREACHABLE for _ in items]
        answers = []
        for item in items:
            assert item.tracking and item.address and item.text
            assert item.tracking not in {one.tracking for one in self.sent}, "sent twice"
            Double.sent.append(item)
            answers.append(Double.script(item))
        return answers

    def ask(self, provider: ProviderFacts, item: Outgoing) -> Outcome | None:
        return Double.known.get(item.tracking)

    def read(self, provider: ProviderFacts, raw: bytes) -> Sequence[Receipt | Incoming]:
        """{"receipt": [kind, grade, iso, external id]}; anything else is not understood."""
        said = json.loads(raw)
        if "receipt" not in said:
            raise ValueError("Không hiểu được sự kiện.")
        kind, grade, moment, external_id = said["receipt"]
        return [Receipt(kind, grade, datetime.fromisoformat(moment), external_id=external_id)]


def stand_in(settings: Any) -> type[Double]:
    """The double stands behind its name, clean."""
    settings.CHANNEL_ADAPTERS = {**settings.CHANNEL_ADAPTERS, NAME: PATH}
    ports._adapter.cache_clear()
    Double.reset()
    return Double


def accepted(item: Outgoing) -> Outcome:
    """Every provider's usual answer."""
    return Outcome(Result.ACCEPTED, external_id=f"x-{item.tracking}", raw=b"250 queued")


def make_provider(channel: str, at: datetime, *, rank: int = 1, name: str = "Nhà mạng") -> Provider:
    """An active provider behind the double."""
    return Provider.objects.create(
        channel=channel,
        adapter=NAME,
        name=f"{name} {channel} {rank}",
        secrets={"account": "phuyen", "password": "bi-mat"},
        rank=rank,
        per_second=1000,
        is_active=True,
        registered_at=at,
    )
