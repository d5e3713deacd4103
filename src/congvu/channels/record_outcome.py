"""Record what came of an attempt: its state, the evidence, the message's legal moments, what next.

One place for every kind of news: the answer while handing over, a receipt later, an answer to a
question in doubt. What is known only grows (`states.PROGRESS`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from congvu.channels.accept import queue_attempt
from congvu.channels.events import MessageMoved
from congvu.channels.models import Attempt, Evidence, Message
from congvu.channels.states import OVER, PROGRESS, AttemptState, MessageState
from congvu.channels.types import Outcome, Receipt, Result
from congvu.kit import wall
from congvu.kit.events import publish
from congvu.kit.evidence import kept
from congvu.orgs import queries as orgs
from congvu.rules import moments
from congvu.rules.clauses import clause
from congvu.rules.moments import Audience, Channel

MOST_TRIES = 6
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=20), timedelta(minutes=30)
_EVIDENCE = {
    Result.ACCEPTED: (Evidence.Kind.ACCEPTED, Evidence.Grade.C),
    Result.DELIVERED: (Evidence.Kind.DELIVERED, Evidence.Grade.A),
    Result.PERMANENT: (Evidence.Kind.FAILED, Evidence.Grade.C),
}
_STATE_OF = {
    Evidence.Kind.ACCEPTED: AttemptState.ACCEPTED,
    Evidence.Kind.RELAYED: AttemptState.ACCEPTED,
    Evidence.Kind.DELIVERED: AttemptState.DELIVERED,
    Evidence.Kind.SEEN: AttemptState.SEEN,
    Evidence.Kind.FAILED: AttemptState.FAILED_PERMANENT,
}


def record_outcome(*, attempt_id: int, outcome: Outcome, at: datetime) -> None:
    """The provider's answer to handing over."""
    with wall.crossing_agencies(), transaction.atomic():
        attempt = _locked(attempt_id)
        if attempt is None or attempt.state in OVER:
            return
        attempt.code, attempt.said = outcome.code[:60], outcome.said[:500]
        attempt.external_id = outcome.external_id[:200] or attempt.external_id
        attempt.parts = outcome.parts
        if outcome.result in _EVIDENCE:
            kind, grade = _EVIDENCE[outcome.result]
            _prove(attempt, kind, grade, outcome.at or at, at, outcome.raw)
        elif outcome.result == Result.UNKNOWN:
            _move(attempt, AttemptState.UNKNOWN)
        else:
            _try_later(attempt, outcome, at)
        attempt.save()


@clause("QC.8.2.b", "QC.8.3.b")
def record_receipt(*, attempt_id: int, receipt: Receipt, raw: bytes, at: datetime) -> None:
    """What a provider says later: evidence is always added, the state only grows."""
    with wall.crossing_agencies(), transaction.atomic():
        attempt = _locked(attempt_id)
        if attempt is None:
            return
        if receipt.code or receipt.said:
            attempt.code, attempt.said = receipt.code[:60], receipt.said[:500]
        _prove(
            attempt,
            Evidence.Kind(receipt.kind),
            Evidence.Grade(receipt.grade),
            receipt.at,
            at,
            raw,
        )
        attempt.save()


def _locked(attempt_id: int) -> Attempt | None:
    return (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("message")
        .filter(id=attempt_id)
        .first()
    )


def _prove(
    attempt: Attempt, kind: str, grade: str, happened_at: datetime, at: datetime, raw: bytes
) -> None:
    Evidence.objects.create(
        agency_id=attempt.agency_id,
        attempt=attempt,
        kind=kind,
        grade=grade,
        at=happened_at,
        noted_at=at,
        raw=raw,
    )
    state = _STATE_OF.get(Evidence.Kind(kind))
    if state is None:
        return
    _move(attempt, state)
    if state == AttemptState.ACCEPTED and attempt.accepted_at is None:
        attempt.accepted_at = happened_at
    elif state == AttemptState.DELIVERED and attempt.delivered_at is None:
        attempt.delivered_at = happened_at
    elif state == AttemptState.SEEN and attempt.seen_at is None:
        attempt.seen_at = happened_at
    _count_for_message(attempt, state, at)


def _move(attempt: Attempt, state: str) -> None:
    if PROGRESS.index(AttemptState(state)) > PROGRESS.index(AttemptState(attempt.state)):
        attempt.state = state


def _try_later(attempt: Attempt, outcome: Outcome, at: datetime) -> None:
    if attempt.tries >= MOST_TRIES and not outcome.is_provider_down:
        _give_up(attempt, at)
        return
    pause = (
        timedelta(seconds=outcome.wait_seconds)
        if outcome.wait_seconds is not None
        else min(FIRST_PAUSE * 2 ** max(attempt.tries - 1, 0), LONGEST_PAUSE)
    )
    attempt.state = AttemptState.FAILED_TEMPORARY
    attempt.next_at = at + pause


def _give_up(attempt: Attempt, at: datetime) -> None:
    attempt.state = AttemptState.FAILED_PERMANENT
    _count_for_message(attempt, AttemptState.FAILED_PERMANENT, at)


# --- the message as a whole ----------------------------------------------------------------------


@clause("QC.8.2.a", "QC.8.2.b", "QC.8.3.a", "QC.8.3.b")
def _count_for_message(attempt: Attempt, state: str, at: datetime) -> None:
    """One legal result over all attempts: the first that was sent, the first that was received."""
    message = Message.objects.select_for_update(of=("self",)).get(id=attempt.message_id)
    before = message.state
    if state in {AttemptState.ACCEPTED, AttemptState.DELIVERED, AttemptState.SEEN}:
        _note_sent(message, attempt.accepted_at or attempt.delivered_at or at, attempt.channel)
    if state in {AttemptState.DELIVERED, AttemptState.SEEN}:
        _note_received(message, attempt.delivered_at or attempt.seen_at or at, attempt.channel, at)
    if state == AttemptState.SEEN:
        message.state = MessageState.SEEN
    if state == AttemptState.FAILED_PERMANENT:
        _next_road(message, attempt, at)
    message.save()
    if message.state != before:
        publish(MessageMoved(message_id=message.id, state=message.state, at=at))


def _note_sent(message: Message, moment: datetime, channel: str) -> None:
    if message.state in {MessageState.WAITING, MessageState.FAILED}:
        message.state = MessageState.SENT
    if message.sent_at is None:
        finding = moments.sent(moment, Channel(channel), Audience(message.audience))
        message.sent_at = finding.value
        message.findings = {**message.findings, "sent": kept(finding)}


def _note_received(message: Message, moment: datetime, channel: str, at: datetime) -> None:
    if message.state not in {MessageState.RECEIVED, MessageState.SEEN}:
        message.state = MessageState.RECEIVED
    if message.entered_at is not None:
        return
    owner = message.to_agency_id or message.agency_id
    finding = moments.received(
        moment, Channel(channel), Audience(message.audience), orgs.working_calendar(owner, at)
    )
    message.entered_at = moment
    message.received_at = finding.value
    message.findings = {**message.findings, "received": kept(finding)}


def _next_road(message: Message, attempt: Attempt, at: datetime) -> None:
    """The chain of fallback: the next channel of the order, unless the message is there already."""
    if message.state in {MessageState.RECEIVED, MessageState.SEEN, MessageState.CANCELLED}:
        return
    tried = set(message.attempts.values_list("channel", flat=True))
    left = [road for road in message.roads if road not in tried]
    alive = message.attempts.exclude(id=attempt.id).exclude(state__in=OVER).exists()
    if left:
        queue_attempt(message, left[0], at)
    elif not alive:
        message.state = MessageState.FAILED
