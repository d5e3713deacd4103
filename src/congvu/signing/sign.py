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
from congvu.signing.types import Act, FieldName, SignedPdf, fitted


@clause("ND30.13", "ND30.PL1.I.II.7.d")
def sign_as_person(pdf: bytes, *, slot: Slot, by: Actor, at: datetime, pin: str = "") -> SignedPdf:
    """Sign with the person's own key, their blue signature drawn centred in `slot`.

    `slot` is the free place between title and name, in points. Several people may sign one file,
    each once, before the agency does. The time of signing is `at`; `pin` opens a device.
    """
    with transaction.atomic():
        placement = place_of_person(pdf, slot=slot, by=by, at=at)
        return put_signature(
            pdf,
            placement,
            certificate=certificate_of_person(by.person_id, at),
            by=by,
            at=at,
            pin=pin,
        )


@clause("ND30.13", "ND30.PL1.I.II.7.d")
def place_of_person(pdf: bytes, *, slot: Slot, by: Actor, at: datetime) -> Placement:
    """Where and how the person's signature goes; refuses what may not be signed (any more)."""
    refuse_without_post(by, at)
    mark = mark_of_person(by.person_id, at)
    earlier = queries.records_behind(hashlib.sha256(pdf).hexdigest())
    signers = [record for record in earlier if record.act == Act.SIGNED]

    refuse_if(queries.has_act(earlier, Act.SEALED), "signing.E004")
    refuse_if(by.person_id in {one.by_person_id for one in signers}, "signing.E007")

    return Placement(
        act=Act.SIGNED,
        field=_field(signers),
        slot=fitted(slot, mark.width_px / mark.height_px),
        look=ports.Picture(blobs.read(mark.image_id)),
        words=f"{by.title} {by.full_name}".strip(),
    )


def _field(signers: list[SignatureRecord]) -> str:
    """The first signer has the plain name; the next ones are counted from 2."""
    return FieldName.PERSON if not signers else f"{FieldName.PERSON}{len(signers) + 1}"
