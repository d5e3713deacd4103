"""Copies by the program on the clerk's machine: the number waits for the signature."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cast import House
from congvu.documents.copies.ask_copy import ask_for_copy
from congvu.documents.copies.ask_to_make import ask_program_to_copy
from congvu.documents.copies.make_copy import make_copy
from congvu.documents.models import DocumentCopy, RegisterBook
from congvu.kit import blobs
from congvu.rules.copies import COPY_WORDS, CopyKind
from congvu.rules.legal_effect import LegalValue, Verdict, value_of_attachment
from congvu.signing import queries as signing
from congvu.signing.accept_signed_file import accept_signed_file
from congvu.signing.enrol import enrol_agency
from congvu.signing.serve_file import serve_file
from congvu.signing.types import FileState
from paperwork import issued, refused
from rooms.documents.test_copies import EXTRACT, FROM_PAPER, taken_in
from scans import scan
from vgca_double import Token, signed_by_program, token_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("ND30.25", "ND30.PL1.II.I", "QC.10.3")]


@pytest.fixture
def agency(house: House, at: datetime) -> Token:
    return token_of(enrol_agency(agency_id=house.agency.id, at=at))


def test_a_scanned_paper_becomes_a_copy_signed_by_the_program(
    house: House, at: datetime, agency: Token
) -> None:
    document = taken_in(house, at, scan())
    copy = ask_for_copy(document_id=document.id, wanted=FROM_PAPER, by=house.leader, at=at)
    with refused("signing.E220"):
        make_copy(copy_id=copy.id, by=house.clerk, at=at)
    assert DocumentCopy.objects.get().number is None, "a refused copy takes no number"
    first, numbered = ask_program_to_copy(copy_id=copy.id, by=house.clerk, at=at)
    assert (first.function, numbered.symbol, numbered.state) == ("SignCopy", "01/SY-SNV", "allowed")

    # The window was closed; an hour later the same copy has the same number.
    later = at + timedelta(hours=1)
    errand, again = ask_program_to_copy(copy_id=copy.id, by=house.clerk, at=later)
    assert again.symbol == "01/SY-SNV"
    served = serve_file(token=errand.token, at=later)
    accepted = accept_signed_file(
        token=errand.token, content=signed_by_program(served, agency, at=later), at=later
    )
    assert accepted.unused == ""
    assert signing.records_behind(DocumentCopy.objects.get().file)[0].variant == "unseen"
    made = DocumentCopy.objects.get()
    assert (made.state, made.number, made.made_at) == ("made", 1, later)
    assert made.words == f"SAO Y; {house.agency.name}; 2022-02-14T10:00:00+07:00"
    assert blobs.read(made.file).startswith(blobs.read(made.base_file))
    report = signing.newest_report(made.file)
    assert report.state == FileState.INTACT
    assert [one.verdict for one in report.signatures if not one.is_time_stamp] == [Verdict.VALID]
    value = value_of_attachment(report.for_law.agency, is_copy=True)
    assert value.value is LegalValue.COPY
    assert RegisterBook.objects.get(direction=RegisterBook.Direction.COPIES).last_number == 1
    with refused("documents.E003"):
        ask_program_to_copy(copy_id=copy.id, by=house.clerk, at=later)


@pytest.mark.parametrize("kind", ["SY", "SL", "TrS"])
def test_every_kind_of_electronic_copy(
    house: House, committee: House, at: datetime, kind: str
) -> None:
    if kind == "TrS":
        document, wanted = issued(house, at, to=[committee]), EXTRACT
    else:
        document = taken_in(house, at, scan())
        wanted = replace(FROM_PAPER, kind=kind, source_is_full_copy=kind == "SL")
    agency = token_of(enrol_agency(agency_id=house.agency.id, at=at))
    copy = ask_for_copy(document_id=document.id, wanted=wanted, by=house.leader, at=at)
    errand, numbered = ask_program_to_copy(copy_id=copy.id, by=house.clerk, at=at)
    assert numbered.symbol == f"01/{kind}-SNV"
    served = serve_file(token=errand.token, at=at)
    line = f"{COPY_WORDS[CopyKind(kind)]}; {house.agency.name}"
    content = signed_by_program(served, agency, at=at, line=line)
    accept_signed_file(token=errand.token, content=content, at=at)
    made = DocumentCopy.objects.get()
    assert made.state == "made"
    assert signing.records_behind(made.file)[0].variant == "look"


def test_a_copy_on_paper_is_not_signed_by_anything(
    house: House, committee: House, at: datetime
) -> None:
    document = issued(house, at, to=[committee])
    token_of(enrol_agency(agency_id=house.agency.id, at=at))
    wanted = replace(EXTRACT, kind="SY", target="paper", pages="")
    copy = ask_for_copy(document_id=document.id, wanted=wanted, by=house.leader, at=at)
    with refused("documents.E900"):
        ask_program_to_copy(copy_id=copy.id, by=house.clerk, at=at)
    assert make_copy(copy_id=copy.id, by=house.clerk, at=at).symbol == "01/SY-SNV"
