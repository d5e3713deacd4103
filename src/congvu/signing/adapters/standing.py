"""How a certificate stood at a moment, by anchors, lists and answers that are at hand.

Nothing is fetched here. Lists and answers known to this installation are heard first; those that
came inside a file are heard only where ours do not reach, so that nobody can bring an older list
to hide a revocation that we know of.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from asn1crypto import crl, ocsp, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InsufficientRevinfoError,
    NotYetValidError,
    PathBuildingError,
    PathValidationError,
    RevokedError,
)
from pyhanko_certvalidator.errors import ValidationError as CertificateError

_STANDINGS: tuple[tuple[type[Exception], str], ...] = (
    (PathBuildingError, "no_chain"),
    (RevokedError, "revoked"),
    (ExpiredError, "expired"),
    (NotYetValidError, "not_yet"),
    (InsufficientRevinfoError, "no_list"),
    (DisallowedAlgorithmError, "weak"),
    (PathValidationError, "bad_chain"),
    (CertificateError, "bad_chain"),
)
_UNDECIDED = {"no_list", "no_chain"}


@dataclass(frozen=True)
class Grounds:
    """What a judgement on certificates rests on."""

    anchors: Sequence[x509.Certificate]
    lists: Sequence[crl.CertificateList] = ()
    answers: Sequence[ocsp.OCSPResponse] = ()
    certificates: Sequence[x509.Certificate] = field(default=())
    # What was found by these grounds: two signatures of one key are judged together.
    found: dict[tuple[object, ...], str] = field(default_factory=dict, compare=False, repr=False)

    def context(self, moment: datetime) -> ValidationContext:
        """The same for the validator: nothing is fetched, revocation must be known."""
        return ValidationContext(
            trust_roots=list(self.anchors),
            other_certs=list(self.certificates),
            crls=list(self.lists),
            ocsps=list(self.answers),
            moment=moment,
            allow_fetching=False,
            revocation_mode="require",
            retroactive_revinfo=True,
        )

    def and_from_file(self, brought: Grounds) -> Grounds:
        """These grounds with what a file brought beside them (never its anchors)."""
        return Grounds(
            self.anchors,
            [*self.lists, *brought.lists],
            [*self.answers, *brought.answers],
            [*self.certificates, *brought.certificates],
        )


def signer_standing(
    certificate: x509.Certificate, moment: datetime, known: Grounds, brought: Grounds | None = None
) -> str:
    """The same of a certificate that signs: its key must be for signing as well."""
    usage = certificate.key_usage_value
    if usage is not None and not usage.native & {"digital_signature", "non_repudiation"}:
        return "usage"
    return standing_of(certificate, moment, known, brought)


def standing_of(
    certificate: x509.Certificate, moment: datetime, known: Grounds, brought: Grounds | None = None
) -> str:
    """ "good" at `moment`, or the word for what is wrong (judge.CERTIFICATE_WORDS)."""
    key = (certificate.sha256, moment, *_identity(brought))
    if key not in known.found:
        known.found[key] = _looked_up(certificate, moment, known, brought)
    return known.found[key]


def _identity(brought: Grounds | None) -> Sequence[object]:
    """What a file brought, as far as it differs from one signature in it to another."""
    if brought is None:
        return ()
    names = frozenset(one.sha256 for one in brought.certificates)
    return (names, len(brought.lists), len(brought.answers))


def _looked_up(
    certificate: x509.Certificate, moment: datetime, known: Grounds, brought: Grounds | None
) -> str:
    known = Grounds(
        known.anchors,
        [one for one in known.lists if _speaks_of(one, certificate)],
        known.answers,
        [*known.certificates, *(brought.certificates if brought else ())],
    )
    found = _standing(certificate, moment, known)
    if found in _UNDECIDED and brought is not None and (brought.lists or brought.answers):
        return _standing(certificate, moment, known.and_from_file(brought))
    return found


def _standing(certificate: x509.Certificate, moment: datetime, grounds: Grounds) -> str:
    validator = CertificateValidator(certificate, validation_context=grounds.context(moment))
    try:
        _runner().run(validator.async_validate_path())
    except (PathBuildingError, CertificateError) as fault:
        return next(word for kind, word in _STANDINGS if isinstance(fault, kind))
    return "good"


@cache
def _runner() -> asyncio.Runner:
    """One event loop for the life of a sandbox; nothing is ever waited for in it."""
    return asyncio.Runner()


def _speaks_of(issued: crl.CertificateList, certificate: x509.Certificate) -> bool:
    """A list made after the certificate expired no longer names it, unless it says that it does."""
    if issued.issuer != certificate.issuer:
        return True
    content = issued["tbs_cert_list"]
    if content["this_update"].native <= certificate.not_valid_after:
        return True
    named = {one["extn_id"].dotted for one in content["crl_extensions"] or ()}
    return "2.5.29.60" in named  # expiredCertsOnCRL
