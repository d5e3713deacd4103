"""A clerk issues, copies and stamps with the program on the machine, in a real browser."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from congvu.documents.copies.ask_copy import Wanted, ask_for_copy
from congvu.documents.drafting.approve import approve_draft
from congvu.documents.drafting.attach import attach_file
from congvu.documents.drafting.submit import submit_draft
from congvu.documents.incoming.receive_by_hand import receive_by_hand
from congvu.documents.incoming.register import register_arrival
from congvu.documents.models import (
    Arrival,
    ArrivalStamp,
    Attachment,
    Document,
    DocumentCopy,
    Numbering,
)
from congvu.documents.outgoing.sign import sign_document
from congvu.documents.states import DocumentState
from congvu.kit import blobs, clock
from congvu.orgs.types import Actor
from congvu.rules.legal_effect import Verdict
from congvu.signing.models import Certificate, WaitingSignature
from congvu.signing.register_own_certificate import register_own_certificate
from congvu.signing.types import FileState
from congvu.signing.verify import verify_pdf
from letters import by_hand
from paperwork import drafted, fresh
from rooms.documents.test_outside_tools_agree import outside
from scans import scan
from vgca_double import Person
from web.machine import (
    DESK,
    PHONE,
    World,
    aside,
    machine,
    no_axe_findings,
    saved_again,
    token_for,
    token_of_agency,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
ISSUE = "Ban hành & Gửi"


@pytest.fixture
def world(live_server: Any, settings: Any, tmp_path: Path) -> Iterator[World]:
    """The clerk's machine: the agency's token is in it and registered, the clerk signed in."""
    with machine(live_server, settings, tmp_path) as made:
        clerk = made.province.office.clerk
        made.program.token = token_of_agency(clerk, clock.now())
        register_own_certificate(
            content=made.program.token.certificate, for_agency=True, by=clerk, at=clock.now()
        )
        made.sign_in(clerk)
        yield made


def to_issue(world: World, *, appendix: bool = False) -> Document:
    """A document signed by the leader, waiting for the clerk."""
    office, at = world.province.office, world.province.at
    document = drafted(office, at, to=[world.province.other])
    if appendix:
        made = pikepdf.new()
        made.add_blank_page(page_size=(842, 595))
        out = io.BytesIO()
        made.save(out)
        attach_file(
            document_id=document.id,
            content=out.getvalue(),
            name="Danh sách.pdf",
            by=office.drafter,
            at=at,
        )
    submit_draft(document_id=document.id, base_ordinal=1, by=office.drafter, at=at)
    for reviewer in (office.head, office.clerk):
        approve_draft(document_id=document.id, by=reviewer, at=at)
    file = fresh(document).base_file
    aside(lambda: sign(document.id, file, office.leader, at))
    return fresh(document)


def sign(document_id: int, file: str, by: Actor, at: datetime) -> None:
    """The leader signs, with a key that answers at once."""
    sign_document(document_id=document_id, seen_sha256=file, by=by, at=at)


def pressed(page: Page, name: str = ISSUE) -> Any:
    """Open the sheet if it is not, and press its button; gives the status line."""
    sheet = page.get_by_role("dialog").filter(has=page.locator("[data-plugin-status]"))
    if not sheet.is_visible():
        page.get_by_role("button", name=name, exact=True).first.click()
    sheet.get_by_role("button", name=name, exact=True).click()
    return sheet.get_by_role("status")


@pytest.mark.clause("ND30.17.2", "ND30.32.2.c", "ND30.PL1.I.II.8.b", "QC.10.3", "S.27")
def test_one_click_issues_a_document_with_its_appendix(world: World, tmp_path: Path) -> None:
    document = to_issue(world, appendix=True)
    world.program.person = Person(stamps_time=True)
    page = world.page(f"/van-ban-di/{document.id}/")
    pressed(page)
    expect(page.get_by_text("và gửi tới 1 nơi nhận")).to_be_visible(timeout=30_000)

    document = fresh(document)
    assert document.state == DocumentState.ISSUED
    (seal, asked), (second, of_appendix) = world.program.asked
    assert (seal, second) == ("SignIssued", "SignAppendix")
    assert asked["DocNumber"] == of_appendix["DocNumber"] == document.symbol
    assert asked["IssuedDate"] == f"{document.issued_on}T00:00:00+07:00"
    assert (world.program.faults, [one["Status"] for one in world.program.handler_said]) == (
        [],
        [True, True],
    )
    assert [one for one in world.console if "Content Security" in one] == []
    # Three tools that know nothing of this house agree with it.
    issued = blobs.read(document.issued_file)
    at = clock.now()
    found = verify_pdf(issued, at=at)
    assert (found.state, found.has_both_valid) == (FileState.INTACT, True)
    assert {one.verdict for one in found.signatures} == {Verdict.VALID}
    assert found.signatures[1].stamped_at is not None, "the program's own time-stamp counts"
    appendix = Attachment.objects.get(document=document, removed_at=None)
    assert not page.get_by_text("Không đọc thấy dòng chữ").is_visible()
    for content in (issued, blobs.read(appendix.sha256)):
        said = outside(content, tmp_path, at)
        assert all("successful" in one or "verification: ok" in one for one in said), said


@pytest.mark.clause("ND30.15.1", "ND30.32.2.d", "QC.10.3")
def test_what_goes_wrong_keeps_the_number_and_can_be_done_again(world: World) -> None:
    document = to_issue(world, appendix=True)
    own = world.program.token
    page = world.page(f"/van-ban-di/{document.id}/")

    world.program.person = Person(answer="closes")
    status = pressed(page)
    expect(status).to_contain_text("đã đóng kết nối mà không trả lời")
    symbol = fresh(document).symbol
    assert fresh(document).state == DocumentState.NUMBERED and symbol
    expect(status).to_contain_text(f"Số {symbol} vẫn giữ cho văn bản này")
    world.program.person = Person(before_signing=saved_again)
    expect(pressed(page)).to_contain_text("không phải đúng tệp hệ thống đã giao")
    world.program.person = Person()
    world.program.token = token_for(world.province.office.leader, clock.now())
    expect(pressed(page)).to_contain_text("không phải chứng thư đã đăng ký")
    world.program.token = own
    world.program.person = Person(number_as="content")
    expect(pressed(page)).to_contain_text("chỉ đặt hình dấu")

    # The seal is put; then the program ends before the appendix.
    world.program.person = Person(answer="closes", answers=["agrees"])
    expect(pressed(page)).to_contain_text("đã đóng kết nối mà không trả lời")
    page = world.page(f"/van-ban-di/{document.id}/")
    expect(page.get_by_text(f"Đã cấp số {symbol}, chưa phát hành")).to_be_visible()
    expect(page.get_by_text("đã ký 1/2 tệp")).to_be_visible()
    world.program.person = Person()
    world.program.asked.clear()
    pressed(page, "Phát hành")
    expect(page.get_by_text(f"Đã ban hành {symbol}")).to_be_visible(timeout=30_000)
    assert [function for function, _ in world.program.asked] == ["SignAppendix"]
    assert fresh(document).state == DocumentState.ISSUED
    assert [one.symbol for one in Numbering.objects.all()] == [symbol]
    assert world.program.faults == []


def test_without_the_program_no_number_is_given(world: World) -> None:
    document = to_issue(world)
    page = world.page(f"/van-ban-di/{document.id}/")
    world.program.stop()
    expect(pressed(page)).to_contain_text("Không kết nối được phần mềm ký số")
    assert fresh(document).state == DocumentState.SIGNED
    assert not Numbering.objects.exists() and not WaitingSignature.objects.exists()

    phone = page.context.browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)
    phone.add_cookies(world.context.cookies())
    tab = phone.new_page()
    tab.goto(f"{world.address}/van-ban-di/{document.id}/")
    expect(tab.get_by_text("Không ban hành được trên điện thoại")).to_be_visible()
    expect(tab.get_by_role("button", name=ISSUE)).to_be_hidden()
    phone.close()


@pytest.mark.clause("ND30.15.3", "ND30.32.2.d")
def test_a_program_that_writes_the_number_itself(world: World) -> None:
    """The agency has so chosen on the page of its device; readers are told what they will see."""
    clerk = world.province.office.clerk
    certificate = Certificate.objects.get(agency_id=clerk.agency_id)
    assert certificate.signs_once, "registered at the program: our fields carry the number"
    Certificate.objects.update(signs_once=False)
    document = to_issue(world)
    world.program.person = Person(number_as="annotation", types="99/QĐ-SNV 26/11/2026")
    page = world.page(f"/van-ban-di/{document.id}/")
    expect(pressed(page)).to_contain_text("Không đọc thấy")
    world.program.person = Person(number_as="annotation")
    pressed(page)
    expect(page.get_by_text("thành chú thích trên trang")).to_be_visible(timeout=30_000)
    found = verify_pdf(blobs.read(fresh(document).issued_file), at=clock.now())
    assert (found.state, found.has_both_valid) == (FileState.ADDED_TO, True)


@pytest.mark.clause("ND30.25", "ND30.PL1.II.I")
def test_a_copy_keeps_its_number_until_the_program_has_signed(world: World) -> None:
    office, at = world.province.office, clock.now()
    arrived = receive_by_hand(
        described=by_hand(symbol="12/GM-X"),
        content=scan(),
        file_name="quet.pdf",
        is_declared_open=True,
        by=office.clerk,
        at=at,
    )
    document = Arrival.objects.get(id=arrived.id).document
    wanted = Wanted("SY", "paper", "electronic", "Gửi các phòng để thực hiện")
    copy = ask_for_copy(document_id=document.id, wanted=wanted, by=office.leader, at=at)
    page = world.page(f"/ban-sao/{copy.id}/")
    world.program.person = Person(answer="cancels")
    expect(pressed(page, "Sao")).to_contain_text("Số 01/SY-SNV vẫn giữ cho bản sao này")
    world.program.person = Person()
    pressed(page, "Sao")
    expect(page.get_by_text("Đã sao, số 01/SY-SNV.")).to_be_visible(timeout=30_000)
    made = DocumentCopy.objects.get(id=copy.id)
    assert (made.state, made.number) == ("made", 1)
    assert blobs.read(made.file).startswith(blobs.read(made.base_file))
    assert world.program.asked[-1][0] == "SignCopy"
    assert world.program.asked[-1][1]["DocNumber"] == "01/SY-SNV"
    assert world.program.faults == []


@pytest.mark.clause("ND30.22", "ND30.PL4")
def test_the_stamp_of_arrival_is_put_by_the_program(world: World) -> None:
    office, at = world.province.office, clock.now()
    arrival = receive_by_hand(
        described=by_hand(symbol="12/GM-X"),
        content=scan(),
        file_name="quet.pdf",
        is_declared_open=True,
        by=office.clerk,
        at=at,
    )
    if not Arrival.objects.get(id=arrival.id).acknowledged_at:
        register_arrival(arrival_id=arrival.id, by=office.clerk, at=at)
    page = world.page(f"/van-ban-den/{arrival.id}/")
    page.locator("details.menu > summary").filter(has_text="Thêm").click()
    page.get_by_role("button", name="Đóng dấu Đến").click()
    pressed(page, "Đóng dấu Đến")
    expect(page.get_by_text("Đã đóng dấu Đến trên bản lưu.")).to_be_visible(timeout=30_000)
    function, asked = world.program.asked[-1]
    assert function == "SignIncome"
    assert {"Key": "SoDen", "Value": "01"} in asked["MetaData"]
    stamp = ArrivalStamp.objects.get()
    assert blobs.read(stamp.file).startswith(blobs.read(stamp.original_file))
    assert world.program.faults == []


def test_the_pages_are_accessible(world: World) -> None:
    document = to_issue(world, appendix=True)
    world.program.person = Person(answer="cancels")
    for size in (DESK, PHONE):
        plain = world.context.browser.new_context(
            viewport=size, bypass_csp=True, reduced_motion="reduce", ignore_https_errors=True
        )
        plain.add_cookies(world.context.cookies())
        page = plain.new_page()
        page.goto(f"{world.address}/van-ban-di/{document.id}/")
        name = ISSUE if size is DESK else "Phát hành"
        expect(pressed(page, name)).to_contain_text("Chưa ký.")
        no_axe_findings(page)
        page.reload()
        no_axe_findings(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        plain.close()
