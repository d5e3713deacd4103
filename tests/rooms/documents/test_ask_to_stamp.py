"""The stamp "ĐẾN" by the program on the clerk's machine: a signature of the receiver, after all."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from cast import House
from congvu.documents.copies.choose_stamps import choose_stamps
from congvu.documents.incoming.ask_to_stamp import ask_program_to_stamp
from congvu.documents.incoming.register import register_arrival
from congvu.documents.incoming.stamp_arrival import stamp_arrival, stamp_when_chosen
from congvu.documents.models import ArrivalStamp
from congvu.kit import blobs
from congvu.rules.legal_effect import LegalValue, value_of_document
from congvu.signing import queries as signing
from congvu.signing.accept_signed_file import accept_signed_file
from congvu.signing.enrol import enrol_agency
from congvu.signing.serve_file import serve_file
from congvu.signing.types import FieldName, FileState
from paperwork import refused
from rooms.documents.test_stamp_arrival import came
from vgca_double import Token, signed_by_program, token_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("ND30.22", "ND30.PL4", "QC.10.3")]


@pytest.fixture
def agency(house: House, at: datetime) -> Token:
    return token_of(enrol_agency(agency_id=house.agency.id, at=at))


def test_the_program_stamps_what_is_registered(
    house: House, committee: House, at: datetime, agency: Token
) -> None:
    arrival = came(committee, house, at)
    with refused("documents.E820"):
        ask_program_to_stamp(arrival_id=arrival.id, by=house.clerk, at=at)
    register_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    with refused("signing.E220"):
        stamp_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    errand, said = ask_program_to_stamp(
        arrival_id=arrival.id, by=house.clerk, at=at, handed_to="Phòng Tổng hợp"
    )
    assert errand.function == "SignIncome"
    assert (said.number, said.day, said.handed_to) == ("01", "14/02/2022", "Phòng Tổng hợp")
    served = serve_file(token=errand.token, at=at)
    assert served == blobs.read(arrival.document.issued_file)
    accept_signed_file(
        token=errand.token,
        content=signed_by_program(served, agency, at=at, box=(20, 560, 120, 630)),
        at=at,
    )
    stamp = ArrivalStamp.objects.get()
    assert stamp.original_file == arrival.document.issued_file
    report = signing.newest_report(stamp.file)
    fields = [one.field for one in report.signatures if not one.is_time_stamp]
    assert fields == [FieldName.PERSON, FieldName.NUMBER, FieldName.SEAL, FieldName.ARRIVAL]
    assert (report.state, report.has_both_valid) == (FileState.INTACT, True)
    value = value_of_document(report.for_law, through_document_system=True)
    assert value.value is LegalValue.ORIGINAL, "the receiver's stamp is not the issuer's signature"
    with refused("documents.E821"):
        ask_program_to_stamp(arrival_id=arrival.id, by=house.clerk, at=at)


def test_registering_is_not_held_up_by_a_token(
    house: House, committee: House, at: datetime, agency: Token
) -> None:
    """Where arrivals are stamped as they are registered, the program is asked for afterwards."""
    choose_stamps(
        look="nd30",
        basis="Quy chế văn thư của Sở",
        stamps_when_registered=True,
        valid_from=date(2022, 1, 1),
        by=house.leader,
        at=at,
    )
    arrival = came(committee, house, at)
    register_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    assert stamp_when_chosen(arrival_id=arrival.id, by=house.clerk, at=at) is None
