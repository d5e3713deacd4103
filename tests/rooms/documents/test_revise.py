"""A draft is revised: versions stand on one another and no typed text is lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cast import House
from congvu.documents.drafting.autosave import autosave_draft
from congvu.documents.drafting.cancel import cancel_draft
from congvu.documents.drafting.revise import revise_draft
from congvu.documents.models import Autosave
from congvu.documents.states import DocumentState
from congvu.documents.types import draft_from_json, draft_of_text
from paperwork import content, drafted, fresh, refused, submitted

pytestmark = pytest.mark.django_db
NEW = content("Điều 1. Nội dung mới.")
OTHER = content("Điều 1. Nội dung khác.")


@pytest.mark.clause("ND30.10.2")
def test_a_new_version_stands_on_the_one_that_was_opened(house: House, at: datetime) -> None:
    document = drafted(house, at)
    version = revise_draft(
        document_id=document.id,
        base_ordinal=1,
        content=NEW,
        by=house.drafter,
        at=at,
        subject="Trích yếu mới",
        note="sửa Điều 1",
    )
    assert version.ordinal == 2
    assert draft_from_json(version.content) == NEW
    assert fresh(document).subject == "Trích yếu mới"
    assert document.versions.count() == 2


def test_sending_the_same_twice_saves_it_once(house: House, at: datetime) -> None:
    document = drafted(house, at)
    first = revise_draft(
        document_id=document.id, base_ordinal=1, content=NEW, by=house.drafter, at=at
    )
    again = revise_draft(
        document_id=document.id, base_ordinal=1, content=NEW, by=house.drafter, at=at
    )
    assert again == first
    assert document.versions.count() == 2
    assert not Autosave.objects.exists()


def test_a_newer_version_by_somebody_else_refuses_and_keeps_what_was_typed(
    house: House, at: datetime
) -> None:
    document = drafted(house, at)
    revise_draft(document_id=document.id, base_ordinal=1, content=NEW, by=house.head, at=at)
    with refused("documents.E105") as said:
        revise_draft(
            document_id=document.id, base_ordinal=1, content=OTHER, by=house.drafter, at=at
        )
    assert house.head.full_name in said.value.say
    kept = Autosave.objects.get(document=document, posting_id=house.drafter.posting_id)
    assert draft_from_json(kept.content) == OTHER
    assert kept.base_ordinal == 1


def test_the_same_person_in_two_tabs_is_told_too(house: House, at: datetime) -> None:
    document = drafted(house, at)
    revise_draft(document_id=document.id, base_ordinal=1, content=NEW, by=house.drafter, at=at)
    with refused("documents.E105"):
        revise_draft(
            document_id=document.id, base_ordinal=1, content=OTHER, by=house.drafter, at=at
        )


def test_a_version_that_does_not_exist_cannot_be_revised(house: House, at: datetime) -> None:
    document = drafted(house, at)
    with refused("documents.E106"):
        revise_draft(document_id=document.id, base_ordinal=7, content=NEW, by=house.drafter, at=at)


def test_the_autosave_is_one_per_person_and_goes_when_the_version_is_saved(
    house: House, at: datetime
) -> None:
    document = drafted(house, at)
    for text in (OTHER, NEW):
        autosave_draft(
            document_id=document.id,
            base_ordinal=1,
            content=text,
            by=house.drafter,
            at=at + timedelta(minutes=1),
        )
    assert draft_from_json(Autosave.objects.get().content) == NEW
    revise_draft(document_id=document.id, base_ordinal=1, content=NEW, by=house.drafter, at=at)
    assert not Autosave.objects.exists()


@pytest.mark.clause("QC.4.1")
def test_not_even_the_autosave_takes_a_state_secret(house: House, at: datetime) -> None:
    document = drafted(house, at)
    with refused("documents.E107"):
        autosave_draft(
            document_id=document.id,
            base_ordinal=1,
            content=draft_of_text("TUYỆT MẬT\nA"),
            by=house.drafter,
            at=at,
        )
    assert not Autosave.objects.exists()


def test_only_the_drafter_and_the_head_of_the_unit_change_the_text(
    house: House, at: datetime
) -> None:
    document = drafted(house, at)
    for other in (house.clerk, house.leader):
        with refused("documents.E104"):
            revise_draft(document_id=document.id, base_ordinal=1, content=NEW, by=other, at=at)


def test_a_submitted_draft_is_not_changed_under_its_reviewers(house: House, at: datetime) -> None:
    document = submitted(house, at)
    with refused("documents.E003"):
        revise_draft(document_id=document.id, base_ordinal=1, content=NEW, by=house.drafter, at=at)
    assert Autosave.objects.count() == 1


def test_a_cancelled_draft_stays_but_goes_no_further(house: House, at: datetime) -> None:
    document = drafted(house, at)
    with refused("documents.E120"):
        cancel_draft(document_id=document.id, reason="bỏ", by=house.drafter, at=at)
    cancel_draft(document_id=document.id, reason="Không còn cần thiết.", by=house.drafter, at=at)
    assert fresh(document).state == DocumentState.CANCELLED
    assert document.versions.count() == 1
    with refused("documents.E003"):
        revise_draft(document_id=document.id, base_ordinal=1, content=NEW, by=house.drafter, at=at)
