"""Hand attempts over to their providers: claim, call without a transaction, record.

An attempt is claimed by one statement that skips what others hold; a process killed between claim
and record leaves it "sending", and `reconcile` asks the provider before it is sent again. The most
urgent lane goes first in every slice, so a bulk sending never holds up a code.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from congvu.channels import ports
from congvu.channels.accept import CONSENT
from congvu.channels.leave_road import leave_road
from congvu.channels.models import Attempt, Provider
from congvu.channels.providers import facts_of, note_health, well_provider
from congvu.channels.queries.consents import withdrawal_links
from congvu.channels.record_outcome import record_outcomes
from congvu.channels.types import Outcome, Outgoing, ProviderFacts, Result
from congvu.kit import clock, wall
from congvu.rules.clauses import clause

MOST_AT_ONCE = 50
SLICE_SECONDS = 1.0
# A batch is what the provider takes in about a second: an urgent message waits for one at most.
FIRST_BATCH, LONGEST_BATCH = 10, 1.0

WITHDRAWN = Outcome(
    Result.PERMANENT, code="withdrawn", said="Người nhận đã rút lại đồng ý; tin không được gửi."
)

# MATERIALIZED: a sub-select may be run again for each row, and then its limit holds nobody back.
CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM channels_attempt
    WHERE channel = %(channel)s AND state IN ('queued', 'failed_temporary')
      AND next_at <= %(at)s
    ORDER BY lane DESC, next_at, id
    LIMIT %(most)s FOR UPDATE SKIP LOCKED)
UPDATE channels_attempt AS attempt SET state = 'sending', claimed_at = %(at)s,
    tries = tries + 1, provider_id = %(provider_id)s
FROM due WHERE attempt.id = due.id
RETURNING attempt.id
"""


@clause("QC.8.2.a", "QC.8.3.a")
def hand_over_due(*, channel: str, seconds: float = SLICE_SECONDS) -> int:
    """Work on a channel's queue for one slice of time; gives how many attempts were handed over.

    Keeps to the provider's rate; moves to the next provider of the channel when one is down, and
    what is urgent to the next channel when all are.
    """
    done, began, most = 0, time.monotonic(), FIRST_BATCH
    while time.monotonic() - began < seconds:
        provider = well_provider(channel, clock.now())
        if provider is None:
            return done + leave_road(channel=channel, at=clock.now())
        most = max(1, min(most, MOST_AT_ONCE, int(provider.per_second * seconds)))
        batch = _claim(channel, provider.id, most, clock.now())
        if not batch:
            return done
        started = time.monotonic()
        _carry(facts_of(provider), batch)
        done += len(batch)
        most = int(len(batch) * LONGEST_BATCH / max(time.monotonic() - started, 0.001))
        _keep_to_rate(provider, len(batch), started)
    return done


def _claim(channel: str, provider_id: int, most: int, at: datetime) -> list[Outgoing]:
    with wall.crossing_agencies():
        with connection.cursor() as cursor:
            cursor.execute(
                CLAIM,
                {"channel": channel, "provider_id": provider_id, "most": most, "at": at},
            )
            ids = [one for (one,) in cursor.fetchall()]
        found = Attempt.objects.select_related("message").filter(id__in=ids)
        rows = list(found.order_by("-lane", "next_at", "id"))
        links = withdrawal_links(one.message for one in rows)
        return [outgoing_of(one, links.get((one.message_id, one.channel), "")) for one in rows]


def outgoing_of(attempt: Attempt, withdrawal_url: str = "") -> Outgoing:
    """An attempt as adapters carry it; `withdrawal_url` where it was agreed to, for mail."""
    message = attempt.message
    text = message.texts[attempt.channel]
    return Outgoing(
        attempt_id=attempt.id,
        tracking=attempt.tracking,
        address=attempt.address,
        to_name=message.to_name,
        text={**text, "withdrawal_url": withdrawal_url} if withdrawal_url else text,
        purpose=message.purpose,
        agency_id=attempt.agency_id,
        files=tuple((sha256, name) for sha256, name in message.files),
        external_id=attempt.external_id,
        is_withdrawn=message.basis.startswith(CONSENT) and not withdrawal_url,
    )


def _carry(provider: ProviderFacts, batch: Sequence[Outgoing]) -> None:
    """Hand a batch over; who has taken consent back since the order is written to no more."""
    wanted = [item for item in batch if not item.is_withdrawn]
    outcomes = ports.way_out(provider).send(provider, wanted) if wanted else []
    answers = {item.attempt_id: said for item, said in zip(wanted, outcomes, strict=True)}
    answers |= {item.attempt_id: WITHDRAWN for item in batch if item.is_withdrawn}
    record_outcomes(answers, at=clock.now())
    _note(provider.id, outcomes)


def _note(provider_id: int, outcomes: Sequence[Outcome]) -> None:
    ill = [one for one in outcomes if one.is_trouble]
    well = any(one.result in {Result.ACCEPTED, Result.DELIVERED} for one in outcomes)
    if ill or well:
        said = ill[0].said if ill and not well else ""
        note_health(provider_id=provider_id, is_well=well, said=said, at=clock.now())


def _keep_to_rate(provider: Provider, count: int, started: float) -> None:
    """Sleep what the provider's rate asks for; never longer than a slice."""
    owed = count / provider.per_second - (time.monotonic() - started)
    if owed > 0:
        time.sleep(min(owed, SLICE_SECONDS))


def waiting_channels(at: datetime) -> list[str]:
    """The channels that have something to hand over now."""
    with wall.crossing_agencies():
        due = Attempt.objects.filter(state__in=["queued", "failed_temporary"], next_at__lte=at)
        return sorted(due.values_list("channel", flat=True).distinct())
