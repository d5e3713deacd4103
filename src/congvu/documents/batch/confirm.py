"""Confirm a sitting: one confirmation and one PIN for everything that was agreed to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access, jobs
from congvu.documents.models import BatchItem, SigningBatch
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.kit.vault import seal_json
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.ask_signature import refuse_unlinked
from congvu.signing.enrol import certificate_of_person
from congvu.signing.models import Certificate
from congvu.signing.ports import Road, road_of

PIN_FOR = timedelta(minutes=15)


@clause("ND30.13.7", "QC.10.3")
def confirm_batch(
    *, batch_id: int, mark: str, session_id: int, by: Actor, at: datetime, pin: str = ""
) -> SigningBatch:
    """Ký số: the documents that the page listed (`mark`), in a job, one after another; with a key
    at a remote service as many at once as the service takes, its holder then confirms there.

    The PIN lies sealed in the row until the signing ends, 15 minutes at most; it is in no job.
    """
    with transaction.atomic():
        batch = access.batch_for(by, batch_id, lock=True)
        agreed = list(batch.items.filter(state=BatchItem.State.WAITING))

        refuse_unless(batch.is_open, "documents.E882", state=batch.get_state_display().lower())
        refuse_unless(agreed, "documents.E884")
        told = [(one.document_id, one.seen_sha256) for one in agreed]
        refuse_unless(mark == mark_of(told), "documents.E883")
        certificate = refuse_program(by, at)
        is_here = road_of(certificate.key_reference) == Road.AT_ONCE
        if not is_here:
            refuse_unlinked(certificate)

        batch.state = SigningBatch.State.RUNNING
        batch.session_id = session_id
        batch.confirmed_at = batch.changed_at = at
        batch.said = ""
        pin = pin if is_here else ""  # for a service it is typed when the service asks
        batch.sealed_pin = seal_json({"batch": batch.id, "pin": pin}) if pin else None
        batch.pin_until = at + PIN_FOR if pin else None
        batch.save()

        write_entry(
            "documents.batch.confirmed",
            by=by,
            at=at,
            on=("signing_batch", batch.id),
            clause="ND30.13.7",
            details={"documents": told},
        )
        jobs.sign_batch.defer(batch_id=batch.id)
    return batch


def mark_of(agreed: Iterable[tuple[int, str]]) -> str:
    """The mark of a list of (document, file): the confirmation holds for this list only."""
    words = ";".join(f"{document_id}:{sha256}" for document_id, sha256 in agreed)
    return hashlib.sha256(words.encode()).hexdigest()


@clause("QC.10.3")
def refuse_program(by: Actor, at: datetime) -> Certificate:
    """The certificate to sign with; refuses one whose holder must handle each single signature in
    the window of a program."""
    certificate = certificate_of_person(by.person_id, at)
    refuse_if(road_of(certificate.key_reference) == Road.PLUGIN, "documents.E885")
    return certificate
