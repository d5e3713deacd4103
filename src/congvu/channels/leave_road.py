"""An urgent message does not wait for a channel that is down: it takes its next road."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from congvu.channels.cancel_waiting import IN_QUEUE
from congvu.channels.models import Attempt, Lane
from congvu.channels.record_outcome import record_outcomes
from congvu.channels.states import AttemptState
from congvu.channels.types import Outcome, Result
from congvu.kit import wall
from congvu.rules.clauses import clause

DOWN = Outcome(Result.PERMANENT, said="Kênh này đang gián đoạn; tin khẩn chuyển sang kênh khác.")


@clause("QC.8.2.a")
def leave_road(*, channel: str, at: datetime) -> int:
    """Called when no provider of the channel may be called; gives how many went on.

    One without another road waits; one that may have left already is asked about, not doubled.
    """
    due = Q(next_at__lte=at) | Q(state=AttemptState.FAILED_TEMPORARY)
    with wall.crossing_agencies(), transaction.atomic():
        waiting = Attempt.objects.select_for_update(of=("self",), skip_locked=True).filter(
            due, channel=channel, lane=Lane.NOW, state__in=IN_QUEUE
        )
        left = [one.id for one in waiting.select_related("message") if _has_other_road(one)]
        record_outcomes(dict.fromkeys(left, DOWN), at=at)
    return len(left)


def _has_other_road(attempt: Attempt) -> bool:
    tried = attempt.message.attempts.values_list("channel", flat=True)
    return bool(set(attempt.message.roads) - set(tried))
