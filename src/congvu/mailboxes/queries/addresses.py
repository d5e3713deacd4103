"""The address book: people and agencies of the province by name, with or without diacritics."""

from __future__ import annotations

from django.db.models import Case, F, When

from congvu.kit.folding import fold
from congvu.mailboxes.models import Mailbox

MOST = 12


def found_addresses(typed: str) -> list[Mailbox]:
    """Mailboxes whose name, position, agency or address holds every word: first whose name begins
    with what was typed, then whose name holds it, agencies before people."""
    words = fold(typed).split()
    if not words:
        return []
    rows = Mailbox.objects.filter(valid_to__isnull=True)
    for word in words:
        rows = rows.filter(found_by__contains=word)
    typed = " ".join(words)
    near = Case(
        When(found_by__startswith=typed, then=0),
        When(found_by__contains=f" {typed}", then=1),
        default=2,
    )
    return list(rows.order_by(near, F("person_id").asc(nulls_first=True), "name", "id")[:MOST])
