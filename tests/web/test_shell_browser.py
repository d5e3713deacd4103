"""The design system in a real browser: axe, keyboard, phone, zoom, an expired session, bad files."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from congvu.web.shell import samples

sys.path.insert(0, str(Path(__file__).parent))
from shell_site import Site, running

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESK, PHONE = (1366, 768), (390, 844)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing")
        pytest.skip("Chromium is missing: apt-get install chromium")
    with sync_playwright() as play:
        flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        started = play.chromium.launch(executable_path=chromium, args=flags)
        yield started
        started.close()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with running() as shown:
        yield shown


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Any]:
    """Open a path in a fresh window of a size; afterwards the console must have stayed silent."""
    site.posts.clear()
    site.autosave = "ok"
    said: list[str] = []
    contexts = []

    def open_page(path: str, size: tuple[int, int] = DESK, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(site.address + path)
        page.wait_for_load_state("networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [line for line in said if "Content Security" in line or "TypeError" in line] == []


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize("path", ["/bang/", "/ban/", "/danh-sach/", "/bieu-mau/", "/loi/"])
def test_axe_finds_nothing(visit: Any, path: str, size: tuple[int, int]) -> None:
    page = visit(path, size, bypass_csp=True, reduced_motion="reduce")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert len(found["passes"]) > 15
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []


@pytest.mark.parametrize("path", ["/bang/", "/ban/", "/danh-sach/", "/bieu-mau/"])
def test_nothing_scrolls_sideways(visit: Any, path: str) -> None:
    """From a small phone over 200 % zoom (683 by 384) to the desk."""
    page = visit(path)
    for width, height in [(320, 640), PHONE, (683, 384), (1024, 700), DESK]:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def test_a_list_is_walked_with_j_and_k_and_ticked_with_x(visit: Any) -> None:
    page = visit("/ban/")
    page.keyboard.press("j")
    rows = page.locator(".pane-list .row-link")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("1")
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()


def test_one_letter_keys_are_silent_while_typing_and_when_switched_off(visit: Any) -> None:
    page = visit("/ban/")
    page.locator("#f-opinion").click()
    page.keyboard.type("sjk?x")
    expect(page.locator("#f-opinion")).to_have_value("sjk?x")
    assert page.locator("dialog[open]").count() == 0
    page.locator("#f-opinion").blur()
    page.keyboard.press("?")
    page.get_by_label("Dùng phím tắt một chữ").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    assert page.locator("dialog[open]").count() == 0


def test_ctrl_k_finds_a_function_without_diacritics(visit: Any) -> None:
    page = visit("/ban/")
    page.keyboard.press("Control+k")
    page.keyboard.type("van ban di")
    chosen = page.locator('[role="option"][aria-selected="true"]')
    expect(chosen).to_contain_text("Tìm “van ban di”")
    page.keyboard.press("ArrowDown")
    expect(chosen).to_have_text("Văn bản đi")
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0


def test_why_opens_by_keyboard_beside_its_moment_and_inside_the_window(visit: Any) -> None:
    page = visit("/ban/")
    button = page.locator(".document-head .why-button")
    button.focus()
    page.keyboard.press("Enter")
    panel = page.locator("#why-head")
    expect(panel).to_be_visible()
    expect(panel).to_contain_text("điểm b khoản 3 Điều 8")
    box = panel.bounding_box()
    assert box
    assert box["x"] >= 0 and box["x"] + box["width"] <= DESK[0]
    assert box["y"] >= 0 and box["y"] + box["height"] <= DESK[1]
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_tabs_follow_the_arrows(visit: Any) -> None:
    page = visit("/ban/")
    page.locator("#p-xu-ly-tab").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#p-dong")).to_be_visible()
    expect(page.locator("#p-xu-ly")).to_be_hidden()
    page.keyboard.press("End")
    expect(page.locator("#p-lien-quan-tab")).to_be_focused()


def test_recipients_are_filtered_counted_and_taken_by_groups(visit: Any) -> None:
    page = visit("/bang/")
    picker = page.locator("#f-to")
    everyone = picker.locator("[data-picker-item]").count()
    picker.locator("[data-picker-filter]").fill("song cau")
    shown = picker.locator("[data-picker-item]:visible").count()
    assert 10 <= shown < everyone
    picker.locator("[data-picker-all]").check()
    send = page.locator('[data-counted="f-to"]')
    expect(send).to_have_text(f"Ban hành & Gửi ({shown + 2})")
    picker.locator("[data-picker-filter]").fill("")
    picker.locator("[data-picker-all]").click()
    expect(send).to_have_text(f"Ban hành & Gửi ({everyone})")
    picker.locator("[data-picker-clear]").click()
    expect(send).to_be_disabled()
    picker.get_by_role("button", name="Các sở, ban, ngành").click()
    expect(send).to_have_text("Ban hành & Gửi (20)")


def test_only_one_person_leads(visit: Any) -> None:
    page = visit("/bang/")
    page.locator('[name="assign-3"][value="lead"]').check(force=True)
    expect(page.locator('[name="assign-3"][value="lead"]')).to_be_checked()
    expect(page.locator('[name="assign-1"][value="lead"]')).not_to_be_checked()
    expect(page.locator('[name="assign-1"][value=""]')).to_be_checked()


def test_a_draft_saves_itself_and_says_when(visit: Any, site: Site) -> None:
    page = visit("/bieu-mau/")
    page.locator("#f-body").fill("Điều một, sửa")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Đã lưu lúc", timeout=6000)
    assert [path for path, _ in site.posts] == ["/luu/"]
    expect(page.locator('[name="version"]')).to_have_value("2")


@pytest.mark.parametrize("trouble", ["signed-out", "broken"])
def test_what_was_typed_survives_an_expired_session_or_a_broken_server(
    visit: Any, site: Site, trouble: str
) -> None:
    page = visit("/bieu-mau/")
    site.autosave = trouble
    page.locator("#f-body").fill("Câu không được mất")
    expect(page.locator("[data-autosave-status]")).to_contain_text("giữ trên máy", timeout=6000)
    if trouble == "signed-out":
        expect(page.locator("#phien-het-han")).to_be_visible()
    page.on("dialog", lambda question: question.accept())
    page.reload()
    site.autosave = "ok"
    expect(page.locator("#f-body")).to_have_value("Điều một")
    page.get_by_role("button", name="Khôi phục nội dung này").click()
    expect(page.locator("#f-body")).to_have_value("Câu không được mất")


def test_two_clicks_send_once(visit: Any, site: Site) -> None:
    page = visit("/bieu-mau/")
    page.evaluate(
        "() => { const b = document.getElementById('gui'); b.click(); b.click(); b.click(); }"
    )
    page.wait_for_url("**/ban/")
    assert [path for path, _ in site.posts] == ["/nhan/"]


def test_errors_take_the_focus_and_lead_to_their_fields(visit: Any) -> None:
    page = visit("/bieu-mau/")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="Vui lòng nhập số, ký hiệu").click()
    expect(page.locator("#f-symbol")).to_be_focused()


@pytest.mark.parametrize(
    ("typed", "day", "said"),
    [
        ("14/2/22", "14/02/2022", "thứ Hai 14/02/2022"),
        ("14022022", "14/02/2022", "thứ Hai 14/02/2022"),
        ("31.12.2023", "31/12/2023", "Chủ nhật 31/12/2023"),
        ("31/02/2022", "31/02/2022", "Chưa đọc được ngày"),
        ("mai", "mai", "Chưa đọc được ngày"),
    ],
)
def test_days_are_read_as_officials_type_them(visit: Any, typed: str, day: str, said: str) -> None:
    page = visit("/bieu-mau/")
    page.locator("#f-due").fill(typed)
    page.locator("#f-due").blur()
    expect(page.locator("#f-due")).to_have_value(day)
    expect(page.locator("[data-date-echo]")).to_contain_text(said)


def test_times_of_day_are_read_too(visit: Any) -> None:
    page = visit("/bieu-mau/")
    for typed, read in [("7h30", "07:30"), ("1645", "16:45"), ("25:00", "25:00")]:
        page.locator("#f-due-time").fill(typed)
        page.locator("#f-due-time").blur()
        expect(page.locator("#f-due-time")).to_have_value(read)


def test_files_go_up_at_once_and_an_empty_one_is_refused(visit: Any, site: Site) -> None:
    page = visit("/bieu-mau/")
    page.locator("#f-files").set_input_files(
        [
            {"name": "rong.pdf", "mimeType": "application/pdf", "buffer": b""},
            {"name": "van-ban.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"},
        ]
    )
    lines = page.locator("[data-drop-list] .file")
    expect(lines.nth(0)).to_contain_text("Tệp rỗng")
    expect(lines.nth(1)).to_contain_text("Đã kiểm tra")
    expect(page.locator('[name="files_key"]')).to_have_value("k1")
    assert [path for path, _ in site.posts] == ["/tep/"]


def test_the_editor_marks_words_and_keeps_the_undo(visit: Any) -> None:
    page = visit("/bieu-mau/")
    area = page.locator("#f-body")
    area.select_text()
    page.get_by_role("button", name="Đậm (Ctrl+B)").click()
    expect(area).to_have_value("**Điều một**")
    page.keyboard.press("Control+z")
    expect(area).to_have_value("Điều một")


def test_counts_arrive_without_moving_anything(visit: Any) -> None:
    page = visit("/ban/", (1600, 900))
    page.evaluate(
        """() => { window.moved = 0; new PerformanceObserver((list) => list.getEntries()
            .forEach((one) => { window.moved += one.value; })).observe({type: "layout-shift"}); }"""
    )
    expect(page.locator('.rail [data-count="incoming"]')).to_have_text("98.765", timeout=8000)
    expect(page.locator('[data-count="notices"]')).to_have_text("99+")
    assert page.evaluate("window.moved") == 0


def test_pane_width_is_moved_by_keyboard_and_remembered(visit: Any) -> None:
    page = visit("/ban/")
    handle = page.get_by_role("separator", name="Độ rộng của danh sách")
    before = page.locator(".pane-list").bounding_box()
    handle.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.reload()
    after = page.locator(".pane-list").bounding_box()
    assert before and after
    assert after["width"] == pytest.approx(before["width"] + 48, abs=2)


def test_a_phone_signs_in_four_taps_with_the_thumb(visit: Any) -> None:
    page = visit("/ban/", PHONE, has_touch=True, is_mobile=True)
    expect(page.locator(".pane-list")).to_be_hidden()
    sign = page.locator(".action-bar .button-primary")
    box = sign.bounding_box()
    assert box
    assert box["y"] > PHONE[1] * 0.8
    assert box["height"] >= 44
    sign.tap()
    confirm = page.locator("#ky-phat-hanh .button-primary").bounding_box()
    assert confirm
    assert confirm["y"] > PHONE[1] * 0.5
    assert confirm["width"] > PHONE[0] * 0.8


def test_a_phone_shows_one_pane_at_a_time(visit: Any) -> None:
    page = visit("/ban/", PHONE, has_touch=True, is_mobile=True)
    expect(page.locator(".pane-document")).to_be_visible()
    expect(page.locator(".pane-side")).to_be_hidden()
    page.get_by_role("link", name="Xử lý", exact=True).tap()
    expect(page.locator(".pane-document")).to_be_hidden()
    expect(page.locator(".pane-side")).to_be_visible()


def test_a_phone_reaches_every_function_from_the_bottom(visit: Any) -> None:
    page = visit("/danh-sach/", PHONE, has_touch=True, is_mobile=True)
    page.locator(".bottom summary").tap()
    entries = page.locator(".bottom .menu-list .rail-item")
    expect(entries).to_have_count(len(samples.navigation()))
    for place in (0, -1):
        box = entries.nth(place).bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= PHONE[1]
        assert box["height"] >= 44


def test_reduced_motion_moves_nothing(visit: Any) -> None:
    page = visit("/bang/", reduced_motion="reduce")
    spin = page.evaluate(
        """() => [...document.querySelectorAll("*")].flatMap((one) => ["", "::after"].map((part) =>
            parseFloat(getComputedStyle(one, part || null).animationDuration))).filter((s) => s > 0.01)"""
    )
    assert spin == []


def test_the_page_works_without_a_script(visit: Any) -> None:
    page = visit("/ban/", java_script_enabled=False)
    for panel in ("p-xu-ly", "p-dong", "p-ky", "p-nhan"):
        expect(page.locator(f"#{panel}")).to_be_visible()
    expect(page.locator(".viewer-page img").first).to_be_visible()


def test_paper_shows_the_work_and_not_the_tool(visit: Any) -> None:
    page = visit("/ban/")
    page.emulate_media(media="print")
    for tool in (".top", ".rail", ".action-bar", ".viewer-bar"):
        expect(page.locator(tool).first).to_be_hidden()
    expect(page.locator(".document-subject").first).to_be_visible()
