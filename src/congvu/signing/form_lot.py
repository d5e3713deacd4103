"""Several signatures that were asked for become one request at the service: one confirmation."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.ask_lot import ask_lot_at_provider
from congvu.signing.models import RemoteKey, SignatureLot, WaitingSignature
from congvu.signing.queries import comparison_code

# Until the service has it; then its 180 seconds begin. Whoever types here has all of it.
PATIENCE = timedelta(minutes=5)


@clause("QC.10.3", "ND30.13.7")
def form_lot(*, waiting_ids: Sequence[int], by: Actor, at: datetime) -> SignatureLot:
    """Put these requests of one's own into one, in the transaction that asked for them.

    Its code is made of the files in their order: it stands for exactly these documents.
    """
    with transaction.atomic():
        rows = WaitingSignature.objects.select_for_update(of=("self",)).filter(
            id__in=waiting_ids,
            by_id=by.posting_id,
            road=WaitingSignature.Road.REMOTE,
            state=WaitingSignature.State.WAITING,
            lot=None,
        )
        members = list(rows.order_by("id"))
        keys = {one.certificate_id for one in members}

        refuse_unless(members and len(members) == len(waiting_ids), "signing.E018")
        refuse_unless(len(keys) == 1, "signing.E018")

        files = "".join(one.base_file for one in members)
        lot = SignatureLot.objects.create(
            agency_id=by.agency_id,
            certificate_id=keys.pop(),
            by_id=by.posting_id,
            code=comparison_code(hashlib.sha256(files.encode()).hexdigest()),
            asked_at=at,
            expires_at=at + PATIENCE,
        )
        rows.update(lot=lot, expires_at=lot.expires_at)

        write_entry(
            "signing.lot_asked",
            by=by,
            at=at,
            on=("signature_lot", lot.id),
            clause="QC.10.3",
            details={"requests": list(waiting_ids), "code": lot.code},
        )
        if not RemoteKey.objects.get(certificate_id=lot.certificate_id).is_typed:
            transaction.on_commit(partial(ask_lot_at_provider.defer, lot_id=lot.id))
    return lot
