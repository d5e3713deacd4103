"""Answer the sender's recall (ND30 Điều 18.4): destroy what was received and confirm it.

A plain request to take back (13) may be refused with a reason; a formal recall may not.
The document leaves this agency's lists, files and search; the trace of the recall stays.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.events import RecallAnswered
from congvu.documents.models import Reader, Recall, RecallAnswer
from congvu.documents.states import ArrivalState, become
from congvu.kit.events import publish
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

LEAVE_SEARCH = """
UPDATE documents_searchentry SET agencies = array_remove(agencies, %s) WHERE document_id = %s
"""


@clause("ND30.18.4")
def agree_to_recall(*, arrival_id: int, by: Actor, at: datetime) -> RecallAnswer:
    """Destroy the recalled document here and tell the sender (status 15)."""
    with transaction.atomic():
        arrival = access.arrival_for(by, arrival_id, to="hand_back", lock=True)

        refuse_unless(arrival.recall_asked_at, "documents.E304")
        refuse_if(RecallAnswer.objects.filter(arrival=arrival).exists(), "documents.E304")

        answer = RecallAnswer.objects.create(
            agency_id=arrival.agency_id, arrival=arrival, is_agreed=True, by_id=by.posting_id, at=at
        )
        write_entry(
            "documents.incoming.recall_agreed",
            by=by,
            at=at,
            on=("document", arrival.document_id),
            clause="ND30.18.4",
            details={"arrival": arrival.id, "symbol": arrival.document.symbol},
        )
        publish(RecallAnswered(arrival_id=arrival.id, at=at))
        Reader.objects.filter(document_id=arrival.document_id, agency_id=arrival.agency_id).delete()
        with connection.cursor() as cursor:
            cursor.execute(LEAVE_SEARCH, [arrival.agency_id, arrival.document_id])
        # From the next line on the wall hides the document from this agency.
        become(arrival, ArrivalState.RECALLED, at)
    return answer


@clause("ND30.18.4")
def refuse_recall(*, arrival_id: int, reason: str, by: Actor, at: datetime) -> RecallAnswer:
    """Refuse a plain request to take the document back, with a reason (status 16)."""
    with transaction.atomic():
        arrival = access.arrival_for(by, arrival_id, to="hand_back", lock=True)
        reason = clean_text(reason).strip()
        recall = Recall.objects.filter(document_id=arrival.document_id).first()

        refuse_unless(arrival.recall_asked_at, "documents.E304")
        refuse_if(recall is not None and recall.is_formal, "documents.E305")
        refuse_unless(10 <= len(reason) <= 500, "documents.E302", length=len(reason))

        answer = RecallAnswer.objects.create(
            agency_id=arrival.agency_id,
            arrival=arrival,
            is_agreed=False,
            reason=reason,
            by_id=by.posting_id,
            at=at,
        )
        arrival.recall_asked_at = None
        arrival.save(update_fields=["recall_asked_at"])

        write_entry(
            "documents.incoming.recall_refused",
            by=by,
            at=at,
            on=("document", arrival.document_id),
            clause="ND30.18.4",
            details={"arrival": arrival.id, "reason": reason},
        )
        publish(RecallAnswered(arrival_id=arrival.id, at=at))
    return answer
