"""A row in each table that only one agency may see, for the proofs of the wall."""

from __future__ import annotations

from datetime import datetime, timedelta

from cast import House
from congvu.bulk.models import ListFile, MessageTemplate
from congvu.channels.models import (
    Consent,
    DeclineText,
    InboundMessage,
    Message,
    OwnAddress,
    Provider,
)
from congvu.documents.models import (
    Arrival,
    ArrivalStamp,
    CopyAuthority,
    Document,
    DocumentCopy,
    Purge,
    Shown,
    SigningBatch,
    StampChoice,
    VerificationSheet,
)
from congvu.incidents.appoint_officer import appoint_officer
from congvu.incidents.models import Incident
from congvu.incidents.name_public_watch import name_public_watch
from congvu.incidents.open_incident import open_incident
from congvu.incidents.take import take_incident
from congvu.incidents.watch_words import add_watch_word
from congvu.kit import clock
from congvu.mailboxes.models import ImapAccount, MailItem, MailNote
from congvu.signing.enrol import enrol_person
from congvu.signing.models import (
    CustodyNotice,
    SignatureLot,
    SigningDevice,
    VerificationReport,
    WaitingSignature,
)
from mailroom import letter_of, office_box
from zalo_rows import article_of, zalo_of


def fill_rest(sender: House, receiver: House, at: datetime) -> None:
    """Rows of the tables that the story of the wall's tests does not pass by itself."""
    _copies(receiver, Document.objects.filter(agency=sender.agency).first(), at)
    _checked(sender, at)
    _asked(receiver, at)
    _lost(receiver, at)
    _messages(receiver, at)
    _mail(receiver, at)
    zalo_of(receiver, at)
    article_of(receiver, Document.objects.filter(agency=sender.agency).first(), at)
    _bulk(receiver, at)
    _sat(receiver, Document.objects.filter(agency=sender.agency).first(), at)
    incident = open_incident(
        kind=Incident.Kind.OTHER,
        agency_id=receiver.agency.id,
        said="Mất điện phòng máy chủ.",
        under="QC.4.4",
        by=receiver.clerk,
        at=at,
    )
    take_incident(incident_id=incident.id, by=receiver.leader, at=at)
    appoint_officer(
        kind=Incident.Kind.STATE_SECRET,
        posting_id=receiver.archivist.posting_id or 0,
        basis="Quyết định số 1",
        valid_from=clock.local(at).date(),
        by=receiver.leader,
        at=at,
    )
    Purge.objects.create(
        agency=receiver.agency,
        document=Document.objects.filter(agency=receiver.agency).first()
        or Document.objects.filter(agency=sender.agency).first(),
        basis="Kết luận số 1",
        by_id=receiver.clerk.posting_id,
        at=at,
    )
    add_watch_word(word="Phương án Y", by=receiver.archivist, at=at)
    name_public_watch(
        agency_code=receiver.agency.code,
        valid_from=clock.local(at).date(),
        basis="Quyết định số 2",
        by=None,
        at=at,
    )


def _messages(house: House, at: datetime) -> None:
    own = {"agency": house.agency}
    OwnAddress.objects.create(channel="sms", address="84257", valid_from=at, **own)
    message = Message.objects.create(
        key="k",
        purpose="reply",
        audience="person",
        addresses={"sms": "849"},
        roads=["sms"],
        texts={"sms": {"text": "Đã nhận."}},
        basis="duty QC.9.2.a",
        legal_class="QC.7.2",
        created_at=at,
        send_from=at,
        **own,
    )
    attempt = message.attempts.create(
        ordinal=1, channel="sms", address="849", lane=1, tracking="t", next_at=at, **own
    )
    attempt.evidence.create(kind="accepted", grade="C", at=at, noted_at=at, raw=b"ok", **own)
    provider = Provider.objects.create(
        channel="sms", adapter="smpp", name="Nhà mạng", secrets={}, registered_at=at
    )
    attempt.taken_parts.create(
        provider=provider, ordinal=1, of=1, given_id="1", external_id="1", taken_at=at, **own
    )
    inbound = InboundMessage.objects.create(
        channel="sms",
        external_id="1",
        to_address="84257",
        from_address="849",
        audience="person",
        reference="TD1",
        raw="0" * 64,
        entered_at=at,
        received_at=at,
        received_finding={},
        **own,
    )
    inbound.files.create(ordinal=1, name="a.pdf", mime="application/pdf", size=1, **own)
    by = {"by_id": house.clerk.posting_id, "at": at, **own}
    inbound.handlings.create(to_id=house.drafter.posting_id, **by)
    inbound.answers_given.create(text="Chào Ông/Bà.", state="proposed", **by)
    inbound.notices.create(
        to_id=house.clerk.posting_id, kind="alarm", key="60 phút", text="Còn 60 phút.", at=at, **own
    )
    DeclineText.objects.create(name="Đất đai", text="Đề nghị liên hệ nơi khác.", **by)
    Consent.objects.create(
        channel="sms",
        address="849",
        purpose="notice",
        text="Đồng ý.",
        text_version="1",
        origin="tờ khai",
        given_at=at,
        withdrawal_key="k",
        **own,
    )


def _mail(house: House, at: datetime) -> None:
    """The agency's mailbox, a letter from it to itself, and everything around one."""
    box = office_box(house, at)
    letter = letter_of(house, box, at)
    own = {"agency": house.agency}
    by = {"by_id": house.clerk.posting_id}
    file = {"name": "a.pdf", "mime": "application/pdf", "size": 1, "sha256": "0" * 64}
    letter.files.create(ordinal=1, **file, **own)
    box.folders.create(name="Riêng", **own)
    MailNote.objects.create(mailbox=box, thread=letter.thread, text="Ghi chú", at=at, **by, **own)
    item = MailItem.objects.filter(mailbox=box, letter=letter, is_sent=False).get()
    item.notices.create(
        to_id=house.clerk.posting_id, kind="alarm", key="60 phút", text="Còn 60 phút.", at=at, **own
    )
    draft = box.drafts.create(saved_at=at, **by, **own)
    draft.files.create(**file, **own)
    rule = box.away_rules.create(
        starts_at=at, ends_at=at + timedelta(days=1), text="Vắng.", set_at=at, **own
    )
    rule.answers.create(address="a@b.vn", at=at, **own)
    ImapAccount.objects.create(mailbox=box, secrets={"host": "x"}, since=at, **own)


def _bulk(house: House, at: datetime) -> None:
    own, by = {"agency": house.agency}, house.clerk.posting_id
    template = MessageTemplate.objects.create(name="Mẫu", purpose="notice", started_at=at, **own)
    version = template.versions.create(
        ordinal=1,
        roads=["sms"],
        texts={"sms": {"text": "Đã xong."}},
        blanks=[],
        basis="consent",
        drafted_by_id=by,
        drafted_at=at,
        **own,
    )
    order = version.orders.create(title="Đợt 1", by_id=by, opened_at=at, **own)
    order.rows.create(ordinal=1, cells=["0912345678"], **own)
    ListFile.objects.create(
        order=order,
        content=b"a",
        sha256="0" * 64,
        name="a.csv",
        only_wrong=False,
        left_at=at,
        **own,
    )


def _lost(house: House, at: datetime) -> None:
    """A device that was handed over and reported lost, and the notice of it."""
    own, by = {"agency": house.agency}, house.clerk.posting_id
    device, _ = SigningDevice.objects.get_or_create(
        kind="token", serial="AB-123", defaults={"registered_at": at}, **own
    )
    device.handovers.create(
        kind="given",
        giver_id=by,
        receiver_id=house.leader.posting_id,
        condition="Còn tốt",
        minutes="0" * 64,
        by_id=by,
        at=at,
        **own,
    )
    incident = open_incident(
        kind=Incident.Kind.KEY_LOST,
        agency_id=house.agency.id,
        said="Mất thiết bị.",
        under="QC.10.3",
        by=house.clerk,
        at=at,
    )
    device.reports.create(
        kind="key",
        certificate=enrol_person(person_id=house.leader.person_id, at=at),
        what="Thiết bị AB-123",
        lost_at=at,
        reported_at=at,
        by_id=by,
        incident=incident,
        letter="0" * 64,
        **own,
    )
    CustodyNotice.objects.create(
        to_id=by,
        kind="loss",
        subject_kind="report",
        subject_id=1,
        key="k",
        text="Mất",
        at=at,
        **own,
    )


def _asked(house: House, at: datetime) -> None:
    own = {
        "agency": house.agency,
        "certificate": enrol_person(person_id=house.leader.person_id, at=at),
        "by_id": house.leader.posting_id,
    }
    SignatureLot.objects.create(code="8F3A-21C9", asked_at=at, expires_at=at, **own)
    WaitingSignature.objects.create(
        **own,
        subject_kind="document",
        subject_id=1,
        act="signed",
        field="ChuKyNguoiCoThamQuyen",
        page=1,
        box=[0, 0, 1, 1],
        road="remote",
        asked_at=at,
        expires_at=at,
        base_file="0" * 64,
    )


def _sat(house: House, document: Document, at: datetime) -> None:
    own = {"agency": house.agency}
    stay = {"by_id": house.leader.posting_id, "session_id": 1}
    batch = SigningBatch.objects.create(started_at=at, changed_at=at, **own, **stay)
    batch.items.create(document=document, ordinal=1, **own)
    Shown.objects.create(
        document=document, sha256="0" * 64, page_count=1, first_at=at, **own, **stay
    )


def _checked(house: House, at: datetime) -> None:
    report = VerificationReport.objects.create(
        sha256="0" * 64, at=at, seen_at=at, state="intact", report={}
    )
    VerificationSheet.objects.create(
        agency=house.agency,
        document=Document.objects.filter(agency=house.agency).first(),
        report=report,
        file="0" * 64,
        at=at,
    )


def _copies(house: House, document: Document, at: datetime) -> None:
    own = {"agency": house.agency, "at": at}
    by = {"by_id": house.clerk.posting_id}
    DocumentCopy.objects.create(
        agency=house.agency,
        document=document,
        kind="SY",
        source="electronic",
        target="paper",
        purpose="Lưu",
        original_file="0" * 64,
        asked_by_id=house.clerk.posting_id,
        asked_at=at,
    )
    CopyAuthority.objects.create(
        posting_id=house.clerk.posting_id, valid_from=at.date(), basis="QĐ 1", **own, **by
    )
    StampChoice.objects.create(
        valid_from=at.date(), look=StampChoice.Look.LINE, basis="QĐ 2", **own, **by
    )
    ArrivalStamp.objects.create(
        arrival=Arrival.objects.filter(agency=house.agency).first(),
        original_file="0" * 64,
        file="1" * 64,
        words="Đến",
        **own,
        **by,
    )
    document.co_signers.create(posting_id=house.leader.posting_id, ordinal=1, label="THƯ KÝ", **own)
