"""Revoke a delegation of signing before its end."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import refusals
from congvu.orgs.models import Delegation
from congvu.orgs.types import AGENCY_ADMIN, Actor
from congvu.rules.clauses import clause


@clause("ND30.13")
def revoke_delegation(*, delegation_id: int, reason: str, by: Actor | None, at: datetime) -> None:
    """From `at` on the taker may no longer sign under it; what was signed before stands."""
    with transaction.atomic():
        delegation = (
            Delegation.objects.select_for_update(of=("self",))
            .select_related("giver")
            .filter(id=delegation_id)
            .first()
        )

        gone = delegation is None or delegation.revoked_at is not None
        refuse_if(gone, refusals.NO_DELEGATION)
        giver = delegation.giver
        refuse_if(by is not None and by.agency_id != giver.agency_id, refusals.OTHER_AGENCY)
        is_giver = by is not None and by.posting_id == giver.id
        refuse_unless(by is None or is_giver or by.has(AGENCY_ADMIN), refusals.MAY_NOT_DELEGATE)
        refuse_unless(reason.strip(), refusals.NO_REASON)

        Delegation.objects.filter(id=delegation_id).update(revoked_at=at)

        write_entry(
            "orgs.delegation_revoked",
            by=by,
            at=at,
            on=("delegation", delegation_id),
            agency_id=giver.agency_id,
            clause="ND30.13",
            details={"reason": reason.strip()},
        )
