"""Bài đăng Zalo: from an official source, approved by a leader, published once, flagged."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs.types import CLERK, LEADER, OFFICIAL, UNIT_HEAD
from congvu.publicity import access
from congvu.publicity.approve_article import approve_article, send_back_article
from congvu.publicity.broadcast_article import approve_broadcast, ask_broadcast
from congvu.publicity.draft_article import Writing, draft_article, submit_article, words_hash
from congvu.publicity.models import Article
from congvu.publicity.remove_article import remove_article
from congvu.web.desk.days import read_day
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import needs

WRITERS = (CLERK, LEADER, UNIT_HEAD, OFFICIAL)
MOST = 100
TONES = {
    "submitted": "due",
    "approved": "active",
    "sending": "active",
    "published": "valid",
    "removing": "due",
    "removed": "paused",
}
SENDING_TONES = {"waiting": "due", "sent": "valid", "failed": "late", "unknown": "late"}


@needs(*WRITERS)
@require_GET
def articles(request: HttpRequest) -> HttpResponse:
    """The agency's posts, the changed ones marked."""
    by = request.actor
    rows = Article.objects.filter(agency_id=by.agency_id, agency_id__isnull=False)[:MOST]
    return show(
        request, "desk/zalo/articles.html", title="Bài đăng Zalo", active="zalo", rows=rows,
        tones=TONES,
    )  # fmt: skip


@needs(*WRITERS)
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Soạn bài đăng."""
    if request.method == "GET":
        return _form(request, None)
    request.show_again = lambda said: _form(request, None, said)
    made = draft_article(writing=_typed(request), by=request.actor, at=clock.now())
    return done(request, "Đã lưu dự thảo bài đăng.", "article", made.id)


@needs(*WRITERS)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, article_id: int) -> HttpResponse:
    """Sửa dự thảo."""
    there = access.article_for(request.actor, article_id, to="write")
    if request.method == "GET":
        return _form(request, there)
    request.show_again = lambda said: _form(request, there, said)
    writing = _typed(request)
    draft_article(writing=writing, article_id=there.id, by=request.actor, at=clock.now())
    return done(request, "Đã lưu dự thảo bài đăng.", "article", there.id)


def _typed(request: HttpRequest) -> Writing:
    typed = request.POST
    return Writing(
        symbol=typed.get("source", ""),
        issued_on=read_day(typed.get("issued_on", ""), field="issued_on"),
        title=typed.get("title", ""),
        summary=typed.get("summary", ""),
        text=typed.get("text", ""),
        cover=typed.get("cover", ""),
    )


def _form(
    request: HttpRequest, there: Article | None, error: Refusal | None = None
) -> HttpResponse:
    typed: Any = request.POST if request.method == "POST" else {}
    if there is not None and not typed:
        names = ("title", "summary", "text", "cover")
        typed = {"source": there.source_symbol} | {one: getattr(there, one) for one in names}
    return show(
        request,
        "desk/zalo/article_form.html",
        title="Soạn bài đăng Zalo",
        active="zalo",
        status=422 if error else 200,
        typed=typed,
        article=there,
        error=error,
    )


@needs(*WRITERS)
@require_GET
def article(request: HttpRequest, article_id: int) -> HttpResponse:
    """One post with its source, where it stands, and its sendings."""
    by = request.actor
    there = access.article_for(by, article_id, to="read")
    return show(
        request,
        "desk/zalo/article.html",
        title=there.title,
        active="zalo",
        article=there,
        tone=TONES.get(there.state, ""),
        sendings=list(there.broadcasts.all()),
        sending_tones=SENDING_TONES,
        seen=words_hash(there),
        approves=by.has(LEADER),
        is_asked=there.broadcasts.filter(state="waiting").exists(),
    )


@needs(*WRITERS)
@require_POST
def submit(request: HttpRequest, article_id: int) -> HttpResponse:
    """Trình lãnh đạo duyệt."""
    submit_article(article_id=article_id, by=request.actor, at=clock.now())
    return done(request, "Đã trình lãnh đạo duyệt.", "article", article_id)


@needs(*WRITERS)
@require_POST
def approve(request: HttpRequest, article_id: int) -> HttpResponse:
    """Duyệt đăng."""
    seen = request.POST.get("seen", "")
    approve_article(article_id=article_id, seen=seen, by=request.actor, at=clock.now())
    return done(request, "Đã duyệt; bài đang được đăng lên Zalo.", "article", article_id)


@needs(*WRITERS)
@require_POST
def send_back(request: HttpRequest, article_id: int) -> HttpResponse:
    """Trả lại để sửa."""
    send_back_article(article_id=article_id, by=request.actor, at=clock.now())
    return done(request, "Đã trả lại người soạn.", "article", article_id)


@needs(*WRITERS)
@require_POST
def remove(request: HttpRequest, article_id: int) -> HttpResponse:
    """Gỡ bài."""
    text = request.POST.get("text", "")
    remove_article(article_id=article_id, text=text, by=request.actor, at=clock.now())
    return done(request, "Đã yêu cầu gỡ bài trên Zalo.", "article", article_id)


@needs(*WRITERS)
@require_POST
def ask_sending(request: HttpRequest, article_id: int) -> HttpResponse:
    """Đề nghị gửi cho người quan tâm."""
    ask_broadcast(article_id=article_id, by=request.actor, at=clock.now())
    return done(request, "Đã đề nghị; chờ lãnh đạo duyệt.", "article", article_id)


@needs(*WRITERS)
@require_POST
def approve_sending(request: HttpRequest, article_id: int) -> HttpResponse:
    """Duyệt gửi cho mọi người quan tâm."""
    approve_broadcast(article_id=article_id, by=request.actor, at=clock.now())
    return done(request, "Đã duyệt; bài đang được gửi cho người quan tâm.", "article", article_id)
