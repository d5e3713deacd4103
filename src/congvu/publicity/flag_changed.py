"""Flag posts whose source is no longer what it was: recalled, replaced, not public."""

from __future__ import annotations

from datetime import datetime

from congvu.documents.events import DocumentIssued, DocumentRecalled
from congvu.documents.models import Document
from congvu.kit import wall
from congvu.publicity.draft_article import write_step
from congvu.publicity.models import Article
from congvu.publicity.sources import source_fault
from congvu.rules.clauses import clause


@clause("QC.11.5")
def flag_source(event: DocumentRecalled) -> None:
    """Reaction: the document itself has changed."""
    flag_articles(document_id=event.document_id, at=event.at)


@clause("QC.11.5")
def flag_replaced(event: DocumentIssued) -> None:
    """Reaction: a newer document may have taken the place of a source."""
    replaced = Document.objects.filter(id=event.document_id).values_list("replaces_id", flat=True)
    for document_id in replaced:
        if document_id is not None:
            flag_articles(document_id=document_id, at=event.at)


def flag_articles(*, document_id: int, at: datetime) -> int:
    """Flag the posts of one source that need it; gives how many. In the caller's transaction."""
    rows = Article.objects.select_for_update(of=("self",)).filter(
        source_id=document_id, flagged_at__isnull=True
    )
    flagged = 0
    for article in rows.exclude(state=Article.State.REMOVED).select_related("source"):
        if fault := source_fault(article.source, article.source_hash):
            article.flagged_at, article.flag_said = at, fault[:300]
            article.save(update_fields=["flagged_at", "flag_said"])
            write_step("flagged", article, None, at, fault)
            flagged += 1
    return flagged


def flag_all(*, at: datetime) -> int:
    """Look at every source once more: a change of its level, or an event that was lost."""
    with wall.crossing_agencies():
        living = Article.objects.filter(flagged_at__isnull=True)
        living = living.exclude(state=Article.State.REMOVED)
        sources = living.values_list("source_id", flat=True).distinct()
        return sum(flag_articles(document_id=one, at=at) for one in list(sources))
