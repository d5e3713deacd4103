"""Delegations stand still while the key or account of a party is out of control (QC.10.3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from congvu.audit.write import write_entry
from congvu.kit import clock
from congvu.orgs.models import Delegation
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.10.3", "ND30.13")
def suspend_delegations(*, person_id: int, by: Actor, at: datetime) -> list[int]:
    """Nobody signs under what this person gave or was given, until resumed; tells which ones.

    Who may ask is decided by the report of the loss, which stands above.
    """
    with transaction.atomic():
        day = clock.local(at).date()
        theirs = Q(giver__person_id=person_id) | Q(taker__person_id=person_id)
        running = (
            Delegation.objects.select_for_update(of=("self",))
            .filter(theirs, revoked_at__isnull=True, suspended_at__isnull=True)
            .exclude(valid_to__lt=day)
        )
        ids = sorted(running.values_list("id", flat=True))

        Delegation.objects.filter(id__in=ids).update(suspended_at=at)
        for delegation_id in ids:
            write_entry(
                "orgs.delegation_suspended",
                by=by,
                at=at,
                on=("delegation", delegation_id),
                clause="QC.10.3",
            )
    return ids
