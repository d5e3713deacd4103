"""Hand an arrival back: wrong addressee, or it cannot be trusted (ND30 Điều 21.2.b)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.events import DocumentHandedBack
from congvu.documents.models import HandBack
from congvu.documents.states import ArrivalState, become
from congvu.kit.events import publish
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.9.1", "ND30.21.2.b")
def hand_back_arrival(*, arrival_id: int, reason: str, by: Actor, at: datetime) -> HandBack:
    """Return the document to its sender with a reason of 10 to 500 characters."""
    with transaction.atomic():
        arrival = access.arrival_for(by, arrival_id, to="hand_back", lock=True)
        reason = clean_text(reason).strip()

        refuse_unless(10 <= len(reason) <= 500, "documents.E302", length=len(reason))
        refuse_if(arrival.channel != arrival.Channel.EXCHANGE, "documents.E303")

        become(arrival, ArrivalState.HANDED_BACK, at)
        arrival.acknowledged_at = at
        arrival.save(update_fields=["acknowledged_at"])
        handed_back = HandBack.objects.create(
            agency_id=arrival.agency_id,
            arrival=arrival,
            reason=reason,
            by_id=by.posting_id,
            at=at,
        )

        write_entry(
            "documents.incoming.handed_back",
            by=by,
            at=at,
            on=("document", arrival.document_id),
            clause="ND30.21.2.b",
            details={"arrival": arrival.id, "reason": reason},
        )
        publish(DocumentHandedBack(arrival_id=arrival.id, at=at))
    return handed_back
