"""Kiểm tra văn bản in a real browser: a QR code through the camera, and from a picture."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from cast import House, make_committee
from congvu.documents.models import Document
from letters import sent

pytestmark = [pytest.mark.browser, pytest.mark.clause("QC.7.1")]

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
DESK, PHONE = (1366, 768), (390, 844)


def picture_of(address: str) -> Image.Image:
    """A QR code on a white card, as one holds it before a camera."""
    written = io.BytesIO()
    segno.make(address, version=5, error="q").save(written, kind="png", scale=8, border=6)
    card = Image.new("RGB", (640, 480), "white")
    code = Image.open(written).convert("RGB")
    card.paste(code, ((640 - code.width) // 2, (480 - code.height) // 2))
    return card


@pytest.fixture
def letter(transactional_db: None, at: datetime) -> Document:
    committee: House = make_committee(at)
    return sent(committee, at)


@pytest.fixture
def visit(live_server: Any, letter: Document, tmp_path: Path) -> Iterator[Any]:
    """Open the page in a browser whose camera sees the card."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing")
        pytest.skip("Chromium is missing: apt-get install chromium")
    film = tmp_path / "camera.mjpeg"
    address = f"{live_server.url}/kiem-tra/{letter.check_code}/"
    picture_of(address).save(film, format="JPEG", quality=95)
    camera = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    said: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=[*FLAGS, *camera])

        def open_page(size: tuple[int, int] = DESK, **options: Any) -> Page:
            view = {"width": size[0], "height": size[1]}
            context = browser.new_context(viewport=view, locale="vi-VN", **options)
            page = context.new_page()
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.goto(f"{live_server.url}/kiem-tra/")
            page.wait_for_load_state("networkidle")
            return page

        yield open_page
        browser.close()
    assert [line for line in said if "Content Security" in line or "TypeError" in line] == []


def test_the_reader_is_fetched_only_when_somebody_scans_and_the_camera_finds_the_document(
    visit: Any, letter: Document
) -> None:
    page = visit()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.rsplit("/", 1)[-1]))
    loaded = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert not [name for name in loaded if "qr-reader" in name or "wasm" in name]
    page.get_by_role("button", name="Quét mã QR").click()
    page.wait_for_url(f"**/kiem-tra/{letter.check_code}/", timeout=20_000)
    expect(page.get_by_text("Văn bản có thật")).to_be_visible()
    assert {"qr-reader.js", "zxing_reader.wasm"} <= set(fetched)


def test_a_picture_is_read_on_this_machine_and_a_strange_code_leads_nowhere(
    visit: Any, letter: Document, tmp_path: Path
) -> None:
    page = visit(PHONE)
    ours, strange, blank = (tmp_path / f"{name}.png" for name in ("ours", "strange", "blank"))
    picture_of(f"https://cong-vu.example/kiem-tra/{letter.check_code}/").save(ours)
    picture_of("https://example.org/qua-tang").save(strange)
    Image.new("RGB", (300, 300), "white").save(blank)
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.method))
    chosen, note = page.locator("[data-scan-file]"), page.locator("[data-scan-note]")
    chosen.set_input_files(blank)
    expect(note).to_contain_text("Không thấy mã QR", timeout=20_000)
    chosen.set_input_files(strange)
    expect(note).to_contain_text("không phải mã kiểm tra văn bản")
    assert "POST" not in posted
    chosen.set_input_files(ours)
    page.wait_for_url(f"**/kiem-tra/{letter.check_code}/")


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(visit: Any, size: tuple[int, int]) -> None:
    page = visit(size, bypass_csp=True, reduced_motion="reduce")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
