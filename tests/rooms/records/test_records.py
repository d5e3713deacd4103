"""Records from opening to their index: linked, not copied; ordinals never change (ND30 Điều 29)."""

from __future__ import annotations

from datetime import date, datetime

import pypdfium2
import pytest

from cast import House
from congvu.documents.models import Document
from congvu.kit import blobs
from congvu.records.close import close_record, reopen_record
from congvu.records.file import file_document
from congvu.records.models import Filing, PlanEntry, Record
from congvu.records.open import open_record
from congvu.records.queries import filed_in, records_of, records_with
from congvu.records.states import RecordState
from letters import arrived, at_once, behind_the_wall, registered, sent
from paperwork import refused

TITLE = "Rà soát hộp thư điện tử công vụ năm 2022"


def opened(house: House, at: datetime, **more: object) -> Record:
    by = more.pop("by", house.drafter)
    return open_record(**{"title": TITLE, "retention_code": "06", **more}, by=by, at=at)


def issued_by(house: House, committee: House, at: datetime, number: int = 1) -> Document:
    """A letter of the house that its drafter may file."""
    document = sent(house, at, committee, subject=f"Văn bản thứ {number}")
    document.readers.create(
        agency=house.agency, posting_id=house.drafter.posting_id, reason="drafter", at=at
    )
    return document


def put(record: Record, document: Document, house: House, at: datetime) -> int:
    filing = file_document(record_id=record.id, document_id=document.id, by=house.drafter, at=at)
    return filing.ordinal


@pytest.mark.django_db
@pytest.mark.clause("QC.3.1", "ND30.29")
def test_a_record_gets_the_next_code_of_the_year(
    house: House, committee: House, at: datetime
) -> None:
    with behind_the_wall(house.drafter):
        codes = [opened(house, at).code, opened(house, at, code="03.HS").code]
        codes += [opened(house, at).code, opened(house, at).code]
    assert codes == ["01.HS", "03.HS", "04.HS", "05.HS"]
    assert opened(committee, at).code == "01.HS"


@pytest.mark.django_db
def test_a_record_of_the_file_plan_takes_its_code(house: House, at: datetime) -> None:
    line = PlanEntry.objects.create(
        agency=house.agency,
        year=2022,
        heading="Tổng hợp",
        code="01.TH",
        title=TITLE,
        retention_code="06",
    )
    assert opened(house, at, plan_entry_id=line.id).code == "01.TH"
    with refused("records.E003"):
        opened(house, at, plan_entry_id=line.id)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"title": " "}, "records.E002"),
        ({"title": "x" * 1001}, "records.E002"),
        ({"title": "\x00\u200b"}, "records.E002"),
        ({"retention_code": "99"}, "records.E004"),
        ({"code": "x" * 21}, "records.E011"),
    ],
)
def test_a_record_without_title_or_term_is_refused(
    house: House, at: datetime, changed: dict[str, str], code: str
) -> None:
    with refused(code):
        opened(house, at, **changed)


@pytest.mark.django_db(transaction=True)
def test_records_opened_at_once_get_different_codes(house: House, at: datetime) -> None:
    codes = at_once([lambda: opened(house, at).code] * 5)
    assert sorted(codes) == ["01.HS", "02.HS", "03.HS", "04.HS", "05.HS"]


@pytest.mark.django_db
@pytest.mark.clause("QC.3.1", "ND30.29")
def test_one_document_stands_in_many_records_without_a_copy(
    house: House, committee: House, at: datetime
) -> None:
    document = issued_by(house, committee, at)
    first, second = opened(house, at), opened(house, at)
    blobs_before = len(list(blobs.root().glob("*/*/*")))
    assert (put(first, document, house, at), put(second, document, house, at)) == (1, 1)
    assert len(list(blobs.root().glob("*/*/*"))) == blobs_before
    found = records_with(document.id, house.agency.id)
    assert {row[0] for row in found} == {first.id, second.id}
    with refused("records.E006"):
        put(first, document, house, at)


@pytest.mark.django_db
@pytest.mark.clause("ND30.29")
def test_only_what_is_registered_or_issued_is_filed(
    house: House, committee: House, at: datetime
) -> None:
    record = opened(house, at, by=house.clerk)

    def put_as_clerk(document: Document) -> int:
        return file_document(
            record_id=record.id, document_id=document.id, by=house.clerk, at=at
        ).ordinal

    waiting = arrived(committee, house, at)
    with refused("records.E009"):
        put_as_clerk(waiting.document)
    assert put_as_clerk(registered(committee, house, at).document) == 1
    draft = issued_by(house, committee, at)
    Document.objects.filter(id=draft.id).update(issued_at=None)
    with refused("records.E009"):
        put_as_clerk(draft)
    with refused("documents.E001"):  # what this agency never got
        put_as_clerk(sent(committee, at))


@pytest.mark.django_db(transaction=True)
def test_documents_filed_at_once_stand_one_after_another(
    house: House, committee: House, at: datetime
) -> None:
    record = opened(house, at)
    documents = [issued_by(house, committee, at, number) for number in range(6)]
    calls = [lambda one=one: put(record, one, house, at) for one in documents]
    said = at_once([*calls, calls[0]])
    assert sorted(one for one in said if isinstance(one, int)) == [1, 2, 3, 4, 5, 6]
    assert [one for one in said if isinstance(one, str)] == ["records.E006"]


@pytest.mark.django_db
@pytest.mark.clause("QC.3.1", "ND30.29")
def test_closing_makes_the_index_and_shuts_the_record(
    house: House, committee: House, at: datetime
) -> None:
    record = opened(house, at)
    close = {"record_id": record.id, "work_ended_on": date(2022, 2, 14), "at": at}
    with refused("records.E007"):
        close_record(**close, by=house.drafter)
    documents = [issued_by(house, committee, at, number) for number in (1, 2, 3)]
    for document in documents:
        put(record, document, house, at)
    with refused("records.E008"):
        close_record(**close, by=house.clerk)
    with refused("records.E001"):
        close_record(**close, by=house.colleague)
    with behind_the_wall(house.drafter):
        close_record(**close, by=house.drafter)
    record.refresh_from_db()
    words = _words_of(blobs.read(record.index_file))
    for document in documents:
        assert document.symbol in words
        assert document.subject in words
    assert "01.HS" in words
    assert "10 năm" in words
    with refused("records.E005"):
        put(record, issued_by(house, committee, at, 4), house, at)
    with refused("records.E010"):
        close_record(**close, by=house.drafter)


@pytest.mark.django_db
def test_a_reopened_record_goes_on_counting(house: House, committee: House, at: datetime) -> None:
    record = opened(house, at)
    put(record, issued_by(house, committee, at), house, at)
    close_record(record_id=record.id, work_ended_on=date(2022, 2, 14), by=house.drafter, at=at)
    first_index = Record.objects.get(id=record.id).index_file
    with refused("records.E001"):
        reopen_record(record_id=record.id, by=house.colleague, at=at)
    reopen_record(record_id=record.id, by=house.archivist, at=at)
    assert put(record, issued_by(house, committee, at, 2), house, at) == 2
    close_record(record_id=record.id, work_ended_on=date(2022, 2, 14), by=house.archivist, at=at)
    record.refresh_from_db()
    assert record.state == RecordState.CLOSED
    assert record.index_file != first_index
    assert blobs.read(first_index)  # the former index is not lost


@pytest.mark.django_db
def test_an_ordinal_never_comes_back(house: House, committee: House, at: datetime) -> None:
    record = opened(house, at)
    documents = [issued_by(house, committee, at, number) for number in (1, 2)]
    for document in documents:
        put(record, document, house, at)
    Filing.objects.filter(document=documents[1]).update(removed_at=at)
    assert put(record, documents[1], house, at) == 3
    assert [row.ordinal for row in filed_in(record.id)] == [1, 3]


@pytest.mark.django_db
def test_a_record_is_seen_by_its_keeper_and_the_archive(
    house: House, committee: House, at: datetime
) -> None:
    record = opened(house, at)
    for by, sees in (
        (house.drafter, True),
        (house.archivist, True),
        (house.leader, True),
        (house.colleague, False),
        (committee.archivist, False),
    ):
        with behind_the_wall(by):
            assert [row.id for row in records_of(by)] == ([record.id] if sees else [])


def _words_of(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_bounded() for page in pages)
    return " ".join(text.split())
