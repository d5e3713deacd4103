"""Orders on a draft: each view gives one order and shows the page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from congvu.documents.drafting.approve import approve_draft
from congvu.documents.drafting.attach import attach_file, detach_file
from congvu.documents.drafting.autosave import autosave_draft, drop_autosave, stamp
from congvu.documents.drafting.cancel import cancel_draft
from congvu.documents.drafting.give_opinion import ask_opinion, give_opinion
from congvu.documents.drafting.send_back import send_back_draft, take_back_draft
from congvu.documents.drafting.submit import submit_draft
from congvu.documents.models import Attachment
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs.types import CLERK, LEADER, UNIT_HEAD
from congvu.signing import queries as signing
from congvu.signing.describe import failing
from congvu.signing.types import FileState
from congvu.web.desk.days import read_id
from congvu.web.desk.draft_form import number_or_none, typed_content, typed_heading, typed_values
from congvu.web.desk.draft_page import version_typed
from congvu.web.desk.frame import DRAFTERS, done
from congvu.web.environment import size
from congvu.web.shell.doors import needs
from congvu.web.shell.typed_secrets import reads_marks


@reads_marks
@needs(*DRAFTERS)
@require_POST
def autosave(request: HttpRequest, document_id: int) -> HttpResponse:
    """What is being typed, every few seconds; the answer is what the tab must know next time."""
    values = typed_values(request.POST)
    ordinal, known = version_typed(request.POST.get("version", ""))
    kept = autosave_draft(
        document_id=document_id,
        base_ordinal=ordinal,
        content=typed_content(values),
        heading=typed_heading(values),
        replacing=known,
        by=request.actor,
        at=clock.now(),
    )
    return JsonResponse({"version": f"{ordinal}@{stamp(kept)}"})


@needs(*DRAFTERS)
@require_POST
def drop(request: HttpRequest, document_id: int) -> HttpResponse:
    """Bỏ nội dung chưa lưu: back to the newest version."""
    drop_autosave(document_id=document_id, by=request.actor, at=clock.now())
    return done(request, "Đã trở về phiên bản mới nhất.", "draft", document_id)


@needs(*DRAFTERS)
@require_POST
def submit(request: HttpRequest, document_id: int) -> HttpResponse:
    """Trình duyệt."""
    ordinal, _ = version_typed(request.POST.get("version", ""))
    submissions = submit_draft(
        document_id=document_id,
        base_ordinal=ordinal,
        reviewer_posting_id=number_or_none(request.POST.get("reviewer", "")),
        form_reviewer_posting_id=number_or_none(request.POST.get("form_reviewer", "")),
        note=request.POST.get("note", ""),
        by=request.actor,
        at=clock.now(),
    )
    names = " và ".join(
        f"{one.to.person.full_name} ({one.get_purpose_display()})" for one in submissions
    )
    return done(request, f"Đã trình {names}.", "draft", document_id)


@needs(CLERK, LEADER, UNIT_HEAD)
@require_POST
def approve(request: HttpRequest, document_id: int) -> HttpResponse:
    """Duyệt nội dung, or xác nhận thể thức: by what was submitted to this person."""
    approve_draft(
        document_id=document_id,
        note=request.POST.get("note", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã duyệt dự thảo.", "draft", document_id)


@needs(*DRAFTERS)
@require_POST
def send_back(request: HttpRequest, document_id: int) -> HttpResponse:
    """Trả lại dự thảo."""
    send_back_draft(
        document_id=document_id,
        reason=request.POST.get("reason", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã trả lại dự thảo cho người soạn thảo.", "signing")


@needs(*DRAFTERS)
@require_POST
def take_back(request: HttpRequest, document_id: int) -> HttpResponse:
    """Rút lại dự thảo đã trình."""
    take_back_draft(
        document_id=document_id,
        reason=request.POST.get("reason", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã rút lại dự thảo để sửa.", "draft", document_id)


@needs(*DRAFTERS)
@require_POST
def cancel(request: HttpRequest, document_id: int) -> HttpResponse:
    """Hủy dự thảo."""
    cancel_draft(
        document_id=document_id,
        reason=request.POST.get("reason", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã hủy dự thảo; mọi phiên bản vẫn được giữ.", "drafts")


@needs(*DRAFTERS)
@require_POST
def opinion(request: HttpRequest, document_id: int) -> HttpResponse:
    """Cho ý kiến."""
    give_opinion(
        document_id=document_id,
        text=request.POST.get("text", ""),
        by=request.actor,
        at=clock.now(),
    )
    return _to_part(request, document_id, "Đã gửi ý kiến.", "p-y-kien")


@needs(*DRAFTERS)
@require_POST
def ask(request: HttpRequest, document_id: int) -> HttpResponse:
    """Xin ý kiến."""
    asked = ask_opinion(
        document_id=document_id,
        posting_ids=[read_id(one) for one in request.POST.getlist("people")],
        question=request.POST.get("question", ""),
        by=request.actor,
        at=clock.now(),
    )
    said = f"Đã xin ý kiến {len(asked)} người."
    return _to_part(request, document_id, said, "p-y-kien")


@needs(*DRAFTERS)
@require_POST
def attach(request: HttpRequest, document_id: int) -> HttpResponse:
    """Đính kèm tệp: posted one by one by the page, each answered with its verdict."""
    upload = request.FILES.get("file")
    try:
        kept = attach_file(
            document_id=document_id,
            content=upload.read() if upload else b"",
            name=str(upload.name) if upload else "",
            part=request.POST.get("part", Attachment.Part.APPENDIX),
            is_declared_open=request.POST.get("declared") == "1",
            by=request.actor,
            at=clock.now(),
        )
    except Refusal as refusal:
        if request.headers.get("Sec-Fetch-Dest") != "empty":
            raise
        request.refusal = refusal
        said = {"state": "refused", "text": f"{refusal.say} (Mã: {refusal.code})"}
        return JsonResponse({"verdict": said})
    if request.headers.get("Sec-Fetch-Dest") == "empty":
        said = _verdict_on(kept)
        return JsonResponse({"name": kept.name, "verdict": said, "key": str(kept.id)})
    return _to_part(request, document_id, f"Đã đính kèm {kept.name}.", "p-tep")


def _verdict_on(kept: Attachment) -> dict[str, str]:
    """What is said of a file that was attached: its size, and its signatures if it has any."""
    text = f"Đã kiểm tra và đính kèm, {size(kept.size)}"
    found = signing.newest_report(kept.sha256)
    if found is None:
        return {"state": "ok", "text": text}
    state = "ok" if found.state is FileState.INTACT and not failing(found) else "warning"
    return {"state": state, "text": f"{text}. {found.summary}"}


@needs(*DRAFTERS)
@require_POST
def detach(request: HttpRequest, document_id: int, attachment_id: int) -> HttpResponse:
    """Gỡ tệp."""
    gone = detach_file(
        attachment_id=attachment_id, document_id=document_id, by=request.actor, at=clock.now()
    )
    return _to_part(request, document_id, f"Đã gỡ {gone.name}.", "p-tep")


def _to_part(request: HttpRequest, document_id: int, said: str, part: str) -> HttpResponse:
    answer = done(request, said, "draft", document_id)
    return redirect(reverse("draft", args=[document_id]) + f"#{part}") if part else answer
