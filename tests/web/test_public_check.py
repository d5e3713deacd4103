"""Kiểm tra văn bản: for anybody; costs are bounded, nothing is kept."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cast import make_committee
from congvu.accounts import queries as accounts
from congvu.documents.models import Document, Sensitivity
from congvu.kit import clock
from congvu.kit.models import Blob
from congvu.signing.models import VerificationReport
from letters import sent, small_pdf

pytestmark = pytest.mark.django_db
ADDRESS = "/kiem-tra/"


def _upload(client: Client, content: bytes) -> int:
    return client.post(ADDRESS, {"file": SimpleUploadedFile("a.pdf", content)}).status_code


def test_a_file_that_is_no_pdf_is_refused_and_not_kept(client: Client) -> None:
    page = client.post(ADDRESS, {"file": SimpleUploadedFile("a.pdf", b"not a pdf")})
    assert page.status_code == 422
    assert "kit.E033" in page.content.decode()
    assert not Blob.objects.exists()
    assert not VerificationReport.objects.exists()


def test_no_file_is_said_beside_the_field(client: Client) -> None:
    page = client.post(ADDRESS, {})
    assert page.status_code == 422
    assert "web.E020" in page.content.decode()


@pytest.mark.clause("S.46")
def test_one_address_cannot_make_us_read_files_without_end(client: Client) -> None:
    limit = accounts.policy(clock.now())["address.failures"]
    answers = [_upload(client, small_pdf()) for _ in range(limit + 1)]
    assert set(answers[:limit]) == {200}
    assert answers[limit] == 429


@pytest.mark.clause("S.46")
def test_codes_cannot_be_guessed_without_end(client: Client) -> None:
    limit = accounts.policy(clock.now())["address.failures"]
    answers = [client.get(f"{ADDRESS}SAI{number:018d}/").status_code for number in range(limit + 1)]
    assert set(answers[:limit]) == {404}
    assert answers[limit] == 429


@pytest.fixture
def letter(at: datetime) -> Document:
    """An issued public decision."""
    return sent(make_committee(at), at, sensitivity=Sensitivity.PUBLIC)


def by_number(client: Client, symbol: str, on: str = "14/02/2022") -> tuple[int, str]:
    page = client.get(ADDRESS, {"so": symbol, "ngay": on})
    return page.status_code, page.content.decode()


@pytest.mark.clause("QC.7.1")
def test_a_public_document_is_found_by_number_and_day(client: Client, letter: Document) -> None:
    status, page = by_number(client, f" số: {letter.symbol.lower()}")
    assert status == 200
    assert "Văn bản có thật" in page
    assert letter.symbol in page
    assert letter.subject not in page
    assert by_number(client, letter.symbol, "15/02/2022")[0] == 404


@pytest.mark.clause("S.11", "S.46")
@pytest.mark.parametrize("level", [2, 3, 4])
def test_what_is_not_public_is_answered_like_what_does_not_exist(
    client: Client, letter: Document, level: int
) -> None:
    Document.objects.filter(id=letter.id).update(sensitivity=level)
    hidden = by_number(client, letter.symbol)
    absent = by_number(client, letter.symbol.replace("UBND", "UBNE"))
    assert hidden[0] == absent[0] == 404
    assert letter.issuer_name not in hidden[1]
    token = re.compile(r'(csrfmiddlewaretoken|csrf-token)"[^>]*')
    plain = [token.sub("", page).replace("UBNE", "UBND") for _, page in (hidden, absent)]
    assert plain[0] == plain[1]
    # Who holds the paper has its code, and still learns that it is genuine.
    assert client.get(f"{ADDRESS}{letter.check_code}/").status_code == 200


@pytest.mark.clause("S.46")
def test_numbers_cannot_be_guessed_without_end(client: Client) -> None:
    limit = accounts.policy(clock.now())["address.failures"]
    answers = [by_number(client, f"{number}/QĐ-UBND")[0] for number in range(limit + 1)]
    assert set(answers[:limit]) == {404}
    assert answers[limit] == 429


def test_half_a_question_is_said_beside_the_field(client: Client) -> None:
    for symbol, on in (("", "14/02/2022"), ("01/QĐ-UBND", ""), ("01/QĐ-UBND", "31/02/2022")):
        assert by_number(client, symbol, on)[0] == 422


@pytest.mark.clause("QC.7.1", "TT41")
def test_the_result_is_taken_home_and_nothing_is_kept(client: Client) -> None:
    page = client.post(ADDRESS, {"file": SimpleUploadedFile("quyết định.pdf", small_pdf())})
    sealed = re.search(r'name="result" value="([^"]+)"', page.content.decode())
    assert sealed
    sheet = client.post(f"{ADDRESS}phieu/", {"result": sealed[1]})
    assert sheet["Content-Type"] == "application/pdf"
    assert sheet.content.startswith(b"%PDF")
    assert not Blob.objects.exists()
    assert not VerificationReport.objects.exists()
    forged = client.post(f"{ADDRESS}phieu/", {"result": sealed[1][:-4] + "AAAA"})
    assert forged.status_code == 422
    assert "web.E041" in forged.content.decode()


@pytest.mark.clause("S.27")
def test_only_this_page_may_use_the_camera(client: Client) -> None:
    here, elsewhere = client.get(ADDRESS), client.get("/dang-nhap/")
    assert "camera=(self)" in here["Permissions-Policy"]
    assert "'wasm-unsafe-eval'" in here["Content-Security-Policy"]
    assert "'unsafe-inline'" not in here["Content-Security-Policy"]
    assert "camera=()" in elsewhere["Permissions-Policy"]
    assert "wasm" not in elsewhere["Content-Security-Policy"]
