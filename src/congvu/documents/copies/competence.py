"""Who may decide that a document is copied, and sign copies (thẩm quyền sao: ND30.27).

The head of the agency decides, and may let others decide by a dated row (`CopyAuthority`).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from congvu.audit.write import write_entry
from congvu.documents import refusals  # noqa: F401  (registers the texts)
from congvu.documents.add_reader import add_reader
from congvu.documents.models import CopyAuthority, DocumentCopy
from congvu.kit import clock
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import LEADER, Actor
from congvu.rules.clauses import clause

# SQL over a copy `c`: what waits for this actor, by is_clerk, is_leader, posting_id and today.
TO_DO = """((c.state = 'allowed' AND %(is_clerk)s) OR (c.state = 'asked' AND (%(is_leader)s
    OR EXISTS (SELECT 1 FROM documents_copyauthority h WHERE h.posting_id = %(posting_id)s
       AND h.valid_from <= %(today)s AND (h.valid_to IS NULL OR h.valid_to >= %(today)s)))))"""


@clause("ND30.27")
def right_to_copy(by: Actor, at: datetime) -> str:
    """By what right this actor decides on copies now ("" = none)."""
    if by.has(LEADER):
        return f"{by.title} {by.agency_name}".strip()[:250]
    given = _in_force(by.agency_id or 0, at).filter(posting_id=by.posting_id).first()
    return given.basis if given else ""


def let_deciders_read(copy: DocumentCopy, at: datetime) -> None:
    """Who must decide on a copy must be able to read what is to be copied."""
    for one in _in_force(copy.agency_id, at):
        _may_read(copy, one.posting_id, at)


def _in_force(agency_id: int, at: datetime) -> QuerySet[CopyAuthority]:
    day = clock.local(at).date()
    given: QuerySet[CopyAuthority] = CopyAuthority.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day), agency_id=agency_id, valid_from__lte=day
    )
    return given


def _may_read(copy: DocumentCopy, posting_id: int, at: datetime) -> None:
    add_reader(
        document_id=copy.document_id,
        agency_id=copy.agency_id,
        posting_id=posting_id,
        reason="copy_decision",
        at=at,
    )


@clause("ND30.27")
def let_decide_on_copies(
    *,
    posting_id: int,
    basis: str,
    by: Actor,
    at: datetime,
    valid_from: date,
    valid_to: date | None = None,
) -> CopyAuthority:
    """A leader lets a posting of the agency decide on copies, by a written rule (`basis`)."""
    with transaction.atomic():
        basis = plain_spaces(clean_text(basis))
        posting = orgs.posting(posting_id)

        refuse_unless(by.has(LEADER), "documents.E002")
        refuse_unless(5 <= len(basis) <= 250, "documents.E810")
        is_here = posting is not None and posting.agency_id == by.agency_id
        refuse_unless(is_here, "documents.E811")
        refuse_if(valid_to and valid_to < valid_from, "documents.E812")

        given = CopyAuthority.objects.create(
            agency_id=by.agency_id,
            posting_id=posting_id,
            valid_from=valid_from,
            valid_to=valid_to,
            basis=basis,
            by_id=by.posting_id,
            at=at,
        )
        asked = DocumentCopy.objects.filter(agency_id=by.agency_id, state=DocumentCopy.State.ASKED)
        for copy in asked:
            _may_read(copy, posting_id, at)

        write_entry(
            "documents.copies.authority_given",
            by=by,
            at=at,
            on=("posting", posting_id),
            clause="ND30.27",
            details={"basis": basis},
        )
    return given
