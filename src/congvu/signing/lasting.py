"""Makes signatures last: a time-stamp beside each, evidence and a time-stamp over the whole file.

The levels of ETSI EN 319 142-1. Every signature gets its time-stamp (B-T). The last signature of a
file closes it: certificates, lists and answers are appended once for all signatures behind it
(B-LT), and a time-stamp over everything (B-LTA). What is signed is never written again.

When a part cannot be had the act is refused, or goes on at a lower level where the installation
says so (`CONGVU_SIGNATURE_SHORTFALL=lower`); then the record says what is missing and why.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from congvu.kit import blobs, outside
from congvu.kit.refusal import refusal, refuse_if
from congvu.rules.clauses import clause
from congvu.signing import judge, ports, queries
from congvu.signing.models import Certificate
from congvu.signing.types import Act, Level

CLOSING = {Act.SEALED, Act.APPENDIX_SIGNED, Act.COPY_SIGNED, Act.ARRIVAL_STAMPED}
STAMP_FIELD = "DauThoiGian"
_LOWER = "lower"
_ENDED = {"revoked", "expired", "not_yet", "usage"}


@dataclass(frozen=True)
class Lasting:
    """The level that a file reached, why not a higher one, and what proves its time."""

    level: Level = Level.B
    note: str = ""
    stamps: tuple[tuple[bytes, ...], ...] = ()  # certificates of its time-stamps, newest last

    def short(self, note: str) -> Lasting:
        """The same with one more thing that is missing."""
        return replace(self, note=f"{self.note} {note}".strip())


@dataclass(frozen=True)
class Closing:
    """Which signature is being put: what it is for, on which file, with which certificate."""

    act: Act
    before: str  # SHA-256 of the file it is put on
    certificate: Certificate
    at: datetime


def level_wanted() -> Level:
    """The level of this installation: as configured, else the best that its parts allow."""
    if settings.SIGNATURE_LEVEL:
        return Level(settings.SIGNATURE_LEVEL)
    return Level.LTA if ports.time_stamper() is not None else Level.B


@clause("QC.10.3")
def refuse_ended(certificate: Certificate, at: datetime) -> None:
    """Before a key is used: its certificate must stand now, as far as anybody can be asked.

    Refuses E102. Not asked where signatures need no evidence.
    """
    if level_wanted() in {Level.B, Level.T}:
        return
    standing = _gather([_Use(chain_of(certificate), at)], at)[0].standing
    refuse_if(
        standing in _ENDED,
        "signing.E102",
        serial=certificate.serial,
        said=judge.CERTIFICATE_WORDS.get(standing, ""),
    )


def complete(
    path: Path,
    made: ports.Prepared,
    order: ports.SignatureOrder,
    raw: bytes,
    closing: Closing,
) -> Lasting:
    """Fill the gap with the signature and its time-stamp; close the file if it is the last one."""
    reached, token = Lasting(), None
    if level_wanted() != Level.B:
        try:
            stamp = _stamp(hashlib.sha256(raw).digest(), closing.at)
            token, reached = stamp.token, Lasting(Level.T, stamps=(stamp.chain,))
        except ports.TimeStampUnavailable as fault:
            reached = _lower(reached, "signing.E100", str(fault))
    try:
        ports.signature_maker().complete(path, made, order, raw, token)
    except ports.TooLarge as fault:
        raise refusal("signing.E103") from fault
    return close(path, closing, reached)


def close(path: Path, closing: Closing, reached: Lasting) -> Lasting:
    """Append evidence and the time-stamp of the whole file, if this signature is its last."""
    if closing.act not in CLOSING or level_wanted() not in {Level.LT, Level.LTA}:
        return reached
    evidence, missing = evidence_for(closing, reached)
    if missing:
        reached = _lower(reached, "signing.E101", missing)
    if level_wanted() == Level.LTA and reached.stamps:
        try:
            return stamp_file(path, evidence, reached, closing.at, missing)
        except ports.TimeStampUnavailable as fault:
            reached = _lower(reached, "signing.E100", str(fault))
    ports.signature_maker().add_evidence(path, evidence)
    is_complete = not missing and reached.level == Level.T
    return replace(reached, level=Level.LT) if is_complete else reached


def close_other(path: Path, closing: Closing) -> Lasting:
    """Close a file whose last signature another program made: its time is proven by ours."""
    if level_wanted() != Level.LTA:
        return Lasting()
    evidence, missing = evidence_for(closing, Lasting())
    reached = Lasting()
    if missing:
        reached = _lower(reached, "signing.E101", missing)
    try:
        return stamp_file(path, evidence, reached, closing.at, missing)
    except ports.TimeStampUnavailable as fault:
        return _lower(reached, "signing.E100", str(fault))


def stamp_file(
    path: Path,
    evidence: ports.Evidence | None,
    reached: Lasting,
    at: datetime,
    missing: str = "",
) -> Lasting:
    """Append evidence and a time-stamp over the whole file; all or nothing of the file changes.

    Raises TimeStampUnavailable, with the file as it was.
    """
    maker, before = ports.signature_maker(), blobs.hash_of_file(path)
    gap = outside.once(("stamped", before, evidence), lambda: _with_gap(path, evidence))
    stamp = _stamp(gap.made.digest, at)
    try:
        maker.embed(Path(gap.file.name), gap.made, stamp.token)
    except ports.TooLarge as fault:
        raise refusal("signing.E103") from fault
    shutil.copyfile(gap.file.name, path)
    level = reached.level if missing else Level.LTA
    return replace(reached, level=level, stamps=(*reached.stamps, stamp.chain))


@dataclass(frozen=True)
class _Gap:
    """A copy of a file with evidence and the gap for a time-stamp appended."""

    file: IO[bytes]
    made: ports.Prepared


def _with_gap(path: Path, evidence: ports.Evidence | None) -> _Gap:
    file = tempfile.NamedTemporaryFile(prefix="congvu-stamp-")  # noqa: SIM115 - goes with its holder
    shutil.copyfile(path, file.name)
    return _Gap(file, ports.signature_maker().prepare_stamp(Path(file.name), STAMP_FIELD, evidence))


def evidence_for(closing: Closing, reached: Lasting) -> tuple[ports.Evidence, str]:
    """Evidence about every signature behind this one and every time-stamp; what is missing."""
    earlier = queries.records_behind(closing.before)
    signers = {one.certificate_id: (one.certificate, one.signed_at) for one in earlier}
    signers[closing.certificate.id] = (closing.certificate, closing.at)
    used = [_Use(chain_of(certificate), moment) for certificate, moment in signers.values()]
    used += [_Use(chain, closing.at, is_stamp=True) for chain in dict.fromkeys(reached.stamps)]
    found = _gather(used, closing.at)
    missing = next((one.standing for one in found if one.standing != "good"), "")
    words = judge.CERTIFICATE_WORDS.get(missing, "")
    return joined([one.evidence for one in found]), words and f"chứng thư số {words}."


def stamp_evidence(stamps: Sequence[tuple[bytes, ...]], at: datetime) -> ports.Evidence:
    """Evidence about the certificates of time-stamps, each once."""
    used = [_Use(chain, at, is_stamp=True) for chain in dict.fromkeys(stamps)]
    return joined([one.evidence for one in _gather(used, at)])


def joined(parts: Sequence[ports.Evidence]) -> ports.Evidence:
    """Evidence put together, nothing twice."""
    return ports.Evidence(
        tuple(dict.fromkeys(one for part in parts for one in part.certificates)),
        tuple(dict.fromkeys(one for part in parts for one in part.lists)),
        tuple(dict.fromkeys(one for part in parts for one in part.answers)),
    )


def chain_of(certificate: Certificate) -> tuple[bytes, ...]:
    """The DER certificates of a registered certificate, its own first."""
    return tuple(base64.b64decode(text) for text in certificate.chain)


def _stamp(digest: bytes, at: datetime) -> ports.TimeStamp:
    stamper = ports.time_stamper()
    if stamper is None:
        raise ports.TimeStampUnavailable("Hệ thống chưa được nối với máy chủ cấp dấu thời gian.")
    if not stamper.goes_out:
        return stamper.stamp(digest, at)
    return outside.answer(("time-stamp", digest, at), lambda: stamper.stamp(digest, at))


@dataclass(frozen=True)
class _Use:
    """A chain of certificates and when its first one was used."""

    chain: tuple[bytes, ...]
    moment: datetime
    is_stamp: bool = False


def _gather(used: Sequence[_Use], at: datetime) -> list[ports.Gathered]:
    """Evidence about each, in one question to whoever knows."""
    source, lists = ports.revocation_source(), queries.known_list_contents()
    anchors: dict[bool, list[bytes]] = {False: [], True: []}
    for one in queries.trusted_roots(at):
        read = x509.load_pem_x509_certificate(one.certificate.encode())
        anchors[one.is_for_stamps].append(read.public_bytes(Encoding.DER))

    def ask() -> list[ports.Gathered]:
        return [
            source.gather(one.chain, anchors[one.is_stamp], lists, moment=one.moment, at=at)
            for one in used
        ]

    if not any(source.goes_out(one.chain, at) for one in used):
        return ask()
    known = (tuple(lists), *(tuple(anchors[kind]) for kind in (False, True)))
    return outside.answer(("standing", tuple(used), known, at), ask)


def _lower(reached: Lasting, code: str, why: str) -> Lasting:
    """Refuse, or say on the record why the level is lower than wanted."""
    refuse_if(settings.SIGNATURE_SHORTFALL != _LOWER, code, why=why)
    return reached.short(why)
