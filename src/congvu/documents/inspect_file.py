"""Look at a file before it is kept: what it really is, whether it opens, what it is called.

The name tells nothing: the first bytes decide (ND30 Điều 8; S.31). PDF and Office files are opened
only in the sandbox, where a bomb costs one short-lived child.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import pikepdf
from django.conf import settings

from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.kit.sandbox import Limits, SandboxFailure, run_limited
from congvu.rules.clauses import clause

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PNG = "image/png"
JPEG = "image/jpeg"
KINDS: Mapping[str, str] = {PDF: "PDF", DOCX: "DOCX", XLSX: "XLSX", PNG: "PNG", JPEG: "JPEG"}

A4 = (595.28, 841.89)
LONGEST_NAME = 255
MEGABYTE = 1 << 20
MOST_UNPACKED = 400 * MEGABYTE
FAULT_WORDS = {
    "encrypted": "tệp bị đặt mật khẩu nên người nhận không mở được.",
    "damaged": "tệp bị hỏng hoặc bị cắt cụt.",
    "no_pages": "tệp PDF không có trang nào.",
    "too_heavy": "tệp có cấu trúc bất thường, vượt giới hạn an toàn.",
}
_LIMITS = Limits(cpu_seconds=10, wall_seconds=20.0)
_HERE = "congvu.documents.inspect_file:facts"


@dataclass(frozen=True)
class Inspected:
    """A file that may be kept: its cleaned name, what it is, its size in bytes.

    Of a PDF also the number of pages, and width and height of the first in points (A4 for others).
    """

    name: str
    mime: str
    size: int
    pages: int | None = None
    page_size: tuple[float, float] = A4


@clause("ND30.8", "S.31")
def inspect_file(content: bytes, name: str, *, kinds: Mapping[str, str] = KINDS) -> Inspected:
    """What the file is; refuses empty, too large, foreign, encrypted, damaged and bomb files.

    `kinds` are the MIME types that may come in, with the names the user is told.
    """
    name = plain_spaces(clean_text(name)).replace("/", "-").replace("\\", "-").strip(". ")
    limit = settings.MAX_UPLOAD_BYTES

    refuse_unless(0 < len(name) <= LONGEST_NAME, "documents.E126", limit=LONGEST_NAME)
    refuse_unless(content, "documents.E122", name=name)
    refuse_if(
        len(content) > limit,
        "documents.E123",
        name=name,
        size=-(-len(content) // MEGABYTE),
        limit=limit // MEGABYTE,
    )

    found = _facts(content)
    refuse_unless(
        found["mime"] in kinds, "documents.E124", name=name, kinds=", ".join(kinds.values())
    )
    refuse_if(
        found["fault"], "documents.E125", name=name, fault=FAULT_WORDS.get(found["fault"], "")
    )
    width, height = found["page_size"]
    return Inspected(name, found["mime"], len(content), found["pages"], (width, height))


def _facts(content: bytes) -> dict[str, Any]:
    guess = _kind_of(content[:1024])
    if guess in {PNG, JPEG, ""}:
        return _found(guess)
    try:
        facts: dict[str, Any] = run_limited(_HERE, content, limits=_LIMITS)
    except SandboxFailure:
        facts = _found(PDF if guess == PDF else DOCX, fault="too_heavy")
    return facts


def _found(
    mime: str,
    *,
    fault: str = "",
    pages: int | None = None,
    page_size: tuple[float, float] = A4,
) -> dict[str, Any]:
    return {"mime": mime, "fault": fault, "pages": pages, "page_size": page_size}


def _kind_of(start: bytes) -> str:
    if b"%PDF-" in start:
        return PDF
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if start.startswith(b"\xff\xd8\xff"):
        return JPEG
    return "zip" if start.startswith(b"PK\x03\x04") else ""


# --- inside the sandbox --------------------------------------------------------------------------


def facts(file: BinaryIO, options: Mapping[str, Any]) -> dict[str, Any]:
    """What a PDF or packed Office file is and whether it opens (runs in the limited child)."""
    start = file.read(1024)
    file.seek(0)
    content = io.BytesIO(file.read())
    return _pdf_facts(content) if _kind_of(start) == PDF else _packed_facts(content)


def _pdf_facts(content: BinaryIO) -> dict[str, Any]:
    try:
        with pikepdf.open(content, attempt_recovery=False) as pdf:
            pages = len(pdf.pages)
            if pdf.is_encrypted or not pages:
                return _found(PDF, fault="encrypted" if pdf.is_encrypted else "no_pages")
            left, bottom, right, top = (float(edge) for edge in pdf.pages[0].mediabox)
            return _found(PDF, pages=pages, page_size=(right - left, top - bottom))
    except pikepdf.PasswordError:
        return _found(PDF, fault="encrypted")
    except (pikepdf.PdfError, ValueError):
        return _found(PDF, fault="damaged")


def _packed_facts(content: BinaryIO) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(content) as packed:
            names = set(packed.namelist())
            unpacked = sum(entry.file_size for entry in packed.infolist())
    except (zipfile.BadZipFile, ValueError):
        return _found("", fault="damaged")
    mimes = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
    mime = next((mime for part, mime in mimes.items() if part in names), "")
    return _found(mime, fault="too_heavy" if unpacked > MOST_UNPACKED else "")
