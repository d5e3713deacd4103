"""Keep a mailbox in order: read and unread, stars, folders, archive and bin; many at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.mailboxes import access
from congvu.mailboxes.models import LetterRecipient, Mailbox, MailFolder, MailItem
from congvu.mailboxes.states import Place
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

MOST = 200
PLACES = {Place.INBOX.value, Place.ARCHIVE.value, Place.TRASH.value}


LOOK_EVERY = timedelta(minutes=5)


@clause("QC.10.2")
def note_look(*, mailbox: Mailbox, by: Actor, at: datetime) -> None:
    """Somebody entitled looked into the mailbox; noted once in five minutes."""
    if mailbox.opened_at is None or mailbox.opened_at < at - LOOK_EVERY:
        Mailbox.objects.filter(id=mailbox.id).update(opened_at=at)


@clause("QC.10.2")
def read_conversation(*, item_id: int, by: Actor, at: datetime) -> MailItem:
    """Somebody entitled opened the conversation: what was unread in it is read, and its senders
    inside see when."""
    with transaction.atomic():
        item = access.item_for(by, item_id, to="read")
        unread = MailItem.objects.filter(
            mailbox_id=item.mailbox_id, thread=item.thread, read_at__isnull=True
        )
        note_look(mailbox=item.mailbox, by=by, at=at)
        letters = [one.letter_id for one in unread if one.letter_id]
        if letters or unread:
            unread.update(read_at=at, read_by_id=by.posting_id)
            LetterRecipient.objects.filter(
                letter_id__in=letters, to_mailbox_id=item.mailbox_id, seen_at__isnull=True
            ).update(seen_at=at)
    return item


def mark_items(
    *, mailbox_id: int, item_ids: Iterable[int], mark: str, by: Actor, at: datetime
) -> int:
    """`read`, `unread`, `star` or `unstar` for the conversations of these letters; how many."""
    changes: dict[str, dict[str, Any]] = {
        "read": {"read_at": at, "read_by_id": by.posting_id},
        "unread": {"read_at": None, "read_by_id": None},
        "star": {"is_starred": True},
        "unstar": {"is_starred": False},
    }
    with transaction.atomic():
        items = _chosen(by, mailbox_id, item_ids)

        refuse_unless(mark in changes, "mailboxes.E016")

        count = len({one.thread for one in items})
        rows = _whole_conversations(mailbox_id, items)
        if mark in {"star", "unread"}:  # one letter carries the mark: the newest that was chosen
            rows = MailItem.objects.filter(id__in=[one.id for one in items], mailbox_id=mailbox_id)
        if mark in {"read", "unread"}:
            rows = rows.filter(is_sent=False)
        rows.update(**changes[mark])
    return count


def move_items(
    *, mailbox_id: int, item_ids: Iterable[int], to: str, by: Actor, at: datetime
) -> int:
    """Move the conversations to a place ("archive", "trash", "inbox" or the id of an own folder).

    What was sent stays under "sent" unless it is thrown away or brought back from the bin.
    """
    with transaction.atomic():
        items = _chosen(by, mailbox_id, item_ids)
        folder = None
        if to not in PLACES:
            known = MailFolder.objects.filter(mailbox_id=mailbox_id)
            folder = known.filter(id=int(to)).first() if to.isdecimal() else None

            refuse_if(folder is None, "mailboxes.E016")

        rows = _whole_conversations(mailbox_id, items)
        origin = items[0].place
        rows = (
            rows.filter(place=origin)
            if origin in {Place.SENT, Place.TRASH}
            else rows.exclude(place__in=[Place.SENT, Place.TRASH])
        )
        place = Place.OWN if folder else Place(to)
        if place != Place.TRASH:
            rows.filter(is_sent=True, place=Place.TRASH).update(place=Place.SENT, folder=None)
            rows = rows.filter(is_sent=False)
        rows.update(place=place, folder=folder)
    return len({one.thread for one in items})


def make_folder(*, mailbox_id: int, name: str, by: Actor, at: datetime) -> MailFolder:
    """A folder of one's own."""
    with transaction.atomic():
        mailbox = access.mailbox_for(by, mailbox_id, lock=True)
        name = " ".join(clean_text(name).split())

        refuse_unless(0 < len(name) <= 60, "mailboxes.E013")
        taken = [*Place.labels[:-1], "Nháp", *mailbox.folders.values_list("name", flat=True)]
        refuse_if(name.lower() in {one.lower() for one in taken}, "mailboxes.E014", name=name)

        folder = MailFolder.objects.create(
            agency_id=mailbox.agency_id, person_id=mailbox.person_id, mailbox=mailbox, name=name
        )
    return folder


def remove_folder(*, mailbox_id: int, folder_id: int, by: Actor, at: datetime) -> None:
    """Take a folder away; what lies in it goes to the archive, nothing is lost."""
    with transaction.atomic():
        mailbox = access.mailbox_for(by, mailbox_id, lock=True)
        folder = mailbox.folders.filter(id=folder_id).first()

        refuse_if(folder is None, "mailboxes.E016")

        folder.items.update(place=Place.ARCHIVE, folder=None)
        folder.delete()


def _chosen(by: Actor, mailbox_id: int, item_ids: Iterable[int]) -> list[MailItem]:
    mailbox = access.mailbox_for(by, mailbox_id)
    wanted = list(item_ids)[:MOST]
    items = list(MailItem.objects.filter(mailbox=mailbox, id__in=wanted).order_by(F("at").desc()))
    refuse_unless(items, "mailboxes.E015")
    return items


def _whole_conversations(mailbox_id: int, items: Iterable[MailItem]) -> Any:
    return MailItem.objects.filter(mailbox_id=mailbox_id, thread__in={one.thread for one in items})
