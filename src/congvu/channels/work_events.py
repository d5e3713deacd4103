"""Understand the events that wait: receipts find their attempt, inbound messages come in.

A receipt may come before the answer that named its message is recorded: it stays an orphan and is
looked at again. One event is one transaction; a broken one is put aside and stops nobody.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from congvu.channels import ports
from congvu.channels.models import Attempt, ProviderEvent
from congvu.channels.note_contact import note_contact
from congvu.channels.note_part import note_part_receipt, note_part_taken, settle_doubt_by_receipt
from congvu.channels.providers import facts_of
from congvu.channels.record_outcome import record_receipt
from congvu.channels.take_in import take_in
from congvu.channels.take_in_zalo import take_in_zalo
from congvu.channels.types import ZALO, ContactNews, Incoming, PartTaken, Receipt
from congvu.kit import wall
from congvu.kit.refusal import Refusal

State = ProviderEvent.State
ORPHANS_FOR = timedelta(days=7)


def work_events(*, at: datetime, limit: int = 200) -> int:
    """Work on events in the order in which they came; gives how many were matched."""
    with wall.crossing_agencies():
        waiting = ProviderEvent.objects.filter(
            state__in=[State.WAITING, State.ORPHAN], noted_at__gte=at - ORPHANS_FOR
        )
        # New ones first ("waiting" comes after "orphan"): orphans never hold up what just came.
        ids = list(waiting.order_by("-state", "id").values_list("id", flat=True)[:limit])
    return sum(_work(event_id, at) for event_id in ids)


def events_wait(at: datetime) -> bool:
    """Whether any event waits to be understood or matched."""
    with wall.crossing_agencies():
        return ProviderEvent.objects.filter(
            state__in=[State.WAITING, State.ORPHAN], noted_at__gte=at - ORPHANS_FOR
        ).exists()


def _work(event_id: int, at: datetime) -> bool:
    with wall.crossing_agencies(), transaction.atomic():
        event = (
            ProviderEvent.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("provider")
            .filter(id=event_id, state__in=[State.WAITING, State.ORPHAN])
            .first()
        )
        if event is None:
            return False
        provider = facts_of(event.provider)
        try:
            with transaction.atomic():
                told = ports.event_reader(provider).read(provider, bytes(event.raw))
                done = [_follow(one, event, at) for one in told]
        except (ValueError, Refusal) as fault:
            event.state, event.said = State.BROKEN, str(fault)[:300]
            if isinstance(fault, Refusal) and fault.clause == "QC.4.1":
                event.raw = b""  # nothing of a state secret stays
        else:
            if not told:
                event.state = State.IGNORED
            else:
                event.state = State.MATCHED if all(done) else State.ORPHAN
        event.save(update_fields=["state", "said", "raw"])
        return event.state == State.MATCHED


def _follow(
    told: Receipt | Incoming | PartTaken | ContactNews, event: ProviderEvent, at: datetime
) -> bool:
    if isinstance(told, ContactNews):
        return note_contact(told, at=at) is not None
    if isinstance(told, Incoming) and told.channel == ZALO:
        return take_in_zalo(told, at=at)
    if isinstance(told, Incoming):
        take_in(told, at=at)
        return True
    if isinstance(told, PartTaken):
        return note_part_taken(provider_id=event.provider_id, taken=told)
    raw = bytes(event.raw)
    if told.external_id and note_part_receipt(
        provider_id=event.provider_id, receipt=told, raw=raw, at=at
    ):
        return True
    named = (
        {"tracking": told.tracking}
        if told.tracking
        else {"provider_id": event.provider_id, "external_id": told.external_id}
    )
    attempt = Attempt.objects.filter(**named).order_by("-id").first()
    if attempt is None:
        return settle_doubt_by_receipt(provider_id=event.provider_id, receipt=told, raw=raw, at=at)
    record_receipt(attempt_id=attempt.id, receipt=told, raw=raw, at=at)
    return True
