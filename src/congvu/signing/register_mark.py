"""Register the image of a person's signature or an agency's seal (NĐ 30 PL I, II.7.d, II.8.a)."""

from __future__ import annotations

import io
from datetime import datetime

from django.db import transaction
from PIL import Image, UnidentifiedImageError

from congvu.audit.write import write_entry
from congvu.kit import blobs
from congvu.kit.refusal import refusal, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.models import Mark

SEAL_WIDTH_MM = 36.0
SIGNATURE_WIDTH_MM = 45.0
_LEAST_PX, _MOST_PX, _MOST_BYTES = 100, 2000, 2 << 20
_SEEN = 128  # alpha from which a pixel counts as drawn


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
        image = _transparent_png(png)

        if image is None:
            raise refusal("signing.E010")
        red, green, blue = _drawn_colour(image)
        refuse_unless(agency_id or (blue > red and blue > green), "signing.E011")
        refuse_unless(person_id or (red > blue and red > green), "signing.E012")

        Mark.objects.filter(person_id=person_id, agency_id=agency_id, withdrawn_at=None).update(
            withdrawn_at=at
        )
        mark = Mark.objects.create(
            person_id=person_id,
            agency_id=agency_id,
            image_id=blobs.keep(png, "image/png").sha256,
            width_px=image.width,
            height_px=image.height,
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


def _transparent_png(png: bytes) -> Image.Image | None:
    """The image when it is what the law asks for; nothing is decoded before its size is known."""
    if len(png) > _MOST_BYTES:
        return None
    try:
        opened = Image.open(io.BytesIO(png), formats=["PNG"])
        if not all(_LEAST_PX <= side <= _MOST_PX for side in opened.size):
            return None
        image = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    lowest, highest = image.getchannel("A").getextrema()
    return image if lowest == 0 and isinstance(highest, int) and highest >= _SEEN else None


def _drawn_colour(image: Image.Image) -> tuple[float, float, float]:
    """The mean colour of the drawn pixels."""
    drawn = image.getchannel("A").point(lambda level: 255 if level >= _SEEN else 0)
    histogram = image.convert("RGB").histogram(drawn)
    means = []
    for channel in range(3):
        counts = histogram[channel * 256 : (channel + 1) * 256]
        total = sum(counts) or 1
        means.append(sum(level * count for level, count in enumerate(counts)) / total)
    return means[0], means[1], means[2]
