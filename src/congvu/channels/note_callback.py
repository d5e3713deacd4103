"""Keep a provider's HTTP call-back word for word and have it understood later; it is answered at
once.

Whoever calls must know the long secret in the address; a provider that signs is asked for its
signature too, and one with a list of addresses is heard from there only (S.46).
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from congvu.channels.models import Provider
from congvu.channels.note_event import note_event
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.rules.clauses import clause

SHORTEST_SECRET = 24
MOST_BYTES = 256 * 1024


@dataclass(frozen=True)
class CallBack:
    """A call as it came. `signature`: hexadecimal HMAC-SHA256 of query and body, if it has one."""

    method: str
    query: str
    body: bytes
    address: str
    signature: str = ""


@clause("S.11", "S.46")
def note_callback(
    call: CallBack, *, channel: str, provider_id: int, secret: str, at: datetime
) -> int:
    """Keep the call; gives the provider's id. Refuses (E130) whoever is not the provider, and
    (E131) what is too large. The same call twice is one."""
    with transaction.atomic():
        provider = Provider.objects.filter(id=provider_id, channel=channel).first()

        refuse_if(provider is None, "channels.E130")
        refuse_unless(_is_provider(call, provider.secrets, secret), "channels.E130")
        refuse_if(len(call.body) + len(call.query) > MOST_BYTES, "channels.E131")

        raw = json.dumps(
            {
                "method": call.method,
                "query": call.query,
                "body": call.body.decode("utf-8", "replace"),
                "at": at.isoformat(),
            },
            ensure_ascii=False,
        ).encode()
        digest = hashlib.sha256(call.query.encode() + b"\n" + call.body).hexdigest()
        note_event(provider_id=provider.id, external_id=digest, raw=raw, at=at)
    return int(provider.id)


def _is_provider(call: CallBack, settings: Mapping[str, Any], secret: str) -> bool:
    known = str(settings.get("callback_secret", ""))
    if len(known) < SHORTEST_SECRET or not hmac.compare_digest(known.encode(), secret.encode()):
        return False
    if key := str(settings.get("callback_hmac", "")):
        signed = hmac.new(key.encode(), call.query.encode() + call.body, hashlib.sha256)
        if not hmac.compare_digest(signed.hexdigest(), call.signature.lower()):
            return False
    return _is_from(call.address, str(settings.get("callback_addresses", "")))


def _is_from(address: str, allowed: str) -> bool:
    """Whether the address lies in one of the networks, which stand between commas or spaces."""
    networks = allowed.replace(",", " ").split()
    if not networks:
        return True
    try:
        here = ipaddress.ip_address(address)
        return any(here in ipaddress.ip_network(one, strict=False) for one in networks)
    except ValueError:
        return False
