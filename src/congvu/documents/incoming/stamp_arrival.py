"""Put the stamp "ĐẾN" on the archived copy of a registered arrival (dấu Đến: ND30.22, PL4).

The received file is never altered: the stamped one is new, begins with its bytes and is linked to
it. The stamp is a visible signature of the receiving agency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.copies.choose_stamps import choice_on
from congvu.documents.models import Arrival, ArrivalStamp, Attachment, Document, Registration
from congvu.kit import blobs, clock
from congvu.kit.gate import look_at
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.kit.screening import PDF
from congvu.kit.typeset import Slot
from congvu.orgs.types import Actor
from congvu.rules import numbering
from congvu.rules.clauses import clause
from congvu.signing import ports
from congvu.signing import queries as signing
from congvu.signing.stamp_arrival import ArrivalWords, stamp_as_receiver, usual_slot
from congvu.signing.types import SignedPdf
from congvu.signing.verify import verify_pdf


@clause("ND30.22", "ND30.PL4")
def stamp_arrival(*, arrival_id: int, by: Actor, at: datetime, handed_to: str = "") -> ArrivalStamp:
    """Stamp the arrival with its number and day; `handed_to` fills "Chuyển"."""
    with transaction.atomic():
        ready = ready_to_stamp(arrival_id, by, handed_to)
        content = blobs.read(ready.file)
        signed = stamp_as_receiver(
            content,
            stamp=ready.stamp,
            slot=_place(ready.arrival.document, content),
            by=by,
            at=at,
        )
        return write_stamp(ready, signed, by, at)


@dataclass(frozen=True)
class Ready:
    """A registered arrival without a stamp, locked; what the stamp says, and on what file."""

    arrival: Arrival
    file: str
    stamp: ArrivalWords

    @property
    def words(self) -> str:
        """The stamp in one line."""
        return f"Đến: {self.stamp.agency}; số {self.stamp.number}; ngày {self.stamp.day}"


def ready_to_stamp(arrival_id: int, by: Actor, handed_to: str = "") -> Ready:
    """Lock the arrival and refuse what may not be stamped; see `stamp_arrival`."""
    arrival = access.arrival_for(by, arrival_id, to="stamp", lock=True)
    registration = Registration.objects.filter(arrival=arrival).first()
    document = arrival.document
    file = _received_file(document)

    if registration is None:
        raise refusal("documents.E820")
    refuse_unless(access.file_is_open(document, arrival), "documents.E001")
    refuse_if(ArrivalStamp.objects.filter(arrival=arrival).exists(), "documents.E821")
    refuse_unless(file, "documents.E822")
    words = ArrivalWords(
        agency=by.agency_name,
        number=numbering.padded(registration.number),
        day=f"{registration.on:%d/%m/%Y}",
        handed_to=handed_to[:40],
    )
    return Ready(arrival, file, words)


def write_stamp(ready: Ready, signed: SignedPdf, by: Actor, at: datetime) -> ArrivalStamp:
    """The stamp is on the file: the archived copy stands beside the original."""
    arrival, document = ready.arrival, ready.arrival.document
    row = ArrivalStamp.objects.create(
        agency_id=by.agency_id,
        arrival=arrival,
        original_file=ready.file,
        file=blobs.keep(signed.pdf, PDF, restricted=document.is_restricted).sha256,
        words=ready.words,
        by_id=by.posting_id,
        at=at,
    )
    verify_pdf(signed.pdf, at=at)

    write_entry(
        "documents.incoming.stamped",
        by=by,
        at=at,
        on=("document", document.id),
        clause="ND30.PL4",
        details={"arrival": arrival.id, "original": ready.file, "file": row.file},
    )
    return row


def stamp_when_chosen(*, arrival_id: int, by: Actor, at: datetime) -> ArrivalStamp | None:
    """Stamp a freshly registered arrival, where the agency has so chosen and there is a PDF.

    A key that its holder must be asked for stamps nothing by the way: the page offers it after.
    """
    choice = choice_on(by.agency_id or 0, clock.local(at).date())
    if choice is None or not choice.stamps_when_registered:
        return None
    if signing.key_of_agency(by.agency_id or 0, at).road != ports.Road.AT_ONCE:
        return None
    arrival = access.arrival_for(by, arrival_id, to="stamp")
    if not _received_file(arrival.document):
        return None
    return stamp_arrival(arrival_id=arrival_id, by=by, at=at)


def can_be_stamped(document: Document) -> bool:
    """Whether what was received is a PDF, on which a stamp can stand."""
    return bool(_received_file(document))


def stamp_of(arrival: Arrival) -> ArrivalStamp | None:
    """The stamp of an arrival, if it has one."""
    return ArrivalStamp.objects.filter(arrival=arrival).first()


def _received_file(document: Document) -> str:
    main = Attachment.objects.filter(
        document=document, part=Attachment.Part.MAIN, removed_at=None
    ).first()
    return document.file or (main.sha256 if main is not None and main.mime == PDF else "")


def _place(document: Document, content: bytes) -> Slot:
    """The place that the form left free; on other files the usual one below the number."""
    if "arrival_stamp" in document.slots:
        return Slot(**document.slots["arrival_stamp"])
    return usual_slot(look_at(content)["page_size"])
