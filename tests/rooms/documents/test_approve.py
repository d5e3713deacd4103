"""Both approvals make the file that will be signed, and nothing else does (ND30 Điều 11, 12)."""

from __future__ import annotations

from datetime import datetime

import pytest

from cast import House
from congvu.documents.drafting.approve import approve_draft
from congvu.documents.drafting.typeset_draft import preview_draft
from congvu.documents.events import DraftApproved, DraftSubmitted
from congvu.documents.models import Submission
from congvu.documents.states import DocumentState
from congvu.kit import blobs
from paperwork import approved, fresh, refused, submitted

pytestmark = pytest.mark.django_db


@pytest.mark.clause("ND30.11", "ND30.12")
def test_one_approval_is_not_enough(house: House, at: datetime) -> None:
    document = submitted(house, at)
    approve_draft(document_id=document.id, by=house.head, at=at)
    document = fresh(document)
    assert document.state == DocumentState.IN_REVIEW
    assert not document.base_file


@pytest.mark.clause("ND30.11", "ND30.13")
def test_with_both_the_file_is_made_and_laid_before_the_signer(
    house: House, at: datetime, published: list[object]
) -> None:
    document = approved(house, at)
    assert document.state == DocumentState.APPROVED
    assert blobs.read(document.base_file).startswith(b"%PDF-1.7")
    assert {"number_strip", "person_signature", "agency_seal"} <= set(document.slots)
    assert document.slots["authority_lines"] == ["GIÁM ĐỐC"]
    assert (document.signer_name, document.signer_title) == ("Trần Hữu Thế", "Giám đốc")
    asked = document.submissions.get(purpose=Submission.Purpose.SIGNATURE)
    assert asked.to_id == house.leader.posting_id
    assert [type(event) for event in published][-2:] == [DraftApproved, DraftSubmitted]


def test_the_order_of_the_two_does_not_matter(house: House, at: datetime) -> None:
    document = submitted(house, at)
    approve_draft(document_id=document.id, by=house.clerk, at=at)
    approve_draft(document_id=document.id, by=house.head, at=at)
    assert fresh(document).state == DocumentState.APPROVED


def test_a_second_click_is_told_that_it_is_done(house: House, at: datetime) -> None:
    document = submitted(house, at)
    approve_draft(document_id=document.id, by=house.head, at=at)
    with refused("documents.E119"):
        approve_draft(document_id=document.id, by=house.head, at=at)
    assert document.reviews.count() == 1


def test_who_was_not_asked_does_not_approve(house: House, committee: House, at: datetime) -> None:
    document = submitted(house, at)
    with refused("documents.E119"):
        approve_draft(document_id=document.id, by=house.leader, at=at)
    with refused("documents.E002"):
        approve_draft(document_id=document.id, by=house.drafter, at=at)
    with refused("documents.E001"):
        approve_draft(document_id=document.id, by=committee.leader, at=at)


@pytest.mark.clause("ND30.13")
def test_the_deputy_of_a_committee_signs_for_the_body_and_for_the_head(
    committee: House, at: datetime
) -> None:
    document = approved(committee, at, signer_posting_id=committee.deputy.posting_id)
    assert document.slots["authority_lines"] == [
        "TM. ỦY BAN NHÂN DÂN",
        "KT. CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
    ]


def test_the_preview_shows_what_is_written_without_changing_anything(
    house: House, at: datetime
) -> None:
    document = submitted(house, at)
    preview = preview_draft(document_id=document.id, by=house.drafter, at=at)
    assert preview.pages == 1
    assert fresh(document).base_file == ""
