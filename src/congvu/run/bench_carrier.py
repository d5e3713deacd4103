"""The worker of `congvu bench` with a stub for a provider: what it takes is gone at once.

python -m congvu.run.bench_carrier
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from importlib import import_module

import django
from django.conf import settings

from congvu.channels.types import Outcome, Outgoing, ProviderFacts, Result

STUB = "bench"


class Stub:
    """An adapter that takes everything, without a network."""

    is_idempotent = False

    def send(self, provider: ProviderFacts, items: Sequence[Outgoing]) -> Sequence[Outcome]:
        """Taken."""
        return [Outcome(Result.ACCEPTED, external_id=one.tracking, raw=b"ok") for one in items]

    def ask(self, provider: ProviderFacts, item: Outgoing) -> Outcome | None:
        """It is never in doubt."""
        return None


def main() -> int:
    """A worker as `congvu up` starts it, the stub among its adapters."""
    settings.CHANNEL_ADAPTERS = {
        **settings.CHANNEL_ADAPTERS,
        STUB: f"{__package__}.bench_carrier.Stub",
    }
    django.setup()
    return int(asyncio.run(import_module("congvu.run.worker").work()))


if __name__ == "__main__":
    sys.exit(main())
