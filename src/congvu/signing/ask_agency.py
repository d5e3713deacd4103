"""Ask the signing program on the clerk's machine for the agency's signature.

The program draws the look and makes the field; what is asked for is kept first, and the file it is
given carries number and date already where the person signed fields made for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.kit.typeset import Slot
from congvu.orgs.types import CLERK, Actor
from congvu.rules.clauses import clause
from congvu.signing import ports, queries
from congvu.signing.ask_signature import ask_signature
from congvu.signing.enrol import certificate_of_agency
from congvu.signing.finish_signature import NO_LOOK
from congvu.signing.models import Certificate, SignatureRecord, WaitingSignature
from congvu.signing.put_signature import Placement
from congvu.signing.seal_with_number import filled_forms
from congvu.signing.types import Act, FieldName, NumberOnPage, Variant

SOMEWHERE = Slot(1, 0.0, 0.0, 0.0, 0.0)  # the program places it; the returned file says where
FIELDS = {
    Act.SEALED: FieldName.SEAL,
    Act.APPENDIX_SIGNED: FieldName.APPENDIX,
    Act.COPY_SIGNED: FieldName.COPY,
    Act.ARRIVAL_STAMPED: FieldName.ARRIVAL,
}


@dataclass(frozen=True)
class AgencyOrder:
    """What the agency is to sign: the act, its words, and for a seal number and date.

    `shows` is what must be read on the file afterwards, where the program draws its own line.
    """

    act: Act
    words: str
    number: NumberOnPage | None = None
    shows: str = ""


@clause("ND30.32.2.c", "ND30.32.2.d", "QC.10.3")
def ask_agency(
    base_file: str, order: AgencyOrder, *, subject: tuple[str, int], by: Actor, at: datetime
) -> WaitingSignature:
    """Ask for one signature of the agency on the kept file `base_file`, for `subject`.

    Refuses E192 where the agency's key is reached in another way. Number and date are filled into
    their fields; where there are none, or the agency has so chosen, the program writes them.
    """
    with transaction.atomic():
        refuse_unless(by.has(CLERK) and by.agency_id, "signing.E002")
        certificate = certificate_of_agency(by.agency_id, at)
        earlier = queries.records_behind(base_file)
        own = [one for one in earlier if one.certificate_id == certificate.id]

        is_plugin = ports.road_of(certificate.key_reference) == ports.Road.PLUGIN
        refuse_unless(is_plugin, "signing.E192")
        is_sealed = order.act == Act.SEALED
        refuse_unless(not is_sealed or queries.has_act(earlier, Act.SIGNED), "signing.E003")
        refuse_if(queries.has_act(earlier if is_sealed else own, order.act), "signing.E006")

        return ask_signature(
            base_file,
            _placement(order, certificate, earlier),
            certificate=certificate,
            subject=subject,
            by=by,
            at=at,
        )


def _placement(
    order: AgencyOrder, certificate: Certificate, earlier: list[SignatureRecord]
) -> Placement:
    number, shows = order.number, (order.shows,) if order.shows else ()
    fills = certificate.signs_once and queries.has_number_fields(earlier)
    return Placement(
        act=order.act,
        field=FIELDS[order.act],
        slot=SOMEWHERE,
        look=NO_LOOK,
        words=order.words,
        forms=filled_forms(number) if number and fills else (),
        variant=Variant.FIELDS if number and fills else Variant.STRIP,
        writes=number.spellings if number and not fills else shows,
    )
