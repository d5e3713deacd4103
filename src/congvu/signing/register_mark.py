"""Register the image of a person's signature or an agency's seal (NĐ 30 PL I, II.7.d, II.8.a)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import blobs
from congvu.kit.refusal import refusal, refuse_unless
from congvu.kit.sandbox import SandboxFailure, run_limited
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.models import Mark

SEAL_WIDTH_MM = 36.0
SIGNATURE_WIDTH_MM = 45.0
_MOST_BYTES = 2 << 20


@clause("ND30.PL1.I.II.7.d", "ND30.PL1.I.II.8.a")
def register_mark(
    *,
    png: bytes,
    at: datetime,
    person_id: int | None = None,
    agency_id: int | None = None,
    by: Actor | None = None,
    width_mm: float | None = None,
) -> Mark:
    """Keep the image and use it from now on; the earlier one is withdrawn.

    The image must be a PNG with a transparent ground, blue for a person, red for an agency.
    `width_mm` is the real width of the seal.
    """
    with transaction.atomic():
        seen = _looked_at(png)

        if seen is None:
            raise refusal("signing.E010")
        red, green, blue = seen["colour"]
        refuse_unless(agency_id or (blue > red and blue > green), "signing.E011")
        refuse_unless(person_id or (red > blue and red > green), "signing.E012")

        Mark.objects.filter(person_id=person_id, agency_id=agency_id, withdrawn_at=None).update(
            withdrawn_at=at
        )
        mark = Mark.objects.create(
            person_id=person_id,
            agency_id=agency_id,
            image_id=blobs.keep(png, "image/png").sha256,
            width_px=seen["width"],
            height_px=seen["height"],
            width_mm=width_mm or (SEAL_WIDTH_MM if agency_id else SIGNATURE_WIDTH_MM),
            registered_at=at,
        )

        write_entry(
            "signing.mark_registered",
            by=by,
            at=at,
            on=("mark", mark.id),
            agency_id=agency_id,
            clause="ND30.PL1.I.II.8.a" if agency_id else "ND30.PL1.I.II.7.d",
        )
    return mark


def _looked_at(png: bytes) -> dict[str, Any] | None:
    """What the sandbox saw; None for anything but the image that the law asks for."""
    if not 0 < len(png) <= _MOST_BYTES:
        return None
    try:
        seen: dict[str, Any] | None = run_limited("congvu.signing.look_at_mark:look", png)
    except SandboxFailure:
        return None
    return seen
