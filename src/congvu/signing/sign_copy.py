"""The agency signs an electronic copy: form, agency and time in one line, no seal image.

ND30 Phụ lục I, Phần II, mục I (ô số 14): top right of the first page, Times New Roman, upright,
size 10, black.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import CLERK, Actor
from congvu.rules.clauses import clause
from congvu.signing import ports, queries
from congvu.signing.enrol import certificate_of_agency
from congvu.signing.put_signature import Placement, put_signature
from congvu.signing.sign_appendix import line_slot, typeset_line
from congvu.signing.types import Act, FieldName, SignedPdf


@clause("ND30.32.2.d", "ND30.PL1.II.I")
def sign_copy(
    pdf: bytes, *, words: str, page_size: tuple[float, float], by: Actor, at: datetime
) -> SignedPdf:
    """Sign a copy with the agency's key; `words` are "SAO Y; agency; time".

    `page_size` is the first page's, in points. `by` is the clerk of the agency that copies.
    """
    with transaction.atomic():
        earlier = queries.records_behind(hashlib.sha256(pdf).hexdigest())

        refuse_unless(by.has(CLERK) and by.agency_id, "signing.E002")
        refuse_if(queries.has_act(earlier, Act.COPY_SIGNED), "signing.E006")

        return put_signature(
            pdf,
            Placement(
                act=Act.COPY_SIGNED,
                field=FieldName.COPY,
                slot=line_slot(page_size, words),
                look=ports.PagePicture(typeset_line(words, at=at).pdf),
                words=words,
            ),
            certificate=certificate_of_agency(by.agency_id, at),
            by=by,
            at=at,
        )
