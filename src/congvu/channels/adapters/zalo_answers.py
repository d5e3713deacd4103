"""What Zalo's answers mean for an attempt: wait, renew the token, give up, or stop writing.

The numbers are Zalo's own; where a number is not in the table the message was not taken, and the
number itself is shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from congvu.channels.adapters.zalo_reading import moment
from congvu.channels.types import Outcome, Result

TOKEN_CODES = frozenset({-216, -220, -124})
MINUTE, HOUR = 60.0, 3_600.0
NIGHT, DAY_QUOTA = -234, -144


@dataclass(frozen=True)
class Meaning:
    """`wait`: seconds until it may be tried again (None: never). `stops`: the person does not want
    to hear from us. `of_account`: the account's administrator has to do something."""

    said: str
    wait: float | None = None
    stops: bool = False
    of_account: bool = False


MEANINGS: Mapping[int, Meaning] = {
    -32: Meaning("Zalo giới hạn số tin mỗi phút.", wait=MINUTE),
    -100: Meaning("Tệp đã tải lên Zalo hết hạn; cần tải lên lại."),
    -108: Meaning("Số điện thoại không hợp lệ."),
    -112: Meaning("Zalo không có mẫu tin này.", of_account=True),
    -114: Meaning("Người nhận không dùng Zalo."),
    -117: Meaning("Mã theo dõi không hợp lệ."),
    -118: Meaning("Người nhận không dùng Zalo."),
    -131: Meaning("Mẫu tin chưa được Zalo duyệt.", of_account=True),
    -132: Meaning("Tham số của mẫu tin thiếu hoặc thừa."),
    -133: Meaning("Tham số của mẫu tin không hợp lệ."),
    DAY_QUOTA: Meaning("Đã hết hạn mức tin theo mẫu trong ngày.", wait=HOUR, of_account=True),
    -201: Meaning("Zalo không nhận nội dung tin."),
    -204: Meaning("Tài khoản Zalo đã bị xóa.", of_account=True),
    -205: Meaning("Tài khoản Zalo không tồn tại.", of_account=True),
    -209: Meaning("Ứng dụng chưa được cấp quyền gửi loại tin này.", of_account=True),
    -210: Meaning("Tin quá dài."),
    -211: Meaning("Tài khoản Zalo đã hết hạn mức tin.", wait=HOUR, of_account=True),
    -212: Meaning("Tài khoản chưa cấp quyền gửi loại tin này.", of_account=True),
    -213: Meaning("Người dân đã hủy quan tâm tài khoản Zalo.", stops=True),
    -214: Meaning("Zalo đang xử lý bài đăng.", wait=10.0),
    -217: Meaning("Người dân chặn loại tin này.", stops=True),
    -218: Meaning("Người dân đã nhận đủ số tin loại này.", wait=6 * HOUR),
    -219: Meaning("Ứng dụng đã bị gỡ hoặc khóa.", of_account=True),
    -221: Meaning("Tài khoản Zalo chưa được xác thực.", of_account=True),
    -223: Meaning("Tài khoản chưa được cấp quyền gửi tin.", of_account=True),
    -224: Meaning("Gói dịch vụ của tài khoản không có loại tin này.", of_account=True),
    -227: Meaning("Người dân không dùng Zalo hơn 45 ngày."),
    -230: Meaning("Đã quá 07 ngày từ lần tương tác cuối của người dân."),
    -232: Meaning("Người dân chưa nhắn cho tài khoản này."),
    -233: Meaning("Zalo không hỗ trợ loại tin này."),
    NIGHT: Meaning("Zalo không chuyển tin truyền thông ban đêm.", wait=HOUR),
    -240: Meaning("Zalo đã đóng cách gửi này.", of_account=True),
    -242: Meaning("Chữ ký của ứng dụng (appsecret_proof) không đúng.", of_account=True),
    -244: Meaning("Người dân chặn loại tin này.", stops=True),
    -248: Meaning("Nội dung vi phạm chính sách của Zalo.", of_account=True),
    -320: Meaning("Tài khoản chưa liên kết ví trả phí (ZCA).", of_account=True),
    -321: Meaning("Ví trả phí (ZCA) hết tiền.", of_account=True),
}
TOKEN_TROUBLE = Meaning("Zalo không nhận quyền truy cập vừa làm mới.", wait=MINUTE, of_account=True)


def code_of(answer: Mapping[str, Any]) -> int | None:
    """The error number; None where there is none to read."""
    found = answer.get("error")
    is_number = isinstance(found, int) and not isinstance(found, bool)
    return found if is_number else None


def meaning_of(code: int) -> Meaning:
    """What a number means for us."""
    if code in TOKEN_CODES:
        return TOKEN_TROUBLE
    return MEANINGS.get(code, Meaning(f"Zalo không nhận tin (mã {code})."))


def outcome_of(answer: Mapping[str, Any], at: datetime) -> Outcome:
    """The outcome of a sending; an answer without its error or message number is a doubt."""
    raw = json.dumps(answer, ensure_ascii=False).encode()[:20_000]
    code, data = code_of(answer), answer.get("data")
    if code is None:
        said = "Zalo trả lời không đúng cách thức đã công bố."
        return Outcome(Result.UNKNOWN, said=said, raw=raw)
    if code != 0:
        meant = meaning_of(code)
        result = Result.PERMANENT if meant.wait is None else Result.TEMPORARY
        return Outcome(result, code=str(code), said=meant.said, raw=raw, wait_seconds=meant.wait)
    data = data if isinstance(data, dict) else {}
    named = str(data.get("message_id") or data.get("msg_id") or "")
    return Outcome(Result.ACCEPTED, external_id=named, at=_sent_at(data, at), raw=raw)


def _sent_at(data: Mapping[str, Any], at: datetime) -> datetime:
    """Zalo's moment; ours where it says none that can be one."""
    try:
        return moment(data.get("sent_time"))
    except (ValueError, OverflowError, OSError):
        return at


def quota_left(answer: Mapping[str, Any]) -> int | None:
    """How many template messages are left of the day; None where the answer does not say."""
    if code_of(answer) == DAY_QUOTA:
        return 0
    data = answer.get("data")
    quota = data.get("quota") if isinstance(data, dict) else None
    left = str(quota.get("remainingQuota", "")) if isinstance(quota, dict) else ""
    return int(left) if left.isascii() and left.isdigit() and len(left) < 9 else None
