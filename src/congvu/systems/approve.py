"""Put a system or channel into the register of those that agencies may use (QC.4.2, QC.6.1)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import INSPECTOR, SYSTEM_ADMIN, Actor
from congvu.rules.clauses import clause
from congvu.systems import refusals
from congvu.systems.models import ApprovedSystem


@clause("QC.4.2", "QC.6.1")
def approve_system(
    *,
    channel: str,
    name: str,
    clause_id: str,
    ground: str,
    valid_from: date,
    valid_to: date | None = None,
    note: str = "",
    by: Actor | None,
    at: datetime,
) -> ApprovedSystem:
    """Approve a channel from a day on. `ground` is the decision or certificate that allows it."""
    with transaction.atomic():
        there = ApprovedSystem.objects.select_for_update().filter(
            channel=channel, valid_from=valid_from
        )

        refuse_unless(by is None or by.has(SYSTEM_ADMIN, INSPECTOR), refusals.NOT_AUTHORISED)
        refuse_unless(ground.strip(), refusals.NO_GROUND)
        refuse_if(valid_to is not None and valid_to < valid_from, refusals.DATES_REVERSED)
        day = f"{valid_from:%d/%m/%Y}"
        refuse_if(there.exists(), refusals.ALREADY_APPROVED, channel=channel, day=day)

        system = ApprovedSystem.objects.create(
            channel=channel,
            name=name,
            clause=clause_id,
            ground=ground,
            note=note,
            valid_from=valid_from,
            valid_to=valid_to,
        )

        write_entry(
            "systems.approved",
            by=by,
            at=at,
            on=("approved_system", system.id),
            clause=clause_id,
            details={"channel": channel, "ground": ground, "from": str(valid_from)},
        )
    return system
