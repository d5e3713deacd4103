"""A provider that writes what it is handed on paper: it outlives every process that is killed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from congvu.channels.types import Outcome, Outgoing, ProviderFacts, Result


class Paper:
    """The adapter "paper"; `secrets["paper"]` names the file. Asked, it looks there."""

    is_idempotent = False

    def send(self, provider: ProviderFacts, items: Sequence[Outgoing]) -> Sequence[Outcome]:
        with Path(provider.secrets["paper"]).open("a", encoding="utf-8") as file:
            file.writelines(f"{item.tracking} {item.text['text']}\n" for item in items)
            file.flush()
            os.fsync(file.fileno())
        return [Outcome(Result.ACCEPTED, external_id=f"x-{one.tracking}") for one in items]

    def ask(self, provider: ProviderFacts, item: Outgoing) -> Outcome | None:
        if item.tracking in Path(provider.secrets["paper"]).read_text("utf-8"):
            return Outcome(Result.ACCEPTED, external_id=f"x-{item.tracking}")
        return Outcome(Result.TEMPORARY, said="Chưa nhận tin này.", wait_seconds=0)
