"""Chuyển thư của hộp thư cơ quan thành văn bản đến: the letter's moments go along."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from congvu.documents.incoming.convert_carried import ARRIVAL, Carried, convert_carried
from congvu.kit import blobs, clock
from congvu.kit.refusal import refusal, refuse_if
from congvu.mailboxes import access
from congvu.mailboxes.decide_letter import recipient_of
from congvu.mailboxes.models import LetterRecipient, MailItem
from congvu.mailboxes.note_became import note_became
from congvu.mailboxes.queries.conversation import file_rows
from congvu.mailboxes.typeset_letter import typeset_letter
from congvu.orgs import queries as orgs
from congvu.orgs.types import CLERK, Actor
from congvu.web.desk.convert_form import Source, convert_form, described, take_on
from congvu.web.desk.days import read_id
from congvu.web.desk.frame import done
from congvu.web.environment import moment
from congvu.web.shell.doors import needs
from congvu.web.shell.typed_secrets import reads_marks


@reads_marks
@needs(CLERK)
@require_http_methods(["GET", "POST"])
def convert_mail(request: HttpRequest, item_id: int) -> HttpResponse:
    """The form; posting takes it in, registers it and presents it."""
    item = access.item_for(request.actor, item_id)
    recipient = recipient_of(item)
    if recipient is None or item.person_id is not None:
        raise refusal("mailboxes.E034")
    refuse_if(item.became_id is not None, "mailboxes.E035")
    source = _source(item, recipient)
    if request.method == "POST":
        request.show_again = lambda said: convert_form(request, source, said)
        return _convert(request, item, recipient)
    return convert_form(request, source)


def _convert(request: HttpRequest, item: MailItem, recipient: LetterRecipient) -> HttpResponse:
    by, at, typed = request.actor, clock.now(), request.POST
    carried = _carried(item, recipient, read_id(typed.get("main", "")), by)
    arrival = convert_carried(
        carried,
        described=described(typed),
        by=by,
        at=at,
        is_declared_open=typed.get("declared") == "1",
        is_for_reference=typed.get("reference") == "1",
    )
    file = hashlib.sha256(carried.content).hexdigest()
    note_became(item_id=item.id, became=(ARRIVAL, arrival.id), file=file, by=by, at=at)
    number = take_on(request, arrival.id)
    return done(request, f"Đã chuyển thư thành văn bản đến số {number}.", "arrival", arrival.id)


def _carried(item: MailItem, recipient: LetterRecipient, main: int, by: Actor) -> Carried:
    files = [one for one in file_rows(item) if one.sha256]
    chosen = files[main - 1] if 0 < main <= len(files) else None
    refuse_if(main and chosen is None, "documents.E920")
    content = blobs.read(chosen.sha256) if chosen else typeset_letter(item, by=by, at=clock.now())
    return Carried(
        agency_id=item.agency_id,
        content=content,
        file_name=chosen.name if chosen else f"thu-{item.id}.pdf",
        sent_at=item.letter.sent_at,
        entered_at=recipient.entered_at or item.at,
        received_at=recipient.received_at or item.at,
        received_finding=recipient.received_finding,
        beside=[(one.name, one.mime, one.size, one.sha256) for one in files if one != chosen],
        details={"mail_item": item.id, "letter": item.letter_id},
    )


def _source(item: MailItem, recipient: LetterRecipient) -> Source:
    letter = item.letter
    files = [one for one in file_rows(item) if one.sha256]
    return Source(
        active="mailboxes",
        said=f"thư của {letter.from_name} ({letter.from_address}), nhận lúc "
        f"{moment(recipient.received_at)}",
        back=reverse("mail", args=[item.id]),
        known={
            "subject": letter.subject or letter.text[:200],
            "issuer_name": orgs.agency(letter.agency_id).name,
        },
        files=[(place, one.name, one.mime, one.size) for place, one in enumerate(files, start=1)],
    )
