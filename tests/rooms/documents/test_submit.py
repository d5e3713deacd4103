"""A draft is submitted: two people check two things, neither wrote it (ND30 Điều 12; S.10)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cast import House, make_official
from congvu.documents import access
from congvu.documents.drafting.revise import revise_draft
from congvu.documents.drafting.submit import submit_draft
from congvu.documents.events import DraftSubmitted
from congvu.documents.models import Submission
from congvu.documents.states import DocumentState
from congvu.documents.types import DraftContent
from congvu.orgs.models import Absence, Posting
from congvu.orgs.types import UNIT_HEAD
from paperwork import content, drafted, fresh, refused, submitted

pytestmark = pytest.mark.django_db


@pytest.mark.clause("ND30.11", "ND30.12")
def test_content_goes_to_the_head_and_form_to_the_clerk(
    house: House, at: datetime, published: list[object]
) -> None:
    document = submitted(house, at)
    asked = {one.purpose: one.to_id for one in document.submissions.all()}
    assert asked == {"content": house.head.posting_id, "form": house.clerk.posting_id}
    assert document.state == DocumentState.IN_REVIEW
    assert [type(event) for event in published] == [DraftSubmitted, DraftSubmitted]


def test_submitting_twice_submits_once(house: House, at: datetime) -> None:
    document = submitted(house, at)
    with refused("documents.E003"):
        submit_draft(document_id=document.id, base_ordinal=1, by=house.drafter, at=at)
    assert document.submissions.count() == 2


def test_whoever_is_asked_reads_the_draft_from_then_on(house: House, at: datetime) -> None:
    other = make_official(
        house.agency, "Trưởng Khác", UNIT_HEAD, title="Trưởng phòng khác", rank="unit_head", at=at
    )
    document = drafted(house, at)
    with refused("documents.E001"):
        access.document_for(other, document.id, to="read")
    submit_draft(
        document_id=document.id,
        base_ordinal=1,
        by=house.drafter,
        at=at,
        reviewer_posting_id=other.posting_id,
    )
    assert access.document_for(other, document.id, to="review")


@pytest.mark.clause("S.10")
def test_nobody_reviews_what_they_wrote(house: House, at: datetime) -> None:
    document = drafted(house, at, by=house.head)
    submit_draft(document_id=document.id, base_ordinal=1, by=house.head, at=at)
    content_reviewer = document.submissions.get(purpose=Submission.Purpose.CONTENT)
    assert content_reviewer.to_id == house.leader.posting_id
    other = drafted(house, at)
    revise_draft(
        document_id=other.id, base_ordinal=1, content=content("Điều 1. Sửa."), by=house.head, at=at
    )
    with refused("documents.E116"):
        submit_draft(
            document_id=other.id,
            base_ordinal=2,
            by=house.drafter,
            at=at,
            reviewer_posting_id=house.head.posting_id,
        )


@pytest.mark.clause("ND30.12")
def test_form_and_content_are_checked_by_two_people(house: House, at: datetime) -> None:
    document = drafted(house, at)
    with refused("documents.E117"):
        submit_draft(
            document_id=document.id,
            base_ordinal=1,
            by=house.drafter,
            at=at,
            reviewer_posting_id=house.head.posting_id,
            form_reviewer_posting_id=house.head.posting_id,
        )


@pytest.mark.parametrize("who", ["colleague", "archivist"])
def test_a_reviewer_needs_the_office_for_it(house: House, at: datetime, who: str) -> None:
    document = drafted(house, at)
    with refused("documents.E118"):
        submit_draft(
            document_id=document.id,
            base_ordinal=1,
            by=house.drafter,
            at=at,
            reviewer_posting_id=getattr(house, who).posting_id,
        )


def test_a_stranger_agency_reviews_nothing(house: House, committee: House, at: datetime) -> None:
    document = drafted(house, at)
    with refused("documents.E118"):
        submit_draft(
            document_id=document.id,
            base_ordinal=1,
            by=house.drafter,
            at=at,
            reviewer_posting_id=committee.head.posting_id,
        )


def test_while_the_head_is_away_the_substitute_is_asked(house: House, at: datetime) -> None:
    Absence.objects.create(
        posting_id=house.head.posting_id,
        substitute_id=house.deputy.posting_id,
        starts_at=at - timedelta(days=1),
        ends_at=at + timedelta(days=1),
    )
    document = submitted(house, at)
    asked = document.submissions.get(purpose=Submission.Purpose.CONTENT)
    assert asked.to_id == house.deputy.posting_id


def test_what_is_not_ready_is_not_submitted(house: House, at: datetime) -> None:
    empty = drafted(house, at, content=DraftContent())
    with refused("documents.E114"):
        submit_draft(document_id=empty.id, base_ordinal=1, by=house.drafter, at=at)
    unsigned = drafted(house, at, signer_posting_id=None)
    with refused("documents.E110"):
        submit_draft(document_id=unsigned.id, base_ordinal=1, by=house.drafter, at=at)
    assert fresh(unsigned).state == DocumentState.DRAFTING


def test_what_cannot_be_printed_is_said_to_the_drafter(house: House, at: datetime) -> None:
    letter = drafted(house, at, type_code="cong-van")
    with refused("documents.E603"):
        submit_draft(document_id=letter.id, base_ordinal=1, by=house.drafter, at=at)
    strange = drafted(house, at, content=content("Điều 1. Chữ 漢 không có trong phông."))
    with refused("kit.E020"):
        submit_draft(document_id=strange.id, base_ordinal=1, by=house.drafter, at=at)


def test_a_version_that_was_overtaken_is_not_submitted(house: House, at: datetime) -> None:
    document = drafted(house, at)
    revise_draft(
        document_id=document.id,
        base_ordinal=1,
        content=content("Điều 1. Sửa."),
        by=house.drafter,
        at=at,
    )
    with refused("documents.E132"):
        submit_draft(document_id=document.id, base_ordinal=1, by=house.drafter, at=at)


@pytest.mark.clause("ND30.12")
def test_where_nobody_else_is_left_the_drafter_is_told_to_choose(
    house: House, at: datetime
) -> None:
    others = [house.clerk, house.head]
    Posting.objects.filter(id__in=[one.posting_id for one in others]).update(
        valid_to=at.date() - timedelta(days=1)
    )
    document = drafted(house, at)
    with refused("documents.E115"):
        submit_draft(document_id=document.id, base_ordinal=1, by=house.drafter, at=at)
