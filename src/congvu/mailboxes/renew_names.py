"""Bring the address book up to the register of agencies and people: names, positions, who is there.

A mailbox keeps its address for life; what stands beside it changes with every decision on staff.
Who serves nowhere any more is found by nobody who looks for a name.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.kit import clock, wall
from congvu.kit.folding import fold
from congvu.mailboxes.models import Mailbox
from congvu.orgs import queries as orgs
from congvu.rules.clauses import clause

GONE = "Không còn công tác"


@clause("QC.10.2")
def renew_names(*, at: datetime) -> int:
    """How many entries were renewed. The closing words of letters stay as they were written."""
    renewed = 0
    with wall.crossing_agencies():
        for mailbox in Mailbox.objects.filter(valid_to__isnull=True).select_related("person"):
            renewed += _renew(mailbox, at)
    return renewed


def _renew(mailbox: Mailbox, at: datetime) -> bool:
    name, title = _now(mailbox, at)
    found_by = found_words(name, title, mailbox.address) if title != GONE else ""
    if (mailbox.name, mailbox.title, mailbox.found_by) == (name, title, found_by):
        return False
    with transaction.atomic():
        Mailbox.objects.filter(id=mailbox.id).update(name=name, title=title, found_by=found_by)
    return True


def found_words(name: str, title: str, address: str) -> str:
    """What an entry of the address book is found by."""
    return fold(f"{name} | {title} | {address}")[:600]


def _now(mailbox: Mailbox, at: datetime) -> tuple[str, str]:
    if mailbox.person is None:
        return orgs.agency(mailbox.agency_id).name, mailbox.title
    held = orgs.postings_of(mailbox.person_id, clock.local(at).date())
    here = [one for one in held if one.agency_id == mailbox.agency_id] or held
    if not here:
        return mailbox.person.full_name, GONE
    return here[0].full_name, f"{here[0].title}, {here[0].agency_name}"
