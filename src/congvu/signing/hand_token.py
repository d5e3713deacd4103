"""Give the plug-in on the signer's machine a one-time token, with which it fetches and returns."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refusal, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.ask_signature import token_hash
from congvu.signing.models import WaitingSignature
from congvu.signing.types import Act

TOKEN_BYTES = 32
# What the program is asked to do, by the act: the last part of its own address.
FUNCTIONS: Mapping[Act, str] = {
    Act.SIGNED: "SignApproved",
    Act.SEALED: "SignIssued",
    Act.APPENDIX_SIGNED: "SignAppendix",
    Act.COPY_SIGNED: "SignCopy",
    Act.ARRIVAL_STAMPED: "SignIncome",
}


@dataclass(frozen=True)
class Errand:
    """What the browser passes on to the program: the request, its token, the function to call."""

    waiting_id: int
    token: str
    function: str


@clause("QC.10.3")
def hand_token(*, waiting_id: int, by: Actor, at: datetime) -> Errand:
    """A fresh token for a waiting signature of one's own; an earlier token ends with it.

    The token is told once and kept as its hash. It is bound to the row: this person in this
    posting, this file by its SHA-256, this act, until the row expires.
    """
    with transaction.atomic():
        waiting = (
            WaitingSignature.objects.select_for_update()
            .filter(id=waiting_id, by_id=by.posting_id)
            .first()
        )

        if waiting is None:
            raise refusal("signing.E018")
        refuse_unless(waiting.road == WaitingSignature.Road.PLUGIN, "signing.E192")
        refuse_unless(
            waiting.state == WaitingSignature.State.WAITING,
            "signing.E019",
            state=waiting.get_state_display(),
        )

        token = secrets.token_urlsafe(TOKEN_BYTES)
        waiting.token_hash = token_hash(token)
        waiting.save(update_fields=["token_hash"])

        write_entry(
            "signing.token_handed",
            by=by,
            at=at,
            on=("waiting_signature", waiting.id),
            clause="QC.10.3",
            details={"file": waiting.base_file, "act": waiting.act},
        )
    return Errand(waiting.id, token, FUNCTIONS[Act(waiting.act)])
