"""Who may keep the register of devices, who may report a loss, and with which key one may sign."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from congvu.accounts.access import current_postings
from congvu.kit import clock
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs.types import AGENCY_ADMIN, CLERK, Actor
from congvu.rules.clauses import clause
from congvu.signing import ports
from congvu.signing.models import Certificate, LossReport, SigningDevice

KEEPERS = (AGENCY_ADMIN, CLERK)


def keeps_register(by: Actor, *, agency_id: int, person_id: int | None) -> bool:
    """The administrator for everybody of the agency; the clerk for the agency's own devices."""
    if by.agency_id is None or by.agency_id != agency_id:
        return False
    return by.has(AGENCY_ADMIN) or (by.has(CLERK) and person_id is None)


@clause("QC.10.3", "S.12")
def device_for(by: Actor, device_id: int, *, to: str, lock: bool = False) -> SigningDevice:
    """The device, if this actor may see it, manage it, or report it lost (`to`).

    Whose key it is sees and reports it; what may not be seen is "not found".
    """
    rows = SigningDevice.objects.select_for_update(of=("self",)) if lock else SigningDevice.objects
    device = rows.filter(id=device_id).first()
    refuse_if(device is None, "signing.E146")
    keeps = keeps_register(by, agency_id=device.agency_id, person_id=device.person_id)
    is_holder = device.person_id is not None and device.person_id == by.person_id
    refuse_unless(keeps or is_holder, "signing.E146")
    refuse_unless(keeps or to in {"see", "report"}, "signing.E157")
    return device


def devices_seen_by(by: Actor) -> QuerySet[SigningDevice]:
    """The part of the register that this keeper keeps."""
    rows: QuerySet[SigningDevice] = SigningDevice.objects.filter(
        agency_id=by.agency_id, agency_id__isnull=False
    )
    return rows if by.has(AGENCY_ADMIN) else rows.filter(person_id__isnull=True)


@clause("QC.10.3", "S.12")
def report_for(by: Actor, report_id: int, *, to: str, lock: bool = False) -> LossReport:
    """The report of a loss: seen by whose it is, by who keeps the register, by whom it went to;
    closed by who keeps the register."""
    rows = LossReport.objects.select_for_update(of=("self",)) if lock else LossReport.objects
    report = rows.filter(id=report_id).first()
    refuse_if(report is None, "signing.E155")
    keeps = keeps_register(by, agency_id=report.agency_id, person_id=report.person_id)
    refuse_unless(keeps or _is_theirs(by, report), "signing.E155")
    refuse_unless(keeps or to == "see", "signing.E157")
    return report


def _is_theirs(by: Actor, report: LossReport) -> bool:
    is_holder = report.person_id is not None and report.person_id == by.person_id
    was_told = (
        report.authority_id is not None and report.authority_id == by.agency_id and by.has(*KEEPERS)
    )
    return is_holder or was_told or report.by_id == by.posting_id


@clause("QC.10.3", "S.55")
def refuse_unusable(certificate: Certificate, at: datetime) -> None:
    """Refuse a certificate that may not sign at `at`, each time saying why."""
    serial = certificate.serial
    if certificate.revoked_at is not None:
        since = f"{clock.local(certificate.revoked_at):%H:%M %d/%m/%Y}"
        reason = certificate.revocation_reason or "không nêu lý do"
        raise refusal("signing.E140", serial=serial, since=since, reason=reason)
    until = f"{clock.local(certificate.valid_to):%H:%M %d/%m/%Y}"
    refuse_if(certificate.valid_to <= at, "signing.E141", serial=serial, until=until)
    since = f"{clock.local(certificate.valid_from):%H:%M %d/%m/%Y}"
    refuse_if(certificate.valid_from > at, "signing.E142", serial=serial, since=since)
    device = certificate.device
    if device is not None and device.state != SigningDevice.State.HELD:
        raise refusal(
            "signing.E143", serial=serial, device=str(device), state=device.get_state_display()
        )
    if not ports.is_connected(certificate.key_reference):
        scheme = certificate.key_reference.partition(":")[0]
        raise refusal("signing.E145", serial=serial, scheme=scheme)


@clause("QC.10.3", "S.55")
def refuse_without_post(by: Actor, at: datetime) -> None:
    """Whoever holds the post no longer signs no more for the agency, with whatever key."""
    held = {posting.id for posting in current_postings(by.person_id, at)}
    refuse_unless(by.posting_id in held, "signing.E144", name=by.full_name)
