"""Gia hạn dấu thời gian on the desk: what falls due, and one click."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cast import (
    House,
    approve_systems,
    enter_working_time,
    found_keys,
    make_committee,
    make_department,
    make_official,
)
from congvu.documents.models import Document
from congvu.orgs.types import ARCHIVIST, LEADER, SYSTEM_ADMIN
from congvu.signing.models import ArchivalVersion
from congvu.signing.renew import LEAD
from paperwork import issued
from staff import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.clause("TT41", "QC.7.1")]


@pytest.fixture
def house(db: None, at: datetime) -> House:
    enter_working_time(at)
    found_keys(at)
    approve_systems(at)
    return make_department(at)


@pytest.fixture
def committee(db: None, at: datetime) -> House:
    return make_committee(at)


@pytest.fixture
def letter(house: House, committee: House, at: datetime) -> Document:
    return issued(house, at, to=[committee])


def fall_due(document: Document, at: datetime) -> ArchivalVersion:
    """As if its time-stamping authority ended within the year."""
    version = ArchivalVersion.objects.get(original=document.issued_file)
    version.holds_until = at + LEAD / 2
    version.save(update_fields=["holds_until"])
    return version


def test_the_clerk_sees_what_falls_due_and_renews_it(
    house: House, letter: Document, at: datetime
) -> None:
    client = client_for(house.clerk.posting_id, at)
    page = client.get(reverse("renewals")).content.decode()
    assert "Chưa có tệp nào đến hạn" in page
    version = fall_due(letter, at)
    page = client.get(reverse("renewals")).content.decode()
    assert f"Số: {letter.symbol}" in page
    assert reverse("outgoing_document", args=[letter.id]) in page
    assert "B-LTA" in page
    answer = client.post(reverse("renew_stamp", args=[version.id]), follow=True)
    assert "Đã gia hạn" in answer.content.decode()
    newest = ArchivalVersion.objects.get(original=letter.issued_file, is_newest=True)
    assert newest.ordinal == 1
    page = client.get(reverse("renewals") + "?xem=tat-ca").content.decode()
    assert "1 lần" in page
    again = client.post(reverse("renew_stamp", args=[version.id]))
    assert again.status_code == 422
    assert "chưa đến hạn" in again.content.decode()


def test_the_archivist_and_the_system_admin_have_it_in_their_menu_others_do_not(
    house: House, letter: Document, at: datetime
) -> None:
    fall_due(letter, at)
    archivist = make_official(house.agency, "Người lưu trữ", ARCHIVIST, at=at)
    admin = make_official(house.agency, "Quản trị", SYSTEM_ADMIN, at=at)
    leader = make_official(house.agency, "Lãnh đạo", LEADER, at=at)
    address = reverse("renewals")
    assert address in client_for(archivist.posting_id, at).get(address).content.decode()
    seen_by_admin = client_for(admin.posting_id, at).get(address).content.decode()
    assert f"Số: {letter.symbol}" in seen_by_admin
    assert reverse("outgoing_document", args=[letter.id]) not in seen_by_admin
    assert letter.subject not in seen_by_admin
    assert client_for(leader.posting_id, at).get(address).status_code == 403


@pytest.mark.clause("S.11")
def test_another_agency_has_no_such_file(house: House, letter: Document, at: datetime) -> None:
    version = fall_due(letter, at)
    other = make_department(at, "Sở Tài chính", "STC")
    client = client_for(other.clerk.posting_id, at)
    assert letter.symbol not in client.get(reverse("renewals")).content.decode()
    assert client.post(reverse("renew_stamp", args=[version.id])).status_code == 404


def test_the_list_costs_the_same_for_one_file_and_for_many(
    house: House, committee: House, letter: Document, at: datetime
) -> None:
    client = client_for(house.clerk.posting_id, at)
    address = reverse("renewals") + "?xem=tat-ca"
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    issued(house, at, to=[committee])
    with CaptureQueriesContext(connection) as two:
        page = client.get(address).content.decode()
    assert "Tất cả: 2 tệp" in page
    assert len(two) == len(one) <= 24
