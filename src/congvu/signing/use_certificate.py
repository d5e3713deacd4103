"""A person chooses which of their own registered certificates they sign with from now on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refusal
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.models import Certificate


@clause("QC.10.3")
def use_certificate(*, certificate_id: int, by: Actor, at: datetime) -> Certificate:
    """One that was replaced comes back into use, in the place of the present one; a revoked or
    expired one never does."""
    with transaction.atomic():
        mine = Certificate.objects.select_for_update().filter(person_id=by.person_id)
        wanted = next((one for one in mine if one.id == certificate_id), None)

        if (
            wanted is None
            or wanted.state == Certificate.State.REVOKED
            or not wanted.valid_from <= at < wanted.valid_to
        ):
            raise refusal("signing.E175")

        mine.filter(state=Certificate.State.IN_USE).update(state=Certificate.State.REPLACED)
        wanted.state = Certificate.State.IN_USE
        wanted.save(update_fields=["state"])

        write_entry(
            "signing.certificate_chosen",
            by=by,
            at=at,
            on=("certificate", wanted.id),
            clause="QC.10.3",
            details={"serial": wanted.serial},
        )
    return wanted
