"""The competent person signs exactly what was shown (ND30 Điều 13.7)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from cast import House, make_official
from congvu.documents import access
from congvu.documents.events import DocumentSigned
from congvu.documents.models import Signing
from congvu.documents.outgoing.sign import sign_document
from congvu.documents.states import DocumentState
from congvu.kit import blobs
from congvu.orgs.models import Absence, Delegation, Posting
from congvu.orgs.types import UNIT_HEAD
from congvu.signing.types import FileState
from congvu.signing.verify import verify_pdf
from paperwork import approved, fresh, refused, signed

pytestmark = pytest.mark.django_db


@pytest.mark.clause("ND30.13", "ND30.13.7", "QC.5.1", "QC.7.1")
def test_the_signature_is_valid_and_says_by_what_right(
    committee: House, at: datetime, published: list[object]
) -> None:
    document = signed(committee, at)
    row = Signing.objects.get(document=document)
    assert (row.part, row.authority) == ("person", "TM. ỦY BAN NHÂN DÂN, CHỦ TỊCH")
    assert (row.file_before, row.file_after) == (document.base_file, document.signed_file)
    assert "Trần Hữu Thế" in row.certificate_subject
    assert document.state == DocumentState.SIGNED
    assert published[-1] == DocumentSigned(document_id=document.id, at=at)
    found = verify_pdf(blobs.read(document.signed_file), at=at)
    assert (found.state, found.person_is_valid) == (FileState.INTACT, True)
    assert blobs.read(document.signed_file).startswith(blobs.read(document.base_file))


@pytest.mark.clause("ND30.11")
def test_only_the_file_that_was_seen_is_signed(house: House, at: datetime) -> None:
    document = approved(house, at)
    for seen in ("", "0" * 64):
        with refused("documents.E201"):
            sign_document(document_id=document.id, seen_sha256=seen, by=house.leader, at=at)
    assert not Signing.objects.exists()


def test_a_double_click_signs_once(house: House, at: datetime) -> None:
    document = signed(house, at)
    with refused("documents.E003"):
        sign_document(
            document_id=document.id, seen_sha256=document.base_file, by=house.leader, at=at
        )
    assert Signing.objects.filter(document=document).count() == 1


@pytest.mark.clause("ND30.13")
def test_nobody_signs_in_the_place_of_the_signer(
    house: House, committee: House, at: datetime
) -> None:
    document = approved(house, at)
    for other, code in (
        (house.deputy, "documents.E119"),
        (house.drafter, "documents.E119"),
        (house.archivist, "documents.E002"),
        (committee.leader, "documents.E001"),
    ):
        with refused(code):
            sign_document(document_id=document.id, seen_sha256=document.base_file, by=other, at=at)


@pytest.mark.clause("ND30.13")
def test_a_right_that_has_ended_signs_nothing(house: House, at: datetime) -> None:
    document = approved(house, at)
    Posting.objects.filter(id=house.leader.posting_id).update(valid_to=date(2022, 2, 13))
    with refused("documents.E203"):
        sign_document(
            document_id=document.id, seen_sha256=document.base_file, by=house.leader, at=at
        )


@pytest.mark.clause("ND30.13")
def test_the_right_printed_must_be_the_right_of_the_day(house: House, at: datetime) -> None:
    document = approved(house, at)
    position = Posting.objects.get(id=house.leader.posting_id).position
    position.rank = "acting_head"
    position.save()
    with refused("documents.E204") as said:
        sign_document(
            document_id=document.id, seen_sha256=document.base_file, by=house.leader, at=at
        )
    assert "Q. GIÁM ĐỐC" in said.value.say


@pytest.mark.clause("ND30.13")
def test_a_unit_head_signs_by_order_within_the_types_given(house: House, at: datetime) -> None:
    chief = make_official(
        house.agency, "Chánh Văn Phòng", UNIT_HEAD, title="Chánh Văn phòng", rank="unit_head", at=at
    )
    Delegation.objects.create(
        kind=Delegation.Kind.BY_ORDER,
        giver_id=house.leader.posting_id,
        taker_id=chief.posting_id,
        document_types=["giay-moi", "cong-van", "thong-bao"],
        basis="Quy chế làm việc 01/QĐ-SNV",
        valid_from=date(2022, 1, 1),
    )
    document = approved(house, at, type_code="thong-bao", signer_posting_id=chief.posting_id)
    row = sign_document(document_id=document.id, seen_sha256=document.base_file, by=chief, at=at)
    assert row.authority == "TL. GIÁM ĐỐC, CHÁNH VĂN PHÒNG"
    assert access.document_for(chief, document.id, to="read")
    with refused("documents.E109"):
        approved(house, at, type_code="quyet-dinh", signer_posting_id=chief.posting_id)
    assert fresh(document).state == DocumentState.SIGNED


@pytest.mark.clause("ND30.13")
def test_a_substitute_sees_what_waits_but_does_not_sign_under_another_name(
    house: House, at: datetime
) -> None:
    document = approved(house, at)
    Absence.objects.create(
        posting_id=house.leader.posting_id,
        substitute_id=house.deputy.posting_id,
        starts_at=at - timedelta(days=1),
        ends_at=at + timedelta(days=1),
    )
    with refused("documents.E202"):
        sign_document(
            document_id=document.id, seen_sha256=document.base_file, by=house.deputy, at=at
        )
