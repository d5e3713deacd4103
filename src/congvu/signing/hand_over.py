"""Hand a device over to who will keep it, with minutes (biên bản bàn giao; Quy chế Điều 10.3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import blobs, clock
from congvu.kit.refusal import refusal, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import CLERK, Actor, PostingRecord
from congvu.rules.clauses import clause
from congvu.signing import access
from congvu.signing.models import DeviceHandover, SigningDevice
from congvu.signing.typeset_custody import typeset_handover

SHORTEST, LONGEST = 5, 500


@clause("QC.10.3", "ND30.33")
def hand_over_device(
    *, device_id: int, receiver_id: int, condition: str, by: Actor, at: datetime
) -> DeviceHandover:
    """From now on the receiver keeps it; the minutes are typeset and kept.

    A person's device goes to that very person, the agency's to a clerk of the agency.
    `condition` says what is handed over in which condition.
    """
    with transaction.atomic():
        device = access.device_for(by, device_id, to="manage", lock=True)
        receiver = orgs.posting(receiver_id)

        ready = device.state in {SigningDevice.State.STORED, SigningDevice.State.RETURNED}
        refuse_unless(ready, "signing.E150", state=device.get_state_display())
        if receiver is None or not _may_keep(device, receiver, at):
            raise refusal("signing.E149")
        refuse_unless(SHORTEST <= len(condition.strip()) <= LONGEST, "signing.E158")

        device.state, device.keeper_id = SigningDevice.State.HELD, receiver_id
        device.save(update_fields=["state", "keeper"])
        return record_handover(
            device,
            DeviceHandover.Kind.GIVEN,
            (representative(by, receiver, at), receiver),
            condition.strip(),
            by,
            at,
        )


def representative(by: Actor, other: PostingRecord, at: datetime) -> PostingRecord:
    """Who stands for the agency in the minutes: who records it, or the head when that is the other
    party too; nobody hands a thing over to himself."""
    own = orgs.posting(by.posting_id or 0)
    if own is None or own.person_id == other.person_id:
        own = orgs.head_of(other.agency_id, clock.local(at).date())
    if own is None or own.person_id == other.person_id:
        raise refusal("signing.E149")
    return own


def record_handover(
    device: SigningDevice,
    kind: DeviceHandover.Kind,
    parties: tuple[PostingRecord, PostingRecord],
    condition: str,
    by: Actor,
    at: datetime,
) -> DeviceHandover:
    """File first, then the row, then the log. `parties` are giver and receiver."""
    giver, receiver = parties
    minutes = typeset_handover(device, kind, parties, condition, at=at)
    handover = DeviceHandover.objects.create(
        agency_id=device.agency_id,
        device=device,
        kind=kind,
        giver_id=giver.posting_id,
        receiver_id=receiver.posting_id,
        condition=condition,
        minutes=blobs.keep(minutes.pdf, "application/pdf").sha256,
        by_id=by.posting_id,
        at=at,
    )
    write_entry(
        "signing.device_handed_over" if kind == "given" else "signing.device_taken_back",
        by=by,
        at=at,
        on=("signing_device", device.id),
        clause="QC.10.3",
        details={"from": handover.giver_id, "to": handover.receiver_id},
    )
    return handover


def _may_keep(device: SigningDevice, receiver: PostingRecord, at: datetime) -> bool:
    day = clock.local(at).date()
    stands = receiver.valid_from <= day and (receiver.valid_to is None or day <= receiver.valid_to)
    if not stands or receiver.agency_id != device.agency_id:
        return False
    if device.person_id is None:
        return receiver.has(CLERK)
    return receiver.person_id == device.person_id
