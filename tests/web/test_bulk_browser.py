"""Đợt gửi in a real browser: every step on a desk and on a phone, by keyboard, clean for axe."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from cast import House, approve_systems
from channel_double import make_provider, stand_in
from congvu.bulk.expand_order import expand_order, settle_order
from congvu.bulk.models import BulkOrder
from congvu.channels.hand_over import hand_over_due
from congvu.channels.types import MAIL, SMS
from congvu.kit import clock
from lists import as_csv, line
from web.province import Province, make_province
from web.test_confirming_browser import DESK, faults, shoot, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.clause("QC.6.1.e"),
]
TEXT = (
    "{{cơ quan}}: hồ sơ {{mã hồ sơ}} của Ông/Bà {{họ tên}} đã có kết quả. Mời đến nhận từ ngày "
    "{{ngày nhận}}, lệ phí {{lệ phí}}."
)
HEADER = ("Số điện thoại", "Thư điện tử", "Họ tên", "Mã hồ sơ", "Ngày nhận", "Lệ phí", "Cơ quan")
NAMES = ("Nguyễn Thị Hoa", "Trần Văn Bình", "Lê Thị Kim Oanh", "Phạm Minh Tuấn", "Đỗ Thị Ánh")


def row(number: int) -> tuple[str, ...]:
    phone, _, code, day = line(number)
    mail = f"dan{number}@example.com"
    return (phone, mail, NAMES[number % 5], code, day, "120.000", "TT Phục vụ HCC Phú Yên")


@dataclass
class Desk:
    """A browser that changes hands."""

    page: Page
    province: Province
    house: House
    address: str
    at: datetime

    def be(self, who: str) -> Page:
        sign_in(self.page.context, self.province, getattr(self.house, who), self.address)
        return self.page


@pytest.fixture
def desk(live_server: Any, settings: Any) -> Iterator[Desk]:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]
    settings.ALLOWED_HOSTS = ["*"]
    stand_in(settings)
    at = clock.now()
    province = make_province(at)
    approve_systems(at)
    for channel in (SMS, MAIL):
        make_provider(channel, at)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.skip("Chromium is missing: apt-get install chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(
            base_url=live_server.url, viewport=DESK, locale="vi-VN", bypass_csp=True
        )
        yield Desk(context.new_page(), province, province.office, live_server.url, at)
        browser.close()


def test_from_a_text_to_its_result(desk: Desk, tmp_path: Path) -> None:
    _template(desk)
    page = desk.be("drafter")
    page.goto("/dot-gui/")
    seen(page, "orders-empty")
    page.keyboard.press("n")
    page.get_by_label("Mẫu tin đã duyệt").select_option(label="Báo kết quả hồ sơ")
    page.get_by_label("Tên đợt gửi").fill("Kết quả hồ sơ đất đai tuần 4")
    page.get_by_role("button", name="Tiếp: tải danh sách").click()
    seen(page, "upload")
    rows = [row(number) for number in range(1234)]
    rows[2] = ("0123", rows[2][1], "Lê 8", "H45", "31/02/2022", "12,5", rows[2][6])
    rows[4] = rows[3]
    listing = tmp_path / "danh-sach.csv"
    listing.write_bytes(as_csv(rows, HEADER))
    page.get_by_label("Tệp danh sách").set_input_files(listing)
    page.get_by_role("button", name="Tải lên và kiểm tra").click()
    expect(page.get_by_role("button", name="Trình duyệt 1.232 tin")).to_be_visible()
    seen(page, "grid")
    page.get_by_role("link", name="Lỗi, trùng, không gửi").click()
    seen(page, "faults")
    page.get_by_role("link", name="Dòng 3", exact=True).click()
    seen(page, "row")
    for label, words in zip(HEADER, row(5000), strict=True):
        page.get_by_label(label, exact=True).fill(words)
    page.get_by_role("button", name="Lưu và kiểm tra").click()
    page.goto(f"/dot-gui/{BulkOrder.objects.get().id}/")
    page.get_by_role("button", name="Trình duyệt 1.233 tin").click()

    page = desk.be("leader")
    page.goto("/dot-gui/")
    seen(page, "orders")
    page.get_by_role("link", name="Kết quả hồ sơ đất đai tuần 4").click()
    seen(page, "approve")
    page.get_by_role("button", name="Duyệt và gửi 1.233 tin").click()
    order = BulkOrder.objects.get()
    for _ in range(2):
        expand_order(order_id=order.id, at=clock.now(), most=300)
    hand_over_due(channel=SMS, seconds=0.5)
    settle_order(order_id=order.id, at=clock.now())
    page.reload()
    seen(page, "sending")
    expand_order(order_id=order.id, at=clock.now(), most=1000)
    while hand_over_due(channel=SMS, seconds=1):
        pass
    settle_order(order_id=order.id, at=clock.now())
    expect(page.get_by_text("1.233/1.233")).to_be_visible(timeout=15_000)  # the page asks by itself
    seen(page, "done")


def _template(desk: Desk) -> None:
    page = desk.be("drafter")
    page.goto("/mau-tin/moi/")
    page.get_by_label("Tên mẫu tin").fill("Báo kết quả hồ sơ")
    page.get_by_label("Tin nhắn SMS").fill(TEXT)
    page.get_by_label("Tiêu đề thư điện tử").fill("Kết quả hồ sơ {{mã hồ sơ}}")
    page.get_by_label("Nội dung thư điện tử").fill(f"Kính gửi Ông/Bà {{{{họ tên}}}},\n\n{TEXT}")
    page.get_by_label("Nhiệm vụ công vụ, không cần đồng ý").check()
    page.get_by_role("textbox", name="Văn bản giao nhiệm vụ").fill("QĐ 12/QĐ-SNV ngày 21/02/2022")
    seen(page, "template-form")
    page.get_by_role("button", name="Lưu mẫu tin").click()
    seen(page, "template")
    page.get_by_role("button", name="Trình duyệt").click()
    page = desk.be("leader")
    page.goto("/mau-tin/")
    seen(page, "templates")
    page.get_by_role("link", name="Báo kết quả hồ sơ").click()
    page.keyboard.press("d")
    expect(page.get_by_text("Đã duyệt mẫu tin")).to_be_visible()


def seen(page: Page, name: str) -> None:
    """A picture for whoever looks, and nothing that axe finds."""
    shoot(page, name)
    assert faults(page) == [], name
