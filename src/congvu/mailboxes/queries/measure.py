"""The measure of QC.10.2: how officials keep their mailboxes, and what passes beside them.

A head of agency sees figures alone; the function in the database gives no letter away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q

from congvu.channels.models import InboundMessage
from congvu.channels.types import MAIL
from congvu.kit import clock
from congvu.mailboxes.models import Mailbox
from congvu.mailboxes.types import OfficeRow, UnreadRow
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.rules.finding import Finding
from congvu.rules.official_mail import FREE_MAIL, came_beside_official_mail

DAYS_BACK = 30
_FREE = sorted(re.escape(one) for one in FREE_MAIL)


@dataclass(frozen=True)
class Beside:
    """A mail that speaks for an official and did not come from an official mailbox."""

    inbound: InboundMessage
    finding: Finding[bool]


@clause("QC.10.2")
def unread_rows(by: Actor, at: datetime) -> list[UnreadRow]:
    """Everybody of the agency: what lies unread, since when in working time, last look."""
    people = orgs.people_of_agency(by.agency_id or 0, clock.local(at).date())
    boxes = {
        one.person_id: one
        for one in Mailbox.objects.filter(
            person_id__in=[one.person_id for one in people], valid_to__isnull=True
        )
    }
    figures = _figures([one.id for one in boxes.values()])
    calendar = orgs.working_calendar(by.agency_id or 0, at)
    rows: dict[int, UnreadRow] = {}
    for person in people:
        box = boxes.get(person.person_id)
        unread, oldest = figures.get(box.id, (0, None)) if box else (0, None)
        waited = calendar.minutes_between(oldest, at) if oldest and oldest < at else 0
        rows[person.person_id] = UnreadRow(
            person_id=person.person_id,
            name=person.full_name,
            title=person.title,
            address=box.address if box else "",
            unread=unread,
            oldest_at=oldest,
            oldest_minutes=waited,
            opened_at=box.opened_at if box else None,
        )
    return sorted(rows.values(), key=lambda row: -row.oldest_minutes)


@clause("QC.9.2", "QC.10.2")
def office_rows(by: Actor, at: datetime) -> list[OfficeRow]:
    """The agency's own mailboxes: what lies unread there, since when, who looked last."""
    boxes = list(
        Mailbox.objects.filter(agency_id=by.agency_id, person_id=None, valid_to__isnull=True)
    )
    figures = _figures([one.id for one in boxes])
    calendar = orgs.working_calendar(by.agency_id or 0, at)
    rows = []
    for box in boxes:
        unread, oldest = figures.get(box.id, (0, None))
        waited = calendar.minutes_between(oldest, at) if oldest and oldest < at else 0
        rows.append(OfficeRow(box.address, unread, oldest, waited, box.opened_at))
    return rows


def _figures(mailbox_ids: Sequence[int]) -> dict[int, tuple[int, datetime | None]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM mailboxes_measure(%s::bigint[])", [list(mailbox_ids)])
        return {key: (unread, oldest) for key, unread, oldest in cursor.fetchall()}


@clause("QC.10.2", "QC.11.3")
def beside_official_mail(by: Actor, at: datetime) -> list[Beside]:
    """What came to the agency's own addresses in the last days and looks official, from outside
    the official mail. What never came to an address of ours cannot be known."""
    suspect = Q(facts__is_forged=True) | Q(from_address__regex=rf"@({'|'.join(_FREE)})$")
    came = InboundMessage.objects.filter(
        agency_id=by.agency_id,
        agency_id__isnull=False,
        to_person_id__isnull=True,
        channel=MAIL,
        entered_at__gte=at - timedelta(days=DAYS_BACK),
    )
    came = came.filter(suspect).order_by("-entered_at", "-id")
    boxes = Mailbox.objects.filter(valid_to__isnull=True).values_list("name", "address")
    known = list(boxes)
    names = frozenset(name for name, _ in known)
    domains = frozenset(address.partition("@")[2] for _, address in known)
    found = [
        Beside(
            one,
            came_beside_official_mail(
                address=one.from_address,
                name=one.from_name,
                is_forged=bool(one.facts.get("is_forged")),
                own_domains=domains,
                official_names=names,
            ),
        )
        for one in came
    ]
    return [one for one in found if one.finding.value]
