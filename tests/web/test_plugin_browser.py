"""Signing with the program on one's own machine, in a real browser, against its faithful double."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from congvu.documents.models import Document
from congvu.documents.states import DocumentState
from congvu.kit import clock
from congvu.signing.models import Certificate, WaitingSignature
from congvu.signing.register_own_certificate import register_own_certificate
from paperwork import approved, fresh
from vgca_double import Person
from web.machine import DESK, PHONE, World, machine, no_axe_findings, saved_again, token_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SIGN = "Ký số"


@pytest.fixture
def world(live_server: Any, settings: Any, tmp_path: Path) -> Iterator[World]:
    with machine(live_server, settings, tmp_path) as made:
        yield made


def registered(world: World) -> Certificate:
    """The leader's certificate, as the page of one's way of signing registers it."""
    return register_own_certificate(
        content=world.program.token.certificate,
        for_agency=False,
        by=world.province.office.leader,
        at=clock.now(),
    )


def pressed(page: Page) -> Any:
    """Open the sheet if it is not, and press the button that signs; gives the status line."""
    sheet = page.get_by_role("dialog", name="Ký số văn bản")
    if not sheet.is_visible():
        page.get_by_role("button", name="Ký văn bản").click()
    sheet.get_by_role("button", name=SIGN, exact=True).click()
    return sheet.get_by_role("status")


def answered(address: str) -> int:
    """The HTTP status of a plain GET, without any cookie."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


@pytest.mark.clause("ND30.13.7", "QC.10.3", "S.27")
def test_the_leader_signs_from_the_sign_page(world: World) -> None:
    office = world.province.office
    document = approved(office, world.province.at)
    registered(world)
    world.sign_in(office.leader)
    page = world.page(f"/trinh-ky/{document.id}/")
    pressed(page)
    page.wait_for_url("**/trinh-ky/")
    expect(page.get_by_text("Đã ký số; văn bản đã chuyển văn thư cấp số.")).to_be_visible()

    assert fresh(document).state == DocumentState.SIGNED
    [(function, asked)] = world.program.asked
    assert (function, asked["SessionId"], asked["JWTToken"]) == ("SignApproved", "", "")
    assert (world.program.faults, world.program.handler_said[0]["Status"]) == ([], True)
    # The token was for one signature: neither the file nor the handler opens again.
    assert answered(asked["FileName"]) == 422
    again = world.program._upload(asked["FileUploadHandler"], world.program.uploads[0][1])
    assert again["Status"] == 1 and "đã ký xong" in again["Message"]
    assert [one for one in world.console if "Content Security" in one] == []


def test_sheet_and_page_are_accessible(world: World) -> None:
    """The open sheet with its message, and the page of one's way of signing, at both sizes."""
    office = world.province.office
    document = approved(office, world.province.at)
    registered(world)
    world.sign_in(office.leader)
    world.program.person = Person(answer="cancels")
    cookies = world.context.cookies()
    for size in (DESK, PHONE):
        plain = world.context.browser.new_context(
            viewport=size, bypass_csp=True, reduced_motion="reduce", ignore_https_errors=True
        )
        plain.add_cookies(cookies)
        page = plain.new_page()
        page.goto(f"{world.address}/trinh-ky/{document.id}/")
        expect(pressed(page)).to_contain_text("Chưa ký.")
        no_axe_findings(page)
        page.goto(f"{world.address}/tai-khoan/ky-so/")
        no_axe_findings(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        plain.close()


@pytest.mark.clause("ND30.13.7", "QC.10.3")
def test_what_goes_wrong_is_said_and_can_be_done_again(world: World) -> None:
    office = world.province.office
    document = approved(office, world.province.at)
    registered(world)
    world.sign_in(office.leader)
    page = world.page(f"/trinh-ky/{document.id}/")
    own = world.program.token

    world.program.person = Person(answer="cancels")
    expect(pressed(page)).to_contain_text("Người dùng hủy bỏ thao tác ký số")
    expect(page.get_by_role("link", name="Kiểm tra phần mềm ký số trên máy")).to_be_visible()
    world.program.person = Person(answer="wrong_pin")
    expect(pressed(page)).to_contain_text("Mã PIN không đúng")
    world.program.person = Person(before_signing=saved_again)
    expect(pressed(page)).to_contain_text("không phải đúng tệp hệ thống đã giao")
    world.program.person = Person()
    world.program.token = token_for(office.deputy, world.province.at)
    said = f"chứng thư của {office.deputy.full_name}"
    expect(pressed(page)).to_contain_text(said, timeout=20_000)  # the file is looked into
    assert fresh(document).state == DocumentState.APPROVED

    world.program.token = own
    pressed(page)
    page.wait_for_url("**/trinh-ky/")
    assert fresh(document).state == DocumentState.SIGNED
    states = list(WaitingSignature.objects.order_by("id").values_list("state", flat=True))
    assert states == ["cancelled"] * 4 + ["completed"]
    assert world.program.faults == []


@pytest.mark.clause("QC.10.3")
def test_without_the_program_the_page_says_what_to_do(world: World) -> None:
    office = world.province.office
    document = approved(office, world.province.at)
    registered(world)
    world.sign_in(office.leader)
    page = world.page(f"/trinh-ky/{document.id}/")
    world.program.stop()
    expect(pressed(page)).to_contain_text("Không kết nối được phần mềm ký số")
    assert not WaitingSignature.objects.exists(), "nothing is asked of the server before that"

    phone = page.context.browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)
    phone.add_cookies(world.context.cookies())
    tab = phone.new_page()
    tab.goto(f"{world.address}/trinh-ky/{document.id}/")
    expect(tab.get_by_text("Không ký được trên điện thoại")).to_be_visible()
    expect(tab.get_by_role("button", name="Ký văn bản")).to_be_hidden()
    expect(tab.get_by_role("button", name="Trả lại").first).to_be_visible()
    tab.goto(f"{world.address}/tai-khoan/ky-so/")
    expect(tab.get_by_text("Điện thoại không dùng được phần mềm này")).to_be_visible()
    expect(tab.get_by_role("button", name="Kiểm tra phần mềm")).to_be_hidden()
    phone.close()


@pytest.mark.clause("QC.10.3", "S.27")
def test_the_certificate_is_registered_from_the_token(world: World) -> None:
    leader = world.province.office.leader
    world.sign_in(leader)
    page = world.page("/tai-khoan/ky-so/")
    test = page.get_by_role("form", name="Kiểm tra phần mềm ký số")
    check: Callable[[], None] = test.get_by_role("button", name="Kiểm tra phần mềm").click
    check()
    expect(test.get_by_role("status")).to_contain_text("chưa đăng ký trong hệ thống")
    page.get_by_role("button", name="Đọc thiết bị và đăng ký").click()
    expect(page.get_by_text("Đã đăng ký chứng thư số")).to_be_visible()
    certificate = Certificate.objects.get(person_id=leader.person_id, state="in_use")
    assert certificate.key_reference == f"vgca:{certificate.serial}"
    expect(page.get_by_text("Chưa ký lần nào")).to_be_visible()
    check()
    expect(test.get_by_role("status")).to_contain_text("đúng chứng thư đã đăng ký")
    test.get_by_role("button", name="Mở cài đặt").click()
    expect(test.get_by_role("status")).to_contain_text("mở cửa sổ cài đặt")
    until = time.monotonic() + 10  # the page says so as it asks; the program hears a moment later
    while len(world.program.asked) < 4 and time.monotonic() < until:
        page.wait_for_timeout(50)
    assert [name for name, _ in world.program.asked] == ["GetCertInfo"] * 3 + ["Config"]
    world.program.token = token_for(world.province.office.deputy, world.province.at)
    check()
    expect(test.get_by_role("status")).to_contain_text("không phải chứng thư đã đăng ký")
    # Another's certificate cannot be taken for one's own.
    page.get_by_role("button", name="Đọc thiết bị và đăng ký").click()
    expect(page.get_by_text("không phải Trần Hữu Thế")).to_be_visible()
    assert world.program.faults == []
    assert [one for one in world.console if "Content Security" in one] == []
    assert Document.objects.count() == 0
