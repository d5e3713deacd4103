"""Which channels an agency may use, on which day, in which case (Điều 4.2, 6.1, 11.3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from congvu.audit.models import Entry
from congvu.kit.refusal import Refusal
from congvu.orgs.models import Agency
from congvu.orgs.types import CLERK, SYSTEM_ADMIN, Actor
from congvu.systems import queries
from congvu.systems.approve import approve_system
from congvu.systems.enter_register import enter_register
from congvu.systems.grant_exception import grant_exception
from congvu.systems.models import ApprovedSystem
from congvu.systems.revoke import revoke_exception
from congvu.systems.withdraw import withdraw_approval
from staff import make_agency

pytestmark = pytest.mark.django_db
DAY = date(2022, 2, 21)
CASE = "Truyền hình ảnh hiện trường bão số 5"


@pytest.fixture
def agency(db: None, at: datetime) -> Agency:
    enter_register(by=None, at=at)
    return make_agency()


def somebody(agency: Agency, role: str) -> Actor:
    return Actor(
        1, None, agency.id, None, "Người Thử", "Chuyên viên", agency.name, frozenset({role})
    )


def grant(agency: Agency | None, at: datetime, **other: Any) -> Any:
    usual = {
        "channel": "telegram", "case": CASE, "granted_by": "provincial_chair",
        "decision": "Công văn 99/UBND-NC ngày 20/02/2022", "valid_from": date(2022, 2, 20),
        "valid_to": date(2022, 2, 28), "by": None,
    }  # fmt: skip
    return grant_exception(agency_id=agency.id if agency else None, at=at, **(usual | other))


@pytest.mark.clause(
    "QC.4.2", "QC.6.1.a", "QC.6.1.b", "QC.6.1.c", "QC.6.1.d", "QC.6.1.đ", "QC.6.1.e", "QC.6.1.g"
)
@pytest.mark.parametrize(
    "channel",
    ["congvu", "truc-lien-thong", "cong-dich-vu-cong", "cong-thong-tin", "bao-cao", "thu-cong-vu",
     "sms", "hop-truc-tuyen", "zalo"],
)  # fmt: skip
def test_channels_of_article_6_may_be_used_once_it_is_in_force(
    agency: Agency, channel: str
) -> None:
    assert queries.channel_finding(channel, agency.id, date(2022, 2, 18)).value


def test_the_document_system_was_there_before_the_regulation(agency: Agency) -> None:
    eve = date(2022, 2, 17)
    assert queries.channel_finding("congvu", agency.id, eve).value
    assert not queries.channel_finding("sms", agency.id, eve).value


@pytest.mark.clause("QC.11.3")
def test_an_unregistered_channel_is_refused_with_the_clause(agency: Agency) -> None:
    with pytest.raises(Refusal) as refused:
        queries.refuse_unregistered("telegram", agency.id, DAY)
    assert (refused.value.code, refused.value.clause) == ("systems.E001", "QC.11.3")
    assert "telegram" in refused.value.say


@pytest.mark.clause("QC.11.3")
def test_a_grant_opens_one_channel_for_one_case_one_agency_and_its_days(
    agency: Agency, at: datetime
) -> None:
    grant(agency, at)
    neighbour = make_agency("Sở Tư pháp")

    def may(agency_id: int, day: date, case: str = CASE) -> bool:
        return queries.channel_finding("telegram", agency_id, day, case).value

    assert may(agency.id, date(2022, 2, 20)) and may(agency.id, date(2022, 2, 28))
    assert not may(agency.id, date(2022, 2, 19)) and not may(agency.id, date(2022, 3, 1))
    assert not may(agency.id, DAY, "") and not may(agency.id, DAY, "Việc khác")
    assert not may(neighbour.id, DAY)
    assert queries.refuse_unregistered("telegram", agency.id, DAY, CASE).clause == "QC.11.3"


def test_a_special_law_speaks_for_every_agency_and_nobody_else_does(
    agency: Agency, at: datetime
) -> None:
    grant(None, at, granted_by="special_law", decision="Luật chuyên ngành, Điều 5")
    assert queries.channel_finding("telegram", agency.id, DAY, CASE).value
    with pytest.raises(Refusal) as refused:
        grant(None, at)
    assert refused.value.code == "systems.E006"


def test_a_revoked_grant_allows_nothing(agency: Agency, at: datetime) -> None:
    given = grant(agency, at)
    revoke_exception(grant_id=given.id, reason="Hết bão", by=None, at=at)
    assert not queries.channel_finding("telegram", agency.id, DAY, CASE).value
    with pytest.raises(Refusal) as refused:
        revoke_exception(grant_id=given.id, reason="Lại", by=None, at=at)
    assert refused.value.code == "systems.E007"
    kinds = list(Entry.objects.filter(object_kind="exception_grant").values_list("kind", flat=True))
    assert kinds == ["systems.exception_granted", "systems.exception_revoked"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"case": " "}, "systems.E006"),
        ({"decision": ""}, "systems.E003"),
        ({"valid_to": date(2022, 2, 19)}, "systems.E004"),
    ],
)
def test_a_grant_needs_case_decision_and_days(
    agency: Agency, at: datetime, wrong: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        grant(agency, at, **wrong)
    assert refused.value.code == code


def approve(at: datetime, **other: Any) -> ApprovedSystem:
    usual = {
        "channel": "quan-ly-ho-tich", "name": "Hệ thống đăng ký hộ tịch", "clause_id": "QC.6.1.h",
        "ground": "Quyết định 10/QĐ-BTP", "valid_from": DAY, "by": None,
    }  # fmt: skip
    return approve_system(at=at, **(usual | other))


@pytest.mark.clause("QC.6.1.h")
def test_a_system_of_a_sector_is_approved_and_withdrawn(agency: Agency, at: datetime) -> None:
    approve(at)
    assert queries.channel_finding("quan-ly-ho-tich", agency.id, DAY).value
    withdraw_approval(
        channel="quan-ly-ho-tich", last_day=date(2022, 3, 1), reason="Thay hệ thống", by=None, at=at
    )
    assert queries.channel_finding("quan-ly-ho-tich", agency.id, date(2022, 3, 1)).value
    assert not queries.channel_finding("quan-ly-ho-tich", agency.id, date(2022, 3, 2)).value


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"ground": " "}, "systems.E003"),
        ({"channel": "congvu", "valid_from": date(2020, 1, 1)}, "systems.E005"),
    ],
)
@pytest.mark.clause("QC.4.2")
def test_an_approval_needs_its_ground_and_stands_once(
    agency: Agency, at: datetime, wrong: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        approve(at, **wrong)
    assert refused.value.code == code


def test_a_clerk_keeps_no_register_and_an_administrator_does(agency: Agency, at: datetime) -> None:
    with pytest.raises(Refusal) as refused:
        approve(at, by=somebody(agency, CLERK))
    assert refused.value.code == "systems.E002"
    with pytest.raises(Refusal) as refused:
        grant(agency, at, by=somebody(agency, CLERK))
    assert refused.value.code == "systems.E002"
    assert approve(at, by=somebody(agency, SYSTEM_ADMIN)).id


def test_the_register_is_entered_once(agency: Agency, at: datetime) -> None:
    assert enter_register(by=None, at=at) == 0
    assert len(queries.register_on(DAY)) == ApprovedSystem.objects.count() == 9
    assert [one.channel for one in queries.register_on(date(2022, 1, 31))] == [
        "congvu",
        "truc-lien-thong",
    ]
