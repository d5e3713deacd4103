"""Empty every word that a purged document left in the rows of this room; numbers and days stay."""

from __future__ import annotations

from datetime import datetime

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from congvu.documents.models import (
    Arrival,
    Attachment,
    Autosave,
    BatchItem,
    Document,
    DocumentCopy,
    DraftVersion,
    HandBack,
    Issue,
    Opinion,
    OpinionRequest,
    Purge,
    Recall,
    RecallAnswer,
    Registration,
    Review,
    SearchEntry,
    Shown,
    Signing,
    Submission,
    VerificationSheet,
)
from congvu.documents.models.copies import ArrivalStamp
from congvu.documents.states import DocumentState
from congvu.documents.types import draft_of_text
from congvu.kit.blobs import NOTHING
from congvu.rules.clauses import clause
from congvu.signing.models import WaitingSignature

GONE = "(đã tiêu hủy)"
UNISSUED = frozenset(
    {
        DocumentState.DRAFTING,
        DocumentState.IN_REVIEW,
        DocumentState.SENT_BACK,
        DocumentState.APPROVED,
        DocumentState.SIGNED,
    }
)


@clause("QC.4.1", "S.34")
def empty_words(document: Document, purge: Purge, at: datetime) -> dict[str, int]:
    """Empty them; tells how much of what there was, for the certificate."""
    own = {"document": document}
    counts = {
        "files": len(purge.files),
        "versions": DraftVersion.objects.filter(**own).update(
            content=draft_of_text(GONE).to_json(), note=""
        ),
        "autosaves": Autosave.objects.filter(**own).delete()[0],
        "search": SearchEntry.objects.filter(**own).delete()[0],
        "opinions": Opinion.objects.filter(**own).update(text=GONE)
        + Review.objects.filter(**own).update(reason="")
        + Submission.objects.filter(**own).update(note="")
        + OpinionRequest.objects.filter(**own).update(question=""),
    }
    Recall.objects.filter(**own).update(reason=GONE)
    Registration.objects.filter(arrival__document=document).update(note="")
    HandBack.objects.filter(arrival__document=document).update(reason=GONE)
    RecallAnswer.objects.filter(arrival__document=document).update(reason="")
    Arrival.objects.filter(**own).update(changed_at=at)
    _forget_files(document, purge, at)
    _rename(document, purge, at)
    return counts


def _forget_files(document: Document, purge: Purge, at: datetime) -> None:
    """Rows keep that there was a file, not which; the same bytes elsewhere are the same secret."""
    same = Attachment.objects.filter(sha256__in=purge.files)
    same.update(name=GONE, sha256=NOTHING, size=0, removed_at=at)
    Signing.objects.filter(document=document).update(file_before=NOTHING, file_after=NOTHING)
    Issue.objects.filter(document=document).update(file=NOTHING)
    DocumentCopy.objects.filter(document=document).update(
        purpose=GONE,
        extracted="",
        reason="",
        original_file=NOTHING,
        base_file="",
    )
    DocumentCopy.objects.filter(document=document).exclude(file="").update(file=NOTHING)
    sheets = VerificationSheet.objects.filter(document=document)
    sheets.update(file=NOTHING)
    Shown.objects.filter(document=document).update(
        sha256=Concat(Value("purged-"), Cast("id", CharField()))
    )
    BatchItem.objects.filter(document=document).exclude(seen_sha256="").update(seen_sha256=NOTHING)
    stamps = ArrivalStamp.objects.filter(arrival__document=document)
    stamps.update(original_file=NOTHING, file=NOTHING)
    asked = WaitingSignature.objects.filter(subject_kind="document", subject_id=document.id)
    asked.update(base_file=NOTHING, prepared_file="", signed_file="", prepared={}, words="")


def _rename(document: Document, purge: Purge, at: datetime) -> None:
    document.subject = f"(Đã tiêu hủy theo {purge.basis})"
    document.base_file = document.signed_file = document.issued_file = ""
    document.slots, document.page_count, document.field = {}, None, ""
    document.changed_at = at
    if document.state in UNISSUED:
        document.state = DocumentState.CANCELLED
    document.save()
