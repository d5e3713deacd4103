"""Enter or change a provider of a channel: secrets are written, never read back; out of use until a
test message has been taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.models import CHANNELS, Provider
from congvu.channels.ports import fields_of, kind_of
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs.types import SYSTEM_ADMIN, Actor
from congvu.rules.clauses import clause

MOST_PER_SECOND = 10_000.0
LONGEST = 8000
_LINE = re.compile(r"\s*([a-z][a-z0-9_]{0,39})\s*=\s*(.*?)\s*")


@dataclass(frozen=True)
class ProviderForm:
    """What the administrator wrote. An empty secret: what is there stays."""

    channel: str
    adapter: str
    name: str
    rank: int
    per_second: float
    secrets: Mapping[str, str]
    lines: str = ""  # for an adapter that does not say what it wants: one "name = value" a line


@clause("QC.6.1", "S.22")
def keep_provider(
    form: ProviderForm, *, provider_id: int | None = None, by: Actor, at: datetime
) -> Provider:
    """A new provider, or a change of one (its channel and adapter stay).

    Whenever anything that is sealed changes it is out of use until it is tried again.
    """
    with transaction.atomic():
        refuse_unless(by.has(SYSTEM_ADMIN), "channels.E320")
        provider = _there(provider_id, form, at)
        name = plain_spaces(clean_text(form.name))
        _refuse_form(form, provider, name)
        secrets, changed = _secrets(form, provider)

        provider.name, provider.rank, provider.per_second = name, form.rank, form.per_second
        if changed:
            setattr(provider, "secrets", secrets)  # noqa: B010  (a sealed field holds any JSON)
            provider.is_active, provider.tested_at = False, None
        provider.save()

        write_entry(
            "channels.provider_kept",
            by=by,
            at=at,
            on=("channel_provider", provider.id),
            clause="QC.6.1",
            details={
                "name": name,
                "channel": provider.channel,
                "rank": provider.rank,
                "per_second": provider.per_second,
                "changed": changed,  # names only
            },
        )
    return provider


def provider_for(by: Actor, provider_id: int, *, lock: bool = False) -> Provider:
    """A provider as its administrator sees it."""
    refuse_unless(by.has(SYSTEM_ADMIN), "channels.E320")
    rows = Provider.objects.select_for_update() if lock else Provider.objects
    provider = rows.filter(id=provider_id).first()
    refuse_if(provider is None, "channels.E321")
    return provider


def _there(provider_id: int | None, form: ProviderForm, at: datetime) -> Provider:
    if provider_id is None:
        return Provider(channel=form.channel, adapter=form.adapter, secrets={}, registered_at=at)
    found = Provider.objects.select_for_update().filter(id=provider_id).first()
    if found is None:
        raise refusal("channels.E321")
    return found


def _refuse_form(form: ProviderForm, provider: Provider, name: str) -> None:
    known = provider.channel in dict(CHANNELS) and provider.adapter in settings.CHANNEL_ADAPTERS
    fits = known and kind_of(provider.adapter)[1] in {"", provider.channel}
    refuse_unless(fits, "channels.E322")
    same = Provider.objects.filter(channel=provider.channel, name=name).exclude(id=provider.id)
    refuse_if(not 3 <= len(name) <= 120 or same.exists(), "channels.E323")
    rates = 1 <= form.rank <= 99 and 0 < form.per_second <= MOST_PER_SECOND
    refuse_unless(rates, "channels.E324")


def _secrets(form: ProviderForm, provider: Provider) -> tuple[dict[str, Any], list[str]]:
    """What is to be sealed now, and the names of what changed."""
    fields = fields_of(provider.adapter)
    before: dict[str, Any] = dict(provider.secrets or {})
    told = (
        _lines(form.lines)
        if not fields
        else {one.name: form.secrets.get(one.name, "") for one in fields}
    )
    hidden = {one.name for one in fields if one.is_hidden}
    after = dict(before)
    for name, value in told.items():
        value = value.strip()[:LONGEST]
        if value:
            after[name] = value
        elif name not in hidden:
            after.pop(name, None)  # what one can see, one can empty
    for one in fields:
        is_strange = bool(one.choices) and after.get(one.name, "") not in dict(one.choices)
        refuse_if(is_strange, "channels.E325", label=one.label)
        refuse_if(one.is_required and not after.get(one.name), "channels.E325", label=one.label)
    return after, sorted(name for name in after | before if after.get(name) != before.get(name))


def _lines(text: str) -> dict[str, str]:
    found = {}
    for line in filter(str.strip, text.splitlines()):
        read = _LINE.fullmatch(line)
        if read is None:
            raise refusal("channels.E326")
        found[read.group(1)] = read.group(2)
    return found
