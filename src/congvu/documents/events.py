"""What has happened in the documents room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class DocumentIssued:
    """A document was issued; its deliveries are to be made (phát hành)."""

    document_id: int
    at: datetime


@dataclass(frozen=True)
class DocumentRecalled:
    """The sender called an issued document back (thu hồi)."""

    document_id: int
    at: datetime


@dataclass(frozen=True)
class DocumentRegistered:
    """An arrival got its number in the register of incoming documents (đăng ký)."""

    arrival_id: int
    at: datetime


@dataclass(frozen=True)
class DocumentHandedBack:
    """An arrival was returned to its sender with a reason (trả lại)."""

    arrival_id: int
    at: datetime


@dataclass(frozen=True)
class RecallAnswered:
    """The receiver destroyed the recalled document, or refused a plain request (15, 16)."""

    arrival_id: int
    at: datetime


@dataclass(frozen=True)
class DraftSubmitted:
    """A draft was laid before somebody (trình)."""

    document_id: int
    submission_id: int
    at: datetime


@dataclass(frozen=True)
class DraftSentBack:
    """A draft was sent back with a reason (trả lại dự thảo)."""

    document_id: int
    at: datetime


@dataclass(frozen=True)
class DraftApproved:
    """A draft passed content and form review and waits for its signature (duyệt)."""

    document_id: int
    at: datetime


@dataclass(frozen=True)
class DocumentSigned:
    """The competent person signed (ký số)."""

    document_id: int
    at: datetime


@dataclass(frozen=True)
class DocumentPurged:
    """A document's files and words were destroyed: other rooms empty what they say of it.

    `files` are the hashes by which they know what carried it; they go with the transaction.
    """

    document_id: int
    agency_id: int
    files: tuple[str, ...]
    at: datetime
