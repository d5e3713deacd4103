"""Ủy quyền, vắng mặt: the head gives, the administrator records, everybody writes down an absence."""

from __future__ import annotations

from datetime import datetime

import pytest

from cast import House, make_department, make_official
from congvu.orgs.models import Absence, Delegation
from congvu.orgs.types import AGENCY_ADMIN
from staff import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.clause("ND30.13", "S.11")]
PAGE = "/uy-quyen/"


@pytest.fixture
def house(at: datetime) -> House:
    return make_department(at)


def fields(house: House, **changed: object) -> dict[str, object]:
    return {
        "kind": "TUQ",
        "giver": house.leader.posting_id,
        "taker": house.head.posting_id,
        "types": ["bao-cao"],
        "basis": "Giấy ủy quyền số 02/GUQ-SNV",
        "valid_from": "14/02/2022",
        "valid_to": "31/12/2022",
        **changed,
    }


@pytest.mark.parametrize("who", ["head", "administrator"])
def test_the_right_to_sign_is_given_and_taken_back(house: House, at: datetime, who: str) -> None:
    before = set(Delegation.objects.values_list("id", flat=True))
    giver = house.leader
    if who == "administrator":
        giver = make_official(house.agency, "Quản Trị", AGENCY_ADMIN, at=at)
    browser = client_for(giver.posting_id or 0, at)
    for wrong in ({"types": []}, {"valid_to": ""}, {"taker": house.clerk.posting_id}):
        answer = browser.post(f"{PAGE}giao-ky/", fields(house, **wrong))
        assert answer.status_code == 422, wrong
        assert "Giấy ủy quyền số 02/GUQ-SNV" in answer.content.decode()
    assert browser.post(f"{PAGE}giao-ky/", fields(house)).status_code == 302
    given = Delegation.objects.exclude(id__in=before).get()
    assert given.document_types == ["bao-cao"]
    assert house.head.full_name in browser.get(PAGE).content.decode()
    assert browser.post(f"{PAGE}{given.id}/cham-dut/", {"reason": ""}).status_code == 422
    browser.post(f"{PAGE}{given.id}/cham-dut/", {"reason": "Đã xong việc."})
    given.refresh_from_db()
    assert given.revoked_at == at


def test_nobody_gives_for_another_agency_and_few_give_at_all(house: House, at: datetime) -> None:
    other = make_department(at, "Sở Tài chính", "STC")
    stranger = client_for(other.leader.posting_id or 0, at)
    assert "E004" in stranger.post(f"{PAGE}giao-ky/", fields(house)).content.decode()
    client_for(house.leader.posting_id or 0, at).post(f"{PAGE}giao-ky/", fields(house))
    one = Delegation.objects.get(giver_id=house.leader.posting_id)
    order = f"{PAGE}{one.id}/cham-dut/"
    assert stranger.post(order, {"reason": "Không phải của tôi."}).status_code == 404
    official = client_for(house.drafter.posting_id or 0, at)
    assert official.get(PAGE).status_code == 200
    assert official.post(f"{PAGE}giao-ky/", fields(house)).status_code == 403
    deputy = client_for(house.deputy.posting_id or 0, at)
    assert deputy.post(f"{PAGE}giao-ky/", fields(house)).status_code == 422


def test_an_absence_is_one_s_own_or_the_administrator_s_to_record(
    house: House, at: datetime
) -> None:
    away = {
        "posting": house.drafter.posting_id,
        "substitute": house.colleague.posting_id,
        "starts": "15/02/2022",
        "starts_time": "07:30",
        "ends": "18/02/2022",
        "ends_time": "17:00",
        "reason": "Đi công tác",
    }
    own = client_for(house.drafter.posting_id or 0, at)
    assert own.post(f"{PAGE}vang-mat/", away).status_code == 302
    assert own.post(f"{PAGE}vang-mat/", away).status_code == 422, "twice at the same time"
    colleague = client_for(house.colleague.posting_id or 0, at)
    assert colleague.post(f"{PAGE}vang-mat/", away).status_code == 422
    admin = make_official(house.agency, "Quản Trị", AGENCY_ADMIN, at=at)
    browser = client_for(admin.posting_id or 0, at)
    assert browser.post(f"{PAGE}vang-mat/", {**away, "posting": house.leader.posting_id,
                                             "substitute": house.deputy.posting_id}).status_code == 302  # fmt: skip
    assert Absence.objects.count() == 2
    assert "Đi công tác" in browser.get(PAGE).content.decode()
