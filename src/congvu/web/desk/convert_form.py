"""Chuyển thành văn bản đến: one screen for what came over a channel and for letters of colleagues.

What is known is prefilled; one posting takes it in, registers it and presents it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from congvu.documents.incoming.receive_by_hand import ByHand
from congvu.documents.incoming.register import register_arrival
from congvu.documents.incoming.stamp_arrival import stamp_when_chosen
from congvu.documents.models.document import Urgency
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.kit.screening import PDF
from congvu.orgs import queries as orgs
from congvu.rules.document_types import types_on
from congvu.tasks.present import present_arrival
from congvu.web.desk.days import read_day, read_id
from congvu.web.desk.frame import show
from congvu.web.desk.incoming import leader_options
from congvu.web.environment import size

Typed = Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """What is converted. `files`: (number, name, mime, size) of those that may be the document."""

    active: str
    said: str  # where it came from, in words
    back: str
    known: Typed
    files: Sequence[tuple[int, str, str, int]]


def described(typed: Typed) -> ByHand:
    """What the clerk read off the document."""
    return ByHand(
        type_code=typed.get("type_code", ""),
        symbol=typed.get("symbol", ""),
        issued_on=read_day(typed.get("issued_on", ""), field="issued_on"),
        issuer_name=typed.get("issuer_name", ""),
        subject=typed.get("subject", ""),
        sender_name=typed.get("sender_name", ""),
        signer_name=typed.get("signer_name", ""),
        urgency=read_id(typed.get("urgency", "0")),
    )


def take_on(request: HttpRequest, arrival_id: int) -> int:
    """Registered, stamped where the agency chose so, presented; its number in the register."""
    by, at, typed = request.actor, clock.now(), request.POST
    for_reference = typed.get("reference") == "1"
    registration = register_arrival(
        arrival_id=arrival_id, by=by, at=at, is_for_reference=for_reference
    )
    stamp_when_chosen(arrival_id=arrival_id, by=by, at=at)
    if to := read_id(typed.get("to", "")):
        present_arrival(arrival_id=arrival_id, to_posting_id=to, by=by, at=at)
    return registration.number


def convert_form(
    request: HttpRequest, source: Source, error: Refusal | None = None
) -> HttpResponse:
    """The form, with what was typed before or what is known."""
    by, at = request.actor, clock.now()
    typed = request.POST if request.method == "POST" else source.known
    files = source.files
    first = next((one[0] for one in files if one[2] == PDF), files[0][0] if files else "0")
    return show(
        request,
        "desk/inbound/convert.html",
        title="Chuyển thành văn bản đến",
        active=source.active,
        status=422 if error else 200,
        source=source,
        typed=typed,
        error=error,
        mains=[
            *[(number, name, f"{mime}, {size(length)}") for number, name, mime, length in files],
            ("0", "Bản in của tin", "Hệ thống in nội dung tin thành PDF; mọi tệp là phụ lục."),
        ],
        main=typed.get("main", first),
        types=[(kind.code, kind.name) for kind in types_on(clock.local(at).date())],
        urgencies=Urgency.choices,
        leaders=leader_options(by, at),
        senders=[one.name for one in orgs.agencies_on(clock.local(at).date())],
    )
