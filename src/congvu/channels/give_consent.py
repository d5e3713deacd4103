"""Record that somebody agreed to be written to, with what they were shown; and its withdrawal."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.add_withdrawal_link import new_key
from congvu.channels.models import Consent, ZaloLink
from congvu.kit.refusal import refuse_if
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.6.2.b")
def give_consent(
    *,
    agency_id: int,
    channel: str,
    address: str,
    purpose: str,
    text: str,
    text_version: str,
    origin: str,
    at: datetime,
    person_id: int | None = None,
    source_address: str = "",
    name: str = "",
    by: Actor | None = None,
) -> Consent:
    """Write the ledger line; one open line per agency, channel, address and purpose."""
    with transaction.atomic():
        known = Consent.objects.filter(
            agency_id=agency_id,
            channel=channel,
            address=address,
            purpose=purpose,
            withdrawn_at__isnull=True,
        ).first()
        if known is not None:
            return known
        consent = Consent.objects.create(
            agency_id=agency_id,
            person_id=person_id,
            channel=channel,
            address=address,
            name=name[:200],
            recorded_by_id=by.posting_id if by else None,
            purpose=Consent.Purpose(purpose),
            text=text[:2000],
            text_version=text_version,
            origin=origin[:200],
            source_address=source_address,
            given_at=at,
            withdrawal_key=new_key(),
        )
        write_entry(
            "channels.consent_given",
            by=by,
            at=at,
            on=("consent", consent.id),
            agency_id=agency_id,
            clause="QC.6.2.b",
            details={"channel": channel, "purpose": purpose, "text_version": text_version},
        )
    return consent


@clause("QC.6.2.b")
def withdraw_consent(
    *, withdrawal_key: str, origin: str, at: datetime, by: Actor | None = None
) -> Consent:
    """One click ends it, and the link to a Zalo account that stood on it; twice is once."""
    with transaction.atomic():
        consent = Consent.objects.select_for_update().filter(withdrawal_key=withdrawal_key).first()

        refuse_if(consent is None, "channels.E010")
        if consent.withdrawn_at is not None:
            return consent

        consent.withdrawn_at, consent.withdrawn_by = at, origin[:200]
        consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
        links = ZaloLink.objects.filter(consent=consent, unlinked_at__isnull=True)
        links.update(unlinked_at=at, unlinked_why=origin[:250])
        write_entry(
            "channels.consent_withdrawn",
            by=by,
            at=at,
            on=("consent", consent.id),
            agency_id=consent.agency_id,
            clause="QC.6.2.b",
            details={"origin": consent.withdrawn_by},
        )
    return consent
