"""The rows of signing."""

from congvu.signing.models.custody import (
    CustodyNotice,
    DeviceHandover,
    ExpiryWarning,
    LossReport,
    ReportAuthority,
    SigningDevice,
)
from congvu.signing.models.lasting import ArchivalVersion
from congvu.signing.models.providers import RemoteKey, SigningProvider
from congvu.signing.models.records import SignatureRecord, VerificationReport
from congvu.signing.models.register import Certificate, Mark, RevocationList, TrustAnchor
from congvu.signing.models.trust import IssuerCertificate, TrustChange
from congvu.signing.models.waiting import SignatureLot, WaitingSignature

__all__ = [
    "ArchivalVersion",
    "Certificate",
    "CustodyNotice",
    "DeviceHandover",
    "ExpiryWarning",
    "IssuerCertificate",
    "LossReport",
    "Mark",
    "RemoteKey",
    "ReportAuthority",
    "RevocationList",
    "SignatureLot",
    "SignatureRecord",
    "SigningDevice",
    "SigningProvider",
    "TrustAnchor",
    "TrustChange",
    "VerificationReport",
    "WaitingSignature",
]
