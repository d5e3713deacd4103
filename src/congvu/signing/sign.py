"""A person with authority signs a document digitally (NĐ 30 Điều 13, Phụ lục I Phần I mục II.7)."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from congvu.kit import blobs
from congvu.kit.refusal import refuse_if
from congvu.kit.typeset import Slot
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import ports, queries
from congvu.signing.access import refuse_without_post
from congvu.signing.enrol import certificate_of_person, mark_of_person
from congvu.signing.models import SignatureRecord
from congvu.signing.put_signature import Placement, put_signature
from congvu.signing.seal_with_number import empty_forms
from congvu.signing.types import Act, FieldName, NumberPlace, SignedPdf, Variant, fitted


@clause("ND30.13", "ND30.PL1.I.II.7.d")
def sign_as_person(
    pdf: bytes,
    *,
    slot: Slot,
    by: Actor,
    at: datetime,
    pin: str = "",
    number: NumberPlace | None = None,
) -> SignedPdf:
    """Sign with the person's own key, their blue signature drawn centred in `slot`.

    `slot` is the free place between title and name, in points. Several people may sign one file,
    each once, before the agency does. The time of signing is `at`; `pin` opens a device. `number`
    is where number and date will go, for agencies whose key signs once.
    """
    with transaction.atomic():
        placement = place_of_person(pdf, slot=slot, by=by, at=at, number=number)
        return put_signature(
            pdf,
            placement,
            certificate=certificate_of_person(by.person_id, at),
            by=by,
            at=at,
            pin=pin,
        )


@clause("ND30.13", "ND30.PL1.I.II.7.d")
def place_of_person(
    pdf: bytes, *, slot: Slot, by: Actor, at: datetime, number: NumberPlace | None = None
) -> Placement:
    """Where and how the person's signature goes; refuses what may not be signed (any more).

    The first signature makes the fields for number and date, if the agency's key signs once.
    """
    refuse_without_post(by, at)
    mark = mark_of_person(by.person_id, at)
    earlier = queries.records_behind(hashlib.sha256(pdf).hexdigest())
    signers = [record for record in earlier if record.act == Act.SIGNED]

    refuse_if(queries.has_act(earlier, Act.SEALED), "signing.E004")
    refuse_if(by.person_id in {one.by_person_id for one in signers}, "signing.E007")

    has_fields = not signers and _key_signs_once(by, at)
    return Placement(
        act=Act.SIGNED,
        field=_field(signers),
        slot=fitted(slot, mark.width_px / mark.height_px),
        look=ports.Picture(blobs.read(mark.image_id)),
        words=f"{by.title} {by.full_name}".strip(),
        forms=empty_forms(number) if number and has_fields else (),
        variant=Variant.FIELDS if number and has_fields else Variant.STRIP,
    )


def _key_signs_once(by: Actor, at: datetime) -> bool:
    if by.agency_id is None:
        return False
    certificate = queries.certificate_in_use(agency_id=by.agency_id, at=at)
    return certificate is not None and certificate.signs_once


def _field(signers: list[SignatureRecord]) -> str:
    """The first signer has the plain name; the next ones are counted from 2."""
    return FieldName.PERSON if not signers else f"{FieldName.PERSON}{len(signers) + 1}"
