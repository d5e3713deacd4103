"""Mailboxes for tests: everybody of a house gets one, and so does the house."""

from __future__ import annotations

from datetime import datetime

from cast import House
from congvu.channels.models import InboundMessage
from congvu.channels.take_in import take_in
from congvu.channels.types import MAIL, Incoming
from congvu.mailboxes.models import Letter, Mailbox, MailItem
from congvu.mailboxes.open_mailbox import open_mailbox
from congvu.mailboxes.save_draft import Typed, save_draft
from congvu.mailboxes.send_letter import send_letter
from congvu.mailboxes.start_draft import start_draft
from congvu.mailboxes.states import Part
from congvu.mailboxes.types import Addressee, Words
from congvu.mailboxes.write_letter import write_letter
from congvu.orgs.types import Actor

DOMAIN = "phuyen.gov.vn"


def office_box(house: House, at: datetime, address: str = "") -> Mailbox:
    """The agency's own mailbox."""
    address = address or f"{house.agency.symbol.lower()}@{DOMAIN}"
    return open_mailbox(agency_id=house.agency.id, person_id=None, address=address, by=None, at=at)


def box_of(by: Actor, at: datetime) -> Mailbox:
    """The official's mailbox; opened when there is none yet."""
    known = Mailbox.objects.filter(person_id=by.person_id, valid_to=None).first()
    return known or open_mailbox(
        agency_id=by.agency_id or 0,
        person_id=by.person_id,
        address=f"cb{by.person_id}@{DOMAIN}",
        by=None,
        at=at,
    )


def send(by: Actor, box: Mailbox, to: str, at: datetime, **more: object) -> Letter:
    """A letter as its pages write it: draft, words, sent."""
    draft = start_draft(mailbox_id=box.id, by=by, at=at)
    typed = Typed(
        to=to,
        copies=str(more.get("copies", "")),
        subject=str(more.get("subject", "Mời họp")),
        text=str(more.get("text", "Kính mời đồng chí dự họp.")),
        asks_opened=bool(more.get("asks_opened", False)),
    )
    save_draft(draft_id=draft.id, typed=typed, by=by, at=at)
    declared = bool(more.get("declared", False))
    return send_letter(draft_id=draft.id, by=by, at=at, is_declared_open=declared)


def item_in(box: Mailbox, letter: Letter | None = None, *, is_sent: bool = False) -> MailItem:
    """The one place of the letter (or of the only thing that lies there)."""
    rows = MailItem.objects.filter(mailbox=box, is_sent=is_sent)
    return rows.get(letter=letter) if letter else rows.get()


def mail_from_outside(box: Mailbox, at: datetime, **more: object) -> InboundMessage:
    """A mail that the edge has understood, to the mailbox's address."""
    values = {
        "channel": MAIL,
        "provider_id": None,
        "external_id": f"<{more.get('subject', 'hoi')}@example.com>",
        "to_address": box.address,
        "from_address": "dan@example.com",
        "from_name": "Nguyễn Văn Dân",
        "subject": "Hỏi thủ tục",
        "text": "Tôi muốn hỏi thủ tục cấp sổ.",
        "raw": b"From: dan@example.com",
        "raw_mime": "message/rfc822",
        "entered_at": at,
        **more,
    }
    return take_in(Incoming(**values), at=at)


def letter_of(house: House, box: Mailbox, at: datetime, mark: str = "") -> Letter:
    """A letter of the agency to itself, also before the Regulation was in force."""
    words = Words(f"Thư {mark}", f"Nội dung {mark}", "a" * 32)
    to = Addressee(box.name, box.address, Part.TO, box)
    return write_letter(box, words, [to], by=house.clerk, at=at)


def mail_of(house: House, at: datetime, mark: str) -> dict[str, int]:
    """The ids of the agency's mailbox, a letter in it and one being written, for addresses."""
    box = office_box(house, at)
    letter = letter_of(house, box, at, mark)
    draft = start_draft(mailbox_id=box.id, by=house.clerk, at=at)
    typed = Typed(subject=f"Nháp {mark}")
    save_draft(draft_id=draft.id, typed=typed, by=house.clerk, at=at)
    return {"mailbox_id": box.id, "item_id": item_in(box, letter).id, "draft_id": draft.id}
