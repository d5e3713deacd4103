"""Export a file of a restricted document: under a password, the original untouched inside (S.23).

A PDF with a password of its own would be another file, its signatures broken. So the original
goes, byte for byte, as an attachment into an encrypted PDF (AES-256) whose one page says what is
inside and how to open it. The password is told by another channel and kept nowhere.
"""

from __future__ import annotations

import io
import secrets
from datetime import datetime
from pathlib import Path

import pikepdf
from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.models import Arrival
from congvu.kit import blobs
from congvu.kit.refusal import refuse_unless
from congvu.kit.typeset import render
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.rules.words import moment_words

COVER = Path(__file__).parent / "typst" / "protected_cover.typ"
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 120


@clause("S.23")
def export_protected(
    *, document_id: int, sha256: str, name: str, password: str, by: Actor, at: datetime
) -> bytes:
    """The file `sha256` of the document, as an attachment `name` of a PDF under `password`."""
    with transaction.atomic():
        document = access.document_for(by, document_id, to="read")
        arrival = Arrival.objects.filter(document=document, agency_id=by.agency_id).first()

        refuse_unless(access.file_is_open(document, arrival), "documents.E001")
        refuse_unless(
            SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD,
            "documents.E704",
            least=SHORTEST_PASSWORD,
            limit=LONGEST_PASSWORD,
        )

        protected = _protected(
            blobs.read(sha256),
            name,
            password,
            {
                "symbol": document.symbol or "chưa có số",
                "level": document.get_sensitivity_display(),
                "file": name,
                "sha256": " ".join(sha256[k : k + 8] for k in range(0, 64, 8)),
                "by": f"{by.full_name}, {by.title}",
                "at": moment_words(at),
            },
            at,
        )

        write_entry(
            "documents.exported",
            by=by,
            at=at,
            on=("document", document.id),
            clause="S.23",
            details={"file": sha256, "name": name},
        )
    return protected


def _protected(
    content: bytes, name: str, password: str, said: dict[str, str], at: datetime
) -> bytes:
    cover = render(COVER, said, at=at)
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(cover.pdf)) as pdf:  # our own page; the original is only carried
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, content, filename=name)
        pdf.Root.PageMode = pikepdf.Name.UseAttachments
        with pdf.open_metadata() as metadata:
            for key in ("pdfaid:part", "pdfaid:conformance"):
                metadata.pop(key, None)  # an encrypted file is no PDF/A
        owner = secrets.token_urlsafe(24)
        pdf.save(out, encryption=pikepdf.Encryption(user=password, owner=owner, R=6, aes=True))
    return out.getvalue()
