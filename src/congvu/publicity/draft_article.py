"""Draft a post from an official source, change it, and lay it before the leader (QC.11.5)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.publicity import access
from congvu.publicity.models import Article
from congvu.publicity.sources import check_link, issued_source, source_fault
from congvu.rules.clauses import clause

State = Article.State


@dataclass(frozen=True)
class Writing:
    """What the author types; the source is named by its symbol and day."""

    symbol: str
    issued_on: date | None
    title: str
    summary: str
    text: str
    cover: str


@clause("QC.6.2.a", "QC.11.5")
def draft_article(
    *, writing: Writing, article_id: int | None = None, by: Actor, at: datetime
) -> Article:
    """A new draft, or an unapproved one changed; the link and the hash of the source are kept."""
    with transaction.atomic():
        access.refuse_unless_may(by, "write")
        article = (
            access.article_for(by, article_id, to="write", lock=True) if article_id else Article()
        )
        source = issued_source(by.agency_id, writing.symbol, writing.issued_on)
        title, summary, text = (
            clean_text(one).strip() for one in (writing.title, writing.summary, writing.text)
        )

        if article_id:
            refuse_state(article, State.DRAFT, State.SUBMITTED)
        refuse_if(fault := source_fault(source), "publicity.E003", said=fault)
        fits = 0 < len(title) <= 150 and 0 < len(summary) <= 300 and text
        refuse_unless(fits, "publicity.E004")
        refuse_unless(writing.cover.strip().startswith("https://"), "publicity.E005")

        article.agency_id, article.by_id = by.agency_id, by.posting_id
        article.source, article.source_symbol = source, source.symbol
        article.source_link, article.source_hash = check_link(source), source.issued_file
        article.title, article.summary, article.text = title, summary, text
        article.cover = writing.cover.strip()[:500]
        article.state, article.changed_at = State.DRAFT, at
        article.save()
        write_step("drafted", article, by, at)
    return article


@clause("QC.10.4")
def submit_article(*, article_id: int, by: Actor, at: datetime) -> Article:
    """Lay it before the leader."""
    with transaction.atomic():
        article = access.article_for(by, article_id, to="write", lock=True)

        refuse_state(article, State.DRAFT)

        article.state, article.changed_at = State.SUBMITTED, at
        article.save()
        write_step("submitted", article, by, at)
    return article


def refuse_state(article: Article, *states: str) -> None:
    """Only from one of these states."""
    said = article.get_state_display()
    refuse_unless(article.state in states, "publicity.E006", state=said)


def words_hash(article: Article) -> str:
    """The hash of what is read before it is approved, its source included."""
    parts = (article.title, article.summary, article.text, article.cover, article.source_hash)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def write_step(act: str, article: Article, by: Actor | None, at: datetime, said: str = "") -> None:
    """The step in the audit log; in the caller's transaction."""
    write_entry(
        f"publicity.article_{act}",
        by=by,
        at=at,
        on=("article", article.id),
        agency_id=article.agency_id,
        clause="QC.11.5",
        details={"source": article.source_symbol, "state": article.state, "said": said},
    )
