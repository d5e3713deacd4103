"""Submit a draft: to the head who answers for its content, and to who answers for its form.

ND30 Điều 12: two different people check two different things; neither wrote the draft (S.10). The
signature is asked for by itself once both have approved.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.add_reader import add_reader
from congvu.documents.drafting.check_draft import (
    checked_signer,
    kind_of,
    refuse_unfinished_slip,
    refuse_unless_editable,
    refuse_unless_editor,
)
from congvu.documents.drafting.choose_co_signers import refuse_unfinished_minutes
from congvu.documents.drafting.typeset_draft import form_values
from congvu.documents.events import DraftSubmitted
from congvu.documents.models import Document, DraftVersion, Submission
from congvu.documents.states import DocumentState, become
from congvu.documents.types import draft_from_json
from congvu.documents.typeset_document import typeset_document
from congvu.kit import clock
from congvu.kit.events import publish
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import CLERK, LEADER, UNIT_HEAD, Actor, PostingRecord
from congvu.rules.clauses import clause

LONGEST_NOTE = 2000
CONTENT_REVIEWERS = frozenset({LEADER, UNIT_HEAD})
FORM_REVIEWERS = frozenset({CLERK, UNIT_HEAD, LEADER})


@clause("QC.5.1", "ND30.11", "ND30.12", "S.10")
def submit_draft(
    *,
    document_id: int,
    base_ordinal: int,
    by: Actor,
    at: datetime,
    reviewer_posting_id: int | None = None,
    form_reviewer_posting_id: int | None = None,
    note: str = "",
) -> list[Submission]:
    """Lay version `base_ordinal` before the two reviewers; None chooses who answers by office.

    The draft is typeset once for trial: what cannot be printed is said to the drafter, now.
    """
    with transaction.atomic():
        document = access.document_for(by, document_id, to="submit", lock=True)
        version = document.versions.order_by("ordinal").last()

        refuse_unless_editor(document, by)
        refuse_unless_editable(document)
        refuse_if(version.ordinal != base_ordinal, "documents.E132", ordinal=version.ordinal)
        _refuse_unready(document, version, at)
        content_reviewer = content_reviewer_of(document, reviewer_posting_id, at)
        form_reviewer = form_reviewer_of(
            document, form_reviewer_posting_id, content_reviewer.person_id, at
        )

        become(document, DocumentState.IN_REVIEW, at)
        note = clean_text(note).strip()[:LONGEST_NOTE]
        submissions = [
            lay_before(
                document, version, Submission.Purpose.CONTENT, content_reviewer, by, at, note
            ),
            lay_before(document, version, Submission.Purpose.FORM, form_reviewer, by, at, note),
        ]

        write_entry(
            "documents.drafting.submitted",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.12",
            details={
                "version": version.ordinal,
                "content": content_reviewer.posting_id,
                "form": form_reviewer.posting_id,
            },
        )
        for one in submissions:
            publish(DraftSubmitted(document_id=document.id, submission_id=one.id, at=at))
    return submissions


def lay_before(
    document: Document,
    version: DraftVersion,
    purpose: str,
    to: PostingRecord,
    by: Actor,
    at: datetime,
    note: str = "",
) -> Submission:
    """Put the version before one person, who from now on reads the document."""
    add_reader(
        document_id=document.id,
        agency_id=document.agency_id,
        posting_id=to.posting_id,
        reason=f"submitted_{purpose}",
        at=at,
    )
    return Submission.objects.create(
        agency_id=document.agency_id,
        document=document,
        version=version,
        purpose=purpose,
        by_id=by.posting_id,
        to_id=to.posting_id,
        at=at,
        note=note,
    )


def authors_of(document: Document) -> set[int]:
    """The persons who wrote a version: they are drafters, whatever posting they used."""
    authors = set(document.versions.values_list("by__person_id", flat=True))
    return authors | {document.drafter.person_id}


@clause("ND30.12", "S.10")
def content_reviewer_of(document: Document, posting_id: int | None, at: datetime) -> PostingRecord:
    """Who answers for the content: the one chosen, else the unit's head, else a leader."""
    authors = authors_of(document)
    if posting_id is not None:
        return _chosen(document, posting_id, CONTENT_REVIEWERS, "duyệt nội dung", authors, at)
    day = clock.local(at).date()
    heads = [
        one
        for one in orgs.unit_heads_of(document.agency_id, day)
        if one.unit_id is not None and one.unit_id == document.drafting_unit_id
    ]
    return _first(
        [*heads, *orgs.leaders_of(document.agency_id, day)], authors, "duyệt nội dung", at
    )


@clause("ND30.12")
def form_reviewer_of(
    document: Document, posting_id: int | None, content_person_id: int, at: datetime
) -> PostingRecord:
    """Who answers for the form: the one chosen, else a clerk, else another unit's head."""
    excluded = authors_of(document) | {content_person_id}
    if posting_id is not None:
        one = _chosen(
            document, posting_id, FORM_REVIEWERS, "kiểm tra thể thức", authors_of(document), at
        )
        refuse_if(one.person_id in excluded, "documents.E117")
        return one
    day = clock.local(at).date()
    candidates = [
        *orgs.clerks_of(document.agency_id, day),
        *orgs.unit_heads_of(document.agency_id, day),
    ]
    return _first(candidates, excluded, "kiểm tra thể thức", at)


def _chosen(
    document: Document,
    posting_id: int,
    roles: frozenset[str],
    purpose: str,
    authors: set[int],
    at: datetime,
) -> PostingRecord:
    one = present_holder(posting_id, at)
    if one is None or one.agency_id != document.agency_id or not one.has(*roles):
        name = one.full_name if one else "Người được chọn"
        raise refusal("documents.E118", name=name, purpose=purpose)
    refuse_if(one.person_id in authors, "documents.E116")
    return one


def _first(
    candidates: Iterable[PostingRecord], excluded: set[int], purpose: str, at: datetime
) -> PostingRecord:
    for one in candidates:
        present = present_holder(one.posting_id, at)
        if present is not None and present.person_id not in excluded:
            return present
    raise refusal("documents.E115", purpose=purpose)


def present_holder(posting_id: int, at: datetime) -> PostingRecord | None:
    """The holder of the posting, or who stands in while the holder is away."""
    one = orgs.substitute_of(posting_id, at) or orgs.posting(posting_id)
    day = clock.local(at).date()
    is_in_force = (
        one is not None and one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
    )
    return one if is_in_force else None


def _refuse_unready(document: Document, version: DraftVersion, at: datetime) -> None:
    content = draft_from_json(version.content)
    refuse_if(content.is_empty, "documents.E114")
    refuse_unless(document.signer_id, "documents.E110")
    refuse_unfinished_minutes(document, content)
    refuse_unfinished_slip(document, content)
    right = checked_signer(
        document.signer_id, kind=kind_of(document), agency_id=document.agency_id, at=at
    )
    typeset_document(form_values(document, content, right, at=at, is_draft=True), at=at)
