"""The administrator comes back from Zalo with a code: kept, then exchanged by a job.

The code is exchanged outside every transaction, by the worker; the page waits for it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.adapters.zalo_http import Trouble
from congvu.channels.ask_grant import hashed
from congvu.channels.events import ZaloGrantReturned
from congvu.channels.models import OwnAddress, ZaloGrant
from congvu.channels.put_pair_aside import drop_pairs
from congvu.channels.refresh_tokens import ask_pair, keep_pair
from congvu.channels.types import ZALO
from congvu.kit import wall
from congvu.kit.events import publish
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

State = ZaloGrant.State


@clause("QC.10.4")
def take_grant(*, state: str, code: str, oa_id: str, by: Actor, at: datetime) -> ZaloGrant:
    """Keep the code that came back; a state that is unknown, old or used is refused (E202).

    Refuses (E203) when another account was allowed than the one that was asked for.
    """
    with transaction.atomic():
        grant = (
            ZaloGrant.objects.select_for_update()
            .filter(agency_id=by.agency_id, pending_state=hashed(state), pending_until__gt=at)
            .first()
        )

        refuse_if(grant is None or not state or not code, "channels.E202")
        refuse_unless(grant.oa_id == oa_id, "channels.E203", oa_id=grant.oa_id)

        grant.pending = {**grant.pending, "code": code}
        grant.pending_state = ""
        grant.said = ""
        grant.save()
        publish(ZaloGrantReturned(grant_id=grant.id, at=at))
    return grant


def exchange_code(*, grant_id: int, at: datetime) -> None:
    """Ask Zalo for the tokens; twice is once, for a code serves once."""
    with wall.crossing_agencies():
        grant = ZaloGrant.objects.select_related("provider").get(id=grant_id)
        pending = grant.pending or {}
    code = pending.get("code")
    if not code:
        return
    form = {
        "code": code,
        "grant_type": "authorization_code",
        "code_verifier": pending["verifier"],
    }
    try:
        pair, fault = ask_pair(grant, form, spent=code, at=at)
    except Trouble as trouble:
        pair, fault = None, trouble.said
    with wall.crossing_agencies(), transaction.atomic():
        grant = ZaloGrant.objects.select_for_update(of=("self",)).get(id=grant_id)
        if grant.pending != pending:
            return
        grant.pending = None
        if pair is None:
            grant.said = fault[:300]
            grant.save()
            return
        keep_pair(grant, pair, at)
        grant.granted_at = at
        grant.save()
        _own_address(grant, at)
        write_entry(
            "channels.zalo_granted",
            by=None,
            at=at,
            on=("zalo_grant", grant.id),
            agency_id=grant.agency_id,
            clause="QC.10.4",
            details={"oa_id": grant.oa_id},
        )
    drop_pairs(grant.id)


def _own_address(grant: ZaloGrant, at: datetime) -> None:
    """What is written to this account is the agency's from now on."""
    OwnAddress.objects.get_or_create(
        channel=ZALO,
        address=grant.oa_id,
        valid_to=None,
        defaults={
            "agency_id": grant.agency_id,
            "provider_id": grant.provider_id,
            "valid_from": at,
        },
    )
