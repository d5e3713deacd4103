"""Put one of the signatures that a service gave for a lot into its document."""

from __future__ import annotations

from datetime import datetime

from congvu.kit import clock, wall
from congvu.kit.jobs import job
from congvu.rules.clauses import clause
from congvu.signing.models import RemoteKey, WaitingSignature
from congvu.signing.take_answer import put_in


@clause("QC.10.3", "ND30.32.2.d")
def finish_answered(*, waiting_id: int, at: datetime) -> None:
    """Check and put in, or end it with the reason. Safe to ring twice."""
    with wall.crossing_agencies():
        waiting = (
            WaitingSignature.objects.select_related("certificate")
            .filter(id=waiting_id, state=WaitingSignature.State.WAITING, answer__isnull=False)
            .first()
        )
        if waiting is None:
            return
        key = RemoteKey.objects.select_related("provider").get(certificate=waiting.certificate)
    put_in(waiting, key.provider.answers, bytes(waiting.answer or b""), at)


@job(lane="now", lock="remote-{waiting_id}")
def put_in_answered(waiting_id: int) -> None:
    """The doorbell."""
    finish_answered(waiting_id=waiting_id, at=clock.now())
