"""Revoke a granted exception before its end."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import INSPECTOR, SYSTEM_ADMIN, Actor
from congvu.rules.clauses import clause
from congvu.systems import refusals
from congvu.systems.models import ExceptionGrant


@clause("QC.11.3")
def revoke_exception(*, grant_id: int, reason: str, by: Actor | None, at: datetime) -> None:
    """From `at` on the exception no longer allows anything; what was sent before stays."""
    with transaction.atomic():
        grant = ExceptionGrant.objects.select_for_update().filter(id=grant_id).first()

        refuse_unless(by is None or by.has(SYSTEM_ADMIN, INSPECTOR), refusals.NOT_AUTHORISED)
        refuse_if(grant is None or grant.revoked_at is not None, refusals.NO_GRANT)
        refuse_unless(reason.strip(), refusals.NO_REASON)

        ExceptionGrant.objects.filter(id=grant_id).update(
            revoked_at=at, revoke_reason=reason.strip()
        )

        write_entry(
            "systems.exception_revoked",
            by=by,
            at=at,
            on=("exception_grant", grant_id),
            agency_id=grant.agency_id,
            clause="QC.11.3",
            details={"reason": reason.strip()},
        )
