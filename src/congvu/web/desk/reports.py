"""Phiếu kiểm tra chữ ký số of a document: the kept sheet, and the same as data for machines."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.keep_report import report_sheet
from congvu.documents.models import Arrival, Document
from congvu.documents.queries.reports import FileReport, file_report
from congvu.kit import blobs, clock
from congvu.kit.evidence import kept
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.web.shell.doors import needs


@needs()
@require_GET
def sheet(request: HttpRequest, document_id: int) -> HttpResponse:
    """The sheet of the newest check as PDF/A: the kept file, or (while its job waits) its twin."""
    document, found = _checked(request, document_id)
    pdf = blobs.read(found.sheet) if found.sheet else report_sheet(document, found)
    return _send(request, document, pdf, "application/pdf", "pdf")


@needs()
@require_GET
def data(request: HttpRequest, document_id: int) -> HttpResponse:
    """The newest check as JSON: every fact, and the worth of the document with its clause."""
    document, found = _checked(request, document_id)
    told = {**found.verification.as_json(), "legal_value": kept(found.value)}
    body = json.dumps(told, ensure_ascii=False, indent=2).encode()
    return _send(request, document, body, "application/json", "json")


def _checked(request: HttpRequest, document_id: int) -> tuple[Document, FileReport]:
    document = access.document_for(request.actor, document_id, to="read")
    arrival = Arrival.objects.filter(document=document, agency_id=request.actor.agency_id).first()
    refuse_unless(access.file_is_open(document, arrival), "documents.E001")
    refuse_if(document.is_restricted, "documents.E703")
    found = file_report(document)
    if found is None:
        raise refusal("documents.E830")
    return document, found


def _send(
    request: HttpRequest, document: Document, body: bytes, mime: str, ending: str
) -> HttpResponse:
    write_entry(
        "documents.report_downloaded",
        by=request.actor,
        at=clock.now(),
        on=("document", document.id),
        clause="QC.7.1",
        details={"kind": ending},
    )
    shown = "inline" if ending == "pdf" else "attachment"
    answer = HttpResponse(body, content_type=mime)
    name = f"phieu-kiem-tra-chu-ky-so-{document.id}.{ending}"
    answer["Content-Disposition"] = f'{shown}; filename="{name}"'
    answer["Cache-Control"] = "private, no-cache"
    return answer
