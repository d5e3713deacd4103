"""Absences with a substitute, and agencies that end."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from congvu.kit.refusal import Refusal
from congvu.orgs import queries
from congvu.orgs.events import AgencyReorganised
from congvu.orgs.reorganise import reorganise
from congvu.orgs.set_absence import set_absence
from offices import Office

pytestmark = pytest.mark.django_db


def test_the_substitute_is_known_only_during_the_absence(office: Office, at: datetime) -> None:
    set_absence(
        posting_id=office.head.id, substitute_id=office.deputy.id, starts_at=at,
        ends_at=at + timedelta(days=2), reason="Công tác", by=office.actor(office.head, at), at=at,
    )  # fmt: skip
    here = queries.substitute_of(office.head.id, at)
    assert here is not None and here.posting_id == office.deputy.id
    assert [one.posting_id for one in queries.substituted_by(office.deputy.id, at)] == [
        office.head.id
    ]
    assert queries.substitute_of(office.head.id, at + timedelta(days=2)) is None
    assert queries.substituted_by(office.deputy.id, at - timedelta(seconds=1)) == []


@pytest.mark.parametrize(
    ("posting", "substitute", "days", "who", "code"),
    [
        ("head", "head", 1, "head", "orgs.E015"),
        ("head", "deputy", -1, "head", "orgs.E005"),
        ("head", "deputy", 1, "deputy", "orgs.E003"),
    ],
)
def test_what_an_absence_may_not_be(
    office: Office, at: datetime, posting: str, substitute: str, days: int, who: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        set_absence(
            posting_id=getattr(office, posting).id, substitute_id=getattr(office, substitute).id,
            starts_at=at, ends_at=at + timedelta(days=days), reason="",
            by=office.actor(getattr(office, who), at), at=at,
        )  # fmt: skip
    assert refused.value.code == code


def test_two_absences_do_not_overlap(office: Office, at: datetime) -> None:
    for start, is_fine in ((0, True), (2, True), (1, False)):
        try:
            set_absence(
                posting_id=office.head.id, substitute_id=None, starts_at=at + timedelta(days=start),
                ends_at=at + timedelta(days=start + 2), reason="Nghỉ phép", by=None, at=at,
            )  # fmt: skip
            assert is_fine
        except Refusal as refused:
            assert not is_fine and refused.code == "orgs.E016"


@pytest.mark.clause("QC.2.1")
def test_a_department_is_merged_into_another(
    office: Office, at: datetime, told: list[object]
) -> None:
    heir = queries.agency_by_code("sldtbxh")
    on = date(2025, 3, 1)
    reorganise(
        predecessor_id=office.agency.id,
        successor_ids=[heir.id],
        on=on,
        basis="NQ 01",
        by=None,
        at=at,
    )
    assert office.agency.id not in {one.id for one in queries.agencies_on(on)}
    assert queries.successor_of(office.agency.id, on).id == heir.id
    assert queries.agency(office.agency.id).name == "Sở Nội vụ"
    assert queries.people_of_agency(office.agency.id, on) == []
    assert queries.identifier(office.agency.id, "QD20", on) is None
    assert queries.identifier(office.agency.id, "QD20", on - timedelta(days=1)) is not None
    assert told[-1] == AgencyReorganised(office.agency.id, heir.id, at)
    with pytest.raises(Refusal) as refused:
        reorganise(
            predecessor_id=office.agency.id, successor_ids=[heir.id], on=date(2026, 1, 1),
            basis="NQ 02", by=None, at=at,
        )  # fmt: skip
    assert refused.value.code == "orgs.E020"


def test_an_agency_administrator_does_not_reform_the_province(office: Office, at: datetime) -> None:
    heir = queries.agency_by_code("stp")
    with pytest.raises(Refusal) as refused:
        reorganise(
            predecessor_id=office.agency.id, successor_ids=[heir.id], on=date(2025, 3, 1),
            basis="NQ", by=office.actor(office.clerk, at), at=at,
        )  # fmt: skip
    assert refused.value.code == "orgs.E003"
