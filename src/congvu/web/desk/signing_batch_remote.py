"""A sitting's confirmation at a remote service: the code typed here, or the request given up."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from congvu.documents import access
from congvu.kit import clock
from congvu.kit.refusal import refusal
from congvu.signing.authorize_lot import authorize_lot
from congvu.signing.end_lot import end_lot
from congvu.signing.models import SignatureLot
from congvu.signing.send_lot_otp import send_lot_otp
from congvu.web.desk.frame import done
from congvu.web.desk.signing_batch import open_lot, show_batch
from congvu.web.desk.signing_batch_pages import SIGNERS
from congvu.web.shell.doors import needs


@needs(*SIGNERS)
@require_POST
@sensitive_post_parameters("pin", "otp")
def authorize(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Ký số N văn bản: with the PIN and the code that the key's holder typed; neither is kept."""
    lot_id = _lot(request, batch_id)
    request.show_again = lambda said: show_batch(request, batch_id, said)
    authorize_lot(
        lot_id=lot_id,
        pin=request.POST.get("pin", ""),
        otp=request.POST.get("otp", "").strip(),
        by=request.actor,
        at=clock.now(),
    )
    return redirect(reverse("batch", args=[batch_id]))


@needs(*SIGNERS)
@require_POST
def ask_otp(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Gửi mã OTP: by the service, to the holder of the key."""
    lot_id = _lot(request, batch_id)
    request.show_again = lambda said: show_batch(request, batch_id, said)
    send_lot_otp(lot_id=lot_id, by=request.actor, at=clock.now())
    said = "Đã yêu cầu dịch vụ gửi mã OTP; hãy nhập mã khi nhận được."
    return done(request, said, "batch", batch_id)


@needs(*SIGNERS)
@require_POST
def cancel(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Hủy yêu cầu: what the phone answers later counts no more."""
    end_lot(
        lot_id=_lot(request, batch_id),
        state=SignatureLot.State.CANCELLED,
        said="Ông/Bà đã hủy yêu cầu ký.",
        by=request.actor,
        at=clock.now(),
    )
    return redirect(reverse("batch", args=[batch_id]))


def _lot(request: HttpRequest, batch_id: int) -> int:
    """The request that the page showed, while this person's own sitting waits for it (E019)."""
    batch = access.batch_for(request.actor, batch_id)
    lot = open_lot(request, batch)
    if lot is None or str(lot.id) != request.POST.get("lot", ""):
        raise refusal("signing.E019", state="không còn chờ xác nhận")
    return lot.id
