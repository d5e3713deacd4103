"""The page that waits for the phone, in a real browser: it counts, and goes on by itself."""

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
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from congvu.documents.batch.sign_next import sign_next
from congvu.documents.models import SigningBatch
from congvu.kit import clock
from congvu.kit.outside import asking_between
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.signing.ask_lot import ask_lot
from congvu.signing.ask_provider import ask_provider
from congvu.signing.finish_answered import finish_answered
from congvu.signing.models import RemoteKey, SignatureLot, WaitingSignature
from congvu.signing.poll_lot import poll_lot
from congvu.signing.poll_provider import poll_provider
from congvu.signing.send_lot_otp import send_lot_otp
from paperwork import approved
from remote_doubles import USER, Csc
from remote_keys import FarKey, far_key, make_admin, registered
from sittings import agree, laid
from web.province import Province, make_province

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.clause("QC.10.3"),
]


@dataclass
class Desk:
    """The leader's browser, in the present: the server's clock is the real one."""

    page: Page
    province: Province
    key: FarKey
    at: datetime


@pytest.fixture
def desk(request: pytest.FixtureRequest, live_server: Any, settings: Any) -> Iterator[Desk]:
    kind = getattr(request, "param", "mysign")
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]
    settings.ALLOWED_HOSTS = ["*"]
    at = clock.now()
    province = make_province(at)
    leader = province.office.leader
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.skip("Chromium is missing: apt-get install chromium")
    with far_key(kind, leader, make_admin(leader, at), at) as key, sync_playwright() as play:
        if isinstance(key.service, Csc):
            key.service.multisign = 50
        registered(key, leader, at)
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(
            base_url=live_server.url, viewport=DESK, locale="vi-VN", bypass_csp=True
        )
        sign_in(context, province, leader, live_server.url)
        yield Desk(context.new_page(), province, key, at)
        browser.close()


def test_the_page_counts_and_goes_on_by_itself(desk: Desk) -> None:
    page, office = desk.page, desk.province.office
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    first, second = (
        approved(office, desk.at),
        approved(office, desk.at, subject="Về việc tiếp theo"),
    )
    page.goto(f"/trinh-ky/{first.id}/")
    page.get_by_role("button", name="Ký văn bản").click()
    shoot(page, "sheet")
    page.get_by_role("button", name="Gửi yêu cầu ký").click()
    page.wait_for_url(re.compile("/yeu-cau/"))

    counting = page.locator("[data-countdown]")
    expect(counting).to_have_text(re.compile(r"2:5\d"), timeout=15_000)
    shoot(page, "waiting")
    assert faults(page) == []

    waiting = WaitingSignature.objects.get()
    ask_provider(waiting_id=waiting.id, at=clock.now())
    desk.key.service.confirm()
    poll_provider(waiting_id=waiting.id, at=clock.now())
    page.wait_for_url(re.compile(f"/trinh-ky/{second.id}/$"), timeout=20_000)
    expect(page.get_by_text("Đã ký số. Đây là văn bản tiếp theo.")).to_be_visible()

    page.get_by_role("button", name="Ký văn bản").click()
    page.get_by_role("button", name="Gửi yêu cầu ký").click()
    page.wait_for_url(re.compile("/yeu-cau/"))
    late = WaitingSignature.objects.latest("id")
    ask_provider(waiting_id=late.id, at=clock.now())
    desk.key.service.refuse()
    poll_provider(waiting_id=late.id, at=clock.now())
    expect(page.get_by_role("button", name="Gửi lại")).to_be_visible(timeout=20_000)
    shoot(page, "refused")
    assert said == []


@pytest.mark.clause("ND30.13.7")
@pytest.mark.parametrize("desk", ["mysign", "csc"], indirect=True)
def test_a_sitting_is_confirmed_once_for_all(desk: Desk) -> None:
    page, office, service = desk.page, desk.province.office, desk.key.service
    kind = desk.key.provider.kind
    for number in range(1, 8):
        laid(office, desk.at, subject=f"Về việc giao chỉ tiêu biên chế năm 2022, đợt {number}")
    page.goto("/trinh-ky/")
    page.get_by_role("button", name="Duyệt và ký nhiều văn bản").click()
    page.wait_for_url(re.compile("/loat/"))
    batch = SigningBatch.objects.get()
    agree(batch, batch.session_id, office.leader, clock.now())
    page.goto(f"/trinh-ky/loat/{batch.id}/")
    shoot(page, f"lot-{kind}-summary")
    assert faults(page) == []
    page.get_by_role("button", name="Ký số 7 văn bản").click()
    expect(page.get_by_text("Đang chuẩn bị văn bản để ký")).to_be_visible()
    shoot(page, f"lot-{kind}-preparing")
    jobs_of(batch)
    if kind == "csc":
        expect(page.get_by_text("Nhập mã để ký số 7 văn bản")).to_be_visible(timeout=15_000)
        shoot(page, f"lot-{kind}-typing")
        assert faults(page) == []
        page.get_by_label("Mã PIN của khóa ký").fill(service.pin)
        page.get_by_label("Mã OTP").fill(service.code)
        page.get_by_role("button", name="Ký số 7 văn bản").click()
    else:
        expect(page.get_by_text("Hãy xác nhận trên điện thoại: 7 văn bản")).to_be_visible(
            timeout=15_000
        )
        expect(page.locator("[data-countdown]")).to_have_text(re.compile(r"2:5\d"), timeout=15_000)
        shoot(page, f"lot-{kind}-waiting")
        assert faults(page) == []
        service.refuse()
        poll_lot(lot_id=SignatureLot.objects.latest("id").id, at=clock.now())
        again = page.get_by_role("button", name="Ký số 7 văn bản")
        expect(again).to_be_visible(timeout=15_000)
        shoot(page, f"lot-{kind}-stopped")
        assert faults(page) == []
        again.click()
        jobs_of(batch)
        service.spoils = 2
        service.confirm()
        poll_lot(lot_id=SignatureLot.objects.latest("id").id, at=clock.now())
    expect(page.get_by_text("Đã xác nhận 7 văn bản")).to_be_visible(timeout=15_000)
    put_in(batch, 4)
    expect(page.get_by_text(re.compile(r"4/7")).first).to_be_visible(timeout=15_000)
    shoot(page, f"lot-{kind}-putting")
    assert faults(page) == []
    put_in(batch, 7)
    done = "Đã ký 7 văn bản." if kind == "csc" else "Đã ký 6 văn bản, 1 không ký được."
    expect(page.get_by_text(done)).to_be_visible(timeout=15_000)
    shoot(page, f"lot-{kind}-done")
    assert faults(page) == []


def jobs_of(batch: SigningBatch) -> None:
    """What the workers do: the lot is made ready, and the service asked (or a code sent)."""
    sign_next(batch_id=batch.id, at=clock.now())
    lot = SignatureLot.objects.latest("id")
    if RemoteKey.objects.get().is_typed:
        by, at = orgs.actor_for(batch.by_id, clock.now()), clock.now()
        asking_between(lambda: send_lot_otp(lot_id=lot.id, by=by, at=at))
    else:
        ask_lot(lot_id=lot.id, at=clock.now())


def put_in(batch: SigningBatch, count: int) -> None:
    """The first documents of the lot get their signatures."""
    lot = SignatureLot.objects.latest("id")
    for one in lot.signatures.order_by("id")[:count]:
        finish_answered(waiting_id=one.id, at=clock.now())
    sign_next(batch_id=batch.id, at=clock.now())


@pytest.mark.parametrize("desk", ["csc"], indirect=True)
def test_pin_and_code_are_typed_on_the_page(desk: Desk) -> None:
    page, service = desk.page, desk.key.service
    document = approved(desk.province.office, desk.at)
    page.goto(f"/trinh-ky/{document.id}/")
    page.get_by_role("button", name="Ký văn bản").click()
    page.get_by_role("button", name="Tiếp tục, nhập mã").click()
    page.wait_for_url(re.compile("/yeu-cau/"))
    shoot(page, "typed-first")
    assert faults(page) == []
    page.get_by_role("button", name="Gửi mã OTP").click()
    expect(page.get_by_text("Đã yêu cầu gửi mã lúc")).to_be_visible()
    page.get_by_label("Mã PIN của khóa ký").fill("111111")
    page.get_by_label("Mã OTP").fill(service.code)
    page.get_by_role("button", name="Ký số", exact=True).click()
    expect(page.get_by_text("không nhận mã PIN hoặc mã OTP")).to_be_visible()
    shoot(page, "typed-wrong")
    assert faults(page) == []
    assert page.get_by_label("Mã PIN của khóa ký").input_value() == ""
    page.get_by_label("Mã PIN của khóa ký").fill(service.pin)
    page.get_by_label("Mã OTP").fill(service.code)
    page.get_by_role("button", name="Ký số", exact=True).click()
    page.wait_for_url(re.compile("/trinh-ky/$"))
    expect(page.get_by_text("Đã ký số.").first).to_be_visible()


def test_the_pages_of_keys_and_services_are_clean(desk: Desk, live_server: Any) -> None:
    page, service = desk.page, f"/quan-tri/dich-vu-ky-so/{desk.key.provider.id}/"
    page.goto("/tai-khoan/chung-thu-so/")
    page.get_by_label("Mã người dùng ở dịch vụ").fill(USER)
    page.get_by_role("button", name="Tìm chứng thư số").click()
    expect(page.get_by_role("button", name="Đăng ký và dùng để ký")).to_be_visible()
    shoot(page, "certificates")
    assert faults(page) == []

    sign_in(page.context, desk.province, desk.key.admin, live_server.url)
    for path, name in (("/quan-tri/dich-vu-ky-so/", "services"), (service, "service")):
        page.goto(path)
        shoot(page, name)
        assert faults(page) == []


def faults(page: Page) -> list[tuple[str, str]]:
    """What axe finds, and whether a phone would scroll sideways."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    page.set_viewport_size(PHONE)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.set_viewport_size(DESK)
    said = [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]
    return said + ([("too wide", str(wide))] if wide > 0 else [])


def sign_in(context: BrowserContext, province: Province, who: Actor, address: str) -> None:
    """The browser is this person's from now on."""
    cookies = province.browser(who).cookies
    context.add_cookies(
        [{"name": name, "value": morsel.value, "url": address} for name, morsel in cookies.items()]
    )


def shoot(page: Page, name: str) -> None:
    """Pictures for whoever wants to look (CONGVU_SHOTS=folder)."""
    folder = os.environ.get("CONGVU_SHOTS")
    if folder:
        for size, word in ((DESK, "desk"), (PHONE, "phone")):
            page.set_viewport_size(size)
            page.screenshot(path=f"{folder}/{name}-{word}.png", full_page=True)
        page.set_viewport_size(DESK)
