"""Đồng ý nhận tin: the ledger of consents, recorded at the desk, proved and ended there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from congvu.channels import access
from congvu.channels.access import READERS
from congvu.channels.add_withdrawal_link import short_address
from congvu.channels.fold_address import fold_address
from congvu.channels.give_consent import give_consent, withdraw_consent
from congvu.channels.models import CHANNELS, Consent
from congvu.channels.queries.consents import consent_list, consent_text, withdrawal_address
from congvu.channels.types import CHANNEL_WORDS, MAIL, SMS
from congvu.kit import clock
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import Refusal, refuse_unless
from congvu.rules.sms import phone_words
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import needs

STATES = (("", "Tất cả"), ("con", "Còn hiệu lực"), ("rut", "Đã rút lại"))


@needs(*READERS)
@require_GET
def consents(request: HttpRequest) -> HttpResponse:
    """The ledger."""
    words, state = request.GET.get("tim", "").strip()[:80], request.GET.get("muc", "")
    page = consent_list(request.actor, words, state, request.GET.get("sau", ""))
    kept = {"tim": words} if words else {}
    return show(
        request,
        "desk/consents/list.html",
        title="Đồng ý nhận tin",
        active="consents",
        rows=[(one, masked(one.address)) for one in page.rows],
        words=words,
        state=state,
        next_query=urlencode({**kept, "muc": state, "sau": page.next_key}) if page.next_key else "",
        tabs=[
            {
                "label": label,
                "href": "?" + urlencode({**kept, **({"muc": key} if key else {})}),
                "current": key == state,
            }
            for key, label in STATES
        ],
    )


def masked(address: str) -> str:
    """Enough to know it again, too little to write to it."""
    name, at_sign, domain = address.partition("@")
    hidden = f"{name[:2]}***" if at_sign else f"{address[:4]}***{address[-3:]}"
    return hidden + at_sign + domain


@needs(*READERS)
@require_http_methods(["GET", "POST"])
def record_consent(request: HttpRequest) -> HttpResponse:
    """Ghi nhận đồng ý tại quầy: every purpose and channel on its own, nothing ticked before."""
    if request.method == "GET":
        return _form(request)
    request.show_again = lambda said: _form(request, said)
    chosen = _chosen(request)
    for purpose, channel, address in chosen:
        told = consent_text(
            purpose=purpose,
            channel=channel,
            address=address,
            agency_name=request.actor.agency_name,
            day=clock.today(),
        )
        give_consent(
            agency_id=request.actor.agency_id,
            channel=channel,
            address=address,
            purpose=purpose,
            text=told.text,
            text_version=told.version,
            origin=f"Tại cơ quan: {request.POST.get('origin', '')}",
            name=plain_spaces(clean_text(request.POST.get("name", ""))),
            by=request.actor,
            at=clock.now(),
        )
    return done(request, f"Đã ghi nhận {len(chosen)} lượt đồng ý.", "consents")


def _chosen(request: HttpRequest) -> list[tuple[str, str, str]]:
    """What the person chose: purpose, channel, address; refused unless it is an explicit act."""
    typed = request.POST
    refuse_unless(len(typed.get("name", "").strip()) >= 3, "channels.E340")
    refuse_unless(len(typed.get("origin", "").strip()) >= 5, "channels.E341")
    refuse_unless(typed.get("explicit") == "1", "channels.E342")
    found = []
    for box in typed.getlist("agree"):
        purpose, _, channel = box.partition(":")
        if purpose not in Consent.Purpose.values or channel not in CHANNEL_WORDS:
            continue
        address = fold_address(channel, typed.get(f"address_{channel}", ""))
        refuse_unless(
            address,
            "channels.E328",
            address=typed.get(f"address_{channel}", "")[:80],
            channel=CHANNEL_WORDS[channel],
        )
        found.append((purpose, channel, address))
    refuse_unless(found, "channels.E343")
    return found


@needs(*READERS)
@require_GET
def consent(request: HttpRequest, consent_id: int) -> HttpResponse:
    """The proof of one consent: what was shown, when, how, by whom it was recorded."""
    row = access.consent_for(request.actor, consent_id)
    return show(
        request,
        "desk/consents/consent.html",
        title="Đồng ý nhận tin",
        active="consents",
        consent=row,
        address=phone_words(row.address) if row.channel == SMS else row.address,
        withdrawal_url=withdrawal_address(row.withdrawal_key)
        if row.channel == MAIL
        else short_address(row.withdrawal_key),
        recorded_by=row.recorded_by.person.full_name
        if row.recorded_by_id
        else "người nhận tự chọn",
    )


@needs(*READERS)
@require_POST
def withdraw(request: HttpRequest, consent_id: int) -> HttpResponse:
    """Rút lại theo yêu cầu của người nhận tại cơ quan."""
    row = access.consent_for(request.actor, consent_id)
    by = request.actor
    origin = f"yêu cầu tại cơ quan, {by.full_name} ghi nhận"
    withdraw_consent(withdrawal_key=row.withdrawal_key, origin=origin, by=by, at=clock.now())
    return done(request, "Đã rút lại; không gửi tin cho mục đích này nữa.", "consent", consent_id)


def _form(request: HttpRequest, said: Refusal | None = None) -> HttpResponse:
    day, agency = clock.today(), request.actor.agency_name
    purposes: list[dict[str, Any]] = [
        {
            "key": key,
            "label": label,
            "channels": [
                (
                    channel,
                    words,
                    consent_text(
                        purpose=key, channel=channel, address="", agency_name=agency, day=day
                    ),
                )
                for channel, words in CHANNELS
            ],
        }
        for key, label in Consent.Purpose.choices
    ]
    return show(
        request,
        "desk/consents/record.html",
        title="Ghi nhận đồng ý nhận tin",
        active="consents",
        status=422 if said else 200,
        said=said,
        typed=request.POST,
        agreed=request.POST.getlist("agree"),
        purposes=purposes,
        channels=CHANNELS,
    )
