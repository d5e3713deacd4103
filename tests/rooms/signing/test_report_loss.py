"""A key or an account is out of control: what stops, who is told, what stays valid (Điều 10.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from cast import House, found_keys
from congvu.accounts.models import Account, Session
from congvu.audit.models import Entry
from congvu.documents.drafting.submit import submit_draft
from congvu.documents.models import Document
from congvu.documents.outgoing.issue import issue_document
from congvu.documents.outgoing.number import number_document
from congvu.documents.outgoing.return_doubtful import return_doubtful
from congvu.incidents.models import Incident
from congvu.kit import blobs
from congvu.orgs.delegate import delegate_signing
from congvu.orgs.models import Delegation
from congvu.orgs.queries import signing_authority
from congvu.orgs.types import Actor
from congvu.rules.legal_effect import Verdict
from congvu.signing import access
from congvu.signing import queries as signing
from congvu.signing.close_report import close_as_false_alarm
from congvu.signing.enrol import enrol_person
from congvu.signing.examine import examine_pdf
from congvu.signing.give_account_back import give_account_back
from congvu.signing.models import (
    Certificate,
    CustodyNotice,
    LossReport,
    SignatureRecord,
    SigningDevice,
)
from congvu.signing.name_authority import name_authority
from congvu.signing.queries.custody import affected_signatures, doubt_about
from congvu.signing.register_certificate import register_certificate
from congvu.signing.register_device import register_device
from congvu.signing.reissue_demonstration import reissue_demonstration
from congvu.signing.report_account_lost import report_account_lost
from congvu.signing.report_key_lost import report_key_lost
from congvu.signing.report_outside_account_lost import report_outside_account_lost
from congvu.signing.seal import seal_as_agency
from congvu.signing.sign import sign_as_person
from congvu.signing.tell_of_loss import tell_of_loss
from keys import administrator, certificate_file, certificate_row, held_token
from letters import arrival_at, behind_the_wall, ring
from paperwork import issued, numbered, refused, signed
from rooms.signing.test_register_of_devices import SLOT
from staff import client_for

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def keeper(house: House, at: datetime) -> Actor:
    found_keys(at)
    return administrator(house.agency, at)


@pytest.fixture
def authority(house: House, neighbour: House, at: datetime) -> House:
    """The neighbour answers for reports of loss."""
    name_authority(
        agency_id=neighbour.agency.id, valid_from=at.date(), basis="Quyết định số 9", by=None, at=at
    )
    return neighbour


def key_of(holder: Actor, at: datetime) -> SigningDevice:
    return SigningDevice.objects.get(id=enrol_person(person_id=holder.person_id, at=at).device_id)


def lost(device: SigningDevice, since: datetime, by: Actor, at: datetime) -> LossReport:
    return report_key_lost(device_id=device.id, lost_at=since, said="Rơi mất túi.", by=by, at=at)


@pytest.mark.clause("QC.10.3", "S.06")
def test_the_holder_reports_and_everything_stops_in_one_act(
    house: House, keeper: Actor, authority: House, at: datetime
) -> None:
    device = key_of(house.leader, at)
    client_for(house.leader.posting_id or 0, at)
    client_for(house.clerk.posting_id or 0, at)
    given = delegate_signing(
        kind="TL",
        giver_id=house.leader.posting_id or 0,
        taker_id=house.head.posting_id or 0,
        document_types=["cong-van"],
        scope="",
        basis="Quy chế làm việc",
        valid_from=at.date(),
        valid_to=None,
        by=None,
        at=at,
    )
    assert signing_authority(house.head.posting_id or 0, "cong-van", at.date()) is not None

    with behind_the_wall(house.leader):
        report = lost(device, at - HOUR, house.leader, at)
    ring(at)

    certificate = Certificate.objects.get(device=device)
    assert (certificate.state, certificate.revoked_at) == ("revoked", at - HOUR)
    device.refresh_from_db()
    assert device.state == "lost"
    ended = Session.objects.filter(ended_at__isnull=False)
    assert [one.account.person_id for one in ended] == [house.leader.person_id]
    assert signing_authority(house.head.posting_id or 0, "cong-van", at.date()) is None
    assert report.suspended_delegations == [given.id]
    incident = Incident.objects.get()
    assert (incident.kind, incident.clause, incident.agency_id) == (
        "key_lost",
        "QC.10.3",
        house.agency.id,
    )
    assert blobs.read(report.letter).startswith(b"%PDF")
    assert report.authority_id == authority.agency.id
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert {"signing.revoked", "account.cut_off", "signing.loss_reported"} <= kinds

    told = set(CustodyNotice.objects.filter(kind="loss").values_list("to_id", flat=True))
    assert told == {keeper.posting_id, authority.clerk.posting_id}
    for reader in (house.leader, authority.clerk):
        with behind_the_wall(reader):
            assert access.report_for(reader, report.id, to="see") == report
            assert CustodyNotice.objects.filter(kind="loss").count() == 2
    with behind_the_wall(authority.drafter), refused("signing.E155"):
        access.report_for(authority.drafter, report.id, to="see")
    before = CustodyNotice.objects.count()
    tell_of_loss(report_id=report.id, at=at)
    assert CustodyNotice.objects.count() == before
    with refused("signing.E150"):
        lost(device, at, house.leader, at)
    with refused("signing.E140"):
        sign_as_person(b"%PDF", slot=SLOT, by=house.leader, at=at)


@pytest.mark.clause("QC.10.3", "S.12")
def test_only_the_holder_and_the_keeper_of_the_register_report_it(
    house: House, keeper: Actor, neighbour: House, at: datetime
) -> None:
    device = key_of(house.leader, at)
    for stranger in (house.clerk, house.drafter, neighbour.leader):
        with behind_the_wall(stranger), refused("signing.E146"):
            lost(device, at, stranger, at)
    with refused("signing.E022"):
        lost(device, at + timedelta(minutes=1), keeper, at)
    with behind_the_wall(keeper):
        assert lost(device, at, keeper, at).by_id == keeper.posting_id


@pytest.mark.clause("QC.10.3", "QC.7.1", "S.54")
def test_what_was_signed_before_stays_valid_and_what_came_after_does_not(
    house: House, keeper: Actor, committee: House, neighbour: House, at: datetime
) -> None:
    before = issued(house, at, to=[committee])
    after_loss = at + 3 * HOUR
    doubtful = issued(house, after_loss, to=[committee, neighbour])
    ring(after_loss)
    told_valid = signing.newest_report(doubtful.issued_file)
    reported_at = at + 5 * HOUR
    lost(key_of(house.leader, at), at + 2 * HOUR, house.leader, reported_at)
    ring(reported_at)

    stands = examine_pdf(blobs.read(before.issued_file), at=reported_at, seen_at=before.issued_at)
    assert {one.verdict for one in stands.signatures} == {Verdict.VALID}
    assert doubt_about(before.issued_file) is None
    judged = signing.newest_report(doubtful.issued_file)
    assert judged is not None and judged != told_valid
    person = judged.signatures[0]
    assert (person.verdict, "bị thu hồi" in person.reason) == (Verdict.INVALID, True)
    doubt = doubt_about(doubtful.issued_file)
    assert doubt is not None
    assert (doubt.lost_at, doubt.holder) == (at + 2 * HOUR, house.leader.full_name)

    notices = CustodyNotice.objects.filter(kind="doubt")
    assert {(one.to_id, one.subject_id) for one in notices} == {
        (receiver.clerk.posting_id, arrival_at(doubtful, receiver).id)
        for receiver in (committee, neighbour)
    }
    since, shortly_before = affected_signatures(LossReport.objects.get())
    assert [one.sha256_after for one in since] == [doubtful.signed_file]
    assert [one.sha256_after for one in shortly_before] == [before.signed_file]


@pytest.mark.clause("QC.10.3", "QC.7.1")
def test_what_was_signed_after_the_loss_gets_no_number_and_no_seal(
    house: House, keeper: Actor, committee: House, at: datetime
) -> None:
    waiting = signed(house, at, to=[committee])
    ready = numbered(house, at, to=[committee])
    lost(key_of(house.leader, at), at - HOUR, house.leader, at)
    with refused("documents.E860"):
        number_document(document_id=waiting.id, by=house.clerk, at=at)
    with refused("documents.E860"):
        issue_document(document_id=ready.id, by=house.clerk, at=at)


@pytest.mark.clause("QC.10.3", "ND30.12")
def test_what_was_signed_after_the_loss_goes_back_to_its_drafter(
    house: House, keeper: Actor, committee: House, at: datetime
) -> None:
    sound = signed(house, at, to=[committee])
    ready = numbered(house, at, to=[committee])
    why: dict[str, Any] = {"reason": "Khóa ký đã báo mất trước khi ký.", "by": house.clerk}
    with refused("documents.E910"):
        return_doubtful(document_id=sound.id, **why, at=at)
    lost(key_of(house.leader, at), at - HOUR, house.leader, at)
    with refused("documents.E120"):
        return_doubtful(document_id=sound.id, **{**why, "reason": "Mất."}, at=at)
    with refused("documents.E002"):
        return_doubtful(document_id=sound.id, **{**why, "by": house.drafter}, at=at)
    with refused("documents.E911"):
        return_doubtful(document_id=ready.id, **why, at=at)
    return_doubtful(document_id=sound.id, **why, at=at)
    back = Document.objects.get(id=sound.id)
    assert (back.state, back.signed_file, back.base_file) == ("sent_back", "", "")
    assert back.signings.get().voided_at == at
    submit_draft(document_id=back.id, base_ordinal=1, by=house.drafter, at=at)


@pytest.mark.clause("QC.10.3", "S.54")
def test_a_loss_reported_here_counts_before_the_providers_own_list_says_so(
    house: House, keeper: Actor, at: datetime, settings: Any
) -> None:
    """The register alone, and no time-stamp; the revocation list of the provider is as it was."""
    settings.SIGNATURE_LEVEL = "b-b"
    document = signed(house, at)
    pdf = blobs.read(document.signed_file)
    certificate = Certificate.objects.get(person_id=house.leader.person_id)
    Certificate.objects.filter(id=certificate.id).update(state="revoked", revoked_at=at - HOUR)
    assert examine_pdf(pdf, at=at).signatures[0].verdict == Verdict.INVALID
    Certificate.objects.filter(id=certificate.id).update(revoked_at=at + HOUR)
    assert examine_pdf(pdf, at=at + 2 * HOUR).signatures[0].verdict == Verdict.VALID
    SignatureRecord.objects.all().delete()  # as in a house that did not make it
    assert examine_pdf(pdf, at=at + HOUR).signatures[0].verdict == Verdict.UNDETERMINED
    assert examine_pdf(pdf, at=at + HOUR, seen_at=at).signatures[0].verdict == Verdict.VALID


@pytest.mark.clause("QC.10.3", "QC.7.1", "S.54")
def test_a_signature_of_before_the_loss_holds_also_when_issued_after_it(
    house: House, keeper: Actor, committee: House, at: datetime
) -> None:
    """Signed at nine, lost at ten, issued at eleven: the house's own record proves the signing."""
    document = numbered(house, at, to=[committee])
    lost(key_of(house.leader, at), at + HOUR, house.leader, at + HOUR)
    later = at + 2 * HOUR
    issue_document(document_id=document.id, by=house.clerk, at=later)
    issued_file = Document.objects.get(id=document.id).issued_file
    judged = examine_pdf(blobs.read(issued_file), at=later, seen_at=later)
    assert {one.verdict for one in judged.signatures} == {Verdict.VALID}


@pytest.mark.clause("QC.10.3")
def test_a_new_certificate_closes_the_report_and_delegations_hold_again(
    house: House, keeper: Actor, at: datetime
) -> None:
    Delegation.objects.create(
        kind="KT",
        giver_id=house.leader.posting_id,
        taker_id=house.deputy.posting_id,
        basis="Phân công",
        valid_from=at.date(),
    )
    device = key_of(house.deputy, at)
    report = lost(device, at, house.deputy, at)
    # No fall-back: a deputy whose assignment stands still does not sign as one without assignment.
    assert signing_authority(house.deputy.posting_id or 0, "cong-van", at.date()) is None
    token = held_token(house.deputy, keeper, at)
    register_certificate(
        device_id=token.id,
        content=certificate_file(house.deputy.full_name, at),
        by=keeper,
        at=at,
    )
    report.refresh_from_db()
    assert (report.state, report.closed_at) == ("recovered", at)
    assert signing_authority(house.deputy.posting_id or 0, "cong-van", at.date()) is not None
    assert Certificate.objects.get(device=device).state == "revoked"


@pytest.mark.clause("QC.10.3")
def test_a_false_alarm_is_closed_but_the_revocation_stays(
    house: House, keeper: Actor, at: datetime
) -> None:
    device = key_of(house.leader, at)
    report = lost(device, at, house.leader, at)
    with refused("signing.E157"):
        close_as_false_alarm(report_id=report.id, note="Tìm thấy rồi", by=house.leader, at=at)
    with refused("signing.E158"):
        close_as_false_alarm(report_id=report.id, note="", by=keeper, at=at)
    close_as_false_alarm(report_id=report.id, note="Tìm thấy trong ngăn bàn", by=keeper, at=at)
    with refused("signing.E156"):
        close_as_false_alarm(report_id=report.id, note="Lần nữa xem", by=keeper, at=at)
    with refused("signing.E140"):
        sign_as_person(b"%PDF", slot=SLOT, by=house.leader, at=at)
    newer = reissue_demonstration(device_id=device.id, by=keeper, at=at)
    assert newer.state == "in_use"
    assert signed(house, at).signed_file


@pytest.mark.clause("QC.10.3")
def test_the_clerk_reports_the_agencys_own_key(house: House, keeper: Actor, at: datetime) -> None:
    seal = register_device(
        kind="hsm", serial="CQ-1", provider="Nhà cung cấp", person_id=None, by=house.clerk, at=at
    )
    certificate = certificate_row(seal, at + timedelta(days=300), at)
    report = lost(seal, at, house.clerk, at)
    ring(at)
    certificate.refresh_from_db()
    assert (certificate.state, report.person_id) == ("revoked", None)
    told = CustodyNotice.objects.values_list("to_id", flat=True)
    assert set(told) == {keeper.posting_id, house.leader.posting_id}
    with refused("signing.E140"):
        seal_as_agency(blobs.read(signed(house, at).signed_file), by=house.clerk, at=at)


@pytest.mark.clause("QC.10.3", "S.02", "S.06")
def test_a_lost_account_stops_at_once_and_comes_back_with_a_new_password(
    house: House, keeper: Actor, at: datetime
) -> None:
    client = client_for(house.drafter.posting_id or 0, at)
    account = Account.objects.get(person_id=house.drafter.person_id)
    assert client.get("/").status_code == 200
    for stranger in (house.colleague, house.clerk):
        with refused("accounts.E030"):
            report_account_lost(account_id=account.id, lost_at=at, said="", by=stranger, at=at)
    report = report_account_lost(
        account_id=account.id, lost_at=at, said="Bị lừa mật khẩu.", by=house.drafter, at=at
    )
    assert client.get("/").status_code == 302
    assert Incident.objects.get().kind == "account_lost"
    assert report.certificate_id is None
    with refused("accounts.E062"):
        report_account_lost(account_id=account.id, lost_at=at, said="", by=keeper, at=at)
    with refused("signing.E157"):
        give_account_back(report_id=report.id, by=house.drafter, at=at)
    password = give_account_back(report_id=report.id, by=keeper, at=at)
    account.refresh_from_db()
    assert (account.status, account.must_change, len(password) > 16) == ("active", True, True)
    report.refresh_from_db()
    assert report.state == "recovered"
    with refused("signing.E156"):
        give_account_back(report_id=report.id, by=keeper, at=at)


@pytest.mark.clause("QC.10.3")
def test_the_agencys_account_elsewhere_is_reported_with_letter_and_incident(
    house: House, at: datetime
) -> None:
    def told(by: Actor, name: str) -> LossReport:
        return report_outside_account_lost(
            name=name, provider="Zalo", lost_at=at, said="", by=by, at=at
        )

    with refused("signing.E157"):
        told(house.leader, "Trang Zalo của Sở")
    with refused("signing.E158"):
        told(house.clerk, "")
    report = told(house.clerk, "Trang Zalo của Sở")
    assert (report.ended_sessions, Incident.objects.get().id) == (0, report.incident_id)
    assert Document.objects.count() == 0
