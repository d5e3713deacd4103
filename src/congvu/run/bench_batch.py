"""Figures of `congvu bench` for batch signing: one document of a sitting, everything included.

That is the job's whole step: lock, the order's stay in the system, every refusal of signing, the
signature itself, the kept file, the rows, the audit entries and the commit.
"""

from __future__ import annotations

from datetime import datetime

from congvu.accounts.models import Session
from congvu.documents.batch.confirm import confirm_batch, mark_of
from congvu.documents.batch.decide import agree_to_sign
from congvu.documents.batch.note_shown import note_shown
from congvu.documents.batch.sign_next import sign_next
from congvu.documents.batch.start import start_batch
from congvu.documents.drafting.approve import lay_before_signer
from congvu.documents.drafting.start import start_draft
from congvu.documents.models import BatchItem, Document, SigningBatch, Submission
from congvu.documents.states import DocumentState, become
from congvu.documents.types import draft_of_text
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.run.bench_meter import Figure, Meter, median
from congvu.run.bench_pages import Browser, backend, busy_posting
from congvu.run.bench_papers import RSA_SIGNATURES, TEXT, bare_signature
from congvu.signing.found_authority import found_authority

WARMING = 2  # keys are made, fonts and pictures are read


def measure_batch(at: datetime, *, documents: int) -> list[Figure]:
    """One sitting: what a whole document costs (the signature alone: bench_signatures)."""
    found_authority(at=at)
    posting = busy_posting("leader")
    leader = orgs.actor_for(posting.id, at)
    Browser(posting, at)  # its session is the stay in which the leader orders
    session_id = int(Session.objects.filter(posting=posting).latest("id").id)
    drafter = orgs.actor_for(busy_posting("official").id, at)
    for number in range(documents + WARMING):
        _lay(number, leader, drafter, at)
    batch = start_batch(session_id=session_id, by=leader, at=at)
    for item in batch.items.select_related("document"):
        _agree(batch, item, session_id, leader, at)
    agreed = batch.items.order_by("ordinal").values_list("document_id", "seen_sha256")
    confirm_batch(batch_id=batch.id, mark=mark_of(agreed), session_id=session_id, by=leader, at=at)
    return [_figure(batch.id, at)]


def _agree(batch: SigningBatch, item: BatchItem, session_id: int, by: Actor, at: datetime) -> None:
    file = item.document.file
    note_shown(
        document_id=item.document_id,
        sha256=file,
        pages=None,
        session_id=session_id,
        by=by,
        at=at,
    )
    agree_to_sign(
        batch_id=batch.id,
        ordinal=item.ordinal,
        seen_sha256=file,
        session_id=session_id,
        by=by,
        at=at,
    )


def _figure(batch_id: int, at: datetime) -> Figure:
    meter, bare = Meter(backend()), bare_signature()
    for _ in range(WARMING):
        sign_next(batch_id=batch_id, at=at)
    steps, bares = [], []
    while BatchItem.objects.filter(batch_id=batch_id, state="waiting").exists():
        bares.append(meter.cost(bare, RSA_SIGNATURES).app)
        steps.append(meter.cost(lambda: sign_next(batch_id=batch_id, at=at)))
    whole = median([step.total for step in steps])
    details = {
        "app_ms": median([step.app for step in steps]) * 1000,
        "database_ms": median([step.database for step in steps]) * 1000,
        "documents": len(steps),
        "times_rsa": whole / median(bares),
    }
    name = "Ký hàng loạt: CPU cho trọn một văn bản"
    return Figure("batch", name, whole * 1000, "ms", details=details)


def _lay(number: int, leader: Actor, drafter: Actor, at: datetime) -> Document:
    """A document of one page that waits for the leader's signature."""
    document = start_draft(
        type_code="quyet-dinh",
        subject=f"Về việc rà soát quy trình gửi, nhận văn bản điện tử lần {number}",
        content=draft_of_text(TEXT.format(place=leader.agency_name, number=number, day=5)),
        signer_posting_id=leader.posting_id,
        by=drafter,
        at=at,
    )
    become(document, DocumentState.IN_REVIEW, at)
    reviewed = Submission.objects.create(
        agency_id=document.agency_id,
        document=document,
        version=document.versions.get(),
        purpose=Submission.Purpose.CONTENT,
        by_id=drafter.posting_id,
        to_id=leader.posting_id,
        at=at,
        closed_at=at,
    )
    lay_before_signer(document, reviewed, leader, at)
    return document
