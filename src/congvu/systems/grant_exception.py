"""Allow another channel for one case, as the provincial committee or its chair decided."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import INSPECTOR, SYSTEM_ADMIN, Actor
from congvu.rules.clauses import clause
from congvu.systems import refusals
from congvu.systems.models import ExceptionGrant


@clause("QC.11.3")
def grant_exception(
    *,
    channel: str,
    agency_id: int | None,
    case: str,
    granted_by: str,
    decision: str,
    valid_from: date,
    valid_to: date,
    by: Actor | None,
    at: datetime,
) -> ExceptionGrant:
    """Record a granted exception. agency_id None: every agency (a special law).

    case: the case in words, chosen again when sending. decision: number, symbol and date of the
    document that grants it. granted_by: a value of rules.systems.Grantor.
    """
    with transaction.atomic():
        grantor = ExceptionGrant.GrantedBy(granted_by)

        refuse_unless(by is None or by.has(SYSTEM_ADMIN, INSPECTOR), refusals.NOT_AUTHORISED)
        refuse_unless(case.strip(), refusals.NO_CASE)
        refuse_unless(decision.strip(), refusals.NO_GROUND)
        refuse_if(valid_to < valid_from, refusals.DATES_REVERSED)
        # Only a law speaks for every agency; the committee decides case by case.
        lawful = agency_id is not None or grantor == ExceptionGrant.GrantedBy.SPECIAL_LAW
        refuse_unless(lawful, refusals.NO_CASE)

        grant = ExceptionGrant.objects.create(
            channel=channel,
            agency_id=agency_id,
            case=case.strip(),
            granted_by=grantor,
            decision=decision.strip(),
            valid_from=valid_from,
            valid_to=valid_to,
        )

        write_entry(
            "systems.exception_granted",
            by=by,
            at=at,
            on=("exception_grant", grant.id),
            agency_id=agency_id,
            clause="QC.11.3",
            details={"channel": channel, "case": grant.case, "decision": grant.decision},
        )
    return grant
