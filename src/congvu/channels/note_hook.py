"""Keep an event of Zalo's webhook: looked at for its signature and time, understood later.

The signature is a plain SHA-256 over app id, raw bytes, time and the account's secret; it is
compared in constant time over the bytes as they came. A repeated delivery carries an old time and
says so (`num_retry`); what it repeats is dropped by its name.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta

from django.db import transaction

from congvu.channels.adapters.zalo_reading import event_key, moment
from congvu.channels.ask_grant import ADAPTER
from congvu.channels.events import ProviderTold
from congvu.channels.models import Provider
from congvu.channels.note_event import note_event
from congvu.channels.providers import facts_of
from congvu.kit.events import publish
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.rules.clauses import clause

MOST_BYTES = 256 * 1024
CLOCKS_APART = timedelta(minutes=5)
RETRIED_FOR = timedelta(hours=3)  # Zalo gives up after less than two


@clause("QC.8.2.b", "QC.9.2", "S.29")
def note_hook(
    *, provider_id: int, raw: bytes, signature: str, is_retry: bool, at: datetime
) -> bool:
    """Whether the event is new. Refuses a wrong signature (E211) and a stale time (E212)."""
    with transaction.atomic():
        provider = Provider.objects.filter(id=provider_id, adapter=ADAPTER, is_active=True).first()

        refuse_if(provider is None or len(raw) > MOST_BYTES, "channels.E211")
        said = _event(raw)
        written = str(said.get("timestamp", ""))
        made = _signature(facts_of(provider).secrets, raw, written)
        given = signature.removeprefix("mac=")
        refuse_unless(hmac.compare_digest(made.encode(), given.encode()), "channels.E211")
        sent_at = moment(written)
        refuse_if(sent_at > at + CLOCKS_APART, "channels.E212")
        age = RETRIED_FOR if is_retry else CLOCKS_APART
        refuse_if(sent_at < at - age, "channels.E212")

        key = event_key(said)
        is_new = note_event(provider_id=provider_id, external_id=key, raw=raw, at=at)
        if is_new:
            publish(ProviderTold(provider_id=provider_id, at=at))
    return is_new


def _event(raw: bytes) -> dict[str, object]:
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        said = None
    is_event = isinstance(said, dict) and str(said.get("timestamp", "")).isdigit()
    refuse_unless(is_event, "channels.E211")
    return dict(said)


def _signature(secrets: object, raw: bytes, written: str) -> str:
    """Zalo's own recipe; not an HMAC, so the secret must be long."""
    known = dict(secrets)  # type: ignore[call-overload]
    app_id, secret = str(known["app_id"]).encode(), str(known["oa_secret"]).encode()
    return hashlib.sha256(app_id + raw + written.encode() + secret).hexdigest()
