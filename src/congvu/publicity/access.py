"""Who writes articles and who approves them: the only door to an article."""

from __future__ import annotations

from collections.abc import Mapping

from congvu.kit.refusal import refuse_if
from congvu.orgs.types import CLERK, LEADER, OFFICIAL, UNIT_HEAD, Actor
from congvu.publicity.models import Article

ORDERS: Mapping[str, frozenset[str]] = {
    "read": frozenset({CLERK, LEADER, UNIT_HEAD, OFFICIAL}),
    "write": frozenset({CLERK, LEADER, UNIT_HEAD, OFFICIAL}),
    "approve": frozenset({LEADER}),
}
CODES = {"approve": "publicity.E007"}


def article_for(by: Actor, article_id: int, *, to: str, lock: bool = False) -> Article:
    """The article of the actor's agency, if this actor may do this with it."""
    rows = Article.objects.select_for_update(of=("self",)) if lock else Article.objects
    article = rows.filter(id=article_id, agency_id=by.agency_id, agency_id__isnull=False).first()
    refuse_if(article is None, "publicity.E001")
    refuse_unless_may(by, to)
    return article


def refuse_unless_may(by: Actor, to: str) -> None:
    """Whether this actor's roles allow it."""
    refuse_if(by.roles.isdisjoint(ORDERS[to]), CODES.get(to, "publicity.E002"))
