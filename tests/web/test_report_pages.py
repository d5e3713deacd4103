"""The check of signatures on the pages of a document: words, the kept sheet, the data, warnings."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cast import House, approve_systems, enter_working_time, found_keys, make_committee
from cast import make_department as make_house
from congvu.audit.models import Entry
from congvu.documents.keep_report import keep_report
from congvu.documents.models import Arrival, Document
from congvu.kit import blobs
from congvu.signing.verify import verify_pdf
from letters import arrival_at, ring
from paperwork import issued
from staff import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.7.1", "TT41")]


@pytest.fixture
def letter(db: None, at: datetime) -> tuple[House, House, Document]:
    """A decision of the committee has come to a department; its file has been checked."""
    enter_working_time(at)
    found_keys(at)
    approve_systems(at)
    committee, house = make_committee(at), make_house(at)
    document = issued(committee, at, to=[house])
    ring(at)
    verify_pdf(blobs.payload(document.issued_file), at=at)
    keep_report(document_id=document.id, at=at)
    return committee, house, document


def tampered(document: Document, at: datetime) -> None:
    pdf = blobs.read(document.issued_file).replace(b"Typst", b"Typsy", 1)
    kept = blobs.keep(pdf, "application/pdf")
    Document.objects.filter(id=document.id).update(issued_file=kept.sha256)
    verify_pdf(pdf, at=at)


def test_the_clerk_reads_the_check_in_words(
    letter: tuple[House, House, Document], at: datetime
) -> None:
    _, house, document = letter
    client = client_for(house.clerk.posting_id, at)
    page = client.get(f"/van-ban-den/{arrival_at(document, house).id}/").content.decode()
    for words in ("Tệp nguyên vẹn", "có, hợp lệ", "người có thẩm quyền ký trước", "bản gốc"):
        assert words in page
    assert "FORM_FILLING" not in page
    assert "Chữ ký số không đạt" not in page


def test_the_sheet_and_the_data_are_downloaded_and_the_log_says_so(
    letter: tuple[House, House, Document], at: datetime
) -> None:
    committee, house, document = letter
    sheet = document.verification_sheets.get()
    for who in (committee.clerk, house.clerk):
        client = client_for(who.posting_id, at)
        pdf = client.get(f"/van-ban/{document.id}/phieu-kiem-tra/")
        assert pdf.content == blobs.read(sheet.file)
        data = json.loads(client.get(f"/van-ban/{document.id}/ket-qua-kiem-tra.json").content)
        assert data["legal_value"]["clause"] == "QC.7.1"
        assert [one["verdict"] for one in data["signatures"]] == [
            "valid"
        ] * 4  # and the stamp over the file
    assert Entry.objects.filter(kind="documents.report_downloaded").count() == 4


@pytest.mark.clause("S.11")
def test_a_stranger_gets_neither(letter: tuple[House, House, Document], at: datetime) -> None:
    _, _, document = letter
    stranger = make_house(at, "Sở Tài chính", "STC")
    client = client_for(stranger.clerk.posting_id, at)
    for end in ("phieu-kiem-tra/", "ket-qua-kiem-tra.json"):
        assert client.get(f"/van-ban/{document.id}/{end}").status_code == 404


@pytest.mark.clause("ND30.21.2.b")
def test_a_failed_check_stands_before_the_clerk_with_the_lawful_way(
    letter: tuple[House, House, Document], at: datetime
) -> None:
    _, house, document = letter
    tampered(document, at)
    arrival = arrival_at(document, house)
    client = client_for(house.clerk.posting_id, at)
    page = client.get(f"/van-ban-den/{arrival.id}/").content.decode()
    assert "Chữ ký số không đạt" in page
    assert "Nội dung đã bị thay đổi sau khi ký" in page
    answer = client.post(f"/van-ban-den/{arrival.id}/tiep-nhan/", {})
    assert answer.status_code == 422
    assert "documents.E832" in answer.content.decode()
    client.post(f"/van-ban-den/{arrival.id}/tiep-nhan/", {"reference": "1"})
    assert Arrival.objects.get(id=arrival.id).state == "registered"


@pytest.mark.clause("ND30.21.2.b")
def test_a_chosen_file_is_judged_before_the_form_is_sent(
    letter: tuple[House, House, Document], at: datetime
) -> None:
    _, house, document = letter
    client, kept = client_for(house.clerk.posting_id, at), blobs.read(document.issued_file)

    def said(content: bytes, name: str = "a.pdf") -> str:
        file = SimpleUploadedFile(name, content)
        return client.post("/van-ban-den/kiem-tra-tep/", {"file": file}).content.decode()

    assert "Tệp nguyên vẹn" in said(kept)
    broken = said(kept.replace(b"Typst", b"Typsy", 1))
    assert "Chữ ký số không đạt" in broken
    assert 'name="reference"' in broken
    assert "kit.E033" in said(b"rubbish")
    assert Arrival.objects.filter(channel="by_hand").count() == 0
