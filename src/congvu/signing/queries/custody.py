"""Questions about devices, their history, reports of loss and what was signed meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from congvu.kit import clock
from congvu.orgs import queries as orgs
from congvu.orgs.types import AGENCY_ADMIN, Actor, AgencyRecord
from congvu.rules.clauses import clause
from congvu.rules.custody import announced_until, days_left, looked_back_to
from congvu.signing.models import (
    Certificate,
    CustodyNotice,
    LossReport,
    ReportAuthority,
    SignatureRecord,
    SigningDevice,
)

# A device with the certificate that counts: the one in use, else the newest.
_DEVICES = """
SELECT d.id, d.kind, d.serial, d.provider, d.state, d.is_demonstration,
       coalesce(h.full_name, a.name) AS holder, d.person_id, coalesce(k.full_name, '') AS keeper,
       c.id AS certificate_id, coalesce(c.serial, '') AS certificate_serial,
       coalesce(c.state, '') AS certificate_state, c.valid_from, c.valid_to, c.revoked_at
  FROM signing_signingdevice d
  JOIN orgs_agency a ON a.id = d.agency_id
  LEFT JOIN orgs_person h ON h.id = d.person_id
  LEFT JOIN orgs_posting g ON g.id = d.keeper_id
  LEFT JOIN orgs_person k ON k.id = g.person_id
  LEFT JOIN LATERAL (
       SELECT * FROM signing_certificate c WHERE c.device_id = d.id
       ORDER BY (c.state = 'in_use') DESC, c.id DESC LIMIT 1) c ON true
 WHERE {where}
 ORDER BY (d.person_id IS NOT NULL), h.sort_key, d.id
 LIMIT %(limit)s
"""
LONGEST_LIST = 300


@dataclass(frozen=True)
class DeviceRow:
    """A line of the register: the device, whose key, who keeps it, the certificate that counts."""

    id: int
    kind: str
    serial: str
    provider: str
    state: str
    is_demonstration: bool
    holder: str
    person_id: int | None
    keeper: str
    certificate_id: int | None
    certificate_serial: str
    certificate_state: str
    valid_from: datetime | None
    valid_to: datetime | None
    revoked_at: datetime | None

    @property
    def kind_label(self) -> str:
        """Which sort of device, in Vietnamese."""
        return str(SigningDevice.Kind(self.kind).label)

    @property
    def state_label(self) -> str:
        """Where it stands, in Vietnamese."""
        return str(SigningDevice.State(self.state).label)

    def days_left(self, at: datetime) -> int | None:
        """Days until the certificate in use ends; None without one in use."""
        if self.valid_to is None or self.certificate_state != Certificate.State.IN_USE:
            return None
        return days_left(self.valid_to, at)


@dataclass(frozen=True)
class DeviceFilter:
    """What the register is narrowed to."""

    kind: str = ""
    state: str = ""
    text: str = ""
    expiring: bool = False


@clause("QC.10.3")
def devices_kept_by(by: Actor, wanted: DeviceFilter, at: datetime) -> list[DeviceRow]:
    """The register as this keeper keeps it: all of the agency, or the agency's own devices."""
    where = ["d.agency_id = %(agency_id)s"]
    if not by.has(AGENCY_ADMIN):
        where.append("d.person_id IS NULL")
    if wanted.kind:
        where.append("d.kind = %(kind)s")
    if wanted.state:
        where.append("d.state = %(state)s")
    if wanted.text:
        where.append(
            "congvu_fold(concat_ws(' ', d.serial, c.serial, h.full_name, k.full_name))"
            " LIKE '%%' || congvu_fold(%(text)s) || '%%'"
        )
    if wanted.expiring:
        where.append("c.state = 'in_use' AND c.valid_to <= %(until)s")
    text = wanted.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = {
        "agency_id": by.agency_id,
        "kind": wanted.kind,
        "state": wanted.state,
        "text": text[:80],
        "until": announced_until(at),
    }
    return _device_rows(" AND ".join(where), values)


def devices_of_person(person_id: int) -> list[DeviceRow]:
    """The devices that hold this person's keys."""
    return _device_rows("d.person_id = %(person_id)s", {"person_id": person_id})


def device_row(device_id: int) -> DeviceRow:
    """One line of the register; the caller has asked access."""
    return _device_rows("d.id = %(device_id)s", {"device_id": device_id})[0]


def _device_rows(where: str, values: dict[str, Any]) -> list[DeviceRow]:
    with connection.cursor() as cursor:
        cursor.execute(_DEVICES.format(where=where), {**values, "limit": LONGEST_LIST})
        return [DeviceRow(*row) for row in cursor.fetchall()]


@clause("QC.10.3")
def report_authority(at: datetime) -> AgencyRecord | None:
    """Which agency reports go to at a moment, or who carries on for it; None: nobody was named."""
    day = clock.local(at).date()
    row = ReportAuthority.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    return orgs.successor_of(row.agency_id, day) if row else None


def named_authorities() -> list[ReportAuthority]:
    """Everything that was ever named, the newest day first."""
    return list(ReportAuthority.objects.select_related("agency").order_by("-valid_from", "-id"))


@clause("QC.10.3")
def affected_signatures(report: LossReport) -> tuple[list[SignatureRecord], list[SignatureRecord]]:
    """What the certificate signed since the moment of loss, and shortly before it."""
    if report.certificate_id is None:
        return [], []
    rows = SignatureRecord.objects.filter(
        certificate_id=report.certificate_id, signed_at__gte=looked_back_to(report.lost_at)
    )
    rows = rows.select_related("by_person").order_by("-signed_at", "-id")[:LONGEST_LIST]
    since = [one for one in rows if one.signed_at >= report.lost_at]
    return since, [one for one in rows if one.signed_at < report.lost_at]


def reports_of(*, device_id: int | None = None, by: Actor | None = None) -> list[LossReport]:
    """Reports of a device, or those of the agency that this keeper keeps, newest first."""
    rows = LossReport.objects.order_by("-reported_at", "-id")
    if device_id is not None:
        return list(rows.filter(device_id=device_id))
    if by is None or by.agency_id is None:
        return []
    rows = rows.filter(agency_id=by.agency_id) | rows.filter(authority_id=by.agency_id)
    if not by.has(AGENCY_ADMIN):
        rows = rows.filter(person_id__isnull=True) | rows.filter(by_id=by.posting_id)
    return list(rows.select_related("agency")[:50])


def open_report_of_account(account_id: int) -> LossReport | None:
    """The report of loss for which an account stands shut."""
    rows = LossReport.objects.filter(account_id=account_id, state=LossReport.State.OPEN)
    first: LossReport | None = rows.order_by("-id").first()
    return first


def custody_notices(posting_id: int) -> list[CustodyNotice]:
    """The notices for this posting, newest first."""
    return list(CustodyNotice.objects.filter(to_id=posting_id).order_by("-at", "-id")[:100])


_DOUBT = """
WITH RECURSIVE chain AS (
    SELECT r.certificate_id, r.signed_at, r.sha256_before
      FROM signing_signaturerecord r WHERE r.sha256_after = %s
    UNION ALL
    SELECT r.certificate_id, r.signed_at, r.sha256_before
      FROM chain n JOIN signing_signaturerecord r ON r.sha256_after = n.sha256_before)
SELECT c.revoked_at, coalesce(p.full_name, a.name)
  FROM chain JOIN signing_certificate c ON c.id = chain.certificate_id
  LEFT JOIN orgs_person p ON p.id = c.person_id
  LEFT JOIN orgs_agency a ON a.id = c.agency_id
 WHERE c.revoked_at <= chain.signed_at
 ORDER BY c.revoked_at LIMIT 1
"""


@dataclass(frozen=True)
class Doubt:
    """A signature on a file was made after its key was reported lost: since when, and whose key."""

    lost_at: datetime
    holder: str


@clause("QC.10.3")
def doubt_about(sha256: str) -> Doubt | None:
    """Whether a file carries a signature made here after the loss of its key was reported."""
    if not sha256:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_DOUBT, [sha256])
        found = cursor.fetchone()
    return Doubt(*found) if found else None
