"""Note what a letter of the agency's mailbox was made into by a room above; its clock stops."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.mailboxes import access
from congvu.mailboxes.decide_letter import recipient_of
from congvu.mailboxes.models import MailItem
from congvu.mailboxes.write_letter import CLOCK
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.timers.stop import stop_timers_of


@clause("QC.9.2")
def note_became(
    *, item_id: int, became: tuple[str, int], file: str, by: Actor, at: datetime
) -> MailItem:
    """Once only (E035); a letter that was received in the agency's mailbox alone (E034): mail from
    outside is made into something in triage. `file`: the hash by which a purge finds the letter."""
    with transaction.atomic():
        item = access.item_for(by, item_id, lock=True)
        recipient = recipient_of(item)

        refuse_unless(recipient is not None and item.person_id is None, "mailboxes.E034")
        refuse_if(item.became_id is not None, "mailboxes.E035")

        item.became_kind, item.became_id = became
        item.became_file = file
        item.save(update_fields=["became_kind", "became_id", "became_file"])
        subject = (CLOCK, recipient.id if recipient else 0)
        stop_timers_of(subject=subject, by=by, at=at, reason="đã chuyển thành văn bản đến")

        write_entry(
            "mailboxes.became",
            by=by,
            at=at,
            on=("mail_item", item.id),
            clause="QC.9.2",
            details={"kind": became[0], "id": became[1]},
        )
    return item
