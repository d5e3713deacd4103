"""A wrong signature is said at once, with what to do; what is merely doubtful is never refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from cast import House, found_keys
from congvu.documents.drafting.attach import attach_file
from congvu.documents.incoming.receive import Incoming, receive_from_exchange
from congvu.documents.incoming.receive_by_hand import receive_by_hand
from congvu.documents.incoming.register import register_arrival
from congvu.documents.models import Arrival, Attachment, Document
from congvu.documents.queries.reports import file_report
from congvu.kit import blobs
from congvu.rules.legal_effect import LegalValue
from congvu.signing import queries as signing
from congvu.signing.models import RevocationList, VerificationReport
from congvu.signing.types import FileState
from congvu.signing.verify import verify_pdf
from letters import by_hand, ring, sent, small_pdf
from paperwork import drafted, issued, refused

pytestmark = pytest.mark.clause("ND30.21.2.b", "TT41")


_made: list[bytes] = []


@pytest.fixture
def signed_pdf(committee: House, house: House, at: datetime, settings: Any) -> bytes:
    """A decision of the committee: signed, numbered, sealed (made once, for making it costs).

    At the lowest level: what it is worth is for our own lists to say, it brings no evidence.
    """
    settings.SIGNATURE_LEVEL = "b-b"
    found_keys(at)
    if not _made:
        _made.append(blobs.read(issued(committee, at, to=[house]).issued_file))
    return _made[0]


def tampered(pdf: bytes) -> bytes:
    """One letter of what was signed is another one."""
    assert b"Typst" in pdf
    return pdf.replace(b"Typst", b"Typsy", 1)


def take_in(house: House, content: bytes, at: datetime, **more: bool) -> Arrival:
    return receive_by_hand(
        described=by_hand(), content=content, file_name="a.pdf", by=house.clerk, at=at, **more
    )


def test_a_whole_file_is_taken_in_for_reference_for_it_did_not_come_by_the_system(
    house: House, signed_pdf: bytes, at: datetime
) -> None:
    arrival = take_in(house, signed_pdf, at)
    found = file_report(arrival.document)
    assert found is not None
    assert found.verification.state is FileState.INTACT
    assert (found.value.value, found.value.clause) == (LegalValue.REFERENCE, "QD28.4")


def test_a_changed_file_is_refused_at_once_and_nothing_of_it_stays(
    house: House, signed_pdf: bytes, at: datetime
) -> None:
    reports = VerificationReport.objects.count()
    with refused("documents.E831") as said:
        take_in(house, tampered(signed_pdf), at)
    assert "thay đổi sau khi ký" in said.value.say
    assert "trả lại" in said.value.say
    assert not Document.objects.filter(origin="outside").exists()
    assert VerificationReport.objects.count() == reports


def test_the_clerk_may_still_keep_it_for_reference(
    house: House, signed_pdf: bytes, at: datetime
) -> None:
    arrival = take_in(house, tampered(signed_pdf), at, is_for_reference=True)
    with refused("documents.E832"):
        register_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    register_arrival(arrival_id=arrival.id, by=house.clerk, at=at, is_for_reference=True)
    found = file_report(arrival.document)
    assert found is not None
    assert found.value.value is LegalValue.REFERENCE


@pytest.mark.clause("S.54")
def test_what_cannot_be_decided_is_held_not_refused(
    house: House, signed_pdf: bytes, at: datetime
) -> None:
    """No list of revoked certificates: not enough to go on, and that is no reason to send back."""
    RevocationList.objects.all().delete()
    arrival = take_in(house, signed_pdf, at)
    found = file_report(arrival.document)
    assert found is not None
    assert not found.verification.person_is_valid
    assert register_arrival(arrival_id=arrival.id, by=house.clerk, at=at).number == 1


def test_an_unsigned_scan_is_taken_in(house: House, at: datetime) -> None:
    arrival = take_in(house, small_pdf(), at)
    found = file_report(arrival.document)
    assert found is not None
    assert found.verification.state is FileState.UNSIGNED


def test_a_changed_document_of_the_system_is_not_registered_by_a_mere_click(
    committee: House, house: House, signed_pdf: bytes, at: datetime
) -> None:
    document = sent(committee, at, house)
    kept = blobs.keep(tampered(signed_pdf), "application/pdf")
    Document.objects.filter(id=document.id).update(issued_file=kept.sha256)
    (came,) = receive_from_exchange(
        document_id=document.id,
        sender_name=committee.agency.name,
        urgency=0,
        sent_at=at,
        entered_at=at,
        incoming=[Incoming(house.agency.id)],
    )
    arrival = Arrival.objects.get(id=came.arrival_id)
    verify_pdf(blobs.payload(kept.sha256), at=at)
    with refused("documents.E832") as said:
        register_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    assert said.value.clause == "ND30.21.2.b"
    register_arrival(arrival_id=arrival.id, by=house.clerk, at=at, is_for_reference=True)


def test_a_changed_file_does_not_go_out_as_an_appendix(
    house: House, committee: House, signed_pdf: bytes, at: datetime
) -> None:
    draft, broken = drafted(house, at, to=[committee]), tampered(signed_pdf)
    given = {"document_id": draft.id, "name": "a.pdf", "by": house.drafter, "at": at}
    with refused("documents.E833"):
        attach_file(content=broken, **given)
    source = attach_file(content=broken, part=Attachment.Part.SOURCE, **given)
    whole = attach_file(content=signed_pdf, **given)
    assert [source.part, whole.part] == ["source", "appendix"]
    told = signing.newest_report(source.sha256)
    assert told is not None
    assert told.state is FileState.BROKEN


def test_the_sheet_is_kept_once_and_outlives_the_certificates(
    house: House, signed_pdf: bytes, at: datetime
) -> None:
    arrival = take_in(house, signed_pdf, at)
    ring(at)
    sheets = arrival.document.verification_sheets.all()
    (sheet,) = sheets
    pdf = blobs.read(sheet.file)
    assert pdf.startswith(b"%PDF")
    ring(at + timedelta(days=3650))
    assert [one.file for one in sheets.all()] == [sheet.file]
    found = file_report(arrival.document)
    assert found is not None
    assert found.sheet == sheet.file
