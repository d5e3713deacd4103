"""Where SMS providers call back: receipts, and messages that came in. Kept, answered, read later.

The body of the answer is empty: Kannel would send its words to the person who wrote.
"""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.views.decorators.http import require_http_methods

from congvu.accounts import queries as accounts
from congvu.accounts.limit_attempts import count_failure, refuse_past_limit
from congvu.channels.jobs import read_events
from congvu.channels.note_callback import CallBack, note_callback
from congvu.channels.types import SMS
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.rules.clauses import clause
from congvu.web.shell.answers import short_answer, status_of
from congvu.web.shell.doors import by_token

GUESSES = "sms-callback"
SIGNATURE = "X-Signature"


@by_token
@require_http_methods(["GET", "POST"])
@clause("S.11", "S.46")
def sms_callback(request: HttpRequest, provider_id: int, secret: str) -> HttpResponse:
    """200 with nothing in it once the call is kept; guesses of the secret are counted."""
    at, address = clock.now(), request.origin.address
    policy = accounts.policy(at)
    call = CallBack(
        method=str(request.method),
        query=request.META.get("QUERY_STRING", ""),
        body=_body(request),
        address=address,
        signature=request.headers.get(SIGNATURE, "").removeprefix("sha256="),
    )
    try:
        refuse_past_limit(purpose=GUESSES, address=address, policy=policy, at=at)
        note_callback(call, channel=SMS, provider_id=provider_id, secret=secret, at=at)
    except Refusal as refused:
        if refused.not_found:
            count_failure(purpose=GUESSES, address=address, policy=policy, at=at)
        return short_answer(refused.say, status_of(refused), code=refused.code)
    transaction.on_commit(partial(read_events.defer))
    answer = HttpResponse(b"", content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    return answer


def _body(request: HttpRequest) -> bytes:
    """What was posted; a form in parts, read on the way in, is written again as a plain one."""
    try:
        return request.body
    except RawPostDataException:
        return request.POST.urlencode().encode()
