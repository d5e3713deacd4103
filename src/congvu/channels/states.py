"""States of attempts, messages and inbound messages, and the order in which evidence counts."""

from __future__ import annotations

from congvu.kit.choices import TextChoices


class AttemptState(TextChoices):
    """One try over one channel (services section 11.3, peers-services table E)."""

    QUEUED = "queued", "chờ chuyển"
    SENDING = "sending", "đang chuyển"
    ACCEPTED = "accepted", "nhà cung cấp đã nhận"
    DELIVERED = "delivered", "đã vào tài khoản bên nhận"
    SEEN = "seen", "bên nhận đã xem"
    FAILED_TEMPORARY = "failed_temporary", "tạm thời chưa gửi được"
    FAILED_PERMANENT = "failed_permanent", "không gửi được"
    UNKNOWN = "unknown", "chưa rõ kết quả"
    CANCELLED = "cancelled", "đã hủy"


# What is known only grows: a later receipt never takes back an earlier one.
PROGRESS = (
    AttemptState.QUEUED,
    AttemptState.SENDING,
    AttemptState.UNKNOWN,
    AttemptState.FAILED_TEMPORARY,
    AttemptState.ACCEPTED,
    AttemptState.FAILED_PERMANENT,
    AttemptState.DELIVERED,
    AttemptState.SEEN,
)
OVER = frozenset(
    {
        AttemptState.DELIVERED,
        AttemptState.SEEN,
        AttemptState.FAILED_PERMANENT,
        AttemptState.CANCELLED,
    }
)


class MessageState(TextChoices):
    """What the sender is told of the message as a whole."""

    WAITING = "waiting", "đang gửi"
    SENT = "sent", "đã gửi, chưa xác nhận nhận"
    RECEIVED = "received", "bên nhận đã nhận"
    SEEN = "seen", "bên nhận đã xem"
    FAILED = "failed", "không gửi được"
    CANCELLED = "cancelled", "đã hủy"


class InboundState(TextChoices):
    """An inbound message on its way through the agency (QC.9.2)."""

    WAITING = "waiting", "chờ phân loại"
    TAKEN = "taken", "thuộc phạm vi, đang giải quyết"
    ANSWERED = "answered", "đã trả lời"
    DECLINED = "declined", "đã trả lời không thuộc phạm vi"
    NO_ACTION = "no_action", "không phải xử lý"
    PERSONAL = "personal", "trong hộp thư cá nhân"


class AnswerState(TextChoices):
    """Words to a sender: proposed to a leader, sent, or sent back to whoever wrote them."""

    PROPOSED = "proposed", "chờ duyệt"
    SENT = "sent", "đã gửi"
    SENT_BACK = "sent_back", "đã trả lại"
