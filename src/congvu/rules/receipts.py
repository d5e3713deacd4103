"""What receivers report about a document: status codes 01-06, 13, 15, 16 and their order.

Peers repeat and reorder their reports, so the machine is idempotent and never walks backwards;
what we send ourselves must follow the order strictly. (QC.9.1; exchange standard QCVN 102)
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from congvu.rules.clauses import clause
from congvu.rules.finding import Finding


class Status(StrEnum):
    """A report about one delivery; the value is the code on the wire."""

    ARRIVED = "01"
    REFUSED = "02"
    REGISTERED = "03"
    ASSIGNED = "04"
    IN_PROGRESS = "05"
    COMPLETED = "06"
    RECALL_ASKED = "13"
    RECALL_AGREED = "15"
    RECALL_DECLINED = "16"


WORDS = {
    Status.ARRIVED: "Đã đến",
    Status.REFUSED: "Từ chối tiếp nhận",
    Status.REGISTERED: "Đã tiếp nhận",
    Status.ASSIGNED: "Phân công",
    Status.IN_PROGRESS: "Đang xử lý",
    Status.COMPLETED: "Hoàn thành",
    Status.RECALL_ASKED: "Yêu cầu lấy lại",
    Status.RECALL_AGREED: "Đồng ý yêu cầu cập nhật/lấy lại",
    Status.RECALL_DECLINED: "Từ chối yêu cầu cập nhật/lấy lại",
}

# The road of a document at its receiver; 02 leaves it at the door.
ROAD = (
    Status.ARRIVED,
    Status.REGISTERED,
    Status.ASSIGNED,
    Status.IN_PROGRESS,
    Status.COMPLETED,
)
RECALL_ANSWERS = frozenset({Status.RECALL_AGREED, Status.RECALL_DECLINED})


class Effect(StrEnum):
    """What a report does to a delivery."""

    MOVED = "moved"  # the state changes
    REPEATED = "repeated"  # known already, nothing changes
    LATE = "late"  # an earlier step told after a later one: kept, state stays
    REFUSED = "refused"  # not allowed here


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """Where one delivery stands.

    progress: last step on the road or REFUSED; None = nothing reported yet.
    recall: None, RECALL_ASKED, RECALL_AGREED or RECALL_DECLINED.
    is_formal_recall: a registered recall document was sent, which may not be declined.
    """

    progress: Status | None = None
    recall: Status | None = None
    is_formal_recall: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Effect of one report and the state after it."""

    effect: Effect
    state: DeliveryState


def receipt_key(document: str, status: Status, agency: str, reported_at: str) -> tuple[str, ...]:
    """Identity of a report: the same four parts are the same report told twice."""
    return (document, status.value, agency, reported_at)


@clause("QC.9.1")
def absorb(state: DeliveryState, status: Status) -> Finding[Step]:
    """Take in a report from a peer: steps may be skipped, repeated or late, never undone."""
    if status is Status.RECALL_ASKED:
        return _ask_recall(state)
    if status in RECALL_ANSWERS:
        return _answer_recall(state, status)
    if state.progress is status:
        return _found(Effect.REPEATED, state, f"Trạng thái “{WORDS[status]}” đã được ghi nhận")
    if state.recall is Status.RECALL_AGREED:
        return _found(Effect.REFUSED, state, "Văn bản đã được lấy lại, không nhận trạng thái mới")
    if state.progress is Status.REFUSED:
        return _after_refusal(state, status)
    if status is Status.REFUSED:
        return _refuse_at_door(state)
    if state.progress is not None and ROAD.index(status) < ROAD.index(state.progress):
        said = (
            f"“{WORDS[status]}” đến sau “{WORDS[state.progress]}”: ghi lại, trạng thái giữ nguyên"
        )
        return _found(Effect.LATE, state, said)
    return _moved(replace(state, progress=status), status)


@clause("QC.9.1", "ND30.21.2")
def may_report(state: DeliveryState, status: Status) -> Finding[bool]:
    """Whether we, the receiver (or the sender for 13), may send this report now.

    Stricter than `absorb`: no repeats and no skipped steps, except that a document may be
    completed or taken up without an assignment once it is registered.
    """
    step = absorb(state, status)
    allowed = step.value.effect is Effect.MOVED
    if allowed and status in ROAD[1:]:
        allowed = state.progress is not None and (
            status is Status.REGISTERED or state.progress is not Status.ARRIVED
        )
    said = (
        step.explanation
        if allowed or step.value.effect is not Effect.MOVED
        else (f"Chưa thể báo “{WORDS[status]}” vì văn bản chưa qua bước trước đó.")
    )
    return Finding(allowed, step.clause, "", said)


def _ask_recall(state: DeliveryState) -> Finding[Step]:
    if state.progress is Status.REFUSED:
        said = "Bên nhận đã từ chối tiếp nhận nên không còn gì để lấy lại"
        return _found(Effect.REFUSED, state, said, "ND30.18.4")
    if state.recall in (Status.RECALL_ASKED, Status.RECALL_AGREED):
        return _found(Effect.REPEATED, state, "Yêu cầu lấy lại đã được ghi nhận", "ND30.18.4")
    return _moved(replace(state, recall=Status.RECALL_ASKED), Status.RECALL_ASKED, "ND30.18.4")


def _answer_recall(state: DeliveryState, status: Status) -> Finding[Step]:
    if state.recall is status:
        said = f"“{WORDS[status]}” đã được ghi nhận"
        return _found(Effect.REPEATED, state, said, "ND30.18.4")
    if state.recall is not Status.RECALL_ASKED:
        return _found(
            Effect.REFUSED, state, "Không có yêu cầu lấy lại đang chờ trả lời", "ND30.18.4"
        )
    if status is Status.RECALL_DECLINED and state.is_formal_recall:
        said = "Đã có văn bản thu hồi thì bên nhận phải hủy văn bản và báo lại, không được từ chối"
        return _found(Effect.REFUSED, state, said, "ND30.18.4")
    return _moved(replace(state, recall=status), status, "ND30.18.4")


def _after_refusal(state: DeliveryState, status: Status) -> Finding[Step]:
    if status is Status.ARRIVED:
        return _found(Effect.LATE, state, "“Đã đến” đến sau khi bên nhận đã từ chối: chỉ ghi lại")
    said = "Bên nhận đã từ chối tiếp nhận; muốn tiếp tục phải gửi lại văn bản"
    return _found(Effect.REFUSED, state, said)


def _refuse_at_door(state: DeliveryState) -> Finding[Step]:
    if state.progress not in (None, Status.ARRIVED):
        said = "Văn bản đã được tiếp nhận, đăng ký nên không thể từ chối tiếp nhận nữa"
        return _found(Effect.REFUSED, state, said, "ND30.21.2")
    return _moved(replace(state, progress=Status.REFUSED), Status.REFUSED, "ND30.21.2")


def _moved(state: DeliveryState, status: Status, clause_id: str = "QC.9.1") -> Finding[Step]:
    return _found(Effect.MOVED, state, f"Chuyển sang “{WORDS[status]}” ({status})", clause_id)


def _found(
    effect: Effect, state: DeliveryState, said: str, clause_id: str = "QC.9.1"
) -> Finding[Step]:
    return Finding(Step(effect, state), clause_id, "", f"{said}.")
