"""Lists: read in the sandbox, wrong cells said before anything leaves, mended without loss."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from cast import House, make_department
from congvu.bulk.match_columns import match_columns
from congvu.bulk.mend_row import leave_out_row, mend_row
from congvu.bulk.models import BulkOrder
from congvu.bulk.open_order import open_order
from congvu.bulk.queries import grid_page, preview_of
from congvu.bulk.submit_order import submit_order
from congvu.bulk.take_list import take_list
from congvu.bulk.write_files import fault_file
from congvu.channels.give_consent import give_consent, withdraw_consent
from lists import HEADER, approved, as_csv, as_xlsx, checked, line, listed
from paperwork import refused

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.7.2")]


def take(
    order: BulkOrder, content: bytes, house: House, at: datetime, name: str = "ds.csv", **more: Any
) -> BulkOrder:
    told = {"only_wrong": False, "by": house.clerk, **more}
    take_list(order_id=order.id, content=content, name=name, at=at, **told)
    return checked(order, at)


def opened(house: House, at: datetime, **more: object) -> BulkOrder:
    version = approved(house, at, **more)
    return open_order(template_id=version.template_id, title="Đợt 1", by=house.clerk, at=at)


@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_the_columns_find_their_blanks_by_name(house: House, at: datetime, mark: str) -> None:
    header = ("HỌ_TÊN", "Ghi chú", "ma ho so", "Ngày nhận", "SĐT")
    row = ("Lê Văn Tám", "x", "H45.19-220214-0001", "01/03/2022", "0912345678")
    order = take(opened(house, at), as_csv([row], header, mark), house, at)
    assert order.columns == {"sms": 4, "{{mã hồ sơ}}": 2, "{{họ tên}}": 0, "{{ngày nhận}}": 3}
    assert order.rows_by_state == {"good": 1}
    found = preview_of(order, 1)
    assert found is not None
    assert found[1].letter.texts["sms"]["text"] == (
        "Hồ sơ H45.19-220214-0001 của Ông/Bà Lê Văn Tám đã có kết quả. Mời nhận từ ngày 01/03/2022."
    )
    assert found[1].letter.addresses == {"sms": "84912345678"}


def test_a_spreadsheet_keeps_its_dates_and_loses_no_number(house: House, at: datetime) -> None:
    row = (
        912345678,
        "Lê Văn Tám",
        "H45.19-220214-0001",
        at.replace(month=3, day=1, hour=0, tzinfo=None),
    )
    order = take(opened(house, at), as_xlsx([row]), house, at, "ds.xlsx")
    assert order.rows.get().cells == ["912345678", "Lê Văn Tám", "H45.19-220214-0001", "01/03/2022"]
    assert order.rows_by_state == {"good": 1}


def test_every_wrong_cell_is_said_and_mended_in_its_place(house: House, at: datetime) -> None:
    bad = ("0123", "Lê 8", "H45", "31/02/2022")
    order = listed(house, at, [line(1), bad, line(2)])
    assert order.rows_by_state == {"good": 2, "wrong": 1}
    row = order.rows.get(ordinal=2)
    assert set(row.faults) == {"0", "1", "2", "3"}
    assert "0912345678" in row.faults["0"] and "31/02/2022" in row.faults["3"]
    assert [one.ordinal for one in grid_page(order, "loi", 0).rows] == [2]
    good = dict(enumerate(line(3)))
    mended = mend_row(order_id=order.id, ordinal=2, cells=good, by=house.clerk, at=at)
    assert (mended.state, mended.faults) == ("good", {})
    order.refresh_from_db()
    assert order.rows_by_state == {"good": 3}


def test_the_file_of_faults_comes_back_mended_and_the_good_rows_stay(
    house: House, at: datetime
) -> None:
    order = listed(house, at, [line(1), ("+0123", *line(2)[1:]), ("=1+1", *line(3)[1:])])
    good = order.rows.get(ordinal=1).id
    text = fault_file(order).read().decode("utf-8-sig")
    assert text.splitlines()[0] == ";".join((*HEADER, "Dòng", "Lỗi"))
    assert "'=1+1" in text and "không phải số di động" in text  # no formula for a spreadsheet
    mended = text.replace("'+0123", "0911111111").replace("'=1+1", "0911111112")
    order = take(order, mended.encode(), house, at, only_wrong=True)
    assert order.rows_by_state == {"good": 3}
    assert order.rows.filter(id=good).exists()
    with refused("bulk.E034"):
        take(order, as_csv([("a", "b")], ("Cột lạ", "Cột")), house, at, only_wrong=True)
    order = take(order, as_csv([line(9)]), house, at)  # a whole new list replaces everything
    assert order.rows.count() == 1


def test_the_same_message_to_the_same_person_goes_once(house: House, at: datetime) -> None:
    twin = ("+84 900 000 001", *line(1)[1:])
    other_dossier = (line(1)[0], *line(2)[1:])
    order = listed(house, at, [line(1), twin, other_dossier])
    assert order.rows_by_state == {"good": 2, "repeated": 1}
    assert order.rows.get(ordinal=2).faults[""] == "Trùng hoàn toàn với dòng 1; không gửi."
    leave_out_row(order_id=order.id, ordinal=1, by=house.clerk, at=at)
    order.refresh_from_db()
    assert order.rows_by_state == {"good": 2}  # its twin goes instead


@pytest.mark.clause("QC.6.2.b")
def test_without_consent_or_ground_nobody_is_written_to(house: House, at: datetime) -> None:
    version = approved(house, at, ground="")
    said = {
        "agency_id": house.agency.id, "channel": "sms", "purpose": "notice", "text": "Đồng ý.",
        "text_version": "1", "origin": "tờ khai", "at": at,
    }  # fmt: skip
    give_consent(address="84900000001", **said)
    gone = give_consent(address="84900000002", **said)
    withdraw_consent(withdrawal_key=gone.withdrawal_key, origin="liên kết", at=at)
    order = listed(house, at, [line(1), line(2), line(3)], version)
    assert order.rows_by_state == {"good": 1, "wrong": 2}
    assert "chưa đồng ý" in order.rows.get(ordinal=3).faults[""]


def test_another_choice_of_columns_checks_every_row_again(house: House, at: datetime) -> None:
    order = take(opened(house, at), as_csv([line(1)], ("A", "B", "C", "D")), house, at)
    assert order.columns == {} and order.rows_by_state == {"new": 1}
    with refused("bulk.E035"):
        submit_order(order_id=order.id, count=1, send_from=None, by=house.clerk, at=at)
    columns = {"sms": 0, "{{họ tên}}": 1, "{{mã hồ sơ}}": 2, "{{ngày nhận}}": 3, "lạ": 1}
    match_columns(order_id=order.id, columns=columns, by=house.clerk, at=at)
    order = checked(order, at)
    assert order.rows_by_state == {"good": 1} and "lạ" not in order.columns


def test_one_road_is_enough_but_what_is_written_must_be_right(house: House, at: datetime) -> None:
    version = approved(house, at, sms="Đã xong.", mail_subject="Xong", mail="Đã xong.")
    order = open_order(template_id=version.template_id, title="Đợt 1", by=house.clerk, at=at)
    rows = [("0912345678", ""), ("", "a@b.vn"), ("", ""), ("0912345679", "sai")]
    order = take(order, as_csv(rows, ("SĐT", "Email")), house, at)
    states = list(order.rows.order_by("ordinal").values_list("state", flat=True))
    assert states == ["good", "good", "wrong"]  # an empty line is no row


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "bulk.E033"),
        (b"%PDF-1.7", "a.pdf", "bulk.E031"),
        ("họ;tên\na;b".encode("cp1258", "ignore") + b"\xd0\xff", "a.csv", "bulk.E032"),
        (b"a;b\n", "a.csv", "bulk.E032"),
        (b"a;;c\n1;2;3\n", "a.csv", "bulk.E032"),
        (b"a;b\n1;2;3\n", "a.csv", "bulk.E032"),
        (b'a;b\n"1;2\n', "a.csv", "bulk.E032"),
        (b"a\x00;b\n1;2\n", "a.csv", "bulk.E032"),
        ("Số;Tên\nTỐI MẬT;\n1;2".encode(), "a.csv", "kit.E039"),
        (b"PK\x03\x04 not a workbook", "a.xlsx", "kit.E034"),
        (as_xlsx([line(1)]), "a.docx", "kit.E035"),
    ],
)
@pytest.mark.clause("QC.4.1", "S.31")
def test_what_is_no_list_is_refused_in_words(
    house: House, at: datetime, content: bytes, name: str, code: str
) -> None:
    order = opened(house, at)
    with refused(code):
        take(order, content, house, at, name)
    assert order.rows.count() == 0


def test_only_its_author_clerks_and_leaders_see_a_list(house: House, at: datetime) -> None:
    version = approved(house, at)
    order = open_order(template_id=version.template_id, title="Đợt", by=house.drafter, at=at)
    take(order, as_csv([line(1)]), house, at, by=house.drafter)
    take(order, as_csv([line(1)]), house, at)
    other = make_department(at, "Sở Tài chính", "STC")
    for stranger in (house.colleague, house.head, other.clerk):
        with refused("bulk.E001"):
            take(order, as_csv([line(1)]), house, at, by=stranger)


def test_an_order_waits_for_its_number_its_hour_and_every_row(house: House, at: datetime) -> None:
    order = listed(house, at, [line(1), line(2)])
    told = {"order_id": order.id, "by": house.clerk, "at": at}
    with refused("bulk.E040"):
        submit_order(count=3, send_from=None, **told)
    for wrong in (at, at + timedelta(days=91)):
        with refused("bulk.E042"):
            submit_order(count=2, send_from=wrong, **told)
    order.rows.update(state="new")
    with refused("bulk.E038"):
        submit_order(count=2, send_from=None, **told)
    order.rows.update(state="wrong")
    with refused("bulk.E039"):
        submit_order(count=0, send_from=None, **told)


@pytest.mark.clause("QC.6.1.e")
def test_what_goes_without_marks_is_shown_so_and_the_code_survives(
    house: House, at: datetime
) -> None:
    order = take(opened(house, at, sms_plain=True), as_csv([line(0)], HEADER), house, at)
    found = preview_of(order, 1)
    assert found is not None
    shown = found[1].letter.texts["sms"]["text"]
    assert shown.isascii() and shown.startswith("Ho so H45.19-220214-0000 cua Ong/Ba")
