"""How a refusal or a failure looks: a page, or a short answer to a script. Nothing inner is shown
(S.30): code, clause and the request's id, never a trace, a path or a query."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from congvu.accounts.refusals import TOO_MANY
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.rules.clauses import clause
from congvu.web.shell import refusals  # noqa: F401  (registers the texts)

TITLES = {
    400: "Yêu cầu không hợp lệ",
    403: "Không có quyền",
    404: "Không tìm thấy",
    409: "Hãy tải lại trang",
    422: "Chưa thực hiện được",
    429: "Thử quá nhiều lần",
    500: "Hệ thống gặp lỗi",
}
# What the usual boxes are called on the pages; others are shown by their own name.
FIELD_NAMES = {
    "subject": "Trích yếu",
    "body": "Nội dung",
    "content": "Nội dung",
    "note": "Ghi chú",
    "reason": "Lý do",
    "opinion": "Ý kiến",
    "text": "Nội dung",
    "title": "Tiêu đề",
    "full_name": "Họ và tên",
    "username": "Tên đăng nhập",
}
NEVER_SHOWN = ("csrfmiddlewaretoken", "pin")


def is_script(request: HttpRequest) -> bool:
    """Whether a script of the page asks (htmx, fetch), and not the browser's address bar."""
    return (
        request.headers.get("HX-Request") == "true"
        or request.headers.get("Sec-Fetch-Dest") == "empty"
    )


def status_of(refusal: Refusal) -> int:
    """404 for what does not exist for this person, 429 past a limit, else 422."""
    if refusal.not_found:
        return 404
    return 429 if refusal.code == TOO_MANY else 422


def refused(request: HttpRequest, refusal: Refusal, status: int = 0) -> HttpResponse:
    """The answer to a refused act: what was typed stays visible, or in the page for a script."""
    status = status or status_of(refusal)
    if is_script(request):
        return short_answer(refusal.say, status, code=refusal.code)
    return problem_page(
        request,
        status,
        refusal.say,
        code=refusal.code,
        law="" if refusal.clause.startswith("S.") else refusal.clause,
        typed=typed_text(request),
    )


def short_answer(say: str, status: int, code: str = "") -> HttpResponse:
    """For scripts: the sentence as text, and in the X-Say header that the page shows."""
    sentence = f"{say} (Mã: {code})" if code else say
    answer = HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    answer["X-Say"] = quote(sentence)
    return answer


@clause("S.30")
def problem_page(
    request: HttpRequest,
    status: int,
    say: str,
    *,
    code: str = "",
    law: str = "",
    typed: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    """A page that says what happened, how to name it to the support, and what to do next."""
    problem = {
        "status": status,
        "title": TITLES.get(status, TITLES[500]),
        "say": say,
        "code": code or getattr(request, "request_id", ""),
        "clause": law,
        "at": clock.now(),
    }
    actor = getattr(request, "actor", None)
    context = {
        "problem": problem,
        "typed": typed or [],
        "agency": {
            "name": actor.agency_name if actor and actor.agency_name else "Công vụ",
            "place": "Hệ thống làm việc trên môi trường điện tử",
        },
    }
    return render(request, "shell/refused.html", context, status=status)


def typed_text(request: HttpRequest) -> list[tuple[str, str]]:
    """What somebody typed in the form that was refused, so that nothing is lost."""
    if request.method != "POST":
        return []
    return [
        (FIELD_NAMES.get(name, name), value)
        for name, values in request.POST.lists()
        if name not in NEVER_SHOWN and "password" not in name
        for value in values
        if value.strip()
    ]
