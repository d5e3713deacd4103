"""The agency writes number and date on a signed document: a visible signature of the agency.

Numbers are assigned elsewhere; here they enter the file without touching what the person signed.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.kit.typeset import Slot
from congvu.orgs.types import CLERK, Actor
from congvu.rules.clauses import clause
from congvu.signing import ports, queries
from congvu.signing.enrol import certificate_of_agency
from congvu.signing.put_signature import Placement, put_signature
from congvu.signing.types import Act, FieldName, SignedPdf


@clause("ND30.32.2.c", "ND30.32.2.d")
def number_as_agency(
    pdf: bytes, *, strip_pdf: bytes, slot: Slot, number_text: str, by: Actor, at: datetime
) -> SignedPdf:
    """Lay the strip with number and date over `slot` and sign it with the agency's key.

    `strip_pdf` is a one-page transparent PDF of the size of `slot`; `number_text` repeats it in
    words, kept in the signature. `by` is the clerk of the agency whose key signs. The file must be
    exactly what the person with authority signed.
    """
    with transaction.atomic():
        earlier = queries.records_behind(hashlib.sha256(pdf).hexdigest())

        refuse_unless(by.has(CLERK) and by.agency_id, "signing.E002")
        refuse_unless(queries.has_act(earlier, Act.SIGNED), "signing.E003")
        refuse_if(queries.has_act(earlier, Act.SEALED), "signing.E006")
        refuse_if(queries.has_act(earlier, Act.NUMBERED), "signing.E005")

        return put_signature(
            pdf,
            Placement(
                act=Act.NUMBERED,
                field=FieldName.NUMBER,
                slot=slot,
                look=ports.PagePicture(strip_pdf),
                words=number_text,
            ),
            certificate=certificate_of_agency(by.agency_id, at),
            by=by,
            at=at,
        )
