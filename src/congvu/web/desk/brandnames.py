"""Sổ tên định danh: who may send under which name, until when, and when to renew (NĐ 91/2020)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from congvu.channels.keep_brandname import BrandnameForm, end_brandname, keep_brandname
from congvu.channels.models import SMS_CLASSES, Provider
from congvu.channels.sms_queries import brandname_register
from congvu.channels.types import SMS
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs import queries as orgs
from congvu.orgs.types import SYSTEM_ADMIN
from congvu.rules.sms import Standing
from congvu.web.desk.days import read_day
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import needs

STANDINGS = {
    Standing.FUTURE: ("Chưa đến ngày", "paused"),
    Standing.VALID: ("Có hiệu lực", "valid"),
    Standing.RENEW: ("Cần gia hạn", "due"),
    Standing.LATE: ("Quá hạn đề nghị gia hạn", "late"),
    Standing.EXPIRED: ("Hết hiệu lực", "error"),
}


@needs(SYSTEM_ADMIN)
@require_GET
def brandnames(request: HttpRequest) -> HttpResponse:
    """The register, those that end first before the others."""
    rows = brandname_register(clock.today())
    return show(
        request,
        "desk/texts/brandnames.html",
        title="Tên định danh",
        active="brandnames",
        rows=rows,
        standings=STANDINGS,
        soon=[one for one in rows if one.must_renew],
    )


@needs(SYSTEM_ADMIN)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Ghi sổ một tên định danh đã được cấp."""
    if request.method == "GET":
        return _form(request)
    request.show_again = lambda said: _form(request, said)
    kept = keep_brandname(_typed(request), by=request.actor, at=clock.now())
    return done(request, f"Đã ghi sổ tên định danh {kept.name}.", "brandnames")


@needs(SYSTEM_ADMIN)
@require_POST
def end(request: HttpRequest, brandname_id: int) -> HttpResponse:
    """Chấm dứt sử dụng."""
    ended = end_brandname(
        brandname_id=brandname_id,
        reason=request.POST.get("reason", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, f"Đã chấm dứt sử dụng {ended.name}.", "brandnames")


def _typed(request: HttpRequest) -> BrandnameForm:
    typed = request.POST
    price = typed.get("price", "").strip().replace(".", "")
    return BrandnameForm(
        name=typed.get("name", ""),
        holder_id=_number(typed.get("holder", "")),
        provider_id=_number(typed.get("provider", "")),
        kind=typed.get("kind", ""),
        ground=typed.get("ground", ""),
        granted_on=read_day(typed.get("granted_on", ""), field="granted_on"),
        valid_to=read_day(typed.get("valid_to", ""), field="valid_to"),
        price=None if not price else _number(price) if price.isdecimal() else -1,
    )


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 16 else 0


def _form(request: HttpRequest, error: Refusal | None = None) -> HttpResponse:
    return show(
        request,
        "desk/texts/add_brandname.html",
        title="Ghi sổ tên định danh",
        active="brandnames",
        status=422 if error else 200,
        error=error,
        typed=request.POST,
        holders=[(one.id, one.name) for one in orgs.agencies_on(clock.today())],
        providers=list(Provider.objects.filter(channel=SMS).values_list("id", "name")),
        kinds=[(value, label.capitalize()) for value, label in SMS_CLASSES],
    )
