"""Agency keys that may sign once per document: number and date in fields, one signature (Điều 32)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops

from cast import House
from congvu.documents.models import Document, Signing
from congvu.kit import blobs
from congvu.kit.refusal import Refusal
from congvu.rules.legal_effect import Verdict
from congvu.signing import queries as signing
from congvu.signing.enrol import enrol_agency
from congvu.signing.examine import examine_pdf
from congvu.signing.types import FieldName, FileState
from paperwork import issued, numbered, signed

pytestmark = [pytest.mark.django_db, pytest.mark.clause("ND30.32.2.c", "ND30.32.2.d")]


def key_signs_once(house: House, at: datetime, *, once: bool = True) -> None:
    certificate = enrol_agency(agency_id=house.agency.id, at=at)
    certificate.signs_once = once
    certificate.save(update_fields=["signs_once"])


def page_of(document: Document) -> Image.Image:
    with pypdfium2.PdfDocument(blobs.read(document.issued_file)) as pdf:
        pdf.init_forms()
        return pdf[0].render(scale=2, may_draw_forms=True).to_pil().convert("RGB")


def test_one_signature_of_the_agency_and_the_paper_looks_the_same(
    house: House, committee: House, at: datetime, tmp_path: Path
) -> None:
    with_strip = issued(committee, at, to=[house])
    key_signs_once(committee, at)
    document = issued(committee, at, to=[house])

    found = examine_pdf(blobs.read(document.issued_file), at=at)
    assert found.state == FileState.INTACT
    fields = [one.field for one in found.signatures if not one.is_time_stamp]
    assert fields == [FieldName.PERSON, FieldName.SEAL]
    assert {one.verdict for one in found.signatures} == {Verdict.VALID}
    assert found.has_both_valid
    parts = document.signings.order_by("id").values_list("part", flat=True)
    assert list(parts) == [Signing.Part.PERSON, Signing.Part.SEAL]
    records = signing.records_behind(document.issued_file)
    assert [one.variant for one in records] == ["fields", "fields"]
    assert document.symbol in records[0].words

    first, second = page_of(with_strip), page_of(document)
    first.save(tmp_path / "strip.png")
    second.save(tmp_path / "fields.png")
    assert first.size == second.size
    head = (0, 0, first.width, int(first.height * 0.16))  # the two numbers differ below only
    names = ImageChops.difference(first.crop(head), second.crop(head)).getbbox()
    assert names is None or names[3] - names[1] < 40, "only the digits of the number differ"


def test_fields_cannot_be_filled_that_were_not_made_before_the_person_signed(
    house: House, committee: House, at: datetime
) -> None:
    document = numbered(committee, at, to=[house])
    key_signs_once(committee, at)
    from congvu.documents.outgoing.issue import issue_document

    with pytest.raises(Refusal) as refusal:
        issue_document(document_id=document.id, by=committee.clerk, at=at)
    assert refusal.value.code == "signing.E104"


def test_a_key_that_serves_again_uses_the_strip_beside_the_empty_fields(
    house: House, committee: House, at: datetime
) -> None:
    key_signs_once(committee, at)
    document = signed(committee, at, to=[house])
    key_signs_once(committee, at, once=False)
    assert signing.has_number_fields(signing.records_behind(document.signed_file))
