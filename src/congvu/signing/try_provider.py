"""Try a remote signing service for real: sign in, and read the certificates of a user.

Only an answer that is what the service promises counts; no text of an error is taken for success.
The administrator waits for the answer at most fifteen seconds a call.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import ports
from congvu.signing.call_provider import keys_at
from congvu.signing.keep_provider import provider_for
from congvu.signing.models import SigningProvider


@clause("QC.10.3")
def try_provider(*, provider_id: int, user: str, by: Actor, at: datetime) -> SigningProvider:
    """Try it with the identifier of a user who has a certificate there; the result is kept."""
    seen = provider_for(by, provider_id)
    refuse_if(not user.strip() and seen.kind != SigningProvider.Kind.CSC, "signing.E171")

    passed, said = _tried(seen, user.strip())

    with transaction.atomic():
        provider = provider_for(by, provider_id, lock=True)
        provider.tested_at, provider.test_passed, provider.test_said = at, passed, said[:500]
        provider.is_active = provider.is_active and passed
        provider.save(update_fields=["tested_at", "test_passed", "test_said", "is_active"])

        write_entry(
            "signing.provider_tried",
            by=by,
            at=at,
            on=("signing_provider", provider.id),
            outcome="done" if passed else "failed",
            details={"name": provider.name, "said": provider.test_said},
        )
    return provider


def _tried(provider: SigningProvider, user: str) -> tuple[bool, str]:
    try:
        found = keys_at(provider, user)
    except ports.RemoteTrouble as trouble:
        return False, trouble.said
    return True, f"Đăng nhập được; đọc được {len(found)} chứng thư số."
