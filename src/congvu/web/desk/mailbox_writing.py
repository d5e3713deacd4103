"""Soạn thư: a letter being written, kept every few seconds, with files, sent or thrown away."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.mailboxes import access
from congvu.mailboxes.attach_to_draft import attach_to_draft, detach_from_draft
from congvu.mailboxes.models import MailDraft
from congvu.mailboxes.queries.addresses import found_addresses
from congvu.mailboxes.read_addressees import by_address, pieces
from congvu.mailboxes.save_draft import Typed, discard_draft, save_draft
from congvu.mailboxes.send_letter import send_letter
from congvu.mailboxes.start_draft import FORWARD, REPLY, REPLY_ALL, answer_letter, start_draft
from congvu.web.desk.days import read_id
from congvu.web.desk.frame import STAFF, done, show
from congvu.web.environment import size
from congvu.web.shell.doors import needs
from congvu.web.shell.typed_secrets import reads_marks

WAYS = {"tra-loi": REPLY, "tra-loi-tat-ca": REPLY_ALL, "chuyen-tiep": FORWARD}


@needs(*STAFF)
@require_POST
def write_mail(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Soạn thư."""
    draft = start_draft(mailbox_id=mailbox_id, by=request.actor, at=clock.now())
    return redirect(reverse("mail_draft", args=[draft.id]))


@needs(*STAFF)
@require_POST
def answer_mail(request: HttpRequest, item_id: int) -> HttpResponse:
    """Trả lời, trả lời tất cả, chuyển tiếp."""
    how = WAYS.get(request.POST.get("how", ""), REPLY)
    draft = answer_letter(item_id=item_id, how=how, by=request.actor, at=clock.now())
    return redirect(reverse("mail_draft", args=[draft.id]))


@needs(*STAFF)
@require_GET
def mail_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The form of a letter."""
    return _form(request, access.draft_for(request.actor, draft_id))


@reads_marks
@needs(*STAFF)
@require_POST
def autosave_mail(request: HttpRequest, draft_id: int) -> HttpResponse:
    """What is being typed; the answer is what the window must know next time."""
    typed = _typed(request)
    draft = save_draft(draft_id=draft_id, typed=typed, by=request.actor, at=clock.now())
    return JsonResponse({"version": draft.version})


@reads_marks
@needs(*STAFF)
@require_POST
def send_mail(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Gửi: the words of the form, not what was kept of them before."""
    by, at = request.actor, clock.now()
    draft = _show_again(request, draft_id)
    _keep(request, draft_id)
    letter = send_letter(
        draft_id=draft_id, by=by, at=at, is_declared_open=request.POST.get("declared") == "1"
    )
    count = letter.recipients.count()
    return done(request, f"Đã gửi thư đến {count} nơi nhận.", *_where(request, draft))


@reads_marks
@needs(*STAFF)
@require_POST
def save_mail(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Lưu nháp, with the files that travelled with the form."""
    _show_again(request, draft_id)
    page, place = _where(request, _keep(request, draft_id))
    answer = done(request, "Đã lưu thư nháp.", page, place)
    if page == "mailbox":
        answer["Location"] += "?muc=nhap"
    return answer


@reads_marks
@needs(*STAFF)
@require_POST
def detach_mail(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Gỡ tệp; the words typed meanwhile are kept."""
    _show_again(request, draft_id)
    _keep(request, draft_id)
    file_id = read_id(request.POST.get("detach", ""))
    detach_from_draft(draft_id=draft_id, file_id=file_id, by=request.actor, at=clock.now())
    return done(request, "Đã gỡ tệp.", "mail_draft", draft_id)


@needs(*STAFF)
@require_POST
def discard_mail(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Bỏ thư nháp."""
    where = _where(request, access.draft_for(request.actor, draft_id))
    discard_draft(draft_id=draft_id, by=request.actor, at=clock.now())
    return done(request, "Đã bỏ thư nháp.", *where)


@needs(*STAFF)
@require_POST
def attach_mail(request: HttpRequest, draft_id: int) -> HttpResponse:
    """One file as it is dropped; the answer is its verdict."""
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"verdict": {"state": "refused", "text": "Chưa có tệp."}}, status=422)
    try:
        kept = attach_to_draft(
            draft_id=draft_id,
            content=file.read(),
            name=file.name or "",
            by=request.actor,
            at=clock.now(),
        )
    except Refusal as said:
        if said.not_found:
            raise
        request.rolls_back = True  # what must be heard all the same is told after the roll-back
        return JsonResponse({"verdict": {"state": "refused", "text": said.say}}, status=422)
    verdict = {"state": "ok", "text": "Đã kèm."}
    if kept.doubt:
        verdict = {"state": "warning", "text": f"{kept.doubt} Sẽ hỏi lại khi gửi."}
    return JsonResponse({"name": kept.name, "size": kept.size, "verdict": verdict})


@needs(*STAFF)
@require_GET
def mail_addresses(request: HttpRequest) -> HttpResponse:
    """The address book, while somebody types."""
    rows = found_addresses(request.GET.get("q", "")[:80])
    found = [
        {"name": one.name, "title": one.title, "address": one.address, "agency": not one.person_id}
        for one in rows
    ]
    return JsonResponse({"found": found})


def _where(request: HttpRequest, draft: MailDraft) -> tuple[str, int]:
    """Back to the mailbox; who only answers what was given, to that letter."""
    uses = access.mailboxes_of(request.actor).filter(id=draft.mailbox_id).exists()
    return ("mailbox", draft.mailbox_id) if uses else ("mail", draft.answers_id or 0)


def _show_again(request: HttpRequest, draft_id: int) -> MailDraft:
    """What is refused is shown in the form; the words for a draft that is gone stand on the
    general page."""
    draft = access.draft_for(request.actor, draft_id)
    request.show_again = lambda said: _again(request, draft_id, said)
    return draft


def _typed(request: HttpRequest) -> Typed:
    post = request.POST
    version = read_id(post.get("version", "")) or None
    return Typed(
        to=post.get("to", ""),
        copies=post.get("copies", ""),
        subject=post.get("subject", ""),
        text=post.get("text", ""),
        asks_opened=post.get("opened") == "1",
        version=version,
    )


def _keep(request: HttpRequest, draft_id: int) -> MailDraft:
    """The words of the form, and the files that came with it where no script sent them before."""
    by, at = request.actor, clock.now()
    for file in request.FILES.getlist("file"):
        attach_to_draft(draft_id=draft_id, content=file.read(), name=file.name or "", by=by, at=at)
    return save_draft(draft_id=draft_id, typed=_typed(request), by=by, at=at)


def _again(request: HttpRequest, draft_id: int, said: Refusal) -> HttpResponse:
    """The form with what was typed. It knows the newest version, so that the next saving goes
    through knowingly."""
    draft = access.draft_for(request.actor, draft_id)
    typed = _typed(request)
    draft.asks_opened = typed.asks_opened
    draft.to, draft.copies, draft.subject, draft.text = (
        typed.to,
        typed.copies,
        typed.subject,
        typed.text,
    )
    return _form(request, draft, said)


def _form(request: HttpRequest, draft: MailDraft, error: Refusal | None = None) -> HttpResponse:
    files = [
        {"id": one.id, "name": one.name, "size": size(one.size), "doubt": one.doubt}
        for one in draft.files.all()
    ]
    asks = any(one["doubt"] for one in files) or (
        error is not None and error.code == "mailboxes.E010"
    )
    return show(
        request,
        "desk/mailbox/write.html",
        title=draft.subject or "Soạn thư",
        active="mailboxes",
        status=422 if error else 200,
        draft=draft,
        files=files,
        error=error,
        asks=asks,
        known=json.dumps(_known(draft), ensure_ascii=False),
    )


def _known(draft: MailDraft) -> dict[str, dict[str, Any]]:
    """The names of the addresses that stand in the form already."""
    words = [word for _, word in (*pieces(draft.to), *pieces(draft.copies))]
    return {
        one.address: {"name": one.name, "agency": one.person_id is None}
        for one in by_address(words).values()
    }
