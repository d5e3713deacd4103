"""Who may use a mailbox: the only door to it and to what lies in it.

A person's own mailbox: that person, in whatever posting. An agency's: its clerks and leaders; a
colleague to whom a letter was assigned reads that conversation, writes notes and answers it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from congvu.kit import clock
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.mailboxes.models import Mailbox, MailDraft, MailItem
from congvu.orgs import queries as orgs
from congvu.orgs.types import CLERK, LEADER, Actor

AGENCY_ROLES = frozenset({CLERK, LEADER})


def mailboxes_of(by: Actor) -> Any:
    """The mailboxes that the actor may use, the own one first."""
    mine = Q(person_id=by.person_id)
    if not by.roles.isdisjoint(AGENCY_ROLES) and by.agency_id is not None:
        mine |= Q(person_id__isnull=True, agency_id=by.agency_id)
    return Mailbox.objects.filter(mine, valid_to__isnull=True).order_by(
        "person_id", "agency_id", "id"
    )


def mailbox_for(by: Actor, mailbox_id: int, *, lock: bool = False) -> Mailbox:
    """One of them, to be read and used."""
    rows = mailboxes_of(by)
    rows = rows.select_for_update(of=("self",)) if lock else rows
    mailbox = rows.filter(id=mailbox_id).first()
    refuse_if(mailbox is None, "mailboxes.E001")
    return mailbox


def item_for(by: Actor, item_id: int, *, to: str = "use", lock: bool = False) -> MailItem:
    """A letter in a mailbox one may use; to "read" and "answer" also what was assigned to one."""
    rows = MailItem.objects.select_for_update(of=("self",)) if lock else MailItem.objects
    item = rows.select_related("mailbox").filter(id=item_id).first()
    refuse_if(item is None, "mailboxes.E002")
    if not _may_use(by, item.mailbox):
        refuse_unless(_is_assigned(by, item), "mailboxes.E002")
        refuse_unless(to in {"read", "answer"}, "mailboxes.E027")
    return item


def draft_for(by: Actor, draft_id: int, *, lock: bool = False) -> MailDraft:
    """A letter being written in a mailbox one may use, or one's answer to what was assigned."""
    rows = MailDraft.objects.select_for_update(of=("self",)) if lock else MailDraft.objects
    draft = rows.select_related("mailbox", "answers").filter(id=draft_id).first()
    refuse_if(draft is None, "mailboxes.E003")
    refuse_unless(_may_use(by, draft.mailbox) or _answers_given(by, draft), "mailboxes.E003")
    return draft


def assigned_items(by: Actor) -> Any:
    """Letters of the agency's mailboxes that were given to the actor, or to whom it stands in."""
    postings = orgs.acting_for(by.posting_id, clock.now())
    return MailItem.objects.filter(assignee_id__in=postings, person_id__isnull=True)


def _may_use(by: Actor, mailbox: Mailbox) -> bool:
    if mailbox.person_id is not None:
        return mailbox.person_id == by.person_id
    return mailbox.agency_id == by.agency_id and not by.roles.isdisjoint(AGENCY_ROLES)


def _answers_given(by: Actor, draft: MailDraft) -> bool:
    if draft.answers is None or draft.is_forward or draft.by_id != by.posting_id:
        return False
    return _is_assigned(by, draft.answers)


def _is_assigned(by: Actor, item: MailItem) -> bool:
    return (
        item.person_id is None
        and item.agency_id == by.agency_id
        and assigned_items(by).filter(mailbox_id=item.mailbox_id, thread=item.thread).exists()
    )
