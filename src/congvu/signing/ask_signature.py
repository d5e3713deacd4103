"""Ask for a signature of a key that does not answer at once; the file with its gap is kept first.

Nobody outside is called here: `SignatureAsked` lets the road's own adapter do that after the
commit, so no transaction is ever open while a provider or a person thinks.
"""

from __future__ import annotations

import base64
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import blobs
from congvu.kit.events import publish
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import ports
from congvu.signing.events import SignatureAsked
from congvu.signing.models import Certificate, RemoteKey, SigningProvider, WaitingSignature
from congvu.signing.put_signature import Placement, order_of

PATIENCE = {
    WaitingSignature.Road.REMOTE: timedelta(seconds=180),
    WaitingSignature.Road.PLUGIN: timedelta(minutes=15),
}
PDF = "application/pdf"


@clause("QC.10.3")
def ask_signature(
    base_file: str,
    placement: Placement,
    *,
    certificate: Certificate,
    subject: tuple[str, int],
    by: Actor,
    at: datetime,
    is_alone: bool = True,
) -> WaitingSignature:
    """Ask; `base_file` is the hash of the kept file to be signed, `subject` what it is for.

    Not alone: the caller forms a lot of it and others in this transaction (`form_lot`). Refuses
    (E017) while the same signature on the same file is already asked for.
    """
    with transaction.atomic():
        road = WaitingSignature.Road(ports.road_of(certificate.key_reference).value)
        asked = WaitingSignature.objects.filter(
            base_file=base_file, field=placement.field, state=WaitingSignature.State.WAITING
        )

        refuse_if(asked.exists(), "signing.E017")
        refuse_unlinked(certificate)

        slot = placement.slot
        waiting = WaitingSignature(
            agency_id=by.agency_id,
            certificate=certificate,
            by_id=by.posting_id,
            subject_kind=subject[0],
            subject_id=subject[1],
            act=placement.act,
            field=placement.field,
            page=slot.page,
            box=[slot.x, slot.y, slot.width, slot.height],
            words=placement.words[:400],
            road=road,
            asked_at=at,
            expires_at=at + PATIENCE[road],
            base_file=base_file,
        )
        if road == WaitingSignature.Road.REMOTE:
            _prepare(waiting, placement, at)
        else:
            _serve(waiting, placement)
        waiting.save()

        write_entry(
            "signing.asked",
            by=by,
            at=at,
            on=("waiting_signature", waiting.id),
            clause="QC.10.3",
            details={"road": str(road), "certificate": certificate.serial, "file": base_file},
        )
        if is_alone:
            publish(SignatureAsked(waiting_id=waiting.id, at=at))
    return waiting


def refuse_unlinked(certificate: Certificate) -> None:
    """Refuse (E173, E176): a key at a remote service must be linked to a service that is in use."""
    if certificate.key_reference.partition(":")[0] not in SigningProvider.Kind.values:
        return
    key = RemoteKey.objects.select_related("provider").filter(certificate=certificate).first()
    if key is None:
        raise refusal("signing.E176", serial=certificate.serial)
    refuse_unless(key.provider.is_active, "signing.E173", name=key.provider.name)


@clause("ND30.32.2.d")
def _serve(waiting: WaitingSignature, placement: Placement) -> None:
    """A plug-in makes field and signature itself; our text fields stand in the file before that."""
    waiting.prepared = {"variant": placement.variant, "writes": list(placement.writes)}
    if placement.forms:
        with _private_copy(waiting) as path:
            ports.signature_maker().put_forms(path, placement.forms)


def _prepare(waiting: WaitingSignature, placement: Placement, at: datetime) -> None:
    """Append field and gap to a private copy and keep it; the row says which hash to sign."""
    with _private_copy(waiting) as path:
        order = order_of(placement, waiting.certificate, at)
        made = ports.signature_maker().prepare(path, order)
    waiting.prepared = {
        "digest": base64.b64encode(made.digest).decode(),
        "attributes": base64.b64encode(made.attributes).decode(),
        "gap_from": made.gap_from,
        "gap_to": made.gap_to,
        "variant": placement.variant,
    }


@contextmanager
def _private_copy(waiting: WaitingSignature) -> Iterator[Path]:
    """A copy of the file to append to; what it has become is kept as the prepared file."""
    restricted = blobs.is_restricted(waiting.base_file)
    with tempfile.NamedTemporaryFile(prefix="congvu-sign-") as file:
        file.write(blobs.read(waiting.base_file))
        file.flush()
        path = Path(file.name)
        try:
            yield path
        except ports.UnreadablePdf as fault:
            raise refusal("signing.E008") from fault
        waiting.prepared_file = blobs.keep(path.read_bytes(), PDF, restricted=restricted).sha256


def token_hash(token: str) -> str:
    """What is kept of a one-time token."""
    return hashlib.sha256(token.encode()).hexdigest()
