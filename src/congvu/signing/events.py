"""What has happened in the signing room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SignatureAsked:
    """A signature is asked of somebody elsewhere; the provider is told after the commit."""

    waiting_id: int
    at: datetime


@dataclass(frozen=True)
class SignatureArrived:
    """The signature asked for is on the file: what it was for goes on."""

    waiting_id: int
    at: datetime


@dataclass(frozen=True)
class SignatureEnded:
    """The signature asked for will not come: refused, failed, out of time or cancelled."""

    waiting_id: int
    at: datetime


@dataclass(frozen=True)
class CertificateDistrusted:
    """From `since` on nothing that this certificate signed is trusted (báo mất khóa ký số)."""

    certificate_id: int
    report_id: int
    since: datetime
    at: datetime


@dataclass(frozen=True)
class ControlLost:
    """A key or an account was reported out of control: those who must know are to be told."""

    report_id: int
    at: datetime
