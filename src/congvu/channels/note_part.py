"""Parts of a long text: which the SMSC took under which id, and what became of each.

A part's receipt may come before the answer that named it, twice, or in any order; the message is
delivered when all its parts are, and lost when one of them is. Minutes are all that many an SMSC
says, so a part is never "delivered" before it was taken.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from congvu.channels.models import Attempt, Evidence, MessagePart
from congvu.channels.record_outcome import record_receipt
from congvu.channels.states import AttemptState
from congvu.channels.types import PartTaken, Receipt
from congvu.kit import wall
from congvu.rules.clauses import clause
from congvu.rules.sms_text import measure

State = MessagePart.State
MINUTE = timedelta(minutes=1)
_ENDS = {Evidence.Kind.DELIVERED: State.DELIVERED, Evidence.Kind.FAILED: State.FAILED}


def note_part_taken(*, provider_id: int, taken: PartTaken) -> bool:
    """Keep the SMSC's id of a part; False when the attempt is not known. Twice is once."""
    with wall.crossing_agencies(), transaction.atomic():
        attempt = Attempt.objects.filter(tracking=taken.tracking).first()
        if attempt is None:
            return False
        MessagePart.objects.get_or_create(
            attempt=attempt,
            ordinal=taken.ordinal,
            defaults={
                "agency_id": attempt.agency_id,
                "provider_id": provider_id,
                "of": taken.of,
                "given_id": taken.given_id,
                "external_id": taken.external_id,
                "taken_at": taken.at,
            },
        )
    return True


@clause("QC.8.2.b")
def note_part_receipt(*, provider_id: int, receipt: Receipt, raw: bytes, at: datetime) -> bool:
    """A receipt of one part; False when no part has this id (yet)."""
    with wall.crossing_agencies(), transaction.atomic():
        part = (
            MessagePart.objects.select_for_update(of=("self",))
            .filter(provider_id=provider_id, external_id=receipt.external_id)
            .order_by("-id")
            .first()
        )
        if part is None:
            return False
        ended_at = max(receipt.at, part.taken_at)
        end = _ENDS.get(Evidence.Kind(receipt.kind))
        if end is not None and part.state == State.TAKEN:
            part.state, part.ended_at = end, ended_at
            part.save(update_fields=["state", "ended_at"])
        counted = _of_whole(part, receipt, ended_at)
        record_receipt(attempt_id=part.attempt_id, receipt=counted, raw=raw, at=at)
    return True


def settle_doubt_by_receipt(
    *, provider_id: int, receipt: Receipt, raw: bytes, at: datetime
) -> bool:
    """A receipt whose id nobody knows proves the one attempt in doubt that it can belong to.

    The line broke before the SMSC's answer, so no id was ever heard; but a text to this number,
    taken in this minute, is the one we do not know about, if there is exactly one of them.
    """
    if not receipt.address or receipt.submitted_at is None:
        return False
    with wall.crossing_agencies(), transaction.atomic():
        doubted = [
            one
            for one in Attempt.objects.select_related("message").filter(
                provider_id=provider_id,
                address=receipt.address,
                state=AttemptState.UNKNOWN,
                external_id="",
                taken_parts__isnull=True,
                claimed_at__gte=receipt.submitted_at - MINUTE,
                claimed_at__lte=receipt.submitted_at + MINUTE,
            )
            if len(measure(one.message.texts[one.channel]["text"]).parts) == 1
        ]
        if len(doubted) != 1:
            return False
        counted = replace(receipt, at=max(receipt.at, doubted[0].claimed_at or receipt.at))
        record_receipt(attempt_id=doubted[0].id, receipt=counted, raw=raw, at=at)
        Attempt.objects.filter(id=doubted[0].id).update(external_id=receipt.external_id)
    return True


def _of_whole(part: MessagePart, receipt: Receipt, ended_at: datetime) -> Receipt:
    """What a part's receipt says of the message: delivered only with the last part."""
    kind, moment = receipt.kind, ended_at
    if kind == Evidence.Kind.DELIVERED:
        parts = list(MessagePart.objects.filter(attempt_id=part.attempt_id))
        if len(parts) < part.of or any(one.state != State.DELIVERED for one in parts):
            kind = Evidence.Kind.RELAYED
        else:
            moment = max(one.ended_at or ended_at for one in parts)
    said = receipt.said if part.of == 1 else f"Phần {part.ordinal}/{part.of}: {receipt.said}"
    return Receipt(kind, receipt.grade, moment, code=receipt.code, said=said)
