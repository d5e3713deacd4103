"""Sign with a remote key whose holder types its PIN or a one-time code on our page.

What was typed goes to the service in this one call and is kept nowhere: no row, no job, no log.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.kit import outside
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import ports
from congvu.signing.call_provider import ask_of, facts_of, name_of
from congvu.signing.check_answer import BadAnswer, checked_answer
from congvu.signing.finish_signature import finish_signature
from congvu.signing.models import RemoteKey, WaitingSignature
from congvu.signing.types import SignedPdf

LONGEST = 64


@clause("QC.10.3", "ND30.13.7")
def authorize_remote(*, waiting_id: int, pin: str, otp: str, by: Actor, at: datetime) -> SignedPdf:
    """Have the service sign what waits, and put the signature into the file.

    A PIN or code that the service does not take (E232) leaves the request as it is.
    """
    with transaction.atomic():
        waiting, key = typed_request(waiting_id, by, at)

        refuse_untyped(key, pin, otp)

        ask = ask_of(waiting, key, pin=pin, otp=otp)
        answer = ask_now(key, ask)
        refuse_unless(answer.state == ports.RemoteState.SIGNED, "signing.E233", said=answer.said)
        try:
            signature = answer.signatures[name_of(waiting)]
            good = checked_answer(waiting, key.provider.answers, signature)
        except BadAnswer as bad:
            raise refusal("signing.E233", said=bad.said) from bad
        return finish_signature(waiting_id=waiting.id, answer=good, at=at)


def typed_request(waiting_id: int, by: Actor, at: datetime) -> tuple[WaitingSignature, RemoteKey]:
    """This person's own request that still stands, and its key; locked."""
    waiting = (
        WaitingSignature.objects.select_for_update(of=("self",))
        .select_related("certificate")
        .filter(id=waiting_id, by_id=by.posting_id, road=WaitingSignature.Road.REMOTE, lot=None)
        .first()
    )
    if waiting is None:
        raise refusal("signing.E018")
    refuse_unless(
        waiting.state == WaitingSignature.State.WAITING,
        "signing.E019",
        state=waiting.get_state_display(),
    )
    refuse_if(waiting.expires_at <= at, "signing.E234")
    key = RemoteKey.objects.select_related("provider", "certificate").get(
        certificate=waiting.certificate
    )
    refuse_unless(key.is_typed, "signing.E018")
    refuse_unless(key.provider.is_active, "signing.E173", name=key.provider.name)
    return waiting, key


def refuse_untyped(key: RemoteKey, pin: str, otp: str) -> None:
    """What this key's holder must type here."""
    refuse_if(key.wants_pin and not 0 < len(pin) <= LONGEST, "signing.E230")
    refuse_if(key.otp and not 0 < len(otp) <= LONGEST, "signing.E231")


def ask_now(key: RemoteKey, ask: ports.RemoteAsk) -> ports.RemoteAnswer:
    """What the service answers to what was typed; refuses E232, E233."""
    kind, provider = key.provider.kind, facts_of(key.provider)
    try:
        return outside.answer(
            ("authorize", kind, provider, ask),
            lambda: ports.remote_signer(kind).start(provider, ask),
        )
    except ports.SecretRefused as refused:
        raise refusal("signing.E232") from refused
    except ports.RemoteTrouble as trouble:
        raise refusal("signing.E233", said=trouble.said) from trouble
