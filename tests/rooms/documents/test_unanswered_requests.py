"""A request that nobody answered ends by the clock, and its signer sees it on the sign page."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from cast import House
from congvu.documents.models import Document
from congvu.documents.outgoing.ask_plugin import ask_plugin_to_sign
from congvu.signing.ask_signature import PATIENCE
from congvu.signing.enrol import enrol_person
from congvu.signing.expire_waiting import expire_waiting
from congvu.signing.jobs import expire_waiting as every_minute
from congvu.signing.models import WaitingSignature
from congvu.signing.serve_file import serve_file
from paperwork import approved, refused
from staff import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.10.3")]
State = WaitingSignature.State
OVER = PATIENCE[WaitingSignature.Road.PLUGIN]


@pytest.fixture
def document(house: House, at: datetime) -> Document:
    """Waits for a leader whose key the program on their machine reaches."""
    certificate = enrol_person(person_id=house.leader.person_id, at=at)
    certificate.key_reference = "vgca:" + certificate.serial
    certificate.save(update_fields=["key_reference"])
    return approved(house, at)


def test_the_programs_request_ends_when_its_time_is_over(
    house: House, document: Document, at: datetime
) -> None:
    errand = ask_plugin_to_sign(
        document_id=document.id, seen_sha256=document.base_file, by=house.leader, at=at
    )
    assert expire_waiting(at=at + OVER - timedelta(seconds=1)) == 0
    assert expire_waiting(at=at + OVER) == 1
    assert expire_waiting(at=at + OVER) == 0

    waiting = WaitingSignature.objects.get()
    assert (waiting.state, waiting.ended_at) == (State.EXPIRED, at + OVER)
    assert "có thể ký lại" in waiting.said
    with refused("signing.E182"):
        serve_file(token=errand.token, at=at)


def test_what_an_earlier_try_was_refused_for_is_not_forgotten(
    house: House, document: Document, at: datetime
) -> None:
    ask_plugin_to_sign(
        document_id=document.id, seen_sha256=document.base_file, by=house.leader, at=at
    )
    WaitingSignature.objects.update(said="Tệp gửi lại không phải tệp đã giao.")
    expire_waiting(at=at + OVER)
    said = WaitingSignature.objects.get().said
    assert said.startswith("Tệp gửi lại không phải tệp đã giao.") and "hết thời gian" in said


def test_the_signer_reads_it_on_the_page_until_a_new_request_stands(
    house: House, document: Document, at: datetime
) -> None:
    browser = client_for(house.leader.posting_id or 0, at)
    address = reverse("sign", args=[document.id])
    ask_plugin_to_sign(
        document_id=document.id, seen_sha256=document.base_file, by=house.leader, at=at
    )
    assert "đã hết thời gian chờ" not in browser.get(address).content.decode()
    WaitingSignature.objects.update(expires_at=at)
    every_minute.task.func(0)
    page = browser.get(address).content.decode()
    assert "đã hết thời gian chờ" in page and "có thể ký lại" in page
    ask_plugin_to_sign(
        document_id=document.id, seen_sha256=document.base_file, by=house.leader, at=at
    )
    assert "đã hết thời gian chờ" not in browser.get(address).content.decode()
