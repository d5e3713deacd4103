"""The agency signs an electronic copy: form, agency and time in one line, no seal image; or, on
digitised paper where the agency has so chosen, as TT 01/2019 shows it, with the seal.

ND30 Phụ lục I, Phần II, mục I (ô số 14): top right of the first page, Times New Roman, upright,
size 10, black.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from congvu.kit import blobs, clock
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.kit.typeset import Slot, Typeset, render
from congvu.orgs.types import CLERK, Actor
from congvu.rules.clauses import clause
from congvu.signing import ports, queries
from congvu.signing.enrol import certificate_of_agency, mark_of_agency
from congvu.signing.put_signature import Placement, put_signature
from congvu.signing.sign_appendix import line_slot, typeset_line
from congvu.signing.types import POINTS_PER_MM, Act, FieldName, SignedPdf

_TEMPLATE = Path(__file__).parent / "typst" / "copy_seal.typ"
_WORDS_MM = 74.0  # the words stand left of the seal
_EDGE = 14.0


@dataclass(frozen=True)
class _Look:
    """Where the signature of a copy stands and what it shows."""

    slot: Slot
    picture: Typeset


@clause("ND30.32.2.d", "ND30.PL1.II.I")
def sign_copy(
    pdf: bytes, *, words: str, page_size: tuple[float, float], by: Actor, at: datetime
) -> SignedPdf:
    """Sign a copy with the agency's key; `words` are "SAO Y; agency; time".

    `page_size` is the first page's, in points. `by` is the clerk of the agency that copies.
    """
    look = _Look(line_slot(page_size, words), typeset_line(words, at=at))
    return _put(pdf, look, words, by, at)


@clause("ND30.33.2")
def sign_copy_with_seal(
    pdf: bytes, *, words: str, page_size: tuple[float, float], by: Actor, at: datetime
) -> SignedPdf:
    """The same as TT 01/2019/TT-BNV shows it on digitised paper: the agency's red seal in its real
    size at the top right, the agency's name and the time of signing beside it.
    """
    with transaction.atomic():
        mark = mark_of_agency(by.agency_id, at)
        width = (mark.width_mm + _WORDS_MM) * POINTS_PER_MM
        height = mark.width_mm * mark.height_px / mark.width_px * POINTS_PER_MM
        slot = Slot(
            1,
            max(0.0, page_size[0] - _EDGE - width),
            max(0.0, page_size[1] - _EDGE - height),
            width,
            height,
        )
        values = {
            "agency": by.agency_name,
            "time": clock.local(at).isoformat(timespec="seconds"),
            "seal": _as_svg(blobs.read(mark.image_id), mark.width_px, mark.height_px),
            "seal_width": mark.width_mm * POINTS_PER_MM,
            "width": width,
            "height": height,
        }
        return _put(pdf, _Look(slot, render(_TEMPLATE, values, at=at)), words, by, at)


def _put(pdf: bytes, look: _Look, words: str, by: Actor, at: datetime) -> SignedPdf:
    with transaction.atomic():
        earlier = queries.records_behind(hashlib.sha256(pdf).hexdigest())

        refuse_unless(by.has(CLERK) and by.agency_id, "signing.E002")
        refuse_if(queries.has_act(earlier, Act.COPY_SIGNED), "signing.E006")

        return put_signature(
            pdf,
            Placement(
                act=Act.COPY_SIGNED,
                field=FieldName.COPY,
                slot=look.slot,
                look=ports.PagePicture(look.picture.pdf),
                words=words,
            ),
            certificate=certificate_of_agency(by.agency_id, at),
            by=by,
            at=at,
        )


def _as_svg(png: bytes, width: int, height: int) -> str:
    """The picture inside an SVG: values reach the typesetter as text only."""
    data = base64.b64encode(png).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}"><image width="{width}" height="{height}"'
        f' href="data:image/png;base64,{data}"/></svg>'
    )
