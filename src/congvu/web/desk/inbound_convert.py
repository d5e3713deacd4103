"""Chuyển thành văn bản đến: one screen, what is known prefilled, the evidence goes along."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from congvu.channels import access, queries
from congvu.channels.models import InboundMessage
from congvu.documents.incoming.convert_message import convert_message
from congvu.documents.incoming.receive_by_hand import ByHand
from congvu.documents.incoming.register import register_arrival
from congvu.documents.incoming.stamp_arrival import stamp_when_chosen
from congvu.documents.models.document import Urgency
from congvu.kit import clock
from congvu.kit.refusal import Refusal, refuse_if
from congvu.kit.screening import PDF
from congvu.orgs import queries as orgs
from congvu.orgs.types import CLERK
from congvu.rules.document_types import types_on
from congvu.tasks.present import present_arrival
from congvu.web.desk.days import read_day, read_id
from congvu.web.desk.frame import done, show
from congvu.web.desk.incoming import leader_options
from congvu.web.environment import size
from congvu.web.shell.doors import needs
from congvu.web.shell.typed_secrets import reads_marks


@reads_marks
@needs(CLERK)
@require_http_methods(["GET", "POST"])
def convert(request: HttpRequest, inbound_id: int) -> HttpResponse:
    """The form; posting takes it in, registers it and presents it."""
    inbound = access.inbound_for(request.actor, inbound_id, to="decide")
    refuse_if(inbound.became_id is not None, "channels.E317")
    if request.method == "POST":
        request.show_again = lambda said: _form(request, inbound, said)
        return _convert(request, inbound)
    return _form(request, inbound)


def _convert(request: HttpRequest, inbound: InboundMessage) -> HttpResponse:
    by, at, typed = request.actor, clock.now(), request.POST
    for_reference = typed.get("reference") == "1"
    arrival = convert_message(
        inbound_id=inbound.id,
        described=ByHand(
            type_code=typed.get("type_code", ""),
            symbol=typed.get("symbol", ""),
            issued_on=read_day(typed.get("issued_on", ""), field="issued_on"),
            issuer_name=typed.get("issuer_name", ""),
            subject=typed.get("subject", ""),
            sender_name=typed.get("sender_name", ""),
            signer_name=typed.get("signer_name", ""),
            urgency=read_id(typed.get("urgency", "0")),
        ),
        main=read_id(typed.get("main", "")) or None,
        by=by,
        at=at,
        is_declared_open=typed.get("declared") == "1",
        is_for_reference=for_reference,
    )
    registration = register_arrival(
        arrival_id=arrival.id, by=by, at=at, is_for_reference=for_reference
    )
    stamp_when_chosen(arrival_id=arrival.id, by=by, at=at)
    if to := read_id(typed.get("to", "")):
        present_arrival(arrival_id=arrival.id, to_posting_id=to, by=by, at=at)
    said = f"Đã chuyển {inbound.reference} thành văn bản đến số {registration.number}."
    return done(request, said, "arrival", arrival.id)


def _form(
    request: HttpRequest, inbound: InboundMessage, error: Refusal | None = None
) -> HttpResponse:
    by, at = request.actor, clock.now()
    typed = request.POST if request.method == "POST" else _known(inbound)
    files = [one for one in queries.inbound_page(inbound).files if one.is_open]
    first = next((one for one in files if one.mime == PDF), files[0] if files else None)
    return show(
        request,
        "desk/inbound/convert.html",
        title="Chuyển thành văn bản đến",
        active="inbound",
        status=422 if error else 200,
        message=inbound,
        typed=typed,
        error=error,
        mains=[
            *[(one.ordinal, one.name, f"{one.mime}, {size(one.size)}") for one in files],
            ("0", "Bản in của tin", "Hệ thống in nội dung tin thành PDF; mọi tệp là phụ lục."),
        ],
        main=typed.get("main", first.ordinal if first else "0"),
        types=[(kind.code, kind.name) for kind in types_on(clock.local(at).date())],
        urgencies=Urgency.choices,
        leaders=leader_options(by, at),
        senders=[one.name for one in orgs.agencies_on(clock.local(at).date())],
    )


def _known(inbound: InboundMessage) -> dict[str, Any]:
    agency = orgs.agency(inbound.from_agency_id) if inbound.from_agency_id else None
    return {
        "subject": inbound.subject or inbound.text[:200],
        "issuer_name": agency.name if agency else inbound.from_name or inbound.from_address,
    }
