"""What an order takes is counted row by row: parts of texts, roads, đồng; nothing is drawn out."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from cast import House
from channel_double import Double
from congvu.bulk.estimate_cost import estimate_cost
from congvu.bulk.expand_order import expand_order
from congvu.bulk.mend_row import leave_out_row, mend_row
from congvu.bulk.open_order import open_order
from congvu.bulk.release_order import release_order
from congvu.bulk.take_list import take_list
from congvu.channels.hand_over import hand_over_due
from congvu.channels.models import Brandname, Message, Provider
from congvu.channels.types import SMS
from congvu.rules.sms_text import measure
from lists import GROUND, approved, as_csv, checked, line, listed

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.6.1.e")]


def named(house: House, at: datetime, price: int | None, kind: str = "care") -> None:
    """The agency's brand name and what a part costs under it."""
    Brandname.objects.create(
        holder=house.agency, name="SNV PHUYEN", provider=Provider.objects.get(channel=SMS),
        kind=kind, price=price, ground="GCN 1", granted_on=date(2022, 1, 1),
        valid_to=date(2024, 12, 31), kept_at=at,
    )  # fmt: skip


def test_parts_are_summed_over_all_rows_and_are_those_that_go(house: House, at: datetime) -> None:
    named(house, at, 450)
    long_name = "Công Tằng Tôn Nữ Thị Hoàng Hoa Thiên Hương Diễm My Ngọc Ánh Tuyết"
    rows = [line(1), (line(2)[0], long_name, *line(2)[2:]), line(3)]
    order = listed(house, at, rows, approved(house, at, sms_plain=False))
    kept = list(order.rows.order_by("ordinal").values_list("parts", flat=True))
    seen = estimate_cost(order, at)
    assert kept == [2, 3, 2] and order.first_roads == {"sms": [3, 7]}
    assert (seen.messages, seen.parts, seen.cost, seen.sender) == (3, 7, 7 * 450, "SNV PHUYEN")
    release_order(order_id=order.id, count=3, send_from=None, by=house.clerk, at=at)
    expand_order(order_id=order.id, at=at)
    hand_over_due(channel=SMS, seconds=0.05)
    went = [measure(one.text["text"]) for one in Double.sent]
    assert sum(len(one.parts) for one in went) == seen.parts
    order.refresh_from_db()
    assert order.first_roads == {"sms": [3, 7]}  # stays as it was shown


def test_what_is_left_out_or_mended_is_counted_anew(house: House, at: datetime) -> None:
    order = listed(house, at, [line(1), line(2), ("0123", *line(3)[1:]), line(1)])
    assert order.first_roads == {"sms": [2, 4]}  # not the wrong one, not the twin
    mend_row(order_id=order.id, ordinal=3, cells={0: line(3)[0]}, by=house.clerk, at=at)
    order.refresh_from_db()
    assert order.first_roads == {"sms": [3, 6]}
    leave_out_row(order_id=order.id, ordinal=2, by=house.clerk, at=at)
    order.refresh_from_db()
    assert order.first_roads == {"sms": [2, 4]}


def test_without_a_known_price_none_is_invented(house: House, at: datetime) -> None:
    order = listed(house, at, [line(1)])
    assert estimate_cost(order, at).cost is None
    named(house, at, None)
    assert estimate_cost(order, at).cost is None
    assert estimate_cost(order, at).sender == "SNV PHUYEN"


def test_a_mail_costs_nothing_and_each_row_goes_the_first_road_it_has(
    house: House, at: datetime
) -> None:
    named(house, at, 450)
    version = approved(house, at, sms="Đã xong.", mail_subject="Xong", mail="Đã xong.")
    order = open_order(template_id=version.template_id, title="Đợt 1", by=house.clerk, at=at)
    rows = as_csv([("0912345678", "a@b.vn"), ("", "c@b.vn")], ("SĐT", "Email"))
    take_list(
        order_id=order.id, content=rows, name="a.csv", only_wrong=False, by=house.clerk, at=at
    )
    seen = estimate_cost(checked(order, at), at)
    assert [(one.road, one.messages, one.cost) for one in seen.roads] == [
        ("sms", 1, 450), ("official_mail", 1, 0),
    ]  # fmt: skip
    assert (seen.cost, seen.reserve.units) == (450, 0)


def test_a_text_with_more_parts_than_may_be_sent_is_no_good_row(house: House, at: datetime) -> None:
    version = approved(house, at, sms="Ấ" * 390 + "{{họ tên}}")
    order = open_order(template_id=version.template_id, title="Đợt 1", by=house.clerk, at=at)
    rows = as_csv([("0912345678", "An"), ("0912345679", "Nguyễn Thị Hoàng Hoa")], ("SĐT", "Họ tên"))
    take_list(
        order_id=order.id, content=rows, name="a.csv", only_wrong=False, by=house.clerk, at=at
    )
    assert checked(order, at).rows_by_state == {"good": 1, "wrong": 1}
    assert order.rows.get(ordinal=2).faults[""] == "Tin SMS của dòng này dài 7 phần; tối đa 6 phần."


def test_what_goes_to_the_staff_is_of_the_class_for_the_staff(house: House, at: datetime) -> None:
    named(house, at, 450)
    named(house, at, 300, "internal")
    version = approved(house, at, purpose="internal", ground=GROUND)
    order = listed(house, at, [line(1)], version)
    assert estimate_cost(order, at).cost == 2 * 300
    release_order(order_id=order.id, count=1, send_from=None, by=house.clerk, at=at)
    expand_order(order_id=order.id, at=at)
    assert Message.objects.get().texts["sms"]["kind"] == "internal"
