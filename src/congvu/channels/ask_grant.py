"""Ask Zalo for the right to speak for an account: the address to go to (OAuth v4 with PKCE)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.adapters.zalo_http import address_of
from congvu.channels.models import Provider, ZaloGrant
from congvu.channels.providers import facts_of
from congvu.channels.put_pair_aside import drop_pairs
from congvu.channels.types import ZALO
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.systems import access
from congvu.systems.models import OfficialAccount

PERMISSION = "/v4/oa/permission"
ASKED_FOR = timedelta(minutes=20)
ADAPTER = "zalo_oa"


@clause("QC.6.2.c", "QC.10.4")
def ask_grant(*, account_id: int, callback: str, by: Actor, at: datetime) -> str:
    """The address of Zalo's page on which the account's administrator allows this system.

    Refuses an account that is not in use (E200), and an installation without its Zalo application
    (E201). `callback` is our own address; the state that comes back there serves once.
    """
    with transaction.atomic():
        account = access.account_for(by, account_id, to="read", lock=True)
        provider = zalo_provider()

        refuse_unless(account.state == OfficialAccount.State.ACTIVE, "channels.E200")
        refuse_if(provider is None, "channels.E201")

        grant = _grant_of(account, provider)
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        grant.pending = {"verifier": verifier}
        grant.pending_state, grant.pending_until = hashed(state), at + ASKED_FOR
        grant.by_id = by.posting_id
        grant.save()
        write_entry(
            "channels.zalo_grant_asked",
            by=by,
            at=at,
            on=("zalo_grant", grant.id),
            agency_id=grant.agency_id,
            clause="QC.10.4",
            details={"oa_id": grant.oa_id},
        )
    said = facts_of(provider).secrets
    asked = {
        "app_id": said["app_id"],
        "redirect_uri": callback,
        "code_challenge": _challenge(verifier),
        "state": state,
    }
    return f"{address_of(said, 'oauth')}{PERMISSION}?{urlencode(asked)}"


def zalo_provider() -> Any:
    """The province's application at Zalo, one for all accounts of this installation, or None."""
    return Provider.objects.filter(channel=ZALO, adapter=ADAPTER).order_by("rank", "id").first()


def hashed(secret: str) -> str:
    """How a one-time secret lies in its row."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _grant_of(account: OfficialAccount, provider: Provider) -> ZaloGrant:
    """The account's grant; an agency that changed its account leaves the old grant behind."""
    living = ZaloGrant.objects.select_for_update().filter(agency_id=account.agency_id)
    living = living.exclude(state=ZaloGrant.State.ENDED)
    grant = living.filter(oa_id=account.oa_id).first()
    if grant is not None:
        return grant
    for one in living:
        transaction.on_commit(partial(drop_pairs, one.id))
    living.update(state=ZaloGrant.State.ENDED, tokens=None)
    return ZaloGrant(
        agency_id=account.agency_id, account=account, provider=provider, oa_id=account.oa_id
    )


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
