"""A new certificate of the demonstration authority after a loss, as a provider would issue one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import access
from congvu.signing.close_report import recover
from congvu.signing.enrol import enrol_agency, enrol_person
from congvu.signing.models import Certificate, SigningDevice


@clause("QC.10.3")
def reissue_demonstration(*, device_id: int, by: Actor, at: datetime) -> Certificate:
    """The holder of a lost demonstration key gets a new one; elsewhere the provider's file is
    registered instead (register_certificate)."""
    with transaction.atomic():
        device = access.device_for(by, device_id, to="manage", lock=True)

        lost = device.is_demonstration and device.state == SigningDevice.State.LOST
        refuse_unless(lost, "signing.E150", state=device.get_state_display())

        if device.person_id is not None:
            certificate = enrol_person(
                person_id=device.person_id, at=at, in_agency=device.agency_id
            )
        else:
            certificate = enrol_agency(agency_id=device.agency_id, at=at)
        recover(certificate, by=by, at=at)
    return certificate
