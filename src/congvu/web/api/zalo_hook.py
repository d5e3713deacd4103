"""Where Zalo tells what happened: signature, time, one row, 200; understood by a worker."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.views.decorators.http import require_POST

from congvu.accounts import queries as accounts
from congvu.accounts.limit_attempts import count_failure, refuse_past_limit
from congvu.channels.note_hook import note_hook
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.rules.clauses import clause
from congvu.web.shell.answers import short_answer, status_of
from congvu.web.shell.doors import by_token

PURPOSE = "zalo-hook"


@by_token
@require_POST
@clause("S.29", "S.46")
def zalo_hook(request: HttpRequest, provider_id: int) -> HttpResponse:
    """The signature over the body is the whole right; wrong ones are counted per address."""
    at, address = clock.now(), request.origin.address
    policy = accounts.policy(at)
    try:
        refuse_past_limit(purpose=PURPOSE, address=address, policy=policy, at=at)
        note_hook(
            provider_id=provider_id,
            raw=_body(request),
            signature=request.headers.get("X-ZEvent-Signature", ""),
            is_retry=request.headers.get("num_retry", "0").isdigit()
            and int(request.headers.get("num_retry", "0")) > 0,
            at=at,
        )
    except Refusal as refused:
        count_failure(purpose=PURPOSE, address=address, policy=policy, at=at)
        return short_answer(refused.say, status_of(refused), code=refused.code)
    return JsonResponse({"ok": True})


def _body(request: HttpRequest) -> bytes:
    """The bytes as they came; a form, which Zalo never sends, has none left."""
    try:
        return bytes(request.body)
    except RawPostDataException:
        return b""
