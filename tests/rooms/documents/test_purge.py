"""A secret found too late: two people, then not one byte of it is left, whatever dies meanwhile."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from cast import House
from congvu.bulk.expand_order import expand_order
from congvu.bulk.models import BulkOrder
from congvu.bulk.open_order import open_order
from congvu.bulk.release_order import release_order
from congvu.bulk.steer_order import SUBJECT
from congvu.bulk.take_list import take_list
from congvu.bulk.write_files import result_file
from congvu.channels.accept import accept_message
from congvu.channels.models import Evidence, Message
from congvu.channels.types import MAIL, Order
from congvu.documents import access
from congvu.documents.decide_purge import confirm_purge, decline_purge
from congvu.documents.drafting.attach import attach_file
from congvu.documents.drafting.autosave import autosave_draft
from congvu.documents.drafting.give_opinion import ask_opinion, give_opinion
from congvu.documents.keep_report import keep_report
from congvu.documents.models import Attachment, Document, Purge, SearchEntry
from congvu.documents.propose_purge import propose_purge
from congvu.incidents.models import Incident
from congvu.kit import blobs, events, page_images
from congvu.kit.backup_expiry import FILE, backups_are_gone
from congvu.kit.models import BackupExpiry, Blob
from congvu.kit.second_copy import copy_new
from congvu.mailboxes.read_addressees import read_addressees
from congvu.mailboxes.types import Words
from congvu.mailboxes.write_letter import write_letter
from congvu.publicity import jobs
from congvu.publicity.models import Article, Broadcast
from congvu.reactions import REACTIONS
from congvu.records.close import close_record
from congvu.records.file import file_document
from congvu.records.open import open_record
from congvu.rules.moments import Audience
from congvu.signing.verify import verify_pdf
from congvu.tasks.models import Task
from hostile import office
from letters import mail_to, registered, ring, small_pdf, task_on
from lists import HEADER, approved, as_xlsx, checked, line
from mailroom import box_of
from paperwork import content, drafted, issued, refused

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.4.1", "S.34")]
CANARY = "chim-hoang-yen-7431"
BASIS = "Kết luận số 05/KL-SNV ngày 14/02/2022"


@pytest.fixture(autouse=True)
def stores(tmp_path: Path, settings: Any, published: object) -> Iterator[Path]:
    """Stores of this test's own, and the whole table of reactions."""
    for name in ("FILES", "VAULT", "FILES_COPY"):
        setattr(settings, f"CONGVU_{name}", tmp_path / name.lower())
    settings.VAR = tmp_path / "var"
    events.install(REACTIONS)
    yield tmp_path
    settings.CONGVU_FILES_COPY = ""


def purged(document: Document, house: House, at: datetime) -> Purge:
    propose_purge(document_id=document.id, basis=BASIS, by=house.clerk, at=at)
    confirm_purge(document_id=document.id, by=house.leader, at=at)
    ring(at)
    return Purge.objects.get(document=document)


def lasting_bytes(stores: Path) -> dict[str, bytes]:
    """Every file of the stores, and every row of every table that is not the audit log."""
    found = {str(one): one.read_bytes() for one in stores.rglob("*") if one.is_file()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM {table} t")
            found[table] = cursor.fetchone()[0].encode()
    return found


def holding(stores: Path, *wanted: str) -> list[str]:
    return [
        place
        for place, body in lasting_bytes(stores).items()
        if place != "audit_entry" and any(word.encode() in body for word in wanted)
    ]


def story(house: House, at: datetime) -> tuple[Document, str]:
    """A draft that says the canary in every place that the room has."""
    draft = drafted(house, at, subject=f"Về {CANARY}", content=content(f"Điều 1. {CANARY}."))
    typed: dict[str, Any] = {"document_id": draft.id, "by": house.drafter, "at": at}
    autosave_draft(**typed, base_ordinal=1, content=content(f"Điều 2. {CANARY}."))
    spoken = office(body=f"<w:p><w:r><w:t>{CANARY}</w:t></w:r></w:p>")
    file = attach_file(**typed, content=spoken, name=f"{CANARY}.docx")
    ask_opinion(**typed, posting_ids=[house.colleague.posting_id or 0], question=CANARY)
    give_opinion(document_id=draft.id, text=CANARY, by=house.colleague, at=at)
    preview = Path(django_settings.VAR) / "previews" / f"{draft.id}-1.pdf"
    preview.parent.mkdir(parents=True, exist_ok=True)
    preview.write_bytes(CANARY.encode())
    copy_new(at=at)
    return draft, file.sha256


def test_of_a_draft_nothing_is_left_but_its_line_and_the_log(
    house: House, at: datetime, stores: Path
) -> None:
    draft, sha256 = story(house, at)
    assert holding(stores, CANARY), "the story must have left something to find"
    purge = purged(draft, house, at)
    draft.refresh_from_db()
    assert purge.state == Purge.State.DONE
    assert draft.subject == f"(Đã tiêu hủy theo {BASIS})"
    assert draft.state == "cancelled"
    assert holding(stores, CANARY, sha256) == []
    assert not Blob.objects.filter(sha256=sha256).exists()
    assert [draft.versions.get().content["blocks"][0]["runs"][0]["text"]] == ["(đã tiêu hủy)"]
    assert blobs.read(purge.certificate).startswith(b"%PDF")
    assert purge.counts["files"] == 1 and purge.files == []


def test_a_sealed_file_goes_with_its_key_and_its_second_copy(
    house: House, at: datetime, stores: Path
) -> None:
    draft = drafted(house, at)
    Document.objects.filter(id=draft.id).update(sensitivity=4)
    file = attach_file(
        document_id=draft.id, content=office(), name="a.docx", by=house.drafter, at=at
    )
    copy_new(at=at)
    places = [blobs.sealed_path(file.sha256), blobs.copy_of(blobs.sealed_path(file.sha256))]
    assert all(place and place.is_file() for place in places)
    purged(draft, house, at)
    assert not any(place and place.exists() for place in places)
    assert not Blob.objects.filter(sha256=file.sha256).exists()


def test_what_other_agencies_had_is_gone_and_each_is_told(
    house: House, committee: House, at: datetime, stores: Path
) -> None:
    arrival = registered(committee, house, at, subject=f"Về {CANARY}")
    letter = arrival.document
    task = task_on(arrival, house, at)
    Task.objects.filter(id=task.id).update(title=CANARY)
    record = open_record(title="Hồ sơ năm", retention_code="06", by=house.clerk, at=at)
    file_document(record_id=record.id, document_id=letter.id, by=house.clerk, at=at)
    close_record(record_id=record.id, work_ended_on=at.date(), by=house.clerk, at=at)
    record.refresh_from_db()
    index = record.index_file
    page_images._remember(page_images._folder() / letter.issued_file[:2]
                          / f"{letter.issued_file}-1-900.png", b"picture")  # fmt: skip

    purged(letter, committee, at)

    record.refresh_from_db()
    assert holding(stores, CANARY) == []
    assert record.index_file != index and not blobs.path(index).exists()
    assert not list((Path(django_settings.VAR) / "page-images").rglob("*.png"))
    assert not SearchEntry.objects.filter(document=letter).exists()
    letter.refresh_from_db()
    assert (letter.symbol, letter.issued_on) != ("", None), "the register keeps number and day"
    (told,) = Incident.objects.all()
    assert (told.agency_id, told.officer_id) == (house.agency.id, house.leader.posting_id)
    assert letter.symbol in told.said and CANARY not in told.said


def test_the_same_bytes_in_another_document_are_the_same_secret(
    house: House, committee: House, at: datetime
) -> None:
    first, second = drafted(house, at), drafted(committee, at)
    same = office()  # a package made twice differs by the minute it was made in
    for draft, who in ((first, house.drafter), (second, committee.drafter)):
        attach_file(document_id=draft.id, content=same, name="a.docx", by=who, at=at)
    purged(first, house, at)
    gone = Attachment.objects.get(document=second)
    assert (gone.name, gone.sha256, gone.removed_at) == ("(đã tiêu hủy)", blobs.NOTHING, at)
    assert Incident.objects.get().agency_id == committee.agency.id


@pytest.mark.clause("S.10")
def test_two_people_always(house: House, committee: House, at: datetime) -> None:
    draft = drafted(house, at)
    with refused("documents.E841"):
        propose_purge(document_id=draft.id, basis=BASIS, by=house.drafter, at=at)
    with refused("documents.E842"):
        propose_purge(document_id=draft.id, basis="KL", by=house.clerk, at=at)
    with refused("documents.E001"):
        propose_purge(document_id=draft.id, basis=BASIS, by=committee.clerk, at=at)
    with refused("documents.E844"):
        confirm_purge(document_id=draft.id, by=house.leader, at=at)
    propose_purge(document_id=draft.id, basis=BASIS, by=house.leader, at=at)
    with refused("documents.E845"):
        confirm_purge(document_id=draft.id, by=house.leader, at=at)
    with refused("documents.E843"):
        propose_purge(document_id=draft.id, basis=BASIS, by=house.clerk, at=at)
    decline_purge(document_id=draft.id, by=house.deputy, at=at)
    propose_purge(document_id=draft.id, basis=BASIS, by=house.clerk, at=at)
    with refused("documents.E846"):
        confirm_purge(document_id=draft.id, by=house.deputy, at=at)
    confirm_purge(document_id=draft.id, by=house.leader, at=at)


def test_from_the_confirmation_on_nobody_opens_or_changes_it(house: House, at: datetime) -> None:
    draft = drafted(house, at)
    propose_purge(document_id=draft.id, basis=BASIS, by=house.clerk, at=at)
    confirm_purge(document_id=draft.id, by=house.leader, at=at)
    draft.refresh_from_db()
    assert not access.file_is_open(draft, None)
    with refused("documents.E847"):
        attach_file(document_id=draft.id, content=office(), name="a.docx", by=house.drafter, at=at)


def test_the_mail_that_brought_it_and_what_answered_are_emptied(
    house: House, committee: House, at: datetime, stores: Path
) -> None:
    at = at.replace(day=28)  # the Regulation is in force
    file = office(body=f"<w:p><w:r><w:t>{CANARY}</w:t></w:r></w:p>")
    raw = f"From: dan@example.com\n\n{CANARY}".encode()
    told: dict[str, Any] = {"subject": CANARY, "text": CANARY, "raw": raw, "external_id": "<1@b>"}
    mail = mail_to(house, at, **told, files=((f"{CANARY}.docx", file), ("khac.pdf", small_pdf())))
    same = mail_to(committee, at, **told)
    order = Order(
        agency_id=house.agency.id,
        key="tra-loi",
        purpose="reply",
        audience=Audience.PERSON,
        roads=(MAIL,),
        addresses={MAIL: "dan@example.com"},
        texts={MAIL: {"subject": CANARY, "text": CANARY}},
        basis="duty QC.9.2.b",
        subject=("inbound", mail.id),
    )
    answer = accept_message(order, by=house.clerk, at=at)
    attempt = answer.attempts.get()
    Evidence.objects.create(
        agency=house.agency, attempt=attempt, kind="failed", grade="C", at=at, noted_at=at, raw=raw
    )
    draft = drafted(house, at)
    attach_file(document_id=draft.id, content=file, name="a.docx", by=house.drafter, at=at)
    purge = purged(draft, house, at)
    for one in (mail, same, answer, attempt):
        one.refresh_from_db()
    assert holding(stores, CANARY) == []
    assert {mail.subject, same.subject} == {"(đã tiêu hủy)"}
    assert (mail.from_address, mail.entered_at) == ("dan@example.com", at)
    assert [one.sha256 != "" for one in mail.files.all()] == [False, True]
    assert (answer.state, attempt.state) == ("cancelled", "cancelled")
    assert (purge.counts["inbound"], purge.counts["outbound"]) == (2, 3), (
        "two acknowledgements, one reply"
    )
    assert Incident.objects.filter(agency_id=committee.agency.id).exists(), "it is told"


def test_letters_between_mailboxes_that_carried_it_are_emptied(
    house: House, committee: House, at: datetime, stores: Path
) -> None:
    at = at.replace(day=28)
    file = office(body=f"<w:p><w:r><w:t>{CANARY}</w:t></w:r></w:p>")
    ours, theirs = box_of(house.drafter, at), box_of(committee.drafter, at)
    stored = blobs.keep(file, "application/zip")
    words = Words(
        subject=CANARY,
        text=CANARY,
        thread="t1",
        files=((f"{CANARY}.docx", "application/zip", len(file), stored.sha256),),
    )
    to = read_addressees(theirs.address, "")
    letter = write_letter(ours, words, to, by=house.drafter, at=at)
    assert holding(stores, CANARY)
    draft = drafted(house, at)
    attach_file(document_id=draft.id, content=file, name="a.docx", by=house.drafter, at=at)
    purged(draft, house, at)
    letter.refresh_from_db()
    assert holding(stores, CANARY, stored.sha256) == []
    assert (letter.subject, letter.from_address) == ("(đã tiêu hủy)", ours.address)
    told = Incident.objects.get(agency_id=committee.agency.id)
    assert "hộp thư" in told.said


def test_orders_of_texts_whose_list_was_the_file_are_emptied_and_stop(
    house: House, committee: House, at: datetime, stores: Path
) -> None:
    at = at.replace(day=28)
    name = "Chim Hoàng Yến"
    rows = [(line(one)[0], name, *line(one)[2:], CANARY) for one in range(3)]
    file = as_xlsx(rows, (*HEADER, "Ghi chú"))
    ours, theirs = (order_of(one, file, at) for one in (house, committee))
    release_order(order_id=ours.id, count=3, send_from=None, by=house.clerk, at=at)
    assert expand_order(order_id=ours.id, at=at, most=2) == 2
    words = (CANARY, name, "Chim Hoang Yen")
    assert "channels_message" in holding(stores, *words)
    draft = drafted(house, at)
    attach_file(document_id=draft.id, content=file, name="ds.xlsx", by=house.drafter, at=at)
    purged(draft, house, at)
    for order in (ours, theirs):
        order.refresh_from_db()
        assert (order.state, order.title, order.list_hashes) == ("cancelled", "(đã tiêu hủy)", [])
        assert order.forgotten_at == at and result_file(order)
    assert holding(stores, *words, hashlib.sha256(file).hexdigest()) == []
    assert list(ours.rows.order_by("ordinal").values_list("state", flat=True)) == [
        *("queued", "queued", "cancelled")
    ]
    assert {one.state for one in Message.objects.filter(subject_kind=SUBJECT)} == {"cancelled"}
    assert expand_order(order_id=ours.id, at=at) == 0
    told = Incident.objects.get(agency_id=committee.agency.id)
    assert "đợt gửi tin" in told.said


def order_of(house: House, file: bytes, at: datetime) -> BulkOrder:
    """An order whose list is this file, ready to go."""
    version = approved(house, at)
    order = open_order(template_id=version.template_id, title=CANARY, by=house.clerk, at=at)
    told: dict[str, Any] = {"order_id": order.id, "by": house.clerk, "at": at}
    take_list(**told, content=file, name=f"{CANARY}.xlsx", only_wrong=False)
    return checked(order, at)


@pytest.mark.clause("QC.11.5")
@pytest.mark.parametrize(
    ("state", "then"),
    [
        ("draft", "draft"),
        ("submitted", "draft"),
        ("approved", "draft"),
        ("sending", "sending"),
        ("published", "removing"),
        ("removed", "removed"),
    ],
)
def test_posts_that_derive_from_it_are_emptied_and_taken_down(
    house: House,
    committee: House,
    at: datetime,
    stores: Path,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    then: str,
) -> None:
    monkeypatch.setattr(jobs, "bring_article", lambda **_: 0)  # Zalo is not called here
    letter = issued(house, at, to=[committee], subject="Về lịch tiếp công dân")
    ring(at)
    has_left = state not in {"draft", "submitted"}
    post = Article.objects.create(
        agency=house.agency,
        source=letter,
        source_symbol=letter.symbol,
        source_link="https://phuyen.gov.vn/kiem-tra/1/",
        source_hash=letter.issued_file,
        **dict.fromkeys(("title", "summary", "text", "cover", "removed_why", "said"), CANARY),
        state=state,
        by_id=house.drafter.posting_id,
        changed_at=at,
        approved_by_id=house.leader.posting_id if has_left else None,
        approved_at=at if has_left else None,
        approved_hash=letter.issued_file if has_left else "",
        external_id="bai-1" if state == "published" else "",
    )
    sending = Broadcast.objects.create(
        agency=house.agency, article=post, by_id=house.drafter.posting_id, at=at
    )
    purged(letter, house, at)
    post.refresh_from_db()
    sending.refresh_from_db()
    assert holding(stores, CANARY, letter.issued_file) == []
    assert (post.state, post.title, post.flagged_at) == (then, "(đã tiêu hủy)", at)
    assert (post.source_symbol, sending.state) == (letter.symbol, "failed")


def test_the_kept_sheet_of_the_check_goes_as_well(
    house: House, committee: House, at: datetime, stores: Path
) -> None:
    letter = issued(house, at, to=[committee], subject=f"Về {CANARY}")
    ring(at)
    verify_pdf(blobs.payload(letter.issued_file), at=at)
    sheet = keep_report(document_id=letter.id, at=at)
    assert sheet is not None and blobs.path(sheet.file).is_file()
    purged(letter, house, at)
    assert not blobs.path(sheet.file).exists()
    assert keep_report(document_id=letter.id, at=at) is None
    assert holding(stores, CANARY, letter.issued_file, letter.signed_file, sheet.file) == []


def test_the_backups_are_listed_until_the_operator_has_destroyed_them(
    house: House, at: datetime
) -> None:
    purge = purged(drafted(house, at), house, at)
    order = BackupExpiry.objects.get()
    listed = Path(django_settings.VAR) / FILE
    assert f"{order.id}\t2022-02-14T09:00:00+07:00\ttiêu hủy dữ liệu số {purge.id}" in (
        listed.read_text("utf-8")
    )
    assert backups_are_gone(expiry_id=order.id, at=at)
    assert not backups_are_gone(expiry_id=order.id, at=at)
    assert f"số {purge.id}" not in listed.read_text("utf-8")


def test_the_certificate_says_who_what_and_what_is_left(
    house: House, at: datetime, tmp_path: Path
) -> None:
    purge = purged(drafted(house, at), house, at)
    printed = tmp_path / "bien-ban.pdf"
    printed.write_bytes(blobs.read(purge.certificate))
    said = subprocess.run(
        ["pdftotext", "-layout", printed, "-"], capture_output=True, text=True, check=True
    ).stdout
    for words in ("BIÊN BẢN TIÊU HỦY DỮ LIỆU ĐIỆN TỬ", BASIS, "Võ Thị Thư", "Trần Hữu Thế"):
        assert words in " ".join(said.split())
