"""The program on the signer's own machine: one request, one token, one signature; nothing else."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from cast import House
from congvu.documents.models import Document, Signing
from congvu.documents.outgoing.ask_plugin import ask_plugin_to_sign
from congvu.documents.states import DocumentState
from congvu.kit import blobs
from congvu.kit.models import Blob
from congvu.signing.accept_signed_file import accept_signed_file
from congvu.signing.adapters.software_keys import installed_keys
from congvu.signing.ask_signature import token_hash
from congvu.signing.enrol import enrol_person
from congvu.signing.hand_token import Errand
from congvu.signing.models import Certificate, SignatureRecord, WaitingSignature
from congvu.signing.serve_file import serve_file
from congvu.signing.types import FileState
from congvu.signing.verify import verify_pdf
from paperwork import approved, fresh, refused
from vgca_double import Token, signed_by_program

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.10.3", "ND30.13.7")]


def token_of(certificate: Certificate) -> Token:
    """The demonstration key of a certificate, put into a token of the program."""
    name = certificate.key_reference.partition(":")[2]
    keys = installed_keys()
    own, *chain = keys.chain(name)
    return Token(own, tuple(chain), keys.key(name))


@pytest.fixture
def token(house: House, at: datetime) -> Token:
    """The leader's token; the register knows its certificate as one of the program's."""
    certificate = enrol_person(person_id=house.leader.person_id, at=at)
    token = token_of(certificate)
    certificate.key_reference = "vgca:" + certificate.serial
    certificate.save(update_fields=["key_reference"])
    return token


@pytest.fixture
def document(house: House, at: datetime) -> Document:
    return approved(house, at)


def asked(document: Document, house: House, at: datetime) -> Errand:
    return ask_plugin_to_sign(
        document_id=document.id, seen_sha256=document.base_file, by=house.leader, at=at
    )


def test_the_returned_file_signs_the_document(
    house: House, document: Document, at: datetime, token: Token
) -> None:
    errand = asked(document, house, at)
    assert errand.function == "SignApproved"
    served = serve_file(token=errand.token, at=at)
    assert served == blobs.read(document.base_file)

    later = at + timedelta(minutes=2)
    accepted = accept_signed_file(
        token=errand.token, content=signed_by_program(served, token, at=later), at=later
    )

    document = fresh(document)
    assert (document.state, accepted.unused) == (DocumentState.SIGNED, "")
    assert Signing.objects.get(document=document).at == later
    found = verify_pdf(blobs.read(document.signed_file), at=later)
    assert (found.state, found.person_is_valid) == (FileState.INTACT, True)
    record = SignatureRecord.objects.get()
    assert record.field.startswith("Signature_")
    assert (record.page, record.box) == (1, [330, 200, 150, 60])
    waiting = WaitingSignature.objects.get()
    assert waiting.token_hash == token_hash(errand.token) != errand.token


def test_the_issuers_come_with_the_first_signature(
    house: House, document: Document, at: datetime, token: Token
) -> None:
    """The token showed its own certificate only; what lasts needs the ones above it."""
    certificate = Certificate.objects.get(person_id=house.leader.person_id)
    whole = certificate.chain
    certificate.chain = whole[:1]
    certificate.save(update_fields=["chain"])
    errand = asked(document, house, at)
    signed = signed_by_program(serve_file(token=errand.token, at=at), token, at=at)
    accept_signed_file(token=errand.token, content=signed, at=at)
    certificate.refresh_from_db()
    assert certificate.chain == whole and len(whole) > 1


def nothing_changed(document: Document, files: int) -> bool:
    """The document and the request still wait, and no file was kept."""
    is_waiting = WaitingSignature.objects.filter(state="waiting").count() == 1
    is_approved = fresh(document).state == DocumentState.APPROVED
    return is_waiting and is_approved and Blob.objects.count() == files


def test_every_violation_has_its_own_words(
    house: House, document: Document, at: datetime, token: Token
) -> None:
    errand = asked(document, house, at)
    served = serve_file(token=errand.token, at=at)
    stranger = token_of(enrol_person(person_id=house.deputy.person_id, at=at))
    signed = signed_by_program(served, token, at=at)
    cases: list[tuple[str, bytes]] = [
        ("signing.E185", served),
        ("signing.E185", signed[:100] + b" " + signed[101:]),
        ("signing.E185", signed_by_program(saved_again(served), token, at=at)),
        ("signing.E184", signed + b"\n" * (9 << 20)),
        ("signing.E187", signed + b"\n% bytes after the end of the file\n"),
        ("signing.E186", repainted(served)),
        ("signing.E186", signed_by_program(signed, token, at=at, box=(50, 50, 99, 99))),
        ("signing.E188", signed_by_program(served, stranger, at=at)),
        ("signing.E190", signed_by_program(served, token, at=at, number_as="content", number="9")),
        (
            "signing.E190",
            signed_by_program(served, token, at=at, number_as="annotation", number="9"),
        ),
        ("signing.E190", signed_by_program(repainted(served), token, at=at)),
        ("signing.E189", signed_by_program(served, token, at=at + timedelta(hours=1))),
        ("signing.E189", broken(signed)),
        ("signing.E187", repainted(signed)),
    ]
    files = Blob.objects.count()
    for code, content in cases:
        with refused(code):
            accept_signed_file(token=errand.token, content=content, at=at)
        assert nothing_changed(document, files), code
    # The signer may still sign, and does.
    accept_signed_file(token=errand.token, content=signed, at=at)
    assert fresh(document).state == DocumentState.SIGNED


def saved_again(pdf: bytes) -> bytes:
    """The same pages, opened and saved by another program."""
    made = io.BytesIO()
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as opened:
        opened.save(made)
    return made.getvalue()


def repainted(pdf: bytes) -> bytes:
    """An update that shows another text, appended before the signature: the shadow of the file."""
    out = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = out.find_page_for_modification(0)[0].get_object()
    page["/Contents"] = out.add_object(generic.StreamObject(stream_data=b"0 0 m 9 9 l S"))
    out.update_container(page)
    made = io.BytesIO()
    out.write(made)
    return made.getvalue()


def broken(signed: bytes) -> bytes:
    """One hex digit of the raw signature, near the end of the CMS, is another."""
    *_, contents = re.finditer(rb"/Contents\s*<([0-9a-fA-F]{1000,})>", signed)
    place = contents.start(1) + len(contents[1].rstrip(b"0")) - 60
    other = b"1" if signed[place : place + 1] != b"1" else b"2"
    return signed[:place] + other + signed[place + 1 :]


def test_a_token_is_spent_by_its_success(
    house: House, document: Document, at: datetime, token: Token
) -> None:
    errand = asked(document, house, at)
    signed = signed_by_program(serve_file(token=errand.token, at=at), token, at=at)
    accept_signed_file(token=errand.token, content=signed, at=at)
    with refused("signing.E182"):
        accept_signed_file(token=errand.token, content=signed, at=at)
    with refused("signing.E182"):
        serve_file(token=errand.token, at=at)
    assert Signing.objects.count() == 1


def test_a_token_ends_after_a_quarter_of_an_hour(
    house: House, document: Document, at: datetime, token: Token
) -> None:
    errand = asked(document, house, at)
    signed = signed_by_program(serve_file(token=errand.token, at=at), token, at=at)
    with refused("signing.E181"):
        accept_signed_file(token=errand.token, content=signed, at=at + timedelta(minutes=15))
    with refused("signing.E181"):
        serve_file(token=errand.token, at=at + timedelta(minutes=15))


def test_a_new_request_ends_the_one_before(
    house: House, document: Document, at: datetime, token: Token
) -> None:
    """The window was closed; whoever asks again gets a new token, and the old one is worthless."""
    first, second = (asked(document, house, at) for _ in range(2))
    with refused("signing.E182"):
        serve_file(token=first.token, at=at)
    assert serve_file(token=second.token, at=at)
    with refused("signing.E180"):
        serve_file(token="x" * 43, at=at)


def test_a_key_of_another_road_is_not_asked_this_way(
    house: House, document: Document, at: datetime
) -> None:
    enrol_person(person_id=house.leader.person_id, at=at)
    with refused("signing.E192"):
        asked(document, house, at)


def test_a_late_answer_is_kept_and_said(
    house: House, document: Document, at: datetime, token: Token
) -> None:
    """A document that went back meanwhile is not signed by a late answer: said, not hidden."""
    errand = asked(document, house, at)
    served = serve_file(token=errand.token, at=at)
    Document.objects.filter(id=document.id).update(state=DocumentState.SENT_BACK)
    accepted = accept_signed_file(
        token=errand.token, content=signed_by_program(served, token, at=at), at=at
    )
    assert accepted.unused.startswith("Chữ ký đã đến nhưng không còn dùng được")
    assert fresh(document).state == DocumentState.SENT_BACK
