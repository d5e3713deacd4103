"""The server has delivered pages of a file to a person: what `decide` asks before it agrees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from congvu.documents import access
from congvu.documents.models import Shown
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("ND30.11", "ND30.13.7")
def note_shown(
    *,
    document_id: int,
    sha256: str,
    pages: Iterable[int] | None,
    session_id: int,
    by: Actor,
    at: datetime,
) -> Shown:
    """Note these pages of the document's present file as shown; `pages` None: the whole file."""
    with transaction.atomic():
        document = access.document_for(by, document_id, to="sign")

        refuse_unless(sha256 == document.file, "documents.E201")

        key = {
            "by_id": by.posting_id,
            "session_id": session_id,
            "sha256": sha256,
            "document": document,
        }
        Shown.objects.bulk_create(
            [
                Shown(
                    agency_id=by.agency_id, page_count=document.page_count or 1, first_at=at, **key
                )
            ],
            ignore_conflicts=True,
        )
        # Two pages may come at once: the row is locked before it is added to.
        shown = Shown.objects.select_for_update().get(**key)
        every = range(1, shown.page_count + 1)
        added = every if pages is None else (one for one in pages if one in every)
        shown.pages = sorted({*shown.pages, *added})
        if shown.whole_at is None and len(shown.pages) == shown.page_count:
            shown.whole_at = at
        shown.save(update_fields=["pages", "whole_at"])
    return shown
