"""What every draft must satisfy before it is stored: a subject, letters, no state secret.

State secrets never enter (QC.4.1): a mark refuses the text; a doubtful one asks the drafter, who
then answers for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from congvu.documents.models import Document
from congvu.documents.states import DocumentState
from congvu.documents.types import DraftContent, form_code_of
from congvu.documents.typeset_document import FORM_OF_TYPE, SLIP_LINES, missing_lines
from congvu.kit import clock
from congvu.kit.blocks import refuse_bad_text
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.kit.secret_refusal import refuse_state_secret
from congvu.orgs import queries as orgs
from congvu.orgs.types import UNIT_HEAD, Actor, SigningAuthority
from congvu.rules import secrecy
from congvu.rules.clauses import clause
from congvu.rules.document_types import DocumentType, Group, document_type, types_on
from congvu.rules.secrecy import Decision

LONGEST_SUBJECT = 500  # documents fact 60: the metadata of a document
LONGEST_REASON = 2000
EDITABLE = frozenset({DocumentState.DRAFTING, DocumentState.SENT_BACK})


@clause("ND30.PL1.I.II.5")
def checked_subject(subject: str) -> str:
    """The subject on one line, composed (NFC), without invisible letters."""
    subject = plain_spaces(clean_text(subject))
    refuse_unless(subject, "documents.E101")
    refuse_if(
        len(subject) > LONGEST_SUBJECT,
        "documents.E102",
        length=len(subject),
        limit=LONGEST_SUBJECT,
    )
    refuse_bad_text(subject)
    return subject


def checked_reason(reason: str) -> str:
    """A reason that tells the other side what to do: 10 to 2,000 characters."""
    reason = clean_text(reason).strip()
    refuse_unless(
        10 <= len(reason) <= LONGEST_REASON,
        "documents.E120",
        length=len(reason),
        limit=LONGEST_REASON,
    )
    return reason


@clause("ND30.7")
def checked_kind(type_code: str, day: date) -> DocumentType:
    """The type behind a code of rules.document_types, if documents of that day may have it."""
    kind = next((one for one in types_on(day) if one.code == type_code), None)
    if kind is None or kind.group is Group.COPY:
        raise refusal("documents.E103", type_code=type_code)
    refuse_unless(form_code_of(kind) in FORM_OF_TYPE, "documents.E601", type_code=kind.name)
    return kind


def kind_of(document: Document) -> DocumentType:
    """The type of a document of ours."""
    return document_type(document.type_code)


@clause("QC.4.1")
def refuse_state_secrets(
    subject: str, text: str, *, is_declared_open: bool, words: Iterable[str] = ()
) -> None:
    """Refuse marks of state secrets; doubtful ones, and the agency's own `words`, unless the
    drafter has declared it open."""
    _, hits = secrecy.examine(names={"trích yếu": subject}, text=text, words=words)
    found = refuse_state_secret(hits, entrance="draft-text", code="documents.E107")
    refuse_if(
        found.value is Decision.ASK and not is_declared_open,
        "documents.E108",
        said=found.explanation,
    )


@clause("ND30.PL3")
def refuse_unfinished_slip(document: Document, content: DraftContent) -> None:
    """A giấy giới thiệu or giấy nghỉ phép is laid before nobody while a line of it is missing."""
    wanted = SLIP_LINES.get(form_code_of(kind_of(document)), ())
    refuse_if(missing_lines(wanted, content.slip), "documents.E912")


def is_editor(document: Document, by: Actor) -> bool:
    """Whether this is the drafter or the head of the drafting unit."""
    heads_unit = (
        by.has(UNIT_HEAD) and by.unit_id is not None and by.unit_id == document.drafting_unit_id
    )
    return by.posting_id == document.drafter_id or heads_unit


def refuse_unless_editor(document: Document, by: Actor) -> None:
    """Only the drafter and the head of the drafting unit change a draft; others give opinions."""
    refuse_unless(is_editor(document, by), "documents.E104")


def refuse_unless_editable(document: Document) -> None:
    """A draft is changed only while it is with its drafter."""
    refuse_unless(document.state in EDITABLE, "documents.E003", state=document.get_state_display())


@clause("ND30.13")
def checked_signer(
    posting_id: int | None, *, kind: DocumentType, agency_id: int, at: datetime
) -> SigningAuthority | None:
    """The right by which the chosen signer may sign such a document now; None: nobody chosen."""
    if posting_id is None:
        return None
    right = orgs.signing_authority(posting_id, kind.code, clock.local(at).date(), agency_id)
    said = right.finding.explanation if right else "Người được chọn không có thẩm quyền ký."
    refuse_unless(right and right.finding.value, "documents.E109", said=said)
    return right
