"""Give a letter of the agency's mailbox to a colleague, and write notes among colleagues."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import clock
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.mailboxes import access
from congvu.mailboxes.models import MailItem, MailNote, MailNotice
from congvu.mailboxes.tell import tell
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

LONGEST_NOTE = 2000


@clause("QC.10.2")
def assign_item(
    *, item_id: int, posting_id: int | None, note: str = "", by: Actor, at: datetime
) -> MailItem:
    """The conversation is this colleague's to answer (None: nobody's again); said in a note and
    to the colleague."""
    with transaction.atomic():
        item = access.item_for(by, item_id)
        people = orgs.people_of_agency(item.agency_id, clock.local(at).date())
        chosen = next((one for one in people if one.posting_id == posting_id), None)

        refuse_if(item.person_id, "mailboxes.E017")
        refuse_if(posting_id is not None and chosen is None, "mailboxes.E018")

        MailItem.objects.filter(mailbox_id=item.mailbox_id, thread=item.thread).update(
            assignee_id=posting_id, assigned_by_id=by.posting_id, assigned_at=at
        )
        note = clean_text(note).strip()
        said = f"Giao {chosen.full_name} xử lý." if chosen else "Thôi giao xử lý."
        written = _write(item, f"{said} {note}".strip()[:LONGEST_NOTE], by, at)
        if posting_id is not None and posting_id != by.posting_id:
            what = f"{by.full_name} giao xử lý thư “{item.subject or item.preview[:80]}”"
            tell(
                item,
                to=[posting_id],
                kind=MailNotice.Kind.ASSIGNED,
                key=f"giao-{written.id}",
                text=f"{what}. {note}".strip(),
                at=at,
            )

        write_entry(
            "mailboxes.assigned",
            by=by,
            at=at,
            on=("mail_item", item.id),
            clause="QC.10.2",
            details={"posting_id": posting_id},
        )
    return item


def write_note(*, item_id: int, text: str, by: Actor, at: datetime) -> MailNote:
    """A note that only the agency's people on this conversation read."""
    with transaction.atomic():
        item = access.item_for(by, item_id, to="read")
        text = clean_text(text).strip()

        refuse_if(item.person_id, "mailboxes.E017")
        refuse_unless(0 < len(text) <= LONGEST_NOTE, "mailboxes.E019")

        return _write(item, text, by, at)


def _write(item: MailItem, text: str, by: Actor, at: datetime) -> MailNote:
    note: MailNote = MailNote.objects.create(
        agency_id=item.agency_id,
        mailbox_id=item.mailbox_id,
        thread=item.thread,
        by_id=by.posting_id,
        text=text,
        at=at,
    )
    return note
