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
from congvu.documents.states import DocumentState
from congvu.kit import blobs
from congvu.signing.adapters.software_keys import installed_keys
from congvu.signing.enrol import enrol_agency, enrol_person
from congvu.signing.models import Certificate, WaitingSignature
from paperwork import approved, fresh, numbered, refused
from vgca_double import Token, signed_by_program
from web.province import Province, make_province, words

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def light_hashing(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]


@pytest.fixture
def province(at: datetime) -> Province:
    return make_province(at)


def put_into_token(certificate: Certificate) -> Token:
    """The certificate's key goes into a token of the program."""
    name = certificate.key_reference.partition(":")[2]
    own, *chain = installed_keys().chain(name)
    certificate.key_reference = "vgca:" + certificate.serial
    certificate.save(update_fields=["key_reference"])
    return Token(own, tuple(chain), installed_keys().key(name))


@pytest.fixture
def token(province: Province, at: datetime) -> Token:
    return put_into_token(enrol_person(person_id=province.office.leader.person_id, at=at))


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
    put_into_token(Certificate.objects.get(person_id=province.office.leader.person_id))
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
    """Not supported yet: said with its code, and the document stays numbered."""
    document = numbered(province.office, at, to=[province.other])
    put_into_token(enrol_agency(agency_id=province.office.agency.id, at=at))
    with refused("signing.E198"):
        issue_document(document_id=document.id, by=province.office.clerk, at=at)
    assert fresh(document).state == DocumentState.NUMBERED
    page = words(province.browser(province.office.clerk).get("/tai-khoan/ky-so/"))
    assert "chưa hỗ trợ" in page
