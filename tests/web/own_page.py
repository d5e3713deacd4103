"""A page in a real browser with somebody's running session, in the present; and what axe says."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from congvu.orgs.types import Actor
from staff import client_for
from web.machine import AXE, DESK, PHONE, RULES


def browsed(settings: Any) -> None:
    """Settings under which a browser gets its answers in time."""
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]
    settings.ALLOWED_HOSTS = ["*"]


@contextmanager
def page_of(who: Actor, address: str, at: datetime) -> Iterator[Page]:
    """Signed in at this address."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.skip("Chromium is missing: apt-get install chromium")
    cookies = client_for(who.posting_id or 0, at).cookies
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(
            base_url=address, viewport=DESK, locale="vi-VN", bypass_csp=True
        )
        context.add_cookies(
            [
                {"name": name, "value": morsel.value, "url": address}
                for name, morsel in cookies.items()
            ]
        )
        yield context.new_page()
        browser.close()


def faults(page: Page) -> list[tuple[str, str]]:
    """What axe finds, and whether a phone would scroll sideways."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    page.set_viewport_size(PHONE)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.set_viewport_size(DESK)
    said = [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]
    return said + ([("too wide", str(wide))] if wide > 0 else [])
