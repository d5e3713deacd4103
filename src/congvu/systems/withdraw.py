"""Take a channel out of the register: after the last day nothing may be sent through it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import INSPECTOR, SYSTEM_ADMIN, Actor
from congvu.rules.clauses import clause
from congvu.systems import refusals
from congvu.systems.models import ApprovedSystem


@clause("QC.4.2", "QC.11.3")
def withdraw_approval(
    *, channel: str, last_day: date, reason: str, by: Actor | None, at: datetime
) -> None:
    """End the approval of a channel after `last_day`; what was sent before stays as it was."""
    with transaction.atomic():
        standing = list(
            ApprovedSystem.objects.select_for_update()
            .filter(channel=channel, valid_from__lte=last_day)
            .exclude(valid_to__lte=last_day)
        )

        refuse_unless(by is None or by.has(SYSTEM_ADMIN, INSPECTOR), refusals.NOT_AUTHORISED)
        refuse_unless(standing, refusals.NOT_APPROVED)
        refuse_unless(reason.strip(), refusals.NO_REASON)

        ApprovedSystem.objects.filter(id__in=[one.id for one in standing]).update(valid_to=last_day)

        write_entry(
            "systems.approval_withdrawn",
            by=by,
            at=at,
            on=("approved_system", standing[0].id),
            clause="QC.11.3",
            details={"channel": channel, "last_day": str(last_day), "reason": reason},
        )
