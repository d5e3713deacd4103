"""Convert a message that came in over a channel into an incoming document, keeping its evidence.

The file that is the document, or a print of the message where it carries none, is taken in byte for
byte through the gate; the other files go beside it. The moments are the channel's own, with the
findings that explain them; message and arrival name each other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels import access as channels
from congvu.channels.models import InboundFile, InboundMessage
from congvu.channels.take_up import note_became
from congvu.channels.typeset_sheet import typeset_inbound
from congvu.documents.access import ORDERS
from congvu.documents.incoming.receive_by_hand import ByHand, Came, receive_described
from congvu.documents.models import Arrival, Attachment, Document
from congvu.kit import blobs
from congvu.kit.evidence import kept
from congvu.kit.refusal import refuse_if
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules import deadlines
from congvu.rules.clauses import clause
from congvu.rules.deadlines import Priority

ARRIVAL = "arrival"
MOST_PARTS = 20


@clause("QC.8.2.b", "QC.8.3.b", "QC.9.2", "ND30.21", "ND30.22")
def convert_message(
    *,
    inbound_id: int,
    described: ByHand,
    main: int | None,
    by: Actor,
    at: datetime,
    is_declared_open: bool = False,
    is_for_reference: bool = False,
) -> Arrival:
    """`main` is the ordinal of the file that is the document; None: a print of the message is.

    Refuses what `receive_by_hand` refuses, (channels.E317) a message that was converted before, and
    (documents.E920) a file that did not pass the gate or is not there.
    """
    refuse_if(by.roles.isdisjoint(ORDERS["register"]), "documents.E002")
    with transaction.atomic():
        inbound = channels.inbound_for(by, inbound_id, to="decide", lock=True)
        files = list(inbound.files.exclude(sha256=""))
        chosen = next((one for one in files if one.ordinal == main), None)

        refuse_if(inbound.became_id is not None, "channels.E317")
        refuse_if(main is not None and chosen is None, "documents.E920")

        arrival = receive_described(
            described=described,
            content=_content(inbound, chosen, by, at),
            file_name=chosen.name if chosen else f"{inbound.reference}.pdf",
            came=lambda urgency: _came(inbound, urgency, at),
            by=by,
            at=at,
            is_declared_open=is_declared_open,
            is_for_reference=is_for_reference,
        )
        _put_beside(arrival.document, [one for one in files if one != chosen], by, at)
        note_became(inbound_id=inbound.id, became=(ARRIVAL, arrival.id), by=by, at=at)

        write_entry(
            "documents.incoming.converted",
            by=by,
            at=at,
            on=("document", arrival.document_id),
            clause="QC.9.2",
            details={"inbound": inbound.id, "reference": inbound.reference, "raw": inbound.raw},
        )
    return arrival


def _content(inbound: InboundMessage, chosen: InboundFile | None, by: Actor, at: datetime) -> bytes:
    if chosen is None:
        return typeset_inbound(inbound, by=by, at=at)
    return blobs.read(chosen.sha256)


def _came(inbound: InboundMessage, urgency: Priority, at: datetime) -> Came:
    calendar = orgs.working_calendar(inbound.agency_id, at)
    register = deadlines.register_by(inbound.received_at, urgency, calendar)
    acknowledge = deadlines.acknowledge_by(inbound.received_at, calendar)
    findings: dict[str, Any] = {
        "received_at": inbound.received_finding,
        "register_by": kept(register),
        "acknowledge_by": kept(acknowledge),
    }
    written = str(inbound.facts.get("written_at", ""))
    return Came(
        channel=Arrival.Channel.MESSAGE,
        sent_at=datetime.fromisoformat(written) if written else None,
        entered_at=inbound.entered_at,
        received_at=inbound.received_at,
        register_by=register.value.latest,
        findings=findings,
    )


def _put_beside(document: Document, files: list[InboundFile], by: Actor, at: datetime) -> None:
    for ordinal, one in enumerate(files[:MOST_PARTS], start=1):
        Attachment.objects.create(
            agency_id=document.agency_id,
            document=document,
            part=Attachment.Part.APPENDIX,
            ordinal=ordinal,
            name=one.name,
            sha256=one.sha256,
            mime=one.mime,
            size=one.size,
            by_id=by.posting_id,
            at=at,
        )
