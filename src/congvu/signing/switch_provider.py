"""Take a remote signing service into use, or out of it. Several may be in use."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.keep_provider import provider_for
from congvu.signing.models import SigningProvider


@clause("QC.10.3")
def switch_provider(
    *, provider_id: int, is_active: bool, by: Actor, at: datetime
) -> SigningProvider:
    """In use only after a test that passed (E166). Out of use, nobody enrols there any more; who
    has a key there keeps it and is refused at the next signature."""
    with transaction.atomic():
        provider = provider_for(by, provider_id, lock=True)

        refuse_if(is_active and not provider.test_passed, "signing.E166")

        provider.is_active = is_active
        provider.save(update_fields=["is_active"])

        write_entry(
            "signing.provider_switched",
            by=by,
            at=at,
            on=("signing_provider", provider.id),
            details={"name": provider.name, "active": is_active},
        )
    return provider
