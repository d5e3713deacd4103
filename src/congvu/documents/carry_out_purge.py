"""Carry a confirmed purge out: files, then words, then certificate; safe to begin again anywhere.

Order: the files go one by one (each alone, twice does no harm), then one transaction empties every
word of the document, of the messages that carried it, its search entry and autosaves, has the rooms
above empty theirs, tells every other agency that had it, marks the backups, and keeps the
certificate. The register's line (number, day) and the log stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from congvu.accounts.forget_typed import forget_typed
from congvu.audit.write import write_entry
from congvu.channels.forget_purged import (
    Carried,
    carriers_of,
    files_of_carriers,
    forget_purged,
)
from congvu.documents.events import DocumentPurged
from congvu.documents.models import Arrival, ArrivalStamp, Attachment, Document, Purge, Signing
from congvu.documents.purge_certificate import purge_certificate
from congvu.documents.purge_words import empty_words
from congvu.incidents.models import Incident
from congvu.incidents.open_incident import open_incident
from congvu.kit import blobs, wall
from congvu.kit.backup_expiry import expire_backups
from congvu.kit.events import publish
from congvu.kit.purge_file import purge_file, purge_previews
from congvu.rules.clauses import clause
from congvu.signing.forget_files import forget_files, versions_of
from congvu.signing.models import WaitingSignature

PDF = "application/pdf"


@clause("QC.4.1", "S.34")
def carry_out_purge(*, purge_id: int, at: datetime) -> None:
    """Do what is still to be done of the purge; one that is done is left alone."""
    with wall.crossing_agencies():
        purge = Purge.objects.select_for_update(of=("self",)).get(id=purge_id)
        if purge.state != Purge.State.CONFIRMED:
            return
        # Copies and stamps of other agencies are seen only from here.
        purge.files = sorted({*purge.files, *files_to_purge(purge.document)})
        purge.save(update_fields=["files"])
    for sha256 in purge.files:
        purge_file(sha256)
    purge_previews(purge.document_id)
    with wall.crossing_agencies():
        _end(purge_id, at)


def files_to_purge(document: Document) -> set[str]:
    """The hash of every file that the document has or had, with its copies, stamps, sheets, renewed
    versions and the messages that brought it."""
    signings = Signing.objects.filter(document=document).values_list("file_before", "file_after")
    copies = document.copies.values_list("original_file", "base_file", "file")
    stamps = ArrivalStamp.objects.filter(arrival__document=document)
    asked = WaitingSignature.objects.filter(subject_kind="document", subject_id=document.id)
    found = {document.base_file, document.signed_file, document.issued_file}
    found |= {sha256 for row in (*signings, *copies) for sha256 in row}
    found |= {sha256 for row in stamps.values_list("original_file", "file") for sha256 in row}
    found |= set(Attachment.objects.filter(document=document).values_list("sha256", flat=True))
    waiting = asked.values_list("base_file", "prepared_file", "signed_file")
    found |= {sha256 for row in waiting for sha256 in row}
    found |= set(document.verification_sheets.values_list("file", flat=True))
    known = {one for one in found if one and one.strip("0")}
    known |= versions_of(known)
    return known | files_of_carriers(carried_by(document, known))


def carried_by(document: Document, files: Iterable[str]) -> Carried:
    """By what the channels know that a message brought this document."""
    arrivals = Arrival.objects.filter(document=document).values_list("id", flat=True)
    became = [("document", document.id), *(("arrival", one) for one in arrivals)]
    return Carried(tuple(became), frozenset(files))


def _end(purge_id: int, at: datetime) -> None:
    with transaction.atomic():
        purge = Purge.objects.select_for_update(of=("self",)).get(id=purge_id)
        if purge.state != Purge.State.CONFIRMED:
            return
        document = Document.objects.select_for_update(of=("self",)).get(id=purge.document_id)

        carried = carried_by(document, purge.files)
        others = _other_agencies(purge, carried)
        purge.counts = {
            **empty_words(document, purge, at),
            **forget_purged(carried),
            "proofs": forget_files(purge.files),
            "typed": forget_typed(number for _, number in carried.became),
            "agencies": len(others),
        }
        publish(
            DocumentPurged(
                document_id=document.id, agency_id=purge.agency_id, files=tuple(purge.files), at=at
            )
        )
        for agency_id in others:
            _tell(agency_id, document, purge, at)
        expire_backups(reason=f"tiêu hủy dữ liệu số {purge.id}", at=at)
        pdf = purge_certificate(purge, document, at=at)
        purge.certificate = blobs.keep(pdf, PDF).sha256
        purge.files, purge.state, purge.done_at = [], Purge.State.DONE, at
        purge.save()

        write_entry(
            "documents.purged",
            by=None,
            at=at,
            on=("document", document.id),
            agency_id=purge.agency_id,
            clause="QC.4.1",
            details={"purge": purge.id, "certificate": purge.certificate, **purge.counts},
        )


def _other_agencies(purge: Purge, carried: Carried) -> list[int]:
    """Who else had it: by the exchange, by the same file taken in by hand, by a message."""
    reached = Arrival.objects.filter(document_id=purge.document_id)
    same = Attachment.objects.filter(sha256__in=purge.files)
    found = {
        *reached.values_list("agency_id", flat=True),
        *same.values_list("agency_id", flat=True),
        *(one.agency_id for one in carriers_of(carried)),
    }
    return sorted(found - {purge.agency_id})


def _tell(agency_id: int, document: Document, purge: Purge, at: datetime) -> None:
    day = f" ngày {document.issued_on:%d/%m/%Y}" if document.issued_on else ""
    open_incident(
        kind=Incident.Kind.STATE_SECRET,
        agency_id=agency_id,
        said=(
            f"Văn bản {document.symbol or 'chưa có số'}{day} của {document.issuer_name} đã bị tiêu"
            f" hủy trên Hệ thống theo {purge.basis}. Hãy thu hồi, hủy bản in và bản đã tải về, rồi"
            " ghi kết quả tại đây."
        )[:1000],
        under="QC.4.1",
        by=None,
        at=at,
        facts={"purged_document": document.id},
    )
