"""Enter a device that a private key lies in into the register (Quy chế Điều 10.3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import clock
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import access
from congvu.signing.models import SigningDevice

SHORTEST, LONGEST = 3, 80


@clause("QC.10.3")
def register_device(
    *, kind: str, serial: str, provider: str, person_id: int | None, by: Actor, at: datetime
) -> SigningDevice:
    """The agency has this device; nobody holds it before it is handed over with minutes.

    `person_id` is whose key it will hold; None: the agency's own.
    """
    with transaction.atomic():
        serial = " ".join(serial.split())
        people = orgs.people_of_agency(by.agency_id or 0, clock.local(at).date())

        keeps = access.keeps_register(by, agency_id=by.agency_id or 0, person_id=person_id)
        refuse_unless(keeps, "signing.E157")
        refuse_unless(kind in SigningDevice.Kind.values, "signing.E159")
        refuse_if(kind == SigningDevice.Kind.SOFTWARE, "signing.E159")
        refuse_unless(SHORTEST <= len(serial) <= LONGEST, "signing.E148")
        works_here = person_id is None or person_id in {one.person_id for one in people}
        refuse_unless(works_here, "signing.E149")
        same = SigningDevice.objects.filter(agency_id=by.agency_id, kind=kind, serial=serial)
        refuse_if(same.exists(), "signing.E147", serial=serial)

        device = SigningDevice.objects.create(
            agency_id=by.agency_id,
            person_id=person_id,
            kind=kind,
            serial=serial,
            provider=" ".join(provider.split())[:200],
            registered_by_id=by.posting_id,
            registered_at=at,
        )

        write_entry(
            "signing.device_registered",
            by=by,
            at=at,
            on=("signing_device", device.id),
            clause="QC.10.3",
            details={"kind": kind, "serial": serial},
        )
    return device
