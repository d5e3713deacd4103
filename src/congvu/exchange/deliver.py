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
from congvu.exchange.models import Delivery
from congvu.exchange.ports import Road
from congvu.exchange.states import DeliveryState
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


@clause("QC.5.3", "QC.8.1", "ND30.18.1")
def queue_deliveries(event: DocumentIssued) -> None:
    """Reaction to an issue: one delivery per recipient agency, one job for the document."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(QUEUE, {"document_id": event.document_id, "at": event.at})
        deliver_document.defer(document_id=event.document_id)


def deliver_waiting(*, document_id: int, at: datetime) -> int:
    """Carry the document to everybody who still waits for it; tells to how many."""
    with wall.crossing_agencies():
        waiting = list(
            Delivery.objects.select_for_update(of=("self",))
            .select_related("document")
            .filter(document_id=document_id, state=DeliveryState.QUEUED)
            .order_by("id")
        )
        for road in sorted({one.road for one in waiting}):
            adapter(road).carry_document([one for one in waiting if one.road == road], at)
    return len(waiting)


@job(lane="now", lock="deliver-{document_id}")
def deliver_document(document_id: int) -> None:
    """The doorbell: safe to ring twice, for only waiting deliveries are carried."""
    deliver_waiting(document_id=document_id, at=clock.now())


def adapter(road: str) -> Road:
    """The adapter that settings wire to a road."""
    return import_string(settings.EXCHANGE_ROADS[road])()
