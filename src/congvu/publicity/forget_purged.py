"""Empty the posts that derive from a purged document, and take down what hangs on Zalo (QC.4.1)."""

from __future__ import annotations

from collections.abc import Mapping

from congvu.documents.events import DocumentPurged
from congvu.kit.blobs import NOTHING
from congvu.kit.events import publish
from congvu.publicity.draft_article import write_step
from congvu.publicity.events import ArticleMoved
from congvu.publicity.models import Article, Broadcast
from congvu.publicity.sources import source_fault
from congvu.rules.clauses import clause

GONE = "(đã tiêu hủy)"
State = Article.State
# One that is on its way is taken down as soon as its number is known (publish_article).
THEN: Mapping[str, str] = {
    State.SUBMITTED: State.DRAFT,
    State.APPROVED: State.DRAFT,
    State.PUBLISHED: State.REMOVING,
}


@clause("QC.4.1", "QC.11.5", "S.34")
def forget_purged(event: DocumentPurged) -> None:
    """Reaction to a purge: that there was a post, whose and when, stays."""
    rows = Article.objects.select_for_update(of=("self",)).filter(source_id=event.document_id)
    for article in rows.select_related("source").order_by("id"):
        _stop_broadcasts(article)
        fault = source_fault(article.source)
        article.flagged_at, article.flag_said = article.flagged_at or event.at, fault[:300]
        article.state = THEN.get(article.state, article.state)
        if article.state == State.DRAFT:
            article.approved_at = article.approved_by_id = None
        article.title = article.summary = article.text = GONE
        article.removed_why = GONE if article.removed_why else ""
        article.cover, article.said, article.approved_hash = "", "", ""
        article.source_hash, article.changed_at = NOTHING, event.at
        article.save()
        write_step("purged", article, None, event.at)
        if article.state == State.REMOVING:
            publish(ArticleMoved(article_id=article.id, at=event.at))


def _stop_broadcasts(article: Article) -> None:
    """What has reached the followers cannot be called back; what waits does not go."""
    waiting = article.broadcasts.filter(
        state__in=[Broadcast.State.WAITING, Broadcast.State.APPROVED]
    )
    waiting.update(state=Broadcast.State.FAILED, said="Văn bản nguồn đã bị tiêu hủy.")
