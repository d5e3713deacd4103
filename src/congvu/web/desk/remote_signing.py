"""While the signer confirms on the phone, or types the PIN and code of a key at a service: a
countdown, live; then the next document, or why not."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from congvu.documents.outgoing.ask_to_sign import SUBJECT, ask_to_sign
from congvu.documents.queries.batches import batch_of_request
from congvu.documents.queries.document import document_page
from congvu.kit import clock
from congvu.kit.refusal import Refusal, refusal, refuse_if
from congvu.orgs.types import CLERK, LEADER, OFFICIAL, UNIT_HEAD
from congvu.signing.authorize_remote import authorize_remote
from congvu.signing.end_waiting import end_waiting
from congvu.signing.models import WaitingSignature
from congvu.signing.queries import remote_wait
from congvu.signing.send_otp import send_otp
from congvu.signing.types import RemoteWait
from congvu.web.desk.frame import done, show
from congvu.web.desk.signing_desk import following
from congvu.web.shell.doors import needs, quiet

SIGNERS = (LEADER, UNIT_HEAD, CLERK, OFFICIAL)
SIGNED = "Đã ký số."
ENDS = {
    "completed": ("valid", "Đã ký xong"),
    "refused": ("error", "Yêu cầu bị từ chối"),
    "failed": ("error", "Chưa ký được"),
    "expired": ("due", "Đã hết thời gian chờ"),
    "cancelled": ("paused", "Đã hủy yêu cầu"),
}


def _own(request: HttpRequest, waiting_id: int) -> RemoteWait:
    found = remote_wait(waiting_id, person_id=request.actor.person_id, at=clock.now())
    if found is None:
        raise refusal("signing.E018")
    return found


def _alone(request: HttpRequest, waiting_id: int) -> RemoteWait:
    """One's own request that is answered by itself: others are, on the page of their sitting."""
    wait = _own(request, waiting_id)
    refuse_if(wait.is_in_lot, "signing.E018")
    return wait


@needs(*SIGNERS)
@require_GET
def waiting(request: HttpRequest, waiting_id: int) -> HttpResponse:
    """The page of one request; of one that is confirmed with others: their sitting's."""
    wait = _own(request, waiting_id)
    batch_id = batch_of_request(waiting_id) if wait.is_in_lot else None
    if batch_id is not None:
        return redirect(reverse("batch", args=[batch_id]))
    return _page(request, waiting_id)


def _page(request: HttpRequest, waiting_id: int, said: Refusal | None = None) -> HttpResponse:
    """`said`: what was wrong with what was typed."""
    wait = _own(request, waiting_id)
    page = document_page(request.actor, wait.subject_id)
    return show(
        request,
        "desk/signing/waiting.html",
        title="Xác nhận ký số",
        active="signing",
        status=422 if said else 200,
        wait=wait,
        document=page.document,
        end=ENDS.get(wait.state),
        said=said,
    )


@needs(*SIGNERS)
@require_POST
@sensitive_post_parameters("pin", "otp")
def authorize(request: HttpRequest, waiting_id: int) -> HttpResponse:
    """Ký số: with the PIN and the code that the key's holder typed; neither is kept."""
    _alone(request, waiting_id)
    request.show_again = lambda said: _page(request, waiting_id, said)
    authorize_remote(
        waiting_id=waiting_id,
        pin=request.POST.get("pin", ""),
        otp=request.POST.get("otp", "").strip(),
        by=request.actor,
        at=clock.now(),
    )
    wait = _own(request, waiting_id)
    onwards = reverse("remote_waiting", args=[wait.id]) if wait.said else _onwards(request)
    return redirect(onwards)


@needs(*SIGNERS)
@require_POST
def ask_otp(request: HttpRequest, waiting_id: int) -> HttpResponse:
    """Gửi mã OTP: by the service, to the holder of the key."""
    _alone(request, waiting_id)
    request.show_again = lambda said: _page(request, waiting_id, said)
    send_otp(waiting_id=waiting_id, by=request.actor, at=clock.now())
    said = "Đã yêu cầu dịch vụ gửi mã OTP; hãy nhập mã khi nhận được."
    return done(request, said, "remote_waiting", waiting_id)


@quiet
@needs(*SIGNERS)
@require_GET
def waiting_state(request: HttpRequest, waiting_id: int) -> HttpResponse:
    """Asked by the page every few seconds: nothing while it waits, then where to go or why not."""
    wait = _own(request, waiting_id)
    if wait.state == WaitingSignature.State.WAITING:
        return HttpResponse(status=204)
    if wait.state == WaitingSignature.State.COMPLETED and not wait.said:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = _onwards(request)
        return answer
    context = {"wait": wait, "end": ENDS.get(wait.state)}
    return render(request, "desk/signing/waiting_panel.html", context)


def _onwards(request: HttpRequest) -> str:
    """To the next document, or to the list."""
    after = following(request.actor, clock.now())
    if after is None:
        messages.success(request, SIGNED)
        return reverse("signing")
    messages.success(request, f"{SIGNED} Đây là văn bản tiếp theo.")
    return reverse("sign", args=[after.document_id])


@needs(*SIGNERS)
@require_POST
def cancel(request: HttpRequest, waiting_id: int) -> HttpResponse:
    """Hủy yêu cầu: what the phone answers later counts no more."""
    wait = _alone(request, waiting_id)
    ended = end_waiting(
        waiting_id=wait.id,
        state=WaitingSignature.State.CANCELLED,
        said="Ông/Bà đã hủy yêu cầu. Văn bản vẫn chờ ký.",
        at=clock.now(),
        by=request.actor,
    )
    if ended is None:  # it ended by itself a moment ago: its page says how
        return redirect(reverse("remote_waiting", args=[wait.id]))
    return done(request, "Đã hủy yêu cầu ký. Văn bản vẫn chờ ký.", "sign", wait.subject_id)


@needs(*SIGNERS)
@require_POST
def again(request: HttpRequest, waiting_id: int) -> HttpResponse:
    """Gửi lại: a new request for the same file that the signer looked at."""
    wait = _alone(request, waiting_id)
    refuse_if(wait.subject_kind != SUBJECT, "signing.E018")
    asked = ask_to_sign(
        document_id=wait.subject_id,
        seen_sha256=wait.base_file,
        by=request.actor,
        at=clock.now(),
    )
    return redirect(reverse("remote_waiting", args=[asked.id]))
