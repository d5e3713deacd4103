"""Refuse to number or issue what was signed after its key was reported lost (Quy chế Điều 10.3)."""

from __future__ import annotations

from congvu.documents.models import Document
from congvu.kit import clock
from congvu.kit.refusal import refusal
from congvu.rules.clauses import clause
from congvu.signing.queries.custody import doubt_about


@clause("QC.10.3", "QC.7.1")
def refuse_doubtful(document: Document) -> None:
    """The agency puts no number and no seal under a signature that nobody may trust."""
    doubt = doubt_about(document.file)
    if doubt is not None:
        since = f"{clock.local(doubt.lost_at):%H:%M %d/%m/%Y}"
        raise refusal("documents.E860", holder=doubt.holder, since=since)
