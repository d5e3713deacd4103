"""Start a draft: a document of ours begins its life (ND30 Điều 10.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.add_reader import add_reader
from congvu.documents.drafting.check_draft import (
    checked_kind,
    checked_subject,
    refuse_state_secrets,
)
from congvu.documents.drafting.choose_co_signers import checked_signers, write_co_signers
from congvu.documents.drafting.set_recipients import checked_recipients, write_recipients
from congvu.documents.models import Document, DraftVersion
from congvu.documents.models.document import Urgency
from congvu.documents.states import DocumentState
from congvu.documents.types import CoSignerChoice, DraftContent, RecipientChoice
from congvu.incidents.queries import watch_words
from congvu.kit import clock
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.rules.document_types import Group

REPLACEABLE = frozenset({DocumentState.ISSUED})


@clause("QC.5.1", "ND30.10", "ND30.10.2")
def start_draft(
    *,
    type_code: str,
    subject: str,
    content: DraftContent,
    by: Actor,
    at: datetime,
    recipients: Sequence[RecipientChoice] = (),
    signer_posting_id: int | None = None,
    co_signers: Sequence[CoSignerChoice] = (),
    urgency: int = 0,
    in_force_on: date | None = None,
    reply_to_arrival_id: int | None = None,
    replaces_document_id: int | None = None,
    is_declared_open: bool = False,
) -> Document:
    """Begin a document; `is_declared_open`: the drafter says it holds no state secret (QC.4.1)."""
    with transaction.atomic():
        today, whose = clock.local(at).date(), by.agency_id or 0

        refuse_if(_may_not_draft(by), "documents.E002")
        kind = checked_kind(type_code, today)
        subject = checked_heading(
            subject,
            content,
            urgency,
            in_force_on,
            day=today,
            agency_id=whose,
            is_declared_open=is_declared_open,
        )
        beside = checked_signers(signer_posting_id, co_signers, kind=kind, agency_id=whose, at=at)
        chosen = checked_recipients(recipients, agency_id=whose, day=today)

        document = Document.objects.create(
            **_drafting(by),
            type_code=type_code,
            is_legal_normative=kind.group is Group.LEGAL,
            subject=subject,
            urgency=urgency,
            in_force_on=in_force_on,
            signer_id=signer_posting_id,
            reply_to=_answered(by, reply_to_arrival_id),
            replaces=_replaced(by, replaces_document_id),
            started_at=at,
            changed_at=at,
        )
        write_version(document, 1, content, by, at)
        _write_people(document, chosen, beside, by, at)

        write_entry(
            "documents.drafting.started",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.10.2",
            details={"type": type_code, "declared_open": is_declared_open},
        )
    return document


def checked_heading(
    subject: str,
    content: DraftContent,
    urgency: int | None,
    in_force_on: date | None,
    *,
    day: date,
    is_declared_open: bool,
    agency_id: int,
) -> str:
    """The cleaned subject; refuses state secrets, an unknown urgency, a past day of effect."""
    cleaned, words = checked_subject(subject), watch_words(agency_id, day)
    refuse_state_secrets(cleaned, content.text, is_declared_open=is_declared_open, words=words)
    refuse_unless(urgency is None or urgency in Urgency.values, "documents.E130")
    refuse_if_in_force_before(in_force_on, day)
    return cleaned


def write_version(
    document: Document, ordinal: int, content: DraftContent, by: Actor, at: datetime, note: str = ""
) -> DraftVersion:
    """Keep one version of the draft; it never changes afterwards."""
    return DraftVersion.objects.create(
        agency_id=document.agency_id,
        document=document,
        ordinal=ordinal,
        content=content.to_json(),
        note=note,
        by_id=by.posting_id,
        at=at,
    )


def refuse_if_in_force_before(in_force_on: date | None, day: date) -> None:
    """A document cannot take effect before it can be issued."""
    refuse_if(
        in_force_on is not None and in_force_on < day,
        "documents.E129",
        day=f"{in_force_on:%d/%m/%Y}" if in_force_on else "",
    )


def _drafting(by: Actor) -> dict[str, Any]:
    """Whose document it will be, and who writes it."""
    return {
        "agency_id": by.agency_id,
        "origin": Document.Origin.OURS,
        "state": DocumentState.DRAFTING,
        "issuer_name": by.agency_name,
        "drafter_id": by.posting_id,
        "drafting_unit_id": by.unit_id,
    }


def _may_not_draft(by: Actor) -> bool:
    return (
        by.posting_id is None
        or by.agency_id is None
        or by.roles.isdisjoint(access.ORDERS["revise"])
    )


def _answered(by: Actor, arrival_id: int | None) -> Document | None:
    if arrival_id is None:
        return None
    return access.arrival_for(by, arrival_id, to="read").document


def _replaced(by: Actor, document_id: int | None) -> Document | None:
    if document_id is None:
        return None
    document = access.document_for(by, document_id, to="read")
    is_ours = document.agency_id == by.agency_id and document.state in REPLACEABLE
    refuse_unless(is_ours, "documents.E131")
    return document


def _write_people(
    document: Document,
    recipients: Sequence[RecipientChoice],
    beside: Sequence[CoSignerChoice],
    by: Actor,
    at: datetime,
) -> None:
    write_recipients(document, recipients)
    write_co_signers(document, beside, at)
    _add_first_readers(document, by, at)


def _add_first_readers(document: Document, by: Actor, at: datetime) -> None:
    """The drafter, and the unit whose head answers for the content (ND30 Điều 12)."""
    add_reader(
        document_id=document.id,
        agency_id=document.agency_id,
        posting_id=by.posting_id,
        reason="drafter",
        at=at,
    )
    if by.unit_id is not None:
        add_reader(
            document_id=document.id,
            agency_id=document.agency_id,
            unit_id=by.unit_id,
            reason="drafting_unit",
            at=at,
        )
