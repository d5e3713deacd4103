"""Attach a file to a draft, or take one off: an appendix that goes out, or a source that does not.

Bytes are kept as they came (S.31); what the file is, its first bytes say.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.drafting.check_draft import refuse_unless_editable, refuse_unless_editor
from congvu.documents.models import Attachment, Document
from congvu.incidents.queries import watch_words
from congvu.kit import blobs, clock
from congvu.kit.blobs import Kept
from congvu.kit.gate import Entrance, pass_gate
from congvu.kit.refusal import refusal, refuse_unless
from congvu.kit.screening import PDF
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.describe import is_refutable, why_refutable
from congvu.signing.examine import examine_pdf
from congvu.signing.types import Verification
from congvu.signing.verify import verify_pdf


@clause("ND30.10.2", "ND30.PL1.I.II.8.b")
def attach_file(
    *,
    document_id: int,
    content: bytes,
    name: str,
    by: Actor,
    at: datetime,
    part: str = Attachment.Part.APPENDIX,
    is_declared_open: bool = False,
) -> Attachment:
    """Keep the file and put it with the draft. The same bytes twice in one part are one file.

    `is_declared_open`: the drafter declares that the file holds no state secret; a doubt of the
    gate (kit.gate) needs it, and it is kept with every file.
    """
    # Who may not attach is told so before a foreign file is looked at, and no lock waits for that.
    refuse_unless_editor(access.document_for(by, document_id, to="revise"), by)
    words = watch_words(by.agency_id or 0, clock.local(at).date())
    file = pass_gate(content, name, entrance=Entrance.DRAFT, words=words)
    judged = examine_pdf(content, at=at) if file.mime == PDF else None
    with transaction.atomic():
        document = access.document_for(by, document_id, to="revise", lock=True)

        refuse_unless_editor(document, by)
        refuse_unless_editable(document)
        if file.doubt is not None:
            refuse_unless(is_declared_open, "documents.E108", said=file.doubt.explanation)

        part = part if part == Attachment.Part.SOURCE else Attachment.Part.APPENDIX
        _refuse_failed(judged, part, file.name)
        kept = blobs.keep(content, file.mime, restricted=document.is_restricted, held=file.is_held)
        if judged is not None and judged.signatures:
            verify_pdf(content, at=at, found=judged)
        attachment = _put_beside(document, part, file.name, kept, by, at)

        write_entry(
            "documents.drafting.attached",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.10.2",
            details={
                "name": file.name,
                "sha256": kept.sha256,
                "part": part,
                "declared_open": is_declared_open,
                **file.seen,
            },
        )
    return attachment


def _put_beside(
    document: Document, part: str, name: str, kept: Kept, by: Actor, at: datetime
) -> Attachment:
    same_part = document.attachments.filter(part=part, removed_at__isnull=True)
    attachment, _ = same_part.get_or_create(
        sha256=kept.sha256,
        defaults={
            "agency_id": document.agency_id,
            "document": document,
            "part": part,
            "ordinal": same_part.count() + 1,
            "name": name,
            "mime": kept.mime,
            "size": kept.size,
            "by_id": by.posting_id,
            "at": at,
        },
    )
    return attachment


def _refuse_failed(judged: Verification | None, part: str, name: str) -> None:
    """What goes out is whole; a changed file may only serve the drafting."""
    if judged is not None and part == Attachment.Part.APPENDIX and is_refutable(judged):
        raise refusal("documents.E833", name=name, said=why_refutable(judged))


@clause("ND30.10.2")
def detach_file(*, attachment_id: int, document_id: int, by: Actor, at: datetime) -> Attachment:
    """Take a file off the draft; its row and its bytes stay as part of the trail."""
    with transaction.atomic():
        document = access.document_for(by, document_id, to="revise", lock=True)
        attachment = document.attachments.filter(id=attachment_id, removed_at__isnull=True).first()

        refuse_unless_editor(document, by)
        refuse_unless_editable(document)
        if attachment is None:
            raise refusal("documents.E127")

        attachment.removed_at = at
        attachment.save(update_fields=["removed_at"])

        write_entry(
            "documents.drafting.detached",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.10.2",
            details={"name": attachment.name, "sha256": attachment.sha256},
        )
    return attachment
