"""Send a published post to everybody who follows: asked, approved by a leader, sent once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.publish_zalo import broadcast
from congvu.kit import wall
from congvu.kit.events import publish
from congvu.kit.refusal import refuse_if
from congvu.orgs.types import Actor
from congvu.publicity import access
from congvu.publicity.draft_article import refuse_state
from congvu.publicity.events import BroadcastApproved
from congvu.publicity.models import Article, Broadcast
from congvu.rules.clauses import clause

State = Broadcast.State
OPEN = [State.WAITING, State.APPROVED, State.SENDING]


@clause("QC.6.2.a")
def ask_broadcast(*, article_id: int, by: Actor, at: datetime) -> Broadcast:
    """Somebody wishes it; nothing leaves yet."""
    with transaction.atomic():
        article = access.article_for(by, article_id, to="write", lock=True)

        refuse_state(article, Article.State.PUBLISHED)
        refuse_if(article.flagged_at, "publicity.E010", said=article.flag_said)
        refuse_if(article.broadcasts.filter(state__in=OPEN).exists(), "publicity.E011")

        asked = Broadcast.objects.create(
            agency_id=article.agency_id, article=article, by_id=by.posting_id, at=at
        )
        _write("asked", asked, by, at)
    return asked


@clause("QC.6.2.a", "QC.10.4")
def approve_broadcast(*, article_id: int, by: Actor, at: datetime) -> Broadcast:
    """The leader agrees: it is sent to all followers, once."""
    with transaction.atomic():
        article = access.article_for(by, article_id, to="approve", lock=True)
        asked = article.broadcasts.select_for_update().filter(state=State.WAITING).first()

        refuse_if(asked is None, "publicity.E012")
        refuse_state(article, Article.State.PUBLISHED)
        refuse_if(article.flagged_at, "publicity.E010", said=article.flag_said)

        asked.state = State.APPROVED
        asked.approved_by_id, asked.approved_at = by.posting_id, at
        asked.save()
        _write("approved", asked, by, at)
        publish(BroadcastApproved(broadcast_id=asked.id, at=at))
    return asked


@clause("QC.6.2.a")
def send_broadcast(*, broadcast_id: int, at: datetime) -> bool:
    """Whether it must be tried again. A doubt is never sent a second time."""
    with wall.crossing_agencies(), transaction.atomic():
        asked = Broadcast.objects.select_for_update(of=("self",)).get(id=broadcast_id)
        article = Article.objects.get(id=asked.article_id)
        is_lawful = article.state == Article.State.PUBLISHED and article.flagged_at is None
        if asked.state != State.APPROVED:
            return False
        asked.state = State.SENDING if is_lawful else State.FAILED
        asked.said = "" if is_lawful else (article.flag_said or "Bài đăng đã được gỡ.")
        asked.save()
    if not is_lawful:
        return False
    answer = broadcast(article.agency_id, article.external_id, at=at)
    with wall.crossing_agencies(), transaction.atomic():
        asked = Broadcast.objects.select_for_update(of=("self",)).get(id=broadcast_id)
        asked.said = answer.said[:300]
        if answer.is_done:
            asked.state, asked.sent_at, asked.external_id = State.SENT, at, answer.value
        elif answer.is_doubtful:
            asked.state = State.UNKNOWN
        else:
            asked.state = State.APPROVED if answer.is_passing else State.FAILED
        asked.save()
        _write(str(asked.state), asked, None, at)
    return answer.is_passing and not answer.is_doubtful


def _write(act: str, asked: Broadcast, by: Actor | None, at: datetime) -> None:
    write_entry(
        f"publicity.broadcast_{act}",
        by=by,
        at=at,
        on=("broadcast", asked.id),
        agency_id=asked.agency_id,
        clause="QC.6.2.a",
        details={"article": asked.article_id},
    )
