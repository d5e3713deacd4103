"""The pages of Django's own refusals and failures (S.29, S.30)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from congvu.kit.refusal import refusal
from congvu.rules.clauses import clause
from congvu.web.shell.answers import is_script, problem_page, refused, short_answer
from congvu.web.shell.doors import public


@public
@clause("S.29")
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old: nothing was done, the text is shown again."""
    return refused(request, refusal("web.E409"), status=403)


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request cannot be read."""
    return _failure(request, 400, "Hệ thống không đọc được yêu cầu này. Hãy tải lại trang.")


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: nobody said more about why."""
    return _failure(request, 403, "Ông/Bà không có quyền thực hiện việc này.")


@public
@clause("S.11")
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same page for what does not exist and for what one may not see."""
    return _failure(request, 404, "Không có trang này, hoặc Ông/Bà không có quyền xem.")


@public
@clause("S.30")
def failed(request: HttpRequest) -> HttpResponse:
    """500: the id of the request and nothing inner; the whole transaction was rolled back."""
    say = "Hệ thống gặp lỗi nên việc vừa làm chưa được ghi. Hãy thử lại; nếu vẫn lỗi, đọc mã này."
    return _failure(request, 500, say)


def _failure(request: HttpRequest, status: int, say: str) -> HttpResponse:
    if is_script(request):
        return short_answer(say, status, code=getattr(request, "request_id", ""))
    return problem_page(request, status, say)
