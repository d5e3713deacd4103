"""Tìm kiếm: numbers, symbols and words, with or without diacritics."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from congvu.documents.queries.found import FoundRow, find_documents
from congvu.web.desk.frame import show

LONGEST = 200


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The results, in the same visibility as every list."""
    words = request.GET.get("q", "").strip()[:LONGEST]
    rows = find_documents(request.actor, words) if words else []
    return show(
        request,
        "desk/search.html",
        title="Tìm kiếm",
        search_words=words,
        words=words,
        rows=[(row, _address(row)) for row in rows],
    )


def _address(row: FoundRow) -> str:
    if row.arrival_id is not None:
        return reverse("arrival", args=[row.arrival_id])
    return reverse("outgoing_document", args=[row.document_id])
