"""Tin nhắn SMS in the browser: the preview is a promise, the page of a text invents nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from cast import House, approve_systems, enter_working_time, make_department
from channel_double import make_provider, stand_in
from congvu.channels.hand_over import hand_over_due
from congvu.channels.keep_brandname import BrandnameForm, keep_brandname
from congvu.channels.models import Brandname, Message, OwnAddress
from congvu.channels.record_outcome import record_receipt
from congvu.channels.types import SMS, Receipt
from congvu.kit import clock
from remote_keys import make_admin
from staff import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.6.1.e")]
TYPED = {
    "phones": "0912 345 678, 0987 654 321",
    "text": "Hồ sơ H45.12-220228-0001 đã có kết quả.",
    "kind": "care",
    "marks": "0",
    "basis": "QC.5.5",
    "sender": "SNVPHUYEN",
    "key": "mau-don-0123456789",
}


@pytest.fixture
def at() -> Iterator[datetime]:
    moment = datetime.fromisoformat("2022-02-28T09:00:00+07:00")
    with clock.frozen(moment):
        yield moment


@pytest.fixture
def house(at: datetime, settings: Any) -> House:
    stand_in(settings)
    enter_working_time(at)
    approve_systems(at)
    house = make_department(at)
    OwnAddress.objects.create(
        agency=house.agency, channel=SMS, address="842573999999", valid_from=at
    )
    provider = make_provider(SMS, at)
    form = BrandnameForm(
        name="SNVPHUYEN",
        holder_id=house.agency.id,
        provider_id=provider.id,
        kind="care",
        ground="GCN 12",
        granted_on=date(2022, 2, 1),
        valid_to=date(2025, 1, 31),
        price=350,
    )
    keep_brandname(form, by=make_admin(house.clerk, at), at=at)
    return house


def sealed(page: str) -> str:
    found = re.search(r'name="seal" value="(\w+)"', page)
    assert found, page
    return found[1]


@pytest.mark.clause("QC.8.2.a", "QC.8.2.b", "QC.7.2")
def test_seen_sent_and_proved(house: House, at: datetime) -> None:
    clerk = client_for(house.clerk.posting_id or 0, at)
    blank = clerk.get("/tin-nhan/soan/").content.decode()
    assert "SNVPHUYEN (tên định danh)" in blank and 'name="seal"' not in blank
    seen = clerk.post("/tin-nhan/soan/", TYPED).content.decode()
    assert "Ho so H45.12-220228-0001 da co ket qua." in seen and "Gửi 2 tin" in seen
    assert "700 đồng (2 phần × 350 đồng)" in seen
    assert Message.objects.count() == 0
    sent = clerk.post("/tin-nhan/soan/", {**TYPED, "step": "send", "seal": sealed(seen)})
    assert sent.status_code == 302 and Message.objects.count() == 2
    hand_over_due(channel=SMS)
    message = Message.objects.order_by("id").first()
    assert message is not None
    page = clerk.get(f"/tin-nhan/{message.id}/").content.decode()
    assert "chưa xác nhận" in page and "Điều 5 khoản 5" in page
    attempt = message.attempts.get()
    later = at + timedelta(minutes=2)
    record_receipt(
        attempt_id=attempt.id, receipt=Receipt("delivered", "B", later), raw=b"x", at=later
    )
    page = clerk.get(f"/tin-nhan/{message.id}/").content.decode()
    assert "chưa xác nhận" not in page and "09:02, thứ Hai 28/02/2022" in page
    assert "0912 345 678" in clerk.get("/tin-nhan/").content.decode()


def test_a_change_after_the_preview_is_shown_again_and_not_sent(house: House, at: datetime) -> None:
    clerk = client_for(house.clerk.posting_id or 0, at)
    seen = clerk.post("/tin-nhan/soan/", TYPED).content.decode()
    changed = {**TYPED, "text": "Khác", "step": "send", "seal": sealed(seen)}
    answer = clerk.post("/tin-nhan/soan/", changed)
    assert answer.status_code == 422 and "channels.E129" in answer.content.decode()
    assert Message.objects.count() == 0


def test_what_is_wrong_stands_at_its_field_and_the_words_stay(house: House, at: datetime) -> None:
    clerk = client_for(house.clerk.posting_id or 0, at)
    answer = clerk.post("/tin-nhan/soan/", {**TYPED, "phones": "0257 3842 222"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "channels.E105" in page and TYPED["text"] in page


def test_the_counter_counts_both_ways_of_writing(house: House, at: datetime) -> None:
    clerk = client_for(house.clerk.posting_id or 0, at)
    page = clerk.post("/tin-nhan/dem/", {**TYPED, "text": "ệ" * 100}).content.decode()
    plain = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Có dấu 100 ký tự · 2 phần" in plain and "1.400 đồng cho 2 số" in plain
    assert "Không dấu (đang chọn) 100 ký tự · 1 phần" in plain


def test_another_agency_finds_nothing_and_an_official_has_no_such_page(
    house: House, at: datetime
) -> None:
    clerk = client_for(house.clerk.posting_id or 0, at)
    seen = clerk.post("/tin-nhan/soan/", TYPED).content.decode()
    clerk.post("/tin-nhan/soan/", {**TYPED, "step": "send", "seal": sealed(seen)})
    message = Message.objects.first()
    assert message is not None
    other = make_department(at, "Sở Tài chính", "STC")
    stranger = client_for(other.clerk.posting_id or 0, at)
    assert stranger.get(f"/tin-nhan/{message.id}/").status_code == 404
    assert "0912" not in stranger.get("/tin-nhan/").content.decode()
    assert client_for(house.drafter.posting_id or 0, at).get("/tin-nhan/").status_code == 403


def test_the_list_asks_no_more_when_it_is_longer(
    house: House, at: datetime, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    clerk = client_for(house.clerk.posting_id or 0, at)
    for turn in range(2):
        phones = ",".join(f"09123{turn}{n:04}" for n in range(20))
        typed = {**TYPED, "phones": phones, "key": f"mau-don-0123456-{turn}"}
        seen = clerk.post("/tin-nhan/soan/", typed).content.decode()
        clerk.post("/tin-nhan/soan/", {**typed, "step": "send", "seal": sealed(seen)})
    assert Message.objects.count() == 40
    clerk.get("/tin-nhan/")
    with django_assert_max_num_queries(12):
        page = clerk.get("/tin-nhan/").content.decode()
    assert "30 tin trên trang này" in page and "Trang sau" in page


@pytest.mark.clause("ND91.23", "ND91.28")
def test_the_administrator_keeps_the_register(house: House, at: datetime) -> None:
    admin = client_for(make_admin(house.clerk, at).posting_id or 0, at)
    assert "SNVPHUYEN" in admin.get("/quan-tri/ten-dinh-danh/").content.decode()
    typed = {
        "name": "SNV-TB",
        "holder": house.agency.id,
        "provider": Brandname.objects.get().provider_id,
        "kind": "internal",
        "ground": "GCN 13",
        "granted_on": "01/03/2022",
        "valid_to": "01/03/2026",
        "price": "",
    }
    answer = admin.post("/quan-tri/ten-dinh-danh/them/", typed)
    assert answer.status_code == 422 and "channels.E118" in answer.content.decode()
    admin.post("/quan-tri/ten-dinh-danh/them/", {**typed, "valid_to": "01/03/2025"})
    kept = Brandname.objects.get(name="SNV-TB")
    assert kept.price is None
    admin.post(f"/quan-tri/ten-dinh-danh/{kept.id}/cham-dut/", {"reason": "Cơ quan đổi tên."})
    assert "Đã chấm dứt" in admin.get("/quan-tri/ten-dinh-danh/").content.decode()
    with clock.frozen(datetime.fromisoformat("2025-01-10T09:00:00+07:00")):
        soon = client_for(make_admin(house.clerk, at).posting_id or 0, clock.now())
        page = soon.get("/quan-tri/ten-dinh-danh/").content.decode()
    assert "SNVPHUYEN hết hiệu lực sau 21 ngày" in page and "16/01/2025" in page
    assert (
        client_for(house.clerk.posting_id or 0, at).get("/quan-tri/ten-dinh-danh/").status_code
        == 403
    )
