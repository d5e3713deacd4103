"""Call back the messages about a subject that no provider has taken yet."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.channels.models import Attempt, Message
from congvu.channels.states import AttemptState, MessageState
from congvu.rules.clauses import clause

IN_QUEUE = (AttemptState.QUEUED, AttemptState.FAILED_TEMPORARY)


@clause("QC.8.2.a")
def cancel_waiting(*, subject: tuple[str, int], agency_id: int, at: datetime) -> int:
    """What lies in the queue goes no more; what is being handed over, or has gone, stays as it is.

    Gives how many messages were called back. The caller has asked whether this actor may.
    """
    kind, number = subject
    with transaction.atomic():
        waiting = Attempt.objects.select_for_update(of=("self",), skip_locked=True).filter(
            agency_id=agency_id,
            message__subject_kind=kind,
            message__subject_id=number,
            state__in=IN_QUEUE,
        )
        ids = dict(waiting.values_list("id", "message_id"))
        Attempt.objects.filter(id__in=list(ids)).update(state=AttemptState.CANCELLED)
        return int(
            Message.objects.filter(id__in=list(ids.values()), state=MessageState.WAITING).update(
                state=MessageState.CANCELLED
            )
        )


def waiting_of(subject: tuple[str, int], agency_id: int) -> int:
    """How many messages about a subject still wait for a provider; one whose outcome nobody knows
    waits for its receipt, not for us."""
    kind, number = subject
    attempts = Attempt.objects.filter(
        agency_id=agency_id, message__subject_kind=kind, message__subject_id=number
    )
    # Two questions, each over the short index of what is still moving.
    return int(
        attempts.filter(state__in=IN_QUEUE).count()
        + attempts.filter(state=AttemptState.SENDING).count()
    )
