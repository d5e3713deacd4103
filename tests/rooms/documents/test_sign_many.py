"""Batch signing: nothing unseen is signed, one failure stops nobody else, a PIN is kept briefly."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from cast import House, make_committee
from congvu.accounts.models import Account, Session
from congvu.audit.models import Entry
from congvu.documents.batch.close import close_batch
from congvu.documents.batch.confirm import confirm_batch
from congvu.documents.batch.decide import agree_to_sign, leave_unsigned, send_back_item
from congvu.documents.batch.note_shown import note_shown
from congvu.documents.batch.retry import retry_batch
from congvu.documents.batch.sign_next import sign_next
from congvu.documents.batch.start import start_batch
from congvu.documents.batch.tend import tend_batches
from congvu.documents.drafting.send_back import take_back_draft
from congvu.documents.models import BatchItem, Document, Shown, Signing, SigningBatch
from congvu.documents.outgoing import sign as sign_module
from congvu.documents.outgoing.sign import sign_document
from congvu.orgs.models import Posting
from congvu.signing import ports
from congvu.signing.adapters.software_keys import installed_keys
from congvu.signing.enrol import enrol_person
from paperwork import fresh, refused
from sittings import PIN, State, Token, agree, confirm, laid, results, run, show_whole, stay_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("ND30.13.7")]
REASON = "Sửa lại căn cứ pháp lý cho đúng."


@pytest.fixture
def documents(house: House, at: datetime) -> list[Document]:
    return [laid(house, at, subject=f"Về việc thứ {number}") for number in (1, 2, 3)]


@pytest.fixture
def session(house: House, at: datetime) -> int:
    return stay_of(house.leader, at)


@pytest.fixture
def batch(documents: list[Document], house: House, session: int, at: datetime) -> SigningBatch:
    return start_batch(session_id=session, by=house.leader, at=at)


@pytest.fixture
def token(settings: Any, house: House, at: datetime) -> Token:
    """The leader's key lies in a device with a PIN."""
    certificate = enrol_person(person_id=house.leader.person_id, at=at)
    device = Token(installed_keys())
    settings.KEY_ROADS = {**settings.KEY_ROADS, "token": "at_once"}
    settings.CONGVU_ADAPTERS = {**settings.CONGVU_ADAPTERS, "signing.keys.token": "sittings.made"}
    certificate.key_reference = certificate.key_reference.replace("file:", "token:")
    certificate.save(update_fields=["key_reference"])
    import sittings

    sittings.made = lambda: device  # type: ignore[attr-defined]
    ports._adapter.cache_clear()
    yield device
    ports._adapter.cache_clear()


def test_all_that_was_agreed_to_is_signed(
    house: House, documents: list[Document], batch: SigningBatch, session: int, at: datetime
) -> None:
    agree(batch, session, house.leader, at)
    confirm(batch, session, house.leader, at)
    assert run(batch, at).state == "done"
    assert results(batch) == ["signed"] * 3
    for document in documents:
        row = Signing.objects.get(document=document)
        assert (row.file_before, row.by_id) == (document.base_file, house.leader.posting_id)
    told = Entry.objects.get(kind="documents.batch.ended")
    assert json.loads(told.details) == {"signed": 3}


# --- Nothing is signed that was not shown ---------------------------------------------------------


@pytest.mark.clause("ND30.11")
def test_a_document_of_three_pages_of_which_one_was_opened_is_not_shown(
    house: House, documents: list[Document], batch: SigningBatch, session: int, at: datetime
) -> None:
    document = documents[0]
    Document.objects.filter(id=document.id).update(page_count=3)
    told = {"document_id": document.id, "sha256": document.file, "by": house.leader, "at": at}
    decided = {
        "batch_id": batch.id,
        "ordinal": 1,
        "seen_sha256": document.file,
        "by": house.leader,
        "at": at,
    }
    with refused("documents.E881") as said:
        agree_to_sign(session_id=session, **decided)
    assert "0/3" in said.value.say
    for pages, seen in (([1], "1/3"), ([1, 3], "2/3"), ([7, 0], "2/3")):
        note_shown(pages=pages, session_id=session, **told)
        with refused("documents.E881") as said:
            agree_to_sign(session_id=session, **decided)
        assert seen in said.value.say
    note_shown(pages=[2], session_id=session, **told)
    other_stay = stay_of(house.leader, at)
    with refused("documents.E881"):
        agree_to_sign(session_id=other_stay, **decided)
    assert agree_to_sign(session_id=session, **decided).state == State.WAITING


@pytest.mark.clause("ND30.11")
def test_what_somebody_else_was_shown_counts_for_nobody(
    house: House, documents: list[Document], batch: SigningBatch, session: int, at: datetime
) -> None:
    show_whole(documents[0], session, house.deputy, at)
    with refused("documents.E881"):
        agree_to_sign(
            batch_id=batch.id,
            ordinal=1,
            seen_sha256=documents[0].file,
            session_id=session,
            by=house.leader,
            at=at,
        )


@pytest.mark.clause("ND30.11")
def test_a_file_that_is_not_the_documents_is_not_noted(
    house: House, documents: list[Document], session: int, at: datetime
) -> None:
    with refused("documents.E201"):
        note_shown(
            document_id=documents[0].id,
            sha256="0" * 64,
            pages=None,
            session_id=session,
            by=house.leader,
            at=at,
        )
    assert not Shown.objects.exists()


def test_the_database_holds_no_agreement_without_a_showing(batch: SigningBatch) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        BatchItem.objects.filter(batch=batch).update(state=State.WAITING)


@pytest.mark.clause("ND30.11")
def test_a_document_that_changed_is_refused_and_the_others_go_on(
    house: House, documents: list[Document], batch: SigningBatch, session: int, at: datetime
) -> None:
    agree(batch, session, house.leader, at)
    back, other, last = documents
    take_back_draft(document_id=back.id, reason=REASON, by=house.drafter, at=at)
    Document.objects.filter(id=other.id).update(base_file=last.base_file)  # another file
    confirm(batch, session, house.leader, at)
    run(batch, at)
    assert results(batch) == ["failed", "failed", "signed"]
    codes = list(batch.items.order_by("ordinal").values_list("code", flat=True))
    assert codes == ["documents.E003", "documents.E201", ""]
    assert list(Signing.objects.values_list("document_id", flat=True)) == [last.id]


@pytest.mark.clause("ND30.11")
def test_the_confirmation_is_for_the_list_that_was_shown(
    house: House, batch: SigningBatch, session: int, at: datetime
) -> None:
    agree(batch, session, house.leader, at)
    told = {"batch_id": batch.id, "session_id": session, "by": house.leader, "at": at}
    with refused("documents.E883"):
        confirm_batch(mark="", **told)
    for ordinal in (1, 2, 3):
        leave_unsigned(batch_id=batch.id, ordinal=ordinal, by=house.leader, at=at)
    with refused("documents.E884"):
        confirm_batch(mark="", **told)


def test_left_and_sent_back_are_not_signed(
    house: House, documents: list[Document], batch: SigningBatch, session: int, at: datetime
) -> None:
    agree(batch, session, house.leader, at)
    leave_unsigned(batch_id=batch.id, ordinal=1, by=house.leader, at=at)
    send_back_item(batch_id=batch.id, ordinal=2, reason=REASON, by=house.leader, at=at)
    confirm(batch, session, house.leader, at)
    run(batch, at)
    assert results(batch) == ["skipped", "returned", "signed"]
    assert [fresh(one).state for one in documents] == ["approved", "sent_back", "signed"]


# --- A failure is told, and the next one goes on --------------------------------------------------


def test_a_break_down_on_one_document_stops_no_other(
    house: House,
    batch: SigningBatch,
    session: int,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
    documents: list[Document],
) -> None:
    real = sign_module.blobs.read

    def broken(sha256: str) -> bytes:
        if sha256 == documents[1].base_file:
            raise FileNotFoundError(sha256)
        return real(sha256)

    agree(batch, session, house.leader, at)
    confirm(batch, session, house.leader, at)
    monkeypatch.setattr(sign_module.blobs, "read", broken)
    run(batch, at)
    assert results(batch) == ["signed", "failed", "signed"]
    assert batch.items.get(ordinal=2).code == "documents.E888"

    monkeypatch.setattr(sign_module.blobs, "read", real)
    retry_batch(batch_id=batch.id, session_id=session, by=house.leader, at=at)
    assert results(batch) == ["signed", "waiting", "signed"]
    confirm(batch, session, house.leader, at)
    run(batch, at)
    assert results(batch) == ["signed"] * 3 and Signing.objects.count() == 3


@pytest.mark.clause("ND30.11")
def test_what_is_signed_again_after_a_change_must_be_looked_at_again(
    house: House, documents: list[Document], batch: SigningBatch, session: int, at: datetime
) -> None:
    agree(batch, session, house.leader, at)
    Document.objects.filter(id=documents[0].id).update(base_file=documents[1].base_file)
    confirm(batch, session, house.leader, at)
    run(batch, at)
    again = {"batch_id": batch.id, "session_id": session, "by": house.leader, "at": at}
    retry_batch(**again)
    assert results(batch) == ["open", "signed", "signed"]
    close_batch(batch_id=batch.id, by=house.leader, at=at)
    assert results(batch)[0] == "skipped"
    with refused("documents.E892"):
        retry_batch(**again)


def test_signed_on_its_own_page_meanwhile_is_signed_once(
    house: House, documents: list[Document], batch: SigningBatch, session: int, at: datetime
) -> None:
    agree(batch, session, house.leader, at)
    confirm(batch, session, house.leader, at)
    first = documents[0]
    sign_document(document_id=first.id, seen_sha256=first.base_file, by=house.leader, at=at)
    run(batch, at)
    assert results(batch) == ["signed"] * 3
    assert Signing.objects.filter(document=first).count() == 1


def test_a_job_that_rings_twice_signs_once(
    house: House, batch: SigningBatch, session: int, at: datetime
) -> None:
    agree(batch, session, house.leader, at)
    confirm(batch, session, house.leader, at)
    run(batch, at)
    assert sign_next(batch_id=batch.id, at=at) is False
    assert Signing.objects.count() == 3


# --- Whoever ordered it must still be there -------------------------------------------------------


def test_when_the_stay_ends_the_rest_is_refused(
    house: House, batch: SigningBatch, session: int, at: datetime
) -> None:
    agree(batch, session, house.leader, at)
    confirm(batch, session, house.leader, at)
    assert sign_next(batch_id=batch.id, at=at) is True
    Session.objects.filter(id=session).update(ended_at=at, end_reason="signed_out")
    run(batch, at)
    assert results(batch) == ["signed", "failed", "failed"]
    assert batch.items.last().code == "documents.E887"


@pytest.mark.parametrize("how", ["locked", "posting ended", "idle", "other posting"])
def test_a_locked_account_or_an_ended_posting_signs_nothing_more(
    house: House, batch: SigningBatch, session: int, at: datetime, how: str
) -> None:
    agree(batch, session, house.leader, at)
    confirm(batch, session, house.leader, at)
    moment = at
    if how == "locked":
        Account.objects.filter(person_id=house.leader.person_id).update(status="disabled")
    elif how == "posting ended":
        Posting.objects.filter(id=house.leader.posting_id).update(valid_to=date(2022, 2, 13))
    elif how == "idle":
        moment = at + timedelta(hours=9)
    else:
        Session.objects.filter(id=session).update(posting=house.deputy.posting_id)
    run(batch, moment)
    assert results(batch) == ["failed"] * 3 and not Signing.objects.exists()


@pytest.mark.clause("S.11")
def test_a_sitting_is_its_persons_alone(house: House, batch: SigningBatch, at: datetime) -> None:
    for other in (house.deputy, house.head, make_committee(at).leader):
        with refused("documents.E880"):
            leave_unsigned(batch_id=batch.id, ordinal=1, by=other, at=at)


# --- The PIN --------------------------------------------------------------------------------------


@pytest.mark.clause("QC.10.3")
def test_one_pin_opens_the_device_for_every_document_and_is_wiped(
    house: House, batch: SigningBatch, session: int, at: datetime, token: Token
) -> None:
    agree(batch, session, house.leader, at)
    confirm(batch, session, house.leader, at, PIN)
    batch.refresh_from_db()
    assert PIN.encode() not in bytes(batch.sealed_pin)
    assert PIN not in everything_kept()
    run(batch, at)
    assert results(batch) == ["signed"] * 3 and token.asked == [PIN] * 3
    assert (batch.sealed_pin, batch.pin_until) == (None, None)


@pytest.mark.clause("QC.10.3")
def test_a_wrong_pin_stops_at_once_and_costs_one_try(
    house: House, batch: SigningBatch, session: int, at: datetime, token: Token
) -> None:
    agree(batch, session, house.leader, at)
    confirm(batch, session, house.leader, at, "000000")
    run(batch, at)
    assert (batch.state, token.left, len(token.asked)) == ("wants_pin", 2, 1)
    assert "Còn 2 lần thử" in batch.said and batch.sealed_pin is None
    assert results(batch) == ["waiting"] * 3
    confirm(batch, session, house.leader, at, PIN)
    run(batch, at)
    assert results(batch) == ["signed"] * 3


@pytest.mark.clause("QC.10.3")
def test_a_device_that_has_locked_itself_ends_the_sitting(
    house: House, batch: SigningBatch, session: int, at: datetime, token: Token
) -> None:
    token.left = 1
    agree(batch, session, house.leader, at)
    confirm(batch, session, house.leader, at, "000000")
    run(batch, at)
    assert batch.state == "done" and len(token.asked) == 1
    assert {one.code for one in batch.items.all()} == {"signing.E016"}


@pytest.mark.clause("QC.10.3")
def test_a_pin_is_kept_a_quarter_of_an_hour_at_most(
    house: House, batch: SigningBatch, session: int, at: datetime, token: Token
) -> None:
    agree(batch, session, house.leader, at)
    confirm(batch, session, house.leader, at, PIN)
    late = at + timedelta(minutes=15)
    assert tend_batches(at=late - timedelta(seconds=1)) == [batch.id]  # stands still: ring again
    batch.refresh_from_db()
    assert batch.sealed_pin is not None
    tend_batches(at=late)
    batch.refresh_from_db()
    assert batch.sealed_pin is None
    Session.objects.filter(id=session).update(last_seen_at=late)
    run(batch, late)
    assert batch.state == "wants_pin" and token.asked == []


@pytest.mark.clause("QC.10.3")
def test_the_seal_of_one_sitting_opens_no_other(
    house: House, batch: SigningBatch, session: int, at: datetime, token: Token
) -> None:
    agree(batch, session, house.leader, at)
    confirm(batch, session, house.leader, at, PIN)
    batch.refresh_from_db()
    sealed = batch.sealed_pin
    run(batch, at)
    laid(house, at)
    second = start_batch(session_id=session, by=house.leader, at=at)
    agree(second, session, house.leader, at)
    confirm(second, session, house.leader, at, "000000")
    SigningBatch.objects.filter(id=second.id).update(sealed_pin=sealed)
    run(second, at)
    assert second.state == "wants_pin" and token.asked[-1] == ""


def everything_kept() -> str:
    """The text of every row written in this test that could carry what somebody typed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(string_agg(t, ''), '') FROM ("
            " SELECT j::text AS t FROM procrastinate_jobs j"
            " UNION ALL SELECT e::text FROM audit_entry e"
            " UNION ALL SELECT b::text FROM documents_signingbatch b"
            " UNION ALL SELECT i::text FROM documents_batchitem i) every"
        )
        return str(cursor.fetchone()[0])


# --- Coming back ----------------------------------------------------------------------------------


def test_the_sitting_is_come_back_to_and_what_came_meanwhile_joins_it(
    house: House, batch: SigningBatch, session: int, at: datetime
) -> None:
    leave_unsigned(batch_id=batch.id, ordinal=1, by=house.leader, at=at)
    new = laid(house, at, subject="Về việc đến sau")
    again = start_batch(session_id=stay_of(house.leader, at), by=house.leader, at=at)
    assert again.id == batch.id
    assert results(batch) == ["skipped", "open", "open", "open"]
    assert batch.items.last().document_id == new.id


def test_where_nothing_waits_there_is_no_sitting(house: House, session: int, at: datetime) -> None:
    with refused("documents.E890"):
        start_batch(session_id=session, by=house.leader, at=at)
