"""Decide on a copy that was asked for: allow it, or refuse it with a reason (ND30.27)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.copies.competence import right_to_copy
from congvu.documents.models import DocumentCopy
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

LEAST_REASON, LONGEST_REASON = 5, 500


@clause("ND30.27")
def decide_on_copy(
    *, copy_id: int, is_allowed: bool, by: Actor, at: datetime, reason: str = ""
) -> DocumentCopy:
    """The competent person's answer; a refusal needs a reason of 5 to 500 letters."""
    with transaction.atomic():
        copy = copy_for(by, copy_id, to="copy")
        basis = right_to_copy(by, at)
        reason = plain_spaces(clean_text(reason))

        refuse_unless(basis, "documents.E808")
        refuse_unless(
            copy.state == DocumentCopy.State.ASKED,
            "documents.E003",
            state=copy.get_state_display(),
        )
        is_explained = LEAST_REASON <= len(reason) <= LONGEST_REASON
        refuse_unless(is_allowed or is_explained, "documents.E809")

        copy.state = DocumentCopy.State.ALLOWED if is_allowed else DocumentCopy.State.REFUSED
        copy.decided_by_id = by.posting_id
        copy.decided_at = at
        copy.basis = basis
        copy.reason = reason[:LONGEST_REASON]
        copy.save(update_fields=["state", "decided_by", "decided_at", "basis", "reason"])

        write_entry(
            "documents.copies.decided",
            by=by,
            at=at,
            on=("document", copy.document_id),
            clause="ND30.27",
            details={"copy": copy.id, "allowed": is_allowed},
        )
    return copy


def copy_for(by: Actor, copy_id: int, *, to: str) -> DocumentCopy:
    """The copy of this agency, locked, if the actor may do this with its document."""
    copy = (
        DocumentCopy.objects.select_for_update(of=("self",))
        .filter(id=copy_id, agency_id=by.agency_id, agency_id__isnull=False)
        .first()
    )
    refuse_unless(copy, "documents.E001")
    access.document_for(by, copy.document_id, to=to)
    return copy
