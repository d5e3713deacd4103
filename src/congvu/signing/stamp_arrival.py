"""The receiving agency puts its stamp "ĐẾN" on its archived copy: a visible agency signature."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.kit.typeset import Slot, Typeset, render
from congvu.orgs.types import CLERK, Actor
from congvu.rules.clauses import clause
from congvu.signing import ports, queries
from congvu.signing.enrol import certificate_of_agency
from congvu.signing.put_signature import Placement, put_signature
from congvu.signing.types import POINTS_PER_MM, Act, FieldName, SignedPdf

_TEMPLATE = Path(__file__).parent / "typst" / "arrival_stamp.typ"
WIDTH_MM, HEIGHT_MM = 50.0, 35.0  # the paper stamp (ND30 Phụ lục IV)
_DRAWN_MM = 34.0  # drawn smaller, so that it stays beside the title
_LEFT_MM, _TOP_MM = 8.0, 62.0
_LONG_NAME = 24


@dataclass(frozen=True)
class ArrivalWords:
    """What the stamp says: agency, number of arrival, day; to whom and which record, if known."""

    agency: str
    number: str
    day: str
    handed_to: str = ""
    record: str = ""


@clause("ND30.22", "ND30.PL4")
def stamp_as_receiver(
    pdf: bytes, *, stamp: ArrivalWords, slot: Slot, by: Actor, at: datetime
) -> SignedPdf:
    """A new file: the received one with the stamp signed by the receiving agency's key.

    Nothing before the stamp changes: the file only grows. Refuses a second stamp of this agency.
    """
    with transaction.atomic():
        earlier = queries.records_behind(hashlib.sha256(pdf).hexdigest())
        certificate = certificate_of_agency(by.agency_id or 0, at)

        refuse_unless(by.has(CLERK) and by.agency_id, "signing.E002")
        refuse_if(
            any(
                one.act == Act.ARRIVAL_STAMPED and one.certificate_id == certificate.id
                for one in earlier
            ),
            "signing.E006",
        )

        number = sum(one.act == Act.ARRIVAL_STAMPED for one in earlier) + 1
        return put_signature(
            pdf,
            Placement(
                act=Act.ARRIVAL_STAMPED,
                field=FieldName.ARRIVAL if number == 1 else f"{FieldName.ARRIVAL}{number}",
                slot=slot,
                look=ports.PagePicture(typeset_stamp(stamp, slot, at=at).pdf),
                words=f"Đến: {stamp.agency}; số {stamp.number}; ngày {stamp.day}",
            ),
            certificate=certificate,
            by=by,
            at=at,
        )


def typeset_stamp(stamp: ArrivalWords, slot: Slot, *, at: datetime) -> Typeset:
    """The stamp as a one-page transparent PDF of the size of its place."""
    size = 10.5 if len(stamp.agency) <= _LONG_NAME else 8.5
    values = {
        **asdict(stamp),
        "agency_size": size,
        "width": slot.width,
        "height": slot.height,
    }
    return render(_TEMPLATE, values, at=at)


def usual_slot(page_size: tuple[float, float]) -> Slot:
    """Where the stamp goes on a file without a reserved place: upper left, below the number."""
    width = _DRAWN_MM * POINTS_PER_MM
    height = width * HEIGHT_MM / WIDTH_MM
    top = page_size[1] - _TOP_MM * POINTS_PER_MM
    return Slot(1, _LEFT_MM * POINTS_PER_MM, max(0.0, top - height), width, height)
