"""The provider of the demonstration: takes texts and brings none anywhere, and says so by its name.

Numbers ending with 00 are refused, those ending with 99 never confirmed; every other one is
reported delivered, by the same way as a real provider's reports. Not there in production.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from congvu.channels.note_event import note_event
from congvu.channels.types import (
    SMS,
    Incoming,
    Outcome,
    Outgoing,
    PartTaken,
    ProviderFacts,
    Receipt,
    Result,
)
from congvu.kit import clock, wall
from congvu.rules.sms_text import measure

ON_ITS_WAY = timedelta(seconds=4)


class DemoSms:
    """A way out that leads nowhere."""

    WORDS, CHANNEL = "Minh họa, không gửi thật", SMS
    is_idempotent = True

    def send(self, provider: ProviderFacts, items: Sequence[Outgoing]) -> Sequence[Outcome]:
        """Accepted, or refused, by the last digits of the number."""
        return [self._sent(provider, one) for one in items]

    def _sent(self, provider: ProviderFacts, item: Outgoing) -> Outcome:
        at = clock.now()
        if item.address.endswith("00"):
            return Outcome(Result.PERMANENT, code="minh-hoa", said="Thuê bao không tồn tại.")
        if not item.address.endswith("99"):
            told = {"tracking": item.tracking, "at": (at + ON_ITS_WAY).isoformat()}
            with wall.crossing_agencies():
                note_event(
                    provider_id=provider.id,
                    external_id=f"demo-{item.tracking}",
                    raw=json.dumps(told).encode(),
                    at=at,
                )
        parts = len(measure(item.text["text"]).parts)
        return Outcome(Result.ACCEPTED, f"demo-{item.tracking}", at, parts=parts, raw=b"minh hoa")

    def ask(self, provider: ProviderFacts, item: Outgoing) -> Outcome | None:
        """Not asked."""
        return None

    def read(self, provider: ProviderFacts, raw: bytes) -> Sequence[Receipt | Incoming | PartTaken]:
        """Delivered."""
        told = json.loads(raw)
        at = datetime.fromisoformat(told["at"])
        said = "Nhà cung cấp minh họa báo đã đến máy người nhận."
        return [Receipt("delivered", "B", at, tracking=told["tracking"], said=said)]
