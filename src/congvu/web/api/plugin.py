"""Where the signing program of a signer's machine fetches a file and returns it signed.

The program has no session: a one-time token in the address is all it carries, and decides whose
request it is. Only then is the wall entered, as that person in that agency. What it is answered is
fixed by its contract: a PDF, or bare JSON with a bool `Status`, always with HTTP status 200.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from congvu.accounts import queries as accounts
from congvu.accounts.limit_attempts import count_failure, refuse_past_limit
from congvu.kit import clock, wall
from congvu.kit.refusal import Refusal, refusal, refuse_if, refuse_unless
from congvu.rules.clauses import clause
from congvu.signing import queries as signing
from congvu.signing.accept_signed_file import accept_signed_file
from congvu.signing.ask_signature import token_hash
from congvu.signing.note_refused_file import note_refused_file
from congvu.signing.serve_file import serve_file
from congvu.signing.types import TokenHolder
from congvu.web.shell.answers import short_answer, status_of
from congvu.web.shell.doors import by_token

TOKENS, UPLOADS = "plugin-token", "plugin-upload"
FIELD = "uploadfile"
NAME = "van-ban.pdf"


@by_token
@require_GET
@clause("S.11")
def plugin_file(request: HttpRequest, token: str) -> HttpResponse:
    """The file to sign, byte for byte."""
    at = clock.now()
    try:
        _enter(request, token)
        content = serve_file(token=token, at=at)
    except Refusal as refused:
        return short_answer(refused.say, status_of(refused), code=refused.code)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{NAME}"'
    answer["Cache-Control"] = "no-store"
    return answer


@by_token
@require_POST
@clause("S.11", "S.31")
def plugin_upload(request: HttpRequest, token: str) -> HttpResponse:
    """The signed file. A refusal undoes what was tried and is kept with the request."""
    at = clock.now()
    holder = None
    try:
        holder = _enter(request, token)
        accepted = accept_signed_file(token=token, content=_uploaded(request), at=at)
    except Refusal as refused:
        if holder is not None:
            _count(request, UPLOADS)
            note_refused_file(waiting_id=holder.waiting_id, refused=refused, at=at)
        return _answer(False, f"{refused.say} (Mã: {refused.code})")
    return _answer(not accepted.unused, accepted.unused)


def _answer(is_taken: bool, message: str) -> JsonResponse:
    """The four keys that the program reads; nothing is told that the browser would need."""
    name = NAME if is_taken else ""
    said = {"Status": is_taken, "Message": message, "FileName": name, "FileServer": ""}
    answer = JsonResponse(said, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "no-store"
    return answer


@clause("S.46")
def _enter(request: HttpRequest, token: str) -> TokenHolder:
    """Enter the wall as whoever asked for the signature; guesses are counted per address."""
    at, address = clock.now(), request.origin.address
    policy = accounts.policy(at)
    for purpose in (TOKENS, UPLOADS):
        refuse_past_limit(purpose=purpose, address=address, policy=policy, at=at)
    holder = signing.token_holder(token_hash(token))
    if holder is None:
        _count(request, TOKENS)
        raise refusal("signing.E180")
    wall.enter_agency(holder.agency_id, holder.person_id)
    return holder


def _count(request: HttpRequest, purpose: str) -> None:
    at = clock.now()
    address = request.origin.address
    count_failure(purpose=purpose, address=address, policy=accounts.policy(at), at=at)


def _uploaded(request: HttpRequest) -> bytes:
    file = request.FILES.get(FIELD)
    refuse_unless(file, "signing.E183")
    most = settings.MAX_UPLOAD_BYTES
    refuse_if(file.size > most, "web.E021", limit=most // 1024 // 1024)
    return bytes(file.read())
