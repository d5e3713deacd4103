"""Levels of data: restricted documents lie sealed, and leave only under a password (S.22 to S.24)."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import datetime
from pathlib import Path

import pikepdf
import pytest
from django.db import connection

from cast import House
from congvu.audit.models import Entry
from congvu.documents.drafting.attach import attach_file
from congvu.documents.drafting.revise import revise_draft
from congvu.documents.export import export_protected
from congvu.documents.models import Document, Sensitivity
from congvu.documents.outgoing.issue import issue_document
from congvu.documents.relabel import files_of_document, relabel_document
from congvu.kit import blobs
from congvu.signing.verify import verify_pdf
from letters import small_pdf
from paperwork import content, drafted, fresh, issued, numbered, refused, signed

REASON = "Có số liệu nhân sự chưa công bố"
RESTRICTED = Sensitivity.RESTRICTED


@pytest.fixture(autouse=True)
def stores(tmp_path: Path, settings: object) -> Path:
    settings.CONGVU_FILES, settings.CONGVU_VAULT = tmp_path / "files", tmp_path / "vault"  # type: ignore[attr-defined]
    return tmp_path


def _restricted(
    document: Document, house: House, at: datetime, level: int = RESTRICTED
) -> Document:
    relabel_document(
        document_id=document.id, sensitivity=level, reason=REASON, by=house.clerk, at=at
    )
    return fresh(document)


def _open_files(stores: Path) -> set[str]:
    return {file.name for file in (stores / "files").rglob("*") if file.is_file()}


@pytest.mark.clause("S.22")
@pytest.mark.django_db(transaction=True)
def test_a_new_label_moves_every_file_and_leaves_no_copy(
    house: House, committee: House, at: datetime, stores: Path
) -> None:
    document = issued(committee, at, to=[house])
    files = files_of_document(document)
    assert len(files) >= 3
    assert files <= _open_files(stores)

    document = _restricted(document, committee, at)
    assert not files & _open_files(stores)
    assert all(hashlib.sha256(blobs.read(one)).hexdigest() == one for one in files)
    entry = Entry.objects.get(kind="documents.relabelled")
    told = json.loads(entry.details)
    assert (told["before"], told["after"], told["reason"]) == (2, 3, REASON)

    _restricted(document, committee, at, Sensitivity.PUBLIC)
    assert files <= _open_files(stores)
    assert not [file for file in (stores / "vault").rglob("*") if file.is_file()]


@pytest.mark.clause("S.22")
@pytest.mark.django_db(transaction=True)
def test_what_is_signed_numbered_and_issued_later_lands_in_the_vault(
    house: House, committee: House, at: datetime, stores: Path
) -> None:
    document = numbered(committee, at, to=[house])
    _restricted(document, committee, at)
    issue_document(document_id=document.id, by=committee.clerk, at=at)
    document = fresh(document)
    assert not files_of_document(document) & _open_files(stores)
    judged = verify_pdf(blobs.payload(document.issued_file), at=at)
    assert judged.has_both_valid


@pytest.mark.clause("S.22")
@pytest.mark.django_db(transaction=True)
def test_a_file_that_another_restricted_document_uses_stays_sealed(
    house: House, at: datetime, stores: Path
) -> None:
    first, second = drafted(house, at), drafted(house, at)
    for one in (first, second):
        attach_file(
            document_id=one.id, content=small_pdf(), name="phu-luc.pdf", by=house.drafter, at=at
        )
        _restricted(one, house, at)
    shared = hashlib.sha256(small_pdf()).hexdigest()
    _restricted(first, house, at, Sensitivity.INTERNAL)
    assert shared not in _open_files(stores)
    _restricted(second, house, at, Sensitivity.INTERNAL)
    assert shared in _open_files(stores)


@pytest.mark.django_db
def test_only_clerk_and_leader_of_the_own_agency_relabel_and_say_why(
    house: House, committee: House, at: datetime
) -> None:
    document = issued(committee, at, to=[house])
    order = {"document_id": document.id, "sensitivity": 3, "reason": REASON, "at": at}
    for by, code in ((committee.drafter, "documents.E002"), (house.clerk, "documents.E001")):
        with refused(code):
            relabel_document(**order, by=by)
    with refused("documents.E701"):
        relabel_document(**{**order, "sensitivity": 9}, by=committee.clerk)
    with refused("documents.E702"):
        relabel_document(**{**order, "reason": "vì"}, by=committee.clerk)
    assert fresh(document).sensitivity == Sensitivity.INTERNAL


@pytest.mark.clause("S.23")
@pytest.mark.django_db(transaction=True)
def test_an_export_opens_only_with_its_password_and_holds_the_signed_original(
    house: House, at: datetime
) -> None:
    document = _restricted(signed(house, at), house, at)
    order = {"document_id": document.id, "sha256": document.file, "name": "ban-goc.pdf", "at": at}
    with refused("documents.E704"):
        export_protected(**order, password="ngan", by=house.clerk)
    protected = export_protected(**order, password="Mật khẩu dài 2026", by=house.clerk)

    for wrong in ("", "Mat khau dai 2026"):
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(io.BytesIO(protected), password=wrong)
    with pikepdf.open(io.BytesIO(protected), password="Mật khẩu dài 2026") as pdf:
        assert (pdf.encryption.R, pdf.encryption.bits) == (6, 256)
        assert str(pdf.encryption.file_method).endswith("aesv3")
        inside = pdf.attachments["ban-goc.pdf"].get_file().read_bytes()
    assert inside == blobs.read(document.file)
    entry = Entry.objects.get(kind="documents.exported")
    assert "Mật khẩu" not in str(entry.details)


@pytest.mark.clause("S.24")
@pytest.mark.django_db(transaction=True)
def test_neither_the_store_nor_a_dump_holds_words_of_a_restricted_document(
    house: House, at: datetime, stores: Path
) -> None:
    planted = [f"so lieu mat dan {number:02} khong lo" for number in range(50)]
    text = "\n".join(planted)
    document = drafted(house, at)
    _restricted(document, house, at, Sensitivity.STRICTLY_RESTRICTED)
    revise_draft(
        document_id=document.id, base_ordinal=1, content=content(text), by=house.drafter, at=at
    )
    attach_file(
        document_id=document.id,
        content=_pdf_saying(text),
        name="so-lieu.pdf",
        by=house.drafter,
        at=at,
    )
    dump = _dump()
    raw = dump + b"".join(one.read_bytes() for one in stores.rglob("*") if one.is_file())
    assert document.subject.encode() in dump
    found = [one for one in planted if one.encode() in raw or one.encode().hex().encode() in raw]
    assert found == []
    assert document.versions.order_by("ordinal").last().content["blocks"]


def _dump() -> bytes:
    """Every row of every table as text, as a dump writes it (bytes in hexadecimal)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        rows = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [row[0] for row in cursor.fetchall()]
    return "\n".join(rows).encode()


def _pdf_saying(text: str) -> bytes:
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(small_pdf())) as pdf:
        pdf.pages[0].Contents = pdf.make_stream(f"% {text}".replace("\n", "\n% ").encode())
        pdf.save(written, compress_streams=False)
    return written.getvalue()
