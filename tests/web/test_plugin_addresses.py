"""The two addresses of the signing program, and what the pages of its signers may do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from congvu.audit.models import Entry
from congvu.documents.models import Document
from congvu.documents.outgoing.issue import issue_document
from congvu.documents.outgoing.number import number_document
from congvu.documents.states import DocumentState
from congvu.kit import blobs
from congvu.signing.choose_number_way import choose_number_way
from congvu.signing.enrol import enrol_agency, enrol_person
from congvu.signing.models import Certificate, WaitingSignature
from paperwork import approved, fresh, refused, signed
from vgca_double import Token, signed_by_program, token_of
from web.province import Province, make_province, words

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def light_hashing(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]


@pytest.fixture
def province(at: datetime) -> Province:
    return make_province(at)


@pytest.fixture
def token(province: Province, at: datetime) -> Token:
    return token_of(enrol_person(person_id=province.office.leader.person_id, at=at))


@pytest.fixture
def document(province: Province, at: datetime) -> Document:
    return approved(province.office, at)


def asked(province: Province, document: Document) -> dict[str, Any]:
    """What the sign page of the leader gets for the program."""
    answer = province.browser(province.office.leader).post(
        f"/trinh-ky/{document.id}/phan-mem-ky/", {"seen_sha256": document.base_file}, **SCRIPT
    )
    assert answer.status_code == 200, answer.content.decode()
    return dict(answer.json())


def sent(address: str, pdf: bytes, field: str = "uploadfile", **more: Any) -> dict[str, Any]:
    """What the handler answers to a program without a session."""
    file = SimpleUploadedFile("Quyết định.signed.pdf", pdf, "application/pdf")
    answer = Client(enforce_csrf_checks=True).post(address, {field: file}, **more)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    return dict(answer.json())


@pytest.mark.clause("ND30.13.7", "S.11", "S.29")
def test_the_token_alone_fetches_and_returns(
    province: Province, document: Document, token: Token, at: datetime
) -> None:
    errand = asked(province, document)
    request = errand["request"]
    assert errand["function"] == "SignApproved"
    assert (request["SessionId"], request["JWTToken"], request["MetaData"]) == ("", "", [])
    file = Client().get(request["FileName"])
    assert file.content == blobs.read(document.base_file)
    assert file.headers["Content-Type"] == "application/pdf"
    assert file.headers["Cache-Control"] == "no-store"

    said = sent(request["FileUploadHandler"], signed_by_program(file.content, token, at=at))
    assert said == {"Status": True, "Message": "", "FileName": "van-ban.pdf", "FileServer": ""}
    assert fresh(document).state == DocumentState.SIGNED
    leader = province.browser(province.office.leader)
    state = leader.get(errand["state"]).json()
    assert state["state"] == "completed"
    assert "văn bản đã chuyển văn thư" in words(leader.get(state["next"], follow=True))


@pytest.mark.clause("S.11", "S.13")
def test_a_refusal_is_json_and_is_remembered(
    province: Province, document: Document, token: Token, at: datetime
) -> None:
    errand = asked(province, document)
    handler = errand["request"]["FileUploadHandler"]
    served = Client().get(errand["request"]["FileName"]).content
    for field, content, code in (
        ("file", b"x", "signing.E183"),
        ("uploadfile", b"not at all", "signing.E185"),
        ("uploadfile", served, "signing.E185"),
    ):
        said = sent(handler, content, field)
        assert said["Status"] is False and code in said["Message"]
    leader = province.browser(province.office.leader)
    state = leader.get(errand["state"]).json()
    assert (state["state"], state["next"]) == ("waiting", "")
    assert "không phải đúng tệp hệ thống đã giao" in state["said"]
    entries = Entry.objects.filter(kind="signing.file_refused")
    assert entries.count() == 3
    assert {one.agency_id for one in entries} == {province.office.agency.id}
    # Of somebody else the request does not exist.
    assert province.browser(province.office.deputy).get(errand["state"]).status_code == 404
    leader.post(errand["cancel"], {"said": "  đóng\n cửa sổ "})
    assert WaitingSignature.objects.get().state == "cancelled"
    assert "E182" in sent(handler, served)["Message"]


@pytest.mark.clause("S.46")
def test_guessing_tokens_ends_soon(province: Province) -> None:
    guess = f"/ky-so/nop/{'g' * 43}/"
    for _ in range(200):
        said = sent(guess, b"%PDF-")
        if "E180" not in said["Message"]:
            break
    assert "Hãy thử lại sau" in said["Message"] or "phút" in said["Message"]
    assert Client().get(f"/ky-so/tep/{'g' * 43}/van-ban.pdf").status_code == 429


@pytest.mark.clause("S.27")
def test_only_pages_of_such_signers_reach_the_loopback(
    province: Province, document: Document, at: datetime, settings: Any
) -> None:
    enrol_person(person_id=province.office.leader.person_id, at=at)
    leader = province.browser(province.office.leader)
    page = f"/trinh-ky/{document.id}/"
    assert "wss:" not in leader.get(page).headers["Content-Security-Policy"]
    token_of(Certificate.objects.get(person_id=province.office.leader.person_id))
    policy = leader.get(page).headers["Content-Security-Policy"]
    assert policy.endswith(f"connect-src 'self' {settings.PLUGIN_ADDRESS}")
    assert "wss:" not in leader.get("/trinh-ky/").headers["Content-Security-Policy"]


def test_without_a_script_the_page_says_so(
    province: Province, document: Document, token: Token
) -> None:
    leader = province.browser(province.office.leader)
    form = {"seen_sha256": document.base_file}
    answer = leader.post(f"/trinh-ky/{document.id}/phan-mem-ky/", form)
    assert answer.status_code == 422 and "JavaScript" in words(answer)
    assert "<noscript>" in leader.get(f"/trinh-ky/{document.id}/").content.decode()


@pytest.mark.clause("ND30.32.2.c")
def test_an_agency_with_the_program_issues_nothing_by_halves(
    province: Province, at: datetime
) -> None:
    """Without the program, or without a script, the document waits as it is."""
    document = signed(province.office, at, to=[province.other])
    token_of(enrol_agency(agency_id=province.office.agency.id, at=at))
    clerk = province.browser(province.office.clerk)
    day = {"on": f"{at:%d/%m/%Y}"}
    for order in ("ban-hanh/", "phan-mem-ky/"):
        answer = clerk.post(f"/van-ban-di/{document.id}/{order}", day)
        assert answer.status_code == 422 and "JavaScript" in words(answer)
        assert fresh(document).state == DocumentState.SIGNED
    number_document(document_id=document.id, by=province.office.clerk, at=at)
    with refused("signing.E220"):
        issue_document(document_id=document.id, by=province.office.clerk, at=at)
    assert fresh(document).state == DocumentState.NUMBERED
    page = words(clerk.get("/tai-khoan/ky-so/"))
    assert "Phần mềm ký số trên máy tự ghi số, ngày" in page


@pytest.mark.clause("ND30.17.2", "ND30.32.2.c", "S.29")
def test_the_clerk_gets_one_errand_after_the_other(province: Province, at: datetime) -> None:
    """What the page is given, step by step, and where it goes at the end."""
    certificate = enrol_agency(agency_id=province.office.agency.id, at=at)
    choose_number_way(
        certificate_id=certificate.id, signs_once=True, by=province.office.clerk, at=at
    )
    document = signed(province.office, at, to=[province.other])
    agency = token_of(Certificate.objects.get(id=certificate.id))
    clerk = province.browser(province.office.clerk)
    order = f"/van-ban-di/{document.id}/phan-mem-ky/"
    errand = clerk.post(order, {"on": f"{at:%d/%m/%Y}"}, **SCRIPT).json()
    request = errand["request"]
    assert (errand["function"], request["DocNumber"]) == ("SignIssued", "01/QĐ-SNV")
    assert request["IssuedDate"] == "2022-02-14T00:00:00+07:00"
    assert "01/QĐ-SNV" in errand["kept"]
    # The program was closed; the page asks again, and the number is the same one.
    clerk.post(errand["cancel"], {"said": "đóng cửa sổ"})
    page = words(clerk.get(f"/van-ban-di/{document.id}/"))
    assert "Đã cấp số 01/QĐ-SNV, chưa phát hành" in page and "đóng cửa sổ" in page
    errand = clerk.post(order, **SCRIPT).json()
    assert errand["request"]["DocNumber"] == "01/QĐ-SNV"
    served = Client().get(errand["request"]["FileName"]).content
    said = sent(errand["request"]["FileUploadHandler"], signed_by_program(served, agency, at=at))
    assert said["Status"] is True, said
    state = clerk.get(errand["state"]).json()
    assert (state["state"], state["more"]) == ("completed", False)
    assert "Đã ban hành 01/QĐ-SNV và gửi tới 1 nơi nhận" in words(
        clerk.get(state["next"], follow=True)
    )
    # Of another clerk's agency nothing is there.
    stranger = province.browser(province.other.clerk)
    assert stranger.post(order, **SCRIPT).status_code == 404
