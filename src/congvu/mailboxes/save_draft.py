"""Keep what is being typed, every few seconds and before sending; throw a draft away.

Marks of state secrets refuse it before anything is kept: the words stay in the browser alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from congvu.incidents.queries import watch_words
from congvu.kit import clock
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.kit.refusals import SECRECY_TYPED, TOO_LONG
from congvu.kit.secret_refusal import refuse_state_secret
from congvu.mailboxes import access
from congvu.mailboxes.models import MailDraft
from congvu.orgs.types import Actor
from congvu.rules import secrecy
from congvu.rules.clauses import clause
from congvu.rules.finding import Finding
from congvu.rules.secrecy import Decision

LONGEST_TEXT, LONGEST_LIST = 200_000, 8_000


@dataclass(frozen=True)
class Typed:
    """The boxes of the form as they were typed; `version` is the one that the form knows."""

    to: str = ""
    copies: str = ""
    subject: str = ""
    text: str = ""
    asks_opened: bool = False
    version: int | None = None


@clause("QC.4.1")
def save_draft(*, draft_id: int, typed: Typed, by: Actor, at: datetime) -> MailDraft:
    """The draft with these words. Refuses (E004) over what another window has saved meanwhile,
    (E008) a long subject, (kit.E040) marks of state secrets."""
    with transaction.atomic():
        draft = access.draft_for(by, draft_id, lock=True)

        refuse_unless(
            typed.version in {None, draft.version},
            "mailboxes.E004",
            when=f"{clock.local(draft.saved_at):%H:%M:%S}",
        )
        refuse_if(len(typed.subject.strip()) > 500, "mailboxes.E008")
        size = len(typed.text) + len(typed.to) + len(typed.copies)
        refuse_if(size > LONGEST_TEXT + LONGEST_LIST, TOO_LONG, size=size, limit=LONGEST_TEXT)
        doubt_of(typed.subject, typed.text, by, at)

        draft.to, draft.copies = clean_text(typed.to).strip(), clean_text(typed.copies).strip()
        draft.subject = clean_text(typed.subject).strip()
        draft.text = clean_text(typed.text).replace("\r\n", "\n")
        draft.asks_opened = typed.asks_opened
        draft.version += 1
        draft.by_id = by.posting_id
        draft.saved_at = at
        draft.save()
    return draft


def doubt_of(subject: str, text: str, by: Actor, at: datetime) -> Finding[Decision] | None:
    """What a person must answer first; a mark of a state secret is refused here (kit.E040)."""
    words = watch_words(by.agency_id or 0, clock.local(at).date())
    _, hits = secrecy.examine(names={"tiêu đề": subject}, text=text, words=words)
    decided = refuse_state_secret(hits, entrance="typed", code=SECRECY_TYPED)
    return decided if decided.value is Decision.ASK else None


def discard_draft(*, draft_id: int, by: Actor, at: datetime) -> None:
    """Bỏ thư nháp: nothing was sent, nothing stays."""
    with transaction.atomic():
        access.draft_for(by, draft_id, lock=True).delete()
