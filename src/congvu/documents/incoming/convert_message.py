"""Convert a message that came in over a channel into an incoming document, keeping its evidence.

The file that is the document, or a print of the message where it carries none; message and arrival
name each other.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.channels import access as channels
from congvu.channels.models import InboundFile, InboundMessage
from congvu.channels.take_up import note_became
from congvu.channels.typeset_sheet import typeset_inbound
from congvu.documents.access import ORDERS
from congvu.documents.incoming.convert_carried import ARRIVAL, Carried, convert_carried
from congvu.documents.incoming.receive_by_hand import ByHand
from congvu.documents.models import Arrival
from congvu.kit import blobs
from congvu.kit.refusal import refuse_if
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


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

        arrival = convert_carried(
            _carried(inbound, files, chosen, by, at),
            described=described,
            by=by,
            at=at,
            is_declared_open=is_declared_open,
            is_for_reference=is_for_reference,
        )
        note_became(inbound_id=inbound.id, became=(ARRIVAL, arrival.id), by=by, at=at)
    return arrival


def _carried(
    inbound: InboundMessage,
    files: list[InboundFile],
    chosen: InboundFile | None,
    by: Actor,
    at: datetime,
) -> Carried:
    written = str(inbound.facts.get("written_at", ""))
    return Carried(
        agency_id=inbound.agency_id,
        content=blobs.read(chosen.sha256) if chosen else typeset_inbound(inbound, by=by, at=at),
        file_name=chosen.name if chosen else f"{inbound.reference}.pdf",
        sent_at=datetime.fromisoformat(written) if written else None,
        entered_at=inbound.entered_at,
        received_at=inbound.received_at,
        received_finding=inbound.received_finding,
        beside=[(one.name, one.mime, one.size, one.sha256) for one in files if one != chosen],
        details={"inbound": inbound.id, "reference": inbound.reference, "raw": inbound.raw},
    )
