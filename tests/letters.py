"""Letters that were sent, and their way at the receiver: rows as issuing leaves them, then real verbs.

The tests of what happens after the issue need many letters and no signatures; those of the whole
way use `paperwork.issued`. `ring` does the worker's part inside the test's own transaction.
"""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from typing import Any

import pikepdf
from django.db import connection, transaction
from procrastinate.contrib.django import app as jobs_app

from cast import House
from congvu.channels.models import InboundMessage, OwnAddress
from congvu.channels.take_in import take_in
from congvu.channels.types import Incoming
from congvu.documents.events import DocumentIssued
from congvu.documents.incoming.receive_by_hand import ByHand
from congvu.documents.incoming.register import register_arrival
from congvu.documents.models import Arrival, Document, Recipient, SearchEntry
from congvu.documents.states import DocumentState
from congvu.kit import blobs, clock, search, wall
from congvu.kit.events import publish
from congvu.kit.folding import symbol_key
from congvu.kit.refusal import Refusal
from congvu.orgs.types import Actor
from congvu.tasks.assign import Parts, assign_task
from congvu.tasks.models import Task

SUBJECT = "Về việc rà soát hộp thư điện tử công vụ"
REASON = "Văn bản gửi nhầm cơ quan, đề nghị kiểm tra lại nơi nhận."
# The judging of the issued file has its own tests; these letters carry an unsigned page.
WAITING = """
UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (
    SELECT id FROM procrastinate_jobs
    WHERE status = 'todo' AND task_name NOT LIKE '%verify_issued' ORDER BY priority DESC, id LIMIT 1)
RETURNING id, task_name, args
"""
_numbers = itertools.count(1)


@cache
def small_pdf(pages: int = 1) -> bytes:
    """A whole PDF with empty pages."""
    written = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        pdf.save(written, deterministic_id=True)
    return written.getvalue()


def locked_pdf() -> bytes:
    """A PDF that opens only with a password."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(small_pdf())) as pdf:
        pdf.save(written, encryption=pikepdf.Encryption(owner="kín", user="kín"))
    return written.getvalue()


def sent(
    sender: House,
    at: datetime,
    *to: House,
    subject: str = SUBJECT,
    copies: Sequence[House] = (),
    **more: Any,
) -> Document:
    """A letter of the sender as its issue leaves it, told to the rooms above; not yet delivered."""
    symbol = f"{next(_numbers):02d}/{sender.agency.symbol}-TH"
    document = Document.objects.create(
        agency=sender.agency,
        origin=Document.Origin.OURS,
        state=DocumentState.ISSUED,
        type_code="cong-van",
        subject=subject,
        symbol=symbol,
        symbol_key=symbol_key(symbol),
        issuer_name=sender.agency.name,
        issued_on=clock.local(at).date(),
        issued_file=blobs.keep(small_pdf(), "application/pdf").sha256,
        page_count=1,
        signer_id=sender.leader.posting_id,
        drafter_id=sender.drafter.posting_id,
        started_at=at,
        issued_at=at,
        changed_at=at,
        **more,
    )
    for part, houses in ((Recipient.Part.MAIN, to), (Recipient.Part.COPY, copies)):
        for house in houses:
            Recipient.objects.create(
                agency=sender.agency,
                document=document,
                to_agency=house.agency,
                name=house.agency.name,
                part=part,
            )
    _enter_search(document, at)
    with transaction.atomic():
        publish(DocumentIssued(document_id=document.id, at=at))
    return document


def _enter_search(document: Document, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {SearchEntry._meta.db_table} (document_id, agencies, received_at, tsv)"
            f" VALUES (%s, %s::bigint[], %s, {search.vector_sql()})",
            [
                document.id,
                [document.agency_id],
                at,
                *search.vector_values(f"{document.symbol} {document.subject}", ""),
            ],
        )


def ring(at: datetime) -> list[str]:
    """Run every waiting job here and now, as the worker would; tells their names in order."""
    rung = []
    with clock.frozen(at), connection.cursor() as cursor:
        while True:
            cursor.execute(WAITING)
            found = cursor.fetchone()
            if found is None:
                return rung
            job_id, name, arguments = found
            arguments = json.loads(arguments) if isinstance(arguments, str) else arguments
            jobs_app.tasks[name].func(**arguments)
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job_id])
            rung.append(name.rpartition(".")[2])


def arrival_at(document: Document, house: House) -> Arrival:
    """The arrival of a document at a house, as the database has it now."""
    return Arrival.objects.get(document=document, agency=house.agency)


def arrived(sender: House, house: House, at: datetime, **more: Any) -> Arrival:
    """A letter has entered the house and waits for its clerk."""
    document = sent(sender, at, house, **more)
    ring(at)
    return arrival_at(document, house)


def registered(sender: House, house: House, at: datetime, **more: Any) -> Arrival:
    """A letter stands in the register of incoming documents."""
    arrival = arrived(sender, house, at, **more)
    register_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    ring(at)
    return Arrival.objects.get(id=arrival.id)


def task_on(
    arrival: Arrival,
    house: House,
    at: datetime,
    *,
    due_on: date | None = None,
    lead: Actor | None = None,
    **more: Any,
) -> Task:
    """The house's leader has given the work on an arrival to its drafter (or to `lead`)."""
    task = assign_task(
        arrival_id=arrival.id,
        title=SUBJECT,
        parts=more.pop("parts", Parts(lead=(lead or house.drafter).posting_id or 0)),
        due_on=due_on,
        by=more.pop("by", house.leader),
        at=at,
        **more,
    )
    ring(at)
    return task


def by_hand(**changed: Any) -> ByHand:
    """What a clerk reads off a paper letter."""
    read = {
        "type_code": "cong-van",
        "symbol": "1234/BNV-VP",
        "issued_on": date(2022, 2, 9),
        "issuer_name": "Bộ Nội vụ",
        "subject": "Hướng dẫn công tác văn thư năm 2022",
        "sender_name": "",
    }
    return ByHand(**{**read, **changed})


@contextmanager
def behind_the_wall(by: Actor) -> Iterator[None]:
    """Act as the web does: as the application role, in the agency of the actor."""
    try:
        with transaction.atomic():
            wall.enter_agency(by.agency_id, by.person_id)
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('role', 'none', true), set_config('app.agency_id', '', true),"
                " set_config('app.person_id', '', true)"
            )


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run the calls in threads with connections of their own; refusals come back as their codes."""

    def one(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def mail_to(house: House, at: datetime, **more: object) -> InboundMessage:
    """A citizen's mail that came to the house's own address."""
    box = f"{house.agency.id}@phuyen.gov.vn"
    OwnAddress.objects.get_or_create(
        agency=house.agency, channel="official_mail", address=box, defaults={"valid_from": at}
    )
    incoming = Incoming(
        **{
            "channel": "official_mail",
            "provider_id": None,
            "external_id": f"<{more.get('subject', 'hoi')}@example.com>",
            "to_address": box,
            "from_address": "dan@example.com",
            "from_name": "Nguyễn Văn Dân",
            "subject": "Hỏi thủ tục",
            "text": "Tôi muốn hỏi thủ tục cấp sổ.",
            "raw": b"From: dan@example.com",
            "raw_mime": "message/rfc822",
            "entered_at": at,
            **more,
        }
    )
    return take_in(incoming, at=at)
