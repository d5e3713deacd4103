"""What pages ask about consents: the words to be shown, the ledger, the holder of a link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import connection
from django.db.models import Q

from congvu.channels.access import READERS
from congvu.channels.models import Consent, Message
from congvu.channels.types import CHANNEL_WORDS
from congvu.kit.paging import PAGE_SIZE, Page, cut_page, decode_key, encode_key
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

FILE = Path(__file__).resolve().parents[1] / "data" / "consent.yaml"
BY_KEY = """
SELECT id, agency_id, agency_name, channel, purpose, text, given_at, withdrawn_at
FROM channels_consent_by_key(%s)
"""


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What is shown before somebody agrees: its version, the law behind it, the words."""

    version: str
    basis: str
    text: str


@dataclass(frozen=True, slots=True)
class HeldConsent:
    """What the holder of a withdrawal link agreed to; no address and no name is told."""

    id: int
    agency_id: int
    agency_name: str
    channel: str
    purpose: str
    text: str
    given_at: datetime
    withdrawn_at: datetime | None

    @property
    def purpose_words(self) -> str:
        """The purpose in words."""
        return str(Consent.Purpose(self.purpose).label)

    @property
    def channel_words(self) -> str:
        """The channel in words."""
        return CHANNEL_WORDS[self.channel]


@cache
def _texts() -> tuple[Mapping[str, Any], ...]:
    return tuple(yaml.safe_load(FILE.read_text("utf-8"))["texts"])


@clause("QC.6.2.b")
def consent_text(
    *, purpose: str, channel: str, address: str, agency_name: str, day: date
) -> ConsentText:
    """The words in force on the day, filled in; the oldest ones before any were."""
    known = [one for one in _texts() if one["valid_from"] <= day] or list(_texts()[:1])
    written = max(known, key=lambda one: one["valid_from"])
    words = written["text"].format(
        agency=agency_name,
        purpose=Consent.Purpose(purpose).label,
        channel=CHANNEL_WORDS[channel],
        address=address or "(địa chỉ ghi dưới đây)",
    )
    return ConsentText(written["version"], written["basis"], words)


def consent_list(by: Actor, words: str, state: str, after: str) -> Page[Consent]:
    """The agency's ledger, the newest first; narrowed by address or name, by whether it stands."""
    if by.roles.isdisjoint(READERS):
        return Page([])
    rows = Consent.objects.filter(agency_id=by.agency_id, agency_id__isnull=False)
    if words:
        rows = rows.filter(Q(address__icontains=words) | Q(name__icontains=words))
    if state:
        rows = rows.filter(withdrawn_at__isnull=(state == "con"))
    if key := decode_key(after, 2):
        moment, last = key
        rows = rows.filter(Q(given_at__lt=moment) | Q(given_at=moment, id__lt=last))
    found = list(rows.order_by("-given_at", "-id")[: PAGE_SIZE + 1])
    return cut_page(found, lambda one: encode_key(one.given_at.isoformat(), one.id))


def consent_by_key(key: str) -> HeldConsent | None:
    """What the link stands for; the link itself, 69 random bits, is the whole right."""
    with connection.cursor() as cursor:
        cursor.execute(BY_KEY, [key])
        found = cursor.fetchone()
    return HeldConsent(*found) if found else None


def withdrawal_links(messages: Iterable[Message]) -> dict[tuple[int, str], str]:
    """Where the addressee of each message withdraws: (message, channel) -> address of the page.
    Messages that need no consent have none."""
    agreed = [one for one in messages if one.basis.startswith("consent")]
    if not agreed:
        return {}
    found = Consent.objects.filter(
        agency_id__in={one.agency_id for one in agreed},
        address__in={address for one in agreed for address in one.addresses.values()},
        withdrawn_at__isnull=True,
    )
    keys = {
        (one.agency_id, one.purpose, one.channel, one.address): one.withdrawal_key for one in found
    }
    return {
        (one.id, channel): withdrawal_address(key)
        for one in agreed
        for channel, address in one.addresses.items()
        if (key := keys.get((one.agency_id, one.purpose, channel, address)))
    }


def withdrawal_address(key: str) -> str:
    """The one-click address of RFC 8058; opened in a browser it leads to the page."""
    return f"{settings.PUBLIC_ADDRESS.rstrip('/')}/dong-y/{key}/mot-lan/"
