"""The rows of signing."""

from congvu.signing.models.records import SignatureRecord, VerificationReport
from congvu.signing.models.register import Certificate, Mark, RevocationList, TrustAnchor

__all__ = [
    "Certificate",
    "Mark",
    "RevocationList",
    "SignatureRecord",
    "TrustAnchor",
    "VerificationReport",
]
