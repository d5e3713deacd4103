"""Files with a draft: what they are is seen from their bytes, and they are kept byte for byte."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from datetime import datetime

import pikepdf
import pytest
from django.test import override_settings

from cast import House
from congvu.documents.drafting.attach import attach_file, detach_file
from congvu.documents.models import Attachment
from congvu.kit import blobs
from congvu.kit.gate import ENDINGS
from hostile import png
from paperwork import drafted, refused, submitted

pytestmark = pytest.mark.django_db


def pdf(**options: object) -> bytes:
    made = pikepdf.new()
    made.add_blank_page(page_size=(595, 842))
    out = io.BytesIO()
    made.save(out, **options)
    return out.getvalue()


def office(part: str, size: int = 10) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr(part, b"0" * size)
    return out.getvalue()


def attach(
    house: House,
    at: datetime,
    content: bytes,
    name: str = "Phụ lục.pdf",
    *,
    is_declared_open: bool = False,
) -> Attachment:
    return attach_file(
        document_id=drafted(house, at).id,
        content=content,
        name=name,
        by=house.drafter,
        at=at,
        is_declared_open=is_declared_open,
    )


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (pdf(), "application/pdf"),
        (
            office("word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            office("xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (png(), "image/png"),
    ],
)
def test_a_file_is_kept_as_it_came(house: House, at: datetime, content: bytes, mime: str) -> None:
    name = f"Phụ lục{ENDINGS[mime][0]}"
    attachment = attach(house, at, content, name, is_declared_open=True)
    assert (attachment.mime, attachment.size) == (mime, len(content))
    assert blobs.read(attachment.sha256) == content


def test_the_name_is_composed_and_leads_nowhere(house: House, at: datetime) -> None:
    name = unicodedata.normalize("NFD", "../Phụ lục\x00 số 1.pdf")
    assert attach(house, at, pdf(), name).name == "-Phụ lục số 1.pdf"


ENCRYPTED = pdf(encryption=pikepdf.Encryption(owner="o", user="u"))


@pytest.mark.clause("S.31")
@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "rong.pdf", "kit.E031"),
        (b"day la van ban thuong" * 10, "gia.pdf", "kit.E033"),
        (b"MZ" + b"\x00" * 100, "cai-dat.pdf", "kit.E033"),
        (pdf()[:-120], "cut.pdf", "kit.E034"),
        (ENCRYPTED, "khoa.pdf", "kit.E034"),
        (office("word/document.xml", 500 << 20), "bom.docx", "kit.E034"),
        (office("readme.txt"), "nen.zip", "kit.E033"),
        (pdf(), "", "kit.E030"),
        (pdf(), "x" * 300 + ".pdf", "kit.E030"),
        (pdf(), "[TỐI MẬT] Kế hoạch.pdf", "kit.E039"),
    ],
)
def test_a_bad_file_is_refused_and_leaves_nothing(
    house: House, at: datetime, content: bytes, name: str, code: str
) -> None:
    with refused(code):
        attach(house, at, content, name)
    assert not Attachment.objects.exists()


def test_a_file_that_is_too_large_is_told_its_size(house: House, at: datetime) -> None:
    with override_settings(MAX_UPLOAD_BYTES=1 << 20), refused("kit.E032") as said:
        attach(house, at, b"%PDF-1.7" + b"0" * (2 << 20))
    assert "3 MB" in said.value.say and "1 MB" in said.value.say


def test_the_same_file_twice_is_one(house: House, at: datetime) -> None:
    document = drafted(house, at)
    for _ in range(2):
        attach_file(
            document_id=document.id,
            content=pdf(static_id=True),
            name="a.pdf",
            by=house.drafter,
            at=at,
        )
    assert document.attachments.count() == 1


def test_files_are_fixed_once_the_draft_is_submitted(house: House, at: datetime) -> None:
    document = submitted(house, at)
    with refused("documents.E003"):
        attach_file(document_id=document.id, content=pdf(), name="a.pdf", by=house.drafter, at=at)


def test_a_detached_file_stays_in_the_trail(house: House, at: datetime) -> None:
    attachment = attach(house, at, pdf())
    detach_file(
        attachment_id=attachment.id, document_id=attachment.document_id, by=house.drafter, at=at
    )
    attachment.refresh_from_db()
    assert attachment.removed_at == at
    with refused("documents.E127"):
        detach_file(
            attachment_id=attachment.id, document_id=attachment.document_id, by=house.drafter, at=at
        )
