"""Issue with the signing program on the clerk's machine: one signature after the other, then all.

The number is given when the program is first asked, and stays with the document: a program that
never answers leaves it "chờ phát hành", and the next try takes up the same number and whatever was
signed already. Nothing is issued before the last signature; then everything is, in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from congvu.documents.models import Attachment, Document, Issue
from congvu.documents.outgoing.ask_plugin import end_earlier
from congvu.documents.outgoing.issue import ready_to_issue, write_issue
from congvu.documents.outgoing.number import number_document
from congvu.documents.outgoing.seal import (
    appendices_to_sign,
    keep_seal,
    number_on_page,
    put_in_place,
)
from congvu.documents.states import DocumentState
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import queries as signing
from congvu.signing.ask_agency import AgencyOrder, ask_agency
from congvu.signing.enrol import certificate_of_agency
from congvu.signing.events import SignatureArrived
from congvu.signing.finish_signature import signed_of
from congvu.signing.hand_token import Errand, hand_token
from congvu.signing.models import Certificate, WaitingSignature
from congvu.signing.seal_with_number import words_of_seal
from congvu.signing.types import Act

SUBJECT = "issue"


@dataclass(frozen=True)
class Step:
    """One errand for the program: which file of how many, and the number it belongs to."""

    errand: Errand
    what: str
    place: int
    count: int
    symbol: str
    issued_on: date


@dataclass(frozen=True)
class _Part:
    """A file that the agency signs: the document, or an appendix of its own."""

    file: str
    appendix: Attachment | None = None


@clause("QC.5.1", "ND30.15.3", "ND30.17.2", "ND30.32.2.c")
def ask_program_to_issue(
    *, document_id: int, by: Actor, at: datetime, on: date | None = None
) -> Step | Issue:
    """The next signature to ask the program for; the issue itself where all of them are there.

    A signed document gets its number now (`on`: its date). Refuses what `number_document` and
    `issue_document` refuse, and E192 where the agency's key is not in such a program's hands.
    """
    with transaction.atomic():
        if Document.objects.filter(id=document_id, state=DocumentState.SIGNED).exists():
            number_document(document_id=document_id, by=by, at=at, on=on)
        document = ready_to_issue(document_id, by, at)
        certificate = certificate_of_agency(document.agency_id, at)
        end_earlier(SUBJECT, document_id, by, at)

        parts, signed = _parts(document), _signed(document, certificate)
        missing = [one for one in parts if one.file not in signed]
        if not missing:
            return _issue(document, parts, signed, by, at)
        part = missing[0]
        order = _order(document, part, by, at)
        waiting = ask_agency(part.file, order, subject=(SUBJECT, document_id), by=by, at=at)
        return Step(
            errand=hand_token(waiting_id=waiting.id, by=by, at=at),
            what=part.appendix.name if part.appendix else "văn bản",
            place=parts.index(part) + 1,
            count=len(parts),
            symbol=document.symbol,
            issued_on=document.issued_on,
        )


def finish_issuing(event: SignatureArrived) -> None:
    """Reaction: one of the agency's signatures has come; with the last one the document goes out.

    What may not be issued any more stays numbered: said to the clerk, the signature is kept."""
    waiting = WaitingSignature.objects.get(id=event.waiting_id)
    if waiting.subject_kind != SUBJECT:
        return
    by = orgs.actor_for(waiting.by_id, event.at)
    try:
        with transaction.atomic():
            document = ready_to_issue(waiting.subject_id, by, event.at)
            certificate = certificate_of_agency(document.agency_id, event.at)
            parts, signed = _parts(document), _signed(document, certificate)
            if all(one.file in signed for one in parts):
                _issue(document, parts, signed, by, event.at)
    except Refusal as refused:
        WaitingSignature.objects.filter(id=waiting.id).update(
            said=f"Chữ ký đã đến nhưng văn bản chưa phát hành được: {refused.say}"[:500]
        )


def signed_so_far(document: Document) -> tuple[int, int]:
    """How many of the files to be signed are signed by the present key, and how many there are."""
    certificate = signing.certificate_to_sign_with(agency_id=document.agency_id)
    parts, signed = _parts(document), _signed(document, certificate)
    return sum(one.file in signed for one in parts), len(parts)


def _parts(document: Document) -> list[_Part]:
    appendices = [_Part(one.sha256, one) for one in appendices_to_sign(document)]
    return [_Part(document.signed_file), *appendices]


def _signed(document: Document, certificate: Certificate | None) -> dict[str, WaitingSignature]:
    """What this key has signed for this issue, by the file that was given out."""
    completed = WaitingSignature.objects.select_related("certificate").filter(
        subject_kind=SUBJECT,
        subject_id=document.id,
        certificate=certificate,
        state=WaitingSignature.State.COMPLETED,
    )
    return {one.base_file: one for one in completed.order_by("id")}


def _order(document: Document, part: _Part, by: Actor, at: datetime) -> AgencyOrder:
    if part.appendix is None:
        number = number_on_page(document, at)
        return AgencyOrder(Act.SEALED, words_of_seal(number, by), number)
    moment = clock.local(at).isoformat(timespec="seconds")
    words = f"{document.symbol}; {moment}"
    return AgencyOrder(Act.APPENDIX_SIGNED, words, shows=document.symbol)


@clause("ND30.17.2", "ND30.32.2.d")
def _issue(
    document: Document,
    parts: list[_Part],
    signed: dict[str, WaitingSignature],
    by: Actor,
    at: datetime,
) -> Issue:
    """Put every signed file in its place and issue; the caller holds the document's row."""
    for part in parts:
        made = signed_of(signed[part.file])
        if part.appendix is None:
            document.issued_file = keep_seal(document, made, by, at)
        else:
            put_in_place(part.appendix, made, by, at)
    return write_issue(document, by, at)
