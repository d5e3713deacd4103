"""The agency signs once: number and date fill their fields, the seal is laid, one signature.

For agency keys that may serve only once per document. The fields were made before the person
signed; they are filled and set read-only in the same step in which the agency signs, and its
signature forbids any later change of them (FieldMDP).
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import CLERK, Actor
from congvu.rules.clauses import clause
from congvu.signing import ports, queries
from congvu.signing.enrol import certificate_of_agency
from congvu.signing.put_signature import put_signature
from congvu.signing.seal import place_of_seal
from congvu.signing.types import Act, FormName, NumberOnPage, NumberPlace, SignedPdf, Variant


@clause("ND30.32.2.c", "ND30.32.2.d", "ND30.PL1.I.II.8.a")
def seal_with_number(pdf: bytes, *, number: NumberOnPage, by: Actor, at: datetime) -> SignedPdf:
    """Fill number and date and seal, with one signature of the agency's key.

    Refuses E104 where the person signed a file without these fields.
    """
    with transaction.atomic():
        earlier = queries.records_behind(hashlib.sha256(pdf).hexdigest())

        refuse_unless(by.has(CLERK) and by.agency_id, "signing.E002")
        refuse_unless(queries.has_act(earlier, Act.SIGNED), "signing.E003")
        refuse_if(queries.has_act(earlier, Act.SEALED), "signing.E006")
        refuse_if(queries.has_act(earlier, Act.NUMBERED), "signing.E005")
        refuse_unless(queries.has_number_fields(earlier), "signing.E104")

        placement = place_of_seal(earlier, by, at)
        return put_signature(
            pdf,
            replace(
                placement,
                words=words_of_seal(number, by),
                forms=filled_forms(number),
                locks=tuple(FormName),
                variant=Variant.FIELDS,
            ),
            certificate=certificate_of_agency(by.agency_id, at),
            by=by,
            at=at,
        )


def words_of_seal(number: NumberOnPage, by: Actor) -> str:
    """What the one signature says: agency, number, date."""
    return f"{by.agency_name}; {number.number_line}; {number.date_line}".rstrip("; ")


def empty_forms(place: NumberPlace) -> tuple[ports.FormField, ...]:
    """The two fields as they are made before the person signs."""
    page = place.slot.page
    return (
        ports.FormField(FormName.NUMBER, page, place.number_box),
        ports.FormField(FormName.DATE, page, place.date_box),
    )


def filled_forms(number: NumberOnPage) -> tuple[ports.FormField, ...]:
    """The same, filled; each shows what lies under it of the strip. Minutes have no date line."""
    look, box = ports.PagePicture(number.strip_pdf), number.place.slot.box
    lines = (number.number_line, number.date_line)
    return tuple(
        replace(form, words=words, look=look, look_box=box)
        for form, words in zip(empty_forms(number.place), lines, strict=True)
        if words
    )
