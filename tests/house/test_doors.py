"""Every address, as every role, as a stranger agency and signed out: who gets what (S.11, S.29).

A page never changes anything, an order is never a GET, nobody ever meets a 500, and what one may
not see does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cast import (
    House,
    approve_systems,
    enter_working_time,
    found_keys,
    make_committee,
    make_department,
    make_official,
)
from congvu.accounts.access import ADMIN_ROLES
from congvu.channels.answer import answer_inbound
from congvu.channels.give_consent import give_consent
from congvu.channels.keep_decline_text import keep_decline_text
from congvu.documents.copies.ask_copy import Wanted, ask_for_copy
from congvu.documents.copies.competence import let_decide_on_copies
from congvu.documents.copies.make_copy import make_copy
from congvu.documents.drafting.attach import attach_file
from congvu.documents.incoming.stamp_arrival import stamp_arrival
from congvu.documents.models import Attachment, Document, RegisterBook, SigningBatch
from congvu.incidents.report import report_incident
from congvu.incidents.watch_words import add_watch_word
from congvu.orgs.types import AGENCY_ADMIN, INSPECTOR, ROLES, SYSTEM_ADMIN, Actor
from congvu.records.close import close_record
from congvu.records.file import file_document
from congvu.records.open import open_record
from congvu.signing.hand_over import hand_over_device
from congvu.signing.register_device import register_device
from congvu.signing.report_key_lost import report_key_lost
from congvu.web.shell.doors import door_of
from house.orders import ORDERS
from letters import arrived, mail_to, registered, ring, sent, small_pdf, task_on
from lists import approved, listed
from mailroom import mail_of
from paperwork import drafted, submitted
from remote_keys import far_key_of
from staff import client_for
from zalo_rows import article_of, zalo_of

MARK = "QZX7"  # stands in every subject: whoever reads it has seen content
PUBLIC = {
    "check",
    "check_code",
    "check_sheet",
    "first_admin",
    "health",
    "my_consent",
    "short_link",
    "sign_in",
}
# A program comes without a session: the signer's plug-in, a mail program that ends a consent (RFC
# 8058), a provider that calls back, Zalo that tells what happened. The token in the address, or the
# signature, is all it has.
BY_TOKEN = {"plugin_file", "plugin_upload", "withdraw_at_once", "sms_callback", "zalo_hook"}
# Roles without any access to content.
BLIND = (SYSTEM_ADMIN, AGENCY_ADMIN, INSPECTOR)
CONTENT_ROLES = [role for role in ROLES if role not in BLIND]
# What a look may leave behind: the trail of the view, the sign of life, the mark "read", the pages
# delivered to who signs, the count of wrong guesses. Everything else is an order.
TRACES = {
    "audit_entry",
    "accounts_session",
    "accounts_addresswindow",
    "documents_arrival",
    "documents_shown",
    "tasks_escalation",
    "channels_inboundnotice",
    "signing_custodynotice",
    "mailboxes_mailbox",
    "mailboxes_mailitem",
    "mailboxes_letterrecipient",
}
# PDFs about keys and accounts, not about documents.
OTHER_PAPERS = {"handover_minutes", "loss_letter", "zalo_notice"}
# A secret is offered by showing it; nothing holds until a code proves it.
OFFERS = {"enrol_factor": {"accounts_totp"}}
WRITES = """
SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
"""


@dataclass(frozen=True)
class Address:
    """One line of the address book."""

    name: str
    route: str
    view: Any
    blanks: tuple[str, ...]


def address_book() -> list[Address]:
    """Every address of the house, flat."""

    def walk(patterns: list[Any], before: str = "") -> Iterator[Address]:
        for one in patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, route)
            elif isinstance(one, URLPattern):
                yield Address(one.name or route, route, one.callback, tuple(one.pattern.converters))

    return list(walk(get_resolver().url_patterns))


BOOK = address_book()
PAGES = [one for one in BOOK if one.name not in ORDERS]


@dataclass
class World:
    """A house with one of everything, and a stranger."""

    house: House
    stranger: Actor
    by_role: dict[str, Actor]
    ids: dict[str, int]
    draft: Document
    outgoing: Document
    incoming: Document

    def url(self, address: Address) -> str:
        """The address of what belongs to the house."""
        document = self.incoming
        if address.route.startswith(("du-thao/", "trinh-ky/")):
            document = self.draft
        if address.route.startswith("van-ban-di/"):
            document = self.outgoing
        blanks = {
            **self.ids,
            "document_id": document.id,
            "attachment_id": self._attachment(document),
            "code": self.outgoing.check_code,
            "number": 1,
            "kept_id": 1,
        }
        return reverse(address.name, kwargs={name: blanks.get(name, 1) for name in address.blanks})

    def _attachment(self, document: Document) -> int:
        first = Attachment.objects.filter(document=document).first()
        return first.id if first else 1


@pytest.fixture
def world(db: None, at: datetime) -> World:
    enter_working_time(at)
    found_keys(at)
    approve_systems(at)
    house, committee = make_department(at), make_committee(at)
    other = make_department(at, "Sở Tài chính", "STC")
    arrival = registered(committee, house, at, subject=f"Rà soát hộp thư {MARK}")
    arrived(committee, house, at, subject=f"Chờ tiếp nhận {MARK}")
    incoming = arrival.document
    incoming.attachments.create(
        agency=committee.agency,
        part=Attachment.Part.APPENDIX,
        name="phu-luc.pdf",
        sha256=incoming.issued_file,
        mime="application/pdf",
        size=len(small_pdf()),
        at=at,
    )
    task = task_on(arrival, house, at)
    record = open_record(title=f"Hồ sơ {MARK}", retention_code="06", by=house.clerk, at=at)
    file_document(record_id=record.id, document_id=incoming.id, by=house.clerk, at=at)
    close_record(record_id=record.id, work_ended_on=at.date(), by=house.clerk, at=at)
    extract = Wanted("TrS", "electronic", "electronic", f"Gửi Thanh tra {MARK}", pages="1")
    copy = ask_for_copy(document_id=incoming.id, wanted=extract, by=house.leader, at=at)
    make_copy(copy_id=copy.id, by=house.clerk, at=at)
    stamp_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    authority = let_decide_on_copies(
        posting_id=house.head.posting_id or 0,
        basis="Quy chế công tác văn thư",
        valid_from=at.date(),
        by=house.leader,
        at=at,
    )
    draft = drafted(house, at, subject=f"Dự thảo {MARK}", to=[committee])
    attach_file(document_id=draft.id, content=small_pdf(), name="a.pdf", by=house.drafter, at=at)
    submitted(house, at, subject=f"Trình duyệt {MARK}", to=[committee])
    outgoing = sent(house, at, committee, subject=f"Văn bản đi {MARK}")
    ring(at)
    incident = report_incident(kind="other", text="Mất điện phòng máy.", by=house.clerk, at=at)
    word = add_watch_word(word="Phương án PA-07", by=house.leader, at=at)
    roles = {
        role: make_official(house.agency, f"Người {role}", role, unit=house.unit, at=at)
        for role in ROLES
    }
    return World(
        house=house,
        stranger=make_official(other.agency, "Người lạ", *CONTENT_ROLES, at=at),
        by_role={**roles, "drafter": house.drafter},
        ids={
            "arrival_id": arrival.id,
            "task_id": task.id,
            "record_id": record.id,
            "book_id": RegisterBook.objects.get(agency=house.agency, direction="in").id,
            "agency_id": committee.agency.id,
            "posting_id": house.drafter.posting_id or 0,
            "account_id": 1,
            "incident_id": incident.id,
            "word_id": word.id,
            "copy_id": copy.id,
            "authority_id": authority.id,
            **bulk_of(house, at),
            **mail_of(house, at, MARK),
            **_talk(house, at),
            **keys_of(house, at),
            **zalo_of(house, at),
            "article_id": article_of(house, outgoing, at).id,
            "batch_id": _sitting(roles["leader"], outgoing, at).id,
            "ordinal": 1,
            **far_key_of(roles["leader"], draft, at),
        },
        draft=draft,
        outgoing=outgoing,
        incoming=incoming,
    )


def bulk_of(house: House, at: datetime) -> dict[str, int]:
    """A template and an order with one row that is wrong."""
    version = approved(house, at, name=f"Mẫu {MARK}")
    order = listed(house, at, [("0123", f"Bà {MARK}", "H45", "1")], version)
    return {"template_id": version.template_id, "order_id": order.id, "row": 1}


def keys_of(house: House, at: datetime) -> dict[str, int]:
    """The agency's own device, its minutes, and a report of its loss."""
    device = register_device(
        kind="token", serial="CQ-1", provider="", person_id=None, by=house.clerk, at=at
    )
    minutes = hand_over_device(
        device_id=device.id,
        receiver_id=house.clerk.posting_id or 0,
        condition="Thiết bị mới.",
        by=house.clerk,
        at=at,
    )
    report = report_key_lost(device_id=device.id, lost_at=at, said="", by=house.clerk, at=at)
    return {"device_id": device.id, "handover_id": minutes.id, "report_id": report.id}


def _talk(house: House, at: datetime) -> dict[str, int]:
    """A message that came in with a file, words of the agency's own, an answer, a consent."""
    inbound = mail_to(house, at, subject=f"Hỏi thủ tục {MARK}", files=(("don.pdf", small_pdf()),))
    told = {"by": house.clerk, "at": at}
    text = keep_decline_text(name="Đất đai", text="Đề nghị liên hệ nơi khác.", **told)
    answered = mail_to(house, at, subject=f"Đã trả lời {MARK}")
    in_force = {"by": house.clerk, "at": at + timedelta(days=21)}
    answer = answer_inbound(inbound_id=answered.id, text=f"Mời đến {MARK}.", **in_force)
    consent = give_consent(
        agency_id=house.agency.id,
        channel="sms",
        address="84912345678",
        purpose="notice",
        text=f"Đồng ý {MARK}.",
        text_version="2022-02",
        origin="tờ khai",
        at=at,
    )
    return {
        "inbound_id": inbound.id,
        "text_id": text.id,
        "message_id": answer.message_id,
        "consent_id": consent.id,
    }


def _sitting(by: Actor, document: Document, at: datetime) -> SigningBatch:
    """A sitting of this leader, over a document that was signed elsewhere meanwhile."""
    own = {"agency_id": by.agency_id}
    batch = SigningBatch.objects.create(
        by_id=by.posting_id, session_id=1, started_at=at, changed_at=at, **own
    )
    batch.items.create(document=document, ordinal=1, **own)
    return batch


def writes() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(WRITES)
        return dict(cursor.fetchall())


def look(client: Client, url: str, **headers: Any) -> tuple[HttpResponse, set[str]]:
    """GET, tell which tables were written, and undo it."""
    with transaction.atomic():
        before = writes()
        answer = client.get(url, headers=headers or None)
        written = {name for name, number in writes().items() if number != before.get(name, 0)}
        transaction.set_rollback(True)
    return answer, written


def order(client: Client, url: str, **fields: Any) -> HttpResponse:
    """POST, and undo it; also what it did to the cookies."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = client.post(url, fields)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def shows_content(answer: HttpResponse) -> bool:
    if answer.streaming:
        return True
    return MARK.encode() in answer.content or answer.content.startswith(b"%PDF")


def test_the_address_book_is_whole() -> None:
    assert len(BOOK) > 60
    names = [address.name for address in BOOK]
    assert len(names) == len(set(names))
    assert {one.name for one in BOOK if door_of(one.view).is_public} == PUBLIC
    assert {one.name for one in BOOK if door_of(one.view).is_by_token} == BY_TOKEN


@pytest.mark.clause("S.29")
def test_no_address_is_free_of_the_token() -> None:
    free = {one.name for one in BOOK if getattr(one.view, "csrf_exempt", False)}
    assert free == BY_TOKEN


@pytest.mark.clause("S.11", "S.30")
def test_a_page_is_shown_or_not_but_changes_nothing(world: World, at: datetime) -> None:
    changed, failed, leaked = {}, {}, []
    for role, actor in world.by_role.items():
        client = client_for(actor.posting_id, at)
        for address in PAGES:
            answer, written = look(client, world.url(address))
            if answer.status_code not in {200, 204, 302, 304, 403, 404, 422}:
                failed[role, address.name] = answer.status_code
            if kept := written - TRACES - OFFERS.get(address.name, set()):
                changed[role, address.name] = kept
            harmless = PUBLIC | OTHER_PAPERS
            if role in BLIND and address.name not in harmless and shows_content(answer):
                leaked.append((role, address.name))
    assert (failed, changed, leaked) == ({}, {}, [])


@pytest.mark.clause("S.11")
def test_an_order_is_never_a_get(world: World, at: datetime) -> None:
    """Who holds every role is stopped by no door: each address is a page, or an order (405).
    What is the administrators' alone is opened by one of them, who holds no other role."""
    everything = make_official(world.house.agency, "Mọi vai trò", *CONTENT_ROLES, at=at)
    client = client_for(everything.posting_id, at)
    admin = client_for(world.by_role[SYSTEM_ADMIN].posting_id, at)
    seen = {
        one.name: look(
            admin if SYSTEM_ADMIN in door_of(one.view).roles <= ADMIN_ROLES else client,
            world.url(one),
        )[0].status_code
        for one in BOOK
    }
    orders = {name for name, status in seen.items() if status == 405}
    assert orders == ORDERS & {one.name for one in BOOK}
    strange = {one.name: seen[one.name] for one in PAGES if seen[one.name] not in {200, 302, 404}}
    assert strange == {}


OBJECTS = {
    *("document_id", "arrival_id", "task_id", "record_id", "book_id", "attachment_id", "kept_id"),
    *("incident_id", "word_id", "copy_id", "authority_id", "inbound_id", "message_id"),
    *("template_id", "order_id"),
    *("device_id", "handover_id", "report_id", "batch_id", "version_id"),
    *("waiting_id", "mailbox_id", "item_id", "draft_id"),
    *("text_id", "consent_id"),
    *("zalo_account_id", "keeper_id", "case_id", "link_id", "template_id", "article_id"),
}


@pytest.mark.clause("S.11")
def test_for_a_stranger_agency_nothing_of_the_house_exists(world: World, at: datetime) -> None:
    client = client_for(world.stranger.posting_id, at)
    found, leaked = {}, []
    for address in BOOK:
        url = world.url(address)
        is_object = bool(OBJECTS & set(address.blanks))
        if address.name in ORDERS:
            status = order(
                client,
                url,
                reason="Lý do đủ dài để được nhận",
                file=SimpleUploadedFile("a.pdf", small_pdf()),
            ).status_code
        else:
            answer, _ = look(client, url)
            status = answer.status_code
            if address.name not in PUBLIC and shows_content(answer):
                leaked.append(address.name)
        if is_object and status != 404:
            found[address.name] = status
        assert status < 500, address.name
    assert (found, leaked) == ({}, [])


@pytest.mark.clause("S.02", "S.11")
def test_signed_out_everybody_is_sent_to_the_door(world: World, at: datetime) -> None:
    wrong, nobody = {}, Client()
    for address in BOOK:
        if address.name in PUBLIC | BY_TOKEN:
            continue
        url = world.url(address)
        page, written = look(nobody, url)
        script, _ = look(nobody, url, hx_request="true")
        posted = order(nobody, url)
        seen = (page.status_code, script.status_code, posted.status_code)
        to_door = page.get("Location", "").startswith(reverse("sign_in"))
        if seen != (302, 401, 302) or not to_door or written:
            wrong[address.name] = (*seen, written)
    assert wrong == {}


@pytest.mark.clause("QC.7.1", "S.11")
def test_public_pages_are_open_and_show_no_content(world: World) -> None:
    nobody = Client()
    for name in ("check", "health", "sign_in"):
        answer, _ = look(nobody, reverse(name))
        assert answer.status_code == 200, name
    known, _ = look(nobody, reverse("check_code", args=[world.outgoing.check_code]))
    unknown, _ = look(nobody, reverse("check_code", args=["KHONG-CO"]))
    draft, _ = look(nobody, reverse("check_code", args=[world.draft.check_code]))
    assert (known.status_code, unknown.status_code, draft.status_code) == (200, 404, 404)
    assert world.outgoing.symbol.encode() in known.content
    assert not shows_content(known)


@pytest.mark.clause("S.29")
def test_without_the_token_nothing_is_posted(world: World, at: datetime) -> None:
    signed_in = client_for(world.house.clerk.posting_id, at)
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in.cookies
    passed = {
        one.name: status
        for one in BOOK
        if one.name not in BY_TOKEN and (status := order(client, world.url(one)).status_code) != 403
    }
    assert passed == {}


HOSTILE = (
    {"sau": "W1tdXQ", "khan": "²", "tu": "99/99/9999", "so": "%_\\", "loai": "x' OR 1=1"},
    {"q": "1/\x00", "so": "\x00"},
    {"q": "'" * 300, "tab": "khong-co", "cua": "all", "xong": "1", "rong": "x", "trang": "-1"},
    {"q": "9" * 500 + "/A", "khan": "9" * 40, "sau": "WyIyMDIyIiwxXQ", "tt": "x", "nam": "x"},
)


@pytest.mark.clause("S.30", "S.31")
def test_no_query_breaks_a_page(world: World, at: datetime) -> None:
    client = client_for(world.house.clerk.posting_id, at)
    for query in HOSTILE:
        for address in PAGES:
            with transaction.atomic():
                status = client.get(world.url(address), query).status_code
                transaction.set_rollback(True)
            assert status < 500, (address.name, query)


@pytest.mark.clause("S.11", "S.29")
def test_without_its_token_a_program_gets_nothing(world: World, at: datetime) -> None:
    """Signed in or not: the cookie of a person opens neither the file nor the handler."""
    for client in (Client(), client_for(world.house.leader.posting_id, at)):
        file, _ = look(client, reverse("plugin_file", args=["x" * 43]))
        said = order(client, reverse("plugin_upload", args=["x" * 43])).json()
        assert (file.status_code, said["Status"]) == (404, False)
        assert not shows_content(file)
