"""Text messages through an aggregator's HTTP interface (ApiKey, SecretKey, RequestId, CallbackUrl).

Written from published descriptions of Vietnamese aggregators. RequestId is our tracking: the same
twice is one message there (code 124), so an attempt in doubt is solved by sending it again. What a
receipt or a message that came in looks like: `_told`.
"""

from __future__ import annotations

import json
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.parse import parse_qsl

from congvu.channels.adapters.one_by_one import one_by_one
from congvu.channels.adapters.smpp_words import folded_number
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
SECONDS = 15.0
MOST_BYTES = 200_000
UNREADABLE = "Nhà cung cấp SMS trả lời không đúng cách thức đã công bố."
_CLASS_NUMBERS = {"care": 2, "internal": 2, "advertising": 1}
_SAID = {
    "101": "Nhà cung cấp SMS không nhận mã truy cập (ApiKey, SecretKey).",
    "103": "Tài khoản ở nhà cung cấp SMS không đủ tiền.",
    "104": "Tên định danh không được nhà cung cấp SMS chấp nhận.",
    "146": "Nội dung không khớp mẫu đã đăng ký với nhà cung cấp SMS.",
}
_DOWN = {"101", "103"}  # the provider is of no use until somebody acts
_REFUSED = {"104", "146"}
_ENDS = {  # SendStatus of a receipt
    "5": ("delivered", "B", "Tin đã đến máy người nhận."),
    "4": ("failed", "B", "Nhà cung cấp từ chối tin."),
    "6": ("failed", "B", "Tin bị xóa ở nhà cung cấp."),
}


CALL_BACK_FIELDS = (
    SecretField(
        "callback_secret",
        "Bí mật của địa chỉ báo về",
        "Từ 24 ký tự; đứng trong địa chỉ /api/kenh/sms/<số>/<bí mật>/ mà nhà cung cấp gọi.",
        is_hidden=True,
    ),
    SecretField("callback_addresses", "Chỉ nhận báo về từ", "Các mạng, cách nhau bằng dấu phẩy."),
    SecretField("callback_hmac", "Khóa ký báo về (HMAC)", is_hidden=True),
)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A secret is sent to the address that the administrator wrote, and to no other."""

    def redirect_request(self, *words: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())


def call(address: str, body: bytes | None = None, kind: str = "") -> tuple[int, bytes]:
    """Status and bytes of one call; OSError when nobody can know whether it was heard."""
    asked = urllib.request.Request(  # noqa: S310  (the administrator wrote the address)
        address, data=body, headers={"Content-Type": kind} if kind else {}
    )
    try:
        with _OPENER.open(asked, timeout=SECONDS) as answer:
            return int(answer.status), _bounded(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, _bounded(refused)
    except HTTPException as fault:
        raise OSError("broken answer") from fault


def _bounded(answer: Any) -> bytes:
    """A service that drips or floods is given up: the channel's whole queue waits behind it."""
    read, until = b"", time.monotonic() + SECONDS
    while len(read) < MOST_BYTES and (piece := answer.read1(MOST_BYTES)):
        read += piece
        if time.monotonic() > until:
            raise TimeoutError
    return read[:MOST_BYTES]


def trouble(fault: OSError) -> Outcome:
    """A call that failed: it could not be brought over, or nobody knows whether it was heard."""
    if isinstance(fault, urllib.error.URLError):
        said = "Không kết nối được với nhà cung cấp SMS."
        return Outcome(Result.TEMPORARY, said=said, is_provider_down=True)
    return Outcome(Result.UNKNOWN, said="Nhà cung cấp SMS không trả lời; chưa rõ đã nhận hay chưa.")


class SmsHttp:
    """The way out over an aggregator, and the reader of its call-backs."""

    WORDS, CHANNEL = "Nhà cung cấp SMS qua HTTP", SMS
    is_idempotent = True
    FIELDS = (
        SecretField("url", "Địa chỉ gửi", "https://…", is_required=True),
        SecretField("api_key", "ApiKey", is_required=True, is_hidden=True),
        SecretField("secret_key", "SecretKey", is_required=True, is_hidden=True),
        SecretField("sender", "Người gửi mặc định", "Khi cơ quan chưa có tên định danh."),
        SecretField("callback_url", "CallbackUrl", "Địa chỉ báo về gửi kèm mỗi tin."),
        *CALL_BACK_FIELDS,
    )

    def send(self, provider: ProviderFacts, items: Sequence[Outgoing]) -> Sequence[Outcome]:
        """One call per attempt."""
        return one_by_one(lambda one: self._sent(provider, one), items)

    def _sent(self, provider: ProviderFacts, item: Outgoing) -> Outcome:
        settings = provider.secrets
        found = measure(item.text["text"])
        body = {
            "ApiKey": settings["api_key"],
            "SecretKey": settings["secret_key"],
            "Phone": item.address,
            "Content": found.text,
            "Brandname": item.text.get("from_address") or settings.get("sender", ""),
            "SmsType": _CLASS_NUMBERS.get(item.text.get("kind", "care"), 2),
            "IsUnicode": int(found.alphabet == Alphabet.UCS2),
            "RequestId": item.tracking,
            "CallbackUrl": settings.get("callback_url", ""),
        }
        try:
            status, answer = call(settings["url"], json.dumps(body).encode(), "application/json")
        except OSError as fault:
            log.warning("sms provider %s: %s", provider.id, type(fault).__name__)
            return trouble(fault)
        return _outcome(status, answer, len(found.parts))

    def ask(self, provider: ProviderFacts, item: Outgoing) -> Outcome | None:
        """Not asked: the same RequestId is handed over again, and code 124 says it was there."""
        return None

    def read(self, provider: ProviderFacts, raw: bytes) -> Sequence[Receipt | Incoming | PartTaken]:
        """A call-back: the fate of a message of ours, or a message that came in."""
        call_back = read_callback(raw)
        return [_told(provider, call_back, raw)]


def _outcome(status: int, answer: bytes, parts: int) -> Outcome:
    try:
        said = json.loads(answer)
        code = str(int(said["CodeResult"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        # It may have been taken all the same: in doubt, and handed over again by its RequestId.
        return Outcome(Result.UNKNOWN, code=f"HTTP {status}", said=UNREADABLE, raw=answer[:2000])
    words = _SAID.get(code) or str(said.get("ErrorMessage") or "")[:300]
    external_id = str(said.get("SMSID") or "")
    if code in {"100", "124"}:
        taken = Outcome(Result.ACCEPTED, external_id, at=clock.now(), raw=answer, parts=parts)
        return taken
    result = Result.PERMANENT if code in _REFUSED else Result.TEMPORARY
    is_down = code in _DOWN
    return Outcome(result, code=code, said=words, raw=answer, is_provider_down=is_down)


def read_callback(raw: bytes) -> dict[str, str]:
    """The named values of a kept call-back: its query, a form, or a JSON object."""
    kept = json.loads(raw)
    values = dict(parse_qsl(kept["query"], keep_blank_values=True))
    body = kept["body"]
    if body.lstrip().startswith("{"):
        found = json.loads(body)
        return values | {str(key): str(value) for key, value in found.items()}
    return values | dict(parse_qsl(body, keep_blank_values=True))


def noted_at(raw: bytes) -> datetime:
    """When a kept call-back reached us."""
    return datetime.fromisoformat(json.loads(raw)["at"])


def _told(provider: ProviderFacts, said: Mapping[str, str], raw: bytes) -> Receipt | Incoming:
    at = noted_at(raw)
    if said.get("Content") is not None and said.get("Phone"):
        return incoming(
            provider, said["Phone"], said.get("Shortcode", ""), said["Content"], said, raw, at
        )
    end = _ENDS.get(said.get("SendStatus", ""))
    if end is None or not (said.get("RequestId") or said.get("SMSID")):
        raise ValueError("Không hiểu được báo cáo của nhà cung cấp SMS.")
    kind, grade, words = end
    if kind == "delivered" and said.get("SendSuccess", "1") in {"", "0"}:
        kind, words = "failed", "Nhà cung cấp báo không gửi được đến máy người nhận."
    return Receipt(
        kind,
        grade,
        at,
        tracking=said.get("RequestId", ""),
        external_id="" if said.get("RequestId") else said["SMSID"],
        code=f"SendStatus {said['SendStatus']}",
        said=words,
    )


def incoming(
    provider: ProviderFacts,
    source: str,
    destination: str,
    text: str,
    said: Mapping[str, str],
    raw: bytes,
    at: datetime,
) -> Incoming:
    """A message that came in through a call-back."""
    named = said.get("id") or said.get("MOID") or f"{source}-{at.timestamp()}"
    return Incoming(
        channel=SMS,
        provider_id=provider.id,
        external_id=f"{provider.id}-{named}",
        to_address=folded_number(destination),
        from_address=folded_number(source),
        from_name="",
        subject="",
        text=text,
        raw=raw,
        raw_mime="application/json",
        entered_at=at,
    )
