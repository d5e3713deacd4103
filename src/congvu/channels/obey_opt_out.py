"""Obey somebody who texts that no more messages are wanted: consent ends at once, said back once.

What an agency must say by law (codes, results of a dossier) goes on being said; the confirmation
tells so. The message asks for nothing else, so its two-hour clock stops.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.accept import DUTY, accept_message
from congvu.channels.events import MessageEntered
from congvu.channels.give_consent import withdraw_consent
from congvu.channels.models import Brandname, Consent, InboundMessage, Lane, Message
from congvu.channels.sms_policy import policy_on
from congvu.channels.sms_sender import automatic_marks
from congvu.channels.states import InboundState
from congvu.channels.take_in import SUBJECT
from congvu.channels.types import SMS, Order
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs import queries as orgs
from congvu.rules.clauses import clause
from congvu.rules.moments import Audience
from congvu.rules.sms import is_opt_out
from congvu.rules.words import short_moment_words
from congvu.timers.stop import stop_timers_of

WORDS = "Người nhận từ chối nhận tin nhắn"


@clause("ND91.13.4", "ND91.16.3", "ND91.16.4", "ND91.11.7")
def obey_opt_out(event: MessageEntered) -> None:
    """Reaction: a text that is the word of refusal withdraws every consent for texts at once."""
    if event.channel != SMS:
        return
    with transaction.atomic():
        inbound = InboundMessage.objects.select_for_update(of=("self",)).get(id=event.inbound_id)
        if not _refuses(inbound, event.at):
            return
        ended = _withdraw(inbound, event.at)

        inbound.state = InboundState.NO_ACTION
        inbound.decision = f"{WORDS}: {ended} lượt đồng ý đã chấm dứt."
        inbound.acknowledgement = _confirmed(inbound, event.at)
        inbound.save(update_fields=["state", "decision", "acknowledgement"])
        stop_timers_of(subject=(SUBJECT, inbound.id), by=None, at=event.at, reason=WORDS)
        write_entry(
            "channels.opted_out",
            by=None,
            at=event.at,
            on=("inbound_message", inbound.id),
            agency_id=inbound.agency_id,
            clause="ND91.13.4",
            details={"reference": inbound.reference, "consents": ended},
        )


def _refuses(inbound: InboundMessage, at: datetime) -> bool:
    names = Brandname.objects.filter(holder_id=inbound.agency_id, ended_at__isnull=True)
    policy = policy_on(clock.local(at).date())
    return is_opt_out(inbound.text, policy, names.values_list("name", flat=True))


def _withdraw(inbound: InboundMessage, at: datetime) -> int:
    open_ones = Consent.objects.filter(
        agency_id=inbound.agency_id,
        channel=SMS,
        address=inbound.from_address,
        withdrawn_at__isnull=True,
    )
    keys = list(open_ones.values_list("withdrawal_key", flat=True))
    for key in keys:
        withdraw_consent(withdrawal_key=key, origin=f"tin nhắn {inbound.reference}", at=at)
    return len(keys)


def _confirmed(inbound: InboundMessage, at: datetime) -> Message | None:
    """Said back once: a second "TC" on the same day is obeyed and not answered again."""
    if not inbound.facts.get("can_answer", True):
        return None
    name = orgs.agency(inbound.agency_id).name
    text = (
        f"{name} đã ghi nhận Ông/Bà từ chối nhận tin nhắn từ {short_moment_words(at)}. Thông báo "
        "bắt buộc theo luật vẫn được gửi."
    )
    has_marks = automatic_marks(inbound.agency_id, inbound.to_address)
    order = Order(
        agency_id=inbound.agency_id,
        key=f"optout-{inbound.agency_id}-{inbound.from_address}-{clock.local(at):%Y%m%d}",
        purpose=Message.Purpose.ACKNOWLEDGEMENT,
        audience=Audience.PERSON,
        roads=(SMS,),
        addresses={SMS: inbound.from_address},
        texts={SMS: {"text": text, "with_marks": has_marks, "from_address": inbound.to_address}},
        basis=f"{DUTY} ND91.16.3",
        lane=Lane.NOW,
        subject=("inbound", inbound.id),
    )
    try:
        with transaction.atomic():
            return accept_message(order, by=None, at=at)
    except Refusal:
        return None
