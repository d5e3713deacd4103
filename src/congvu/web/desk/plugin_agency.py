"""Ký số của cơ quan bằng phần mềm trên máy văn thư: issue, copies, the stamp "Đến".

Each order answers with the next errand for the program; the page asks again until nothing is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from congvu.documents import access
from congvu.documents.copies.ask_to_make import SUBJECT as COPY
from congvu.documents.copies.ask_to_make import ask_program_to_copy
from congvu.documents.copies.decide_copy import copy_for
from congvu.documents.incoming.ask_to_stamp import SUBJECT as STAMP
from congvu.documents.incoming.ask_to_stamp import ask_program_to_stamp
from congvu.documents.models import Attachment, Document, DocumentCopy, Issue
from congvu.documents.outgoing.ask_to_issue import SUBJECT as ISSUE
from congvu.documents.outgoing.ask_to_issue import Step, ask_program_to_issue, signed_so_far
from congvu.documents.states import DocumentState
from congvu.kit import clock
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import CLERK, Actor
from congvu.signing import queries as signing
from congvu.signing.models import WaitingSignature
from congvu.signing.types import VARIANT_WORDS, Variant
from congvu.web.desk.days import read_day
from congvu.web.desk.frame import done
from congvu.web.shell.answers import is_script
from congvu.web.shell.doors import needs
from congvu.web.shell.plugin import errand_json


def program_of_agency(by: Actor) -> str:
    """The address of the program, where this clerk's agency signs with it; else nothing."""
    if not (by.has(CLERK) and by.agency_id):
        return ""
    key = signing.key_of_agency(by.agency_id, clock.now())
    return str(settings.PLUGIN_ADDRESS) if key.is_plugin else ""


@needs(CLERK)
@require_POST
def issue_with_plugin(request: HttpRequest, document_id: int) -> HttpResponse:
    """Ban hành & Gửi, Phát hành: the number if there is none, then one signature at a time."""
    access.document_for(request.actor, document_id, to="issue")
    refuse_unless(is_script(request), "web.E060")
    on = request.POST.get("on", "")
    found = ask_program_to_issue(
        document_id=document_id,
        on=read_day(on, field="on") if on else None,
        by=request.actor,
        at=clock.now(),
    )
    if isinstance(found, Issue):
        answer = done(request, _said_issued(document_id), "outgoing_document", document_id)
        return JsonResponse({"next": answer["Location"]})
    return JsonResponse(_step_json(found))


def _step_json(step: Step) -> dict[str, Any]:
    numbered = {"DocNumber": step.symbol}
    if step.place == 1:
        numbered["IssuedDate"] = clock.start_of(step.issued_on).isoformat()
    which = f" ({step.place}/{step.count} tệp)" if step.count > 1 else ""
    kept = f"Số {step.symbol} vẫn giữ cho văn bản này; bấm lại để ký tiếp."
    title = f"{step.what}, số {step.symbol}{which}"
    return {**errand_json(step.errand, title=title, **numbered), "kept": kept}


@needs(CLERK)
@require_POST
def copy_with_plugin(request: HttpRequest, copy_id: int) -> HttpResponse:
    """Sao: the copy's number, then the agency's signature by the program."""
    copy_for(request.actor, copy_id, to="make_copy")
    refuse_unless(is_script(request), "web.E060")
    errand, copy = ask_program_to_copy(copy_id=copy_id, by=request.actor, at=clock.now())
    title = f"{copy.get_kind_display().lower()}, số {copy.symbol}"
    kept = f"Số {copy.symbol} vẫn giữ cho bản sao này; bấm lại để ký."
    return JsonResponse({**errand_json(errand, title=title, DocNumber=copy.symbol), "kept": kept})


@needs(CLERK)
@require_POST
def stamp_with_plugin(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """Đóng dấu Đến by the program: number, day and to whom it goes are given to it as data."""
    access.arrival_for(request.actor, arrival_id, to="stamp")
    refuse_unless(is_script(request), "web.E060")
    errand, stamp = ask_program_to_stamp(
        arrival_id=arrival_id,
        handed_to=request.POST.get("handed_to", ""),
        by=request.actor,
        at=clock.now(),
    )
    words = {"SoDen": stamp.number, "NgayDen": stamp.day, "Chuyen": stamp.handed_to}
    data = [{"Key": key, "Value": value} for key, value in words.items() if value]
    return JsonResponse(errand_json(errand, title=f"dấu Đến số {stamp.number}", MetaData=data))


# --- after the program ---------------------------------------------------------------------------


def is_finished(waiting: WaitingSignature) -> bool:
    """Whether nothing more is to be signed: an issue is done when the document has gone out."""
    if waiting.subject_kind != ISSUE:
        return True
    row = Document.objects.filter(id=waiting.subject_id)
    return not row.filter(state=DocumentState.NUMBERED).exists()


def after_agency(request: HttpRequest, waiting: WaitingSignature) -> HttpResponse:
    """Say what the agency's signature has led to, on the page of what was signed."""
    subject = waiting.subject_id
    if waiting.subject_kind == COPY:
        copy = DocumentCopy.objects.get(id=subject)
        said = f"Đã sao, số {copy.symbol}.{_beside([copy.file])}"
        return done(request, said, "copy", subject)
    if waiting.subject_kind == STAMP:
        return done(request, "Đã đóng dấu Đến trên bản lưu.", "arrival", subject)
    return done(request, _said_issued(subject), "outgoing_document", subject)


def _said_issued(document_id: int) -> str:
    document = Document.objects.get(id=document_id)
    sent = document.recipients.count()
    files = [document.issued_file]
    appendices = document.attachments.filter(part=Attachment.Part.APPENDIX, removed_at=None)
    files += appendices.values_list("sha256", flat=True)
    return f"Đã ban hành {document.symbol} và gửi tới {sent} nơi nhận.{_beside(files)}"


def _beside(files: Sequence[str]) -> str:
    """What the clerk should know of what the program wrote, or did not write."""
    newest = [signing.records_behind(file)[:1] for file in files]
    said = [VARIANT_WORDS.get(Variant(one.variant), "") for records in newest for one in records]
    return "".join(f" {words}" for words in dict.fromkeys(said) if words)


def unfinished_issue(document: Document) -> dict[str, Any] | None:
    """How far an issue by the program is that was begun; None where none is open."""
    asked = WaitingSignature.objects.filter(subject_kind=ISSUE, subject_id=document.id)
    if document.state != DocumentState.NUMBERED or not asked.exists():
        return None
    ready, count = signed_so_far(document)
    newest = asked.order_by("-id").first()
    return {"ready": ready, "count": count, "said": newest.said if newest else ""}
