"""Put one signature on a file and record which bytes went in and which came out.

The legal acts (sign, number, seal, sign an appendix) call this for keys that answer at once; for
keys that somebody must confirm elsewhere there are `ask_signature` and `finish_signature`.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from congvu.audit.write import write_entry
from congvu.kit import outside
from congvu.kit.refusal import Refusal, refusal, refuse_if, refuse_unless
from congvu.kit.typeset import Slot
from congvu.orgs.types import Actor
from congvu.signing import lasting, ports
from congvu.signing.keep_version import keep_version
from congvu.signing.lasting import Closing, Lasting
from congvu.signing.models import Certificate, SignatureRecord
from congvu.signing.types import Act, SignedPdf, Variant


@dataclass(frozen=True)
class Placement:
    """What to put where: the act, the field's name, its place, what it shows, its words.

    `forms` are text fields made or filled with the signature, `locks` those that it closes.
    `writes` is what a plug-in must put on the page itself, the first line before all.
    """

    act: Act
    field: str
    slot: Slot
    look: ports.Picture | ports.PagePicture
    words: str
    forms: tuple[ports.FormField, ...] = ()
    locks: tuple[str, ...] = ()
    variant: Variant = Variant.STRIP
    writes: tuple[str, ...] = ()


def put_signature(
    pdf: bytes,
    placement: Placement,
    *,
    certificate: Certificate,
    by: Actor,
    at: datetime,
    pin: str = "",
) -> SignedPdf:
    """Sign in the caller's transaction; refuses (E008) a file that cannot be signed.

    Refuses as well (E013, E160, E220) a key that does not answer at once.
    """
    road = ports.road_of(certificate.key_reference)
    is_agency = certificate.agency_id is not None
    refuse_if(is_agency and road == ports.Road.REMOTE, "signing.E160")
    refuse_if(is_agency and road == ports.Road.PLUGIN, "signing.E220")
    refuse_unless(road == ports.Road.AT_ONCE, "signing.E013")
    closing = Closing(placement.act, hashlib.sha256(pdf).hexdigest(), certificate, at)
    lasting.refuse_ended(certificate, at)
    signed, reached = _signed(pdf, order_of(placement, certificate, at), closing, pin)
    return keep_record(
        pdf, signed, placement, certificate=certificate, by=by, at=at, reached=reached
    )


def order_of(placement: Placement, certificate: Certificate, at: datetime) -> ports.SignatureOrder:
    """The order to the maker of signatures."""
    return ports.SignatureOrder(
        field=placement.field,
        page=placement.slot.page,
        box=placement.slot.box,
        look=placement.look,
        reason=placement.words,
        claimed_at=at,
        chain=lasting.chain_of(certificate),
        forms=placement.forms,
        locks=placement.locks,
    )


def keep_record(
    pdf: bytes,
    signed: bytes,
    placement: Placement,
    *,
    certificate: Certificate,
    by: Actor,
    at: datetime,
    reached: Lasting | None = None,
) -> SignedPdf:
    """Record that `pdf` became `signed`; the caller has made or checked the signature.

    `reached` says how long it can be judged; None where another program made it.
    """
    slot = placement.slot
    record = SignatureRecord.objects.create(
        act=placement.act,
        field=placement.field,
        certificate=certificate,
        by_person_id=by.person_id,
        signed_at=at,
        sha256_before=hashlib.sha256(pdf).hexdigest(),
        sha256_after=hashlib.sha256(signed).hexdigest(),
        page=slot.page,
        box=[slot.x, slot.y, slot.width, slot.height],
        words=placement.words[:400],
        level=reached.level if reached else "",
        level_note=reached.note[:400] if reached else "",
        variant=placement.variant,
    )
    if placement.act in lasting.CLOSING and reached is not None and by.agency_id is not None:
        keep_version(record, reached, agency_id=by.agency_id)

    write_entry(
        f"signing.{placement.act}",
        by=by,
        at=at,
        on=("signature_record", record.id),
        clause="ND30.32.2.c" if placement.act != Act.SIGNED else "ND30.13",
        details={
            "before": record.sha256_before,
            "after": record.sha256_after,
            "certificate": certificate.serial,
            "level": record.level,
            "level_note": record.level_note,
        },
    )
    return SignedPdf(
        pdf=signed,
        sha256=record.sha256_after,
        field=placement.field,
        slot=slot,
        certificate_id=certificate.id,
        record_id=record.id,
        signed_at=at,
    )


@dataclass(frozen=True)
class _Begun:
    """A file with its gap, and the signature that goes into it."""

    file: IO[bytes]
    made: ports.Prepared
    raw: bytes


def _signed(
    pdf: bytes, order: ports.SignatureOrder, closing: Closing, pin: str
) -> tuple[bytes, Lasting]:
    """Sign a private copy in place, so that memory does not grow with the file.

    The key is asked once, also where the act runs again for the answer of a time-stamper.
    """
    key = ("signed", closing.before, order)
    begun = outside.once(key, lambda: _begun(pdf, order, closing.certificate, pin))
    with tempfile.NamedTemporaryFile(prefix="congvu-sign-") as file:
        path = Path(file.name)
        shutil.copyfile(begun.file.name, path)
        reached = lasting.complete(path, begun.made, order, begun.raw, closing)
        return path.read_bytes(), reached


def _begun(pdf: bytes, order: ports.SignatureOrder, certificate: Certificate, pin: str) -> _Begun:
    file = tempfile.NamedTemporaryFile(prefix="congvu-sign-")  # noqa: SIM115 - goes with its holder
    file.write(pdf)
    file.flush()
    try:
        made = ports.signature_maker().prepare(Path(file.name), order)
    except ports.UnreadablePdf as fault:
        raise refusal("signing.E008") from fault
    try:
        store, name = ports.key_store(certificate.key_reference)
        raw = store.sign_digest(name, made.digest, pin=pin)
    except ports.KeyAbsent as absent:
        raise refusal("signing.E009", serial=certificate.serial) from absent
    except ports.PinRefused as refused:
        raise pin_refusal(refused) from refused
    return _Begun(file, made, raw)


def pin_refusal(refused: ports.PinRefused) -> Refusal:
    """What the holder is told about the PIN."""
    if refused.is_missing:
        return refusal("signing.E014")
    if refused.tries_left == 0:
        return refusal("signing.E016")
    left = "" if refused.tries_left is None else f" Còn {refused.tries_left} lần thử."
    return refusal("signing.E015", left=left)
