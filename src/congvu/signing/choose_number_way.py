"""Choose how number and date come into a file that the agency's certificate signs.

Either the fields made before the person signs are filled and the agency's key serves once a
document (hạn mức lượt ký), or number and date are signed or written beside the seal.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refusal, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import access
from congvu.signing.models import Certificate


@clause("QC.10.3", "ND30.15.3", "ND30.32.2.c")
def choose_number_way(
    *, certificate_id: int, signs_once: bool, by: Actor, at: datetime
) -> Certificate:
    """`signs_once`: the fields are filled, one signature a document. Documents that are signed
    already keep what they have: without fields the key signs as before, or they are signed anew."""
    with transaction.atomic():
        certificate = (
            Certificate.objects.select_for_update()
            .filter(id=certificate_id, agency_id=by.agency_id, agency_id__isnull=False)
            .first()
        )

        if certificate is None:
            raise refusal("signing.E224")
        agency_id = certificate.agency_id or 0
        keeps = access.keeps_register(by, agency_id=agency_id, person_id=None)
        refuse_unless(keeps, "signing.E157")

        certificate.signs_once = signs_once
        certificate.save(update_fields=["signs_once"])

        write_entry(
            "signing.number_way_chosen",
            by=by,
            at=at,
            on=("certificate", certificate.id),
            clause="ND30.15.3",
            details={"serial": certificate.serial, "signs_once": signs_once},
        )
    return certificate


def way_of_new(reference: str, former: Certificate | None) -> bool:
    """The way of a new certificate of an agency: the former one's on the same road; at first, the
    signing program signs a document once."""
    scheme = reference.partition(":")[0]
    if former is not None and former.key_reference.partition(":")[0] == scheme:
        return former.signs_once
    return scheme == "vgca"
