"""An order over Zalo against the strict double: approved templates, numbers, quota, SMS behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from cast import House, approve_systems, enter_working_time, make_department
from channel_double import Double, make_provider
from congvu.bulk.estimate_cost import estimate_cost
from congvu.bulk.expand_order import expand_order, settle_order
from congvu.bulk.models import BulkOrder
from congvu.bulk.open_order import open_order
from congvu.bulk.queries import failures_of
from congvu.bulk.recount_order import recount_ended
from congvu.bulk.release_order import release_order
from congvu.bulk.submit_template import submit_template
from congvu.bulk.take_list import take_list
from congvu.bulk.write_files import result_file
from congvu.bulk.write_template import write_template
from congvu.channels.adapters import zalo_oa
from congvu.channels.give_consent import give_consent
from congvu.channels.hand_over import hand_over_due
from congvu.channels.keep_zalo_template import TemplateForm, keep_template, set_template_state
from congvu.channels.models import Attempt, Message, ZaloGrant, ZaloTemplate
from congvu.channels.types import SMS, ZALO
from congvu.kit import clock
from congvu.rules.sms_text import measure
from congvu.run.zalo.rows import Citizen, Template
from lists import approved, as_csv, checked, wording
from paperwork import refused
from zalo_double import OA_ID, Line, granted, zalo_line

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.6.2.b", "QC.8.2.b")]

HEADER = ("Số điện thoại", "Họ tên", "Mã hồ sơ", "Ngày nhận")
FIRST = 84_905_200_000
BY_ZALO = {
    "zalo_template": "7001",
    "zalo_params": {"ma_ho_so": "{{mã hồ sơ}}", "ngay": "{{ngày nhận}}"},
}


@pytest.fixture
def house(db: None, at: datetime) -> House:
    """Sở Nội vụ with a provider for SMS; Zalo leads to the platform's double."""
    enter_working_time(at)
    approve_systems(at)
    make_provider(SMS, at)
    return make_department(at, "Sở Nội vụ", "SNV")


@pytest.fixture
def line(house: House, at: datetime) -> Iterator[Line]:
    """The double knows five citizens by their numbers and one approved template."""
    with zalo_line(at, moment=lambda: at) as line:
        granted(line, house, at)
        for number in range(5):
            line.double.citizens[f"77{number}"] = Citizen(f"Dân {number}", str(FIRST + number))
        line.double.templates["7001"] = Template(OA_ID, {"ma_ho_so": 30, "ngay": 10})
        yield line


def template_at_zalo(house: House, at: datetime, state: str = "approved") -> ZaloTemplate:
    form = TemplateForm("7001", "Trả kết quả", "Hồ sơ <ma_ho_so> có kết quả ngày <ngay>.")
    kept = keep_template(form=form, by=house.clerk, at=at)
    return set_template_state(template_id=kept.id, state=state, by=house.clerk, at=at)


def row(number: int, dossier: str = "H45.19-220214-0001") -> tuple[str, ...]:
    return (f"0{FIRST + number - 84 * 10**9}", "Nguyễn Thị Hoa", dossier, "01/03/2022")


def ready(house: House, at: datetime, rows: list[tuple[str, ...]], **more: Any) -> BulkOrder:
    """An order with a checked list; the column of numbers serves both roads."""
    version = approved(house, at, **{**BY_ZALO, **more})
    order = open_order(template_id=version.template_id, title="Đợt 1", by=house.clerk, at=at)
    told = {"content": as_csv(rows, HEADER), "name": "ds.csv", "only_wrong": False}
    take_list(order_id=order.id, by=house.clerk, at=at, **told)
    return checked(order, at)


def go(order: BulkOrder, house: House, at: datetime) -> None:
    """Released, and worked on as the worker does."""
    count = order.rows_by_state["good"]
    release_order(order_id=order.id, count=count, send_from=None, by=house.clerk, at=at)
    drain(order, at)


def drain(order: BulkOrder, at: datetime) -> None:
    for _ in range(4):
        expand_order(order_id=order.id, at=at)
        for channel in (ZALO, SMS):
            hand_over_due(channel=channel, seconds=0.05)
    settle_order(order_id=order.id, at=at)


def zalo_calls(line: Line) -> list[dict[str, Any]]:
    return [body for path, body in line.double.calls if path == "/message/template"]


def states(channel: str) -> list[str]:
    found = Attempt.objects.filter(channel=channel).order_by("message_id")
    return list(found.values_list("state", flat=True))


def test_a_list_goes_by_number_with_its_parameters_and_the_receipts_come_back(
    line: Line, house: House, at: datetime
) -> None:
    template_at_zalo(house, at)
    order = ready(house, at, [row(n) for n in range(3)])
    assert order.first_roads == {"zalo": [3, 6]}
    go(order, house, at)
    first, *_ = zalo_calls(line)
    assert (first["phone"], first["template_id"]) == (str(FIRST), "7001")
    assert first["template_data"] == {"ma_ho_so": "H45.19-220214-0001", "ngay": "01/03/2022"}
    assert first["tracking_id"] == Attempt.objects.earliest("id").tracking
    assert (len(zalo_calls(line)), states(ZALO), Double.sent) == (3, ["accepted"] * 3, [])
    assert Message.objects.filter(received_at__isnull=False).count() == 0  # nothing invented
    line.double.doubles = line.double.shuffles = True
    line.hear()
    recount_ended(at=at)  # the order was done already; who received it is counted afterwards
    order.refresh_from_db()
    assert order.messages_by_state == {"received": 3} and order.state == "done"
    assert recount_ended(at=at) == 0
    assert {one.received_at for one in Message.objects.all()} == {at + timedelta(seconds=1)}
    shown = result_file(order).read().decode("utf-8-sig").splitlines()
    assert shown[1].split(";")[5:] == [
        "bên nhận đã nhận", "Zalo", "28/02/2022 09:00:00", "28/02/2022 09:00:01", "B", "", "",
    ]  # fmt: skip


@pytest.mark.clause("QC.6.1.e")
def test_who_has_no_zalo_gets_a_text_and_the_result_says_why(
    line: Line, house: House, at: datetime
) -> None:
    template_at_zalo(house, at)
    line.double.citizens["771"].bonds.clear()
    order = ready(house, at, [row(0), row(7)])
    go(order, house, at)
    assert states(ZALO) == ["accepted", "failed_permanent"]
    assert [one.address for one in Double.sent] == [str(FIRST + 7)]
    order.refresh_from_db()
    assert order.messages_by_state == {"sent": 2} and order.state == "done"
    assert failures_of(order) == [("zalo", "Người nhận không dùng Zalo.", 1)]
    last = result_file(order).read().decode("utf-8-sig").splitlines()[2]
    assert "Tin nhắn SMS" in last and "Zalo: Người nhận không dùng Zalo." in last


def test_a_template_that_zalo_has_not_approved_holds_the_order(
    line: Line, house: House, at: datetime
) -> None:
    with refused("bulk.E024"):
        approved(house, at, **BY_ZALO)  # nobody has entered it
    kept = template_at_zalo(house, at, "pending")
    order = ready(house, at, [row(0)], name="Mẫu hai")
    told = {"order_id": order.id, "count": 1, "send_from": None, "by": house.clerk, "at": at}
    with refused("bulk.E044"):
        release_order(**told)
    set_template_state(template_id=kept.id, state="approved", by=house.clerk, at=at)
    release_order(**told)
    set_template_state(template_id=kept.id, state="stopped", by=house.clerk, at=at)
    drain(order, at)  # stopped on the way: it goes as a text
    assert zalo_calls(line) == [] and len(Double.sent) == 1


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"ma_ho_so": "{{mã hồ sơ}}"}, "cần đúng các tham số: ma_ho_so, ngay"),
        ({**BY_ZALO["zalo_params"], "ten": "{{họ tên}}"}, "cần đúng các tham số"),
    ],
)
def test_other_parameters_than_zalo_approved_are_never_laid_before_the_leader(
    line: Line, house: House, at: datetime, params: dict[str, str], said: str
) -> None:
    template_at_zalo(house, at)
    words = wording(zalo_template="7001", zalo_params=params)
    version = write_template(template_id=None, wording=words, by=house.clerk, at=at)
    with refused("bulk.E024") as caught:
        submit_template(template_id=version.template_id, by=house.clerk, at=at)
    assert said in caught.value.say


def test_a_value_that_is_too_long_for_zalo_is_said_in_its_cell(
    line: Line, house: House, at: datetime
) -> None:
    kept = template_at_zalo(house, at)
    kept.params = [{"name": "ma_ho_so", "longest": 17}, {"name": "ngay", "longest": 10}]
    kept.save()
    order = ready(house, at, [row(0), row(1, "H45.19-220214-001")])
    assert order.rows_by_state == {"wrong": 1, "good": 1} or order.rows_by_state == {"wrong": 2}
    faults = order.rows.get(ordinal=1).faults
    assert faults == {"2": "Tham số Zalo “ma_ho_so” dài 18 ký tự; tối đa 17 ký tự."}


def test_when_the_day_is_used_up_the_rest_goes_as_text_and_zalo_is_not_asked_again(
    line: Line, house: House, at: datetime
) -> None:
    template_at_zalo(house, at)
    line.double.oas[OA_ID].zns_quota = 2
    order = ready(house, at, [row(n) for n in range(5)])
    go(order, house, at)
    assert states(ZALO) == ["accepted"] * 2 + ["failed_permanent"] * 3
    assert len(zalo_calls(line)) == 2  # remainingQuota said 0: nobody is asked in vain
    assert len(Double.sent) == 3
    order.refresh_from_db()
    assert (order.state, order.messages_by_state) == ("done", {"sent": 5})
    grant = ZaloGrant.objects.get()
    assert (grant.templates_left, grant.templates_left_at) == (0, at)


def test_without_another_road_the_rest_waits_for_the_new_day(
    line: Line, house: House, at: datetime
) -> None:
    template_at_zalo(house, at)
    line.double.oas[OA_ID].zns_quota = 1
    order = ready(house, at, [row(0), row(1)], sms="")
    go(order, house, at)
    assert states(ZALO) == ["accepted", "failed_temporary"]
    waits = Attempt.objects.get(state="failed_temporary")
    assert waits.next_at == datetime.fromisoformat("2022-03-01T00:05:00+07:00")
    assert waits.said == "Đã hết hạn mức tin theo mẫu trong ngày."
    line.double.oas[OA_ID].zns_quota = 500
    line.double.offset = (waits.next_at - at).total_seconds()
    with clock.frozen(waits.next_at):
        drain(order, waits.next_at)
    assert states(ZALO) == ["accepted", "accepted"]


@pytest.mark.parametrize(
    ("trouble", "code", "said"),
    [
        ({"state": "PENDING_REVIEW"}, "-131", "Mẫu tin chưa được Zalo duyệt."),
        ({"params": {"ma_ho_so": 30}}, "-132", "Tham số của mẫu tin thiếu hoặc thừa."),
        ({"params": {"ma_ho_so": 30, "ngay": 5}}, "-133", "Tham số của mẫu tin không hợp lệ."),
        ({"price": 10**6}, "-321", "Ví trả phí (ZCA) hết tiền."),
    ],
)
def test_what_zalo_refuses_is_said_to_the_account_and_goes_as_text(
    line: Line, house: House, at: datetime, trouble: dict[str, Any], code: str, said: str
) -> None:
    template_at_zalo(house, at)
    for name, value in trouble.items():
        setattr(line.double.templates["7001"], name, value)
    order = ready(house, at, [row(0)])
    go(order, house, at)
    attempt = Attempt.objects.get(channel=ZALO)
    assert (attempt.code, attempt.said, len(Double.sent)) == (code, said, 1)
    is_for_the_account = code in {"-131", "-321"}
    assert ZaloGrant.objects.get().said == (said if is_for_the_account else "")


@pytest.mark.parametrize("wish", ["http500", "text", "cut"])
def test_a_doubtful_answer_never_sends_a_second_message(
    line: Line, house: House, at: datetime, wish: str
) -> None:
    template_at_zalo(house, at)
    order = ready(house, at, [row(0)])
    line.double.breaks = wish
    go(order, house, at)
    assert states(ZALO) == ["unknown"] and Double.sent == []
    if wish == "cut":  # it was sent; the receipt names it
        line.hear()
        assert states(ZALO) == ["delivered"]


def test_a_number_that_agreed_is_written_to_and_no_other(
    line: Line, house: House, at: datetime
) -> None:
    template_at_zalo(house, at)
    said = {
        "agency_id": house.agency.id, "purpose": "notice", "text": "Đồng ý.",
        "text_version": "1", "origin": "tờ khai", "at": at,
    }  # fmt: skip
    give_consent(channel=ZALO, address=f"{zalo_oa.BY_PHONE}{FIRST}", **said)
    give_consent(channel=SMS, address=str(FIRST + 1), **said)
    order = ready(house, at, [row(0), row(1), row(2)], ground="")
    assert order.rows_by_state == {"good": 2, "wrong": 1}
    assert order.first_roads == {"zalo": [1, 3], "sms": [1, 3]}  # the link to withdraw is counted
    go(order, house, at)
    assert [body["phone"] for body in zalo_calls(line)] == [str(FIRST)]
    (sent,) = Double.sent
    assert sent.address == str(FIRST + 1) and len(measure(sent.text["text"]).parts) == 3


@pytest.mark.clause("QC.6.1.e")
def test_what_the_order_takes_is_counted_over_every_row(
    line: Line, house: House, at: datetime
) -> None:
    template_at_zalo(house, at)
    order = ready(house, at, [row(n) for n in range(4)])
    seen = estimate_cost(order, at)
    assert (seen.messages, seen.parts, seen.cost) == (4, 0, 4 * 120)
    assert (seen.reserve.units, seen.reserve.cost, seen.zalo_left) == (8, None, None)
    ZaloGrant.objects.update(templates_left=3, templates_left_at=at)
    assert estimate_cost(order, at).beyond_quota == 1
