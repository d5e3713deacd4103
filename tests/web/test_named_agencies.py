"""Nơi nhận báo, as the system's administrator sets it; nobody else gets in."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cast import make_agency, make_official
from congvu.incidents.queries import public_watch
from congvu.orgs.types import AGENCY_ADMIN, CLERK, SYSTEM_ADMIN
from congvu.signing.queries.custody import report_authority
from staff import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.10.3", "QC.4.1")]
PAGE = "/quan-tri/noi-nhan/"
BASIS = "Quyết định số 12/QĐ-UBND"


@pytest.mark.parametrize("order, asked", [("bao-mat", "E24"), ("cong-khai", "E0")])
def test_the_administrator_names_an_agency_from_a_day_on(
    at: datetime, order: str, asked: str
) -> None:
    first, second = make_agency(), make_agency("Sở Tài chính", symbol="STC")
    admin = client_for(make_official(first, "Quản trị", SYSTEM_ADMIN, at=at).posting_id, at)
    fields = {"agency": str(second.id), "basis": BASIS, "valid_from": ""}
    yesterday = f"{at - timedelta(days=1):%d/%m/%Y}"
    for wrong in ({"agency": "0"}, {"basis": "QĐ"}, {"valid_from": yesterday}):
        answer = admin.post(f"{PAGE}{order}/", {**fields, **wrong})
        assert answer.status_code == 422 and asked in answer.content.decode()
    assert admin.post(f"{PAGE}{order}/", fields).status_code == 302
    page = admin.get(PAGE).content.decode()
    assert BASIS in page and second.name in page
    named = report_authority(at)
    found = named.id if named and order == "bao-mat" else public_watch(at)
    assert found == second.id


@pytest.mark.clause("S.11")
def test_nobody_else_opens_the_page(at: datetime) -> None:
    agency = make_agency()
    for role in (CLERK, AGENCY_ADMIN):
        browser = client_for(make_official(agency, role, role, at=at).posting_id, at)
        assert browser.get(PAGE).status_code == 403
        assert browser.post(f"{PAGE}bao-mat/", {"agency": agency.id}).status_code == 403
