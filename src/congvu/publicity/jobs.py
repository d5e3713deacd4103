"""Doorbells of the publicity room; safe to ring twice."""

from __future__ import annotations

from congvu.kit import clock
from congvu.kit.jobs import job, periodic
from congvu.publicity.broadcast_article import send_broadcast
from congvu.publicity.events import ArticleMoved, BroadcastApproved
from congvu.publicity.flag_changed import flag_all
from congvu.publicity.publish_article import LATER, bring_article


@job(lock="article-{article_id}")
def carry_article(article_id: int) -> None:
    """One step of an article on its way to Zalo, and the bell for the next."""
    if pause := bring_article(article_id=article_id, at=clock.now()):
        carry_article.defer_in(pause, article_id=article_id)


def ring_for_article(event: ArticleMoved) -> None:
    """Reaction: begin, or take down."""
    carry_article.defer(article_id=event.article_id)


@job(lock="broadcast-{broadcast_id}")
def carry_broadcast(broadcast_id: int) -> None:
    """Send it; later again while the platform is down."""
    if send_broadcast(broadcast_id=broadcast_id, at=clock.now()):
        carry_broadcast.defer_in(LATER, broadcast_id=broadcast_id)


def ring_for_broadcast(event: BroadcastApproved) -> None:
    """Reaction: send it."""
    carry_broadcast.defer(broadcast_id=event.broadcast_id)


@periodic("17 * * * *")
def look_at_sources() -> None:
    """Sources that changed without an event."""
    flag_all(at=clock.now())
