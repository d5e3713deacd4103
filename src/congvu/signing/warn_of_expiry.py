"""Warn 60, 30 and 15 days before a certificate ends: holder, administrators, clerks (Điều 10.3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.accounts.access import current_postings
from congvu.audit.write import write_entry
from congvu.kit import clock, wall
from congvu.orgs import queries as orgs
from congvu.orgs.types import AGENCY_ADMIN
from congvu.rules.clauses import clause
from congvu.rules.custody import announced_until, days_left, expiry_rung
from congvu.signing.models import Certificate, CustodyNotice, ExpiryWarning
from congvu.signing.tell import Word, tell


@clause("QC.10.3")
def warn_of_expiry(*, at: datetime) -> int:
    """Give every warning that is reached, each once per certificate; tells how many were given.

    A certificate that enters late gets the narrowest warning reached, not those missed before it.
    """
    with wall.crossing_agencies():
        ending = Certificate.objects.filter(
            state=Certificate.State.IN_USE, valid_to__gt=at, valid_to__lte=announced_until(at)
        )
        return sum(_warn(one, at) for one in ending.select_related("device", "person", "agency"))


def _warn(certificate: Certificate, at: datetime) -> bool:
    """One certificate: the row of the warning decides, so two workers warn once."""
    days = expiry_rung(certificate.valid_to, at)
    with transaction.atomic():
        _, is_new = ExpiryWarning.objects.get_or_create(
            certificate=certificate, days=days, defaults={"at": at}
        )
        if not is_new:
            return False
        ends = f"{clock.local(certificate.valid_to):%H:%M %d/%m/%Y}"
        left = days_left(certificate.valid_to, at)
        holder = certificate.person or certificate.agency
        word = Word(
            kind=CustodyNotice.Kind.EXPIRY,
            key=f"expiry-{certificate.id}-{days}",
            text=f"Chứng thư số {certificate.serial} của {holder} hết hạn lúc {ends}, còn {left} "
            "ngày. Hãy đề nghị gia hạn hoặc cấp mới trước khi hết hạn.",
            subject_kind="device",
            subject_id=certificate.device_id or 0,
        )
        told = _addressees(certificate, at)
        tell(word, to=told, at=at)
        write_entry(
            "signing.expiry_warned",
            by=None,
            at=at,
            on=("certificate", certificate.id),
            agency_id=certificate.agency_id,
            clause="QC.10.3",
            details={"days": days, "to": [posting_id for _, posting_id in told]},
        )
    return True


def _addressees(certificate: Certificate, at: datetime) -> list[tuple[int, int]]:
    """The holder in every post held now (an agency's: its clerks), and the administrators."""
    day = clock.local(at).date()
    if certificate.person_id is None:
        agencies = [certificate.agency_id or 0]
        told = [(one.agency_id, one.posting_id) for one in orgs.clerks_of(agencies[0], day)]
    else:
        held = current_postings(certificate.person_id, at)
        agencies = sorted({posting.agency_id for posting in held})
        told = [(posting.agency_id, posting.id) for posting in held]
    for agency_id in agencies:
        administrators = orgs.holders_of_role(agency_id, AGENCY_ADMIN, day)
        told += [(one.agency_id, one.posting_id) for one in administrators]
    return told
