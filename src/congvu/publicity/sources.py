"""Whether a document may be a source: issued, public, in force, its file still the same."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings

from congvu.documents.models import Document, Sensitivity
from congvu.documents.states import DocumentState
from congvu.rules.clauses import clause

CHECK = "{site}/kiem-tra/{code}/"
WORDS = {
    DocumentState.RECALLED: "Văn bản {symbol} đã bị thu hồi.",
    DocumentState.REPLACED: "Văn bản {symbol} đã được thay thế.",
}


@clause("QC.11.5")
def source_fault(document: Document | None, known_hash: str = "") -> str:
    """Why it may not be a source (any more), in words; "" when it may. `known_hash`: as kept."""
    if document is None:
        return "Không tìm thấy văn bản đã phát hành với số, ký hiệu này trong cơ quan."
    if document.purged_at is not None:
        return f"Văn bản {document.symbol} đã bị tiêu hủy."
    if document.state != DocumentState.ISSUED:
        words = WORDS.get(DocumentState(document.state), "Văn bản {symbol} chưa phát hành.")
        return words.format(symbol=document.symbol)
    if document.sensitivity != Sensitivity.PUBLIC:
        return f"Văn bản {document.symbol} không ở mức công khai."
    if known_hash and document.issued_file != known_hash:
        return f"Tệp của văn bản {document.symbol} đã khác."
    return ""


def issued_source(agency_id: int | None, symbol: str, on: date | None) -> Any:
    """The agency's own issued document by its symbol (and day, where two years share one), or
    None."""
    found = Document.objects.filter(
        agency_id=agency_id,
        agency_id__isnull=False,
        origin=Document.Origin.OURS,
        symbol=symbol.strip(),
        issued_at__isnull=False,
    )
    found = found.filter(issued_on=on) if on else found
    return found.order_by("-issued_at").first()


def check_link(document: Document) -> str:
    """Where anybody can check the source."""
    return CHECK.format(site=settings.PUBLIC_ADDRESS.rstrip("/"), code=document.check_code)
