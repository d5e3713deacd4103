"""The platform's dated terms, and the window of one person."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

import yaml

from congvu.channels.models import ZaloContact, ZaloGrant
from congvu.kit import clock
from congvu.rules import zalo as rules
from congvu.rules.clauses import clause
from congvu.rules.finding import Finding

NEW_DAY, ASK_AGAIN = time(0, 5), timedelta(hours=1)
FILE = Path(__file__).resolve().parent / "data" / "zalo-terms.yaml"


def terms_at(at: datetime) -> rules.ZaloTerms:
    """The terms that hold at a moment."""
    return rules.terms_on(clock.local(at).date(), _known())


@clause("QC.6.2.b")
def window_of(contact: ZaloContact | None, at: datetime) -> Finding[rules.Window]:
    """Whether this person may be answered freely now."""
    last, sent = (contact.last_word_at, contact.sent_since) if contact else (None, 0)
    return rules.consultation_window(last, sent, now=at, terms=terms_at(at))


def templates_left(grant: ZaloGrant | None, at: datetime) -> int | None:
    """How many template messages Zalo still takes today, as it last said; None: it has not."""
    if grant is None or grant.templates_left_at is None:
        return None
    left, said_at = grant.templates_left, grant.templates_left_at
    is_of_today = clock.local(said_at).date() == clock.local(at).date()
    is_asked_again = not left and at - said_at > ASK_AGAIN  # a quota may be raised in the day
    return left if is_of_today and not is_asked_again else None


def next_day(at: datetime) -> datetime:
    """When Zalo counts a new day: our midnight, and some minutes for its clock."""
    here = clock.local(at)
    return datetime.combine(here.date() + timedelta(days=1), NEW_DAY, here.tzinfo)


@lru_cache(maxsize=1)
def _known() -> tuple[rules.ZaloTerms, ...]:
    written = yaml.safe_load(FILE.read_text("utf-8"))["terms"]
    for one in written:
        for name in ("night_from", "night_to"):
            one[name] = time.fromisoformat(one[name])
    return tuple(rules.ZaloTerms(**one) for one in written)
