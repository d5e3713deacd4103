"""The agency's own words: a file or text with one of them is looked at by a person first."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.incidents import access, queries
from congvu.incidents.models import Incident, WatchWord
from congvu.kit import clock
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

LEAST, LONGEST = 3, 120


@clause("QC.4.1")
def add_watch_word(*, word: str, by: Actor, at: datetime) -> WatchWord:
    """Put a word on the list from today on. It is kept sealed and never written to the log."""
    with transaction.atomic():
        word, today = plain_spaces(clean_text(word)), clock.local(at).date()

        refuse_unless(may_edit(by, at), "incidents.E009")
        known = {one.casefold() for one in queries.watch_words(by.agency_id or 0, today)}
        is_good = LEAST <= len(word) <= LONGEST and word.casefold() not in known
        refuse_unless(is_good, "incidents.E010", least=LEAST, limit=LONGEST)

        row = WatchWord.objects.create(
            agency_id=by.agency_id, word=word, valid_from=today, by_id=by.posting_id, at=at
        )

        write_entry(
            "incidents.word_added", by=by, at=at, on=("watch_word", row.id), clause="QC.4.1"
        )
    return row


@clause("QC.4.1")
def end_watch_word(*, word_id: int, by: Actor, at: datetime) -> WatchWord:
    """Take a word off the list: it counted to yesterday, or never where it was added today."""
    with transaction.atomic():
        row = WatchWord.objects.filter(
            id=word_id, agency_id=by.agency_id, valid_to__isnull=True
        ).first()

        refuse_if(row is None, "incidents.E011")
        refuse_unless(may_edit(by, at), "incidents.E009")

        row.valid_to = clock.local(at).date() - timedelta(days=1)
        row.save(update_fields=["valid_to"])

        write_entry(
            "incidents.word_ended", by=by, at=at, on=("watch_word", row.id), clause="QC.4.1"
        )
    return row


def may_edit(by: Actor, at: datetime) -> bool:
    """The officer for state secrets, and the head."""
    officer = queries.officer_of(by.agency_id or 0, Incident.Kind.STATE_SECRET, at)
    is_officer = officer is not None and officer.posting_id == by.posting_id
    return is_officer or access.is_head(by)
