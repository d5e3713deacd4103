"""Tin nhắn SMS: write one to a few numbers, see exactly what goes and what it costs, and what came
of it."""

from __future__ import annotations

import secrets
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from congvu.channels import access
from congvu.channels import sms_queries as queries
from congvu.channels.accept import CONSENT
from congvu.channels.send_sms import (
    BASES,
    MOST_NUMBERS,
    SmsForm,
    SmsPreview,
    count_sms,
    preview_sms,
    send_sms,
)
from congvu.channels.sms_policy import policy_on
from congvu.channels.types import SMS
from congvu.kit import clock
from congvu.kit.refusal import Refusal, refuse_unless
from congvu.orgs.types import CLERK, LEADER, UNIT_HEAD
from congvu.rules.clauses import citation
from congvu.rules.sms import SmsClass, phone_words
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import needs, quiet

STATE_TONES = {"received": "valid", "seen": "valid", "failed": "error", "waiting": "due"}
EVIDENCE_WORDS = {
    "accepted": "Nhà mạng đã nhận tin",
    "relayed": "Nhà mạng báo thêm, tin chưa đến đủ",
    "delivered": "Tin đã đến máy người nhận",
    "delayed": "Nhà mạng báo tin còn trên đường",
    "failed": "Không gửi được",
    "seen": "Người nhận đã xem",
}
EVIDENCE_TONES = {"delivered": "valid", "seen": "valid", "failed": "error", "delayed": "due"}


@needs(CLERK, LEADER, UNIT_HEAD)
@require_GET
def sent_texts(request: HttpRequest) -> HttpResponse:
    """What the agency has sent, the newest first."""
    page = queries.sms_list(request.actor, request.GET.get("sau", ""))
    return show(
        request,
        "desk/texts/list.html",
        title="Tin nhắn SMS",
        active="texts",
        rows=page.rows,
        next_key=page.next_key,
        tones=STATE_TONES,
        ending=queries.brandnames_to_renew(clock.today(), request.actor.agency_id or 0),
    )


@needs(CLERK, LEADER, UNIT_HEAD)
@require_GET
def sent_text(request: HttpRequest, message_id: int) -> HttpResponse:
    """One text: its legal moments, and every piece of evidence."""
    message = access.message_for(request.actor, message_id)
    refuse_unless(SMS in message.roads, "channels.E001")
    text = queries.sms_page(message)
    return show(
        request,
        "desk/texts/text.html",
        title="Tin nhắn SMS",
        active="texts",
        text=text,
        message=message,
        tone=STATE_TONES.get(message.state, ""),
        tones=EVIDENCE_TONES,
        words=EVIDENCE_WORDS,
        class_label=_labels().get(text.text.get("kind", ""), "—"),
        basis=_basis_words(message.basis),
        legal_class=citation(message.legal_class),
    )


def _basis_words(basis: str) -> str:
    """ "duty QC.5.5" or "consent 12", as a reader understands it."""
    name, _, rest = basis.partition(" ")
    if name == CONSENT:
        return f"Người nhận đã đồng ý (lượt đồng ý số {rest})"
    return f"Nhiệm vụ công vụ, {citation(rest)}"


@needs(CLERK, LEADER, UNIT_HEAD)
@require_http_methods(["GET", "POST"])
def compose(request: HttpRequest) -> HttpResponse:
    """Soạn tin: the preview shows the very text; only what was shown can be sent."""
    if request.method == "GET":
        return _form(request, _typed(request))
    by, at, form = request.actor, clock.now(), _typed(request)
    request.show_again = lambda said: _form(request, form, said)
    if request.POST.get("step") != "send":
        return _form(request, form, seen=preview_sms(form, by=by, at=at))
    sent = send_sms(form, seal=request.POST.get("seal", ""), by=by, at=at)
    if len(sent) == 1:
        return done(request, "Tin đang được chuyển đến nhà mạng.", "sent_text", sent[0].id)
    return done(request, f"{len(sent)} tin đang được chuyển đến nhà mạng.", "sent_texts")


@quiet
@needs(CLERK, LEADER, UNIT_HEAD)
@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """Counted while somebody writes; nothing is kept, nothing is sent."""
    form = _typed(request)
    counted = count_sms(form, by=request.actor, at=clock.now())
    return render(request, "desk/texts/count.html", {"counted": counted, "form": form})


def _typed(request: HttpRequest) -> SmsForm:
    typed = request.POST
    return SmsForm(
        phones=typed.get("phones", ""),
        text=typed.get("text", ""),
        kind=typed.get("kind", SmsClass.CARE.value),
        with_marks=typed.get("marks", "1") == "1",
        basis=typed.get("basis", ""),
        sender=typed.get("sender", ""),
        key=typed.get("key", "") or secrets.token_urlsafe(18),
    )


def _labels() -> dict[str, str]:
    """Classes that may be used here, by their value."""
    rules = policy_on(clock.today()).classes
    return {kind.value: rule.label for kind, rule in rules.items() if rule.is_enabled}


def _form(
    request: HttpRequest,
    form: SmsForm,
    error: Refusal | None = None,
    seen: SmsPreview | None = None,
) -> HttpResponse:
    by, at = request.actor, clock.now()
    senders = queries.senders_of(by, clock.today(), at)
    if senders and not form.sender:  # the one that the list shows: its price counts
        form = replace(form, sender=senders[0][0])
    return show(
        request,
        "desk/texts/compose.html",
        title="Gửi tin nhắn SMS",
        active="texts",
        status=422 if error else 200,
        form=form,
        error=error,
        seen=seen,
        numbers=[phone_words(one) for one in seen.numbers] if seen else [],
        counted=count_sms(form, by=by, at=at),
        senders=senders,
        bases=list(BASES.items()),
        kinds=list(_labels().items()),
        most=MOST_NUMBERS,
    )
