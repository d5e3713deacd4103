"""Issue a document: number and seal go on the file; from here it binds and nothing changes.

ND30 Điều 17.2, 18.1, 32. Everything happens in one transaction: a process killed before the commit
leaves the document numbered, and issuing it again does all of it. Deliveries follow the event.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.drafting.check_draft import refuse_state_secrets
from congvu.documents.drafting.set_recipients import refuse_ended_recipients
from congvu.documents.drafting.typeset_draft import newest_content
from congvu.documents.events import DocumentIssued
from congvu.documents.models import Document, Issue, Signing
from congvu.documents.outgoing.refuse_doubtful import refuse_doubtful
from congvu.documents.outgoing.replace import replace_document
from congvu.documents.outgoing.seal import seal_attachments, seal_document
from congvu.documents.states import DocumentState, become
from congvu.kit import clock
from congvu.kit.events import publish
from congvu.kit.evidence import kept
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.kit.search import vector_sql, vector_values
from congvu.orgs import queries as orgs
from congvu.orgs.models import Identifier
from congvu.orgs.types import Actor
from congvu.rules import deadlines
from congvu.rules.clauses import clause
from congvu.rules.deadlines import Priority
from congvu.rules.paper_copies import Addressee, may_send_paper
from congvu.rules.words import moment_words
from congvu.systems.queries import refuse_unregistered

CHANNEL = "congvu"  # this system's own entry in the register of approved systems

ENTER_SEARCH = f"""
INSERT INTO documents_searchentry (document_id, agencies, received_at, tsv)
VALUES (%s, %s::bigint[], %s, {vector_sql()})
ON CONFLICT (document_id) DO UPDATE SET tsv = EXCLUDED.tsv, received_at = EXCLUDED.received_at
"""


@clause("QC.5.1", "QC.7.1", "QC.11.3", "QC.11.4", "ND30.17.2", "ND30.18", "ND30.18.1")
def issue_document(*, document_id: int, by: Actor, at: datetime) -> Issue:
    """Put number, date and seal on the signed file and send it to its recipients.

    A late issue is issued and its lateness kept with it (`deadline_finding`). For a key that
    answers at once; where a program on the clerk's machine signs: `ask_program_to_issue`.
    """
    with transaction.atomic():
        document = ready_to_issue(document_id, by, at)

        document.issued_file = seal_document(document, by, at)
        seal_attachments(document, by, at)
        return write_issue(document, by, at)


def write_issue(document: Document, by: Actor, at: datetime) -> Issue:
    """Everything is signed and `issued_file` set: the document goes out, in this transaction."""
    become(document, DocumentState.ISSUED, at)
    issue = _write_issue(document, by, at)
    _enter_search(document, at)

    write_entry(
        "documents.outgoing.issued",
        by=by,
        at=at,
        on=("document", document.id),
        clause="ND30.18",
        details={
            "symbol": document.symbol,
            "file": document.issued_file,
            "recipients": issue.recipient_count,
        },
    )
    _replace_older(document, by, at)
    publish(DocumentIssued(document_id=document.id, at=at))
    return issue


def ready_to_issue(document_id: int, by: Actor, at: datetime) -> Document:
    """Lock the numbered document and refuse what may not be issued; see `issue_document`."""
    document = access.document_for(by, document_id, to="issue", lock=True)
    _refuse_unissuable(document, clock.local(at).date())
    return document


def _refuse_unissuable(document: Document, today: date) -> None:
    refuse_if(
        document.issued_at is not None,
        "documents.E212",
        moment=moment_words(document.issued_at) if document.issued_at else "",
    )
    refuse_unless(
        document.state == DocumentState.NUMBERED,
        "documents.E003",
        state=document.get_state_display(),
    )
    refuse_doubtful(document)
    refuse_unless(document.recipients.exists(), "documents.E210")
    refuse_ended_recipients(document, today)
    refuse_unregistered(CHANNEL, document.agency_id, today)
    refuse_state_secrets(document.subject, newest_content(document).text, is_declared_open=True)


def _write_issue(document: Document, by: Actor, at: datetime) -> Issue:
    code = orgs.identifier(document.agency_id, Identifier.Scheme.QD20, document.issued_on)
    document.issuer_name = by.agency_name
    document.issuer_code = code.value if code else ""
    document.issued_at = at
    document.save(update_fields=["issued_file", "issuer_name", "issuer_code", "issued_at"])
    return Issue.objects.create(
        agency_id=document.agency_id,
        document=document,
        file=document.issued_file,
        recipient_count=document.recipients.count(),
        paper_finding=_paper_findings(document),
        deadline_finding=_deadline_finding(document, at),
        by_id=by.posting_id,
        at=at,
    )


@clause("QC.11.4")
def _paper_findings(document: Document) -> dict[str, Any]:
    """May paper follow? One finding for agencies of the province, one for names outside."""
    findings = {}
    for addressee, is_ours in ((Addressee.PROVINCE_AGENCY, True), (Addressee.OTHER_AGENCY, False)):
        if document.recipients.filter(to_agency__isnull=not is_ours).exists():
            finding = may_send_paper(
                document.type_code,
                addressee,
                on=document.issued_on,
                is_signed_and_sent=is_ours,
                can_receive=is_ours,
                rules=(),
            )
            findings[addressee.value] = kept(finding)
    return findings


@clause("ND30.18.1")
def _deadline_finding(document: Document, at: datetime) -> dict[str, Any]:
    """By when it had to leave, counted from the signature, and whether it did."""
    signing = document.signings.filter(part=Signing.Part.PERSON).order_by("id").last()
    calendar = orgs.working_calendar(document.agency_id, at)
    finding = deadlines.issue_by(signing.at, Priority(document.urgency), calendar)
    is_urgent = document.urgency > Priority.NORMAL
    return {**kept(finding), "is_late": not is_urgent and at > finding.value.latest}


def _enter_search(document: Document, at: datetime) -> None:
    text = newest_content(document).text
    with connection.cursor() as cursor:
        cursor.execute(
            ENTER_SEARCH,
            [
                document.id,
                [document.agency_id],
                at,
                *vector_values(f"{document.symbol} {document.subject}", text),
            ],
        )


def _replace_older(document: Document, by: Actor, at: datetime) -> None:
    if document.replaces_id is not None:
        replace_document(document_id=document.replaces_id, replacement_id=document.id, by=by, at=at)
