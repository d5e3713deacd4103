"""Take in as an incoming document what came over a channel or lies in the agency's mailbox.

The file that is the document is taken in byte for byte through the gate; the other files go beside
it. The moments are those of the road on which it came, with the findings that explain them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents.access import ORDERS
from congvu.documents.incoming.receive_by_hand import ByHand, Came, receive_described
from congvu.documents.models import Arrival, Attachment, Document
from congvu.kit.evidence import kept
from congvu.kit.refusal import refuse_if
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules import deadlines
from congvu.rules.clauses import clause
from congvu.rules.deadlines import Priority

ARRIVAL = "arrival"
MOST_PARTS = 20


@dataclass(frozen=True)
class Carried:
    """What came: the document's bytes, the moments, and `beside` it (name, mime, size, sha256) of
    kept files. `details` name the source in the audit."""

    agency_id: int
    content: bytes
    file_name: str
    sent_at: datetime | None
    entered_at: datetime
    received_at: datetime
    received_finding: Mapping[str, Any]
    beside: Sequence[tuple[str, str, int, str]]
    details: Mapping[str, Any]


@clause("QC.8.2.b", "QC.8.3.b", "QC.9.2", "ND30.21", "ND30.22")
def convert_carried(
    carried: Carried,
    *,
    described: ByHand,
    by: Actor,
    at: datetime,
    is_declared_open: bool = False,
    is_for_reference: bool = False,
) -> Arrival:
    """The arrival. Refuses what `receive_by_hand` refuses; the caller marks its source, in the same
    transaction."""
    refuse_if(by.roles.isdisjoint(ORDERS["register"]), "documents.E002")
    with transaction.atomic():
        arrival = receive_described(
            described=described,
            content=carried.content,
            file_name=carried.file_name,
            came=lambda urgency: _came(carried, urgency, at),
            by=by,
            at=at,
            is_declared_open=is_declared_open,
            is_for_reference=is_for_reference,
        )
        _put_beside(arrival.document, carried, by, at)

        write_entry(
            "documents.incoming.converted",
            by=by,
            at=at,
            on=("document", arrival.document_id),
            clause="QC.9.2",
            details=dict(carried.details),
        )
    return arrival


def _came(carried: Carried, urgency: Priority, at: datetime) -> Came:
    calendar = orgs.working_calendar(carried.agency_id, at)
    register = deadlines.register_by(carried.received_at, urgency, calendar)
    acknowledge = deadlines.acknowledge_by(carried.received_at, calendar)
    findings: dict[str, Any] = {
        "received_at": carried.received_finding,
        "register_by": kept(register),
        "acknowledge_by": kept(acknowledge),
    }
    return Came(
        channel=Arrival.Channel.MESSAGE,
        sent_at=carried.sent_at,
        entered_at=carried.entered_at,
        received_at=carried.received_at,
        register_by=register.value.latest,
        findings=findings,
    )


def _put_beside(document: Document, carried: Carried, by: Actor, at: datetime) -> None:
    for ordinal, (name, mime, size, sha256) in enumerate(carried.beside[:MOST_PARTS], start=1):
        Attachment.objects.create(
            agency_id=document.agency_id,
            document=document,
            part=Attachment.Part.APPENDIX,
            ordinal=ordinal,
            name=name,
            sha256=sha256,
            mime=mime,
            size=size,
            by_id=by.posting_id,
            at=at,
        )
