"""Lay a template before the agency's leader."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.bulk import access
from congvu.bulk.models import TemplateVersion
from congvu.bulk.states import VersionState
from congvu.channels.keep_zalo_template import wording_fault
from congvu.channels.types import ZALO
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.7.2")
def submit_template(*, template_id: int, by: Actor, at: datetime) -> TemplateVersion:
    """The version that is being drafted waits for approval; nobody changes it meanwhile."""
    with transaction.atomic():
        template = access.template_for(by, template_id, to="prepare", lock=True)
        version = access.latest_version(template)

        state = version.get_state_display()
        is_draft = version.state == VersionState.DRAFTED
        refuse_unless(is_draft, "bulk.E019", state=state, act="trình duyệt")
        zalo = version.texts.get(ZALO)
        fault = wording_fault(template.agency_id, zalo) if zalo else ""
        refuse_if(fault, "bulk.E024", said=fault)

        version.state, version.said = VersionState.SUBMITTED, ""
        version.save(update_fields=["state", "said"])
        write_entry(
            "bulk.template_submitted",
            by=by,
            at=at,
            on=("message_template", template.id),
            clause="QC.7.2",
            details={"version": version.ordinal},
        )
    return version
