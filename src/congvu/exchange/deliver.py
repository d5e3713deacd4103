"""Deliver an issued document to its recipients: rows at issue, the road in a job.

Nothing is delivered twice: a recipient has one delivery row, an agency one arrival row; the job
takes only rows that still wait, and may ring any number of times. Nothing is lost: the rows stand
or fall with the issue, and a killed job is given back.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from congvu.documents.events import DocumentIssued
from congvu.documents.models import Document
from congvu.exchange.ports import Road
from congvu.exchange.types import Waiting
from congvu.kit import clock, wall
from congvu.kit.jobs import job
from congvu.rules.clauses import clause

QUEUE = """
INSERT INTO exchange_delivery (agency_id, document_id, to_agency_id, road, state,
    is_for_information, queued_at, state_at, state_reason, attempts)
SELECT r.agency_id, r.document_id, r.to_agency_id, 'loopback', 'queued', r.part = 'copy',
       %(at)s, %(at)s, '', 0
FROM documents_recipient r
WHERE r.document_id = %(document_id)s AND r.to_agency_id IS NOT NULL
ON CONFLICT (document_id, to_agency_id) DO NOTHING
"""
WAITING = """
SELECT to_agency_id, is_for_information, road FROM exchange_delivery
WHERE document_id = %s AND state = 'queued' ORDER BY id
"""


@clause("QC.5.3", "QC.8.1", "ND30.18.1")
def queue_deliveries(event: DocumentIssued) -> None:
    """Reaction to an issue: one delivery per recipient agency, one job for the document."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(QUEUE, {"document_id": event.document_id, "at": event.at})
        deliver_document.defer(document_id=event.document_id)


def deliver_waiting(*, document_id: int, at: datetime) -> int:
    """Carry the document to everybody who still waits for it; tells to how many.

    The document's row is held meanwhile: a recall waits for it, or has stopped it before.
    """
    with wall.crossing_agencies():
        held = Document.objects.select_for_update(of=("self",), no_key=True)
        document = held.only("issuer_name", "urgency", "issued_at").get(id=document_id)
        with connection.cursor() as cursor:
            cursor.execute(WAITING, [document_id])
            waiting = [Waiting(*row) for row in cursor.fetchall()]
        for road in sorted({one.road for one in waiting}):
            on_it = [one for one in waiting if one.road == road]
            adapter(road).carry_document(document, on_it, at)
    return len(waiting)


@job(lane="now", lock="deliver-{document_id}")
def deliver_document(document_id: int) -> None:
    """The doorbell: safe to ring twice, for only waiting deliveries are carried."""
    deliver_waiting(document_id=document_id, at=clock.now())


def adapter(road: str) -> Road:
    """The adapter that settings wire to a road."""
    return import_string(settings.EXCHANGE_ROADS[road])()
