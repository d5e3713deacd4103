"""Take in a document that the exchange did not bring: paper scanned, post, e-mail (ND30 Điều 21).

The file is kept byte for byte and its signatures are judged before it can be registered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from congvu.audit.write import write_entry
from congvu.documents import refusals  # noqa: F401
from congvu.documents.access import ORDERS
from congvu.documents.incoming.receive import legal_moments
from congvu.documents.keep_report import keep_report_sheet
from congvu.documents.models import Arrival, Attachment, Document, SearchEntry
from congvu.documents.models.document import Urgency
from congvu.documents.states import ArrivalState, DocumentState
from congvu.incidents.queries import watch_words
from congvu.kit import blobs, clock, search
from congvu.kit.blobs import Kept
from congvu.kit.blocks import refuse_bad_text
from congvu.kit.folding import symbol_key
from congvu.kit.gate import Entrance, pass_gate
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.kit.screening import PDF
from congvu.kit.secret_refusal import refuse_state_secret
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules import secrecy
from congvu.rules.clauses import clause
from congvu.rules.deadlines import Priority
from congvu.rules.document_types import types_on
from congvu.rules.finding import Finding
from congvu.rules.secrecy import Decision
from congvu.signing.describe import is_refutable, why_refutable
from congvu.signing.examine import examine_pdf
from congvu.signing.types import Verification
from congvu.signing.verify import verify_pdf

LONGEST_SYMBOL = 80
LONGEST = {"sender_name": 250, "signer_name": 200, "signer_title": 200}
SECOND_CLICK = timedelta(minutes=2)


@dataclass(frozen=True)
class ByHand:
    """What the clerk reads off the document (trường dữ liệu đến, ND30 Phụ lục VI)."""

    type_code: str
    symbol: str
    issued_on: date | None
    issuer_name: str
    subject: str
    sender_name: str
    signer_name: str = ""
    signer_title: str = ""
    urgency: int = 0
    due_on: date | None = None


@dataclass(frozen=True)
class Came:
    """How and when the document came: facts, and the legal moments computed from them."""

    channel: str
    entered_at: datetime
    received_at: datetime
    register_by: datetime
    findings: Mapping[str, Any]
    sent_at: datetime | None = None


@clause("ND30.21", "ND30.22", "QC.4.1")
def receive_by_hand(
    *,
    described: ByHand,
    content: bytes,
    file_name: str,
    by: Actor,
    at: datetime,
    is_declared_open: bool = False,
    is_for_reference: bool = False,
) -> Arrival:
    """Keep the file, describe the document, and let it arrive at the clerk's agency now."""

    def came(urgency: Priority) -> Came:
        calendar = orgs.working_calendar(by.agency_id or 0, at)
        moments = legal_moments(at, urgency, calendar)
        return Came(
            channel=Arrival.Channel.BY_HAND,
            entered_at=at,
            received_at=moments.received_at,
            register_by=moments.register_by,
            findings=json.loads(moments.findings),
        )

    return receive_described(
        described=described,
        content=content,
        file_name=file_name,
        came=came,
        by=by,
        at=at,
        is_declared_open=is_declared_open,
        is_for_reference=is_for_reference,
    )


@clause("ND30.21", "ND30.22", "QC.4.1")
def receive_described(
    *,
    described: ByHand,
    content: bytes,
    file_name: str,
    came: Callable[[Priority], Came],
    by: Actor,
    at: datetime,
    is_declared_open: bool = False,
    is_for_reference: bool = False,
) -> Arrival:
    """Keep the file, describe the document, and let it arrive at the clerk's agency as it came.

    `is_declared_open`: the clerk has looked and declares that it bears no mark of a state secret;
    where the gate has a doubt (a scan, a red stamp) nothing is taken in without it.
    `is_for_reference`: a file whose signatures fail goes back to its sender, unless the clerk says
    that it is wanted all the same, "để biết, tham khảo".
    """
    refuse_if(by.roles.isdisjoint(ORDERS["register"]), "documents.E002")
    told = _tidy(described)
    words = watch_words(by.agency_id or 0, clock.local(at).date())
    typed = _judged(told, words)
    file = pass_gate(content, file_name, entrance=Entrance.INTAKE, words=words)
    asks = "" if is_declared_open else _said(file.doubt or typed)
    judged = examine_pdf(content, at=at) if file.mime == PDF else None
    with transaction.atomic():
        _refuse_incomplete(told, at)
        refuse_if(asks, "documents.E319", said=asks)
        _refuse_long_or_strange(told)
        _refuse_failed(judged, file.name, is_for_reference)

        # Keeping locks the file's hash until the commit: a second click waits here and then sees.
        kept = blobs.keep(content, file.mime, held=file.is_held)
        refuse_if(_was_just_taken_in(told, kept.sha256, by, at), "documents.E318")
        document = _document(told, by, at, file.pages)
        _put_beside(document, file.name, kept, by, at)
        arrival = _arrival(document, told, came(Priority(told.urgency)), by, at)
        _make_searchable(document, told, by, at)
        if judged is not None:
            verify_pdf(content, at=at, found=judged)
            keep_report_sheet.defer(document_id=document.id)

        write_entry(
            "documents.incoming.taken_in",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.21",
            details={
                "file": kept.sha256,
                "name": file.name,
                "symbol": told.symbol,
                "declared_open": is_declared_open,
                "signatures": str(judged.state) if judged is not None else "",
                "for_reference": is_for_reference,
                **file.seen,
            },
        )
    return arrival


@clause("ND30.21.2.b")
def _refuse_failed(judged: Verification | None, name: str, is_for_reference: bool) -> None:
    if judged is not None and is_refutable(judged):
        said = why_refutable(judged)
        refuse_unless(is_for_reference, "documents.E831", name=name, said=said)


def _put_beside(document: Document, name: str, kept: Kept, by: Actor, at: datetime) -> None:
    Attachment.objects.create(
        agency_id=by.agency_id,
        document=document,
        part=Attachment.Part.MAIN,
        name=name,
        sha256=kept.sha256,
        mime=kept.mime,
        size=kept.size,
        by_id=by.posting_id,
        at=at,
    )


def _tidy(described: ByHand) -> ByHand:
    """Every typed text on one line, composed (NFC), without invisible letters."""
    typed = {field.name: getattr(described, field.name) for field in fields(described)}
    tidied: dict[str, Any] = {
        name: plain_spaces(clean_text(text))
        for name, text in typed.items()
        if isinstance(text, str)
    }
    return replace(described, **tidied)


def _judged(told: ByHand, words: list[str]) -> Finding[Decision] | None:
    """The doubt that the subject leaves, if any; a mark of a state secret is refused."""
    _, hits = secrecy.examine(names={"trích yếu": told.subject}, words=words)
    said = refuse_state_secret(hits, entrance=Entrance.INTAKE, code="documents.E107")
    return said if said.value is Decision.ASK else None


def _said(doubt: Finding[Decision] | None) -> str:
    return doubt.explanation if doubt else ""


def _refuse_incomplete(told: ByHand, at: datetime) -> None:
    refuse_unless(0 < len(told.subject) <= 2000, "documents.E310", limit=2000)
    refuse_unless(0 < len(told.issuer_name) <= 250, "documents.E311")
    refuse_unless(told.type_code in _known_types(at), "documents.E312")
    refuse_if(told.issued_on and told.issued_on > clock.local(at).date(), "documents.E313")
    refuse_unless(told.urgency in Urgency.values, "documents.E314")


def _refuse_long_or_strange(told: ByHand) -> None:
    refuse_bad_text(f"{told.subject} {told.issuer_name}")
    refuse_if(len(told.symbol) > LONGEST_SYMBOL, "documents.E316", limit=LONGEST_SYMBOL)
    for name, limit in LONGEST.items():
        refuse_if(len(getattr(told, name)) > limit, "documents.E317", limit=limit)


def _was_just_taken_in(told: ByHand, sha256: str, by: Actor, at: datetime) -> bool:
    """A double click or a second tab: the same file under the same number, moments ago."""
    return bool(
        Arrival.objects.filter(
            agency_id=by.agency_id,
            channel=Arrival.Channel.BY_HAND,
            entered_at__gt=at - SECOND_CLICK,
            document__symbol_key=symbol_key(told.symbol),
            document__attachments__sha256=sha256,
        ).exists()
    )


def _known_types(at: datetime) -> set[str]:
    return {kind.code for kind in types_on(clock.local(at).date())}


def _document(told: ByHand, by: Actor, at: datetime, pages: int | None) -> Document:
    return Document.objects.create(
        agency_id=by.agency_id,
        origin=Document.Origin.OUTSIDE,
        state=DocumentState.TAKEN_IN,
        type_code=told.type_code,
        subject=told.subject,
        urgency=told.urgency,
        issuer_name=told.issuer_name,
        symbol=told.symbol,
        symbol_key=symbol_key(told.symbol),
        issued_on=told.issued_on,
        due_on=told.due_on,
        signer_name=told.signer_name,
        signer_title=told.signer_title,
        page_count=pages,
        started_at=at,
        changed_at=at,
    )


def _arrival(document: Document, told: ByHand, came: Came, by: Actor, at: datetime) -> Arrival:
    return Arrival.objects.create(
        agency_id=by.agency_id,
        document=document,
        channel=came.channel,
        state=ArrivalState.ARRIVED,
        urgency=told.urgency,
        sender_name=told.sender_name or told.issuer_name,
        sent_at=came.sent_at,
        entered_at=came.entered_at,
        received_at=came.received_at,
        register_by=came.register_by,
        findings=dict(came.findings),
        changed_at=at,
    )


def _make_searchable(document: Document, told: ByHand, by: Actor, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {SearchEntry._meta.db_table} (document_id, agencies, received_at, tsv)"
            f" VALUES (%s, %s, %s, {search.vector_sql()})",
            [
                document.id,
                [by.agency_id],
                at,
                *search.vector_values(told.subject, f"{told.issuer_name} {told.symbol}"),
            ],
        )
