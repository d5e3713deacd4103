"""Kiểm tra văn bản: for anybody; costs are bounded, nothing is kept."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from congvu.accounts import queries as accounts
from congvu.kit import clock
from congvu.kit.models import Blob
from congvu.signing.models import VerificationReport
from letters import small_pdf

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
