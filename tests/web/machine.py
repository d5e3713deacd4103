"""A clerk's or leader's machine: a browser, and the signing program beside it."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings as installed
from django.db import connections
from playwright.sync_api import BrowserContext, Page, sync_playwright

from congvu.accounts.queries import policy
from congvu.accounts.sign_in import start_session
from congvu.kit import clock
from congvu.orgs.models import Posting
from congvu.orgs.types import Actor
from congvu.signing.adapters.demo_authority import installed_authority
from congvu.signing.adapters.software_keys import installed_keys
from staff import INSIDE, make_account
from vgca_double import Program, Token
from web.province import Province, make_province

DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class World:
    """A province whose leader signs with a token, the program on the machine, and a browser."""

    province: Province
    program: Program
    context: BrowserContext
    address: str
    console: list[str]

    def sign_in(self, who: Actor) -> None:
        """The browser has a running session of this person."""
        at = clock.now()
        posting = Posting.objects.get(id=who.posting_id)
        account = make_account(posting.person, at)
        token = start_session(
            account, posting_id=posting.id, rules=policy(at), entrance=INSIDE, at=at
        )
        cookie = {"name": installed.SESSION_COOKIE, "value": token, "url": self.address}
        self.context.add_cookies([cookie])

    def page(self, path: str) -> Page:
        """A page in this browser; what the console says is kept."""
        page = self.context.new_page()
        page.on("console", lambda said: self.console.append(said.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.goto(self.address + path)
        return page


def token_of_agency(who: Actor, at: datetime) -> Token:
    """A token with a certificate of the agency, unknown to the register."""
    issued = installed_authority().issue_for_agency(who.agency_name, at)
    key = installed_keys().key(issued.key_reference.partition(":")[2])
    return Token(issued.certificate, issued.chain, key)


def token_for(person: Actor, at: datetime) -> Token:
    """A token with a certificate of the demonstration authority, unknown to the register."""
    issued = installed_authority().issue_for_person(person.full_name, person.agency_name, at)
    key = installed_keys().key(issued.key_reference.partition(":")[2])
    return Token(issued.certificate, issued.chain, key)


def aside(work: Callable[[], None]) -> None:
    """Do this in a thread of its own: signing runs a loop, and the browser has this thread's."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as one:
        one.submit(run).result()


@contextmanager
def machine(live_server: Any, settings: Any, folder: Path) -> Iterator[World]:
    """A province, the program with the leader's token in it, and Chromium."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.skip("Chromium is missing: apt-get install chromium")
    at = clock.now()
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]
    province = make_province(at)
    program = Program(token_for(province.office.leader, at), folder).start()
    settings.PLUGIN_ADDRESS = program.address
    with sync_playwright() as play:
        # The double's certificate is of its own making; a real installer has the machine trust it.
        flags = ["--no-sandbox", "--ignore-certificate-errors"]
        browser = play.chromium.launch(executable_path=chromium, args=flags)
        context = browser.new_context(viewport=DESK, locale="vi-VN")
        yield World(province, program, context, live_server.url, [])
        browser.close()
    program.stop()


def saved_again(pdf: bytes) -> bytes:
    """The pages as another program saves them."""
    made = io.BytesIO()
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as opened:
        opened.save(made)
    return made.getvalue()


def no_axe_findings(page: Page) -> None:
    """The accessibility checker finds nothing on the page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
