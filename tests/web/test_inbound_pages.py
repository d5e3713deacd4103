"""Thông tin đến in the browser: the two working hours are seen, and each of the three endings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from cast import House, approve_systems, enter_working_time, make_department
from channel_double import Double, make_provider, stand_in
from congvu.channels.hand_over import hand_over_due
from congvu.channels.models import InboundMessage
from congvu.channels.types import MAIL
from congvu.kit import clock
from letters import mail_to
from staff import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.9.2.b")]
WHERE = "Đề nghị Ông/Bà liên hệ Sở Tài nguyên và Môi trường, 12 Trần Phú, Tuy Hòa."


@pytest.fixture
def at() -> Iterator[datetime]:
    """A Friday afternoon at 16:30, the Regulation in force."""
    moment = datetime.fromisoformat("2022-03-04T16:30:00+07:00")
    with clock.frozen(moment):
        yield moment


@pytest.fixture
def house(at: datetime, settings: Any) -> House:
    stand_in(settings)
    enter_working_time(at)
    approve_systems(at)
    make_provider(MAIL, at)
    return make_department(at)


def test_a_friday_letter_has_until_monday_and_is_declined_over_its_own_channel(
    house: House, at: datetime
) -> None:
    inbound = mail_to(house, at)
    clerk = client_for(house.clerk.posting_id or 0, at)
    listed = clerk.get("/thong-tin-den/").content.decode()
    assert inbound.reference in listed and "Còn 2 giờ" in listed
    address = f"/thong-tin-den/{inbound.id}/"
    page = clerk.get(address).content.decode()
    assert "Tôi muốn hỏi thủ tục cấp sổ." in page and "16:30, thứ Sáu 04/03/2022" in page
    refused = clerk.post(f"{address}khong-thuoc-pham-vi/", {"text": "Không."})
    assert refused.status_code == 422 and "channels.E007" in refused.content.decode()
    clerk.post(f"{address}khong-thuoc-pham-vi/", {"text": WHERE})
    hand_over_due(channel=MAIL)
    assert [one.text["text"] for one in Double.sent][-1] == WHERE
    page = clerk.get(address).content.decode()
    assert "Đã trả lời không thuộc phạm vi" in page and 'id="khong-thuoc"' not in page
    assert inbound.reference not in clerk.get("/thong-tin-den/").content.decode()
    assert inbound.reference in clerk.get("/thong-tin-den/?muc=khong-thuoc").content.decode()


@pytest.mark.parametrize(
    ("order", "tab"), [("thuoc-pham-vi", "da-nhan"), ("khong-phai-xu-ly", "khac")]
)
def test_what_is_ours_or_needs_nothing_leaves_the_list(
    house: House, at: datetime, order: str, tab: str
) -> None:
    inbound = mail_to(house, at)
    leader = client_for(house.leader.posting_id or 0, at)
    leader.post(f"/thong-tin-den/{inbound.id}/{order}/", {"note": "Đã giao Phòng Tổng hợp."})
    assert "Đã giao Phòng Tổng hợp." in leader.get(f"/thong-tin-den/{inbound.id}/").content.decode()
    assert inbound.reference in leader.get(f"/thong-tin-den/?muc={tab}").content.decode()


def test_an_official_finds_only_what_was_given_to_them(house: House, at: datetime) -> None:
    inbound = mail_to(house, at)
    official = client_for(house.drafter.posting_id or 0, at)
    address = f"/thong-tin-den/{inbound.id}/"
    assert official.get(address).status_code == 404
    assert inbound.reference not in official.get("/thong-tin-den/?muc=cua-toi").content.decode()
    clerk = client_for(house.clerk.posting_id or 0, at)
    clerk.post(f"{address}giao/", {"to": house.drafter.posting_id, "due_on": "07/03/2022"})
    assert inbound.reference in official.get("/thong-tin-den/?muc=cua-toi").content.decode()
    page = official.get(address).content.decode()
    assert 'id="tra-loi"' in page and 'id="khong-thuoc"' not in page
    assert "giao trả lời" in official.get("/thong-bao/").content.decode()
    official.post(f"{address}tra-loi/", {"text": "Mời Ông/Bà đến Bộ phận Một cửa."})
    hand_over_due(channel=MAIL)
    assert Double.sent[-1].text["text"] == "Mời Ông/Bà đến Bộ phận Một cửa."
    assert "Đã trả lời" in clerk.get(address).content.decode()


def test_two_hundred_are_narrowed_by_words_and_worked_on_together(
    house: House, at: datetime
) -> None:
    for number in range(203):
        mail_to(house, at, external_id=f"<{number}@x>")
    InboundMessage.objects.filter(external_id__in=["<7@x>", "<9@x>"]).update(
        subject="Ưu đãi văn phòng phẩm"
    )
    clerk = client_for(house.clerk.posting_id or 0, at)
    shown = clerk.get("/thong-tin-den/").content.decode()
    assert shown.count('name="select"') == 30 and "so=200" in shown and "Lọc tin chờ" in shown
    assert clerk.get("/thong-tin-den/?so=200").content.decode().count('name="select"') == 200
    shown = clerk.get("/thong-tin-den/", {"tim": "văn phòng phẩm"}).content.decode()
    assert shown.count('name="select"') == 2
    assert "khớp “xây nhà”" in clerk.get("/thong-tin-den/?tim=xây nhà").content.decode()
    ids = list(InboundMessage.objects.order_by("id").values_list("id", flat=True)[:200])
    page = clerk.get("/thong-tin-den/nhieu/", {"select": ids}).content.decode()
    assert "200 thông tin đã chọn" in page and "Gửi 200 trả lời" in page
    clerk.post("/thong-tin-den/nhieu/", {"select": ids, "order": "aside", "note": "Quảng cáo."})
    assert InboundMessage.objects.filter(state="waiting").count() == 3
    found = clerk.get("/thong-tin-den/ket-qua/").content.decode()
    assert f"{house.clerk.full_name}, {house.clerk.title}" in found and "100,0 %" in found


def test_the_list_asks_no_more_when_it_is_longer(
    house: House, at: datetime, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(35):
        mail_to(house, at, subject=f"Hỏi {number}")
    assert InboundMessage.objects.count() == 35
    clerk = client_for(house.clerk.posting_id or 0, at)
    clerk.get("/thong-tin-den/")
    with django_assert_max_num_queries(12):
        page = clerk.get("/thong-tin-den/").content.decode()
    assert "30 tin trên trang này" in page and "Trang sau" in page
