"""An incident from the moment it is noticed to its end: who is told, who acts, what stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cast import House, make_official
from congvu.audit.models import Entry
from congvu.incidents import queries
from congvu.incidents.add_note import add_note
from congvu.incidents.appoint_officer import appoint_officer
from congvu.incidents.close import close_incident
from congvu.incidents.models import Incident
from congvu.incidents.open_incident import open_incident
from congvu.incidents.report import report_incident
from congvu.incidents.take import take_incident
from congvu.kit import clock
from congvu.orgs.models import Posting
from congvu.orgs.types import AGENCY_ADMIN, Actor
from letters import behind_the_wall
from paperwork import refused

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.4.4", "QC.10.3")]
KEY_LOST = Incident.Kind.KEY_LOST


def opened(house: House, at: datetime, by: Actor | None = None) -> Incident:
    return open_incident(
        kind=KEY_LOST,
        agency_id=house.agency.id,
        said="Mất thiết bị lưu khóa bí mật.",
        under="QC.10.3",
        by=by,
        at=at,
        facts={"serial": "0A"},
    )


def appointed(house: House, at: datetime, who: Actor, by: Actor | None = None) -> None:
    appoint_officer(
        kind=KEY_LOST,
        posting_id=who.posting_id or 0,
        basis="Quyết định số 12/QĐ-SNV",
        valid_from=clock.local(at).date(),
        by=by or house.leader,
        at=at,
    )


def test_without_an_appointed_officer_the_head_answers(house: House, at: datetime) -> None:
    assert opened(house, at).officer_id == house.leader.posting_id
    labels = {one.kind: one for one in queries.officers_of(house.agency.id, at.date())}
    assert labels["key_lost"].name == "Trần Hữu Thế"
    assert labels["key_lost"].since is None


def test_the_appointed_officer_gets_new_and_open_incidents(house: House, at: datetime) -> None:
    before = opened(house, at)
    appointed(house, at, house.archivist)
    before.refresh_from_db()
    assert before.officer_id == opened(house, at).officer_id == house.archivist.posting_id
    assert [step.act for step in before.steps.all()] == ["handed"]


def test_an_officer_whose_posting_has_ended_is_no_officer(house: House, at: datetime) -> None:
    appointed(house, at, house.archivist)
    waiting = opened(house, at)
    Posting.objects.filter(id=house.archivist.posting_id).update(valid_to=at.date())
    tomorrow = at + timedelta(days=1)
    with clock.frozen(tomorrow):
        assert opened(house, tomorrow).officer_id == house.leader.posting_id
        seen = queries.incidents_for(house.leader)
        assert waiting.id in {one.id for one in seen}, "nobody is forgotten"


def test_an_appointment_that_begins_tomorrow_waits_until_then(house: House, at: datetime) -> None:
    appointed(house, at, house.archivist)
    appoint_officer(
        kind=KEY_LOST,
        posting_id=house.clerk.posting_id or 0,
        basis="Quyết định số 13/QĐ-SNV",
        valid_from=at.date() + timedelta(days=1),
        by=house.leader,
        at=at,
    )
    assert opened(house, at).officer_id == house.archivist.posting_id
    assert opened(house, at + timedelta(days=1)).officer_id == house.clerk.posting_id


def test_only_the_head_and_the_administrator_appoint(house: House, at: datetime) -> None:
    for who in (house.deputy, house.clerk, house.drafter):
        with refused("incidents.E003"):
            appointed(house, at, house.archivist, by=who)
    admin = make_official(house.agency, "Lê Quản Trị", AGENCY_ADMIN, at=at)
    appointed(house, at, house.archivist, by=admin)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kind": "x"}, "incidents.E006"),
        ({"posting_id": 0}, "incidents.E007"),
        ({"basis": "QĐ"}, "incidents.E008"),
        ({"valid_from": datetime(2022, 2, 13).date()}, "incidents.E012"),  # noqa: DTZ001
    ],
)
def test_an_appointment_needs_its_facts(
    house: House, at: datetime, changed: dict[str, object], code: str
) -> None:
    given: dict[str, object] = {
        "kind": "malware",
        "posting_id": house.archivist.posting_id,
        "basis": "Quyết định số 12",
        "valid_from": at.date(),
    }
    with refused(code):
        appoint_officer(**{**given, **changed}, by=house.leader, at=at)  # type: ignore[arg-type]


def test_somebody_of_another_agency_is_no_officer(
    house: House, committee: House, at: datetime
) -> None:
    with refused("incidents.E007"):
        appointed(house, at, committee.archivist)


def test_taken_noted_and_closed_each_step_says_who_and_when(house: House, at: datetime) -> None:
    appointed(house, at, house.archivist)
    incident = opened(house, at, by=house.drafter)
    take_incident(incident_id=incident.id, by=house.archivist, at=at)
    add_note(incident_id=incident.id, text="Đã thu hồi chứng thư số.", by=house.archivist, at=at)
    close_incident(
        incident_id=incident.id, outcome="Đã cấp thiết bị mới.", by=house.archivist, at=at
    )
    incident.refresh_from_db()
    assert (incident.state, incident.outcome) == ("closed", "Đã cấp thiết bị mới.")
    assert [one.act for one in queries.steps_of(incident.id)] == ["closed", "noted", "taken"]
    kinds = Entry.objects.filter(object_kind="incident").order_by("id")
    assert list(kinds.values_list("kind", flat=True)) == [
        "incidents.opened",
        "incidents.taken",
        "incidents.noted",
        "incidents.closed",
    ]
    with refused("incidents.E004"):
        add_note(incident_id=incident.id, text="Thêm một bước.", by=house.archivist, at=at)
    with refused("incidents.E004"):
        take_incident(incident_id=incident.id, by=house.archivist, at=at)


def test_words_of_a_step_have_a_lawful_length(house: House, at: datetime) -> None:
    incident = opened(house, at)
    for text in ("", "    ", "x" * 2001):
        with refused("incidents.E005"):
            add_note(incident_id=incident.id, text=text, by=house.leader, at=at)


def test_who_caused_an_incident_does_not_close_it(house: House, at: datetime) -> None:
    appointed(house, at, house.archivist)
    incident = report_incident(
        kind="key_lost", text="Tôi làm mất thiết bị.", by=house.archivist, at=at
    )
    with refused("incidents.E014"):
        close_incident(incident_id=incident.id, outcome="Không sao.", by=house.archivist, at=at)
    close_incident(incident_id=incident.id, outcome="Đã kiểm điểm.", by=house.leader, at=at)


@pytest.mark.clause("S.12")
def test_an_incident_is_seen_by_those_it_concerns(
    house: House, committee: House, at: datetime
) -> None:
    appointed(house, at, house.archivist)
    incident = opened(house, at, by=house.drafter)
    admin = make_official(house.agency, "Lê Quản Trị", AGENCY_ADMIN, at=at)
    for who in (house.archivist, house.leader, admin, house.drafter):
        with behind_the_wall(who):
            assert [one.id for one in queries.incidents_for(who)] == [incident.id]
    for who in (house.deputy, house.clerk, house.colleague, committee.leader):
        with behind_the_wall(who):
            assert queries.incidents_for(who) == []
            with refused("incidents.E001"):
                take_incident(incident_id=incident.id, by=who, at=at)
    with refused("incidents.E001"):
        add_note(incident_id=incident.id, text="Tôi đã báo.", by=house.drafter, at=at)


def test_an_inspector_reads_numbers_of_every_agency_and_nothing_else(
    house: House, committee: House, at: datetime
) -> None:
    opened(house, at)
    opened(committee, at)
    with behind_the_wall(house.colleague):
        counts = queries.counts_of_all()
    assert [(one.agency_name, one.kind_label, one.open) for one in counts] == [
        ("Sở Nội vụ", "mất, lộ khóa ký số", 1),
        ("Ủy ban nhân dân tỉnh Phú Yên", "mất, lộ khóa ký số", 1),
    ]
