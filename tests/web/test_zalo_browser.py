"""Zalo from the first plan to a post, in a real browser: the desk and a citizen's phone."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from congvu.channels.ask_grant import zalo_provider
from congvu.channels.models import Message, ZaloGrant
from congvu.documents.models import Sensitivity
from congvu.documents.outgoing.recall import recall_document
from congvu.documents.relabel import relabel_document
from congvu.kit import clock
from congvu.orgs.types import Actor
from congvu.run.zalo.platform import ZaloDouble
from congvu.run.zalo.rows import Citizen, Oa
from congvu.run.zalo.server import running
from letters import ring, sent
from web.province import Province, make_province
from zalo_double import AN, APP, APP_SECRET, OA_ID, OA_SECRET, make_zalo_provider, opened

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.clause("QC.6.2.a", "QC.6.2.b", "QC.6.2.c", "QC.9.2.a", "QC.10.4", "QC.11.5"),
]


@dataclass
class Desk:
    """An official's page and a citizen's, and the platform between them."""

    official: Page
    citizen: Page
    province: Province
    double: ZaloDouble
    zalo: str
    at: datetime

    def sign_in(self, who: Actor, address: str) -> None:
        cookies = self.province.browser(who).cookies
        self.official.context.add_cookies(
            [{"name": name, "value": one.value, "url": address} for name, one in cookies.items()]
        )

    def work(self) -> None:
        """Webhooks arrive, the worker works, receipts come back."""
        for _ in range(3):
            self.citizen.wait_for_timeout(600)
            ring(clock.now())


@pytest.fixture
def desk(live_server: Any, settings: Any) -> Iterator[Desk]:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]
    settings.ALLOWED_HOSTS = ["*"]
    settings.PUBLIC_ADDRESS = live_server.url
    at = clock.now()
    province = make_province(at)
    double = ZaloDouble(
        app_id=APP,
        app_secret=APP_SECRET,
        oa_secret=OA_SECRET,
        redirect=f"{live_server.url}/tai-khoan-zalo/cap-quyen/",
    )
    double.oas[OA_ID] = Oa("Sở Nội vụ")
    double.citizens[AN] = Citizen("Nguyễn Thị An", "84905111222")
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.skip("Chromium is missing: apt-get install chromium")
    provider = make_zalo_provider("http://127.0.0.1:1", at)
    hook = f"{live_server.url}/api/kenh/zalo/{provider.id}/"
    with running(double, hook=hook) as address, sync_playwright() as play:
        urls = {f"{name}_url": address for name in ("oauth", "api", "business")}
        provider.secrets = {**provider.secrets, **urls}
        provider.save()
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        official = _page(browser.new_context(base_url=live_server.url, **LOOK))
        citizen = _page(browser.new_context(base_url=address, **{**LOOK, "viewport": PHONE}))
        yield Desk(official, citizen, province, double, address, at)
        browser.close()


LOOK: dict[str, Any] = {"viewport": DESK, "locale": "vi-VN", "bypass_csp": True}


def _page(context: BrowserContext) -> Page:
    context.set_default_timeout(15_000)
    return context.new_page()


def test_from_the_notice_to_the_last_receipt(desk: Desk, live_server: Any) -> None:
    page, citizen, office = desk.official, desk.citizen, desk.province.office
    desk.sign_in(office.clerk, live_server.url)
    _open_account(desk, page)
    _grant(desk, page)

    citizen.goto(f"/dien-thoai/{AN}/{OA_ID}/")
    citizen.get_by_role("button", name="Quan tâm").click()
    citizen.get_by_label("Tin nhắn").fill("Tôi muốn hỏi thủ tục cấp giấy phép xây dựng.")
    citizen.get_by_role("button", name="Gửi").click()
    desk.work()
    citizen.reload()
    told = citizen.locator(".chat li:not(.mine)")
    expect(told).to_have_count(1)
    expect(told).to_contain_text("Mã tra cứu: TD")
    look(citizen, "phone-acknowledged", is_ours=False)

    page.goto("/thong-tin-den/")
    page.get_by_role(
        "link", name=re.compile("không có nội dung chữ|giấy phép xây dựng")
    ).first.click()
    page.locator("[data-dialog=tra-loi]").first.click()
    where = "Đề nghị Ông/Bà liên hệ Sở Xây dựng, 02 Điện Biên Phủ, Tuy Hòa."
    page.locator("#tra-loi-text").fill(where)
    page.get_by_role("button", name="Gửi hoặc trình").click()
    expect(page.locator("#tra-loi-text")).to_be_hidden()
    desk.work()
    citizen.reload()  # opening the conversation is seeing it
    expect(told).to_have_count(2)
    expect(told.last).to_contain_text("Sở Xây dựng")
    desk.work()
    assert Message.objects.get(purpose="reply").state == "seen"
    page.reload()
    look(page, "inbound-answered")

    _link(desk, page, citizen)


def _open_account(desk: Desk, page: Page) -> None:
    page.goto("/tai-khoan-zalo/")
    look(page, "accounts-none")
    page.get_by_role("link", name="Lập dự kiến").click()
    page.get_by_label("Số điện thoại xác thực, liên lạc").fill("02573841234")
    page.get_by_label("Tên miền trang thông tin điện tử").fill("snv.phuyen.gov.vn")
    look(page, "plan")
    page.get_by_role("button", name="Lưu dự kiến").click()
    expect(page.get_by_text("Chưa được tạo tài khoản")).to_be_visible()
    look(page, "planned")
    page.get_by_role("button", name="Ghi nhận thông báo").click()
    page.locator("#tb-so").fill("45/TB-SNV")
    today = f"{clock.today():%d/%m/%Y}"
    page.locator("#tb-ngay").fill(today)
    page.locator("#tb-noi").fill("Sở Thông tin và Truyền thông")
    page.get_by_role("button", name="Ghi nhận", exact=True).click()
    expect(page.get_by_text("Đã ghi nhận thông báo")).to_be_visible()
    page.get_by_role("button", name="Cử người").click()
    page.locator("#cn-nguoi").select_option(label="Nguyễn Văn An, Chuyên viên")
    page.locator("#cn-can-cu").fill("Quyết định số 15/QĐ-SNV")
    page.get_by_role("dialog").get_by_role("button", name="Cử người").click()
    page.get_by_role("button", name="Đưa vào hoạt động").click()
    page.locator("#hd-oa").fill(OA_ID)
    page.locator("#hd-ngay").fill(today)
    look(page, "activate")
    page.get_by_role("dialog").get_by_role("button", name="Đưa vào hoạt động").click()
    expect(page.get_by_text("Tài khoản đã hoạt động.")).to_be_visible()


def _grant(desk: Desk, page: Page) -> None:
    page.get_by_role("button", name="Cấp quyền").click()
    look(page, "grant-ask")
    page.get_by_role("link", name="Mở trang cấp quyền của Zalo").click()
    look(page, "zalo-permission", is_ours=False)
    page.get_by_role("button", name="Cho phép với Sở Nội vụ").click()
    expect(page.get_by_role("heading", name="Hoàn tất cấp quyền Zalo")).to_be_visible()
    page.get_by_role("button", name="Hoàn tất").click()
    ring(clock.now())
    page.reload()
    expect(page.get_by_text("Đang dùng")).to_be_visible()
    look(page, "account-active")


def _link(desk: Desk, page: Page, citizen: Page) -> None:
    page.goto("/tai-khoan-zalo/nguoi-dan/")
    page.get_by_label("Họ tên").fill("Nguyễn Thị An")
    page.get_by_label("Mã hồ sơ, lịch hẹn").fill("000.12.H45-261126-0001")
    page.get_by_role("button", name="Tạo mã liên kết").click()
    code = page.locator(".link-code").inner_text().strip()
    look(page, "link-code")
    citizen.get_by_label("Tin nhắn").fill(code)
    citizen.get_by_role("button", name="Gửi").click()
    desk.work()
    citizen.reload()
    expect(citizen.locator(".chat li").last).to_contain_text("Đã liên kết Zalo này")
    look(citizen, "phone-linked", is_ours=False)
    page.goto("/tai-khoan-zalo/nguoi-dan/")
    expect(page.get_by_role("button", name="Hủy liên kết: Nguyễn Thị An")).to_be_visible()
    look(page, "people")
    page.goto("/tai-khoan-zalo/mau-tin/")
    page.get_by_label("Mã mẫu ở Zalo").fill("7001")
    page.get_by_label("Tên mẫu").fill("Có kết quả hồ sơ")
    page.get_by_label("Nội dung như đã gửi Zalo duyệt").fill("Hồ sơ <ma_ho_so> xong ngày <ngay>.")
    page.get_by_role("button", name="Nhập mẫu").click()
    expect(page.get_by_text("ma_ho_so, ngay")).to_be_visible()
    look(page, "templates")


def test_a_post_is_published_once_and_flagged_when_its_source_goes(
    desk: Desk, live_server: Any
) -> None:
    page, office = desk.official, desk.province.office
    desk.sign_in(office.leader, live_server.url)
    source = _granted_with_source(desk)
    page.goto("/bai-dang-zalo/soan/")
    page.get_by_label("Số, ký hiệu văn bản nguồn").fill(source.symbol)
    page.get_by_label("Tiêu đề").fill("Lịch tiếp công dân tháng 12")
    page.get_by_label("Tóm tắt").fill("Sở Nội vụ tiếp công dân vào sáng thứ Năm hằng tuần.")
    page.get_by_label("Nội dung").fill("Địa điểm: 02 Trần Phú.\n\nThời gian: 07:30 đến 11:30.")
    page.get_by_label("Địa chỉ ảnh bìa").fill("https://snv.phuyen.gov.vn/anh.png")
    look(page, "article-form")
    page.get_by_role("button", name="Lưu dự thảo").click()
    page.get_by_role("button", name="Trình duyệt").click()
    page.get_by_role("button", name="Duyệt đăng").click()
    ring(clock.now())
    desk.double.offset = 30
    ring(clock.now())
    page.reload()
    expect(page.get_by_text("Đã đăng", exact=True)).to_be_visible()
    page.get_by_role("button", name="Đề nghị gửi").click()
    page.get_by_role("button", name="Duyệt gửi").click()
    ring(clock.now())
    (line,) = desk.double.citizens[AN].lines[OA_ID]
    assert (line.kind, line.text) == ("article", "Lịch tiếp công dân tháng 12")
    page.reload()
    look(page, "article-sent")
    recall_document(
        document_id=source.id, reason="Sai ngày tiếp công dân.", by=office.leader, at=clock.now()
    )
    page.reload()
    expect(page.get_by_text("Nguồn của bài đã thay đổi")).to_be_visible()
    look(page, "article-flagged")
    page.get_by_role("button", name="Gỡ bài").click()
    page.get_by_label("Lý do gỡ").fill("Văn bản nguồn đã thu hồi.")
    page.get_by_role("dialog").get_by_role("button", name="Gỡ bài").click()
    ring(clock.now())
    page.reload()
    expect(page.get_by_text("Đã gỡ", exact=True)).to_be_visible()
    assert next(iter(desk.double.articles.values()))["is_removed"]
    page.goto("/bai-dang-zalo/")
    look(page, "articles")


def _granted_with_source(desk: Desk) -> Any:
    """Tokens without the pages, a follower, and a public document."""
    office = desk.province.office
    account = opened(office, desk.at)
    pair = desk.double._pair(OA_ID)
    tokens = {"access": pair["access_token"], "refresh": pair["refresh_token"]}
    ZaloGrant.objects.create(
        agency=office.agency, account=account, provider=zalo_provider(), oa_id=OA_ID,
        state="ready", tokens=tokens, expires_at=desk.at + timedelta(hours=25),
    )  # fmt: skip
    desk.double.follow(AN, OA_ID)
    source = sent(office, desk.at, desk.province.other, subject="Lịch tiếp công dân")
    relabel_document(
        document_id=source.id, sensitivity=Sensitivity.PUBLIC, reason="Công khai.",
        by=office.clerk, at=desk.at,
    )  # fmt: skip
    return source


def look(page: Page, name: str, *, is_ours: bool = True) -> None:
    """axe finds nothing, a phone does not scroll sideways; pictures if CONGVU_SHOTS is set."""
    folder = os.environ.get("CONGVU_SHOTS")
    if folder:
        for size, word in ((DESK, "desk"), (PHONE, "phone")):
            page.set_viewport_size(size)
            page.screenshot(path=f"{folder}/{name}-{word}.png", full_page=True)
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    page.set_viewport_size(PHONE)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.set_viewport_size(DESK if is_ours else PHONE)
    said = [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]
    assert said + ([("too wide", name)] if wide > 0 else []) == []
