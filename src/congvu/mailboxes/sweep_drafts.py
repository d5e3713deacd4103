"""Take away drafts that were begun and never written into."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from congvu.kit import wall
from congvu.mailboxes.models import MailDraft

AFTER = timedelta(days=1)


def sweep_drafts(*, at: datetime) -> int:
    """How many went: those without a version of their own, a day old."""
    with wall.crossing_agencies(), transaction.atomic():
        empty = MailDraft.objects.filter(version=1, saved_at__lt=at - AFTER, files__isnull=True)
        return sum(one.delete()[0] > 0 for one in empty)
