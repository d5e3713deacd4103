"""Revoke a certificate whose key was lost or is no longer under control (QC.10.3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import ports
from congvu.signing.found_authority import publish_lists
from congvu.signing.models import Certificate


@clause("QC.10.3")
def revoke_certificate(
    *, certificate_id: int, since: datetime, reason: str, by: Actor, at: datetime
) -> Certificate:
    """Distrust a certificate from `since` on; what it signed and we held before stays valid.

    Who may ask for this is decided above. A demonstration certificate enters the revocation list
    at once; for others the provider's own list must follow.
    """
    with transaction.atomic():
        certificate = Certificate.objects.select_for_update().get(pk=certificate_id)

        refuse_unless(certificate.state == Certificate.State.IN_USE, "signing.E021")
        refuse_if(since > at, "signing.E022")

        certificate.state = Certificate.State.REVOKED
        certificate.revoked_at = since
        certificate.revocation_reason = reason
        certificate.save(update_fields=["state", "revoked_at", "revocation_reason"])
        own = ports.authority()
        if certificate.is_demonstration and own is not None:
            publish_lists(own, at)

        write_entry(
            "signing.revoked",
            by=by,
            at=at,
            on=("certificate", certificate.id),
            clause="QC.10.3",
            details={"since": since.isoformat(), "reason": reason},
        )
    return certificate
