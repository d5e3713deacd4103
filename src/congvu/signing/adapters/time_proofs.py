"""Time-stamps in a PDF: beside a signature and over the file, and what each of them proves.

A time-stamp proves its moment when it is intact, made by a certificate that may time-stamp, that
leads to an anchor for time-stamps and stood at that moment; and when that certificate had neither
expired nor been revoked by the time at which the stamp itself is known to have existed: that of the
next trusted time-stamp over it, or else when this house first held the file. So a chain of renewed
stamps is followed from the newest back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import cms, x509
from pyhanko.sign.validation.generic_cms import (
    extract_tst_data_iter,
    message_imprint_checker,
    validate_sig_integrity,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from congvu.signing.adapters.standing import Grounds, standing_of

TOLERANCE = timedelta(minutes=5)
_BROKEN = "bad_chain"


@dataclass(frozen=True)
class Proof:
    """A time-stamp and what it is worth. `standing` is "good" or what is wrong with it."""

    at: datetime
    by: str
    revision: int
    is_intact: bool
    is_genuine: bool
    at_stamping: str
    standing: str

    @property
    def is_proof(self) -> bool:
        """Whether what it covers is proven to have existed at `at`."""
        return self.is_intact and self.is_genuine and self.standing == "good"


def proofs_of(
    stamps: Sequence[tuple[int, EmbeddedPdfSignature]],
    known: Grounds,
    brought: Grounds,
    seen_at: datetime,
) -> list[Proof]:
    """What the time-stamps over the file are worth, as far as they can be read, oldest first."""
    read: list[Proof] = []
    known_by = seen_at
    for _, signature in sorted(stamps, key=lambda one: one[0], reverse=True):
        try:
            found = token_of_file(signature, known, brought, known_by)
        except (RecursionError, MemoryError):
            raise
        except Exception:  # noqa: S112 - a broken stamp proves nothing; its own line says so
            continue
        read.insert(0, found)
        known_by = found.at if found.is_proof else known_by
    return read


def token_of_file(
    signature: EmbeddedPdfSignature, known: Grounds, brought: Grounds, known_by: datetime
) -> Proof:
    """A time-stamp over the whole file."""
    return _proof(
        signature.signed_data,
        signature.compute_digest,
        _Moment(signature.signed_revision, known_by),
        known,
        brought,
    )


def token_beside(
    signature: EmbeddedPdfSignature, known: Grounds, brought: Grounds, known_by: datetime
) -> Proof | None:
    """The time-stamp beside a signature; None without one, or when it cannot be read at all."""
    try:
        token = next(iter(extract_tst_data_iter(signature.signer_info, signed=False)), None)
        if token is None:
            return None
        return _proof(
            token,
            message_imprint_checker(signature.signer_info),
            _Moment(signature.signed_revision, known_by),
            known,
            brought,
        )
    except (RecursionError, MemoryError):
        raise
    except Exception:  # a broken token proves nothing, the signature itself is judged elsewhere
        return None


@dataclass(frozen=True)
class _Moment:
    revision: int
    known_by: datetime


def _proof(
    token: cms.SignedData,
    imprint_of: Callable[[str], bytes],
    moment: _Moment,
    known: Grounds,
    brought: Grounds,
) -> Proof:
    at: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    within = [one.chosen for one in token["certificates"] if one.name == "certificate"]
    grounds = Grounds((), brought.lists, brought.answers, [*within, *brought.certificates])
    certificate = _signer(token, within)
    is_intact, is_genuine = _integrity(token, certificate, imprint_of)
    at_stamping = standing_of(certificate, at, known, grounds)
    if at_stamping == "good" and not _may_stamp(certificate):
        at_stamping = "usage"
    return Proof(
        at=at,
        by=str(certificate.subject.native.get("common_name") or ""),
        revision=moment.revision,
        is_intact=is_intact,
        is_genuine=is_genuine,
        at_stamping=at_stamping,
        standing=_until(certificate, at, at_stamping, moment.known_by, known),
    )


def _integrity(
    token: cms.SignedData, certificate: x509.Certificate, imprint_of: Callable[[str], bytes]
) -> tuple[bool, bool]:
    """Whether the token is unchanged and over what it should be, and by its certificate's key."""
    (line,) = token["signer_infos"]
    content = token["encap_content_info"]["content"]
    digest = hashlib.new(line["digest_algorithm"]["algorithm"].native, bytes(content)).digest()
    is_whole, is_genuine = validate_sig_integrity(line, certificate, "tst_info", digest)
    imprint = content.parsed["message_imprint"]
    over = imprint_of(imprint["hash_algorithm"]["algorithm"].native)
    return bool(is_whole and over == imprint["hashed_message"].native), bool(is_genuine)


def _until(
    certificate: x509.Certificate,
    at: datetime,
    at_stamping: str,
    known_by: datetime,
    known: Grounds,
) -> str:
    if at_stamping != "good":
        return at_stamping
    if at > known_by + TOLERANCE:
        return "not_yet"  # it says a moment later than the one at which it is known to have existed
    if certificate.not_valid_after < known_by:
        return "expired"
    now = standing_of(certificate, known_by, known)
    return now if now == "revoked" else "good"


def _may_stamp(certificate: x509.Certificate) -> bool:
    purposes = certificate.extended_key_usage_value
    return purposes is not None and purposes.native == ["time_stamping"]


def _signer(token: cms.SignedData, within: list[x509.Certificate]) -> x509.Certificate:
    wanted = token["signer_infos"][0]["sid"]
    for one in within:
        if wanted.name == "subject_key_identifier":
            if one.key_identifier == wanted.native:
                return one
        elif one.serial_number == wanted.chosen["serial_number"].native and (
            one.issuer == wanted.chosen["issuer"]
        ):
            return one
    raise ValueError("the token does not hold the certificate of its signer")
