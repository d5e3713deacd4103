"""The agency signs with the program on the clerk's machine: one number, every file, one issue."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pikepdf
import pypdfium2
import pytest

from cast import House
from congvu.audit.models import Entry
from congvu.documents.drafting.approve import approve_draft
from congvu.documents.drafting.attach import attach_file
from congvu.documents.drafting.submit import submit_draft
from congvu.documents.models import Attachment, Document, Issue, Numbering, RegisterBook, Signing
from congvu.documents.outgoing.ask_plugin import ask_plugin_to_sign
from congvu.documents.outgoing.ask_to_issue import Step, ask_program_to_issue, signed_so_far
from congvu.documents.outgoing.issue import issue_document
from congvu.documents.outgoing.sign import sign_document
from congvu.documents.outgoing.void_number import void_number
from congvu.documents.states import DocumentState
from congvu.kit import blobs
from congvu.rules.legal_effect import Verdict
from congvu.signing import queries as signing
from congvu.signing.accept_signed_file import Accepted, accept_signed_file
from congvu.signing.choose_number_way import choose_number_way
from congvu.signing.enrol import enrol_agency, enrol_person
from congvu.signing.examine import examine_pdf
from congvu.signing.models import Certificate, SignatureRecord, WaitingSignature
from congvu.signing.serve_file import serve_file
from congvu.signing.types import FileState
from congvu.signing.verify import verify_pdf
from paperwork import approved, drafted, fresh, refused, signed
from vgca_double import Token, signed_by_program, token_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("ND30.17.2", "ND30.32.2.c", "QC.10.3")]


@pytest.fixture
def agency(committee: House, at: datetime) -> Token:
    """The committee's token; its program signs a document once, as when it is registered there."""
    certificate = enrol_agency(agency_id=committee.agency.id, at=at)
    certificate.signs_once = True
    certificate.save(update_fields=["signs_once"])
    return token_of(certificate)


def landscape() -> bytes:
    """An appendix of one empty page that lies."""
    with io.BytesIO() as out:
        made = pikepdf.new()
        made.add_blank_page(page_size=(842, 595))
        made.save(out)
        return out.getvalue()


def with_appendix(committee: House, house: House, at: datetime) -> Document:
    """A signed document with one appendix in a file of its own."""
    document = drafted(committee, at, to=[house])
    attach_file(
        document_id=document.id,
        content=landscape(),
        name="Danh sách.pdf",
        by=committee.drafter,
        at=at,
    )
    submit_draft(document_id=document.id, base_ordinal=1, by=committee.drafter, at=at)
    for reviewer in (committee.head, committee.clerk):
        approve_draft(document_id=document.id, by=reviewer, at=at)
    document = fresh(document)
    sign_document(
        document_id=document.id, seen_sha256=document.base_file, by=committee.leader, at=at
    )
    return fresh(document)


def asked(document: Document, committee: House, at: datetime) -> Step:
    """The next errand; there must be one."""
    step = ask_program_to_issue(document_id=document.id, by=committee.clerk, at=at)
    assert isinstance(step, Step)
    return step


def passed(step: Step, token: Token, at: datetime, **more: object) -> Accepted:
    """The errand through the program and back."""
    served = serve_file(token=step.errand.token, at=at)
    content = signed_by_program(served, token, at=at, **more)
    return accept_signed_file(token=step.errand.token, content=content, at=at)


def shown(pdf: bytes) -> str:
    """The words of the first page with what its fields show, without spaces."""
    with pypdfium2.PdfDocument(pdf) as opened:
        opened.init_forms()
        page = opened[0]
        pypdfium2.raw.FPDFPage_Flatten(page, pypdfium2.raw.FLAT_NORMALDISPLAY)
        page.close()  # its text is read anew
        return "".join(opened[0].get_textpage().get_text_range().split())


@pytest.mark.clause("ND30.15.3", "ND30.32.2.d", "QC.5.1", "QC.7.1")
def test_our_fields_carry_the_number_and_the_program_seals(
    house: House, committee: House, at: datetime, agency: Token
) -> None:
    document = signed(committee, at, to=[house])
    step = asked(document, committee, at)
    document = fresh(document)
    assert (step.errand.function, step.symbol, step.count) == ("SignIssued", document.symbol, 1)
    assert document.state == DocumentState.NUMBERED
    served = serve_file(token=step.errand.token, at=at)
    assert served.startswith(blobs.read(document.signed_file))
    assert f"Số:{document.symbol}" in shown(served), "number and date stand there before the seal"

    later = at + timedelta(minutes=2)
    assert passed(step, agency, later).unused == ""
    document = fresh(document)
    assert (document.state, document.issued_at) == (DocumentState.ISSUED, later)
    issued = blobs.read(document.issued_file)
    assert issued.startswith(served)
    found = examine_pdf(issued, at=later)
    assert found.state == FileState.INTACT and found.has_both_valid
    assert {one.verdict for one in found.signatures} == {Verdict.VALID}
    records = signing.records_behind(document.issued_file)
    assert [(one.act, one.variant) for one in records] == [
        ("sealed", "fields"),
        ("signed", "fields"),
    ]
    assert document.symbol in records[0].words
    parts = document.signings.order_by("id").values_list("part", flat=True)
    assert list(parts) == [Signing.Part.PERSON, Signing.Part.SEAL]
    assert Issue.objects.get(document=document).recipient_count == 1


@pytest.mark.clause("ND30.13.7", "ND30.32.2.d")
def test_a_leader_with_the_program_leaves_the_fields_as_well(
    house: House, committee: House, at: datetime, agency: Token
) -> None:
    """Both sign with tokens: the leader's program is given the file with the empty fields."""
    leader = token_of(enrol_person(person_id=committee.leader.person_id, at=at))
    document = approved(committee, at, to=[house])
    errand = ask_plugin_to_sign(
        document_id=document.id, seen_sha256=document.base_file, by=committee.leader, at=at
    )
    served = serve_file(token=errand.token, at=at)
    assert served.startswith(blobs.read(document.base_file))
    accept_signed_file(token=errand.token, content=signed_by_program(served, leader, at=at), at=at)
    document = fresh(document)
    assert signing.has_number_fields(signing.records_behind(document.signed_file))

    passed(asked(document, committee, at), agency, at, box=(278, 179, 380, 281))
    document = fresh(document)
    assert document.state == DocumentState.ISSUED
    found = verify_pdf(blobs.read(document.issued_file), at=at)
    assert (found.state, found.has_both_valid) == (FileState.INTACT, True)


@pytest.mark.clause("ND30.15.1", "ND30.15.3")
def test_the_number_waits_for_the_program_and_is_given_once(
    house: House, committee: House, at: datetime, agency: Token
) -> None:
    """The window is closed, the time runs out, the machine is switched off: one number, no gap."""
    document = signed(committee, at, to=[house])
    first = asked(document, committee, at)
    for minutes in (1, 20, 40):
        again = asked(document, committee, at + timedelta(minutes=minutes))
        assert again.symbol == first.symbol
    assert Numbering.objects.filter(document=document).count() == 1
    with refused("signing.E182"):
        serve_file(token=first.errand.token, at=at + timedelta(minutes=41))
    other = signed(committee, at, to=[house])
    assert asked(other, committee, at).symbol == first.symbol.replace("01/", "02/")

    passed(again, agency, at + timedelta(minutes=41))
    assert fresh(document).symbol == first.symbol
    book = RegisterBook.objects.get(
        agency=committee.agency, direction=RegisterBook.Direction.OUTGOING
    )
    assert book.last_number == 2
    # What is not to go out is voided as ever: its number stays in the book.
    void_number(
        document_id=other.id, reason="Lãnh đạo cho dừng văn bản này", by=committee.clerk, at=at
    )
    with refused("documents.E003"):
        ask_program_to_issue(document_id=other.id, by=committee.clerk, at=at)


def test_what_may_not_be_issued_takes_no_number(
    house: House, committee: House, at: datetime, agency: Token
) -> None:
    document = signed(committee, at)  # nobody is to receive it
    with refused("documents.E210"):
        ask_program_to_issue(document_id=document.id, by=committee.clerk, at=at)
    assert fresh(document).state == DocumentState.SIGNED
    assert Numbering.objects.count() == 0
    with refused("documents.E001"):
        ask_program_to_issue(document_id=document.id, by=house.clerk, at=at)


def test_a_key_of_another_road_is_not_asked_this_way(
    house: House, committee: House, at: datetime
) -> None:
    document = signed(committee, at, to=[house])
    enrol_agency(agency_id=committee.agency.id, at=at)
    with refused("signing.E192"):
        ask_program_to_issue(document_id=document.id, by=committee.clerk, at=at)
    assert fresh(document).state == DocumentState.SIGNED


@pytest.mark.clause("ND30.PL1.I.II.8.b")
def test_every_appendix_is_signed_before_anything_goes_out(
    house: House, committee: House, at: datetime, agency: Token
) -> None:
    document = with_appendix(committee, house, at)
    plain = Attachment.objects.get(document=document)
    first = asked(document, committee, at)
    assert (first.errand.function, first.place, first.count) == ("SignIssued", 1, 2)
    passed(first, agency, at)
    document = fresh(document)
    assert (document.state, signed_so_far(document)) == (DocumentState.NUMBERED, (1, 2))
    assert Issue.objects.count() == 0

    # The program is closed here; the next try begins with the appendix, not with the seal again.
    lost = asked(document, committee, at)
    assert lost.errand.function == "SignAppendix"
    second = asked(document, committee, at + timedelta(minutes=30))
    assert (second.errand.function, second.what, second.place) == (
        "SignAppendix",
        "Danh sách.pdf",
        2,
    )
    later = at + timedelta(minutes=31)
    passed(second, agency, later, box=(500, 560, 800, 580))
    document = fresh(document)
    assert (document.state, document.issued_at) == (DocumentState.ISSUED, later)
    kept, sent = Attachment.objects.filter(document=document).order_by("id")
    assert (kept.id, kept.removed_at) == (plain.id, later)
    assert blobs.read(sent.sha256).startswith(blobs.read(plain.sha256))
    report = verify_pdf(blobs.read(sent.sha256), at=later).signatures[0]
    assert (report.holder_id, report.verdict) == (committee.agency.id, Verdict.VALID)
    made = SignatureRecord.objects.order_by("id").values_list("act", "variant")
    assert list(made) == [
        ("signed", "fields"),
        ("sealed", "fields"),
        ("appendix_signed", "unseen"),  # the program's line is no text here; said, not refused
    ]
    with refused("documents.E212"):
        ask_program_to_issue(document_id=document.id, by=committee.clerk, at=later)


def test_a_key_that_was_changed_meanwhile_signs_everything_anew(
    house: House, committee: House, at: datetime, agency: Token
) -> None:
    document = with_appendix(committee, house, at)
    passed(asked(document, committee, at), agency, at)
    Certificate.objects.filter(agency_id=committee.agency.id).update(state="replaced")
    renewed = enrol_agency(agency_id=committee.agency.id, at=at)
    renewed.signs_once = True
    renewed.save(update_fields=["signs_once"])
    token = token_of(renewed)
    step = asked(document, committee, at)
    assert step.errand.function == "SignIssued"
    with refused("signing.E188"):
        passed(step, agency, at)
    passed(step, token, at)
    passed(asked(document, committee, at), token, at)
    assert fresh(document).state == DocumentState.ISSUED


def test_a_late_signature_is_kept_and_said(
    house: House, committee: House, at: datetime, agency: Token
) -> None:
    document = signed(committee, at, to=[house])
    step = asked(document, committee, at)
    document.recipients.all().delete()
    assert passed(step, agency, at).unused.startswith("Chữ ký đã đến nhưng văn bản chưa phát hành")
    assert fresh(document).state == DocumentState.NUMBERED
    assert WaitingSignature.objects.get().signed_file, "the next try finds it there"


def test_a_voided_number_ends_what_was_asked(
    house: House, committee: House, at: datetime, agency: Token
) -> None:
    document = signed(committee, at, to=[house])
    step = asked(document, committee, at)
    served = serve_file(token=step.errand.token, at=at)
    void_number(
        document_id=document.id, reason="Lãnh đạo cho dừng văn bản này", by=committee.clerk, at=at
    )
    with refused("signing.E182"):
        accept_signed_file(
            token=step.errand.token, content=signed_by_program(served, agency, at=at), at=at
        )
    assert fresh(document).state == DocumentState.CANCELLED


# --- the program writes number and date itself -----------------------------------------------------


@pytest.fixture
def writing(agency: Token, committee: House, at: datetime) -> Token:
    """The same token, where the agency has chosen that the program writes number and date."""
    certificate = Certificate.objects.get(agency_id=committee.agency.id)
    choose_number_way(certificate_id=certificate.id, signs_once=False, by=committee.clerk, at=at)
    return agency


@pytest.mark.clause("ND30.15.3", "ND30.32.2.d")
@pytest.mark.parametrize("way", ["content", "annotation"])
def test_the_program_may_write_the_number_itself(
    house: House, committee: House, at: datetime, writing: Token, way: str
) -> None:
    document = signed(committee, at, to=[house])
    step = asked(document, committee, at)
    document = fresh(document)
    assert serve_file(token=step.errand.token, at=at) == blobs.read(document.signed_file)
    number = f"{document.symbol} {document.issued_on:%d/%m/%Y}"
    passed(step, writing, at, number_as=way, number=number)

    document = fresh(document)
    assert document.state == DocumentState.ISSUED
    issued = blobs.read(document.issued_file)
    assert document.symbol in shown(issued)
    found = examine_pdf(issued, at=at)
    assert found.state == FileState.ADDED_TO, "readers are told to look, never that it is broken"
    assert found.has_both_valid
    leader, seal, *_ = found.signatures
    assert (leader.modification, leader.verdict) == ("OTHER", Verdict.VALID)
    assert seal.is_intact and seal.holder_id == committee.agency.id
    assert signing.records_behind(document.issued_file)[0].variant == way
    entry = Entry.objects.get(kind="signing.file_accepted")
    details = json.loads(entry.details)
    assert details["variant"] == way and document.symbol in details["added_words"]


def test_the_number_may_stand_in_the_look_of_the_seal(
    house: House, committee: House, at: datetime, writing: Token
) -> None:
    document = signed(committee, at, to=[house])
    step = asked(document, committee, at)
    with refused("signing.E222"):
        passed(step, writing, at, line=f"Số: {step.symbol.replace('01', '10')}")
    passed(step, writing, at, line=f"Số: {step.symbol}")
    document = fresh(document)
    assert document.state == DocumentState.ISSUED
    assert signing.records_behind(document.issued_file)[0].variant == "look"
    assert examine_pdf(blobs.read(document.issued_file), at=at).state == FileState.INTACT


Numbers = Callable[[Document], str]


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("signing.E222", lambda one: "99/QĐ-UBND 14/02/2022"),
        ("signing.E222", lambda one: ""),
        ("signing.E223", lambda one: f"{one.symbol} 15/03/2022"),
        ("signing.E223", lambda one: f"{one.symbol} 14/02/2022 chi thêm"),
    ],
    ids=["another number", "no number", "another day", "more than number and day"],
)
@pytest.mark.parametrize("way", ["content", "annotation"])
def test_a_wrong_number_is_never_issued(
    house: House,
    committee: House,
    at: datetime,
    writing: Token,
    way: str,
    code: str,
    number: Numbers,
) -> None:
    document = signed(committee, at, to=[house])
    step = asked(document, committee, at)
    with refused(code):
        passed(step, writing, at, number_as=way, number=number(fresh(document)) or " ")
    assert fresh(document).state == DocumentState.NUMBERED
    passed(step, writing, at, number_as=way, number=fresh(document).symbol)
    assert fresh(document).state == DocumentState.ISSUED


@pytest.mark.parametrize("way", ["content", "annotation"])
def test_where_our_fields_carry_the_number_the_program_writes_nothing(
    house: House, committee: House, at: datetime, agency: Token, way: str
) -> None:
    """Twice the number on one page is no number: told, and the choice can be changed at once."""
    document = signed(committee, at, to=[house])
    step = asked(document, committee, at)
    with refused("signing.E221"):
        passed(step, agency, at, number_as=way, number=step.symbol)
    certificate = Certificate.objects.get(agency_id=committee.agency.id)
    choose_number_way(certificate_id=certificate.id, signs_once=False, by=committee.clerk, at=at)
    step = asked(document, committee, at)
    assert serve_file(token=step.errand.token, at=at) == blobs.read(fresh(document).signed_file)
    passed(step, agency, at, number_as=way, number=step.symbol)
    assert fresh(document).state == DocumentState.ISSUED


def test_a_document_signed_without_fields_is_written_on_by_the_program(
    house: House, committee: House, at: datetime
) -> None:
    """The leader signed before the agency came to the program: nobody signs again for that."""
    document = signed(committee, at, to=[house])
    certificate = enrol_agency(agency_id=committee.agency.id, at=at)
    certificate.signs_once = True
    certificate.save(update_fields=["signs_once"])
    token = token_of(certificate)
    step = asked(document, committee, at)
    with refused("signing.E222"):
        passed(step, token, at)
    passed(step, token, at, number_as="content", number=step.symbol)
    assert fresh(document).state == DocumentState.ISSUED


def test_only_who_keeps_the_register_chooses(house: House, committee: House, at: datetime) -> None:
    certificate = enrol_agency(agency_id=committee.agency.id, at=at)
    person = enrol_person(person_id=committee.leader.person_id, at=at)
    for who, chosen, code in (
        (committee.leader, certificate, "signing.E157"),
        (house.clerk, certificate, "signing.E224"),
        (committee.clerk, person, "signing.E224"),
    ):
        with refused(code):
            choose_number_way(certificate_id=chosen.id, signs_once=True, by=who, at=at)
    with refused("signing.E220"):
        token_of(certificate)
        document = signed(committee, at, to=[house])
        asked(document, committee, at)
        issue_document(document_id=document.id, by=committee.clerk, at=at)
