"""Everything the page of one document of ours shows: text, people, acts, files, recipients."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from congvu.documents import access
from congvu.documents.models import Attachment, Document, Recipient, Review, Signing, Submission
from congvu.documents.models.document import Urgency
from congvu.documents.states import DocumentState
from congvu.documents.types import DraftContent, draft_from_json
from congvu.kit.refusal import refuse_unless
from congvu.kit.vault import open_json
from congvu.orgs.types import Actor
from congvu.rules.document_types import document_type


@dataclass(frozen=True)
class VersionRow:
    """A version of the draft, who made it and when."""

    id: int
    ordinal: int
    note: str
    by_name: str
    at: datetime


@dataclass(frozen=True)
class SubmissionRow:
    """A submission with its answer, if there is one. `is_open`: somebody has it now."""

    id: int
    purpose: str
    purpose_label: str
    version: int
    by_name: str
    to_name: str
    to_title: str
    to_posting_id: int
    note: str
    at: datetime
    is_open: bool
    decision: str
    decision_label: str
    reason: str
    decided_at: datetime | None
    signed: str  # "signed", "voided" (signed and then sent back), "" (no signature)


@dataclass(frozen=True)
class CoSignerRow:
    """Who signs before the signer: the words above the name, and when it was signed."""

    ordinal: int
    label: str
    posting_id: int
    full_name: str
    title: str
    signed_at: datetime | None


@dataclass(frozen=True)
class OpinionRow:
    """An opinion that was given (`text`), or one that was asked for and is awaited (`question`)."""

    by_name: str
    by_title: str
    text: str
    question: str
    version: int | None
    at: datetime


@dataclass(frozen=True)
class SigningRow:
    """A signature put on the document."""

    part: str
    part_label: str
    by_name: str
    authority: str
    certificate_subject: str
    certificate_serial: str
    file_after: str
    at: datetime
    voided_at: datetime | None


@dataclass(frozen=True)
class RecipientRow:
    """A recipient as chosen."""

    id: int
    to_agency_id: int | None
    name: str
    part: str
    part_label: str


@dataclass(frozen=True)
class AttachmentRow:
    """A file that goes with the document, or a source of its draft."""

    id: int
    part: str
    part_label: str
    name: str
    mime: str
    size: int
    sha256: str
    by_name: str
    at: datetime


@dataclass(frozen=True)
class IssueFacts:
    """The issue with its findings (kit.evidence form), the number, and a recall if there is one."""

    number: int | None
    symbol: str
    numbered_on: date | None
    numbered_at: datetime | None
    voided_at: datetime | None
    void_reason: str
    issued_at: datetime | None
    issued_by: str
    recipient_count: int | None
    paper_finding: dict[str, Any] | None
    deadline_finding: dict[str, Any] | None
    recalled_at: datetime | None
    recall_reason: str
    is_formal_recall: bool


@dataclass(frozen=True)
class DocumentPage:
    """A document of ours, whole. `orders` are what this actor's roles let a page offer."""

    document: Document
    type_name: str
    state_label: str
    urgency_label: str
    drafter_name: str
    unit_name: str
    content: DraftContent
    typed_not_saved: DraftContent | None
    versions: list[VersionRow]
    submissions: list[SubmissionRow]
    opinions: list[OpinionRow]
    signings: list[SigningRow]
    co_signers: list[CoSignerRow]
    recipients: list[RecipientRow]
    attachments: list[AttachmentRow]
    issue: IssueFacts | None
    replies_to: str
    replaced_by: str
    orders: frozenset[str]
    waits_for_me: str

    @property
    def newest_version(self) -> int:
        """The ordinal to send back as `base_ordinal`."""
        return self.versions[-1].ordinal if self.versions else 0


VERSIONS = """
SELECT v.id, v.ordinal, v.note, n.full_name, v.at
FROM documents_draftversion v JOIN orgs_posting p ON p.id = v.by_id
JOIN orgs_person n ON n.id = p.person_id
WHERE v.document_id = %(id)s ORDER BY v.ordinal
"""
SUBMISSIONS = """
SELECT s.id, s.purpose, v.ordinal, bn.full_name, tn.full_name, t.title, s.to_id, s.note, s.at,
       s.closed_at IS NULL, coalesce(r.decision, ''), coalesce(r.reason, ''), r.at,
       coalesce((SELECT CASE WHEN g.voided_at IS NULL THEN 'signed' ELSE 'voided' END
          FROM documents_signing g WHERE g.document_id = s.document_id AND g.part = 'person'
           AND g.by_id = s.to_id AND g.at = s.closed_at AND s.purpose = 'signature' LIMIT 1), '')
FROM documents_submission s JOIN documents_draftversion v ON v.id = s.version_id
JOIN orgs_posting bp ON bp.id = s.by_id JOIN orgs_person bn ON bn.id = bp.person_id
JOIN orgs_posting tp ON tp.id = s.to_id JOIN orgs_person tn ON tn.id = tp.person_id
JOIN orgs_position t ON t.id = tp.position_id
LEFT JOIN documents_review r ON r.submission_id = s.id
WHERE s.document_id = %(id)s ORDER BY s.id
"""
OPINIONS = """
SELECT n.full_name, t.title, o.text, '', v.ordinal, o.at
FROM documents_opinion o JOIN orgs_posting p ON p.id = o.by_id
JOIN orgs_person n ON n.id = p.person_id JOIN orgs_position t ON t.id = p.position_id
LEFT JOIN documents_draftversion v ON v.id = o.version_id
WHERE o.document_id = %(id)s AND o.agency_id = %(agency_id)s
UNION ALL
SELECT n.full_name, t.title, '', coalesce(nullif(q.question, ''), 'Xin ý kiến'), NULL, q.at
FROM documents_opinionrequest q JOIN orgs_posting p ON p.id = q.to_id
JOIN orgs_person n ON n.id = p.person_id JOIN orgs_position t ON t.id = p.position_id
WHERE q.document_id = %(id)s AND q.answered_at IS NULL
ORDER BY 6
"""
SIGNINGS = """
SELECT s.part, n.full_name, s.authority, s.certificate_subject, s.certificate_serial,
       s.file_after, s.at, s.voided_at
FROM documents_signing s JOIN orgs_posting p ON p.id = s.by_id
JOIN orgs_person n ON n.id = p.person_id
WHERE s.document_id = %(id)s ORDER BY s.id
"""
CO_SIGNERS = """
SELECT c.ordinal, c.label, c.posting_id, n.full_name, t.title, s.at
FROM documents_cosigner c JOIN orgs_posting p ON p.id = c.posting_id
JOIN orgs_person n ON n.id = p.person_id JOIN orgs_position t ON t.id = p.position_id
LEFT JOIN documents_signing s ON s.id = c.signing_id
WHERE c.document_id = %(id)s ORDER BY c.ordinal
"""
RECIPIENTS = """
SELECT id, to_agency_id, name, part FROM documents_recipient
WHERE document_id = %(id)s ORDER BY ordinal, id
"""
ATTACHMENTS = """
SELECT a.id, a.part, a.name, a.mime, a.size, a.sha256, coalesce(n.full_name, ''), a.at
FROM documents_attachment a LEFT JOIN orgs_posting p ON p.id = a.by_id
LEFT JOIN orgs_person n ON n.id = p.person_id
WHERE a.document_id = %(id)s AND a.removed_at IS NULL ORDER BY a.part, a.ordinal, a.id
"""
HEADING = """
SELECT coalesce(n.full_name, ''), coalesce(u.name, ''), coalesce(q.symbol, ''),
       coalesce((SELECT string_agg(x.symbol, ', ') FROM documents_document x
                  WHERE x.replaces_id = d.id AND x.issued_at IS NOT NULL), ''),
       (SELECT a.content FROM documents_autosave a
         WHERE a.document_id = d.id AND a.posting_id = %(posting_id)s),
       (SELECT v.content FROM documents_draftversion v
         WHERE v.document_id = d.id ORDER BY v.ordinal DESC LIMIT 1),
       coalesce((SELECT s.purpose FROM documents_submission s WHERE s.document_id = d.id
                  AND s.to_id = %(posting_id)s AND s.closed_at IS NULL ORDER BY s.id LIMIT 1), '')
FROM documents_document d
LEFT JOIN orgs_posting p ON p.id = d.drafter_id LEFT JOIN orgs_person n ON n.id = p.person_id
LEFT JOIN orgs_unit u ON u.id = d.drafting_unit_id
LEFT JOIN documents_document q ON q.id = d.reply_to_id
WHERE d.id = %(id)s
"""
ISSUE = """
SELECT b.number, b.symbol, b."on", b.at, b.voided_at, b.void_reason, i.at,
       coalesce(n.full_name, ''), i.recipient_count, i.paper_finding, i.deadline_finding, r.at,
       coalesce(r.reason, ''), coalesce(r.is_formal, false)
FROM documents_numbering b
LEFT JOIN documents_issue i ON i.document_id = b.document_id
LEFT JOIN orgs_posting p ON p.id = i.by_id LEFT JOIN orgs_person n ON n.id = p.person_id
LEFT JOIN documents_recall r ON r.document_id = b.document_id
WHERE b.document_id = %(id)s
"""


def document_page(by: Actor, document_id: int) -> DocumentPage:
    """The page of a document of the actor's own agency; what may not be seen is "not found"."""
    document = access.document_for(by, document_id, to="read")
    refuse_unless(document.agency_id == by.agency_id, "documents.E001")
    asked = {"id": document_id, "agency_id": by.agency_id, "posting_id": by.posting_id}
    drafter, unit, replies_to, replaced_by, typed, content, waits_for_me = _asked(HEADING, asked)[0]
    issue = _asked(ISSUE, asked)
    return DocumentPage(
        document=document,
        type_name=document_type(document.type_code).name,
        state_label=str(DocumentState(document.state).label),
        urgency_label=str(Urgency(document.urgency).label),
        drafter_name=drafter,
        unit_name=unit,
        content=draft_from_json(open_json(content) if content else {}),
        typed_not_saved=draft_from_json(open_json(typed)) if typed else None,
        versions=[VersionRow(*row) for row in _asked(VERSIONS, asked)],
        submissions=[_submission(row) for row in _asked(SUBMISSIONS, asked)],
        opinions=[OpinionRow(*row) for row in _asked(OPINIONS, asked)],
        signings=[
            SigningRow(row[0], str(Signing.Part(row[0]).label), *row[1:])
            for row in _asked(SIGNINGS, asked)
        ],
        co_signers=[CoSignerRow(*row) for row in _asked(CO_SIGNERS, asked)],
        recipients=[
            RecipientRow(
                *(
                    *row,
                    str(Recipient.Part(row[3]).label),
                )
            )
            for row in _asked(RECIPIENTS, asked)
        ],
        attachments=[
            AttachmentRow(row[0], row[1], str(Attachment.Part(row[1]).label), *row[2:])
            for row in _asked(ATTACHMENTS, asked)
        ],
        issue=_issue(issue[0]) if issue else None,
        replies_to=replies_to,
        replaced_by=replaced_by,
        orders=frozenset(order for order in access.ORDERS if access.may(by, document, order)),
        waits_for_me=waits_for_me,
    )


def version_content(by: Actor, document_id: int, ordinal: int) -> DraftContent | None:
    """What one version says (for showing differences); None where there is no such version."""
    document = access.document_for(by, document_id, to="read")
    refuse_unless(document.agency_id == by.agency_id, "documents.E001")
    version = document.versions.filter(ordinal=ordinal).first()
    return draft_from_json(version.content) if version else None


def _asked(sql: str, parameters: Mapping[str, object]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple] = cursor.fetchall()
    return rows


def _submission(row: tuple) -> SubmissionRow:
    decision = str(Review.Decision(row[10]).label) if row[10] else ""
    return SubmissionRow(
        *(
            row[0],
            row[1],
            str(Submission.Purpose(row[1]).label),
            *row[2:11],
            decision,
            *row[11:],
        )
    )


def _issue(row: tuple) -> IssueFacts:
    return IssueFacts(
        *(
            *row[:9],
            _json(row[9]),
            _json(row[10]),
            *row[11:],
        )
    )


def _json(value: Any) -> Any:
    """Raw SQL hands jsonb over as text here, or already read, as the driver is set up."""
    return json.loads(value) if isinstance(value, str) else value


def ids_by_issued_file(by: Actor, files: list[str]) -> dict[str, int]:
    """Issued file -> its document, among the documents of the actor's agency."""
    found = Document.objects.filter(agency_id=by.agency_id, issued_file__in=files)
    return dict(found.values_list("issued_file", "id"))
