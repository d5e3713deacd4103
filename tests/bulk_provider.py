"""A provider that writes down whom it was given, in a file that outlives every kill; and its worker.

Run as a program it is a worker process that has this provider among its adapters.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from congvu.channels.types import Outcome, Outgoing, ProviderFacts, Result

NAME = "recorder"
SECONDS_EACH = 0.01


class Recorder:
    """Takes a message when its line is on disk; knows afterwards what it has taken."""

    is_idempotent = False

    def send(self, provider: ProviderFacts, items: Sequence[Outgoing]) -> Sequence[Outcome]:
        descriptor = os.open(provider.secrets["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        for item in items:
            os.write(descriptor, f"{item.tracking} {item.address}\n".encode())
            time.sleep(SECONDS_EACH)
        os.close(descriptor)
        return [Outcome(Result.ACCEPTED, external_id=one.tracking, raw=b"ok") for one in items]

    def ask(self, provider: ProviderFacts, item: Outgoing) -> Outcome | None:
        if item.tracking in Path(provider.secrets["log"]).read_text("utf-8"):
            return Outcome(Result.ACCEPTED, external_id=item.tracking, raw=b"ok")
        return Outcome(Result.TEMPORARY, said="Nhà cung cấp không có tin này.", wait_seconds=0)


if __name__ == "__main__":
    import django
    from django.conf import settings

    settings.CHANNEL_ADAPTERS = {**settings.CHANNEL_ADAPTERS, NAME: "bulk_provider.Recorder"}
    django.setup()
    from congvu.run.worker import work

    sys.exit(asyncio.run(work()))
