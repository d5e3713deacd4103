"""A key at a remote service: the holder confirms on the phone, and the document goes on (QC.10.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from cast import House, make_official
from congvu.audit.models import Entry
from congvu.documents.models import Document
from congvu.documents.outgoing.ask_to_sign import ask_to_sign
from congvu.kit import blobs
from congvu.orgs.types import SYSTEM_ADMIN, Actor
from congvu.signing.adapters.software_keys import installed_keys
from congvu.signing.ask_provider import ask_provider
from congvu.signing.end_waiting import end_waiting
from congvu.signing.enrol import enrol_person
from congvu.signing.enrol_remote import enrol_remote
from congvu.signing.expire_waiting import expire_waiting
from congvu.signing.keep_provider import ProviderForm, keep_provider
from congvu.signing.models import (
    Certificate,
    RemoteKey,
    SigningDevice,
    SigningProvider,
    WaitingSignature,
)
from congvu.signing.poll_provider import poll_provider
from congvu.signing.report_key_lost import report_key_lost
from congvu.signing.switch_provider import switch_provider
from congvu.signing.try_provider import try_provider
from congvu.signing.types import FileState
from congvu.signing.verify import verify_pdf
from paperwork import approved, fresh, refused
from remote_doubles import SECRET, USER, Service
from remote_keys import FORMS, far_key, make_admin, registered

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.10.3")]
State = WaitingSignature.State


@dataclass
class Far:
    """A service in use, its administrator, and the leader's key there."""

    service: Service
    provider: SigningProvider
    admin: Actor
    house: House
    at: datetime

    def asked(self) -> WaitingSignature:
        document = approved(self.house, self.at)
        return ask_to_sign(
            document_id=document.id,
            seen_sha256=document.base_file,
            by=self.house.leader,
            at=self.at,
        )

    def told(self) -> WaitingSignature:
        """Asked of the holder: the phone rings."""
        waiting = self.asked()
        ask_provider(waiting_id=waiting.id, at=self.at)
        waiting.refresh_from_db()
        return waiting

    def polled(self, waiting: WaitingSignature, after: int = 5) -> bool:
        again = poll_provider(waiting_id=waiting.id, at=self.at + timedelta(seconds=after))
        waiting.refresh_from_db()
        return again

    def set(self, **changes: str) -> None:
        SigningProvider.objects.filter(id=self.provider.id).update(**changes)


@pytest.fixture(params=["smartca", "mysign"])
def far(request: Any, house: House, at: datetime) -> Iterator[Far]:
    yield from _far(request.param, house, at)


@pytest.fixture
def smartca(house: House, at: datetime) -> Iterator[Far]:
    yield from _far("smartca", house, at)


@pytest.fixture
def mysign(house: House, at: datetime) -> Iterator[Far]:
    yield from _far("mysign", house, at)


def _far(kind: str, house: House, at: datetime) -> Iterator[Far]:
    admin = make_admin(house.leader, at)
    with far_key(kind, house.leader, admin, at) as key:
        registered(key, house.leader, at)
        yield Far(key.service, key.provider, admin, house, at)


def document_of(waiting: WaitingSignature) -> Document:
    return Document.objects.get(id=waiting.subject_id)


def jobs() -> list[tuple[str, int, float]]:
    """Jobs of remote signing: name, its request, in how many seconds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, (args->>'waiting_id')::int,"
            " coalesce(extract(epoch FROM scheduled_at - clock_timestamp()), 0) FROM procrastinate_jobs"
            " WHERE args ? 'waiting_id' ORDER BY id"
        )
        return [(name.rpartition(".")[2], waiting, seconds) for name, waiting, seconds in cursor]


# --- The whole way --------------------------------------------------------------------------------


@pytest.mark.clause("ND30.13.7")
def test_confirmed_on_the_phone_the_document_is_signed(far: Far) -> None:
    waiting = far.told()
    assert far.polled(waiting) and waiting.state == State.WAITING
    far.service.confirm()

    assert not far.polled(waiting, 10)

    document = document_of(waiting)
    assert (waiting.state, document.state) == (State.COMPLETED, "signed")
    found = verify_pdf(blobs.read(document.signed_file), at=far.at)
    assert (found.state, found.person_is_valid) == (FileState.INTACT, True)


def test_a_whole_cms_is_put_in_as_it_came(far: Far) -> None:
    far.set(answers="cms")
    far.service.answers = "cms"
    waiting = far.told()
    far.service.confirm()

    far.polled(waiting)

    assert waiting.state == State.COMPLETED, waiting.said
    found = verify_pdf(blobs.read(document_of(waiting).signed_file), at=far.at)
    assert found.state == FileState.INTACT


def test_asking_defers_the_job_and_the_job_hangs_up_the_next_one(mysign: Far) -> None:
    waiting = mysign.asked()
    assert jobs() == [("ask_at_provider", waiting.id, 0)]
    ask_provider(waiting_id=waiting.id, at=mysign.at)
    (_, (name, number, seconds)) = jobs()
    assert (name, number) == ("poll_at_provider", waiting.id) and 3 < seconds <= 5


def test_nothing_of_the_subject_goes_to_the_service(mysign: Far) -> None:
    waiting = mysign.told()
    (asked,) = mysign.service.requests.values()
    assert document_of(waiting).subject not in asked.title
    assert f"{waiting.base_file[:4]}-{waiting.base_file[4:8]}".upper() in asked.title


def test_the_secret_and_the_identifier_lie_sealed(mysign: Far) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(secret, 'escape') FROM signing_signingprovider"
            " UNION ALL SELECT encode(identifier, 'escape') FROM signing_remotekey"
        )
        columns = "".join(row[0] for row in cursor)
    trail = json.dumps(list(Entry.objects.values()), default=str)
    assert SECRET not in columns + trail and USER not in columns + trail
    assert SECRET not in repr(SigningProvider.objects.get().__dict__.get("name")) + repr(
        mysign.provider
    )


# --- Refused, too late, gone ----------------------------------------------------------------------


def test_smartca_cannot_tell_refused_from_waiting(smartca: Far) -> None:
    waiting = smartca.told()
    smartca.service.refuse()
    assert smartca.polled(waiting, 90)
    assert not smartca.polled(waiting, 180)
    assert waiting.state == State.EXPIRED and "hoặc đã từ chối" in waiting.said
    assert document_of(waiting).state == "approved"


def test_mysign_says_that_it_was_refused(mysign: Far) -> None:
    waiting = mysign.told()
    mysign.service.refuse()
    assert not mysign.polled(waiting)
    assert waiting.state == State.REFUSED and "4002" in waiting.said
    assert document_of(waiting).state == "approved"


def test_confirmed_in_the_last_second_counts(mysign: Far) -> None:
    waiting = mysign.told()
    mysign.service.confirm()
    assert not mysign.polled(waiting, 180)
    assert waiting.state == State.COMPLETED


def test_after_it_ended_it_can_be_asked_again(mysign: Far) -> None:
    first = mysign.told()
    mysign.polled(first, 180)
    document = document_of(first)
    second = ask_to_sign(
        document_id=document.id,
        seen_sha256=document.base_file,
        by=mysign.house.leader,
        at=mysign.at,
    )
    ask_provider(waiting_id=second.id, at=mysign.at)
    mysign.service.confirm()
    mysign.polled(second)
    assert fresh(document).state == "signed" and first.state == State.EXPIRED


def test_cancelled_while_the_holder_confirms_changes_nothing(mysign: Far) -> None:
    waiting = mysign.told()
    mysign.service.confirm()
    end_waiting(waiting_id=waiting.id, state=State.CANCELLED, said="Người ký hủy.", at=mysign.at)
    assert not mysign.polled(waiting)
    assert (waiting.state, document_of(waiting).state) == (State.CANCELLED, "approved")


def test_a_request_whose_job_was_lost_ends_by_the_clock(mysign: Far) -> None:
    waiting = mysign.told()
    assert expire_waiting(at=mysign.at + timedelta(minutes=4)) == 0
    assert expire_waiting(at=mysign.at + timedelta(minutes=6)) == 1
    waiting.refresh_from_db()
    assert waiting.state == State.EXPIRED


# --- Garbage --------------------------------------------------------------------------------------


def test_what_is_no_signature_over_this_document_is_not_put_in(mysign: Far) -> None:
    mysign.service.answers = "garbage"
    waiting = mysign.told()
    mysign.service.confirm()
    mysign.polled(waiting)
    assert waiting.state == State.FAILED and waiting.said.endswith(".")
    assert document_of(waiting).state == "approved"


def test_the_key_of_somebody_else_is_not_taken(mysign: Far, at: datetime) -> None:
    other = enrol_person(person_id=mysign.house.deputy.person_id, at=at)
    mysign.service.key = installed_keys().key(other.key_reference.partition(":")[2])
    waiting = mysign.told()
    mysign.service.confirm()
    mysign.polled(waiting)
    assert waiting.state == State.FAILED


def test_a_service_that_breaks_at_the_start_says_so(mysign: Far) -> None:
    waiting = mysign.asked()
    mysign.service.breaks = "hang_up"
    ask_provider(waiting_id=waiting.id, at=mysign.at)
    waiting.refresh_from_db()
    assert waiting.state == State.FAILED and "gửi lại yêu cầu" in waiting.said


def test_a_service_away_for_a_moment_is_asked_again(mysign: Far) -> None:
    waiting = mysign.told()
    mysign.service.breaks = "503"
    assert mysign.polled(waiting)
    mysign.service.breaks = ""
    mysign.service.confirm()
    mysign.polled(waiting, 10)
    assert waiting.state == State.COMPLETED


def test_a_hash_in_another_writing_is_an_error_and_not_a_signature(far: Far) -> None:
    far.set(hashes="base64" if far.provider.hashes == "hex" else "hex")
    waiting = far.told()
    assert waiting.state == State.FAILED


# --- Twice, and killed ----------------------------------------------------------------------------


def test_rung_twice_the_holder_is_asked_once(mysign: Far) -> None:
    waiting = mysign.told()
    ask_provider(waiting_id=waiting.id, at=mysign.at)
    assert len(mysign.service.requests) == 1


def test_killed_before_the_answer_was_written_down_it_is_the_same_request(far: Far) -> None:
    waiting = far.told()
    WaitingSignature.objects.filter(id=waiting.id).update(transaction="")  # never written
    ask_provider(waiting_id=waiting.id, at=far.at)
    assert len(far.service.requests) == 1
    far.service.confirm()
    far.polled(waiting)
    assert waiting.state == State.COMPLETED


def test_polled_twice_it_is_signed_once(mysign: Far) -> None:
    waiting = mysign.told()
    mysign.service.confirm()
    mysign.polled(waiting)
    calls = len(mysign.service.calls)
    assert not mysign.polled(waiting)
    assert len(mysign.service.calls) == calls


# --- The administrator ----------------------------------------------------------------------------


def test_a_test_that_fails_takes_the_service_out_of_use(far: Far) -> None:
    """A wrong user is a failure, whatever words the service uses for it."""
    tried = try_provider(provider_id=far.provider.id, user="nguoi-la", by=far.admin, at=far.at)
    assert (tried.test_passed, tried.is_active) == (False, False)
    with refused("signing.E166"):
        switch_provider(provider_id=far.provider.id, is_active=True, by=far.admin, at=far.at)


def test_a_changed_service_must_be_tried_again(mysign: Far) -> None:
    form = ProviderForm(
        kind="csc", name="Tên mới", base_url=mysign.service.address, **FORMS[mysign.provider.kind]
    )
    changed = keep_provider(form, provider_id=mysign.provider.id, by=mysign.admin, at=mysign.at)
    assert (changed.kind, changed.is_active) == (mysign.provider.kind, False)
    tried = try_provider(provider_id=changed.id, user=USER, by=mysign.admin, at=mysign.at)
    assert tried.test_passed, "the secret was kept"


def test_a_key_that_is_linked_to_no_service_says_so(mysign: Far) -> None:
    """Registered from a file by the keeper of devices; its holder has not named the account yet."""
    RemoteKey.objects.all().delete()
    with refused("signing.E176"):
        mysign.asked()


def test_a_lost_account_signs_no_more(mysign: Far) -> None:
    device = Certificate.objects.get(person_id=mysign.house.leader.person_id).device
    assert device.kind == SigningDevice.Kind.REMOTE
    report_key_lost(
        device_id=device.id, lost_at=mysign.at, said="", by=mysign.house.leader, at=mysign.at
    )
    with refused("signing.E140"):
        mysign.asked()


def test_out_of_use_nobody_signs_with_it(mysign: Far) -> None:
    switch_provider(provider_id=mysign.provider.id, is_active=False, by=mysign.admin, at=mysign.at)
    with refused("signing.E173"):
        mysign.asked()


ADDRESSES = (
    "http://dichvu.vn", "ftp://dichvu.vn", "https://", "dichvu.vn", "https://a:b@dichvu.vn",
    "http://127.0.0.1.dichvu.vn", "https://dichvu.vn/?a=1", "https://dichvu.vn:x", "",
)  # fmt: skip


def test_an_address_is_https_or_this_machine(house: House, at: datetime) -> None:
    admin = make_official(house.agency, "Trần Quản Trị", SYSTEM_ADMIN, at=at)
    for address in ADDRESSES:
        with refused("signing.E161"):
            form = ProviderForm(kind="csc", name="Dịch vụ", base_url=address)
            keep_provider(form, by=admin, at=at)


def test_only_the_system_administrator_keeps_services(house: House, at: datetime) -> None:
    with refused("signing.E170"):
        keep_provider(
            ProviderForm(kind="csc", name="Dịch vụ", base_url="https://a.vn"),
            by=house.leader,
            at=at,
        )


# --- The holder -----------------------------------------------------------------------------------


def test_the_certificate_must_carry_the_holders_name(mysign: Far) -> None:
    mine = Certificate.objects.get(person_id=mysign.house.leader.person_id)
    credential = mine.remote_key.credential
    with refused("signing.E168") as said:
        enrol_remote(
            provider_id=mysign.provider.id,
            user=USER,
            credential=credential,
            by=mysign.house.deputy,
            at=mysign.at,
        )
    assert "không phải Lê Tấn Hổ" in said.value.say


def test_a_new_key_takes_the_place_of_the_former(mysign: Far, at: datetime) -> None:
    leader = mysign.house.leader
    remote = Certificate.objects.get(person_id=leader.person_id)
    Certificate.objects.filter(id=remote.id).update(state=Certificate.State.REPLACED)
    file_key = enrol_person(person_id=leader.person_id, at=at)
    enrol_remote(
        provider_id=mysign.provider.id,
        user=USER,
        credential=remote.remote_key.credential,
        by=leader,
        at=at,
    )
    remote.refresh_from_db()
    file_key.refresh_from_db()
    assert (remote.state, file_key.state) == (Certificate.State.IN_USE, Certificate.State.REPLACED)


def test_what_the_service_does_not_have_cannot_be_chosen(far: Far) -> None:
    with refused("signing.E167"):
        enrol_remote(
            provider_id=far.provider.id,
            user=USER,
            credential="khac",
            by=far.house.leader,
            at=far.at,
        )
    with refused("signing.E172"):
        enrol_remote(
            provider_id=far.provider.id,
            user="nguoi-la",
            credential="x",
            by=far.house.leader,
            at=far.at,
        )
