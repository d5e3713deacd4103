"""Rows of the documents room."""

from congvu.documents.models.acts import (
    HandBack,
    Issue,
    Numbering,
    Recall,
    RecallAnswer,
    Registration,
    Signing,
)
from congvu.documents.models.arrival import Arrival
from congvu.documents.models.batch import BatchItem, Shown, SigningBatch
from congvu.documents.models.co_signer import CoSigner
from congvu.documents.models.copies import ArrivalStamp, CopyAuthority, DocumentCopy, StampChoice
from congvu.documents.models.document import (
    Attachment,
    Document,
    Reader,
    Recipient,
    SearchEntry,
    Sensitivity,
)
from congvu.documents.models.drafts import (
    Autosave,
    DraftVersion,
    Opinion,
    OpinionRequest,
    Review,
    Submission,
)
from congvu.documents.models.purge import Purge
from congvu.documents.models.register import RegisterBook, SeriesChoice
from congvu.documents.models.verification import VerificationSheet

__all__ = [
    "Arrival",
    "ArrivalStamp",
    "Attachment",
    "Autosave",
    "BatchItem",
    "CoSigner",
    "CopyAuthority",
    "Document",
    "DocumentCopy",
    "DraftVersion",
    "HandBack",
    "Issue",
    "Numbering",
    "Opinion",
    "OpinionRequest",
    "Purge",
    "Reader",
    "Recall",
    "RecallAnswer",
    "Recipient",
    "RegisterBook",
    "Registration",
    "Review",
    "SearchEntry",
    "Sensitivity",
    "SeriesChoice",
    "Shown",
    "Signing",
    "SigningBatch",
    "StampChoice",
    "Submission",
    "VerificationSheet",
]
