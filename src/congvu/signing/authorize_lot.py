"""Sign a lot with a remote key whose holder types its PIN or a one-time code on our page, once.

What was typed goes to the service in this one call and is kept nowhere: no row, no job, no log.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import ports
from congvu.signing.answer_lot import keep_answers
from congvu.signing.authorize_remote import ask_now, refuse_untyped
from congvu.signing.call_lot import ask_of_lot, key_of
from congvu.signing.models import RemoteKey, SignatureLot


@clause("QC.10.3", "ND30.13.7")
def authorize_lot(*, lot_id: int, pin: str, otp: str, by: Actor, at: datetime) -> SignatureLot:
    """Have the service sign everything in the lot; jobs put the signatures in.

    A PIN or code that the service does not take (E232) leaves the request as it is.
    """
    with transaction.atomic():
        lot, key = typed_lot(lot_id, by, at)

        refuse_untyped(key, pin, otp)

        answer = ask_now(key, ask_of_lot(lot, key, pin=pin, otp=otp))
        refuse_unless(answer.state == ports.RemoteState.SIGNED, "signing.E233", said=answer.said)
        keep_answers(lot.id, answer, at)
    return lot


def typed_lot(lot_id: int, by: Actor, at: datetime) -> tuple[SignatureLot, RemoteKey]:
    """This person's own lot that still stands, and its key; locked."""
    lot = SignatureLot.objects.select_for_update().filter(id=lot_id, by_id=by.posting_id).first()
    if lot is None:
        raise refusal("signing.E018")
    refuse_unless(
        lot.state == SignatureLot.State.WAITING, "signing.E019", state=lot.get_state_display()
    )
    refuse_if(lot.expires_at <= at, "signing.E234")
    key = key_of(lot)
    refuse_unless(key.is_typed, "signing.E018")
    refuse_unless(key.provider.is_active, "signing.E173", name=key.provider.name)
    return lot, key
