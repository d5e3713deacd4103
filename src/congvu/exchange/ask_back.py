"""Call an issued document back from its recipients (ND30 Điều 18.4; status 13)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from congvu.documents.events import DocumentRecalled
from congvu.kit import clock, wall
from congvu.kit.jobs import job
from congvu.rules.clauses import clause

ASK = """
WITH asked AS (
    UPDATE exchange_delivery d SET state = '13', state_at = r.at, state_reason = r.reason
    FROM documents_recall r
    WHERE d.document_id = %(document_id)s AND r.document_id = d.document_id
      AND d.state NOT IN ('02', '13', '15', '16', 'failed', 'queued')
    RETURNING d.id, d.document_id, d.agency_id, d.to_agency_id, r.at, r.reason),
told AS (
    UPDATE documents_arrival a SET recall_asked_at = asked.at
    FROM asked WHERE a.document_id = asked.document_id AND a.agency_id = asked.to_agency_id
    RETURNING a.agency_id)
INSERT INTO exchange_receipt (document_id, delivery_id, from_agency_id, to_agency_id, code,
    by_name, reason, at, noted_at)
SELECT document_id, id, agency_id, to_agency_id, '13', '', reason, at, %(at)s FROM asked
ON CONFLICT DO NOTHING
"""


@clause("ND30.18.4")
def ask_back(event: DocumentRecalled) -> None:
    """Reaction to a recall: what still waits is not sent, what arrived is asked back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_delivery SET state = '15', state_at = %s,"
            " state_reason = 'Thu hồi trước khi gửi' WHERE document_id = %s AND state = 'queued'",
            [event.at, event.document_id],
        )
        ask_back_recipients.defer(document_id=event.document_id)


def ask_recipients(*, document_id: int, at: datetime) -> None:
    """Status 13 to every recipient that has the document."""
    with wall.crossing_agencies(), connection.cursor() as cursor:
        cursor.execute(ASK, {"document_id": document_id, "at": at})


@job(lane="now", lock="recall-{document_id}")
def ask_back_recipients(document_id: int) -> None:
    """The doorbell: recipients that were asked are not asked again."""
    ask_recipients(document_id=document_id, at=clock.now())
