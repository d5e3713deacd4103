"""Report that a signing key is lost or out of control: distrusted at once (Quy chế Điều 10.3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.accounts.cut_off import cut_off
from congvu.kit.events import publish
from congvu.kit.refusal import refuse_if
from congvu.orgs import queries as orgs
from congvu.orgs.suspend_delegations import suspend_delegations
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import access
from congvu.signing.end_waiting import end_waiting
from congvu.signing.events import CertificateDistrusted
from congvu.signing.models import Certificate, LossReport, SigningDevice, WaitingSignature
from congvu.signing.record_loss import Loss, record_loss
from congvu.signing.revoke import revoke_certificate


@clause("QC.10.3", "S.54")
def report_key_lost(
    *, device_id: int, lost_at: datetime, said: str, by: Actor, at: datetime
) -> LossReport:
    """Everything that follows from the loss of a device or its key, in one transaction.

    The certificate on it is distrusted from `lost_at` on, the keeper's sessions end, delegations
    by and to the holder stand still, an incident is opened, the responsible agency and the
    provider are written to, and whoever received documents signed since then is told.
    """
    with transaction.atomic():
        device = access.device_for(by, device_id, to="report", lock=True)
        certificate = device.certificates.filter(state=Certificate.State.IN_USE).first()

        lost = device.state == SigningDevice.State.LOST
        refuse_if(lost, "signing.E150", state=device.get_state_display())
        refuse_if(lost_at > at, "signing.E022")

        if certificate is not None:
            revoke_certificate(
                certificate_id=certificate.id,
                since=lost_at,
                reason="báo mất quyền kiểm soát khóa",
                by=by,
                at=at,
            )
            _end_what_waits(certificate, by, at)
        device.state = SigningDevice.State.LOST
        device.save(update_fields=["state"])
        report = record_loss(_loss(device, certificate, lost_at, said, by, at), by=by, at=at)

        if certificate is not None:
            publish(
                CertificateDistrusted(
                    certificate_id=certificate.id, report_id=report.id, since=lost_at, at=at
                )
            )
    return report


def _end_what_waits(certificate: Certificate, by: Actor, at: datetime) -> None:
    """Signatures that this key was asked for and has not given are no longer taken."""
    waiting = WaitingSignature.objects.filter(
        certificate=certificate, state=WaitingSignature.State.WAITING
    )
    for waiting_id in waiting.values_list("id", flat=True):
        end_waiting(
            waiting_id=waiting_id,
            state=WaitingSignature.State.CANCELLED,
            said="Khóa ký số đã được báo mất quyền kiểm soát.",
            by=by,
            at=at,
        )


def _loss(
    device: SigningDevice,
    certificate: Certificate | None,
    lost_at: datetime,
    said: str,
    by: Actor,
    at: datetime,
) -> Loss:
    """What is lost, with everything that was stopped because of it."""
    keeper = orgs.posting(device.keeper_id or 0)
    person_id = device.person_id or (keeper.person_id if keeper else None)
    suspends = device.person_id is not None
    holder = device.person.full_name if device.person else orgs.agency(device.agency_id).name
    return Loss(
        kind=LossReport.Kind.KEY,
        what=f"khóa ký số của {holder}",
        lost_at=lost_at,
        said=" ".join(said.split()),
        provider=device.provider,
        links={
            "device_id": device.id,
            "certificate_id": certificate.id if certificate else None,
            "person_id": device.person_id,
        },
        device=str(device),
        serial=certificate.serial if certificate else "",
        ended_sessions=cut_off(person_id=person_id, by=by, at=at) if person_id else 0,
        suspended=tuple(suspend_delegations(person_id=device.person_id, by=by, at=at))
        if suspends
        else (),
    )
