"""Open an order for an approved template."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.bulk import access
from congvu.bulk.models import BulkOrder
from congvu.bulk.states import VersionState
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.7.2")
def open_order(*, template_id: int, title: str, by: Actor, at: datetime) -> BulkOrder:
    """An order of the newest approved version; its list comes next."""
    with transaction.atomic():
        template = access.template_for(by, template_id, to="prepare")
        approved = template.versions.filter(state=VersionState.APPROVED)
        version = approved.order_by("-ordinal").first()
        title = clean_text(title).strip()[:200]

        refuse_unless(version, "bulk.E021")
        refuse_unless(len(title) >= 3, "bulk.E022")

        order = BulkOrder.objects.create(
            agency_id=by.agency_id,
            version=version,
            title=title,
            by_id=by.posting_id,
            opened_at=at,
        )
        write_entry(
            "bulk.order_opened",
            by=by,
            at=at,
            on=("bulk_order", order.id),
            clause="QC.7.2",
            details={"template": template.id, "version": version.ordinal},
        )
    return order
