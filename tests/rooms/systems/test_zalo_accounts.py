"""An account on Zalo: notice first, somebody answers, history stays; impostors step by step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from cast import House, approve_systems, enter_working_time, make_department, make_official
from congvu.incidents.models import Incident
from congvu.kit import clock
from congvu.systems.activate_account import activate_account
from congvu.systems.models import AccountStep, OfficialAccount
from congvu.systems.move_account import move_account, rename_account
from congvu.systems.name_keeper import end_keeper, name_keeper
from congvu.systems.notify_account import notify_account
from congvu.systems.plan_account import plan_account
from congvu.systems.report_impostor import (
    ask_verification,
    forward_case,
    note_verification,
    report_impostor,
)
from congvu.systems.typeset_notice import typeset_notice
from paperwork import refused
from printed_page import text_of
from zalo_double import NOTICE_DAY, OA_ID, noticed, opened, plan_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Iterator[datetime]:
    moment = datetime.fromisoformat("2022-02-28T09:00:00+07:00")
    with clock.frozen(moment):
        yield moment


@pytest.fixture
def house(at: datetime) -> House:
    enter_working_time(at)
    approve_systems(at)
    return make_department(at, "Sở Nội vụ", "SNV")


@pytest.mark.clause("QC.6.2.c")
@pytest.mark.parametrize("field", ["name", "phone", "domain", "purpose"])
def test_every_field_of_the_notice_must_be_there(house: House, at: datetime, field: str) -> None:
    with refused("systems.E034"):
        plan_account(plan=plan_of(house, **{field: "  "}), by=house.clerk, at=at)


@pytest.mark.clause("QC.6.2.c")
@pytest.mark.parametrize(
    ("name", "number", "day", "said"),
    [
        ("Sở Nội vụ", "", NOTICE_DAY, "thiếu số văn bản"),
        ("Sở Nội vụ", "45/TB-SNV", None, "chưa gửi văn bản thông báo"),
        ("Sở Nội vụ", "45/TB-SNV", date(2022, 3, 1), "chưa đến"),
        ("Sở NV Phú Yên", "45/TB-SNV", NOTICE_DAY, "tên đầy đủ của cơ quan"),
    ],
)
def test_a_notice_that_lacks_something_opens_nothing(
    house: House, at: datetime, name: str, number: str, day: date | None, said: str
) -> None:
    account = plan_account(plan=plan_of(house, name=name), by=house.clerk, at=at)
    with refused("systems.E022") as why:
        notify_account(
            account_id=account.id,
            number=number,
            notice_on=day,
            receiver="Sở TT",
            by=house.clerk,
            at=at,
        )
    assert said in why.value.say
    account.refresh_from_db()
    assert account.state == OfficialAccount.State.PLANNED


@pytest.mark.clause("QC.6.2.c", "QC.10.4")
def test_no_account_is_in_use_before_its_notice_and_its_keeper(house: House, at: datetime) -> None:
    use = {"oa_id": OA_ID, "by": house.clerk, "at": at}
    account = plan_account(plan=plan_of(house), by=house.clerk, at=at)
    with refused("systems.E023"):
        activate_account(account_id=account.id, opened_on=NOTICE_DAY, **use)
    notify_account(
        account_id=account.id, number="45/TB-SNV", notice_on=NOTICE_DAY, receiver="Sở TTTT",
        by=house.clerk, at=at,
    )  # fmt: skip
    with refused("systems.E026"):
        activate_account(account_id=account.id, opened_on=NOTICE_DAY - timedelta(days=1), **use)
    with refused("systems.E024"):
        activate_account(account_id=account.id, opened_on=NOTICE_DAY, **use)
    keeper = {"posting_id": house.drafter.posting_id, "valid_from": NOTICE_DAY}
    name_keeper(account_id=account.id, basis="Quyết định 15", by=house.leader, at=at, **keeper)
    with refused("systems.E033"):
        name_keeper(account_id=account.id, basis="Quyết định 15", by=house.leader, at=at, **keeper)
    with refused("systems.E025"):
        activate_account(account_id=account.id, opened_on=NOTICE_DAY, **{**use, "oa_id": "abc"})
    activated = activate_account(account_id=account.id, opened_on=NOTICE_DAY, **use)
    assert activated.state == OfficialAccount.State.ACTIVE
    acts = list(AccountStep.objects.order_by("id").values_list("act", flat=True))
    assert acts == ["planned", "notified", "activated"]


@pytest.mark.clause("QC.6.2.c")
def test_one_oa_belongs_to_one_account_of_one_agency(house: House, at: datetime) -> None:
    opened(house, at)
    other = make_department(at, "Sở Tài chính", "STC")
    account = noticed(other, at)
    with refused("systems.E028"):
        activate_account(
            account_id=account.id, oa_id=OA_ID, opened_on=NOTICE_DAY, by=other.clerk, at=at
        )


@pytest.mark.clause("QC.6.2.c")
def test_rest_rename_and_end_keep_what_stood_before(house: House, at: datetime) -> None:
    account = opened(house, at)
    move = {"account_id": account.id, "by": house.leader, "at": at}
    with refused("systems.E027"):
        move_account(move="suspend", text="", **move)
    move_account(move="suspend", text="Đổi người quản trị", **move)
    with refused("systems.E023"):
        move_account(move="suspend", text="Lần nữa thôi", **move)
    move_account(move="resume", text="Đã đổi xong", **move)
    renamed = {"number": "60/TB-SNV", "notice_on": at.date(), "text": "Theo Nghị quyết"}
    with refused("systems.E022"):
        rename_account(name="Sở Nội vụ và Lao động", **renamed, **move)
    house.agency.name = "Sở Nội vụ và Lao động"
    house.agency.save()
    rename_account(name="Sở Nội vụ và Lao động", **renamed, **move)
    move_account(move="merge", text="Nhập vào tài khoản UBND tỉnh", **move)
    account.refresh_from_db()
    assert (account.state, account.ended_on) == ("merged", at.date())
    step = account.steps.get(act="renamed")
    assert step.before["name"] == "Sở Nội vụ" and "60/TB-SNV" in step.text
    with refused("systems.E023"):
        move_account(move="resume", text="Mở lại đi", **move)


@pytest.mark.clause("QC.10.4")
def test_only_the_office_keeps_the_register_and_only_of_its_agency(
    house: House, at: datetime
) -> None:
    with refused("systems.E021"):
        plan_account(plan=plan_of(house), by=house.drafter, at=at)
    account = opened(house, at)
    other = make_department(at, "Sở Tài chính", "STC")
    with refused("systems.E020"):
        move_account(account_id=account.id, move="close", text="Đóng lại", by=other.clerk, at=at)
    foreign = make_official(other.agency, "Người ngoài", at=at)
    with refused("systems.E032"):
        name_keeper(
            account_id=account.id, posting_id=foreign.posting_id or 0, basis="Quyết định 16",
            valid_from=NOTICE_DAY, by=house.clerk, at=at,
        )  # fmt: skip
    keeper = account.keepers.get()
    end_keeper(account_id=account.id, keeper_id=keeper.id, by=house.leader, at=at)
    keeper.refresh_from_db()
    assert keeper.valid_to == at.date()


@pytest.mark.clause("QC.6.2.c")
def test_the_printed_draft_says_everything_that_the_law_asks(house: House, at: datetime) -> None:
    plan = plan_of(house, other="Tài khoản dùng thử trong 03 tháng.")
    account = plan_account(plan=plan, by=house.clerk, at=at)
    account.notice_to = "Sở Thông tin và Truyền thông"
    text = text_of(typeset_notice(account, at=at).pdf)
    for one in (
        plan.name,
        plan.phone,
        plan.domain,
        "tiếp nhận ý kiến",
        "03 tháng",
        "- Sở Thông tin",
    ):
        assert one in text, one
    assert "Kính gửi" not in text  # a notice names its receivers at the end (ND30)


@pytest.mark.clause("QC.12.3.b")
def test_an_impostor_is_verified_with_the_authority_and_reported(
    house: House, at: datetime
) -> None:
    by = {"by": house.clerk, "at": at}
    case = report_impostor(
        name="Sở Nội vụ tỉnh PY", link="https://zalo.me/1", said="Thu tiền hồ sơ.", **by
    )
    assert Incident.objects.get().kind == Incident.Kind.IMPOSTOR
    letter = {"case_id": case.id, "on": at.date(), **by}
    with refused("systems.E031"):
        forward_case(number="9/BC-SNV", **letter)
    with refused("systems.E030"):
        ask_verification(number="", **letter)
    with refused("systems.E030"):
        ask_verification(number="7/SNV", **{**letter, "on": date(2022, 3, 9)})
    ask_verification(number="7/SNV-VP", **letter)
    note_verification(number="80/STTTT", is_impostor=True, text="Tài khoản giả mạo.", **letter)
    done = forward_case(number="9/BC-SNV", **letter)
    assert (done.state, done.report_number) == ("forwarded", "9/BC-SNV")


@pytest.mark.clause("QC.12.3.b")
def test_an_unfounded_case_ends_without_a_report(house: House, at: datetime) -> None:
    by = {"by": house.clerk, "at": at}
    case = report_impostor(name="Nội vụ", link="", said="Lấy tên cơ quan.", **by)
    letter = {"case_id": case.id, "on": at.date(), **by}
    ask_verification(number="7/SNV-VP", **letter)
    note_verification(number="81/STTTT", is_impostor=False, text="Là báo địa phương.", **letter)
    with refused("systems.E031"):
        forward_case(number="9/BC-SNV", **letter)
