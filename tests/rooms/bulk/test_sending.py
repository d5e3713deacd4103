"""An order goes out: approved, in slices, held and ended, with one message a row whatever breaks."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cast import House
from channel_double import UNREACHABLE, Double, accepted, make_provider
from congvu.bulk import expand_order as expanding
from congvu.bulk.expand_order import SUBJECT, expand_order, settle_order
from congvu.bulk.forget_lists import KEPT_FOR, forget_lists
from congvu.bulk.jobs import expand, look_after_orders
from congvu.bulk.models import BulkOrder
from congvu.bulk.release_order import release_order
from congvu.bulk.steer_order import cancel_order, pause_order, resume_order
from congvu.bulk.submit_order import send_back_order, submit_order
from congvu.bulk.take_list import take_list
from congvu.bulk.write_files import result_file
from congvu.channels.accept import accept_message
from congvu.channels.accept_many import accept_messages
from congvu.channels.give_consent import give_consent, withdraw_consent
from congvu.channels.hand_over import hand_over_due
from congvu.channels.models import Attempt, Consent, Lane, Message, Provider
from congvu.channels.reconcile import reconcile_doubt
from congvu.channels.types import MAIL, SMS, Order, Outcome, Outgoing, Result
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.rules.moments import Audience
from lists import approved, as_csv, line, listed, released
from paperwork import refused

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.6.1.e", "QC.7.2")]
WHY = "Nội dung cần sửa lại theo ý kiến lãnh đạo."


def expanded(order: BulkOrder, at: datetime) -> int:
    """All rows that may become messages do."""
    taken = 0
    while number := expand_order(order_id=order.id, at=at):
        taken += number
    return taken


def drained(at: datetime) -> None:
    """Everything that waits is handed over."""
    while hand_over_due(channel=SMS, seconds=0.2):
        pass


def test_a_leader_approves_what_the_template_asks_him_to(house: House, at: datetime) -> None:
    version = approved(house, at, needs_approval=True)
    order = listed(house, at, [line(1), line(2)], version)
    told = {"order_id": order.id, "count": 2, "send_from": None, "at": at}
    with refused("bulk.E041"):
        release_order(by=house.clerk, **told)
    with refused("bulk.E002"):
        release_order(by=house.leader, **told)  # nobody has laid it before him
    later = at + timedelta(hours=2)
    submit_order(by=house.clerk, **{**told, "send_from": later})
    with refused("bulk.E030"):
        take_list(
            order_id=order.id, content=as_csv([line(3)]), name="a.csv", only_wrong=False, by=house.clerk, at=at
        )  # fmt: skip
    send_back_order(order_id=order.id, reason=WHY, by=house.leader, at=at)
    submit_order(by=house.clerk, **{**told, "send_from": later})
    with refused("bulk.E040"):
        release_order(by=house.leader, **{**told, "count": 3})
    release_order(by=house.leader, **told)
    assert expanded(order, at) == 0  # not before its hour
    assert expanded(order, later) == 2


def test_a_row_becomes_one_message_however_often_it_is_asked(house: House, at: datetime) -> None:
    order = released(house, at, 5)
    assert expand_order(order_id=order.id, at=at, most=3) == 3
    order.rows.update(state="good", message=None)  # as if a slice were done twice
    assert expanded(order, at) == 5
    assert Message.objects.count() == Attempt.objects.count() == 5
    message = Message.objects.order_by("id").first()
    assert (message.lane, message.purpose, message.legal_class) == (Lane.BULK, "notice", "QC.7.2")
    assert (message.to_name, message.key) == ("Nguyễn Thị Hoa", f"bulk-{order.id}-1")
    assert message.texts["sms"]["text"].startswith("Hồ sơ H45.19-220214-0000 của Ông/Bà")
    drained(at)
    assert settle_order(order_id=order.id, at=at)
    order.refresh_from_db()
    assert (order.state, order.messages_by_state) == ("done", {"sent": 5})


def test_few_messages_lie_in_the_queue_at_a_time(
    house: House, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expanding, "MOST_WAITING", 4)
    order = released(house, at, 10)
    assert expanded(order, at) == 4
    assert not settle_order(order_id=order.id, at=at)
    drained(at)
    assert expanded(order, at) == 4


def test_it_is_held_goes_on_and_is_ended(
    house: House, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expanding, "MOST_WAITING", 4)
    order = released(house, at, 10)
    expanded(order, at)
    told = {"order_id": order.id, "at": at}
    pause_order(by=house.leader, **told)
    drained(at)
    assert expanded(order, at) == 0 and len(Double.sent) == 4
    with refused("bulk.E030"):
        pause_order(by=house.clerk, **told)
    resume_order(by=house.clerk, **told)
    assert expanded(order, at) == 4
    with refused("bulk.E020"):
        cancel_order(by=house.clerk, reason="thôi", **told)
    cancel_order(by=house.clerk, reason=WHY, **told)
    drained(at)
    assert len(Double.sent) == 4  # what no provider had taken yet goes no more
    assert settle_order(**told)
    states = dict.fromkeys(order.rows.values_list("state", flat=True))
    assert set(states) == {"queued", "cancelled"}
    assert Message.objects.filter(state="cancelled").count() == 4


@pytest.mark.clause("QC.6.2.b")
def test_a_consent_withdrawn_meanwhile_refuses_the_row(house: House, at: datetime) -> None:
    version = approved(house, at, ground="")
    for number in (1, 2):
        give_consent(
            agency_id=house.agency.id, channel=SMS, address=f"849{number:08d}", purpose="notice",
            text="Đồng ý.", text_version="1", origin="tờ khai", at=at,
        )  # fmt: skip
    order = listed(house, at, [line(1), line(2)], version)
    release_order(order_id=order.id, count=2, send_from=None, by=house.clerk, at=at)
    key = Consent.objects.get(address="84900000002").withdrawal_key
    withdraw_consent(withdrawal_key=key, origin="liên kết", at=at)
    expanded(order, at)
    assert [one.state for one in order.rows.order_by("ordinal")] == ["queued", "refused"]
    assert "Chưa có căn cứ để gửi tin" in order.rows.get(ordinal=2).faults[""]
    drained(at)
    assert settle_order(order_id=order.id, at=at)


def test_many_orders_are_judged_like_one(house: House, at: datetime) -> None:
    def order(key: str, **more: object) -> Order:
        return Order(
            **{
                "agency_id": house.agency.id,
                "key": key,
                "purpose": "notice",
                "audience": Audience.PERSON,
                "roads": (SMS, MAIL),
                "addresses": {SMS: "84912345678"},
                "texts": {SMS: {"text": "Xong."}, MAIL: {"text": "Xong."}},
                "basis": "duty QC.6.2.b",
                **more,
            }
        )

    given = [
        order("a"),
        order("b", basis="consent"),
        order("c", addresses={}),
        order("d", texts={}),
    ]
    known = accept_message(order("k"), by=None, at=at)
    said = accept_messages([*given, order("k")], by=None, at=at)
    codes = [one.code if isinstance(one, Refusal) else "" for one in said]
    assert codes == ["", "channels.E003", "channels.E004", "channels.E005", ""]
    assert said[-1] == known.id
    one = Message.objects.get(key="a")
    assert (one.roads, one.addresses, one.basis) == ([SMS], {SMS: "84912345678"}, "duty QC.6.2.b")
    for key in ("b", "c", "d"):
        with refused(f"channels.E00{'bcd'.index(key) + 3}"):
            accept_message(given["abcd".index(key)], by=None, at=at)


def test_the_result_says_what_became_of_each_row(house: House, at: datetime) -> None:
    def third_is_wrong(item: Outgoing) -> Outcome:
        is_wrong = item.address.endswith("2")
        return Outcome(Result.PERMANENT, said="Số không có thật.") if is_wrong else accepted(item)

    Double.script = staticmethod(third_is_wrong)
    order = released(house, at, 3)
    expanded(order, at)
    drained(at)
    lines = result_file(order).read().decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Dòng;Số điện thoại;Họ tên;") and len(lines) == 4
    assert "đã gửi, chưa xác nhận nhận;Tin nhắn SMS;28/02/2022 09:00:00;;C;" in lines[1]
    assert "không gửi được;Tin nhắn SMS;;;D;;Tin nhắn SMS: Số không có thật." in lines[3]


def test_a_list_is_emptied_when_its_time_is_over(house: House, at: datetime) -> None:
    order = released(house, at, 2)
    expanded(order, at)
    drained(at)
    settle_order(order_id=order.id, at=at)
    assert forget_lists(at=at + KEPT_FOR) == 0
    assert forget_lists(at=at + KEPT_FOR + timedelta(days=1)) == 1
    assert {tuple(row.cells) for row in order.rows.all()} == {()}
    assert order.rows.filter(message__isnull=False).count() == 2  # the evidence stays
    assert result_file(order).read().decode("utf-8-sig").count("đã gửi") == 2
    assert forget_lists(at=at + KEPT_FOR + timedelta(days=2)) == 0


def test_a_list_that_nobody_ever_sent_is_emptied_too(house: House, at: datetime) -> None:
    order = listed(house, at, [line(1)])
    assert forget_lists(at=at + KEPT_FOR) == 0
    assert forget_lists(at=at + KEPT_FOR + timedelta(days=1)) == 1
    order.refresh_from_db()
    assert (order.state, order.rows.get().cells) == ("cancelled", [])


def play(order: BulkOrder, at: datetime, minutes: int, step: int = 1) -> datetime:
    """So many minutes of the jobs, by a clock that moves."""
    for minute in range(0, minutes, step):
        now = at + timedelta(minutes=minute)
        with clock.frozen(now):
            look_after_orders(timestamp=0)
            expand(order_id=order.id)
            hand_over_due(channel=SMS, seconds=0.05)
            reconcile_doubt(at=now)
    return at + timedelta(minutes=minutes)


def each_once(count: int) -> None:
    """Every addressee was handed over exactly once, and each message says so."""
    assert sorted(one.address for one in Double.sent) == [f"849{n:08d}" for n in range(count)]
    assert Message.objects.count() == Message.objects.filter(state="sent").count() == count


def test_a_provider_that_is_down_for_an_hour_loses_and_doubles_nothing(
    house: House, at: datetime
) -> None:
    order = released(house, at, 30)
    Double.down = {Provider.objects.get(channel=SMS).id}
    later = play(order, at, 60)
    assert Double.sent == [] and Message.objects.filter(state="waiting").count() == 30
    Double.down = set()
    play(order, later, 45)
    each_once(30)
    order.refresh_from_db()
    assert (order.state, order.messages_by_state) == ("done", {"sent": 30})


def test_a_provider_that_is_down_leaves_the_work_to_the_next(house: House, at: datetime) -> None:
    make_provider(SMS, at, rank=2)
    order = released(house, at, 30)
    Double.down = {Provider.objects.get(channel=SMS, rank=1).id}
    play(order, at, 40)
    each_once(30)


def test_a_provider_that_throttles_is_obeyed(house: House, at: datetime) -> None:
    seen: dict[str, int] = {}

    def slow(item: Outgoing) -> Outcome:
        seen[item.tracking] = seen.get(item.tracking, 0) + 1
        if seen[item.tracking] < 3:
            Double.sent.pop()
            return Outcome(Result.TEMPORARY, code="-32", said="Quá nhanh.", wait_seconds=120)
        return accepted(item)

    Double.script = staticmethod(slow)
    order = released(house, at, 20)
    play(order, at, 3)
    assert Double.sent == []  # two minutes asked for, two minutes kept
    play(order, at + timedelta(minutes=3), 10)
    each_once(20)


def test_garbage_is_doubt_and_doubt_is_asked_never_sent_again(house: House, at: datetime) -> None:
    def garbage(item: Outgoing) -> Outcome:
        if int(item.address[-1]) % 2:
            Double.known[item.tracking] = accepted(item)
            return Outcome(Result.UNKNOWN, said="Không hiểu câu trả lời.", raw=b"<html>502")
        return accepted(item)

    Double.script = staticmethod(garbage)
    order = released(house, at, 20)
    play(order, at, 10)
    each_once(20)
    order.refresh_from_db()
    assert order.state == "done"


def test_an_urgent_message_goes_before_what_is_left_of_an_order(house: House, at: datetime) -> None:
    order = released(house, at, 200)
    expanded(order, at)
    urgent = Order(
        agency_id=house.agency.id, key="code", purpose="code", audience=Audience.PERSON,
        roads=(SMS,), addresses={SMS: "84988888888"}, texts={SMS: {"text": "Mã 123456"}},
        basis="duty S.04", lane=Lane.NOW, subject=("x", 1),
    )  # fmt: skip
    hand_over_due(channel=SMS, seconds=0.001)
    accept_message(urgent, by=None, at=at)
    before = len(Double.sent)
    hand_over_due(channel=SMS, seconds=0.001)
    assert Double.sent[before].address == "84988888888"
    assert SUBJECT == "bulk_order" and UNREACHABLE.is_provider_down
