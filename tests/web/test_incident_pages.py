"""The pages of incidents and of what the gate holds back, as the people concerned open them."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cast import House, approve_systems, enter_working_time, make_department, make_official
from congvu.accounts.models import Account, Session, Totp
from congvu.audit.models import Entry
from congvu.documents.drafting.attach import attach_file
from congvu.documents.models import Purge
from congvu.incidents.models import Incident
from congvu.kit.models import Blob
from congvu.orgs.types import AGENCY_ADMIN, INSPECTOR
from letters import ring, small_pdf
from paperwork import drafted
from staff import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(at: datetime) -> House:
    enter_working_time(at)
    approve_systems(at)
    made = make_department(at)
    ring(at)
    return made


@pytest.mark.clause("QC.4.1", "S.33")
def test_a_refused_upload_reaches_the_head_s_work_and_he_ends_it(house: House, at: datetime):
    draft = drafted(house, at)
    browser = client_for(house.drafter.posting_id or 0, at)
    upload = SimpleUploadedFile("[TỐI MẬT] kế hoạch.pdf", small_pdf())
    answer = browser.post(
        f"/du-thao/{draft.id}/dinh-kem/", {"file": upload}, headers={"Sec-Fetch-Dest": "empty"}
    )
    assert "kit.E039" in answer.json()["verdict"]["text"]
    incident = Incident.objects.get()
    assert "kế hoạch" not in f"{incident.said} {incident.facts}"
    refused = Entry.objects.get(kind="act.refused")
    assert "kế hoạch" not in refused.details

    head = client_for(house.leader.posting_id or 0, at)
    assert "Sự cố chờ xử lý" in head.get("/").content.decode()
    assert head.get("/so-luong/").json()["incidents"] == 1
    address = f"/su-co/{incident.id}/"
    assert "Tối mật" in head.get(address).content.decode()
    head.post(f"{address}nhan/")
    head.post(f"{address}buoc-xu-ly/", {"text": "Đã gặp người soạn thảo."})
    page = head.get(address).content.decode()
    assert "Đã gặp người soạn thảo." in page and "Đang xử lý" in page
    head.post(f"{address}ket-thuc/", {"text": "Tài liệu không phải bí mật nhà nước."})
    assert head.get("/so-luong/").json()["incidents"] == 0
    assert "Sự cố số" in head.get(address).content.decode()


@pytest.mark.clause("QC.4.1", "S.33")
def test_what_strangers_upload_is_told_to_the_province(house: House, at: datetime):
    upload = SimpleUploadedFile("TUYỆT MẬT.pdf", small_pdf())
    answer = Client().post("/kiem-tra/", {"file": upload})
    assert answer.status_code == 422
    incident = Incident.objects.get()
    assert (incident.agency_id, incident.by_id) == (house.agency.id, None)
    assert incident.facts["entrance"] == "public"


@pytest.mark.clause("QC.4.1", "S.33")
def test_a_mark_typed_into_any_form_ends_the_request(house: House, at: datetime):
    browser = client_for(house.clerk.posting_id or 0, at)
    for typed in ("TỐI MẬT\nDanh sách", "[MẬT] Hồ sơ diễn tập", "Độ mật: Tuyệt mật"):
        answer = browser.post("/ho-so/mo/", {"title": typed, "retention_code": "06"})
        assert answer.status_code == 422 and "kit.E040" in answer.content.decode()
    for typed in ("Giữ bí mật kinh doanh, mật khẩu, mật ong", "toi mat giay to", "Giải mật"):
        answer = browser.post("/ho-so/mo/", {"title": typed, "retention_code": "06"})
        assert answer.status_code == 302, typed
    assert {one.facts["entrance"] for one in Incident.objects.all()} == {"typed"}


@pytest.mark.clause("QC.10.3")
def test_each_page_is_for_those_it_concerns(house: House, at: datetime):
    inspector = make_official(house.agency, "Phan Thanh Tra", INSPECTOR, at=at)
    admin = make_official(house.agency, "Lê Quản Trị", AGENCY_ADMIN, at=at)
    opens = {
        "leader": (house.leader, {"nguoi-phu-trach": 200, "tu-ngu": 200, "tep-cho-quet": 403}),
        "clerk": (house.clerk, {"nguoi-phu-trach": 404, "tu-ngu": 404, "tep-cho-quet": 200}),
        "admin": (admin, {"nguoi-phu-trach": 200, "tu-ngu": 404, "tep-cho-quet": 200}),
        "inspector": (inspector, {"nguoi-phu-trach": 404, "tu-ngu": 404, "tep-cho-quet": 403}),
    }
    for name, (who, pages) in opens.items():
        browser = client_for(who.posting_id or 0, at)
        assert browser.get("/su-co/").status_code == 200, name
        seen = {page: browser.get(f"/su-co/{page}/").status_code for page in pages}
        assert seen == pages, name


@pytest.mark.clause("S.31")
def test_files_that_wait_or_are_infected_are_listed_for_their_own_agency(
    house: House, at: datetime
):
    stranger = make_department(at, "Sở Tài chính", "STC")
    file = attach_file(
        document_id=drafted(house, at).id,
        content=small_pdf(5),
        name="phu-luc-5.pdf",
        by=house.drafter,
        at=at,
    )
    clerk = client_for(house.clerk.posting_id or 0, at)
    assert "phu-luc-5.pdf" not in clerk.get("/su-co/tep-cho-quet/").content.decode()
    Blob.objects.filter(sha256=file.sha256).update(is_held=True)
    assert "Chờ quét" in clerk.get("/su-co/tep-cho-quet/").content.decode()
    Blob.objects.filter(sha256=file.sha256).update(is_infected=True)
    page = clerk.get("/su-co/tep-cho-quet/").content.decode()
    assert "phu-luc-5.pdf" in page and "Có mã độc" in page
    assert file.sha256 not in page
    other = client_for(stranger.clerk.posting_id or 0, at)
    assert "phu-luc-5.pdf" not in other.get("/su-co/tep-cho-quet/").content.decode()


@pytest.mark.clause("QC.4.1", "S.10", "S.34")
def test_a_purge_asks_for_a_factor_proved_just_now(house: House, at: datetime):
    """The two people are not enough: whoever confirms proves the second factor within minutes."""
    draft = drafted(house, at)
    address = f"/van-ban/{draft.id}/tieu-huy/"
    clerk = client_for(house.clerk.posting_id or 0, at)
    clerk.post(f"{address}de-nghi/", {"basis": "Kết luận số 05/KL-SNV ngày 14/02/2022"})
    head = client_for(house.leader.posting_id or 0, at)
    to_enrol = head.post(f"{address}xac-nhan/")
    assert to_enrol["Location"] == f"/xac-thuc/dang-ky/?{urlencode({'tiep': address})}"
    account = Account.objects.get(person_id=house.leader.person_id)
    Totp.objects.create(account=account, sealed_secret="-", offered_at=at, confirmed_at=at)
    for proved_at in (None, at - timedelta(minutes=6)):
        Session.objects.filter(account=account).update(factor_at=proved_at)
        assert "/xac-thuc/?" in head.post(f"{address}xac-nhan/")["Location"]
        assert "Xác thực để xác nhận" in head.get(address).content.decode()
    assert Purge.objects.get().state == Purge.State.PROPOSED
    Session.objects.filter(account=account).update(factor_at=at - timedelta(minutes=4))
    assert "Xác thực để xác nhận" not in head.get(address).content.decode()
    assert head.post(f"{address}xac-nhan/")["Location"] == address
    assert Purge.objects.get().state == Purge.State.CONFIRMED


def test_a_long_list_costs_no_more_questions(
    house: House, at: datetime, django_assert_max_num_queries: object
):
    for number in range(30):
        Incident.objects.create(
            agency=house.agency,
            kind="other",
            said=f"Sự cố {number}",
            clause="QC.4.4",
            opened_at=at,
            officer_id=house.leader.posting_id,
        )
    head = client_for(house.leader.posting_id or 0, at)
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        assert head.get("/su-co/").content.decode().count("data-row") == 30
