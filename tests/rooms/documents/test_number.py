"""A signed document gets the next number of its series and year (ND30 Điều 15, 16; R1 to R3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from cast import House
from congvu.documents.models import Numbering, RegisterBook
from congvu.documents.outgoing.choose_series import choose_series
from congvu.documents.outgoing.number import number_document
from congvu.documents.outgoing.open_book import open_book
from congvu.documents.outgoing.void_number import void_number
from congvu.documents.queries import registers
from congvu.documents.states import DocumentState
from congvu.documents.types import DraftContent
from congvu.kit.folding import symbol_key
from congvu.orgs.models import Unit
from congvu.rules.document_types import document_type
from congvu.rules.numbering import number_and_symbol
from paperwork import content, fresh, numbered, refused, signed

pytestmark = pytest.mark.django_db
LETTER = DraftContent(blocks=content().blocks, addressees=("Sở Nội vụ",))


def give(house: House, document: object, at: datetime, on: date | None = None) -> Numbering:
    return number_document(document_id=document.id, by=house.clerk, at=at, on=on)


@pytest.mark.clause("ND30.15.1", "ND30.15.3")
def test_numbers_follow_one_another_from_01(house: House, at: datetime) -> None:
    given = [numbered(house, at, subject=f"Văn bản thứ {k}").symbol for k in (1, 2, 3)]
    assert given == ["01/QĐ-SNV", "02/QĐ-SNV", "03/QĐ-SNV"]


@pytest.mark.clause("ND30.PL1.I.II.3")
@pytest.mark.parametrize("last", [0, 8, 9, 98, 99, 1233])
@pytest.mark.parametrize("type_code", ["quyet-dinh", "quyet-dinh-qppl", "cong-van"])
def test_the_database_writes_the_symbol_as_the_rule_does(
    committee: House, at: datetime, last: int, type_code: str
) -> None:
    open_book(
        type_code=type_code, year=2022, last_number=last, basis="Sổ giấy", by=committee.clerk, at=at
    )
    document = numbered(
        committee, at, type_code=type_code, content=LETTER if type_code == "cong-van" else content()
    )
    expected = number_and_symbol(last + 1, document_type(type_code), "UBND", year=2022, unit="TH")
    assert document.symbol == expected
    assert document.symbol_key == symbol_key(expected)
    assert (document.number, document.issued_on) == (last + 1, date(2022, 2, 14))


@pytest.mark.clause("ND30.15.1.a", "ND30.15.1.c")
def test_series_are_those_the_head_has_chosen(committee: House, at: datetime) -> None:
    first = numbered(committee, at)
    same = numbered(committee, at, type_code="thong-bao")
    legal = numbered(committee, at, type_code="quyet-dinh-qppl")
    assert [one.symbol for one in (first, same, legal)] == [
        "01/QĐ-UBND",
        "02/TB-UBND",
        "01/2022/QĐ-UBND",
    ]
    choose_series(
        valid_from=date(2022, 2, 14),
        administrative="per_type",
        basis="Quy chế công tác văn thư",
        by=committee.leader,
        at=at,
    )
    assert numbered(committee, at, type_code="thong-bao").symbol == "01/TB-UBND"
    assert numbered(committee, at, type_code="quyet-dinh-qppl").symbol == "02/2022/QĐ-UBND"


@pytest.mark.clause("ND30.15.1.c")
def test_only_the_head_chooses_the_series(committee: House, at: datetime) -> None:
    wanted = {"valid_from": date(2022, 3, 1), "basis": "Quy chế văn thư", "at": at}
    with refused("documents.E002"):
        choose_series(administrative="common", by=committee.clerk, **wanted)
    with refused("documents.E218"):
        choose_series(
            administrative="common", own_groups={"sac-lenh": "x"}, by=committee.leader, **wanted
        )
    choose_series(
        administrative="common", own_groups={"giay-moi": "Giấy mời"}, by=committee.leader, **wanted
    )
    with refused("documents.E219"):
        choose_series(administrative="per_type", by=committee.leader, **wanted)


@pytest.mark.clause("ND30.15.1")
def test_a_book_is_taken_over_where_the_paper_ended(committee: House, at: datetime) -> None:
    book = open_book(
        type_code="quyet-dinh-qppl",
        year=2022,
        last_number=2,
        basis="Sổ giấy năm 2022",
        by=committee.clerk,
        at=at,
        last_on=date(2022, 1, 20),
    )
    assert numbered(committee, at, type_code="quyet-dinh-qppl").symbol == "03/2022/QĐ-UBND"
    assert registers.missing_numbers(committee.clerk, book.id) == ()
    with refused("documents.E213"):
        open_book(
            type_code="quyet-dinh-qppl",
            year=2022,
            last_number=9,
            basis="Sổ giấy",
            by=committee.clerk,
            at=at,
        )
    with refused("documents.E002"):
        open_book(
            type_code="quyet-dinh",
            year=2022,
            last_number=1,
            basis="Sổ giấy",
            by=committee.leader,
            at=at,
        )


@pytest.mark.clause("ND30.15.1")
@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2022, 2, 15), "documents.E205"),  # tomorrow
        (date(2021, 12, 31), "documents.E206"),  # last year, and before the signature
        (date(2022, 2, 13), "documents.E206"),  # before the signature
    ],
)
def test_a_date_is_neither_ahead_nor_before_the_signature(
    house: House, at: datetime, on: date, code: str
) -> None:
    document = signed(house, at)
    with refused(code):
        give(house, document, at, on)
    assert not Numbering.objects.exists()


@pytest.mark.clause("ND30.15.1")
def test_no_number_is_dated_before_the_last_one(house: House, at: datetime) -> None:
    early = signed(house, at)
    late = signed(house, at)
    give(house, late, at + timedelta(days=2))
    with refused("documents.E205") as said:
        give(house, early, at + timedelta(days=2), on=date(2022, 2, 15))
    assert "16/02/2022" in said.value.say
    assert give(house, early, at + timedelta(days=2)).number == 2


@pytest.mark.clause("ND30.15.1")
def test_signed_at_new_years_eve_and_numbered_in_the_new_year_counts_there(
    house: House, at: datetime
) -> None:
    eve = datetime.fromisoformat("2022-12-31T16:00:00+07:00")
    document = signed(house, eve)
    with refused("documents.E205"):
        give(house, document, eve + timedelta(days=3), on=date(2022, 12, 31))
    assert give(house, document, eve + timedelta(days=3)).book.year == 2023


@pytest.mark.clause("ND30.15.1")
def test_a_document_has_one_number_whatever_is_clicked(house: House, at: datetime) -> None:
    document = numbered(house, at)
    with refused("documents.E209") as said:
        give(house, document, at)
    assert "01/QĐ-SNV" in said.value.say
    assert RegisterBook.objects.get(direction="out").last_number == 1


def test_only_a_clerk_numbers_and_only_what_is_signed(house: House, at: datetime) -> None:
    document = signed(house, at)
    with refused("documents.E002"):
        number_document(document_id=document.id, by=house.leader, at=at)


@pytest.mark.clause("ND30.PL1.I.II.3")
def test_a_letter_needs_the_letters_of_its_unit(house: House, at: datetime) -> None:
    document = signed(house, at, type_code="cong-van", content=LETTER)
    Unit.objects.filter(id=house.unit.id).update(symbol="")
    with refused("documents.E207"):
        give(house, document, at)
    Unit.objects.filter(id=house.unit.id).update(symbol="TH")
    assert give(house, document, at).symbol == "01/SNV-TH"


@pytest.mark.clause("ND30.15.1", "ND30.16")
def test_a_void_number_stays_in_the_book_and_never_returns(house: House, at: datetime) -> None:
    document = numbered(house, at)
    void_number(
        document_id=document.id, reason="Văn bản không ban hành nữa.", by=house.clerk, at=at
    )
    assert fresh(document).state == DocumentState.CANCELLED
    assert numbered(house, at).number == 2
    book = RegisterBook.objects.get(direction="out")
    day = date(2022, 2, 14)
    rows = registers.register_rows(house.clerk, book.id, day, day)
    assert [row.number for row in rows] == [1, 2]
    assert rows[0].note == "Số hủy: Văn bản không ban hành nữa."
    assert registers.check_number(house.clerk, book.id, 1).is_void


@pytest.mark.clause("ND30.15.1")
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"basis": " "}, "documents.E214"),
        ({"last_number": -1}, "documents.E215"),
        ({"year": 2019}, "documents.E217"),
        ({"year": 2023}, "documents.E217"),
        ({"type_code": "sac-lenh"}, "documents.E103"),
    ],
)
def test_a_book_is_not_opened_on_nothing(
    committee: House, at: datetime, changed: dict[str, object], code: str
) -> None:
    asked = {"type_code": "quyet-dinh", "year": 2022, "last_number": 1, "basis": "Sổ giấy"}
    with refused(code):
        open_book(**{**asked, **changed}, by=committee.clerk, at=at)
    assert not RegisterBook.objects.exists()
