"""The wall towards the roads: how a document or a status message leaves for another agency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from congvu.documents.models import Document
from congvu.exchange.models import Receipt
from congvu.exchange.types import Waiting


class Road(Protocol):
    """A way between agencies: inside one installation, the provincial hub, the national hub."""

    def carry_document(self, document: Document, waiting: Sequence[Waiting], at: datetime) -> None:
        """Bring the document to all these recipients; each entry answers with status 01."""

    def carry_receipt(self, receipt: Receipt, at: datetime) -> None:
        """Bring a status message to the agency it is for."""
