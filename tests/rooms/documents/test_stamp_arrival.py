"""The stamp "ĐẾN" stands on a new file; what was received is not touched."""

from __future__ import annotations

import io
from datetime import datetime

import pikepdf
import pytest

from cast import House
from congvu.documents.incoming.receive import Incoming, receive_from_exchange
from congvu.documents.incoming.receive_by_hand import receive_by_hand
from congvu.documents.incoming.register import register_arrival
from congvu.documents.incoming.stamp_arrival import stamp_arrival
from congvu.documents.models import Arrival
from congvu.kit import blobs
from congvu.rules.legal_effect import LegalValue, value_of_document
from congvu.signing import queries as signing
from congvu.signing.types import FieldName, FileState
from letters import by_hand, small_pdf
from paperwork import issued, refused


def came(sender: House, house: House, at: datetime) -> Arrival:
    document = issued(sender, at, to=[house])
    receive_from_exchange(
        document_id=document.id,
        sender_name=sender.agency.name,
        urgency=0,
        sent_at=at,
        entered_at=at,
        incoming=[Incoming(house.agency.id)],
    )
    return Arrival.objects.get(document=document)


@pytest.mark.django_db
@pytest.mark.clause("ND30.22", "ND30.PL4")
def test_the_stamp_is_a_signature_of_the_receiver_after_all_others(
    house: House, committee: House, at: datetime
) -> None:
    arrival = came(committee, house, at)
    register_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    received = blobs.read(arrival.document.issued_file)
    stamp = stamp_arrival(arrival_id=arrival.id, by=house.clerk, at=at, handed_to="Phòng Tổng hợp")

    stamped = blobs.read(stamp.file)
    assert stamped.startswith(received)
    assert stamp.original_file == arrival.document.issued_file
    report = signing.newest_report(stamp.file)
    assert [one.field for one in report.signatures if not one.is_time_stamp] == [
        FieldName.PERSON,
        FieldName.NUMBER,
        FieldName.SEAL,
        FieldName.ARRIVAL,
    ]
    assert report.state == FileState.INTACT
    assert report.has_both_valid, "the receiver's stamp is not the issuer's signature"
    value = value_of_document(report.for_law, through_document_system=True)
    assert value.value is LegalValue.ORIGINAL


@pytest.mark.django_db
@pytest.mark.clause("ND30.PL4")
def test_the_stamp_stands_on_the_left_in_the_place_the_form_left_free(
    house: House, committee: House, at: datetime
) -> None:
    arrival = came(committee, house, at)
    register_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    stamp = stamp_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    slot = arrival.document.slots["arrival_stamp"]
    with pikepdf.open(io.BytesIO(blobs.read(stamp.file))) as pdf:
        (field,) = [one for one in pdf.pages[0].Annots if str(one.T) == FieldName.ARRIVAL]
        box = [float(edge) for edge in field.Rect]
    assert box[:2] == pytest.approx([slot["x"], slot["y"]], abs=0.1)
    assert box[2] < 595 / 2


@pytest.mark.django_db
@pytest.mark.clause("ND30.22")
def test_no_stamp_before_the_number_and_only_one(
    house: House, committee: House, at: datetime
) -> None:
    arrival = came(committee, house, at)
    with refused("documents.E820"):
        stamp_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    register_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    with refused("documents.E002"):
        stamp_arrival(arrival_id=arrival.id, by=house.leader, at=at)
    stamp_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    with refused("documents.E821"):
        stamp_arrival(arrival_id=arrival.id, by=house.clerk, at=at)


@pytest.mark.django_db
@pytest.mark.clause("ND30.PL4")
def test_a_file_from_outside_is_stamped_below_its_number(house: House, at: datetime) -> None:
    arrival = receive_by_hand(
        described=by_hand(), content=small_pdf(), file_name="a.pdf", by=house.clerk, at=at
    )
    registration = register_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    stamp = stamp_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    assert stamp.words == f"Đến: {house.agency.name}; số {registration.number:02d}; ngày 14/02/2022"
    assert blobs.read(stamp.original_file) == small_pdf()
