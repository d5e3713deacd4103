"""Phiếu chứng cứ gửi, nhận: the legal moments of one arrival, as a printable PDF/A."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.evidence import arrival_evidence
from congvu.kit import clock


@require_GET
def evidence(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """The sheet for whoever may read the arrival."""
    by, at = request.actor, clock.now()
    arrival = access.arrival_for(by, arrival_id, to="read")
    pdf = arrival_evidence(arrival, by=by, at=at)
    write_entry("documents.evidence_printed", by=by, at=at, on=("document", arrival.document_id))
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="chung-cu-{arrival_id}.pdf"'
    return answer
