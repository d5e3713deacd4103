"""Who signs beside the document's signer, and before it: the secretary of minutes, two approvers.

ND30 Điều 13: the document's signer, who is competent, is the last person to sign; those named here
sign before, in their order, each in the place that carries the own name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from congvu.documents.drafting.check_draft import checked_signer, kind_of
from congvu.documents.models import CoSigner, Document
from congvu.documents.types import CoSignerChoice, DraftContent, SignerLines, form_code_of
from congvu.documents.typeset_document import MINUTES, MM
from congvu.kit import clock
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.line_breaking import even_lines
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import PostingRecord, SigningAuthority
from congvu.rules.authority import authority_lines
from congvu.rules.clauses import clause
from congvu.rules.document_types import DocumentType

MOST_CO_SIGNERS = 5
LONGEST_LABEL = 120
CHAIR, SECRETARY = "CHỦ TỌA", "THƯ KÝ"
_LABEL_WIDTH = 80 * MM / 14  # in em of a title at 14 points


@dataclass(frozen=True)
class PrintedCoSigner:
    """A co-signer as the page prints it now."""

    row: CoSigner
    lines: tuple[str, ...]
    name: str


@clause("ND30.13")
def checked_signers(
    signer_posting_id: int | None,
    choices: Sequence[CoSignerChoice],
    *,
    kind: DocumentType,
    agency_id: int,
    at: datetime,
) -> list[CoSignerChoice]:
    """The signer must have the right, the co-signers must be there; gives their clean choice."""
    checked_signer(signer_posting_id, kind=kind, agency_id=agency_id, at=at)
    return checked_co_signers(
        choices, kind=kind, signer_posting_id=signer_posting_id, agency_id=agency_id, at=at
    )


@clause("ND30.13", "ND30.PL3")
def checked_co_signers(
    choices: Sequence[CoSignerChoice],
    *,
    kind: DocumentType,
    signer_posting_id: int | None,
    agency_id: int,
    at: datetime,
) -> list[CoSignerChoice]:
    """The choice with clean labels; refuses strangers, the signer again, anybody named twice."""
    refuse_if(len(choices) > MOST_CO_SIGNERS, "documents.E815", limit=MOST_CO_SIGNERS)
    refuse_if(is_minutes(kind) and len(choices) > 1, "documents.E816")
    signer = orgs.posting(signer_posting_id) if signer_posting_id else None
    persons = {signer.person_id} if signer else set()
    checked = []
    for one in choices:
        found = _present(one.posting_id, agency_id, at)
        refuse_if(found.person_id in persons, "documents.E818", name=found.full_name)
        persons.add(found.person_id)
        label = plain_spaces(clean_text(one.label))
        refuse_if(len(label) > LONGEST_LABEL, "documents.E819", limit=LONGEST_LABEL)
        checked.append(CoSignerChoice(one.posting_id, label))
    return checked


def write_co_signers(document: Document, chosen: Sequence[CoSignerChoice], at: datetime) -> None:
    """Put the checked choice in place of the old one (in the caller's transaction)."""
    CoSigner.objects.filter(document=document).delete()
    CoSigner.objects.bulk_create(
        CoSigner(
            agency_id=document.agency_id,
            document=document,
            posting_id=one.posting_id,
            ordinal=ordinal,
            label=one.label,
            at=at,
        )
        for ordinal, one in enumerate(chosen, start=1)
    )


def co_signer_choices(document: Document) -> list[CoSignerChoice]:
    """The choice as it stands."""
    return [CoSignerChoice(one.posting_id, one.label) for one in document.co_signers.all()]


@clause("ND30.PL3")
def refuse_unfinished_minutes(document: Document, content: DraftContent) -> None:
    """Minutes carry two signatures, and say in their text when they began and ended (mẫu 1.9)."""
    if not is_minutes(kind_of(document)):
        return
    minutes = content.minutes
    refuse_unless(document.co_signers.exists(), "documents.E816")
    refuse_unless(minutes and minutes.began and minutes.ended, "documents.E824")


def is_minutes(kind: DocumentType) -> bool:
    """Whether this type is the Biên bản."""
    return form_code_of(kind) == MINUTES


@clause("ND30.13", "ND30.PL1.I.II.7")
def printed_co_signers(document: Document, at: datetime) -> list[PrintedCoSigner]:
    """Who signs before the signer, as the page names them now; refuses whoever has left."""
    kind = kind_of(document)
    printed = []
    for row in document.co_signers.all():
        found = _present(row.posting_id, document.agency_id, at)
        lines = co_signer_lines(CoSignerChoice(row.posting_id, row.label), found, kind, at)
        printed.append(PrintedCoSigner(row, lines, found.full_name))
    return printed


def shown_co_signers(
    choices: Sequence[CoSignerChoice], kind: DocumentType, at: datetime
) -> tuple[SignerLines, ...]:
    """The same for a print of what is typed and not saved; nobody is refused."""
    shown = []
    for one in choices:
        found = orgs.posting(one.posting_id)
        if found is not None:
            shown.append(SignerLines(co_signer_lines(one, found, kind, at), found.full_name))
    return tuple(shown)


def co_signer_lines(
    choice: CoSignerChoice, found: PostingRecord, kind: DocumentType, at: datetime
) -> tuple[str, ...]:
    """What stands above the name: as typed, else by the right to sign, else the title."""
    if is_minutes(kind):
        return (SECRETARY,)
    if choice.label:
        return even_lines(choice.label.upper(), widest=_LABEL_WIDTH)
    right = orgs.signing_authority(
        choice.posting_id, kind.code, clock.local(at).date(), found.agency_id
    )
    if right is not None and right.finding.value:
        return tuple(authority_lines(right.authority))
    return even_lines(found.title.upper(), widest=_LABEL_WIDTH)


def signer_lines(right: SigningAuthority, kind: DocumentType) -> list[str]:
    """The lines above the signer's name, top down, the title last; the chair's word in minutes."""
    return [CHAIR] if is_minutes(kind) else list(authority_lines(right.authority))


def _present(posting_id: int, agency_id: int, at: datetime) -> PostingRecord:
    """The posting, if it is one of the agency and in force that day; else a refusal."""
    found = orgs.posting(posting_id)
    day = clock.local(at).date()
    if found is None or found.agency_id != agency_id:
        raise refusal("documents.E817", name=found.full_name if found else "Người được chọn")
    is_in_force = found.valid_from <= day and (found.valid_to is None or day <= found.valid_to)
    refuse_unless(is_in_force, "documents.E817", name=found.full_name)
    return found
