"""The agencies of Phú Yên: as many as there were, under their names, on each day."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import pytest

from congvu.orgs import queries
from congvu.orgs.enter_profile import enter_profile
from congvu.orgs.models import Agency, Identifier, Succession, Unit
from congvu.orgs.read_profile import entries
from offices import profile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("phu_yen")]
BEFORE, AFTER = date(2022, 2, 7), date(2024, 11, 1)


@pytest.mark.clause("QC.2.1.a", "QC.2.1.b")
def test_140_agencies_in_2022_and_136_after_the_mergers_of_2024() -> None:
    then, now = queries.agencies_on(BEFORE), queries.agencies_on(AFTER)
    assert Counter(one.kind for one in then) == {
        "province": 1, "department": 20, "district": 9, "commune": 110,
    }  # fmt: skip
    assert Counter(one.kind for one in now)["commune"] == 106
    assert len(now) == 136


def test_83_communes_21_wards_6_towns_as_the_resolution_of_2020_counts_them() -> None:
    names = [
        one.short_name.split()[1] for one in queries.agencies_on(BEFORE) if one.kind == "commune"
    ]
    assert Counter(names) == {"xã": 83, "phường": 21, "thị": 6}


def test_entering_twice_changes_nothing(at: datetime) -> None:
    before = (
        Agency.objects.count(),
        Unit.objects.count(),
        Identifier.objects.count(),
        Succession.objects.count(),
    )
    assert enter_profile(profile=profile(), by=None, at=at) == 0
    after = (
        Agency.objects.count(),
        Unit.objects.count(),
        Identifier.objects.count(),
        Succession.objects.count(),
    )
    assert before == after == (140, Unit.objects.count(), 140, 4)


@pytest.mark.parametrize(
    ("code", "lines", "symbol", "place", "regime"),
    [
        ("ubnd-tinh", [[], ["ỦY BAN NHÂN DÂN", "TỈNH PHÚ YÊN"]], "UBND", "Phú Yên", "collective"),
        ("snv", [["UBND TỈNH PHÚ YÊN"], ["SỞ NỘI VỤ"]], "SNV", "Phú Yên", "head"),
        ("ubnd-tuy-an", [[], ["ỦY BAN NHÂN DÂN", "HUYỆN TUY AN"]], "UBND", "Tuy An", "collective"),
        (
            "ubnd-tuy-an-xa-an-dan",
            [[], ["ỦY BAN NHÂN DÂN", "XÃ AN DÂN"]],
            "UBND",
            "An Dân",
            "collective",
        ),
    ],
)
def test_headings_of_four_kinds_of_agencies(
    code: str, lines: list[list[str]], symbol: str, place: str, regime: str
) -> None:
    one = queries.agency_by_code(code)
    assert [list(one.superior_lines), list(one.name_lines)] == lines
    assert (one.symbol, one.place, one.regime) == (symbol, place, regime)


@pytest.mark.clause("ND30.PL1.I.II.4")
def test_a_ward_named_by_a_number_is_written_in_full() -> None:
    assert queries.agency_by_code("ubnd-tuy-hoa-phuong-1").place == "Phường 1"


def test_every_code_is_marked_as_a_demonstration_and_used_once() -> None:
    values = list(Identifier.objects.values_list("value", "is_demonstration"))
    assert len({value for value, _ in values}) == len(values) == 140
    assert all(is_demonstration for _, is_demonstration in values)


def test_the_picker_groups_communes_by_district() -> None:
    groups = {one.name: one for one in queries.recipient_groups(BEFORE)}
    assert list(groups) == [
        "Ủy ban nhân dân tỉnh",
        "Sở, ban, ngành",
        "UBND cấp huyện",
        "UBND cấp xã toàn tỉnh",
    ]
    parts = {part.name: len(part.agencies) for part in groups["UBND cấp xã toàn tỉnh"].parts}
    assert parts["UBND cấp xã: thành phố Tuy Hòa"] == 16
    assert sum(parts.values()) == 110 and len(parts) == 9


def test_a_ended_ward_is_carried_on_by_its_successor() -> None:
    gone = queries.agency_by_code("ubnd-tuy-hoa-phuong-8")
    assert not gone.stands_on(AFTER)
    assert queries.successor_of(gone.id, AFTER).code == "ubnd-tuy-hoa-phuong-2"
    assert queries.successor_of(gone.id, BEFORE).code == gone.code


def test_everybody_but_the_province_is_below_the_province() -> None:
    root = queries.agency_by_code("ubnd-tinh")
    assert len(queries.subordinate_ids(root.id, AFTER)) == 135


def test_a_tree_of_two_levels_needs_no_other_code(at: datetime) -> None:
    """After a reform without districts: communes stand directly below the province."""
    other = profile()
    other["agencies"] = [
        {"code": "tinh-khac", "pattern": "province", "type": "tỉnh", "own": "Đắk Lắk",
         "children": {"commune": {"xã": ["Ea Ly"], "phường": ["Tuy Hòa"]}}},
    ]  # fmt: skip
    other["successions"] = []
    codes = [one.fields["code"] for one in entries(other)]
    assert codes == ["tinh-khac", "tinh-khac-xa-ea-ly", "tinh-khac-phuong-tuy-hoa"]
    assert enter_profile(profile=other, by=None, at=at) == 3
    assert Agency.objects.get(code="tinh-khac-xa-ea-ly").parent.code == "tinh-khac"
