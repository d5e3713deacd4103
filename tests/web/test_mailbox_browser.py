"""Official mail in a real browser: names become chips, words are kept by themselves, axe is silent."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from cast import House, approve_systems, enter_working_time, make_department
from congvu.kit import clock
from congvu.mailboxes.models import Letter, Mailbox, MailDraft
from mailroom import box_of, item_in, mail_from_outside, office_box, send
from staff import client_for

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.clause("QC.10.2"),
]


@dataclass
class Desk:
    """The clerk's browser in the present."""

    page: Page
    house: House
    office: Mailbox
    at: datetime


@pytest.fixture
def desk(live_server: Any, settings: Any) -> Iterator[Desk]:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]
    settings.ALLOWED_HOSTS = ["*"]
    at = clock.now()
    enter_working_time(at)
    approve_systems(at)
    house = make_department(at)
    office = office_box(house, at)
    for one in (house.clerk, house.leader, house.drafter):
        box_of(one, at)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.skip("Chromium is missing: apt-get install chromium")
    cookies = client_for(house.clerk.posting_id or 0, at).cookies
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(
            base_url=live_server.url, viewport=DESK, locale="vi-VN", bypass_csp=True
        )
        context.add_cookies(
            [
                {"name": name, "value": morsel.value, "url": live_server.url}
                for name, morsel in cookies.items()
            ]
        )
        yield Desk(context.new_page(), house, office, at)
        browser.close()


def test_names_become_addresses_and_words_are_kept(desk: Desk) -> None:
    page = desk.page
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"/hop-thu/{desk.office.id}/")
    page.keyboard.press("n")
    page.wait_for_url(re.compile("/hop-thu/nhap/"))
    to = page.get_by_role("combobox", name="Gửi đến")
    to.press_sequentially("nguyen van an", delay=10)
    expect(page.get_by_role("option").first).to_contain_text("Nguyễn Văn An")
    to.press("Enter")
    expect(page.locator(".chip")).to_have_text(re.compile("Nguyễn Văn An"))
    to.press_sequentially("dan@khanhhoa.example,")
    expect(page.locator(".chip[data-outside]")).to_have_count(1)
    to.press("Backspace")
    expect(page.locator(".chip")).to_have_count(1)
    page.get_by_label("Tiêu đề").fill("Mời họp tổ")
    page.locator("[data-mail-text]").press_sequentially("Kính mời.")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Đã lưu lúc", timeout=15_000)
    draft = MailDraft.objects.get()
    assert (draft.subject, draft.to) == ("Mời họp tổ", box_of(desk.house.drafter, desk.at).address)
    assert draft.text.startswith("Kính mời.")  # above the closing words
    page.reload()
    expect(page.locator(".chip")).to_have_text(re.compile("Nguyễn Văn An"))
    assert faults(page) == []
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.get_by_text("Đã gửi thư đến 1 nơi nhận.")).to_be_visible()
    assert Letter.objects.get().from_name == desk.office.name
    assert said == []


def test_reading_by_keyboard_and_clean_pages(desk: Desk) -> None:
    page, house = desk.page, desk.house
    sender = box_of(house.drafter, desk.at)
    letter = send(house.drafter, sender, desk.office.address, desk.at)
    mail_from_outside(desk.office, desk.at)
    page.goto(f"/hop-thu/{desk.office.id}/")
    shown = faults(page)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_text("Đã chọn 1 cuộc trao đổi")).to_be_visible()
    shown += faults(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/hop-thu/thu/"))
    expect(page.locator(".mail-letter[open]")).to_have_count(1)
    page.get_by_role("button", name="Vì sao?").first.click()
    expect(page.locator(".why-panel:popover-open")).to_be_visible()
    shown += faults(page)
    page.goto(f"/hop-thu/thu/{item_in(desk.office, letter).id}/")
    page.keyboard.press("r")
    page.wait_for_url(re.compile("/hop-thu/nhap/"))
    expect(page.get_by_role("heading", name="Trả lời thư")).to_be_visible()
    for address in (f"/hop-thu/{desk.office.id}/sap-dat/", "/hop-thu/duoc-giao/"):
        page.goto(address)
        shown += faults(page)
    assert shown == []


def faults(page: Page) -> list[tuple[str, str]]:
    """What axe finds, and whether a phone would scroll sideways."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    page.set_viewport_size(PHONE)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.set_viewport_size(DESK)
    said = [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]
    return said + ([("too wide", str(wide))] if wide > 0 else [])
