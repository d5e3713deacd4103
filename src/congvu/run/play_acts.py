"""Recurring acts of the story: a document's way out of an agency, and its way in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from congvu.documents.drafting.approve import approve_draft
from congvu.documents.drafting.start import start_draft
from congvu.documents.drafting.submit import submit_draft
from congvu.documents.incoming.register import register_arrival
from congvu.documents.models import Arrival, Document
from congvu.documents.outgoing.issue import issue_document
from congvu.documents.outgoing.number import number_document
from congvu.documents.outgoing.sign import sign_document
from congvu.documents.types import DraftContent, RecipientChoice
from congvu.kit import blobs
from congvu.rules.document_types import document_type
from congvu.run.play_stage import Stage
from congvu.tasks.present import present_arrival


@dataclass(frozen=True)
class Times:
    """When each step of a document's way out happens, as "21/01/2022 08:15"."""

    drafted: str
    content_approved: str
    form_approved: str
    signed: str
    numbered: str
    issued: str


@dataclass(frozen=True)
class Hands:
    """Through whose hands it goes (account names)."""

    drafter: str
    reviewer: str
    clerk: str
    signer: str


@dataclass(frozen=True)
class Paper:
    """What is drafted."""

    type_code: str
    subject: str
    content: DraftContent
    recipients: Sequence[int]
    in_force_on: date | None = None
    reply_to_arrival_id: int | None = None


def draft(stage: Stage, paper: Paper, hands: Hands, when: str) -> Document:
    """The drafter writes the first version."""
    stage.set_clock(when)
    by = stage.actor(hands.drafter)
    signer = stage.actor(hands.signer)
    with stage.acting(by):
        document = start_draft(
            type_code=paper.type_code,
            subject=paper.subject,
            content=paper.content,
            in_force_on=paper.in_force_on,
            reply_to_arrival_id=paper.reply_to_arrival_id,
            recipients=[RecipientChoice(one) for one in paper.recipients],
            signer_posting_id=signer.posting_id,
            by=by,
            at=stage.at,
        )
    kind = document_type(paper.type_code).name
    stage.tell(by, f"Soạn thảo {kind}: {paper.subject}", "ND30.10")
    return document


def submit(stage: Stage, document: Document, hands: Hands, ordinal: int = 1) -> None:
    """The drafter lays the version before the reviewers."""
    by = stage.actor(hands.drafter)
    reviewer, clerk = stage.actor(hands.reviewer), stage.actor(hands.clerk)
    with stage.acting(by):
        submit_draft(
            document_id=document.id,
            base_ordinal=ordinal,
            reviewer_posting_id=reviewer.posting_id,
            form_reviewer_posting_id=clerk.posting_id,
            by=by,
            at=stage.at,
        )
    stage.tell(
        by, f"Trình {reviewer.full_name} duyệt nội dung, văn thư kiểm tra thể thức", "ND30.11"
    )


def approve_and_sign(stage: Stage, document: Document, hands: Hands, times: Times) -> None:
    """Content, form, and the signature on exactly the bytes that were shown."""
    for username, when, what in (
        (hands.reviewer, times.content_approved, "Duyệt nội dung"),
        (hands.clerk, times.form_approved, "Kiểm tra thể thức, kỹ thuật trình bày: đạt"),
    ):
        stage.set_clock(when)
        by = stage.actor(username)
        with stage.acting(by):
            approve_draft(document_id=document.id, by=by, at=stage.at)
        stage.tell(by, what, "ND30.12")
    stage.set_clock(times.signed)
    by = stage.actor(hands.signer)
    document.refresh_from_db()
    with stage.acting(by):
        sign_document(document_id=document.id, seen_sha256=document.base_file, by=by, at=stage.at)
    stage.tell(by, "Ký số", "ND30.13")


def number_and_issue(stage: Stage, document: Document, hands: Hands, times: Times) -> Document:
    """Number, seal, issue; the worker then carries the document to everybody."""
    by = stage.actor(hands.clerk)
    stage.set_clock(times.numbered)
    with stage.acting(by):
        numbering = number_document(document_id=document.id, by=by, at=stage.at)
    stage.tell(by, f"Cấp số {numbering.symbol}, ngày {numbering.on:%d/%m/%Y}", "ND30.15")
    stage.set_clock(times.issued)
    with stage.acting(by):
        issue = issue_document(document_id=document.id, by=by, at=stage.at)
    document.refresh_from_db()
    stage.tell(
        by,
        f"Ký số cơ quan và phát hành {document.symbol} tới {issue.recipient_count} cơ quan",
        "ND30.18",
        ("gửi", issue.at),
    )
    stage.work_off()
    name = document.symbol.replace("/", "-")
    stage.keep(f"{name}.pdf", blobs.read(document.issued_file))
    return document


def way_out(stage: Stage, paper: Paper, hands: Hands, times: Times) -> Document:
    """The whole way of a document out of an agency."""
    document = draft(stage, paper, hands, times.drafted)
    submit(stage, document, hands)
    approve_and_sign(stage, document, hands, times)
    return number_and_issue(stage, document, hands, times)


def way_in(stage: Stage, document: Document, clerk: str, when: str, leader: str = "") -> Arrival:
    """The clerk registers the arrival and lays it before a leader."""
    stage.set_clock(when)
    by = stage.actor(clerk)
    arrival = Arrival.objects.get(document=document, agency_id=by.agency_id)
    with stage.acting(by):
        registration = register_arrival(arrival_id=arrival.id, by=by, at=stage.at)
        if leader:
            present_arrival(
                arrival_id=arrival.id,
                to_posting_id=stage.actor(leader).posting_id or 0,
                by=by,
                at=stage.at,
            )
    what = f"Tiếp nhận, đăng ký {document.symbol}: số đến {registration.number}"
    stage.tell(by, what + (", trình lãnh đạo" if leader else ""), "ND30.22")
    stage.work_off()
    arrival.refresh_from_db()
    return arrival
