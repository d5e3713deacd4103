"""Reports about a delivery: 01-06, 13, 15, 16, in any order peers may send them."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congvu.rules.receipts import (
    ROAD,
    WORDS,
    DeliveryState,
    Effect,
    Status,
    absorb,
    may_report,
    receipt_key,
)

pytestmark = pytest.mark.clause("QC.9.1", "ND30.21.2", "ND30.18.4")

S = Status
MOVED, REPEATED, LATE, REFUSED = Effect.MOVED, Effect.REPEATED, Effect.LATE, Effect.REFUSED


def state(progress: str | None = None, recall: str | None = None) -> DeliveryState:
    return DeliveryState(Status(progress) if progress else None, Status(recall) if recall else None)


def test_codes_are_those_of_the_wire_and_every_code_has_its_words() -> None:
    assert [s.value for s in S] == ["01", "02", "03", "04", "05", "06", "13", "15", "16"]
    assert list(WORDS) == list(S)
    assert [s.value for s in ROAD] == ["01", "03", "04", "05", "06"]


@pytest.mark.parametrize(
    ("before", "report", "effect", "after"),
    [
        (None, "01", MOVED, "01"),
        ("01", "03", MOVED, "03"),
        ("03", "04", MOVED, "04"),
        ("04", "05", MOVED, "05"),
        ("05", "06", MOVED, "06"),
        (None, "03", MOVED, "03"),  # the first report got lost
        ("01", "06", MOVED, "06"),
        ("01", "01", REPEATED, "01"),
        ("06", "06", REPEATED, "06"),
        ("04", "03", LATE, "04"),
        ("06", "01", LATE, "06"),
        (None, "02", MOVED, "02"),
        ("01", "02", MOVED, "02"),
        ("03", "02", REFUSED, "03"),  # registered is registered
        ("06", "02", REFUSED, "06"),
        ("02", "02", REPEATED, "02"),
        ("02", "01", LATE, "02"),
        ("02", "03", REFUSED, "02"),
        ("02", "06", REFUSED, "02"),
    ],
)
def test_a_report_of_a_peer(before: str | None, report: str, effect: Effect, after: str) -> None:
    found = absorb(state(before), Status(report))
    assert (found.value.effect, found.value.state) == (effect, state(after))
    assert found.calendar_version == ""


@pytest.mark.parametrize(
    ("before", "report", "effect", "after"),
    [
        (("03", None), "13", MOVED, ("03", "13")),
        ((None, None), "13", MOVED, (None, "13")),
        (("03", "13"), "13", REPEATED, ("03", "13")),
        (("03", "15"), "13", REPEATED, ("03", "15")),
        (("03", "16"), "13", MOVED, ("03", "13")),  # asked again after a refusal
        (("02", None), "13", REFUSED, ("02", None)),
        (("03", "13"), "15", MOVED, ("03", "15")),
        (("03", "13"), "16", MOVED, ("03", "16")),
        (("03", "15"), "15", REPEATED, ("03", "15")),
        (("03", "16"), "16", REPEATED, ("03", "16")),
        (("03", None), "15", REFUSED, ("03", None)),
        (("03", None), "16", REFUSED, ("03", None)),
        (("03", "15"), "16", REFUSED, ("03", "15")),
        (("03", "16"), "15", REFUSED, ("03", "16")),
        (("03", "15"), "04", REFUSED, ("03", "15")),  # gone: nothing moves any more
        (("03", "15"), "03", REPEATED, ("03", "15")),
        (("03", "13"), "04", MOVED, ("04", "13")),  # still with the receiver
        (("03", "16"), "04", MOVED, ("04", "16")),
    ],
)
def test_asking_a_document_back(
    before: tuple[str | None, str | None],
    report: str,
    effect: Effect,
    after: tuple[str | None, str | None],
) -> None:
    found = absorb(state(*before), Status(report))
    assert (found.value.effect, found.value.state) == (effect, state(*after))


def test_a_registered_recall_may_not_be_declined() -> None:
    asked = DeliveryState(S.REGISTERED, S.RECALL_ASKED, is_formal_recall=True)
    declined = absorb(asked, S.RECALL_DECLINED)
    assert (declined.value.effect, declined.value.state) == (REFUSED, asked)
    assert declined.clause == "ND30.18.4"
    assert declined.explanation == (
        "Đã có văn bản thu hồi thì bên nhận phải hủy văn bản và báo lại, không được từ chối."
    )
    agreed = absorb(asked, S.RECALL_AGREED).value.state
    assert agreed == DeliveryState(S.REGISTERED, S.RECALL_AGREED, is_formal_recall=True)


@pytest.mark.parametrize(
    ("before", "report", "clause", "said"),
    [
        ((None, None), "01", "QC.9.1", "Chuyển sang “Đã đến” (01)."),
        (("01", None), "01", "QC.9.1", "Trạng thái “Đã đến” đã được ghi nhận."),
        (("04", None), "03", "QC.9.1", "“Đã tiếp nhận” đến sau “Phân công”: ghi lại, trạng thái giữ nguyên."),
        (("01", None), "02", "ND30.21.2", "Chuyển sang “Từ chối tiếp nhận” (02)."),
        (("03", None), "02", "ND30.21.2", "Văn bản đã được tiếp nhận, đăng ký nên không thể từ chối tiếp nhận nữa."),
        (("02", None), "01", "QC.9.1", "“Đã đến” đến sau khi bên nhận đã từ chối: chỉ ghi lại."),
        (("02", None), "03", "QC.9.1", "Bên nhận đã từ chối tiếp nhận; muốn tiếp tục phải gửi lại văn bản."),
        (("03", "15"), "04", "QC.9.1", "Văn bản đã được lấy lại, không nhận trạng thái mới."),
        (("02", None), "13", "ND30.18.4", "Bên nhận đã từ chối tiếp nhận nên không còn gì để lấy lại."),
        (("03", None), "13", "ND30.18.4", "Chuyển sang “Yêu cầu lấy lại” (13)."),
        (("03", "13"), "13", "ND30.18.4", "Yêu cầu lấy lại đã được ghi nhận."),
        (("03", "15"), "15", "ND30.18.4", "“Đồng ý yêu cầu cập nhật/lấy lại” đã được ghi nhận."),
        (("03", None), "15", "ND30.18.4", "Không có yêu cầu lấy lại đang chờ trả lời."),
        (("03", "13"), "16", "ND30.18.4", "Chuyển sang “Từ chối yêu cầu cập nhật/lấy lại” (16)."),
    ],
)  # fmt: skip
def test_every_effect_is_explained(
    before: tuple[str | None, str | None], report: str, clause: str, said: str
) -> None:
    found = absorb(state(*before), Status(report))
    assert (found.clause, found.explanation) == (clause, said)


OWN_STEPS = {
    None: {"01", "02", "13"},
    "01": {"02", "03", "13"},
    "03": {"04", "05", "06", "13"},
    "04": {"05", "06", "13"},
    "05": {"06", "13"},
    "06": {"13"},
    "02": set(),
}


@pytest.mark.parametrize("before", list(OWN_STEPS))
def test_what_we_report_ourselves_keeps_the_order(before: str | None) -> None:
    allowed = {s.value for s in S if may_report(state(before), s).value}
    assert allowed == OWN_STEPS[before]


def test_a_skipped_step_of_our_own_is_explained() -> None:
    skipped = may_report(state("01"), S.ASSIGNED)
    assert (skipped.value, skipped.clause, skipped.calendar_version) == (False, "QC.9.1", "")
    assert skipped.explanation == "Chưa thể báo “Phân công” vì văn bản chưa qua bước trước đó."
    known = may_report(state("03"), S.REGISTERED)
    assert (known.value, known.explanation) == (
        False,
        "Trạng thái “Đã tiếp nhận” đã được ghi nhận.",
    )
    allowed = may_report(state("03"), S.ASSIGNED)
    assert (allowed.value, allowed.explanation) == (True, "Chuyển sang “Phân công” (04).")


def test_the_same_report_told_twice_has_the_same_key() -> None:
    key = receipt_key("doc-1", S.ARRIVED, "000.00.05.H45", "2022/02/07 07:31:00")
    assert key == ("doc-1", "01", "000.00.05.H45", "2022/02/07 07:31:00")
    assert key != receipt_key("doc-1", S.REGISTERED, "000.00.05.H45", "2022/02/07 07:31:00")


def test_reports_of_the_road_end_the_same_in_any_order() -> None:
    for order in permutations(ROAD):
        now = DeliveryState()
        for status in order:
            now = absorb(now, status).value.state
        assert now == state("06")


@given(st.lists(st.sampled_from(list(S)), max_size=12))
def test_a_report_told_twice_changes_nothing_and_progress_never_walks_back(
    reports: list[Status],
) -> None:
    now = DeliveryState()
    furthest = -1
    for status in reports:
        once = absorb(now, status).value.state
        twice = absorb(once, status)
        assert twice.value.state == once
        assert twice.value.effect is not MOVED
        if once.progress in ROAD:
            assert ROAD.index(once.progress) >= furthest
            furthest = ROAD.index(once.progress)
        now = once
