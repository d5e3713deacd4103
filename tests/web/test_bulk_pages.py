"""Mẫu tin and Đợt gửi in the browser: from the words to the result, as four people do it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cast import House, approve_systems, enter_working_time, make_department
from channel_double import Double, make_provider, stand_in
from congvu.bulk import read_list
from congvu.bulk.check_rows import check_rows
from congvu.bulk.expand_order import expand_order, settle_order
from congvu.bulk.leave_list import take_left_list
from congvu.bulk.models import BulkOrder, MessageTemplate
from congvu.channels.hand_over import hand_over_due
from congvu.channels.types import SMS
from congvu.kit import clock
from lists import GROUND, SMS_TEXT, approved, as_csv, line, listed, released
from staff import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.6.1.e", "QC.7.2")]


@pytest.fixture
def at() -> Iterator[datetime]:
    """Monday 28 February 2022, the Regulation in force."""
    moment = datetime.fromisoformat("2022-02-28T09:00:00+07:00")
    with clock.frozen(moment):
        yield moment


@pytest.fixture
def house(at: datetime, settings: Any) -> House:
    stand_in(settings)
    enter_working_time(at)
    approve_systems(at)
    make_provider(SMS, at)
    return make_department(at)


def page(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def file_of(rows: list[tuple[str, ...]]) -> SimpleUploadedFile:
    return SimpleUploadedFile("ds.csv", as_csv(rows), content_type="text/csv")


def test_from_the_words_to_the_result(house: House, at: datetime) -> None:
    official, leader = (
        client_for(one.posting_id or 0, at) for one in (house.drafter, house.leader)
    )
    form = {
        "name": "Báo kết quả", "purpose": "notice", "sms": SMS_TEXT, "basis": "duty",
        "ground": GROUND, "needs_approval": "1",
    }  # fmt: skip
    refused = official.post("/mau-tin/moi/", {**form, "sms": "Hồ sơ {{mã"})
    assert refused.status_code == 422 and "bulk.E014" in refused.content.decode()
    official.post("/mau-tin/moi/", form)
    template = MessageTemplate.objects.get()
    assert "H45.19.02-220214-0023 của Ông/Bà Nguyễn Thị Hoa" in page(
        official, f"/mau-tin/{template.id}/"
    )
    official.post(f"/mau-tin/{template.id}/trinh/")
    version = template.versions.get()
    told = {"version": version.id, "decision": "approve"}
    assert official.post(f"/mau-tin/{template.id}/quyet-dinh/", told).status_code == 403
    leader.post(f"/mau-tin/{template.id}/quyet-dinh/", told)

    official.post("/dot-gui/moi/", {"template": template.id, "title": "Kết quả tuần 4"})
    order = BulkOrder.objects.get()
    here = f"/dot-gui/{order.id}/"
    assert "Tải danh sách người nhận" in page(official, here)
    rows = [line(n) for n in range(1234)] + [("0123", "Lê 8", "H45", "31/02/2022")]
    official.post(f"{here}danh-sach/", {"file": file_of(rows), "only_wrong": "0"})
    shown = page(official, here)
    assert "Trình duyệt 1.234 tin" in shown and shown.count("/dong/") == 100
    assert "H45.19-220214-0000 của Ông/Bà Nguyễn Thị Hoa" in shown
    assert "2.468" in shown and "chưa tính được" in shown  # parts of all rows; no price is known
    assert "1 dòng lỗi" in shown
    wrong = page(official, f"{here}?muc=loi")
    assert "“31/02/2022”" in wrong and wrong.count("/dong/") == 1
    csv = official.get(f"{here}dong-loi.csv").getvalue().decode("utf-8-sig")
    assert "không phải số di động" in csv
    told = {f"cell-{place}": words for place, words in enumerate(line(1234))}
    official.post(f"{here}dong/1235/sua/", told)
    stale = official.post(f"{here}trinh/", {"count": "1234"})
    assert stale.status_code == 422 and "1.235 tin" in stale.content.decode()
    official.post(f"{here}trinh/", {"count": "1235"})
    assert "Duyệt và gửi 1.235 tin" in page(leader, here)
    assert official.post(f"{here}gui/", {"count": "1235"}).status_code == 422
    leader.post(f"{here}gui/", {"count": "1235"})
    while expand_order(order_id=order.id, at=at):
        while hand_over_due(channel=SMS, seconds=0.3):
            pass
    settle_order(order_id=order.id, at=at)
    assert "1.235/1.235" in page(official, here)
    result = official.get(f"{here}ket-qua.csv").getvalue().decode("utf-8-sig")
    assert len(result.splitlines()) == 1236 and len(Double.sent) == 1235
    assert "Kết quả tuần 4" in page(official, "/dot-gui/?muc=xong")


def test_what_was_refused_stays_beside_what_was_typed(house: House, at: datetime) -> None:
    clerk = client_for(house.clerk.posting_id or 0, at)
    order = listed(house, at, [line(1)])
    here = f"/dot-gui/{order.id}/"
    for sent, code in (({}, "bulk.E033"), ({"pasted": "a;b"}, "bulk.E032")):
        answer = clerk.post(f"{here}danh-sach/", sent)
        assert answer.status_code == 422 and code in answer.content.decode()
    answer = clerk.post(
        f"{here}gui/", {"count": "1", "send_from": "27/02/2022", "send_from_time": "08:00"}
    )
    assert answer.status_code == 422 and "bulk.E042" in answer.content.decode()
    assert "Gửi 1 tin" in answer.content.decode()
    pasted = "\t".join(("SĐT", "Họ tên", "Mã hồ sơ", "Ngày nhận")) + "\n" + "\t".join(line(7))
    clerk.post(f"{here}danh-sach/", {"pasted": pasted, "only_wrong": "0"})
    assert "0900000007" in page(clerk, here)


def test_columns_are_chosen_and_a_row_is_left_out(house: House, at: datetime) -> None:
    clerk = client_for(house.clerk.posting_id or 0, at)
    version = approved(house, at)
    clerk.post("/dot-gui/moi/", {"template": version.template_id, "title": "Đợt 1"})
    here = f"/dot-gui/{BulkOrder.objects.get().id}/"
    rows = as_csv([line(1), line(2)], ("A", "B", "C", "D"))
    clerk.post(f"{here}danh-sach/", {"file": SimpleUploadedFile("a.csv", rows)})
    assert "Hãy chọn cột cho: Số điện thoại (SMS)" in page(clerk, here)
    clerk.post(f"{here}cot/", {"use-0": "0", "use-1": "2", "use-2": "1", "use-3": "3"})
    assert "Gửi 2 tin" in page(clerk, here)
    clerk.post(f"{here}dong/1/bo/")
    assert "Gửi 1 tin" in page(clerk, here)


def test_an_order_on_its_way_is_held_and_ended_on_its_page(house: House, at: datetime) -> None:
    clerk = client_for(house.clerk.posting_id or 0, at)
    order = released(house, at, 3)
    here = f"/dot-gui/{order.id}/"
    live = page(clerk, f"{here}tien-do/?luc=sending")
    assert "hx-get" in live and "HX-Refresh" not in clerk.get(f"{here}tien-do/?luc=sending")
    clerk.post(f"{here}dieu-khien/", {"act": "pause"})
    assert clerk.get(f"{here}tien-do/?luc=sending")["HX-Refresh"] == "true"
    assert "Gửi tiếp" in page(clerk, here)
    clerk.post(f"{here}dieu-khien/", {"act": "resume"})
    refused = clerk.post(f"{here}dieu-khien/", {"act": "cancel", "reason": "thôi"})
    assert refused.status_code == 422
    clerk.post(f"{here}dieu-khien/", {"act": "cancel", "reason": "Danh sách sai địa bàn."})
    assert "Đã hủy phần còn lại" in page(clerk, here)
    assert "bulk.list_downloaded" not in page(clerk, f"{here}dong/1/")


def test_the_leader_is_told_on_the_rail_and_sends_back(house: House, at: datetime) -> None:
    leader, clerk = (client_for(one.posting_id or 0, at) for one in (house.leader, house.clerk))
    order = listed(house, at, [line(1)], approved(house, at, needs_approval=True))
    here = f"/dot-gui/{order.id}/"
    assert clerk.post(f"{here}gui/", {"count": "1"}).status_code == 422
    clerk.post(f"{here}trinh/", {"count": "1"})
    assert re.search(r'data-count="bulk">1<', page(leader, "/dot-gui/"))
    leader.post(f"{here}tra-lai/", {"reason": "Bổ sung địa điểm nhận kết quả."})
    assert "Bổ sung địa điểm nhận kết quả." in page(clerk, here)


def test_no_page_asks_more_when_the_list_is_longer(
    house: House, at: datetime, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    order = listed(house, at, [line(n) for n in range(300)])
    clerk = client_for(house.clerk.posting_id or 0, at)
    for address in ("/dot-gui/", "/mau-tin/", f"/dot-gui/{order.id}/"):
        page(clerk, address)
        with django_assert_max_num_queries(16):
            page(clerk, address)


def test_a_long_list_is_read_by_the_worker_and_the_page_follows(
    house: House, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_list, "MOST_AT_ONCE", {True: 10, False: 10})
    clerk = client_for(house.clerk.posting_id or 0, at)
    version = approved(house, at)
    clerk.post("/dot-gui/moi/", {"template": version.template_id, "title": "Đợt 1"})
    order = BulkOrder.objects.get()
    here = f"/dot-gui/{order.id}/"
    clerk.post(f"{here}danh-sach/", {"file": file_of([line(1), line(2)]), "only_wrong": "0"})
    shown = page(clerk, here)
    assert "Đang đọc tệp ds.csv" in shown and "luc=reading" in shown and "Gửi 2" not in shown
    take_left_list(order_id=order.id, at=at)
    assert clerk.get(f"{here}tien-do/?luc=reading")["HX-Refresh"] == "true"
    assert "Đang kiểm tra danh sách" in page(clerk, here)
    check_rows(order_id=order.id, at=at)
    assert "Gửi 2 tin" in page(clerk, here)
    clerk.post(f"{here}danh-sach/", {"file": SimpleUploadedFile("b.csv", b"a;b;c\n1;2;3;4\n")})
    take_left_list(order_id=order.id, at=at)
    assert "nhiều ô hơn dòng tiêu đề" in page(clerk, here)


def test_an_archivist_has_no_such_page(house: House, at: datetime) -> None:
    order = listed(house, at, [line(1)])
    archivist = client_for(house.archivist.posting_id or 0, at)
    assert archivist.get(f"/dot-gui/{order.id}/").status_code == 403
    colleague = client_for(house.colleague.posting_id or 0, at)
    assert colleague.get(f"/dot-gui/{order.id}/").status_code == 404
