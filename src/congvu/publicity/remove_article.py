"""Take a post down, or leave a draft; the reason stays (QC.10.4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.kit.events import publish
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.publicity import access
from congvu.publicity.draft_article import refuse_state, write_step
from congvu.publicity.events import ArticleMoved
from congvu.publicity.models import Article
from congvu.rules.clauses import clause

State = Article.State
LEAST = 5


@clause("QC.10.4", "QC.11.5")
def remove_article(*, article_id: int, text: str, by: Actor, at: datetime) -> Article:
    """A leader orders it; a job takes it down on Zalo."""
    with transaction.atomic():
        article = access.article_for(by, article_id, to="approve", lock=True)
        text = clean_text(text).strip()

        refuse_state(article, State.PUBLISHED)
        refuse_unless(len(text) >= LEAST, "publicity.E009")

        article.state, article.removed_why, article.changed_at = State.REMOVING, text[:500], at
        article.save()
        write_step("removal_ordered", article, by, at, text)
        publish(ArticleMoved(article_id=article.id, at=at))
    return article
