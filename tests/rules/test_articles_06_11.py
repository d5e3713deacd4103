"""Articles 4.2, 6.1, 6.2.c, 11.3, 11.4: approved systems, Zalo accounts, no paper on top."""

from dataclasses import replace
from datetime import date

import pytest

from congvu.rules.paper_copies import Addressee, PaperRule, may_send_paper
from congvu.rules.systems import (
    AccountNotice,
    ApprovedSystem,
    GrantedException,
    Grantor,
    may_exchange,
    may_open_account,
)

D = date.fromisoformat
SYSTEM = ApprovedSystem(
    "document_system", "Hệ thống quản lý văn bản", "QC.6.1.a", "QĐ 10/QĐ-UBND", D("2022-02-18")
)
GRANT = GrantedException(
    "telegram", "VPUB", "bão số 5", Grantor.PROVINCIAL_CHAIR, "12/UBND-VX", D("2022-03-01"), D("2022-03-05")
)  # fmt: skip


def allowed(channel: str, on: str, system: ApprovedSystem = SYSTEM) -> bool:
    return may_exchange(
        channel, on=D(on), agency="VPUB", case="bão số 5", systems=[system], exceptions=[GRANT]
    ).value


@pytest.mark.clause("QC.4.2", "QC.6.1", "QC.11.3")
def test_only_approved_systems_from_the_day_they_are_approved() -> None:
    assert not allowed("document_system", "2022-02-17")
    assert allowed("document_system", "2022-02-18")
    assert not allowed("facebook", "2022-02-18")
    ended = replace(SYSTEM, valid_to=D("2022-12-31"))
    assert allowed("document_system", "2022-12-31", ended)
    assert not allowed("document_system", "2023-01-01", ended)


@pytest.mark.clause("QC.4.2")
def test_a_system_without_decision_or_certificate_does_not_count() -> None:
    assert not allowed("document_system", "2022-02-18", replace(SYSTEM, ground=""))


@pytest.mark.clause("QC.11.3")
@pytest.mark.parametrize(
    ("on", "agency", "case", "may"),
    [
        ("2022-03-01", "VPUB", "bão số 5", True),
        ("2022-03-05", "VPUB", "bão số 5", True),
        ("2022-02-28", "VPUB", "bão số 5", False),
        ("2022-03-06", "VPUB", "bão số 5", False),
        ("2022-03-02", "SNV", "bão số 5", False),
        ("2022-03-02", "VPUB", "việc khác", False),
    ],
)
def test_an_exception_holds_for_its_case_its_agency_and_its_days(
    on: str, agency: str, case: str, may: bool
) -> None:
    found = may_exchange(
        "telegram", on=D(on), agency=agency, case=case, systems=[SYSTEM], exceptions=[GRANT]
    )
    assert (found.value, found.clause) == (may, "QC.11.3")


@pytest.mark.clause("QC.11.3")
def test_an_exception_needs_its_document() -> None:
    unwritten = replace(GRANT, document="")
    found = may_exchange(
        "telegram", on=D("2022-03-02"), agency="VPUB", case="bão số 5", systems=[], exceptions=[unwritten]
    )  # fmt: skip
    assert not found.value


@pytest.mark.clause("QC.6.1", "QC.11.3")
def test_the_answers_say_under_which_paragraph() -> None:
    def ask(channel: str) -> tuple[str, str, str]:
        found = may_exchange(
            channel, on=D("2022-03-02"), agency="VPUB", case="bão số 5",
            systems=[SYSTEM], exceptions=[GRANT],
        )  # fmt: skip
        return found.clause, found.calendar_version, found.explanation

    assert ask("document_system") == (
        "QC.6.1",
        "",
        "Hệ thống quản lý văn bản được phép sử dụng (QĐ 10/QĐ-UBND), theo Điều 6 khoản 1.",
    )
    assert ask("telegram") == (
        "QC.11.3",
        "",
        "Được phép cho trường hợp này (12/UBND-VX), theo Điều 11 khoản 3.",
    )
    assert ask("facebook") == (
        "QC.11.3",
        "",
        "Kênh “facebook” ngày thứ Tư 02/03/2022 không thuộc các hệ thống được sử dụng và chưa "
        "được cho phép trong trường hợp này; Điều 11 khoản 3.",
    )


NOTICE = AccountNotice(
    account_name="Sở Nội vụ tỉnh Phú Yên",
    phone="0257 384 1234",
    domain="snv.phuyen.gov.vn",
    purpose="tiếp nhận phản ánh",
    document="05/SNV-VP",
    notified_on=D("2022-02-20"),
)


@pytest.mark.clause("QC.6.2.c")
@pytest.mark.parametrize(
    ("change", "objection"),
    [
        ({"account_name": ""}, "thiếu tên tài khoản"),
        ({"phone": ""}, "thiếu số điện thoại xác thực"),
        ({"domain": ""}, "thiếu tên miền trang thông tin điện tử"),
        ({"purpose": ""}, "thiếu mục đích sử dụng"),
        ({"document": ""}, "thiếu số văn bản thông báo"),
        ({"account_name": "SNV Phú Yên"}, "tên tài khoản phải là tên đầy đủ của cơ quan: Sở Nội vụ tỉnh Phú Yên"),
        ({"notified_on": None}, "chưa gửi văn bản thông báo"),
        ({"notified_on": D("2022-02-22")}, "văn bản thông báo đề ngày thứ Ba 22/02/2022, chưa đến"),
    ],
)  # fmt: skip
def test_no_zalo_account_before_a_full_notice(change: dict[str, object], objection: str) -> None:
    found = may_open_account(
        replace(NOTICE, **change), agency_name="Sở Nội vụ tỉnh Phú Yên", on=D("2022-02-21")  # type: ignore[arg-type]
    )  # fmt: skip
    assert (found.value, found.clause) == (False, "QC.6.2.c")
    assert found.explanation == (
        f"Chưa thể tạo tài khoản Zalo: {objection}; Điều 6 khoản 2 điểm c."
    )


@pytest.mark.clause("QC.6.2.c")
def test_a_full_notice_opens_the_way_from_its_day() -> None:
    for name in ("Sở Nội vụ tỉnh Phú Yên", "SỞ NỘI VỤ  TỈNH PHÚ YÊN"):
        found = may_open_account(NOTICE, agency_name=name, on=D("2022-02-20"))
        assert (found.value, found.clause, found.calendar_version) == (True, "QC.6.2.c", "")
        assert found.explanation == (
            "Đã thông báo đủ trước khi tạo tài khoản, theo Điều 6 khoản 2 điểm c."
        )
    empty = may_open_account(AccountNotice(), agency_name="Sở Nội vụ", on=D("2022-02-20"))
    assert (empty.value, empty.calendar_version) == (False, "")
    assert empty.explanation == (
        "Chưa thể tạo tài khoản Zalo: thiếu tên tài khoản; thiếu số điện thoại xác thực; thiếu tên "
        "miền trang thông tin điện tử; thiếu mục đích sử dụng; thiếu số văn bản thông báo; chưa "
        "gửi văn bản thông báo; Điều 6 khoản 2 điểm c."
    )


RULE = PaperRule("bao-cao", Addressee.GOVERNMENT, "QĐ 28/2018, danh mục", D("2022-01-01"))


def paper(
    kind: str = "cong-van",
    addressee: Addressee = Addressee.PROVINCE_AGENCY,
    on: str = "2022-02-21",
    *,
    is_signed_and_sent: bool = True,
    can_receive: bool = True,
    rule: PaperRule = RULE,
) -> tuple[bool, str]:
    found = may_send_paper(
        kind,
        addressee,
        on=D(on),
        is_signed_and_sent=is_signed_and_sent,
        can_receive=can_receive,
        rules=[rule],
    )
    assert found.calendar_version == ""
    return found.value, found.clause


@pytest.mark.clause("QC.11.4", "QD28.5", "QD28.7")
def test_no_paper_on_top_of_a_signed_document_sent_in_the_province() -> None:
    assert paper() == (False, "QC.11.4")
    assert paper(is_signed_and_sent=False) == (True, "QC.11.4")
    assert paper(addressee=Addressee.OTHER_AGENCY) == (True, "QC.11.4")
    assert paper(addressee=Addressee.PERSON) == (True, "QC.11.4")


@pytest.mark.clause("QC.11.4", "QD28.7")
def test_the_list_of_documents_that_also_go_on_paper() -> None:
    assert paper("bao-cao", Addressee.GOVERNMENT) == (True, "QD28.7")
    assert paper("cong-van", Addressee.GOVERNMENT) == (True, "QC.11.4")
    assert paper("bao-cao") == (False, "QC.11.4")
    everything = replace(RULE, document_type="*", addressee=Addressee.PROVINCE_AGENCY)
    assert paper(rule=everything) == (True, "QD28.7")
    dated = replace(everything, valid_from=D("2022-02-21"), valid_to=D("2022-02-22"))
    days = ["2022-02-20", "2022-02-21", "2022-02-22", "2022-02-23"]
    assert [paper(on=day, rule=dated)[0] for day in days] == [False, True, True, False]


@pytest.mark.clause("QC.11.4", "QD28.5")
def test_a_receiver_without_the_means_gets_paper() -> None:
    assert paper(can_receive=False) == (True, "QD28.5")


@pytest.mark.clause("QC.11.4")
def test_the_clerk_reads_why() -> None:
    def say(addressee: Addressee, *, can_receive: bool = True) -> str:
        return may_send_paper(
            "bao-cao", addressee, on=D("2022-02-21"), is_signed_and_sent=True,
            can_receive=can_receive, rules=[RULE],
        ).explanation  # fmt: skip

    assert say(Addressee.PROVINCE_AGENCY) == (
        "Đã ký số và gửi qua môi trường điện tử nên không gửi thêm văn bản giấy, "
        "theo Điều 11 khoản 4."
    )
    assert say(Addressee.GOVERNMENT) == (
        "Gửi kèm văn bản giấy theo danh mục: QĐ 28/2018, danh mục "
        "(Điều 7 Quyết định 28/2018/QĐ-TTg)."
    )
    assert say(Addressee.PERSON) == (
        "Không thuộc trường hợp cấm gửi thêm văn bản giấy (Điều 11 khoản 4)."
    )
    assert say(Addressee.PERSON, can_receive=False) == (
        "Nơi nhận chưa có điều kiện nhận văn bản điện tử nên được gửi văn bản giấy "
        "(Điều 5 Quyết định 28/2018/QĐ-TTg)."
    )
