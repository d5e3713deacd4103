"""The signature asked for has come: put it into the file, keep the file, say so."""

from __future__ import annotations

import base64
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from congvu.kit import blobs
from congvu.kit.events import publish
from congvu.kit.refusal import refusal, refuse_unless
from congvu.kit.typeset import Slot
from congvu.orgs import queries as orgs
from congvu.rules.clauses import clause
from congvu.signing import lasting, ports
from congvu.signing.access import refuse_unusable
from congvu.signing.ask_signature import PDF
from congvu.signing.events import SignatureArrived
from congvu.signing.lasting import Closing, Lasting
from congvu.signing.models import SignatureRecord, WaitingSignature
from congvu.signing.put_signature import Placement, keep_record, order_of
from congvu.signing.types import Act, SignedPdf, Variant

NO_LOOK = ports.Picture(b"")  # the appearance is in the prepared file already


@dataclass(frozen=True)
class Answer:
    """What came back: a raw signature over the prepared hash, a whole CMS, or the whole file.

    Exactly one is given. The whole file was checked by whoever took it in (plug-in).
    """

    raw: bytes = b""
    cms: bytes = b""
    file: bytes = b""


@clause("QC.10.3", "ND30.32.2.d")
def finish_signature(*, waiting_id: int, answer: Answer, at: datetime) -> SignedPdf:
    """Complete the signature; refuses (E019) one that no longer waits. Safe to ring twice."""
    with transaction.atomic():
        waiting = (
            WaitingSignature.objects.select_for_update(of=("self",))
            .select_related("certificate")
            .filter(id=waiting_id)
            .first()
        )

        if waiting is None:
            raise refusal("signing.E018")
        refuse_unless(
            waiting.state == WaitingSignature.State.WAITING,
            "signing.E019",
            state=waiting.get_state_display(),
        )
        refuse_unusable(waiting.certificate, at)

        base = blobs.read(waiting.base_file)
        placement = placement_of(waiting)
        content, reached = _filled(waiting, placement, answer, at)
        # The moment in the signature is that of asking; a plug-in writes its own.
        signed = keep_record(
            base,
            content,
            placement,
            certificate=waiting.certificate,
            by=orgs.actor_for(waiting.by_id, at),
            at=at if answer.file else waiting.asked_at,
            reached=reached,
        )
        kept = blobs.keep(content, PDF, restricted=blobs.is_restricted(waiting.base_file))
        waiting.signed_file = kept.sha256
        waiting.state = WaitingSignature.State.COMPLETED
        waiting.ended_at = at
        waiting.answer = None
        waiting.save(update_fields=["signed_file", "state", "ended_at", "answer"])

        publish(SignatureArrived(waiting_id=waiting.id, at=at))
    return signed


def signed_of(waiting: WaitingSignature) -> SignedPdf:
    """The file that a completed request led to."""
    record = SignatureRecord.objects.get(sha256_after=waiting.signed_file)
    return SignedPdf(
        pdf=blobs.read(waiting.signed_file),
        sha256=waiting.signed_file,
        field=waiting.field,
        slot=Slot(waiting.page, *waiting.box),
        certificate_id=waiting.certificate_id,
        record_id=record.id,
        signed_at=record.signed_at,
    )


def placement_of(waiting: WaitingSignature) -> Placement:
    """Where the signature stands, as it was asked."""
    return Placement(
        act=Act(waiting.act),
        field=waiting.field,
        slot=Slot(waiting.page, *waiting.box),
        look=NO_LOOK,
        words=waiting.words,
        variant=Variant(waiting.prepared.get("variant", Variant.STRIP)),
    )


def _filled(
    waiting: WaitingSignature, placement: Placement, answer: Answer, at: datetime
) -> tuple[bytes, Lasting | None]:
    """The finished file; evidence is added to whatever came, if this is its last signature."""
    closing = Closing(placement.act, waiting.base_file, waiting.certificate, at)
    with tempfile.NamedTemporaryFile(prefix="congvu-sign-") as file:
        file.write(answer.file or blobs.read(waiting.prepared_file))
        file.flush()
        path = Path(file.name)
        if answer.raw:
            order = order_of(placement, waiting.certificate, waiting.asked_at)
            reached = lasting.complete(path, prepared_of(waiting), order, answer.raw, closing)
            return path.read_bytes(), reached
        if answer.cms:
            ports.signature_maker().embed(path, prepared_of(waiting), answer.cms)
        if placement.act not in lasting.CLOSING:
            return path.read_bytes(), None
        reached = lasting.close_other(path, closing)
        return path.read_bytes(), reached


def prepared_of(waiting: WaitingSignature) -> ports.Prepared:
    """The prepared gap, as `ports` knows it."""
    kept = waiting.prepared
    return ports.Prepared(
        digest=base64.b64decode(kept["digest"]),
        attributes=base64.b64decode(kept["attributes"]),
        gap_from=kept["gap_from"],
        gap_to=kept["gap_to"],
    )
