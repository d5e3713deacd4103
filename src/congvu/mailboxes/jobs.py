"""Doorbells of the mailboxes room; safe to ring twice."""

from __future__ import annotations

from congvu.kit import clock, wall
from congvu.kit.jobs import job, periodic
from congvu.mailboxes.answer_away import answer_inbound_away, answer_letter_away
from congvu.mailboxes.events import LetterEntered, LetterSent
from congvu.mailboxes.models import ImapAccount
from congvu.mailboxes.poll_mailbox import AT_ONCE, poll_mailbox
from congvu.mailboxes.renew_names import renew_names
from congvu.mailboxes.sweep_drafts import sweep_drafts


@job(lock="away-letter-{letter_id}")
def answer_for_letter(letter_id: int) -> None:
    """Recipients who are away answer."""
    answer_letter_away(letter_id=letter_id, at=clock.now())


@job(lock="away-inbound-{inbound_id}")
def answer_for_inbound(inbound_id: int) -> None:
    """The owner who is away answers a mail from outside."""
    answer_inbound_away(inbound_id=inbound_id, at=clock.now())


@job(lock="imap-{account_id}", queueing_lock="imap-{account_id}")
def poll(account_id: int) -> None:
    """One account of another server; rings again while there was a full load."""
    if poll_mailbox(account_id=account_id, at=clock.now()) >= AT_ONCE:
        poll.defer(account_id=account_id)


@periodic("* * * * *")
def poll_all() -> None:
    """Every account, once a minute."""
    with wall.crossing_agencies():
        ids = list(ImapAccount.objects.filter(is_active=True).values_list("id", flat=True))
    for account_id in ids:
        poll.defer(account_id=account_id)


@periodic("20 3 * * *")
def sweep() -> None:
    """Empty drafts that nobody wrote into."""
    sweep_drafts(at=clock.now())


@periodic("35 5 * * *")
def renew_address_book() -> None:
    """Before the day's work: who is who today."""
    renew_names(at=clock.now())


def ring_for_letter(event: LetterSent) -> None:
    """Reaction: somebody among the recipients may be away."""
    answer_for_letter.defer(letter_id=event.letter_id)


def ring_for_inbound(event: LetterEntered) -> None:
    """Reaction: the owner of the mailbox may be away."""
    answer_for_inbound.defer(inbound_id=event.inbound_id)
