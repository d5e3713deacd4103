"""Thông tin đến without a mouse: one key opens, one decides, and the next message is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cast import House, approve_systems, enter_working_time, make_department
from congvu.channels.give_consent import give_consent
from congvu.channels.models import InboundMessage, Message, Scope
from congvu.kit import clock
from letters import mail_to, small_pdf
from web.own_page import browsed, faults, page_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.clause("QC.9.2.b"),
]


@dataclass
class Desk:
    """The clerk's browser in the present."""

    page: Page
    house: House
    at: datetime


@pytest.fixture
def desk(live_server: Any, settings: Any) -> Iterator[Desk]:
    browsed(settings)
    at = clock.now()
    enter_working_time(at)
    approve_systems(at)
    house = make_department(at)
    other = make_department(at, "Sở Xây dựng", "SXD")
    Scope.objects.create(agency=other.agency, topic="Nhà ở, xây dựng", valid_from=date(2020, 1, 1))
    with page_of(house.clerk, live_server.url, at) as page:
        yield Desk(page, house, at)


def came(desk: Desk, count: int) -> list[int]:
    """That many letters, the oldest first."""
    moments = [desk.at - timedelta(minutes=10 * (count - number)) for number in range(count)]
    return [
        mail_to(desk.house, moment, subject=f"Hỏi {number}", files=(("don.pdf", small_pdf()),)).id
        for number, moment in enumerate(moments)
    ]


def test_messages_are_worked_off_from_the_keyboard(desk: Desk) -> None:
    ids, page = came(desk, 4), desk.page
    page.goto("/thong-tin-den/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/thong-tin-den/{ids[0]}/"))
    page.keyboard.press("h")
    expect(page.get_by_label("Hướng dẫn đến")).to_be_focused()
    page.get_by_label("Hướng dẫn đến").select_option(label="Nhà ở, xây dựng → Sở Xây dựng")
    words = page.locator("#khong-thuoc-text")
    expect(words).to_have_value(re.compile("liên hệ Sở Xây dựng"))
    words.press("Control+Enter")
    page.wait_for_url(re.compile(f"/thong-tin-den/{ids[1]}/"))
    assert (
        Message.objects.get(purpose="decline")
        .texts["official_mail"]["text"]
        .endswith("Đề nghị Ông/Bà liên hệ Sở Xây dựng.")
    )
    page.keyboard.press("b")
    page.locator("#khong-xu-ly-note").press_sequentially("Thư cảm ơn.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(f"/thong-tin-den/{ids[2]}/"))
    page.keyboard.press("g")
    page.get_by_label(re.compile("Người trả lời")).select_option(str(desk.house.drafter.posting_id))
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(f"/thong-tin-den/{ids[3]}/"))
    page.keyboard.press("t")
    page.locator("#thuoc-ghi-chu").press("Control+Enter")
    expect(page.get_by_text("đã ghi nhận thuộc phạm vi")).to_be_visible()
    states = InboundMessage.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["declined", "no_action", "taken", "taken"]


def test_many_are_ticked_from_the_keyboard(desk: Desk) -> None:
    came(desk, 3)
    page = desk.page
    page.goto("/thong-tin-den/")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Xử lý các tin đã chọn").press("Enter")
    expect(page.get_by_role("heading", name="Xử lý 2 thông tin đến")).to_be_visible()
    page.locator("#bo-qua-ly-do").fill("Quảng cáo.")
    page.get_by_role("button", name="Ghi nhận 2 tin").click()
    expect(page.get_by_text("2 thông tin: không phải xử lý.")).to_be_visible()


def test_axe_finds_nothing_and_no_page_is_too_wide(desk: Desk) -> None:
    (inbound, *_), page = came(desk, 2), desk.page
    sent = Message.objects.filter(subject_id=inbound).first()
    consent = give_consent(
        agency_id=desk.house.agency.id,
        channel="official_mail",
        address="dan@example.com",
        purpose="notice",
        text="Tôi đồng ý.",
        text_version="2026-01",
        origin="tờ khai",
        at=desk.at,
    )
    pages = [
        "/thong-tin-den/",
        f"/thong-tin-den/{inbound}/",
        f"/thong-tin-den/{inbound}/van-ban-den/",
        f"/thong-tin-den/nhieu/?select={inbound}",
        "/thong-tin-den/mau-tra-loi/",
        "/thong-tin-den/ket-qua/",
        "/tin-da-gui/",
        f"/tin-da-gui/{sent.id}/" if sent else "/tin-da-gui/?muc=dang-gui",
        "/dong-y-nhan-tin/",
        "/dong-y-nhan-tin/them/",
        f"/dong-y-nhan-tin/{consent.id}/",
        f"/dong-y/{consent.withdrawal_key}/",
    ]
    found = {}
    for address in pages:
        page.goto(address)
        if shown := faults(page):
            found[address] = shown
    assert found == {}
