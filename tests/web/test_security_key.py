"""A security key in a real browser: enrolled, used, and not usable for anybody else (S.05)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from congvu.accounts.models import Account, SecurityKey, Session
from congvu.kit import clock
from congvu.orgs.types import CLERK
from staff import PASSWORD, make_account, make_posting

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("web.account_urls"),
    pytest.mark.browser,
]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(live_server: Any, settings: Any) -> Iterator[Page]:
    """A Chromium page with a virtual security key, on a host that has a name."""
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]
    settings.PUBLIC_ADDRESS = live_server.url
    settings.ALLOWED_HOSTS = ["*"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        context = browser.new_context(base_url=live_server.url)
        tab = context.new_page()
        tools = context.new_cdp_session(tab)
        tools.send("WebAuthn.enable")
        tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        yield tab
        browser.close()


@pytest.fixture
def account() -> Account:
    posting = make_posting(CLERK)
    return make_account(posting.person, clock.now())


def sign_in(page: Page, account: Account) -> None:
    page.goto("/dang-nhap/?tiep=/tai-khoan/")
    page.fill("[name=username]", account.username)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()


@pytest.mark.clause("S.05", "S.27")
def test_a_security_key_is_enrolled_and_opens_the_next_session(page: Page, account: Account):
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    sign_in(page, account)
    page.fill("[name=name]", "Khóa USB ở bàn làm việc")
    page.get_by_role("button", name="Thêm khóa bảo mật").click()
    page.get_by_role("heading", name="Đã đăng ký xong").wait_for()
    assert page.locator(".recovery-codes li").count() == 10
    page.get_by_role("link", name="Tôi đã lưu, tiếp tục").click()
    page.get_by_text("Khóa USB ở bàn làm việc", exact=True).wait_for()
    assert SecurityKey.objects.get().account_id == account.id

    page.context.clear_cookies()
    sign_in(page, account)
    page.get_by_role("button", name="Dùng khóa bảo mật").click()
    page.get_by_role("heading", name="Tài khoản và phiên đăng nhập").wait_for()
    session = Session.objects.order_by("-id").first()
    assert session.factor_at is not None and SecurityKey.objects.get().last_used_at is not None
    assert [one for one in complaints if "Content Security" in one] == []


@pytest.mark.clause("S.05")
def test_a_key_of_somebody_else_does_not_open(page: Page, account: Account):
    sign_in(page, account)
    page.get_by_role("button", name="Thêm khóa bảo mật").click()
    page.get_by_role("heading", name="Đã đăng ký xong").wait_for()
    other = make_account(make_posting(CLERK).person, clock.now())
    SecurityKey.objects.create(
        account=other, name="khác", credential_id=b"other", public_key=b"x", enrolled_at=clock.now()
    )
    page.context.clear_cookies()
    sign_in(page, other)
    page.get_by_role("button", name="Dùng khóa bảo mật").click()
    page.get_by_text("Chưa nhận được trả lời của khóa").wait_for(timeout=70_000)
    assert not Session.objects.filter(account=other, factor_at__isnull=False).exists()
