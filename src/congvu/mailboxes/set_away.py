"""Arrange a mailbox: the answer while its owner is away, and the closing words of letters."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import clock
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_unless
from congvu.mailboxes import access
from congvu.mailboxes.models import AwayRule, Mailbox
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

LONGEST_ANSWER, LONGEST_SIGNATURE = 2000, 1000


@clause("QC.10.2")
def set_away(
    *,
    mailbox_id: int,
    first_day: date | None,
    last_day: date | None,
    text: str,
    by: Actor,
    at: datetime,
) -> AwayRule:
    """Away from the first to the end of the last day; a rule that runs is replaced."""
    with transaction.atomic():
        mailbox = access.mailbox_for(by, mailbox_id, lock=True)
        text = clean_text(text).strip()

        refuse_unless(first_day and last_day, "mailboxes.E020")
        begins, ends = _midnight(first_day), _midnight(last_day) + timedelta(days=1)
        refuse_unless(begins < ends and ends > at, "mailboxes.E020")
        refuse_unless(0 < len(text) <= LONGEST_ANSWER, "mailboxes.E021")

        _end_running(mailbox, at)
        rule: AwayRule = AwayRule.objects.create(
            agency_id=mailbox.agency_id,
            person_id=mailbox.person_id,
            mailbox=mailbox,
            starts_at=begins,
            ends_at=ends,
            text=text,
            set_at=at,
        )
        _note("mailboxes.away_set", mailbox, by, at)
    return rule


def end_away(*, mailbox_id: int, by: Actor, at: datetime) -> None:
    """The owner is back, or the rule is taken back before it began."""
    with transaction.atomic():
        mailbox = access.mailbox_for(by, mailbox_id, lock=True)
        _end_running(mailbox, at)
        _note("mailboxes.away_ended", mailbox, by, at)


def set_signature(*, mailbox_id: int, text: str, by: Actor, at: datetime) -> Mailbox:
    """The closing words that every new letter begins with."""
    with transaction.atomic():
        mailbox = access.mailbox_for(by, mailbox_id, lock=True)
        text = clean_text(text).strip()

        refuse_unless(len(text) <= LONGEST_SIGNATURE, "mailboxes.E022")

        mailbox.signature = text
        mailbox.save(update_fields=["signature"])
    return mailbox


def _midnight(day: date | None) -> datetime:
    return datetime.combine(day or date.min, time(), tzinfo=clock.VIETNAM)


def _end_running(mailbox: Mailbox, at: datetime) -> None:
    mailbox.away_rules.filter(ended_at__isnull=True).update(ended_at=at)


def _note(kind: str, mailbox: Mailbox, by: Actor, at: datetime) -> None:
    write_entry(kind, by=by, at=at, on=("mailbox", mailbox.id), clause="QC.10.2")
