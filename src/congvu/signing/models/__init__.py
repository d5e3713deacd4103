"""The rows of signing."""

from congvu.signing.models.records import SignatureRecord, VerificationReport
from congvu.signing.models.register import Certificate, Mark, RevocationList, TrustAnchor
from congvu.signing.models.waiting import WaitingSignature

__all__ = [
    "Certificate",
    "Mark",
    "RevocationList",
    "SignatureRecord",
    "TrustAnchor",
    "VerificationReport",
    "WaitingSignature",
]
