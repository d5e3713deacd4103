"""Bring an approved post to Zalo: create, wait for its processing, know its number; and take down.

Every step is one call without a transaction. That a call is under way is written down first
(`asked_at`): a process that died in between is not followed by a second creation, a person decides.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.channels.publish_zalo import Answer, create_article, find_article, remove_article
from congvu.channels.types import ArticleWords
from congvu.documents.models import Document
from congvu.kit import wall
from congvu.kit.blobs import NOTHING
from congvu.publicity.draft_article import write_step
from congvu.publicity.models import Article
from congvu.publicity.sources import source_fault
from congvu.rules.clauses import clause

State = Article.State
AGAIN, LATER = 10, 300  # seconds
DOUBT = (
    "Chưa rõ Zalo đã nhận bài hay chưa; hãy xem trên trang quản trị Zalo rồi gỡ hoặc lập bài mới."
)


@clause("QC.6.2.a", "QC.11.5")
def bring_article(*, article_id: int, at: datetime) -> int:
    """One step; gives the seconds after which the next one is due, 0 when there is none."""
    article = _read(article_id)
    if article.state == State.APPROVED:
        return _create(article, at)
    if article.state == State.SENDING and article.token:
        return _find(article, at)
    if article.state == State.REMOVING:
        return _remove(article, at)
    return 0


def _read(article_id: int) -> Article:
    with wall.crossing_agencies():
        article: Article = Article.objects.get(id=article_id)
        return article


def _create(article: Article, at: datetime) -> int:
    with wall.crossing_agencies(), transaction.atomic():
        locked = Article.objects.select_for_update().get(id=article.id)
        fault = source_fault(Document.objects.get(id=locked.source_id), locked.source_hash)
        if locked.state != State.APPROVED:
            return 0
        if fault:  # recalled between approval and publishing
            _flag(locked, fault, at)
            locked.state = State.DRAFT
            locked.approved_at = locked.approved_by_id = None
            locked.save()
            return 0
        locked.state, locked.asked_at = State.SENDING, at
        locked.save()
    words = ArticleWords(
        title=article.title,
        summary=article.summary,
        text=f"{article.text}\n\nNguồn: văn bản số {article.source_symbol}, {article.source_link}",
        cover=article.cover,
    )
    answer = create_article(article.agency_id, words, at=at)
    return _record_created(article.id, answer, at)


def _record_created(article_id: int, answer: Answer, at: datetime) -> int:
    with wall.crossing_agencies(), transaction.atomic():
        article = Article.objects.select_for_update().get(id=article_id)
        if answer.is_done:
            article.token, article.said = answer.value, ""
        elif answer.is_doubtful:
            article.said = DOUBT
        else:
            article.state, article.asked_at = State.APPROVED, None
            article.said = answer.said[:300]
        article.save()
        if answer.is_done:
            return AGAIN
        return LATER if answer.is_passing and not answer.is_doubtful else 0


def _find(article: Article, at: datetime) -> int:
    answer = find_article(article.agency_id, article.token, at=at)
    with wall.crossing_agencies(), transaction.atomic():
        locked = Article.objects.select_for_update().get(id=article.id)
        if locked.state != State.SENDING:
            return 0
        locked.said = "" if answer.is_done else answer.said[:300]
        if answer.is_done:
            locked.external_id, locked.state = answer.value, State.PUBLISHED
            locked.published_at = at
            write_step("published", locked, None, at)
            if locked.source_hash == NOTHING:  # purged while Zalo worked on it
                locked.state = State.REMOVING
        locked.save()
    if answer.is_done:
        return AGAIN if locked.state == State.REMOVING else 0
    return AGAIN if answer.is_processing else LATER * bool(answer.is_passing)


def _remove(article: Article, at: datetime) -> int:
    answer = remove_article(article.agency_id, article.external_id, at=at)
    with wall.crossing_agencies(), transaction.atomic():
        locked = Article.objects.select_for_update().get(id=article.id)
        if locked.state != State.REMOVING:
            return 0
        locked.said = "" if answer.is_done else answer.said[:300]
        if answer.is_done:
            locked.state, locked.removed_at = State.REMOVED, at
            write_step("removed", locked, None, at)
        locked.save()
    return 0 if answer.is_done else LATER


def _flag(article: Article, fault: str, at: datetime) -> None:
    article.flagged_at, article.flag_said = article.flagged_at or at, fault[:300]
    write_step("flagged", article, None, at, fault)
