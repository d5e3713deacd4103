"""Chuyển thông tin đến thành văn bản đến: the evidence goes along."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from congvu.channels import access, queries
from congvu.channels.models import InboundMessage
from congvu.documents.incoming.convert_message import convert_message
from congvu.kit import clock
from congvu.kit.refusal import refuse_if
from congvu.orgs import queries as orgs
from congvu.orgs.types import CLERK
from congvu.web.desk.convert_form import Source, Typed, convert_form, described, take_on
from congvu.web.desk.days import read_id
from congvu.web.desk.frame import done
from congvu.web.environment import moment
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
        request.show_again = lambda said: convert_form(request, _source(inbound), said)
        return _convert(request, inbound)
    return convert_form(request, _source(inbound))


def _convert(request: HttpRequest, inbound: InboundMessage) -> HttpResponse:
    typed = request.POST
    arrival = convert_message(
        inbound_id=inbound.id,
        described=described(typed),
        main=read_id(typed.get("main", "")) or None,
        by=request.actor,
        at=clock.now(),
        is_declared_open=typed.get("declared") == "1",
        is_for_reference=typed.get("reference") == "1",
    )
    number = take_on(request, arrival.id)
    said = f"Đã chuyển {inbound.reference} thành văn bản đến số {number}."
    return done(request, said, "arrival", arrival.id)


def _source(inbound: InboundMessage) -> Source:
    files = [one for one in queries.inbound_page(inbound).files if one.is_open]
    return Source(
        active="inbound",
        said=f"{inbound.reference}: {inbound.from_name or inbound.from_address}, "
        f"{inbound.get_channel_display()}, nhận lúc {moment(inbound.received_at)}",
        back=reverse("inbound_message", args=[inbound.id]),
        known=_known(inbound),
        files=[(one.ordinal, one.name, one.mime, one.size) for one in files],
    )


def _known(inbound: InboundMessage) -> Typed:
    agency = orgs.agency(inbound.from_agency_id) if inbound.from_agency_id else None
    return {
        "subject": inbound.subject or inbound.text[:200],
        "issuer_name": agency.name if agency else inbound.from_name or inbound.from_address,
    }
