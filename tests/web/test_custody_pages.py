"""Keys on the desk: the register, the two clicks of a report, what readers of a document see."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cast import (
    House,
    approve_systems,
    enter_working_time,
    found_keys,
    make_committee,
    make_department,
)
from congvu.accounts.models import Account
from congvu.kit import blobs, clock
from congvu.orgs.types import Actor
from congvu.signing.enrol import enrol_agency, enrol_person
from congvu.signing.models import Certificate, LossReport, SigningDevice
from keys import administrator, certificate_file, certificate_row, held_token, token_of
from letters import arrival_at, ring
from paperwork import issued
from staff import client_for

pytestmark = pytest.mark.django_db
REGISTER = "/quan-tri/thiet-bi-ky/"


@pytest.fixture
def house(at: datetime) -> House:
    enter_working_time(at)
    approve_systems(at)
    found_keys(at)
    made = make_department(at)
    ring(at)
    return made


@pytest.fixture
def keeper(house: House, at: datetime) -> Actor:
    return administrator(house.agency, at)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.clause("QC.10.3")
def test_the_administrator_adds_hands_over_and_registers(
    house: House, keeper: Actor, at: datetime
) -> None:
    client = client_for(keeper.posting_id or 0, at)
    assert "Không có thiết bị nào" in page(client, REGISTER)
    typed = {"kind": "token", "serial": "TK-77", "person": house.leader.person_id, "provider": ""}
    made = client.post(REGISTER + "them/", typed)
    device = SigningDevice.objects.get()
    assert made["Location"] == reverse("signing_device", args=[device.id])
    again = client.post(REGISTER + "them/", typed)
    assert again.status_code == 422
    assert "đã có trong danh mục" in again.content.decode()

    place = reverse("signing_device", args=[device.id])
    client.post(
        place + "ban-giao/",
        {"receiver": house.leader.posting_id, "condition": "Mới, nguyên vẹn."},
    )
    shown = page(client, place)
    minutes = re.search(r'href="([^"]*bien-ban/\d+/)"', shown)
    assert minutes
    assert client.get(minutes[1]).content.startswith(b"%PDF")
    file = SimpleUploadedFile("a.cer", certificate_file("Trần Hữu Thế", at))
    client.post(place + "chung-thu/", {"file": file, "key_name": ""})
    assert Certificate.objects.get().device_id == device.id
    assert "Trần Hữu Thế giao cho" not in page(client, place)
    client.post(place + "thu-hoi/", {"condition": "Còn tốt."})
    assert "Trần Hữu Thế giao cho Quản trị cơ quan" in page(client, place)


@pytest.mark.clause("ND30.15.3", "QC.10.3")
def test_the_keeper_chooses_how_number_and_date_come_into_a_file(
    house: House, keeper: Actor, at: datetime
) -> None:
    certificate = enrol_agency(agency_id=house.agency.id, at=at)
    place = reverse("signing_device", args=[certificate.device_id])
    order = reverse("choose_number_way", args=[certificate.id])
    for who, way, said in (
        (keeper, "once", "khóa ký một lần"),
        (house.clerk, "beside", "khóa ký hai lần"),
    ):
        client = client_for(who.posting_id or 0, at)
        assert client.post(order, {"way": way})["Location"] == place
        now = plain(page(client, place)).partition("Cách ghi số, ngày lên văn bản")[2]
        assert said in now[:120]
        certificate.refresh_from_db()
        assert certificate.signs_once == (way == "once")
    assert client_for(house.leader.posting_id, at).post(order, {"way": "once"}).status_code == 403
    stranger = make_committee(at).clerk
    assert client_for(stranger.posting_id, at).post(order, {"way": "once"}).status_code == 404


@pytest.mark.clause("QC.10.3")
def test_the_register_asks_a_fixed_number_of_questions(
    house: House, keeper: Actor, at: datetime
) -> None:
    client = client_for(keeper.posting_id or 0, at)
    counts = []
    for number in (1, 30):
        for one in range(number):
            token_of(house.leader, keeper, at, serial=f"TK-{number}-{one}")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(client, REGISTER)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 9
    narrowed = page(client, REGISTER + "?loai=hsm&tinh-trang=held&tu-khoa=%25&sap-het-han=1")
    assert "Không có thiết bị nào" in narrowed


@pytest.mark.clause("QC.10.3", "S.06")
def test_the_holder_reports_in_two_clicks_and_the_readers_are_warned(
    house: House, keeper: Actor, at: datetime
) -> None:
    committee = make_committee(at)
    document = issued(house, at, to=[committee])
    ring(at)
    later = at + timedelta(hours=2)
    with clock.frozen(later):
        client = client_for(house.leader.posting_id or 0, later)
        button = re.search(
            r'href="([^"]*bao-mat/)"[^>]*>\s*<span>Báo mất<', page(client, "/tai-khoan/")
        )
        assert button
        form = page(client, button[1])
        assert "Kết thúc mọi phiên đăng nhập của Trần Hữu Thế" in form
        assert "chưa gửi được qua thư điện tử, SMS" in form
        future = client.post(button[1], {"lost": "14/02/2022", "lost_time": "23:00", "said": ""})
        assert (future.status_code, "không thể ở tương lai" in future.content.decode()) == (
            422,
            True,
        )
        garbled = client.post(button[1], {"lost": "14/02/2022", "lost_time": "99:99"})
        assert garbled.status_code == 422
        said = client.post(
            button[1], {"lost": "14/02/2022", "lost_time": "08:00", "said": "Mất túi"}
        )
        assert "Đã báo mất quyền kiểm soát" in said.content.decode()
        assert client.get("/").status_code == 302  # signed out with everybody who was this person
        ring(later)

        report = LossReport.objects.get()
        assert clock.local(report.lost_at).hour == 8
        back = client_for(house.leader.posting_id or 0, later)
        shown = plain(page(back, reverse("loss_report", args=[report.id])))
        assert f"Quyết định {document.symbol}" in shown
        assert "Quản trị cơ quan" in shown
        letter = back.get(reverse("loss_letter", args=[report.id]))
        assert letter.content.startswith(b"%PDF")

        receiver = client_for(committee.clerk.posting_id or 0, later)
        arrival = reverse("arrival", args=[arrival_at(document, committee).id])
        assert f'href="{arrival}"' in page(receiver, "/thong-bao/")
        assert "sau thời điểm báo mất quyền kiểm soát" in page(receiver, arrival)
        own = client_for(house.clerk.posting_id or 0, later)
        place = reverse("outgoing_document", args=[document.id])
        assert "sau thời điểm báo mất quyền kiểm soát" in page(own, place)
        public = page(Client(), reverse("check_code", args=[document.check_code]))
        assert "sau thời điểm báo mất quyền kiểm soát" in public

        admin = client_for(keeper.posting_id or 0, later)
        assert "Báo mất quyền kiểm soát" in page(admin, "/thong-bao/")
        place = reverse("loss_report", args=[report.id])
        admin.post(place + "bao-nham/", {"reason": "Tìm thấy ở nhà"})
        shown = plain(page(admin, place))
        assert "Việc thu hồi chứng thư số vẫn giữ nguyên" in shown


@pytest.mark.clause("QC.10.3", "QC.7.1")
def test_an_issued_file_of_before_the_loss_is_still_valid_for_the_public(
    house: House, at: datetime
) -> None:
    document = issued(house, at, to=[make_committee(at)])
    certificate = Certificate.objects.get(person_id=house.leader.person_id)
    later = at + timedelta(hours=2)
    Certificate.objects.filter(id=certificate.id).update(
        state="revoked", revoked_at=at + timedelta(hours=1)
    )
    content = blobs.read(document.issued_file)
    assert hashlib.sha256(content).hexdigest() == document.issued_file
    with clock.frozen(later):
        answer = Client().post("/kiem-tra/", {"file": SimpleUploadedFile("a.pdf", content)})
    shown = plain(answer.content.decode())
    assert "3/3 chữ ký số hợp lệ" in shown
    assert "Cần xem lại chữ ký" not in shown


@pytest.mark.clause("QC.10.3", "S.02")
def test_a_lost_account_is_given_back_by_the_administrator(
    house: House, keeper: Actor, at: datetime
) -> None:
    client = client_for(house.drafter.posting_id or 0, at)
    account = Account.objects.get(person_id=house.drafter.person_id)
    form = page(client, "/bao-mat/tai-khoan/")
    assert "ở hệ thống khác" not in form
    said = client.post("/bao-mat/tai-khoan/", {"account": account.id})
    assert "Tài khoản đã tạm ngừng" in said.content.decode()
    report = LossReport.objects.get()
    admin = client_for(keeper.posting_id or 0, at)
    place = reverse("loss_report", args=[report.id])
    assert "Mở lại tài khoản" in page(admin, place)
    given = admin.post(place + "mo-tai-khoan/").content.decode()
    assert "chỉ hiện một lần" in given
    assert "Mật khẩu mới, chỉ hiện" not in page(admin, place)
    account.refresh_from_db()
    assert account.must_change


@pytest.mark.clause("QC.10.3")
def test_the_clerk_reports_an_account_elsewhere(house: House, at: datetime) -> None:
    client = client_for(house.clerk.posting_id or 0, at)
    typed = {"account": "khac", "name": "Trang Zalo của Sở", "provider": "Zalo"}
    made = client.post("/bao-mat/tai-khoan/", typed)
    report = LossReport.objects.get()
    assert made["Location"] == reverse("loss_report", args=[report.id])
    assert "Trang Zalo của Sở" in page(client, REGISTER)


@pytest.mark.clause("QC.10.3")
def test_an_ending_certificate_stands_in_my_work_and_on_the_pages(
    house: House, keeper: Actor, at: datetime
) -> None:
    device = held_token(house.leader, keeper, at)
    certificate_row(device, at + timedelta(days=20), at)
    leader = client_for(house.leader.posting_id or 0, at)
    for address in ("/", "/tai-khoan/"):
        assert re.search(r"[Cc]òn 20 ngày", page(leader, address)), address
    admin = client_for(keeper.posting_id or 0, at)
    shown = page(admin, REGISTER)
    assert "1 chứng thư số hết hạn trong 60 ngày tới" in shown
    assert "còn 20 ngày" in page(admin, REGISTER + "?sap-het-han=1")
    colleague = client_for(house.head.posting_id or 0, at)
    assert "Chứng thư số abc" not in page(colleague, "/")


@pytest.mark.clause("QC.10.3")
def test_a_demonstration_holder_gets_a_new_certificate_after_the_loss(
    house: House, keeper: Actor, at: datetime
) -> None:
    old = enrol_person(person_id=house.leader.person_id, at=at)
    admin = client_for(keeper.posting_id or 0, at)
    place = reverse("signing_device", args=[old.device_id])
    assert "Cấp chứng thư trình diễn mới" not in page(admin, place)
    admin.post(place + "bao-mat/", {"said": ""})
    assert "Cấp chứng thư trình diễn mới" in page(admin, place)
    made = admin.post(place + "cap-lai/")
    newer = Certificate.objects.get(person_id=house.leader.person_id, state="in_use")
    assert made["Location"] == reverse("signing_device", args=[newer.device_id])
    assert LossReport.objects.get().state == "recovered"
