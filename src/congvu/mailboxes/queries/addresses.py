"""The address book: people and agencies of the province by name, with or without diacritics."""

from __future__ import annotations

from django.db.models import F

from congvu.kit.folding import fold
from congvu.mailboxes.models import Mailbox

MOST = 12


def found_addresses(typed: str) -> list[Mailbox]:
    """Mailboxes whose name, position, agency or address holds every word; agencies first."""
    words = fold(typed).split()
    if not words:
        return []
    rows = Mailbox.objects.filter(valid_to__isnull=True)
    for word in words:
        rows = rows.filter(found_by__contains=word)
    return list(rows.order_by(F("person_id").asc(nulls_first=True), "name", "id")[:MOST])
