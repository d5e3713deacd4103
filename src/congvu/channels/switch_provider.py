"""Take a provider into use, or out of it; what it was handed already is not recalled."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.keep_provider import provider_for
from congvu.channels.models import Provider
from congvu.kit.refusal import refuse_if
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.6.1")
def switch_provider(*, provider_id: int, is_active: bool, by: Actor, at: datetime) -> Provider:
    """In use only after a test message was taken since the last change (E327)."""
    with transaction.atomic():
        provider = provider_for(by, provider_id, lock=True)

        refuse_if(is_active and provider.tested_at is None, "channels.E327")

        provider.is_active = is_active
        provider.failures_in_row, provider.open_until, provider.said = 0, None, ""
        provider.save(update_fields=["is_active", "failures_in_row", "open_until", "said"])

        write_entry(
            "channels.provider_switched",
            by=by,
            at=at,
            on=("channel_provider", provider.id),
            clause="QC.6.1",
            details={"name": provider.name, "active": is_active},
        )
    return provider
