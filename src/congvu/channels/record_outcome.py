"""Record what came of an attempt: its state, the evidence, the message's legal moments, what next.

One place for every kind of news: the answer while handing over, a receipt later, an answer to a
question in doubt. What is known only grows (`states.PROGRESS`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

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
SHUT_SECONDS = 3_600.0
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=20), timedelta(minutes=30)
ATTEMPT_COLUMNS = (
    *("id", "state", "code", "said", "external_id", "parts", "next_at"),
    *("accepted_at", "delivered_at", "seen_at"),
)
ATTEMPTS = """
UPDATE channels_attempt AS kept SET state = became.state, code = became.code, said = became.said,
    external_id = became.external_id, parts = became.parts, next_at = became.next_at,
    accepted_at = became.accepted_at, delivered_at = became.delivered_at, seen_at = became.seen_at
FROM jsonb_to_recordset(%s::jsonb) AS became(id bigint, state text, code text, said text,
    external_id text, parts int, next_at timestamptz, accepted_at timestamptz,
    delivered_at timestamptz, seen_at timestamptz)
WHERE kept.id = became.id
"""
MESSAGE_COLUMNS = ("id", "state", "sent_at", "entered_at", "received_at", "findings")
MESSAGES = """
UPDATE channels_message AS kept SET state = became.state, sent_at = became.sent_at,
    entered_at = became.entered_at, received_at = became.received_at, findings = became.findings
FROM jsonb_to_recordset(%s::jsonb) AS became(id bigint, state text, sent_at timestamptz,
    entered_at timestamptz, received_at timestamptz, findings jsonb)
WHERE kept.id = became.id
"""
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
    record_outcomes({attempt_id: outcome}, at=at)


def record_outcomes(outcomes: Mapping[int, Outcome], *, at: datetime) -> None:
    """The provider's answers to a batch, by attempt; one transaction, few statements."""
    with wall.crossing_agencies(), transaction.atomic():
        news = [_News(one) for one in _locked(outcomes) if _tells_more(one, outcomes[one.id])]
        for one in news:
            _answered(one, outcomes[one.attempt.id], at)
        _write(news, at)


def _tells_more(attempt: Attempt, outcome: Outcome) -> bool:
    """Whether this is news: "accepted" told once more (who was slow to write it down comes after
    who asked in doubt) is no second proof."""
    if attempt.state == AttemptState.ACCEPTED and outcome.result == Result.ACCEPTED:
        return False
    return attempt.state not in OVER


@clause("QC.8.2.b", "QC.8.3.b")
def record_receipt(*, attempt_id: int, receipt: Receipt, raw: bytes, at: datetime) -> None:
    """What a provider says later: evidence is always added, the state only grows."""
    with wall.crossing_agencies(), transaction.atomic():
        news = [_News(one) for one in _locked([attempt_id])]
        for one in news:
            if receipt.code or receipt.said:
                one.attempt.code = _plain(receipt.code)[:60]
                one.attempt.said = _plain(receipt.said)[:500]
            kind, grade = Evidence.Kind(receipt.kind), Evidence.Grade(receipt.grade)
            _prove(one, kind, grade, receipt.at, at, raw)
        _write(news, at)


class _News:
    """What is learnt of one attempt: the rows as they will be, the evidence to add."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt, self.message = attempt, attempt.message
        self.state_before = attempt.message.state
        self.evidence: list[Evidence] = []
        self.has_failed = False


def _locked(ids: Iterable[int]) -> list[Attempt]:
    """The attempts with their messages, both held; always in the same order."""
    wanted = list(ids)
    attempts = Attempt.objects.select_for_update(of=("self",)).filter(id__in=wanted)
    found = list(attempts.order_by("id"))
    messages = Message.objects.select_for_update(of=("self",)).filter(
        id__in={one.message_id for one in found}
    )
    by_id = {one.id: one for one in messages.order_by("id")}
    for one in found:
        one.message = by_id[one.message_id]
    return found


def _write(news: Sequence[_News], at: datetime) -> None:
    """Keep everything that was learnt, try the next road where one failed, say what moved."""
    Evidence.objects.bulk_create([proof for one in news for proof in one.evidence])
    _update(ATTEMPTS, [_columns(one.attempt, ATTEMPT_COLUMNS) for one in news])
    for one in news:
        if one.has_failed:
            _next_road(one.message, one.attempt, at)
    _update(MESSAGES, [_columns(one.message, MESSAGE_COLUMNS) for one in news])
    for one in news:
        if one.message.state != one.state_before:
            publish(MessageMoved(message_id=one.message.id, state=one.message.state, at=at))


def _columns(row: Attempt | Message, names: Sequence[str]) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


def _update(statement: str, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, [json.dumps(rows, default=datetime.isoformat)])


def _answered(news: _News, outcome: Outcome, at: datetime) -> None:
    attempt = news.attempt
    attempt.code, attempt.said = _plain(outcome.code)[:60], _plain(outcome.said)[:500]
    attempt.external_id = _plain(outcome.external_id)[:200] or attempt.external_id
    attempt.parts = outcome.parts
    if outcome.result in _EVIDENCE:
        kind, grade = _EVIDENCE[outcome.result]
        _prove(news, kind, grade, outcome.at or at, at, outcome.raw)
    elif outcome.result == Result.UNKNOWN:
        _move(attempt, AttemptState.UNKNOWN)
    else:
        _try_later(news, outcome, at)


def _plain(words: str) -> str:
    """A provider's words as the database can hold them; word for word they are in the evidence."""
    return words.replace("\0", "")


def _prove(
    news: _News, kind: str, grade: str, happened_at: datetime, at: datetime, raw: bytes
) -> None:
    attempt = news.attempt
    news.evidence.append(
        Evidence(
            agency_id=attempt.agency_id,
            attempt=attempt,
            kind=kind,
            grade=grade,
            at=happened_at,
            noted_at=at,
            raw=raw,
        )
    )
    state = _STATE_OF.get(Evidence.Kind(kind))
    if state is None:
        return
    _move(attempt, state)
    moment = _possible(attempt, happened_at, at)
    if state == AttemptState.ACCEPTED and attempt.accepted_at is None:
        attempt.accepted_at = moment
    elif state == AttemptState.DELIVERED and attempt.delivered_at is None:
        attempt.delivered_at = moment
    elif state == AttemptState.SEEN and attempt.seen_at is None:
        attempt.seen_at = moment
    _count_for_message(news, state, at)


def _possible(attempt: Attempt, said: datetime, at: datetime) -> datetime:
    """The other side's clock, where it can be right (to the minute, as carriers write it): not
    before we handed over, not after we heard of it. Else our own: evidence keeps both."""
    begun = attempt.claimed_at.replace(second=0, microsecond=0) if attempt.claimed_at else said
    return said if begun <= said <= at + timedelta(minutes=1) else at


def _move(attempt: Attempt, state: str) -> None:
    if PROGRESS.index(AttemptState(state)) > PROGRESS.index(AttemptState(attempt.state)):
        attempt.state = state


def _try_later(news: _News, outcome: Outcome, at: datetime) -> None:
    attempt = news.attempt
    is_spent = attempt.tries >= MOST_TRIES and not outcome.is_provider_down
    if is_spent or _gives_way(news, outcome):
        attempt.state = AttemptState.FAILED_PERMANENT
        _count_for_message(news, AttemptState.FAILED_PERMANENT, at)
        return
    attempt.state = AttemptState.FAILED_TEMPORARY
    attempt.next_at = at + _pause(outcome, attempt.tries)


def _pause(outcome: Outcome, tries: int) -> timedelta:
    """What the provider asks for; one that is down has its own rest, and then what waits is due."""
    if outcome.wait_seconds is not None:
        return timedelta(seconds=outcome.wait_seconds)
    doublings = 0 if outcome.is_provider_down else max(tries - 1, 0)
    return min(FIRST_PAUSE * 2**doublings, LONGEST_PAUSE)


def _gives_way(news: _News, outcome: Outcome) -> bool:
    """A road that is shut for an hour or longer (a day's quota) leaves the message to the next
    one; what may wait for the morning (a campaign) waits."""
    is_shut = (outcome.wait_seconds or 0) >= SHUT_SECONDS
    if not is_shut or news.message.purpose == Message.Purpose.CAMPAIGN:
        return False
    return bool(_roads_left(news.message))


# --- the message as a whole ----------------------------------------------------------------------


@clause("QC.8.2.a", "QC.8.2.b", "QC.8.3.a", "QC.8.3.b")
def _count_for_message(news: _News, state: str, at: datetime) -> None:
    """One legal result over all attempts: the first that was sent, the first that was received."""
    attempt, message = news.attempt, news.message
    if state in {AttemptState.ACCEPTED, AttemptState.DELIVERED, AttemptState.SEEN}:
        _note_sent(message, attempt.accepted_at or attempt.delivered_at or at, attempt.channel)
    if state in {AttemptState.DELIVERED, AttemptState.SEEN}:
        _note_received(message, attempt.delivered_at or attempt.seen_at or at, attempt.channel, at)
    if state == AttemptState.SEEN:
        message.state = MessageState.SEEN
    news.has_failed = state == AttemptState.FAILED_PERMANENT


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
    left = _roads_left(message)
    alive = message.attempts.exclude(id=attempt.id).exclude(state__in=OVER).exists()
    if left:
        queue_attempt(message, left[0], at)
    elif not alive:
        message.state = MessageState.FAILED


def _roads_left(message: Message) -> list[str]:
    tried = set(message.attempts.values_list("channel", flat=True))
    return [road for road in message.roads if road not in tried]
