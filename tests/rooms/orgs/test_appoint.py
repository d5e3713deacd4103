"""Appointing people and ending their posts."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from congvu.audit.models import Entry
from congvu.kit.refusal import Refusal
from congvu.orgs import queries
from congvu.orgs.appoint import appoint
from congvu.orgs.end_posting import end_posting
from congvu.orgs.events import PostingEnded
from congvu.orgs.models import Delegation, Posting, Unit
from offices import SINCE, Office, person, post

pytestmark = pytest.mark.django_db
TODAY = date(2022, 2, 14)


def order(office: Office, at: datetime, **other: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "person_id": person("Trần Anh Khoa").id,
        "agency_id": office.agency.id,
        "unit_id": None,
        "title": "Chuyên viên",
        "rank": "staff",
        "roles": ["official"],
        "valid_from": TODAY,
        "basis": "Quyết định 05/QĐ-SNV",
        "by": office.actor(office.clerk, at),
        "at": at,
    }
    return usual | other


@pytest.mark.clause("QC.2.2")
def test_the_administrator_appoints_and_the_act_is_kept(office: Office, at: datetime) -> None:
    posting = appoint(**order(office, at))  # type: ignore[arg-type]
    actor = queries.actor_for(posting.id, at, account_id=9)
    assert (actor.full_name, actor.title, actor.agency_name) == (
        "Trần Anh Khoa",
        "Chuyên viên",
        "Sở Nội vụ",
    )
    assert actor.has("official") and actor.account_id == 9
    entry = Entry.objects.get(kind="orgs.appointed", object_id=posting.id)
    assert entry.person_id == office.clerk.person_id


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"rank": "head", "title": "Giám đốc"}, "orgs.E007"),
        ({"rank": "acting_head", "title": "Giám đốc"}, "orgs.E007"),
        ({"roles": ["system_admin"]}, "orgs.E006"),
        ({"roles": ["vua"]}, "orgs.E006"),
        ({"valid_to": date(2022, 2, 1)}, "orgs.E005"),
        ({"agency_id": 0}, "orgs.E002"),
    ],
)
def test_what_an_appointment_may_not_be(
    office: Office, at: datetime, wrong: dict[str, object], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        appoint(**order(office, at, **wrong))  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_unit_of_another_agency_is_refused(office: Office, at: datetime) -> None:
    foreign = Unit.objects.filter(agency__code="stp")[0]
    with pytest.raises(Refusal) as refused:
        appoint(**order(office, at, unit_id=foreign.id))  # type: ignore[arg-type]
    assert refused.value.code == "orgs.E008"


def test_neither_leader_nor_stranger_appoints(office: Office, at: datetime) -> None:
    with pytest.raises(Refusal) as refused:
        appoint(**order(office, at, by=office.actor(office.head, at)))  # type: ignore[arg-type]
    assert refused.value.code == "orgs.E003"
    other = queries.agency_by_code("stp").id
    with pytest.raises(Refusal) as refused:
        appoint(**order(office, at, agency_id=other))  # type: ignore[arg-type]
    assert refused.value.code == "orgs.E004"


def test_the_next_head_follows_when_the_first_has_left(office: Office, at: datetime) -> None:
    end_posting(posting_id=office.head.id, last_day=TODAY, basis="Nghỉ hưu", by=None, at=at)
    heir = post(
        office.agency,
        "Lê Hải Đăng",
        "Giám đốc",
        "head",
        ["leader"],
        at,
        valid_from=date(2022, 2, 15),
    )
    on_the_day, next_day = (
        queries.head_of(office.agency.id, date(2022, 2, day)) for day in (14, 15)
    )
    assert on_the_day is not None and on_the_day.posting_id == office.head.id
    assert next_day is not None and next_day.posting_id == heir.id


def test_a_post_that_ended_gives_no_actor_and_no_delegation(
    office: Office, at: datetime, told: list[object]
) -> None:
    Delegation.objects.create(
        kind="TL", giver=office.head, taker=office.unit_head, basis="Quy chế", valid_from=SINCE
    )
    end_posting(
        posting_id=office.unit_head.id, last_day=date(2022, 2, 13), basis="Chuyển", by=None, at=at
    )
    with pytest.raises(Refusal) as refused:
        queries.actor_for(office.unit_head.id, at)
    assert refused.value.code == "orgs.E001"
    assert Delegation.objects.get().valid_to == date(2022, 2, 13)
    assert isinstance(told[-1], PostingEnded)
    with pytest.raises(Refusal) as refused:
        end_posting(posting_id=office.unit_head.id, last_day=TODAY, basis="Lại", by=None, at=at)
    assert refused.value.code == "orgs.E009"


def test_one_person_may_hold_posts_in_two_agencies(office: Office, at: datetime) -> None:
    other = queries.agency_by_code("vpubnd")
    appoint(
        person_id=office.head.person_id, agency_id=other.id, unit_id=None, title="Chánh Văn phòng",
        rank="head", roles=["leader"], valid_from=SINCE, basis="QĐ", by=None, at=at,
    )  # fmt: skip
    held = queries.postings_of(office.head.person_id, TODAY)
    assert [one.agency_name for one in held] == ["Sở Nội vụ", other.name]


def test_people_are_found_by_their_function(office: Office) -> None:
    agency_id = office.agency.id
    assert [one.posting_id for one in queries.leaders_of(agency_id, TODAY)] == [
        office.head.id,
        office.deputy.id,
    ]
    assert [one.posting_id for one in queries.clerks_of(agency_id, TODAY)] == [office.clerk.id]
    assert queries.archivists_of(agency_id, TODAY) == []
    assert len(queries.people_of_agency(agency_id, TODAY)) == 5
    assert queries.people_of_agency(agency_id, date(2021, 6, 30)) == []
    assert Posting.objects.count() == 5
