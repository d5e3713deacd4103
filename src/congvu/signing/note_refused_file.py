"""Keep why a returned file was refused, so that its signer is told in the system's own words."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import Refusal
from congvu.orgs import queries as orgs
from congvu.signing.models import WaitingSignature


def note_refused_file(*, waiting_id: int, refused: Refusal, at: datetime) -> None:
    """The request still stands; its page shows the reason. One that has ended keeps its own."""
    with transaction.atomic():
        waiting = WaitingSignature.objects.select_for_update().get(id=waiting_id)

        if waiting.state == WaitingSignature.State.WAITING:
            waiting.said = refused.say[:500]
            waiting.save(update_fields=["said"])

        write_entry(
            "signing.file_refused",
            by=orgs.actor_for(waiting.by_id, at),
            at=at,
            on=("waiting_signature", waiting.id),
            outcome="refused",
            clause=refused.clause,
            details={"code": refused.code},
        )
