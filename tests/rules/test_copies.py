"""Which copies the law knows, and what they say (ND30.25, PL1.II)."""

from __future__ import annotations

from datetime import datetime

import pytest

from congvu.rules.copies import (
    CopyKind,
    Medium,
    copy_allowed,
    copy_line,
    copy_symbol,
    extract_pages,
    page_words,
    read_pages,
    scan_fault,
)

PAPER, ELECTRONIC = Medium.PAPER, Medium.ELECTRONIC


@pytest.mark.clause("ND30.25")
@pytest.mark.parametrize(
    ("kind", "source", "target", "of_copy", "allowed"),
    [
        (CopyKind.FULL, PAPER, PAPER, False, True),
        (CopyKind.FULL, PAPER, ELECTRONIC, False, True),
        (CopyKind.FULL, ELECTRONIC, PAPER, False, True),
        (CopyKind.FULL, ELECTRONIC, ELECTRONIC, False, False),
        (CopyKind.FULL, PAPER, ELECTRONIC, True, False),
        (CopyKind.FROM_COPY, PAPER, ELECTRONIC, True, True),
        (CopyKind.FROM_COPY, PAPER, ELECTRONIC, False, False),
        (CopyKind.FROM_COPY, ELECTRONIC, PAPER, True, True),
        (CopyKind.FROM_COPY, ELECTRONIC, ELECTRONIC, True, False),
        (CopyKind.EXTRACT, ELECTRONIC, ELECTRONIC, False, True),
        (CopyKind.EXTRACT, PAPER, ELECTRONIC, False, True),
        (CopyKind.EXTRACT, ELECTRONIC, PAPER, True, True),
    ],
)
def test_there_are_only_the_copies_of_article_25(
    kind: CopyKind, source: Medium, target: Medium, of_copy: bool, allowed: bool
) -> None:
    found = copy_allowed(kind, source, target, source_is_full_copy=of_copy)
    assert found.value is allowed
    assert found.clause == "ND30.25"


@pytest.mark.clause("ND30.PL1.II.I", "ND30.PL1.II.II")
def test_a_copy_says_its_form_agency_and_time_and_has_its_number() -> None:
    at = datetime.fromisoformat("2022-02-14T09:05:07+07:00")
    assert copy_line(CopyKind.EXTRACT, "Sở Nội vụ", at) == (
        "TRÍCH SAO; Sở Nội vụ; 2022-02-14T09:05:07+07:00"
    )
    assert copy_symbol(CopyKind.FULL, 3, "SNV") == "03/SY-SNV"
    assert copy_symbol(CopyKind.EXTRACT, 12, "UBND") == "12/TrS-UBND"


@pytest.mark.clause("ND30.25")
def test_an_extract_keeps_the_head_and_the_signature() -> None:
    assert extract_pages([3], pages=9, signed_on=7) == (1, 3, 7)
    assert extract_pages([1, 12], pages=9, signed_on=9) == (1, 9)


@pytest.mark.parametrize(
    ("typed", "pages"),
    [
        ("2, 5-7", (2, 5, 6, 7)),
        ("3;1 – 2", (1, 2, 3)),
        ("", ()),
        ("hai", None),
        ("7-5", None),
        ("1-99999999", None),
    ],
)
def test_pages_are_read_as_people_write_them(typed: str, pages: tuple[int, ...] | None) -> None:
    assert read_pages(typed) == pages


def test_pages_are_written_as_people_write_them() -> None:
    assert page_words((1, 2, 3, 7, 9, 10)) == "1-3, 7, 9-10"
    assert page_words(()) == ""


@pytest.mark.clause("ND30.PL1.II.I")
@pytest.mark.parametrize(
    ("version", "pages", "fault"),
    [
        ((1, 4), [(200.0, True), (300.0, True)], None),
        ((1, 3), [(200.0, True)], 0),
        ((1, 7), [(200.0, True), (150.0, True)], 2),
        ((1, 7), [(200.0, False)], 1),
        ((1, 7), [(0.0, False)], 1),
    ],
)
def test_a_scan_has_its_colour_and_its_200_dots(
    version: tuple[int, int], pages: list[tuple[float, bool]], fault: int | None
) -> None:
    found = scan_fault(version, pages)
    assert (found[0] if found else None) == fault
