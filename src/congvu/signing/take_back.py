"""Take a device back from who kept it, with minutes (biên bản thu hồi; Quy chế Điều 10.3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.kit.refusal import refusal, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import access
from congvu.signing.hand_over import LONGEST, SHORTEST, record_handover, representative
from congvu.signing.models import DeviceHandover, SigningDevice


@clause("QC.10.3", "ND30.33")
def take_back_device(*, device_id: int, condition: str, by: Actor, at: datetime) -> DeviceHandover:
    """The agency has it back; nothing is signed with it until it is handed over again."""
    with transaction.atomic():
        device = access.device_for(by, device_id, to="manage", lock=True)
        keeper = orgs.posting(device.keeper_id or 0)

        if device.state != SigningDevice.State.HELD or keeper is None:
            raise refusal("signing.E150", state=device.get_state_display())
        refuse_unless(SHORTEST <= len(condition.strip()) <= LONGEST, "signing.E158")

        device.state, device.keeper_id = SigningDevice.State.RETURNED, None
        device.save(update_fields=["state", "keeper"])
        return record_handover(
            device,
            DeviceHandover.Kind.TAKEN_BACK,
            (keeper, representative(by, keeper, at)),
            condition.strip(),
            by,
            at,
        )
