"""Register a brand name of an agency, and end it; nothing of a registered one is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.models import SMS_CLASSES, Brandname, Provider
from congvu.channels.types import SMS
from congvu.kit import clock
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import SYSTEM_ADMIN, Actor
from congvu.rules.clauses import clause
from congvu.rules.sms import is_brandname, longest_validity

LEAST_REASON = 10
DEAREST = 100_000


@dataclass(frozen=True)
class BrandnameForm:
    """What the administrator wrote, as it was granted."""

    name: str
    holder_id: int
    provider_id: int
    kind: str
    ground: str
    granted_on: date | None
    valid_to: date | None
    price: int | None = None


@clause("ND91.23", "ND91.28")
def keep_brandname(form: BrandnameForm, *, by: Actor, at: datetime) -> Brandname:
    """Register it for its holder. A renewal is a new line that begins when the old one ends."""
    with transaction.atomic():
        refuse_unless(by.has(SYSTEM_ADMIN), "channels.E110")
        refuse_unless(is_brandname(form.name), "channels.E111")
        refuse_unless(form.kind in dict(SMS_CLASSES), "channels.E112")
        holders = {one.id for one in orgs.agencies_on(clock.local(at).date())}
        refuse_unless(form.holder_id in holders, "channels.E113")
        provider = Provider.objects.filter(id=form.provider_id, channel=SMS).first()
        refuse_if(provider is None, "channels.E114")
        ground = clean_text(form.ground).strip()
        refuse_unless(3 <= len(ground) <= 200, "channels.E115")
        _refuse_days(form)
        refuse_unless(form.price is None or 0 <= form.price <= DEAREST, "channels.E119")
        _refuse_taken(form)

        brandname = Brandname.objects.create(
            name=form.name,
            holder_id=form.holder_id,
            provider=provider,
            kind=form.kind,
            ground=ground,
            granted_on=form.granted_on,
            valid_to=form.valid_to,
            price=form.price,
            kept_at=at,
            kept_by_id=by.posting_id,
        )
        write_entry(
            "channels.brandname_kept",
            by=by,
            at=at,
            on=("brandname", brandname.id),
            clause="ND91.23",
            details={"name": form.name, "holder": form.holder_id, "valid_to": str(form.valid_to)},
        )
    return brandname


@clause("ND91.28")
def end_brandname(*, brandname_id: int, reason: str, by: Actor, at: datetime) -> Brandname:
    """Nobody sends under it from now on; the line stays."""
    with transaction.atomic():
        refuse_unless(by.has(SYSTEM_ADMIN), "channels.E110")
        brandname = Brandname.objects.select_for_update().filter(id=brandname_id).first()
        refuse_if(brandname is None, "channels.E120")
        reason = clean_text(reason).strip()
        refuse_unless(len(reason) >= LEAST_REASON, "channels.E121")
        if brandname.ended_at is not None:
            return brandname

        brandname.ended_at, brandname.end_reason = at, reason[:300]
        brandname.save(update_fields=["ended_at", "end_reason"])
        write_entry(
            "channels.brandname_ended",
            by=by,
            at=at,
            on=("brandname", brandname.id),
            clause="ND91.28",
            details={"name": brandname.name, "reason": brandname.end_reason},
        )
    return brandname


def _refuse_days(form: BrandnameForm) -> None:
    if form.granted_on is None or form.valid_to is None:
        raise refusal("channels.E116")
    refuse_if(form.valid_to < form.granted_on, "channels.E117")
    longest = longest_validity(form.granted_on)
    refuse_if(form.valid_to > longest, "channels.E118", day=f"{longest:%d/%m/%Y}")


def _refuse_taken(form: BrandnameForm) -> None:
    """The name is unique in the country, and stands once for each class on each day."""
    same = Brandname.objects.filter(name__iexact=form.name, ended_at__isnull=True)
    refuse_if(same.exclude(holder_id=form.holder_id).exists(), "channels.E122", name=form.name)
    twice = same.filter(
        kind=form.kind,
        provider_id=form.provider_id,
        granted_on__lte=form.valid_to,
        valid_to__gte=form.granted_on,
    )
    refuse_if(twice.exists(), "channels.E123", name=form.name)
