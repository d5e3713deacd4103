"""Relabel a document: its level of sensitivity decides where its files lie (S.22).

Levels 3 and 4 are kept sealed in the vault, levels 1 and 2 in the open store; a new label moves
every file and leaves no copy. A file that another restricted document also uses stays sealed.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.models import Attachment, Document, Sensitivity, Signing, VerificationSheet
from congvu.kit import blobs
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.page_images import forget_pages
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.queries import archival_files

SHORTEST_REASON, LONGEST_REASON = 5, 500


@clause("S.22")
def relabel_document(
    *, document_id: int, sensitivity: int, reason: str, by: Actor, at: datetime
) -> Document:
    """Give the document another level; the reason is kept in the audit log."""
    with transaction.atomic():
        document = access.document_for(by, document_id, to="relabel", lock=True)
        reason, before = plain_spaces(clean_text(reason)), document.sensitivity

        refuse_unless(sensitivity in Sensitivity.values, "documents.E701")
        refuse_unless(
            SHORTEST_REASON <= len(reason) <= LONGEST_REASON,
            "documents.E702",
            least=SHORTEST_REASON,
            limit=LONGEST_REASON,
        )

        document.sensitivity = sensitivity
        document.changed_at = at
        document.save(update_fields=["sensitivity", "changed_at"])
        move_files(document)

        write_entry(
            "documents.relabelled",
            by=by,
            at=at,
            on=("document", document.id),
            clause="S.22",
            details={"before": before, "after": sensitivity, "reason": reason},
        )
    return document


def move_files(document: Document) -> None:
    """Put all files of the document where its level wants them."""
    for sha256 in sorted(files_of_document(document)):
        if document.is_restricted:
            blobs.restrict(sha256)
            forget_pages(sha256)
        elif not _is_used_restricted(sha256):
            blobs.release(sha256)


def files_of_document(document: Document) -> set[str]:
    """The hashes of every file the document has or had: drafts printed, signed, issued, beside,
    and the archival versions of those that were signed."""
    signings = Signing.objects.filter(document=document).values_list("file_before", "file_after")
    beside = Attachment.objects.filter(document=document).values_list("sha256", flat=True)
    sheets = VerificationSheet.objects.filter(document=document).values_list("file", flat=True)
    own = (document.base_file, document.signed_file, document.issued_file)
    put_on = (file for pair in signings for file in pair)
    found = {one for one in (*own, *beside, *sheets, *put_on) if one}
    return found | archival_files(found)


def _is_used_restricted(sha256: str) -> bool:
    restricted = Document.objects.filter(sensitivity__gte=Sensitivity.RESTRICTED)
    uses = Q(base_file=sha256) | Q(signed_file=sha256) | Q(issued_file=sha256)
    return restricted.filter(
        uses | Q(attachments__sha256=sha256) | Q(signings__file_before=sha256)
    ).exists()
