"""Withdraw the right to decide on copies: from now on the posting decides no more (ND30.27)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import refusals  # noqa: F401  (registers the texts)
from congvu.documents.models import CopyAuthority
from congvu.kit import clock
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs.types import LEADER, Actor
from congvu.rules.clauses import clause


@clause("ND30.27")
def withdraw_authority(*, authority_id: int, by: Actor, at: datetime) -> CopyAuthority:
    """End what `let_decide_on_copies` gave; what was decided until now stays decided."""
    with transaction.atomic():
        rows = CopyAuthority.objects.select_for_update(of=("self",))
        given = rows.filter(id=authority_id, agency_id=by.agency_id).first()
        yesterday = clock.local(at).date() - timedelta(days=1)

        if given is None:
            raise refusal("documents.E001")
        refuse_unless(by.has(LEADER), "documents.E002")
        refuse_if(given.valid_to is not None and given.valid_to <= yesterday, "documents.E828")

        given.valid_to = yesterday
        given.save(update_fields=["valid_to"])

        write_entry(
            "documents.copies.authority_withdrawn",
            by=by,
            at=at,
            on=("posting", given.posting_id),
            clause="ND30.27",
            details={"basis": given.basis},
        )
    return given
