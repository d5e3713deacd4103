"""The agency signs a document: its red seal over a third of the person's signature."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from congvu.kit import blobs
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.kit.typeset import Slot
from congvu.orgs.types import CLERK, Actor
from congvu.rules.clauses import clause
from congvu.signing import ports, queries
from congvu.signing.enrol import certificate_of_agency, mark_of_agency
from congvu.signing.models import SignatureRecord
from congvu.signing.put_signature import Placement, put_signature
from congvu.signing.types import POINTS_PER_MM, Act, FieldName, SignedPdf

COVERED_SHARE = 1 / 3


@clause("ND30.32.2.c", "ND30.32.2.d", "ND30.PL1.I.II.8.a")
def seal_as_agency(pdf: bytes, *, by: Actor, at: datetime) -> SignedPdf:
    """Sign with the agency's key, the seal in its real size on the left of the signature.

    `by` is the clerk of the agency whose key signs. The file must be exactly what came out of the
    person's signing (and of numbering, if any): the agency may only sign what the person signed.
    """
    with transaction.atomic():
        earlier = queries.records_behind(hashlib.sha256(pdf).hexdigest())

        refuse_unless(by.has(CLERK) and by.agency_id, "signing.E002")
        refuse_unless(queries.has_act(earlier, Act.SIGNED), "signing.E003")
        refuse_if(queries.has_act(earlier, Act.SEALED), "signing.E006")

        return put_signature(
            pdf,
            place_of_seal(earlier, by, at),
            certificate=certificate_of_agency(by.agency_id, at),
            by=by,
            at=at,
        )


def place_of_seal(earlier: list[SignatureRecord], by: Actor, at: datetime) -> Placement:
    """The seal over a third of the last person's signature among `earlier`."""
    mark = mark_of_agency(by.agency_id, at)
    signature = next(record for record in earlier if record.act == Act.SIGNED)
    return Placement(
        act=Act.SEALED,
        field=FieldName.SEAL,
        slot=seal_slot(signature, mark.width_mm, mark.height_px / mark.width_px),
        look=ports.Picture(blobs.read(mark.image_id)),
        words=by.agency_name,
    )


@clause("ND30.PL1.I.II.8.a")
def seal_slot(signature: SignatureRecord, width_mm: float, slope: float) -> Slot:
    """Where the seal goes: real size, its right edge at one third of the signature image.

    `slope` is the seal's height divided by its width; the two images share their middle line.
    """
    x, y, width, height = signature.box
    seal_width = width_mm * POINTS_PER_MM
    seal_height = seal_width * slope
    return Slot(
        signature.page,
        max(0.0, x + width * COVERED_SHARE - seal_width),
        max(0.0, y + height / 2 - seal_height / 2),
        seal_width,
        seal_height,
    )
