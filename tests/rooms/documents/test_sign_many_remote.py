"""Many documents and a key at a remote service: one confirmation, and a result for each (QC.10.3)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cast import House
from congvu.accounts.models import Session
from congvu.documents.batch.confirm import confirm_batch
from congvu.documents.batch.decide import leave_unsigned
from congvu.documents.batch.retry import retry_batch
from congvu.documents.batch.sign_next import sign_next
from congvu.documents.batch.start import start_batch
from congvu.documents.drafting.send_back import send_back_draft, take_back_draft
from congvu.documents.models import Document, Signing
from congvu.documents.outgoing.ask_to_sign import ask_to_sign, withdraw_requests
from congvu.kit import blobs
from congvu.signing.answer_lot import answer_lot
from congvu.signing.ask_lot import ask_lot
from congvu.signing.ask_provider import ask_provider
from congvu.signing.end_lot import end_lot
from congvu.signing.enrol import enrol_person
from congvu.signing.expire_waiting import expire_waiting
from congvu.signing.form_lot import form_lot
from congvu.signing.models import RemoteKey, SignatureLot, SigningProvider, WaitingSignature
from congvu.signing.poll_lot import poll_lot
from congvu.signing.ports import RemoteAnswer, RemoteState
from congvu.signing.types import FileState
from congvu.signing.verify import verify_pdf
from far_sittings import Sitting, sitting_of
from paperwork import fresh, refused
from sittings import confirm, laid, results, stay_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("ND30.13.7", "QC.10.3")]
REASON = "Sửa lại căn cứ pháp lý cho đúng."


@pytest.fixture(params=["smartca", "mysign"])
def sitting(request: Any, house: House, at: datetime) -> Iterator[Sitting]:
    yield from sitting_of(request.param, house, at)


@pytest.fixture
def mysign(house: House, at: datetime) -> Iterator[Sitting]:
    yield from sitting_of("mysign", house, at)


@pytest.fixture
def smartca(house: House, at: datetime) -> Iterator[Sitting]:
    yield from sitting_of("smartca", house, at)


# --- One confirmation for all ---------------------------------------------------------------------


def test_one_confirmation_signs_every_document(sitting: Sitting, tmp_path: Path) -> None:
    lot = sitting.confirm()
    assert len(sitting.service.requests) == 1, "the phone rings once"
    (asked,) = sitting.service.requests.values()
    assert len(asked.digests) == 3 and lot.code in asked.title
    assert sitting.polled(lot) is True and results(sitting.batch) == ["waiting"] * 3

    sitting.service.confirm()
    assert sitting.polled(lot, 10) is False
    assert (lot.state, sitting.batch.state) == ("answered", "done")
    assert results(sitting.batch) == ["signed"] * 3
    for document in sitting.documents:
        signed = fresh(document)
        row = Signing.objects.get(document=document)
        assert (signed.state, row.file_before) == ("signed", document.base_file)
        found = verify_pdf(blobs.read(signed.signed_file), at=sitting.at)
        assert found.state == FileState.INTACT and found.person_is_valid
        file = tmp_path / f"{document.id}.pdf"
        file.write_bytes(blobs.read(signed.signed_file))
        said = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True)
        assert said.stdout.count("Signature is Valid") == 1


def test_a_whole_cms_for_each_document_is_put_in_as_it_came(mysign: Sitting) -> None:
    SigningProvider.objects.filter(id=mysign.key.provider.id).update(answers="cms")
    mysign.service.answers = "cms"
    lot = mysign.confirm()
    mysign.service.confirm()
    mysign.polled(lot)
    assert results(mysign.batch) == ["signed"] * 3
    for document in mysign.documents:
        found = verify_pdf(blobs.read(fresh(document).signed_file), at=mysign.at)
        assert found.state == FileState.INTACT and found.person_is_valid


def test_nothing_of_a_subject_goes_to_the_service(mysign: Sitting) -> None:
    mysign.confirm()
    (asked,) = mysign.service.requests.values()
    assert "thứ" not in asked.title and asked.title.startswith("Van ban 1/3, ma doi chieu ")


def test_the_180_seconds_begin_when_the_service_has_the_request(mysign: Sitting) -> None:
    confirm(mysign.batch, mysign.session, mysign.house.leader, mysign.at)
    later = mysign.at + timedelta(seconds=40)
    lot = mysign.next(later)
    assert lot.expires_at == later + timedelta(seconds=180)
    ends = set(lot.signatures.values_list("expires_at", flat=True))
    assert ends == {lot.expires_at}


@pytest.mark.clause("ND30.11")
def test_exactly_the_files_that_were_shown_are_asked_for(mysign: Sitting) -> None:
    first, second, third = mysign.documents
    take_back_draft(document_id=first.id, reason=REASON, by=mysign.house.drafter, at=mysign.at)
    Document.objects.filter(id=second.id).update(base_file=third.base_file)  # another file
    lot = mysign.confirm()
    assert list(lot.signatures.values_list("subject_id", flat=True)) == [third.id]
    mysign.service.confirm()
    mysign.polled(lot)
    assert results(mysign.batch) == ["failed", "failed", "signed"]
    codes = list(mysign.batch.items.values_list("code", flat=True))
    assert codes == ["documents.E003", "documents.E201", ""]


def test_where_nothing_may_be_signed_nobody_is_asked(mysign: Sitting) -> None:
    for document in mysign.documents:
        take_back_draft(
            document_id=document.id, reason=REASON, by=mysign.house.drafter, at=mysign.at
        )
    confirm(mysign.batch, mysign.session, mysign.house.leader, mysign.at)
    while sign_next(batch_id=mysign.batch.id, at=mysign.at):
        pass
    assert results(mysign.batch) == ["failed"] * 3
    assert not SignatureLot.objects.exists() and not mysign.service.requests


# --- A service that takes fewer -------------------------------------------------------------------


def test_a_service_that_takes_one_is_asked_one_after_another(mysign: Sitting) -> None:
    SigningProvider.objects.filter(id=mysign.key.provider.id).update(most_at_once=1)
    mysign.service.most = 1
    lot = mysign.confirm()
    for place in (1, 2, 3):
        assert len(mysign.service.requests) == place
        assert sign_next(batch_id=mysign.batch.id, at=mysign.at) is False  # it waits for the phone
        mysign.service.confirm()
        mysign.polled(lot, 5 * place)
        assert results(mysign.batch).count("signed") == place
        if place < 3:
            lot = mysign.next()
    assert mysign.batch.state == "done"


def test_two_at_once_make_two_requests_for_three(sitting: Sitting) -> None:
    RemoteKey.objects.update(at_once=2)
    sitting.service.most = 2
    lot = sitting.confirm()
    sitting.service.confirm()
    sitting.polled(lot)
    assert results(sitting.batch) == ["signed", "signed", "waiting"]
    last = sitting.next()
    sitting.service.confirm()
    sitting.polled(last)
    assert results(sitting.batch) == ["signed"] * 3
    assert [len(one.digests) for one in sitting.service.requests.values()] == [2, 1]


# --- One fails, the others go on ------------------------------------------------------------------


def test_garbage_for_one_document_stops_no_other(sitting: Sitting) -> None:
    lot = sitting.confirm()
    sitting.service.spoils = 1
    sitting.service.confirm()
    sitting.polled(lot)
    assert results(sitting.batch) == ["signed", "failed", "signed"]
    assert "không phải là chữ ký" in sitting.batch.items.get(ordinal=2).said
    assert fresh(sitting.documents[1]).state == "approved"

    sitting.service.spoils = -1
    leader, at = sitting.house.leader, sitting.at
    retry_batch(batch_id=sitting.batch.id, session_id=sitting.session, by=leader, at=at)
    lot = sitting.confirm()
    assert lot.signatures.count() == 1
    sitting.service.confirm()
    sitting.polled(lot)
    assert results(sitting.batch) == ["signed"] * 3 and Signing.objects.count() == 3


def test_a_signature_for_one_is_not_taken_for_another(sitting: Sitting) -> None:
    lot = sitting.confirm()
    sitting.service.signatures = lambda asked: list(  # type: ignore[method-assign]
        zip(
            asked.digests,
            [sitting.service.signature(one) for one in reversed(list(asked.digests.values()))],
            strict=True,
        )
    )
    sitting.service.confirm()
    sitting.polled(lot)
    assert results(sitting.batch) == ["failed", "signed", "failed"]  # the middle one is its own


def test_what_the_service_leaves_out_is_told(smartca: Sitting) -> None:
    real = smartca.service.signatures
    smartca.service.signatures = lambda asked: real(asked)[:2]  # type: ignore[method-assign]
    lot = smartca.confirm()
    smartca.service.confirm()
    smartca.polled(lot)
    assert results(smartca.batch) == ["signed", "signed", "failed"]
    assert "không trả về chữ ký" in smartca.batch.items.get(ordinal=3).said


@pytest.mark.clause("ND30.11")
def test_a_document_that_changes_while_the_phone_waits_is_not_signed(
    mysign: Sitting, published: list[Any]
) -> None:
    lot = mysign.confirm()
    taken, sent, last = mysign.documents
    take_back_draft(document_id=taken.id, reason=REASON, by=mysign.house.drafter, at=mysign.at)
    send_back_draft(document_id=sent.id, reason=REASON, by=mysign.house.leader, at=mysign.at)
    withdraw_requests(published[-1])
    assert results(mysign.batch) == ["waiting", "failed", "waiting"]  # withdrawn with its reason
    mysign.service.confirm()
    mysign.polled(lot)
    assert results(mysign.batch) == ["failed", "failed", "signed"]
    said = [one.said for one in mysign.batch.items.all()]
    assert "không còn dùng được" in said[0] and "trả lại để sửa" in said[1]
    assert list(Signing.objects.values_list("document_id", flat=True)) == [last.id]


def test_asked_for_on_its_own_page_already_it_is_told(mysign: Sitting) -> None:
    first = mysign.documents[0]
    told = {"document_id": first.id, "seen_sha256": first.base_file}
    alone = ask_to_sign(by=mysign.house.leader, at=mysign.at, **told)
    ask_provider(waiting_id=alone.id, at=mysign.at)
    lot = mysign.confirm()
    assert mysign.batch.items.get(ordinal=1).code == "signing.E017"
    assert lot.signatures.count() == 2


# --- Not confirmed --------------------------------------------------------------------------------


def test_refused_on_the_phone_the_sitting_stops_and_can_be_confirmed_anew(mysign: Sitting) -> None:
    lot = mysign.confirm()
    mysign.service.refuse()
    mysign.polled(lot)
    assert (lot.state, mysign.batch.state) == ("refused", "stopped")
    assert "từ chối" in mysign.batch.said and results(mysign.batch) == ["waiting"] * 3
    assert set(lot.signatures.values_list("state", flat=True)) == {"refused"}

    leave_unsigned(batch_id=mysign.batch.id, ordinal=2, by=mysign.house.leader, at=mysign.at)
    again = mysign.confirm()
    assert again.id != lot.id and len(mysign.service.requests) == 2
    mysign.service.confirm()
    mysign.polled(again)
    assert results(mysign.batch) == ["signed", "skipped", "signed"]


def test_nobody_confirms_in_time(sitting: Sitting) -> None:
    lot = sitting.confirm()
    assert sitting.polled(lot, 179) is True
    assert sitting.polled(lot, 180) is False
    assert (lot.state, sitting.batch.state) == ("expired", "stopped")
    assert "hết thời gian chờ" in sitting.batch.said


def test_a_lot_whose_job_was_lost_ends_by_the_clock(mysign: Sitting) -> None:
    lot = mysign.confirm()
    expire_waiting(at=mysign.at + timedelta(seconds=299))
    lot.refresh_from_db()
    assert lot.state == "waiting"
    expire_waiting(at=mysign.at + timedelta(seconds=301))
    mysign.batch.refresh_from_db()
    lot.refresh_from_db()
    assert (lot.state, mysign.batch.state) == ("expired", "stopped")


def test_given_up_while_the_phone_waits(mysign: Sitting) -> None:
    lot = mysign.confirm()
    told = {"lot_id": lot.id, "state": SignatureLot.State.CANCELLED, "at": mysign.at}
    assert end_lot(said="Ông/Bà đã hủy yêu cầu ký.", by=mysign.house.deputy, **told) is None
    assert end_lot(said="Ông/Bà đã hủy yêu cầu ký.", by=mysign.house.leader, **told) is not None
    mysign.service.confirm()
    mysign.polled(lot)
    assert (mysign.batch.state, results(mysign.batch)) == ("stopped", ["waiting"] * 3)
    assert not Signing.objects.exists()


def test_a_service_that_does_not_take_so_many_says_so(mysign: Sitting) -> None:
    mysign.service.most = 2
    mysign.confirm()
    mysign.batch.refresh_from_db()
    assert mysign.batch.state == "stopped" and "không nhận yêu cầu" in mysign.batch.said
    assert results(mysign.batch) == ["waiting"] * 3


def test_a_service_away_for_a_moment_is_asked_again(mysign: Sitting) -> None:
    lot = mysign.confirm()
    mysign.service.breaks = "503"
    assert mysign.polled(lot) is True
    mysign.service.breaks = ""
    mysign.service.confirm()
    assert mysign.polled(lot, 10) is False and results(mysign.batch) == ["signed"] * 3


def test_out_of_use_the_confirmation_is_refused(mysign: Sitting) -> None:
    SigningProvider.objects.filter(id=mysign.key.provider.id).update(is_active=False)
    with refused("signing.E173"):
        confirm(mysign.batch, mysign.session, mysign.house.leader, mysign.at)
    mysign.batch.refresh_from_db()
    assert mysign.batch.state == "reviewing"


# --- Once and only once ---------------------------------------------------------------------------


def test_whatever_rings_twice_is_done_once(sitting: Sitting) -> None:
    lot = sitting.confirm()
    assert sign_next(batch_id=sitting.batch.id, at=sitting.at) is False
    ask_lot(lot_id=lot.id, at=sitting.at)
    assert len(sitting.service.requests) == 1 and SignatureLot.objects.count() == 1
    sitting.service.confirm()
    sitting.polled(lot)
    sitting.polled(lot, 10)
    assert Signing.objects.count() == 3 and results(sitting.batch) == ["signed"] * 3


def test_killed_before_the_transaction_was_written_down_it_is_the_same_request(
    sitting: Sitting,
) -> None:
    lot = sitting.confirm()
    SignatureLot.objects.update(transaction="")
    ask_lot(lot_id=lot.id, at=sitting.at)
    assert len(sitting.service.requests) == 1


def test_what_was_given_is_kept_before_it_is_put_in(mysign: Sitting) -> None:
    """The service may forget what it gave once; nobody confirms twice for that."""
    lot = mysign.confirm()
    mysign.service.confirm()
    poll_lot(lot_id=lot.id, at=mysign.at)
    assert all(lot.signatures.values_list("answer", flat=True))
    mysign.service.requests.clear()
    expire_waiting(at=mysign.at + timedelta(minutes=10))  # confirmed: no longer a question of time
    mysign.put_in(lot, mysign.at + timedelta(minutes=10))
    assert results(mysign.batch) == ["signed"] * 3
    assert not any(lot.signatures.values_list("answer", flat=True))


def test_what_no_job_could_put_in_is_told_after_half_an_hour(mysign: Sitting) -> None:
    lot = mysign.confirm()
    mysign.service.confirm()
    poll_lot(lot_id=lot.id, at=mysign.at)
    late = mysign.at + timedelta(minutes=34)
    expire_waiting(at=late)
    while sign_next(batch_id=mysign.batch.id, at=late):
        pass
    assert results(mysign.batch) == ["failed"] * 3
    assert "gặp lỗi khi đưa chữ ký" in mysign.batch.items.get(ordinal=1).said


def test_confirmed_after_the_stay_has_ended_it_is_signed(mysign: Sitting) -> None:
    """The holder confirms on the phone; the browser may be closed. Nothing new is asked for."""
    SigningProvider.objects.filter(id=mysign.key.provider.id).update(most_at_once=2)
    lot = mysign.confirm()
    Session.objects.filter(id=mysign.session).update(ended_at=mysign.at, end_reason="signed_out")
    mysign.service.confirm()
    mysign.polled(lot)
    assert results(mysign.batch) == ["signed", "signed", "failed"]
    assert mysign.batch.items.get(ordinal=3).code == "documents.E887"


# --- What is refused ------------------------------------------------------------------------------


def test_the_program_on_the_signers_machine_signs_no_batch(house: House, at: datetime) -> None:
    laid(house, at)
    certificate = enrol_person(person_id=house.leader.person_id, at=at)
    certificate.key_reference = "vgca:" + certificate.key_reference.partition(":")[2]
    certificate.save(update_fields=["key_reference"])
    with refused("documents.E885"):
        start_batch(session_id=stay_of(house.leader, at), by=house.leader, at=at)


def test_a_lot_is_made_of_ones_own_open_requests_only(mysign: Sitting) -> None:
    lot = mysign.confirm()
    member = WaitingSignature.objects.filter(lot=lot).first()
    for wrong in ([], [0], [member.id]):
        with refused("signing.E018"):
            form_lot(waiting_ids=wrong, by=mysign.house.leader, at=mysign.at)


def test_the_list_that_was_confirmed_is_what_is_asked_for(mysign: Sitting) -> None:
    with refused("documents.E883"):
        confirm_batch(
            batch_id=mysign.batch.id,
            mark="",
            session_id=mysign.session,
            by=mysign.house.leader,
            at=mysign.at,
        )
    assert not SignatureLot.objects.exists()


def test_an_answer_to_a_lot_that_has_ended_is_left_alone(mysign: Sitting) -> None:
    lot = mysign.confirm()
    end_lot(lot_id=lot.id, state=SignatureLot.State.EXPIRED, said="Hết giờ.", at=mysign.at)
    answer_lot(lot_id=lot.id, answer=RemoteAnswer(RemoteState.SIGNED, "x"), at=mysign.at)
    lot.refresh_from_db()
    assert lot.state == "expired"
