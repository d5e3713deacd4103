"""A key that does not answer at once: the request waits, and its answer finishes the signing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from cast import House
from congvu.documents.drafting.send_back import send_back_draft
from congvu.documents.models import Document, Signing
from congvu.documents.outgoing.ask_to_sign import ask_to_sign, withdraw_requests
from congvu.documents.outgoing.sign import sign_document
from congvu.documents.states import DocumentState
from congvu.documents.types import CoSignerChoice
from congvu.kit import blobs
from congvu.signing import ports
from congvu.signing.enrol import enrol_person
from congvu.signing.finish_signature import Answer, finish_signature, prepared_of
from congvu.signing.models import WaitingSignature
from congvu.signing.types import FileState
from congvu.signing.verify import verify_pdf
from paperwork import approved, fresh, refused

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.10.3", "ND30.13.7")]
REASON = "Sửa lại căn cứ pháp lý cho đúng."


@pytest.fixture
def remote_key(settings: Any, house: House, at: datetime) -> str:
    """The leader's key answers only after a confirmation elsewhere; gives its own reference."""
    certificate = enrol_person(person_id=house.leader.person_id, at=at)
    own = certificate.key_reference
    settings.KEY_ROADS = {**settings.KEY_ROADS, "far": "remote"}
    certificate.key_reference = own.replace("file:", "far:")
    certificate.save(update_fields=["key_reference"])
    return own


def asked(document: Document, house: House, at: datetime) -> WaitingSignature:
    return ask_to_sign(
        document_id=document.id, seen_sha256=document.base_file, by=house.leader, at=at
    )


def confirmed(waiting: WaitingSignature, own_reference: str) -> Answer:
    """What the service answers once the holder has said yes on the phone."""
    store, name = ports.key_store(own_reference)
    return Answer(raw=store.sign_digest(name, prepared_of(waiting).digest))


def test_the_answer_finishes_the_act(house: House, at: datetime, remote_key: str) -> None:
    document = approved(house, at)
    waiting = asked(document, house, at)
    assert fresh(document).state == DocumentState.APPROVED
    later = at + timedelta(seconds=90)

    finish_signature(waiting_id=waiting.id, answer=confirmed(waiting, remote_key), at=later)

    document = fresh(document)
    assert document.state == DocumentState.SIGNED
    assert Signing.objects.get(document=document).at == later
    found = verify_pdf(blobs.read(document.signed_file), at=later)
    assert (found.state, found.person_is_valid) == (FileState.INTACT, True)
    assert found.signatures[0].claimed_at == at
    assert blobs.read(document.signed_file).startswith(blobs.read(document.base_file))


def test_an_answer_counts_once(house: House, at: datetime, remote_key: str) -> None:
    waiting = asked(approved(house, at), house, at)
    answer = confirmed(waiting, remote_key)
    finish_signature(waiting_id=waiting.id, answer=answer, at=at)
    with refused("signing.E019"):
        finish_signature(waiting_id=waiting.id, answer=answer, at=at)
    assert Signing.objects.count() == 1


def test_one_request_at_a_time(house: House, at: datetime, remote_key: str) -> None:
    document = approved(house, at)
    asked(document, house, at)
    with refused("signing.E017"):
        asked(document, house, at)


def test_a_document_sent_back_ends_the_request(
    house: House, at: datetime, remote_key: str, published: list[object]
) -> None:
    document = approved(house, at)
    waiting = asked(document, house, at)
    send_back_draft(document_id=document.id, reason=REASON, by=house.leader, at=at)
    withdraw_requests(published[-1])
    waiting.refresh_from_db()
    assert waiting.state == WaitingSignature.State.CANCELLED
    with refused("signing.E019"):
        finish_signature(waiting_id=waiting.id, answer=confirmed(waiting, remote_key), at=at)
    assert fresh(document).state == DocumentState.SENT_BACK


def test_a_far_key_is_never_used_at_once(house: House, at: datetime, remote_key: str) -> None:
    document = approved(house, at)
    with refused("signing.E013"):
        sign_document(
            document_id=document.id, seen_sha256=document.base_file, by=house.leader, at=at
        )


def test_a_far_key_signs_in_its_turn(house: House, at: datetime, remote_key: str) -> None:
    beside = [CoSignerChoice(house.head.posting_id or 0)]
    document = approved(house, at, co_signers=beside)
    sign_document(document_id=document.id, seen_sha256=document.file, by=house.head, at=at)
    document = fresh(document)
    waiting = ask_to_sign(
        document_id=document.id, seen_sha256=document.file, by=house.leader, at=at
    )
    finish_signature(waiting_id=waiting.id, answer=confirmed(waiting, remote_key), at=at)
    document = fresh(document)
    assert document.state == DocumentState.SIGNED
    signatures = verify_pdf(blobs.read(document.signed_file), at=at).signatures
    assert [one.signer for one in signatures] == [house.head.full_name, house.leader.full_name]
