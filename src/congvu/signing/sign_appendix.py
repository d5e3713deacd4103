"""The agency signs an appendix that is a file of its own: a line of text, no seal image."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from django.db import transaction

from congvu.kit import clock
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.kit.typeset import Slot, Typeset, render
from congvu.orgs.types import CLERK, Actor
from congvu.rules.clauses import clause
from congvu.signing import ports, queries
from congvu.signing.enrol import certificate_of_agency
from congvu.signing.put_signature import Placement, put_signature
from congvu.signing.types import Act, FieldName, SignedPdf

LINE_WIDTH, LINE_HEIGHT = 300.0, 16.0
_TEMPLATE = Path(__file__).parent / "typst" / "appendix_line.typ"
_MARGIN = 20.0
_LETTER = 5.6  # points a letter takes at most on average, at size 10


@clause("ND30.32.2.c", "ND30.PL1.I.II.8.b")
def sign_appendix(
    pdf: bytes,
    *,
    symbol: str,
    by: Actor,
    at: datetime,
    page_size: tuple[float, float] = (595.28, 841.89),
) -> SignedPdf:
    """Sign with the agency's key, `number and symbol; time` at the top right of the first page.

    `symbol` is the number and symbol of the document it belongs to; the time is written with
    hours, minutes, seconds and the Vietnamese zone (ISO 8601). `page_size` is in points (A4).
    """
    with transaction.atomic():
        earlier = queries.records_behind(hashlib.sha256(pdf).hexdigest())

        refuse_unless(by.has(CLERK) and by.agency_id, "signing.E002")
        refuse_if(queries.has_act(earlier, Act.APPENDIX_SIGNED), "signing.E006")

        words = f"{symbol}; {clock.local(at).isoformat(timespec='seconds')}"
        return put_signature(
            pdf,
            Placement(
                act=Act.APPENDIX_SIGNED,
                field=FieldName.APPENDIX,
                slot=line_slot(page_size, words),
                look=ports.PagePicture(typeset_line(words, at=at).pdf),
                words=words,
            ),
            certificate=certificate_of_agency(by.agency_id, at),
            by=by,
            at=at,
        )


def typeset_line(words: str, *, at: datetime) -> Typeset:
    """The line as a one-page transparent PDF: Times New Roman, upright, size 10, black."""
    size = {"width": _line_width(words), "height": LINE_HEIGHT}
    return render(_TEMPLATE, {"words": words, **size}, at=at)


def line_slot(page_size: tuple[float, float], words: str) -> Slot:
    """The place of the line at the top right of the first page (ô số 14); points."""
    width, height = page_size
    long = _line_width(words)
    return Slot(
        1, max(0.0, width - _MARGIN - long), height - _MARGIN - LINE_HEIGHT, long, LINE_HEIGHT
    )


def _line_width(words: str) -> float:
    return max(LINE_WIDTH, _LETTER * len(words))
