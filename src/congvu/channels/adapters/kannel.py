"""Text messages through Kannel's smsbox (sendsms), with its delivery reports and what comes in.

The report's address carries our own tracking, so a report finds its attempt whatever id the SMSC
gave. Kannel asks for reports on the whole of a long message and does not know a message again, so
one in doubt waits for its report and is never sent a second time by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from congvu.channels.adapters.one_by_one import one_by_one
from congvu.channels.adapters.sms_http import (
    CALL_BACK_FIELDS,
    UNREADABLE,
    call,
    incoming,
    noted_at,
    read_callback,
    trouble,
)
from congvu.channels.types import (
    SMS,
    Incoming,
    Outcome,
    Outgoing,
    PartTaken,
    ProviderFacts,
    Receipt,
    Result,
    SecretField,
)
from congvu.kit import clock
from congvu.rules.sms_text import Alphabet, measure

log = logging.getLogger("congvu.sms")
EVERY_REPORT = "31"
NOT_THERE = {401, 403, 404, 407, 408, 429}  # it says nothing of the message
# %d kind, %F the SMSC's id, %A its words, %T when
REPORT = "&type=%d&smsc_id=%F&answer=%A&at=%T"
_TYPES = {
    "1": ("delivered", "B", "Tin đã đến máy người nhận."),
    "2": ("failed", "B", "Không chuyển được đến máy người nhận."),
    "4": ("delayed", "C", "Tin đang chờ ở trung tâm tin nhắn."),
    "8": ("accepted", "C", "Trung tâm tin nhắn (SMSC) đã nhận tin."),
    "16": ("failed", "B", "Trung tâm tin nhắn (SMSC) từ chối tin."),
}


class Kannel:
    """The way out over Kannel, and the reader of its call-backs."""

    WORDS, CHANNEL = "Cổng tin nhắn Kannel", SMS
    is_idempotent = False
    FIELDS = (
        SecretField("url", "Địa chỉ sendsms", "http://…/cgi-bin/sendsms", is_required=True),
        SecretField("user", "Tài khoản", is_required=True),
        SecretField("password", "Mật khẩu", is_required=True, is_hidden=True),
        SecretField("sender", "Người gửi mặc định", "Khi cơ quan chưa có tên định danh."),
        SecretField("callback_url", "Địa chỉ báo về", "Đầy đủ, có cả bí mật.", is_required=True),
        *CALL_BACK_FIELDS,
    )

    def send(self, provider: ProviderFacts, items: Sequence[Outgoing]) -> Sequence[Outcome]:
        """One call per attempt."""
        return one_by_one(lambda one: self._sent(provider, one), items)

    def _sent(self, provider: ProviderFacts, item: Outgoing) -> Outcome:
        found = measure(item.text["text"])
        try:
            status, answer = call(_address(provider.secrets, item, found.alphabet))
        except OSError as fault:
            log.warning("kannel %s: %s", provider.id, type(fault).__name__)
            return trouble(fault)
        return _outcome(status, answer, len(found.parts))

    def ask(self, provider: ProviderFacts, item: Outgoing) -> Outcome | None:
        """Kannel cannot be asked; the report tells."""
        return None

    def read(self, provider: ProviderFacts, raw: bytes) -> Sequence[Receipt | Incoming | PartTaken]:
        """A delivery report (it names our tracking), or a message that came in."""
        said = read_callback(raw)
        if said.get("tracking"):
            return [_report(said, raw)]
        if said.get("from") and "text" in said:
            at = noted_at(raw)
            to = said.get("to", "")
            return [incoming(provider, said["from"], to, said["text"], said, raw, at)]
        raise ValueError("Không hiểu được thông tin Kannel gửi về.")


def _address(settings: Mapping[str, str], item: Outgoing, alphabet: Alphabet) -> str:
    named = {
        "username": settings["user"],
        "password": settings["password"],
        "from": item.text.get("from_address") or settings.get("sender", ""),
        "to": f"+{item.address}",
        "charset": "UTF-8",
        "coding": "2" if alphabet == Alphabet.UCS2 else "0",
        "text": item.text["text"],
        "dlr-mask": EVERY_REPORT,
        "dlr-url": f"{settings['callback_url']}?tracking={item.tracking}{REPORT}",
    }
    return f"{settings['url']}?{urlencode(named)}"


def _outcome(status: int, answer: bytes, parts: int) -> Outcome:
    """202 "0: Accepted for delivery" and "3: Queued for later delivery": Kannel keeps it now."""
    words = answer.decode("utf-8", "replace").strip()
    code = words.partition(":")[0][:20]
    if status == 202 and code in {"0", "3"}:
        return Outcome(Result.ACCEPTED, at=clock.now(), code="", raw=answer, parts=parts)
    if status in NOT_THERE:
        said = "Kannel không nhận tài khoản hoặc địa chỉ gửi."
        return Outcome(Result.TEMPORARY, code=str(status), said=said, is_provider_down=True)
    if status == 503:
        said = "Kannel tạm thời không nhận tin."
        return Outcome(Result.TEMPORARY, code=code, said=said, is_provider_down=True)
    if 400 <= status < 500:
        said = f"Kannel từ chối tin: {words[:200]}"
        return Outcome(Result.PERMANENT, code=code, said=said, raw=answer)
    return Outcome(Result.UNKNOWN, code=f"HTTP {status}", said=UNREADABLE, raw=answer)


def _report(said: Mapping[str, str], raw: bytes) -> Receipt:
    known = _TYPES.get(said.get("type", ""))
    if known is None:
        raise ValueError("Báo cáo của Kannel không rõ loại.")
    kind, grade, words = known
    moment = said.get("at", "")
    at = datetime.fromtimestamp(int(moment), UTC) if moment.isdigit() else noted_at(raw)
    return Receipt(
        kind,
        grade,
        at,
        tracking=said["tracking"],
        code=f"{said.get('type')} {said.get('smsc_id', '')}".strip(),
        said=words,
    )
