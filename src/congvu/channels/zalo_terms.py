"""The platform's dated terms, and the window of one person."""

from __future__ import annotations

from datetime import datetime, time
from functools import lru_cache
from pathlib import Path

import yaml

from congvu.channels.models import ZaloContact
from congvu.kit import clock
from congvu.rules import zalo as rules
from congvu.rules.clauses import clause
from congvu.rules.finding import Finding

FILE = Path(__file__).resolve().parent / "data" / "zalo-terms.yaml"


def terms_at(at: datetime) -> rules.ZaloTerms:
    """The terms that hold at a moment."""
    return rules.terms_on(clock.local(at).date(), _known())


@clause("QC.6.2.b")
def window_of(contact: ZaloContact | None, at: datetime) -> Finding[rules.Window]:
    """Whether this person may be answered freely now."""
    last, sent = (contact.last_word_at, contact.sent_since) if contact else (None, 0)
    return rules.consultation_window(last, sent, now=at, terms=terms_at(at))


@lru_cache(maxsize=1)
def _known() -> tuple[rules.ZaloTerms, ...]:
    written = yaml.safe_load(FILE.read_text("utf-8"))["terms"]
    for one in written:
        for name in ("night_from", "night_to"):
            one[name] = time.fromisoformat(one[name])
    return tuple(rules.ZaloTerms(**one) for one in written)
