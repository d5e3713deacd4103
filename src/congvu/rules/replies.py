"""Answering information that arrives by SMS, official mail or Zalo. Article 9.2.

One automatic acknowledgement for each message a person sends; and when the matter is not ours,
word to the sender within two working hours, with alarms on the way.
"""

from dataclasses import dataclass
from datetime import datetime

from congvu.rules.calendar import WorkingCalendar
from congvu.rules.clauses import citation, clause
from congvu.rules.finding import Finding
from congvu.rules.timers import Rung, Timer
from congvu.rules.words import moment_words

DECLINE_MINUTES = 120
# When to alarm is our choice; that it must be before the two hours end is the law's.
DECLINE_ALARMS = (Rung("60 phút", 60), Rung("90 phút", 90))


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of a message that decides about the automatic answer.

    is_automatic: an automatic answer, bounce or notification (RFC 3834 `Auto-Submitted`).
    is_bulk: a mailing list or advertisement. is_forged: our mail server found that it does not come
    from where it says; an answer would go to somebody who never wrote. can_answer: the sender can
    be answered (a brand name on SMS cannot). is_acknowledged: an acknowledgement has gone out
    already.
    """

    is_automatic: bool = False
    is_bulk: bool = False
    is_forged: bool = False
    can_answer: bool = True
    is_acknowledged: bool = False


@clause("QC.9.2.a")
def must_acknowledge(arrival: Arrival) -> Finding[bool]:
    """Whether the automatic "received" goes out now: once per message, never to machines."""
    reasons = (
        (arrival.is_acknowledged, "đã tự động trả lời tin này rồi"),
        (arrival.is_automatic, "đây là thư trả lời tự động, trả lời nữa sẽ lặp vô hạn"),
        (arrival.is_bulk, "đây là thư gửi hàng loạt"),
        (arrival.is_forged, "máy chủ thư không xác nhận được người gửi, thư có thể bị mạo danh"),
        (not arrival.can_answer, "không thể trả lời người gửi qua kênh này"),
    )
    for holds, reason in reasons:
        if holds:
            return Finding(False, "QC.9.2.a", "", f"Không tự động trả lời vì {reason}.")
    said = f"Tự động trả lời đã nhận thông tin, theo {citation('QC.9.2.a')}."
    return Finding(True, "QC.9.2.a", "", said)


@clause("QC.9.2.b")
def decline_timer(received_at: datetime) -> Timer:
    """The clock of two working hours from receipt, with its alarms."""
    return Timer("QC.9.2.b", received_at, DECLINE_MINUTES, rungs=DECLINE_ALARMS)


@clause("QC.9.2.b")
def decline_by(received_at: datetime, calendar: WorkingCalendar) -> Finding[datetime]:
    """Last moment to tell the sender that the matter is not ours: two working hours on."""
    end = calendar.add(received_at, DECLINE_MINUTES)
    said = (
        f"Nhận lúc {moment_words(received_at)}; nếu không thuộc phạm vi giải quyết thì phản hồi "
        f"trong 02 giờ làm việc tiếp theo, trước {moment_words(end)}, "
        f"theo {citation('QC.9.2.b')}."
    )
    notes = calendar.notes(received_at, end)
    return Finding(end, "QC.9.2.b", calendar.version, said, notes)
