"""Where a sender is told to turn: the province's scopes and the agency's own words, made ready."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from congvu.channels.models import DeclineText, Scope
from congvu.channels.types import CHANNEL_WORDS, MAIL, SMS
from congvu.kit import clock
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor, AgencyRecord
from congvu.rules.clauses import clause

CONTACTS = """
SELECT agency_id, channel, address FROM channels_own_addresses()
WHERE can_answer AND NOT is_personal AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)
  AND channel = ANY(%s) ORDER BY channel, address
"""


@dataclass(frozen=True, slots=True)
class WayOn:
    """A choice in the list of answers: its name, and the whole words, to be corrected or sent."""

    key: str
    name: str
    text: str


@clause("QC.9.2.b")
def ways_on(by: Actor, at: datetime) -> list[tuple[str, list[WayOn]]]:
    """The agency's own words first, then every scope of the province but the agency's own."""
    day = clock.local(at).date()
    own = [
        WayOn(f"mau-{one.id}", one.name, one.text)
        for one in DeclineText.objects.filter(agency_id=by.agency_id, ended_at__isnull=True)
    ]
    scopes = list(
        Scope.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)
        .exclude(agency_id=by.agency_id)
        .order_by("topic")
    )
    agencies = orgs.agencies({one.agency_id for one in scopes})
    contacts = _contacts(at)
    known = [
        WayOn(
            f"pham-vi-{one.id}",
            f"{one.topic} → {agency.name}",
            words(by.agency_name, one.topic, agency, contacts.get(agency.id, [])),
        )
        for one in scopes
        if (agency := agencies.get(one.agency_id)) is not None and agency.stands_on(day)
    ]
    groups = [("Mẫu của cơ quan", own), ("Theo phạm vi giải quyết", known)]
    return [(label, ways) for label, ways in groups if ways]


def words(own_name: str, topic: str, agency: AgencyRecord, contacts: list[str]) -> str:
    """The answer for a matter of another agency."""
    where = [f"địa chỉ: {agency.address}"] if agency.address else []
    turn = "; ".join([agency.name, *where, *contacts])
    return (
        f"{own_name} đã nhận được thông tin của Ông/Bà. Nội dung này ({_small(topic)}) không thuộc "
        f"phạm vi giải quyết của {own_name}. Đề nghị Ông/Bà liên hệ {turn}."
    )


def _small(topic: str) -> str:
    return topic[:1].lower() + topic[1:]


def _contacts(at: datetime) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(CONTACTS, [at, at, [MAIL, SMS]])
        for agency_id, channel, address in cursor.fetchall():
            found.setdefault(agency_id, []).append(f"{CHANNEL_WORDS[channel]}: {address}")
    return found
