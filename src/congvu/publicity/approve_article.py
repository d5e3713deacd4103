"""Approve a post, so that it is published; or send it back to its author."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.kit.events import publish
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.publicity import access
from congvu.publicity.draft_article import refuse_state, words_hash, write_step
from congvu.publicity.events import ArticleMoved
from congvu.publicity.models import Article
from congvu.publicity.sources import source_fault
from congvu.rules.clauses import clause

State = Article.State


@clause("QC.10.4", "QC.11.5")
def approve_article(*, article_id: int, seen: str, by: Actor, at: datetime) -> Article:
    """The leader has read exactly this (`seen`: its hash); publishing begins."""
    with transaction.atomic():
        article = access.article_for(by, article_id, to="approve", lock=True)

        refuse_state(article, State.SUBMITTED)
        refuse_unless(seen == words_hash(article), "publicity.E008")
        fault = source_fault(article.source, article.source_hash)
        refuse_if(fault, "publicity.E003", said=fault)

        article.state, article.changed_at = State.APPROVED, at
        article.approved_by_id, article.approved_at = by.posting_id, at
        article.approved_hash, article.said = seen, ""
        article.save()
        write_step("approved", article, by, at)
        publish(ArticleMoved(article_id=article.id, at=at))
    return article


@clause("QC.10.4")
def send_back_article(*, article_id: int, by: Actor, at: datetime) -> Article:
    """Back to the author; nothing has left."""
    with transaction.atomic():
        article = access.article_for(by, article_id, to="approve", lock=True)

        refuse_state(article, State.SUBMITTED)

        article.state, article.changed_at = State.DRAFT, at
        article.save()
        write_step("sent_back", article, by, at)
    return article
