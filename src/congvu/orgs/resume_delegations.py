"""Delegations that stood still hold again, from now on (QC.10.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.orgs.models import Delegation
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.10.3", "ND30.13")
def resume_delegations(*, ids: Sequence[int], by: Actor | None, at: datetime) -> int:
    """Take the suspension off these; what was revoked meanwhile stays revoked."""
    with transaction.atomic():
        standing_still = Delegation.objects.select_for_update().filter(
            id__in=ids, suspended_at__isnull=False
        )
        found = sorted(standing_still.values_list("id", flat=True))

        Delegation.objects.filter(id__in=found).update(suspended_at=None)
        for delegation_id in found:
            write_entry(
                "orgs.delegation_resumed",
                by=by,
                at=at,
                on=("delegation", delegation_id),
                clause="QC.10.3",
            )
    return len(found)
