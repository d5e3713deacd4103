"""The register of outgoing documents is read, checked and printed (ND30 Điều 16, Phụ lục IV)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from cast import House
from congvu.documents.queries import registers
from congvu.documents.typeset_prints import typeset_register_of_outgoing
from paperwork import SUBJECT, issued, numbered

pytestmark = pytest.mark.django_db
DAY = date(2022, 2, 14)


@pytest.mark.clause("ND30.16", "ND30.16.2.b", "ND30.PL4")
def test_the_register_prints_its_ten_columns(house: House, committee: House, at: datetime) -> None:
    issued(committee, at, to=[house])
    numbered(committee, at)
    (book,) = registers.books_of(committee.clerk, 2022)
    rows = registers.register_rows(committee.clerk, book.id, DAY, DAY)
    printed = registers.register_print(committee.clerk, book, rows, DAY, DAY)
    assert printed.rows[0] == (
        "01/QĐ-UBND",
        "14/02/2022",
        f"Quyết định: {SUBJECT}",
        "Trần Hữu Thế",
        "Sở Nội vụ",
        "Phòng Tổng hợp",
        "1",
        "14/02/2022",
        "Hệ thống",
        "",
    )
    assert printed.rows[1][-1] == "Chờ phát hành"
    assert (printed.from_number, printed.to_number) == ("01", "02")
    assert typeset_register_of_outgoing(printed, at=at).pages >= 1


@pytest.mark.clause("ND30.15.1")
def test_a_number_can_be_asked_for(house: House, committee: House, at: datetime) -> None:
    issued(committee, at, to=[house])
    waiting = numbered(committee, at)
    (book,) = registers.books_of(committee.clerk)
    assert (book.last_number, book.next_number) == (2, 3)
    given = registers.check_number(committee.clerk, book.id, 1)
    assert (given.is_given, given.symbol) == (True, "01/QĐ-UBND")
    assert not registers.check_number(committee.clerk, book.id, 3).is_given
    assert [one.document_id for one in registers.numbers_not_issued(committee.clerk, book.id)] == [
        waiting.id
    ]
    same = registers.documents_with_symbol(committee.clerk, "Số: 01/QĐ-UBND", 2022)
    assert [row[1] for row in same] == ["01/QĐ-UBND"]


@pytest.mark.clause("QC.4.3")
def test_a_register_shows_only_what_its_reader_may_see(
    house: House, committee: House, at: datetime
) -> None:
    issued(committee, at, to=[house])
    (book,) = registers.books_of(committee.clerk)
    seen_by = {
        "clerk": committee.clerk,
        "archivist": committee.archivist,
        "drafter": committee.drafter,
        "colleague": committee.colleague,
        "stranger": house.clerk,
    }
    seen = {
        name: len(registers.register_rows(who, book.id, DAY, DAY)) for name, who in seen_by.items()
    }
    assert seen == {"clerk": 1, "archivist": 1, "drafter": 1, "colleague": 0, "stranger": 0}
    assert registers.books_of(house.clerk) == []
