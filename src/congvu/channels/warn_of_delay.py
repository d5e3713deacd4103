"""Warn of a message that waits: after 60 and 90 of its 120 minutes clerks and head are told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.models import InboundMessage, InboundNotice
from congvu.channels.states import InboundState
from congvu.channels.take_in import SUBJECT
from congvu.channels.tell import tell
from congvu.kit import clock
from congvu.orgs import queries as orgs
from congvu.rules.clauses import clause
from congvu.rules.words import minutes_words
from congvu.timers.events import TimerEscalated


@clause("QC.9.2.b", "QC.10.2")
def warn_of_delay(event: TimerEscalated) -> None:
    """Reaction to a rung of the two-hour clock: one notice per rung and person."""
    if event.subject_kind != SUBJECT:
        return
    with transaction.atomic():
        inbound = InboundMessage.objects.select_for_update(of=("self",)).get(id=event.subject_id)
        if inbound.state != InboundState.WAITING:
            return
        told = watchers(inbound.agency_id, event.at)
        tell(
            inbound,
            to=told,
            kind=InboundNotice.Kind.ALARM,
            key=event.rung,
            text=_words(inbound, event.minutes_left),
            at=event.at,
        )
        write_entry(
            "channels.delay_warned",
            by=None,
            at=event.at,
            on=("inbound_message", inbound.id),
            agency_id=inbound.agency_id,
            clause="QC.9.2.b",
            details={"rung": event.rung, "to": told, "reference": inbound.reference},
        )


def watchers(agency_id: int, at: datetime) -> list[int]:
    """Who answers for the two hours: the clerks and the head; without a head its leaders."""
    day = clock.local(at).date()
    head = orgs.head_of(agency_id, day)
    leaders = [head] if head else orgs.leaders_of(agency_id, day)
    people = [*orgs.clerks_of(agency_id, day), *leaders]
    return sorted({one.posting_id for one in people})


def _words(inbound: InboundMessage, minutes_left: int) -> str:
    left = (
        f"còn {minutes_words(minutes_left)} làm việc"
        if minutes_left > 0
        else "đã hết 02 giờ làm việc"
    )
    what = inbound.subject or inbound.text[:80] or "(không có nội dung chữ)"
    return f"Thông tin đến {inbound.reference} chưa phân loại, {left}: {what}"
