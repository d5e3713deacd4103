"""Try a provider with one test message to an address of the administrator's own choice.

The administrator waits for the answer, while no transaction is open. The message stands in no
ledger, because it tells nobody anything; the trial itself, its address and its answer are written
to the audit log.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels import ports
from congvu.channels.fold_address import fold_address
from congvu.channels.keep_provider import provider_for
from congvu.channels.models import Provider
from congvu.channels.providers import facts_of
from congvu.channels.types import CHANNEL_WORDS, MAIL, Outcome, Outgoing, Result
from congvu.kit import outside
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

TAKEN = {Result.ACCEPTED, Result.DELIVERED}


@clause("QC.6.1")
def try_provider(
    *, provider_id: int, address: str, sender: str, by: Actor, at: datetime
) -> tuple[Provider, Outcome]:
    """The provider, and what it answered. Taken: the provider may be taken into use."""
    provider = provider_for(by, provider_id)
    folded = fold_address(provider.channel, address)
    refuse_unless(
        folded, "channels.E328", address=address[:80], channel=CHANNEL_WORDS[provider.channel]
    )
    facts, message = facts_of(provider), _message(provider, folded, sender, by)
    outcome = outside.answer(
        ("try-channel", provider.id, folded, sender),
        lambda: ports.way_out(facts).send(facts, [message])[0],
    )
    with transaction.atomic():
        provider = provider_for(by, provider_id, lock=True)
        is_taken = outcome.result in TAKEN
        provider.tested_at = at if is_taken else None
        provider.said = "" if is_taken else outcome.said[:300]
        provider.save(update_fields=["tested_at", "said"])
        write_entry(
            "channels.provider_tried",
            by=by,
            at=at,
            on=("channel_provider", provider.id),
            clause="QC.6.1",
            details={"to": folded, "result": str(outcome.result), "code": outcome.code},
        )
    return provider, outcome


def _message(provider: Provider, address: str, sender: str, by: Actor) -> Outgoing:
    words = f"Tin thử của hệ thống Công vụ, gửi theo yêu cầu của {by.full_name}."
    text = {"text": words, "from_address": sender}
    if provider.channel == MAIL:
        text["subject"] = "Tin thử kết nối"
    return Outgoing(
        attempt_id=0,
        tracking=f"cv0-0-{secrets.token_hex(6)}",
        address=address,
        to_name="",
        text=text,
        purpose="letter",
        agency_id=by.agency_id or 0,
    )
