"""Note what an event says of a person on Zalo: follow, unfollow, a word, details they shared.

Events come twice and out of order: each counts by its own moment, and the latest wins. Who stops
following is written to no more: consents end and links end.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.channels.give_consent import withdraw_consent
from congvu.channels.models import Consent, ZaloContact, ZaloGrant
from congvu.channels.types import ZALO, ContactNews
from congvu.kit.lettering import clean_text
from congvu.rules.clauses import clause


@clause("QC.6.2.b")
def note_contact(news: ContactNews, *, at: datetime) -> ZaloContact | None:
    """Keep it with the person's row of that account; None for an account that is not ours."""
    with transaction.atomic():
        grant = ZaloGrant.objects.filter(oa_id=news.oa_id, provider_id=news.provider_id)
        grant = grant.exclude(state=ZaloGrant.State.ENDED).first()
        if grant is None or not news.user_id:
            return None
        contact, _ = ZaloContact.objects.select_for_update(of=("self",)).get_or_create(
            grant=grant, user_id=news.user_id[:60], defaults={"agency_id": grant.agency_id}
        )
        _NOTES[news.kind](contact, news)
        contact.save()
        if news.kind == "unfollow" and not contact.follows:
            stop_writing(contact, "người dân hủy quan tâm tài khoản Zalo", at)
    return contact


@clause("QC.6.2.b")
def stop_writing(contact: ZaloContact, why: str, at: datetime) -> None:
    """No message without being asked any more; in the caller's transaction."""
    open_ones = Consent.objects.filter(
        agency_id=contact.agency_id,
        channel=ZALO,
        address=contact.user_id,
        withdrawn_at__isnull=True,
    )
    for key in open_ones.values_list("withdrawal_key", flat=True):
        withdraw_consent(withdrawal_key=key, origin=why, at=at)
    links = contact.links.filter(unlinked_at__isnull=True)
    links.update(unlinked_at=at, unlinked_why=why[:250])


def _followed(contact: ZaloContact, news: ContactNews) -> None:
    if _is_latest(contact, news):
        contact.follows, contact.followed_at = True, news.at


def _left(contact: ZaloContact, news: ContactNews) -> None:
    if _is_latest(contact, news):
        contact.follows, contact.left_at = False, news.at


def _is_latest(contact: ZaloContact, news: ContactNews) -> bool:
    known = [one for one in (contact.followed_at, contact.left_at) if one is not None]
    return all(news.at > one for one in known)


def _spoke(contact: ZaloContact, news: ContactNews) -> None:
    if contact.last_word_at is None or news.at > contact.last_word_at:
        contact.last_word_at, contact.sent_since = news.at, 0


def _shared(contact: ZaloContact, news: ContactNews) -> None:
    _spoke(contact, news)
    contact.shared = {key: clean_text(one)[:250] for key, one in news.shared.items()}
    contact.name = contact.shared.get("name", "") or contact.name


_NOTES = {"follow": _followed, "unfollow": _left, "word": _spoke, "shared": _shared}
