"""Who signs with what right (Nghị định 30/2020 Điều 13)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from congvu.kit.refusal import Refusal
from congvu.orgs import queries
from congvu.orgs.delegate import delegate_signing
from congvu.orgs.models import Agency, Delegation
from congvu.orgs.revoke_delegation import revoke_delegation
from congvu.rules.authority import authority_lines
from offices import SINCE, Office, post

pytestmark = pytest.mark.django_db
DAY = date(2022, 2, 14)


def give(kind: str, giver: Any, taker: Any, at: datetime, **other: Any) -> Delegation:
    usual = {
        "document_types": [], "scope": "", "basis": "Quy chế làm việc số 10/QC-SNV",
        "valid_from": SINCE, "valid_to": None, "by": None,
    }  # fmt: skip
    return delegate_signing(
        kind=kind, giver_id=giver.id, taker_id=taker.id, at=at, **(usual | other)
    )


def lines(posting: Any, document_type: str = "quyet-dinh", day: date = DAY) -> tuple[str, ...]:
    right = queries.signing_authority(posting.id, document_type, day)
    assert right is not None and right.finding.value, right
    return authority_lines(right.authority)


def refused_code(*arguments: Any, **other: Any) -> str:
    with pytest.raises(Refusal) as refused:
        give(*arguments, **other)
    return refused.value.code


@pytest.mark.clause("ND30.13.1")
def test_the_head_of_a_department_signs_in_the_own_name(office: Office) -> None:
    assert lines(office.head) == ("GIÁM ĐỐC",)


@pytest.mark.clause("ND30.13.2")
def test_the_chair_of_a_committee_signs_for_the_body(office: Office, at: datetime) -> None:
    committee = Agency.objects.get(code="ubnd-tinh")
    chair = post(committee, "Lê Hải Đăng", "Chủ tịch", "head", ["leader"], at)
    vice = post(committee, "Trần Thu Hà", "Phó Chủ tịch", "deputy", ["leader"], at)
    assert lines(chair) == ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    assert lines(vice) == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")


@pytest.mark.clause("ND30.13")
def test_a_deputy_signs_kt_within_the_assigned_types(office: Office, at: datetime) -> None:
    assert lines(office.deputy) == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    give("KT", office.head, office.deputy, at, document_types=["bao-cao"])
    assert lines(office.deputy, "bao-cao") == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    right = queries.signing_authority(office.deputy.id, "quyet-dinh", DAY)
    assert right is not None and not right.finding.value
    assert "ngoài lĩnh vực" in right.finding.explanation


@pytest.mark.clause("ND30.13")
def test_a_unit_head_signs_tl_and_the_unit_deputy_kt_under_tl(office: Office, at: datetime) -> None:
    give("TL", office.head, office.unit_head, at, document_types=["cong-van"])
    give("KT", office.unit_head, office.unit_deputy, at)
    assert lines(office.unit_head, "cong-van") == ("TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG")
    assert lines(office.unit_deputy, "cong-van") == (
        "TL. GIÁM ĐỐC",
        "KT. TRƯỞNG PHÒNG",
        "PHÓ TRƯỞNG PHÒNG",
    )
    right = queries.signing_authority(office.unit_head.id, "quyet-dinh", DAY)
    assert right is not None and not right.finding.value


@pytest.mark.clause("ND30.13.3")
def test_an_authorisation_ends_on_its_day(office: Office, at: datetime) -> None:
    give(
        "TUQ",
        office.head,
        office.unit_head,
        at,
        document_types=["bao-cao"],
        valid_to=date(2022, 2, 28),
    )
    assert lines(office.unit_head, "bao-cao") == ("TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG")
    late = queries.signing_authority(office.unit_head.id, "bao-cao", date(2022, 3, 1))
    assert late is not None and "đã hết" in late.finding.explanation


@pytest.mark.clause("ND30.13.3")
@pytest.mark.parametrize(
    ("kind", "giver", "taker", "other", "code"),
    [
        ("TUQ", "head", "unit_head", {"document_types": ["bao-cao"]}, "orgs.E011"),  # no end
        ("TUQ", "head", "unit_head", {"valid_to": date(2022, 3, 1)}, "orgs.E011"),  # no content
        ("TUQ", "head", "unit_head",
         {"document_types": ["bao-cao"], "valid_to": date(2022, 3, 1), "basis": " "}, "orgs.E011"),
        ("TUQ", "head", "clerk", {"document_types": ["bao-cao"], "valid_to": date(2022, 3, 1)}, "orgs.E012"),
        ("TUQ", "head", "deputy", {"document_types": ["bao-cao"], "valid_to": date(2022, 3, 1)}, "orgs.E012"),
        ("TL", "head", "unit_head", {"basis": ""}, "orgs.E011"),
        ("TL", "head", "unit_deputy", {}, "orgs.E012"),
        ("TL", "deputy", "unit_head", {}, "orgs.E010"),
        ("KT", "head", "unit_head", {}, "orgs.E012"),
        ("KT", "head", "unit_deputy", {}, "orgs.E010"),
        ("TUQ", "unit_head", "unit_head", {}, "orgs.E012"),
        ("KT", "head", "deputy", {"valid_to": date(2020, 1, 1)}, "orgs.E005"),
    ],
)  # fmt: skip
def test_limits_of_delegation(
    office: Office,
    at: datetime,
    kind: str,
    giver: str,
    taker: str,
    other: dict[str, Any],
    code: str,
) -> None:
    assert refused_code(kind, getattr(office, giver), getattr(office, taker), at, **other) == code


@pytest.mark.clause("ND30.13.3")
def test_who_is_authorised_may_not_pass_it_on(office: Office, at: datetime) -> None:
    other = post(office.agency, "Mai Tấn Phát", "Trưởng phòng", "unit_head", ["unit_head"], at)
    limits = {"document_types": ["bao-cao"], "valid_to": date(2022, 3, 1)}
    give("TUQ", office.head, office.unit_head, at, **limits)
    assert refused_code("TUQ", office.unit_head, other, at, **limits) == "orgs.E010"


@pytest.mark.clause("ND30.13.3")
def test_the_head_of_a_subordinate_agency_signs_for_the_higher_one(
    office: Office, at: datetime
) -> None:
    committee = Agency.objects.get(code="ubnd-tinh")
    chair = post(committee, "Lê Hải Đăng", "Chủ tịch", "head", ["leader"], at)
    give("TUQ", chair, office.head, at, document_types=["bao-cao"], valid_to=date(2022, 3, 1))
    rights = queries.signing_authorities(office.head.id, "bao-cao", DAY)
    assert [one.agency_id for one in rights] == [office.agency.id, committee.id]
    for_committee = queries.signing_authority(office.head.id, "bao-cao", DAY, committee.id)
    assert for_committee is not None
    assert authority_lines(for_committee.authority) == ("TUQ. CHỦ TỊCH", "GIÁM ĐỐC")
    assert refused_code("TL", chair, office.head, at) == "orgs.E012"


def test_signers_of_an_agency_are_those_who_may(office: Office, at: datetime) -> None:
    give("TL", office.head, office.unit_head, at, document_types=["cong-van"])

    def signers(document_type: str) -> list[int]:
        return [one.posting_id for one in queries.signers_of(office.agency.id, document_type, DAY)]

    assert signers("cong-van") == [office.head.id, office.deputy.id, office.unit_head.id]
    assert signers("quyet-dinh") == [office.head.id, office.deputy.id]
    assert queries.signing_authority(office.clerk.id, "cong-van", DAY) is None


def test_a_revoked_delegation_gives_no_right(office: Office, at: datetime) -> None:
    given = give("TL", office.head, office.unit_head, at)
    revoke_delegation(
        delegation_id=given.id, reason="Đổi phân công", by=office.actor(office.head, at), at=at
    )
    assert queries.signing_authority(office.unit_head.id, "cong-van", DAY) is None
    with pytest.raises(Refusal) as refused:
        revoke_delegation(delegation_id=given.id, reason="Lại", by=None, at=at)
    assert refused.value.code == "orgs.E013"


def test_a_unit_head_cannot_write_the_own_delegation(office: Office, at: datetime) -> None:
    by = office.actor(office.unit_head, at)
    assert refused_code("TL", office.head, office.unit_head, at, by=by) == "orgs.E010"
    assert (
        refused_code("KT", office.head, office.deputy, at, by=office.actor(office.deputy, at))
        == "orgs.E010"
    )
