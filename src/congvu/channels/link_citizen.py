"""Link the person who sends a code, and unlink who says HUY or asks at the desk (QC.6.2.b)."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.accept import DUTY, accept_message
from congvu.channels.access import ORDERS
from congvu.channels.ask_grant import hashed
from congvu.channels.give_consent import give_consent
from congvu.channels.give_link_code import LENGTH, MARK
from congvu.channels.models import Consent, Lane, Message, ZaloContact, ZaloLink, ZaloLinkCode
from congvu.channels.note_contact import stop_writing
from congvu.channels.take_in import LETTERS
from congvu.channels.types import ZALO, Order
from congvu.kit.folding import fold
from congvu.kit.refusal import refuse_if
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.rules.moments import Audience

CODE = re.compile(rf"^\s*{MARK}[-\s]?([{LETTERS}]{{{LENGTH}}})\s*$", re.IGNORECASE)
STOP = "huy"


@clause("QC.6.2.b")
def follow_words(contact: ZaloContact, text: str, *, message_id: str, at: datetime) -> bool:
    """Whether the words were a code or a stop that we followed; anything else is a message."""
    if found := CODE.match(text):
        return link_by_code(contact, f"{MARK}-{found[1].upper()}", message_id=message_id, at=at)
    if fold(text).strip() == STOP and contact.links.filter(unlinked_at__isnull=True).exists():
        with transaction.atomic():
            stop_writing(contact, "người dân nhắn HUY", at)
            said = "Đã dừng gửi thông báo và hủy liên kết Zalo này. Ông/Bà vẫn có thể nhắn tin."
            _answer(contact, said, f"unlink-{message_id}", at)
        return True
    return False


def link_by_code(contact: ZaloContact, code: str, *, message_id: str, at: datetime) -> bool:
    """Join them: the code serves once, for its agency, while it lives; else nothing happens."""
    with transaction.atomic():
        row = (
            ZaloLinkCode.objects.select_for_update(of=("self",))
            .filter(
                code_hash=hashed(code),
                agency_id=contact.agency_id,
                used_at__isnull=True,
                expires_at__gt=at,
            )
            .first()
        )
        if row is None:
            return False
        consent = give_consent(
            agency_id=contact.agency_id,
            channel=ZALO,
            address=contact.user_id,
            purpose=Consent.Purpose.NOTICE,
            text=row.text,
            text_version=row.text_version,
            origin=f"tin nhắn Zalo {message_id} với mã liên kết số {row.id}",
            at=at,
        )
        ZaloLink.objects.create(
            agency_id=contact.agency_id,
            contact=contact,
            code=row,
            consent=consent,
            full_name=row.full_name,
            linked_at=at,
        )
        if not contact.name:
            contact.name = row.full_name
            contact.save(update_fields=["name"])
        row.used_at = at
        row.save(update_fields=["used_at"])
        said = (
            f"Đã liên kết Zalo này với {row.full_name} để nhận thông báo của "
            f"{orgs.agency(contact.agency_id).name}. Nhắn HUY để dừng."
        )
        _answer(contact, said, f"link-{row.id}", at)
    return True


@clause("QC.6.2.b")
def unlink_citizen(*, link_id: int, by: Actor, at: datetime) -> ZaloLink:
    """At the citizen's wish, told at the desk; twice is once."""
    with transaction.atomic():
        link = (
            ZaloLink.objects.select_for_update(of=("self",))
            .select_related("contact")
            .filter(id=link_id, agency_id=by.agency_id)
            .first()
        )

        refuse_if(link is None, "channels.E207")
        refuse_if(by.roles.isdisjoint(ORDERS["link"]), "channels.E204")

        if link.unlinked_at is None:
            stop_writing(link.contact, f"theo yêu cầu tại cơ quan, {by.full_name}", at)
            link.refresh_from_db()
            write_entry(
                "channels.unlinked",
                by=by,
                at=at,
                on=("zalo_link", link.id),
                agency_id=link.agency_id,
                clause="QC.6.2.b",
            )
    return link


def _answer(contact: ZaloContact, said: str, key: str, at: datetime) -> None:
    order = Order(
        agency_id=contact.agency_id,
        key=f"zalo-{key}",
        purpose=Message.Purpose.REPLY,
        audience=Audience.PERSON,
        roads=(ZALO,),
        addresses={ZALO: contact.user_id},
        texts={ZALO: {"text": said, "kind": "cs"}},
        basis=f"{DUTY} QC.6.2.b",
        to_name=contact.name,
        lane=Lane.NOW,
        subject=("zalo_contact", contact.id),
    )
    accept_message(order, by=None, at=at)
